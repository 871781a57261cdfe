/**
 * The index of an old-style group's members and of a dataset's chunks: B-trees of version 1 (HDF5 File
 * Format Specification 3.0, III.A.1).
 */
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/** The head of a node. */
export interface BTree1Head {
  readonly type: 0 | 1;
  /** 0 for a leaf, whose children are symbol table nodes or chunks. */
  readonly level: number;
  readonly entries: number;
}

/** Bytes of a node's head. */
export function btree1HeadBytes(sizes: FieldSizes): number {
  return 8 + 2 * sizes.offsets;
}

/**
 * The head of the node at the start of `bytes`, which must be of `type`: 0 indexes a group, 1 chunks.
 * @throws WalkerAbortedError
 */
export function decodeBTree1Head(bytes: Uint8Array, type: 0 | 1, sizes: FieldSizes): BTree1Head {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('TREE');
  if (reader.u8() !== type) abort('a B-tree of the wrong type');
  return { type, level: reader.u8(), entries: reader.u16() };
}

/**
 * Bytes of a key: an offset into the local heap, or a chunk's size, filter mask and offsets (`rank` of them
 * and one for the element).
 */
function keyBytes(type: 0 | 1, rank: number, sizes: FieldSizes): number {
  return type === 0 ? sizes.lengths : 8 + 8 * (rank + 1);
}

/** Bytes of a node up to its last key in use. */
export function btree1UsedBytes(head: BTree1Head, rank: number, sizes: FieldSizes): number {
  const key = keyBytes(head.type, rank, sizes);
  return btree1HeadBytes(sizes) + head.entries * (key + sizes.offsets) + key;
}

/** The addresses of the children of the group node in `bytes`. @throws WalkerAbortedError */
export function decodeGroupChildren(bytes: Uint8Array, head: BTree1Head, sizes: FieldSizes): number[] {
  const reader = new ByteReader(bytes, sizes, btree1HeadBytes(sizes));
  const children: number[] = [];
  for (let index = 0; index < head.entries; index += 1) {
    reader.skip(sizes.lengths);
    children.push(definedChild(reader));
  }
  return children;
}

/** A chunk; in a node above the leaves, the subtree that starts with it. */
export interface ChunkEntry {
  readonly address: number;
  /** Bytes as stored. */
  readonly bytes: number;
  /** Bit n set: filter n was not applied. */
  readonly filterMask: number;
  /** Position of its first element in the dataset, in elements. */
  readonly offsets: readonly number[];
}

/** The entries of the chunk node in `bytes`. @throws WalkerAbortedError */
export function decodeChunkEntries(
  bytes: Uint8Array,
  head: BTree1Head,
  rank: number,
  sizes: FieldSizes,
): ChunkEntry[] {
  const reader = new ByteReader(bytes, sizes, btree1HeadBytes(sizes));
  const entries: ChunkEntry[] = [];
  for (let index = 0; index < head.entries; index += 1) {
    const length = reader.u32();
    const filterMask = reader.u32();
    const offsets: number[] = [];
    for (let axis = 0; axis < rank; axis += 1) offsets.push(reader.uint(8));
    reader.skip(8); // The offset within an element, always 0.
    entries.push({ address: definedChild(reader), bytes: length, filterMask, offsets });
  }
  return entries;
}

function definedChild(reader: ByteReader): number {
  const address = reader.address();
  return address === UNDEFINED_ADDRESS ? abort('a B-tree child without an address') : address;
}
