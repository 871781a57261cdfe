/**
 * Runs a state machine of Amazon States Language on one machine: the same definition that Step Functions gets, with
 * functions of the caller in place of Lambda and buckets of the caller in place of S3.
 *
 * It runs Amazon States Language with JSONata as AWS documents it, and refuses by name, before anything runs,
 * what it does not implement. Step Functions' limits that it lacks: the 25,000 events of an
 * execution's history, and the splitting of result files at 5 GB.
 */

import { randomUUID } from 'node:crypto';
import { systemClock } from './clock.ts';
import { buildArn, checkSize, type Engine, type Frame, withTimeLimit } from './engine.ts';
import { InvalidDefinitionError } from './errors.ts';
import { runWorkflow } from './interpreter.ts';
import type { Json } from './json.ts';
import { parseStateMachine } from './parse-definition.ts';
import type { ExecutionResult, RunOptions } from './run-options.ts';
import { Scope } from './scope.ts';
import { StatesError } from './states-error.ts';
import { buildStatesFunctions } from './states-functions.ts';

export { batchItems } from './batch.ts';
export { type Clock, systemClock } from './clock.ts';
export { InvalidDefinitionError } from './errors.ts';
export type { Json, JsonObject } from './json.ts';
export type {
  Bucket,
  ExecutionResult,
  InvokeFunction,
  MapCounts,
  RunEvent,
  RunOptions,
  StartExecution,
} from './run-options.ts';
export { STATES_ERROR_NAMES } from './states-error.ts';
export { applySubstitutions, findSubstitutionNames } from './substitution.ts';
export { type StateTest, type StateTestResult, testState } from './test-state.ts';

/** Maximum size of a payload between states in AWS, in bytes of UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 262_144;

/**
 * Parses a definition like {@link runStateMachine}, without running it.
 * @throws InvalidDefinitionError, with the state's path, for the first part that is invalid or not implemented
 */
export function checkStateMachine(
  definition: unknown,
  substitutions: Readonly<Record<string, string>> = {},
): void {
  parseStateMachine(definition, substitutions);
}

/** The input as JSON. @throws InvalidDefinitionError */
function readInput(input: unknown): Json {
  const text = JSON.stringify(input);
  if (text === undefined) throw new InvalidDefinitionError('The input is not JSON', { field: 'input' });
  return JSON.parse(text);
}

/**
 * Runs a state machine to its end.
 * @param definition the parsed JSON of an `.asl.json` file
 * @returns the outcome of the execution; a failed machine is an outcome, not an exception
 * @throws InvalidDefinitionError for a refused definition; the signal's reason if the caller stops the run
 */
export async function runStateMachine(definition: unknown, options: RunOptions): Promise<ExecutionResult> {
  const machine = parseStateMachine(definition, options.substitutions);
  if (machine.startsExecutions && !options.startExecution) {
    throw new InvalidDefinitionError(
      'The definition starts other state machines, and none can be started here',
      {
        field: 'startExecution',
      },
    );
  }
  const {
    clock = systemClock,
    random = Math.random,
    stateMachineName = 'local',
    name = randomUUID(),
  } = options;
  const input = readInput(options.input);
  const engine: Engine = {
    options,
    clock,
    random,
    stateMachineName,
    payloadLimitBytes: options.payloadLimitBytes ?? PAYLOAD_LIMIT_BYTES,
    functions: buildStatesFunctions(random),
    emit: (event) => options.onEvent?.(event),
    runWorkflow: (workflow, value, frame) => runWorkflow(engine, workflow, value, frame),
  };
  const execution: Frame['execution'] = {
    Id: buildArn('execution', stateMachineName, name),
    Name: name,
    Input: input,
    StartTime: clock.now().toISOString(),
    RedriveCount: 0,
  };
  const signal = options.signal ?? new AbortController().signal;
  try {
    signal.throwIfAborted();
    checkSize(engine, input, "The execution's input");
    const output = await withTimeLimit(engine, machine.timeoutSeconds, signal, 'The execution', (limited) =>
      engine.runWorkflow(machine, input, {
        execution,
        scope: new Scope(),
        signal: limited,
        prefix: '',
        mapItem: undefined,
      }),
    );
    return { status: 'SUCCEEDED', output };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof StatesError) return { status: 'FAILED', error: error.error, cause: error.causeText };
    throw error;
  }
}
