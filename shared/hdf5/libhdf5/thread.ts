/**
 * On the main thread: one libhdf5 thread, from its start to its end. Passes it tasks and bytes, and monitors
 * it: a thread that fails, hangs or is aborted is ended, and its owner starts another.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { ByteStore } from '../../source/byte-store.ts';
import {
  LINE_BYTES,
  type PageReply,
  type PageRequest,
  type ReadOutcome,
  type ReadTask,
  SharedState,
  type ThreadData,
} from './messages.ts';

/** Options of a thread. */
export interface ThreadOptions {
  /** The module that the thread runs. */
  readonly entry: URL;
  /** Bytes of WebAssembly memory that the thread may use. */
  readonly maxHeapBytes: number;
  /**
   * Milliseconds that one call of the library may take, fetching excluded, before the thread counts as hung.
   */
  readonly stallMilliseconds: number;
  /** The fewest bytes fetched at a time. */
  readonly pageBytes: number;
}

/** The outcome of a task: reported by the thread, or without a report from it. */
export type ThreadOutcome =
  | ReadOutcome
  /** The thread died over the object `current`, or hung, and has been ended. */
  | {
      readonly kind: 'lost';
      readonly detail: string;
      readonly current: number | undefined;
      readonly isHung: boolean;
    };

/**
 * The most pages that are fetched at once when a file is read sequentially: 2 MiB with the default page size.
 */
const MOST_PAGES_AHEAD = 8;

/** A thread that runs libhdf5, for one task at a time. */
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
    // An idle thread must not keep the process alive.
    this.#worker.unref();
    this.#pages.unref();
  }

  /** Whether the thread accepts no more tasks. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Has the thread read a file's header. Rejects only with errors of `store` and `signal`; the thread is
   * ended when the signal fires, and must not be used again after any outcome for which `isEnded` is true.
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
    const onAbort = (): void => this.#lose('it was aborted');
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

  /** Ends the thread if for too long no call has returned and no request for bytes was running. */
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
          this.#lose(`it did not respond within ${stallMilliseconds} ms`, true);
        }
      },
      Math.max(1, stallMilliseconds / 8),
    );
  }
}

/**
 * Serves a thread's requests from a store, fetching whole pages, and more of them while the file is read
 * sequentially.
 */
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

  /** The bytes, aligned to lines; undefined if they are not available: then the cause is in `fault`. */
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
    this.#ahead = start === this.#next ? Math.min(this.#ahead * 2, MOST_PAGES_AHEAD) : 1;
    const requested = Math.ceil((offset + length - start) / this.#pageBytes);
    this.#next = start + Math.max(requested, this.#ahead) * this.#pageBytes;
    return { offset: start, length: Math.min(this.#store.byteLength, this.#next) - start };
  }
}

/** The page length, rounded up to whole lines. */
export function roundToLines(pageBytes: number): number {
  return Math.max(1, Math.ceil(pageBytes / LINE_BYTES)) * LINE_BYTES;
}
