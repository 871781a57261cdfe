/** Runs as started and shown over HTTP: an interface over Step Functions and over the local machine. */
import { readCauseMessage } from '../retry/failure-cause.ts';

/** The input of a run. */
export interface RunInput {
  readonly dandisetId: string;
  readonly version: string;
  /** Write a summary even if nothing changed. */
  readonly force: boolean;
}

/** The state of a run. `succeeded`, `failed`, `timed-out` and `stopped` are final. */
export const RUN_STATES = ['running', 'succeeded', 'failed', 'timed-out', 'stopped'] as const;

/** The outcome of a run. */
export const RUN_OUTCOMES = ['stored', 'unchanged', 'in-progress'] as const;

export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export type RunState = (typeof RUN_STATES)[number];

/** A run, as far as it is known. */
export interface RunStatus {
  readonly id: string;
  /** Six digits; absent where the run was started with something else. */
  readonly dandisetId?: string;
  /** The summarized version, or the requested one. */
  readonly version?: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC; absent while it runs. */
  readonly endedAt?: string;
  readonly progress?: RunProgress;
  /**
   * For a run that succeeded: a summary was stored, the stored one was made from the same input, or another
   * run is writing it from the same input.
   */
  readonly outcome?: RunOutcome;
  /** For a run that failed: the error's name and message; the response decides what of it is public. */
  readonly error?: { readonly name: string; readonly message: string };
}

/** The progress of a run. */
export interface RunProgress {
  /** The current state of the state machine, where known. */
  readonly step?: string;
  /** Files whose headers are to be read; absent before they are counted. */
  readonly files?: { readonly total: number; readonly done: number; readonly failed: number };
}

/** Starts runs and reports them. */
export interface RunStarter {
  /**
   * Starts a run under this id, a UUID. A second start under it changes nothing, whether the run is still running
   * or has ended.
   * @throws HttpError (503) where the machine cannot be reached
   */
  start(id: string, input: RunInput): Promise<void>;
  /** The run of that id, or undefined where there is none. @throws HttpError (503) */
  find(id: string): Promise<RunStatus | undefined>;
}

/** Ids of runs: a UUID for those started over HTTP, an execution's name for others. */
export const RUN_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** Characters of a reason that are passed on at most. */
const MAX_REASON = 1_000;

/** The message in a state machine's cause, truncated. */
export function findReason(cause: string): string {
  const reason = readCauseMessage(cause);
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
}
