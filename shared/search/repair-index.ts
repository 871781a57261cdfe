/**
 * Synchronizes the search index with the catalog: adds what a killed writer left out, and what an older revision
 * lacks.
 */
import { mapAtMost } from '../concurrency.ts';
import { readCatalog } from '../store/catalog-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SummaryStore } from '../store/summary-store.ts';
import type { Provenance } from '../summary/provenance.ts';
import { buildDocumentOfEntry, buildSearchDocument } from './build-document.ts';
import type { SearchDocument } from './search-document.ts';
import { changeSearchIndex, findSearchIndex, parseStamps, type SearchChange } from './search-store.ts';

/** The repairs made. */
export interface RepairedIndex {
  readonly put: number;
  readonly removed: number;
}

/** Summaries that are read concurrently. */
const AT_ONCE = 8;

/**
 * Adds entries that the catalog lists and the index lacks, and removes those that the catalog no longer lists.
 * @throws StoreUnavailableError
 */
export async function repairSearchIndex(
  store: ObjectStore,
  summaries: SummaryStore,
  now: Date,
): Promise<RepairedIndex> {
  const { entries } = await readCatalog(store);
  const current = await findSearchIndex(store);
  const stamps = current === undefined ? new Map() : parseStamps(current);
  const lacking = entries.filter(({ id, version, updated }) => {
    const stamp = stamps.get(id);
    return stamp === undefined || stamp.version !== version || stamp.updated < updated;
  });
  const listed = new Set(entries.map(({ id }) => id));
  const gone = [...stamps.keys()].filter((id) => !listed.has(id));
  const documents: SearchDocument[] = await mapAtMost(AT_ONCE, lacking, async (entry) => {
    const reading = await summaries.readSummary(entry.id, entry.version);
    if (reading.state !== 'whole') return buildDocumentOfEntry(entry);
    const { markdown, provenance } = reading;
    return buildSearchDocument({ markdown, provenance: provenance as unknown as Provenance });
  });
  const changes: SearchChange[] = [
    ...documents.map((document) => ({ kind: 'put', document }) as const),
    ...gone.map((id) => ({ kind: 'remove', id, at: now.toISOString() }) as const),
  ];
  if (changes.length > 0) await changeSearchIndex(store, changes);
  return { put: documents.length, removed: gone.length };
}
