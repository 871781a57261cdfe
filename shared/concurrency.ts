/**
 * Limits concurrency by a number, in one place. Requests to the archive are limited
 * separately, where files take turns (`source/request-pool.ts`) and rounds are planned (`source/byte-store.ts`).
 */
import pLimit from 'p-limit';

/**
 * The results of `work` for each item, in the items' order, at most `limit` at a time. The first error is thrown: calls
 * in progress end by themselves, and no more are started. @throws that error
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

/** The function, limited to `limit` concurrent calls; further calls wait. */
export function runAtMost<Args extends unknown[], Result>(
  limit: number,
  run: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const inTurn = pLimit(limit);
  return (...args) => inTurn(run, ...args);
}
