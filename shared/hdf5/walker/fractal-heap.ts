/**
 * Where newer files keep links and attributes that have outgrown an object header: fractal heaps, their
 * doubling table, and the ids of the objects in them (HDF5 File Format Specification 3.0, III.G).
 */
import { ByteReader, bytesToHold, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { lookup3, mustMatchChecksum } from './checksum.ts';
import { giveUp } from './gave-up.ts';

/** The header of a heap. */
export interface FractalHeap {
  readonly address: number;
  readonly idBytes: number;
  readonly checksummed: boolean;
  /** Address of the B-tree of huge objects, or UNDEFINED_ADDRESS. */
  readonly hugeIndex: number;
  readonly tableWidth: number;
  readonly startBytes: number;
  readonly mostDirectBytes: number;
  /** Bytes of an offset in the heap. */
  readonly offsetBytes: number;
  /** Bytes of a managed object's length in its id. */
  readonly lengthBytes: number;
  /** Address of the root block, or UNDEFINED_ADDRESS where the heap is empty. */
  readonly root: number;
  /** Rows of the root block; 0 where it is a direct one. */
  readonly rootRows: number;
}

/** Bytes of a header without filters. */
export function fractalHeapHeaderBytes(sizes: FieldSizes): number {
  return 26 + 12 * sizes.lengths + 3 * sizes.offsets;
}

/** The heap whose header is `bytes`, read at `address`. @throws WalkerGaveUp, where it is filtered too */
export function decodeFractalHeap(bytes: Uint8Array, address: number, sizes: FieldSizes): FractalHeap {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('FRHP');
  reader.version('a fractal heap', 0);
  const idBytes = reader.u16();
  if (reader.u16() !== 0) giveUp('a filtered fractal heap');
  const flags = reader.u8();
  const mostManagedBytes = reader.u32();
  reader.skip(sizes.lengths); // The next huge object's id.
  const hugeIndex = reader.address();
  reader.skip(sizes.lengths + sizes.offsets + 8 * sizes.lengths); // Free space and what the heap counts of itself.
  const tableWidth = reader.u16();
  const startBytes = reader.length();
  const mostDirectBytes = reader.length();
  const heapBits = reader.u16();
  reader.skip(2);
  const root = reader.address();
  const rootRows = reader.u16();
  mustMatchChecksum(bytes, 0, bytes.length, 'a fractal heap');
  const isSound =
    isPowerOfTwo(tableWidth) &&
    isPowerOfTwo(startBytes) &&
    isPowerOfTwo(mostDirectBytes) &&
    startBytes <= mostDirectBytes &&
    heapBits <= 64 &&
    2 ** heapBits >= mostDirectBytes;
  if (!isSound) giveUp('a fractal heap of impossible measures');
  return {
    address,
    idBytes,
    checksummed: (flags & 0x02) !== 0,
    hugeIndex,
    tableWidth,
    startBytes,
    mostDirectBytes,
    offsetBytes: Math.ceil(heapBits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(mostDirectBytes) / 8), bytesToHold(mostManagedBytes)),
    root,
    rootRows,
  };
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

/** A block of the heap: `rows` is 0 for a direct one, which holds objects. */
export interface HeapBlock {
  readonly address: number;
  /** Where the block's first byte lies in the heap. */
  readonly heapOffset: number;
  readonly bytes: number;
  readonly rows: number;
}

/** The heap's root block, or undefined where it is empty. @throws WalkerGaveUp */
export function rootBlock(heap: FractalHeap, sizes: FieldSizes): HeapBlock | undefined {
  if (heap.root === UNDEFINED_ADDRESS) return undefined;
  if (heap.rootRows === 0) return { address: heap.root, heapOffset: 0, bytes: heap.startBytes, rows: 0 };
  return indirectBlock(heap, heap.root, 0, heap.rootRows, sizes);
}

/** Rows whose blocks are direct ones (III.G, Doubling Table). */
function directRows(heap: FractalHeap): number {
  return Math.log2(heap.mostDirectBytes) - Math.log2(heap.startBytes) + 2;
}

function rowBlockBytes(heap: FractalHeap, row: number): number {
  return row === 0 ? heap.startBytes : heap.startBytes * 2 ** (row - 1);
}

function indirectBlock(
  heap: FractalHeap,
  address: number,
  heapOffset: number,
  rows: number,
  sizes: FieldSizes,
): HeapBlock {
  if (rows > 64) giveUp('a fractal heap of impossible measures');
  const bytes = 5 + sizes.offsets + heap.offsetBytes + rows * heap.tableWidth * sizes.offsets + 4;
  return { address, heapOffset, bytes, rows };
}

/** The blocks that the indirect block in `bytes` leads to. @throws WalkerGaveUp */
export function decodeIndirectBlock(
  bytes: Uint8Array,
  block: HeapBlock,
  heap: FractalHeap,
  sizes: FieldSizes,
): HeapBlock[] {
  const reader = new ByteReader(bytes, sizes);
  decodeBlockHead(reader, 'FHIB', block, heap);
  mustMatchChecksum(bytes, 0, bytes.length, 'a fractal heap block');
  const children: HeapBlock[] = [];
  let heapOffset = block.heapOffset;
  for (let row = 0; row < block.rows; row += 1) {
    const blockBytes = rowBlockBytes(heap, row);
    for (let column = 0; column < heap.tableWidth; column += 1) {
      const address = reader.address();
      if (address !== UNDEFINED_ADDRESS) {
        if (row < directRows(heap)) children.push({ address, heapOffset, bytes: blockBytes, rows: 0 });
        else {
          const rows = Math.log2(blockBytes) - Math.log2(heap.startBytes * heap.tableWidth) + 1;
          children.push(indirectBlock(heap, address, heapOffset, rows, sizes));
        }
      }
      heapOffset += blockBytes;
    }
  }
  return children;
}

/** Holds the direct block in `bytes` against its signature and its checksum. @throws WalkerGaveUp */
export function checkDirectBlock(
  bytes: Uint8Array,
  block: HeapBlock,
  heap: FractalHeap,
  sizes: FieldSizes,
): void {
  const reader = new ByteReader(bytes, sizes);
  decodeBlockHead(reader, 'FHDB', block, heap);
  if (!heap.checksummed) return;
  // The checksum covers the whole block with its own four bytes as zeros (III.G, Fractal Heap Direct Block).
  const at = reader.at;
  const found = reader.u32();
  const blanked = new Uint8Array(bytes);
  blanked.fill(0, at, at + 4);
  if (lookup3(blanked) !== found) giveUp('the checksum of a fractal heap block does not match');
}

function decodeBlockHead(reader: ByteReader, signature: string, block: HeapBlock, heap: FractalHeap): void {
  reader.signature(signature);
  reader.version('a fractal heap block', 0);
  if (reader.address() !== heap.address) giveUp('a block of another fractal heap');
  if (reader.uint(heap.offsetBytes) !== block.heapOffset) giveUp('a fractal heap block in the wrong place');
}

/** Where an object of the heap stands. */
export type HeapId =
  | { readonly kind: 'managed'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'huge'; readonly key: number }
  | { readonly kind: 'huge-direct'; readonly address: number; readonly bytes: number }
  | { readonly kind: 'tiny'; readonly data: Uint8Array };

/** What the heap id in `id` says (III.G, Fractal Heap ID). @throws WalkerGaveUp */
export function decodeHeapId(id: Uint8Array, heap: FractalHeap, sizes: FieldSizes): HeapId {
  const reader = new ByteReader(id, sizes);
  const flags = reader.u8();
  if (flags >> 6 !== 0) giveUp('a fractal heap id of unknown version');
  const type = (flags >> 4) & 0x03;
  if (type === 0) {
    return {
      kind: 'managed',
      offset: reader.uint(heap.offsetBytes),
      bytes: reader.uint(heap.lengthBytes),
    };
  }
  if (type === 1) {
    if (heap.idBytes - 1 < sizes.offsets + sizes.lengths) {
      return { kind: 'huge', key: reader.uint(Math.min(8, heap.idBytes - 1)) };
    }
    return { kind: 'huge-direct', address: reader.address(), bytes: reader.length() };
  }
  if (type !== 2) giveUp('a fractal heap id of unknown type');
  if (heap.idBytes - 1 <= 16) return { kind: 'tiny', data: reader.take((flags & 0x0f) + 1) };
  return { kind: 'tiny', data: reader.take((((flags & 0x0f) << 8) | reader.u8()) + 1) };
}
