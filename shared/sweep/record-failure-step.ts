/** Records a failed run of a sweep under its version and input. The work of the function RecordFailure. */
import type { Log } from '../log.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { readFailure } from './failure-policy.ts';
import { FailureStore } from './failure-store.ts';
import type { RecordFailureInput, SweepOutcome } from './sweep-payloads.ts';

/** Dependencies of RecordFailure. */
export interface RecordFailureDependencies {
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly log: Log;
}

/** Records a failure, once per sweep even if called repeatedly. @throws StoreUnavailableError */
export async function recordFailure(
  { failure, ...run }: RecordFailureInput,
  { store, now, log }: RecordFailureDependencies,
): Promise<SweepOutcome> {
  const { error, message } = readFailure(failure);
  const record = await new FailureStore(store).note(run, { error, message }, now());
  const { dandisetId, version } = run;
  log.warn('run failed', { dandisetId, version, error, attempts: record.attempts, outages: record.outages });
  return { dandisetId, version, status: 'failed', error, message, attempts: record.attempts };
}
