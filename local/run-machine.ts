/**
 * Runs both state machines on this machine: their functions are called in this process, the project's store is used
 * as the results bucket, and a failed run is reported by its error's name and message.
 */
import type { Context } from 'aws-lambda';
import { composeStore } from '../functions/compose.ts';
import type { StepHandler } from '../functions/handler.ts';
import { type Json, type RunOptions, runStateMachine } from '../packages/asl-runner/src/index.ts';
import type { Config } from '../shared/config.ts';
import { readCauseMessage } from '../shared/retry/failure-cause.ts';
import { RunFailedError } from './run-failed.ts';

/** Lambda's maximum time, which applies to local functions as well. */
const FUNCTION_TIME_MS = 900_000;
const RESULTS_BUCKET = 'results';
/** The concurrency of a large account; this machine limits its work by its functions' own concurrency. */
const AT_ONCE = { BatchesAtOnce: '40', RunsAtOnce: '4' };

/** The options of running a definition besides the runner's own. */
export interface MachineRun extends Omit<RunOptions, 'invokeFunction' | 'buckets' | 'substitutions'> {
  readonly config: Config;
  /** The functions by the definition's placeholders: `ListAssetsFunction`. */
  readonly functions: Readonly<Record<string, StepHandler<unknown>>>;
  /** Its other placeholders, except the bucket. */
  readonly substitutions?: Readonly<Record<string, string>>;
}

/** Runs a definition to its end and returns its output. @throws RunFailedError */
export async function runMachine(
  definition: unknown,
  { config, functions, substitutions = {}, ...options }: MachineRun,
): Promise<Json> {
  const names = Object.fromEntries(Object.keys(functions).map((name) => [name, name]));
  const result = await runStateMachine(definition, {
    ...options,
    substitutions: { ...names, ...AT_ONCE, ...substitutions, ResultsBucket: RESULTS_BUCKET },
    buckets: { [RESULTS_BUCKET]: composeStore(config) },
    invokeFunction: async (name, payload) => {
      const call = functions[name];
      if (call === undefined)
        throw new RunFailedError(`No function is named ${name}.`, { error: 'States.Runtime' });
      return call(payload, localContext(name));
    },
  });
  if (result.status === 'SUCCEEDED') return result.output;
  throw new RunFailedError(readCauseMessage(result.cause), { error: result.error });
}

/** The part of Lambda's context that the handlers read. The empty ARN means that there is no Lambda. */
export function localContext(functionName: string): Context {
  const start = performance.now();
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: '',
    memoryLimitInMB: '0',
    awsRequestId: functionName,
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => FUNCTION_TIME_MS - (performance.now() - start),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
