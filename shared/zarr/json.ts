/**
 * Parses the metadata documents of Zarr: JSON as Python writes it, with `NaN` as a number, `1.0` as a float
 * and whole numbers of any size. Pure; every module of this folder reads documents through it.
 */
import { PythonInt, type PythonValue, parsePythonJson } from '../python/python-json.ts';

export { PythonInt, type PythonValue } from '../python/python-json.ts';

/** A JSON object. */
export type JsonObject = ReadonlyMap<string, PythonValue>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The document in the bytes; undefined if they are not JSON in UTF-8. */
export function findJson(bytes: Uint8Array): PythonValue | undefined {
  try {
    return parsePythonJson(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** The value if it is an object. */
export function findObject(value: PythonValue | undefined): JsonObject | undefined {
  return value instanceof Map ? value : undefined;
}

/** The value if it is an array. */
export function findArray(value: PythonValue | undefined): readonly PythonValue[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The value if it is text. */
export function findText(value: PythonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value if it is an exact whole number. */
export function findWhole(value: PythonValue | undefined): number | undefined {
  if (!(value instanceof PythonInt)) return undefined;
  const number = Number(value.digits);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Converts the value to JavaScript's own JSON values, for a library; whole numbers past 2^53 become text. */
export function toPlainJson(value: PythonValue): unknown {
  if (value instanceof PythonInt) return findWhole(value) ?? value.digits;
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, each]) => [key, toPlainJson(each)]));
  return Array.isArray(value) ? value.map(toPlainJson) : value;
}
