/**
 * The index of links, attributes, huge heap objects and chunks in newer files: B-trees of version 2 (HDF5
 * File Format Specification 3.0, III.A.2). Records are returned as bytes; the caller knows their layout.
 */
import { ByteReader, bytesForLimit, type FieldSizes } from './byte-reader.ts';
import { mustMatchChecksum } from './checksum.ts';
import { abort } from './walker-aborted.ts';

/** Record types that the walker reads (III.A.2, Version 2 B-tree Type). */
export const RECORD = {
  hugeIndirect: 1,
  hugeIndirectFiltered: 2,
  hugeDirect: 3,
  hugeDirectFiltered: 4,
  linkName: 5,
  attributeName: 8,
  chunk: 10,
  chunkFiltered: 11,
} as const;

/** Signature, version, type, and the checksum that a node ends with. */
const NODE_OVERHEAD = 10;
/** The most levels that the largest index could need; more means damage. */
const DEEPEST = 32;

/** The header of a tree. */
export interface BTree2 {
  readonly type: number;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  readonly depth: number;
  readonly root: BTree2Child;
  readonly totalRecords: number;
  /** By level, from the leaves up. */
  readonly levels: readonly BTree2Level[];
}

interface BTree2Level {
  readonly mostRecords: number;
  /** The most records in a whole subtree of this level. */
  readonly mostBeneath: number;
}

/** A pointer to a node. */
export interface BTree2Child {
  readonly address: number;
  readonly records: number;
  /** 0 for a leaf. */
  readonly level: number;
}

/** Bytes of a tree's header. */
export function btree2HeaderBytes(sizes: FieldSizes): number {
  return 22 + sizes.offsets + sizes.lengths;
}

/** The tree whose header is `bytes`. @throws WalkerAbortedError */
export function decodeBTree2(bytes: Uint8Array, sizes: FieldSizes): BTree2 {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('BTHD');
  reader.version('a version 2 B-tree', 0);
  const type = reader.u8();
  const nodeBytes = reader.u32();
  const recordBytes = reader.u16();
  const depth = reader.u16();
  reader.skip(2);
  const address = reader.address();
  const records = reader.u16();
  const totalRecords = reader.length();
  mustMatchChecksum(bytes, 0, bytes.length, 'a version 2 B-tree');
  if (depth > DEEPEST) abort(`a version 2 B-tree of ${depth} levels`);
  const levels = planLevels(nodeBytes, recordBytes, depth, sizes);
  return {
    type,
    nodeBytes,
    recordBytes,
    depth,
    root: { address, records, level: depth },
    totalRecords,
    levels,
  };
}

/**
 * The number of records that fit in each level determines the widths of the counts in its pointers (III.A.2,
 * Internal Nodes).
 */
function planLevels(nodeBytes: number, recordBytes: number, depth: number, sizes: FieldSizes): BTree2Level[] {
  if (recordBytes === 0 || nodeBytes < NODE_OVERHEAD + recordBytes)
    abort('a version 2 B-tree of empty nodes');
  const leafMost = Math.floor((nodeBytes - NODE_OVERHEAD) / recordBytes);
  const levels: BTree2Level[] = [{ mostRecords: leafMost, mostBeneath: leafMost }];
  for (let level = 1; level <= depth; level += 1) {
    const pointer = pointerBytes(levels, level, sizes);
    const mostRecords = Math.floor((nodeBytes - NODE_OVERHEAD - pointer) / (recordBytes + pointer));
    if (mostRecords < 1) abort('a version 2 B-tree of empty nodes');
    const mostBeneath = (mostRecords + 1) * levels[level - 1]!.mostBeneath + mostRecords;
    levels.push({ mostRecords, mostBeneath });
  }
  return levels;
}

/** Bytes of a pointer in a node of `level`. */
function pointerBytes(levels: readonly BTree2Level[], level: number, sizes: FieldSizes): number {
  return sizes.offsets + bytesForLimit(levels[0]!.mostRecords) + totalBytes(levels, level);
}

/**
 * Bytes of a pointer's count of all records below it, which it has from the second level above the leaves
 * on.
 */
function totalBytes(levels: readonly BTree2Level[], level: number): number {
  return level > 1 ? bytesForLimit(levels[level - 1]!.mostBeneath) : 0;
}

/** Bytes of a node that are in use: its records, its pointers and its checksum. */
export function btree2NodeBytes(tree: BTree2, node: BTree2Child, sizes: FieldSizes): number {
  if (node.records > tree.levels[node.level]!.mostRecords) abort('a version 2 B-tree node that overflows');
  const pointers = node.level === 0 ? 0 : (node.records + 1) * pointerBytes(tree.levels, node.level, sizes);
  return NODE_OVERHEAD + node.records * tree.recordBytes + pointers;
}

/**
 * Adds the records of the node in `bytes` to `records` and its children to `children`.
 * @throws WalkerAbortedError
 */
export function decodeBTree2Node(
  bytes: Uint8Array,
  tree: BTree2,
  node: BTree2Child,
  sizes: FieldSizes,
  records: Uint8Array[],
  children: BTree2Child[],
): void {
  const reader = new ByteReader(bytes, sizes);
  reader.signature(node.level === 0 ? 'BTLF' : 'BTIN');
  reader.version('a version 2 B-tree node', 0);
  if (reader.u8() !== tree.type) abort('a version 2 B-tree node of the wrong type');
  mustMatchChecksum(bytes, 0, bytes.length, 'a version 2 B-tree node');
  for (let index = 0; index < node.records; index += 1) records.push(reader.take(tree.recordBytes));
  if (node.level === 0) return;
  const countBytes = bytesForLimit(tree.levels[0]!.mostRecords);
  for (let index = 0; index <= node.records; index += 1) {
    const address = reader.address();
    const count = reader.uint(countBytes);
    reader.skip(totalBytes(tree.levels, node.level));
    children.push({ address, records: count, level: node.level - 1 });
  }
}
