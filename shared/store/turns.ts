/**
 * Limits the number of concurrent runs, whoever started them. One document lists the runs that have a turn and,
 * in order, those that wait for one; each run requests its own turn, and the state machine waits in between. That costs
 * nothing while no run waits. ListAssets takes a run's turn, WriteSummary releases it.
 */
import { changeDocument } from './conditional-change.ts';
import { jsonText, parseJsonObject } from './json-document.ts';
import { turnsKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * How long a turn is kept for a run that does not release it, in milliseconds: an hour. A run that was killed, or
 * reads for longer, lets one more run start after that: the limit only bounds load, and exceeding it does no harm.
 */
const TURN_MS = 3_600_000;

/** The shortest and the longest wait of a run in the queue, in seconds; the first runs in it check most often. */
const SHORTEST_WAIT_SECONDS = 15;
const LONGEST_WAIT_SECONDS = 600;
/** Seconds of waiting for each run ahead in the queue. */
const SECONDS_PER_PLACE = 20;
/** How long a run keeps its place after it should have asked again, in milliseconds. */
const LATE_MS = 120_000;

/** A run that has a turn, or waits for one, until a time in milliseconds since 1970. */
interface Waiter {
  readonly run: string;
  readonly until: number;
}

/** A turn, or the time at which to ask again. */
export type Turn = { readonly hasTurn: true } | { readonly hasTurn: false; readonly waitSeconds: number };

/**
 * Takes a turn for a run, or a place in the queue; a run that already has either keeps it. Turns are given in the
 * order of the first requests. @throws StoreUnavailableError
 */
export async function takeTurn(
  store: ObjectStore,
  run: string,
  { runsAtOnce, now }: { readonly runsAtOnce: number; readonly now: number },
): Promise<Turn> {
  let turn: Turn = { hasTurn: true };
  await changeInLine(store, (current) => {
    const { holders, line } = readWaiting(current?.body, now);
    const others = holders.filter((each) => each.run !== run);
    const found = line.findIndex((each) => each.run === run);
    const position = found === -1 ? line.length : found;
    const missing = position + 1 - (runsAtOnce - others.length);
    const rest = line.filter((each) => each.run !== run);
    if (others.length < holders.length || missing <= 0) {
      turn = { hasTurn: true };
      return jsonText({ holders: [...others, { run, until: now + TURN_MS }], line: rest });
    }
    const waitSeconds = waitFor(missing, runsAtOnce);
    turn = { hasTurn: false, waitSeconds };
    const waiter = { run, until: now + waitSeconds * 1000 + LATE_MS };
    return jsonText({ holders, line: [...rest.slice(0, position), waiter, ...rest.slice(position)] });
  });
  return turn;
}

/** Releases a run's turn, or its place in the queue; does nothing if it has neither. Others that expired by `now`
 * are released too; none by default. @throws StoreUnavailableError */
export async function endTurn(store: ObjectStore, run: string, now = 0): Promise<void> {
  await changeInLine(store, (current) => {
    const { holders, line } = readWaiting(current?.body, now);
    const [kept, waiting] = [holders, line].map((waiters) => waiters.filter((each) => each.run !== run));
    if (kept!.length === holders.length && waiting!.length === line.length) return undefined;
    return jsonText({ holders: kept, line: waiting });
  });
}

/**
 * The last change of this process to each store's turns: so that its own runs do not race each other for the
 * document.
 */
const changes = new Map<string, Promise<unknown>>();

/** Changes the document after all earlier changes of this process. @throws StoreUnavailableError */
async function changeInLine(store: ObjectStore, change: Parameters<typeof changeDocument>[2]): Promise<void> {
  const before = changes.get(store.location) ?? Promise.resolve();
  const done = before.then(() => changeDocument(store, turnsKey(), change));
  const settled = done.catch(() => undefined);
  changes.set(store.location, settled);
  try {
    await done;
  } finally {
    if (changes.get(store.location) === settled) changes.delete(store.location);
  }
}

function waitFor(missing: number, runsAtOnce: number): number {
  const seconds = (missing * SECONDS_PER_PLACE) / Math.max(1, runsAtOnce);
  return Math.round(Math.min(LONGEST_WAIT_SECONDS, Math.max(SHORTEST_WAIT_SECONDS, seconds)));
}

/** The entries that have not expired. An unreadable document counts as empty: it only limits load. */
function readWaiting(body: Uint8Array | undefined, now: number): { holders: Waiter[]; line: Waiter[] } {
  const document = body === undefined ? {} : parseJsonObject(body, turnsKey());
  const parseWaiters = (value: unknown): Waiter[] =>
    (Array.isArray(value) ? (value as Partial<Waiter>[]) : []).flatMap(({ run, until }) =>
      typeof run === 'string' && typeof until === 'number' && until > now ? [{ run, until }] : [],
    );
  return { holders: parseWaiters(document.holders), line: parseWaiters(document.line) };
}
