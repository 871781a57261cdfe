/**
 * Local state machine runner: calls a Task's resource, with the forms of argument, result and error that Step
 * Functions uses.
 *
 * Source: AWS Step Functions Developer Guide, "Invoke an AWS Lambda function", "Start a new state machine from a
 * running execution"; AWS Lambda Developer Guide, Node.js errors.
 */

import { randomUUID } from 'node:crypto';
import type { Bindings, TaskCall, TaskState } from './definition.ts';
import {
  buildArn,
  buildBindings,
  checkSize,
  type Engine,
  evaluateText,
  type Visit,
  withTimeLimit,
} from './engine.ts';
import type { Json } from './json.ts';
import type { ExecutionResult } from './run-options.ts';
import { abortable } from './signal.ts';
import { StatesError } from './states-error.ts';
import { evaluateNumber, evaluateTemplate } from './template.ts';

/** The error of a function in the form of Lambda's Node runtime: Step Functions matches the name. */
function translateThrown(thrown: unknown): StatesError {
  const [errorType, errorMessage, trace] =
    thrown instanceof Error
      ? [thrown.name, thrown.message, (thrown.stack ?? '').split('\n')]
      : [typeof thrown, String(thrown), []];
  return new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace }));
}

/** The value converted to JSON and back, as Lambda returns it. */
function convertThroughJson(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch (error) {
    const errorMessage = `Unable to stringify response body: ${error instanceof Error ? error.message : String(error)}`;
    const errorType = 'Runtime.MarshalError';
    throw new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace: [] }));
  }
}

type CallOf<Resource> = Extract<TaskCall, { resource: Resource }>;

async function invokeFunction(
  engine: Engine,
  state: TaskState,
  call: CallOf<'lambda:invoke'>,
  bindings: Bindings,
  signal: AbortSignal,
): Promise<Json> {
  const functionName = await evaluateText(
    call.functionName,
    bindings,
    `${state.path}.Arguments.FunctionName`,
  );
  const payload = await evaluateTemplate(call.payload, bindings);
  checkSize(engine, { FunctionName: functionName, Payload: payload }, `The input of ${functionName}`);
  if (engine.mock) return engine.mock({});
  let returned: unknown;
  try {
    signal.throwIfAborted();
    // A function may change its payload, so it gets a copy.
    const invocation = Promise.resolve(
      engine.options.invokeFunction(functionName, convertThroughJson(payload), { signal }),
    );
    returned = await abortable(invocation, signal);
  } catch (error) {
    throw signal.aborted ? signal.reason : translateThrown(error);
  }
  return { ExecutedVersion: '$LATEST', Payload: convertThroughJson(returned), StatusCode: 200 };
}

/** A finished execution as from DescribeExecution, with input and output as JSON, as `:2` requires. */
function describeExecution(
  fields: { readonly Name: string; readonly StateMachineArn: string; readonly Input: Json },
  [StartDate, StopDate]: readonly [number, number],
  result: ExecutionResult,
): { readonly [key: string]: Json } {
  const machineName = fields.StateMachineArn.split(':').at(-1) ?? '';
  return {
    ExecutionArn: buildArn('execution', machineName, fields.Name),
    ...fields,
    InputDetails: { Included: true },
    StartDate,
    StopDate,
    Status: result.status,
    ...(result.status === 'SUCCEEDED'
      ? { Output: result.output, OutputDetails: { Included: true } }
      : { Error: result.error, Cause: result.cause }),
  };
}

async function startExecution(
  engine: Engine,
  state: TaskState,
  call: CallOf<'states:startExecution.sync:2'>,
  bindings: Bindings,
  signal: AbortSignal,
): Promise<Json> {
  const path = `${state.path}.Arguments`;
  const stateMachineArn = await evaluateText(call.stateMachineArn, bindings, `${path}.StateMachineArn`);
  const name = call.name ? await evaluateText(call.name, bindings, `${path}.Name`) : randomUUID();
  const input = await evaluateTemplate(call.input, bindings);
  checkSize(engine, input, `The input of ${stateMachineArn}`);
  if (engine.mock) return engine.mock({});
  const started = engine.clock.now().getTime();
  let result: ExecutionResult;
  try {
    signal.throwIfAborted();
    // The option was checked before the run.
    result = await abortable(
      engine.options.startExecution!({ stateMachineArn, name, input: convertThroughJson(input), signal }),
      signal,
    );
  } catch (error) {
    throw signal.aborted ? signal.reason : translateThrown(error);
  }
  const times = [started, engine.clock.now().getTime()] as const;
  const description = describeExecution(
    { Name: name, StateMachineArn: stateMachineArn, Input: input },
    times,
    result,
  );
  if (result.status === 'SUCCEEDED') return description;
  throw new StatesError('States.TaskFailed', JSON.stringify(description));
}

/**
 * Calls a Task's resource within its time limit, and returns the task's result.
 * @throws StatesError with the name of the function's error, States.TaskFailed for a failed
 *   machine, States.Timeout, States.DataLimitExceeded or States.QueryEvaluationError
 */
export async function runTask(engine: Engine, state: TaskState, visit: Visit): Promise<Json> {
  const bindings = buildBindings(engine, visit);
  const seconds = state.timeoutSeconds && (await evaluateNumber(state.timeoutSeconds, bindings));
  const { call } = state;
  return withTimeLimit(engine, seconds, visit.frame.signal, `The task ${state.name}`, (signal) =>
    call.resource === 'lambda:invoke'
      ? invokeFunction(engine, state, call, bindings, signal)
      : startExecution(engine, state, call, bindings, signal),
  );
}
