/**
 * The limit of concurrent requests: it falls once per overload, rises with responses, and stays within
 * limits.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveLimit } from '../../shared/retry/adaptive-limit.ts';

describe('AdaptiveLimit', () => {
  it('stays within its limits for any responses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.boolean(), { maxLength: 300 }),
        (most, responses) => {
          const limit = new AdaptiveLimit(most);
          for (const isGood of responses) {
            if (isGood) limit.succeeded();
            else limit.overloaded(limit.era);
            expect(limit.current).toBeGreaterThanOrEqual(Math.min(2, most));
            expect(limit.current).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });

  it('falls once for all requests that were running together', () => {
    const limit = new AdaptiveLimit(192);
    const { era } = limit;
    for (let count = 0; count < 100; count += 1) limit.overloaded(era);
    expect(limit.current).toBe(144);
    limit.overloaded(limit.era);
    expect(limit.current).toBe(108);
  });

  it('falls to the minimum under a lasting overload and recovers within a few thousand responses', () => {
    const limit = new AdaptiveLimit(192);
    for (let count = 0; count < 30; count += 1) limit.overloaded(limit.era);
    expect(limit.current).toBe(2);
    let responses = 0;
    for (; limit.current < 192 && responses < 10_000; responses += 1) limit.succeeded();
    expect(responses).toBeLessThan(4_000);
  });

  it('allows some 40 requests if 1 of 100 responses is an overload', () => {
    const limit = new AdaptiveLimit(192);
    const seen: number[] = [];
    for (let count = 1; count <= 20_000; count += 1) {
      if (count % 100 === 0) limit.overloaded(limit.era);
      else limit.succeeded();
      if (count > 10_000) seen.push(limit.current);
    }
    expect(Math.min(...seen)).toBeGreaterThan(20);
    expect(Math.max(...seen)).toBeLessThan(60);
  });
});
