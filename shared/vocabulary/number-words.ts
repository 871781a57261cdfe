/**
 * Reads numbers in words: `thirty-one`, `one hundred and five`, `thirteen hundred`; and vague amounts such as
 * `dozens of`. Pure.
 */

import { findOwn } from '../own-entry.ts';

const ONES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const POWERS: Readonly<Record<string, number>> = { dozen: 12, hundred: 100, thousand: 1000, million: 1e6 };

const VALUES: Readonly<Record<string, number>> = {
  a: 1,
  ...Object.fromEntries([...ONES, ...TEENS].map((word, index) => [word, index + 1])),
  ...Object.fromEntries(TENS.map((word, index) => [word, 20 + 10 * index])),
};

const TENS_PATTERN = `(?:${TENS.join('|')})(?:[- ](?:${ONES.join('|')}))?`;
const BELOW_HUNDRED = `(?:${TENS_PATTERN}|${TEENS.join('|')}|${ONES.join('|')})`;

/**
 * Source of a pattern for a number in words, from one to millions. The caller sets the case flag. In `two-photon` and
 * `twenty-first` the hyphen makes the number part of a name, which does not match.
 */
export const SPELLED_NUMBER = `(?:half[- ]a[- ]dozen|(?:a|${BELOW_HUNDRED})[- ]dozen|(?:a|${BELOW_HUNDRED})[- ](?:hundred|thousand|million)(?: thousand)?(?: (?:and )?${BELOW_HUNDRED})?|${BELOW_HUNDRED})(?![\\p{L}\\p{N}]|-\\p{L})`;

/** Reads the value of a text that `SPELLED_NUMBER` matches as a whole; NaN for any other text. */
export function readSpelledNumber(written: string): number {
  if (/^half[- ]a[- ]dozen$/i.test(written)) return 6;
  let value = 0;
  let group = 0;
  for (const word of written.toLowerCase().split(/[- ]+/)) {
    const power = findOwn(POWERS, word);
    if (word === 'and') continue;
    if (power === 100) {
      group *= 100;
    } else if (power !== undefined) {
      value += group * power;
      group = 0;
    } else {
      group += findOwn(VALUES, word) ?? Number.NaN;
    }
  }
  return value + group;
}

/** Vague amounts, and the smallest count for which a reader would accept them: well below the literal meaning. */
export const VAGUE_AMOUNTS: Readonly<Record<string, number>> = {
  dozens: 20,
  hundreds: 150,
  thousands: 1500,
};

/** Reads a count in digits or words. */
export function readCount(written: string): number {
  return /^\d/.test(written) ? Number(written.replaceAll(',', '')) : readSpelledNumber(written);
}
