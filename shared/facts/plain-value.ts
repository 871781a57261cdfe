/**
 * Values of headers and records as plain words and numbers: what every reading of facts looks at them
 * through, whichever library wrote the file. Pure.
 */
import { findAttribute } from '../header/attribute-text.ts';
import type { HeaderDataset, HeaderObject, Values } from '../header/nwb-header.ts';
import { numpyStr } from '../python/numpy-str.ts';

/** Texts that files and records hold in place of one. */
const PLACEHOLDER =
  /^(?:[-–—_.?*#/\s]*|unknown|unspecified|undefined|not (?:known|provided|available|applicable|specified|recorded|set)|no[ _](?:description|comments?|name)(?: provided)?|none|null|nil|nan|n\.?\/?a\.?|tbd|todo|add ?me|fill ?me(?: in)?|change ?me|placeholder|missing|void)$/i;

/** Control characters, line ends among them, and runs of white space. */
const BLANK = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g;

/** Whether a text says nothing: empty, a dash, or a word such as `unknown` or `n/a`. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim());
}

/** A text on one line, at most so many characters long, cut after a word with `…`. */
export function shortenText(text: string, most: number): string {
  const flat = text
    .slice(0, most * 8)
    .replaceAll(BLANK, ' ')
    .trim();
  if (flat.length <= most) return flat;
  const cut = flat.slice(0, most);
  const end = cut.lastIndexOf(' ');
  return `${(end > most * 0.6 ? cut.slice(0, end) : cut).trimEnd()}…`;
}

/** The same, or undefined where it says nothing. */
export function findWords(text: string | undefined, most: number): string | undefined {
  if (text === undefined) return undefined;
  const flat = shortenText(text, most);
  return isPlaceholder(flat) ? undefined : flat;
}

/**
 * An attribute as words: a string, the one string of an array, or several joined by commas; a number as
 * Python prints it. Libraries differ in whether a single value is a scalar or an array of one.
 */
export function findPlainAttribute(object: HeaderObject, name: string): string | undefined {
  const attribute = findAttribute(object, name);
  if (attribute?.values === undefined || attribute.shape === null) return undefined;
  return joinValues(attribute.values, () => numpyStr(attribute.dtype, attribute.shape, attribute.values!));
}

/** A dataset's value as words; undefined where none was read. */
export function findPlainValue(dataset: HeaderDataset): string | undefined {
  const { values, shape } = dataset;
  if (values === undefined || shape === null) return undefined;
  return joinValues(values, () => numpyStr(dataset.dtype, shape, values));
}

/** The strings of a dataset or attribute, in order; what is no string is left out. */
export function listStrings(values: Values | undefined): string[] {
  return (values ?? []).filter((value) => typeof value === 'string');
}

function joinValues(values: Values, print: () => string): string | undefined {
  if (values.length === 0) return undefined;
  if (values.every((value) => typeof value === 'string')) return values.join(', ');
  const [value] = values;
  if (values.length === 1 && (typeof value === 'number' || typeof value === 'bigint')) return String(value);
  return print();
}
