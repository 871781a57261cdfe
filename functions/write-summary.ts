/** The Lambda function of the state WriteSummary: has the summary written, checked and stored. */
import { type Config, readConfig } from '../shared/config.ts';
import { ModelUnavailableError } from '../shared/errors.ts';
import {
  parsePayload,
  type SummarizeOutput,
  type Waiting,
  WriteSummaryInput,
} from '../shared/pipeline/run-payloads.ts';
import { writeSummary } from '../shared/pipeline/write-summary-step.ts';
import { composeWriteSummary } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** WriteSummary over the given settings. */
export function createHandler(config: () => Config): StepHandler<SummarizeOutput | Waiting> {
  const dependencies = once(() => composeWriteSummary(config()));
  return buildHandler({
    name: 'write-summary',
    parse: (event) => parsePayload(WriteSummaryInput, event),
    logFields: ({ run }) => ({ ...run }),
    run: (input, signal, log) => writeSummary(input, { ...dependencies(), log }, signal),
    outOfTime: () =>
      new ModelUnavailableError('The reply did not arrive within the time of the function.', {
        modelId: 'unknown',
      }),
  });
}

export const handler = createHandler(readConfig);
