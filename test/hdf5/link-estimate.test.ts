/**
 * The walker's estimate of the link from its rounds: on which links a request reads more bytes, and on which
 * fewer.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkEstimate } from '../../shared/hdf5/walker/link-estimate.ts';

/**
 * One request per round, of these bytes, over a link of this latency and rate; the walk is idle meanwhile.
 */
function over(latencyMs: number, megabytesPerSecond: number, rounds: readonly number[]): LinkEstimate {
  const link = new LinkEstimate();
  for (const bytes of rounds) {
    const milliseconds = latencyMs + bytes / (megabytesPerSecond * 1000);
    link.learnRequest(milliseconds, bytes);
    link.learnRound(milliseconds, bytes);
  }
  return link;
}

const ROUNDS = [60_000, 1_200_000, 2_000_000];

describe('LinkEstimate', () => {
  it.each([
    ['no rounds', over(25, 80, []), 1],
    ['S3 from its own region', over(25, 80, ROUNDS), 1],
    ['the same at three times the rate', over(25, 240, ROUNDS), 1],
    ['S3 from another region', over(100, 80, ROUNDS), 4],
    ['a server on the same machine', over(1, 1000, ROUNDS), 1 / 8],
    ['a distant home of 100 Mbit/s', over(100, 12.5, ROUNDS), 1 / 2],
    ['a home of 16 Mbit/s', over(30, 2, ROUNDS), 1 / 8],
  ])('%s', (_, link, scale) => {
    expect(link.scale).toBe(scale);
  });

  it('attributes a slow round to a busy core if another was fast, or if it was not very slow', () => {
    const link = over(25, 80, ROUNDS);
    link.learnRequest(2000, 1_000_000);
    link.learnRound(2000, 1_000_000);
    expect(link.scale).toBe(1);
    expect(over(25, 30, ROUNDS).scale).toBe(1);
  });

  it('requests more only after three rounds have shown it', () => {
    expect([1, 2, 3].map((count) => over(100, 80, ROUNDS.slice(0, count)).scale)).toEqual([1, 1, 4]);
  });

  it('takes the latency from the fastest request, and the rate only from idle time', () => {
    const busy = new LinkEstimate();
    for (const milliseconds of [26, 90, 400, 2500]) busy.learnRequest(milliseconds, 12_000);
    // Two seconds of CPU time, and hardly any waiting.
    busy.learnRound(40, 12_000_000);
    expect(busy.scale).toBe(1);
  });

  it('returns a power of two within limits, and no more for a slower link or a shorter latency', () => {
    const latency = fc.integer({ min: 1, max: 1000 });
    const rate = fc.double({ min: 0.1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(latency, latency, rate, rate, (oneMs, otherMs, oneRate, otherRate) => {
        const { scale } = over(oneMs, oneRate, ROUNDS);
        expect(Number.isInteger(Math.log2(scale))).toBe(true);
        expect(scale).toBeGreaterThanOrEqual(1 / 8);
        expect(scale).toBeLessThanOrEqual(8);
        const [short, long] = [Math.min(oneMs, otherMs), Math.max(oneMs, otherMs)];
        expect(over(short, oneRate, [60_000]).scale).toBeLessThanOrEqual(over(long, oneRate, [60_000]).scale);
        const [slow, fast] = [Math.min(oneRate, otherRate), Math.max(oneRate, otherRate)];
        const rounds = [1, 1_200_000, 2_000_000];
        // The latency is known to a quarter, which may round to the next power of two.
        expect(over(oneMs, slow, rounds).scale).toBeLessThanOrEqual(2 * over(oneMs, fast, rounds).scale);
      }),
    );
  });
});
