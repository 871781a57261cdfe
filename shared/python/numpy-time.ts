/**
 * Prints times like numpy: points in time in ISO 8601 with the precision of their unit, and spans as numbers. Pure;
 * the part of `numpy-str.ts` that h5py's opaque types of numpy's times need (numpy `datetime.c`).
 */

import type { Element } from '../dtype.ts';
import { findOwn } from '../own-entry.ts';
import type { NumpyTime } from './numpy-dtype.ts';

/** The value that numpy treats as not a time. */
const NOT_A_TIME = -(2n ** 63n);

/** A unit: the name of spans in it, and the format of a point that many units after 1970. */
interface Unit {
  readonly name: string;
  readonly format: (count: bigint) => string;
}

const DAY_SECONDS = 86_400n;

const UNITS: Readonly<Record<string, Unit>> = {
  Y: { name: 'years', format: (count) => yearText(wrapInteger(count + 1970n)) },
  M: {
    name: 'months',
    format: (count) => `${yearText(floorDiv(count, 12n) + 1970n)}-${padNumber(floorMod(count, 12n) + 1n)}`,
  },
  W: { name: 'weeks', format: (count) => dayText(wrapInteger(count * 7n)) },
  D: { name: 'days', format: dayText },
  h: clockUnit('hours', 24n, 0),
  m: clockUnit('minutes', 1440n, 0),
  s: clockUnit('seconds', DAY_SECONDS, 0),
  ms: clockUnit('milliseconds', DAY_SECONDS * 10n ** 3n, 3),
  us: clockUnit('microseconds', DAY_SECONDS * 10n ** 6n, 6),
  ns: clockUnit('nanoseconds', DAY_SECONDS * 10n ** 9n, 9),
  ps: clockUnit('picoseconds', DAY_SECONDS * 10n ** 12n, 12),
  fs: clockUnit('femtoseconds', DAY_SECONDS * 10n ** 15n, 15),
  as: clockUnit('attoseconds', DAY_SECONDS * 10n ** 18n, 18),
};

/** One element by itself, as `str` prints it; undefined if the unit is not one of numpy's. */
export function scalarTime(time: NumpyTime, element: Element): string | undefined {
  const text = plainTime(time, element, true);
  if (text === undefined || text === 'NaT' || time.isDate) return text;
  const unit = chooseUnit(time);
  return unit === undefined ? `${text} generic time units` : `${text} ${unit.name}`;
}

/** Elements in a column of one width; undefined if the unit is not one of numpy's. */
export function timeColumn(
  time: NumpyTime,
  shown: readonly Element[],
): ((element: Element) => string) | undefined {
  const format = (element: Element): string | undefined => {
    const text = plainTime(time, element);
    return text === 'NaT' || time.isDate ? text && `'${text}'` : text;
  };
  if (shown.some((element) => format(element) === undefined)) return undefined;
  const width = widestShown(time, shown, (element) => format(element)!.length);
  return (element) => format(element)!.padStart(width);
}

/** numpy takes the width of the least and the greatest time, whichever other may be wider, and of `'NaT'`. */
function widestShown(
  time: NumpyTime,
  shown: readonly Element[],
  measure: (element: Element) => number,
): number {
  let width = 0;
  let least: Element | undefined;
  let most: Element | undefined;
  for (const element of shown) {
    const count = findCount(time, element)!;
    if (count === NOT_A_TIME) width = measure(element);
    else {
      if (least === undefined || count < findCount(time, least)!) least = element;
      if (most === undefined || count > findCount(time, most)!) most = element;
    }
  }
  return [least, most].reduce<number>(
    (widest, element) => (element === undefined ? widest : Math.max(widest, measure(element))),
    width,
  );
}

function findCount(time: NumpyTime, element: Element): bigint | undefined {
  const hex = typeof element === 'object' && 'hex' in element ? element.hex : '';
  if (hex.length !== 16) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  return time.order === '<' ? bytes.readBigInt64LE() : bytes.readBigInt64BE();
}

/** A span of a unit such as 25 s is the number of those in a column, and by itself that of seconds: `isScalar`. */
function plainTime(time: NumpyTime, element: Element, isScalar = false): string | undefined {
  const count = findCount(time, element);
  if (count === undefined) return undefined;
  if (count === NOT_A_TIME) return 'NaT';
  const [, multiple = '', unit = ''] = UNIT_TEXT.exec(time.unit) ?? [];
  const whole = wrapInteger(count * BigInt(multiple === '' ? 1 : multiple));
  if (time.isDate) return findOwn(UNITS, unit)?.format(whole);
  const isKnown = findOwn(UNITS, unit) !== undefined || time.unit === '';
  return isKnown ? String(isScalar ? whole : count) : undefined;
}

/** numpy's own arithmetic, of 64 bits without a check. */
function wrapInteger(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** `[25s]`: a multiple and a unit. */
const UNIT_TEXT = /^\[(\d*)([a-zA-Z]+)\]$/;

function chooseUnit(time: NumpyTime): Unit | undefined {
  return findOwn(UNITS, UNIT_TEXT.exec(time.unit)?.[2] ?? '');
}

/** A unit finer than a day; `digits` are the decimals of its seconds. */
function clockUnit(name: string, perDay: bigint, digits: number): Unit {
  const format = (count: bigint): string => {
    const day = dayText(floorDiv(count, perDay));
    const within = floorMod(count, perDay);
    const [hours, rest] = divide(within, perDay / 24n);
    const head = `${day}T${padNumber(hours)}`;
    if (perDay === 24n) return head;
    const [minutes, left] = divide(rest, perDay / 1440n);
    if (perDay === 1440n) return `${head}:${padNumber(minutes)}`;
    const [seconds, fraction] = divide(left, perDay / DAY_SECONDS);
    const tail = digits === 0 ? '' : `.${String(fraction).padStart(digits, '0')}`;
    return `${head}:${padNumber(minutes)}:${padNumber(seconds)}${tail}`;
  };
  return { name, format };
}

/** Days from 1970 to 2000, from which numpy counts. */
const DAYS_TO_2000 = 10_957n;

/** Days since 1970 as a date of the proleptic Gregorian calendar, with the year 0 (Hinnant, days to civil). */
function dayText(days: bigint): string {
  const shifted = wrapInteger(days - DAYS_TO_2000) + DAYS_TO_2000 + 719_468n;
  const era = floorDiv(shifted, 146_097n);
  const dayOfEra = floorMod(shifted, 146_097n);
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const monthFromMarch = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * monthFromMarch + 2n) / 5n + 1n;
  const month = monthFromMarch < 10n ? monthFromMarch + 3n : monthFromMarch - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  return `${yearText(year)}-${padNumber(month)}-${padNumber(day)}`;
}

/** At least four characters, including the sign. */
function yearText(year: bigint): string {
  return year < 0n ? `-${String(-year).padStart(3, '0')}` : String(year).padStart(4, '0');
}

function padNumber(value: bigint): string {
  return String(value).padStart(2, '0');
}

function divide(value: bigint, by: bigint): readonly [bigint, bigint] {
  return [value / by, value % by];
}

function floorDiv(value: bigint, by: bigint): bigint {
  return (value - floorMod(value, by)) / by;
}

function floorMod(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}
