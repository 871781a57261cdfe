/**
 * Types, links and names that hardly any file has (golden/rare.py): both engines compared with h5py, and
 * where h5py cannot read them.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerText } from '../../shared/header/header-text.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { compareHeader, type Difference, type TheirFact } from '../agreement/compare.ts';
import { EXCLUSIONS } from '../agreement/exclusions.ts';
import { TwoEngines } from './two-engines.ts';

const folder = new URL('./golden/rare/', import.meta.url);

const expected: Record<string, Record<string, TheirFact>> = JSON.parse(
  gunzipSync(readFileSync(new URL('expected.json.gz', folder))).toString(),
);

let engines: TwoEngines;
beforeAll(() => {
  engines = new TwoEngines();
});
afterAll(() => engines.close());

function readBytes(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.h5.gz`, folder))));
}

const readBy = {
  walker: async (name: string): Promise<NwbHeader> => {
    const { header, report } = await engines.byWalker(readBytes(name));
    expect(report.fallback).toBeUndefined();
    return header;
  },
  libhdf5: (name: string): Promise<NwbHeader> => engines.byLibhdf5(readBytes(name)),
};

const engineNames = Object.keys(readBy) as (keyof typeof readBy)[];

/** The differences that the exclusions of that name cover, or those without an exclusion. */
function listKeys(differences: readonly Difference[], exclusion?: string): string[] {
  return differences
    .filter((each) => EXCLUSIONS.find(({ covers }) => covers(each))?.name === exclusion)
    .map(({ key }) => key)
    .sort();
}

describe.each(engineNames)('%s', (engine) => {
  it.each(Object.entries(expected))('reads %s as h5py does', async (name, theirs) => {
    const differences = compareHeader('hdf5', await readBy[engine](name), theirs);
    expect(listKeys(differences)).toEqual([]);
    // Only user-defined links are not decoded, and all of them.
    const isOwn = ([key]: [string, TheirFact]): boolean => /\/own [^=@]*$/.test(key);
    const own = Object.entries(theirs).filter(isOwn);
    expect(
      differences
        .filter(({ isNotDecoded }) => isNotDecoded)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(own.map(([key]) => key).sort());
    // What h5py cannot read is still there.
    const missing = differences.filter(
      ({ theirs: fact, ours }) => typeof fact === 'object' && ours === undefined,
    );
    expect(missing.map(({ key }) => key).sort()).toEqual(own.map(([key]) => key).sort());
    expect(Object.keys(theirs).length).toBeGreaterThan(15);
  });
});

describe('the files contain what they are meant for', () => {
  it.each([
    ['references', 36],
    ['complex', 66],
    ['kinds', 80],
    ['own-links-many', 28],
    ['found', 5],
    ['latin', 0],
    ['strings', 0],
    ['old-arrays', 0],
  ])('h5py fails on facts of %s: %i', (name, count) => {
    expect(Object.values(expected[name]!).filter((fact) => typeof fact !== 'string')).toHaveLength(count);
  });

  it('names that are not UTF-8, of members, attributes and objects below them', () => {
    for (const name of ['latin', 'latin-old', 'latin-many', 'latin-many-old']) {
      expect(expected[name]).toMatchObject({
        '/general/\udcb5V=': '[1 2]',
        '/general/\udcb5V@\udcb5V=': '1',
        '/general/gr\udcfcn/in \udcb5': 'dataset (1,) int16',
        '/general/soft \udce9': 'dataset (2,) int16',
        '/names/zebra': 'dataset (2,) int16',
      });
    }
  });
});

describe.each(engineNames)('%s, where h5py cannot read', (engine) => {
  const readText = async (name: string): Promise<string> => headerText(await readBy[engine](name));

  it('reads the references of HDF5 1.12 and their neighbours', async () => {
    const text = await readText('references');
    for (const line of [
      'object: <HDF5 object reference>',
      'nothing: <HDF5 object reference (null)>',
      'region: <HDF5 region reference>',
      'region_row: [(5, <HDF5 region reference>)]',
      'attribute: <HDF5 attribute reference>',
      'attribute_row: [(5, <HDF5 attribute reference>)]',
      'all: [<HDF5 object reference> <HDF5 region reference>',
      "null: Empty(dtype=dtype('O'))",
      'zebra: [7 8]',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it.each([
    ['bfloat', '[ 1. +2.j   -0.5+0.25j  0. -3.j  ]'],
    ['f16be', '[ 1. +2.j   -0.5+0.25j  0. -3.j  ]'],
    ['f16le_row_array', '[([ 1. +2.j  , -0.5+0.25j,  0. -3.j  ],)]'],
    ['bfloat_row', '[(1.+2.j,)]'],
  ])('reads native complex numbers: %s', async (name, value) => {
    expect((await readText('complex')).split('\n')).toContain(`${name}: ${value}`);
  });

  it.each([
    ['norm_set_be', '[-3.052e-05  3.052e-05  3.815e-05  1.000e+00 -1.750e+00        nan'],
    ['unwritten_text', "[['none' 'none']"],
  ])('reads %s, which libhdf5 says of that it has no code for it', async (name, value) => {
    expect((await readText('found')).split('\n')).toContain(`${name}: ${value}`);
  });

  it.each([
    ['bits_cut', '[511  33]'],
    ['opaque_5', String.raw`[b'\x00\x01\x02' b'\xFD\xFE\xFF']`],
    ['time_t32be', String.raw`[b'\x00\x01\x02\x03' b'\x04\x05\x06\x07']`],
    ['float_bfloat_row', '[(1, 1.)]'],
    ['integer_i48be', '[-16553022851851  -9930082223365]'],
  ])('reads %s by its layout', async (name, value) => {
    for (const file of ['kinds', 'kinds-old'])
      expect((await readText(file)).split('\n')).toContain(`${name}: ${value}`);
  });

  it.each(['own-links', 'own-links-many', 'own-links-many-old', 'own-links-old'])(
    'names user-defined links among all others: %s',
    async (name) => {
      const header = await readBy[engine](name);
      const text = headerText(header);
      for (const type of [65, 187, 255])
        expect(text).toContain(
          `Unread /links/own ${type} 1 (unsupported: a user-defined link of type ${type})\n`,
        );
      const links = header.objects.find(
        (object) => object.kind === 'group' && object.members.some(({ name: each }) => each === 'before'),
      );
      const count = name.includes('many') ? 27 : 6;
      expect(links).toMatchObject({ members: { length: count + 5 } });
      expect(links).toMatchObject({
        members: expect.arrayContaining([
          { name: 'outside', external: { file: 'other.h5', path: '/x' } },
          { name: 'soft', soft: '/general' },
          expect.objectContaining({ name: 'zebra' }),
        ]),
      });
    },
  );

  it('keeps the bytes of links’ targets that are not UTF-8', async () => {
    for (const name of ['latin', 'latin-many-old'])
      expect(await readBy[engine](name)).toMatchObject({
        objects: expect.arrayContaining([
          expect.objectContaining({
            members: expect.arrayContaining([
              { name: 'soft \udce9', soft: '/general/caf\udce9' },
              { name: 'outside \udce9', external: { file: 'other\udce9.h5', path: '/x\udce9' } },
            ]),
          }),
        ]),
      });
  });
});

it.each(Object.keys(expected))('both engines read the same header from %s', async (name) => {
  expect(await readBy.walker(name)).toEqual(await readBy.libhdf5(name));
});
