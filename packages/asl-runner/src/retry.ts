/**
 * Local state machine runner: how long a failed state waits before its next attempt. Pure.
 *
 * Source: Amazon States Language, "Errors: Retrying after error".
 */

/** One entry of a state's Retry, with the defaults filled in. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: 'NONE' | 'FULL';
}

/** The defaults of a retrier's fields. */
export const RETRIER_DEFAULTS = { intervalSeconds: 1, maxAttempts: 3, backoffRate: 2 } as const;

/**
 * The delay in seconds before a retrier's next attempt: the interval grown by the backoff rate, capped at the
 * longest delay, and then, with full jitter, drawn uniformly between 0 and that.
 * @param attempt how many attempts this retrier has already granted, from 0
 * @param random returns a number from 0 up to, not including, 1
 */
export function retryDelaySeconds(retrier: Retrier, attempt: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** attempt;
  const capped = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.jitter === 'FULL' ? random() * capped : capped;
}
