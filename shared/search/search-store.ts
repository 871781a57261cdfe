/**
 * The search index in the store: read by the API and the command line, changed when a summary is stored or removed.
 *
 * The index is one object, changed by conditional writes. Since each change writes all of it,
 * fifty writers that each add their own Dandiset would mostly lose the race and repeat the work. So a writer first
 * stores its change as a small document (`search-pending/…`), and the winner of the race merges all pending changes
 * into the index; the others then find theirs done. A killed writer leaves a change that the next one merges, and a
 * change whose document is removed has been merged. Versions and times decide which of two changes of one Dandiset is
 * kept, not their order here.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type ChangeOutcome, changeDocument } from '../store/conditional-change.ts';
import { findContentType, searchIndexKey, searchPendingKey, searchPendingPrefix } from '../store/keys.ts';
import type { ObjectStore, StoredObject } from '../store/object-store.ts';
import { mayReplace } from '../store/version-order.ts';
import {
  decodeDocuments,
  encodeIndex,
  type IndexedDocument,
  readStamps,
  SearchIndexDamagedError,
  type Stamp,
  withTerms,
} from './index-file.ts';
import { type SearchDocument, StoredSearchDocument } from './search-document.ts';

/** A change of the index. */
export type SearchChange =
  | { readonly kind: 'put'; readonly document: SearchDocument }
  /** `at`, ISO 8601: a summary written later is kept. */
  | { readonly kind: 'remove'; readonly id: string; readonly at: string };

const SearchChange: z.ZodMiniType<SearchChange> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), document: StoredSearchDocument }),
  z.object({ kind: z.literal('remove'), id: z.string(), at: z.string() }),
]);

/** Adds a Dandiset to the index, unless it or a newer version is already there. @throws StoreUnavailableError */
export async function updateSearchIndex(
  store: ObjectStore,
  document: SearchDocument,
): Promise<ChangeOutcome> {
  return changeSearchIndex(store, [{ kind: 'put', document }]);
}

/** Removes a Dandiset from the index. @throws StoreUnavailableError */
export async function removeFromSearchIndex(
  store: ObjectStore,
  dandisetId: string,
  now: Date,
): Promise<ChangeOutcome> {
  return changeSearchIndex(store, [{ kind: 'remove', id: dandisetId, at: now.toISOString() }]);
}

/** Makes changes to the index, all at once, and merges those of other writers. @throws StoreUnavailableError */
export async function changeSearchIndex(
  store: ObjectStore,
  changes: readonly SearchChange[],
): Promise<ChangeOutcome> {
  // A removal first checks whether a pending change would add the Dandiset again.
  const isPut = changes.every(({ kind }) => kind === 'put');
  const before = isPut ? await store.get(searchIndexKey()) : undefined;
  if (before !== undefined && isDone(before, changes)) return 'unchanged';
  const own = changes.map(buildPending);
  for (const { key, text } of own) await store.put(key, text, { contentType: findContentType(key) });
  let taken: readonly string[] = [];
  const outcome = await changeDocument(store, searchIndexKey(), async (current) => {
    taken = own.map(({ key }) => key);
    if (isPut && current !== undefined && isDone(current, changes)) return undefined;
    const pending = await readPending(store);
    const others = pending.filter(({ key }) => !taken.includes(key));
    if (others.length === 0 && (current === undefined ? !isPut : isDone(current, changes))) return undefined;
    taken = [...new Set([...taken, ...pending.map(({ key }) => key)])];
    const existing = current === undefined ? [] : readDocuments(current);
    return encodeIndex(
      applyChanges(existing, [...pending.flatMap(({ change }) => change ?? []), ...changes]),
    );
  });
  for (const key of taken) await store.remove(key);
  return outcome;
}

/** The object of the index, or undefined if there is none yet. @throws StoreUnavailableError */
export async function findSearchIndex(store: ObjectStore): Promise<StoredObject | undefined> {
  return store.get(searchIndexKey());
}

/** The entries of an index, by id; empty if it cannot be read or is of another revision. */
export function parseStamps({ body }: Pick<StoredObject, 'body'>): ReadonlyMap<string, Stamp> {
  try {
    const { stamps, isCurrent } = readStamps(body);
    return new Map(isCurrent ? stamps.map((stamp) => [stamp.id, stamp]) : []);
  } catch (error) {
    if (error instanceof SearchIndexDamagedError) return new Map();
    throw error;
  }
}

function isDone(current: StoredObject, changes: readonly SearchChange[]): boolean {
  const stamps = parseStamps(current);
  if (stamps.size === 0) return false;
  return changes.every((change) => {
    const stamp = stamps.get(change.kind === 'put' ? change.document.id : change.id);
    if (change.kind === 'remove') return stamp === undefined || stamp.updated > change.at;
    return stamp !== undefined && !replaces(change.document, stamp);
  });
}

/** Whether a document replaces the current one: a newer version, or the same one written later. */
function replaces(document: Stamp, existing: Stamp): boolean {
  if (document.version !== existing.version) return mayReplace(document.version, existing.version);
  return document.updated > existing.updated;
}

/** The documents after some changes, independent of their order: concurrent writers rely on this law. */
export function applyChanges(
  existing: readonly IndexedDocument[],
  changes: readonly SearchChange[],
): IndexedDocument[] {
  const byId = new Map(existing.map((each) => [each.document.id, each]));
  for (const change of changes) {
    if (change.kind === 'remove') continue;
    const { document } = change;
    const current = byId.get(document.id);
    if (current === undefined || replaces(document, current.document))
      byId.set(document.id, withTerms(document));
  }
  for (const change of changes) {
    if (change.kind === 'put') continue;
    const current = byId.get(change.id);
    if (current !== undefined && current.document.updated <= change.at) byId.delete(change.id);
  }
  return [...byId.values()];
}

/** The documents in an index; a damaged index starts empty, and the next sweep fills it. */
function readDocuments(current: StoredObject): IndexedDocument[] {
  try {
    return decodeDocuments(current.body);
  } catch (error) {
    if (error instanceof SearchIndexDamagedError) return [];
    throw error;
  }
}

function buildPending(change: SearchChange): { readonly key: string; readonly text: string } {
  const text = JSON.stringify(change);
  const id = change.kind === 'put' ? change.document.id : change.id;
  return { key: searchPendingKey(id, createHash('sha256').update(text).digest('hex')), text };
}

/**
 * The pending changes. One that is damaged, or of another release's form, counts as empty: it is removed with
 * the others instead of blocking them, and the nightly repair adds its Dandiset from the summary.
 */
async function readPending(
  store: ObjectStore,
): Promise<{ readonly key: string; readonly change: SearchChange | undefined }[]> {
  const found: { key: string; change: SearchChange | undefined }[] = [];
  for await (const key of store.list(searchPendingPrefix())) {
    // Missing if another writer has just merged it.
    const object = await store.get(key);
    if (object !== undefined) found.push({ key, change: parseChange(object.body) });
  }
  return found;
}

function parseChange(body: Uint8Array): SearchChange | undefined {
  try {
    return z.parse(SearchChange, JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return undefined;
  }
}
