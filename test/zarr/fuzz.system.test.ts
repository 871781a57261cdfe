/** Damaged Zarr stores: always a header or a named error. */
import { expect, it } from 'vitest';
import { storesToDamage } from '../../bench/fuzz.ts';
import { fuzzZarr } from '../../bench/fuzz-zarr.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { countRuns } from '../effort.ts';
import { LIMITS, memoryStore, type Objects, putDocument } from './stores.ts';

/** Stores to damage. */
const VARIANTS = countRuns(300);

it(`${VARIANTS} damaged stores end in a header or a named error`, { timeout: 300_000 }, async () => {
  const { variants, whole, partial, errors, failures } = await fuzzZarr(storesToDamage(), VARIANTS, 20_000);
  expect(failures).toEqual([]);
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  expect(whole + partial + failed).toBe(variants);
  expect(whole).toBeGreaterThan(VARIANTS / 10);
  expect(partial).toBeGreaterThan(VARIANTS / 10);
});

it.each(['null_terminated_bytes', 'raw_bytes', 'fixed_length_utf32'])(
  'reports %s of a negative length as an unknown type',
  async (name) => {
    const objects: Objects = new Map();
    putDocument(objects, 'zarr.json', { zarr_format: 3, node_type: 'group', attributes: {} });
    putDocument(objects, 'x/zarr.json', {
      zarr_format: 3,
      node_type: 'array',
      shape: [4],
      data_type: { name, configuration: { length_bytes: -1 } },
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [2] } },
      chunk_key_encoding: { name: 'default' },
      codecs: [{ name: 'bytes' }],
      fill_value: '',
      attributes: {},
    });
    const { header } = await readZarrHeader(memoryStore(objects), LIMITS);
    const unread = header.objects.flatMap((object) => ('unread' in object ? [object.unread?.detail] : []));
    expect(unread).toEqual([expect.stringMatching(/type/)]);
    expect(unread[0]).not.toMatch(/typed array/);
  },
);
