/**
 * The Lambda function of the state FindStale: removes Dandisets that are no longer public, and lists the versions that
 * are due. Also called every 15 minutes only for the removal.
 */
import { type Config, readConfig } from '../shared/config.ts';
import { ArchiveUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/run-payloads.ts';
import { findStale } from '../shared/sweep/find-stale-step.ts';
import { FindStaleInput, type PlannedSweep, type Withdrawals } from '../shared/sweep/sweep-payloads.ts';
import { composeFindStale } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** FindStale over the given settings. */
export function createHandler(config: () => Config): StepHandler<PlannedSweep | Withdrawals> {
  const dependencies = once(() => composeFindStale(config()));
  return buildHandler({
    name: 'find-stale',
    parse: (event) => parsePayload(FindStaleInput, event),
    logFields: ({ execution, mode = 'sweep' }) => ({ execution, mode }),
    run: (input, signal, log) => findStale(input, { ...dependencies(), log }, signal),
    // Checked drafts are recorded, so that the next attempt continues where this one ended.
    outOfTime: () =>
      new ArchiveUnavailableError('The archive could not be checked within the time of the function.', {
        url: 'dandisets/',
      }),
  });
}

export const handler = createHandler(readConfig);
