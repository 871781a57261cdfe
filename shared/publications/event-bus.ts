/** Where new versions are announced: one interface over EventBridge and over a machine that runs them at once. */
import type { VersionPublished } from './version-published.ts';

/** What became of one event. */
export type EventOutcome =
  | { readonly delivered: true }
  /** Not on the bus; `reason` in one sentence. */
  | { readonly delivered: false; readonly reason: string };

/** Takes events; delivers each at least once after it said `delivered`. */
export interface EventBus {
  /** For people: which bus it is. */
  readonly name: string;
  /** Most events of one `put`. */
  readonly batchSize: number;
  /**
   * An outcome for each event, in their order. A bus that is down is an outcome too; only an interruption by
   * the caller throws.
   */
  put(events: readonly VersionPublished[], signal?: AbortSignal): Promise<readonly EventOutcome[]>;
}
