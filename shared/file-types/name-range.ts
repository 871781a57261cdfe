/**
 * Shows names and texts that differ only in their numbers as one: the smallest and the largest by number,
 * whether the range is complete, and the values that vary. Pure; used in the prompt's folded lines.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import { MASK, maskName } from './mask-name.ts';

/** The range of some names with the same mask. */
export interface NameRange {
  /** The smallest by its numbers, the first number first. */
  readonly first: string;
  readonly last: string;
  /** Whether the names are every one from the first to the last, counted by one number or by several. */
  readonly isWhole: boolean;
  /** How many values each number takes, where the names are all combinations of two numbers or more. */
  readonly sizes?: readonly number[];
}

/** The range of `names`: at least one, all distinct, differing only in their numbers. */
export function rangeOfNames(names: readonly string[]): NameRange {
  const split = splitNames(names);
  const ordered = [...split.parts].sort(compareParts);
  const ends = { first: ordered[0]!.join(''), last: ordered.at(-1)!.join('') };
  const { varying } = split;
  if (varying.length === 0) return { ...ends, isWhole: true };
  // Even parts are words: if they differ, the names are not a count. Neither are dates.
  if (varying.some((at) => at % 2 === 0) || (varying.length > 1 && names.some(isDated))) {
    return { ...ends, isWhole: false };
  }
  const values = varying.map((at) => distinctValues(split.parts, at));
  const combinations = values.reduce((product, each) => product * each.length, 1);
  const isWhole = combinations === names.length && values.every(isCounted);
  return {
    ...ends,
    isWhole,
    ...(isWhole && values.length > 1 ? { sizes: values.map(({ length }) => length) } : {}),
  };
}

/** The most values of one number that are listed one by one. */
const LISTED_VALUES = 12;

/**
 * Texts with the same mask as one text, with the values of each number that varies in brackets:
 * `grating [0, 45, 90] deg`. For more than a dozen values the ends are reported if a unit or a word follows
 * (`[0 … 350] deg`), and none otherwise: `sweep *`. Where the texts differ in more than numbers (dates with
 * months by name, hexadecimal identifiers), their mask. `texts` has at least one.
 */
export function patternOfTexts(texts: readonly string[]): string {
  const { parts, varying } = splitNames(texts);
  if (varying.some((at) => at % 2 === 0)) return maskName(texts[0]!);
  const reported = [...parts[0]!];
  for (const at of varying) reported[at] = bracketRange(distinctValues(parts, at), parts[0]![at + 1] ?? '');
  return reported.join('');
}

/**
 * The names as one text with every value, where a range would lose some: several numbers vary without giving
 * all combinations, or a number is followed by a unit or a word that gives its meaning (`45deg`, `585nm`), and the
 * numbers have gaps. Undefined if the range is complete, or if the names are dates or identifiers.
 */
export function findValues(names: readonly string[]): string | undefined {
  if (names.length < 2 || rangeOfNames(names).isWhole || names.some(isDated)) return undefined;
  const { parts, varying } = splitNames(names);
  if (varying.some((at) => at % 2 === 0)) return undefined;
  const isQuantity = (at: number): boolean => QUANTITY.test(parts[0]![at + 1] ?? '');
  if (varying.length < 2 && !varying.some(isQuantity)) return undefined;
  return patternOfTexts(names);
}

function bracketRange(values: readonly string[], next: string): string {
  if (values.length <= LISTED_VALUES) return `[${values.join(', ')}]`;
  return QUANTITY.test(next) ? `[${values[0]} … ${values.at(-1)}]` : MASK;
}

/** Text after a number that is a quantity: a unit, or a word for the quantity. */
const QUANTITY = /^ ?[a-zµ%°]/i;

/**
 * Names split into alternating words and numbers, and the positions at which they differ. Only words if the names
 * have different shapes.
 */
function splitNames(names: readonly string[]): { parts: string[][]; varying: number[] } {
  const parts = names.map((name) => name.split(/(\d+)/));
  const [model] = parts as [string[]];
  const length = Math.max(...new Set(parts.map((each) => each.length)));
  const varying: number[] = [];
  for (let at = 0; at < length; at += 1) if (parts.some((each) => each[at] !== model[at])) varying.push(at);
  return { parts, varying };
}

/** Ascending by value. */
function distinctValues(parts: readonly (readonly string[])[], at: number): string[] {
  return [...new Set(parts.map((each) => each[at]!))].sort(compareNumbers);
}

/** Whether the values are a count: each one more than the previous. */
function isCounted(values: readonly string[]): boolean {
  const numbers = values.map(Number);
  return numbers.every((number, index) => number === numbers[0]! + index);
}

/** Whether a name holds a date, or a number as long as one: such numbers are not counts. */
function isDated(name: string): boolean {
  return /\d{4}[-_.: ]\d{1,2}[-_.: ]\d{1,2}|\d{8}/.test(name) || maskName(name) === MASK;
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = at % 2 === 0 ? compareByteOrder(a[at]!, b[at]!) : compareNumbers(a[at]!, b[at]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Orders digits of any length by their value; equal values by their digits. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return left.length - right.length || compareByteOrder(left, right) || compareByteOrder(a, b);
}
