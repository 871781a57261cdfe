/** Checks and removes the checksums that numcodecs and Zarr v3 put at one end of a chunk. Pure. */
import { CodecError } from './codec-error.ts';

const CHECKSUM_BYTES = 4;

/** A checksum of bytes as an unsigned number of 32 bits. */
type Checksum = (bytes: Uint8Array) => number;

const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC32_POLYNOMIAL = 0xedb88320;

/** A cyclic redundancy check with reflected bits (RFC 3720, 12.1, for CRC32C). */
function buildCrc(polynomial: number): Checksum {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    return remainder;
  });
  return (bytes) => {
    let checksum = 0xffffffff;
    for (const byte of bytes) checksum = (checksum >>> 8) ^ table[(checksum ^ byte) & 0xff]!;
    return (checksum ^ 0xffffffff) >>> 0;
  };
}

/** RFC 1950, 8.2. */
function computeAdler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}

/** HDF5's Fletcher32 as numcodecs computes it: words of two bytes, the first byte higher. */
function computeFletcher32(bytes: Uint8Array): number {
  let [low, high] = [0, 0];
  const add = (word: number): void => {
    low = (low + word) % 65535;
    high = (high + low) % 65535;
  };
  for (let at = 0; at + 1 < bytes.length; at += 2) add((bytes[at]! << 8) | bytes[at + 1]!);
  if (bytes.length % 2 === 1) add(bytes.at(-1)! << 8);
  return ((high << 16) | low) >>> 0;
}

const CHECKSUMS = {
  crc32c: buildCrc(CRC32C_POLYNOMIAL),
  crc32: buildCrc(CRC32_POLYNOMIAL),
  adler32: computeAdler32,
  fletcher32: computeFletcher32,
} as const;

/** The supported checksums. */
export type ChecksumName = keyof typeof CHECKSUMS;

/** Returns the bytes without the checksum. @throws CodecError if it does not match */
export function removeChecksum(bytes: Uint8Array, name: ChecksumName, location: 'start' | 'end'): Uint8Array {
  const rest = bytes.length - CHECKSUM_BYTES;
  if (rest < 0) throw new CodecError('a chunk is shorter than its checksum');
  const isFirst = location === 'start';
  const content = isFirst ? bytes.slice(CHECKSUM_BYTES) : bytes.slice(0, rest);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (matches(CHECKSUMS[name](content), view.getUint32(isFirst ? 0 : rest, true), name)) return content;
  throw new CodecError("a chunk's checksum does not fit");
}

/** Some writers of Fletcher32 store a sum of 0 as 65535: both are zero modulo 65535. */
function matches(computed: number, stored: number, name: ChecksumName): boolean {
  if (name !== 'fletcher32') return computed === stored;
  return (
    (computed & 0xffff) % 65535 === (stored & 0xffff) % 65535 &&
    (computed >>> 16) % 65535 === (stored >>> 16) % 65535
  );
}
