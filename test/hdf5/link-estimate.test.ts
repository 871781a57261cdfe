/** What the walker makes of the rounds it has seen: which links let a request bring more bytes, and which fewer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkEstimate } from '../../shared/hdf5/walker/link-estimate.ts';

/** One request to a round, of these bytes, over a link of this wait and rate; nothing else to do meanwhile. */
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
    ['nothing was seen', over(25, 80, []), 1],
    ['S3 from its own region', over(25, 80, ROUNDS), 1],
    ['the same at three times the rate', over(25, 240, ROUNDS), 1],
    ['S3 from another region', over(100, 80, ROUNDS), 4],
    ['a server on the same machine', over(1, 1000, ROUNDS), 1 / 8],
    ['a home of 100 Mbit/s far from it', over(100, 12.5, ROUNDS), 1 / 2],
    ['a home of 16 Mbit/s', over(30, 2, ROUNDS), 1 / 8],
  ])('%s', (_, link, scale) => {
    expect(link.scale).toBe(scale);
  });

  it('takes a slow round for a busy core where another was quick, or it was not very slow', () => {
    const link = over(25, 80, ROUNDS);
    link.learnRequest(2000, 1_000_000);
    link.learnRound(2000, 1_000_000);
    expect(link.scale).toBe(1);
    expect(over(25, 30, ROUNDS).scale).toBe(1);
  });

  it('asks for more only once three rounds have said so', () => {
    expect([1, 2, 3].map((count) => over(100, 80, ROUNDS.slice(0, count)).scale)).toEqual([1, 1, 4]);
  });

  it('takes the quickest request for the wait, and for the rate only what was waited for', () => {
    const busy = new LinkEstimate();
    for (const milliseconds of [26, 90, 400, 2500]) busy.learnRequest(milliseconds, 12_000);
    // Two seconds of a core, and next to nothing of waiting.
    busy.learnRound(40, 12_000_000);
    expect(busy.scale).toBe(1);
  });

  it('gives a power of two within bounds, and no more for a slower link or a shorter wait', () => {
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
        // The wait is known to a quarter, which may round to the next power of two.
        expect(over(oneMs, slow, rounds).scale).toBeLessThanOrEqual(2 * over(oneMs, fast, rounds).scale);
      }),
    );
  });
});
