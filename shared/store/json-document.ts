/** Reads JSON documents of the store, with the key in the error if one is damaged. */

import type * as z from 'zod/mini';
import { StoreUnavailableError } from '../errors.ts';
import { isRecord } from '../json-value.ts';

/**
 * The object in a stored JSON document.
 * @throws StoreUnavailableError naming the key where it is not JSON, or not an object
 */
export function parseJsonObject(body: Uint8Array, key: string): Record<string, unknown> {
  const value = parseJson(body, key);
  if (!isRecord(value)) throw buildDamagedError(key, 'no JSON object');
  return value as Record<string, unknown>;
}

/**
 * The value in a stored JSON document, checked by its schema.
 * @throws StoreUnavailableError naming the key, and the first invalid field
 */
export function parseJsonDocument<T>(schema: z.ZodMiniType<T>, body: Uint8Array, key: string): T {
  const parsed = schema.safeParse(parseJson(body, key));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  throw buildDamagedError(key, `${at} is invalid (${issue?.message ?? 'no reason'})`, parsed.error);
}

/** @throws StoreUnavailableError if the document is not JSON in UTF-8 */
function parseJson(body: Uint8Array, key: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw buildDamagedError(key, error instanceof Error ? error.message : String(error), error);
  }
}

/** The error for a document that was found, but whose content is invalid. */
export function buildDamagedError(key: string, finding: string, cause?: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `The stored document ${key} is damaged: ${finding}. Restore an earlier version of it, or remove it and run again.`,
    { key },
    { cause },
  );
}

/** A document's text: indented, for people and diffs, and ended by a newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
