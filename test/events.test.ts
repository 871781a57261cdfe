/** The sample events of `events/`: one for each function, which accepts it. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createHandler as createBuildPrompt } from '../functions/build-prompt.ts';
import { composeApi } from '../functions/compose.ts';
import { createHandler as createExportTables } from '../functions/export-tables.ts';
import { createHandler as createFindStale } from '../functions/find-stale.ts';
import { buildHttpHandler } from '../functions/http-handler.ts';
import { createHandler as createListAssets } from '../functions/list-assets.ts';
import { createHandler as createPoll } from '../functions/poll-publications.ts';
import { createHandler as createReadHeaders } from '../functions/read-headers.ts';
import { createHandler as createRecordFailure } from '../functions/record-failure.ts';
import { createHandler as createReportSweep } from '../functions/report-sweep.ts';
import { createHandler as createWriteSummary } from '../functions/write-summary.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../local/archive-server.ts';
import { LocalMachine } from '../local/machine.ts';
import { localContext } from '../local/run-machine.ts';
import { type Config, readConfig } from '../shared/config.ts';
import type { FileOutcome, FileToRead } from '../shared/pipeline/run-payloads.ts';
import { VERSION_PUBLISHED, VersionPublished } from '../shared/publications/version-published.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { sweepDocumentKey } from '../shared/store/keys.ts';
import type { SweepReport } from '../shared/sweep/report-sweep-step.ts';
import { TestBus } from './publications/archive.ts';
import { listAll, readText } from './store/stores.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface SampleRun {
  readonly dandisetId: string;
  readonly version: string;
  readonly inputHash: string;
}

function readEvent<T = object>(name: string): T {
  return JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8')) as T;
}

let archive: ArchiveServer;
let folder: string;
let store: FolderStore;
let config: Config;
const settings = (): Config => config;

beforeAll(async () => {
  archive = await startArchiveServer({ files: folderFiles(join(root, 'local/sample')) });
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  store = new FolderStore(folder);
  config = {
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
});

afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Invokes a function as Lambda does, with its sample event. */
function invoke<Output>(
  name: string,
  handler: (event: unknown, context: Context) => Promise<Output>,
  event: unknown = readEvent(name),
): Promise<Output> {
  return handler(event, localContext(name));
}

/** Stores a map's results where Step Functions would: the lines, and the manifest that names them. */
async function putMapResults(manifestKey: string, lines: readonly unknown[]): Promise<void> {
  const key = manifestKey.replace(/manifest\.json$/, 'SUCCEEDED_0.jsonl');
  const type = { contentType: 'application/json' };
  await store.put(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), type);
  const manifest = { ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: key }] } };
  await store.put(manifestKey, JSON.stringify(manifest), type);
}

describe('the sample events', () => {
  it('are one for each function', () => {
    const functions = readdirSync(join(root, 'functions'))
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /^export const handler\b/m.test(readFileSync(join(root, 'functions', file), 'utf8')))
      .map((file) => file.replace(/\.ts$/, ''));
    const events = readdirSync(join(root, 'events')).map((file) => file.replace(/\.json$/, ''));
    expect(events.sort()).toEqual(functions.sort());
  });

  it('process the archive up to a stored summary', async () => {
    const listed = await invoke('list-assets', createListAssets(settings));
    expect(listed).toMatchObject({ status: 'pending', run: { dandisetId: '900004', version: 'draft' } });
    if (!('run' in listed)) throw new Error('Nobody counts turns here');
    // The events contain the name of an earlier run; the documents of this run are stored under it.
    const { run } = readEvent<{ run: SampleRun }>('build-prompt');
    for (const key of await listAll(store, `runs/900004/draft/${listed.run.inputHash}/`)) {
      const found = await store.get(key);
      const copy = key.replace(listed.run.inputHash, run.inputHash);
      await store.put(copy, found?.body ?? '', { contentType: 'application/json' });
    }

    const readHeaders = createReadHeaders(settings);
    const sample = readEvent<{ Items: FileToRead[]; BatchInput: object; lastAttempt: boolean }>(
      'read-headers',
    );
    const outcomes = await invoke<FileOutcome[]>('read-headers', readHeaders);
    expect(outcomes.map(({ path, status }) => ({ path, status }))).toEqual([
      { path: sample.Items[0]?.path, status: 'read' },
      { path: sample.Items[1]?.path, status: 'unreadable' },
    ]);

    const lines = ((await readText(store, listed.filesKey)) ?? '').trim().split('\n');
    const Items = lines.map((line) => JSON.parse(line) as FileToRead);
    const { resultsKey } = readEvent<{ resultsKey: string }>('build-prompt');
    await putMapResults(resultsKey, await invoke('read-headers', readHeaders, { ...sample, Items }));
    expect(await invoke('build-prompt', createBuildPrompt(settings))).toMatchObject({ run });
    expect(await invoke('write-summary', createWriteSummary(settings))).toMatchObject({ status: 'stored' });
  }, 60_000);

  it('reach the summary that is stored by HTTP', async () => {
    const handler = buildHttpHandler(() => composeApi(config)) as unknown as (
      event: APIGatewayProxyEventV2,
      context: Context,
    ) => Promise<APIGatewayProxyStructuredResultV2>;
    const event = readEvent<APIGatewayProxyEventV2>('api');
    const [, dandisetId = ''] = /^\/dandisets\/(\d{6})\//.exec(event.rawPath) ?? [];
    await new LocalMachine(config).summarize({ dandisetId });
    const response = await handler(event, localContext('api'));
    expect(response.statusCode).toBe(200);
  }, 60_000);

  it('announce the published versions of the archive', async () => {
    const bus = new TestBus();
    expect(await invoke('poll-publications', createPoll(settings, bus))).toMatchObject({ announced: 4 });
    expect(bus.names).toContain('900001/0.250312.1430');
  });

  it('plan a sweep, record a failure and report both', async () => {
    const { limit } = readEvent<{ limit: number }>('find-stale');
    const planned = await invoke('find-stale', createFindStale(settings));
    const { sweepId, resultsKey } = readEvent<{ sweepId: string; resultsKey: string }>('report-sweep');
    expect(planned).toMatchObject({ sweepId, due: limit });

    const failed = await invoke('record-failure', createRecordFailure(settings));
    expect(failed).toMatchObject({ status: 'failed', error: 'SummaryIncompleteError', attempts: 1 });

    const due = ((await readText(store, sweepDocumentKey(sweepId, 'due.jsonl'))) ?? '').trim().split('\n');
    const names = due.map((line) => JSON.parse(line) as { dandisetId: string; version: string });
    expect(names).toContainEqual(expect.objectContaining({ dandisetId: failed.dandisetId }));
    await putMapResults(resultsKey, [failed]);
    const output = await invoke('report-sweep', createReportSweep(settings));
    expect(output).toMatchObject({ sweepId, failed: 1, notReached: limit - 1 });
    const report = JSON.parse((await readText(store, output.reportKey)) ?? '') as SweepReport;
    expect(report.failed).toMatchObject([{ dandisetId: failed.dandisetId, error: 'SummaryIncompleteError' }]);

    const exported = await invoke('export-tables', createExportTables(settings));
    expect(exported).toMatchObject({ isWhole: true, stale: 0 });
  });
});

describe('the example of the bus', () => {
  it('is an event that the rule matches', () => {
    const file = join(root, 'docs/events', `${VERSION_PUBLISHED}.example.json`);
    const event = JSON.parse(readFileSync(file, 'utf8')) as { 'detail-type': string; detail: unknown };
    expect(event['detail-type']).toBe(VERSION_PUBLISHED);
    expect(z.safeParse(VersionPublished, event.detail).success).toBe(true);
  });
});
