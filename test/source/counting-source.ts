/** A source for tests: bytes in memory, which counts its requests and responds when a test allows it. */
import type { CachedBytes, RangeSource } from '../../shared/source/range-source.ts';

/** A request to a counting source. */
export interface RequestedRange {
  readonly offset: number;
  readonly length: number;
}

/** A source for bytes in memory. */
export class CountingSource implements RangeSource {
  readonly key: string;
  readonly byteLength: number;
  readonly requested: RequestedRange[] = [];
  readonly opening?: readonly CachedBytes[];
  /** The most reads that ran at once. */
  mostAtOnce = 0;
  /** Called before each read is answered; may wait or throw. */
  before: (requested: RequestedRange, signal: AbortSignal | undefined) => unknown = () => undefined;
  readonly #bytes: Uint8Array;
  #underWay = 0;

  constructor(bytes: Uint8Array, { key = 'memory', openingBytes = 0 } = {}) {
    this.#bytes = bytes;
    this.key = key;
    this.byteLength = bytes.length;
    if (openingBytes > 0) this.opening = [{ offset: 0, bytes: bytes.subarray(0, openingBytes) }];
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.requested.push({ offset, length });
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    try {
      await this.before({ offset, length }, signal);
      signal?.throwIfAborted();
      if (offset + length > this.byteLength) throw new Error('requested bytes past the end');
      return this.#bytes.slice(offset, offset + length);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Bytes requested so far. */
  get bytesAsked(): number {
    return this.requested.reduce((sum, { length }) => sum + length, 0);
  }
}

/** `length` bytes that depend on their position. */
export function patternBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
}
