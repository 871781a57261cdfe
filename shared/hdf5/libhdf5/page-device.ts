/**
 * In the libhdf5 thread: a file that can be read synchronously, as the library requires, although its bytes
 * must be fetched. A read that misses the cache requests the bytes from the main thread and sleeps until the
 * reply arrives.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { LINE_BYTES, type PageReply, type PageRequest, type SharedState } from './messages.ts';

/**
 * The most lines in the cache, 64 MiB: dropped ones are in the main thread's store and need no second
 * request.
 */
const MOST_LINES = 4096;

/**
 * Milliseconds to wait for the main thread. It has its own time limit for every request, and ends this thread
 * when it aborts; this is for a main thread that has died.
 */
const REPLY_TIMEOUT_MS = 600_000;

/** Thrown where bytes are not available; becomes an I/O error for the library. */
export class NoBytesError extends Error {
  override readonly name = 'NoBytesError';
}

/** The bytes of one file. */
export class PageDevice {
  readonly byteLength: number;
  readonly #port: MessagePort;
  readonly #shared: SharedState;
  readonly #lines = new Map<number, Uint8Array>();
  #failed = false;

  constructor(byteLength: number, port: MessagePort, shared: SharedState) {
    this.byteLength = byteLength;
    this.#port = port;
    this.#shared = shared;
  }

  /** Whether bytes were not available: every later read fails as well, and the result is invalid. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Copies up to `target.length` bytes from `position` and returns their number, fewer only at the file's
   * end.
   * @throws NoBytesError
   */
  readInto(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.byteLength - position));
    this.#shared.tick();
    for (let filled = 0; filled < length; ) {
      const at = position + filled;
      const index = Math.floor(at / LINE_BYTES);
      const line = this.#lines.get(index) ?? this.#fetchLine(index, position + length);
      const part = line.subarray(at - index * LINE_BYTES, position + length - index * LINE_BYTES);
      target.set(part, filled);
      filled += part.length;
    }
    return length;
  }

  /** Exactly `length` bytes; undefined if the file ends before. @throws NoBytesError */
  read(position: number, length: number): Uint8Array | undefined {
    if (!(position >= 0) || !(position + length <= this.byteLength)) return undefined;
    const bytes = new Uint8Array(length);
    this.readInto(bytes, position);
    return bytes;
  }

  /** Fetches the line at `index`, together with those after it that a read up to `end` needs. */
  #fetchLine(index: number, end: number): Uint8Array {
    if (this.#failed) throw new NoBytesError();
    let last = index + 1;
    while (last * LINE_BYTES < end && !this.#lines.has(last)) last += 1;
    const offset = index * LINE_BYTES;
    const answer = this.#ask({ offset, length: Math.min(this.byteLength, last * LINE_BYTES) - offset });
    if (answer === undefined) {
      this.#failed = true;
      throw new NoBytesError();
    }
    this.#keep(answer);
    return this.#lines.get(index)!;
  }

  #ask(request: PageRequest): PageReply {
    this.#shared.expectReply();
    this.#port.postMessage(request);
    if (!this.#shared.awaitReply(REPLY_TIMEOUT_MS)) return undefined;
    const received = receiveMessageOnPort(this.#port) as { message: PageReply } | undefined;
    return received?.message;
  }

  #keep({ offset, bytes }: NonNullable<PageReply>): void {
    const count = Math.ceil(bytes.length / LINE_BYTES);
    if (this.#lines.size + count > MOST_LINES) this.#lines.clear();
    for (let index = 0; index < count; index += 1) {
      const line = bytes.subarray(index * LINE_BYTES, (index + 1) * LINE_BYTES);
      this.#lines.set(offset / LINE_BYTES + index, line);
    }
  }
}
