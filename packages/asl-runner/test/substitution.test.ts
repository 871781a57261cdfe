// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${Name} is the definition's own notation.
import { describe, expect, it } from 'vitest';
import { findSubstitutionNames } from '../src/index.ts';
import { applySubstitutions } from '../src/substitution.ts';
import { buildDistributed, getOutput, machine, pass, run } from './machine.ts';

describe('substitutions', () => {
  it('fill every placeholder in every string, and leave keys and other text', () => {
    const definition = { '${A}': ['${A}/${B2}', 3, null, { x: 'a ${ b } $states.input.${"k": v}' }] };
    expect(applySubstitutions(definition, { A: 'one', B2: 'two' })).toEqual({
      '${A}': ['one/two', 3, null, { x: 'a ${ b } $states.input.${"k": v}' }],
    });
  });

  it('insert a value literally, including the special patterns of a replacement', () => {
    expect(applySubstitutions('<${A}>', { A: '$& $1 ${A}' })).toBe('<$& $1 ${A}>');
  });

  it('fail with name and location if a value is missing, also for inherited names', () => {
    const attempt = (name: string) => () =>
      applySubstitutions({ States: { A: { Arguments: [`\${${name}}`] } } }, {});
    expect(attempt('Bucket')).toThrow(/States\.A\.Arguments\[0\]: there is no value for \$\{Bucket\}/);
    expect(attempt('toString')).toThrow(/toString/);
  });

  it('are listed by name, once each', () => {
    expect(findSubstitutionNames({ a: '${B} ${A}', c: ['${B}'] })).toEqual(['B', 'A']);
  });

  it('insert numbers by an expression, so that the definition stays JSON', async () => {
    const states = { Each: buildDistributed({ MaxConcurrency: '{% ${MaxConcurrency} %}' }) };
    const ran = await run(machine(states), { input: [1, 2], substitutions: { MaxConcurrency: '1' } });
    expect(getOutput(ran)).toEqual([1, 2]);
  });

  it('are applied before the check, so that a run without them never starts', async () => {
    await expect(run(machine({ Only: pass({ Output: '${Gone}' }) }))).rejects.toMatchObject({
      name: 'InvalidDefinitionError',
      field: 'States.Only.Output',
    });
  });
});
