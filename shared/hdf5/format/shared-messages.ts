/**
 * Decodes references to messages that are stored elsewhere than where they are used: in a committed datatype
 * or in the file's table of shared messages (HDF5 File Format Specification 3.0, IV.A.2, Shared Message;
 * III.H Shared Object Header Message Table; IV.A.2.p).
 */
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from './byte-reader.ts';
import { mustMatchChecksum } from './checksum.ts';
import { abort } from './walker-aborted.ts';

/** Where a shared message is stored. */
export type SharedLocation =
  /** In the header of the object at this address, as its message of the same type. */
  | { readonly object: number }
  /** In the file's heap of shared messages of its type. */
  | { readonly heapId: Uint8Array };

const IN_HEAP = 1;
/** Bytes of a heap id in the table of shared messages. */
const HEAP_ID_BYTES = 8;

/** The shared message at `reader`. @throws WalkerAbortedError */
export function decodeShared(reader: ByteReader): SharedLocation {
  const version = reader.version('a shared message', 1, 2, 3);
  const type = reader.u8();
  if (version === 1) reader.skip(6 + reader.sizes.lengths);
  else if (version === 3 && type === IN_HEAP) return { heapId: reader.take(HEAP_ID_BYTES) };
  const object = reader.address();
  return object === UNDEFINED_ADDRESS ? abort('a shared message without an address') : { object };
}

/** Where the table of shared messages is, and how many indexes it has. */
export interface SharedTableLocation {
  readonly address: number;
  readonly indexes: number;
}

/** The Shared Message Table message at `reader`, from the superblock extension. @throws WalkerAbortedError */
export function decodeSharedTableLocation(reader: ByteReader): SharedTableLocation {
  reader.version('a shared message table', 0);
  return { address: reader.address(), indexes: reader.u8() };
}

/** Bytes of the table. */
export function sharedTableBytes(location: SharedTableLocation, sizes: FieldSizes): number {
  return 4 + location.indexes * (14 + 2 * sizes.offsets) + 4;
}

/** One index of the table: the message types in it, and their heap. */
export interface SharedIndex {
  /** Bit n set: messages of type n. */
  readonly types: number;
  /** Address of the fractal heap, or UNDEFINED_ADDRESS. */
  readonly heap: number;
}

/** The indexes of the whole table in `bytes`. @throws WalkerAbortedError */
export function decodeSharedTable(
  bytes: Uint8Array,
  location: SharedTableLocation,
  sizes: FieldSizes,
): SharedIndex[] {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('SMTB');
  mustMatchChecksum(bytes, 0, bytes.length, 'the shared message table');
  const indexes: SharedIndex[] = [];
  for (let index = 0; index < location.indexes; index += 1) {
    reader.version('an index of shared messages', 0);
    reader.skip(1);
    const types = reader.u16();
    reader.skip(4 + 2 + 2 + 2 + sizes.offsets);
    indexes.push({ types, heap: reader.address() });
  }
  return indexes;
}
