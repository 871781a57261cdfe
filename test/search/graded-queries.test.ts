/**
 * The retrieval benchmark's tables of queries: one form for the repository's own and for one from elsewhere.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ndcg, readQueries, readUnseenQueries, recall } from '../../bench/search/relevance.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graded-queries-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

async function putTable(text: string): Promise<string> {
  const path = join(folder, 'queries.tsv');
  await writeFile(path, text);
  return path;
}

describe('a table of graded queries', () => {
  it('of the repository is read completely, in two halves', () => {
    const queries = readQueries();
    const halves = Map.groupBy(queries, ({ half }) => half);
    expect([...halves.keys()].sort()).toEqual(['held-out', 'tuning']);
    expect(queries.length).toBeGreaterThanOrEqual(200);
    expect(new Set(queries.map(({ query }) => query)).size).toBe(queries.length);
  });

  it('from elsewhere is unseen as a whole', async () => {
    const path = await putTable('# kind\tquery\tgrades\n\nregion\tCA1 place\t000003:2 000004:1\r\n');
    expect(readUnseenQueries(path)).toEqual([
      {
        kind: 'region',
        query: 'CA1 place',
        grades: new Map([
          ['000003', 2],
          ['000004', 1],
        ]),
        half: 'unseen',
      },
    ]);
  });

  it.each(['region\tCA1', 'region\tCA1\t3:2', 'region\tCA1\t000003:3', '\tCA1\t000003:2', 'CA1 000003:2'])(
    'with the line %j is refused with the line’s number',
    async (line) => {
      const path = await putTable(`region\tCA3\t000003:2\n${line}\n`);
      expect(() => readUnseenQueries(path)).toThrow(/line 2: must have kind, query and grades/);
    },
  );

  it('scores a ranking from 0 to 1', () => {
    const [query] = readQueries();
    const best = [...query!.grades].sort(([, one], [, other]) => other - one).map(([id]) => id);
    expect([ndcg(best, query!), recall(best, query!)]).toEqual([1, 1]);
    expect([ndcg([], query!), recall([], query!)]).toEqual([0, 0]);
  });
});
