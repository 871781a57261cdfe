/**
 * The search index as one compressed object: what is written to the store and loaded by whoever searches. Pure.
 *
 * The object begins with a mark and the lengths of its parts; each part is compressed by itself, so that a loader takes
 * only what it needs: the head tells a writer which Dandisets are in it, rows, terms and vectors are what a search needs,
 * and the texts are opened when the first words are to be shown. Vectors hold each document's terms field by field
 * rather than each term's documents: one Dandiset's are replaced without touching another's, and turning them round takes
 * milliseconds. Equal documents give equal bytes, in whichever order they came.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { SearchDocument } from './search-document.ts';
import { countTerms, type DocumentTerms, FIELDS } from './word-vectors.ts';

/** Raised whenever stems, marks, fields or the vocabulary change what a document's terms are: an older index is built again from its own documents. */
export const SEARCH_REVISION = 1;

const MAGIC = 'DSEARCH1';
const PARTS = ['head', 'rows', 'terms', 'vectors', 'texts'] as const;
type Part = (typeof PARTS)[number];
const HEAD_BYTES = MAGIC.length + 4 * PARTS.length;

/** Brotli's effort: 5 packs a megabyte in some 20 ms; higher ones take a writer's time for a few percent. */
const EFFORT = 5;

/** What a search reads of a document at once; its texts come later. */
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

/** What the head says of each document: enough to see whether an index holds it. */
export interface Stamp {
  readonly id: string;
  readonly version: string;
  readonly updated: string;
}

interface Head {
  readonly revision: number;
  readonly stamps: readonly Stamp[];
  readonly postings: number;
}

/** An object that is no search index, or a broken one. */
export class SearchIndexDamagedError extends Error {
  override readonly name = 'SearchIndexDamagedError';
}

/** The object of these documents, in the order of their ids. */
export function encodeIndex(indexed: readonly IndexedDocument[]): Uint8Array {
  const sorted = [...indexed].sort((one, other) => (one.document.id < other.document.id ? -1 : 1));
  const terms = [...new Set(sorted.flatMap(({ terms }) => terms.flatMap((field) => [...field.keys()])))].sort(
    compareText,
  );
  const numbers = new Map(terms.map((term, at) => [term, at]));
  const writer = new VarintWriter();
  let postings = 0;
  for (const { terms: fields } of sorted) {
    for (const field of fields) {
      const entries = [...field].map(([term, count]) => [numbers.get(term)!, count] as const);
      entries.sort(([one], [other]) => one - other);
      writer.add(entries.length);
      postings += entries.length;
      let last = 0;
      for (const [number, count] of entries) {
        writer.add(number - last);
        writer.add(Math.min(count, 255));
        last = number;
      }
    }
  }
  const documents = sorted.map(({ document }) => document);
  const head: Head = {
    revision: SEARCH_REVISION,
    stamps: documents.map(({ id, version, updated }) => ({ id, version, updated })),
    postings,
  };
  return joinParts({
    head: textBytes(head),
    rows: textBytes(documents.map(buildRow)),
    terms: new TextEncoder().encode(terms.join('\n')),
    vectors: writer.bytes(),
    texts: textBytes(documents.map(listTexts)),
  });
}

/** The stamps of an object, and whether its terms are of this revision, from its first bytes alone. @throws SearchIndexDamagedError */
export function readStamps(bytes: Uint8Array): {
  readonly stamps: readonly Stamp[];
  readonly isCurrent: boolean;
} {
  const { revision, stamps } = readHead(bytes);
  return { stamps, isCurrent: revision === SEARCH_REVISION };
}

/** All that a search needs at once. Terms are sorted; the postings of a document follow each other, by field. */
export interface LoadedIndex {
  readonly rows: readonly SearchRow[];
  readonly terms: readonly string[];
  /** By posting: the term's number, the row's, the field's, and how often. */
  readonly postings: {
    readonly terms: Uint32Array;
    readonly rows: Uint32Array;
    readonly fields: Uint8Array;
    readonly counts: Uint8Array;
  };
}

/** Loads what a search needs. @throws SearchIndexDamagedError, also where the index is of another revision */
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
    const reader = new VarintReader(partBytes(bytes, 'vectors'));
    const postings = {
      terms: new Uint32Array(head.postings),
      rows: new Uint32Array(head.postings),
      fields: new Uint8Array(head.postings),
      counts: new Uint8Array(head.postings),
    };
    let at = 0;
    for (let row = 0; row < rows.length; row += 1) {
      for (let field = 0; field < FIELDS.length; field += 1) {
        let number = 0;
        for (let left = reader.next(); left > 0; left -= 1, at += 1) {
          number += reader.next();
          postings.terms[at] = number;
          postings.rows[at] = row;
          postings.fields[at] = field;
          postings.counts[at] = reader.next();
        }
      }
    }
    if (at !== head.postings || !reader.isAtEnd) throw new Error('its vectors do not match its head');
    return { rows, terms, postings };
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
  for (let at = 0; at < postings.terms.length; at += 1) {
    counted[postings.rows[at]!]![postings.fields[at]!]!.set(
      terms[postings.terms[at]!]!,
      postings.counts[at]!,
    );
  }
  return rows.map((row, at) => ({ document: { ...row, ...texts[at]! }, terms: counted[at]! }));
}

/** A document with its terms counted. */
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
    throw new SearchIndexDamagedError('The object is no search index.');
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
    throw new SearchIndexDamagedError('The head of the search index is not sound.');
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

/** Whole numbers in seven bits a byte, the lowest first. */
class VarintWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  add(value: number): void {
    if (this.#length + 5 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('its vectors end early');
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
