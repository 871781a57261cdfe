/**
 * Reads fields of documents of any shape: asset records as parsed by JavaScript, and metadata as
 * parsed by Python's rules. Fields that are absent or of another kind are empty; nothing here throws. Pure.
 */
import { isRecord } from '../json-value.ts';
import { PythonInt } from '../python/python-json.ts';
import { stripEmails } from './strip-emails.ts';

/** Length of a name, an identifier or a URL at most, in UTF-16 units: real ones are below 300. */
export const NAME_LIMIT = 500;
/** Length of a description at most, in UTF-16 units: a description of a megabyte is not useful. */
export const TEXT_LIMIT = 5_000;

/** The field of an object of either kind; undefined if the value is not an object, or has no such own field. */
export function findField(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  if (!isRecord(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether a value is an object of either kind; arrays, null and numbers by their digits are not. */
export function isObject(value: unknown): boolean {
  return isRecord(value) && !(value instanceof PythonInt);
}

/** The elements of a list; for any other value, the value itself; none for null or undefined. */
export function listElements(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The value, or the element of an array of one, at any depth of nested arrays. */
export function unwrapElement(value: unknown): unknown {
  let element = value;
  while (Array.isArray(element) && element.length === 1) element = element[0];
  return element;
}

/**
 * A text on one line without e-mail addresses and of at most `limit` UTF-16 units; numbers by their digits.
 * Undefined if there is none: absent, blank, a placeholder that a tool has left, or of another kind.
 */
export function findText(value: unknown, limit: number = NAME_LIMIT): string | undefined {
  const text = findParagraphs(value, limit)?.replaceAll(/\s+/g, ' ');
  return text === undefined || PLACEHOLDER.test(text) ? undefined : text;
}

/** Like `findText`, with its line ends kept. */
export function findParagraphs(value: unknown, limit: number = TEXT_LIMIT): string | undefined {
  const element = unwrapElement(value);
  const raw =
    typeof element === 'string'
      ? element
      : element instanceof PythonInt
        ? element.digits
        : typeof element === 'number' && Number.isFinite(element)
          ? String(element)
          : '';
  const text = stripEmails(takeBeginning(raw, limit).toWellFormed()).replaceAll(CONTROL, ' ').trim();
  return text === '' ? undefined : limitText(text, limit);
}

/** Factor by which more of a text is read than kept, since cleaning shortens it. */
const LOOKED_AT = 4;
/** Longer than any e-mail address, in UTF-16 units: RFC 5321 allows 254 octets. */
const WORD_LIMIT = 320;

/**
 * Enough of a text to fill `limit` after cleaning. It ends between words: an address cut in two would not be
 * recognized.
 */
function takeBeginning(raw: string, limit: number): string {
  const most = LOOKED_AT * limit + 2 * WORD_LIMIT;
  const text = raw.length > most ? raw.trimStart() : raw;
  if (text.length <= most) return text;
  let end = most;
  while (end > most - WORD_LIMIT && !/\s/.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

/** Like `findText`; texts for unknown values (`n/a`, `None`, `nan`) are undefined as well. */
export function findKnownText(value: unknown, limit: number = NAME_LIMIT): string | undefined {
  const text = findText(value, limit);
  return text === undefined || NOTHING.test(text) ? undefined : text;
}

/** A finite number, also from a numeric text; undefined otherwise. */
export function findNumber(value: unknown): number | undefined {
  const element = unwrapElement(value);
  const number =
    typeof element === 'number'
      ? element
      : element instanceof PythonInt
        ? Number(element.digits)
        : typeof element === 'string' && NUMERIC.test(element)
          ? Number(element)
          : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

/** The text, or its beginning with `…` where it is longer than `limit` UTF-16 units; never within a character. */
export function limitText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\ud800-\udbff]/.test(text[limit - 2] ?? '') ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}

/** An object without its undefined fields. */
export function compact<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** The distinct values, in order of first appearance. */
export function distinct<T>(values: readonly T[], foldKeyword: (value: T) => string = String): T[] {
  const byKey = new Map<string, T>();
  for (const value of values) {
    const key = foldKeyword(value);
    if (!byKey.has(key)) byKey.set(key, value);
  }
  return [...byKey.values()];
}

/** Characters of control, except line ends and tabs. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]+/g;
/** Placeholders that dandi-cli writes where NWB requires a value and the owner gave none. */
const PLACEHOLDER = /^placeholder$/i;
/** Texts for unknown values, and names of fields that templates left in place of values. */
const NOTHING =
  /^(?:n\/?a|none|null|nan|not available|not applicable|not provided|tbd|no description|(?:session|experiment)_description|-+|\?+|\.+)$/i;
const NUMERIC = /^\s*[-+]?\d{1,30}(?:\.\d{1,30})?(?:[eE][-+]?\d{1,4})?\s*$/;
