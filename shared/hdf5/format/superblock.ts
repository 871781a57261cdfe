/**
 * Decodes the superblock, where the walker enters a file: versions 0 to 3 (HDF5 File Format Specification
 * 3.0, II.A to II.C), after a user block where there is one.
 */
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { mustMatchChecksum } from './checksum.ts';
import type { SymbolTable } from './link-messages.ts';
import { abort } from './walker-aborted.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** The longest superblock: version 1 with addresses and lengths of eight bytes and its root entry. */
export const SUPERBLOCK_BYTES = 112;

/** The contents of the superblock. */
export interface Superblock {
  readonly version: number;
  readonly sizes: FieldSizes;
  /** Position of the file's address 0: the length of the user block. */
  readonly base: number;
  /** The end of the file's bytes, relative to `base`. */
  readonly endOfFile: number;
  /** Address of the root group's object header. */
  readonly root: number;
  /** The root group's symbol table, if the root's entry has it cached. */
  readonly cached?: SymbolTable;
  /** Address of the superblock extension, or UNDEFINED_ADDRESS. */
  readonly extension: number;
}

/** Where a superblock may be: at 0, 512 and every doubling of that inside the file (II.A). */
export function* superblockOffsets(byteLength: number): Iterable<number> {
  if (byteLength >= SIGNATURE.length) yield 0;
  for (let offset = 512; offset + SIGNATURE.length <= byteLength; offset *= 2) yield offset;
}

/** Whether `bytes` starts with a superblock's signature. */
export function isSuperblock(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, index) => bytes[index] === byte);
}

/**
 * The superblock in `bytes`, which were read at `offset` of a file of `byteLength` bytes.
 * @throws WalkerAbortedError where it is of an unknown version, damaged, or the file is truncated
 */
export function decodeSuperblock(bytes: Uint8Array, offset: number, byteLength: number): Superblock {
  const version = bytes[8] ?? abort('the file ends in its superblock');
  const superblock = version < 2 ? decodeOld(bytes, offset) : decodeNew(bytes, offset);
  if (!(superblock.endOfFile >= 0)) abort('a file that ends before it begins');
  if (superblock.base + superblock.endOfFile > byteLength)
    abort('the file is shorter than its superblock states');
  return superblock;
}

/** Versions 0 and 1 (II.A). */
function decodeOld(bytes: Uint8Array, offset: number): Superblock {
  const plain = new ByteReader(bytes, { offsets: 8, lengths: 8 }, 8);
  const version = plain.version('a superblock', 0, 1);
  plain.version('a free-space storage', 0);
  plain.version('a root symbol table entry', 0);
  plain.skip(1);
  plain.version('a shared header message format', 0);
  const sizes = decodeSizes(plain);
  plain.skip(1 + 2 + 2 + 4 + (version === 1 ? 4 : 0));
  const reader = new ByteReader(bytes, sizes, plain.at);
  const base = reader.address();
  reader.address(); // Free space.
  const endOfFile = bytesFrom(base, reader.address());
  if (reader.address() !== UNDEFINED_ADDRESS) abort('a driver information block');
  reader.length(); // The offset of the root's name, which is in no heap.
  const root = reader.address();
  const isCached = reader.u32() === 1;
  reader.skip(4);
  const cached = { tree: reader.address(), heap: reader.address() };
  const facts = { version, sizes, base: offset, endOfFile, root, extension: UNDEFINED_ADDRESS };
  return isCached ? { ...facts, cached } : facts;
}

/** Versions 2 and 3 (II.A). */
function decodeNew(bytes: Uint8Array, offset: number): Superblock {
  const plain = new ByteReader(bytes, { offsets: 8, lengths: 8 }, 8);
  const version = plain.version('a superblock', 2, 3);
  const sizes = decodeSizes(plain);
  // A writer left the file open: libhdf5 decides whether it may be read.
  if (plain.u8() !== 0 && version === 3) abort('a file marked as open for writing');
  const reader = new ByteReader(bytes, sizes, plain.at);
  const base = reader.address();
  const extension = reader.address();
  const endOfFile = bytesFrom(base, reader.address());
  const root = reader.address();
  mustMatchChecksum(bytes.subarray(0, reader.at + 4), 0, reader.at + 4, 'the superblock');
  return { version, sizes, base: offset, endOfFile, root, extension };
}

/**
 * The number of the file's bytes from its base on. The end is stored as an absolute address that includes the
 * base (II.A, End of File Address), relative to the base as stored; where that differs from the superblock's
 * position, libhdf5 takes the file to begin at the superblock.
 */
function bytesFrom(base: number, endOfFile: number): number {
  if (base === UNDEFINED_ADDRESS || endOfFile === UNDEFINED_ADDRESS) abort('a file without base or end');
  return endOfFile - base;
}

function decodeSizes(reader: ByteReader): FieldSizes {
  const offsets = reader.u8();
  const lengths = reader.u8();
  const known = [2, 4, 8];
  if (!known.includes(offsets) || !known.includes(lengths)) {
    abort(`addresses of ${offsets} and lengths of ${lengths} bytes`);
  }
  return { offsets, lengths };
}
