/**
 * How both state machines run on this machine: their functions are called in this process, the project's store stands
 * for the results bucket, and a run that fails is reported by the name and the words of its error.
 */
import type { Context } from 'aws-lambda';
import { composeStore } from '../functions/compose.ts';
import type { StepHandler } from '../functions/handler.ts';
import { type Json, type RunOptions, runStateMachine } from '../packages/asl-runner/src/index.ts';
import type { Config } from '../shared/config.ts';
import { readCauseMessage } from '../shared/retry/failure-cause.ts';
import { RunFailedError } from './run-failed.ts';

/** Lambda's longest time, which a local function has as well. */
const FUNCTION_TIME_MS = 900_000;
const RESULTS_BUCKET = 'results';
/** What a large account takes; this machine bounds its work by what its functions take at a time. */
const AT_ONCE = { BatchesAtOnce: '40', RunsAtOnce: '4' };

/** What a run of a definition needs besides what the runner takes. */
export interface MachineRun extends Omit<RunOptions, 'invokeFunction' | 'buckets' | 'substitutions'> {
  readonly config: Config;
  /** The functions by the names that the definition leaves open: `ListAssetsFunction`. */
  readonly functions: Readonly<Record<string, StepHandler<unknown>>>;
  /** What else it leaves open, apart from the bucket. */
  readonly substitutions?: Readonly<Record<string, string>>;
}

/** Runs a definition to its end and gives its output. @throws RunFailedError */
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

/** What Lambda passes beside the event, as far as the handlers look at it. The empty ARN says that no Lambda is around. */
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
