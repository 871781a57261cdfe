/** Retries for tests: as many tries as the product makes, without the waiting. */
import { REQUEST_RETRIES, type RetryPolicy } from '../../shared/retry/with-retries.ts';

/** Four tries within a few milliseconds; waits that a server states are ignored. */
export const QUICK_RETRIES: RetryPolicy = {
  ...REQUEST_RETRIES,
  firstWaitMs: 1,
  longestWaitMs: 2,
  longestInAllMs: 0,
};
