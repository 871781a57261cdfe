/**
 * The mutants of a source: each changes its behavior, remains a valid program, and leaves messages and types
 * unchanged.
 */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMutant, findMutants } from './find-mutants.ts';

const changes = (source: string): string[] =>
  findMutants(source).map((mutant) => applyMutant(source, mutant));

describe('findMutants', () => {
  it.each<[string, string[]]>([
    ['const a = (b: number) => b < c;', ['const a = (b: number) => b <= c;']],
    ['f(a === b);', [';', 'f(a !== b);']],
    ['const x = a && !b;', ['const x = a || !b;', 'const x = a && b;']],
    ['const x = list.sort(by);', ['const x = list;']],
    ['const x = list.every(is);', ['const x = list.some(is);']],
    ['if (ok) g();', ['if (true) g();', 'if (false) g();', 'if (ok) ;']],
    ['const n: 1 = 4;', ['const n: 1 = (4 + 1);']],
    ['const yes = true;', ['const yes = false;']],
    ["throw new Error('past ' + (a < b ? 4 : c));", []],
    ["import { a } from 'b';", []],
    ['type T = 1 | true;', []],
  ])('of %s', (source, expected) => {
    expect(changes(source).sort()).toEqual(expected.sort());
  });

  it('returns programs: each mutant of a real file can be parsed, and differs from it', () => {
    const source = readFileSync(new URL('find-mutants.ts', import.meta.url), 'utf8');
    const mutants = findMutants(source);
    expect(mutants.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...mutants), (mutant) => {
        const changed = applyMutant(source, mutant);
        expect(changed).not.toBe(source);
        expect(() => findMutants(changed)).not.toThrow();
      }),
    );
  });
});
