/**
 * The search index as one compressed object, which is written to the store and loaded for searches. Pure.
 *
 * The object begins with a magic number and the lengths of its parts; each part is compressed separately, so that a
 * reader loads only the parts that it needs: the head lists the Dandisets for writers, a search needs rows, terms and
 * vectors, and the texts are decompressed when the first words are shown. Vectors are columns of numbers in the form
 * that a search uses, term by term, so that loading them is only decompression: half a million postings parsed one by
 * one take longer than all the rest in a new process where nothing is compiled yet. Equal documents give equal bytes,
 * in any order.
 */
import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib';
import type { SearchDocument } from './search-document.ts';
import { countTerms, type DocumentTerms, FIELDS } from './word-vectors.ts';

/**
 * Raised whenever stems, marks, fields or the vocabulary change a document's terms, or the columns change: an older
 * index is rebuilt from its own documents.
 */
export const SEARCH_REVISION = 3;

const MAGIC = 'DSEARCH1';
const PARTS = ['head', 'rows', 'terms', 'vectors', 'texts'] as const;
type Part = (typeof PARTS)[number];
const HEAD_BYTES = MAGIC.length + 4 * PARTS.length;

/** Brotli's quality: 5 compresses a megabyte in some 20 ms; higher ones take a writer's time for a few percent. */
const EFFORT = 5;

/** The parts of a document that a search always reads; its texts are read later. */
export type SearchRow = Pick<
  SearchDocument,
  | 'id'
  | 'version'
  | 'updated'
  | 'modelId'
  | 'title'
  | 'keywords'
  | 'approaches'
  | 'neurodataTypes'
  | 'topics'
  | 'numbers'
  | 'licenses'
  | 'created'
>;

/** The texts of a document. */
export type SearchTexts = Omit<SearchDocument, keyof SearchRow>;

/** A document with its terms. */
export interface IndexedDocument {
  readonly document: SearchDocument;
  readonly terms: DocumentTerms;
}

/** The head's entry for each document: enough to see whether an index contains it. */
export interface Stamp {
  readonly id: string;
  readonly version: string;
  readonly updated: string;
}

interface Head {
  readonly revision: number;
  readonly stamps: readonly Stamp[];
  readonly postings: number;
  /** CRC-32 of the decompressed vectors: a search uses their numbers without further checks. */
  readonly checksum?: number;
}

/** An object that is not a search index, or is damaged. */
export class SearchIndexDamagedError extends Error {
  override readonly name = 'SearchIndexDamagedError';
}

/** Builds the object of these documents, in the order of their ids. */
export function encodeIndex(indexed: readonly IndexedDocument[]): Uint8Array {
  const sorted = [...indexed].sort((one, other) => (one.document.id < other.document.id ? -1 : 1));
  const terms = [...new Set(sorted.flatMap(({ terms }) => terms.flatMap((field) => [...field.keys()])))].sort(
    compareText,
  );
  const { bytes: vectors, postings } = buildColumns(sorted, terms);
  const documents = sorted.map(({ document }) => document);
  const head: Head = {
    revision: SEARCH_REVISION,
    stamps: documents.map(({ id, version, updated }) => ({ id, version, updated })),
    postings,
    checksum: crc32(vectors),
  };
  return joinParts({
    head: textBytes(head),
    rows: textBytes(documents.map(buildRow)),
    terms: new TextEncoder().encode(terms.join('\n')),
    vectors,
    texts: textBytes(documents.map(listTexts)),
  });
}

/**
 * The stamps of an object, and whether its terms are of this revision, only from its first bytes.
 * @throws SearchIndexDamagedError
 */
export function readStamps(bytes: Uint8Array): {
  readonly stamps: readonly Stamp[];
  readonly isCurrent: boolean;
} {
  const { revision, stamps } = readHead(bytes);
  return { stamps, isCurrent: revision === SEARCH_REVISION };
}

/** The postings of all terms as columns; those of a term follow each other, by field and then by row. */
export interface PostingColumns {
  /** By term: the index of its first posting; one more entry gives the end of the last. */
  readonly starts: Uint32Array;
  /** Words in each field: those of all rows in the first field, then in the second. */
  readonly lengths: Uint32Array;
  /** By posting: the row's number, the field's, and the term's count, 255 at most. */
  readonly rows: Uint16Array | Uint32Array;
  readonly fields: Uint8Array;
  readonly counts: Uint8Array;
}

/** The parts that every search needs. Terms are sorted. */
export interface LoadedIndex {
  readonly rows: readonly SearchRow[];
  readonly terms: readonly string[];
  readonly postings: PostingColumns;
}

/** The layout of the columns in the object: wide numbers before narrow ones, so that each is aligned. */
function layOutColumns(sizes: { readonly terms: number; readonly rows: number; readonly postings: number }) {
  const rowBytes = sizes.rows > 65_536 ? 4 : 2;
  const starts = 0;
  const lengths = starts + 4 * (sizes.terms + 1);
  const rows = lengths + 4 * sizes.rows * FIELDS.length;
  const fields = rows + rowBytes * sizes.postings;
  const counts = fields + sizes.postings;
  return { starts, lengths, rows, fields, counts, end: counts + sizes.postings, rowBytes };
}

/** Columns as views of the bytes. Numbers are little-endian, as on all machines that Node runs on. */
function viewColumns(bytes: Uint8Array, sizes: Parameters<typeof layOutColumns>[0]): PostingColumns {
  const layout = layOutColumns(sizes);
  if (bytes.length !== layout.end) throw new Error('its vectors do not match its head');
  // Bytes from a pool may be unaligned.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const [rowsAt, { postings }] = [byteOffset + layout.rows, sizes];
  return {
    starts: new Uint32Array(buffer, byteOffset + layout.starts, sizes.terms + 1),
    lengths: new Uint32Array(buffer, byteOffset + layout.lengths, sizes.rows * FIELDS.length),
    rows:
      layout.rowBytes === 2
        ? new Uint16Array(buffer, rowsAt, postings)
        : new Uint32Array(buffer, rowsAt, postings),
    fields: new Uint8Array(buffer, byteOffset + layout.fields, postings),
    counts: new Uint8Array(buffer, byteOffset + layout.counts, postings),
  };
}

/** The columns as bytes: documents in the order of their ids, terms in their own order. */
function buildColumns(
  sorted: readonly IndexedDocument[],
  terms: readonly string[],
): { readonly bytes: Uint8Array; readonly postings: number } {
  const numbers = new Map(terms.map((term, at) => [term, at]));
  const postings = sorted.reduce(
    (sum, { terms: fields }) => sum + fields.reduce((each, { size }) => each + size, 0),
    0,
  );
  const sizes = { terms: terms.length, rows: sorted.length, postings };
  const bytes = new Uint8Array(layOutColumns(sizes).end);
  const columns = viewColumns(bytes, sizes);
  const { starts } = columns;
  for (const { terms: fields } of sorted)
    for (const field of fields) for (const term of field.keys()) starts[numbers.get(term)! + 1]! += 1;
  for (let at = 0; at < terms.length; at += 1) starts[at + 1]! += starts[at]!;
  const next = starts.slice();
  for (let field = 0; field < FIELDS.length; field += 1) {
    for (const [row, { terms: fields }] of sorted.entries()) {
      for (const [term, count] of fields[field]!) {
        const at = next[numbers.get(term)!]!++;
        columns.rows[at] = row;
        columns.fields[at] = field;
        columns.counts[at] = Math.min(count, 255);
        columns.lengths[field * sorted.length + row]! += columns.counts[at]!;
      }
    }
  }
  return { bytes, postings };
}

/** Loads the parts that a search needs. @throws SearchIndexDamagedError, also where the index is of another revision */
export function decodeIndex(bytes: Uint8Array): LoadedIndex {
  const head = readHead(bytes);
  if (head.revision !== SEARCH_REVISION)
    throw new SearchIndexDamagedError(
      `The search index is of revision ${head.revision}, not ${SEARCH_REVISION}.`,
    );
  return guardRead(() => {
    const rows = JSON.parse(partText(bytes, 'rows')) as SearchRow[];
    const text = partText(bytes, 'terms');
    const terms = text === '' ? [] : text.split('\n');
    const sizes = { terms: terms.length, rows: rows.length, postings: head.postings };
    const vectors = partBytes(bytes, 'vectors');
    if (crc32(vectors) !== head.checksum) throw new Error('the checksum of its vectors is wrong');
    return { rows, terms, postings: viewColumns(vectors, sizes) };
  });
}

/** The texts of an object's documents, in the order of its rows. @throws SearchIndexDamagedError */
export function decodeTexts(bytes: Uint8Array): readonly SearchTexts[] {
  return guardRead(() => JSON.parse(partText(bytes, 'texts')) as SearchTexts[]);
}

/**
 * The documents of an object with their terms, for a writer to change. Those of an older revision are counted again.
 * @throws SearchIndexDamagedError
 */
export function decodeDocuments(bytes: Uint8Array): IndexedDocument[] {
  const { isCurrent } = readStamps(bytes);
  const texts = decodeTexts(bytes);
  if (!isCurrent) {
    const rows = guardRead(() => JSON.parse(partText(bytes, 'rows')) as SearchRow[]);
    return rows.map((row, at) => withTerms({ ...row, ...texts[at]! }));
  }
  const { rows, terms, postings } = decodeIndex(bytes);
  const counted = rows.map(() => FIELDS.map(() => new Map<string, number>()));
  for (const [number, term] of terms.entries()) {
    for (let at = postings.starts[number]!; at < postings.starts[number + 1]!; at += 1)
      counted[postings.rows[at]!]![postings.fields[at]!]!.set(term, postings.counts[at]!);
  }
  return rows.map((row, at) => ({ document: { ...row, ...texts[at]! }, terms: counted[at]! }));
}

/** Counts the terms of a document. */
export function withTerms(document: SearchDocument): IndexedDocument {
  return { document, terms: countTerms(document) };
}

function buildRow(document: SearchDocument): SearchRow {
  const { id, version, updated, modelId, title, keywords, approaches, neurodataTypes } = document;
  const { topics, numbers, licenses, created } = document;
  return {
    id,
    version,
    updated,
    modelId,
    title,
    keywords,
    approaches,
    neurodataTypes,
    topics,
    numbers,
    licenses,
    ...(created === undefined ? {} : { created }),
  };
}

function listTexts(document: SearchDocument): SearchTexts {
  const { summary, description, devices, contributors, names, speciesNames, locations } = document;
  return { summary, description, devices, contributors, names, speciesNames, locations };
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function textBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function joinParts(parts: Record<Part, Uint8Array>): Uint8Array {
  const packed = PARTS.map((part) =>
    brotliCompressSync(parts[part], {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: EFFORT,
        [constants.BROTLI_PARAM_SIZE_HINT]: parts[part].length,
      },
    }),
  );
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MAGIC, 'latin1');
  for (const [at, part] of packed.entries()) head.writeUInt32LE(part.length, MAGIC.length + 4 * at);
  return new Uint8Array(Buffer.concat([head, ...packed]));
}

function partBytes(bytes: Uint8Array, wanted: Part): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length < HEAD_BYTES || view.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new SearchIndexDamagedError('The object is not a search index.');
  let from = HEAD_BYTES;
  for (const [at, part] of PARTS.entries()) {
    const length = view.readUInt32LE(MAGIC.length + 4 * at);
    if (part === wanted) return guardRead(() => brotliDecompressSync(view.subarray(from, from + length)));
    from += length;
  }
  throw new SearchIndexDamagedError(`The search index has no ${wanted}.`);
}

function partText(bytes: Uint8Array, part: Part): string {
  return new TextDecoder().decode(partBytes(bytes, part));
}

function readHead(bytes: Uint8Array): Head {
  const head = guardRead(() => JSON.parse(partText(bytes, 'head')) as Head);
  if (typeof head.revision !== 'number' || !Array.isArray(head.stamps) || typeof head.postings !== 'number')
    throw new SearchIndexDamagedError('The head of the search index is invalid.');
  return head;
}

function guardRead<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof SearchIndexDamagedError) throw cause;
    throw new SearchIndexDamagedError(
      `The search index cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    );
  }
}
