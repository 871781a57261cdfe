/**
 * The bus on which new versions are announced: one interface over EventBridge and over a local bus that runs them at
 * once.
 */
import type { VersionPublished } from './version-published.ts';

/** The outcome of one event. */
export type EventOutcome =
  | { readonly delivered: true }
  /** Not delivered; `reason` in one sentence. */
  | { readonly delivered: false; readonly reason: string };

/** Accepts events; delivers each at least once after it has reported `delivered`. */
export interface EventBus {
  /** The bus's name for people. */
  readonly name: string;
  /** Events of one `put` at most. */
  readonly batchSize: number;
  /**
   * An outcome for each event, in their order. A bus that is down is an outcome too; only an interruption by
   * the caller throws.
   */
  put(events: readonly VersionPublished[], signal?: AbortSignal): Promise<readonly EventOutcome[]>;
}
