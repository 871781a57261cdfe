/**
 * Caches the search index: it is fetched from the store at intervals, parsed again only when it has
 * changed, and completed from the catalog with entries that a killed writer left out. A failed read is never cached.
 */
import { buildDocumentOfEntry } from '../search/build-document.ts';
import { decodeDocuments, encodeIndex, SearchIndexDamagedError, withTerms } from '../search/index-file.ts';
import { SearchIndex } from '../search/search-index.ts';
import { findSearchIndex, parseStamps } from '../search/search-store.ts';
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import type { ObjectStore, StoredObject } from '../store/object-store.ts';

/**
 * Milliseconds for which a read is used: the index has a megabyte or two, and a new summary may be found a little
 * later than listed.
 */
const GOOD_FOR_MS = 20_000;

/** A reader of the store's index, for a catalog. `now` returns milliseconds from an arbitrary origin. */
export function cachedSearchIndex(
  store: ObjectStore,
  now: () => number,
  goodForMs = GOOD_FOR_MS,
): (catalog: Catalog) => Promise<SearchIndex> {
  let reading: { readonly object: Promise<StoredObject | undefined>; readonly at: number } | undefined;
  let opened:
    | { readonly etag: string | undefined; readonly catalog: Catalog; readonly index: SearchIndex }
    | undefined;
  return async (catalog) => {
    if (reading === undefined || now() - reading.at >= goodForMs) {
      const fresh = { object: findSearchIndex(store), at: now() };
      reading = fresh;
      fresh.object.catch(() => {
        if (reading === fresh) reading = undefined;
      });
    }
    const object = await reading.object;
    if (opened !== undefined && opened.etag === object?.etag && opened.catalog === catalog)
      return opened.index;
    const isSame =
      opened !== undefined && opened.etag === object?.etag && lacking(opened.index, catalog).length === 0;
    const index = isSame ? opened!.index : openIndex(object, catalog);
    opened = { etag: object?.etag, catalog, index };
    return index;
  };
}

/** The index in a stored object, completed with entries that only the catalog has. */
export function openIndex(object: Pick<StoredObject, 'body'> | undefined, catalog: Catalog): SearchIndex {
  const stamps = object === undefined ? new Map() : parseStamps(object);
  const missing = catalog.entries.filter(({ id }) => !stamps.has(id));
  try {
    if (object !== undefined && missing.length === 0 && stamps.size > 0) return SearchIndex.load(object.body);
    const existing = object === undefined ? [] : decodeDocuments(object.body);
    return SearchIndex.load(
      encodeIndex([
        ...existing,
        ...readDocuments(
          missing,
          existing.map(({ document }) => document.id),
        ),
      ]),
    );
  } catch (error) {
    if (!(error instanceof SearchIndexDamagedError)) throw error;
    return SearchIndex.load(encodeIndex(readDocuments(catalog.entries, [])));
  }
}

function readDocuments(entries: readonly CatalogEntry[], existing: readonly string[]) {
  return entries
    .filter(({ id }) => !existing.includes(id))
    .map((entry) => withTerms(buildDocumentOfEntry(entry)));
}

function lacking(index: SearchIndex, catalog: Catalog): readonly CatalogEntry[] {
  const ids = new Set(index.rows.map(({ id }) => id));
  return catalog.entries.filter(({ id }) => !ids.has(id));
}
