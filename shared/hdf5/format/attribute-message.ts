/**
 * Decodes one attribute from a header message or a fractal-heap object: the Attribute message, versions 1 to
 * 3 (HDF5 File Format Specification 3.0, IV.A.2.m), and the Attribute Info message (IV.A.2.v), which locates
 * densely stored attributes.
 */
import { type ByteReader, decodeUtf8, padded8 } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/** A part of a message that is itself encoded; `shared` if it only names the location of the real one. */
export interface EncodedPart {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly shared: boolean;
}

/**
 * An attribute whose type and dataspace are still encoded; its elements are stored in `bytes` from `start` to
 * before `end`.
 */
export interface AttributeMessage {
  readonly name: string;
  readonly datatype: EncodedPart;
  readonly dataspace: EncodedPart;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** The attribute at `reader`. Its elements end where the reader does. @throws WalkerAbortedError */
export function decodeAttribute(reader: ByteReader): AttributeMessage {
  const version = reader.version('an attribute', 1, 2, 3);
  const flags = reader.u8();
  const nameBytes = reader.u16();
  const datatypeBytes = reader.u16();
  const dataspaceBytes = reader.u16();
  if (version === 3) reader.skip(1);
  const { bytes } = reader;
  const isPadded = version === 1;
  if (nameBytes === 0) abort('an attribute without a name');
  const nameAt = passPart(reader, nameBytes, isPadded);
  const zero = bytes.indexOf(0, nameAt);
  if (zero < 0 || zero >= nameAt + nameBytes) abort('an attribute whose name has no end');
  const datatypeAt = passPart(reader, datatypeBytes, isPadded);
  const dataspaceAt = passPart(reader, dataspaceBytes, isPadded);
  const shared = version > 1 ? flags : 0;
  return {
    name: decodeUtf8(bytes, nameAt, zero),
    datatype: { bytes, start: datatypeAt, end: datatypeAt + datatypeBytes, shared: (shared & 0x01) !== 0 },
    dataspace: {
      bytes,
      start: dataspaceAt,
      end: dataspaceAt + dataspaceBytes,
      shared: (shared & 0x02) !== 0,
    },
    bytes,
    start: reader.at,
    end: reader.end,
  };
}

/** Skips the next part and returns where it starts. */
function passPart(reader: ByteReader, length: number, isPadded: boolean): number {
  const start = reader.at;
  reader.skip(isPadded ? padded8(length) : length);
  return start;
}

/** Where an object's links or attributes are once they have outgrown its header. */
export interface DenseStorage {
  /** Address of the fractal heap, or UNDEFINED_ADDRESS where nothing is stored densely. */
  readonly heap: number;
  /** Address of the version 2 B-tree that indexes them by name. */
  readonly nameIndex: number;
}

/** The Attribute Info message at `reader`. @throws WalkerAbortedError */
export function decodeAttributeInfo(reader: ByteReader): DenseStorage {
  reader.version('an attribute info message', 0);
  const flags = reader.u8();
  if ((flags & 0x01) !== 0) reader.skip(2);
  return { heap: reader.address(), nameIndex: reader.address() };
}
