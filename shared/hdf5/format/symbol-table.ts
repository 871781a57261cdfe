/**
 * Decodes the members of an old-style group: its local heap with the names and the symbol table nodes with
 * the entries (HDF5 File Format Specification 3.0, III.D Local Heaps, III.B Symbol Table Nodes, III.C Symbol
 * Table Entry).
 */
import type { Member } from '../../header/nwb-header.ts';
import { ByteReader, decodeUtf8, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import type { OddLink, SymbolTable } from './link-messages.ts';
import { abort, unreadFor } from './walker-aborted.ts';

/** Where a local heap's data segment is, which contains the names. */
export interface LocalHeap {
  readonly address: number;
  readonly bytes: number;
}

/** Bytes of a local heap's header. */
export function localHeapHeaderBytes(sizes: FieldSizes): number {
  return 8 + 2 * sizes.lengths + sizes.offsets;
}

/** The local heap whose header is at the start of `bytes`. @throws WalkerAbortedError */
export function decodeLocalHeap(bytes: Uint8Array, sizes: FieldSizes): LocalHeap {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('HEAP');
  reader.version('a local heap', 0);
  reader.skip(3);
  const length = reader.length();
  reader.uint(sizes.lengths); // Head of the free list: 1 or all bits set for none.
  const address = reader.address();
  if (address === UNDEFINED_ADDRESS) abort('a local heap without data');
  return { address, bytes: length };
}

/** Bytes of a symbol table node's head: signature, version, number of entries. */
export const SYMBOL_NODE_HEAD_BYTES = 8;

/** Bytes of one entry. */
export function symbolEntryBytes(sizes: FieldSizes): number {
  return sizes.lengths + sizes.offsets + 4 + 4 + 16;
}

/** The number of entries in the node whose head is at the start of `bytes`. @throws WalkerAbortedError */
export function decodeSymbolNodeHead(bytes: Uint8Array, sizes: FieldSizes): number {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('SNOD');
  reader.version('a symbol table node', 1);
  reader.skip(1);
  return reader.u16();
}

/**
 * A member of an old-style group, with the symbol table of the group it refers to if the entry has it cached.
 */
export interface SymbolEntry {
  readonly member: Member | OddLink;
  /** From the scratch space of an entry that refers to an old-style group; a hint that is never relied on. */
  readonly cached?: SymbolTable;
}

const CACHED_SYMBOL_TABLE = 1;
const CACHED_SOFT_LINK = 2;

/**
 * Appends the entries of the whole node in `bytes` to `entries`; their names are in `names`, the heap's data.
 * @throws WalkerAbortedError
 */
export function decodeSymbolNode(
  bytes: Uint8Array,
  count: number,
  names: Uint8Array,
  sizes: FieldSizes,
  entries: SymbolEntry[],
): void {
  const length = symbolEntryBytes(sizes);
  if (SYMBOL_NODE_HEAD_BYTES + count * length > bytes.length) abort('a structure ends past its block');
  const reader = new ByteReader(bytes, sizes);
  for (let index = 0; index < count; index += 1) {
    let name = '';
    try {
      reader.at = SYMBOL_NODE_HEAD_BYTES + index * length;
      // The offset is as wide as a length, though III.C differs: libhdf5 has always written it so
      // (H5G__ent_encode).
      name = heapText(names, reader.length());
      entries.push(decodeEntry(name, reader, names));
    } catch (error) {
      entries.push({ member: { name, unread: unreadFor(error) } });
    }
  }
}

/** The entry of that name, from the bytes after the name's offset. @throws WalkerAbortedError */
function decodeEntry(name: string, reader: ByteReader, names: Uint8Array): SymbolEntry {
  const to = reader.address();
  const cacheType = reader.u32();
  reader.skip(4);
  if (name === '') abort('a symbol table entry without a name');
  if (cacheType === CACHED_SOFT_LINK) return { member: { name, soft: heapText(names, reader.u32()) } };
  if (to === UNDEFINED_ADDRESS) abort('a symbol table entry without an address');
  if (cacheType === CACHED_SYMBOL_TABLE) {
    return { member: { name, to }, cached: { tree: reader.address(), heap: reader.address() } };
  }
  return cacheType === 0
    ? { member: { name, to } }
    : abort(`a symbol table entry of cache type ${cacheType}`);
}

/** The text at `offset` of a local heap's data. */
function heapText(heap: Uint8Array, offset: number): string {
  const end = offset < heap.length ? heap.indexOf(0, offset) : -1;
  if (end < 0) abort('a name outside its local heap');
  return decodeUtf8(heap, offset, end);
}
