/**
 * Local state machine runner: the values that pass between states. All are plain JSON, as in Step
 * Functions, and their size is that of their UTF-8 text.
 */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is an object in the sense of JSON: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The size in bytes of a value's JSON text in UTF-8, which Step Functions compares with its limit. */
export function measureBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * A deep copy of an expression's result, without jsonata's hidden marks on arrays.
 * @throws TypeError if the value contains something that is not JSON: undefined, a function, a number that is
 * not finite
 */
export function toPlainJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`the number ${value} cannot be expressed in JSON`);
    return value;
  }
  if (value === undefined) throw new TypeError('it returned nothing (undefined)');
  if (Array.isArray(value)) return value.map(toPlainJson);
  if (typeof value === 'object' && !('_jsonata_lambda' in value) && !('_jsonata_function' in value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlainJson(member)]));
  }
  throw new TypeError('it returned a function, which cannot be expressed in JSON');
}
