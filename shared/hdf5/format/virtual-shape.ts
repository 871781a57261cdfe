/**
 * Computes the shape of a virtual dataset as libhdf5 does when no other file is available: a dimension that
 * grows with its sources is as long as the mappings of fixed extent and the sources in the same file make it.
 * Pure; based on the format's global heap block of virtual datasets (HDF5 File Format Specification 3.0,
 * III.E) and libhdf5's H5Dvirtual.c.
 */
import type { ByteReader } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/** A regular selection along one dimension; a count or block of null is unlimited. */
interface Slab {
  readonly start: number;
  readonly stride: number;
  readonly count: number | null;
  readonly block: number | null;
}

/** The extent that a selection needs. */
interface SelectionBounds {
  /**
   * The first element past the selection, by dimension; null in an unlimited one. Undefined for the
   * selections of all and of none.
   */
  readonly ends: readonly (number | null)[] | undefined;
  /** By dimension, for a regular selection. */
  readonly slabs?: readonly Slab[];
}

/** A mapping that lets a dimension grow with a dataset of the same file. */
interface GrowingMapping {
  /** The source's path from the root; contains `%b` if the blocks are in datasets numbered from 0. */
  readonly path: string;
  readonly axis: number;
  readonly target: Slab;
  /** The unlimited dimension of the source's own selection; undefined where sources are numbered. */
  readonly source: { readonly axis: number; readonly slab: Slab } | undefined;
}

/** A virtual dataset's shape, as far as it follows from its own header. */
export interface VirtualShape {
  /** The shape without any source. */
  readonly least: readonly number[];
  /** The mappings that make it longer. */
  readonly growing: readonly GrowingMapping[];
}

/**
 * The shape of the dataset at a path from the root; null if the file has no dataset there.
 * @throws WalkerAbortedError if that is not known
 */
export type FindShape = (path: string) => readonly number[] | null;

const NONE = 0;
const POINTS = 1;
const HYPERSLAB = 2;
const ALL = 3;

const REGULAR = 0x01;

/** Flags of an entry of version 1. */
const FILE_SHARED = 0x01;
const DATASET_SHARED = 0x02;
const SAME_FILE = 0x04;

/** The most numbered sources that are looked up; a file has at most as many as objects. */
const MOST_NUMBERED = 100_000;

/**
 * Computes the shape from the mappings at `reader` and the stored shape, with the mappings that may grow it.
 * @throws WalkerAbortedError
 */
export function decodeVirtualShape(reader: ByteReader, stored: readonly number[]): VirtualShape {
  const version = reader.version('the mappings of a virtual dataset', 0, 1);
  const count = reader.length();
  // The extent that fixed mappings need, and the dimensions that other mappings let grow.
  const least = stored.map(() => 0);
  const grows = new Set<number>();
  const growing: GrowingMapping[] = [];
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { isSameFile, path } = decodeNames(reader, version, paths);
    paths.push(path);
    const source = decodeSelection(reader);
    const target = decodeSelection(reader);
    if (target.ends === undefined) continue;
    if (target.ends.length !== stored.length) abort('a virtual dataset whose mappings have another rank');
    for (const [axis, end] of target.ends.entries()) {
      if (end !== null) least[axis] = Math.max(least[axis]!, end);
      else {
        grows.add(axis);
        if (isSameFile)
          growing.push({ path, axis, target: target.slabs![axis]!, source: findEndless(source) });
      }
    }
  }
  return { least: stored.map((length, axis) => (grows.has(axis) ? least[axis]! : length)), growing };
}

/** The shape, extended by the sources in the same file. @throws what `findShape` throws */
export function growVirtualShape({ least, growing }: VirtualShape, findShape: FindShape): number[] {
  const shape = [...least];
  for (const mapping of growing) {
    const { axis } = mapping;
    shape[axis] = Math.max(shape[axis]!, mappedLength(mapping, findShape));
  }
  return shape;
}

function mappedLength({ path, target, source }: GrowingMapping, findShape: FindShape): number {
  if (source === undefined) return numberedLength(path, target, findShape);
  const length = findShape(path.replaceAll('%%', '%'))?.[source.axis];
  return length === undefined ? 0 : findExtent(target, countSlices(source.slab, length));
}

/** The length up to the last block before the first missing dataset. */
function numberedLength(path: string, { start, stride, block }: Slab, findShape: FindShape): number {
  let blocks = 0;
  while (blocks < MOST_NUMBERED && findShape(numberPath(path, blocks)) !== null) blocks += 1;
  return blocks === 0 ? 0 : start + stride * (blocks - 1) + (block ?? 0);
}

function numberPath(path: string, block: number): string {
  return path.replace(/%[%b]/g, (code) => (code === '%b' ? String(block) : '%'));
}

/** Number of selected elements along a dimension of `length` (H5S_hyper_get_clip_extent_match). */
function countSlices({ start, stride, count, block }: Slab, length: number): number {
  if (start >= length) return 0;
  if (block === null || block === stride) return length - start;
  const blocks = count ?? Math.ceil((length - start) / stride);
  if (blocks === 0) return 0;
  const whole = block * blocks;
  return Math.max(0, whole - Math.max(0, stride * (blocks - 1) + block - (length - start)));
}

/**
 * Length of the dimension that contains exactly `slices` selected elements (H5S__hyper_get_clip_extent_real).
 */
function findExtent({ start, stride, block }: Slab, slices: number): number {
  if (slices === 0) return 0;
  if (block === null || block === stride) return start + slices;
  const blocks = Math.floor(slices / block);
  const rest = slices - blocks * block;
  return rest > 0 ? start + stride * blocks + rest : start + stride * (blocks - 1) + block;
}

function findEndless({ ends, slabs }: SelectionBounds): GrowingMapping['source'] {
  const axis = ends?.indexOf(null) ?? -1;
  return axis < 0 ? undefined : { axis, slab: slabs![axis]! };
}

/**
 * An entry's file and dataset: whether the file is this one, and the dataset's path, which may be that of an
 * earlier entry.
 */
function decodeNames(
  reader: ByteReader,
  version: number,
  before: readonly string[],
): { isSameFile: boolean; path: string } {
  const flags = version === 0 ? 0 : reader.u8();
  const isShared = (flag: number): boolean => (flags & flag) !== 0;
  let isSameFile = isShared(SAME_FILE);
  if (!isSameFile) {
    // An entry that shares the file of an earlier one refers to another file: this file has its own flag.
    if (isShared(FILE_SHARED)) reader.length();
    else isSameFile = reader.readTerminated() === '.';
  }
  const path = isShared(DATASET_SHARED)
    ? (before[reader.length()] ?? abort('a mapping that takes its dataset from a later one'))
    : reader.readTerminated();
  return { isSameFile, path };
}

/** Decodes a selection as libhdf5 serializes it, and leaves the reader after it. @throws WalkerAbortedError */
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

/** Start, stride, count and block of each dimension; a count or block with all bits set is unlimited. */
function decodeRegular(reader: ByteReader, rank: number, width: number): SelectionBounds {
  const ends: (number | null)[] = [];
  const slabs: Slab[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const start = reader.uint(width);
    const stride = reader.uint(width);
    const count = readEndless(reader, width);
    const block = readEndless(reader, width);
    ends.push(count === null || block === null ? null : start + stride * Math.max(0, count - 1) + block);
    slabs.push({ start, stride, count, block });
  }
  return { ends, slabs };
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
