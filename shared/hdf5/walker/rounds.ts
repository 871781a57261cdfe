/**
 * Between the walker's decoders and the byte store: decoders request bytes one structure at a time, and all
 * that was requested until none of them can continue is fetched together, as one round.
 */
import { ReadBudgetExceededError } from '../../errors.ts';
import type { ByteStore, RequestShape } from '../../source/byte-store.ts';
import type { ByteRange } from '../../source/range-source.ts';
import { abort } from '../format/walker-aborted.ts';
import { type Ahead, Chain } from './chain.ts';
import { LinkEstimate } from './link-estimate.ts';

/** Limits of a walk besides the store's own. */
export interface RoundLimits {
  /** Wall-clock time from the start of the read. */
  readonly milliseconds: number;
  /** `performance.now()` at the start of the read. */
  readonly startedAt: number;
}

/**
 * What a round reads ahead: bytes around each structure, since metadata are in clusters and the neighbours
 * are likely to be read next. A round of few requests takes little but its latency, so it may read much
 * around each; one of many requests reads little.
 */
export interface Window {
  /** Bytes that a round may read ahead, divided among its clusters. */
  readonly speculativeBytes: number;
  /** The least and the most bytes around a structure. */
  readonly least: number;
  readonly most: number;
  /** Alignment and granularity of requests in bytes. */
  readonly pageBytes: number;
  /** Ranges with at most this many bytes between them are one request. */
  readonly gapBytes: number;
  /**
   * Two structures that each have a share around them become one request if at most this many shares are
   * between them.
   */
  readonly joiningShares: number;
  /** Whether bytes that refer to no others, such as texts, are read with their neighbours too. */
  readonly aroundLeaves: boolean;
  /** The fraction of the bytes around a structure that is after its start; the rest is before it. */
  readonly afterShare: number;
}

/** How rounds request bytes, on the link that `LinkEstimate` assumes. */
export interface RoundShape extends Pick<RequestShape, 'concurrency'> {
  /** For any other round in a file shorter than `vastBytes`: its cost is the work per request. */
  readonly many: Window;
  /** For a round of more requests than run at once, in any file: unused bytes cost as much as requests do. */
  readonly wide: Window;
  /**
   * For a round in a file of `vastBytes` or more whose requests all run at once: its cost is its latency and
   * its bytes.
   */
  readonly few: Window;
  readonly vastBytes: number;
  /** Bytes that a round may read ahead of a chain of structures, each of which only locates the next. */
  readonly chainBytes: number;
  /**
   * Bytes that a round may read in addition if the whole file has then been read, so that it is the last
   * round.
   */
  readonly restBytes: number;
}

/** What a round requests, and how. */
interface PlannedRound extends Pick<RequestShape, 'pageBytes' | 'gapBytes'> {
  readonly ranges: readonly ByteRange[];
}

/** A range of a round; nothing is read around the range of a leaf. */
interface PlannedRange extends ByteRange {
  readonly isLeaf: boolean;
}

interface PendingRead extends PlannedRange {
  readonly resolve: (bytes: Uint8Array) => void;
  isResolved: boolean;
}

/** The fraction of the bytes around a predicted position that is after it; the rest is before it. */
const AFTER_SHARE = 3 / 4;
/** A file is read whole if a round requests this fraction of what is missing: that much of it is header. */
const REST_SHARE = 1 / 4;
/** Length of the sections of a file by which pending reads are looked up, about that of a request. */
const SECTION_BYTES = 64 * 1024;
/** Reads between two checks of the clock. */
const READS_PER_CHECK = 512;

/** The rounds of one walk. Addresses are relative to `base`; nothing at or past `end` is requested. */
export class Rounds {
  readonly #shape: RoundShape;
  readonly #store: ByteStore;
  readonly #chain = new Chain();
  readonly #link = new LinkEstimate();
  readonly #limits: RoundLimits;
  readonly #base: number;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  #pending: PendingRead[] = [];
  /**
   * The reads that were requested while a round is running, by the section of the file that they start in:
   * the round may serve them.
   */
  readonly #since = new Map<number, PendingRead[]>();
  #isUnderWay = false;
  #hints: PlannedRange[] = [];
  #reads = 0;
  /**
   * What the last round read ahead of a chain, the rounds that this has saved, and what the last of those
   * would have read.
   */
  #ahead: readonly ByteRange[] = [];
  #saved = 0;
  #savedTo: ByteRange = { offset: 0, length: 0 };
  #running = 0;
  #fault: { error: unknown } | undefined;

  constructor(
    store: ByteStore,
    location: { readonly base: number; readonly end: number },
    shape: RoundShape,
    limits: RoundLimits,
    signal?: AbortSignal,
  ) {
    this.#store = store;
    this.#shape = shape;
    this.#base = location.base;
    this.#end = location.end;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** The number of bytes from `address` to the file's end. */
  left(address: number): number {
    return this.#end - address;
  }

  /** The bytes if they are cached, else undefined. @throws WalkerAbortedError where they are not all in the file */
  findCached(address: number, length: number): Uint8Array | undefined {
    if (!(address >= 0) || !(length >= 0) || !(address + length <= this.#end)) {
      abort('a structure outside the file');
    }
    this.#reads += 1;
    if (this.#reads % READS_PER_CHECK === 0) this.#mustBeInTime();
    if (this.#ahead.length > 0) this.#countSaved(address);
    return this.#store.findCached(this.#base + address, length);
  }

  /** How many contiguous bytes from `address` are cached, up to `most`. */
  findCachedFrom(address: number, most: number): number {
    return this.#store.findCachedFrom(this.#base + address, Math.min(most, this.left(address)));
  }

  /**
   * Reads the bytes, with the next round if they are not cached. `expected` requests more than `length` at
   * once, if the structure is likely to be that long.
   * @throws WalkerAbortedError where they are not all in the file
   */
  read(address: number, length: number, expected = length): Promise<Uint8Array> {
    return this.#want(address, length, expected, false);
  }

  /**
   * As `read`, for bytes that refer to no others: texts, elements. Their neighbours are not needed next and
   * are not read with them.
   */
  readLeaf(address: number, length: number, expected = length): Promise<Uint8Array> {
    return this.#want(address, length, expected, true);
  }

  #want(address: number, length: number, expected: number, isLeaf: boolean): Promise<Uint8Array> {
    const findCached = this.findCached(address, length);
    if (findCached !== undefined) return Promise.resolve(findCached);
    return new Promise((resolve) => {
      const pending: PendingRead = { offset: address, length, isLeaf, resolve, isResolved: false };
      this.#pending.push(pending);
      if (this.#isUnderWay) this.#addSince(pending);
      if (expected > length) this.#hints.push({ offset: address, length: expected, isLeaf });
    });
  }

  /**
   * Requests bytes that will likely be read: they are read with the next round, if there is one. Never fails.
   */
  hint(address: number, length: number): void {
    if (address >= 0 && address < this.#end) this.#hints.push({ offset: address, length, isLeaf: true });
  }

  /** Starts a task of the walk. Its failure ends the walk. */
  spawn(task: Promise<unknown>): void {
    this.#running += 1;
    task.then(
      () => {
        this.#running -= 1;
      },
      (error: unknown) => {
        this.#running -= 1;
        this.#fault ??= { error };
      },
    );
  }

  /**
   * Fetches round after round until every task has ended.
   * @throws what the first failing task or fetch threw
   */
  async run(): Promise<void> {
    for (;;) {
      // Every task that can continue does so in microtasks, all of which run before this resumes.
      await new Promise((resume) => setImmediate(resume));
      if (this.#fault !== undefined) throw this.#fault.error;
      this.#mustBeInTime();
      if (this.#running === 0) return;
      if (this.#resolveCached()) continue;
      if (this.#pending.length === 0) throw new Error('the walk has no pending read');
      await this.#fetchRound();
    }
  }

  #addSince(pending: PendingRead): void {
    const section = Math.floor(pending.offset / SECTION_BYTES);
    const reads = this.#since.get(section);
    if (reads === undefined) this.#since.set(section, [pending]);
    else reads.push(pending);
  }

  /**
   * Resolves the reads that were requested during the round and arrived in more than one piece; returns
   * whether there were any.
   */
  #resolveCached(): boolean {
    const lacking: PendingRead[] = [];
    const existing: PendingRead[] = [];
    for (const pending of this.#pending) {
      if (pending.isResolved) continue;
      const isHeld =
        this.#store.findCachedFrom(this.#base + pending.offset, pending.length) === pending.length;
      (isHeld ? existing : lacking).push(pending);
    }
    this.#pending = lacking;
    for (const pending of existing) this.#resolve(pending);
    return existing.length > 0;
  }

  async #fetchRound(): Promise<void> {
    const pendingReads = this.#pending;
    const hints = this.#hints.filter(
      ({ offset, length }) => this.#store.findCachedFrom(this.#base + offset, length) < length,
    );
    const { ranges: planned, ...requested } = this.#plan([...pendingReads, ...hints]);
    this.#pending = [];
    this.#hints = [];
    const store = this.#store.reshape({ concurrency: this.#shape.concurrency, ...requested });
    // A round of only texts and elements is mostly the last.
    const isLast = pendingReads.every(({ isLeaf }) => isLeaf);
    const ranges =
      !isLast && this.#isWorthAll(store, planned) ? [{ offset: 0, length: store.byteLength }] : planned;
    const before = store.report().bytes;
    const { idle } = performance.eventLoopUtilization();
    pendingReads.sort((a, b) => a.offset - b.offset);
    // What has arrived is decoded while the rest of the round is being read.
    this.#isUnderWay = true;
    await store.fetch(ranges, this.#signal, (request, milliseconds) => {
      this.#link.learnRequest(milliseconds, request.length);
      this.#resolveIn(pendingReads, request);
      this.#resolveSince(request);
    });
    this.#isUnderWay = false;
    this.#since.clear();
    this.#link.learnRound(performance.eventLoopUtilization().idle - idle, store.report().bytes - before);
    for (const pending of pendingReads) if (!pending.isResolved) this.#resolve(pending);
  }

  /** Whether reading the rest of the file costs no more than one more round would. */
  #isWorthAll(store: ByteStore, planned: readonly ByteRange[]): boolean {
    const missing = store.missingBytes;
    const most = this.#shape.restBytes * this.#link.scale;
    if (missing > most / REST_SHARE || !store.hasRoom(missing)) return false;
    const requested = store.countMissing(planned);
    return requested >= missing * REST_SHARE && missing - requested <= most;
  }

  /** Resolves those of the sorted pending reads that are in the request. */
  #resolveIn(pendingReads: readonly PendingRead[], request: ByteRange): void {
    const start = request.offset - this.#base;
    const end = start + request.length;
    for (let index = findFirstFrom(pendingReads, start); index < pendingReads.length; index += 1) {
      const pending = pendingReads[index]!;
      if (pending.offset >= end) return;
      if (!pending.isResolved && pending.offset + pending.length <= end) this.#resolve(pending);
    }
  }

  /** Resolves the reads that were requested after the request was sent and that it includes. */
  #resolveSince(request: ByteRange): void {
    if (this.#since.size === 0) return;
    const start = request.offset - this.#base;
    const end = start + request.length;
    const last = Math.floor((end - 1) / SECTION_BYTES);
    for (let section = Math.floor(start / SECTION_BYTES); section <= last; section += 1) {
      const reads = this.#since.get(section);
      if (reads === undefined) continue;
      const rest: PendingRead[] = [];
      for (const pending of reads) {
        if (pending.offset >= start && pending.offset + pending.length <= end) this.#resolve(pending);
        else rest.push(pending);
      }
      this.#since.set(section, rest);
    }
  }

  #resolve(pending: PendingRead): void {
    pending.isResolved = true;
    pending.resolve(this.#store.findCached(this.#base + pending.offset, pending.length)!);
  }

  /** Plans a round: its ranges, each with its share of what the round may read ahead. */
  #plan(ranges: readonly PlannedRange[]): PlannedRound {
    const { few, many, wide, vastBytes, chainBytes, concurrency } = this.#shape;
    const { scale } = this.#link;
    const isWide = countClusters(ranges, wide.most) > concurrency;
    const window = isWide ? wide : this.#end < vastBytes ? many : few;
    const isAlone = ({ isLeaf }: PlannedRange): boolean => isLeaf && !window.aroundLeaves;
    const around = ranges.filter((range) => !isAlone(range));
    const clusters = countClusters(around, window.most);
    const wanted = (window.speculativeBytes * scale) / clusters;
    const share = Math.min(window.most, Math.max(window.least, wanted));
    const allowance = { share, chainBytes: chainBytes * scale };
    const ahead = this.#chain.next(clusters, around, allowance, this.#saved);
    this.#watchAhead(around, ahead, share);
    const widened = [
      ...ranges.map((range) => this.#widen(range, isAlone(range) ? 0 : ahead.share, window.afterShare)),
      ...ahead.offsets.map((offset) => this.#widen({ offset, length: 0 }, ahead.share, AFTER_SHARE)),
    ];
    return {
      ranges: joinRanges(widened, share > window.least ? share * window.joiningShares : 0),
      pageBytes: window.pageBytes,
      gapBytes: Math.round(window.gapBytes * scale),
    };
  }

  /**
   * Records what was read ahead, to see whether it is used: past what would have been read around each range,
   * and at predicted positions.
   */
  #watchAhead(around: readonly PlannedRange[], ahead: Ahead, share: number): void {
    const past = (ahead.share - share) * AFTER_SHARE;
    this.#ahead = [
      ...(past > 0
        ? around.map(({ offset }) => ({ offset: offset + share * AFTER_SHARE, length: past }))
        : []),
      ...ahead.offsets.map((offset) => ({
        offset: offset - ahead.share * (1 - AFTER_SHARE),
        length: ahead.share,
      })),
    ];
    this.#saved = 0;
    this.#savedTo = { offset: 0, length: 0 };
  }

  /**
   * Counts a saved round: a read of bytes that were read ahead would have taken one, unless the last saved
   * round would have included it.
   */
  #countSaved(address: number): void {
    if (
      includesAddress(this.#savedTo, address) ||
      !this.#ahead.some((range) => includesAddress(range, address))
    )
      return;
    this.#saved += 1;
    const { most } = this.#shape.few;
    this.#savedTo = { offset: address - most * (1 - AFTER_SHARE), length: most };
  }

  /** The range extended by its share, within the file. */
  #widen({ offset, length }: ByteRange, share: number, afterShare: number): ByteRange {
    const start = Math.min(this.#end, Math.max(0, offset - Math.floor(share * (1 - afterShare))));
    const end = Math.min(this.#end, Math.max(offset + length, offset + Math.floor(share * afterShare)));
    return { offset: this.#base + start, length: Math.max(0, end - start) };
  }

  #mustBeInTime(): void {
    this.#signal?.throwIfAborted();
    const { milliseconds, startedAt } = this.#limits;
    if (performance.now() - startedAt <= milliseconds) return;
    const { key } = this.#store;
    throw new ReadBudgetExceededError(`${key}: the header was not read within ${milliseconds} ms`, {
      key,
      budget: 'milliseconds',
      limit: milliseconds,
    });
  }
}

function includesAddress({ offset, length }: ByteRange, address: number): boolean {
  return address >= offset && address < offset + length;
}

/** Counts the clusters of the ranges: ranges within `distance` of each other are one. */
function countClusters(ranges: readonly ByteRange[], distance: number): number {
  const offsets = Float64Array.from(ranges, ({ offset }) => offset).sort();
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const offset of offsets) {
    if (offset - last > distance) {
      count += 1;
      last = offset;
    }
  }
  return count;
}

/** Sorts the ranges and joins those with at most `gap` bytes between them. */
function joinRanges(ranges: ByteRange[], gap: number): ByteRange[] {
  ranges.sort((a, b) => a.offset - b.offset);
  const result: { offset: number; length: number }[] = [];
  for (const { offset, length } of ranges) {
    const last = result.at(-1);
    if (last !== undefined && offset - (last.offset + last.length) <= gap) {
      last.length = Math.max(last.length, offset + length - last.offset);
    } else result.push({ offset, length });
  }
  return result;
}

/** The index of the first of the sorted ranges that starts at or past `offset`. */
function findFirstFrom(ranges: readonly ByteRange[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
