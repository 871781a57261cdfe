/**
 * Used by every decoder of the walker: reads little-endian numbers from a block of a file, and aborts instead
 * of reading past the block's end.
 */
import { decodeEscaped } from '../../python/escaped-text.ts';
import { abort } from './walker-aborted.ts';

/**
 * How wide a file's addresses and lengths are, in bytes (HDF5 File Format Specification 3.0, II.A: Size of
 * Offsets, Size of Lengths).
 */
export interface FieldSizes {
  readonly offsets: number;
  readonly lengths: number;
}

/** What `address` returns for the undefined address, whose bits are all set (specification, I.B). */
export const UNDEFINED_ADDRESS = -1;

const TWO_TO_32 = 4_294_967_296;

/** A cursor over `bytes`. Every read advances it. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly sizes: FieldSizes;
  /** Index of the next byte. */
  at: number;
  /** Index after the last byte that may be read. */
  readonly end: number;

  constructor(bytes: Uint8Array, sizes: FieldSizes, start = 0, end = bytes.length) {
    if (start < 0 || start > end || end > bytes.length) abort('a structure ends past its block');
    this.bytes = bytes;
    this.sizes = sizes;
    this.at = start;
    this.end = end;
  }

  /** Bytes left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Advances by `count` bytes. */
  skip(count: number): void {
    if (!(count >= 0) || this.at + count > this.end) abort('a structure ends past its block');
    this.at += count;
  }

  u8(): number {
    if (this.at + 1 > this.end) abort('a structure ends past its block');
    return this.bytes[this.at++]!;
  }

  u16(): number {
    const at = this.at;
    this.skip(2);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  u32(): number {
    const at = this.at;
    this.skip(4);
    const { bytes } = this;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** An unsigned number of `width` bytes (0 to 8). @throws WalkerAbortedError past 2^53 */
  uint(width: number): number {
    if (width === 4) return this.u32();
    if (width === 8) {
      const low = this.u32();
      const high = this.u32();
      if (high >= 0x200000) abort('a number past 2^53');
      return low + high * TWO_TO_32;
    }
    const at = this.at;
    this.skip(width);
    let value = 0;
    for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + this.bytes[at + index]!;
    if (value > Number.MAX_SAFE_INTEGER) abort('a number past 2^53');
    return value;
  }

  /** A length in the file's width. */
  length(): number {
    return this.uint(this.sizes.lengths);
  }

  /** A length in the file's width, or null where all its bits are set (an unlimited dimension). */
  lengthOrUnlimited(): number | null {
    return this.#allSet(this.sizes.lengths) ? null : this.uint(this.sizes.lengths);
  }

  /** An address relative to the file's base, or UNDEFINED_ADDRESS. */
  address(): number {
    const width = this.sizes.offsets;
    return this.#allSet(width) ? UNDEFINED_ADDRESS : this.uint(width);
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    const at = this.at;
    this.skip(count);
    return this.bytes.subarray(at, this.at);
  }

  /** Aborts unless the next bytes are `text`. */
  signature(text: string): void {
    const at = this.at;
    this.skip(text.length);
    for (let index = 0; index < text.length; index += 1) {
      if (this.bytes[at + index] !== text.charCodeAt(index))
        abort(`no ${text} signature where one is expected`);
    }
  }

  /** Aborts unless the next byte is one of `known`, the versions of the structure that `subject` names. */
  version(subject: string, ...known: number[]): number {
    const version = this.u8();
    if (!known.includes(version)) abort(`${subject} of version ${version}`, 'unsupported');
    return version;
  }

  /** UTF-8 up to the next zero byte, which is skipped. */
  readTerminated(): string {
    const zero = this.bytes.indexOf(0, this.at);
    if (zero < 0 || zero >= this.end) abort('a name without an end');
    const text = decodeUtf8(this.bytes, this.at, zero);
    this.at = zero + 1;
    return text;
  }

  /** Skips `width` bytes if all are 0xFF; returns whether they were. */
  #allSet(width: number): boolean {
    if (this.at + width > this.end) abort('a structure ends past its block');
    for (let index = 0; index < width; index += 1) {
      if (this.bytes[this.at + index] !== 0xff) return false;
    }
    this.at += width;
    return true;
  }
}

/** The bytes from `start` to before `end` as UTF-8; invalid bytes are kept as lone surrogates. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return decodeEscaped(bytes, start, end);
}

/**
 * The least number of bytes that can store `limit` (libhdf5's "limited size" encoding: specification III.A.2,
 * III.G).
 */
export function bytesForLimit(limit: number): number {
  let width = 1;
  for (let rest = Math.floor(limit / 256); rest > 0; rest = Math.floor(rest / 256)) width += 1;
  return width;
}

/** `value` rounded up to a multiple of eight. */
export function padded8(value: number): number {
  return Math.ceil(value / 8) * 8;
}
