/**
 * Runs a state machine of `functions/` on this machine: the very definition that Step Functions gets, with the
 * project's functions in place of Lambda and a store in place of S3.
 *
 * It runs Amazon States Language with JSONata as AWS documents it, and refuses by name, before anything runs,
 * what it does not implement. What it leaves out of Step Functions' own limits: the 25,000 events of an
 * execution's history, and the splitting of result files at 5 GB.
 */

import { randomUUID } from 'node:crypto';
import { InvalidInputError } from '../shared/errors.ts';
import { systemClock } from './asl/clock.ts';
import { buildArn, checkSize, type Engine, type Frame, withTimeLimit } from './asl/engine.ts';
import { StatesFault } from './asl/fault.ts';
import { runWorkflow } from './asl/interpreter.ts';
import type { Json } from './asl/json.ts';
import { parseStateMachine } from './asl/parse-definition.ts';
import type { ExecutionResult, RunOptions } from './asl/run-options.ts';
import { Scope } from './asl/scope.ts';
import { buildStatesFunctions } from './asl/states-functions.ts';

export type { Clock } from './asl/clock.ts';
export { STATES_ERROR_NAMES } from './asl/fault.ts';
export type { Json } from './asl/json.ts';
export type {
  ExecutionResult,
  InvokeFunction,
  MapCounts,
  RunEvent,
  RunOptions,
  StartExecution,
} from './asl/run-options.ts';
export { findSubstitutionNames } from './asl/substitution.ts';

/** The most that passes between states in AWS, in bytes of UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 262_144;

/**
 * Reads a definition as {@link runStateMachine} does, and runs nothing.
 * @throws InvalidInputError, with the state's path, for the first thing that is not sound or not implemented
 */
export function checkStateMachine(
  definition: unknown,
  substitutions: Readonly<Record<string, string>> = {},
): void {
  parseStateMachine(definition, substitutions);
}

/** The input as JSON has it. @throws InvalidInputError */
function readInput(input: unknown): Json {
  const text = JSON.stringify(input);
  if (text === undefined) throw new InvalidInputError('The input is not JSON', { field: 'input' });
  return JSON.parse(text);
}

/**
 * Runs a state machine to its end.
 * @param definition the parsed JSON of an `.asl.json` file
 * @returns how the execution ended; a machine that fails is an outcome, not an exception
 * @throws InvalidInputError for a definition that is refused; the signal's reason where the caller stops the run
 */
export async function runStateMachine(definition: unknown, options: RunOptions): Promise<ExecutionResult> {
  const machine = parseStateMachine(definition, options.substitutions);
  if (machine.startsExecutions && !options.startExecution) {
    throw new InvalidInputError('The definition starts other state machines, and none can be started here', {
      field: 'startExecution',
    });
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
    if (error instanceof StatesFault) return { status: 'FAILED', error: error.error, cause: error.causeText };
    throw error;
  }
}
