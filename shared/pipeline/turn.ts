/** The end of a run's turn, as the steps see it: wanted, but no reason for a run to fail. */
import type { Log } from '../log.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { endTurn } from '../store/turns.ts';

/** Gives the turn of an execution back. Where the store fails, it lapses by itself, and the log says so. */
export async function giveTurnBack(
  store: ObjectStore,
  execution: string | undefined,
  log: Log,
): Promise<void> {
  if (execution === undefined) return;
  try {
    await endTurn(store, execution);
  } catch (error) {
    log.warn('turn not given back', { reason: error instanceof Error ? error.message : String(error) });
  }
}
