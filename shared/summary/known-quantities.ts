/**
 * The quantities in the facts: numbers with units, rates and durations derived from series, sizes, and numbers
 * without a unit. Decides whether a quantity in a reply agrees with them. Pure.
 */
import { isObjectOrList } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { findUnit } from '../vocabulary/units.ts';
import {
  findNamedUnit,
  type NamedUnit,
  readNumbers,
  readQuantities,
  type WrittenQuantity,
} from './quantities.ts';

/** Values in base units, by quantity. */
export interface KnownQuantities {
  readonly values: ReadonlyMap<string, readonly number[]>;
  /** Ranges that the owners state, in base units. */
  readonly ranges: readonly QuantityRange[];
  /** Numbers in the owners' words without a unit. */
  readonly bare: ReadonlySet<number>;
  /** Units that the facts name, by quantity and factor. */
  readonly units: ReadonlySet<string>;
}

/** A range of a quantity, in base units. */
export interface QuantityRange {
  readonly quantity: string;
  readonly least: number;
  readonly most: number;
}

/** A range: `1800-2500 um`, `15 to 18 Hz`, `between 2 and 5 s`. */
const RANGE =
  /(?<![\p{L}\p{N}.,-])(\d+(?:\.\d+)?)\s?(?:-|–|to|and)\s?(?=(\d+(?:\.\d+)?)\s?(?:[a-zµμ°%]+))/giu;

/** Reads the ranges of quantities from a text. */
function readRanges(text: string): QuantityRange[] {
  return [...text.matchAll(RANGE)].flatMap((match): QuantityRange[] => {
    const [whole, from = ''] = match;
    const last = readQuantities(text.slice(match.index + whole.length, match.index + whole.length + 30))[0];
    if (last === undefined || last.offset !== 0 || last.quantity === 'ratio') return [];
    const least = Number(from) * (last.base / last.value);
    return least > 0 && least < last.base ? [{ quantity: last.quantity, least, most: last.base }] : [];
  });
}

/** How far the facts may be from a stated value, relative to it. */
export interface Tolerance {
  readonly below: number;
  readonly above: number;
}

/** Keys of numeric facts and the quantity that they measure. */
const KEYS: readonly (readonly [key: RegExp, quantity: string])[] = [
  [/rate|frequency|hz$/i, 'frequency'],
  [/duration|seconds|length_?s$/i, 'time'],
  [/bytes|size/i, 'size'],
];

/** Collects the quantities of a text without ids, and of the facts. */
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
  for (const [quantity, value] of listFactQuantities(facts)) add(quantity, value);
  for (const { quantity, factor } of listNamedUnits(text, facts)) units.add(`${quantity} ${round(factor)}`);
  // Shapes and the digits of a model such as `A1x32-10mm-50-177` are no quantities.
  const prose = text.replaceAll(/\| shape = \([^)]*\)|\bshape: \S+|\b[A-Za-z]\w*(?:-\w+){2,}/g, ' ');
  const bare = listBare(prose, written);
  const ranges = readRanges(prose);
  // `readQuantities` does not read the number after the hyphen in `1800-2500 um`.
  for (const { quantity, least, most } of ranges) for (const end of [least, most]) add(quantity, end);
  return { values, ranges, bare, units };
}

/** Lists the numbers that a text has without a unit at least once: 5 in `1: 5, 2: 1 (in um), for 5 weeks`. */
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

/** A word that may be a unit: letters and signs, including `cm/s`. */
const WORD = /(?<![\p{L}\p{N}/])[\p{L}µ°%Ω]+(?:\/[\p{L}µ]+)?(?![\p{L}\p{N}])/gu;
/** Fewest characters of a unit's symbol in prose. Single letters are too common; they count only in fields of units. */
const LEAST_SYMBOL = 2;
/** A line of a header with a unit: `unit: V`, `- conversion unit = "volts"`. */
const UNIT_LINE = /(?<![\p{L}])units?["']?\s*[:=]\s*["']?([^\n|,;"']{1,40})/giu;

/** Units that NWB prescribes for the data of some neurodata types. */
const STANDARD_UNITS: readonly (readonly [types: RegExp, unit: string])[] = [
  [/^(?:CurrentClampSeries|IZeroClampSeries|VoltageClampStimulusSeries|ElectricalSeries)$/, 'volts'],
  [/^(?:CurrentClampStimulusSeries|VoltageClampSeries)$/, 'amperes'],
];

function* listStandardUnits(facts: DandisetFacts | undefined): Generator<string> {
  const types = new Set(
    facts?.fileTypes.flatMap(({ neurodataTypes }) => neurodataTypes.map(({ name }) => name)),
  );
  for (const type of types) for (const [pattern, unit] of STANDARD_UNITS) if (pattern.test(type)) yield unit;
}

/** Units that the facts name without a number: the values of their fields of units, and names of units in the text. */
function* listNamedUnits(text: string, facts: DandisetFacts | undefined): Generator<NamedUnit> {
  for (const field of [
    ...listUnitFields(facts),
    ...listStandardUnits(facts),
    ...[...text.matchAll(UNIT_LINE)].map(([, field = '']) => field),
  ]) {
    // In a field of units `A` is the ampere, not an article.
    const unit = findUnit(field) ?? findNamedUnit(field.trim());
    if (unit !== undefined) yield unit;
  }
  for (const [word] of text.replaceAll('_', ' ').matchAll(WORD)) {
    const unit = word.length >= LEAST_SYMBOL ? findNamedUnit(word) : undefined;
    // Short symbols must match in case: `As` and `Mm` are no `as` and `mm`.
    const isExact = word.length > MOST_OF_SYMBOL || unit?.symbol?.replace('µ', word[0] ?? '') === word;
    if (unit !== undefined && isExact) yield unit;
  }
}

/** Most characters of a symbol with its prefix: `kHz`, `GHz`. `kOhm` counts as a word. */
const MOST_OF_SYMBOL = 3;

/** The values of the facts' fields of units: of series, of counts over all files, of the list. */
function* listUnitFields(value: unknown): Generator<string> {
  if (!isObjectOrList(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'unit' && typeof inner === 'string') yield* inner.split(' or ');
    else if (key === 'units') yield* listTallyUnits(inner);
    else yield* listUnitFields(inner);
  }
}

/** The units of a tally or a list of units. A count of sorted units has none. */
function* listTallyUnits(units: unknown): Generator<string> {
  if (Array.isArray(units)) yield* units.filter((each) => typeof each === 'string');
  if (!isObjectOrList(units) || !('values' in units)) return;
  for (const each of Array.isArray(units.values) ? units.values : [])
    if (typeof each?.value === 'string') yield each.value;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}

/** Whether the facts name a unit. */
export function knowsUnit({ units }: KnownQuantities, quantity: string, factor: number): boolean {
  return units.has(`${quantity} ${round(factor)}`);
}

/** Numbers up to this one occur in every text, so their occurrence supports nothing. */
const SMALL = 12;

/** Whether a stated quantity agrees with a known one of its kind, or with a known number without a unit. */
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
  // A number without a unit may be in any unit, unless the facts have other units for this kind of quantity.
  const isOfOther = !isUnit && [...units].some((unit) => unit.startsWith(`${quantity} `));
  if (
    quantity !== 'size' &&
    !isOfOther &&
    ((isUnit && quantity !== 'time') || isInformative(value)) &&
    bare.has(value)
  )
    return true;
  // Numbers in headers are in base units: 30000.0 for 30 kHz.
  return (
    isInformative(base) && [...bare].some((known) => isInformative(known) && known >= least && known <= most)
  );
}

/** Rates, sizes, and times derived from series: their duration and the interval between samples. */
function* listFactQuantities(facts: DandisetFacts | undefined): Generator<readonly [string, number]> {
  if (facts === undefined) return;
  yield* listKeyedNumbers(facts);
  for (const { shape, rate } of facts.fileTypes.flatMap(({ series }) => series)) {
    if (!rate) continue;
    if (shape?.[0] !== undefined) yield ['time', shape[0] / rate];
    yield ['time', 1 / rate];
  }
}

function* listKeyedNumbers(value: unknown, key = ''): Generator<readonly [string, number]> {
  if (typeof value === 'number') {
    const quantity = KEYS.find(([pattern]) => pattern.test(key))?.[1];
    if (quantity !== undefined) yield [quantity, value];
  }
  if (!isObjectOrList(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const isOfKey = Array.isArray(value) || OF_DISTRIBUTION.has(name);
    yield* listKeyedNumbers(inner, isOfKey ? key : name);
  }
}

/** Fields of a distribution: its numbers measure the same quantity as its key. */
const OF_DISTRIBUTION = new Set(['min', 'median', 'max', 'total']);
