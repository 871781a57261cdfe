/**
 * Filters, number layouts, times, references, compounds, escaped text and virtual datasets, compared with
 * h5py (golden/layouts.py), by both engines.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerText } from '../../shared/header/header-text.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { numpyTypeCode } from '../../shared/python/numpy-dtype.ts';
import { TwoEngines } from './two-engines.ts';

const folder = new URL('./golden/layouts/', import.meta.url);

interface Expected {
  /** What h5py prints for a dataset, by name. */
  readonly values?: Record<string, string>;
  readonly shapes?: Record<string, number[]>;
}

const expected: Record<string, Expected> = JSON.parse(
  gunzipSync(readFileSync(new URL('expected.json.gz', folder))).toString(),
);

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

const readBy = {
  walker: async (bytes: Uint8Array): Promise<NwbHeader> => (await engines.byWalker(bytes)).header,
  libhdf5: (bytes: Uint8Array): Promise<NwbHeader> => engines.byLibhdf5(bytes),
};

describe.each(Object.keys(readBy) as (keyof typeof readBy)[])('%s', (engine) => {
  it.each(Object.entries(expected))('reads %s as h5py does', async (name, { values = {}, shapes = {} }) => {
    const bytes = new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.h5.gz`, folder))));
    const header = await readBy[engine](bytes);
    const text = `\n${headerText(header)}\n`;
    const different = Object.entries(values).filter(([key, value]) => !text.includes(`\n${key}: ${value}\n`));
    expect(different.map(([key, value]) => [key, value, shownAt(text, key)])).toEqual([]);
    const found = [...walkHeader(header)].flatMap(({ name: key, object }) =>
      object.kind === 'dataset' && key in shapes ? [[key, object.shape]] : [],
    );
    expect(Object.fromEntries(found)).toEqual(shapes);
    if (name.startsWith('own-sources')) expect(countUnits(header)).toBe(Object.keys(shapes).length);
    expect(Object.keys(values).length + Object.keys(shapes).length).toBeGreaterThan(8);
  });
});

/** What h5py prints for the dtype: text takes the 8 bytes of a pointer, in nested compounds too. */
const NESTED =
  "{'names': ['before', 'inner', 'grid', 'sequence', 'to'], 'formats': ['>i2', [('pair', '<f4', (2,)), ('word', 'O'), ('colour', 'i1')], ('u1', (2, 3)), 'O', 'O'], 'offsets': [0, 2, 19, 25, 41], 'itemsize': 49}";

describe.each(Object.keys(readBy) as (keyof typeof readBy)[])('%s', (engine) => {
  it.each(['types', 'types-old'])(
    'lays out the fields of nested compounds in %s as h5py does',
    async (name) => {
      const features = new URL('./golden/features/', import.meta.url);
      const bytes = new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.h5.gz`, features))));
      const codes = [...walkHeader(await readBy[engine](bytes))].flatMap(({ name: key, object }) =>
        key === 'nested' && object.kind === 'dataset' ? [numpyTypeCode(object.dtype)] : [],
      );
      expect(codes).toEqual([NESTED]);
    },
  );
});

it('lays out arrays of compounds with text, two compounds deep, as h5py does', () => {
  const text = { class: 'string', size: 'variable', charset: 'utf8' } as const;
  const integer = (size: number) => ({ class: 'integer', size, signed: true, order: '<' }) as const;
  const inner = {
    class: 'compound',
    size: 17,
    fields: [
      { name: 'a', offset: 0, dtype: integer(1) },
      { name: 't', offset: 1, dtype: text },
    ],
  } as const;
  const middle = {
    class: 'compound',
    size: 38,
    fields: [
      { name: 'in', offset: 0, dtype: { class: 'array', base: inner, shape: [2] } },
      { name: 'z', offset: 34, dtype: { class: 'float', size: 4, order: '<' } },
    ],
  } as const;
  const fields = [
    { name: 'm', offset: 0, dtype: middle },
    { name: 's', offset: 38, dtype: { class: 'vlen', base: integer(4) } },
    { name: 'k', offset: 54, dtype: integer(8) },
  ] as const;
  expect(numpyTypeCode({ class: 'compound', size: 62, fields })).toBe(
    "{'names': ['m', 's', 'k'], 'formats': [[('in', [('a', 'i1'), ('t', 'O')], (2,)), ('z', '<f4')], 'O', '<i8'], 'offsets': [0, 22, 38], 'itemsize': 46}",
  );
});

/** The printed value at the key, to show a difference. */
function shownAt(text: string, key: string): string {
  const at = text.indexOf(`\n${key}: `);
  return at < 0 ? 'nothing' : text.slice(at + 1, at + 200);
}

/** Virtual datasets that kept their attribute. */
function countUnits(header: NwbHeader): number {
  return [...walkHeader(header)].filter(
    ({ object }) =>
      object.kind === 'dataset' &&
      object.storage.layout === 'virtual' &&
      object.attributes.some(({ name }) => name === 'unit'),
  ).length;
}
