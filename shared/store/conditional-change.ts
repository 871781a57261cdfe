/**
 * Changes a document that several writers share, such as the catalog: read, change, write back only if
 * nobody wrote in between, else start again. No lock, and no writer's change is lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';
import { findContentType } from './keys.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/**
 * Attempts before the change fails. Of 50 writers of one document about one attempt in five succeeds, so that a
 * writer that loses this often is one in a million; without a limit, a bug would loop forever.
 */
const ATTEMPTS = 64;
/** The first wait after a lost race is between 0 and this, in milliseconds; the bound doubles each time … */
const FIRST_WAIT_MS = 25;
/** … up to this one. Full jitter, since writers that lost together would otherwise collide again. */
const LONGEST_WAIT_MS = 800;

/** The outcome of a change: written, or not needed. */
export type ChangeOutcome = 'stored' | 'unchanged';

/** The new text of a document; undefined if it needs no change. */
type NewBody = string | Uint8Array | undefined;

/**
 * Puts the result of `change` on the document at `key`, and repeats it on the newer document if another
 * writer was first. `change` returns undefined if the document needs no change; it may be called many
 * times. `onConflict` removes what a lost attempt had prepared.
 * @throws StoreUnavailableError, also after 64 lost races; the errors of `change`
 */
export async function changeDocument(
  store: ObjectStore,
  key: string,
  change: (current: StoredObject | undefined) => NewBody | Promise<NewBody>,
  onConflict: () => Promise<void> = async () => undefined,
): Promise<ChangeOutcome> {
  const contentType = findContentType(key);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) {
      await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)));
    }
    const current = await store.get(key);
    const body = await change(current);
    if (body === undefined) return 'unchanged';
    const condition = current === undefined ? { ifAbsent: true } : { ifMatch: current.etag };
    const { outcome } = await store.put(key, body, { contentType, ...condition });
    if (outcome === 'stored') return 'stored';
    await onConflict();
  }
  throw new StoreUnavailableError(
    `${key} in ${store.location} could not be changed: other writers were first ${ATTEMPTS} times. Try again later.`,
    { key },
  );
}
