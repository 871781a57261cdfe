/**
 * Between the walker's decoders and the byte store: decoders ask for bytes one structure at a time, and
 * all that was asked for while none of them could go on is fetched together, as one round.
 */
import { ReadBudgetExceededError } from '../../errors.ts';
import type { ByteStore, RequestShape } from '../../source/byte-store.ts';
import type { ByteRange } from '../../source/range-source.ts';
import { abort } from '../format/gave-up.ts';
import { type Ahead, Chain } from './chain.ts';
import { LinkEstimate } from './link-estimate.ts';

/** What bounds a walk besides the store's own limits. */
export interface RoundLimits {
  /** Wall-clock time from the start of the reading. */
  readonly milliseconds: number;
  /** `performance.now()` at the start of the reading. */
  readonly startedAt: number;
}

/**
 * What a round brings without being asked: bytes around each structure, since metadata is in clusters and its
 * neighbours are wanted next. A round of few requests costs its latency alone, so it may bring much around
 * each; one of many brings little.
 */
export interface Window {
  /** Bytes that a round may bring without being asked, shared out between its clusters. */
  readonly speculativeBytes: number;
  /** Bytes around a structure at least, and at most. */
  readonly least: number;
  readonly most: number;
  /** Alignment and granularity of requests in bytes. */
  readonly pageBytes: number;
  /** Ranges with at most this many bytes between them are one request. */
  readonly gapBytes: number;
  /** Two structures that would each bring a share and have no more than so many shares between them are one request. */
  readonly joiningShares: number;
  /** Whether what leads nowhere, such as texts, brings its neighbours too. */
  readonly aroundLeaves: boolean;
  /** The part of what comes around a structure that is after its start; the rest is before it. */
  readonly afterShare: number;
}

/** How rounds ask, on the link that `LinkEstimate` assumes. */
export interface RoundShape extends Pick<RequestShape, 'concurrency'> {
  /** Of any other round in a file that is not vast: what it costs is the work that each request makes. */
  readonly many: Window;
  /** Of a round of more requests than are under way at once, in any file: bytes that nobody reads cost as much as requests do. */
  readonly wide: Window;
  /** Of a round in a file of `vastBytes` or more whose requests are all under way at once: what it costs are its latency and its bytes. */
  readonly few: Window;
  readonly vastBytes: number;
  /** Bytes that a round may bring ahead of a chain of structures, each of which names the next alone. */
  readonly chainBytes: number;
  /** Bytes that a round may bring so as to be the last: with them the file is here whole. */
  readonly restBytes: number;
}

/** What a round asks for, and how. */
interface PlannedRound extends Pick<RequestShape, 'pageBytes' | 'gapBytes'> {
  readonly ranges: readonly ByteRange[];
}

/** A range of a round; around one of a leaf nothing comes without being asked. */
interface PlannedRange extends ByteRange {
  readonly isLeaf: boolean;
}

interface PendingRead extends PlannedRange {
  readonly resolve: (bytes: Uint8Array) => void;
  isGiven: boolean;
}

/** The part of what comes ahead of a chain that is after each place; the rest is before it. */
const AFTER_SHARE = 3 / 4;
/** A file is brought whole where a round asks for this part of what is missing: so much of it is header. */
const REST_SHARE = 1 / 4;
/** The file in stretches of about the length of a request, by which wants are found. */
const STRETCH_BYTES = 64 * 1024;
/** Reads between two looks at the clock. */
const READS_PER_LOOK = 512;

/** The rounds of one walk. Addresses are relative to `base`; nothing at or past `end` is asked for. */
export class Rounds {
  readonly #shape: RoundShape;
  readonly #store: ByteStore;
  readonly #chain = new Chain();
  readonly #link = new LinkEstimate();
  readonly #limits: RoundLimits;
  readonly #base: number;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  #wants: PendingRead[] = [];
  /** While a round is under way, those that were asked for since, by the stretch of the file that they start in: the round may bring them. */
  readonly #since = new Map<number, PendingRead[]>();
  #isUnderWay = false;
  #hints: PlannedRange[] = [];
  #reads = 0;
  /** What the last round brought ahead of a chain, the rounds that reading it has spared, and what the last of those would have brought. */
  #ahead: readonly ByteRange[] = [];
  #spared = 0;
  #sparedTo: ByteRange = { offset: 0, length: 0 };
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

  /** Bytes from `address` to the file's end. */
  left(address: number): number {
    return this.#end - address;
  }

  /** The bytes at once where they are held, else undefined. @throws WalkerGaveUp where they are not all in the file */
  findCached(address: number, length: number): Uint8Array | undefined {
    if (!(address >= 0) || !(length >= 0) || !(address + length <= this.#end)) {
      abort('a structure outside the file');
    }
    this.#reads += 1;
    if (this.#reads % READS_PER_LOOK === 0) this.#mustBeInTime();
    if (this.#ahead.length > 0) this.#countSpared(address);
    return this.#store.findCached(this.#base + address, length);
  }

  /** How many bytes from `address` are held in one run, up to `most`. */
  findCachedFrom(address: number, most: number): number {
    return this.#store.findCachedFrom(this.#base + address, Math.min(most, this.left(address)));
  }

  /**
   * The bytes, with the next round where they are not held. `expected` asks for more than `length` at once,
   * where the structure is likely to be that long.
   * @throws WalkerGaveUp where they are not all in the file
   */
  read(address: number, length: number, expected = length): Promise<Uint8Array> {
    return this.#want(address, length, expected, false);
  }

  /** As `read`, of what leads nowhere: texts, elements. Its neighbours are not wanted next, and do not come with it. */
  readLeaf(address: number, length: number, expected = length): Promise<Uint8Array> {
    return this.#want(address, length, expected, true);
  }

  #want(address: number, length: number, expected: number, isLeaf: boolean): Promise<Uint8Array> {
    const findCached = this.findCached(address, length);
    if (findCached !== undefined) return Promise.resolve(findCached);
    return new Promise((resolve) => {
      const pending: PendingRead = { offset: address, length, isLeaf, resolve, isGiven: false };
      this.#wants.push(pending);
      if (this.#isUnderWay) this.#addSince(pending);
      if (expected > length) this.#hints.push({ offset: address, length: expected, isLeaf });
    });
  }

  /** Asks for bytes that will likely be read: they come with the next round, should there be one. Never fails. */
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
      // Every task that can go on does so in microtasks, all of which run before this resumes.
      await new Promise((resume) => setImmediate(resume));
      if (this.#fault !== undefined) throw this.#fault.error;
      this.#mustBeInTime();
      if (this.#running === 0) return;
      if (this.#giveHeld()) continue;
      if (this.#wants.length === 0) throw new Error('the walk waits for nothing');
      await this.#fetchRound();
    }
  }

  #addSince(pending: PendingRead): void {
    const stretch = Math.floor(pending.offset / STRETCH_BYTES);
    const wants = this.#since.get(stretch);
    if (wants === undefined) this.#since.set(stretch, [pending]);
    else wants.push(pending);
  }

  /** Gives what was asked for while it was under way and came in more than one piece; says whether there was any. */
  #giveHeld(): boolean {
    const lacking: PendingRead[] = [];
    const existing: PendingRead[] = [];
    for (const pending of this.#wants) {
      if (pending.isGiven) continue;
      const isHeld =
        this.#store.findCachedFrom(this.#base + pending.offset, pending.length) === pending.length;
      (isHeld ? existing : lacking).push(pending);
    }
    this.#wants = lacking;
    for (const pending of existing) this.#resolve(pending);
    return existing.length > 0;
  }

  async #fetchRound(): Promise<void> {
    const pendingReads = this.#wants;
    const hints = this.#hints.filter(
      ({ offset, length }) => this.#store.findCachedFrom(this.#base + offset, length) < length,
    );
    const { ranges: planned, ...requested } = this.#planned([...pendingReads, ...hints]);
    this.#wants = [];
    this.#hints = [];
    const store = this.#store.reshape({ concurrency: this.#shape.concurrency, ...requested });
    // A round of texts and elements is most often the last.
    const isLast = pendingReads.every(({ isLeaf }) => isLeaf);
    const ranges =
      !isLast && this.#isWorthAll(store, planned) ? [{ offset: 0, length: store.byteLength }] : planned;
    const before = store.report().bytes;
    const { idle } = performance.eventLoopUtilization();
    pendingReads.sort((a, b) => a.offset - b.offset);
    // What has come is decoded while the rest of the round is under way.
    this.#isUnderWay = true;
    await store.fetch(ranges, this.#signal, (request, milliseconds) => {
      this.#link.learnRequest(milliseconds, request.length);
      this.#give(pendingReads, request);
      this.#giveSince(request);
    });
    this.#isUnderWay = false;
    this.#since.clear();
    this.#link.learnRound(performance.eventLoopUtilization().idle - idle, store.report().bytes - before);
    for (const pending of pendingReads) if (!pending.isGiven) this.#resolve(pending);
  }

  /** Whether the rest of the file costs no more than one more round would. */
  #isWorthAll(store: ByteStore, planned: readonly ByteRange[]): boolean {
    const missing = store.missingBytes;
    const most = this.#shape.restBytes * this.#link.scale;
    if (missing > most / REST_SHARE || !store.hasRoom(missing)) return false;
    const requested = store.countMissing(planned);
    return requested >= missing * REST_SHARE && missing - requested <= most;
  }

  /** Gives the bytes to those of the sorted wants that are in the request. */
  #give(pendingReads: readonly PendingRead[], request: ByteRange): void {
    const start = request.offset - this.#base;
    const end = start + request.length;
    for (let index = firstFrom(pendingReads, start); index < pendingReads.length; index += 1) {
      const pending = pendingReads[index]!;
      if (pending.offset >= end) return;
      if (!pending.isGiven && pending.offset + pending.length <= end) this.#resolve(pending);
    }
  }

  /** Gives to those that were asked for after the request was sent what it has brought them. */
  #giveSince(request: ByteRange): void {
    if (this.#since.size === 0) return;
    const start = request.offset - this.#base;
    const end = start + request.length;
    const last = Math.floor((end - 1) / STRETCH_BYTES);
    for (let stretch = Math.floor(start / STRETCH_BYTES); stretch <= last; stretch += 1) {
      const wants = this.#since.get(stretch);
      if (wants === undefined) continue;
      const rest: PendingRead[] = [];
      for (const pending of wants) {
        if (pending.offset >= start && pending.offset + pending.length <= end) this.#resolve(pending);
        else rest.push(pending);
      }
      this.#since.set(stretch, rest);
    }
  }

  #resolve(pending: PendingRead): void {
    pending.isGiven = true;
    pending.resolve(this.#store.findCached(this.#base + pending.offset, pending.length)!);
  }

  /** The ranges of a round, each with its share of what the round may bring without being asked. */
  #planned(ranges: readonly PlannedRange[]): PlannedRound {
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
    const ahead = this.#chain.next(clusters, around, allowance, this.#spared);
    this.#watchAhead(around, ahead, share);
    const widened = [
      ...ranges.map((range) => this.#widened(range, isAlone(range) ? 0 : ahead.share, window.afterShare)),
      ...ahead.offsets.map((offset) => this.#widened({ offset, length: 0 }, ahead.share, AFTER_SHARE)),
    ];
    return {
      ranges: joinRanges(widened, share > window.least ? share * window.joiningShares : 0),
      pageBytes: window.pageBytes,
      gapBytes: Math.round(window.gapBytes * scale),
    };
  }

  /** Watches whether what comes ahead is read: past what would have come around each place, and at those foreseen. */
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
    this.#spared = 0;
    this.#sparedTo = { offset: 0, length: 0 };
  }

  /** A read of what came ahead would have taken a round, unless the last such round would have brought it. */
  #countSpared(address: number): void {
    if (holds(this.#sparedTo, address) || !this.#ahead.some((range) => holds(range, address))) return;
    this.#spared += 1;
    const { most } = this.#shape.few;
    this.#sparedTo = { offset: address - most * (1 - AFTER_SHARE), length: most };
  }

  /** The range with its share around it, as far as the file goes. */
  #widened({ offset, length }: ByteRange, share: number, afterShare: number): ByteRange {
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

function holds({ offset, length }: ByteRange, address: number): boolean {
  return address >= offset && address < offset + length;
}

/** In how many places the ranges stand, those within `distance` of each other counted as one. */
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

/** The ranges sorted, those with at most `gap` bytes between them as one. */
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
function firstFrom(ranges: readonly ByteRange[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
