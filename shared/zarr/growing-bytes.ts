/** Bytes that a decompressor makes one by one, in room that grows with them up to a bound. Pure. */
import { CodecError } from './codec-error.ts';

/** The room of the first bytes. */
const FIRST_BYTES = 64 * 1024;

/** What has been decompressed so far. */
export class GrowingBytes {
  /** The bytes, and room past `length`; another array once it has grown. */
  bytes: Uint8Array;
  length = 0;
  /** The bytes that there may be. */
  readonly most: number;

  /** Takes `most` bytes and no more. */
  constructor(most: number) {
    this.most = most;
    this.bytes = new Uint8Array(Math.min(most, FIRST_BYTES));
  }

  /** Makes room for `count` bytes more. @throws CodecError where that is past the bound */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted > this.most) throw new CodecError(`a chunk decompresses to more than ${this.most} bytes`);
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(this.most, Math.max(wanted, this.bytes.length * 2)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** All of them, in an array of their own. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
