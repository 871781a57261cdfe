/** Shared parts of the runner's tests: short definitions, a fake clock, a run with fakes. */

import {
  type Clock,
  type ExecutionResult,
  type InvokeFunction,
  type RunEvent,
  type RunOptions,
  runStateMachine,
} from '../src/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A machine of these states that begins with the first. */
export function machine(states: Readonly<Record<string, Fields>>, fields: Fields = {}): Fields {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...fields };
}

/** A Task that calls the function `work` with its input and returns its result. */
export function task(fields: Fields = {}): Fields {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    ...('Next' in fields ? {} : { End: true }),
    ...fields,
  };
}

export const pass = (fields: Fields = {}): Fields => ({
  Type: 'Pass',
  ...('Next' in fields ? {} : { End: true }),
  ...fields,
});

/** A processor of these states for a Map. */
export function processor(mode: 'INLINE' | 'DISTRIBUTED', states: Readonly<Record<string, Fields>>): Fields {
  const config = mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' };
  return { ProcessorConfig: config, StartAt: Object.keys(states)[0], States: states };
}

/** A Distributed Map over its input whose children call `work`. */
export function buildDistributed(fields: Fields = {}): Fields {
  return {
    Type: 'Map',
    ItemProcessor: processor('DISTRIBUTED', { Work: task() }),
    ...('Next' in fields ? {} : { End: true }),
    ...fields,
  };
}

/** An error like the project's own, with a literal name. */
export function namedError(name: string, message = `${name} happened`): Error {
  return Object.assign(new Error(message), { name });
}

/** A clock on which sleeping takes no time but is recorded, and time limits expire only on request. */
export class FakeClock implements Clock {
  time = Date.parse('2026-11-22T12:00:00.000Z');
  /** Every sleep in milliseconds, in order. */
  readonly sleeps: number[] = [];
  readonly #deadlines = new Map<() => void, number>();

  now(): Date {
    return new Date(this.time);
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
  }

  deadline(milliseconds: number, onExpire: () => void): () => void {
    this.#deadlines.set(onExpire, milliseconds);
    return () => this.#deadlines.delete(onExpire);
  }

  /** The time limits that are set, in milliseconds. */
  get deadlines(): number[] {
    return [...this.#deadlines.values()];
  }

  /** Lets the limits of this length expire. */
  expire(milliseconds: number): void {
    for (const [onExpire, limit] of [...this.#deadlines]) if (limit === milliseconds) onExpire();
  }
}

/** The result of a run, with everything recorded of it. */
export interface Ran {
  readonly result: ExecutionResult;
  readonly clock: FakeClock;
  readonly events: readonly RunEvent[];
  /** Every call of a function, as `[name, payload]`. */
  readonly calls: readonly (readonly [string, unknown])[];
}

/** Runs a machine with fakes; `work` implements every function, by default it returns its payload. */
export async function run(
  definition: unknown,
  options: Partial<RunOptions> & { readonly work?: InvokeFunction } = {},
): Promise<Ran> {
  const clock = (options.clock as FakeClock | undefined) ?? new FakeClock();
  const events: RunEvent[] = [];
  const calls: [string, unknown][] = [];
  const { work = async (_name, payload) => payload, ...rest } = options;
  const result = await runStateMachine(definition, {
    input: {},
    onEvent: (event) => events.push(event),
    ...rest,
    clock,
    invokeFunction: (name, payload, context) => {
      calls.push([name, structuredClone(payload)]);
      return work(name, payload, context);
    },
  });
  return { result, clock, events, calls };
}

/** The output of a run that must succeed. */
export function getOutput({ result }: Ran): unknown {
  if (result.status !== 'SUCCEEDED') throw new Error(`${result.error}: ${result.cause}`);
  return result.output;
}

/** Error and cause of a run that must fail. */
export function catchFailure({ result }: Ran): { readonly error: string; readonly cause: string } {
  if (result.status !== 'FAILED') throw new Error(`it succeeded with ${JSON.stringify(result.output)}`);
  return { error: result.error, cause: result.cause };
}
