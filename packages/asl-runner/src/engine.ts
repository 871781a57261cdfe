/**
 * Local state machine runner: what the parts of a running execution share, from the limits to the place where a
 * state stands.
 */

import type { Clock } from './clock.ts';
import type { Assignments, Bindings, Workflow } from './definition.ts';
import { type Json, type JsonObject, measureBytes } from './json.ts';
import type { RunEvent, RunOptions } from './run-options.ts';
import type { Scope } from './scope.ts';
import { linkController } from './signal.ts';
import { StatesError } from './states-error.ts';
import { evaluateTemplate } from './template.ts';

/** What one execution knows of itself, as `$states.context.Execution` gives it. */
export interface ExecutionContext extends JsonObject {
  readonly Id: string;
  readonly Name: string;
  readonly Input: Json;
  readonly StartTime: string;
  readonly RedriveCount: number;
}

/** Where a workflow runs: in which execution, among which variables, below which states. */
export interface Frame {
  readonly execution: ExecutionContext;
  readonly scope: Scope;
  readonly signal: AbortSignal;
  /** The path of the states above, with a slash at its end, or ''. */
  readonly prefix: string;
  /** The item of an inline Map around it. */
  readonly mapItem: { readonly Index: number; readonly Value: Json } | undefined;
}

/** One state's turn: what its expressions see. */
export interface Visit {
  readonly frame: Frame;
  readonly input: Json;
  /** The state's path in this run, for events. */
  readonly path: string;
  /** `$states.context.State`. */
  readonly state: { readonly Name: string; readonly EnteredTime: string; readonly RetryCount: number };
}

/** The seconds that an EXPRESS child execution may take. */
export const EXPRESS_SECONDS = 300;

/** What a state evaluates before its work begins, as TestState shows it. */
export interface Evaluated {
  /** The inputs of an inline Map's iterations, or the items of a Distributed Map as selected. */
  readonly afterItemSelector?: readonly Json[];
  /** The inputs of a Distributed Map's children. */
  readonly afterItemBatcher?: readonly Json[];
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** A run's settings, and the way from a state to the workflows within it. */
export interface Engine {
  readonly options: Pick<RunOptions, 'invokeFunction' | 'startExecution' | 'buckets'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly payloadLimitBytes: number;
  readonly stateMachineName: string;
  /** Step Functions' own functions, as variables. */
  readonly functions: Bindings;
  /** Stands in for what a Task, Parallel or Map would do, once its arguments were evaluated: for testing one state. */
  readonly mock?: (evaluated: Evaluated) => Promise<Json>;
  emit(event: RunEvent): void;
  /** Runs a workflow to its end. @throws StatesError where it fails; the signal's reason where that aborts */
  runWorkflow(workflow: Workflow, input: Json, frame: Frame): Promise<Json>;
}

/** An ARN of this run; the region and account say that it never was in AWS. */
export function buildArn(kind: string, ...names: readonly string[]): string {
  return `arn:aws:states:local:000000000000:${[kind, ...names].join(':')}`;
}

/** What an expression of a state can see. */
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

/** @throws StatesError States.DataLimitExceeded where a value is larger than may pass between states */
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

/** Does work under a signal that aborts with States.Timeout once the time is over. */
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
