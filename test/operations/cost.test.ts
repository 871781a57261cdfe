/** What running it costs: the page is the script's, and the script's arithmetic is right where it can be done by hand. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/measure.ts';
import {
  batchSeconds,
  billOfArchive,
  billOfNight,
  billOfRun,
  costTables,
  keptOfOldHeaders,
  numbersWith,
  readMeasured,
  withCostTables,
} from '../../scripts/cost.ts';

const PAGE = fileURLToPath(new URL('../../docs/cost.md', import.meta.url));

/** Round figures: each file takes 80 ms of waiting and 100 ms of computing, whatever its kind. */
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
    { files: 10, status: 'stored', puts: 35, gets: 25, states: 5, batchStates: 1 },
    { files: 30, status: 'stored', puts: 75, gets: 45, states: 5, batchStates: 2 },
  ],
  prompts: { of: 'none', count: 1, mean: 10_000, most: 10_000 },
};

const n = numbersWith([
  'slowdown=2',
  'startSeconds=1',
  'replies=2',
  'replyTokens=500',
  'readMb=1769',
  'batch=20',
]);

describe('docs/cost.md', () => {
  it('holds what the script prints', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(withCostTables(page, costTables(readMeasured(), numbersWith())));
  });

  it('cannot lose its place for the tables unnoticed', () => {
    expect(() => withCostTables('# What it costs', '')).toThrow(/no place/);
  });
});

describe('the script', () => {
  it('prices the old versions of headers that a new revision of the reader wrote over', () => {
    const year = { ...n, contents: 1e9, s3GbMonth: 0.02, oldVersionDays: 360 };
    expect(keptOfOldHeaders(EXAMPLE, year)).toBeCloseTo(1000 * 0.02 * 12, 9);
  });

  it('adds up a batch: start, computing, waiting side by side, and the slowest file', () => {
    // 1 s + 20 × 100 ms × 2 + 20 × 80 ms / 8 + 80 ms
    expect(batchSeconds(20, EXAMPLE, n)).toBeCloseTo(1 + 4 + 0.2 + 0.08, 9);
    // Half a core takes twice as long to compute, and more than one is of no use.
    expect(batchSeconds(20, EXAMPLE, { ...n, readMb: 1769 / 2 })).toBeCloseTo(1 + 8 + 0.2 + 0.08, 9);
    expect(batchSeconds(20, EXAMPLE, { ...n, readMb: 8000 })).toBeCloseTo(1 + 4 + 0.2 + 0.08, 9);
  });

  it('adds up a run', () => {
    const bill = billOfRun(40, EXAMPLE, n);
    // 15 requests to write of the run's own and 2 a file; 15 to read and 1 a file.
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
    const all = billOfArchive(EXAMPLE, { ...n, dandisetsWithFiles: 10, contents: 400 });
    const one = billOfRun(40, EXAMPLE, n);
    const night = billOfNight(n);
    expect(all.tokens).toBeCloseTo(10 * one.tokens, 12);
    expect(all.s3).toBeCloseTo(10 * one.s3 + night.s3, 12);
    expect(all.stepFunctions).toBeCloseTo(10 * one.stepFunctions + night.stepFunctions + 30 * 0.000025, 12);
  });

  it('takes other numbers, and refuses what is none', () => {
    expect(numbersWith(['replies=2']).replies).toBe(2);
    expect(() => numbersWith(['reply=2'])).toThrow(/reply=2 is not one of/);
    expect(() => numbersWith(['replies=two'])).toThrow(/replies=two/);
    expect(() => billOfRun(1, EXAMPLE, numbersWith(['shareA=0.5']))).toThrow(/shares make 0.75/);
  });
});
