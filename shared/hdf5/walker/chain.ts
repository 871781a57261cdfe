/**
 * Beside the walker's rounds: structures that form a chain, each naming the next alone, as nested groups do and
 * headers that go on in piece after piece. Rounds that bring one place each are foreseen here: what is written
 * in turns is at like distances, or not far ahead. Pure; the rounds tell it where each of them is.
 */
import type { ByteRange } from '../../source/range-source.ts';

/** What a round brings without being asked: this many bytes around each place, and around places where the chain may go on. */
export interface Ahead {
  readonly share: number;
  readonly offsets: readonly number[];
}

/** What a round may bring: `share` bytes around each place in any case, `chainBytes` in all ahead of a chain. */
interface Allowance {
  readonly share: number;
  readonly chainBytes: number;
}

/** Places in which a round may stand and still be a chain's: a group's header, its names, and its nodes. */
const MOST_CLUSTERS = 3;
/** Rounds of a chain before anything is brought ahead: the first rounds of any file are few places each. */
const CERTAIN_ROUNDS = 3;
/** Places ahead that are brought at most. */
const MOST_FORESEEN = 32;
/**
 * What a round spared may cost, as a part of what a round may bring ahead. A walk may bring so much ahead without success
 * as one round may bring; after that, what foresight brings must be paid by the rounds that it spares, each of which is
 * worth at least the share that spared it: a chain whose
 * places go further apart each time costs no more, and a round a place, as without foresight.
 */
const SPARED_SHARE = 1 / 4;
/** Two distances are alike that differ by this share of them, or by what a round brings around a place. */
const ALIKE_SHARE = 1 / 16;

/** The rounds of one walk, as far as they form a chain. */
export class Chain {
  #rounds = 0;
  #last: number | undefined;
  #stride: number | undefined;
  #foreseen = 0;
  /** Bytes that were brought ahead and not paid by rounds spared. */
  #owed = 0;

  /**
   * What the next round brings ahead: it is at `locations`, which are so many `clusters`. `savedRounds` are
   * those that what came ahead with the last one has saved.
   */
  next(clusters: number, locations: readonly ByteRange[], allowance: Allowance, savedRounds = 0): Ahead {
    const { share, chainBytes } = allowance;
    this.#owed = Math.max(0, this.#owed - savedRounds * Math.max(share, SPARED_SHARE * chainBytes));
    const mostBytes = Math.max(0, chainBytes - this.#owed);
    const ahead = this.#ahead(clusters, locations, { share, chainBytes: mostBytes });
    this.#owed += clusters * (ahead.share - share) + ahead.offsets.length * ahead.share;
    return ahead;
  }

  #ahead(clusters: number, locations: readonly ByteRange[], { share, chainBytes }: Allowance): Ahead {
    if (clusters === 0 || clusters > MOST_CLUSTERS) {
      this.#rounds = 0;
      this.#forget();
      return { share, offsets: [] };
    }
    this.#rounds += 1;
    const at = locations.reduce((most, { offset }) => Math.max(most, offset), 0);
    this.#learn(at, share);
    if (this.#rounds <= CERTAIN_ROUNDS) return { share, offsets: [] };
    // Each round of a chain doubles what comes with the next, where that is likely to spare a round at least.
    const grown = Math.min(share * 2 ** (this.#rounds - CERTAIN_ROUNDS), chainBytes / clusters);
    const count = Math.min(this.#foreseen, MOST_FORESEEN, Math.floor(chainBytes / share));
    const stride = this.#stride ?? 0;
    // Places that were foreseen rightly reach further than as many bytes in one run, unless they stand close together.
    if (stride <= grown && count * stride <= 2 * grown) return { share: Math.max(share, grown), offsets: [] };
    return { share, offsets: Array.from({ length: count }, (_, index) => at + (index + 1) * stride) };
  }

  /** Holds where the round is to where it was foreseen. */
  #learn(at: number, share: number): void {
    const last = this.#last;
    this.#last = at;
    if (last === undefined) return;
    const distance = at - last;
    const stride = this.#stride === undefined ? undefined : findStride(distance, this.#stride, share);
    if (stride !== undefined) {
      this.#stride = stride;
      this.#foreseen = Math.max(1, this.#foreseen) * 2;
      return;
    }
    this.#stride = distance > 0 ? distance : undefined;
    this.#foreseen = 0;
  }

  #forget(): void {
    this.#last = undefined;
    this.#stride = undefined;
    this.#foreseen = 0;
  }
}

/** Into how many steps a distance may come apart of which the first seen was two or more: places in between were here already. */
const MOST_PARTS = 3;

/** The stride of which `distance` is a whole number, as the one known is of one, two or three; undefined where there is none. */
function findStride(distance: number, known: number, share: number): number | undefined {
  for (let parts = 1; parts <= MOST_PARTS; parts += 1) {
    const part = known / parts;
    // A short part would fit any distance.
    if (parts > 1 && part < MOST_PARTS * share) return undefined;
    const steps = Math.round(distance / part);
    if (steps > 0 && isAlike(distance / steps, part, share)) return distance / steps;
  }
  return undefined;
}

function isAlike(a: number, b: number, share: number): boolean {
  return Math.abs(a - b) <= Math.max(share / 2, Math.min(a, b) * ALIKE_SHARE);
}
