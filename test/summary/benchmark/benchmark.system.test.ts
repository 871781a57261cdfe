/** The benchmark of the checks: its two readings agree, and the checks have the recorded results on it. */
import { describe, expect, it } from 'vitest';
import {
  LEAST_PRECISION,
  MEASURED,
  type Measured,
  mayAct,
  mayCut,
} from '../../../shared/summary/check-powers.ts';
import { CHECKS } from '../../../shared/summary/checks.ts';
import { CORPUS_ABSENT, corpusFolder } from '../../corpus.ts';
import { FIRST_SIGHT, sumFirstSight } from './first-sight.ts';
import { type HalfReport, measureEarlier, measureHalf, sumChecks, writeReport } from './measure-checks.ts';
import { HALVES, type Half, INDEPENDENT, LATER_HALVES, readBenchmark } from './replies.ts';
import { SECOND_READING } from './second-reading.ts';

const folder = corpusFolder();

/** Checks of this benchmark that may act whatever their precision. */
const ALWAYS = new Set(['code-names', 'neurodata-types', 'sessions', 'links', 'people', 'instructions']);

describe('the benchmark', () => {
  const replies = HALVES.flatMap(readBenchmark);
  const all = [...HALVES, ...LATER_HALVES].flatMap(readBenchmark);

  it('has sixty replies, in halves without a common Dandiset', () => {
    expect(replies).toHaveLength(60);
    const [mending, existing] = HALVES.map(
      (half) => new Set(readBenchmark(half).map((reply) => reply.dandisetId)),
    );
    expect([...mending!].filter((id) => existing!.has(id))).toEqual([]);
    const later = new Set(LATER_HALVES.flatMap(readBenchmark).map((reply) => reply.dandisetId));
    expect([...later].filter((id) => mending!.has(id) || existing!.has(id))).toEqual([]);
    expect(all).toHaveLength(102);
    expect(replies.filter(({ faults }) => faults.length === 0).length).toBeGreaterThanOrEqual(18);
  });

  it('has two readings that agree in every piece', () => {
    for (const { dandisetId, style, pieces } of replies) {
      const marked = pieces.flatMap(({ kinds }, index) => (kinds.length > 0 ? [index] : []));
      expect(marked, `${dandisetId} ${style}`).toEqual(SECOND_READING[`${dandisetId} ${style}`] ?? []);
    }
  });

  it('marks words that are each within one piece', () => {
    for (const { text, faults, pieces } of all) {
      for (const { start, words } of faults) {
        expect(text.slice(start, start + words.length)).toBe(words);
        expect(pieces.filter((piece) => start >= piece.start && start < piece.end)).toHaveLength(1);
      }
    }
  });
});

describe('the powers of checks', () => {
  it('are defined only for existing checks', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(Object.keys(MEASURED).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('are given to checks that are precise enough', () => {
    for (const [name, { right, wrong }] of Object.entries(MEASURED))
      if (right / (right + wrong) < LEAST_PRECISION && !ALWAYS.has(name))
        expect(mayAct(name), name).toBe(false);
    expect(mayAct('a check that nobody measured')).toBe(false);
    expect(mayAct('constructor')).toBe(false);
    expect(mayCut('length')).toBe(false);
  });

  it.each<[title: string, measured: Measured, may: boolean]>([
    ['right in all, at first sight too', { right: 20, wrong: 1, atFirst: { right: 3, wrong: 0 } }, true],
    ['never seen at first sight', { right: 20, wrong: 0 }, false],
    ['wrong at first sight', { right: 90, wrong: 1, atFirst: { right: 8, wrong: 1 } }, false],
    ['seldom found at first sight', { right: 90, wrong: 0, atFirst: { right: 2, wrong: 0 } }, false],
    ['wrong too often by now', { right: 18, wrong: 1, atFirst: { right: 18, wrong: 0 } }, false],
    ['seldom found at all', { right: 4, wrong: 0, atFirst: { right: 4, wrong: 0 } }, false],
  ])('for a check that is %s', (_, measured, may) => {
    expect(mayAct('species', { species: measured })).toBe(may);
    // Checks that protect readers need no measurement, and checks of meaning never act.
    expect(mayAct('instructions', { instructions: measured })).toBe(true);
    expect(mayAct('results', { results: measured })).toBe(false);
  });

  it.each<[title: string, measured: Measured | undefined, may: boolean]>([
    ['never measured', undefined, true],
    ['seldom found at first sight', { right: 2, wrong: 0, atFirst: { right: 2, wrong: 0 } }, true],
    ['wrong at first sight', { right: 9, wrong: 0, atFirst: { right: 2, wrong: 1 } }, false],
  ])('for a check of literal names that was %s', (_, measured, may) => {
    expect(mayAct('code-names', measured === undefined ? {} : { 'code-names': measured })).toBe(may);
  });

  it('depend on the findings of the first run, over the newest sets with enough findings', () => {
    for (const [name, { atFirst }] of Object.entries(MEASURED))
      expect(atFirst, name).toEqual(sumFirstSight(name));
    const sight = (right: number, wrong: number) => ({
      set: '',
      replies: 1,
      on: '',
      checks: { ages: { right, wrong } },
    });
    expect(sumFirstSight('ages', [sight(0, 9), sight(9, 1)])).toEqual({ right: 9, wrong: 1 });
    expect(sumFirstSight('ages', [sight(0, 9), sight(8, 1)])).toEqual({ right: 8, wrong: 10 });
    expect(sumFirstSight('sexes', [sight(1, 1)])).toBeUndefined();
    expect(sumFirstSight('constructor', [sight(1, 1)])).toBeUndefined();
  });

  it('name sets by folder, with their numbers of replies', () => {
    const names = CHECKS.map(({ name }) => name);
    for (const { set, replies: count, checks } of FIRST_SIGHT) {
      const half = INDEPENDENT.find((each) => each === set);
      if (half !== undefined) expect(readBenchmark(half)).toHaveLength(count);
      expect(Object.keys(checks).filter((name) => !names.includes(name))).toEqual([]);
    }
  });
});

describe.skipIf(folder === undefined)(
  `the checks on the benchmark${folder ? '' : `: ${CORPUS_ABSENT}`}`,
  () => {
    /** Each half is measured once, for its own figures and for the totals. */
    const measured = new Map<Half, Promise<HalfReport>>();
    const measureOnce = (half: Half): Promise<HalfReport> => {
      const report = measured.get(half) ?? measureHalf(half, folder!);
      measured.set(half, report);
      return report;
    };
    const shareOf = (part: number, rest: number) => part / (part + rest);
    const sum = (report: HalfReport) => ({
      right: [...report.checks.values()].reduce((total, { right }) => total + right, 0),
      wrong: [...report.checks.values()].reduce((total, { wrong }) => total + wrong, 0),
      found: [...report.kinds.values()].reduce((total, { found }) => total + found, 0),
    });

    it.each(HALVES)(
      'have the results of the golden file on the half %s, and the promised rates',
      async (half) => {
        const report = await measureOnce(half);
        await expect(writeReport(half, report)).toMatchFileSnapshot(`../golden/benchmark-${half}.md`);
        const { right, wrong, found } = sum(report);
        expect(shareOf(right, wrong)).toBeGreaterThanOrEqual(0.9);
        expect(found / report.faults).toBeGreaterThanOrEqual(0.85);
        for (const [kind, { found: hits, missed }] of report.kinds) {
          if (hits + missed >= 3) expect(shareOf(hits, missed), kind).toBeGreaterThanOrEqual(0.6);
        }
        expect(report.cut.sound.length / report.replies).toBeLessThanOrEqual(0.1);
      },
    );

    it.each(LATER_HALVES)('have the results of the golden file on the later half %s', async (half) => {
      const report = await measureOnce(half);
      await expect(writeReport(half, report)).toMatchFileSnapshot(`../golden/benchmark-${half}.md`);
      const { right, wrong, found } = sum(report);
      expect(shareOf(right, wrong)).toBeGreaterThanOrEqual(0.9);
      expect(found / report.faults).toBeGreaterThanOrEqual(0.85);
    });

    it('have the precision of the table of powers', async () => {
      const halves = await Promise.all([...HALVES, ...LATER_HALVES, ...INDEPENDENT].map(measureOnce));
      const figures = Object.entries(MEASURED).map(([name, { right, wrong }]) => [name, { right, wrong }]);
      expect(sumChecks([await measureEarlier(folder!), ...halves])).toEqual(Object.fromEntries(figures));
      // All sets are measured here: minutes on a loaded machine.
    }, 600_000);
  },
);
