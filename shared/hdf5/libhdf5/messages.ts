/**
 * What the main thread and the thread that libhdf5 runs in say to each other, and the memory they share.
 */
import type { UnreadableReason } from '../../errors.ts';
import type { ReadLimits } from '../../header/header-reader.ts';
import type { NwbHeader } from '../../header/nwb-header.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** The thread's end of the channel that pages come by. */
  readonly pages: import('node:worker_threads').MessagePort;
  /** The memory of `SharedState`. */
  readonly shared: SharedArrayBuffer;
  /** WebAssembly memory in bytes that libhdf5 may have. */
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
  /** Keys of objects at which a thread came to grief: left unread. */
  readonly avoided: readonly number[];
}

/** From the thread: what became of a task. */
export type ReadOutcome =
  /** `worn`: the thread has lost memory over this file, and should be replaced. */
  | { readonly kind: 'header'; readonly header: NwbHeader; readonly worn: boolean }
  | {
      readonly kind: 'unreadable';
      readonly reason: UnreadableReason;
      readonly detail: string;
      readonly worn: boolean;
    }
  /** Pages could not be had; whoever was asked for them knows why. */
  | { readonly kind: 'stopped' }
  /** The library's memory is broken, or it asked for more than it may have: the thread must be replaced. */
  | { readonly kind: 'faulted'; readonly detail: string };

/** From the thread by the page channel: these bytes are needed; it waits. */
export interface PageRequest {
  readonly offset: number;
  readonly length: number;
}

/** To the thread by the page channel: the bytes asked for, and what else of the neighbourhood is available; undefined where they cannot be had. */
export type PageReply = { readonly offset: number; readonly bytes: Uint8Array } | undefined;

/** Unit that a thread asks for and keeps bytes in: `offset` and `length` of requests and answers are multiples, but for the file's end. */
export const lineBytes = 16 * 1024;

/** The memory that both threads see. */
export class SharedState {
  static readonly byteLength = 16;
  /** [0] whether an answer has been posted, [1] a count that grows with every call that came back. */
  readonly #words: Int32Array;
  /** The key of the object being read, NaN where none is. */
  readonly #current: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, 2);
    this.#current = new Float64Array(memory, 8, 1);
  }

  /** Says that an answer is about to be asked for. */
  expectReply(): void {
    Atomics.store(this.#words, 0, 0);
  }

  /** Sleeps until an answer has been posted; false where none came within `milliseconds`. */
  awaitReply(milliseconds: number): boolean {
    return Atomics.wait(this.#words, 0, 0, milliseconds) !== 'timed-out';
  }

  /** Wakes the thread that waits for an answer. */
  announceReply(): void {
    Atomics.store(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }

  /** Says that the thread is alive. */
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

  /** The object that the thread was reading when it was last heard of. */
  get current(): number | undefined {
    const key = this.#current[0]!;
    return Number.isNaN(key) ? undefined : key;
  }
}
