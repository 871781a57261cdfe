/**
 * The search index in the store: correct with fifty concurrent writers, complete when a writer dies,
 * consistent with the catalog.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openIndex } from '../../shared/api/search-cache.ts';
import { decodeDocuments, encodeIndex, withTerms } from '../../shared/search/index-file.ts';
import { repairSearchIndex } from '../../shared/search/repair-index.ts';
import { search } from '../../shared/search/run-search.ts';
import type { SearchDocument } from '../../shared/search/search-document.ts';
import {
  applyChanges,
  findSearchIndex,
  parseStamps,
  removeFromSearchIndex,
  type SearchChange,
  updateSearchIndex,
} from '../../shared/search/search-store.ts';
import { updateCatalog } from '../../shared/store/catalog-store.ts';
import { searchIndexKey, searchPendingPrefix } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { IS_FULL } from '../effort.ts';
import { EITHER_STORE } from '../store/stores.ts';
import { searchDocument } from './documents.ts';

const NOW = new Date('2026-11-26T00:00:00Z');
/** Concurrent writers. */
const WRITERS = IS_FULL ? 50 : 20;

async function readStored(store: ObjectStore): Promise<SearchDocument[]> {
  const object = await findSearchIndex(store);
  return object === undefined ? [] : decodeDocuments(object.body).map(({ document }) => document);
}

async function pending(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(searchPendingPrefix())) keys.push(key);
  return keys;
}

describe.each(EITHER_STORE)('the search index in %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await openStore());
  });
  afterEach(() => close());

  it('adds, replaces and removes a Dandiset, and reports unneeded changes', async () => {
    expect(await updateSearchIndex(store, searchDocument(2))).toBe('stored');
    expect(await updateSearchIndex(store, searchDocument(1))).toBe('stored');
    expect(await updateSearchIndex(store, searchDocument(1))).toBe('unchanged');
    const published = searchDocument(1, { version: '0.240101.1200', title: 'Published' });
    expect(await updateSearchIndex(store, published)).toBe('stored');
    expect(await updateSearchIndex(store, searchDocument(1, { updated: '2026-02-01T00:00:00.000Z' }))).toBe(
      'unchanged',
    );
    expect((await readStored(store)).map(({ id, title }) => [id, title])).toEqual([
      ['000001', 'Published'],
      ['000002', 'Study 2'],
    ]);
    expect(await removeFromSearchIndex(store, '000007', NOW)).toBe('unchanged');
    expect(await removeFromSearchIndex(store, '000002', NOW)).toBe('stored');
    expect((await readStored(store)).map(({ id }) => id)).toEqual(['000001']);
    expect(await pending(store)).toEqual([]);
  });

  it(`contains the documents of ${WRITERS} concurrent writers, each once, in the same bytes as from one writer`, async () => {
    const documents = Array.from({ length: WRITERS }, (_, at) =>
      searchDocument(at + 1, { summary: `Words ${at}` }),
    );
    await Promise.all(documents.map((document) => updateSearchIndex(store, document)));
    expect(await pending(store)).toEqual([]);
    const object = await findSearchIndex(store);
    expect(Buffer.from(object!.body).equals(encodeIndex(documents.map(withTerms)))).toBe(true);
    // Fifty writers send some three thousand requests, which may take more than a minute on a loaded machine.
  }, 240_000);

  it('merges the change of a killed writer', async () => {
    const dying: ObjectStore = {
      location: store.location,
      get: (key) => store.get(key),
      getRange: (key, start, end) => store.getRange(key, start, end),
      openDownload: (key, options) => store.openDownload(key, options),
      has: (key) => store.has(key),
      list: (prefix) => store.list(prefix),
      remove: (key) => store.remove(key),
      put: async (key, body, options) => {
        if (key === searchIndexKey()) throw new Error('died');
        return store.put(key, body, options);
      },
    };
    await expect(updateSearchIndex(dying, searchDocument(1))).rejects.toThrow('died');
    expect(await pending(store)).toHaveLength(1);
    await updateSearchIndex(store, searchDocument(2));
    expect((await readStored(store)).map(({ id }) => id)).toEqual(['000001', '000002']);
    expect(await pending(store)).toEqual([]);
  });

  it.each([
    ['not JSON', '{"kind": "put", "docu'],
    ['no document', '{"kind": "put"}'],
    [
      'a field of another form',
      JSON.stringify({ kind: 'put', document: { ...searchDocument(3), keywords: 'one' } }),
    ],
    ['an unknown kind', '{"kind": "rename", "id": "000003"}'],
  ])('does not stop at a change that is %s', async (_what, text) => {
    await store.put(`${searchPendingPrefix()}000003-${'a'.repeat(64)}.json`, text, {
      contentType: 'application/json',
    });
    expect(await pending(store)).toHaveLength(1);
    expect(await updateSearchIndex(store, searchDocument(2))).toBe('stored');
    expect((await readStored(store)).map(({ id }) => id)).toEqual(['000002']);
    expect(await pending(store)).toEqual([]);
  });

  it('is built again if it is damaged, and filled from the summaries’ catalog', async () => {
    await store.put(searchIndexKey(), 'rubbish', { contentType: 'application/octet-stream' });
    await updateSearchIndex(store, searchDocument(1));
    expect((await readStored(store)).map(({ id }) => id)).toEqual(['000001']);
    await updateCatalog(store, buildEntry(2, 'Mice in the dark'));
    expect(await repairSearchIndex(store, new SummaryStore(store), NOW)).toEqual({ put: 1, removed: 1 });
    expect((await readStored(store)).map(({ id }) => id)).toEqual(['000002']);
    expect(await repairSearchIndex(store, new SummaryStore(store), NOW)).toEqual({ put: 0, removed: 0 });
  });
});

describe('changes', () => {
  it('yield the same index, in whichever order writers applied them', () => {
    const anyChange: fc.Arbitrary<SearchChange> = fc.oneof(
      fc
        .record({
          id: fc.integer({ min: 1, max: 3 }),
          version: fc.constantFrom('draft', '0.240101.1200', '0.250101.1200'),
          hour: fc.integer({ min: 0, max: 9 }),
        })
        .map(({ id, version, hour }) => ({
          kind: 'put' as const,
          document: searchDocument(id, { version, updated: `2026-01-01T0${hour}:00:00.000Z` }),
        })),
      fc
        .record({ id: fc.integer({ min: 1, max: 3 }), hour: fc.integer({ min: 0, max: 9 }) })
        .map(({ id, hour }) => ({
          kind: 'remove' as const,
          id: `00000${id}`,
          at: `2026-01-01T0${hour}:30:00.000Z`,
        })),
    );
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 8 }), (changes) => {
        const apply = (some: readonly SearchChange[]) =>
          Buffer.from(encodeIndex(applyChanges([], some))).toString('base64');
        expect(apply([...changes].reverse())).toBe(apply(changes));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a reader', () => {
  it('finds entries that the index lacks by the catalog, and others by their words', () => {
    const body = encodeIndex([withTerms(searchDocument(1, { summary: 'Grid cells of bats.' }))]);
    const catalog = { entries: [buildEntry(1, 'Study 1'), buildEntry(2, 'Mice in the dark')] };
    const index = openIndex({ body }, catalog);
    expect(search(index, 'grid cells').hits.map(({ row }) => row.id)).toEqual(['000001']);
    expect(search(index, 'mouse').hits.map(({ row }) => row.id)).toEqual(['000002']);
    expect(search(openIndex(undefined, catalog), 'mouse').hits.map(({ row }) => row.id)).toEqual(['000002']);
    const rubbish = new TextEncoder().encode('rubbish');
    expect(parseStamps({ body: rubbish }).size).toBe(0);
    expect(search(openIndex({ body: rubbish }, catalog), 'mouse').hits.map(({ row }) => row.id)).toEqual([
      '000002',
    ]);
  });
});

function buildEntry(id: number, name: string) {
  return {
    id: String(id).padStart(6, '0'),
    version: 'draft',
    name,
    species: [],
    approaches: [],
    neurodataTypes: [],
    keywords: [],
    files: 1,
    updated: '2026-01-01T00:00:00.000Z',
    modelId: 'deterministic',
  };
}
