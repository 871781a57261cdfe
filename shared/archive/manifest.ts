/**
 * Reads a manifest from the bucket: a document at once, or a list record by record, so that a
 * list of tens of thousands of records is never in memory as a whole. An incomplete one is reported as broken, and
 * the client then falls back to the API.
 */

import { JSONParser } from '@streamparser/json';
import { isRecord } from '../json-value.ts';
import { NonNumberRewriter, withoutNonNumbers } from './non-numbers.ts';

/** The manifest is invalid: not JSON, not UTF-8, truncated, or of another shape. Never leaves this folder. */
export class BrokenManifestError extends Error {
  override readonly name = 'BrokenManifestError';
}

/** Longest record of a list, in bytes, before the list counts as broken: real ones have a few kilobytes. */
export const RECORD_LIMIT = 16 * 1024 * 1024;

/**
 * The text of a JSON object, exactly as served (without a byte-order mark).
 * @throws BrokenManifestError
 */
export function readObjectText(bytes: Uint8Array): string {
  const { text, value } = parseText(bytes);
  if (!isRecord(value)) {
    throw new BrokenManifestError('it is JSON, but not an object');
  }
  return text;
}

/** Any JSON value from bytes in UTF-8. @throws BrokenManifestError */
export function readJson(bytes: Uint8Array): unknown {
  return parseText(bytes).value;
}

function parseText(bytes: Uint8Array): { text: string; value: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: parseLoosely(text, bytes) };
  } catch (cause) {
    throw new BrokenManifestError('it is not JSON', { cause });
  }
}

/** Parses JSON, or Python's form of it: non-numbers are replaced only if the text is not valid JSON. */
function parseLoosely(text: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const rewritten = new TextDecoder().decode(withoutNonNumbers(bytes));
    if (rewritten === text) throw error;
    return JSON.parse(rewritten);
  }
}

/**
 * The elements of a JSON array, each as soon as it is complete.
 * @throws BrokenManifestError when the text ends early, is not JSON, or is not an array
 */
export async function* readRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let ready: unknown[] = [];
  let sinceRecord = 0;
  parser.onValue = ({ value }) => {
    ready.push(value);
    sinceRecord = 0;
  };
  const rewriter = new NonNumberRewriter();
  let started = false;
  for await (const chunk of chunks) {
    started = started || startsArray(chunk);
    sinceRecord += chunk.length;
    broken(() => parser.write(rewriter.write(chunk)));
    if (sinceRecord > RECORD_LIMIT) throw new BrokenManifestError('one of its records is too long');
    yield* ready;
    ready = [];
  }
  if (!started) throw new BrokenManifestError('it is empty');
  broken(() => {
    const existing = rewriter.end();
    if (existing.length > 0) parser.write(existing);
    if (!parser.isEnded) parser.end();
  });
}

/**
 * Whether the text has begun, checked to begin with `[`: the parser would read the members of an object as elements.
 */
function startsArray(chunk: Uint8Array): boolean {
  const first = chunk.find((byte) => !IGNORED.has(byte));
  if (first === undefined) return false;
  if (first !== OPENING_BRACKET) throw new BrokenManifestError('it is not a JSON array');
  return true;
}

const OPENING_BRACKET = 0x5b;
/** White space of JSON, and the three bytes of a byte-order mark. */
const IGNORED: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function broken(step: () => void): void {
  try {
    step();
  } catch (cause) {
    throw new BrokenManifestError('it stops half-way or is not JSON', { cause });
  }
}
