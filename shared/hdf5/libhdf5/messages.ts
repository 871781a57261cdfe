/**
 * The messages between the main thread and the libhdf5 thread, and the memory that they share.
 */
import type { UnreadableReason } from '../../errors.ts';
import type { ReadLimits } from '../../header/header-reader.ts';
import type { NwbHeader } from '../../header/nwb-header.ts';

/** The start parameters of a thread. */
export interface ThreadData {
  /** The thread's end of the channel for pages. */
  readonly pages: import('node:worker_threads').MessagePort;
  /** The memory of `SharedState`. */
  readonly shared: SharedArrayBuffer;
  /** Bytes of WebAssembly memory that libhdf5 may use. */
  readonly maxHeapBytes: number;
}

/** To the thread: read the header of one file. */
export interface ReadTask {
  /** Bytes before the HDF5 file itself: its user block. */
  readonly base: number;
  /** Widths in bytes of the file's addresses and lengths. */
  readonly sizes: { readonly offsets: number; readonly lengths: number };
  readonly byteLength: number;
  readonly limits: ReadLimits;
  /** Keys of objects over which a thread crashed or hung: they are skipped. */
  readonly avoided: readonly number[];
}

/** From the thread: the outcome of a task. */
export type ReadOutcome =
  /** `worn`: the thread has leaked memory and should be replaced. */
  | { readonly kind: 'header'; readonly header: NwbHeader; readonly worn: boolean }
  | {
      readonly kind: 'unreadable';
      readonly reason: UnreadableReason;
      readonly detail: string;
      readonly worn: boolean;
    }
  /** Pages were not available; the main thread knows why. */
  | { readonly kind: 'stopped' }
  /** The library's memory is corrupt, or it requested more than it may use: the thread must be replaced. */
  | { readonly kind: 'faulted'; readonly detail: string };

/** From the thread on the page channel: requests these bytes and waits for them. */
export interface PageRequest {
  readonly offset: number;
  readonly length: number;
}

/**
 * To the thread on the page channel: the requested bytes and available ones around them; undefined if they
 * cannot be read.
 */
export type PageReply = { readonly offset: number; readonly bytes: Uint8Array } | undefined;

/**
 * The unit in which a thread requests and stores bytes: `offset` and `length` of requests and replies are
 * multiples of it, except at the file's end.
 */
export const LINE_BYTES = 16 * 1024;

/** The memory that both threads share. */
export class SharedState {
  static readonly byteLength = 16;
  /** [0] whether a reply has been posted, [1] a count of the calls that returned. */
  readonly #words: Int32Array;
  /** The key of the object being read, NaN if there is none. */
  readonly #current: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, 2);
    this.#current = new Float64Array(memory, 8, 1);
  }

  /** Must be called before a reply is requested. */
  expectReply(): void {
    Atomics.store(this.#words, 0, 0);
  }

  /** Sleeps until a reply has been posted; false if none arrived within `milliseconds`. */
  awaitReply(milliseconds: number): boolean {
    return Atomics.wait(this.#words, 0, 0, milliseconds) !== 'timed-out';
  }

  /** Wakes the thread that waits for a reply. */
  announceReply(): void {
    Atomics.store(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }

  /** Signals that the thread is alive. */
  tick(): void {
    Atomics.add(this.#words, 1, 1);
  }

  /** Changes with every `tick`. */
  get ticks(): number {
    return Atomics.load(this.#words, 1);
  }

  set current(key: number | undefined) {
    this.#current[0] = key ?? Number.NaN;
  }

  /** The object that the thread was last reading. */
  get current(): number | undefined {
    const key = this.#current[0]!;
    return Number.isNaN(key) ? undefined : key;
  }
}
