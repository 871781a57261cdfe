/**
 * Caches the catalog: it is read from the store at intervals, and once for all requests that
 * arrive meanwhile. A failed read is never cached.
 */
import type { Catalog } from '../store/catalog.ts';
import { readCatalog } from '../store/catalog-store.ts';
import type { ObjectStore } from '../store/object-store.ts';

/** Milliseconds for which a read is used: short beside the minute for which HTTP caches may keep a response. */
const GOOD_FOR_MS = 5_000;

/** A reader of the store's catalog. `now` returns milliseconds from an arbitrary origin. */
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
