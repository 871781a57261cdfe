/**
 * Removes Dandisets that are no longer in the archive: an embargoed or deleted Dandiset loses its summaries at
 * once. Only if both the API and the bucket confirm it, and never because one of them is out of order.
 */
import type { ArchiveClient } from '../archive/archive-client.ts';
import type { VersionRef } from '../archive/version-ref.ts';
import { ArchiveUnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { removeFromSearchIndex } from '../search/search-store.ts';
import { removeFromCatalog } from '../store/catalog-store.ts';
import {
  dandisetPrefixes,
  keptPrefix,
  parseDandisetKey,
  parseSummaryKey,
  summaryPrefix,
} from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Withdrawals } from './sweep-payloads.ts';

/** A removal of more Dandisets at once than this, or one in twenty, needs an explicit limit. */
const MAX_UNCONFIRMED_REMOVALS = 5;

/** The Dandisets in the store. */
export interface StoredDandisets {
  /** Versions that have a `summary.json`, by Dandiset; none for a Dandiset of which only texts are left. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** Dependencies of a removal. */
export interface TakeDownDependencies {
  readonly archive: Pick<ArchiveClient, 'isOpenInApi' | 'isOpenInBucket'>;
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly log: Log;
}

/** Lists everything that is stored of any Dandiset. @throws StoreUnavailableError */
export async function listStored(store: ObjectStore): Promise<StoredDandisets> {
  const versions = new Map<string, string[]>();
  for (const prefix of [summaryPrefix(), keptPrefix()]) {
    for await (const key of store.list(prefix)) {
      const id = parseDandisetKey(key);
      if (id === undefined) continue;
      const list = versions.get(id) ?? [];
      versions.set(id, list);
      const summary = parseSummaryKey(key);
      if (summary?.document === 'provenance') list.push(summary.version);
    }
  }
  return { versions };
}

/**
 * Removes everything stored of Dandisets that are no longer public. `inBucket` are the ids in the bucket's list,
 * with their versions; `inApi` those in the API's list, if it responded.
 *
 * A Dandiset is removed only if one of the two lists lacks it, the API returns 404, 401 or 403 for it, and the bucket
 * does so for its metadata, while the API shows another Dandiset in the bucket's list: an API that denies
 * everything is out of order. More than `limit` at once (one in twenty, five at least, unless given) are
 * withheld: then the settings are more likely wrong than the archive.
 * @throws StoreUnavailableError; if the archive does not respond, the Dandisets in question are kept
 */
export async function takeDownWithdrawn(
  stored: StoredDandisets,
  inBucket: ReadonlyMap<string, readonly string[]>,
  inApi: ReadonlySet<string> | undefined,
  dependencies: TakeDownDependencies,
  limit: number | undefined,
  signal?: AbortSignal,
): Promise<Withdrawals> {
  const suspects = [...stored.versions.keys()]
    .filter((id) => !inBucket.has(id) || (inApi !== undefined && !inApi.has(id)))
    .sort();
  if (suspects.length === 0) return { removed: [], withheld: [], kept: [] };
  if (!(await isTrustworthy(inBucket, suspects, dependencies, signal))) {
    dependencies.log.warn('withdrawals not confirmed: the API shows none of the Dandisets in the bucket');
    return { removed: [], withheld: [], kept: suspects };
  }
  const withdrawn: string[] = [];
  const kept: string[] = [];
  for (const id of suspects) {
    const versions = new Set([...(stored.versions.get(id) ?? []), ...(inBucket.get(id) ?? ['draft'])]);
    const refs = [...versions].map((version) => ({ id, version }));
    ((await isWithdrawn(id, refs, dependencies, signal)) ? withdrawn : kept).push(id);
  }
  const limitOfSweep = limit ?? Math.max(MAX_UNCONFIRMED_REMOVALS, Math.ceil(stored.versions.size / 20));
  if (withdrawn.length > limitOfSweep) {
    dependencies.log.warn('withdrawals withheld', { dandisets: withdrawn.length, limit: limitOfSweep });
    return { removed: [], withheld: withdrawn, kept };
  }
  for (const id of withdrawn) {
    await takeDown(dependencies.store, id, dependencies.now());
    dependencies.log.info('taken down', { dandisetId: id });
  }
  return { removed: withdrawn, withheld: [], kept };
}

/**
 * Removes everything stored about a Dandiset: its entries in the catalog and in the search index first, so that nobody
 * finds it, then its documents. If interrupted, the next removal finds the remaining ones.
 * @throws StoreUnavailableError, InvalidInputError
 */
export async function takeDown(store: ObjectStore, dandisetId: string, now: Date): Promise<void> {
  await removeFromCatalog(store, dandisetId);
  await removeFromSearchIndex(store, dandisetId, now);
  for (const prefix of dandisetPrefixes(dandisetId)) {
    for await (const key of store.list(prefix)) await store.remove(key);
  }
}

/** Whether the API's denial is reliable: it must show one of the bucket's Dandisets that is not in question. */
async function isTrustworthy(
  inBucket: ReadonlyMap<string, unknown>,
  suspects: readonly string[],
  { archive }: TakeDownDependencies,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const witnesses = [...inBucket.keys()].filter((id) => !suspects.includes(id)).slice(0, 3);
  for (const id of witnesses) {
    if (await checkOr(() => archive.isOpenInApi(id, signal), false)) return true;
  }
  return false;
}

async function isWithdrawn(
  id: string,
  refs: readonly VersionRef[],
  { archive }: TakeDownDependencies,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (await checkOr(() => archive.isOpenInApi(id, signal), true)) return false;
  for (const ref of refs) {
    if (await checkOr(() => archive.isOpenInBucket(ref, signal), true)) return false;
  }
  return true;
}

/** The archive's response, or `otherwise` if it does not respond. */
async function checkOr(check: () => Promise<boolean>, otherwise: boolean): Promise<boolean> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof ArchiveUnavailableError) return otherwise;
    throw error;
  }
}
