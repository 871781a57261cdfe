/**
 * Texts of results: a phrase is found wherever its words follow each other, by the pattern as well as by parsing the
 * text.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPhrase, ShownText } from '../../shared/search/shown-texts.ts';
import { findStems } from '../../shared/search/stems.ts';

const anyWord = fc.constantFrom(
  'studies',
  'sensitivity',
  'Sensibilities',
  'relational',
  'naïve',
  'cells',
  'place',
  'the',
  'of',
  'does',
  'L5',
  'layer 2/3',
  'CA1',
  'GCaMP6f',
  'ElectricalSeries',
  '2p',
  'µm',
  'running',
  'hopping',
);
const anyText = fc
  .array(fc.tuple(anyWord, fc.constantFrom(' ', ', ', ' – ', '\n', '/', '. ')), { maxLength: 30 })
  .map((parts) => parts.flat().join(''));

describe('a phrase', () => {
  it('is found where its stems follow each other, and nowhere else', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyWord, { minLength: 1, maxLength: 3 }), (text, words) => {
        const stems = findStems(words.join(' '));
        fc.pre(stems.length > 0);
        const shown = new ShownText('summary', 'summary', text);
        const apart = new ShownText('summary', 'summary', text).hasPhrase({ stems, trace: undefined });
        expect(shown.hasPhrase(buildPhrase(stems))).toBe(apart);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a text is found in that text', () => {
    const text = 'The sensitivity of the place cells does not change: relational studies, layer 5.';
    for (const phrase of ['place cells', 'sensitivity of place', 'cells change', 'studies, L5'])
      expect(new ShownText('summary', 'summary', text).hasPhrase(buildPhrase(findStems(phrase)))).toBe(true);
  });
});
