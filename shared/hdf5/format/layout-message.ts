/**
 * How a dataset's elements are stored and where: the Data Layout message, versions 1 to 5 (HDF5 File
 * Format Specification 3.0, IV.A.2.i).
 */
import { type ByteReader, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/**
 * How the chunks of a dataset are found (IV.A.2.i, version 4: Chunk Indexing Type; earlier versions: a B-tree
 * of version 1).
 */
export type ChunkIndexKind = 'btree1' | 'single' | 'implicit' | 'fixed-array' | 'extensible-array' | 'btree2';

/** Where the elements are. Addresses may be UNDEFINED_ADDRESS: nothing was written. */
export type Layout =
  | { readonly class: 'compact'; readonly data: Uint8Array }
  /** `bytes` is the allocated size; 0 before version 3 of the message. */
  | { readonly class: 'contiguous'; readonly address: number; readonly bytes: number }
  | {
      readonly class: 'chunked';
      /** Elements per chunk, by dimension. */
      readonly chunks: readonly number[];
      readonly elementBytes: number;
      readonly index: ChunkIndexKind;
      readonly address: number;
      /** Whether chunks that extend past the dataset's edge are stored without filters. */
      readonly edgesUnfiltered: boolean;
      /** For a single chunk with filters: its stored bytes and the filters that were not applied. */
      readonly single?: { readonly bytes: number; readonly filterMask: number };
    }
  /** The mappings are the object `index` of the global heap collection at `heap`. */
  | { readonly class: 'virtual'; readonly heap: number; readonly index: number };

const CLASSES = ['compact', 'contiguous', 'chunked', 'virtual'] as const;
const INDEXES: readonly ChunkIndexKind[] = [
  'single',
  'implicit',
  'fixed-array',
  'extensible-array',
  'btree2',
];

/** The layout at `reader`. @throws WalkerAbortedError */
export function decodeLayout(reader: ByteReader): Layout {
  const version = reader.version('a data layout', 1, 2, 3, 4, 5);
  if (version < 3) return decodeOldLayout(reader);
  const kind = CLASSES[reader.u8()];
  switch (kind) {
    case 'compact':
      return { class: 'compact', data: reader.take(reader.u16()) };
    case 'contiguous':
      return { class: 'contiguous', address: reader.address(), bytes: reader.length() };
    case 'chunked':
      return version === 3 ? decodeChunked3(reader) : decodeChunked4(reader);
    case 'virtual':
      if (version < 4) abort('a virtual data layout of version 3');
      return { class: 'virtual', heap: reader.address(), index: reader.u32() };
    default:
      return abort('a data layout of unknown class');
  }
}

/** Versions 1 and 2: the dimensions follow the address, and the last one of a chunk is its element's size. */
function decodeOldLayout(reader: ByteReader): Layout {
  const rank = reader.u8();
  if (rank === 0) abort('a data layout of no dimensions');
  const kind = CLASSES[reader.u8()];
  reader.skip(5);
  const address = kind === 'compact' ? UNDEFINED_ADDRESS : reader.address();
  const dimensions = decodeDimensions(reader, rank, 4);
  switch (kind) {
    case 'compact':
      return { class: 'compact', data: reader.take(reader.u32()) };
    case 'contiguous':
      return { class: 'contiguous', address, bytes: 0 };
    case 'chunked':
      return buildChunked('btree1', address, dimensions);
    default:
      return abort('a data layout of unknown class');
  }
}

function decodeChunked3(reader: ByteReader): Layout {
  const rank = reader.u8();
  const address = reader.address();
  return buildChunked('btree1', address, decodeDimensions(reader, rank, 4));
}

const EDGES_UNFILTERED = 0x01;
const SINGLE_FILTERED = 0x02;

function decodeChunked4(reader: ByteReader): Layout {
  const flags = reader.u8();
  const rank = reader.u8();
  const dimensions = decodeDimensions(reader, rank, reader.u8());
  const index = INDEXES[reader.u8() - 1] ?? abort('a chunk index of unknown type');
  let single: { bytes: number; filterMask: number } | undefined;
  if (index === 'single' && (flags & SINGLE_FILTERED) !== 0) {
    single = { bytes: reader.length(), filterMask: reader.u32() };
  }
  // The index's creation parameters; its own header repeats them.
  reader.skip(
    { single: 0, implicit: 0, 'fixed-array': 1, 'extensible-array': 5, btree2: 6, btree1: 0 }[index],
  );
  const layout = buildChunked(index, reader.address(), dimensions);
  return { ...layout, edgesUnfiltered: (flags & EDGES_UNFILTERED) !== 0, ...(single && { single }) };
}

function decodeDimensions(reader: ByteReader, rank: number, width: number): number[] {
  if (rank > 33) abort(`a data layout of ${rank} dimensions`);
  const dimensions: number[] = [];
  for (let index = 0; index < rank; index += 1) dimensions.push(reader.uint(width));
  return dimensions;
}

function buildChunked(
  index: ChunkIndexKind,
  address: number,
  dimensions: readonly number[],
): Layout & { class: 'chunked' } {
  const chunks = dimensions.slice(0, -1);
  const elementBytes = dimensions.at(-1);
  if (elementBytes === undefined || dimensions.includes(0)) abort('chunks without elements');
  return { class: 'chunked', chunks, elementBytes, index, address, edgesUnfiltered: false };
}
