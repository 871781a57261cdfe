/**
 * Local state machine runner: the shared context of a running execution, from the limits to the path of a
 * state.
 */

import type { Clock } from './clock.ts';
import type { Assignments, Bindings, Workflow } from './definition.ts';
import { type Json, type JsonObject, measureBytes } from './json.ts';
import type { RunEvent, RunOptions } from './run-options.ts';
import type { Scope } from './scope.ts';
import { linkController } from './signal.ts';
import { StatesError } from './states-error.ts';
import { evaluateTemplate } from './template.ts';

/** The data of one execution in `$states.context.Execution`. */
export interface ExecutionContext extends JsonObject {
  readonly Id: string;
  readonly Name: string;
  readonly Input: Json;
  readonly StartTime: string;
  readonly RedriveCount: number;
}

/** The context of a workflow: its execution, variables, and enclosing states. */
export interface Frame {
  readonly execution: ExecutionContext;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  /** The path of the enclosing states, with a trailing slash, or ''. */
  readonly prefix: string;
  /** The item of an enclosing inline Map. */
  readonly mapItem: { readonly Index: number; readonly Value: Json } | undefined;
}

/** One visit of a state: the context of its expressions. */
export interface Visit {
  readonly frame: Frame;
  readonly input: Json;
  /** The state's path in this run, for events. */
  readonly path: string;
  /** `$states.context.State`. */
  readonly state: { readonly Name: string; readonly EnteredTime: string; readonly RetryCount: number };
}

/** Time limit of an EXPRESS child execution, in seconds. */
export const EXPRESS_SECONDS = 300;

/** The values that a state evaluates before its work begins, as shown by TestState. */
export interface Evaluated {
  /** The inputs of an inline Map's iterations, or the items of a Distributed Map as selected. */
  readonly afterItemSelector?: readonly Json[];
  /** The inputs of a Distributed Map's children. */
  readonly afterItemBatcher?: readonly Json[];
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** A run's settings, and the function that runs the workflows within a state. */
export interface Engine {
  readonly options: Pick<RunOptions, 'invokeFunction' | 'startExecution' | 'buckets'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly payloadLimitBytes: number;
  readonly stateMachineName: string;
  /** Step Functions' own functions, as variables. */
  readonly functions: Bindings;
  /** Replaces the work of a Task, Parallel or Map after its arguments were evaluated: for testing one state. */
  readonly mock?: (evaluated: Evaluated) => Promise<Json>;
  emit(event: RunEvent): void;
  /** Runs a workflow to its end. @throws StatesError if it fails; the signal's reason if it aborts */
  runWorkflow(workflow: Workflow, input: Json, frame: Frame): Promise<Json>;
}

/** An ARN of this run; the region and account show that it was never in AWS. */
export function buildArn(kind: string, ...names: readonly string[]): string {
  return `arn:aws:states:local:000000000000:${[kind, ...names].join(':')}`;
}

/** The bindings of a state's expressions. */
export function buildBindings(
  engine: Engine,
  { frame, input, state }: Visit,
  more: { readonly result?: Json; readonly errorOutput?: Json; readonly mapItem?: Frame['mapItem'] } = {},
): Bindings {
  const { mapItem = frame.mapItem, ...fields } = more;
  const context = {
    Execution: frame.execution,
    StateMachine: { Id: buildArn('stateMachine', engine.stateMachineName), Name: engine.stateMachineName },
    State: state,
    ...(mapItem && { Map: { Item: mapItem } }),
  };
  return { ...engine.functions, ...frame.scope.values, states: { input, context, ...fields } };
}

/** The values of a state's assignments, computed before any is set. @throws StatesError */
export async function evaluateAssignments(
  engine: Engine,
  assignments: Assignments,
  bindings: Bindings,
): Promise<[string, Json][]> {
  const values: [string, Json][] = [];
  for (const [name, template] of assignments) values.push([name, await evaluateTemplate(template, bindings)]);
  checkSize(engine, Object.fromEntries(values), 'The variables that the state assigns');
  return values;
}

/** @throws StatesError States.DataLimitExceeded if a value is larger than the limit between states */
export function checkSize(engine: Engine, value: Json, what: string): void {
  const bytes = measureBytes(value);
  if (bytes <= engine.payloadLimitBytes) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `${what} has ${bytes} bytes, more than the ${engine.payloadLimitBytes} that may pass between states`,
  );
}

/** The value of a template that must be a string. @throws StatesError States.QueryEvaluationError */
export async function evaluateText(
  template: Parameters<typeof evaluateTemplate>[0],
  bindings: Bindings,
  field: string,
): Promise<string> {
  const value = await evaluateTemplate(template, bindings);
  if (typeof value === 'string') return value;
  throw new StatesError(
    'States.QueryEvaluationError',
    `The field '${field}' must be a string, and its expression gave ${JSON.stringify(value)}`,
  );
}

/** Runs work under a signal that aborts with States.Timeout when the time is up. */
export async function withTimeLimit<Result>(
  engine: Engine,
  seconds: number | undefined,
  parent: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return work(parent);
  const limit = linkController(parent);
  const cancel = engine.clock.deadline(seconds * 1000, () =>
    limit.abort(new StatesError('States.Timeout', `${what} took longer than ${seconds} seconds`)),
  );
  try {
    return await work(limit.signal);
  } finally {
    cancel();
    limit.release();
  }
}
