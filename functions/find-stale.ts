/**
 * The Lambda function of the state FindStale: takes down what is open no longer, and says which versions are
 * due. Called by itself as well, every 15 minutes, to take down alone.
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
    // Drafts that were looked at are noted, so the next attempt goes on where this one ended.
    outOfTime: () =>
      new ArchiveUnavailableError('The archive was not looked through within the time of the function.', {
        url: 'dandisets/',
      }),
  });
}

export const handler = createHandler(readConfig);
