/** Limits of concurrency: never more calls, never fewer while there is work, and an error ends them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapAtMost, runAtMost } from '../shared/concurrency.ts';

/** Work that counts concurrent calls, and ends in a different order. */
function countedWork() {
  const counts = { active: 0, most: 0, begun: 0 };
  const work = async (steps: number): Promise<number> => {
    counts.begun += 1;
    counts.active += 1;
    counts.most = Math.max(counts.most, counts.active);
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    counts.active -= 1;
    return steps * 2;
  };
  return { counts, work };
}

describe('work on many items', () => {
  it('never exceeds its limit, uses it fully, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
        async (limit, items) => {
          const { counts, work } = countedWork();
          expect(await mapAtMost(limit, items, work)).toEqual(items.map((item) => item * 2));
          expect(counts.begun).toBe(items.length);
          expect(counts.most).toBe(Math.min(limit, items.length));
        },
      ),
    );
  });

  it('ends with its first error, and starts nothing after it', async () => {
    const begun: number[] = [];
    const items = Array.from({ length: 50 }, (_none, at) => at);
    const working = mapAtMost(3, items, async (at) => {
      begun.push(at);
      await Promise.resolve();
      if (at === 5) throw new Error('the sixth');
    });
    await expect(working).rejects.toThrow('the sixth');
    const atError = begun.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun.length).toBe(atError);
    expect(begun.length).toBeLessThan(12);
  });
});

describe('a function with a limit', () => {
  it('makes further calls wait, whether earlier ones failed or not', async () => {
    const { counts, work } = countedWork();
    const bounded = runAtMost(2, async (steps: number) => {
      await work(steps);
      if (steps === 3) throw new Error('three');
      return steps;
    });
    const settled = await Promise.allSettled([1, 2, 3, 4, 5].map((steps) => bounded(steps)));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(counts.most).toBe(2);
  });
});
