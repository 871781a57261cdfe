/**
 * Ages as numbers that can be compared: ISO 8601 durations, ranges of them, and texts of older files.
 * Pure; the distribution of subjects' ages is computed from them.
 */

/** An age, or a range of ages. */
export interface Age {
  /** Days; two equal numbers for a single age. */
  readonly min: number;
  readonly max: number;
  /** `gestational` counts from conception (NWB, `age__reference`). */
  readonly reference: 'birth' | 'gestational';
}

/** Days of each part of a duration. A month is a twelfth of a year of 365.25 days. */
const DAYS: Readonly<Record<string, number>> = {
  Y: 365.25,
  M: 365.25 / 12,
  W: 7,
  D: 1,
  H: 1 / 24,
  MIN: 1 / 1440,
  S: 1 / 86_400,
};

const ISO =
  /^P(?=\d|T\d)(?:(\d+(?:[.,]\d+)?)Y)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/i;
const ISO_PARTS = ['Y', 'M', 'W', 'D', 'H', 'MIN', 'S'] as const;

/** `90 days`, `P21` in the field's own short form, `12 wk`, `3.5 months old`. */
const WORDS =
  /^(\d+(?:\.\d+)?)\s*(?:-?\s*)(d|days?|w|wks?|weeks?|mo|mos|months?|y|yrs?|years?)\b\.?(?:\s*old)?$/i;
/** The field's own short form: postnatal day 21. */
const POSTNATAL = /^P(\d{1,4})$/i;

/** Years beyond which an age is implausible for a recorded animal. */
const MOST_YEARS = 150;

/**
 * The age in a text, or undefined if it has none: `P90D`, `P8W/P10W`, `P18Y/` (from 18 years
 * on), `90 days`. Negative ages, which mean days before birth in some files, are ignored.
 */
export function parseAge(text: string | undefined, reference?: string): Age | undefined {
  if (text === undefined) return undefined;
  const [from = '', to] = text.trim().split(/\s*\/\s*/, 2);
  const min = parseDays(from);
  const max = to === undefined ? min : to === '' ? min : parseDays(to);
  if (min === undefined || max === undefined || max < min) return undefined;
  if (max > MOST_YEARS * DAYS.Y!) return undefined;
  const isGestational = /gestation|concept|embryo/i.test(reference ?? '');
  return { min, max, reference: isGestational ? 'gestational' : 'birth' };
}

function parseDays(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const parts = iso.slice(1).map((part, at) => (part === undefined ? 0 : countDays(part, ISO_PARTS[at]!)));
    return parts.reduce((total, days) => total + days, 0);
  }
  const [, postnatal] = POSTNATAL.exec(text) ?? [];
  if (postnatal !== undefined) return Number(postnatal);
  const [, number, word] = WORDS.exec(text) ?? [];
  if (number === undefined || word === undefined) return undefined;
  const letter = word[0]!.toUpperCase();
  return countDays(number, letter === 'M' ? 'M' : letter);
}

function countDays(number: string, part: string): number {
  return Number(number.replace(',', '.')) * DAYS[part]!;
}

/** An age for people: `90 days`, `8 weeks`, `3 months`, `25 years`; for a range `8 to 10 weeks`. */
export function formatAge({ min, max, reference }: Age): string {
  const [unit, size] = chooseUnit(max);
  const [from, to] = [round(min / size), round(max / size)];
  const words = from === to ? `${to} ${to === 1 ? unit : `${unit}s`}` : `${from} to ${to} ${unit}s`;
  return reference === 'gestational' ? `${words} after conception` : words;
}

function chooseUnit(days: number): [unit: string, size: number] {
  if (days < 1) return ['hour', 1 / 24];
  // Rodents are reported in days up to four months, as the field does; people and monkeys in years.
  if (days <= 120) return ['day', 1];
  if (days < 730) return ['month', DAYS.M!];
  return ['year', DAYS.Y!];
}

function round(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10;
}
