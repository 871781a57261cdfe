/** The output of a decompressor: a buffer that grows with its bytes up to a limit. Pure. */
import { CodecError } from './codec-error.ts';

/** The initial capacity. */
const FIRST_BYTES = 64 * 1024;

/** The bytes that were decompressed so far. */
export class GrowingBytes {
  /** The bytes, and capacity past `length`; a new array whenever it has grown. */
  bytes: Uint8Array;
  length = 0;
  /** The most bytes. */
  readonly most: number;

  /** The buffer grows to at most `most` bytes. */
  constructor(most: number) {
    this.most = most;
    this.bytes = new Uint8Array(Math.min(most, FIRST_BYTES));
  }

  /** Makes room for `count` more bytes. @throws CodecError past the limit */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted > this.most) throw new CodecError(`a chunk decompresses to more than ${this.most} bytes`);
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.most, Math.max(wanted, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Returns all bytes in a separate array. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
