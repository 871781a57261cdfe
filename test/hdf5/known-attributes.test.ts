/**
 * The cache of a file's attributes: equal ones are the same object, and no value is confused with another.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { Attribute, NwbHeader } from '../../shared/header/nwb-header.ts';
import { TwoEngines } from './two-engines.ts';
import { writeHdf5 } from './write-hdf5.ts';

const engines = new TwoEngines();
afterAll(() => engines.close());

/** More than are cached for one name. */
const GROUPS = 150;
const NUMBERS = [0, -0, Number.NaN, 1, -1, Number.POSITIVE_INFINITY];

function writeGroups(latest: boolean): Promise<Uint8Array> {
  return writeHdf5(
    (file) => {
      for (let index = 0; index < GROUPS; index += 1) {
        const group = file.create_group(`group_${String(index).padStart(3, '0')}`);
        group.create_attribute('neurodata_type', 'TimeSeries');
        group.create_attribute('object_id', `id ${index}`);
        group.create_attribute('conversion', NUMBERS[index % NUMBERS.length]!, null, '<d');
        group.create_attribute('fixed', `x${index % 3}`, null, 'S2');
        group.create_attribute('pair', [index % 2, 1]);
        // The name and the value of one attribute, the type of another.
        group.create_attribute('level', index % 2, null, index % 4 < 2 ? '<i' : '<q');
      }
    },
    { latest },
  );
}

function findAttribute(header: NwbHeader, object: number, name: string): Attribute {
  const found = header.objects[object]!;
  if (found.kind !== 'group') throw new Error('not a group');
  return found.attributes.find((attribute) => attribute.name === name)!;
}

describe.each([
  ['the old format', false],
  ['the latest format', true],
])('in %s', (_, latest) => {
  it('reads every attribute as libhdf5 does', async () => {
    const bytes = await writeGroups(latest);
    const { header } = await engines.byWalker(bytes);
    expect(header).toEqual(await engines.byLibhdf5(bytes));
    for (let index = 0; index < GROUPS; index += 1) {
      const [value] = findAttribute(header, 1 + index, 'conversion').values!;
      expect(Object.is(value, NUMBERS[index % NUMBERS.length])).toBe(true);
      expect(findAttribute(header, 1 + index, 'object_id').values).toEqual([`id ${index}`]);
    }
  });

  it('returns one object for attributes of the same name, type, shape and value', async () => {
    const { header } = await engines.byWalker(await writeGroups(latest));
    const types = new Set(
      header.objects.slice(1).map((_, at) => findAttribute(header, 1 + at, 'neurodata_type')),
    );
    expect(types.size).toBe(1);
    const levels = new Set(header.objects.slice(1).map((_, at) => findAttribute(header, 1 + at, 'level')));
    expect(levels.size).toBe(4);
    const ids = new Set(header.objects.slice(1).map((_, at) => findAttribute(header, 1 + at, 'object_id')));
    expect(ids.size).toBe(GROUPS);
  });
});
