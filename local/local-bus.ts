/**
 * The event bus of one machine: an event is delivered by running it. It counts as delivered once its run has
 * ended, successfully or not, so that an interrupted one is announced again.
 */
import type { EventBus, EventOutcome } from '../shared/publications/event-bus.ts';
import type { VersionPublished } from '../shared/publications/version-published.ts';

/** Runs the versions that are announced, one after the other. */
export class LocalBus implements EventBus {
  readonly name = 'this machine';
  /** One: a version is claimed just before it is run. */
  readonly batchSize = 1;
  readonly #run: (event: VersionPublished, signal: AbortSignal | undefined) => Promise<void>;

  /** `run` ends with the run; it throws only if the run was interrupted. */
  constructor(run: (event: VersionPublished, signal: AbortSignal | undefined) => Promise<void>) {
    this.#run = run;
  }

  async put(events: readonly VersionPublished[], signal?: AbortSignal): Promise<readonly EventOutcome[]> {
    for (const event of events) await this.#run(event, signal);
    return events.map(() => ({ delivered: true }));
  }
}
