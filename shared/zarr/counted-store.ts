/**
 * Between a store and the reader of headers: enforces the limits on requests and bytes, counts requests and
 * rounds, sends independent requests concurrently, and retries transient errors.
 */
import { ReadBudgetExceededError } from '../errors.ts';
import { REQUEST_RETRIES, type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import { type FolderPage, ObjectTooLongError, type StoredObject, type ZarrStore } from './zarr-store.ts';

/**
 * Objects requested at once; a bucket accepts thousands, a process has a limited number of sockets and files.
 */
const CONCURRENCY = 64;

/** The cost of a read so far. */
export interface StoreReport {
  readonly requests: number;
  readonly bytes: number;
  readonly rounds: number;
  /** Milliseconds with at least one request running. */
  readonly waitingMs: number;
}

/** The limits of a read; retries count, and nothing is retried past `milliseconds`. */
export interface CountedLimits {
  readonly bytes: number;
  readonly requests: number;
  /** Unlimited by default. */
  readonly milliseconds?: number;
}

/**
 * A store with the limits of one read. The length of an object is only known when it arrives: requests that
 * were running when the limit on bytes was reached exceed it, and their results are not returned.
 */
export class CountedStore {
  readonly #store: ZarrStore;
  readonly #limits: CountedLimits;
  readonly #signal: AbortSignal;
  readonly #retries: RetryPolicy;
  readonly #openedAt = performance.now();
  #requests = 0;
  #bytes = 0;
  #rounds = 0;
  #underWay = 0;
  #waitingMs = 0;
  #waitingSince = 0;
  #kept = 0;

  /** `signal` aborts every request; `retries` is how often one is tried. */
  constructor(
    store: ZarrStore,
    limits: CountedLimits,
    signal: AbortSignal,
    retries: RetryPolicy = REQUEST_RETRIES,
  ) {
    this.#retries = retries;
    this.#store = store;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** The store's name in errors. */
  get key(): string {
    return this.#store.key;
  }

  /** Reserves requests of the limit for `findEtag`, so that what was read can be checked at the end. */
  reserveForChecks(requests: number): void {
    this.#kept = requests;
  }

  /**
   * One round: calls `work` for every item, some at a time. The first error ends the round; running requests
   * are awaited, so that none is left behind.
   */
  async round<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const before = this.#requests;
    const waiting = items.values();
    let failure: { error: unknown } | undefined;
    const workInTurn = async (): Promise<void> => {
      for (const item of waiting) {
        if (failure !== undefined) return;
        try {
          await work(item);
        } catch (error) {
          failure ??= { error };
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, items.length) }, workInTurn));
    if (this.#requests > before) this.#rounds += 1;
    if (failure !== undefined) throw failure.error;
  }

  /**
   * Reads a whole object; undefined if there is none.
   * @throws ReadBudgetExceededError 'requests', 'bytes'; ObjectTooLongError past `maxBytes`; as the store
   */
  async readObject(path: string, maxBytes: number): Promise<StoredObject | undefined> {
    this.#take(this.#kept);
    const left = this.#limits.bytes - this.#bytes;
    if (left <= 0) throw this.#spent('bytes');
    try {
      const object = await this.#during(() =>
        this.#store.readObject(path, Math.min(maxBytes, left), this.#signal),
      );
      this.#bytes += object?.bytes.byteLength ?? 0;
      if (this.#bytes > this.#limits.bytes) throw this.#spent('bytes');
      return object;
    } catch (failure) {
      if (failure instanceof ObjectTooLongError && failure.byteLength <= maxBytes) throw this.#spent('bytes');
      throw failure;
    }
  }

  /** Reads an object's current ETag. @throws ReadBudgetExceededError 'requests'; as the store */
  async findEtag(path: string): Promise<string | undefined> {
    this.#take(0);
    return await this.#during(() => this.#store.findEtag(path, this.#signal));
  }

  /**
   * Lists a page of the folders in a folder.
   * @throws ReadBudgetExceededError 'requests', 'bytes'; as the store
   */
  async listFolders(path: string, start: string | undefined): Promise<FolderPage> {
    this.#take(this.#kept);
    const page = await this.#during(() => this.#store.listFolders(path, start, this.#signal));
    this.#bytes += page.bytes;
    if (this.#bytes > this.#limits.bytes) throw this.#spent('bytes');
    return page;
  }

  /** The cost of the read so far. */
  report(): StoreReport {
    return {
      requests: this.#requests,
      bytes: this.#bytes,
      rounds: this.#rounds,
      waitingMs: this.#waitingMs,
    };
  }

  #take(kept: number): void {
    this.#signal.throwIfAborted();
    if (this.#requests + kept >= this.#limits.requests) throw this.#spent('requests');
    this.#requests += 1;
  }

  #spent(budget: 'requests' | 'bytes'): ReadBudgetExceededError {
    const limit = this.#limits[budget];
    return new ReadBudgetExceededError(
      `${this.key}: the header requires more ${budget} than the limit of ${limit}`,
      { key: this.key, budget, limit },
    );
  }

  /** Retries while errors are transient and the limits allow it. */
  #withRetries<T>(work: () => Promise<T>): Promise<T> {
    const { requests, milliseconds = Number.POSITIVE_INFINITY } = this.#limits;
    return withRetries(work, {
      policy: this.#retries,
      signal: this.#signal,
      mayTryAgain: (waitMs) =>
        this.#requests + this.#kept < requests && performance.now() - this.#openedAt + waitMs < milliseconds,
      onRetry: () => {
        this.#requests += 1;
      },
    });
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#waitingSince = performance.now();
    this.#underWay += 1;
    try {
      return await this.#withRetries(work);
    } catch (failure) {
      // Fetch and the file system throw their own errors for an aborted request; the real reason is the
      // signal's.
      this.#signal.throwIfAborted();
      throw failure;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#waitingMs += performance.now() - this.#waitingSince;
    }
  }
}
