/** The comparison with h5py and zarr-python: it finds differences, and reports what is missing. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { compareHeader } from './compare.ts';
import { EXCLUSIONS } from './exclusions.ts';

const INT8 = { class: 'integer', size: 1, signed: true, order: '<' } as const;
const HEADER = {
  objects: [
    {
      kind: 'group',
      attributes: [{ name: 'n', dtype: INT8, shape: [], values: [3] }],
      members: [
        { name: 'a', to: 1 },
        { name: 'lost', to: 2 },
      ],
    },
    {
      kind: 'dataset',
      attributes: [],
      dtype: INT8,
      shape: [2],
      values: [1, 2],
      storage: { layout: 'compact', filters: [] },
    },
    { kind: 'unread', unread: { reason: 'unsupported', detail: 'of its own' } },
  ],
} as unknown as NwbHeader;
const SAME = { '/': 'group', '/@n=': '3', '/a': 'dataset (2,) int8', '/a=': '[1 2]' };

describe('comparing a header', () => {
  const keys = (theirs: Parameters<typeof compareHeader>[2]): string[] =>
    compareHeader('hdf5', HEADER, theirs)
      .filter((difference) => !EXCLUSIONS.some(({ covers }) => covers(difference)))
      .map(({ key }) => key);

  it('finds nothing if everything is equal, and nothing below unread objects', () => {
    expect(keys({ ...SAME, '/lost': 'group', '/lost/b': 'dataset () int8', '/lost@x=': '1' })).toEqual([]);
  });

  it.each([
    ['a value', { ...SAME, '/a=': '[1 3]' }, ['/a=']],
    ['a type', { ...SAME, '/a': 'dataset (2,) int16' }, ['/a']],
    ['an attribute', { ...SAME, '/@n=': '4' }, ['/@n=']],
    ['a node that only the reference has', { ...SAME, '/b': 'group' }, ['/b']],
    ['an attribute that only the reference has', { ...SAME, '/a@b=': '1' }, ['/a@b=']],
    ['a node that only the header has', { '/': 'group', '/@n=': '3' }, ['/a']],
  ])('finds %s', (_, theirs, different) => {
    expect(keys(theirs as Parameters<typeof compareHeader>[2])).toEqual(different);
  });

  it('skips objects on which the reference fails', () => {
    expect(keys({ ...SAME, '/a=': { failed: 'OSError' } })).toEqual([]);
  });
});

describe('the command', () => {
  const run = (...args: string[]): Promise<{ stdout: string; code?: number }> =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args]).catch(
      (error: { stdout: string; code: number }) => error,
    );

  it('reports that there is no Python of the given name', async () => {
    const { stdout, code } = await run('.', '--python=no-such-python');
    expect(stdout).toContain('there is no Python no-such-python. Name one: --python=PYTHON');
    expect(code).toBe(2);
  });

  it('requires a folder', async () => {
    expect(await run()).toMatchObject({ code: 2, stdout: expect.stringContaining('agreement -- FOLDER') });
  });
});
