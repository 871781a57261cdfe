/**
 * The catalog for readers who come often: read from the store once in a while, and once for all who ask
 * meanwhile. A failed reading is never kept.
 */
import type { Catalog } from '../store/catalog.ts';
import { readCatalog } from '../store/catalog-store.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** Milliseconds for which a reading is good. Short beside the minute that caches may keep a response. */
const GOOD_FOR_MS = 5_000;

/** A reader of the store's catalog. `now` gives milliseconds, from any start. */
export function cachedCatalog(
  store: ObjectStore,
  now: () => number,
  goodForMs = GOOD_FOR_MS,
): () => Promise<Catalog> {
  let reading: { readonly catalog: Promise<Catalog>; readonly at: number } | undefined;
  return () => {
    if (reading !== undefined && now() - reading.at < goodForMs) return reading.catalog;
    const fresh = { catalog: readCatalog(store), at: now() };
    reading = fresh;
    fresh.catalog.catch(() => {
      if (reading === fresh) reading = undefined;
    });
    return fresh.catalog;
  };
}
