import { describe, expect, it } from 'vitest';
import { PAYLOAD_LIMIT_BYTES } from '../src/index.ts';
import { buildDistributed, catchFailure, getOutput, machine, pass, run, task } from './machine.ts';

/** A string whose JSON text has this many bytes. */
const readText = (bytes: number): string => 'x'.repeat(bytes - 2);

describe('the payload limit', () => {
  it('is 262,144 bytes of UTF-8, inclusive', async () => {
    expect(PAYLOAD_LIMIT_BYTES).toBe(262_144);
    const { Output: _, ...bare } = pass();
    const exact = readText(262_144);
    expect(getOutput(await run(machine({ Only: bare }), { input: exact }))).toBe(exact);
    expect(catchFailure(await run(machine({ Only: bare }), { input: readText(262_145) })).error).toBe(
      'States.DataLimitExceeded',
    );
    expect(catchFailure(await run(machine({ Only: bare }), { input: 'ü'.repeat(131_072) })).error).toBe(
      'States.DataLimitExceeded',
    );
  });

  it("applies to a function's result, even if the Output is small", async () => {
    const states = { Work: task({ Output: 'small' }) };
    const ran = await run(machine(states), { work: async () => 'y'.repeat(262_144) });
    expect(catchFailure(ran)).toEqual({
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining('The result of Work'),
    });
  });

  it.each([
    [
      'arguments',
      task({
        Arguments: { FunctionName: 'work', Payload: { twice: '{% $states.input & $states.input %}' } },
      }),
    ],
    ['an output', pass({ Output: '{% $states.input & $states.input %}' })],
    [
      'assigned variables',
      pass({ Assign: { a: '{% $states.input %}', b: '{% $states.input %}' }, Output: 'small' }),
    ],
    [
      "a child's input",
      buildDistributed({
        Items: [1],
        ItemSelector: '{% $states.input & $states.input %}',
        ToleratedFailureCount: 0,
      }),
    ],
  ])('applies to %s', async (_name, state) => {
    const ran = await run(machine({ Only: state }), { input: readText(200), payloadLimitBytes: 300 });
    const expected =
      state.Type === 'Map' ? 'States.ExceedToleratedFailureThreshold' : 'States.DataLimitExceeded';
    expect(catchFailure(ran).error).toBe(expected);
    expect(ran.calls).toEqual([]);
  });

  it('is not matched by States.ALL and States.TaskFailed, but can be caught by its own name', async () => {
    const states = (name: string) => ({
      Work: task({
        Retry: [{ ErrorEquals: [name] }],
        Catch: [{ ErrorEquals: [name], Next: 'Rescue', Output: {} }],
      }),
      Rescue: pass({ Output: 'rescued' }),
    });
    const work = async () => 'y'.repeat(300_000);
    for (const name of ['States.ALL', 'States.TaskFailed']) {
      const ran = await run(machine(states(name)), { work });
      expect(catchFailure(ran).error).toBe('States.DataLimitExceeded');
      expect(ran.calls).toHaveLength(1);
    }
    expect(getOutput(await run(machine(states('States.DataLimitExceeded')), { work }))).toBe('rescued');
  });
});

describe('the limit of all variables', () => {
  it('is 10 MiB', async () => {
    const states: Record<string, object> = {};
    for (let n = 0; n < 45; n++) {
      states[`Set ${n}`] = pass({ Assign: { [`v${n}`]: '{% $states.input %}' }, Next: `Set ${n + 1}` });
    }
    states['Set 45'] = pass();
    const ran = await run(machine(states as never), { input: readText(250_000) });
    expect(catchFailure(ran)).toEqual({
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining('variables'),
    });
  });
});
