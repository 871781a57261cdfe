/**
 * Between a source and the engines that read headers: caches every byte that arrived, plans the requests for
 * the missing ones, sends them in parallel, retries those with transient errors, and counts. No byte that
 * arrived is fetched twice.
 */
import { HeaderUnreadableError, ReadBudgetExceededError } from '../errors.ts';
import { REQUEST_RETRIES, type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import { findFirstEndingAfter, planRequests } from './plan-requests.ts';
import type { ByteRange, CachedBytes, RangeSource } from './range-source.ts';

/** How a store requests bytes. */
export interface RequestShape {
  /** Alignment and granularity of requests in bytes; 1 requests exactly the bytes needed. */
  readonly pageBytes: number;
  /** Ranges with at most this many bytes between them are one request. */
  readonly gapBytes: number;
  /** Requests of one round at once. */
  readonly concurrency: number;
}

/** How a store requests bytes, and its limits. */
export interface ByteStoreOptions extends RequestShape {
  /**
   * The most bytes and requests over the store's lifetime, including those of the opening and of retries; and
   * the milliseconds of that lifetime within which a request may be retried, unlimited by default.
   */
  readonly limits: { readonly bytes: number; readonly requests: number; readonly milliseconds?: number };
  /** How often a request is tried; `REQUEST_RETRIES` by default. */
  readonly retries?: RetryPolicy;
}

/** The cost of a store's reads so far. */
export interface SourceReport {
  readonly requests: number;
  /** Bytes fetched, including those that were not needed. */
  readonly bytes: number;
  /**
   * Depth of the chain of requests: a request is one deeper than the deepest that had arrived when it was
   * planned.
   */
  readonly rounds: number;
  /** Milliseconds with at least one request running; whoever opens the file counts those of the opening. */
  readonly waitingMs: number;
}

/** Called with each request that arrived, and the milliseconds since it was sent. */
export type RequestArrived = (request: ByteRange, milliseconds: number) => void;

/** A running request. `arrived` never rejects: it resolves to whether the bytes arrived. */
interface PendingRequest extends ByteRange {
  readonly arrived: Promise<boolean>;
}

/** The bytes and counts that all views of one file share. */
class SharedBytes {
  readonly openedAt = performance.now();
  /** Sorted by offset, disjoint. */
  readonly blocks: (ByteRange & CachedBytes)[] = [];
  /** The block that was read last: the next read is mostly from it too. */
  latest: (ByteRange & CachedBytes) | undefined;
  readonly pending = new Set<PendingRequest>();
  requests = 0;
  bytes = 0;
  rounds = 0;
  /** Depth of the deepest request that has arrived. */
  arrivedDepth = 0;
  #underWay = 0;
  #waitingMs = 0;
  #waitingSince = 0;

  add(offset: number, bytes: Uint8Array): void {
    const index = findFirstEndingAfter(this.blocks, offset);
    this.blocks.splice(index, 0, { offset, length: bytes.byteLength, bytes });
  }

  /** Everything that must not be requested, because it is cached or being fetched; sorted. */
  taken(): readonly ByteRange[] {
    if (this.pending.size === 0) return this.blocks;
    return [...this.blocks, ...this.pending].sort((a, b) => a.offset - b.offset);
  }

  requestStarts(): void {
    if (this.#underWay === 0) this.#waitingSince = performance.now();
    this.#underWay += 1;
  }

  requestEnds(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#waitingMs += performance.now() - this.#waitingSince;
  }

  get waitingMs(): number {
    return this.#waitingMs + (this.#underWay > 0 ? performance.now() - this.#waitingSince : 0);
  }
}

/** The bytes of one file that were fetched so far, and the way to fetch more. */
export class ByteStore {
  readonly #source: RangeSource;
  readonly #options: ByteStoreOptions;
  readonly #shared: SharedBytes;

  /** The new store contains the bytes of the source's opening. `shared` is only for `reshape`. */
  constructor(source: RangeSource, options: ByteStoreOptions, shared?: SharedBytes) {
    this.#source = source;
    this.#options = options;
    this.#shared = shared ?? openShared(source);
  }

  /** The file's name in errors. */
  get key(): string {
    return this.#source.key;
  }

  /** The file's length in bytes. */
  get byteLength(): number {
    return this.#source.byteLength;
  }

  /**
   * A second view of the same bytes and counts with another shape, and other limits if given: for an engine
   * that continues where another stopped.
   */
  reshape(shape: RequestShape & Partial<Pick<ByteStoreOptions, 'limits'>>): ByteStore {
    return new ByteStore(this.#source, { ...this.#options, ...shape }, this.#shared);
  }

  /**
   * Runs one round: fetches every byte of `ranges` that is in the file and not in the store. Ranges are
   * clipped to the file; those being fetched for an earlier call are awaited, not repeated. After a failure
   * the requests that this call started are aborted, and nothing is recorded as failed: a later call may
   * request the bytes again. `arrived` is called with each request as it arrives, while others are still
   * running, and with the milliseconds that it took.
   * @throws ReadBudgetExceededError before anything is sent, if the round would exceed a limit
   * @throws what the source throws, or the reason of `signal`
   */
  async fetch(ranges: readonly ByteRange[], signal?: AbortSignal, arrived?: RequestArrived): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const plan = planRequests(ranges, this.#shared.taken(), {
        ...this.#options,
        byteLength: this.byteLength,
      });
      this.#checkLimits(plan);
      const others = [...this.#shared.pending].filter((pending) =>
        ranges.some((range) => overlap(pending, range)),
      );
      if (plan.length > 0) await this.#send(plan, signal, arrived);
      if (others.length === 0) return;
      const outcomes = await untilAborted(Promise.all(others.map((other) => other.arrived)), signal);
      // A request of another call failed, perhaps only because that call was aborted: request the bytes for
      // this one.
      if (outcomes.every(Boolean)) return;
    }
  }

  /** The number of bytes of the file that are neither fetched nor being fetched. */
  get missingBytes(): number {
    return this.byteLength - this.#shared.bytes;
  }

  /** How many bytes would be requested to fetch the ranges. */
  countMissing(ranges: readonly ByteRange[]): number {
    const plan = planRequests(ranges, this.#shared.taken(), {
      ...this.#options,
      byteLength: this.byteLength,
    });
    return plan.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether the limit on bytes allows this many more. */
  hasRoom(bytes: number): boolean {
    return this.#shared.bytes + bytes <= this.#options.limits.bytes;
  }

  /**
   * The bytes if all are cached, else undefined. If they are in one block, a view of the store's memory,
   * which must not be written to.
   * @throws HeaderUnreadableError 'truncated' if the range extends past the file's end
   */
  findCached(offset: number, length: number): Uint8Array | undefined {
    this.#mustBeInside(offset, length);
    if (length === 0) return new Uint8Array(0);
    const { blocks, latest } = this.#shared;
    if (latest !== undefined && offset >= latest.offset && offset + length <= latest.offset + latest.length)
      return latest.bytes.subarray(offset - latest.offset, offset - latest.offset + length);
    let index = findFirstEndingAfter(blocks, offset);
    const first = blocks[index];
    if (first === undefined || first.offset > offset) return undefined;
    this.#shared.latest = first;
    const start = offset - first.offset;
    if (start + length <= first.length) return first.bytes.subarray(start, start + length);
    const joined = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const block = blocks[index];
      if (block === undefined || block.offset > offset + filled) return undefined;
      const part = block.bytes.subarray(offset + filled - block.offset, offset + length - block.offset);
      joined.set(part, filled);
      filled += part.length;
      index += 1;
    }
    return joined;
  }

  /** How many bytes from `offset` on are cached without a gap, up to `most`. */
  findCachedFrom(offset: number, most: number): number {
    const { blocks } = this.#shared;
    let end = offset;
    for (
      let index = findFirstEndingAfter(blocks, offset);
      index < blocks.length && end - offset < most;
      index += 1
    ) {
      const block = blocks[index]!;
      if (block.offset > end) break;
      end = block.offset + block.length;
    }
    return Math.min(most, end - offset);
  }

  /**
   * Returns exactly these bytes, fetched if they are not cached.
   * @throws HeaderUnreadableError 'truncated' if the range extends past the file's end, and as `fetch`
   */
  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.#mustBeInside(offset, length);
    const ready = this.findCached(offset, length);
    if (ready !== undefined) return ready;
    await this.fetch([{ offset, length }], signal);
    return this.findCached(offset, length)!;
  }

  /** The cost of the reads so far, including the opening. */
  report(): SourceReport {
    const { requests, bytes, rounds, waitingMs } = this.#shared;
    return { requests, bytes, rounds, waitingMs };
  }

  #mustBeInside(offset: number, length: number): void {
    const isRange =
      Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (isRange && offset + length <= this.byteLength) return;
    throw new HeaderUnreadableError(
      `${this.key}: bytes ${offset} to ${offset + length} are past the file's end at ${this.byteLength}`,
      { key: this.key, reason: 'truncated' },
    );
  }

  /** Throws if the plan would exceed a limit. */
  #checkLimits(plan: readonly ByteRange[]): void {
    const { limits } = this.#options;
    const spent = {
      requests: this.#shared.requests + plan.length,
      bytes: plan.reduce((sum, request) => sum + request.length, this.#shared.bytes),
    };
    for (const budget of ['requests', 'bytes'] as const) {
      if (plan.length === 0 || spent[budget] <= limits[budget]) continue;
      throw new ReadBudgetExceededError(
        `${this.key}: the header requires ${spent[budget]} ${budget} or more; the limit is ${limits[budget]}`,
        { key: this.key, budget, limit: limits[budget] },
      );
    }
  }

  /**
   * Sends one request of a plan, and retries it while its errors are transient and the limits allow another.
   */
  #readWithRetries({ offset, length }: ByteRange, signal: AbortSignal): Promise<Uint8Array> {
    const { limits, retries } = this.#options;
    return withRetries(() => this.#source.read(offset, length, signal), {
      policy: retries ?? REQUEST_RETRIES,
      signal,
      mayTryAgain: (waitMs) => {
        const elapsed = performance.now() - this.#shared.openedAt;
        return (
          this.#shared.requests < limits.requests &&
          elapsed + waitMs < (limits.milliseconds ?? Number.POSITIVE_INFINITY)
        );
      },
      onRetry: () => {
        this.#shared.requests += 1;
      },
    });
  }

  async #send(
    plan: readonly ByteRange[],
    signal: AbortSignal | undefined,
    arrived: RequestArrived | undefined,
  ): Promise<void> {
    const shared = this.#shared;
    const depth = shared.arrivedDepth + 1;
    shared.rounds = Math.max(shared.rounds, depth);
    shared.requests += plan.length;
    shared.bytes += plan.reduce((sum, request) => sum + request.length, 0);
    const abort = new AbortController();
    const ended = signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]);
    let failure: { error: unknown } | undefined;
    const waiting = plan.map((request) => {
      let settle: (hasArrived: boolean) => void = () => undefined;
      const arrived = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      const pending: PendingRequest = { ...request, arrived };
      shared.pending.add(pending);
      return { request, pending, settle };
    });
    let next = 0;
    const sendInTurn = async (): Promise<void> => {
      while (next < waiting.length) {
        const { request, pending, settle } = waiting[next++]!;
        let hasArrived = false;
        try {
          if (failure === undefined) {
            ended.throwIfAborted();
            const startedAt = performance.now();
            shared.requestStarts();
            try {
              const bytes = await this.#readWithRetries(request, ended);
              shared.add(request.offset, bytes);
              shared.arrivedDepth = Math.max(shared.arrivedDepth, depth);
              hasArrived = true;
              arrived?.(request, performance.now() - startedAt);
            } finally {
              shared.requestEnds();
            }
          }
        } catch (error) {
          failure ??= { error: signal?.aborted ? signal.reason : error };
          abort.abort(error);
        }
        shared.pending.delete(pending);
        settle(hasArrived);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#options.concurrency, plan.length) }, sendInTurn));
    if (failure !== undefined) throw failure.error;
  }
}

function openShared(source: RangeSource): SharedBytes {
  const shared = new SharedBytes();
  shared.requests = source.repeated ?? 0;
  for (const { offset, bytes } of source.opening ?? []) {
    shared.requests += 1;
    shared.bytes += bytes.byteLength;
    shared.rounds = 1;
    shared.arrivedDepth = 1;
    shared.add(offset, bytes);
  }
  if (source.openingCost !== undefined) {
    shared.requests = source.openingCost.requests;
    shared.rounds = source.openingCost.rounds;
    shared.arrivedDepth = shared.rounds;
  }
  return shared;
}

function overlap(a: ByteRange, b: ByteRange): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

/** The result of `promise`; throws the reason of `signal` if that is aborted first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
