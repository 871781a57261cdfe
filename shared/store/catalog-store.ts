/**
 * The catalog in the store: one small document while it fits, parts behind an index when it does not.
 *
 * `catalog.json` is the only document that changes, always by a conditional write;
 * so the catalog as a whole changes atomically, however many write at once. Once its text
 * passes `WHOLE_BYTES` it becomes an index of parts by ranges of ids, each `catalog/<uuid>.json`. A part is
 * written once under a name never used before and never changed: a change of an entry writes a new part,
 * then the index that names it, and then removes the part that it replaces. A writer that loses the race
 * removes the part that it had prepared; a killed one leaves only a part that nothing names.
 */
import { randomUUID } from 'node:crypto';
import {
  buildCatalog,
  CATALOG_SCHEMA_VERSION,
  type Catalog,
  type CatalogEntry,
  catalogText,
  parseCatalog,
  withEntry,
  withoutEntry,
} from './catalog.ts';
import { type ChangeOutcome, changeDocument } from './conditional-change.ts';
import { buildDamagedError, jsonText, parseJsonObject } from './json-document.ts';
import { catalogKey, catalogPartKey, findContentType, summaryPrefix } from './keys.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

/**
 * Bytes that `catalog.json` may have as one document, and any part: 1 MiB is about three times the size of the
 * archive's 1,251 Dandisets, and still one quick request for a page.
 */
export const WHOLE_BYTES = 1_048_576;
/** How often a read starts again because a writer replaced a part meanwhile. */
const READINGS = 5;

/** A part in the index: all ids from `firstId` on, up to the next part's. */
interface PartReference {
  readonly key: string;
  readonly firstId: string;
  readonly entries: number;
}

/** An option of both writers, for tests and for stores with other limits. */
export interface CatalogLimits {
  /** In place of `WHOLE_BYTES`. */
  readonly wholeBytes?: number;
}

/**
 * The whole catalog; empty where nothing is stored yet. One request, or one per part and one for the index.
 * @throws StoreUnavailableError, also where it is damaged
 */
export async function readCatalog(store: ObjectStore): Promise<Catalog> {
  for (let reading = 1; ; reading += 1) {
    const found = await store.get(catalogKey());
    if (found === undefined) return { entries: [] };
    const parts = parseParts(found.body);
    if (parts === undefined) return parseCatalog(found.body, catalogKey());
    const bodies = await Promise.all(parts.map(({ key }) => store.get(key)));
    const lost = parts.find((_, index) => bodies[index] === undefined);
    if (lost === undefined) {
      return buildCatalog(parts.flatMap(({ key }, index) => parseCatalog(bodies[index]!.body, key).entries));
    }
    // Replaced between the two requests: the newer index names the new part.
    const after = await store.get(catalogKey());
    if (reading === READINGS || after?.etag === found.etag)
      throw buildDamagedError(lost.key, 'the catalog names it, but it is missing');
  }
}

/**
 * Puts a Dandiset's entry into the catalog, unless it or one of a newer version is already there.
 * @throws StoreUnavailableError, also after 64 lost races; InvalidInputError
 */
export async function updateCatalog(
  store: ObjectStore,
  entry: CatalogEntry,
  limits?: CatalogLimits,
): Promise<ChangeOutcome> {
  return changeCatalog(store, entry.id, (catalog) => withEntry(catalog, entry), limits);
}

/**
 * Removes a Dandiset from the catalog, for example when it is embargoed or deleted.
 * @throws StoreUnavailableError, InvalidInputError
 */
export async function removeFromCatalog(
  store: ObjectStore,
  dandisetId: string,
  limits?: CatalogLimits,
): Promise<ChangeOutcome> {
  // A malformed id would silently remove nothing.
  summaryPrefix(dandisetId);
  return changeCatalog(store, dandisetId, (catalog) => withoutEntry(catalog, dandisetId), limits);
}

async function changeCatalog(
  store: ObjectStore,
  id: string,
  change: (catalog: Catalog) => Catalog,
  { wholeBytes = WHOLE_BYTES }: CatalogLimits = {},
): Promise<ChangeOutcome> {
  let prepared: readonly string[] = [];
  let replaced: string | undefined;
  const removeAll = async (keys: readonly string[]) => {
    await Promise.all(keys.map((key) => store.remove(key)));
  };

  const outcome = await changeDocument(
    store,
    catalogKey(),
    async (current) => {
      prepared = [];
      replaced = undefined;
      const parts = current && parseParts(current.body);
      const at = parts === undefined ? 0 : indexOfPart(parts, id);
      const old = parts?.[at];
      const existing = old === undefined ? current : await store.get(old.key);
      // A missing part was replaced meanwhile; writing this index back must fail, and does.
      if (old !== undefined && existing === undefined) return retryText(store, current!, old.key);
      const before =
        existing === undefined ? { entries: [] } : parseCatalog(existing.body, old?.key ?? catalogKey());
      const after = change(before);
      if (after === before) return undefined;
      const text = catalogText(after);
      if (parts === undefined && Buffer.byteLength(text) <= wholeBytes) return text;
      // A part without entries has no range of ids: it is removed from the index, unless it is the only one.
      const isEmptied = after.entries.length === 0 && parts !== undefined && parts.length > 1;
      const fresh = isEmptied ? [] : await putParts(store, after, wholeBytes);
      prepared = fresh.map(({ key }) => key);
      replaced = old?.key;
      return indexText(parts === undefined ? fresh : parts.toSpliced(at, 1, ...fresh));
    },
    () => removeAll(prepared),
  );
  if (outcome === 'stored' && replaced !== undefined) await removeAll([replaced]);
  return outcome;
}

/** Returns the old index if it is no longer the stored one, so that its condition fails and the change starts again. */
async function retryText(store: ObjectStore, index: StoredObject, lostKey: string): Promise<string> {
  const now = await store.get(catalogKey());
  if (now?.etag === index.etag) throw buildDamagedError(lostKey, 'the catalog names it, but it is missing');
  return new TextDecoder().decode(index.body);
}

/** Writes entries as parts, halving until each is within the limit: a new half has room to grow. */
async function putParts(store: ObjectStore, catalog: Catalog, wholeBytes: number): Promise<PartReference[]> {
  const text = catalogText(catalog);
  const { entries } = catalog;
  if (Buffer.byteLength(text) <= wholeBytes || entries.length <= 1) {
    const key = catalogPartKey(randomUUID());
    await store.put(key, text, { contentType: findContentType(key) });
    return [{ key, firstId: entries[0]?.id ?? '', entries: entries.length }];
  }
  const middle = entries.length >> 1;
  return [
    ...(await putParts(store, { entries: entries.slice(0, middle) }, wholeBytes)),
    ...(await putParts(store, { entries: entries.slice(middle) }, wholeBytes)),
  ];
}

/** The part whose range holds the id: the last one that begins at or before it, else the first. */
function indexOfPart(parts: readonly PartReference[], id: string): number {
  const after = parts.findIndex(({ firstId }) => firstId > id);
  return Math.max(0, (after === -1 ? parts.length : after) - 1);
}

function indexText(parts: readonly PartReference[]): string {
  return jsonText({ schemaVersion: CATALOG_SCHEMA_VERSION, parts });
}

/** The parts that an index names, or undefined where the document is a whole catalog. */
function parseParts(body: Uint8Array): readonly PartReference[] | undefined {
  const { parts } = parseJsonObject(body, catalogKey());
  if (parts === undefined) return undefined;
  if (!Array.isArray(parts) || parts.length === 0) throw buildDamagedError(catalogKey(), 'it names no parts');
  for (const part of parts as Partial<PartReference>[]) {
    if (typeof part?.key !== 'string' || typeof part.firstId !== 'string') {
      throw buildDamagedError(catalogKey(), 'it names a part without a key');
    }
  }
  return parts as PartReference[];
}
