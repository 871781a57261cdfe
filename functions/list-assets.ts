/** The Lambda function of the state ListAssets: names the run and lists the files to read. */
import { type Config, readConfig } from '../shared/config.ts';
import { ArchiveUnavailableError } from '../shared/errors.ts';
import { listAssets } from '../shared/pipeline/list-assets-step.ts';
import {
  type Ended,
  type ListedRun,
  parsePayload,
  SummarizeInput,
  type Waiting,
} from '../shared/pipeline/run-payloads.ts';
import { composeListAssets } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** ListAssets over the given settings. */
export function createHandler(config: () => Config): StepHandler<ListedRun | Waiting | Ended> {
  const dependencies = once(() => composeListAssets(config()));
  return buildHandler({
    name: 'list-assets',
    parse: (event) => parsePayload(SummarizeInput, event),
    logFields: ({ dandisetId, version }) => ({ dandisetId, version }),
    run: (input, signal, log) => listAssets(input, { ...dependencies(), log }, signal),
    outOfTime: () =>
      new ArchiveUnavailableError('The assets could not be listed within the time of the function.', {
        url: 'dandisets/',
      }),
  });
}

export const handler = createHandler(readConfig);
