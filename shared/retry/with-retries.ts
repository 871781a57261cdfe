/**
 * A request tried again where it is made: a few tries within seconds, with full jitter, for errors that pass.
 * The readers of the archive's bucket and API are based on it, as does the writer of summaries; what outlasts it
 * is the state machine's to retry.
 */
import { ArchiveUnavailableError } from '../errors.ts';
import { pause } from './pause.ts';

/** How often and how fast something is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly tries: number;
  /** Milliseconds within which the second try is made; the bound grows threefold with each further one. */
  readonly firstWaitMs: number;
  /** No wait of our own choosing is longer, in milliseconds. */
  readonly longestWaitMs: number;
  /** Milliseconds that all waits together may last where a server names them: past it the error is handed on at once. */
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

/** For what another layer tries again. */
export const ONE_TRY: RetryPolicy = { ...REQUEST_RETRIES, tries: 1 };

/** Factor by which the bound of a wait grows. */
const GROWTH = 3;

/** What a repeated attempt keeps to. */
export interface RetryOptions {
  /** `REQUEST_RETRIES` by default. */
  readonly policy?: RetryPolicy | undefined;
  /** Ends the waiting; the attempt has to follow it itself. */
  readonly signal?: AbortSignal | undefined;
  /** Whether an error may be gone at the next try; `isPassing` by default. */
  readonly isPassing?: (error: unknown) => boolean;
  /** Asked before each wait: false where the caller's own budget has no further try. Then the error is thrown. */
  readonly mayTryAgain?: (waitMs: number) => boolean;
  /** Told of each further try that is about to be made. */
  readonly onRetry?: (error: unknown, waitMs: number) => void;
}

/** Statuses that a server gives when it, or something on the way to it, is overloaded or broken for a moment. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether an error of the archive may be gone at the next try: no response, half of one, or a status that says so. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ArchiveUnavailableError)) return false;
  return error.isCutShort || error.status === undefined || PASSING_STATUSES.has(error.status);
}

/**
 * What `attempt` gives, tried again while its errors pass. `attempt` is told how many tries went before it.
 * @throws the last error, as it was thrown; the reason of `signal` where that ends a wait
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

/** Milliseconds to wait; undefined where the server asks for longer than it gets. */
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
  // Never before the time that was named; spread after it, since all were told the same one.
  return waitedMs + statedMs > policy.longestInAllMs ? undefined : statedMs + ownMs;
}
