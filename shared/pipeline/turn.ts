/** Releases a run's turn for the steps, without failing the run. */
import type { Log } from '../log.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { endTurn } from '../store/turns.ts';

/** Releases the turn of an execution. If the store fails, it expires by itself, and the failure is logged. */
export async function releaseTurn(
  store: ObjectStore,
  execution: string | undefined,
  log: Log,
): Promise<void> {
  if (execution === undefined) return;
  try {
    await endTurn(store, execution);
  } catch (error) {
    log.warn('turn not released', { reason: error instanceof Error ? error.message : String(error) });
  }
}
