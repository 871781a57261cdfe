/**
 * Decodes stored elements into values: those of an attribute's message and those of a dataset in any layout,
 * including what is in global heap collections.
 */

import { decodeElements } from '../../header/decode-element.ts';
import type { Unread, Values } from '../../header/nwb-header.ts';
import type { EncodedPart } from '../format/attribute-message.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { Dataspace } from '../format/dataspace.ts';
import { type Datatype, whyUndecoded } from '../format/datatype.ts';
import { filterName } from '../format/filter-names.ts';
import { type Filter, isKnownFilter, unfilter } from '../format/filters.ts';
import type { Layout } from '../format/layout-message.ts';
import { PayloadTooLargeError } from '../format/stored-form.ts';
import { abort } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { type Chunk, readChunkIndex } from './read-chunks.ts';

/** The limit for one value. */
export interface ValueBytes {
  /** Bytes as stored; a larger value is not read. */
  readonly valueBytes: number;
}

/** Values, or why there are none. */
export type ValuesOrUnread = { readonly values: Values } | { readonly unread: Unread };

/**
 * The most bytes of a chunk, and of all chunks of a value. A chunk is always read whole, however little of it
 * is needed.
 */
const MOST_CHUNK_BYTES = 64 * 1024 * 1024;

function unread(reason: Unread['reason'], detail: string): ValuesOrUnread {
  return { unread: { reason, detail } };
}

/** What is reported for a value larger than the limit, or undefined. */
function tooLarge(type: Datatype, space: Dataspace, { valueBytes }: ValueBytes): ValuesOrUnread | undefined {
  const bytes = space.count * type.size;
  if (bytes <= valueBytes) return undefined;
  return unread('too-large', `it takes ${bytes} bytes`);
}

/**
 * Decodes the elements at the start of `data`; returns no promise if everything they refer to is cached.
 * @throws WalkerAbortedError
 */
export function decodeStored(
  file: WalkedFile,
  type: Datatype,
  space: Dataspace,
  data: Uint8Array,
  limits: ValueBytes,
): ValuesOrUnread | Promise<ValuesOrUnread> {
  const elements = { bytes: data, start: 0, end: data.length };
  return (
    decodeCached(file, type, space, elements, limits) ??
    file
      .readHeaps(file.form.lacking)
      // With sequences of sequences, the content of one collection may refer to others.
      .then(() => decodeStored(file, type, space, data, limits))
  );
}

/**
 * As `decodeStored`, but without waiting: undefined if heap objects are lacking, which are in `lacking` of
 * the file's form until the next value is decoded. @throws WalkerAbortedError
 */
export function decodeCached(
  file: WalkedFile,
  type: Datatype,
  space: Dataspace,
  { bytes: data, start, end }: Pick<EncodedPart, 'bytes' | 'start' | 'end'>,
  limits: ValueBytes,
): ValuesOrUnread | undefined {
  const large = tooLarge(type, space, limits);
  if (large !== undefined) return large;
  const { dtype } = type;
  const why = whyUndecoded(dtype);
  if (why !== undefined) return { unread: why };
  const bytes = space.count * type.size;
  if (end - start < bytes) abort('a value shorter than its type and shape');
  const { form } = file;
  // Clearing allocates a new table even if the map is empty.
  if (form.lacking.size > 0) form.lacking.clear();
  const payloadBytes = limits.valueBytes - bytes;
  form.payloadBytes = payloadBytes;
  try {
    const values = decodeElements(data, space.count, dtype, form, start);
    return form.lacking.size === 0 ? { values } : undefined;
  } catch (error) {
    if (!(error instanceof PayloadTooLargeError)) throw error;
    return unread('too-large', `its strings or sequences take more than ${payloadBytes} bytes`);
  }
}

/** What is needed of a dataset to read its values. */
export interface StoredDataset {
  readonly type: Datatype;
  readonly space: Dataspace;
  readonly layout: Layout;
  readonly filters: readonly Filter[];
  /** Bytes of one element that was never written; undefined for zeros. */
  readonly fill: Uint8Array | undefined;
  /** Whether the elements are in other files. */
  readonly external: boolean;
}

/** The elements of a dataset. @throws WalkerAbortedError */
export async function readDatasetValues(
  file: WalkedFile,
  dataset: StoredDataset,
  limits: ValueBytes,
): Promise<ValuesOrUnread> {
  const { type, space, layout } = dataset;
  const why = whyUndecoded(type.dtype);
  if (why !== undefined) return { unread: why };
  if (layout.class === 'virtual') return unread('unsupported', 'its elements are in other datasets');
  if (dataset.external) return unread('unsupported', 'its elements are in other files');
  if (space.count === 0) return { values: [] };
  const large = tooLarge(type, space, limits);
  if (large !== undefined) return large;
  const length = space.count * type.size;
  switch (layout.class) {
    case 'compact':
      return decodeStored(file, type, space, layout.data, limits);
    case 'contiguous': {
      const { address } = layout;
      const data =
        address === UNDEFINED_ADDRESS
          ? fillBytes(dataset, length)
          : await file.rounds.readLeaf(address, length);
      return decodeStored(file, type, space, data, limits);
    }
    case 'chunked':
      return readChunked(file, dataset, layout, limits);
  }
}

/** Builds `length` bytes of elements that were never written. */
function fillBytes({ fill, type }: StoredDataset, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (fill === undefined) return bytes;
  if (fill.length !== type.size) abort('a fill value of another form');
  for (let at = 0; at < length; at += fill.length) bytes.set(fill, at);
  return bytes;
}

async function readChunked(
  file: WalkedFile,
  dataset: StoredDataset,
  layout: Layout & { class: 'chunked' },
  limits: ValueBytes,
): Promise<ValuesOrUnread> {
  const { type, space, filters } = dataset;
  const shape = space.shape!;
  if (layout.chunks.length !== shape.length || layout.elementBytes !== type.size) {
    abort('chunks of another rank or type than their dataset');
  }
  const chunkBytes = layout.chunks.reduce((product, length) => product * length, type.size);
  if (chunkBytes > MOST_CHUNK_BYTES) return unread('too-large', `its chunks take ${chunkBytes} bytes`);
  const data = fillBytes(dataset, space.count * type.size);
  if (layout.address !== UNDEFINED_ADDRESS) {
    const isFiltered = filters.length > 0;
    const chunks = await readChunkIndex(file, layout, space, chunkBytes, isFiltered);
    const inside = chunks.filter(({ offsets }) => offsets.every((offset, axis) => offset < shape[axis]!));
    if (inside.length * chunkBytes > MOST_CHUNK_BYTES) abort('chunks far larger than their dataset');
    const isPlain = (chunk: Chunk): boolean => layout.edgesUnfiltered && isCut(chunk, layout.chunks, shape);
    // A filter may not have been applied to a chunk: only applied filters must be known.
    for (const chunk of inside) {
      const { filterMask } = chunk;
      if (isPlain(chunk)) continue;
      const foreign = filters.find(({ id }, at) => ((filterMask >>> at) & 1) === 0 && !isKnownFilter(id));
      if (foreign === undefined) continue;
      return unread('unsupported', `filter ${filterName(foreign.id)} is not built in`);
    }
    const stored = await Promise.all(
      inside.map(({ address, bytes }) => file.rounds.readLeaf(address, bytes)),
    );
    for (const [index, chunk] of inside.entries()) {
      const bytes = unfilter(stored[index]!, isPlain(chunk) ? [] : filters, chunk.filterMask, chunkBytes);
      location(bytes, chunk, layout.chunks, data, shape, type.size);
    }
  }
  return decodeStored(file, type, space, data, limits);
}

/** Whether the chunk extends past the dataset's edge. */
function isCut({ offsets }: Chunk, chunk: readonly number[], shape: readonly number[]): boolean {
  return offsets.some((offset, axis) => offset + chunk[axis]! > shape[axis]!);
}

/**
 * Copies the part of a chunk that is inside the dataset to its position, one run of the last axis after
 * another.
 */
function location(
  bytes: Uint8Array,
  { offsets }: Chunk,
  chunk: readonly number[],
  data: Uint8Array,
  shape: readonly number[],
  size: number,
): void {
  const last = shape.length - 1;
  const extent = chunk.map((length, axis) => Math.min(length, shape[axis]! - offsets[axis]!));
  const run = extent[last]! * size;
  const at = new Array<number>(last).fill(0);
  for (;;) {
    let from = 0;
    let to = 0;
    for (let axis = 0; axis < last; axis += 1) {
      from = (from + at[axis]!) * chunk[axis + 1]!;
      to = (to + offsets[axis]! + at[axis]!) * shape[axis + 1]!;
    }
    data.set(bytes.subarray(from * size, from * size + run), (to + offsets[last]!) * size);
    let axis = last - 1;
    for (; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      if (at[axis]! < extent[axis]!) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}
