/**
 * On the main thread: one libhdf5 thread, from its start to its end. Gives it tasks and bytes, and watches
 * it: a thread that breaks, hangs or is given up is ended, and its owner starts another.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { ByteStore } from '../../source/byte-store.ts';
import {
  lineBytes,
  type PageReply,
  type PageRequest,
  type ReadOutcome,
  type ReadTask,
  SharedState,
  type ThreadData,
} from './messages.ts';

/** How a thread is started and watched. */
export interface ThreadOptions {
  /** The module that the thread runs. */
  readonly entry: URL;
  /** WebAssembly memory in bytes that the thread may have. */
  readonly maxHeapBytes: number;
  /** Milliseconds that one call of the library may take, fetching excluded, before the thread counts as hung. */
  readonly stallMilliseconds: number;
  /** Bytes fetched at least at a time. */
  readonly pageBytes: number;
}

/** How a task ended: as the thread says, or without a word from it. */
export type ThreadOutcome =
  | ReadOutcome
  /** The thread died over the object `current`, or hung, and has been ended. */
  | {
      readonly kind: 'lost';
      readonly detail: string;
      readonly current: number | undefined;
      readonly isHung: boolean;
    };

/** The most pages that are fetched at once when a file is read straight on: 2 MiB of the usual ones. */
const mostPagesAhead = 8;

/** A thread with libhdf5 in it. One task at a time. */
export class LibHdf5Thread {
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #pages: MessagePort;
  readonly #state: SharedState;
  #isEnded = false;
  #finish: ((outcome: ThreadOutcome) => void) | undefined;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const shared = new SharedArrayBuffer(SharedState.byteLength);
    this.#state = new SharedState(shared);
    this.#state.current = undefined;
    const { port1, port2 } = new MessageChannel();
    this.#pages = port1;
    const data: ThreadData = { pages: port2, shared, maxHeapBytes: options.maxHeapBytes };
    this.#worker = new Worker(options.entry, { workerData: data, transferList: [port2] });
    this.#worker.on('message', (outcome: ReadOutcome) => this.#settle(outcome));
    this.#worker.on('error', (error: Error) => this.#lose(error.message));
    this.#worker.on('exit', (code) => this.#lose(`its thread ended with code ${code}`));
    // An idle thread keeps no process alive.
    this.#worker.unref();
    this.#pages.unref();
  }

  /** Whether the thread can be given no more tasks. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Has a file's header read. Never rejects but for what `store` and `signal` give; the thread is ended
   * where the signal fires, and must not be used again after any outcome that `isEnded` goes with.
   */
  async read(task: ReadTask, store: ByteStore, signal: AbortSignal): Promise<ThreadOutcome> {
    signal.throwIfAborted();
    const feeder = new PageFeeder(store, this.#options.pageBytes, signal);
    const answer = async (request: PageRequest): Promise<void> => {
      const pages = await feeder.answer(request);
      if (this.#isEnded) return;
      this.#pages.postMessage(pages, pages === undefined ? [] : [pages.bytes.buffer as ArrayBuffer]);
      this.#state.announceReply();
    };
    const onAbort = (): void => this.#lose('it was given up');
    const outcome = new Promise<ThreadOutcome>((resolve) => {
      this.#finish = resolve;
    });
    const watch = this.#watch(feeder);
    this.#pages.on('message', answer);
    this.#pages.unref();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#worker.ref();
    try {
      this.#worker.postMessage(task);
      const ended = await outcome;
      signal.throwIfAborted();
      if (feeder.error !== undefined) throw feeder.error.error;
      return ended;
    } finally {
      this.#worker.unref();
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
      this.#pages.off('message', answer);
    }
  }

  /** Ends the thread, whatever it is doing. */
  end(): void {
    this.#lose('it was ended');
  }

  #settle(outcome: ThreadOutcome): void {
    const finish = this.#finish;
    this.#finish = undefined;
    if (outcome.kind === 'faulted') {
      const { current } = this.#state;
      this.#terminate();
      finish?.({ kind: 'lost', detail: outcome.detail, current, isHung: false });
    } else finish?.(outcome);
  }

  #lose(detail: string, isHung = false): void {
    const { current } = this.#state;
    this.#terminate();
    this.#settle({ kind: 'lost', detail, current, isHung });
  }

  #terminate(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#pages.close();
    void this.#worker.terminate();
  }

  /** Loses the thread when neither a call came back nor a request for bytes was under way for too long. */
  #watch(feeder: PageFeeder): NodeJS.Timeout {
    const { stallMilliseconds } = this.#options;
    let ticks = this.#state.ticks;
    let since = performance.now();
    return setInterval(
      () => {
        const now = performance.now();
        if (feeder.isFetching || this.#state.ticks !== ticks) {
          ticks = this.#state.ticks;
          since = now;
        } else if (now - since >= stallMilliseconds) {
          this.#lose(`it did not come back within ${stallMilliseconds} ms`, true);
        }
      },
      Math.max(1, stallMilliseconds / 8),
    );
  }
}

/** Answers a thread's requests out of a store, fetching whole pages, and more of them while the file is read straight on. */
class PageFeeder {
  readonly #store: ByteStore;
  readonly #pageBytes: number;
  readonly #signal: AbortSignal;
  #next = -1;
  #ahead = 1;
  isFetching = false;
  error: { readonly error: unknown } | undefined;

  constructor(store: ByteStore, pageBytes: number, signal: AbortSignal) {
    this.#store = store;
    this.#pageBytes = pageBytes;
    this.#signal = signal;
  }

  /** The bytes, on line bounds; undefined where they cannot be had, and the cause is in `fault`. */
  async answer({ offset, length }: PageRequest): Promise<PageReply> {
    try {
      const findCached = this.#store.findCached(offset, length);
      if (findCached !== undefined) return { offset, bytes: findCached.slice() };
      const range = this.#pagesAround(offset, length);
      this.isFetching = true;
      await this.#store.fetch([range], this.#signal);
      return { offset: range.offset, bytes: this.#store.findCached(range.offset, range.length)!.slice() };
    } catch (error) {
      this.error ??= { error };
      return undefined;
    } finally {
      this.isFetching = false;
    }
  }

  #pagesAround(offset: number, length: number): { offset: number; length: number } {
    const start = Math.floor(offset / this.#pageBytes) * this.#pageBytes;
    this.#ahead = start === this.#next ? Math.min(this.#ahead * 2, mostPagesAhead) : 1;
    const requested = Math.ceil((offset + length - start) / this.#pageBytes);
    this.#next = start + Math.max(requested, this.#ahead) * this.#pageBytes;
    return { offset: start, length: Math.min(this.#store.byteLength, this.#next) - start };
  }
}

/** A page length that lines fit into without rest. */
export function roundedToLines(pageBytes: number): number {
  return Math.max(1, Math.ceil(pageBytes / lineBytes)) * lineBytes;
}
