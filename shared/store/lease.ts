/**
 * A lease on a piece of work that must not be paid for twice: one document, taken by a conditional write, renewed
 * while the work goes on, given up at its end. WriteSummary holds one while it asks the model.
 *
 * A lease outlives an owner that was killed. Whoever finds it held watches it: each renewal changes the document,
 * and one that has stood unchanged for as long as a lease lasts, by the watcher's own clock, has no owner any more
 * (clocks of two machines are never compared, but for a lease that ended long ago by any clock).
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';
import { jsonText, parseJsonObject } from './json-document.ts';
import { findContentType } from './keys.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** How long a lease lasts, and how it is watched, in milliseconds. */
export interface LeaseTimes {
  /** From one renewal until it counts as left behind. */
  readonly lastsMs: number;
  /** Between renewals: several may fail before the lease is lost. */
  readonly renewMs: number;
  /** Between two looks at one that is held; as much again at random. */
  readonly lookMs: number;
  /** A lease whose end lies this far back by our clock ended by any clock. */
  readonly skewMs: number;
}

/** For work that takes seconds to minutes. */
export const LEASE_TIMES: LeaseTimes = { lastsMs: 20_000, renewMs: 5_000, lookMs: 250, skewMs: 300_000 };

/** Renewals of one owner after which it counts as alive: one may have been its last. */
const SIGNS_OF_LIFE = 2;

/** A lease that is held. */
export interface Lease {
  /** Whether it is still ours: reported by a renewal. @throws StoreUnavailableError */
  confirm(): Promise<boolean>;
  /** Gives it up, so that another may take it at once; to be called whatever became of the work. Never throws. */
  release(): Promise<void>;
}

/**
 * Takes the lease at `key`, waiting while its owner shows no life. Undefined where another holds it and renews it.
 * @throws StoreUnavailableError; the reason of `signal`
 */
export async function takeLease(
  store: ObjectStore,
  key: string,
  {
    times = LEASE_TIMES,
    signal,
  }: { readonly times?: LeaseTimes | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Lease | undefined> {
  const owner = randomUUID();
  let seen: { readonly etag: string; readonly at: number; readonly owner: unknown } | undefined;
  let renewals = 0;
  for (;;) {
    signal?.throwIfAborted();
    const current = await store.get(key);
    if (current !== undefined && current.etag !== seen?.etag) {
      const holder = findOwner(current, key, times);
      renewals = seen !== undefined && holder === seen.owner ? renewals + 1 : 0;
      seen = { etag: current.etag, at: performance.now(), owner: holder };
    }
    const hasStood = seen !== undefined && performance.now() - seen.at >= times.lastsMs;
    if (current === undefined || seen?.owner === undefined || hasStood) {
      const existing = await put(store, key, { owner, renewal: 0 }, times, current);
      if (existing !== undefined) return keep(store, key, owner, times, existing);
    } else if (renewals >= SIGNS_OF_LIFE) return undefined;
    await sleep(times.lookMs * (1 + Math.random()), undefined, signal === undefined ? {} : { signal });
  }
}

/** Who holds it; undefined where it was given up, says nothing, or ended so long ago that no clock can be wrong about it. */
function findOwner({ body }: StoredObject, key: string, { skewMs }: LeaseTimes): string | undefined {
  try {
    const { owner, until } = parseJsonObject(body, key);
    const isOver = !(Date.parse(String(until)) + skewMs > Date.now());
    return typeof owner === 'string' && !isOver ? owner : undefined;
  } catch (error) {
    // Nobody can hold what says of no one that he does.
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** The document's ETag, or undefined where another wrote first. */
async function put(
  store: ObjectStore,
  key: string,
  state: { readonly owner: string | null; readonly renewal: number },
  { lastsMs }: LeaseTimes,
  current: { readonly etag: string } | undefined,
): Promise<string | undefined> {
  const until = new Date(Date.now() + lastsMs).toISOString();
  const condition = current === undefined ? { ifAbsent: true } : { ifMatch: current.etag };
  const outcome = await store.put(key, jsonText({ ...state, until }), {
    contentType: findContentType(key),
    ...condition,
  });
  return outcome.outcome === 'stored' ? outcome.etag : undefined;
}

/** Renews a lease until it is given up or lost. */
function keep(store: ObjectStore, key: string, owner: string, times: LeaseTimes, taken: string): Lease {
  let etag: string | undefined = taken;
  let renewal = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** One write at a time, each on the ETag of the one before; a lease that is lost is not taken back. */
  const change = (next: string | null): Promise<void> => {
    const done = turn.then(async () => {
      if (etag === undefined) return;
      renewal += 1;
      etag = await put(store, key, { owner: next, renewal }, times, { etag });
    });
    turn = done.catch(() => undefined);
    return done;
  };
  // A renewal that fails is made good by the next one, or ends in the loss of the lease.
  const timer = setInterval(() => void change(owner).catch(() => undefined), times.renewMs);
  timer.unref();
  return {
    async confirm() {
      await change(owner);
      return etag !== undefined;
    },
    async release() {
      clearInterval(timer);
      await change(null).catch(() => undefined);
      etag = undefined;
    },
  };
}
