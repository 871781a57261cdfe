/**
 * How much goes on at the same time: the one place that bounds it by a number. Requests to the archive are bounded
 * apart, where files take turns (`source/request-pool.ts`) and rounds are planned (`source/byte-store.ts`).
 */
import pLimit from 'p-limit';

/**
 * What `work` gives for each item, in the items' order, at most `limit` at a time. The first error ends it: what is
 * under way is left to end by itself, and nothing more is begun. @throws that error
 */
export async function mapAtMost<Item, Result>(
  limit: number,
  items: Iterable<Item>,
  work: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
  const inTurn = pLimit(limit);
  try {
    return await inTurn.map(items, work);
  } catch (error) {
    inTurn.clearQueue();
    throw error;
  }
}

/** The function, run for at most `limit` calls at a time; further calls wait their turn. */
export function runAtMost<Args extends unknown[], Result>(
  limit: number,
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const inTurn = pLimit(limit);
  return (...args) => inTurn(run, ...args);
}
