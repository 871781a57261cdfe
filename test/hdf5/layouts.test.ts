/** Filters, number layouts, times, references, compounds, escaped text and virtual datasets, as h5py shows them (golden/layouts.py), by both engines. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerText } from '../../shared/header/header-text.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { TwoEngines } from './two-engines.ts';

const folder = new URL('./golden/layouts/', import.meta.url);

interface Expected {
  /** What h5py prints of a dataset, by name. */
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

/** What stands in the place of a value that differs. */
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
