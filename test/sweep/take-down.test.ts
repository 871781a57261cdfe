import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ArchiveUnavailableError } from '../../shared/errors.ts';
import { SILENT_LOG } from '../../shared/log.ts';
import { readCatalog, updateCatalog } from '../../shared/store/catalog-store.ts';
import type { FolderStore } from '../../shared/store/folder-store.ts';
import { failureKey, headerKey, runDocumentKey } from '../../shared/store/keys.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { listStored, type TakeDownDependencies, takeDownWithdrawn } from '../../shared/sweep/take-down.ts';
import { MortalStore } from '../store/mortal-store.ts';
import { listAll, newFolderStore } from '../store/stores.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const INPUT = 'ab'.repeat(32);
const BLOB = '0f0e0d0c-1234-4321-8888-0123456789ab';

let store: FolderStore;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ store, remove } = await newFolderStore());
});

afterEach(() => remove());

/** Stores everything that a Dandiset has in a store. */
async function keep(id: string, version = '0.240101.1200'): Promise<void> {
  const summaries = new SummaryStore(store);
  const provenance = { schemaVersion: 2, dandisetId: id, version, inputHash: INPUT };
  await summaries.putSummary({ id, version, markdown: `# ${id}`, promptText: id, provenance });
  await summaries.putLatest(id, version);
  const words = { species: [], approaches: [], neurodataTypes: [], keywords: [] };
  await updateCatalog(store, {
    id,
    version,
    name: id,
    ...words,
    files: 1,
    updated: '2026-01-01T00:00:00Z',
    modelId: 'm',
  });
  const json = { contentType: 'application/json' };
  await store.put(runDocumentKey({ dandisetId: id, version, inputHash: INPUT }, 'prompt.md'), 'x', json);
  await store.put(failureKey(id, version, INPUT), '{}', json);
  await store.put(headerKey(BLOB), '{}', json);
}

/** An archive with responses set by a test: `down` does not respond. */
function archiveReporting(
  api: (id: string) => boolean | 'down',
  bucket: (id: string) => boolean | 'down' = (id) => api(id),
): TakeDownDependencies['archive'] & { requested: string[] } {
  const requested: string[] = [];
  const answer = (said: boolean | 'down', id: string): boolean => {
    requested.push(id);
    if (said === 'down') throw new ArchiveUnavailableError('down', { url: 'x', status: 503 });
    return said;
  };
  return {
    requested,
    isOpenInApi: async (id) => answer(api(id), id),
    isOpenInBucket: async ({ id }) => answer(bucket(id), id),
  };
}

async function takeDown(
  archive: TakeDownDependencies['archive'],
  inBucket: readonly string[],
  {
    inApi,
    limit,
    over = store,
  }: { inApi?: readonly string[]; limit?: number; over?: TakeDownDependencies['store'] } = {},
) {
  const listed = new Map(inBucket.map((id) => [id, ['0.240101.1200']]));
  const api = inApi && new Set(inApi);
  const dependencies = { archive, store: over, now: () => new Date('2026-11-26T00:00:00Z'), log: SILENT_LOG };
  return takeDownWithdrawn(await listStored(over), listed, api, dependencies, limit);
}

const idsIn = async (): Promise<string[]> =>
  [
    ...new Set(
      (await listAll(store)).flatMap(
        (key) => /^(?:summaries|kept|runs|failures)\/(\d{6})/.exec(key)?.[1] ?? [],
      ),
    ),
  ].sort();

describe('taking down', () => {
  it('removes everything stored of a Dandiset that is no longer in the archive, and nothing else', async () => {
    await keep('000001');
    await keep('000002');
    const archive = archiveReporting((id) => id !== '000002');
    expect(await takeDown(archive, ['000001'])).toEqual({ removed: ['000002'], withheld: [], kept: [] });
    expect(await idsIn()).toEqual(['000001']);
    expect((await readCatalog(store)).entries.map(({ id }) => id)).toEqual(['000001']);
    expect(await store.has(headerKey(BLOB))).toBe(true);
  });

  it('removes an embargoed one whose manifests are still listed, once both halves refuse it', async () => {
    await keep('000001');
    await keep('000002');
    const archive = archiveReporting((id) => id !== '000002');
    const both = ['000001', '000002'];
    expect(await takeDown(archive, both)).toMatchObject({ removed: [] });
    expect(await takeDown(archive, both, { inApi: ['000001'] })).toMatchObject({ removed: ['000002'] });
  });

  it.each<[string, TakeDownDependencies['archive']]>([
    [
      'the API does not respond',
      archiveReporting(
        (id) => (id === '000002' ? 'down' : true),
        () => false,
      ),
    ],
    [
      'the API still shows it',
      archiveReporting(
        () => true,
        () => false,
      ),
    ],
    [
      'the bucket still serves it',
      archiveReporting(
        (id) => id !== '000002',
        () => true,
      ),
    ],
    [
      'the bucket does not respond',
      archiveReporting(
        (id) => id !== '000002',
        () => 'down',
      ),
    ],
    ['the API denies everything', archiveReporting(() => false)],
    ['nothing responds', archiveReporting(() => 'down')],
  ])('keeps it where %s', async (_what, archive) => {
    await keep('000001');
    await keep('000002');
    const before = await listAll(store);
    expect(await takeDown(archive, ['000001'])).toEqual({ removed: [], withheld: [], kept: ['000002'] });
    expect(await listAll(store)).toEqual(before);
  });

  it('removes only if both API and bucket confirm it, for any responses', async () => {
    const said = fc.constantFrom<boolean | 'down'>(true, false, 'down');
    await fc.assert(
      fc.asyncProperty(said, said, said, fc.boolean(), async (witness, api, bucket, isListed) => {
        await keep('000001');
        await keep('000002');
        const archive = archiveReporting(
          (id) => (id === '000001' ? witness : api),
          () => bucket,
        );
        const { removed } = await takeDown(archive, isListed ? ['000001', '000002'] : ['000001'], {
          ...(isListed ? { inApi: ['000001'] } : {}),
        });
        const mayGo = witness === true && api === false && bucket === false;
        expect(removed).toEqual(mayGo ? ['000002'] : []);
        expect(await idsIn()).toEqual(mayGo ? ['000001'] : ['000001', '000002']);
      }),
      { numRuns: 54 },
    );
  });

  it('withholds more removals than the limit, until it is raised', async () => {
    const gone = ['000002', '000003', '000004', '000005', '000006', '000007'];
    for (const id of ['000001', ...gone]) await keep(id);
    const archive = archiveReporting((id) => id === '000001');
    expect(await takeDown(archive, ['000001'])).toEqual({ removed: [], withheld: gone, kept: [] });
    expect(await idsIn()).toHaveLength(7);
    expect(await takeDown(archive, ['000001'], { limit: 6 })).toMatchObject({ removed: gone });
    expect(await idsIn()).toEqual(['000001']);
  });

  it('makes no request to the archive if no Dandiset is in question', async () => {
    await keep('000001');
    const archive = archiveReporting(() => 'down');
    expect(await takeDown(archive, ['000001', '000002'])).toEqual({ removed: [], withheld: [], kept: [] });
    expect(archive.requested).toEqual([]);
  });

  it('continues where it was interrupted', async () => {
    const archive = archiveReporting((id) => id !== '000002');
    for (let writes = 0; ; writes += 1) {
      await keep('000001');
      await keep('000002');
      const died = await takeDown(archive, ['000001'], {
        over: new MortalStore(store, writes) as never,
      }).then(
        () => false,
        () => true,
      );
      const again = await takeDown(archive, ['000001']);
      expect(again.removed, `after ${writes} writes`).toEqual(died ? ['000002'] : []);
      expect(await idsIn(), `after ${writes} writes`).toEqual(['000001']);
      if (!died) break;
    }
  });
});
