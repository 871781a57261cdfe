/**
 * The shape of a virtual dataset as libhdf5 gives it where none of its sources is available: a dimension that
 * grows with its sources is as long as the mappings of fixed extent make it. Pure; after the format's global
 * heap block of virtual datasets (HDF5 File Format Specification 3.0, III.E) and libhdf5's H5Dvirtual.c.
 */
import type { ByteReader } from './byte-reader.ts';
import { abort } from './gave-up.ts';

/** What a selection tells of the extent that it needs. */
interface SelectionBounds {
  /** The first element past the selection, by dimension; null in the one without an end. Undefined for all and none. */
  readonly ends: readonly (number | null)[] | undefined;
}

const NONE = 0;
const POINTS = 1;
const HYPERSLAB = 2;
const ALL = 3;

const REGULAR = 0x01;

/** Flags of an entry of version 1. */
const FILE_SHARED = 0x01;
const DATASET_SHARED = 0x02;
const SAME_FILE = 0x04;

/**
 * The shape out of the mappings that `reader` stands at and of the stored one, with what may grow.
 * @throws WalkerGaveUp, as unsupported where another dataset of the same file decides
 */
export function decodeVirtualShape(reader: ByteReader, stored: readonly number[]): number[] {
  const version = reader.version('the mappings of a virtual dataset', 0, 1);
  const count = reader.length();
  // What the mappings of fixed extent need, and the dimensions that others let grow.
  const least = stored.map(() => 0);
  const growing = new Set<number>();
  for (let index = 0; index < count; index += 1) {
    const isSameFile = skipNames(reader, version);
    decodeSelection(reader);
    const { ends } = decodeSelection(reader);
    if (ends === undefined) continue;
    if (ends.length !== stored.length) abort('a virtual dataset whose mappings have another rank');
    for (const [axis, end] of ends.entries()) {
      if (end !== null) least[axis] = Math.max(least[axis]!, end);
      else if (isSameFile) abort('a virtual dataset as long as others of its file make it', 'unsupported');
      else growing.add(axis);
    }
  }
  return stored.map((length, axis) => (growing.has(axis) ? least[axis]! : length));
}

/** Steps over an entry's file and dataset; says whether the file is this one. */
function skipNames(reader: ByteReader, version: number): boolean {
  const flags = version === 0 ? 0 : reader.u8();
  const isShared = (flag: number): boolean => (flags & flag) !== 0;
  let isSameFile = isShared(SAME_FILE);
  if (!isSameFile) {
    if (isShared(FILE_SHARED)) reader.length();
    else isSameFile = reader.readTerminated() === '.';
  }
  if (isShared(DATASET_SHARED)) reader.length();
  else reader.readTerminated();
  return isSameFile;
}

/** A selection as libhdf5 serializes it; the reader then stands after it. @throws WalkerGaveUp */
function decodeSelection(reader: ByteReader): SelectionBounds {
  const type = reader.u32();
  if (type === NONE || type === ALL) {
    reader.skip(12);
    return { ends: undefined };
  }
  if (type === POINTS) return decodePoints(reader);
  if (type === HYPERSLAB) return decodeHyperslab(reader);
  return abort('a selection of unknown type');
}

function decodePoints(reader: ByteReader): SelectionBounds {
  const version = reader.u32();
  if (version === 1) reader.skip(8);
  const width = version === 1 ? 4 : reader.u8();
  const rank = readRank(reader);
  const points = reader.uint(width);
  const ends = new Array<number>(rank).fill(0);
  for (let point = 0; point < points; point += 1) {
    for (let axis = 0; axis < rank; axis += 1) ends[axis] = Math.max(ends[axis]!, reader.uint(width) + 1);
  }
  return { ends };
}

function decodeHyperslab(reader: ByteReader): SelectionBounds {
  const version = reader.u32();
  if (version === 1) {
    reader.skip(8);
    return decodeBlocks(reader, readRank(reader), 4);
  }
  const flags = reader.u8();
  if (version === 2) reader.skip(4);
  else if (version !== 3) abort(`a selection of version ${version}`, 'unsupported');
  const width = version === 2 ? 8 : reader.u8();
  const rank = readRank(reader);
  return (flags & REGULAR) === 0 ? decodeBlocks(reader, rank, width) : decodeRegular(reader, rank, width);
}

function readRank(reader: ByteReader): number {
  const rank = reader.u32();
  return rank >= 1 && rank <= 32 ? rank : abort(`a selection of ${rank} dimensions`);
}

/** Start, stride, count and block of each dimension; a count or block with all its bits set has no end. */
function decodeRegular(reader: ByteReader, rank: number, width: number): SelectionBounds {
  const ends: (number | null)[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const start = reader.uint(width);
    const stride = reader.uint(width);
    const count = readEndless(reader, width);
    const block = readEndless(reader, width);
    ends.push(count === null || block === null ? null : start + stride * Math.max(0, count - 1) + block);
  }
  return { ends };
}

function readEndless(reader: ByteReader, width: number): number | null {
  const bytes = reader.bytes.subarray(reader.at, reader.at + width);
  if (bytes.length === width && bytes.every((byte) => byte === 0xff)) {
    reader.skip(width);
    return null;
  }
  return reader.uint(width);
}

/** First and last corner of each block. */
function decodeBlocks(reader: ByteReader, rank: number, width: number): SelectionBounds {
  const blocks = reader.uint(width);
  const ends = new Array<number>(rank).fill(0);
  for (let block = 0; block < blocks; block += 1) {
    reader.skip(rank * width);
    for (let axis = 0; axis < rank; axis += 1) ends[axis] = Math.max(ends[axis]!, reader.uint(width) + 1);
  }
  return { ends };
}
