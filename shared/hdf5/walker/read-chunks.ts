/**
 * Locates the chunks of a dataset, with any kind of index. Only for the few small datasets whose values
 * belong to a header: the indexes of others are never read.
 */

import {
  btree1HeadBytes,
  btree1UsedBytes,
  type ChunkEntry,
  decodeBTree1Head,
  decodeChunkEntries,
} from '../format/btree1.ts';
import { RECORD } from '../format/btree2.ts';
import { ByteReader, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import {
  type ArrayEntry,
  decodeArrayPage,
  decodeExtensibleArray,
  decodeExtensibleBlock,
  decodeExtensibleIndex,
  decodeFixedArray,
  decodeFixedArrayBlock,
  decodeSecondaryBlock,
  type ExtensibleBlock,
  extensibleArrayHeaderBytes,
  extensibleBlockBytes,
  extensibleIndexBytes,
  fixedArrayBlockBytes,
  fixedArrayHeaderBytes,
  type SecondaryBlock,
  secondaryBlockBytes,
} from '../format/chunk-arrays.ts';
import type { Dataspace } from '../format/dataspace.ts';
import type { Layout } from '../format/layout-message.ts';
import { abort } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { readDenseIndex } from './read-dense.ts';

/** A chunk that was written. */
export interface Chunk {
  readonly address: number;
  /** Bytes as stored. */
  readonly bytes: number;
  readonly filterMask: number;
  /** Position of its first element in the dataset. */
  readonly offsets: readonly number[];
}

type Chunked = Layout & { class: 'chunked' };

/** Every chunk of the dataset that was written. @throws WalkerAbortedError */
export async function readChunkIndex(
  file: WalkedFile,
  layout: Chunked,
  space: Dataspace,
  chunkBytes: number,
  isFiltered: boolean,
): Promise<Chunk[]> {
  switch (layout.index) {
    case 'btree1':
      return readBTree1(file, layout, space, isFiltered ? undefined : chunkBytes);
    case 'single': {
      const { bytes = chunkBytes, filterMask = 0 } = layout.single ?? {};
      return [{ address: layout.address, bytes, filterMask, offsets: layout.chunks.map(() => 0) }];
    }
    case 'implicit': {
      const locations = new ArrayLocations(layout, space);
      return locations.all().map((offsets, index) => ({
        address: layout.address + locations.indexes[index]! * chunkBytes,
        bytes: chunkBytes,
        filterMask: 0,
        offsets,
      }));
    }
    case 'fixed-array':
      return fromArray(
        await readFixedArray(file, layout.address),
        new ArrayLocations(layout, space),
        chunkBytes,
      );
    case 'extensible-array':
      return fromArray(
        await readExtensibleArray(file, layout.address),
        new ArrayLocations(layout, space, true),
        chunkBytes,
      );
    case 'btree2':
      return readBTree2(file, layout, chunkBytes);
  }
}

/**
 * The number of chunks that cover the dataset; an index of more belongs to a dataset that was shrunk, or is
 * damaged.
 */
function chunkCount(layout: Chunked, space: Dataspace): number {
  return layout.chunks.reduce(
    (product, length, axis) => product * Math.ceil(space.shape![axis]! / length),
    1,
  );
}

async function readBTree1(
  file: WalkedFile,
  layout: Chunked,
  space: Dataspace,
  unfilteredBytes: number | undefined,
): Promise<Chunk[]> {
  const { rounds, sizes } = file;
  const rank = layout.chunks.length;
  const most = chunkCount(layout, space);
  const seen = new Set<number>();
  let level: number[] = [layout.address];
  let entries: ChunkEntry[] = [];
  for (let height = Number.POSITIVE_INFINITY; height > 0; ) {
    for (const node of level) {
      if (seen.has(node)) abort('a B-tree that loops');
      seen.add(node);
    }
    const nodes = await Promise.all(
      level.map(async (address) => {
        const head = decodeBTree1Head(await rounds.read(address, btree1HeadBytes(sizes)), 1, sizes);
        const bytes = await rounds.read(address, btree1UsedBytes(head, rank, sizes));
        return { head, entries: decodeChunkEntries(bytes, head, rank, sizes) };
      }),
    );
    const found = nodes[0]?.head.level ?? 0;
    if (nodes.some(({ head }) => head.level !== found) || found >= height) abort('a B-tree of uneven levels');
    entries = nodes.flatMap((node) => node.entries);
    if (entries.length > most) abort('a chunk index of more chunks than its dataset has');
    level = entries.map(({ address }) => address);
    height = found;
  }
  if (unfilteredBytes !== undefined && entries.some(({ bytes }) => bytes !== unfilteredBytes)) {
    abort('a chunk of another length than its shape gives');
  }
  return entries;
}

/** Entries by their array index. */
type ArrayEntries = Map<number, ArrayEntry>;

function addEntries(found: ArrayEntries, first: number, entries: readonly ArrayEntry[]): void {
  for (const [at, entry] of entries.entries()) found.set(first + at, entry);
}

async function readFixedArray({ rounds, sizes }: WalkedFile, address: number): Promise<ArrayEntries> {
  const header = await rounds.read(address, fixedArrayHeaderBytes(sizes));
  const array = decodeFixedArray(header, address, sizes);
  const found: ArrayEntries = new Map();
  if (array.dataBlock === UNDEFINED_ADDRESS) return found;
  const block = await rounds.read(array.dataBlock, fixedArrayBlockBytes(array, sizes));
  const { entries, pages } = decodeFixedArrayBlock(block, array, sizes);
  addEntries(found, 0, entries);
  await Promise.all(
    pages.map(async (page) => {
      const bytes = await rounds.read(page.address, page.bytes);
      addEntries(found, page.first, decodeArrayPage(bytes, page, array, sizes));
    }),
  );
  return found;
}

async function readExtensibleArray({ rounds, sizes }: WalkedFile, address: number): Promise<ArrayEntries> {
  const header = await rounds.read(address, extensibleArrayHeaderBytes(sizes));
  const array = decodeExtensibleArray(header, address, sizes);
  const found: ArrayEntries = new Map();
  if (array.indexBlock === UNDEFINED_ADDRESS) return found;
  const index = await rounds.read(array.indexBlock, extensibleIndexBytes(array, sizes));
  const { entries, blocks, secondaries } = decodeExtensibleIndex(index, array, sizes);
  addEntries(found, 0, entries);
  const readBlock = async (block: ExtensibleBlock): Promise<void> => {
    const bytes = await rounds.read(block.address, extensibleBlockBytes(block, array, sizes));
    addEntries(found, block.first, decodeExtensibleBlock(bytes, block, array, sizes));
  };
  const readSecondary = async (block: SecondaryBlock): Promise<void> => {
    const bytes = await rounds.read(block.address, secondaryBlockBytes(block, array, sizes));
    await Promise.all(decodeSecondaryBlock(bytes, block, array, sizes).map(readBlock));
  };
  await Promise.all([...blocks.map(readBlock), ...secondaries.map(readSecondary)]);
  return found;
}

function fromArray(entries: ArrayEntries, locations: ArrayLocations, chunkBytes: number): Chunk[] {
  return locations.all().flatMap((offsets, at) => {
    const entry = entries.get(locations.indexes[at]!);
    if (entry === undefined || entry.address === UNDEFINED_ADDRESS) return [];
    return [
      { address: entry.address, bytes: entry.bytes ?? chunkBytes, filterMask: entry.filterMask, offsets },
    ];
  });
}

/**
 * Maps the indexes of an array to the chunks of the dataset: row-major over the chunks that the dataset may
 * grow to; in an extensible array the unlimited dimension comes first.
 */
class ArrayLocations {
  /** The indexes of the chunks that `all` returns, in the same order. */
  readonly indexes: number[] = [];
  readonly #offsets: number[][] = [];

  constructor(layout: Chunked, space: Dataspace, isExtensible = false) {
    const shape = space.shape!;
    const { chunks } = layout;
    const now = chunks.map((length, axis) => Math.ceil(shape[axis]! / length));
    const most = chunks.map((length, axis) => {
      const limit = space.maxShape === undefined ? shape[axis]! : space.maxShape[axis]!;
      return limit === null ? Number.POSITIVE_INFINITY : Math.ceil(limit / length);
    });
    const axes = chunks.map((_, axis) => axis);
    const unlimited = most.indexOf(Number.POSITIVE_INFINITY);
    if (unlimited >= 0 !== isExtensible) abort('a chunk index that does not fit its dataspace');
    if (unlimited > 0) axes.unshift(...axes.splice(unlimited, 1));
    const at = chunks.map(() => 0);
    const total = now.reduce((product, length) => product * length, 1);
    for (let index = 0; index < total; index += 1) {
      let location = 0;
      for (const [order, axis] of axes.entries())
        location = (order === 0 ? 0 : location * most[axis]!) + at[axis]!;
      this.indexes.push(location);
      this.#offsets.push(at.map((step, axis) => step * chunks[axis]!));
      for (let axis = at.length - 1; axis >= 0; axis -= 1) {
        at[axis]! += 1;
        if (at[axis]! < now[axis]!) break;
        at[axis] = 0;
      }
    }
  }

  /** The offsets of every chunk of the dataset at its present shape. */
  all(): readonly (readonly number[])[] {
    return this.#offsets;
  }
}

async function readBTree2(file: WalkedFile, layout: Chunked, chunkBytes: number): Promise<Chunk[]> {
  const { rounds, sizes } = file;
  const { tree, records } = await readDenseIndex(
    rounds,
    sizes,
    layout.address,
    RECORD.chunk,
    RECORD.chunkFiltered,
  );
  const rank = layout.chunks.length;
  const lengthBytes = tree.recordBytes - sizes.offsets - 4 - 8 * rank;
  return records.map((record) => {
    const reader = new ByteReader(record, sizes);
    const address = reader.address();
    if (address === UNDEFINED_ADDRESS) abort('a chunk without an address');
    const isFiltered = tree.type === RECORD.chunkFiltered;
    const bytes = isFiltered ? reader.uint(lengthBytes) : chunkBytes;
    const filterMask = isFiltered ? reader.u32() : 0;
    // Offsets are counted in chunks (III.A.2, Record Layout - Dataset Chunks).
    const offsets = layout.chunks.map((length) => reader.uint(8) * length);
    return { address, bytes, filterMask, offsets };
  });
}
