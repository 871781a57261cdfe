/**
 * The wait between two tries of a request. In a module of its own, so that tests can
 * replace it.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the given number of milliseconds. @throws the reason of `signal` as soon as it is aborted */
export async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
