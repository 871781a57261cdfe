/**
 * Decodes fractal heaps, where newer files store links and attributes that have outgrown an object header:
 * their doubling table, and the ids of the objects in them (HDF5 File Format Specification 3.0, III.G).
 */
import { ByteReader, bytesForLimit, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { lookup3, mustMatchChecksum } from './checksum.ts';
import { decodePipeline, type Filter, unfilter } from './filters.ts';
import { abort } from './walker-aborted.ts';

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
  /** Filters of direct blocks and huge objects; empty if there are none. */
  readonly filters: readonly Filter[];
  /** The stored form of the root, if it is a direct block and there are filters. */
  readonly rootStored: Stored | undefined;
}

/**
 * The stored form of a filtered block or object: its bytes in the file; bit n of the mask is set if filter n
 * was not applied.
 */
export interface Stored {
  readonly bytes: number;
  readonly filterMask: number;
}

/** Bytes of a header without filters; a header with filters is longer. */
export function fractalHeapHeaderBytes(sizes: FieldSizes): number {
  return 26 + 12 * sizes.lengths + 3 * sizes.offsets;
}

/** Bytes of the whole header, from `opening`, its first `fractalHeapHeaderBytes`. @throws WalkerAbortedError */
export function fractalHeapFullBytes(opening: Uint8Array, sizes: FieldSizes): number {
  const reader = new ByteReader(opening, sizes);
  reader.signature('FRHP');
  reader.skip(3);
  const filterBytes = reader.u16();
  return opening.length + (filterBytes === 0 ? 0 : sizes.lengths + 4 + filterBytes);
}

/** The heap whose whole header is `bytes`, read at `address`. @throws WalkerAbortedError */
export function decodeFractalHeap(bytes: Uint8Array, address: number, sizes: FieldSizes): FractalHeap {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('FRHP');
  reader.version('a fractal heap', 0);
  const idBytes = reader.u16();
  const filterBytes = reader.u16();
  const flags = reader.u8();
  const mostManagedBytes = reader.u32();
  reader.skip(sizes.lengths); // The next huge object's id.
  const hugeIndex = reader.address();
  reader.skip(sizes.lengths + sizes.offsets + 8 * sizes.lengths); // Free space and statistics of the heap.
  const tableWidth = reader.u16();
  const startBytes = reader.length();
  const mostDirectBytes = reader.length();
  const heapBits = reader.u16();
  reader.skip(2);
  const root = reader.address();
  const rootRows = reader.u16();
  const isFiltered = filterBytes > 0;
  const rootStored = isFiltered ? { bytes: reader.length(), filterMask: reader.u32() } : undefined;
  const filters = isFiltered
    ? decodePipeline(new ByteReader(bytes, sizes, reader.at, reader.at + filterBytes))
    : [];
  mustMatchChecksum(bytes, 0, bytes.length, 'a fractal heap');
  const isSound =
    isPowerOfTwo(tableWidth) &&
    isPowerOfTwo(startBytes) &&
    isPowerOfTwo(mostDirectBytes) &&
    startBytes <= mostDirectBytes &&
    heapBits <= 64 &&
    2 ** heapBits >= mostDirectBytes;
  if (!isSound) abort('a fractal heap with invalid sizes');
  return {
    address,
    idBytes,
    checksummed: (flags & 0x02) !== 0,
    hugeIndex,
    tableWidth,
    startBytes,
    mostDirectBytes,
    offsetBytes: Math.ceil(heapBits / 8),
    lengthBytes: Math.min(Math.ceil(Math.log2(mostDirectBytes) / 8), bytesForLimit(mostManagedBytes)),
    root,
    rootRows,
    filters,
    rootStored: rootRows === 0 ? rootStored : undefined,
  };
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

/** A block of the heap; `rows` is 0 for a direct one, which contains objects. */
export interface HeapBlock {
  readonly address: number;
  /** Offset of the block's first byte in the heap. */
  readonly heapOffset: number;
  readonly bytes: number;
  readonly rows: number;
  /** The stored form of a direct block of a filtered heap. */
  readonly stored?: Stored | undefined;
}

/** The heap's root block, or undefined where it is empty. @throws WalkerAbortedError */
export function rootBlock(heap: FractalHeap, sizes: FieldSizes): HeapBlock | undefined {
  if (heap.root === UNDEFINED_ADDRESS) return undefined;
  if (heap.rootRows === 0) {
    return { address: heap.root, heapOffset: 0, bytes: heap.startBytes, rows: 0, stored: heap.rootStored };
  }
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
  if (rows > 64) abort('a fractal heap with invalid sizes');
  // The entry of a filtered direct block also has its stored bytes and its filter mask.
  const filtered = heap.filters.length === 0 ? 0 : Math.min(rows, directRows(heap)) * (sizes.lengths + 4);
  const bytes =
    5 + sizes.offsets + heap.offsetBytes + heap.tableWidth * (rows * sizes.offsets + filtered) + 4;
  return { address, heapOffset, bytes, rows };
}

/** The child blocks of the indirect block in `bytes`. @throws WalkerAbortedError */
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
      const isDirect = row < directRows(heap);
      const stored =
        isDirect && heap.filters.length > 0
          ? { bytes: reader.length(), filterMask: reader.u32() }
          : undefined;
      if (address !== UNDEFINED_ADDRESS) {
        if (isDirect) children.push({ address, heapOffset, bytes: blockBytes, rows: 0, stored });
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

/** Checks the signature and the checksum of the direct block in `bytes`. @throws WalkerAbortedError */
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
  if (lookup3(blanked) !== found) abort('the checksum of a fractal heap block does not match');
}

function decodeBlockHead(reader: ByteReader, signature: string, block: HeapBlock, heap: FractalHeap): void {
  reader.signature(signature);
  reader.version('a fractal heap block', 0);
  if (reader.address() !== heap.address) abort('a block of another fractal heap');
  if (reader.uint(heap.offsetBytes) !== block.heapOffset) abort('a fractal heap block in the wrong place');
}

/** The largest block or object, in bytes, that is unfiltered; libhdf5's own heaps have blocks of 64 KiB. */
const MOST_UNFILTERED_BYTES = 64 * 1024 * 1024;

/** Restores the `bytes` of a block or an object from its stored form. @throws WalkerAbortedError */
export function removeFilters(
  heap: FractalHeap,
  stored: Uint8Array,
  bytes: number,
  filterMask: number,
): Uint8Array {
  if (bytes > MOST_UNFILTERED_BYTES) abort('a filtered fractal heap with invalid sizes');
  return unfilter(stored, heap.filters, filterMask, bytes);
}

/** A huge object: its address, its length and, if the heap is filtered, its stored form. */
export interface HugeObject {
  readonly address: number;
  readonly bytes: number;
  readonly stored?: Stored;
}

/**
 * The huge object at `reader`, in a heap id or in a record of the heap's B-tree of huge objects (III.G,
 * III.A.2).
 * @throws WalkerAbortedError
 */
export function decodeHugeObject(reader: ByteReader, heap: FractalHeap): HugeObject {
  const address = reader.address();
  const bytes = reader.length();
  if (address === UNDEFINED_ADDRESS) abort('a huge object without an address');
  if (heap.filters.length === 0) return { address, bytes };
  const filterMask = reader.u32();
  return { address, bytes: reader.length(), stored: { bytes, filterMask } };
}

/** Where an object of the heap is. */
export type HeapId =
  | { readonly kind: 'managed'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'huge'; readonly key: number }
  | { readonly kind: 'huge-direct'; readonly object: HugeObject }
  | { readonly kind: 'tiny'; readonly data: Uint8Array };

/** The location in the heap id `id` (III.G, Fractal Heap ID). @throws WalkerAbortedError */
export function decodeHeapId(id: Uint8Array, heap: FractalHeap, sizes: FieldSizes): HeapId {
  const reader = new ByteReader(id, sizes);
  const flags = reader.u8();
  if (flags >> 6 !== 0) abort('a fractal heap id of unknown version');
  const type = (flags >> 4) & 0x03;
  if (type === 0) {
    return {
      kind: 'managed',
      offset: reader.uint(heap.offsetBytes),
      bytes: reader.uint(heap.lengthBytes),
    };
  }
  if (type === 1) {
    const filtered = heap.filters.length === 0 ? 0 : 4 + sizes.lengths;
    if (heap.idBytes - 1 < sizes.offsets + sizes.lengths + filtered) {
      return { kind: 'huge', key: reader.uint(Math.min(sizes.lengths, heap.idBytes - 1)) };
    }
    return { kind: 'huge-direct', object: decodeHugeObject(reader, heap) };
  }
  if (type !== 2) abort('a fractal heap id of unknown type');
  if (heap.idBytes - 1 <= 16) return { kind: 'tiny', data: reader.take((flags & 0x0f) + 1) };
  return { kind: 'tiny', data: reader.take((((flags & 0x0f) << 8) | reader.u8()) + 1) };
}
