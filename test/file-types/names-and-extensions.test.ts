/** Ranges of names and extensions of types: properties for any names, any versions, any order of files. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupComplete, type ReadFile } from '../../shared/file-types/file-type.ts';
import { findValues, patternOfTexts, rangeOfNames } from '../../shared/file-types/name-range.ts';
import { extensionsOfFiles, extensionsOfTypes } from '../../shared/file-types/type-extensions.ts';
import { type Extension, findExtensions } from '../../shared/header/namespaces.ts';
import type { Attribute, NwbHeader } from '../../shared/header/nwb-header.ts';

describe('a range of names', () => {
  it('is complete exactly if the names have all of its numbers, padded or not, in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0, 3),
        (numbers, padding) => {
          const formatName = (number: number): string => `data_${String(number).padStart(padding, '0')}_AD0`;
          const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
          expect(rangeOfNames(numbers.map(formatName))).toEqual({
            first: formatName(least),
            last: formatName(greatest),
            isWhole: greatest - least + 1 === numbers.length,
          });
        },
      ),
    );
  });

  it('of two numbers, of dates and of identifiers is never complete', () => {
    for (const names of [
      ['a_1_1', 'a_2_2'],
      ['2019-01-01', '2019-02-02'],
      ['x_0a1b2c3d', 'x_1b2c3d4e'],
      ['9007199254740993', '9007199254740994', '9007199254740995'],
    ]) {
      expect(rangeOfNames(names)).toMatchObject({ first: names[0], last: names.at(-1), isWhole: false });
    }
  });
});

describe('names of several numbers', () => {
  const planes = Array.from({ length: 30 }, (_, z) => [`Z${z}_0`, `Z${z}_1`]).flat();

  it('are a complete range if all combinations exist, in any order', () => {
    const range = { first: 'Z0_0', last: 'Z29_1', isWhole: true, sizes: [30, 2] };
    expect(rangeOfNames(planes)).toEqual(range);
    expect(rangeOfNames([...planes].sort())).toEqual(range);
    expect(rangeOfNames(planes.slice(1))).toEqual({ first: 'Z0_1', last: 'Z29_1', isWhole: false });
  });

  it('form a range from the smallest to the largest number, in any order', () => {
    const pair = fc.tuple(fc.nat(40), fc.nat(40));
    fc.assert(
      fc.property(
        fc.uniqueArray(pair, { selector: (numbers) => numbers.join(), minLength: 1, maxLength: 20 }),
        (pairs) => {
          const formatName = ([a, b]: readonly [number, number]): string => `z${a}_p${b}`;
          const ordered = [...pairs].sort((x, y) => x[0] - y[0] || x[1] - y[1]);
          const range = rangeOfNames(pairs.map(formatName));
          expect([range.first, range.last]).toEqual([formatName(ordered[0]!), formatName(ordered.at(-1)!)]);
          if (range.isWhole) {
            const product = (range.sizes ?? [pairs.length]).reduce((all, size) => all * size, 1);
            expect(product).toBe(pairs.length);
          }
        },
      ),
    );
  });

  it('are not combinations if they are dates', () => {
    const dates = ['2019-01-01', '2019-01-02', '2019-02-01', '2019-02-02'];
    expect(rangeOfNames(dates)).toEqual({ first: '2019-01-01', last: '2019-02-02', isWhole: false });
  });
});

describe('the values of names', () => {
  it.each([
    [['grating_0deg', 'grating_45deg', 'grating_135deg'], 'grating_[0, 45, 135]deg'],
    [['Wd2_Vel1', 'Wd2_Vel3', 'Wd10_Vel1'], 'Wd[2, 10]_Vel[1, 3]'],
    [['405nm', '470nm', '560nm'], '[405, 470, 560]nm'],
  ])('%j are reported as %s', (names, reported) => {
    expect(findValues(names)).toBe(reported);
    expect(findValues([...names].reverse())).toBe(reported);
  });

  it.each([
    [['sweep_0', 'sweep_1', 'sweep_2']],
    [['data_0', 'data_2', 'data_9']],
    [['Z0_0', 'Z0_1', 'Z1_0', 'Z1_1']],
    [['2019-01-01', '2019-03-04']],
    [['V1']],
    [['12Jan2019', '3Feb2020']],
  ])('%j are reported by their range or not at all', (names) => {
    expect(findValues(names)).toBeUndefined();
  });

  it('are found in texts that differ in nothing else', () => {
    expect(patternOfTexts(['grating 90 deg', 'grating 5 deg'])).toBe('grating [5, 90] deg');
    expect(patternOfTexts(['one text'])).toBe('one text');
    const many = Array.from({ length: 40 }, (_, at) => at);
    expect(patternOfTexts(many.map((at) => `at ${at * 9} deg`))).toBe('at [0 … 351] deg');
    expect(patternOfTexts(many.map((at) => `Sweep ${at}, applied current`))).toBe('Sweep *, applied current');
    expect(patternOfTexts(['on 3 Jan 2019', 'on 4 Feb 2020'])).toBe('on *');
  });
});

const anyExtension: fc.Arbitrary<Extension> = fc.record({
  name: fc.constantFrom('ndx-a', 'ndx-b', 'ndx-c'),
  versions: fc.uniqueArray(fc.constantFrom('0.2.0', '0.10.0', '1.0.0', '1.0.0-alpha'), { maxLength: 3 }),
  isUsed: fc.boolean(),
});
const anyFile = fc.record({
  extensions: fc.uniqueArray(anyExtension, { selector: ({ name }) => name, maxLength: 3 }),
});

describe('the extensions of a type', () => {
  it('are those of its files in any order and in any parts, with every version', () => {
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 12 }), fc.nat(12), (files, at) => {
        const whole = extensionsOfFiles(files);
        expect(extensionsOfFiles([...files].reverse())).toEqual(whole);
        const parts = [files.slice(0, at), files.slice(at)].map((part) => ({
          extensions: extensionsOfFiles(part),
        }));
        expect(extensionsOfTypes(parts)).toEqual(whole);
        for (const { name, versions, files: having } of whole) {
          const of = files.flatMap((file) => file.extensions.filter((each) => each.name === name));
          expect(new Set(versions)).toEqual(new Set(of.flatMap((each) => each.versions)));
          expect(having).toBe(of.filter(({ isUsed }) => isUsed).length);
        }
      }),
    );
  });

  it('have their versions by number', () => {
    const versions = ['0.10.0', '0.2.1', '1.0.0', '0.2.0', '0.2'];
    expect(extensionsOfFiles([{ extensions: [{ name: 'ndx-a', versions, isUsed: true }] }])).toEqual([
      { name: 'ndx-a', versions: ['0.2', '0.2.0', '0.2.1', '0.10.0', '1.0.0'], files: 1 },
    ]);
  });

  it('come from all its files, not from the representative alone', () => {
    const file = (path: string, version: string): ReadFile => ({
      path,
      assetId: path,
      contentId: path,
      signatures: { exact: path, folded: 'one', typedNodes: 1 },
      extensions: [{ name: 'ndx-events', versions: [version], isUsed: true }],
    });
    const [type] = groupComplete([file('a.nwb', '0.2.0'), file('b.nwb', '0.2.1')]);
    expect(type?.extensions).toEqual([{ name: 'ndx-events', versions: ['0.2.0', '0.2.1'], files: 2 }]);
  });
});

describe('the extensions of a file', () => {
  const attribute = (name: string, value: string): Attribute => ({
    name,
    dtype: { class: 'string', size: 'variable', charset: 'utf8' },
    shape: [],
    values: [value],
  });
  const header = (used: readonly string[], namespaces: NwbHeader['namespaces']): NwbHeader => ({
    format: 'hdf5',
    objects: used.map((name) => ({
      kind: 'group',
      attributes: [attribute('namespace', name), attribute('neurodata_type', 'Any')],
      members: [],
    })),
    namespaces,
    cutShort: [],
  });

  it('are those it uses and those it contains, without those of every NWB file', () => {
    const found = findExtensions(
      header(
        ['core', 'ndx-used', 'hdmf-common', 'ndx-bare', 'ndx-used'],
        [
          { name: 'core', versions: ['2.7.0'] },
          { name: 'hdmf-experimental', versions: ['0.5.0'] },
          { name: 'ndx-carried', versions: ['0.3.0'] },
          { name: 'ndx-used', versions: ['0.1.0', '0.2.0'] },
        ],
      ),
    );
    expect(found).toEqual([
      { name: 'ndx-bare', versions: [], isUsed: true },
      { name: 'ndx-carried', versions: ['0.3.0'], isUsed: false },
      { name: 'ndx-used', versions: ['0.1.0', '0.2.0'], isUsed: true },
    ]);
  });

  it('are empty in a file without extensions', () => {
    expect(findExtensions(header(['core'], [{ name: 'core', versions: ['2.7.0'] }]))).toEqual([]);
  });
});
