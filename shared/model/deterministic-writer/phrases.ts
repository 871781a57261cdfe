/**
 * Small matters of grammar for the deterministic writer: lists, capitals, units. Pure.
 */

import { numberText } from '../../facts/fact-words.ts';
import { findOwn } from '../../own-entry.ts';
import { findUnit } from '../../vocabulary/units.ts';

/**
 * `a`, `a and b`, `a, b, and c`; the empty string for none. Two members that hold an ‘and’ or a comma are set apart
 * by a comma, several that hold commas by semicolons.
 */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  // The comma of a number parts nothing.
  const separator = words.some((word) => /,(?!\d{3})/.test(word)) ? '; ' : ', ';
  if (words.length === 2)
    return words.join(words.some((word) => / and |,(?!\d{3})/.test(word)) ? ', and ' : ' and ');
  return `${words.slice(0, -1).join(separator)}${separator}and ${words.at(-1)}`;
}

/** Members of a list that are not worth hiding: to count them takes as many words as to name them. */
const NAMED_ANYWAY = 2;

/** How many members of a list are shown: the first few, or all where few more are left. */
export function countShown(length: number, most: number): number {
  return length <= most + NAMED_ANYWAY ? length : most;
}

/** The first few members of a list, and how many more there are: `a, b, and 3 more regions`. Never hides one or two. */
export function joinSome(words: readonly string[], most: number, noun?: string): string {
  if (countShown(words.length, most) === words.length) return joinWords(words);
  const rest = `${numberText(words.length - most)} more${noun === undefined ? '' : ` ${noun}`}`;
  return joinWords([...words.slice(0, most), rest]);
}

/** With its first letter in upper case, unless it opens with a name in mixed case or a code span. */
export function capitalize(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase('en-US') + text.slice(1);
}

/** Units that measure nothing of physics, as files write them. */
const COUNTED_UNITS: Readonly<Record<string, string>> = {
  pixel: 'pixels',
  pixels: 'pixels',
  px: 'pixels',
  lumens: 'lumens',
};

/** Letters that mean other things as often: acceleration, fluorescence, seconds, counts. */
const AMBIGUOUS_UNITS = new Set('g S F C d L l h B'.split(' '));

/**
 * A unit as the word for ‘in …’, of American spelling: `mV` → `millivolts`, `Pa` → `pascals`, `pA` → `picoamperes`.
 * Undefined for one that says nothing (`n.a.`, `unknown`) or that no table holds.
 */
export function findUnitWord(unit: string | undefined): string | undefined {
  const written = unit?.trim() ?? '';
  if (written === '' || AMBIGUOUS_UNITS.has(written)) return undefined;
  const counted = findOwn(COUNTED_UNITS, written.toLowerCase());
  if (counted !== undefined) return counted;
  const word = findUnit(written)?.word.replace('metre', 'meter').replace('litre', 'liter');
  // `meters per second`, `degrees Celsius`; hertz, siemens and percent have no other plural.
  return word?.replace(/^\p{L}+/u, (first) => (/(?:z|s|percent)$/.test(first) ? first : `${first}s`));
}
