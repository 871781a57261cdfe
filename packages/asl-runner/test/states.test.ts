import { describe, expect, it } from 'vitest';
import { catchFailure, getOutput, machine, namedError, pass, processor, run, task } from './machine.ts';

describe('Pass', () => {
  it('passes its input on without an Output', async () => {
    expect(getOutput(await run(machine({ Only: pass() }), { input: { a: [1] } }))).toEqual({ a: [1] });
  });

  it('evaluates expressions at any depth and leaves everything else unchanged', async () => {
    const Output = {
      sum: '{% $sum($states.input.numbers) %}',
      list: ['{% $states.input.numbers[0] %}', 'plain $states.input', null, 4.5, true],
    };
    const ran = await run(machine({ Only: pass({ Output }) }), { input: { numbers: [1, 2, 3] } });
    expect(getOutput(ran)).toEqual({ sum: 6, list: [1, 'plain $states.input', null, 4.5, true] });
  });

  it('fails with States.QueryEvaluationError if an expression has no result', async () => {
    const ran = await run(machine({ Only: pass({ Output: { a: '{% $states.input.missing %}' } }) }));
    const { error, cause } = catchFailure(ran);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('States.Only.Output.a');
    expect(cause).toContain('undefined');
  });

  it('fails if an expression returns a function', async () => {
    const ran = await run(machine({ Only: pass({ Output: '{% $sum %}' }) }));
    expect(catchFailure(ran).error).toBe('States.QueryEvaluationError');
  });
});

describe('Assign', () => {
  it('computes output and assignments from the old variables, and sets them together', async () => {
    const states = {
      First: pass({ Assign: { a: 1, b: 2 }, Next: 'Swap' }),
      Swap: pass({ Assign: { a: '{% $b %}', b: '{% $a %}' }, Output: '{% $a %}', Next: 'Last' }),
      Last: pass({ Output: { a: '{% $a %}', b: '{% $b %}', before: '{% $states.input %}' } }),
    };
    expect(getOutput(await run(machine(states)))).toEqual({ a: 2, b: 1, before: 1 });
  });

  it('lets a branch read the enclosing variables, and removes its own at its end', async () => {
    const states = {
      First: pass({ Assign: { outer: 'o' }, Next: 'Both' }),
      Both: {
        Type: 'Parallel',
        Branches: ['one', 'two'].map((name) => ({
          StartAt: `${name} set`,
          States: {
            [`${name} set`]: pass({ Assign: { inner: name }, Next: `${name} read` }),
            [`${name} read`]: pass({ Output: '{% $outer & " " & $inner %}' }),
          },
        })),
        End: true,
      },
    };
    expect(getOutput(await run(machine(states)))).toEqual(['o one', 'o two']);
  });

  it('hides outer variables from a child execution of a Distributed Map', async () => {
    const states = {
      First: pass({ Assign: { outer: 1 }, Output: [1], Next: 'Each' }),
      Each: {
        Type: 'Map',
        ItemProcessor: processor('DISTRIBUTED', { Read: pass({ Output: '{% $outer %}' }) }),
        End: true,
      },
    };
    await expect(run(machine(states))).rejects.toThrow(/States\.Read\.Output.*\$outer is neither assigned/);
  });
});

describe('Choice', () => {
  const choice = (fields: object = {}) =>
    machine({
      Which: {
        Type: 'Choice',
        Choices: [
          {
            Condition: '{% $states.input.n > 10 %}',
            Next: 'Large',
            Output: { n: '{% $states.input.n %}', was: 'large' },
          },
          { Condition: '{% $states.input.n > 5 %}', Next: 'Middle', Assign: { size: 'middle' } },
        ],
        ...fields,
      },
      Large: pass(),
      Middle: pass({ Output: '{% $size %}' }),
      Small: pass({ Output: { n: '{% $states.input %}', size: '{% $size %}' } }),
    });

  it('takes the first rule that matches, with its own Output and Assign', async () => {
    expect(getOutput(await run(choice(), { input: { n: 11 } }))).toEqual({ n: 11, was: 'large' });
    expect(getOutput(await run(choice(), { input: { n: 6 } }))).toBe('middle');
  });

  it("takes Default with the state's Output and Assign", async () => {
    const fields = { Default: 'Small', Output: '{% $states.input.n %}', Assign: { size: 'small' } };
    expect(getOutput(await run(choice(fields), { input: { n: 1 } }))).toEqual({ n: 1, size: 'small' });
  });

  it('fails with States.NoChoiceMatched without a Default', async () => {
    expect(catchFailure(await run(choice(), { input: { n: 1 } })).error).toBe('States.NoChoiceMatched');
  });

  it('fails with States.QueryEvaluationError if a condition is not a boolean', async () => {
    const states = {
      Which: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] },
      End: pass(),
    };
    expect(catchFailure(await run(machine(states))).error).toBe('States.QueryEvaluationError');
  });
});

describe('Wait', () => {
  const wait = (fields: object) => machine({ Wait: { Type: 'Wait', End: true, ...fields } });

  it('waits for seconds, given or computed, and passes its input on', async () => {
    expect((await run(wait({ Seconds: 3 }))).clock.sleeps).toEqual([3000]);
    const ran = await run(wait({ Seconds: '{% $states.input.s * 2 %}' }), { input: { s: 4 } });
    expect(ran.clock.sleeps).toEqual([8000]);
    expect(getOutput(ran)).toEqual({ s: 4 });
  });

  it('waits until a timestamp, and not at all for one that has passed', async () => {
    expect((await run(wait({ Timestamp: '2026-11-22T12:00:30Z' }))).clock.sleeps).toEqual([30_000]);
    expect((await run(wait({ Timestamp: '2020-01-01T00:00:00+01:00' }))).clock.sleeps).toEqual([0]);
  });

  it('fails for seconds out of bounds and for invalid timestamps', async () => {
    for (const fields of [{ Seconds: '{% -1 %}' }, { Seconds: '{% 1.5 %}' }, { Timestamp: 'tomorrow' }]) {
      expect(catchFailure(await run(wait(fields))).error).toBe('States.QueryEvaluationError');
    }
  });
});

describe('Succeed and Fail', () => {
  it('ends with the output of Succeed', async () => {
    const states = { Done: { Type: 'Succeed', Output: { id: '{% $states.input.id %}' } } };
    expect(getOutput(await run(machine(states), { input: { id: '000006' } }))).toEqual({ id: '000006' });
  });

  it('ends with the error and cause of Fail, given or computed', async () => {
    const states = { No: { Type: 'Fail', Error: 'NotFoundError', Cause: '{% "no " & $states.input.id %}' } };
    const ran = await run(machine(states), { input: { id: 'x' } });
    expect(ran.result).toEqual({ status: 'FAILED', error: 'NotFoundError', cause: 'no x' });
  });

  it('leaves error and cause empty after a bare Fail', async () => {
    const ran = await run(machine({ No: { Type: 'Fail' } }));
    expect(ran.result).toEqual({ status: 'FAILED', error: '', cause: '' });
  });
});

describe('Parallel', () => {
  const branch = (name: string, fields: object) => ({ StartAt: name, States: { [name]: fields } });

  it("passes each branch the same input and keeps the branches' order", async () => {
    const Branches = [branch('A', pass({ Output: '{% $states.input.n + 1 %}' })), branch('B', task())];
    const states = {
      Both: { Type: 'Parallel', Arguments: { n: '{% $states.input.m %}' }, Branches, End: true },
    };
    expect(getOutput(await run(machine(states), { input: { m: 1 } }))).toEqual([2, { n: 1 }]);
  });

  it('fails with the first branch that fails and stops the others', async () => {
    let stopped = false;
    const started = Promise.withResolvers<void>();
    const bad = task({ Arguments: { FunctionName: 'bad', Payload: {} } });
    const Branches = [branch('Slow', task()), branch('Bad', bad)];
    const ran = await run(machine({ Both: { Type: 'Parallel', Branches, End: true } }), {
      work: async (name, _payload, { signal }) => {
        if (name === 'bad') {
          await started.promise;
          throw namedError('Bad');
        }
        signal.addEventListener('abort', () => {
          stopped = true;
        });
        started.resolve();
        return new Promise<never>(() => {});
      },
    });
    expect(catchFailure(ran).error).toBe('Bad');
    expect(stopped).toBe(true);
  });

  it('is retried and caught as a whole', async () => {
    let calls = 0;
    const Branches = [branch('A', pass()), branch('B', task())];
    const states = {
      Both: {
        Type: 'Parallel',
        Branches,
        Retry: [{ ErrorEquals: ['Error'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }],
        End: true,
      },
      Rescue: pass({ Output: '{% $states.input.Error %}' }),
    };
    const ran = await run(machine(states), {
      work: async () => {
        calls++;
        throw new Error('no');
      },
    });
    expect(getOutput(ran)).toBe('Error');
    expect(calls).toBe(2);
  });
});

describe('the context object', () => {
  it('describes execution, state and machine', async () => {
    const ran = await run(machine({ Here: pass({ Output: '{% $states.context %}' }) }), {
      input: { id: 1 },
      name: 'run-1',
      stateMachineName: 'summarize',
    });
    expect(getOutput(ran)).toEqual({
      Execution: {
        Id: 'arn:aws:states:local:000000000000:execution:summarize:run-1',
        Name: 'run-1',
        Input: { id: 1 },
        StartTime: '2026-11-22T12:00:00.000Z',
        RedriveCount: 0,
      },
      State: { Name: 'Here', EnteredTime: '2026-11-22T12:00:00.000Z', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:local:000000000000:stateMachine:summarize', Name: 'summarize' },
    });
  });

  it('counts retries', async () => {
    const states = {
      Work: task({
        Arguments: { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
      }),
    };
    const ran = await run(machine(states), {
      work: async (_name, payload) => {
        if (payload !== 2) throw new Error('again');
        return 'done';
      },
    });
    expect(ran.calls.map(([, payload]) => payload)).toEqual([0, 1, 2]);
    expect(getOutput(ran)).toBe('done');
  });
});

describe('events', () => {
  it('report each state entered and left, with the next one', async () => {
    const { events } = await run(machine({ A: pass({ Next: 'B' }), B: { Type: 'Succeed' } }));
    expect(events).toEqual([
      { type: 'state-entered', path: 'A', state: 'A', stateType: 'Pass' },
      { type: 'state-exited', path: 'A', state: 'A', next: 'B' },
      { type: 'state-entered', path: 'B', state: 'B', stateType: 'Succeed' },
      { type: 'state-exited', path: 'B', state: 'B', next: undefined },
    ]);
  });
});
