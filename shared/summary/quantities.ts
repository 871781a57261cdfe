/**
 * Reads numbers with units from prose and facts, by the shared table of units: `30 kHz`, `67 millisecond`,
 * `4, 40 and 200 µs`, `100 frames per second`, `36 V/cm`. Pure.
 */
import { findOwn } from '../own-entry.ts';
import { readSpelledNumber, SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import { findUnit, type Quantity, type Unit } from '../vocabulary/units.ts';

/** One number with its unit. */
export interface WrittenQuantity {
  /** The number, in the written unit. */
  readonly value: number;
  /** The kind of quantity; for a compound unit such as `V/cm`, its two kinds. */
  readonly quantity: Quantity | `${string}/${string}`;
  /** The value in the base unit of the quantity. */
  readonly base: number;
  /** Number and unit as written. */
  readonly written: string;
  /** The digits as written, from which the rounding error follows; empty for numbers in words. */
  readonly digits: string;
  readonly unit: string;
  readonly offset: number;
}

/** Calendar units of time, in seconds. */
const CALENDAR: Readonly<Record<string, number>> = {
  day: 86_400,
  week: 7 * 86_400,
  month: 30.44 * 86_400,
  year: 365.25 * 86_400,
};

/** Other spellings of units of the table. */
const ALIKE: Readonly<Record<string, string>> = {
  'frames/s': 'Hz',
  'frame/s': 'Hz',
  'frames/sec': 'Hz',
  'samples/s': 'Hz',
  'frames a second': 'Hz',
  'samples a second': 'Hz',
  'volumes per second': 'Hz',
  'hz per channel': 'Hz',
  'degrees celsius': '°C',
  'degree celsius': '°C',
  '° c': '°C',
  'deg c': '°C',
  msec: 'ms',
  msecs: 'ms',
  usec: 'µs',
  micron: 'µm',
  microns: 'µm',
  micrometers: 'µm',
  μm: 'µm',
  μs: 'µs',
};

/** Single-letter units, which are case-sensitive. */
const SINGLE = new Set(['s', 'h', 'm', 'V', 'A', 'g', 'L', 'C', 'K', 'W', 'F', '%', '°', 'Ω', 'M', 'N', 'J']);

/** A unit after a number, up to three words. The longest match that is a unit counts. */
const UNIT_WORDS =
  /^[\s-]?((?:°\s?[CF]|[A-Za-zµμ%°Ω]+)(?:\/[A-Za-zµ]+\d?)?(?:\s(?:per|a)\s[a-z]+|\scelsius)?)(?![\p{L}\p{N}])/iu;

/** Reads the unit at the beginning of a text. */
export function readUnit(
  text: string,
): { quantity: WrittenQuantity['quantity']; factor: number; written: string } | undefined {
  const whole = UNIT_WORDS.exec(text)?.[1];
  if (whole === undefined) return undefined;
  // `5um/pixel` is a length, as `5 µm per pixel` is.
  const bare = whole.replace(/\/(?:pixel|px|voxel|frame|line|step)s?$/i, '');
  for (const written of new Set([whole, bare, whole.split(/\s/)[0]!])) {
    const found = findNamedUnit(written);
    if (found !== undefined) return { ...found, written };
  }
  return undefined;
}

/** Units that are not in the table: molar concentration, force, energy, light. */
const DERIVED = /^(p|n|µ|μ|u|m|k|M)?(M|N|mol|Osm|mmHg|J|lux|rpm|psi|mosm)$/;
const PREFIXES: Readonly<Record<string, number>> = {
  p: 1e-12,
  n: 1e-9,
  µ: 1e-6,
  μ: 1e-6,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
};

/** Units in words that are not in the table: customary units in meters and grams, and derived units. */
const WORDS: Readonly<Record<string, NamedUnit>> = {
  inch: { quantity: 'length', factor: 0.0254 },
  foot: { quantity: 'length', factor: 0.3048 },
  yard: { quantity: 'length', factor: 0.9144 },
  mile: { quantity: 'length', factor: 1609.344 },
  pound: { quantity: 'mass', factor: 453.592 },
  ounce: { quantity: 'mass', factor: 28.3495 },
  newton: { quantity: 'n/one', factor: 1 },
  millinewton: { quantity: 'n/one', factor: 1e-3 },
  joule: { quantity: 'j/one', factor: 1 },
};
/** Rates per minute, hour or day: `3,000 frames per minute`. */
const PER_TIME =
  /^(?:frames?|images?|volumes?|samples?|times?|pulses?|beats?|spikes?|trials?)(?:\/|\s(?:per|a|an)\s)(min(?:ute)?|h(?:our)?|day)$/i;
const PER_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

const PLURALS: Readonly<Record<string, string>> = { inches: 'inch', feet: 'foot' };

/** A named unit: the kind of quantity, and its factor to the base unit. */
export interface NamedUnit {
  readonly quantity: WrittenQuantity['quantity'];
  readonly factor: number;
  /** For units of the table. */
  readonly symbol?: string;
}

/** Finds a unit by name: of the table, of the calendar, or compound. */
export function findNamedUnit(name: string): NamedUnit | undefined {
  if (/^(?:in|a|an|at|as|am|pm|no|h)$/i.test(name) && name !== 'h') return undefined;
  if (name.length === 1 && !SINGLE.has(name)) return undefined;
  if (/^°?\s?F$/.test(name)) return { quantity: 'fahrenheit/one', factor: 1 };
  const days = findOwn(CALENDAR, name.toLowerCase().replace(/s$/, ''));
  if (days !== undefined) return { quantity: 'time', factor: days };
  const perTime = PER_TIME.exec(name)?.[1];
  if (perTime !== undefined)
    return { quantity: 'frequency', factor: 1 / PER_SECONDS[perTime.charAt(0).toLowerCase()]! };
  const lower = name.toLowerCase();
  const inWords = findOwn(WORDS, findOwn(PLURALS, lower) ?? lower.replace(/s$/, ''));
  if (inWords !== undefined) return inWords;
  const derived = DERIVED.exec(name);
  if (derived) {
    const [, prefix = '', symbol = ''] = derived;
    return { quantity: `${symbol.toLowerCase()}/one`, factor: PREFIXES[prefix] ?? 1 };
  }
  const unit: Unit | undefined = findUnit(
    findOwn(ALIKE, name.toLowerCase()) ?? name.replace(/^(kilo|giga|mega)byte$/i, '$1byte'),
  );
  if (unit !== undefined) return { quantity: unit.quantity, factor: unit.factor, symbol: unit.symbol };
  const [over = '', under = ''] = name.split('/');
  if (under === '' || findUnit(over) === undefined) return undefined;
  const [top, bottom] = [findUnit(over)!, findUnit(under.replace(/\d$/, ''))];
  return bottom === undefined
    ? undefined
    : { quantity: `${top.quantity}/${bottom.quantity}`, factor: top.factor / bottom.factor };
}

const DIGITS = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?';
const AMOUNT = new RegExp(
  `(?<![\\p{L}\\p{N}.,/#:])(?<![\\p{L}\\p{N}]-)(?:(${DIGITS})|(${SPELLED_NUMBER})|(an?|half an?)(?=\\s(?:hour|minute|second|day|week|month|year)\\b))`,
  'giu',
);
/**
 * Numbers after the first one that share the unit of the last: `4, 40, 200, and 400 µs`, `0.25 to 5 kHz`, `16 x 16 mm`.
 */
const MORE = new RegExp(`^(?:\\s?(?:,|and|or|to|,\\s?and|[-–—×x/]|±)\\s?(?:${DIGITS}))+`, 'iu');

/** The boundary between a name and a quantity at its end: `LED25ms`. */
const GLUED = /(?<=\p{Lu}{2}|\p{Ll}{3})(?=\d+(?:\.\d+)?(?:[mµun]?s|[nµum]m|k?hz)(?![\p{L}\p{N}]))/giu;

/** Words between a number and its unit: `two and a half years`. */
const AND_A_HALF = /^ and a half(?= \p{L})/u;

/**
 * Reads every number with a unit, in the order of the text. `isNamed` includes those inside names: `415nm` in
 * `series_415nm`.
 */
export function readQuantities(text: string, isNamed = false): WrittenQuantity[] {
  const split = isNamed ? text.replaceAll('_', ' ').replace(GLUED, ' ') : text;
  return [...split.matchAll(AMOUNT)].flatMap((match): WrittenQuantity[] => {
    const [amount, digits, spelled, article] = match;
    const half = AND_A_HALF.exec(split.slice(match.index + amount.length))?.[0] ?? '';
    const start = amount.length + half.length;
    const after = split.slice(match.index + start);
    const own = readUnit(after);
    const more = own === undefined ? MORE.exec(after)?.[0] : undefined;
    const shared = more === undefined ? undefined : readUnit(after.slice(more.length));
    const unit = own ?? shared;
    if (unit === undefined) return [];
    // Letters attached to the digits must all belong to the unit: `2P` is a name.
    const whole = digits
      ? Number(digits.replaceAll(',', ''))
      : spelled
        ? readSpelledNumber(spelled)
        : article?.startsWith('half')
          ? 0.5
          : 1;
    const end = own === undefined ? start : start + after.indexOf(own.written) + own.written.length;
    // `Two and a half years` and `two years and a half`.
    const isAndHalf = half !== '' || /^ and a half\b/.test(split.slice(match.index + end));
    const value = isAndHalf ? whole + 0.5 : whole;
    return [
      {
        value,
        quantity: unit.quantity,
        base: value * unit.factor,
        written: split.slice(match.index, match.index + end),
        digits: !isAndHalf || digits === undefined ? (digits ?? '') : String(value),
        unit: unit.written,
        offset: match.index,
      },
    ];
  });
}

/**
 * Reads every number of a text that is not part of a name: `1,276` as 1276 and as its parts, `1e-05`, both numbers of
 * `12x12`, but not the digits of `float64`.
 */
export function readNumbers(text: string): number[] {
  const plain =
    text.match(/(?<![\p{L}\p{N}_.]|\d,)(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<=\d\s?[x×]\s?)\d+/giu) ?? [];
  const named = [...text.matchAll(/_(\d+(?:\.\d+)?)(?=[a-zµ]{1,3}(?:_|\b))/gi)].map((match) => match[1]!);
  const grouped = text.match(/(?<![\p{L}\p{N}_])\d{1,3}(?:,\d{3})+(?:\.\d+)?/gu) ?? [];
  return [...plain, ...named]
    .map(Number)
    .concat(grouped.map((number) => Number(number.replaceAll(',', ''))))
    .filter(Number.isFinite);
}
