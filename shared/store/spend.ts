/**
 * What the model's replies of one day took, of all runs together, under a ceiling: one document a day (UTC), changed
 * by conditional writes. The most that a reply may take is put down before it is asked for, and what it took in its
 * place once it has come; so that no number of runs at once passes the ceiling, and one that dies leaves too much put
 * down rather than too little.
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
 * Puts down the most that one reply may take, under an id of its own. False where the day's ceiling has no room for
 * it: then nothing is put down. @throws StoreUnavailableError
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
    // Put down before, by a write whose answer was lost.
    if (id in replies) return undefined;
    const { tokens, cost } = addSpend(replies);
    hasRoom = tokens + most.tokens <= ceiling.tokens && cost + most.cost <= ceiling.cost;
    return hasRoom ? formatSpend(day, { ...replies, [id]: most }) : undefined;
  });
  return hasRoom;
}

/** Puts what a reply took in the place of the most that it might have. @throws StoreUnavailableError */
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

/** What a day took so far, what is put down for replies that are asked for included. @throws StoreUnavailableError */
export async function readSpend(store: ObjectStore, day: string): Promise<DaySpend> {
  return addSpend(readReplies((await store.get(spendKey(day)))?.body, day));
}

/** Sums stand first, for people. */
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
