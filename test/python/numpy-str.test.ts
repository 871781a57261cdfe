/**
 * Compares numpy's `str` and dtype names with what numpy printed (write_golden.py), and checks their
 * properties.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dtype, Element, Values } from '../../shared/header/nwb-header.ts';
import { numpyDtypeName, pythonTuple } from '../../shared/python/numpy-dtype.ts';
import { halfPrecision } from '../../shared/python/numpy-float.ts';
import { numpyStr } from '../../shared/python/numpy-str.ts';

interface Row {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
  readonly str: string;
}

const rows = JSON.parse(readFileSync(new URL('./golden/numpy.json', import.meta.url), 'utf8')) as Row[];
const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-0.0': -0,
};

function element(value: unknown): Element {
  if (Array.isArray(value)) return value.map(element);
  if (typeof value === 'object' && value !== null && 'float' in value)
    return WORDS[String(value.float)] as number;
  if (typeof value === 'object' && value !== null && 'int' in value) return BigInt(String(value.int));
  return value as Element;
}

describe('numpy str', () => {
  it(`prints ${rows.length} scalars and arrays as numpy does`, () => {
    const wrong = rows
      .map((row) => ({ ...row, ours: numpyStr(row.dtype, row.shape, row.values.map(element)) }))
      .filter((row) => row.ours !== row.str)
      .map((row) => ({
        dtype: row.dtype.class,
        shape: row.shape,
        numpy: row.str.slice(0, 500),
        ours: row.ours.slice(0, 500),
      }));
    expect(rows.length).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
  });

  it.each([
    [2, [100, 0.0999755859375], '[100.    0.1]'],
    [4, [9.999999747378752e-5, 0.05000000074505806], '[0.0001 0.05  ]'],
  ])('compares floats of %i bytes in their own type', (size, values, text) => {
    expect(numpyStr({ class: 'float', size, order: '<' }, [values.length], values)).toBe(text);
  });

  it('keeps every line of strings within 75 columns if words are short', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, (values) => {
        const text = numpyStr(
          { class: 'string', size: 'variable', charset: 'utf8' },
          [values.length],
          values,
        );
        expect(text.split('\n').every((line) => line.length <= 75)).toBe(true);
        expect(text.replaceAll(/\s+/g, ' ')).toBe(`[${values.map((value) => `'${value}'`).join(' ')}]`);
      }),
    );
  });

  it('takes the fewest digits of a power of two, whose neighbour below is nearer than that above', () => {
    const powers = [-96, 87, 90].map((power) => 2 ** power);
    const float32 = { class: 'float', size: 4, order: '<' } as const;
    const texts = powers.map((power) => numpyStr(float32, [1], [power]));
    expect(texts).toEqual(['[1.2621775e-29]', '[1.5474251e+26]', '[1.2379401e+27]']);
  });

  it('rounds halves to the even digit, as numpy 2 does', () => {
    const halves = [1, 3, 5, 21, -21].map((count) => count / 512);
    expect(numpyStr({ class: 'float', size: 8, order: '<' }, [5], halves)).toBe(
      '[ 0.00195312  0.00585938  0.00976562  0.04101562 -0.04101562]',
    );
  });

  it('reads an enumeration of FALSE and TRUE as booleans, for any size', () => {
    const members = [
      { name: 'FALSE', value: 0 },
      { name: 'TRUE', value: 1 },
    ];
    for (const size of [1, 2, 4, 8]) {
      const dtype: Dtype = {
        class: 'enum',
        base: { class: 'integer', size, signed: true, order: '>' },
        members,
      };
      expect(numpyDtypeName(dtype)).toBe('bool');
      expect(numpyStr(dtype, [2], [0, 1])).toBe('[False  True]');
    }
  });

  it('prints bytes without a type in capitals', () => {
    expect(numpyStr({ class: 'opaque', size: 2, tag: '' }, [1], [{ hex: 'ff0a' }])).toBe("[b'\\xFF\\x0A']");
  });

  it('names the elements for which h5py has no numpy value', () => {
    const values: Values = [{ ref: 3 }, { ref: null }];
    expect(numpyStr({ class: 'reference', target: 'object' }, [2], values)).toBe(
      '[<HDF5 object reference> <HDF5 object reference (null)>]',
    );
  });

  it('pads a column of half floats with exact digits, of which the first may differ from the shortest form', () => {
    const half = { class: 'float', size: 2, order: '<' } as const;
    expect(numpyStr(half, [3], [65504, 2 ** -24, -0])).toBe('[ 6.55e+04  5.96e-08 -0.00e+00]');
    expect(numpyStr(half, [3], [168 * 2 ** -24, -(2 ** -24), 524 * 2 ** -24])).toBe(
      '[ 1.001e-05 -5.960e-08  3.123e-05]',
    );
  });

  it('rounds to half precision as the nearest of all half floats', () => {
    const unit = (value: number) => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
    fc.assert(
      fc.property(fc.double({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const rounded = halfPrecision(value);
        expect(halfPrecision(rounded)).toBe(rounded);
        if (value !== 0) expect(Math.abs(rounded - value)).toBeLessThanOrEqual(unit(value) / 2);
      }),
    );
  });
});

describe('numpy dtype names', () => {
  const u4: Dtype = { class: 'integer', size: 4, signed: false, order: '<' };
  const f8: Dtype = { class: 'float', size: 8, order: '<' };
  const object: Dtype = { class: 'reference', target: 'object' };
  const flags: Dtype = {
    class: 'enum',
    base: { class: 'integer', size: 1, signed: true, order: '<' },
    members: [
      { name: 'FALSE', value: 0 },
      { name: 'TRUE', value: 1 },
    ],
  };
  const compound = (fields: readonly [string, Dtype][]): Dtype => ({
    class: 'compound',
    size: fields.reduce((sum, [, dtype]) => sum + countBytes(dtype), 0),
    fields: fields.map(([name, dtype], index) => ({
      name,
      offset: fields.slice(0, index).reduce((sum, [, before]) => sum + countBytes(before), 0),
      dtype,
    })),
  });
  /** Bytes in the file, where a variable-length string takes a length and a heap id. */
  const countBytes = (dtype: Dtype): number => {
    if (dtype.class === 'array') return 3 * countBytes(dtype.base);
    if (dtype.class === 'enum') return countBytes(dtype.base);
    if (dtype.class === 'reference') return 8;
    return 'size' in dtype && typeof dtype.size === 'number' ? dtype.size : 16;
  };
  it.each<[string, Dtype]>([
    ['uint32', u4],
    ['int8', { class: 'integer', size: 1, signed: true, order: '>' }],
    ['>i4', { class: 'integer', size: 4, signed: true, order: '>' }],
    ['float16', { class: 'float', size: 2, order: '<' }],
    ['float64', f8],
    ['>f8', { class: 'float', size: 8, order: '>' }],
    ['bool', flags],
    ['int8', { ...flags, members: [{ name: 'RED', value: 1 }] }],
    ['object', { class: 'string', size: 'variable', charset: 'utf8' }],
    ['|S8', { class: 'string', size: 8, charset: 'ascii' }],
    ['object', { class: 'vlen', base: u4 }],
    ['|V3', { class: 'opaque', size: 3, tag: '' }],
    [
      "[('x', '<u4'), ('y', '<f8')]",
      compound([
        ['x', u4],
        ['y', f8],
      ]),
    ],
    [
      "[('t', 'O'), ('ok', '?')]",
      compound([
        ['t', object],
        ['ok', flags],
      ]),
    ],
    [
      "[('p', '<f8', (3,)), ('in', [('x', '<u4')])]",
      compound([
        ['p', { class: 'array', base: f8, shape: [3] }],
        ['in', compound([['x', u4]])],
      ]),
    ],
    [
      'complex128',
      compound([
        ['r', f8],
        ['i', f8],
      ]),
    ],
  ])('%s', (name, dtype) => {
    expect(numpyDtypeName(dtype)).toBe(name);
  });

  it('prints shapes as tuples', () => {
    expect([[], [3], [3, 4], null].map((shape) => pythonTuple(shape))).toEqual([
      '()',
      '(3,)',
      '(3, 4)',
      'None',
    ]);
  });
});
