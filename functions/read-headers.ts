/** The Lambda function of the state ReadHeaders: reads one batch of headers by range. */
import { type Config, readConfig } from '../shared/config.ts';
import { ArchiveUnavailableError } from '../shared/errors.ts';
import { readHeaders } from '../shared/pipeline/read-headers-step.ts';
import { type FileOutcome, parsePayload, ReadHeadersInput } from '../shared/pipeline/run-payloads.ts';
import { composeReadHeaders } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** ReadHeaders over the given settings. */
export function createHandler(config: () => Config): StepHandler<FileOutcome[]> {
  const dependencies = once(() => composeReadHeaders(config()));
  return buildHandler({
    name: 'read-headers',
    parse: (event) => parsePayload(ReadHeadersInput, event),
    logFields: ({ BatchInput, Items }) => ({ ...BatchInput.run, files: Items.length }),
    run: (input, signal, log) => readHeaders(input, { ...dependencies(), log }, signal),
    // Headers read so far are stored, so that the next attempt continues where this one ended.
    outOfTime: () =>
      new ArchiveUnavailableError('The batch was not read within the time of the function.', {
        url: 'blobs/',
      }),
  });
}

export const handler = createHandler(readConfig);
