/**
 * Tokens and cost of the model's replies of one day, of all runs together, below a limit: one document per day (UTC),
 * changed by conditional writes. The maximum of a reply is reserved before the request, and replaced by its actual
 * cost afterwards; so that any number of concurrent runs stays below the limit, and a killed one leaves too much
 * reserved rather than too little.
 */
import { changeDocument } from './conditional-change.ts';
import { jsonText, parseJsonObject } from './json-document.ts';
import { spendKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** Tokens of prompts and replies, and US dollars where the model's price is known. */
export interface DaySpend {
  readonly tokens: number;
  readonly cost: number;
}

/**
 * Reserves the maximum of one reply, under an id of its own. False if the day's limit has no room for
 * it: then nothing is reserved. @throws StoreUnavailableError
 */
export async function reserveSpend(
  store: ObjectStore,
  day: string,
  id: string,
  most: DaySpend,
  ceiling: DaySpend,
): Promise<boolean> {
  let hasRoom = true;
  await changeDocument(store, spendKey(day), (current) => {
    const replies = readReplies(current?.body, day);
    hasRoom = true;
    // Already reserved, by a write whose response was lost.
    if (id in replies) return undefined;
    const { tokens, cost } = addSpend(replies);
    hasRoom = tokens + most.tokens <= ceiling.tokens && cost + most.cost <= ceiling.cost;
    return hasRoom ? formatSpend(day, { ...replies, [id]: most }) : undefined;
  });
  return hasRoom;
}

/** Replaces the reservation of a reply by its actual cost. @throws StoreUnavailableError */
export async function settleSpend(
  store: ObjectStore,
  day: string,
  id: string,
  spent: DaySpend,
): Promise<void> {
  await changeDocument(store, spendKey(day), (current) =>
    formatSpend(day, { ...readReplies(current?.body, day), [id]: spent }),
  );
}

/** The total of a day so far, including the reservations of pending replies. @throws StoreUnavailableError */
export async function readSpend(store: ObjectStore, day: string): Promise<DaySpend> {
  return addSpend(readReplies((await store.get(spendKey(day)))?.body, day));
}

/** Sums come first, for people. */
function formatSpend(day: string, replies: Readonly<Record<string, DaySpend>>): string {
  return jsonText({ day, ...addSpend(replies), replies });
}

function addSpend(replies: Readonly<Record<string, DaySpend>>): DaySpend {
  let [tokens, cost] = [0, 0];
  for (const reply of Object.values(replies)) {
    tokens += reply.tokens;
    cost += reply.cost;
  }
  return { tokens, cost };
}

function readReplies(body: Uint8Array | undefined, day: string): Readonly<Record<string, DaySpend>> {
  const document = body === undefined ? {} : parseJsonObject(body, spendKey(day));
  return (document.replies ?? {}) as Record<string, DaySpend>;
}
