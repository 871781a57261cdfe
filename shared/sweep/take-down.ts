/**
 * Takes down what the archive shows no longer: a Dandiset that was embargoed or deleted loses its summaries at
 * once. Only on the archive's word, from both of its halves, and never because one of them is out of order.
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

/** A takedown of more Dandisets at once than this, or one in twenty, is not believed without being asked for. */
const BELIEVED = 5;

/** What is stored of the Dandisets. */
export interface StoredDandisets {
  /** Versions that have a `summary.json`, by Dandiset; a Dandiset of which only texts are left has none. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
}

/** What taking down works with. */
export interface TakeDownDependencies {
  readonly archive: Pick<ArchiveClient, 'isOpenInApi' | 'isOpenInBucket'>;
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly log: Log;
}

/** Everything that the store has of any Dandiset. @throws StoreUnavailableError */
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
 * Removes what is stored of Dandisets that are open no longer. `inBucket` are the ids that the bucket lists,
 * with their versions; `inApi` those that the API lists, where it could be asked.
 *
 * A Dandiset goes only if one of the two lists lacks it, the API says 404, 401 or 403 to it, and the bucket
 * does so to its metadata, while the API knows another Dandiset that the bucket lists: an API that denies
 * everything is out of order. More than `limit` at once (one in twenty, five at least, unless given) are
 * withheld: then rather the settings are wrong than the archive.
 * @throws StoreUnavailableError; an archive that does not answer only keeps what it was asked about
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
    dependencies.log.warn(
      'withdrawals not believed: the API knows none of the Dandisets that the bucket lists',
    );
    return { removed: [], withheld: [], kept: suspects };
  }
  const withdrawn: string[] = [];
  const kept: string[] = [];
  for (const id of suspects) {
    const versions = new Set([...(stored.versions.get(id) ?? []), ...(inBucket.get(id) ?? ['draft'])]);
    const refs = [...versions].map((version) => ({ id, version }));
    ((await isWithdrawn(id, refs, dependencies, signal)) ? withdrawn : kept).push(id);
  }
  const believed = limit ?? Math.max(BELIEVED, Math.ceil(stored.versions.size / 20));
  if (withdrawn.length > believed) {
    dependencies.log.warn('withdrawals withheld', { dandisets: withdrawn.length, limit: believed });
    return { removed: [], withheld: withdrawn, kept };
  }
  for (const id of withdrawn) {
    await takeDown(dependencies.store, id, dependencies.now());
    dependencies.log.info('taken down', { dandisetId: id });
  }
  return { removed: withdrawn, withheld: [], kept };
}

/**
 * Removes all that is kept about a Dandiset: its entries in the catalog and in the search index first, so that nobody finds it, then its
 * documents. Interrupted, it is found again by what is left.
 * @throws StoreUnavailableError, InvalidInputError
 */
export async function takeDown(store: ObjectStore, dandisetId: string, now: Date): Promise<void> {
  await removeFromCatalog(store, dandisetId);
  await removeFromSearchIndex(store, dandisetId, now);
  for (const prefix of dandisetPrefixes(dandisetId)) {
    for await (const key of store.list(prefix)) await store.remove(key);
  }
}

/** Whether the API's no means anything: it must know one Dandiset of the bucket's that is not in question. */
async function isTrustworthy(
  inBucket: ReadonlyMap<string, unknown>,
  suspects: readonly string[],
  { archive }: TakeDownDependencies,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const witnesses = [...inBucket.keys()].filter((id) => !suspects.includes(id)).slice(0, 3);
  for (const id of witnesses) {
    if (await isAnswered(() => archive.isOpenInApi(id, signal), false)) return true;
  }
  return false;
}

async function isWithdrawn(
  id: string,
  refs: readonly VersionRef[],
  { archive }: TakeDownDependencies,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (await isAnswered(() => archive.isOpenInApi(id, signal), true)) return false;
  for (const ref of refs) {
    if (await isAnswered(() => archive.isOpenInBucket(ref, signal), true)) return false;
  }
  return true;
}

/** What the archive says, or `otherwise` where it does not answer. */
async function isAnswered(ask: () => Promise<boolean>, otherwise: boolean): Promise<boolean> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ArchiveUnavailableError) return otherwise;
    throw error;
  }
}
