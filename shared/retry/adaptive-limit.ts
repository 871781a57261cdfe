/**
 * Limits the concurrent requests to one host: the limit falls as soon as the host reports overload, and
 * rises again with every response (additive increase, multiplicative decrease). The pool of connections, which
 * all readers of a process share, enforces it.
 */

/** Factor of the limit after an overload. */
const FALL = 0.75;

/**
 * Requests by which the limit rises with each full round of responses, and a further share of the limit: slowly
 * where the host accepts few, faster where it accepts many. Where 1 of 100 responses is a 503 the limit settles at some
 * 40 requests; where most are, at the minimum; after either it has recovered within a few thousand responses.
 */
const RISE = 2;
const RISE_SHARE = 1 / 24;

/** A limit of concurrent requests. Pure: callers report responses to it and read the limit. */
export class AdaptiveLimit {
  readonly #most: number;
  readonly #least: number;
  #limit: number;
  /** Counts the decreases, so that requests sent before one do not lower the limit again. */
  #era = 0;

  /** Between `least` and `most` requests; starts with `most`. */
  constructor(most: number, least = Math.min(2, most)) {
    this.#most = most;
    this.#least = least;
    this.#limit = most;
  }

  /** Requests that may be in flight now. */
  get current(): number {
    return Math.floor(this.#limit);
  }

  /** The era of a request sent now, to be passed when its response arrives. */
  get era(): number {
    return this.#era;
  }

  /** Reports a successful response. */
  succeeded(): void {
    this.#limit = Math.min(this.#most, this.#limit + RISE / this.#limit + RISE_SHARE);
  }

  /**
   * Reports an overload, by the response to a request sent in `era`: one decrease for all requests that were in
   * flight together.
   */
  overloaded(era: number): void {
    if (era !== this.#era) return;
    this.#era += 1;
    this.#limit = Math.max(this.#least, this.#limit * FALL);
  }
}
