/**
 * The wait between two tries of a request. In a module of its own, so that a test of what comes after the tries need
 * not sit through them.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds. @throws the reason of `signal` as soon as that is aborted */
export async function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
