/** The load of readers itself, small: every response is whole, and a request takes few reads of the store. */
import { expect, it } from 'vitest';
import { growArchive, loadReaders, planRequests } from '../../bench/readers.ts';
import { repairSearchIndex } from '../../shared/search/repair-index.ts';
import { searchIndexKey } from '../../shared/store/keys.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { putTestSessions, putTestSummary } from '../api/api-server.ts';
import { newFolderStore } from '../store/stores.ts';

it('serves pages, catalog, facets, searches and JSON to concurrent readers, without failures', async () => {
  const { store, remove } = await newFolderStore();
  const ids = ['900002', '900003', '900004'];
  try {
    // Enough sentences to generate an archive from them.
    const abstract = 'Six rats ran for food while spike times of the hippocampus were taken. '.repeat(8);
    for (const id of ids) {
      await putTestSummary(store, { id, abstract });
      await putTestSessions(store, id);
    }
    await repairSearchIndex(store, new SummaryStore(store), new Date());
    expect(await store.has(searchIndexKey())).toBe(true);
    await growArchive(store.location, 60);
    const load = await loadReaders(store.location, ids, 10);
    expect(load).toMatchObject({ readers: 10, requests: 200, failed: 0 });
    expect(load.rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(200);
    // A page: default version, summary and both texts, earlier versions, sessions; a search mostly reads
    // nothing.
    expect(load.readsPerRequest).toBeGreaterThan(0.5);
    expect(load.readsPerRequest).toBeLessThan(6);
  } finally {
    await remove();
  }
}, 120_000);

it('makes every kind of request for every Dandiset', () => {
  const plan = planRequests(['900002', '900003'], 400);
  expect(new Set(plan.map(({ kind }) => kind)).size).toBe(7);
  expect(plan.filter(({ path }) => path.includes('900003')).length).toBeGreaterThan(50);
});
