/**
 * Compares Python's `json` and `repr` with what CPython printed (write_golden.py), and checks their
 * properties.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PythonInt, type PythonValue, parsePythonJson } from '../../shared/python/python-json.ts';
import { floatRepr, pythonRepr, pythonStr, stringRepr } from '../../shared/python/python-repr.ts';

const golden = JSON.parse(readFileSync(new URL('./golden/python.json', import.meta.url), 'utf8')) as {
  strings: { text: string; repr: string }[];
  floats: { bits: string; repr: string }[];
  documents: { json: string; str: string }[];
};

describe('Python repr', () => {
  it(`prints ${golden.strings.length} strings as CPython does`, () => {
    expect(golden.strings.map(({ text }) => stringRepr(text))).toEqual(
      golden.strings.map(({ repr }) => repr),
    );
  });

  it(`prints ${golden.floats.length} floats as CPython does`, () => {
    const ours = golden.floats.map(({ bits }) => floatRepr(Buffer.from(bits, 'hex').readDoubleBE()));
    expect(ours).toEqual(golden.floats.map(({ repr }) => repr));
  });

  it.each(golden.documents)('reads and prints $json as CPython does', ({ json, str }) => {
    expect(pythonStr(parsePythonJson(json))).toBe(str);
  });

  it('preserves the digits of whole numbers past 2^53', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(pythonRepr(parsePythonJson(`[${value}]`))).toBe(`[${value}]`);
      }),
    );
  });

  it('escapes so that the quotes of a string close only at its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const repr = stringRepr(text);
        const inside = repr.slice(1, -1).replaceAll(/\\(?:x..|u....|U........|.)/g, '');
        expect(inside.includes(repr[0] as string)).toBe(false);
        expect(/[\n\r\u2028\u0000]/.test(repr)).toBe(false);
      }),
    );
  });
});

describe('Python json', () => {
  it('reads the output of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(asJavaScript(parsePythonJson(JSON.stringify(value)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it.each([
    '',
    '{',
    '[1',
    '{"a" 1}',
    '{"a":}',
    '[1,]',
    '01',
    '"a',
    '"\\x"',
    'tru',
    '{} {}',
    '"\n"',
    '"\\u12"',
  ])('refuses %j', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  it('refuses values that are nested too deep, without overflowing', () => {
    expect(() => parsePythonJson('['.repeat(200_000))).toThrow(/nested more than/);
  });
});

function asJavaScript(value: PythonValue): unknown {
  if (value instanceof PythonInt) return Number(value.digits);
  if (Array.isArray(value)) return value.map(asJavaScript);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, member]) => [key, asJavaScript(member)]));
  return value;
}
