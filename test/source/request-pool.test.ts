/** The limit on requests that many files share. */
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RequestPool } from '../../shared/source/request-pool.ts';
import { CountingSource } from './counting-source.ts';

describe('RequestPool', () => {
  it('keeps the requests of all files together within its limit', async () => {
    const pool = new RequestPool({ requests: 3 });
    let most = 0;
    const openings = ['a', 'b'].map((key) => {
      const source = new CountingSource(new Uint8Array(100), { key });
      source.before = async () => {
        most = Math.max(most, pool.underWay);
        await sleep(1);
      };
      return pool.open(async () => bound(source));
    });
    const files = await Promise.all(openings);
    await Promise.all(files.flatMap((file) => Array.from({ length: 20 }, (_, at) => file.read(at, 1))));
    expect(most).toBe(3);
    expect(pool.underWay).toBe(0);
  });

  it('serves files in turns: the few requests of one do not wait for the many of another', async () => {
    const pool = new RequestPool({ requests: 1 });
    const served: string[] = [];
    const writeTestFile = (key: string) => {
      const source = new CountingSource(new Uint8Array(100), { key });
      source.before = async () => {
        served.push(key);
        await sleep(0);
      };
      return pool.open(async () => bound(source));
    };
    const huge = await writeTestFile('huge');
    const small = await writeTestFile('small');
    const reading = Array.from({ length: 50 }, (_, at) => huge.read(at, 1));
    reading.push(...Array.from({ length: 3 }, (_, at) => small.read(at, 1)));
    await Promise.all(reading);
    expect(served.lastIndexOf('small')).toBeLessThan(8);
  });

  it('counts openings among its requests, and releases one that fails or is aborted', async () => {
    const pool = new RequestPool({ requests: 2 });
    let most = 0;
    const openings = Array.from({ length: 10 }, (_, index) =>
      pool.open(async () => {
        most = Math.max(most, pool.underWay);
        await sleep(1);
        if (index === 3) throw new Error('broken');
        return bound(new CountingSource(new Uint8Array(10)));
      }),
    );
    const cancelled = pool.open(
      () => expect.unreachable('it was cancelled before its turn'),
      AbortSignal.abort(new Error('cancelled')),
    );
    await expect(cancelled).rejects.toThrow('cancelled');
    const outcomes = await Promise.allSettled(openings);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(most).toBe(2);
    expect(pool.underWay).toBe(0);
  });

  it('releases a request that is aborted while it waits, and one that fails', async () => {
    const pool = new RequestPool({ requests: 1 });
    const source = new CountingSource(new Uint8Array(100));
    source.before = async () => {
      await sleep(1);
      throw new Error('broken');
    };
    const file = await pool.open(async () => bound(source));
    const abort = new AbortController();
    const first = file.read(0, 1);
    const second = file.read(1, 1, abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    await expect(first).rejects.toThrow('broken');
    expect(pool.underWay).toBe(0);
    source.before = () => undefined;
    expect(await file.read(2, 1)).toHaveLength(1);
  });

  it('leaves no listeners on the signal of a request that waited and then ran', async () => {
    const pool = new RequestPool({ requests: 1 });
    const file = await pool.open(async () => bound(new CountingSource(new Uint8Array(100))));
    const { signal } = new AbortController();
    await Promise.all([file.read(0, 1), file.read(1, 1, signal), file.read(2, 1, signal)]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

/** A source whose members are own properties, as those of files and web servers are. */
function bound(source: CountingSource) {
  const { key, byteLength } = source;
  return { key, byteLength, read: source.read.bind(source) };
}
