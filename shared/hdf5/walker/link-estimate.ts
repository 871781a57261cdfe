/**
 * Beside the walker's rounds: what the link is seen to be while a file is read, as one number by which a
 * request costs more or less than was assumed. Pure; the rounds tell it what each of them took.
 */

/** Milliseconds to a request's first byte that shapes are made for: S3 from its own region. */
const ASSUMED_LATENCY_MS = 25;
/** Bytes a millisecond that shapes are made for: 80 MB/s. */
const ASSUMED_RATE = 80_000;
/** How far what was learned may move a shape, either way. */
const MOST_SCALE = 8;
/** Rounds of fewer bytes tell nothing of the rate: what they took was the wait. */
const TELLING_BYTES = 256 * 1024;
/**
 * A rate is believed to be the link's from this share of the assumed one down. Above it a slow round may as
 * well be a busy core's, and the counts of a reading should not depend on that.
 */
const SLOW_SHARE = 1 / 4;

/** What rounds have told of the link. */
export class LinkEstimate {
  #quickestMs = Number.POSITIVE_INFINITY;
  /** Bytes and milliseconds of the telling rounds. */
  readonly #telling: { readonly milliseconds: number; readonly bytes: number }[] = [];

  /** A round that brought `bytes` in `milliseconds`, its wait included. One that brought none tells nothing. */
  learn(milliseconds: number, bytes: number): void {
    if (bytes === 0) return;
    // Of what a round took, its bytes' own time is not the wait: as the assumed rate has it, and no more than a
    // quarter, since on a quicker link they take less.
    const waitMs = Math.max(0.75 * milliseconds, milliseconds - bytes / ASSUMED_RATE);
    this.#quickestMs = Math.min(this.#quickestMs, waitMs);
    if (bytes >= TELLING_BYTES) this.#telling.push({ milliseconds, bytes });
  }

  /**
   * By how much more bytes may come with a request than was assumed, a power of two: the bytes that the link
   * could bring in the time that a request waits, against those of 80 MB/s in 25 ms.
   */
  get scale(): number {
    if (this.#quickestMs === Number.POSITIVE_INFINITY) return 1;
    const power = Math.round(Math.log2((this.#quickestMs / ASSUMED_LATENCY_MS) * this.#rateShare()));
    return Math.min(MOST_SCALE, Math.max(1 / MOST_SCALE, 2 ** power));
  }

  /** The best rate of a telling round, its wait left out, as a share of the assumed one; 1 unless the link is slow. */
  #rateShare(): number {
    const rates = this.#telling
      .filter(({ milliseconds }) => milliseconds > this.#quickestMs)
      .map(({ milliseconds, bytes }) => bytes / (milliseconds - this.#quickestMs));
    const share = Math.max(...rates) / ASSUMED_RATE;
    return rates.length > 0 && share <= SLOW_SHARE ? share : 1;
  }
}
