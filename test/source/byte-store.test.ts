/** The byte store: what it caches, what it requests, and what it counts. */
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderUnreadableError, ReadBudgetExceededError } from '../../shared/errors.ts';
import { ByteStore, type ByteStoreOptions } from '../../shared/source/byte-store.ts';
import { CountingSource, patternBytes } from './counting-source.ts';

const bytes = patternBytes(4000);
const plain: ByteStoreOptions = {
  pageBytes: 1,
  gapBytes: 0,
  concurrency: 8,
  limits: { bytes: 1e6, requests: 1e6 },
};

describe('ByteStore', () => {
  it('contains exactly the file’s bytes, whatever was fetched in whatever order', async () => {
    const range = fc.record({
      offset: fc.integer({ min: 0, max: 4100 }),
      length: fc.integer({ min: 0, max: 700 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(range, { maxLength: 5 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        async (rounds, pageBytes, gapBytes) => {
          const source = new CountingSource(bytes, { openingBytes: 100 });
          const store = new ByteStore(source, { ...plain, pageBytes, gapBytes });
          for (const round of rounds) await store.fetch(round);
          for (const { offset, length } of rounds.flat()) {
            if (offset + length > bytes.length) continue;
            expect(store.findCached(offset, length)).toEqual(bytes.slice(offset, offset + length));
          }
          expect(source.bytesAsked).toBeLessThanOrEqual(bytes.length - 100);
          expect(store.report()).toMatchObject({
            requests: source.requested.length + 1,
            bytes: source.bytesAsked + 100,
          });
        },
      ),
    );
  });

  it('returns undefined for bytes that were not fetched, and refuses ranges past the file’s end', async () => {
    const store = new ByteStore(new CountingSource(bytes), plain);
    await store.fetch([
      { offset: 10, length: 10 },
      { offset: 3990, length: 500 },
    ]);
    expect(store.findCached(10, 10)).toHaveLength(10);
    expect(store.findCached(9, 5)).toBeUndefined();
    expect(store.findCached(15, 6)).toBeUndefined();
    expect(store.findCached(3990, 10)).toHaveLength(10);
    expect(() => store.findCached(3990, 11)).toThrow(HeaderUnreadableError);
    expect(() => store.findCached(-1, 1)).toThrow(HeaderUnreadableError);
    await expect(store.read(3999, 2)).rejects.toMatchObject({ reason: 'truncated' });
    expect(await store.read(0, 3)).toEqual(bytes.slice(0, 3));
  });

  it('awaits a range that is being fetched instead of repeating it', async () => {
    const source = new CountingSource(bytes);
    source.before = () => sleep(10);
    const store = new ByteStore(source, plain);
    await Promise.all([
      store.fetch([{ offset: 0, length: 100 }]),
      store.fetch([{ offset: 50, length: 100 }]),
      store.fetch([{ offset: 0, length: 150 }]),
    ]);
    expect(source.requested).toEqual([
      { offset: 0, length: 100 },
      { offset: 100, length: 50 },
    ]);
    expect(store.findCached(0, 150)).toEqual(bytes.slice(0, 150));
  });

  it('sends no more requests at once than its limit', async () => {
    const source = new CountingSource(bytes);
    source.before = () => sleep(2);
    const store = new ByteStore(source, { ...plain, concurrency: 3 });
    await store.fetch(Array.from({ length: 10 }, (_, index) => ({ offset: index * 100, length: 10 })));
    expect(source.requested).toHaveLength(10);
    expect(source.mostAtOnce).toBe(3);
  });

  it('counts a round for every wait, not for every request', async () => {
    const store = new ByteStore(new CountingSource(bytes, { openingBytes: 10 }), plain);
    expect(store.report()).toMatchObject({ requests: 1, bytes: 10, rounds: 1 });
    await store.fetch([
      { offset: 100, length: 10 },
      { offset: 200, length: 10 },
    ]);
    await store.fetch([{ offset: 100, length: 10 }]);
    expect(store.report()).toMatchObject({ requests: 3, bytes: 30, rounds: 2 });
    await Promise.all([store.fetch([{ offset: 300, length: 1 }]), store.fetch([{ offset: 400, length: 1 }])]);
    expect(store.report()).toMatchObject({ requests: 5, rounds: 3 });
  });

  it('counts as waiting only the time with a running request', async () => {
    const source = new CountingSource(bytes);
    source.before = () => sleep(20);
    const store = new ByteStore(source, plain);
    await store.fetch([
      { offset: 0, length: 1 },
      { offset: 10, length: 1 },
    ]);
    const { waitingMs } = store.report();
    expect(waitingMs).toBeGreaterThanOrEqual(15);
    await sleep(30);
    expect(store.report().waitingMs).toBe(waitingMs);
  });

  it.each([
    ['requests', { requests: 2, bytes: 1e6 }, 2],
    ['bytes', { requests: 10, bytes: 100 }, 100],
  ] as const)(
    'exceeds no limit of %s, and sends nothing of a round that would',
    async (budget, limits, limit) => {
      const source = new CountingSource(bytes);
      const store = new ByteStore(source, { ...plain, limits });
      await store.fetch([{ offset: 0, length: 50 }]);
      const over = store.fetch([
        { offset: 100, length: 50 },
        { offset: 200, length: 50 },
      ]);
      await expect(over).rejects.toBeInstanceOf(ReadBudgetExceededError);
      await expect(over).rejects.toMatchObject({ budget, limit, key: 'memory' });
      expect(source.requested).toHaveLength(1);
      await store.fetch([{ offset: 50, length: 50 }]);
      expect(source.requested).toHaveLength(2);
    },
  );

  it('does not remember a failure: the same range may be requested again', async () => {
    const source = new CountingSource(bytes);
    source.before = () => {
      throw new Error('broken line');
    };
    const store = new ByteStore(source, plain);
    await expect(store.fetch([{ offset: 0, length: 10 }])).rejects.toThrow('broken line');
    source.before = () => undefined;
    await store.fetch([{ offset: 0, length: 10 }]);
    expect(store.findCached(0, 10)).toEqual(bytes.slice(0, 10));
  });

  it('aborts the other requests of a round when the first fails', async () => {
    const source = new CountingSource(bytes);
    let ended = 0;
    source.before = async ({ offset }, signal) => {
      if (offset === 0) throw new Error('broken line');
      await sleep(10_000, undefined, { signal: signal! }).catch(() => {
        ended += 1;
      });
    };
    const store = new ByteStore(source, { ...plain, concurrency: 2 });
    const ranges = [0, 100, 200, 300].map((offset) => ({ offset, length: 10 }));
    await expect(store.fetch(ranges)).rejects.toThrow('broken line');
    expect(ended).toBe(1);
    expect(source.requested).toHaveLength(2);
  });

  it('requests a range itself if it failed in another call', async () => {
    const source = new CountingSource(bytes);
    source.before = (_, signal) => sleep(10, undefined, { signal: signal! });
    const store = new ByteStore(source, plain);
    const abort = new AbortController();
    const first = store.fetch([{ offset: 0, length: 10 }], abort.signal);
    const second = store.fetch([{ offset: 0, length: 10 }]);
    abort.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    await second;
    expect(store.findCached(0, 10)).toEqual(bytes.slice(0, 10));
  });

  it('rejects with the signal’s reason, also while waiting for another call’s range', async () => {
    const source = new CountingSource(bytes);
    source.before = () => sleep(50);
    const store = new ByteStore(source, plain);
    const first = store.fetch([{ offset: 0, length: 10 }]);
    const abort = new AbortController();
    const second = store.fetch([{ offset: 0, length: 10 }], abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    await expect(store.fetch([{ offset: 20, length: 1 }], abort.signal)).rejects.toThrow('cancelled');
    await first;
    expect(source.requested).toHaveLength(1);
  });

  it('leaves no listeners on a signal that outlives it', async () => {
    const source = new CountingSource(bytes);
    source.before = () => sleep(5);
    const store = new ByteStore(source, plain);
    const { signal } = new AbortController();
    await Promise.all([
      store.fetch([{ offset: 0, length: 10 }]),
      store.fetch([{ offset: 0, length: 10 }], signal),
    ]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('reports each request as it arrives, while the next is still to be sent', async () => {
    const source = new CountingSource(bytes);
    const store = new ByteStore(source, { ...plain, concurrency: 1 });
    const reported: number[] = [];
    const reportedBefore: number[] = [];
    source.before = () => void reportedBefore.push(reported.length);
    const ranges = [0, 200, 400].map((offset) => ({ offset, length: 10 }));
    await store.fetch(ranges, undefined, ({ offset, length }) => {
      expect(store.findCached(offset, length)).toBeDefined();
      reported.push(offset);
    });
    expect(reported).toEqual([0, 200, 400]);
    expect(reportedBefore).toEqual([0, 1, 2]);
  });

  it('shares bytes, counts and limits with a view of another shape', async () => {
    const source = new CountingSource(bytes);
    const store = new ByteStore(source, { ...plain, limits: { requests: 2, bytes: 1e6 } });
    await store.fetch([{ offset: 0, length: 100 }]);
    const paged = store.reshape({ pageBytes: 256, gapBytes: 0, concurrency: 1 });
    await paged.fetch([{ offset: 10, length: 200 }]);
    expect(source.requested).toEqual([
      { offset: 0, length: 100 },
      { offset: 100, length: 156 },
    ]);
    expect(store.findCached(0, 256)).toEqual(bytes.slice(0, 256));
    expect(paged.report()).toEqual(store.report());
    await expect(paged.fetch([{ offset: 1000, length: 1 }])).rejects.toMatchObject({ budget: 'requests' });
  });
});
