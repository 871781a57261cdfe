/**
 * Grammar for the deterministic writer: lists, capitals, units. Pure.
 */

import { numberText } from '../../facts/fact-words.ts';
import { findOwn } from '../../own-entry.ts';
import { findUnit } from '../../vocabulary/units.ts';

/**
 * Joins words: `a`, `a and b`, `a, b, and c`; the empty string for none. Two members with an ‘and’ or a comma inside
 * are separated by a comma, more members with commas by semicolons.
 */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  // A comma within a number does not count.
  const separator = words.some((word) => /,(?!\d{3})/.test(word)) ? '; ' : ', ';
  if (words.length === 2)
    return words.join(words.some((word) => / and |,(?!\d{3})/.test(word)) ? ', and ' : ' and ');
  return `${words.slice(0, -1).join(separator)}${separator}and ${words.at(-1)}`;
}

/** Number of members that are not worth hiding, since counting them takes as many words as naming them. */
const NAMED_ANYWAY = 2;

/** The number of members of a list to show: `most`, or all if only few more are left. */
export function countShown(length: number, most: number): number {
  return length <= most + NAMED_ANYWAY ? length : most;
}

/**
 * Joins the first few members of a list and counts the rest: `a, b, and 3 more regions`. Never hides only one or two.
 */
export function joinSome(words: readonly string[], most: number, noun?: string): string {
  if (countShown(words.length, most) === words.length) return joinWords(words);
  const rest = `${numberText(words.length - most)} more${noun === undefined ? '' : ` ${noun}`}`;
  return joinWords([...words.slice(0, most), rest]);
}

/** Writes the first letter in upper case. */
export function capitalize(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase('en-US') + text.slice(1);
}

/** Units that are not in the table of units, as files write them. */
const COUNTED_UNITS: Readonly<Record<string, string>> = {
  pixel: 'pixels',
  pixels: 'pixels',
  px: 'pixels',
  lumens: 'lumens',
};

/** Ambiguous letters, which often mean other things: acceleration, fluorescence, seconds, counts. */
const AMBIGUOUS_UNITS = new Set('g S F C d L l h B'.split(' '));

/**
 * Finds the plural word of a unit, in American spelling: `mV` → `millivolts`, `Pa` → `pascals`, `pA` → `picoamperes`.
 * Undefined for placeholders (`n.a.`, `unknown`), ambiguous letters and unknown units.
 */
export function findUnitWord(unit: string | undefined): string | undefined {
  const written = unit?.trim() ?? '';
  if (written === '' || AMBIGUOUS_UNITS.has(written)) return undefined;
  const counted = findOwn(COUNTED_UNITS, written.toLowerCase());
  if (counted !== undefined) return counted;
  const word = findUnit(written)?.word.replace('metre', 'meter').replace('litre', 'liter');
  // `meters per second`, `degrees Celsius`; hertz, siemens and percent stay the same in the plural.
  return word?.replace(/^\p{L}+/u, (first) => (/(?:z|s|percent)$/.test(first) ? first : `${first}s`));
}
