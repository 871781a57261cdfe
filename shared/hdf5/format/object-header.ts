/**
 * Decodes an object header of either version into its messages (HDF5 File Format Specification 3.0, IV.A.1:
 * version 1 in IV.A.1.a, version 2 in IV.A.1.b, the Object Header Continuation message in IV.A.2.q).
 */
import { ByteReader, type FieldSizes } from './byte-reader.ts';
import { mustMatchChecksum } from './checksum.ts';
import { abort } from './walker-aborted.ts';

/** Numbers of the header messages that the walker reads (IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValueOld: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filterPipeline: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
  referenceCount: 0x16,
  fileSpaceInfo: 0x17,
  cacheImage: 0x18,
} as const;

/** The highest number that the specification gives a message. */
const HIGHEST_MESSAGE = 0x18;
/**
 * Message flags (IV.A.1): the data is a reference to a shared message; a reader that does not know the
 * message must not open the object.
 */
const FLAG_SHARED = 0x02;
const FLAG_FAIL_ALWAYS = 0x80;

/** One message of an object header: `bytes` from `start` to before `end` are its data. */
export interface HeaderMessage {
  readonly type: number;
  readonly shared: boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The first bytes of an object header, which describe the rest. */
export interface ObjectHeaderPrefix {
  readonly version: 1 | 2;
  /** Bytes before the messages of the first block. */
  readonly prefixBytes: number;
  /** Bytes of the first block, the prefix and a checksum included. */
  readonly blockBytes: number;
  /** Version 2: whether each message has a creation order. */
  readonly ordered: boolean;
}

/** The most bytes of a prefix: one read of this length includes it. */
export const PREFIX_BYTES = 34;
/**
 * The fewest bytes of an object header: a version 1 prefix without messages takes 16, a version 2 one 7 and
 * its checksum.
 */
export const LEAST_HEADER_BYTES = 11;

/** The prefix at the start of `bytes`. @throws WalkerAbortedError */
export function decodePrefix(bytes: Uint8Array, sizes: FieldSizes): ObjectHeaderPrefix {
  const reader = new ByteReader(bytes, sizes);
  if (bytes[0] === 1) {
    reader.skip(8);
    const messageBytes = reader.u32();
    return { version: 1, prefixBytes: 16, blockBytes: 16 + messageBytes, ordered: false };
  }
  reader.signature('OHDR');
  reader.version('an object header', 2);
  const flags = reader.u8();
  if ((flags & 0xc0) !== 0) abort('an object header with unknown flags');
  reader.skip(((flags & 0x20) !== 0 ? 16 : 0) + ((flags & 0x10) !== 0 ? 4 : 0));
  const messageBytes = reader.uint(1 << (flags & 0x03));
  const prefixBytes = reader.at;
  return {
    version: 2,
    prefixBytes,
    blockBytes: prefixBytes + messageBytes + 4,
    ordered: (flags & 0x04) !== 0,
  };
}

/** Where a header continues. */
export interface Continuation {
  readonly address: number;
  readonly bytes: number;
}

/**
 * Appends the messages of one block of a header to `messages`, and its continuations to `continuations`.
 * `block` is the whole block: the first one with its prefix, a later one as its continuation message locates
 * it.
 */
export function decodeBlock(
  block: Uint8Array,
  prefix: ObjectHeaderPrefix,
  isFirst: boolean,
  sizes: FieldSizes,
  messages: HeaderMessage[],
  continuations: Continuation[],
): void {
  let start = isFirst ? prefix.prefixBytes : 0;
  let end = block.length;
  if (prefix.version === 2) {
    mustMatchChecksum(block, 0, end, 'an object header');
    end -= 4;
    if (!isFirst) {
      new ByteReader(block, sizes).signature('OCHK');
      start = 4;
    }
  }
  const reader = new ByteReader(block, sizes, start, end);
  const headBytes = prefix.version === 1 ? 8 : prefix.ordered ? 6 : 4;
  // Fewer bytes than a message's head are a gap at the block's end (IV.A.1.b).
  while (reader.left >= headBytes) {
    const type = prefix.version === 1 ? reader.u16() : reader.u8();
    const size = reader.u16();
    const flags = reader.u8();
    reader.skip(headBytes - (prefix.version === 1 ? 5 : 4));
    const from = reader.at;
    reader.skip(size);
    if (type === MESSAGE.continuation) {
      const data = new ByteReader(block, sizes, from, reader.at);
      continuations.push({ address: data.address(), bytes: data.length() });
    } else if (type > HIGHEST_MESSAGE) {
      if ((flags & FLAG_FAIL_ALWAYS) !== 0) abort(`a header message of unknown type ${type}`, 'unsupported');
    } else if (type === MESSAGE.referenceCount && prefix.version === 1) {
      // libhdf5 does not open these objects either.
      abort('a reference count in an object header of version 1');
    } else if (type !== 0) {
      messages.push({ type, shared: (flags & FLAG_SHARED) !== 0, bytes: block, start: from, end: reader.at });
    }
  }
}
