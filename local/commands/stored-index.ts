/** Reads the catalog and the search index of the store for the commands that search. */
import { composeStore } from '../../functions/compose.ts';
import { openIndex } from '../../shared/api/search-cache.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import type { SearchIndex } from '../../shared/search/search-index.ts';
import { findSearchIndex } from '../../shared/search/search-store.ts';
import type { Catalog } from '../../shared/store/catalog.ts';
import { readCatalog } from '../../shared/store/catalog-store.ts';
import { readSettings } from './common-options.ts';

/** The catalog of the store. @throws NotFoundError if nothing is stored yet */
export async function readStoredCatalog(): Promise<Catalog> {
  const store = composeStore(readSettings());
  const catalog = await readCatalog(store);
  if (catalog.entries.length > 0) return catalog;
  throw new NotFoundError(
    `No summary is stored in ${store.location} yet. Write one with "summarize ID", or name another store with --store.`,
    { subject: 'catalog' },
  );
}

/** The search index of the store, completed by its catalog. @throws NotFoundError if nothing is stored yet */
export async function openStoredIndex(): Promise<SearchIndex> {
  const catalog = await readStoredCatalog();
  return openIndex(await findSearchIndex(composeStore(readSettings())), catalog);
}

/** A number of results. @throws InvalidInputError */
export function parseLimit(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidInputError('--limit needs a whole number from 1 to 99999.', { field: 'limit' });
}
