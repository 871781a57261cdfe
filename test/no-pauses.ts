/**
 * Replaces `shared/retry/pause.ts` in tests of what happens after the tries, by
 * `vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'))`: the tries are made, nobody
 * waits.
 */
import { setImmediate as yieldOnce } from 'node:timers/promises';

/** Only yields to others. @throws the reason of `signal` if that is aborted */
export async function pause(_waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  await yieldOnce();
  signal?.throwIfAborted();
}
