/**
 * The cost of operation: the page is the script's output, and the script's arithmetic is compared with
 * calculations by hand.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/measure.ts';
import { costTables, readMeasured, withCostTables } from '../../scripts/cost.ts';
import {
  addBill,
  addBills,
  batchSeconds,
  computeArchiveBill,
  computeChangesBill,
  computeNightBill,
  computeOldHeadersStorage,
  computeQuietMonthBill,
  computeReadersBill,
  computeRunBill,
  priceRunStorage,
} from '../../scripts/cost-bills.ts';
import { NUMBERS, numbersWith } from '../../scripts/cost-numbers.ts';

const PAGE = fileURLToPath(new URL('../../docs/cost.md', import.meta.url));

const GATE = { puts: 10, gets: 8 };

/** Round figures: each file takes 80 ms of waiting and 100 ms of computing, for every kind. */
const EXAMPLE: Measured = {
  date: '2026-01-01',
  machine: 'none',
  link: { latencyMs: 25, megabytesPerSecond: 80 },
  reads: ['a', 'b', 'e', 'c'].map((kind) => ({
    kind,
    about: '',
    objects: 100,
    requests: 10,
    bytes: 1e6,
    rounds: 5,
    waitingMs: 80,
    cpuMs: 100,
    keptBytes: 1000,
    peakMegabytes: 100,
  })),
  runs: [
    { files: 10, status: 'stored', puts: 35, gets: 25, gate: GATE, states: 5, batchStates: 1 },
    { files: 30, status: 'stored', puts: 75, gets: 45, gate: GATE, states: 5, batchStates: 2 },
  ],
  rest: {
    nightOfDandiset: { puts: 1, gets: 2 },
    look: { puts: 3, gets: 4 },
    poll: { puts: 5, gets: 6 },
  },
  answers: [
    { path: '/a', gets: 2, bytes: 10_000 },
    { path: '/b', gets: 4, bytes: 30_000 },
  ],
  kept: { summaries: 1e6, run: 2e6, catalogEntry: 100, indexEntry: 900 },
  prompts: { of: 'none', count: 1, mean: 10_000, most: 10_000 },
};

const n = numbersWith([
  'slowdown=2',
  'startSeconds=1',
  'replies=2',
  'replyTokens=500',
  'readMb=1769',
  'batch=20',
  'retried=0',
  'waits=0',
]);

describe('docs/cost.md', () => {
  it('contains the output of the script', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(withCostTables(page, costTables(readMeasured(), numbersWith())));
  });

  it('cannot lose the place of its tables unnoticed', () => {
    expect(() => withCostTables('# What it costs', '')).toThrow(/no place/);
  });
});

describe('the script', () => {
  it('prices the old versions of headers that a new revision of the reader overwrote', () => {
    const year = { ...n, contents: 1e9, s3GbMonth: 0.02, oldVersionDays: 360 };
    expect(computeOldHeadersStorage(EXAMPLE, year).kept).toBeCloseTo(1000 * 0.02 * 12, 9);
  });

  it('adds up a batch: start, computing, concurrent waiting, and the slowest file', () => {
    // 1 s + 20 × 100 ms × 2 + 20 × 80 ms / 8 + 80 ms
    expect(batchSeconds(20, EXAMPLE, n)).toBeCloseTo(1 + 4 + 0.2 + 0.08, 9);
    // Half a core takes twice as long to compute, and more than one does not help.
    expect(batchSeconds(20, EXAMPLE, { ...n, readMb: 1769 / 2 })).toBeCloseTo(1 + 8 + 0.2 + 0.08, 9);
    expect(batchSeconds(20, EXAMPLE, { ...n, readMb: 8000 })).toBeCloseTo(1 + 4 + 0.2 + 0.08, 9);
  });

  it('adds up a run', () => {
    const bill = computeRunBill(40, EXAMPLE, n);
    // 15 write requests of the run's own and 2 per file; 15 read requests and 1 per file.
    expect(bill.s3).toBeCloseTo((95 * 0.005 + 55 * 0.0004) / 1000, 12);
    // 5 states and 2 edges; each of 2 batches 1 state and 2 edges.
    expect(bill.stepFunctions).toBeCloseTo(13 * 0.000025, 12);
    // Twice 10,000 tokens at $2.50 and 500 at $10 a million.
    expect(bill.tokens).toBeCloseTo(2 * (0.025 + 0.005), 12);
    const gigabyteSeconds =
      (1769 / 1024) * 2 * batchSeconds(20, EXAMPLE, n) + 11 + (1769 / 1024) * 11 + 0.5 * (1 + 60);
    expect(bill.lambda).toBeCloseTo(gigabyteSeconds * 0.0000133334 + 5 * 0.0000002, 12);
  });

  it('counts a run for each Dandiset and each file once in the whole archive', () => {
    const archive = { ...n, dandisetsWithFiles: 10, contents: 400 };
    const all = computeArchiveBill(EXAMPLE, archive);
    const one = computeRunBill(40, EXAMPLE, n);
    const night = computeNightBill(EXAMPLE, archive);
    expect(all.tokens).toBeCloseTo(10 * one.tokens, 12);
    expect(all.s3).toBeCloseTo(10 * one.s3 + night.s3, 12);
    expect(all.stepFunctions).toBeCloseTo(10 * one.stepFunctions + night.stepFunctions + 30 * 0.000025, 12);
  });

  it('lists all headers and their digests each night, a thousand keys per page', () => {
    const [few, many] = [0, 500_000].map((contents) => computeNightBill(EXAMPLE, { ...n, contents }));
    expect(many!.s3 - few!.s3).toBeCloseTo((1000 * 0.005) / 1000, 12);
    expect(many!.lambda).toBeGreaterThan(few!.lambda);
  });

  it('includes retries, and requests of a run that waits for its turn', () => {
    const calm = computeRunBill(40, EXAMPLE, n);
    const again = computeRunBill(40, EXAMPLE, { ...n, retried: 0.1 });
    expect(again.s3).toBeCloseTo(1.1 * calm.s3, 12);
    expect(again.stepFunctions).toBeCloseTo(1.1 * calm.stepFunctions, 12);
    expect(again.lambda).toBeGreaterThan(calm.lambda);
    const waited = computeRunBill(40, EXAMPLE, { ...n, waits: 2 });
    // Twice ListAssets, the choice after it and the wait; a read and a write of the turns each.
    expect(waited.stepFunctions - calm.stepFunctions).toBeCloseTo(6 * 0.000025, 12);
    expect(waited.s3 - calm.s3).toBeCloseTo((2 * 0.005 + 2 * 0.0004) / 1000, 12);
    expect(waited.lambda - calm.lambda).toBeCloseTo(2 * (11 * 0.0000133334 + 0.0000002), 12);
  });

  it('adds up log lines and traces of a run', () => {
    // 40 files; the execution, its 2 batches and 5 calls.
    expect(computeRunBill(40, EXAMPLE, n).watched).toBeCloseTo(((40 * 700) / 1e9) * 0.5 + (8 / 1e6) * 5, 12);
  });

  it('adds up the documents that a run replaces and leaves', () => {
    // A summary and the entries of 10 Dandisets for 90 days, its steps' documents for 30.
    expect(priceRunStorage(10, EXAMPLE, n).kept).toBeCloseTo(
      ((3 * (1e6 + 10 * 1000) + 2e6) / 1e9) * 0.023,
      12,
    );
  });

  it('adds up a month of readers', () => {
    const bill = computeReadersBill(EXAMPLE, { ...n, readersMonth: 1e6, apiSeconds: 0.2, apiMb: 1024 });
    expect(bill.lambda).toBeCloseTo(1e6 * 0.2 * 0.0000133334 + 0.2, 9);
    // Three reads on average, 20 KB to the reader.
    expect(bill.s3).toBeCloseTo((3e6 * 0.0004) / 1000, 9);
    expect(bill.sent).toBeCloseTo(1 + 20 * 0.09, 9);
    expect(bill.watched).toBeCloseTo(1.5 * 0.5 + 5, 9);
  });

  it('adds up a quiet month and a month of changes', () => {
    const quiet = computeQuietMonthBill(EXAMPLE, n);
    expect(quiet.watched).toBeGreaterThan(n.alarms * 0.1 + n.metrics * 0.3 + 3);
    expect(quiet.tokens + quiet.sent).toBe(0);
    const looks = (10 * (97 * 5 + 96 * 3) * 0.005 + (97 * 6 + 96 * 4) * 0.0004) / 1000;
    expect(quiet.s3).toBeCloseTo(30 * (looks + computeNightBill(EXAMPLE, n).s3), 9);
    const changes = computeChangesBill(EXAMPLE, { ...n, publishedMonth: 2, draftsMonth: 3, changedShare: 0 });
    expect(changes.tokens).toBeCloseTo(5 * computeRunBill(0, EXAMPLE, n).tokens, 12);
    expect(changes.kept).toBeCloseTo(5 * priceRunStorage(n.dandisetsWithFiles, EXAMPLE, n).kept, 12);
    expect(addBill(addBills(quiet, changes))).toBeCloseTo(addBill(quiet) + addBill(changes), 9);
  });

  it('has a source for each of its numbers, and each of them matters', () => {
    const before = costTables(EXAMPLE, numbersWith());
    for (const [name, [value, , source]] of Object.entries(NUMBERS)) {
      expect(source.length).toBeGreaterThan(3);
      if (name.startsWith('share')) continue;
      const tables = costTables(EXAMPLE, numbersWith([`${name}=${value * 3 + 1}`]));
      const bills = (page: string) => page.slice(0, page.indexOf('### Prices and assumptions'));
      expect([name, bills(tables) === bills(before)]).toEqual([name, false]);
    }
  });

  it('accepts other numbers, and refuses invalid ones', () => {
    expect(numbersWith(['replies=2']).replies).toBe(2);
    expect(() => numbersWith(['reply=2'])).toThrow(/reply=2 is not one of/);
    expect(() => numbersWith(['replies=two'])).toThrow(/replies=two/);
    expect(() => computeRunBill(1, EXAMPLE, numbersWith(['shareA=0.5']))).toThrow(/shares add up to 0.75/);
  });
});
