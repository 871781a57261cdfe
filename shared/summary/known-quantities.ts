/**
 * What the facts measure: numbers with units, rates and durations that follow from series, sizes, and numbers
 * without a unit; and whether a quantity that a reply states agrees with them. Pure.
 */
import { isObject } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { findUnit } from '../vocabulary/units.ts';
import { type NamedUnit, nameUnit, readNumbers, readQuantities, type WrittenQuantity } from './quantities.ts';

/** Values in base units, by quantity. */
export interface KnownQuantities {
  readonly values: ReadonlyMap<string, readonly number[]>;
  /** Measures that the owners give from one value to another, in base units. */
  readonly ranges: readonly QuantityRange[];
  /** Numbers of the owners' words that stand without a unit. */
  readonly bare: ReadonlySet<number>;
  /** Units that the facts name, by quantity and factor. */
  readonly units: ReadonlySet<string>;
}

/** A measure from one value to another, in base units. */
export interface QuantityRange {
  readonly quantity: string;
  readonly least: number;
  readonly most: number;
}

/** `1800-2500 um`, `15 to 18 Hz`, `between 2 and 5 s`. */
const RANGE =
  /(?<![\p{L}\p{N}.,-])(\d+(?:\.\d+)?)\s?(?:-|–|to|and)\s?(?=(\d+(?:\.\d+)?)\s?(?:[a-zµμ°%]+))/giu;

/** The measures that a text gives from one value to another. */
function readRanges(text: string): QuantityRange[] {
  return [...text.matchAll(RANGE)].flatMap((match): QuantityRange[] => {
    const [whole, from = ''] = match;
    const last = readQuantities(text.slice(match.index + whole.length, match.index + whole.length + 30))[0];
    if (last === undefined || last.offset !== 0 || last.quantity === 'ratio') return [];
    const least = Number(from) * (last.base / last.value);
    return least > 0 && least < last.base ? [{ quantity: last.quantity, least, most: last.base }] : [];
  });
}

/** How far from a stated value the facts may be, relative to it. */
export interface Tolerance {
  readonly below: number;
  readonly above: number;
}

/** Keys of numeric facts and what they measure. */
const KEYS: readonly (readonly [key: RegExp, quantity: string])[] = [
  [/rate|frequency|hz$/i, 'frequency'],
  [/duration|seconds|length_?s$/i, 'time'],
  [/bytes|size/i, 'size'],
];

/** Quantities of a text without ids, and of the facts. */
export function buildKnownQuantities(text: string, facts: DandisetFacts | undefined): KnownQuantities {
  const values = new Map<string, number[]>();
  const add = (quantity: string, value: number) =>
    values.set(quantity, [...(values.get(quantity) ?? []), value]);
  const units = new Set<string>();
  const written: number[] = [];
  for (const { quantity, base, value } of readQuantities(text, true)) {
    add(quantity, base);
    written.push(value);
    units.add(`${quantity} ${round(base / value)}`);
  }
  for (const [quantity, value] of factQuantities(facts)) add(quantity, value);
  for (const { quantity, factor } of namedUnits(text, facts)) units.add(`${quantity} ${round(factor)}`);
  // Shapes measure nothing, and the digits of a model such as `A1x32-10mm-50-177` neither.
  const prose = text.replaceAll(/\| shape = \([^)]*\)|\bshape: \S+|\b[A-Za-z]\w*(?:-\w+){2,}/g, ' ');
  const bare = listBare(prose, written);
  const ranges = readRanges(prose);
  // `1800-2500 um` has both ends, which a hyphen hides from the reading of numbers.
  for (const { quantity, least, most } of ranges) for (const end of [least, most]) add(quantity, end);
  return { values, ranges, bare, units };
}

/** The numbers of a text that are without a unit at least once: `1: 5, 2: 1` beside `5 weeks`. */
function listBare(text: string, written: readonly number[]): Set<number> {
  const withUnit = new Map<number, number>();
  for (const value of written) withUnit.set(value, (withUnit.get(value) ?? 0) + 1);
  const bare = new Set<number>();
  for (const value of readNumbers(text)) {
    const left = withUnit.get(value) ?? 0;
    if (left === 0) bare.add(value);
    else withUnit.set(value, left - 1);
  }
  return bare;
}

/** A word of a text that may be a unit: signs and letters, `cm/s` too. */
const WORD = /(?<![\p{L}\p{N}/])[\p{L}µ°%Ω]+(?:\/[\p{L}µ]+)?(?![\p{L}\p{N}])/gu;
/** Symbols of one letter are letters of any text; they name a unit in a field of units alone. */
const LEAST_SYMBOL = 2;
/** A line of a header that tells a unit: `unit: V`, `- conversion unit = "volts"`. */
const UNIT_LINE = /(?<![\p{L}])units?["']?\s*[:=]\s*["']?([^\n|,;"']{1,40})/giu;

/** Units that NWB itself gives the data of some neurodata types. */
const STANDARD_UNITS: readonly (readonly [types: RegExp, unit: string])[] = [
  [/^(?:CurrentClampSeries|IZeroClampSeries|VoltageClampStimulusSeries|ElectricalSeries)$/, 'volts'],
  [/^(?:CurrentClampStimulusSeries|VoltageClampSeries)$/, 'amperes'],
];

function* standardUnits(facts: DandisetFacts | undefined): Generator<string> {
  const types = new Set(
    facts?.fileTypes.flatMap(({ neurodataTypes }) => neurodataTypes.map(({ name }) => name)),
  );
  for (const type of types) for (const [pattern, unit] of STANDARD_UNITS) if (pattern.test(type)) yield unit;
}

/** Units that the facts name without a number: what their fields of units hold, and unit words of the text in any case. */
function* namedUnits(text: string, facts: DandisetFacts | undefined): Generator<NamedUnit> {
  for (const field of [
    ...unitFields(facts),
    ...standardUnits(facts),
    ...[...text.matchAll(UNIT_LINE)].map(([, field = '']) => field),
  ]) {
    // In such a field `A` is the ampere and no article.
    const unit = findUnit(field) ?? nameUnit(field.trim());
    if (unit !== undefined) yield unit;
  }
  for (const [word] of text.replaceAll('_', ' ').matchAll(WORD)) {
    const unit = word.length >= LEAST_SYMBOL ? nameUnit(word) : undefined;
    // `As` and `Mm` are no words of a text in another case than the symbol's.
    const isExact = word.length > MOST_OF_SYMBOL || unit?.symbol?.replace('µ', word[0] ?? '') === word;
    if (unit !== undefined && isExact) yield unit;
  }
}

/** Symbols with their prefix are no longer than this: `kHz`, `GHz`, `kOhm` is a word. */
const MOST_OF_SYMBOL = 3;

/** What the facts' own fields of units hold: of series, of what was counted over all files, of the list. */
function* unitFields(value: unknown): Generator<string> {
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'unit' && typeof inner === 'string') yield* inner.split(' or ');
    else if (key === 'units') yield* unitsOfTally(inner);
    else yield* unitFields(inner);
  }
}

/** Of a tally or a list of units; a count of sorted units has none. */
function* unitsOfTally(units: unknown): Generator<string> {
  if (Array.isArray(units)) yield* units.filter((each) => typeof each === 'string');
  if (!isObject(units) || !('values' in units)) return;
  for (const each of Array.isArray(units.values) ? units.values : [])
    if (typeof each?.value === 'string') yield each.value;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** Whether the facts name a unit at all. */
export function knowsUnit({ units }: KnownQuantities, quantity: string, factor: number): boolean {
  return units.has(`${quantity} ${round(factor)}`);
}

/** Numbers below this one are in every text, whatever they count. */
const SMALL = 12;

/** Whether a stated quantity agrees with a known one of its kind, or with a number that no unit is reported. */
export function agrees(
  { values, bare, units }: KnownQuantities,
  { quantity, base, value }: WrittenQuantity,
  { below, above }: Tolerance,
): boolean {
  const least = base - Math.abs(base) * below;
  const most = base + Math.abs(base) * above;
  if (values.get(quantity)?.some((known) => known >= least && known <= most)) return true;
  const factor = round(base / value);
  const isUnit = units.has(`${quantity} ${factor}`);
  const isInformative = (number: number) => number > SMALL || !Number.isInteger(number);
  // A number that no unit is reported of may be in any, but in none beside those that the facts have for its kind.
  const isOfOther = !isUnit && [...units].some((unit) => unit.startsWith(`${quantity} `));
  if (
    quantity !== 'size' &&
    !isOfOther &&
    ((isUnit && quantity !== 'time') || isInformative(value)) &&
    bare.has(value)
  )
    return true;
  // A header's own numbers are in base units: 30000.0 for 30 kHz.
  return (
    isInformative(base) && [...bare].some((known) => isInformative(known) && known >= least && known <= most)
  );
}

/** Rates, sizes and what follows from shapes: durations of series, times between slow samples. */
function* factQuantities(facts: DandisetFacts | undefined): Generator<readonly [string, number]> {
  if (facts === undefined) return;
  yield* keyedNumbers(facts);
  for (const { shape, rate } of facts.fileTypes.flatMap(({ series }) => series)) {
    if (!rate) continue;
    if (shape?.[0] !== undefined) yield ['time', shape[0] / rate];
    yield ['time', 1 / rate];
  }
}

function* keyedNumbers(value: unknown, key = ''): Generator<readonly [string, number]> {
  if (typeof value === 'number') {
    const quantity = KEYS.find(([pattern]) => pattern.test(key))?.[1];
    if (quantity !== undefined) yield [quantity, value];
  }
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const isOfKey = Array.isArray(value) || OF_DISTRIBUTION.has(name);
    yield* keyedNumbers(inner, isOfKey ? key : name);
  }
}

/** The numbers of a distribution measure what it is of. */
const OF_DISTRIBUTION = new Set(['least', 'middle', 'most', 'total']);
