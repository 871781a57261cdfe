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
/** Rounds of fewer bytes say nothing of the rate: what they took was the wait. */
const INFORMATIVE_BYTES = 256 * 1024;
/**
 * A rate is believed to be the link's from this share of the assumed one down. Above it a slow round may as
 * well be a busy core's, and the counts of a reading should not depend on that.
 */
const SLOW_SHARE = 1 / 4;

/**
 * Rounds before more is asked for than was assumed: the first requests of a process wait for its own code as well,
 * and are few.
 */
const CERTAIN_ROUNDS = 3;

/** What requests and rounds have reported of the link. */
export class LinkEstimate {
  #quickestMs = Number.POSITIVE_INFINITY;
  #rounds = 0;
  /** Bytes and milliseconds of the telling rounds. */
  readonly #telling: { readonly milliseconds: number; readonly bytes: number }[] = [];

  /**
   * A request that brought `bytes` in `milliseconds`, its wait included. The quickest of hundreds is the link's own
   * time, however busy the machine is; a round's last one is as late as the core was busy.
   */
  learnRequest(milliseconds: number, bytes: number): void {
    // Of what a request took, its bytes' own time is not the wait: as the assumed rate has it, and no more than a
    // quarter, since on a quicker link they take less.
    const waitMs = Math.max(0.75 * milliseconds, milliseconds - bytes / ASSUMED_RATE);
    this.#quickestMs = Math.min(this.#quickestMs, waitMs);
  }

  /** A round that brought `bytes`, for which nothing but waiting was done for `idleMs`. */
  learnRound(idleMs: number, bytes: number): void {
    this.#rounds += 1;
    if (bytes >= INFORMATIVE_BYTES) this.#telling.push({ milliseconds: idleMs, bytes });
  }

  /**
   * By how much more bytes may come with a request than was assumed, a power of two: the bytes that the link
   * could bring in the time that a request waits, against those of 80 MB/s in 25 ms.
   */
  get scale(): number {
    if (this.#quickestMs === Number.POSITIVE_INFINITY) return 1;
    const power = Math.log2((this.#quickestMs / ASSUMED_LATENCY_MS) * this.#rateShare());
    if (power > 0 && this.#rounds < CERTAIN_ROUNDS) return 1;
    // Down to the nearest, up only when nearly there: a busy machine makes a wait longer, and none makes it shorter.
    const whole = power > 0 ? Math.floor(power + 0.1) : Math.round(power);
    return Math.min(MOST_SCALE, Math.max(1 / MOST_SCALE, 2 ** whole));
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
