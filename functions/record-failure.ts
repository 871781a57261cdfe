/** The Lambda function of the state RecordFailure: records why a run of a sweep failed. */
import { type Config, readConfig } from '../shared/config.ts';
import { StoreUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/run-payloads.ts';
import { recordFailure } from '../shared/sweep/record-failure-step.ts';
import { RecordFailureInput, type SweepOutcome } from '../shared/sweep/sweep-payloads.ts';
import { composeSweepRecords } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** RecordFailure over the given settings. */
export function createHandler(config: () => Config): StepHandler<SweepOutcome> {
  const dependencies = once(() => composeSweepRecords(config()));
  return buildHandler({
    name: 'record-failure',
    parse: (event) => parsePayload(RecordFailureInput, event),
    logFields: ({ dandisetId, version, sweepId }) => ({ dandisetId, version, sweepId }),
    run: (input, _signal, log) => recordFailure(input, { ...dependencies(), log }),
    outOfTime: () =>
      new StoreUnavailableError('The failure was not recorded within the time of the function.', {
        key: 'failures',
      }),
  });
}

export const handler = createHandler(readConfig);
