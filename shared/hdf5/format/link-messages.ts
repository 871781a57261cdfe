/**
 * Decodes the messages that locate a group's members: the Link message, the Link Info message and the Symbol
 * Table message (HDF5 File Format Specification 3.0, IV.A.2.g, IV.A.2.c, IV.A.2.r).
 */
import type { Link, Member, Unread } from '../../header/nwb-header.ts';
import type { DenseStorage } from './attribute-message.ts';
import { type ByteReader, decodeUtf8, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { abort, unreadFor } from './walker-aborted.ts';

const HARD = 0;
const SOFT = 1;
const EXTERNAL = 64;

/** The name of a link that cannot be followed: a user-defined link or a damaged one. */
export interface OddLink {
  readonly name: string;
  readonly unread: Unread;
}

/**
 * The link at `reader`; `to` of a hard one is the address of its object's header.
 * @throws WalkerAbortedError where not even its name can be read
 */
export function decodeLink(reader: ByteReader): Member | OddLink {
  reader.version('a link', 1);
  const flags = reader.u8();
  const type = (flags & 0x08) !== 0 ? reader.u8() : HARD;
  if ((flags & 0x04) !== 0) reader.skip(8);
  if ((flags & 0x10) !== 0) reader.skip(1);
  const name = decodeText(reader, reader.uint(1 << (flags & 0x03)));
  if (name === '') abort('a link without a name');
  try {
    return { name, ...decodeTarget(reader, type) };
  } catch (error) {
    return { name, unread: unreadFor(error) };
  }
}

function decodeTarget(reader: ByteReader, type: number): Link {
  if (type === HARD) return { to: definedAddress(reader) };
  const length = reader.u16();
  if (type === SOFT) return { soft: decodeText(reader, length) };
  if (type !== EXTERNAL) abort(`a user-defined link of type ${type}`, 'unsupported');
  if (length < 1) abort('an external link without a target');
  if (reader.u8() !== 0) abort('an external link of unknown form');
  return { external: { file: reader.readTerminated(), path: reader.readTerminated() } };
}

function decodeText(reader: ByteReader, length: number): string {
  const start = reader.at;
  reader.skip(length);
  return decodeUtf8(reader.bytes, start, reader.at);
}

function definedAddress(reader: ByteReader): number {
  const address = reader.address();
  return address === UNDEFINED_ADDRESS ? abort('a hard link without an address') : address;
}

/** The Link Info message at `reader`. @throws WalkerAbortedError */
export function decodeLinkInfo(reader: ByteReader): DenseStorage {
  reader.version('a link info message', 0);
  const flags = reader.u8();
  if ((flags & 0x01) !== 0) reader.skip(8);
  return { heap: reader.address(), nameIndex: reader.address() };
}

/** Where the members of an old-style group are: the addresses of its B-tree and of its local heap. */
export interface SymbolTable {
  readonly tree: number;
  readonly heap: number;
}

/** The Symbol Table message at `reader`. @throws WalkerAbortedError */
export function decodeSymbolTable(reader: ByteReader): SymbolTable {
  return { tree: definedAddress(reader), heap: definedAddress(reader) };
}
