/** The Lambda function of the state ReportSweep: writes down what a sweep did. */
import { type Config, readConfig } from '../shared/config.ts';
import { StoreUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/payloads.ts';
import { ReportSweepInput, type SweepOutput } from '../shared/sweep/payloads.ts';
import { reportSweep } from '../shared/sweep/report-sweep.ts';
import { composeSweepRecords } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** ReportSweep over the given settings. */
export function createHandler(config: () => Config): StepHandler<SweepOutput> {
  const needs = once(() => composeSweepRecords(config()));
  return buildHandler({
    name: 'report-sweep',
    parse: (event) => parsePayload(ReportSweepInput, event),
    logFields: ({ sweepId }) => ({ sweepId }),
    run: (input, _signal, log) => reportSweep(input, { ...needs(), log }),
    outOfTime: () =>
      new StoreUnavailableError('The report was not written within the time of the function.', {
        key: 'reports',
      }),
  });
}

export const handler = createHandler(readConfig);
