/**
 * The Lambda function that polls for new versions every 15 minutes, and once a day in the API as well,
 * and announces each on the event bus.
 */
import * as z from 'zod/mini';
import { type Config, readConfig } from '../shared/config.ts';
import { ArchiveUnavailableError } from '../shared/errors.ts';
import { parsePayload } from '../shared/pipeline/run-payloads.ts';
import type { EventBus } from '../shared/publications/event-bus.ts';
import { type PollReport, pollPublications } from '../shared/publications/poll-publications-step.ts';
import { composePollPublications } from './compose.ts';
import { buildHandler, once, type StepHandler } from './handler.ts';

/** The event: an empty object is a plain poll. */
const PollInput = z.strictObject({
  mode: z._default(z.enum(['poll', 'reconcile']), 'poll'),
  existing: z._default(z.enum(['remember', 'announce']), 'remember'),
  claimPatienceSeconds: z.optional(z.number().check(z.nonnegative())),
  manifestPatienceHours: z.optional(z.number().check(z.nonnegative())),
  events: z.optional(z.int().check(z.nonnegative())),
});

/** PollPublications over the given settings; `bus` replaces the one that they name. */
export function createHandler(config: () => Config, bus?: EventBus): StepHandler<PollReport> {
  const dependencies = once(() => composePollPublications(config(), bus));
  return buildHandler({
    name: 'poll-publications',
    parse: (event) => parsePayload(PollInput, event),
    logFields: ({ mode }) => ({ mode }),
    run: ({ mode, existing, ...patience }, signal, log) =>
      pollPublications({ mode, existing, ...withoutUndefined(patience) }, { ...dependencies(), log }, signal),
    // A later poll takes over versions that were claimed but not announced.
    outOfTime: () =>
      new ArchiveUnavailableError('The poll did not end within the time of the function.', {
        url: 'dandisets/',
      }),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that are present. */
function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

export const handler = createHandler(readConfig);
