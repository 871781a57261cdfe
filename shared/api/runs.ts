/** Runs as HTTP starts and shows them: an interface over Step Functions and over the local machine. */
import { readCauseMessage } from '../retry/failure-cause.ts';

/** What a run is started with. */
export interface RunInput {
  readonly dandisetId: string;
  readonly version: string;
  /** Also where nothing changed. */
  readonly force: boolean;
}

/** How a run is. `succeeded`, `failed`, `timed-out` and `stopped` are final. */
export const RUN_STATES = ['running', 'succeeded', 'failed', 'timed-out', 'stopped'] as const;

/** What a run came to. */
export const RUN_OUTCOMES = ['stored', 'unchanged', 'in-progress'] as const;

export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export type RunState = (typeof RUN_STATES)[number];

/** A run, as far as it is known. */
export interface RunStatus {
  readonly id: string;
  /** Six digits; absent where the run was started with something else. */
  readonly dandisetId?: string;
  /** The version that was summarized, or was asked for. */
  readonly version?: string;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC; absent while it runs. */
  readonly endedAt?: string;
  readonly progress?: RunProgress;
  /**
   * Of a run that succeeded: whether a summary was stored, the stored one was made from the same input, or another
   * run of the same input is having it written.
   */
  readonly outcome?: RunOutcome;
  /** Of a run that did not: the error's name, and its own words; what anyone may read of them, the response decides. */
  readonly error?: { readonly name: string; readonly message: string };
}

/** How far a run is. */
export interface RunProgress {
  /** The state of the machine that it is in, where that is known. */
  readonly step?: string;
  /** Files whose headers are to be read; absent before they are counted. */
  readonly files?: { readonly total: number; readonly done: number; readonly failed: number };
}

/** Starts runs and reports them. */
export interface RunStarter {
  /**
   * Starts a run under this id, a UUID. A second start under it changes nothing, whether the run still goes on
   * or has ended.
   * @throws HttpError (503) where the machine cannot be reached
   */
  start(id: string, input: RunInput): Promise<void>;
  /** The run of that id, or undefined where there is none. @throws HttpError (503) */
  find(id: string): Promise<RunStatus | undefined>;
}

/** Ids of runs: a UUID where HTTP started them, an execution's name where another did. */
export const RUN_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** Characters of a reason that are passed on. */
const MAX_REASON = 1_000;

/** The sentence in a state machine's cause, as far as it is passed on. */
export function findReason(cause: string): string {
  const reason = readCauseMessage(cause);
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
}
