/**
 * Decodes the Filter Pipeline message (HDF5 File Format Specification 3.0, IV.A.2.l) and undoes the filters
 * of a dataset's chunks: those of libhdf5 itself and LZF, which h5py adds.
 */
import { inflateSync } from 'node:zlib';
import { FilterError } from '../filters/filter-error.ts';
import { decompressLzf } from '../filters/lzf.ts';
import { undoNBit } from '../filters/n-bit.ts';
import { undoScaleOffset } from '../filters/scale-offset.ts';
import { decompressSzip } from '../filters/szip.ts';
import { type ByteReader, padded8 } from './byte-reader.ts';
import { filterName } from './filter-names.ts';
import { abort } from './walker-aborted.ts';

/** A filter of a pipeline, by its registered number. */
export interface Filter {
  readonly id: number;
  /** Its client data: shuffle's element size, deflate's level. */
  readonly parameters: readonly number[];
}

/** The most filters of a pipeline (libhdf5's H5Z_MAX_NFILTERS). */
const MOST_FILTERS = 32;
/** Numbers below this are the HDF Group's own and have no name in version 2 of the message. */
const FIRST_NAMED = 256;

/** The pipeline at `reader`, in the order of writing. @throws WalkerAbortedError */
export function decodePipeline(reader: ByteReader): Filter[] {
  const version = reader.version('a filter pipeline', 1, 2);
  const count = reader.u8();
  if (count > MOST_FILTERS) abort(`a pipeline of ${count} filters`);
  if (version === 1) reader.skip(6);
  const filters: Filter[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = reader.u16();
    const nameBytes = version === 1 || id >= FIRST_NAMED ? reader.u16() : 0;
    reader.skip(2);
    const parameterCount = reader.u16();
    reader.skip(version === 1 ? padded8(nameBytes) : nameBytes);
    const parameters: number[] = [];
    for (let at = 0; at < parameterCount; at += 1) parameters.push(reader.u32());
    if (version === 1 && parameterCount % 2 === 1) reader.skip(4);
    filters.push({ id, parameters });
  }
  return filters;
}

/** Undoes one filter; `most` bounds what a damaged or hostile chunk may grow to. */
type Undo = (bytes: Uint8Array, parameters: readonly number[], most: number) => Uint8Array;

/** The filters that the walker can undo, by registered number. */
const UNDO: ReadonlyMap<number, Undo> = new Map<number, Undo>([
  [1, (bytes, _, most) => inflate(bytes, most)],
  [2, (bytes, parameters) => unshuffle(bytes, parameters[0] ?? 1)],
  [3, removeFletcher32],
  [4, decompressSzip],
  [5, undoNBit],
  [6, undoScaleOffset],
  [32000, (bytes, _, most) => decompressLzf(bytes, most)],
]);

/** Whether the walker can undo the filter with this registered number. */
export function isKnownFilter(id: number): boolean {
  return UNDO.has(id);
}

/**
 * How many bytes longer than its elements a chunk may be between two filters: checksums, headers, minimum
 * sizes.
 */
const MOST_MORE_BYTES = 1024;

/**
 * Restores the `byteLength` bytes of a chunk from its stored form. Bit n of `mask` set: filter n was not
 * applied.
 * @throws WalkerAbortedError where a filter that was applied is unknown, a checksum does not match, or the length
 * differs
 */
export function unfilter(
  stored: Uint8Array,
  filters: readonly Filter[],
  mask: number,
  byteLength: number,
): Uint8Array {
  let bytes = stored;
  for (let index = filters.length - 1; index >= 0; index -= 1) {
    if (((mask >>> index) & 1) !== 0) continue;
    const { id, parameters } = filters[index]!;
    const undo = UNDO.get(id) ?? abort(`filter ${filterName(id)} is not built in`, 'unsupported');
    try {
      bytes = undo(bytes, parameters, byteLength + MOST_MORE_BYTES);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      abort(error.message, error.reason);
    }
  }
  if (bytes.length < byteLength) abort('a chunk shorter than its elements');
  return bytes.subarray(0, byteLength);
}

function inflate(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return new Uint8Array(inflateSync(bytes, { maxOutputLength: most }));
  } catch {
    return abort('a chunk that zlib cannot inflate');
  }
}

/** Undoes shuffle, which groups byte k of all elements. Bytes after the last whole element are unchanged. */
function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  if (elementBytes <= 1) return bytes;
  const count = Math.floor(bytes.length / elementBytes);
  // If an element is larger than the chunk, there is nothing to unshuffle.
  if (count === 0) return bytes;
  const plain = new Uint8Array(bytes);
  for (let at = 0; at < elementBytes; at += 1) {
    for (let index = 0; index < count; index += 1) {
      plain[index * elementBytes + at] = bytes[at * count + index]!;
    }
  }
  return plain;
}

function removeFletcher32(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) abort('a chunk without its checksum');
  const data = bytes.subarray(0, bytes.length - 4);
  const at = data.length;
  const stored = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  const sum = fletcher32(data);
  // libhdf5 before 1.6.3 swapped the bytes within each half on some machines, and still accepts that.
  const swapped = (((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored !== sum && stored !== swapped) abort('a chunk whose checksum does not match');
  return data;
}

/**
 * The Fletcher32 sum of `bytes` as libhdf5 computes it: 16-bit words, high byte first, halves folded to 1 to
 * 65,535 unless all bytes are 0.
 */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  let any = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const word = (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
    any |= word;
    low = (low + word) % 65_535;
    high = (high + low) % 65_535;
  }
  const folded = (half: number): number => (half === 0 && any !== 0 ? 65_535 : half);
  return ((folded(high) << 16) | folded(low)) >>> 0;
}
