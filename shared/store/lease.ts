/**
 * A lease on a piece of work that must not be paid for twice: one document, taken by a conditional write, renewed
 * during the work, released at its end. WriteSummary holds one while it calls the model.
 *
 * A lease outlives a killed owner. A process that finds a lease taken watches it: each renewal changes the document,
 * and one that stays unchanged for the duration of a lease, by the watcher's own clock, has no owner any more
 * (clocks of two machines are never compared, except for a lease that ended long ago by any clock).
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';
import { jsonText, parseJsonObject } from './json-document.ts';
import { findContentType } from './keys.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/** Times of a lease, in milliseconds. */
export interface LeaseTimes {
  /** From one renewal until the lease counts as abandoned. */
  readonly lastsMs: number;
  /** Between renewals: several may fail before the lease is lost. */
  readonly renewMs: number;
  /** Between two checks of another owner's lease; as much again at random. */
  readonly lookMs: number;
  /** A lease that ended this long ago by our clock has ended by any clock. */
  readonly skewMs: number;
}

/** For work that takes seconds to minutes. */
export const LEASE_TIMES: LeaseTimes = { lastsMs: 20_000, renewMs: 5_000, lookMs: 250, skewMs: 300_000 };

/** Renewals of one owner after which it counts as alive: a single one may have been its last. */
const SIGNS_OF_LIFE = 2;

/** A lease that this process holds. */
export interface Lease {
  /** Renews the lease; false if it was lost. @throws StoreUnavailableError */
  confirm(): Promise<boolean>;
  /** Releases the lease, so that another process can take it at once; call it however the work ends. Never throws. */
  release(): Promise<void>;
}

/**
 * Takes the lease at `key`, waiting until its owner either renews it or counts as dead. Undefined if another process
 * holds and renews it.
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

/** The lease's owner; undefined if it was released, is unreadable, or ended so long ago that no clock error matters. */
function findOwner({ body }: StoredObject, key: string, { skewMs }: LeaseTimes): string | undefined {
  try {
    const { owner, until } = parseJsonObject(body, key);
    const isOver = !(Date.parse(String(until)) + skewMs > Date.now());
    return typeof owner === 'string' && !isOver ? owner : undefined;
  } catch (error) {
    // A lease without an owner is free.
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

/** The document's ETag, or undefined if another process wrote first. */
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

/** Renews a lease until it is released or lost. */
function keep(store: ObjectStore, key: string, owner: string, times: LeaseTimes, taken: string): Lease {
  let etag: string | undefined = taken;
  let renewal = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** Writes one at a time, each conditional on the previous ETag; a lost lease is not taken back. */
  const change = (next: string | null): Promise<void> => {
    const done = turn.then(async () => {
      if (etag === undefined) return;
      renewal += 1;
      etag = await put(store, key, { owner: next, renewal }, times, { etag });
    });
    turn = done.catch(() => undefined);
    return done;
  };
  // A failed renewal is followed by the next one, or by the loss of the lease.
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
