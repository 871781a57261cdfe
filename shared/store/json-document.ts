/** JSON documents of the store, read back with the key in the error where one is damaged. */
import { StoreUnavailableError } from '../errors.ts';

/**
 * The object that a stored JSON document holds.
 * @throws StoreUnavailableError naming the key where it is not JSON, or not an object
 */
export function parseJsonObject(body: Uint8Array, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw damaged(key, error instanceof Error ? error.message : String(error), error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(key, 'no JSON object');
  return value as Record<string, unknown>;
}

/** The error for a document that was found, but is not what its key promises. */
export function damaged(key: string, finding: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `The stored document ${key} is damaged: ${finding}. Restore an earlier version of it, or remove it and run again.`,
    { key },
    { cause },
  );
}

/** A document's text: indented, so that people and diff read it, and ended by a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
