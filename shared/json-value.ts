/** Classifies values parsed from JSON or built like it. (Records whose numbers keep their digits: `facts/loose-fields.ts`.) */

/** Whether a value is an object or a list. */
export function isObjectOrList(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is an object with fields by name: not a list, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return isObjectOrList(value) && !Array.isArray(value);
}

/** The fields of a value; none if it is not an object. */
export function readFields(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
