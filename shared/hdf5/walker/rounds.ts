/**
 * Between the walker's decoders and the byte store: decoders ask for bytes one structure at a time, and
 * all that was asked for while none of them could go on is fetched together, as one round.
 */
import { ReadBudgetExceededError } from '../../errors.ts';
import type { ByteStore, RequestShape } from '../../source/byte-store.ts';
import type { ByteRange } from '../../source/range-source.ts';
import { giveUp } from './gave-up.ts';
import { LinkEstimate } from './link-estimate.ts';

/** What bounds a walk besides the store's own limits. */
export interface RoundLimits {
  /** Wall-clock time from the start of the reading. */
  readonly milliseconds: number;
  /** `performance.now()` at the start of the reading. */
  readonly startedAt: number;
}

/**
 * What a round brings unasked: bytes around each structure, since metadata stands in clusters and its
 * neighbours are wanted next. A round of few requests costs its latency alone, so it may bring much around
 * each; one of many brings little.
 */
export interface Window {
  /** Bytes that a round may bring unasked, shared out between its clusters. */
  readonly unaskedBytes: number;
  /** Bytes around a structure at least, and at most. */
  readonly least: number;
  readonly most: number;
}

/** How rounds ask, on the link that `LinkEstimate` assumes. */
export interface RoundShape extends RequestShape {
  readonly window: Window;
}

interface Want extends ByteRange {
  readonly resolve: (bytes: Uint8Array) => void;
  isGiven: boolean;
}

/** Two structures that would each bring a share and have no more than so many shares between them are one request. */
const JOINING_SHARES = 1.75;

/** Reads between two looks at the clock. */
const READS_PER_LOOK = 512;

/** The rounds of one walk. Addresses are relative to `base`; nothing at or past `end` is asked for. */
export class Rounds {
  readonly #shape: RequestShape;
  #store: ByteStore;
  readonly #link = new LinkEstimate();
  #scale = 1;
  readonly #limits: RoundLimits;
  readonly #base: number;
  readonly #end: number;
  readonly #window: Window;
  readonly #signal: AbortSignal | undefined;
  #wants: Want[] = [];
  #hints: ByteRange[] = [];
  #reads = 0;
  #running = 0;
  #fault: { error: unknown } | undefined;

  constructor(
    store: ByteStore,
    place: { readonly base: number; readonly end: number },
    { window, ...shape }: RoundShape,
    limits: RoundLimits,
    signal?: AbortSignal,
  ) {
    this.#store = store.reshaped(shape);
    this.#shape = shape;
    this.#base = place.base;
    this.#end = place.end;
    this.#window = window;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Bytes from `address` to the file's end. */
  left(address: number): number {
    return this.#end - address;
  }

  /** The bytes at once where they are held, else undefined. @throws WalkerGaveUp where they are not all in the file */
  held(address: number, length: number): Uint8Array | undefined {
    if (!(address >= 0) || !(length >= 0) || !(address + length <= this.#end)) {
      giveUp('a structure outside the file');
    }
    this.#reads += 1;
    if (this.#reads % READS_PER_LOOK === 0) this.#mustBeInTime();
    return this.#store.held(this.#base + address, length);
  }

  /** How many bytes from `address` are held in one run, up to `most`. */
  heldFrom(address: number, most: number): number {
    return this.#store.heldFrom(this.#base + address, Math.min(most, this.left(address)));
  }

  /**
   * The bytes, with the next round where they are not held. `expected` asks for more than `length` at once,
   * where the structure is likely to be that long.
   * @throws WalkerGaveUp where they are not all in the file
   */
  read(address: number, length: number, expected = length): Promise<Uint8Array> {
    const held = this.held(address, length);
    if (held !== undefined) return Promise.resolve(held);
    return new Promise((resolve) => {
      this.#wants.push({ offset: address, length, resolve, isGiven: false });
      if (expected > length) this.#hints.push({ offset: address, length: expected });
    });
  }

  /** Asks for bytes that will likely be read: they come with the next round, should there be one. Never fails. */
  hint(address: number, length: number): void {
    if (address >= 0 && address < this.#end) this.#hints.push({ offset: address, length });
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
      if (this.#wants.length === 0) throw new Error('the walk waits for nothing');
      if (this.#giveHeld()) continue;
      await this.#fetchRound();
    }
  }

  /** Gives what was asked for while it was under way; says whether there was any. */
  #giveHeld(): boolean {
    const isHeld = ({ offset, length }: ByteRange): boolean =>
      this.#store.heldFrom(this.#base + offset, length) === length;
    const held = this.#wants.filter(isHeld);
    if (held.length === 0) return false;
    this.#wants = this.#wants.filter((want) => !isHeld(want));
    for (const want of held) this.#resolve(want);
    return true;
  }

  async #fetchRound(): Promise<void> {
    const wants = this.#wants;
    const hints = this.#hints.filter(
      ({ offset, length }) => this.#store.heldFrom(this.#base + offset, length) < length,
    );
    const ranges = this.#planned([...wants, ...hints]);
    this.#wants = [];
    this.#hints = [];
    const before = this.#store.report();
    const startedAt = performance.now();
    wants.sort((a, b) => a.offset - b.offset);
    // What has come is decoded while the rest of the round is under way.
    await this.#store.fetch(ranges, this.#signal, (request) => this.#give(wants, request));
    this.#learn(performance.now() - startedAt, this.#store.report().bytes - before.bytes);
    for (const want of wants) if (!want.isGiven) this.#resolve(want);
  }

  /** Gives the bytes to those of the sorted wants that lie in the request. */
  #give(wants: readonly Want[], request: ByteRange): void {
    const start = request.offset - this.#base;
    const end = start + request.length;
    for (let index = firstFrom(wants, start); index < wants.length; index += 1) {
      const want = wants[index]!;
      if (want.offset >= end) return;
      if (!want.isGiven && want.offset + want.length <= end) this.#resolve(want);
    }
  }

  #resolve(want: Want): void {
    want.isGiven = true;
    want.resolve(this.#store.held(this.#base + want.offset, want.length)!);
  }

  /** Goes on with what the link was seen to be. */
  #learn(milliseconds: number, bytes: number): void {
    this.#link.learn(milliseconds, bytes);
    const { scale } = this.#link;
    if (scale === this.#scale) return;
    this.#scale = scale;
    this.#store = this.#store.reshaped({
      ...this.#shape,
      gapBytes: Math.round(this.#shape.gapBytes * scale),
    });
  }

  /** The ranges of a round, each with its share of what the round may bring unasked. */
  #planned(ranges: readonly ByteRange[]): ByteRange[] {
    const { unaskedBytes, least, most } = this.#window;
    const wanted = (unaskedBytes * this.#scale) / countClusters(ranges, most);
    const share = Math.min(most, Math.max(least, wanted));
    const before = Math.floor(share / 4);
    const after = Math.floor((share * 3) / 4);
    const widened = ranges.map(({ offset, length }) => {
      const start = Math.max(0, offset - before);
      const end = Math.min(this.#end, Math.max(offset + length, offset + after));
      return { offset: this.#base + start, length: end - start };
    });
    return joined(widened, share > least ? share * JOINING_SHARES : 0);
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
function joined(ranges: ByteRange[], gap: number): ByteRange[] {
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
