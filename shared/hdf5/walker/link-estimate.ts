/**
 * Used by the walker's rounds: estimates the network link while a file is read, as one number by which a
 * request costs more or less than was assumed. Pure: the rounds report what each of them took.
 */

/** Milliseconds until a request's first byte, for which shapes are tuned: S3 from its own region. */
const ASSUMED_LATENCY_MS = 25;
/** Bytes per millisecond, for which shapes are tuned: 80 MB/s. */
const ASSUMED_RATE = 80_000;
/** The most by which the estimate may scale a shape, in either direction. */
const MOST_SCALE = 8;
/** Rounds of fewer bytes do not show the rate: their time is mostly latency. */
const INFORMATIVE_BYTES = 256 * 1024;
/**
 * The rate counts as the link's own if it is at most this share of the assumed one. Above it a slow round may
 * also be due to a busy core, and the number of requests should not depend on that.
 */
const SLOW_SHARE = 1 / 4;

/**
 * Rounds before more is requested than was assumed: the first requests of a process also wait for its own
 * code, and are few.
 */
const CERTAIN_ROUNDS = 3;

/** The estimate of the link, from requests and rounds. */
export class LinkEstimate {
  #quickestMs = Number.POSITIVE_INFINITY;
  #rounds = 0;
  /** Bytes and milliseconds of the rounds that are large enough to show the rate. */
  readonly #informative: { readonly milliseconds: number; readonly bytes: number }[] = [];

  /**
   * Records a request that read `bytes` in `milliseconds`, its latency included. The fastest of hundreds
   * shows the link's own time, however busy the machine is; the last one of a round is as late as the core
   * was busy.
   */
  learnRequest(milliseconds: number, bytes: number): void {
    // The transfer of the bytes is not latency: it is subtracted at the assumed rate, and at most a quarter
    // of the time, since on a faster link it takes less.
    const waitMs = Math.max(0.75 * milliseconds, milliseconds - bytes / ASSUMED_RATE);
    this.#quickestMs = Math.min(this.#quickestMs, waitMs);
  }

  /** Records a round that read `bytes`, during which the walk only waited for `idleMs`. */
  learnRound(idleMs: number, bytes: number): void {
    this.#rounds += 1;
    if (bytes >= INFORMATIVE_BYTES) this.#informative.push({ milliseconds: idleMs, bytes });
  }

  /**
   * The factor on the bytes of a request, a power of two: the bytes that the link could transfer during the
   * latency of a request, relative to those of 80 MB/s in 25 ms.
   */
  get scale(): number {
    if (this.#quickestMs === Number.POSITIVE_INFINITY) return 1;
    const power = Math.log2((this.#quickestMs / ASSUMED_LATENCY_MS) * this.#rateShare());
    if (power > 0 && this.#rounds < CERTAIN_ROUNDS) return 1;
    // Rounded down to the nearest, and up only when close: a busy machine makes a wait longer, and nothing
    // makes it shorter.
    const whole = power > 0 ? Math.floor(power + 0.1) : Math.round(power);
    return Math.min(MOST_SCALE, Math.max(1 / MOST_SCALE, 2 ** whole));
  }

  /**
   * The best rate of a large round, without its latency, as a share of the assumed rate; 1 unless the link is
   * slow.
   */
  #rateShare(): number {
    const rates = this.#informative
      .filter(({ milliseconds }) => milliseconds > this.#quickestMs)
      .map(({ milliseconds, bytes }) => bytes / (milliseconds - this.#quickestMs));
    const share = Math.max(...rates) / ASSUMED_RATE;
    return rates.length > 0 && share <= SLOW_SHARE ? share : 1;
  }
}
