import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Retrier, retryDelaySeconds } from '../src/retry.ts';
import { matchesError } from '../src/states-error.ts';
import { catchFailure, getOutput, machine, namedError, pass, run, task } from './machine.ts';

const failing = (names: readonly string[]) => {
  let call = 0;
  return async () => {
    const name = names[call++];
    if (name) throw namedError(name);
    return 'done';
  };
};

describe('Retry', () => {
  it('waits 1, 2 and 4 seconds by default, and then fails', async () => {
    const states = { Work: task({ Retry: [{ ErrorEquals: ['Busy'] }] }) };
    const ran = await run(machine(states), { work: failing(['Busy', 'Busy', 'Busy', 'Busy']) });
    expect(ran.clock.sleeps).toEqual([1000, 2000, 4000]);
    expect(ran.calls).toHaveLength(4);
    expect(catchFailure(ran).error).toBe('Busy');
  });

  it('grows the interval by the rate up to the longest delay', async () => {
    const retrier = {
      ErrorEquals: ['Busy'],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxDelaySeconds: 10,
      MaxAttempts: 4,
    };
    const ran = await run(machine({ Work: task({ Retry: [retrier] }) }), {
      work: failing(['Busy', 'Busy', 'Busy', 'Busy']),
    });
    expect(ran.clock.sleeps).toEqual([2000, 6000, 10_000, 10_000]);
    expect(getOutput(ran)).toBe('done');
  });

  it('draws the delay between 0 and the maximum with full jitter', async () => {
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 8, JitterStrategy: 'FULL' }];
    const draws = [0, 0.5, 0.25];
    const ran = await run(machine({ Work: task({ Retry }) }), {
      random: () => draws.shift() ?? 0,
      work: failing(['Busy', 'Busy', 'Busy']),
    });
    expect(ran.clock.sleeps).toEqual([0, 8000, 8000]);
  });

  it('counts attempts for each retrier separately, and uses the first that matches', async () => {
    const Retry = [
      { ErrorEquals: ['A', 'B'], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 30 },
    ];
    const ran = await run(machine({ Work: task({ Retry }) }), { work: failing(['A', 'C', 'B', 'A']) });
    expect(ran.clock.sleeps).toEqual([1000, 30_000, 1000]);
    expect(catchFailure(ran).error).toBe('A');
  });

  it('never retries with MaxAttempts 0, even if a later retrier would', async () => {
    const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    const ran = await run(machine({ Work: task({ Retry }) }), { work: failing(['A']) });
    expect(ran.calls).toHaveLength(1);
  });

  it('reports each retry with its error and delay', async () => {
    const ran = await run(machine({ Work: task({ Retry: [{ ErrorEquals: ['A'] }] }) }), {
      work: failing(['A']),
    });
    expect(ran.events.filter(({ type }) => type === 'retry-scheduled')).toEqual([
      {
        type: 'retry-scheduled',
        path: 'Work',
        state: 'Work',
        error: 'A',
        cause: expect.stringContaining('A happened'),
        attempt: 1,
        delaySeconds: 1,
      },
    ]);
  });

  it('retries after an expression of the state failed', async () => {
    const states = {
      Work: task({
        Output: '{% $states.result.Payload.ok %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'] }],
      }),
    };
    const outputs = [{}, { ok: 1 }];
    expect(getOutput(await run(machine(states), { work: async () => outputs.shift() }))).toBe(1);
  });

  it('keeps every delay between 0 and the cap, for any numbers', () => {
    const retrier = fc.record({
      errorEquals: fc.constant(['States.ALL']),
      intervalSeconds: fc.integer({ min: 1, max: 1000 }),
      maxAttempts: fc.constant(3),
      backoffRate: fc.double({ min: 1, max: 10, noNaN: true }),
      maxDelaySeconds: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
      jitter: fc.constantFrom<Retrier['jitter']>('NONE', 'FULL'),
    });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(retrier, fc.nat(20), draw, (given, attempt, drawn) => {
        const whole = retryDelaySeconds({ ...given, jitter: 'NONE' }, attempt, () => drawn);
        const delay = retryDelaySeconds(given, attempt, () => drawn);
        expect(whole).toBeLessThanOrEqual(given.maxDelaySeconds ?? Number.POSITIVE_INFINITY);
        expect(whole).toBeGreaterThanOrEqual(Math.min(given.intervalSeconds, given.maxDelaySeconds ?? 1));
        expect(delay).toBe(given.jitter === 'FULL' ? drawn * whole : whole);
      }),
    );
  });
});

describe('Catch', () => {
  const rescue = {
    First: pass({ Output: { by: 'first', got: '{% $states.input %}' } }),
    Second: pass({ Output: { by: 'second', got: '{% $states.input %}' } }),
  };

  it('comes after Retry, and the first catcher that matches wins', async () => {
    const states = {
      Work: task({
        Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ['A', 'B'], Next: 'First' },
          { ErrorEquals: ['States.ALL'], Next: 'Second' },
        ],
      }),
      ...rescue,
    };
    const a = await run(machine(states), { work: failing(['A', 'A']) });
    expect(getOutput(a)).toMatchObject({ by: 'first' });
    expect(a.calls).toHaveLength(2);
    expect(getOutput(await run(machine(states), { work: failing(['C']) }))).toMatchObject({ by: 'second' });
  });

  it('passes {Error, Cause} on if the catcher has no Output', async () => {
    const states = { Work: task({ Catch: [{ ErrorEquals: ['A'], Next: 'First' }] }), ...rescue };
    const ran = await run(machine(states), { work: failing(['A']) });
    expect(getOutput(ran)).toEqual({
      by: 'first',
      got: { Error: 'A', Cause: expect.stringContaining('A happened') },
    });
    expect(ran.events.find(({ type }) => type === 'error-caught')).toMatchObject({
      state: 'Work',
      error: 'A',
      next: 'First',
    });
  });

  it('provides the input and the error output to Output and Assign', async () => {
    const states = {
      Work: task({
        Catch: [
          {
            ErrorEquals: ['States.TaskFailed'],
            Next: 'Last',
            Assign: { why: '{% $states.errorOutput.Error %}' },
            Output: {
              id: '{% $states.input.id %}',
              said: '{% $parse($states.errorOutput.Cause).errorMessage %}',
            },
          },
        ],
      }),
      Last: pass({ Output: { why: '{% $why %}', before: '{% $states.input %}' } }),
    };
    const ran = await run(machine(states), { input: { id: 7 }, work: failing(['A']) });
    expect(getOutput(ran)).toEqual({ why: 'A', before: { id: 7, said: 'A happened' } });
  });

  it('does not catch errors of its own Output', async () => {
    const states = {
      Work: task({
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'First', Output: '{% $states.input.no %}' }],
      }),
      ...rescue,
    };
    const ran = await run(machine(states), { work: failing(['A']) });
    expect(catchFailure(ran).error).toBe('States.QueryEvaluationError');
  });

  it('loops if the definition does', async () => {
    const states = {
      Work: task({ Next: 'Done', Catch: [{ ErrorEquals: ['A'], Next: 'Pause', Output: {} }] }),
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Work' },
      Done: pass(),
    };
    const ran = await run(machine(states), { work: failing(['A', 'A']) });
    expect(getOutput(ran)).toBe('done');
    expect(ran.clock.sleeps).toEqual([1000, 1000]);
  });
});

describe('matching names', () => {
  it.each([
    [['A'], 'A', true],
    [['A'], 'B', false],
    [['States.ALL'], 'B', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.ALL'], 'States.Runtime', false],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'B', true],
    [['States.TaskFailed'], 'States.QueryEvaluationError', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
  ])('%j matches %s: %s', (names, error, expected) => {
    expect(matchesError(names, error)).toBe(expected);
  });
});
