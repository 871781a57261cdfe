/** Texts that are equal after folding; folding again changes nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLetters, foldSpaces, foldWords } from '../shared/fold-text.ts';

describe('folded texts', () => {
  it.each([
    [foldWords, ' CA1/CA3, or “dorsal”', 'ca1 ca3 or dorsal'],
    [foldLetters, 'Two_Photon-Série 2', 'twophotonsérie2'],
    [foldSpaces, 'a\n b\tC.', 'abC.'],
  ])('%o of %j is %j', (fold, text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it.each([[foldWords], [foldLetters], [foldSpaces]])('are the same when folded again: %o', (fold) => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text)));
  });
});
