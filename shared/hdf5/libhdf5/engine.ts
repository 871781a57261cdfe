/**
 * The engine that reads any HDF5 file: libhdf5 itself, in threads that request the bytes they need. It is
 * slower than the walker and reads more, but what it cannot read is unreadable.
 */
import { HeaderUnreadableError, ReadBudgetExceededError } from '../../errors.ts';
import type { HeaderReader, ReadLimits, ReadReport } from '../../header/header-reader.ts';
import type { NwbHeader } from '../../header/nwb-header.ts';
import { ByteStore } from '../../source/byte-store.ts';
import type { RangeSource } from '../../source/range-source.ts';
import { findFilePath } from './file-path.ts';
import { LibHdf5Thread, roundToLines, type ThreadOptions } from './thread.ts';
import { workerEntry } from './worker-entry.ts';

/** Options of the engine. */
export interface LibHdf5Options {
  /** The fewest bytes fetched at a time, rounded up to whole units of 16 KiB; 256 KiB by default. */
  readonly pageBytes?: number;
  /** Threads, and so files read at once; others wait their turn. 1 by default: each takes 30 to 100 MB. */
  readonly workers?: number;
  /** Bytes of WebAssembly memory that a thread may use; `MOST_HEAP_BYTES` by default. */
  readonly maxHeapBytes?: number;
  /**
   * Milliseconds that one call of the library may take, fetching excluded; `mostStallMilliseconds` by
   * default.
   */
  readonly stallMilliseconds?: number;
  /** The module that threads run, for programs whose files are elsewhere than `workerEntry` expects. */
  readonly entry?: URL;
}

/**
 * Bytes of WebAssembly memory of a thread. Files of tens of thousands of objects take 25 MB, one with a value
 * in a chunk of 60 MB takes 160 MB; damaged files may request more.
 */
const MOST_HEAP_BYTES = 512 * 1024 * 1024;

/**
 * Milliseconds that a thread may run without a call returning or a part of the file being read. The longest
 * such time seen in a valid file was 0.7 s, for inflating a chunk of 60 MB; libhdf5 loops forever on some
 * damaged files, such as one with a heap collection that has an object of length 0.
 */
const MOST_STALL_MILLISECONDS = 5_000;

/**
 * How many failures one file may cause before it counts as unreadable; a thread that died counts one, a
 * thread that hung, which costs time, two. After each, the object that caused it is skipped.
 */
const MOST_FAILURES = 4;

/** Requests at once: the library requests one thing at a time. */
const shape = { gapBytes: 0, concurrency: 4 };

/** Reads headers by libhdf5. Threads start when they are first needed, and are reused for later files. */
export class LibHdf5Engine implements HeaderReader {
  readonly #threadOptions: ThreadOptions;
  readonly #workers: number;
  readonly #idle: LibHdf5Thread[] = [];
  readonly #busy = new Set<LibHdf5Thread>();
  readonly #queue: (() => void)[] = [];
  #taken = 0;
  #isClosed = false;

  constructor(options: LibHdf5Options = {}) {
    this.#workers = options.workers ?? 1;
    this.#threadOptions = {
      entry: options.entry ?? workerEntry(),
      maxHeapBytes: options.maxHeapBytes ?? MOST_HEAP_BYTES,
      stallMilliseconds: options.stallMilliseconds ?? MOST_STALL_MILLISECONDS,
      pageBytes: roundToLines(options.pageBytes ?? 256 * 1024),
    };
  }

  /**
   * As `HeaderReader` specifies. `prefetched` is the store of an engine that started to read the file: its
   * bytes are not fetched again, and its costs are included in the report and counted within `limits`.
   */
  async readHeader(
    source: RangeSource,
    limits: ReadLimits,
    signal?: AbortSignal,
    prefetched?: ByteStore,
  ): Promise<{ header: NwbHeader; report: ReadReport }> {
    await this.#takePlace(signal);
    const started = performance.now();
    const clock = new ReadClock(source.key, limits.milliseconds, signal);
    try {
      const store =
        prefetched?.reshape({ ...shape, pageBytes: 1, limits }) ??
        new ByteStore(source, { ...shape, pageBytes: 1, limits });
      const waitedBefore = store.report().waitingMs;
      const header = await this.#readByThreads(source.key, store, limits, clock.signal);
      const { waitingMs, ...spent } = store.report();
      const computingMs = performance.now() - started - (waitingMs - waitedBefore);
      const report = {
        engine: 'libhdf5',
        ...spent,
        objects: header.objects.length,
        waitingMs,
        computingMs,
      } as const;
      return { header, report };
    } finally {
      clock.stop();
      this.#leavePlace();
    }
  }

  /** Ends every thread. Unfinished reads fail; later ones are refused. */
  close(): void {
    this.#isClosed = true;
    for (const thread of [...this.#idle.splice(0), ...this.#busy]) thread.end();
  }

  /** Waits until fewer files than `workers` are being read. */
  async #takePlace(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#taken < this.#workers) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(enter), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(enter);
    });
  }

  #leavePlace(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#taken -= 1;
    else next();
  }

  /** Reads the header with as many threads as necessary: if one fails at an object, the next one skips it. */
  async #readByThreads(
    key: string,
    store: ByteStore,
    limits: ReadLimits,
    signal: AbortSignal,
  ): Promise<NwbHeader> {
    const location = await findFilePath(store, signal);
    const avoided: number[] = [];
    for (let lost = 0; ; ) {
      const task = { ...location, byteLength: store.byteLength, limits, avoided };
      const outcome = await this.#readOnce(task, store, signal);
      switch (outcome.kind) {
        case 'header':
          return outcome.header;
        case 'unreadable':
          throw new HeaderUnreadableError(`${key}: ${outcome.detail}`, { key, reason: outcome.reason });
        case 'stopped':
          throw engineError(key, 'it waited for bytes for too long');
        case 'lost':
          lost += outcome.isHung ? 2 : 1;
          if (outcome.current === undefined || lost >= MOST_FAILURES || this.#isClosed) {
            throw engineError(key, outcome.detail);
          }
          avoided.push(outcome.current);
          break;
        default:
          throw engineError(key, outcome.detail);
      }
    }
  }

  async #readOnce(
    task: Parameters<LibHdf5Thread['read']>[0],
    store: ByteStore,
    signal: AbortSignal,
  ): ReturnType<LibHdf5Thread['read']> {
    if (this.#isClosed) throw engineError(store.key, 'the engine is closed');
    const thread = this.#idle.pop() ?? new LibHdf5Thread(this.#threadOptions);
    this.#busy.add(thread);
    let isWorn = false;
    try {
      const outcome = await thread.read(task, store, signal);
      isWorn = 'worn' in outcome && outcome.worn;
      return outcome;
    } finally {
      this.#busy.delete(thread);
      if (isWorn || this.#isClosed) thread.end();
      if (!thread.isEnded) this.#idle.push(thread);
    }
  }
}

function engineError(key: string, detail: string): HeaderUnreadableError {
  return new HeaderUnreadableError(`${key}: libhdf5 failed: ${detail}`, { key, reason: 'engine-fault' });
}

/** The time limit of a read: a signal that fires when the time is up, or when the caller's signal does. */
class ReadClock {
  readonly signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor(key: string, milliseconds: number, signal: AbortSignal | undefined) {
    const spent = new AbortController();
    this.signal = signal === undefined ? spent.signal : AbortSignal.any([signal, spent.signal]);
    this.#timer = setTimeout(
      () => {
        const message = `${key}: the header was not read within ${milliseconds} ms`;
        spent.abort(
          new ReadBudgetExceededError(message, { key, budget: 'milliseconds', limit: milliseconds }),
        );
      },
      Math.min(milliseconds, LONGEST_TIMER),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** The longest time that setTimeout accepts, nearly 25 days. */
const LONGEST_TIMER = 2 ** 31 - 1;
