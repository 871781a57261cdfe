/**
 * Compares each function's requests to the results bucket with its role in the packaged template: every
 * function accesses one bucket through a separate proxy, which denies as IAM would, while whole runs, sweeps,
 * polls and readers are executed. Nothing is denied, and nothing unused is allowed, except for a table of
 * exceptions with reasons.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHandler as createBuildPrompt } from '../../functions/build-prompt.ts';
import { composeApi } from '../../functions/compose.ts';
import { createHandler as createExportTables } from '../../functions/export-tables.ts';
import { createHandler as createFindStale } from '../../functions/find-stale.ts';
import { createHandler as createListAssets } from '../../functions/list-assets.ts';
import { createHandler as createPoll } from '../../functions/poll-publications.ts';
import { createHandler as createReadHeaders } from '../../functions/read-headers.ts';
import { createHandler as createRecordFailure } from '../../functions/record-failure.ts';
import { createHandler as createReportSweep } from '../../functions/report-sweep.ts';
import summarizeDefinition from '../../functions/summarize.asl.json' with { type: 'json' };
import sweepDefinition from '../../functions/sweep.asl.json' with { type: 'json' };
import { createHandler as createWriteSummary } from '../../functions/write-summary.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../../local/archive-server.ts';
import { localContext } from '../../local/run-machine.ts';
import { serveApi } from '../../local/serve.ts';
import {
  type Clock,
  type ExecutionResult,
  runStateMachine,
  systemClock,
} from '../../packages/asl-runner/src/index.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { repairSearchIndex } from '../../shared/search/repair-index.ts';
import { readCatalog, updateCatalog } from '../../shared/store/catalog-store.ts';
import { searchPendingKey } from '../../shared/store/keys.ts';
import { openStore } from '../../shared/store/open-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { CountingRuns, putTestSummary, TOKEN } from '../api/api-server.ts';
import { makeDeployable } from '../deployable.ts';
import { type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { bucketRights, packageTemplate, type Template } from '../packaged-template.ts';
import { goodReply } from '../pipeline/archive.ts';
import { TestBus } from '../publications/archive.ts';
import { S3Server } from '../s3-server.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Handler = (event: unknown, context: Context) => Promise<unknown>;
type Build = (config: () => Config) => Handler;

const bus = new TestBus();

/** Every function: its role, and how to build it. The API is served, and built there. */
const FUNCTIONS: Readonly<Record<string, readonly [role: string, build?: Build]>> = {
  ListAssetsFunction: ['ListAssetsRole', createListAssets],
  ReadHeadersFunction: ['ReadHeadersRole', createReadHeaders],
  BuildPromptFunction: ['BuildPromptRole', createBuildPrompt],
  WriteSummaryFunction: ['WriteSummaryRole', createWriteSummary],
  PollPublicationsFunction: ['PollPublicationsRole', (config) => createPoll(config, bus)],
  FindStaleFunction: ['FindStaleRole', createFindStale],
  RecordFailureFunction: ['SweepRecordsRole', createRecordFailure],
  ReportSweepFunction: ['SweepRecordsRole', createReportSweep],
  ExportTablesFunction: ['ExportTablesRole', createExportTables],
  api: ['ApiRole'],
  // Step Functions itself, for which the runner reads items and writes results.
  summarize: ['SummarizeRole'],
  sweep: ['SweepRole'],
};

/** Permissions that nothing here uses, with the reason. */
const SPARE: Readonly<Record<string, string>> = {
  'SummarizeRole ListMultipartUploadParts runs/*':
    'AWS needs it when ResultWriter writes large results; our runner writes them whole',
  'SummarizeRole AbortMultipartUpload runs/*': 'the same',
  'SweepRole ListMultipartUploadParts sweeps/*': 'the same',
  'SweepRole AbortMultipartUpload sweeps/*': 'the same',
};

const ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

interface Requested {
  readonly role: string;
  readonly name: string;
  readonly action: string;
  readonly key: string;
}

let template: Template;
let folder: string;
let archive: ArchiveServer;
let model: OpenAiServer;
/** The bucket with all permissions. */
let bucket: S3Server;
const doors = new Map<string, S3Server>();
const requested: Requested[] = [];
/** Keys for which the response to each function's first write is lost; empty for none. */
let loses: RegExp | undefined;

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
  process.env.AWS_REGION = 'us-east-2';
  folder = makeDeployable();
  template = JSON.parse(await packageTemplate(folder, 'test')) as Template;
  archive = await startArchiveServer({ files: folderFiles(`${ROOT}local/sample`) });
  model = await startOpenAiServer();
  bucket = await S3Server.start();
  for (const [name, [role]] of Object.entries(FUNCTIONS)) doors.set(name, await openDoor(name, role));
}, 120_000);

afterAll(async () => {
  await Promise.all([
    archive.close(),
    model.close(),
    bucket.stop(),
    ...[...doors.values()].map((s) => s.stop()),
  ]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/**
 * A proxy to the bucket for one function: it records requests, and denies those that the role does not allow.
 */
async function openDoor(name: string, role: string): Promise<S3Server> {
  const server = await S3Server.start(bucket.objects);
  const rights = bucketRights(template, role);
  const lost = new Set<string>();
  server.misbehave = (_number, method, key, headers) => {
    const actions = [key === '' ? 'ListBucket' : (ACTIONS[method] ?? method)];
    // S3 reports a missing object only to clients that may list.
    if (actions[0] === 'GetObject' && !bucket.objects.has(key))
      requested.push({ role, name, action: 'ListBucket', key: '' });
    // A conditional write reveals something about the object: S3 requires both permissions.
    if (headers['if-match'] !== undefined) actions.push('GetObject');
    for (const action of actions) requested.push({ role, name, action, key });
    if (actions.some((action) => !isAllowed(rights, action, key))) return 'access-denied';
    if (method !== 'PUT' || loses?.test(key) !== true || lost.has(key)) return undefined;
    lost.add(key);
    return 'lost-response';
  };
  return server;
}

function matches(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

function isAllowed(
  rights: Readonly<Record<string, readonly string[]>>,
  action: string,
  key: string,
): boolean {
  return Object.entries(rights).some(
    ([pattern, actions]) => actions.includes(action) && matches(pattern, key),
  );
}

function buildConfig(name: string): Config {
  const settings = {
    SUMMARY_STORE: `s3://${bucket.bucket}`,
    S3_ENDPOINT_URL: doors.get(name)!.endpoint,
    OPENAI_BASE_URL: model.baseUrl,
    LLM_MODEL: 'gpt-4o',
    API_TOKEN: TOKEN,
    RUNS_AT_ONCE: '2',
  };
  return { ...readConfig(settings), dandiApiUrl: archive.apiUrl, dandiBucketUrl: archive.bucketUrl };
}

const admin = () => openStore(`s3://${bucket.bucket}`, { endpoint: bucket.endpoint });
const buildStore = (name: string) =>
  openStore(`s3://${bucket.bucket}`, { endpoint: doors.get(name)!.endpoint });

/** Calls a function through its own proxy, as in a separate container. */
function call(name: string, event: unknown): Promise<unknown> {
  const [, build] = FUNCTIONS[name]!;
  return build!(() => buildConfig(name))(event, localContext(name));
}

/** A clock that does not wait, but yields to others. */
const HURRIED: Clock = {
  ...systemClock,
  sleep: () => new Promise((resolve) => setTimeout(resolve, 20)),
};

function run(input: unknown): Promise<ExecutionResult> {
  return runMachine(summarizeDefinition, 'summarize', input);
}

function sweep(input: unknown): Promise<ExecutionResult> {
  return runMachine(sweepDefinition, 'sweep', input);
}

function runMachine(definition: unknown, name: string, input: unknown): Promise<ExecutionResult> {
  const substitutions = Object.fromEntries(Object.keys(FUNCTIONS).map((each) => [each, each]));
  return runStateMachine(definition, {
    input,
    name: randomUUID(),
    clock: HURRIED,
    substitutions: {
      ...substitutions,
      ResultsBucket: 'results',
      SummarizeStateMachine: 'summarize',
      BatchesAtOnce: '3',
      RunsAtOnce: '2',
    },
    buckets: { results: buildStore(name) },
    invokeFunction: (each, payload) => call(each, payload),
    startExecution: ({ input: started }) => run(started),
  });
}

function sampleEvent(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${ROOT}events/${name}.json`, 'utf8')) as Record<string, unknown>;
}

const denied = () =>
  [...doors].flatMap(([name, { requests }]) =>
    requests.filter(({ status }) => status === 403).map(({ method, key }) => `${name} ${method} ${key}`),
  );

/** A reply that passes for any Dandiset of the sample, and one that must be repaired. */
const GOOD = goodReply('The files hold').replace('Sounds were played', 'Something was played');
const UNGROUNDED = GOOD.replace('Tuning to tones', 'A total of 4,711 cells took part. Tuning to tones');

describe('permissions in the bucket', () => {
  it('are enough for runs: new, repaired, unchanged, two at once, torn, with damaged headers', async () => {
    model.play(reply(UNGROUNDED), reply(GOOD));
    expect((await run({ dandisetId: '900003' })).status).toBe('SUCCEEDED');
    model.play(reply(GOOD));
    expect((await run({ dandisetId: '900003' })).status).toBe('SUCCEEDED');
    const both = await Promise.all([1, 2, 3].map(() => run({ dandisetId: '900001' })));
    for (const { status } of both) expect(status).toBe('SUCCEEDED');
    // Documents that are torn since their writer died in between.
    for (const key of bucket.objects.keys())
      if (/^summaries\/900003\/.*\/summary(?:_prompt)?\.md$/.test(key)) bucket.objects.delete(key);
    expect((await run({ dandisetId: '900003' })).status).toBe('SUCCEEDED');
    // Stored headers are damaged, then requested again.
    for (const [key, object] of bucket.objects)
      if (key.startsWith('headers/')) bucket.objects.set(key, { ...object, body: Buffer.from('{') });
    expect((await run({ dandisetId: '900003', force: true })).status).toBe('SUCCEEDED');
    expect(denied()).toEqual([]);
  }, 60_000);

  it('are enough for a damaged header that is found when types are built', async () => {
    // The digest is intact, its header is not.
    for (const [key, object] of bucket.objects)
      if (/^headers\/.*(?<!\.digest)\.json$/.test(key))
        bucket.objects.set(key, { ...object, body: Buffer.from('{') });
    await run({ dandisetId: '900003', force: true });
    expect(denied()).toEqual([]);
  }, 60_000);

  it('are enough if the response to the first write of each document is lost', async () => {
    bucket.objects.clear();
    loses = /./;
    try {
      expect((await run({ dandisetId: '900003' })).status).toBe('SUCCEEDED');
      await call('PollPublicationsFunction', { existing: 'announce' });
      expect((await sweep({ limit: 1 })).status).toBe('SUCCEEDED');
    } finally {
      loses = undefined;
    }
    expect(denied()).toEqual([]);
  }, 120_000);

  it('are enough for polls, and for sweeps that run, record failures, take down, and repair', async () => {
    bucket.objects.clear();
    await call('PollPublicationsFunction', {});
    await call('PollPublicationsFunction', { mode: 'reconcile', existing: 'announce' });
    // A Dandiset that is no longer in the archive, with all its documents.
    await putTestSummary(admin(), { id: '900099', version: 'draft' });
    const text = { contentType: 'text/markdown' };
    await admin().put('runs/900099/draft/0123456789abcdef/prompt.md', 'x', text);
    await admin().put(`failures/900099/draft/${'0'.repeat(64)}.json`, '{}', text);
    await call('FindStaleFunction', { ...sampleEvent('find-stale'), mode: 'withdrawals', takedowns: 1 });
    expect([...bucket.objects.keys()].filter((key) => key.includes('900099'))).toEqual([]);

    // The first sweep fails at its model, and a later one tries again, writes, and reports.
    const refusal = '## Abstract\n\nNo.\n';
    model.play(reply(refusal));
    expect((await sweep({ limit: 2 })).status).toBe('SUCCEEDED');
    model.play(reply(GOOD));
    expect((await sweep({ limit: 10, retryFailed: true })).status).toBe('SUCCEEDED');
    // Entries that are missing in catalog and index since their writer died, and its pending change.
    bucket.objects.delete('search-index');
    await admin().put(
      searchPendingKey('900098', 'a'.repeat(64)),
      JSON.stringify({ kind: 'remove', id: '900098', at: new Date().toISOString() }),
      { contentType: 'application/json' },
    );
    expect((await sweep({ scope: 'all', verifyContent: true })).status).toBe('SUCCEEDED');
    expect(denied()).toEqual([]);
  }, 240_000);

  it('are enough once the catalog is so long that it is in parts', async () => {
    const { entries } = await readCatalog(admin());
    expect(entries.length).toBeGreaterThan(2);
    for (const entry of entries)
      await updateCatalog(admin(), { ...entry, updated: new Date().toISOString() }, { wholeBytes: 900 });
    expect([...bucket.objects.keys()].some((key) => key.startsWith('catalog/'))).toBe(true);
    await putTestSummary(admin(), { id: '900099', version: 'draft' });
    await repairSearchIndex(admin(), new SummaryStore(admin()), new Date());
    await call('FindStaleFunction', { ...sampleEvent('find-stale'), mode: 'withdrawals', takedowns: 1 });
    await sweep({ limit: 1, scope: 'all' });
    expect((await run({ dandisetId: '900003', force: true })).status).toBe('SUCCEEDED');
    expect((await run({ dandisetId: '900003' })).status).toBe('SUCCEEDED');
    expect(denied()).toEqual([]);
  }, 120_000);

  it('are enough for every path of the API, for a requested run, and for an agent', async () => {
    const versions = [...bucket.objects.keys()]
      .map((key) => /^summaries\/900003\/([^/]+)\/summary\.json$/.exec(key)?.[1])
      .filter((version) => version !== undefined);
    const server = await serveApi(composeApi(buildConfig('api'), new CountingRuns()));
    try {
      const { paths } = JSON.parse(readFileSync(`${ROOT}docs/openapi.json`, 'utf8')) as {
        paths: Record<string, Record<string, unknown>>;
      };
      const id = '900003';
      const version = versions[0] ?? 'draft';
      const provenance = JSON.parse(
        new TextDecoder().decode(bucket.objects.get(`summaries/${id}/${version}/summary.json`)?.body),
      ) as { fileTypes: { representative: { assetId: string } }[] };
      const asset = provenance.fileTypes[0]?.representative.assetId ?? '';
      const gets = Object.entries(paths).filter(
        ([path, methods]) => 'get' in methods && path !== '/runs/{id}',
      );
      expect(gets.length).toBeGreaterThan(20);
      for (const [path] of gets) {
        const named = path.replace('{id}', id).replace('{version}', version).replace('{asset}', asset);
        const url = `${server.url}${named}`;
        // Followed: a signed link opens only what the role may read.
        const { status } = await fetch(url);
        expect([path, status < 400]).toEqual([path, true]);
      }
      expect((await fetch(`${server.url}/dandisets?q=hippocampus`)).status).toBe(200);
      expect((await fetch(`${server.url}/dandisets/900050/summary`)).status).toBe(404);
      const ask = () =>
        fetch(`${server.url}/dandisets/${id}/versions/${version}/runs`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'idempotency-key': 'one' },
        });
      const post = await ask();
      expect(post.status).toBe(202);
      // Requested again, it is the same.
      expect((await ask()).status).toBe(202);
      const { id: runId } = (await post.json()) as { id: string };
      expect((await fetch(`${server.url}/runs/${runId}`)).status).toBe(200);
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)) as never);
      for (const name of ['get_summary', 'get_facts', 'get_file_types', 'get_sessions', 'get_snippets']) {
        const { isError = false } = await client.callTool({ name, arguments: { id } });
        expect([name, isError]).toEqual([name, false]);
      }
      await client.callTool({ name: 'search_dandisets', arguments: { query: 'speech' } });
      await client.close();
      // A visible text is missing, and the one stored under its hash is read.
      bucket.objects.delete(`summaries/${id}/${version}/summary.md`);
      expect((await fetch(`${server.url}/dandisets/${id}/versions/${version}/summary.md`)).status).toBe(200);
    } finally {
      await server.close();
    }
    expect(denied()).toEqual([]);
  }, 60_000);

  it('are no more than all of that requires, except for those with a reason', () => {
    const spare = [...new Set(Object.values(FUNCTIONS).map(([role]) => role))].flatMap((role) =>
      Object.entries(bucketRights(template, role)).flatMap(([pattern, actions]) =>
        actions
          .filter(
            (action) =>
              !requested.some(
                (each) => each.role === role && each.action === action && matches(pattern, each.key),
              ),
          )
          .map((action) => `${role} ${action} ${pattern}`),
      ),
    );
    expect(spare.sort()).toEqual(Object.keys(SPARE).sort());
  });

  it('cover every role that accesses the bucket', () => {
    const roles = Object.keys(template.Resources).filter(
      (name) =>
        template.Resources[name]?.Type === 'AWS::IAM::Role' &&
        Object.keys(bucketRights(template, name)).length > 0,
    );
    expect(roles.sort()).toEqual([...new Set(Object.values(FUNCTIONS).map(([role]) => role))].sort());
  });
});
