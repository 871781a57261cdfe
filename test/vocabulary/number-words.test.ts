import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSpelledNumber, SPELLED_NUMBER } from '../../shared/vocabulary/number-words.ts';

const ONES = [
  '',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const TEENS = ['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** A number in words, in British or American form. */
function spell(value: number, and: string, hyphen: string): string {
  if (value >= 1000) return `${spell(value / 1000, and, hyphen)} thousand`;
  if (value >= 100) {
    const rest = value % 100;
    return `${ONES[Math.floor(value / 100)]} hundred${rest ? `${and} ${spell(rest, and, hyphen)}` : ''}`;
  }
  if (value <= 12) return ONES[value] as string;
  if (value < 20) return TEENS[value - 13] as string;
  const ones = value % 10;
  return `${TENS[Math.floor(value / 10) - 2]}${ones ? `${hyphen}${ONES[ones]}` : ''}`;
}

const whole = new RegExp(`^${SPELLED_NUMBER}$`, 'iu');

describe('a number in words', () => {
  it('is read back, up to thousands', () => {
    const value = fc.oneof(
      fc.integer({ min: 1, max: 999 }),
      fc.integer({ min: 1, max: 99 }).map((n) => n * 1000),
    );
    fc.assert(
      fc.property(value, fc.constantFrom('', ' and'), fc.constantFrom('-', ' '), (number, and, hyphen) => {
        const written = spell(number, and, hyphen);
        expect(written).toMatch(whole);
        expect(readSpelledNumber(written)).toBe(number);
      }),
    );
  });

  it.each([
    ['a hundred', 100],
    ['Thirteen hundred', 1300],
    ['two million', 2e6],
    ['three hundred thousand', 300_000],
  ])('%s is %d', (written, value) => {
    expect(written).toMatch(whole);
    expect(readSpelledNumber(written)).toBe(value);
  });

  it.each(['two-photon', 'twenty-first', 'tenfold', 'someone', 'a'])('is not found in %s', (word) => {
    expect(new RegExp(`(?<![\\p{L}-])${SPELLED_NUMBER}`, 'iu').exec(word)).toBeNull();
    if (word === 'a') expect(readSpelledNumber('hello')).toBeNaN();
  });
});
