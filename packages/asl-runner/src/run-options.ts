/**
 * Local state machine runner: the options and the result of a run.
 */

import type { Clock } from './clock.ts';
import type { Json } from './json.ts';

/**
 * The outcome of an execution. `error` and `cause` are those that Step Functions would show; a Fail state without
 * fields leaves them empty.
 */
export type ExecutionResult =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

/**
 * Calls a function of the project in place of Lambda.
 * @param functionName as in the definition, after substitution
 * @param payload a copy that the function may change
 * @returns the function's result; an error that it throws is matched by its `name`
 */
export type InvokeFunction = (
  functionName: string,
  payload: unknown,
  context: { readonly signal: AbortSignal },
) => Promise<unknown>;

/** Runs another state machine to its end, for `states:startExecution.sync:2`. */
export type StartExecution = (request: {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: Json;
  readonly signal: AbortSignal;
}) => Promise<ExecutionResult>;

/** The progress of a Distributed Map. All are counts of items, not of batches. */
export interface MapCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/**
 * The events of a running machine. `path` names the state with its enclosing branches and items, such as
 * `ReadHeaders[12]/ReadBatch`.
 */
export type RunEvent =
  | {
      readonly type: 'state-entered';
      readonly path: string;
      readonly state: string;
      readonly stateType: string;
    }
  | {
      readonly type: 'state-exited';
      readonly path: string;
      readonly state: string;
      readonly next: string | undefined;
    }
  | {
      readonly type: 'retry-scheduled';
      readonly path: string;
      readonly state: string;
      readonly error: string;
      readonly cause: string;
      /** The next attempt; the first retry is 1. */
      readonly attempt: number;
      readonly delaySeconds: number;
    }
  | {
      readonly type: 'error-caught';
      readonly path: string;
      readonly state: string;
      readonly error: string;
      readonly cause: string;
      readonly next: string;
    }
  | {
      readonly type: 'map-started';
      readonly path: string;
      readonly state: string;
      readonly counts: MapCounts;
    }
  | {
      /** A child execution of a Distributed Map ended. */
      readonly type: 'map-progress';
      readonly path: string;
      readonly state: string;
      readonly counts: MapCounts;
      /** If that child failed. */
      readonly failure?: { readonly error: string; readonly cause: string };
    };

/** A store in place of an S3 bucket: ItemReader gets from it, ResultWriter puts into it. */
export interface Bucket {
  /** The object's bytes, or undefined if there is none. Its rejection becomes `States.ItemReaderFailed`. */
  get(key: string): Promise<{ readonly body: Uint8Array } | undefined>;
  /** Stores an object. Its rejection becomes `States.ResultWriterFailed`. */
  put(key: string, body: Uint8Array | string, options: { readonly contentType: string }): Promise<unknown>;
}

/** The options of a run. */
export interface RunOptions {
  readonly input: unknown;
  /** The execution's name, `$states.context.Execution.Name`; a new one if omitted. */
  readonly name?: string;
  /** The machine's name in its ARNs. */
  readonly stateMachineName?: string;
  /** The values of the definition's `${Name}` placeholders. */
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly invokeFunction: InvokeFunction;
  /** The stores in place of S3, by bucket name as in ItemReader and ResultWriter. */
  readonly buckets?: Readonly<Record<string, Bucket>>;
  /** Required if the definition starts other machines. */
  readonly startExecution?: StartExecution;
  readonly clock?: Clock;
  /** A number from 0 up to 1, for jitter and `$random`. */
  readonly random?: () => number;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with progress events, synchronously; it must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Maximum size of a payload between states, in bytes of UTF-8. AWS: 262,144. */
  readonly payloadLimitBytes?: number;
}
