/**
 * Graded queries of the retrieval benchmark, and the scores of a ranking. Pure but for reading a table of
 * queries.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A query with its relevant Dandisets. */
export interface GradedQuery {
  readonly kind: string;
  readonly query: string;
  /** 2 for an exact match, 1 for a useful one; all others 0. */
  readonly grades: ReadonlyMap<string, number>;
  /** Its part: settings are only tuned on `tuning`; `unseen` is a table that was never used for tuning. */
  readonly half: 'tuning' | 'held-out' | 'unseen';
}

/** The number of results that count. */
export const DEPTH = 10;

/** Every query of `queries.tsv`. The half follows from the query's hash, so that it is not chosen by hand. */
export function readQueries(): GradedQuery[] {
  return parseQueries(readFileSync(new URL('queries.tsv', import.meta.url), 'utf8'), 'queries.tsv').map(
    (row) => {
      const isTuning = createHash('sha256').update(row.query).digest()[0]! % 2 === 0;
      return { ...row, half: isTuning ? 'tuning' : 'held-out' };
    },
  );
}

/**
 * Every query of another table of the same form, all of them unseen.
 * @throws Error with the line that has the wrong format
 */
export function readUnseenQueries(path: string): GradedQuery[] {
  return parseQueries(readFileSync(path, 'utf8'), path).map((row) => ({ ...row, half: 'unseen' }));
}

/**
 * Lines of `kind`, `query` and grades, separated by tabs; grades are `id:2` and `id:1`, separated by spaces,
 * with ids of six digits. Empty lines and those that start with `#` are ignored.
 */
function parseQueries(text: string, name: string): Omit<GradedQuery, 'half'>[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [kind = '', query = '', graded = '', ...more] = line.replace(/\r$/, '').split('\t');
    const pairs = graded.split(' ').map((each) => /^(\d{6}):([12])$/.exec(each));
    if (kind === '' || query === '' || more.length > 0 || pairs.includes(null))
      throw new Error(
        `${name}, line ${at + 1}: must have kind, query and grades such as "000003:2 000004:1", separated by tabs.`,
      );
    return { kind, query, grades: new Map(pairs.map((pair) => [pair![1]!, Number(pair![2])])) };
  });
}

/** Normalized discounted cumulative gain of the first ten, with gains of 3 and 1. */
export function ndcg(ranking: readonly string[], { grades }: GradedQuery): number {
  const gain = (grade: number, at: number): number => (2 ** grade - 1) / Math.log2(at + 2);
  const ideal = [...grades.values()].sort((one, other) => other - one).slice(0, DEPTH);
  const best = ideal.reduce((sum, grade, at) => sum + gain(grade, at), 0);
  const has = ranking.slice(0, DEPTH).reduce((sum, id, at) => sum + gain(grades.get(id) ?? 0, at), 0);
  return best === 0 ? 0 : has / best;
}

/**
 * The fraction of exact matches among the first ten results, relative to the most that fit; NaN if nothing is
 * graded 2.
 */
export function recall(ranking: readonly string[], { grades }: GradedQuery): number {
  const wanted = [...grades].filter(([, grade]) => grade === 2).map(([id]) => id);
  const first = ranking.slice(0, DEPTH);
  return wanted.filter((id) => first.includes(id)).length / Math.min(wanted.length, DEPTH);
}
