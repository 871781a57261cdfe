/**
 * The ledger of a day in each kind of store: no number of writers exceeds its limit, and no reply counts
 * twice.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { readSpend, reserveSpend, settleSpend } from '../../shared/store/spend.ts';
import { EITHER_STORE } from './stores.ts';

const DAY = '2026-11-26';
const CEILING = { tokens: 1_000, cost: 1 };

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await openStore());
  });
  afterEach(() => close());

  it('accepts reservations up to the limit from concurrent writers', async () => {
    const most = { tokens: 150, cost: 0.1 };
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, at) => reserveSpend(store, DAY, `reply-${at}`, most, CEILING)),
    );
    expect(answers.filter(Boolean)).toHaveLength(6);
    expect(await readSpend(store, DAY)).toEqual({ tokens: 900, cost: expect.closeTo(0.6, 9) });
  });

  it('frees the part of a reservation that a reply did not use', async () => {
    const most = { tokens: 600, cost: 0.9 };
    expect(await reserveSpend(store, DAY, 'a', most, CEILING)).toBe(true);
    expect(await reserveSpend(store, DAY, 'b', most, CEILING)).toBe(false);
    await settleSpend(store, DAY, 'a', { tokens: 100, cost: 0.05 });
    expect(await reserveSpend(store, DAY, 'b', most, CEILING)).toBe(true);
    expect(await readSpend(store, DAY)).toEqual({ tokens: 700, cost: expect.closeTo(0.95, 9) });
  });

  it('counts a reply once, however often it is recorded, and each day separately', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect(await reserveSpend(store, DAY, 'a', { tokens: 900, cost: 0 }, CEILING)).toBe(true);
    }
    expect(await reserveSpend(store, '2026-11-27', 'b', { tokens: 900, cost: 0 }, CEILING)).toBe(true);
    expect((await readSpend(store, DAY)).tokens).toBe(900);
    expect(await readSpend(store, '2026-11-28')).toEqual({ tokens: 0, cost: 0 });
  });

  it('enforces dollars as well as tokens', async () => {
    expect(await reserveSpend(store, DAY, 'a', { tokens: 1, cost: 1.01 }, CEILING)).toBe(false);
    expect(await reserveSpend(store, DAY, 'a', { tokens: 1_001, cost: 0 }, CEILING)).toBe(false);
    expect(await reserveSpend(store, DAY, 'a', CEILING, CEILING)).toBe(true);
  });
});
