/**
 * Local state machine runner: goes from state to state. Each visit runs the state, retries or catches as the
 * definition requires, sets variables and passes the output on.
 *
 * Source: Amazon States Language, "States", "Errors", with QueryLanguage JSONata.
 */

import type {
  Catcher,
  ChoiceState,
  Exit,
  FailState,
  Outcome,
  ParallelState,
  State,
  WaitState,
  Workflow,
} from './definition.ts';
import {
  buildBindings,
  checkSize,
  type Engine,
  evaluateAssignments,
  evaluateText,
  type Frame,
  type Visit,
} from './engine.ts';
import type { Json, JsonObject } from './json.ts';
import { runDistributedMap, runInlineMap } from './map-run.ts';
import { retryDelaySeconds } from './retry.ts';
import { Scope } from './scope.ts';
import { forEachLimited } from './signal.ts';
import { matchesError, StatesError } from './states-error.ts';
import { runTask } from './task.ts';
import { evaluateNumber, evaluateTemplate } from './template.ts';

/**
 * Leaves a state by one of its exits: evaluates output and assignments with the old variables, then sets the new
 * ones.
 */
async function leave(
  engine: Engine,
  exit: Exit,
  visit: Visit,
  own: Json,
  fields: { readonly result?: Json; readonly errorOutput?: Json } = {},
): Promise<Outcome> {
  const bindings = buildBindings(engine, visit, fields);
  const output = exit.output ? await evaluateTemplate(exit.output, bindings) : own;
  const values = await evaluateAssignments(engine, exit.assign, bindings);
  checkSize(engine, output, `The output of ${visit.state.Name}`);
  visit.frame.scope.assign(values);
  return { output, next: exit.next };
}

async function choose(engine: Engine, state: ChoiceState, visit: Visit): Promise<Outcome> {
  const bindings = buildBindings(engine, visit);
  for (const [index, rule] of state.rules.entries()) {
    const { condition } = rule;
    const value = typeof condition === 'boolean' ? condition : await condition.evaluate(bindings);
    if (typeof value !== 'boolean') {
      throw new StatesError(
        'States.QueryEvaluationError',
        `The field '${state.path}.Choices[${index}].Condition' must be true or false, and gave ${JSON.stringify(value)}`,
      );
    }
    if (value) return leave(engine, rule, visit, visit.input);
  }
  if (state.otherwise) return leave(engine, state.otherwise, visit, visit.input);
  throw new StatesError(
    'States.NoChoiceMatched',
    `No choice of ${state.name} matched, and it has no Default`,
  );
}

/** RFC 3339 with a capital T, and a zone: the language's form of a timestamp. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

async function wait(engine: Engine, state: WaitState, visit: Visit): Promise<void> {
  const bindings = buildBindings(engine, visit);
  let milliseconds: number;
  if ('seconds' in state.until) {
    milliseconds = (await evaluateNumber(state.until.seconds, bindings)) * 1000;
  } else {
    const path = `${state.path}.Timestamp`;
    const timestamp = await evaluateText(state.until.timestamp, bindings, path);
    if (!TIMESTAMP.test(timestamp) || Number.isNaN(Date.parse(timestamp))) {
      throw new StatesError(
        'States.QueryEvaluationError',
        `The field '${path}' must be a timestamp, not ${timestamp}`,
      );
    }
    milliseconds = Math.max(0, Date.parse(timestamp) - engine.clock.now().getTime());
  }
  await engine.clock.sleep(milliseconds, visit.frame.signal);
}

async function fail(engine: Engine, state: FailState, visit: Visit): Promise<never> {
  const bindings = buildBindings(engine, visit);
  const error = state.error ? await evaluateText(state.error, bindings, `${state.path}.Error`) : '';
  const cause = state.cause ? await evaluateText(state.cause, bindings, `${state.path}.Cause`) : '';
  throw new StatesError(error, cause);
}

async function runBranches(engine: Engine, state: ParallelState, visit: Visit): Promise<Json> {
  const input = state.arguments
    ? await evaluateTemplate(state.arguments, buildBindings(engine, visit))
    : visit.input;
  checkSize(engine, input, `The input of the branches of ${state.name}`);
  if (engine.mock) return engine.mock({});
  const { frame } = visit;
  const outputs: Json[] = new Array(state.branches.length);
  const all = Number.POSITIVE_INFINITY;
  await forEachLimited(
    state.branches[Symbol.iterator](),
    all,
    frame.signal,
    async (branch, index, signal) => {
      const prefix = `${visit.path}[${index}]/`;
      outputs[index] = await engine.runWorkflow(branch, input, {
        ...frame,
        scope: new Scope(frame.scope),
        signal,
        prefix,
      });
    },
  );
  return outputs;
}

/** The result of a state that has one: `$states.result`. */
function produce(engine: Engine, state: Extract<State, { retry: unknown }>, visit: Visit): Promise<Json> {
  if (state.type === 'Task') return runTask(engine, state, visit);
  if (state.type === 'Parallel') return runBranches(engine, state, visit);
  return state.mode === 'INLINE'
    ? runInlineMap(engine, state, visit)
    : runDistributedMap(engine, state, visit);
}

/** One attempt at a state. */
async function attempt(engine: Engine, state: State, visit: Visit): Promise<Outcome> {
  switch (state.type) {
    case 'Choice':
      return choose(engine, state, visit);
    case 'Fail':
      return fail(engine, state, visit);
    case 'Wait':
      await wait(engine, state, visit);
      return leave(engine, state.exit, visit, visit.input);
    case 'Pass':
    case 'Succeed':
      return leave(engine, state.exit, visit, visit.input);
    default: {
      const result = await produce(engine, state, visit);
      checkSize(engine, result, `The result of ${state.name}`);
      return leave(engine, state.exit, visit, result, { result });
    }
  }
}

/** `$states.errorOutput`; a Fail state without fields omits its parts. */
function buildErrorOutput({ error, causeText }: StatesError): JsonObject {
  return { ...(error !== '' && { Error: error }), ...(causeText !== '' && { Cause: causeText }) };
}

async function catchError(
  engine: Engine,
  catcher: Catcher,
  visit: Visit,
  failure: StatesError,
): Promise<Outcome> {
  const { error, causeText: cause } = failure;
  engine.emit({
    type: 'error-caught',
    path: visit.path,
    state: visit.state.Name,
    error,
    cause,
    next: catcher.next,
  });
  const errorOutput = buildErrorOutput(failure);
  return leave(engine, catcher, visit, errorOutput, { errorOutput });
}

/**
 * A visit of a state, with as many attempts as its retriers allow and then its catchers.
 * @throws StatesError if it fails and nothing catches it; the signal's reason if it aborts
 */
export async function runState(engine: Engine, state: State, input: Json, frame: Frame): Promise<Outcome> {
  const path = `${frame.prefix}${state.name}`;
  const EnteredTime = engine.clock.now().toISOString();
  const granted = new Map<object, number>();
  for (let RetryCount = 0; ; RetryCount++) {
    const visit: Visit = { frame, input, path, state: { Name: state.name, EnteredTime, RetryCount } };
    try {
      frame.signal.throwIfAborted();
      return await attempt(engine, state, visit);
    } catch (error) {
      // A state stopped from outside is neither retried nor caught; any other exception is a
      // bug in this program.
      if (frame.signal.aborted) throw frame.signal.reason;
      if (!(error instanceof StatesError) || !('retry' in state)) throw error;
      const retrier = state.retry.find(({ errorEquals }) => matchesError(errorEquals, error.error));
      const attempts = retrier ? (granted.get(retrier) ?? 0) : 0;
      if (!retrier || attempts >= retrier.maxAttempts) {
        const catcher = state.catch.find(({ errorEquals }) => matchesError(errorEquals, error.error));
        if (!catcher) throw error;
        return catchError(engine, catcher, visit, error);
      }
      granted.set(retrier, attempts + 1);
      const delaySeconds = retryDelaySeconds(retrier, attempts, engine.random);
      engine.emit({
        type: 'retry-scheduled',
        path,
        state: state.name,
        error: error.error,
        cause: error.causeText,
        attempt: RetryCount + 1,
        delaySeconds,
      });
      await engine.clock.sleep(delaySeconds * 1000, frame.signal);
    }
  }
}

/**
 * Runs a workflow from its first state to its last and returns the last one's output.
 * @throws StatesError if a state fails and nothing catches it; the signal's reason if it aborts
 */
export async function runWorkflow(
  engine: Engine,
  workflow: Workflow,
  input: Json,
  frame: Frame,
): Promise<Json> {
  let name = workflow.startAt;
  let value = input;
  for (;;) {
    // Every target was checked before the run.
    const state = workflow.states.get(name)!;
    const path = `${frame.prefix}${name}`;
    engine.emit({ type: 'state-entered', path, state: name, stateType: state.type });
    const { output, next } = await runState(engine, state, value, frame);
    engine.emit({ type: 'state-exited', path, state: name, next });
    if (next === undefined) return output;
    name = next;
    value = output;
  }
}
