/**
 * How many requests may be under way to one host: falls as soon as the host says that it has too many, and
 * rises again with every response (additive increase, multiplicative decrease). The pool of connections, which
 * all readers of a process share, keeps to it.
 */

/** What is left of the limit after an overload. */
const FALL = 0.75;

/**
 * Requests by which the limit rises with each full round of responses, and the further share of itself: gently
 * where the host takes few, faster where it takes many. Where 1 of 100 answers is a 503 the limit settles at some
 * 40 under way; where most are, at the least; after either it is whole again within a few thousand answers.
 */
const RISE = 2;
const RISE_SHARE = 1 / 24;

/** A limit of requests under way. Pure: it is told what happened, and asked. */
export class AdaptiveLimit {
  readonly #most: number;
  readonly #least: number;
  #limit: number;
  /** Counts the falls, so that requests sent before one are not held against the limit after it. */
  #era = 0;

  /** Between `least` and `most` requests; begins with `most`. */
  constructor(most: number, least = Math.min(2, most)) {
    this.#most = most;
    this.#least = least;
    this.#limit = most;
  }

  /** Requests that may be under way now. */
  get current(): number {
    return Math.floor(this.#limit);
  }

  /** What a request that is sent now has to name when its response comes. */
  get era(): number {
    return this.#era;
  }

  /** A response came as it should. */
  succeeded(): void {
    this.#limit = Math.min(this.#most, this.#limit + RISE / this.#limit + RISE_SHARE);
  }

  /** The host has too much to do, says the response to a request sent in `era`: one fall for all that were under way together. */
  overloaded(era: number): void {
    if (era !== this.#era) return;
    this.#era += 1;
    this.#limit = Math.max(this.#least, this.#limit * FALL);
  }
}
