/** The Lambda function of the state ReportSweep: writes the report of a sweep. */
import { type Config, readConfig } from '../shared/config.ts';
import { StoreUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/run-payloads.ts';
import { reportSweep } from '../shared/sweep/report-sweep-step.ts';
import { ReportSweepInput, type SweepOutput } from '../shared/sweep/sweep-payloads.ts';
import { composeSweepRecords } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** ReportSweep over the given settings. */
export function createHandler(config: () => Config): StepHandler<SweepOutput> {
  const dependencies = once(() => composeSweepRecords(config()));
  return buildHandler({
    name: 'report-sweep',
    parse: (event) => parsePayload(ReportSweepInput, event),
    logFields: ({ sweepId }) => ({ sweepId }),
    run: (input, _signal, log) => reportSweep(input, { ...dependencies(), log }),
    outOfTime: () =>
      new StoreUnavailableError('The report was not written within the time of the function.', {
        key: 'reports',
      }),
  });
}

export const handler = createHandler(readConfig);
