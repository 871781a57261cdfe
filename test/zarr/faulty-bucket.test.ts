/** A Zarr in a bucket with occasional errors: the header is the same, and the report counts the cost. */
import { expect, it } from 'vitest';
import type { ArchiveError } from '../../local/archive-server.ts';
import { ArchiveUnavailableError } from '../../shared/errors.ts';
import { headerText } from '../../shared/header/header-text.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { LIMITS, readNwbStore, serveZarr, withoutConsolidated } from './stores.ts';

const FAULTS: readonly ArchiveError[] = [{ status: 503 }, { reset: true }, { cutAfter: 5 }, { status: 500 }];

it.each([
  ['consolidated metadata', readNwbStore('v2')],
  ['none', withoutConsolidated(readNwbStore('v2'))],
])('is read through an error at every eleventh request, with %s', async (_, objects) => {
  await using right = await serveZarr(objects);
  const expected = await readZarrHeader(right.store, LIMITS);
  let faults = 0;
  await using faulty = await serveZarr(objects, {
    onRequest: ({ number, path, headers }) => {
      // A response without a body cannot be truncated, nor one of a single byte, which is requested to see
      // whether a document changed.
      const isCuttable = path === '' || objects.has(path.split('/').slice(2).join('/'));
      if (number % 11 !== 1 || !isCuttable || headers.range === 'bytes=0-0') return undefined;
      faults += 1;
      return FAULTS[faults % FAULTS.length];
    },
  });
  const { header, report } = await readZarrHeader(faulty.store, LIMITS);
  expect(headerText(header)).toBe(headerText(expected.header));
  expect(faults).toBeGreaterThan(0);
  expect(faulty.server.requests.bucket).toBe(expected.report.requests + faults);
  // A reset before the response on a reused connection looks like a closed idle one: the request is sent
  // again, without being counted.
  expect(report.requests).toBeLessThanOrEqual(expected.report.requests + faults);
  expect(report.requests).toBeGreaterThanOrEqual(expected.report.requests + (faults * 3) / 4 - 1);
  expect(report.rounds).toBe(expected.report.rounds);
});

it('obeys the limit on requests, and reports the bucket’s error', async () => {
  await using served = await serveZarr(readNwbStore('v2'), { onRequest: () => ({ status: 503 }) });
  const reading = readZarrHeader(served.store, { ...LIMITS, requests: 4 });
  await expect(reading).rejects.toBeInstanceOf(ArchiveUnavailableError);
  expect(served.server.requests.bucket).toBeLessThanOrEqual(4);
});
