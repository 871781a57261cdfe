// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${Name} is the definition's own notation.
import { describe, expect, it } from 'vitest';
import { runStateMachine } from '../src/index.ts';
import { catchFailure, FakeClock, getOutput, machine, namedError, pass, run, task } from './machine.ts';

const never = () => new Promise<never>(() => {});

describe('lambda:invoke', () => {
  it('passes the payload to the function and wraps its result', async () => {
    const states = {
      Work: task({
        Arguments: { FunctionName: '${Fn}', Payload: { id: '{% $states.input.id %}' } },
        Output: '{% $states.result %}',
      }),
    };
    const ran = await run(machine(states), {
      input: { id: '000006' },
      substitutions: { Fn: 'list-assets' },
      work: async () => ({ count: 3, missing: undefined }),
    });
    expect(ran.calls).toEqual([['list-assets', { id: '000006' }]]);
    expect(getOutput(ran)).toEqual({ ExecutedVersion: '$LATEST', Payload: { count: 3 }, StatusCode: 200 });
  });

  it('outputs the whole result by default', async () => {
    const { Output: _, ...bare } = task();
    expect(getOutput(await run(machine({ Work: bare }), { input: 1 }))).toMatchObject({ Payload: 1 });
  });

  it("protects the state's data from a function that changes its payload", async () => {
    const states = { Work: task({ Output: '{% $states.input %}' }) };
    const ran = await run(machine(states), {
      input: { list: [1] },
      work: async (_name, payload) => {
        (payload as { list: number[] }).list.push(2);
      },
    });
    expect(getOutput(ran)).toEqual({ list: [1] });
  });

  it('treats a function that returns nothing as one that returns null', async () => {
    expect(getOutput(await run(machine({ Work: task() }), { work: async () => undefined }))).toBeNull();
  });

  it('reports an error by its name, with type, message and trace in the cause', async () => {
    const thrown = Object.assign(new Error('the bucket returned 503'), { name: 'BucketError' });
    const ran = await run(machine({ Work: task() }), { work: () => Promise.reject(thrown) });
    const { error, cause } = catchFailure(ran);
    expect(error).toBe('BucketError');
    expect(JSON.parse(cause)).toEqual({
      errorType: 'BucketError',
      errorMessage: 'the bucket returned 503',
      trace: thrown.stack!.split('\n'),
    });
  });

  it('reports thrown values that are not errors by type, and results that are not JSON like Lambda', async () => {
    const text = await run(machine({ Work: task() }), { work: () => Promise.reject('words') });
    expect(catchFailure(text)).toEqual({
      error: 'string',
      cause: '{"errorType":"string","errorMessage":"words","trace":[]}',
    });
    const circle = await run(machine({ Work: task() }), { work: async () => 1n });
    expect(catchFailure(circle).error).toBe('Runtime.MarshalError');
  });

  it('handles an error that is thrown before the promise is created', async () => {
    const ran = await run(machine({ Work: task() }), {
      work: () => {
        throw namedError('InvalidDefinitionError');
      },
    });
    expect(catchFailure(ran).error).toBe('InvalidDefinitionError');
  });
});

describe('time limits', () => {
  it('ends a task with States.Timeout and aborts its signal', async () => {
    const clock = new FakeClock();
    let reason: unknown;
    const ran = await run(machine({ Work: task({ TimeoutSeconds: '{% 10 * 2 %}' }) }), {
      clock,
      work: (_name, _payload, { signal }) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        clock.expire(20_000);
        return never();
      },
    });
    expect(catchFailure(ran).error).toBe('States.Timeout');
    expect(reason).toMatchObject({ error: 'States.Timeout' });
    expect(clock.deadlines).toEqual([]);
  });

  it('applies to each attempt separately, and is not matched by States.TaskFailed', async () => {
    const clock = new FakeClock();
    const states = {
      Work: task({
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['States.TaskFailed'] }, { ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
      }),
    };
    const ran = await run(machine(states), {
      clock,
      work: () => {
        clock.expire(5000);
        return never();
      },
    });
    expect(ran.calls).toHaveLength(2);
    expect(catchFailure(ran).error).toBe('States.Timeout');
  });

  it('ends the execution with States.Timeout, despite every Retry and Catch', async () => {
    const clock = new FakeClock();
    const states = {
      Work: task({
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }],
      }),
      Rescue: pass(),
    };
    const ran = await run(machine(states, { TimeoutSeconds: 60 }), {
      clock,
      work: () => {
        clock.expire(60_000);
        return never();
      },
    });
    expect(ran.calls).toHaveLength(1);
    expect(catchFailure(ran).error).toBe('States.Timeout');
  });

  it("really waits and really expires with the system's clock", async () => {
    const states = {
      Wait: { Type: 'Wait', Seconds: 0, Next: 'Work' },
      Work: task({ TimeoutSeconds: 1 }),
    };
    const result = await runStateMachine(machine(states), { input: {}, invokeFunction: never });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});

describe("the caller's signal", () => {
  it('stops the run, which rejects with its reason and catches nothing', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    let heard = false;
    const states = {
      Work: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Rescue' }] }),
      Rescue: task(),
    };
    const calls: unknown[] = [];
    const running = runStateMachine(machine(states), {
      input: {},
      signal: controller.signal,
      invokeFunction: (_name, _payload, { signal }) => {
        calls.push(1);
        signal.addEventListener('abort', () => {
          heard = true;
        });
        queueMicrotask(() => controller.abort(reason));
        return never();
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(heard).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('stops a wait of years at once', async () => {
    const signal = AbortSignal.timeout(20);
    const states = { Wait: { Type: 'Wait', Seconds: 99_999_999, End: true } };
    const running = runStateMachine(machine(states), { input: {}, signal, invokeFunction: never });
    await expect(running).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('starts nothing if it has already fired', async () => {
    const ran = run(machine({ Work: task() }), { signal: AbortSignal.abort(new Error('too late')) });
    await expect(ran).rejects.toThrow('too late');
  });
});

describe('states:startExecution.sync:2', () => {
  const parent = (fields: object = {}) =>
    machine({
      Nested: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: '${Machine}', Name: 'child-1', Input: { n: '{% $states.input.n %}' } },
        End: true,
        ...fields,
      },
      Rescue: pass({ Output: '{% $parse($states.input.Cause).Error %}' }),
    });
  const child = machine({ Twice: pass({ Output: '{% $states.input.n * 2 %}' }) });
  const options = { input: { n: 21 }, substitutions: { Machine: 'arn:aws:states:::stateMachine:child' } };

  it('runs the other machine to its end and returns its output as JSON', async () => {
    const ran = await run(parent(), {
      ...options,
      startExecution: ({ name, input }) => runStateMachine(child, { input, name, invokeFunction: never }),
    });
    expect(getOutput(ran)).toMatchObject({
      Name: 'child-1',
      Status: 'SUCCEEDED',
      Input: { n: 21 },
      Output: 42,
    });
  });

  it("fails with States.TaskFailed, the other machine's error in the cause", async () => {
    const broken = machine({ No: { Type: 'Fail', Error: 'Broken', Cause: 'why' } });
    const ran = await run(parent({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Rescue' }] }), {
      ...options,
      startExecution: ({ input }) => runStateMachine(broken, { input, invokeFunction: never }),
    });
    expect(getOutput(ran)).toBe('Broken');
  });

  it('is refused before the run if no machine can be started', async () => {
    await expect(run(parent(), options)).rejects.toThrow(/starts other state machines/);
  });
});
