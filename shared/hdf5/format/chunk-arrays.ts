/**
 * Array indexes of a dataset's chunks in newer files: fixed arrays and extensible arrays (HDF5 File Format
 * Specification 3.0, VII.C The Fixed Array Index, VII.D The Extensible Array Index).
 */
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { mustMatchChecksum } from './checksum.ts';
import { abort } from './walker-aborted.ts';

/** One element of such an array. */
export interface ArrayEntry {
  /** UNDEFINED_ADDRESS where the chunk was never written. */
  readonly address: number;
  /** Bytes as stored; undefined where the dataset has no filters. */
  readonly bytes: number | undefined;
  readonly filterMask: number;
}

/** The specification's client id: 1 if elements have a stored length and a filter mask, else 0. */
type Client = 0 | 1;

/** The properties that all blocks of an array share. */
interface ArrayFacts {
  readonly client: Client;
  readonly entryBytes: number;
  readonly address: number;
}

/** The header of a fixed array. */
export interface FixedArray extends ArrayFacts {
  readonly entries: number;
  readonly pageEntries: number;
  readonly dataBlock: number;
}

/** Bytes of a fixed array's header. */
export function fixedArrayHeaderBytes(sizes: FieldSizes): number {
  return 12 + sizes.lengths + sizes.offsets;
}

/** The fixed array whose header is `bytes`, read at `address`. @throws WalkerAbortedError */
export function decodeFixedArray(bytes: Uint8Array, address: number, sizes: FieldSizes): FixedArray {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('FAHD');
  reader.version('a fixed array', 0);
  const client = decodeClient(reader.u8());
  const entryBytes = reader.u8();
  const pageEntries = 2 ** reader.u8();
  const entries = reader.length();
  const dataBlock = reader.address();
  mustMatchChecksum(bytes, 0, bytes.length, 'a fixed array');
  return { client, entryBytes, address, entries, pageEntries, dataBlock };
}

/** Pages of the array's data block; 0 if its entries are in the block itself. */
function fixedArrayPages({ entries, pageEntries }: FixedArray): number {
  return entries > pageEntries ? Math.ceil(entries / pageEntries) : 0;
}

/** Bytes of the array's data block, without the pages that may follow it. */
export function fixedArrayBlockBytes(array: FixedArray, sizes: FieldSizes): number {
  const pages = fixedArrayPages(array);
  return 10 + sizes.offsets + (pages > 0 ? Math.ceil(pages / 8) : array.entries * array.entryBytes);
}

/** A page of a fixed array that was written. */
export interface ArrayPage {
  readonly address: number;
  readonly bytes: number;
  /** The array index of its first entry. */
  readonly first: number;
  readonly entries: number;
}

/** The entries of the data block in `bytes`, or the pages after it that contain them. @throws WalkerAbortedError */
export function decodeFixedArrayBlock(
  bytes: Uint8Array,
  array: FixedArray,
  sizes: FieldSizes,
): { readonly entries: ArrayEntry[]; readonly pages: ArrayPage[] } {
  const reader = decodeBlockHead(bytes, 'FADB', array, sizes);
  const count = fixedArrayPages(array);
  if (count === 0) return { entries: decodeEntries(reader, array.entries, array), pages: [] };
  const written = reader.take(Math.ceil(count / 8));
  const fullBytes = array.pageEntries * array.entryBytes + 4;
  const pages: ArrayPage[] = [];
  for (let page = 0; page < count; page += 1) {
    // A bit for each page, the highest of a byte first.
    if ((written[page >> 3]! & (0x80 >> (page & 7))) === 0) continue;
    const first = page * array.pageEntries;
    const entries = Math.min(array.pageEntries, array.entries - first);
    const address = array.dataBlock + bytes.length + page * fullBytes;
    pages.push({ address, bytes: entries * array.entryBytes + 4, first, entries });
  }
  return { entries: [], pages };
}

/** The entries of the page in `bytes`. @throws WalkerAbortedError */
export function decodeArrayPage(
  bytes: Uint8Array,
  page: ArrayPage,
  array: FixedArray,
  sizes: FieldSizes,
): ArrayEntry[] {
  mustMatchChecksum(bytes, 0, bytes.length, 'a page of an array index');
  return decodeEntries(new ByteReader(bytes, sizes, 0, bytes.length - 4), page.entries, array);
}

/** The header of an extensible array. */
export interface ExtensibleArray extends ArrayFacts {
  readonly indexBlock: number;
  /** Entries in the index block itself. */
  readonly indexEntries: number;
  /** Entries of the smallest data block. */
  readonly leastEntries: number;
  /** Data blocks whose addresses are in the index block itself. */
  readonly directBlocks: readonly DirectBlock[];
  /** The data blocks of each secondary block, whether or not it was written. */
  readonly secondaryBlocks: readonly DirectBlocks[];
  /** Bytes of a block's offset in the array. */
  readonly offsetBytes: number;
}

interface DirectBlock {
  /** The array index of its first entry. */
  readonly first: number;
  readonly entries: number;
  /** The block is in pages if it has more entries than this. */
  readonly pageEntries: number;
}

/** Data blocks of one length, one after another. */
interface DirectBlocks extends DirectBlock {
  readonly count: number;
}

function eachBlock({ first, entries, pageEntries, count }: DirectBlocks): DirectBlock[] {
  return Array.from({ length: count }, (_, at) => ({ first: first + at * entries, entries, pageEntries }));
}

/** Bytes of an extensible array's header. */
export function extensibleArrayHeaderBytes(sizes: FieldSizes): number {
  return 16 + 6 * sizes.lengths + sizes.offsets;
}

/** The extensible array whose header is `bytes`, read at `address`. @throws WalkerAbortedError */
export function decodeExtensibleArray(
  bytes: Uint8Array,
  address: number,
  sizes: FieldSizes,
): ExtensibleArray {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('EAHD');
  reader.version('an extensible array', 0);
  const client = decodeClient(reader.u8());
  const entryBytes = reader.u8();
  const maxBits = reader.u8();
  const indexEntries = reader.u8();
  const leastEntries = reader.u8();
  const leastPointers = reader.u8();
  const pageEntries = 2 ** reader.u8();
  reader.skip(6 * sizes.lengths);
  const indexBlock = reader.address();
  mustMatchChecksum(bytes, 0, bytes.length, 'an extensible array');
  const leastBits = Math.log2(leastEntries);
  const pointerBits = Math.log2(leastPointers);
  if (!Number.isInteger(leastBits) || !Number.isInteger(pointerBits) || maxBits > 64 || maxBits < leastBits) {
    abort('an extensible array with invalid sizes');
  }
  let first = indexEntries;
  const countDirectBlocks = (secondary: number): DirectBlocks => {
    const entries = 2 ** Math.floor((secondary + 1) / 2) * leastEntries;
    const blocks = { first, entries, pageEntries, count: 2 ** Math.floor(secondary / 2) };
    first += blocks.count * entries;
    return blocks;
  };
  // The first 2 × log2(pointers) secondary blocks are not stored: the index block contains their pointers.
  const inIndex = 2 * pointerBits;
  const all = Array.from({ length: Math.max(inIndex, 1 + maxBits - leastBits) }, (_, at) =>
    countDirectBlocks(at),
  );
  const directBlocks = all.slice(0, inIndex).flatMap(eachBlock);
  const secondaryBlocks = all.slice(inIndex);
  const offsetBytes = Math.ceil(maxBits / 8);
  return {
    client,
    entryBytes,
    address,
    indexBlock,
    indexEntries,
    leastEntries,
    directBlocks,
    secondaryBlocks,
    offsetBytes,
  };
}

/** Bytes of the array's index block. */
export function extensibleIndexBytes(array: ExtensibleArray, sizes: FieldSizes): number {
  const pointers = array.directBlocks.length + array.secondaryBlocks.length;
  return 10 + sizes.offsets + array.indexEntries * array.entryBytes + pointers * sizes.offsets;
}

/** A data block of an extensible array, and its address. */
export interface ExtensibleBlock extends DirectBlock {
  readonly address: number;
}

/** A secondary block of an extensible array, and its address. */
export interface SecondaryBlock extends DirectBlocks {
  readonly address: number;
}

/** The entries of the index block in `bytes`, and the blocks that contain the others. @throws WalkerAbortedError */
export function decodeExtensibleIndex(
  bytes: Uint8Array,
  array: ExtensibleArray,
  sizes: FieldSizes,
): {
  readonly entries: ArrayEntry[];
  readonly blocks: ExtensibleBlock[];
  readonly secondaries: SecondaryBlock[];
} {
  const reader = decodeBlockHead(bytes, 'EAIB', array, sizes);
  const entries = decodeEntries(reader, array.indexEntries, array);
  const blocks = locateBlocks(array.directBlocks, reader);
  const secondaries = locateBlocks(array.secondaryBlocks, reader);
  return { entries, blocks, secondaries };
}

/** The blocks that were written, with their addresses, which are read from `reader`. */
function locateBlocks<T>(blocks: readonly T[], reader: ByteReader): (T & { address: number })[] {
  return blocks
    .map((block) => ({ ...block, address: reader.address() }))
    .filter(({ address }) => address !== UNDEFINED_ADDRESS);
}

/** Bytes of a secondary block; its data blocks must not be in pages. @throws WalkerAbortedError */
export function secondaryBlockBytes(
  { count, entries, pageEntries }: SecondaryBlock,
  array: ExtensibleArray,
  sizes: FieldSizes,
): number {
  if (entries > pageEntries) abort('an extensible array in pages');
  return 10 + sizes.offsets + array.offsetBytes + count * sizes.offsets;
}

/**
 * The data blocks of the secondary block in `bytes` (VII.D, Extensible Array Secondary Block).
 * @throws WalkerAbortedError
 */
export function decodeSecondaryBlock(
  bytes: Uint8Array,
  block: SecondaryBlock,
  array: ExtensibleArray,
  sizes: FieldSizes,
): ExtensibleBlock[] {
  const reader = decodeBlockHead(bytes, 'EASB', array, sizes);
  reader.skip(array.offsetBytes);
  return locateBlocks(eachBlock(block), reader);
}

/** Bytes of a data block of an extensible array; it must not be in pages. @throws WalkerAbortedError */
export function extensibleBlockBytes(
  block: ExtensibleBlock,
  array: ExtensibleArray,
  sizes: FieldSizes,
): number {
  if (block.entries > block.pageEntries) abort('an extensible array in pages');
  return 10 + sizes.offsets + array.offsetBytes + block.entries * array.entryBytes;
}

/** The entries of the data block in `bytes`. @throws WalkerAbortedError */
export function decodeExtensibleBlock(
  bytes: Uint8Array,
  block: ExtensibleBlock,
  array: ExtensibleArray,
  sizes: FieldSizes,
): ArrayEntry[] {
  const reader = decodeBlockHead(bytes, 'EADB', array, sizes);
  reader.skip(array.offsetBytes);
  return decodeEntries(reader, block.entries, array);
}

function decodeClient(value: number): Client {
  return value === 0 || value === 1 ? value : abort('an array index of unknown client');
}

function decodeBlockHead(
  bytes: Uint8Array,
  signature: string,
  array: ArrayFacts,
  sizes: FieldSizes,
): ByteReader {
  mustMatchChecksum(bytes, 0, bytes.length, 'a block of an array index');
  const reader = new ByteReader(bytes, sizes, 0, bytes.length - 4);
  reader.signature(signature);
  reader.version('a block of an array index', 0);
  if (reader.u8() !== array.client || reader.address() !== array.address) abort('a block of another array');
  return reader;
}

function decodeEntries(reader: ByteReader, count: number, { client, entryBytes }: ArrayFacts): ArrayEntry[] {
  const { offsets } = reader.sizes;
  const lengthBytes = entryBytes - offsets - 4;
  const isSound = client === 0 ? entryBytes === offsets : lengthBytes >= 1 && lengthBytes <= 8;
  if (!isSound) abort('an array index with invalid sizes');
  const entries: ArrayEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const address = reader.address();
    if (client === 0) entries.push({ address, bytes: undefined, filterMask: 0 });
    else entries.push({ address, bytes: reader.uint(lengthBytes), filterMask: reader.u32() });
  }
  return entries;
}
