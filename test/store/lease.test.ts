/**
 * Leases over each kind of store: one holder at a time, released, renewed, lost, and taken over from killed
 * processes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LeaseTimes, takeLease } from '../../shared/store/lease.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { catchFailure, EITHER_STORE, readText } from './stores.ts';

const KEY = 'runs/123456/draft/0123456789abcdef/lease.json';
/** Renewed too rarely for an owner in the test to be seen alive. */
const STILL: LeaseTimes = { lastsMs: 150, renewMs: 3_600_000, lookMs: 5, skewMs: 300_000 };
const LIVELY: LeaseTimes = { lastsMs: 2_000, renewMs: 10, lookMs: 5, skewMs: 300_000 };

describe.each(EITHER_STORE)('over %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await openStore());
  });
  afterEach(() => close());

  it('belongs to one of many at a time, and to the next once it is released', async () => {
    let holders = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const lease = await takeLease(store, KEY, {
        times: { ...LIVELY, lastsMs: 3_600_000, renewMs: 3_600_000 },
      });
      holders += 1;
      most = Math.max(most, holders);
      await sleep(5);
      holders -= 1;
      await lease!.release();
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(most).toBe(1);
  });

  it('cannot be taken from an owner that renews it', async () => {
    const lease = await takeLease(store, KEY, { times: LIVELY });
    expect(await takeLease(store, KEY, { times: LIVELY })).toBeUndefined();
    expect(await lease!.confirm()).toBe(true);
    await lease!.release();
    const next = await takeLease(store, KEY, { times: LIVELY });
    expect(next).toBeDefined();
    await next!.release();
  });

  it('is taken over from an owner that does not renew it for its duration, which then notices', async () => {
    const dead = await takeLease(store, KEY, { times: STILL });
    const startedAt = performance.now();
    const heir = await takeLease(store, KEY, { times: STILL });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(STILL.lastsMs);
    expect(await heir!.confirm()).toBe(true);
    const existing = await readText(store, KEY);
    expect(await dead!.confirm()).toBe(false);
    await dead!.release();
    expect(await readText(store, KEY)).toBe(existing);
    expect(await heir!.confirm()).toBe(true);
    await heir!.release();
  });

  it.each([
    [
      'ended long ago by any clock',
      JSON.stringify({ owner: 'gone', renewal: 3, until: '2020-01-01T00:00:00Z' }),
    ],
    ['is empty', '{}'],
    ['is damaged', '{"owner": "go'],
  ])('is taken at once where it %s', async (_, text) => {
    await store.put(KEY, text, { contentType: 'application/json' });
    const lease = await takeLease(store, KEY, { times: { ...LIVELY, lastsMs: 3_600_000 } });
    expect(await lease!.confirm()).toBe(true);
    await lease!.release();
  });

  it('is awaited no longer than its signal allows', async () => {
    const lease = await takeLease(store, KEY, { times: { ...STILL, lastsMs: 3_600_000 } });
    const abort = new AbortController();
    const waiting = takeLease(store, KEY, { times: { ...STILL, lastsMs: 3_600_000 }, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('cancelled')), 20);
    expect((await catchFailure(waiting)).message).toMatch(/cancelled|aborted/);
    await lease!.release();
  });
});
