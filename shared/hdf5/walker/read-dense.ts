/**
 * Reads links and attributes in dense storage: all records of their B-tree, each with its object from their
 * fractal heap. Heap and index are read concurrently, so that the two take as many rounds as the deeper one.
 */

import type { DenseStorage } from '../format/attribute-message.ts';
import {
  type BTree2,
  type BTree2Child,
  btree2HeaderBytes,
  btree2NodeBytes,
  decodeBTree2,
  decodeBTree2Node,
  RECORD,
} from '../format/btree2.ts';
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import {
  checkDirectBlock,
  decodeFractalHeap,
  decodeHeapId,
  decodeHugeObject,
  decodeIndirectBlock,
  type FractalHeap,
  fractalHeapFullBytes,
  fractalHeapHeaderBytes,
  type HeapBlock,
  type HugeObject,
  removeFilters,
  rootBlock,
} from '../format/fractal-heap.ts';
import type { StructureBytes } from '../format/structure-bytes.ts';
import { abort } from '../format/walker-aborted.ts';

/** A tree whose header was read, and its records. */
export interface DenseIndex {
  readonly tree: BTree2;
  readonly records: readonly Uint8Array[];
}

/**
 * All records of the version 2 B-tree at `address`, which must be of one of the `types`.
 * @throws WalkerAbortedError
 */
export async function readDenseIndex(
  rounds: StructureBytes,
  sizes: FieldSizes,
  address: number,
  ...types: number[]
): Promise<DenseIndex> {
  const tree = decodeBTree2(await rounds.read(address, btree2HeaderBytes(sizes)), sizes);
  if (!types.includes(tree.type)) abort(`a version 2 B-tree of type ${tree.type}`);
  const records: Uint8Array[] = [];
  const seen = new Set<number>();
  let level: BTree2Child[] = tree.root.address === UNDEFINED_ADDRESS ? [] : [tree.root];
  while (level.length > 0) {
    const next: BTree2Child[] = [];
    const nodes = level.map((node) => {
      // A node reached twice would let a small file cause any amount of work.
      if (seen.has(node.address)) abort('a version 2 B-tree that loops');
      seen.add(node.address);
      return rounds.read(node.address, btree2NodeBytes(tree, node, sizes), tree.nodeBytes);
    });
    const blocks = await Promise.all(nodes);
    for (const [index, bytes] of blocks.entries()) {
      decodeBTree2Node(bytes, tree, level[index]!, sizes, records, next);
    }
    level = next;
  }
  if (records.length !== tree.totalRecords) abort('a version 2 B-tree with a wrong number of records');
  return { tree, records };
}

/** A fractal heap whose direct blocks were all read. */
export interface DenseHeap {
  readonly heap: FractalHeap;
  /** The object with this id. @throws WalkerAbortedError */
  object(id: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The fractal heap at `address`. @throws WalkerAbortedError */
export async function readDenseHeap(
  rounds: StructureBytes,
  sizes: FieldSizes,
  address: number,
): Promise<DenseHeap> {
  const opening = await rounds.read(address, fractalHeapHeaderBytes(sizes));
  const headerBytes = fractalHeapFullBytes(opening, sizes);
  const header = headerBytes === opening.length ? opening : await rounds.read(address, headerBytes);
  const heap = decodeFractalHeap(header, address, sizes);
  const blocks = await readDirectBlocks(rounds, sizes, heap);
  let huge: Promise<ReadonlyMap<number, HugeObject>> | undefined;
  const hugeObject = async ({ address: at, bytes, stored }: HugeObject): Promise<Uint8Array> => {
    if (stored === undefined) return rounds.read(at, bytes);
    return removeFilters(heap, await rounds.read(at, stored.bytes), bytes, stored.filterMask);
  };
  const indexedObject = async (key: number): Promise<Uint8Array> => {
    huge ??= readHugeIndex(rounds, sizes, heap);
    return hugeObject((await huge).get(key) ?? abort('a huge object that is not in its heap'));
  };
  return {
    heap,
    object(id) {
      const location = decodeHeapId(id, heap, sizes);
      switch (location.kind) {
        case 'managed':
          return managedObject(blocks, location.offset, location.bytes);
        case 'tiny':
          return location.data;
        case 'huge-direct':
          return hugeObject(location.object);
        case 'huge':
          return indexedObject(location.key);
      }
    },
  };
}

interface DirectBlock {
  readonly heapOffset: number;
  readonly bytes: Uint8Array;
}

/** Every direct block, in the order of the heap. */
async function readDirectBlocks(
  rounds: StructureBytes,
  sizes: FieldSizes,
  heap: FractalHeap,
): Promise<DirectBlock[]> {
  const direct: DirectBlock[] = [];
  const seen = new Set<number>();
  const root = rootBlock(heap, sizes);
  let level: HeapBlock[] = root === undefined ? [] : [root];
  while (level.length > 0) {
    const blocks = await Promise.all(
      level.map((block) => {
        if (seen.has(block.address)) abort('a fractal heap that loops');
        seen.add(block.address);
        return rounds.read(block.address, block.stored?.bytes ?? block.bytes);
      }),
    );
    const next: HeapBlock[] = [];
    for (const [index, bytes] of blocks.entries()) {
      const block = level[index]!;
      if (block.rows > 0) next.push(...decodeIndirectBlock(bytes, block, heap, sizes));
      else {
        const { stored } = block;
        const plain =
          stored === undefined ? bytes : removeFilters(heap, bytes, block.bytes, stored.filterMask);
        checkDirectBlock(plain, block, heap, sizes);
        direct.push({ heapOffset: block.heapOffset, bytes: plain });
      }
    }
    level = next;
  }
  return direct.sort((a, b) => a.heapOffset - b.heapOffset);
}

function managedObject(blocks: readonly DirectBlock[], offset: number, length: number): Uint8Array {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle]!.heapOffset <= offset) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1] ?? abort('an object outside its heap');
  const start = offset - block.heapOffset;
  if (start + length > block.bytes.length) abort('an object outside its heap');
  return block.bytes.subarray(start, start + length);
}

async function readHugeIndex(
  rounds: StructureBytes,
  sizes: FieldSizes,
  heap: FractalHeap,
): Promise<ReadonlyMap<number, HugeObject>> {
  const type = heap.filters.length === 0 ? RECORD.hugeIndirect : RECORD.hugeIndirectFiltered;
  const { records } = await readDenseIndex(rounds, sizes, heap.hugeIndex, type);
  const huge = new Map<number, HugeObject>();
  for (const record of records) {
    const reader = new ByteReader(record, sizes);
    const found = decodeHugeObject(reader, heap);
    huge.set(reader.length(), found);
  }
  return huge;
}

/**
 * Reads all objects that `storage` indexes by name, each with its record; `type` is the type of the records.
 * @throws WalkerAbortedError
 */
export async function readDense(
  rounds: StructureBytes,
  sizes: FieldSizes,
  storage: DenseStorage,
  type: number,
): Promise<{ readonly heap: DenseHeap; readonly records: readonly Uint8Array[] }> {
  const [heap, { records }] = await Promise.all([
    readDenseHeap(rounds, sizes, storage.heap),
    readDenseIndex(rounds, sizes, storage.nameIndex, type),
  ]);
  return { heap, records };
}
