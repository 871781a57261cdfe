/**
 * Follows the error pages of docs/operations.md on this machine: each error is caused, the page's own command
 * line is run in a shell, and its promised result is checked. The lines are read from the page.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { composeApi } from '../../functions/compose.ts';
import {
  type ArchiveError,
  type ArchiveRequest,
  type ArchiveServer,
  folderFiles,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { serveApi } from '../../local/serve.ts';
import type { Clock } from '../../packages/asl-runner/src/index.ts';
import { systemClock } from '../../packages/asl-runner/src/index.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { readCatalog, removeFromCatalog } from '../../shared/store/catalog-store.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { CountingRuns, TOKEN } from '../api/api-server.ts';
import { fault, type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { goodReply } from '../pipeline/archive.ts';
import { S3Server } from '../s3-server.ts';
import { newFolder, TEST_CREDENTIALS } from '../store/stores.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const ID = '900003';
const VERSION = '0.241219.0804';

/** The command line of the page for an error, found by its comment. @throws Error if the page has none */
function lineFor(words: string): string {
  const line = PAGE.split('\n').find((each) => each.includes(` # ${words}`));
  if (line === undefined) throw new Error(`docs/operations.md has no line for "${words}"`);
  return line.replace('000683', ID).replace('000027/0.210831.2033', `${ID}/${VERSION}`);
}

/** A clock that does not wait between attempts. */
const HURRIED: Clock = { ...systemClock, sleep: async () => {} };

let archive: ArchiveServer;
let model: OpenAiServer;
let folder: string;
let misbehave: (request: ArchiveRequest) => ArchiveError | undefined;
let blobRequests = 0;
let environment: Record<string, string>;
let config: Config;

beforeEach(async () => {
  misbehave = () => undefined;
  blobRequests = 0;
  archive = await startArchiveServer({
    files: folderFiles(join(ROOT, 'local/sample')),
    onRequest: (request) => {
      if (request.path.startsWith('blobs/')) blobRequests += 1;
      return misbehave(request);
    },
  });
  model = await startOpenAiServer();
  model.play(reply(goodReply('The files hold')));
  ({ folder } = await newFolder());
  environment = {
    SUMMARY_STORE: folder,
    DANDI_API_URL: archive.apiUrl,
    DANDI_BUCKET_URL: archive.bucketUrl,
    OPENAI_BASE_URL: model.baseUrl,
    LLM_MODEL: 'gpt-4o',
    API_TOKEN: TOKEN,
  };
  config = readConfig(environment);
});
afterEach(async () => {
  await Promise.all([archive.close(), model.close()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Runs a line of the page in a shell, in which the command's name is the project's own command line. */
function follow(line: string, more: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const script = line.replace(/^dandiset-summarizer/, `node "${ROOT}local/cli.ts"`);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    ...environment,
    ...more,
  };
  return new Promise((resolve) => {
    const done = execFile('sh', ['-c', script], { cwd: ROOT, env }, (_error, out, err) =>
      resolve({ code: done.exitCode ?? -1, output: `${out}${err}` }),
    );
  });
}

const run = (dandisetId = ID) => new LocalMachine(config).summarize({ dandisetId }, { clock: HURRIED });

/** Run once more, the line finds nothing to do and makes no request: the error is over. */
async function expectSettled(): Promise<void> {
  const requested = model.requests.length;
  const { code, output } = await follow(lineFor('A run failed'));
  expect([code, output]).toEqual([0, expect.stringMatching(/900003\/\S+ +unchanged/)]);
  expect(model.requests).toHaveLength(requested);
}

describe('a run failed', () => {
  it('since the archive was down: nothing was paid, and it is written when started again', async () => {
    misbehave = ({ path }) => (path.startsWith('blobs/') ? { status: 503 } : undefined);
    await expect(run()).rejects.toMatchObject({ error: 'ArchiveUnavailableError' });
    expect(model.requests).toHaveLength(0);
    misbehave = () => undefined;
    const { code, output } = await follow(lineFor('A run failed'));
    expect([code, output]).toEqual([0, expect.stringMatching(/900003\/\S+ +stored/)]);
    await expectSettled();
  }, 120_000);

  it('since the model was down: the headers stay stored, and it is written when started again', async () => {
    model.play(fault(503, { message: 'overloaded' }));
    await expect(run()).rejects.toMatchObject({ error: 'ModelUnavailableError' });
    const requested = model.requests.length;
    expect(blobRequests).toBeGreaterThan(0);
    blobRequests = 0;
    model.play(reply(goodReply('The files hold')));
    const { code, output } = await follow(lineFor('A run failed'));
    expect([code, output]).toEqual([0, expect.stringMatching(/900003\/\S+ +stored/)]);
    expect(blobRequests).toBe(0);
    expect(model.requests.length).toBeGreaterThan(requested);
    await expectSettled();
  }, 120_000);

  it('because of a damaged stored header, which is read again', async () => {
    await run();
    const requested = model.requests.length;
    const headers = new FolderStore(folder);
    for await (const key of headers.list('headers/'))
      await headers.put(key, '{"damaged', { contentType: 'application/json' });
    rmSync(join(folder, 'summaries'), { recursive: true });
    blobRequests = 0;
    const { code } = await follow(lineFor('A run failed'));
    expect(code).toBe(0);
    expect(blobRequests).toBeGreaterThan(0);
    // The paid reply is stored.
    expect(model.requests).toHaveLength(requested);
  }, 120_000);

  it('because the store cannot be written: the error names it, and the model is not called', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder should be');
    const before = await follow(lineFor('A run failed'));
    expect(before.code).not.toBe(0);
    expect(before.output).toContain(folder);
    expect(model.requests).toHaveLength(0);
    rmSync(folder);
    mkdirSync(folder);
    expect((await follow(lineFor('A run failed'))).code).toBe(0);
  }, 120_000);
});

describe('a message was not delivered, or polls were stopped', () => {
  it('the next poll announces only versions published meanwhile', async () => {
    const first = await follow(lineFor('A message was not delivered'));
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('The first poll of this store')]);
    // All except one are now known from before, as if that one had been published since.
    const file = join(folder, 'publications/baseline.json');
    const baseline = JSON.parse(readFileSync(file, 'utf8')) as { versions: Record<string, unknown> };
    expect(Object.keys(baseline.versions)).toContain(ID);
    const { [ID]: _published, ...versions } = baseline.versions;
    writeFileSync(file, JSON.stringify({ ...baseline, versions }));
    const { code, output } = await follow(lineFor('A message was not delivered'));
    expect([code, output]).toEqual([0, expect.stringMatching(/900003\/\S+ +stored/)]);
    expect(output).toContain('1 were new');
    const again = await follow(lineFor('A message was not delivered'));
    expect(again.output).toContain('0 were new');
  }, 120_000);
});

describe('a run takes too long', () => {
  it('because killed runs have the turns: the command frees them, and the waiting run continues', async () => {
    const turns = join(folder, 'runs/turns.json');
    mkdirSync(join(folder, 'runs'), { recursive: true });
    const until = Date.now() + 3_600_000;
    const holders = Array.from({ length: config.runsAtOnce }, (_, at) => ({ run: `killed-${at}`, until }));
    writeFileSync(turns, JSON.stringify({ holders, line: [] }));
    let waited = 0;
    const freed = Promise.withResolvers<void>();
    const sleep: Clock['sleep'] = async () => {
      waited += 1;
      if (waited > 1) return await freed.promise;
    };
    const waiting = new LocalMachine(config).summarize({ dandisetId: ID }, { clock: { ...HURRIED, sleep } });
    while (waited < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(model.requests).toHaveLength(0);
    expect((await follow(lineFor('A run takes too long'))).code).toBe(0);
    expect(existsSync(turns)).toBe(false);
    freed.resolve();
    expect((await waiting).status).toBe('stored');
  }, 120_000);
});

describe('the catalog lacks a page', () => {
  it('a sweep adds it, and the model is not called', async () => {
    const store = new FolderStore(folder);
    expect((await follow('dandiset-summarizer sweep')).code).toBe(0);
    const requested = model.requests.length;
    const whole = (await readCatalog(store)).entries.map(({ id }) => id);
    expect(whole).toContain(ID);
    await removeFromCatalog(store, ID);
    const { code } = await follow(lineFor('The catalog lacks a page'));
    expect(code).toBe(0);
    expect((await readCatalog(store)).entries.map(({ id }) => id)).toEqual(whole);
    expect(model.requests).toHaveLength(requested);
  }, 120_000);
});

describe('the API responds with 5xx', () => {
  it('while its permission for the bucket is missing: the command reports it with 1, and exits with 0 afterwards', async () => {
    process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
    process.env.AWS_REGION = 'us-east-2';
    const s3 = await S3Server.start();
    const onBucket = { ...environment, SUMMARY_STORE: `s3://${s3.bucket}`, S3_ENDPOINT_URL: s3.endpoint };
    const settings = readConfig(onBucket);
    await new LocalMachine(settings).summarize({ dandisetId: ID });
    const runs = new CountingRuns();
    runs.find = async (id) => ({
      id,
      dandisetId: ID,
      version: VERSION,
      state: 'succeeded',
      outcome: 'unchanged',
      startedAt: '2026-11-26T12:00:00.000Z',
    });
    const server = await serveApi(composeApi(settings, runs));
    try {
      s3.misbehave = () => 'access-denied';
      const during = await fetch(`${server.url}/dandisets/${ID}/summary.md`);
      expect(during.status).toBe(503);
      const line = lineFor('The API answered 5xx');
      const broken = await follow(line, { API_URL: server.url });
      expect([broken.code, broken.output]).toEqual([
        1,
        expect.stringMatching(/FAILED at \w+: [\s\S]*To do: /),
      ]);
      s3.misbehave = () => undefined;
      const over = await follow(line, { API_URL: server.url });
      expect([over.code, over.output]).toEqual([0, expect.stringContaining('All is well.')]);
    } finally {
      await server.close();
      await s3.stop();
    }
  }, 120_000);
});
