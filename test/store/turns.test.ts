/**
 * Turns in each kind of store: a limited number at once, in the order of requests, released or expired, and
 * never lost.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { endTurn, takeTurn } from '../../shared/store/turns.ts';
import { MemoryStore } from '../memory-store.ts';
import { EITHER_STORE } from './stores.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const HOUR = 3_600_000;

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await openStore());
  });
  afterEach(() => close());

  const take = (run: string, now = NOW) => takeTurn(store, run, { runsAtOnce: 2, now });

  it('gives a number of concurrent runs a turn, and the others a time to ask again', async () => {
    const turns = await Promise.all(Array.from({ length: 12 }, (_, at) => take(`run-${at}`)));
    expect(turns.filter(({ hasTurn }) => hasTurn)).toHaveLength(2);
    for (const turn of turns) if (!turn.hasTurn) expect(turn.waitSeconds).toBeGreaterThanOrEqual(15);
  });

  it('gives turns in the order of the first requests, and only one to a repeated request', async () => {
    for (const run of ['a', 'b', 'c', 'd']) await take(run);
    expect((await take('a')).hasTurn).toBe(true);
    await endTurn(store, 'a', NOW);
    expect((await take('d')).hasTurn).toBe(false);
    expect((await take('c')).hasTurn).toBe(true);
    expect((await take('d')).hasTurn).toBe(false);
    await endTurn(store, 'b', NOW);
    expect((await take('e')).hasTurn).toBe(false);
    expect((await take('d')).hasTurn).toBe(true);
  });

  it('skips a waiting run that does not return, and takes a turn from one that is long gone', async () => {
    for (const run of ['a', 'b', 'c', 'd']) await take(run);
    await endTurn(store, 'a', NOW);
    expect((await take('d', NOW + 10_000)).hasTurn).toBe(false);
    expect((await take('d', NOW + 140_000)).hasTurn).toBe(true);
    expect((await take('e', NOW + HOUR - 1)).hasTurn).toBe(false);
    expect((await take('e', NOW + HOUR)).hasTurn).toBe(true);
  });

  it('does nothing at the end of a run without one', async () => {
    await endTurn(store, 'nobody', NOW);
    expect((await take('a')).hasTurn).toBe(true);
  });
});

it('never exceeds the number of turns, in any order of requests and ends', async () => {
  const step = fc.record({ run: fc.integer({ min: 0, max: 8 }), ends: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { maxLength: 60 }),
      async (runsAtOnce, steps) => {
        const store = new MemoryStore();
        const holding = new Set<number>();
        for (const { run, ends } of steps) {
          if (ends) {
            await endTurn(store, `${run}`, NOW);
            holding.delete(run);
          } else if ((await takeTurn(store, `${run}`, { runsAtOnce, now: NOW })).hasTurn) holding.add(run);
          expect(holding.size).toBeLessThanOrEqual(runsAtOnce);
        }
      },
    ),
  );
});
