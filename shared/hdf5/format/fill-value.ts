/**
 * Decodes the value of elements that were never written: the Fill Value messages, old and new (HDF5 File
 * Format Specification 3.0, IV.A.2.e, IV.A.2.f).
 */
import type { ByteReader } from './byte-reader.ts';

/** The bytes of one element, or undefined for zeros, the default. @throws WalkerAbortedError */
export function decodeOldFillValue(reader: ByteReader): Uint8Array | undefined {
  const size = reader.u32();
  return size === 0 ? undefined : reader.take(size);
}

/** As `decodeOldFillValue`, of the newer message, versions 1 to 3. @throws WalkerAbortedError */
export function decodeFillValue(reader: ByteReader): Uint8Array | undefined {
  const version = reader.version('a fill value', 1, 2, 3);
  if (version === 3) {
    const isDefined = (reader.u8() & 0x20) !== 0;
    return isDefined ? decodeOldFillValue(reader) : undefined;
  }
  reader.skip(2);
  const isDefined = reader.u8() !== 0;
  if (version === 2 && !isDefined) return undefined;
  // Version 1 always has a size; all its bits are set if the fill value is undefined.
  const size = reader.u32();
  return isDefined && size > 0 && size < 0x80000000 ? reader.take(size) : undefined;
}
