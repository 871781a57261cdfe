/**
 * One state by itself, with its calls mocked, like the TestState API of Step Functions: so that the same
 * cases can be run by this runner and by AWS, and the results compared.
 *
 * Source: AWS Step Functions API Reference, "TestState"; Developer Guide, "Using TestState API to test a state".
 */

import { systemClock } from './clock.ts';
import type { State, Workflow } from './definition.ts';
import { buildArn, type Engine, type Evaluated, type Frame } from './engine.ts';
import { InvalidDefinitionError } from './errors.ts';
import { runState, runWorkflow } from './interpreter.ts';
import type { Json, JsonObject } from './json.ts';
import { parseStateMachine } from './parse-definition.ts';
import type { Bucket, RunEvent } from './run-options.ts';
import { Scope } from './scope.ts';
import { matchesError, StatesError } from './states-error.ts';
import { buildStatesFunctions } from './states-functions.ts';

/** One state of a machine, and its context. */
export interface StateTest {
  /** The parsed JSON of the whole machine. */
  readonly definition: unknown;
  readonly substitutions?: Readonly<Record<string, string>>;
  /** The state's name; one inside a Map or Parallel is named the same way. */
  readonly stateName: string;
  readonly input: Json;
  /** The variables that it can read. */
  readonly variables?: JsonObject;
  /** The context object, of which `Execution` and, in a Map, `Map` are taken. */
  readonly context?: JsonObject;
  /** The result or the error of the Task, Parallel or Map. Other states have none. */
  readonly mock?: { readonly result: Json } | { readonly error: string; readonly cause: string };
  /** How often the retrier of the error has already granted an attempt. */
  readonly retrierRetryCount?: number;
  /** The object for an ItemReader, as text. */
  readonly mapItemReaderData?: string;
}

/** The outcome. Fields that do not apply are omitted. */
export interface StateTestResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly output?: Json;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  /** The variables after the state, including those that it read. */
  readonly variables?: JsonObject;
  readonly evaluated?: Evaluated;
  /** Which entry of Retry grants the attempt, and after how many seconds: the longest if there is jitter. */
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
  /** The entry of Catch that matches the error. */
  readonly catchIndex?: number;
}

/** Ends a test at the retry in question. */
class RetryReached extends Error {
  override readonly name = 'RetryReached';
  readonly event: Extract<RunEvent, { type: 'retry-scheduled' }>;
  constructor(event: Extract<RunEvent, { type: 'retry-scheduled' }>) {
    super(`retry ${event.attempt}`);
    this.event = event;
  }
}

/**
 * Runs one state until it succeeds, is caught, fails, or is about to be retried.
 * @throws InvalidDefinitionError for a refused definition, a state that is not in it, or a mock for a state without one
 */
export async function testState(test: StateTest): Promise<StateTestResult> {
  const machine = parseStateMachine(test.definition, test.substitutions);
  const state = findState(machine, test.stateName);
  if (state === undefined) {
    throw new InvalidDefinitionError(`There is no state ${test.stateName}`, { field: 'stateName' });
  }
  if (test.mock !== undefined && !('retry' in state)) {
    throw new InvalidDefinitionError(`A ${state.type} takes no mock`, { field: 'mock' });
  }
  if (test.mock === undefined && 'retry' in state) {
    throw new InvalidDefinitionError(`A ${state.type} is tested with a mock`, { field: 'mock' });
  }
  return await runOne(state, test);
}

async function runOne(state: State, test: StateTest): Promise<StateTestResult> {
  const controller = new AbortController();
  let evaluated: Evaluated | undefined;
  let isCaught = false;
  const passed = test.retrierRetryCount ?? 0;
  const engine: Engine = {
    options: {
      invokeFunction: () => Promise.reject(new Error('a tested state calls nothing')),
      buckets: readerBuckets(test),
    },
    clock: { ...systemClock, sleep: async () => controller.signal.throwIfAborted() },
    // The longest delay that jitter may draw.
    random: () => 1,
    stateMachineName: 'tested',
    payloadLimitBytes: 262_144,
    functions: buildStatesFunctions(Math.random),
    mock: async (values) => {
      evaluated = values;
      const { mock } = test;
      if (mock === undefined || 'error' in mock) throw new StatesError(mock?.error ?? '', mock?.cause ?? '');
      return mock.result;
    },
    emit: (event) => {
      if (event.type === 'error-caught') isCaught = true;
      if (event.type === 'retry-scheduled' && event.attempt > passed)
        controller.abort(new RetryReached(event));
    },
    runWorkflow: (workflow, value, inner) => runWorkflow(engine, workflow, value, inner),
  };
  const scope = new Scope();
  scope.assign(Object.entries(test.variables ?? {}));
  const frame: Frame = { ...buildContext(test), scope, signal: controller.signal, prefix: '' };
  const shown = () => (evaluated && Object.keys(evaluated).length > 0 ? { evaluated } : {});
  try {
    const { output, next } = await runState(engine, state, test.input, frame);
    const { mock } = test;
    const taken = isCaught && mock !== undefined && 'error' in mock ? mock : undefined;
    return {
      status: isCaught ? 'CAUGHT_ERROR' : 'SUCCEEDED',
      output,
      ...(next !== undefined && { nextState: next }),
      ...(taken && { ...taken, catchIndex: findCatcher(state, taken.error) }),
      variables: scope.values,
      ...shown(),
    };
  } catch (error) {
    if (error instanceof RetryReached) {
      const { delaySeconds } = error.event;
      return {
        status: 'RETRIABLE',
        error: error.event.error,
        cause: error.event.cause,
        retryIndex: findRetrier(state, error.event.error),
        retryBackoffIntervalSeconds: delaySeconds,
        ...shown(),
      };
    }
    if (error instanceof StatesError) return { status: 'FAILED', error: error.error, cause: error.causeText };
    throw error;
  }
}

function findRetrier(state: State, error: string): number {
  return 'retry' in state ? state.retry.findIndex(({ errorEquals }) => matchesError(errorEquals, error)) : -1;
}

function findCatcher(state: State, error: string): number {
  return 'retry' in state ? state.catch.findIndex(({ errorEquals }) => matchesError(errorEquals, error)) : -1;
}

/** A state of the machine or of a workflow inside one of its states; names are unique in a machine. */
function findState(workflow: Workflow, name: string): State | undefined {
  const own = workflow.states.get(name);
  if (own !== undefined) return own;
  for (const state of workflow.states.values()) {
    const inner = state.type === 'Map' ? [state.processor] : state.type === 'Parallel' ? state.branches : [];
    for (const each of inner) {
      const found = findState(each, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Every bucket contains the one object, and accepts the results of a writer. */
function readerBuckets({ mapItemReaderData }: StateTest): Readonly<Record<string, Bucket>> {
  const bucket: Bucket = {
    get: async () =>
      mapItemReaderData === undefined ? undefined : { body: new TextEncoder().encode(mapItemReaderData) },
    put: async () => undefined,
  };
  return new Proxy(
    {},
    { get: () => bucket, getOwnPropertyDescriptor: () => ({ configurable: true, value: bucket }) },
  );
}

/** The frame's part of the context object. Times and ids are fixed, so that a test is repeatable. */
function buildContext({ context, input }: StateTest): Pick<Frame, 'execution' | 'mapItem'> {
  const { Execution, Map: map } = (context ?? {}) as {
    readonly Execution?: Partial<Frame['execution']>;
    readonly Map?: { readonly Item?: Frame['mapItem'] };
  };
  return {
    execution: {
      Id: buildArn('execution', 'tested', 'test'),
      Name: 'test',
      Input: input,
      StartTime: '2026-01-01T00:00:00.000Z',
      RedriveCount: 0,
      ...(Execution as object | undefined),
    },
    mapItem: map?.Item,
  };
}
