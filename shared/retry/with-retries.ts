/**
 * A request tried again where it is made: a few tries within seconds, with full jitter, for transient errors.
 * The readers of the archive's bucket and API use it, as does the writer of summaries; longer outages
 * are retried by the state machine.
 */

import { ArchiveUnavailableError } from '../errors.ts';
import { pause } from './pause.ts';
import { TRANSIENT_STATUSES } from './statuses.ts';

/** How often and how fast a request is retried. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly tries: number;
  /** Milliseconds within which the second try is made; the bound grows threefold with each further one. */
  readonly firstWaitMs: number;
  /** Maximum of a wait that the server did not state, in milliseconds. */
  readonly longestWaitMs: number;
  /** Maximum sum of waits stated by the server, in milliseconds: beyond it the error is thrown at once. */
  readonly longestInAllMs: number;
}

/**
 * For a request to the archive. Where 2 of 100 requests fail, four tries lose one request in six million; the
 * three waits last 0.65 seconds on average, so that a server that is down is reported as such within seconds.
 */
export const REQUEST_RETRIES: RetryPolicy = {
  tries: 4,
  firstWaitMs: 100,
  longestWaitMs: 3_000,
  longestInAllMs: 20_000,
};

/** For requests that another layer retries. */
export const ONE_TRY: RetryPolicy = { ...REQUEST_RETRIES, tries: 1 };

/** Factor by which the bound of a wait grows. */
const GROWTH = 3;

/** Options of a repeated attempt. */
export interface RetryOptions {
  /** `REQUEST_RETRIES` by default. */
  readonly policy?: RetryPolicy | undefined;
  /** Aborts the waiting; the attempt itself has to observe it too. */
  readonly signal?: AbortSignal | undefined;
  /** Whether an error may be gone at the next try; `isPassing` by default. */
  readonly isPassing?: (error: unknown) => boolean;
  /** Called before each wait: false if the caller's own budget allows no further try. Then the error is thrown. */
  readonly mayTryAgain?: (waitMs: number) => boolean;
  /** Called before each further try. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** Whether an error of the archive may be gone at the next try: no response, a partial one, or a transient status. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ArchiveUnavailableError)) return false;
  return error.isCutShort || error.status === undefined || TRANSIENT_STATUSES.has(error.status);
}

/**
 * Returns the result of `attempt`, retried while its errors are transient. `attempt` receives the number of earlier
 * tries.
 * @throws the last error, as it was thrown; the reason of `signal` if it aborts a wait
 */
export async function withRetries<T>(
  attempt: (before: number) => Promise<T>,
  options: RetryOptions = {},
): Promise<T> {
  const { policy = REQUEST_RETRIES, signal, mayTryAgain = () => true, onRetry } = options;
  let waitedMs = 0;
  for (let before = 0; ; before += 1) {
    try {
      return await attempt(before);
    } catch (error) {
      if (before + 1 >= policy.tries || signal?.aborted) throw error;
      if (!(options.isPassing ?? isPassing)(error)) throw error;
      const waitMs = waitBefore(before, error, policy, waitedMs);
      if (waitMs === undefined || !mayTryAgain(waitMs)) throw error;
      onRetry?.(error, waitMs);
      waitedMs += waitMs;
      await pause(waitMs, signal);
    }
  }
}

/** Milliseconds to wait; undefined where the server asks for longer than allowed. */
function waitBefore(
  before: number,
  error: unknown,
  policy: RetryPolicy,
  waitedMs: number,
): number | undefined {
  const ownMs = Math.random() * Math.min(policy.longestWaitMs, policy.firstWaitMs * GROWTH ** before);
  const stated = (error as { retryAfterSeconds?: unknown }).retryAfterSeconds;
  if (typeof stated !== 'number' || !(stated > 0)) return ownMs;
  const statedMs = stated * 1000;
  // Never before the stated time; spread after it, since all clients received the same one.
  return waitedMs + statedMs > policy.longestInAllMs ? undefined : statedMs + ownMs;
}
