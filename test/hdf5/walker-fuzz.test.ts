/** Damaged files: always a header or a named error, in limited time and memory. */
import { expect, it } from 'vitest';
import { decoderFiles, fuzz } from '../../bench/fuzz.ts';
import { countRuns } from '../effort.ts';
import { goldenBytes, goldenNames } from './golden.ts';
import { fillLikeNwb, writeHdf5 } from './write-hdf5.ts';

/** Files to damage. */
const VARIANTS = countRuns(400);

it(`${VARIANTS} damaged files end in a header or a named error`, { timeout: 300_000 }, async () => {
  const files = [
    await writeHdf5(fillLikeNwb),
    await writeHdf5(fillLikeNwb, { latest: true }),
    ...goldenNames.map(goldenBytes),
    ...decoderFiles(),
  ];
  const { variants, walker, libhdf5, errors, failures } = await fuzz(files, VARIANTS, 20_000);
  expect(failures).toEqual([]);
  const failed = [...errors.values()].reduce((sum, count) => sum + count, 0);
  expect(walker + libhdf5 + failed).toBe(variants);
  expect(walker).toBeGreaterThan(VARIANTS / 8);
});
