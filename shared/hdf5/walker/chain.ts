/**
 * Used by the walker's rounds: recognizes structures that form a chain, in which each locates only the next
 * one, as in nested groups and in headers of many blocks. Such a chain takes one round per structure.
 * Structures written in turn are at similar distances, or not far ahead, so their positions are predicted
 * here. Pure: the rounds report where each of them was.
 */
import type { ByteRange } from '../../source/range-source.ts';

/**
 * What a round reads ahead: this many bytes around each range, and around the predicted positions of the
 * chain.
 */
export interface Ahead {
  readonly share: number;
  readonly offsets: readonly number[];
}

/**
 * The limits of a round: `share` bytes around each range in any case, and `chainBytes` in total ahead of a
 * chain.
 */
interface Allowance {
  readonly share: number;
  readonly chainBytes: number;
}

/** The most clusters of a round that may belong to a chain: a group's header, its names and its nodes. */
const MOST_CLUSTERS = 3;
/** Rounds of a chain before anything is read ahead: the first rounds of any file have few ranges each. */
const CERTAIN_ROUNDS = 3;
/** The most positions that are predicted at once. */
const MOST_PREDICTED = 32;
/**
 * What a saved round may cost, as a share of what a round may read ahead. A walk may read as much ahead
 * without success as a single round may; after that, read-ahead must be paid for by the rounds that it saves,
 * each of which is worth at least the share that saved it. So a chain whose distances keep growing costs no
 * more bytes, and as many rounds, as without predictions.
 */
const SAVED_SHARE = 1 / 4;
/**
 * Two distances are similar if they differ by at most this share of them, or by what a round reads around a
 * range.
 */
const SIMILAR_SHARE = 1 / 16;

/** The rounds of one walk, as far as they form a chain. */
export class Chain {
  #rounds = 0;
  #last: number | undefined;
  #stride: number | undefined;
  #predicted = 0;
  /** Bytes that were read ahead and not paid for by saved rounds. */
  #owed = 0;

  /**
   * What the next round, with these `locations` in this many `clusters`, reads ahead. `savedRounds` is the
   * number of rounds that the last read-ahead saved.
   */
  next(clusters: number, locations: readonly ByteRange[], allowance: Allowance, savedRounds = 0): Ahead {
    const { share, chainBytes } = allowance;
    this.#owed = Math.max(0, this.#owed - savedRounds * Math.max(share, SAVED_SHARE * chainBytes));
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
    // Each round of a chain doubles what the next one reads, if that is likely to save at least one round.
    const grown = Math.min(share * 2 ** (this.#rounds - CERTAIN_ROUNDS), chainBytes / clusters);
    const count = Math.min(this.#predicted, MOST_PREDICTED, Math.floor(chainBytes / share));
    const stride = this.#stride ?? 0;
    // Correct predictions reach further than the same number of contiguous bytes, unless the positions are
    // close together.
    if (stride <= grown && count * stride <= 2 * grown) return { share: Math.max(share, grown), offsets: [] };
    return { share, offsets: Array.from({ length: count }, (_, index) => at + (index + 1) * stride) };
  }

  /** Compares the round's position with the predicted one. */
  #learn(at: number, share: number): void {
    const last = this.#last;
    this.#last = at;
    if (last === undefined) return;
    const distance = at - last;
    const stride = this.#stride === undefined ? undefined : findStride(distance, this.#stride, share);
    if (stride !== undefined) {
      this.#stride = stride;
      this.#predicted = Math.max(1, this.#predicted) * 2;
      return;
    }
    this.#stride = distance > 0 ? distance : undefined;
    this.#predicted = 0;
  }

  #forget(): void {
    this.#last = undefined;
    this.#stride = undefined;
    this.#predicted = 0;
  }
}

/** The most strides in the first observed distance: positions in between may have been read already. */
const MOST_PARTS = 3;

/** The stride of which `known` is one, two or three and `distance` any number; undefined if there is none. */
function findStride(distance: number, known: number, share: number): number | undefined {
  for (let parts = 1; parts <= MOST_PARTS; parts += 1) {
    const part = known / parts;
    // A short part would fit any distance.
    if (parts > 1 && part < MOST_PARTS * share) return undefined;
    const steps = Math.round(distance / part);
    if (steps > 0 && isSimilar(distance / steps, part, share)) return distance / steps;
  }
  return undefined;
}

function isSimilar(a: number, b: number, share: number): boolean {
  return Math.abs(a - b) <= Math.max(share / 2, Math.min(a, b) * SIMILAR_SHARE);
}
