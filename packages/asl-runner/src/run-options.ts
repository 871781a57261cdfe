/**
 * Local state machine runner: what a caller gives to a run and gets from it.
 */

import type { Clock } from './clock.ts';
import type { Json } from './json.ts';

/** How an execution ended. `error` and `cause` are what Step Functions would show; a bare Fail state leaves them empty. */
export type ExecutionResult =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

/**
 * Calls a function of the project in Lambda's place.
 * @param functionName as the definition has it, after substitution
 * @param payload a copy that is the function's own
 * @returns what the function returned; an error that it throws is matched by its `name`
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

/** How far a Distributed Map is. All are counts of items, not of batches. */
export interface MapCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/**
 * What happens while a machine runs. `path` names the state with the branches and items above it, such as
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
      /** The attempt to come; the first retry is 1. */
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
      /** Where that child failed. */
      readonly failure?: { readonly error: string; readonly cause: string };
    };

/** What stands for an S3 bucket: ItemReader gets from it, ResultWriter puts into it. */
export interface Bucket {
  /** The object's bytes, or undefined where there is none. What it rejects with becomes `States.ItemReaderFailed`. */
  get(key: string): Promise<{ readonly body: Uint8Array } | undefined>;
  /** Stores an object. What it rejects with becomes `States.ResultWriterFailed`. */
  put(key: string, body: Uint8Array | string, options: { readonly contentType: string }): Promise<unknown>;
}

/** What a run is made from. */
export interface RunOptions {
  readonly input: unknown;
  /** The execution's name, `$states.context.Execution.Name`; a fresh one where left out. */
  readonly name?: string;
  /** The machine's name in its ARNs. */
  readonly stateMachineName?: string;
  /** The values of the definition's `${Name}` places. */
  readonly substitutions?: Readonly<Record<string, string>>;
  readonly invokeFunction: InvokeFunction;
  /** The stores that stand for S3, by bucket name as ItemReader and ResultWriter give it. */
  readonly buckets?: Readonly<Record<string, Bucket>>;
  /** Needed where the definition starts other machines. */
  readonly startExecution?: StartExecution;
  readonly clock?: Clock;
  /** A number from 0 up to 1, for jitter and `$random`. */
  readonly random?: () => number;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of progress, synchronously; it must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  /** The most that passes between states, in bytes of UTF-8. AWS: 262,144. */
  readonly payloadLimitBytes?: number;
}
