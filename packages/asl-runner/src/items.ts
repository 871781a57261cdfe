/**
 * Local state machine runner: the items of a Distributed Map, one after another and never all parsed at once.
 */

import type { Json } from './json.ts';
import { StatesError } from './states-error.ts';

/** Items with their number, known before the first is parsed. */
export interface ItemSource {
  readonly count: number;
  /** The items from the first on. @throws StatesError States.ItemReaderFailed at one that is not JSON */
  read(): Iterable<Json>;
}

const NEWLINE = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The lines of a text as parts of its bytes, without line ends; blank lines are skipped. */
function* readLines(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline < 0 ? body.length : newline;
    const line = body.subarray(start, end);
    // 0x21 is the first byte that is not white space or a control character.
    if (line.some((byte) => byte >= 0x21)) yield line;
    start = end + 1;
  }
}

function parseItem(bytes: Uint8Array, what: string): Json {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StatesError('States.ItemReaderFailed', `${what} is not JSON: ${reason}`);
  }
}

/** The items of JSON Lines: counted by line, each parsed when it is needed. */
export function readJsonLines(
  body: Uint8Array,
  key: string,
  maxItems = Number.POSITIVE_INFINITY,
): ItemSource {
  let lines = 0;
  for (const _ of readLines(body)) lines++;
  const count = Math.min(lines, maxItems);
  return {
    count,
    *read() {
      let index = 0;
      for (const line of readLines(body)) {
        if (index >= count) return;
        index++;
        yield parseItem(line, `Item ${index} of ${key}`);
      }
    },
  };
}

/** The items of one JSON array. @throws StatesError States.ItemReaderFailed if the body is not one */
export function readJsonArray(
  body: Uint8Array,
  key: string,
  maxItems = Number.POSITIVE_INFINITY,
): ItemSource {
  const items = parseItem(body, key);
  if (!Array.isArray(items)) throw new StatesError('States.ItemReaderFailed', `${key} is not a JSON array`);
  return listItems(items.slice(0, maxItems));
}

/** Items that are already in memory. */
export function listItems(items: readonly Json[]): ItemSource {
  return { count: items.length, read: () => items };
}
