import { describe, expect, it } from 'vitest';
import { findExpressionSource } from '../src/template.ts';
import { catchFailure, getOutput, machine, pass, run } from './machine.ts';

/** The value of one expression in a Pass state. */
const evaluate = async (expression: string, input: unknown = {}) =>
  getOutput(await run(machine({ Only: pass({ Output: `{% ${expression} %}` }) }), { input }));

const readError = async (expression: string) =>
  catchFailure(await run(machine({ Only: pass({ Output: `{% ${expression} %}` }) })));

const catchRefusal = async (expression: string): Promise<string> => {
  const error = await run(machine({ Only: pass({ Output: `{% ${expression} %}` }) })).catch(
    (thrown: Error) => thrown,
  );
  if (!(error instanceof Error)) throw new Error(`${expression} was accepted`);
  expect(error.name).toBe('InvalidDefinitionError');
  expect(error.message).toContain('States.Only.Output');
  return error.message;
};

describe('the functions that Step Functions adds', () => {
  it.each([
    ['$range(0, 4, 2)', [0, 2, 4]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(1, 0, 1)', []],
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    [`$parse('{"a": [1]}').a`, [1]],
    ["$hash('abc', 'SHA-256')", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ["$hash('abc', 'MD5')", '900150983cd24fb0d6963f7d28e17f72'],
    ["$hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it('$uuid returns a version 4 UUID, a different one each time', async () => {
    const [first, second] = (await evaluate('[$uuid(), $uuid()]')) as string[];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first).not.toBe(second);
  });

  it("$random draws from the run's source, or only from its seed", async () => {
    const drawn = await run(machine({ Only: pass({ Output: '{% $random() %}' }) }), { random: () => 0.25 });
    expect(getOutput(drawn)).toBe(0.25);
    const [a, b, c] = (await evaluate('[$random(7), $random(7), $random(8)]')) as number[];
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(a).toBeGreaterThanOrEqual(0);
    expect(a).toBeLessThan(1);
  });

  it.each([
    ['$range(1, 2, 0)', 'not 0'],
    ['$range(1, 5000, 1)', 'at most 1000'],
    ['$partition([1], 0)', '1 or more'],
    ["$parse('{')", 'JSON'],
    ["$hash('abc', 'SHA-3')", 'SHA-512'],
    ['$error("no")', 'no'],
    ['1 / 0', 'Infinity'],
    ['$f := function($n) { $f($n + 1) + 1 }; $f(1)', ''],
  ])('%s fails with States.QueryEvaluationError', async (expression, words) => {
    const { error, cause } = await readError(`(${expression})`);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(words);
  });
});

describe('expressions that Step Functions does not support', () => {
  it.each([
    ['$states.input.a ?? 1', '??'],
    ['$states.input.a ?: 1', '?:'],
    ['$map([1], function($v) { $v ?? 2 })', '??'],
    ['$states.input.list[n ?: 1]', '?:'],
    ["$eval('1')", '$eval'],
    ['$states.result', '$states.result'],
    ['$states.errorOutput.Error', '$states.errorOutput'],
    ['$states.imput', '$states.imput'],
    ['$states', '$states.<field>'],
    ["$lookup($states, 'input')", '$states.<field>'],
    ['$states.context.Task.Token', 'Task.Token'],
    ['$states.context.Map.Item.Value', 'Map.Item'],
    ['$states.context.Execution.RoleArn', 'Execution.RoleArn'],
    ['$missing + 1', '$missing'],
    ['$uppercas("a")', '$uppercas'],
    ['$$', '$$'],
    ['$', '$ is at the top'],
    ['$.a', '$ is at the top'],
    ['name', 'the name name'],
    ['$count(items)', 'the name items'],
    ['{"a": items.b}', 'the name items'],
    ['*', 'the wildcard *'],
    ['**.a', 'the wildcard **'],
    ['$states.input.', ''],
    ['', ''],
  ])('%s is refused before anything runs', async (expression, words) => {
    expect(await catchRefusal(expression)).toContain(words);
  });

  it.each([
    ['"a ?? b ?: c"', 'a ?? b ?: c'],
    ['$states.input.list[n = 1].m', 'x'],
    ['$states.input.list.{"k": m}', { k: 'x' }],
    ['$states.input.list^(>n).$string(n)', '1'],
    ['$map($states.input.list, function($v, $i) { $v.n + $i })', 1],
    ['($x := 2; $x * $states.input.list[0].n)', 2],
    ['$states.input.list@$l.$l.m', 'x'],
    ['$states.input.list#$i.$i', 0],
    ['$exists($states.input.a) ? 1 : 2', 2],
    ['$states.input.list{m: $sum(n)}', { x: 1 }],
    ['$states.input.list ~> $count', 1],
    ['$states.input ~> |list|{"n": n + 1}|', { list: [{ n: 2, m: 'x' }] }],
    ['$match($states.input.list[0].m, /x/).match', 'x'],
  ])('%s is accepted', async (expression, expected) => {
    expect(await evaluate(expression, { list: [{ n: 1, m: 'x' }] })).toEqual(expected);
  });
});

describe('the marks around an expression', () => {
  it('may have spaces or none, and must come as a pair', () => {
    expect(findExpressionSource('{%$a%}', 'p')).toBe('$a');
    expect(findExpressionSource('{% $a %}', 'p')).toBe('$a');
    expect(findExpressionSource('see {% $a %} here', 'p')).toBeUndefined();
    for (const half of ['{% $a', '$a %}', '{%}'])
      expect(() => findExpressionSource(half, 'p')).toThrow(/enclosed in/);
  });
});
