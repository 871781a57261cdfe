/** Damaged Zarr stores: a header or a named error, every time. */
import { expect, it } from 'vitest';
import { storesToDamage } from '../../bench/fuzz.ts';
import { fuzzZarr } from '../../bench/fuzz-zarr.ts';

it('three hundred damaged stores end in a header or a named error', { timeout: 300_000 }, async () => {
  const { variants, whole, partial, errors, faults } = await fuzzZarr(storesToDamage(), 300, 20_000);
  expect(faults).toEqual([]);
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  expect(whole + partial + failed).toBe(variants);
  expect(whole).toBeGreaterThan(30);
  expect(partial).toBeGreaterThan(30);
});
