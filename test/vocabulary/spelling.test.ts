/** The nearest word: words excluded by their letters are never the nearest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, findNearest, prepareSpellings } from '../../shared/vocabulary/spelling.ts';

const anyWord = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'e', 'é', '1', '-'),
  minLength: 1,
  maxLength: 10,
});

describe('the nearest word', () => {
  it('is the first with the fewest edits, preferably with the same first letter', () => {
    fc.assert(
      fc.property(anyWord, fc.array(anyWord, { maxLength: 20 }), fc.nat(2), (word, candidates, limit) => {
        const ranked = candidates
          .map((candidate) => ({
            candidate,
            distance: editDistance(word, candidate, limit) + (candidate[0] === word[0] ? 0 : 0.5),
          }))
          .filter(({ distance }) => distance < limit + 1)
          .sort((one, other) => one.distance - other.distance);
        expect(findNearest(word, candidates, limit)).toBe(ranked[0]?.candidate);
        expect(findNearest(word, prepareSpellings(candidates), limit)).toBe(ranked[0]?.candidate);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['hipocampus', 'hippocampus'],
    ['hippocamups', 'hippocampus'],
    ['striatm', 'striatum'],
    ['xyzzy', undefined],
    ['cat', undefined],
  ])('of %s', (word, nearest) => {
    expect(findNearest(word, ['cortex', 'hippocampus', 'striatum', 'car'])).toBe(nearest);
  });
});
