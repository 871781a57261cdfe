/**
 * Small matters of grammar for the deterministic writer: numbers, lists, plurals, units, ages. Pure.
 */

import { findOwn } from '../../own-entry.ts';
import { findUnit } from '../../vocabulary/units.ts';

/** A whole number with thousands set apart: 1,276. */
export function formatNumber(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** `1 file`, `2 files`; the plural is given where it is irregular. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/**
 * `a`, `a and b`, `a, b, and c`; the empty string for none. Members that hold an ‘and’ are set apart by a
 * comma even where there are two, members that hold commas by semicolons.
 */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  // The comma of a number parts nothing.
  const separator = words.some((word) => /,(?!\d{3})/.test(word)) ? '; ' : ', ';
  const isPlainPair =
    words.length === 2 && separator === ', ' && !words.some((word) => word.includes(' and '));
  return `${words.slice(0, -1).join(separator)}${isPlainPair ? ' ' : separator}and ${words.at(-1)}`;
}

/** The first few members of a list, and how many more there are: `a, b, and 3 more`. Never hides a single one. */
export function joinSome(words: readonly string[], most: number): string {
  if (words.length <= most + 1) return joinWords(words);
  return joinWords([...words.slice(0, most), `${formatNumber(words.length - most)} more`]);
}

/** With its first letter in upper case, unless it opens with a name in mixed case or a code span. */
export function capitalize(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase('en-US') + text.slice(1);
}

/** `an owl`, `a mouse`: by the letter, which holds for every word of this writer's tables. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Samples a second as people say it: `30 kHz`, `1,250 Hz`, `29.97 Hz`, `one sample every 300 s`. */
export function formatRate(hertz: number): string | undefined {
  if (!Number.isFinite(hertz) || hertz <= 0) return undefined;
  if (hertz >= 10_000) return `${formatNumber(hertz / 1000)} kHz`;
  if (hertz < 0.1) return `one sample every ${formatNumber(1 / hertz)} s`;
  return `${formatNumber(hertz)} Hz`;
}

/** Bytes in decimal units, as storage is sold: `31.7 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  if (power === 0) return formatCount(bytes, 'byte');
  return `${(bytes / 1000 ** power).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${units[power]}`;
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

const AGE_UNITS: readonly (readonly [key: string, singular: string])[] = [
  ['years', 'year'],
  ['months', 'month'],
  ['weeks', 'week'],
  ['days', 'day'],
  ['hours', 'hour'],
];

/**
 * An age from its ISO 8601 duration: `P90D` → `90 days old`, `P10Y` → `10 years old`. Undefined for ranges,
 * reference points and whatever is no duration: a guess would be worse than silence.
 */
export function findAge(duration: string | undefined): string | undefined {
  const match =
    /^P(?:(?<years>\d+(?:\.\d+)?)Y)?(?:(?<months>\d+(?:\.\d+)?)M)?(?:(?<weeks>\d+(?:\.\d+)?)W)?(?:(?<days>\d+(?:\.\d+)?)D)?(?:T(?<hours>\d+(?:\.\d+)?)H)?$/.exec(
      duration?.trim() ?? '',
    );
  const parts = AGE_UNITS.flatMap(([key, singular]) => {
    const value = Number(match?.groups?.[key]);
    return value > 0 ? [formatCount(value, singular)] : [];
  });
  return parts.length ? `${joinWords(parts)} old` : undefined;
}

/** `male` or `female` from NWB's letters; undefined for unknown and other. */
export function findSex(sex: string | undefined): string | undefined {
  const letter = sex?.trim().toUpperCase();
  if (letter === 'M' || letter === 'MALE') return 'male';
  return letter === 'F' || letter === 'FEMALE' ? 'female' : undefined;
}
