/** The graded queries of the retrieval benchmark, and what a ranking is worth by them. Pure but for reading its own table. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A query with the Dandisets that answer it. */
export interface GradedQuery {
  readonly kind: string;
  readonly query: string;
  /** 2 what was asked for, 1 of use; all others 0. */
  readonly grades: ReadonlyMap<string, number>;
  /** Which half it is of: settings are chosen on `tuning` alone. */
  readonly half: 'tuning' | 'held-out';
}

/** Results that count. */
export const DEPTH = 10;

/** Every query of `queries.tsv`. The half follows from the query's own hash, so that nobody chose it. */
export function readQueries(): GradedQuery[] {
  return readFileSync(new URL('queries.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [kind = '', query = '', graded = ''] = line.split('\t');
      const grades = new Map(
        graded.split(' ').map((each) => {
          const [id = '', grade = ''] = each.split(':');
          return [id, Number(grade)] as const;
        }),
      );
      const isTuning = createHash('sha256').update(query).digest()[0]! % 2 === 0;
      return { kind, query, grades, half: isTuning ? 'tuning' : 'held-out' };
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

/** Which part of what was asked for is among the first ten, of as much as can be; NaN where nothing is graded 2. */
export function recall(ranking: readonly string[], { grades }: GradedQuery): number {
  const wanted = [...grades].filter(([, grade]) => grade === 2).map(([id]) => id);
  const first = ranking.slice(0, DEPTH);
  return wanted.filter((id) => first.includes(id)).length / Math.min(wanted.length, DEPTH);
}
