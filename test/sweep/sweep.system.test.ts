import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ArchiveError,
  type ArchiveFile,
  type ArchiveRequest,
  type ArchiveServer,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { SweepMachine } from '../../local/sweep-machine.ts';
import type { ExecutionResult } from '../../packages/asl-runner/src/index.ts';
import { blobKey } from '../../shared/archive/urls.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import type { SummarizeInput } from '../../shared/pipeline/run-payloads.ts';
import { readCatalog } from '../../shared/store/catalog-store.ts';
import type { FolderStore } from '../../shared/store/folder-store.ts';
import { catalogKey, failurePrefix, summaryKeys } from '../../shared/store/keys.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { GOOD_NWB, nameBlob, type TestAsset, versionEntries } from '../pipeline/archive.ts';
import { listAll, newFolderStore } from '../store/stores.ts';
import { runReport, summarizeOver, sweepOver } from './machine.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const HOUR = 3_600_000;
const A: TestAsset = { path: 'sub-1/a.nwb', body: GOOD_NWB };
const B: TestAsset = { path: 'sub-1/b.nwb', body: GOOD_NWB };

let entries: Map<string, ArchiveFile>;
let archive: ArchiveServer;
let misbehave: (request: ArchiveRequest) => ArchiveError | undefined;
let requests: ArchiveRequest[];
let config: Config;
let store: FolderStore;
let remove: () => Promise<void>;
let time: number;

const now = (): Date => new Date(time);
const run = () => ({ store, config, now });

function put(id: string, version: string, assets: readonly TestAsset[], metadata = {}): void {
  for (const [key, file] of versionEntries(id, version, assets, metadata)) entries.set(key, file);
}

function withdraw(id: string): void {
  for (const key of [...entries.keys()]) if (key.startsWith(`dandisets/${id}/`)) entries.delete(key);
}

beforeEach(async () => {
  entries = new Map();
  misbehave = () => undefined;
  requests = [];
  time = Date.parse('2026-11-22T06:15:00.000Z');
  archive = await startArchiveServer({
    files: {
      read: async (key) => entries.get(key),
      list: (prefix) => buildArchiveFiles(entries).list(prefix),
    },
    onRequest: (request) => {
      requests.push(request);
      return misbehave(request);
    },
  });
  config = {
    ...readConfig({}),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  ({ store, remove } = await newFolderStore());
  put('000001', '0.240101.1200', [A]);
  put('000001', 'draft', [A, B]);
  put('000002', 'draft', [A]);
  put('000003', 'draft', []);
});

afterEach(async () => {
  await archive.close();
  await remove();
});

const SUCCEEDED = (input: SummarizeInput): ExecutionResult => ({
  status: 'SUCCEEDED',
  output: { status: 'unchanged', dandisetId: input.dandisetId, version: input.version ?? '' },
});
const failing = (error: string) => async (): Promise<ExecutionResult> => ({
  status: 'FAILED',
  error,
  cause: `${error} happened`,
});

describe('a sweep', () => {
  it('summarizes the default version of each Dandiset without a summary, and nothing in the next sweep', async () => {
    const first = await runReport(run());
    expect(first.stored.map(({ dandisetId, version, reason }) => [dandisetId, version, reason])).toEqual([
      ['000001', '0.240101.1200', 'missing'],
      ['000002', 'draft', 'missing'],
    ]);
    expect(first).toMatchObject({
      versions: 3,
      empty: 1,
      fresh: 0,
      failed: [],
      notReached: [],
      deferred: [],
    });
    // A and B have the same content: it is one file in the tables of headers.
    const tables = async () =>
      (await listAll(store)).filter((key) => /^(?:files|nodes)\/.*\.parquet$/.test(key)).sort();
    const [files, nodes, ...more] = await tables();
    expect([files, nodes]).toEqual([
      expect.stringMatching(/^files\/generation=/),
      expect.stringMatching(/^nodes\/generation=/),
    ]);
    expect(more).toEqual([]);
    time += 24 * HOUR;
    expect(await runReport(run())).toMatchObject({ fresh: 2, empty: 1, stored: [], unchanged: [] });
    expect(await tables()).toEqual([files, nodes]);
  });

  it('retries an unavailable file for a week, writes again once it is available, and then stops', async () => {
    const many = Array.from({ length: 12 }, (_, at): TestAsset => ({ ...A, path: `sub-1/${at}.nwb` }));
    put('000004', '0.240101.1200', many);
    const away = blobKey(nameBlob(many[3]!));
    misbehave = ({ path }) => (path === away ? { status: 503 } : undefined);
    await runReport(run());
    const unchanged = [{ dandisetId: '000004', version: '0.240101.1200' }];
    for (const nights of [1, 1, 4]) {
      time += nights * 24 * HOUR;
      requests = [];
      expect(await runReport(run())).toMatchObject({ stored: [], unchanged, fresh: 2 });
      const blobs = requests.flatMap(({ path }) => (path.startsWith('blobs/') ? [path] : []));
      expect(new Set(blobs)).toEqual(new Set([away]));
    }
    time += 24 * HOUR;
    expect(await runReport(run())).toMatchObject({ stored: [], unchanged: [], fresh: 3 });
    // After the week a run that somebody starts still finds the file, and the sweeps have nothing left to do.
    misbehave = () => undefined;
    expect(await summarizeOver(run(), { dandisetId: '000004' })).toMatchObject({
      status: 'SUCCEEDED',
      output: { status: 'stored' },
    });
    time += 24 * HOUR;
    expect(await runReport(run())).toMatchObject({ stored: [], unchanged: [], fresh: 3 });
  });

  it('writes a summary again on the night on which its missing file is back', async () => {
    const many = Array.from({ length: 12 }, (_, at): TestAsset => ({ ...A, path: `sub-1/${at}.nwb` }));
    put('000004', '0.240101.1200', many);
    const away = blobKey(nameBlob(many[3]!));
    misbehave = ({ path }) => (path === away ? { status: 503 } : undefined);
    await runReport(run());
    misbehave = () => undefined;
    time += 24 * HOUR;
    expect((await runReport(run())).stored).toMatchObject([{ dandisetId: '000004', reason: 'incomplete' }]);
    time += 24 * HOUR;
    expect(await runReport(run())).toMatchObject({ stored: [], unchanged: [], fresh: 3 });
  });

  it('costs one listing and the manifests of default drafts if nothing is new', async () => {
    await runReport(run());
    time += 24 * HOUR;
    requests = [];
    await runReport(run());
    const requested = requests.map(({ part, path }) => `${part} ${path}`).sort();
    expect(requested).toEqual([
      'api /dandisets/',
      'bucket ',
      'bucket dandisets/000002/draft/assets.jsonld',
      'bucket dandisets/000002/draft/dandiset.jsonld',
      'bucket dandisets/000003/draft/assets.jsonld',
      'bucket dandisets/000003/draft/dandiset.jsonld',
    ]);
  });

  it('includes every version on request', async () => {
    const report = await runReport(run(), { scope: 'all' });
    expect(report.stored.map(({ dandisetId, version }) => `${dandisetId}/${version}`)).toEqual([
      '000001/0.240101.1200',
      '000001/draft',
      '000002/draft',
    ]);
  });

  it('writes a changed draft again only once its owners have paused', async () => {
    await runReport(run());
    const changes = [[A, B], [B]];
    for (const assets of changes) {
      put('000002', 'draft', assets);
      time += 24 * HOUR;
      expect(await runReport(run())).toMatchObject({ debouncing: ['000002/draft'], stored: [] });
    }
    time += 24 * HOUR;
    expect((await runReport(run())).stored).toMatchObject([{ dandisetId: '000002', reason: 'content' }]);
  });

  it('ignores a draft that was only validated again', async () => {
    await runReport(run());
    put('000002', 'draft', [A], { dateModified: '2026-11-22T07:00:00Z', status: 'Valid' });
    time += 24 * HOUR;
    expect(await runReport(run())).toMatchObject({ debouncing: [], stored: [], fresh: 2 });
  });

  it('writes summaries again after a change of model or profile', async () => {
    await runReport(run());
    config = { ...config, promptProfile: 'complete' };
    const report = await runReport(run());
    expect(report.stored.map(({ reason }) => reason)).toEqual(['profile', 'profile']);
  });

  it('writes again a summary whose provenance is damaged, and restores one that the catalog lost', async () => {
    await runReport(run());
    await store.put(summaryKeys('000001', '0.240101.1200').provenance, '{', {
      contentType: 'application/json',
    });
    expect((await runReport(run())).stored).toMatchObject([{ dandisetId: '000001', reason: 'damaged' }]);
    await store.remove(catalogKey());
    expect((await runReport(run())).unchanged).toHaveLength(2);
    expect((await readCatalog(store)).entries).toHaveLength(2);
  });

  it('runs no more than its limit, and the rest in the next sweep', async () => {
    expect(await runReport(run(), { limit: 1 })).toMatchObject({
      stored: [{ dandisetId: '000001' }],
      deferred: ['000002/draft'],
    });
    expect(await runReport(run(), { limit: 1 })).toMatchObject({
      stored: [{ dandisetId: '000002' }],
      deferred: [],
    });
  });

  it('runs no more than its limits on spending allow', async () => {
    const paid: Config = { ...config, model: { ...config.model, baseUrl: 'http://127.0.0.1:1/v1' } };
    const each = 2 * (paid.promptTokenBudget + paid.model.maxOutputTokens);
    const requested: string[] = [];
    const summarize = async (input: SummarizeInput) => {
      requested.push(input.dandisetId);
      return SUCCEEDED(input);
    };
    const sweepWith = (sweep: Partial<Config['sweep']>) =>
      runReport({ ...run(), config: { ...paid, sweep: { ...paid.sweep, ...sweep } } }, {}, summarize);
    expect(await sweepWith({ maxTokens: each - 1 })).toMatchObject({
      unchanged: [],
      expected: { tokens: 0 },
    });
    expect(await sweepWith({ maxCost: 0.5 })).toMatchObject({
      deferred: ['000001/0.240101.1200', '000002/draft'],
    });
    expect(requested).toEqual([]);
    expect(await sweepWith({ maxTokens: each })).toMatchObject({
      deferred: ['000002/draft'],
      expected: { tokens: each },
    });
    expect(requested).toEqual(['000001']);
  });
});

describe('a run that fails', () => {
  it('is recorded with its reason, and the others continue', async () => {
    const summarize = (input: SummarizeInput) =>
      input.dandisetId === '000001' ? failing('SummaryIncompleteError')() : summarizeOver(run(), input);
    const report = await runReport(run(), {}, summarize);
    expect(report.failed).toEqual([
      {
        dandisetId: '000001',
        version: '0.240101.1200',
        error: 'SummaryIncompleteError',
        message: 'SummaryIncompleteError happened',
        attempts: 1,
      },
    ]);
    expect(report.stored).toHaveLength(1);
  });

  it('is tried three times, abandoned with its reason, and tried again when the content changes', async () => {
    let runs = 0;
    const summarize = async (input: SummarizeInput): Promise<ExecutionResult> => {
      if (input.dandisetId !== '000002') return SUCCEEDED(input);
      runs += 1;
      return failing('PromptTooLargeError')();
    };
    for (let night = 0; night < 6; night += 1) {
      await runReport(run(), {}, summarize);
      time += 24 * HOUR;
    }
    expect(runs).toBe(3);
    const report = await runReport(run(), {}, summarize);
    expect(report.abandoned).toMatchObject([
      { dandisetId: '000002', attempts: 3, error: 'PromptTooLargeError' },
    ]);
    put('000002', 'draft', [A, B]);
    time += 24 * HOUR;
    await runReport(run(), {}, summarize);
    expect(runs).toBe(4);
    time += HOUR;
    await runReport(run(), { retryFailed: true }, summarize);
    expect(runs).toBe(5);
  });

  it('leaves no trace once it succeeds', async () => {
    await runReport(run(), {}, failing('SummaryIncompleteError'));
    expect(await listAll(store, failurePrefix())).toHaveLength(2);
    time += 24 * HOUR;
    expect((await runReport(run())).stored.map(({ reason }) => reason)).toEqual(['failed', 'failed']);
    expect(await listAll(store, failurePrefix())).toEqual([]);
  });

  it('is not abandoned after an outage', async () => {
    let runs = 0;
    for (let night = 0; night < 20; night += 1) {
      await runReport(run(), {}, async (input) => {
        if (input.dandisetId === '000002') runs += 1;
        return failing('ModelUnavailableError')();
      });
      time += 24 * HOUR;
    }
    expect(runs).toBe(6);
    const report = await runReport(run(), {}, failing('ModelUnavailableError'));
    expect(report).toMatchObject({ abandoned: [], backingOff: [{ outages: 6 }, { outages: 6 }] });
  });
});

describe('an archive with errors', () => {
  it('fails the sweep and removes nothing if the bucket does not respond', async () => {
    await runReport(run());
    const before = await listAll(store, 'summaries/');
    misbehave = ({ part }) => (part === 'bucket' ? { status: 503 } : undefined);
    expect(await sweepOver(run())).toMatchObject({ status: 'FAILED', error: 'ArchiveUnavailableError' });
    misbehave = () => ({ status: 503 });
    expect(await sweepOver(run())).toMatchObject({ status: 'FAILED', error: 'ArchiveUnavailableError' });
    expect(await listAll(store, 'summaries/')).toEqual(before);
  });

  it('fails with the cause if not a single version could be checked', async () => {
    // Only drafts are read: a published version is known by its name.
    withdraw('000001');
    misbehave = ({ path }) => (path.endsWith('.jsonld') ? { status: 500 } : undefined);
    const swept = await sweepOver(run());
    expect(swept).toMatchObject({ status: 'FAILED', error: 'ArchiveUnavailableError' });
    expect((swept as { cause: string }).cause).toContain('500');
    expect(await listAll(store, 'summaries/')).toEqual([]);
  });

  it('uses only the bucket if the API does not respond', async () => {
    misbehave = ({ part }) => (part === 'api' ? { status: 502 } : undefined);
    expect(await runReport(run())).toMatchObject({ apiListed: false, stored: [{}, {}] });
  });

  it('reports a draft whose manifest cannot be read, and sweeps the others', async () => {
    misbehave = ({ path }) => (path === 'dandisets/000002/draft/assets.jsonld' ? { status: 500 } : undefined);
    const report = await runReport(run());
    expect(report.stored).toMatchObject([{ dandisetId: '000001' }]);
    expect(report.unlooked).toMatchObject([{ dandisetId: '000002', version: 'draft' }]);
    expect(report.unlooked[0]?.reason).toContain('500');
  });
});

describe('a Dandiset that is no longer public', () => {
  it('is removed at once, also in the mode that only checks for withdrawals', async () => {
    await runReport(run());
    withdraw('000002');
    expect(await runReport(run())).toMatchObject({ withdrawals: { removed: ['000002'] } });
    expect(await new SummaryStore(store).readSummary('000002', 'draft')).toEqual({ state: 'absent' });
    expect((await readCatalog(store)).entries.map(({ id }) => id)).toEqual(['000001']);
  });

  it('is removed while the bucket still lists it, once both API and bucket deny it', async () => {
    await runReport(run());
    misbehave = ({ part, path, query }) => {
      if (part === 'api' && path === '/dandisets/' && query.get('page') === '1')
        return { body: writeApiList('000001', '000003') };
      if (part === 'api' && path.startsWith('/dandisets/000002/')) return { status: 401 };
      return part === 'bucket' && path.startsWith('dandisets/000002/') ? { status: 403 } : undefined;
    };
    expect(await runReport(run())).toMatchObject({
      withdrawals: { removed: ['000002'] },
      unlooked: [],
      failed: [],
    });
  });
});

describe('the sweep on one machine', () => {
  it('runs the functions of AWS, from the settings to the report', async () => {
    config = { ...config, summaryStore: store.location };
    const ended: string[] = [];
    const machine = new SweepMachine(config);
    const output = await machine.sweep(
      {},
      { onRun: ({ dandisetId }, { status }) => ended.push(`${dandisetId} ${status}`) },
    );
    expect(output).toMatchObject({
      stored: 2,
      unchanged: 0,
      failed: 0,
      notReached: 0,
      deferred: 0,
      takenDown: 0,
    });
    expect(ended.sort()).toEqual(['000001 SUCCEEDED', '000002 SUCCEEDED']);
    expect(output.reportKey).toMatch(/^reports\/\d{4}-\d\d-\d\dt\d{6}-[0-9a-f-]+\.json$/);
    expect(await machine.sweep()).toMatchObject({ stored: 0 });
  });

  it('stops on request, and continues from there', async () => {
    config = { ...config, summaryStore: store.location };
    const end = new AbortController();
    const stopping = new SweepMachine(config).sweep(
      {},
      { signal: end.signal, onRun: () => end.abort(new Error('stopped')) },
    );
    await expect(stopping).rejects.toThrow('stopped');
    const output = await new SweepMachine(config).sweep();
    expect(output.failed).toBe(0);
    expect((await readCatalog(store)).entries).toHaveLength(2);
  });
});

/** The API's list of these Dandisets, each with a draft. */
function writeApiList(...ids: readonly string[]): string {
  const results = ids.map((identifier) => ({
    identifier,
    embargo_status: 'OPEN',
    most_recent_published_version: null,
    draft_version: { version: 'draft' },
  }));
  return JSON.stringify({ count: ids.length, next: null, previous: null, results });
}
