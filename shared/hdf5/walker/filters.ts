/**
 * What was done to a dataset's chunks when they were written, and its undoing: the Filter Pipeline message
 * (HDF5 File Format Specification 3.0, IV.A.2.l) and the filters deflate, shuffle and Fletcher32.
 */
import { inflateSync } from 'node:zlib';
import { type ByteReader, padded8 } from './byte-reader.ts';
import { giveUp } from './gave-up.ts';

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

/** The pipeline that `reader` stands at, in the order of writing. @throws WalkerGaveUp */
export function decodePipeline(reader: ByteReader): Filter[] {
  const version = reader.version('a filter pipeline', 1, 2);
  const count = reader.u8();
  if (count > MOST_FILTERS) giveUp(`a pipeline of ${count} filters`);
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

/** Numbers of the filters that the walker undoes. */
export const FILTER = { deflate: 1, shuffle: 2, fletcher32: 3 } as const;

/**
 * The `byteLength` bytes of a chunk out of its stored form. Bit n of `mask` set: filter n was not applied.
 * @throws WalkerGaveUp where a filter is unknown, a checksum does not match, or the length is another
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
    const filter = filters[index]!;
    if (filter.id === FILTER.deflate) bytes = inflated(bytes, byteLength + 4);
    else if (filter.id === FILTER.shuffle) bytes = unshuffled(bytes, filter.parameters[0] ?? 1);
    else if (filter.id === FILTER.fletcher32) bytes = withoutFletcher32(bytes);
    else giveUp(`filter ${filter.id}`);
  }
  if (bytes.length < byteLength) giveUp('a chunk shorter than its elements');
  return bytes.subarray(0, byteLength);
}

/** `most` bounds what a damaged or hostile chunk may grow to: a chunk and, at most, its checksum. */
function inflated(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return new Uint8Array(inflateSync(bytes, { maxOutputLength: most }));
  } catch {
    return giveUp('a chunk that zlib cannot inflate');
  }
}

/** Undoes shuffle: byte k of all elements stood together. Bytes past the last whole element were left alone. */
function unshuffled(bytes: Uint8Array, elementBytes: number): Uint8Array {
  if (elementBytes <= 1) return bytes;
  const count = Math.floor(bytes.length / elementBytes);
  const plain = new Uint8Array(bytes);
  for (let at = 0; at < elementBytes; at += 1) {
    for (let index = 0; index < count; index += 1) {
      plain[index * elementBytes + at] = bytes[at * count + index]!;
    }
  }
  return plain;
}

function withoutFletcher32(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) giveUp('a chunk without its checksum');
  const data = bytes.subarray(0, bytes.length - 4);
  const at = data.length;
  const stored = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  const sum = fletcher32(data);
  // libhdf5 before 1.6.3 swapped the bytes within each half on some machines, and still accepts that.
  const swapped = (((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored !== sum && stored !== swapped) giveUp('a chunk whose checksum does not match');
  return data;
}

/** The Fletcher32 sum of `bytes` as libhdf5 makes it: 16-bit words, high byte first, halves folded to 1 to 65,535 unless all is 0. */
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
