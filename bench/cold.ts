/**
 * `npm run bench -- cold`: how long every function's bundle takes to start in a fresh process, against a
 * local stand-in for Lambda's Runtime API: until it requests its first event, and from there until it has
 * responded. The events are those of one run of the sample archive, from its list to its page. Requires the
 * bundles: `npm run build`.
 *
 * Not included are Lambda's own parts of a cold start: the sandbox, the transfer of the package, and a slower
 * core.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderFiles, startArchiveServer } from '../local/archive-server.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { markdownTable } from './table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUNTIME = join(ROOT, 'bench/lambda-runtime.ts');
/** Fresh processes for each function; the median is reported. */
const STARTS = 5;
/** Milliseconds that the one event may take. */
const EVENT_MS = 120_000;

/** One fresh process. */
export interface ColdStart {
  /** From the start of the process until it requests an event. */
  readonly startMs: number;
  /** From receiving the event until its response arrives. */
  readonly firstMs: number;
  readonly answer: unknown;
}

/** The start parameters of a process. */
export interface ColdFunction {
  readonly name: string;
  /** The file that exports `handler`. */
  readonly module: string;
  readonly event: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts a function once and sends it one event.
 * @throws Error if it ends without a response, or responds with an error
 */
export async function startCold({ name, module, event, environment = {} }: ColdFunction): Promise<ColdStart> {
  const startedAt = performance.now();
  let [askedAt, requested] = [0, 0];
  const { promise, resolve, reject } = Promise.withResolvers<ColdStart>();
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      requested += 1;
      if (requested > 1) return void response.writeHead(410).end();
      askedAt = performance.now();
      response
        .writeHead(200, {
          'lambda-runtime-aws-request-id': 'cold',
          'lambda-runtime-deadline-ms': String(Date.now() + EVENT_MS),
        })
        .end(JSON.stringify(event));
    } else void answered(request, response);
  });
  const answered = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const firstMs = performance.now() - askedAt;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(202).end();
    if (request.url?.endsWith('/response')) resolve({ startMs: askedAt - startedAt, firstMs, answer });
    else reject(new Error(`${name} responded with ${JSON.stringify(answer).slice(0, 500)}`));
  };
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const child = spawn(process.execPath, ['--enable-source-maps', RUNTIME], {
    env: {
      PATH: process.env.PATH ?? '',
      AWS_REGION: 'us-east-2',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      POWERTOOLS_METRICS_NAMESPACE: 'bench',
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      _HANDLER: module,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (part) => (errors += part));
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  ended.then(() => reject(new Error(`${name} ended without a response: ${errors.slice(-1_000)}`)));
  try {
    return await promise;
  } finally {
    await ended;
    server.close();
    server.closeAllConnections();
  }
}

interface Row {
  readonly name: string;
  readonly starts: readonly ColdStart[];
}

/** Starts every bundle and prints a table. @throws Error if there are no bundles */
export async function runCold(): Promise<void> {
  const functions = join(ROOT, 'dist/functions');
  if (!existsSync(functions)) throw new Error('There are no bundles: npm run build.');
  const folder = mkdtempSync(join(tmpdir(), 'cold-'));
  const archive = await startArchiveServer({ files: folderFiles(join(ROOT, 'local/sample')) });
  const environment = {
    SUMMARY_STORE: folder,
    DANDI_API_URL: archive.apiUrl,
    DANDI_BUCKET_URL: archive.bucketUrl,
    EVENT_BUS_NAME: 'none',
  };
  const rows: Row[] = [];
  const measure = async (name: string, event: unknown): Promise<unknown> => {
    const module = join(functions, name, 'index.mjs');
    const starts: ColdStart[] = [];
    for (let count = 0; count < STARTS; count += 1)
      starts.push(await startCold({ name, module, event, environment }));
    rows.push({ name, starts });
    return starts[0]?.answer;
  };
  try {
    await measureAll(measure, new FolderStore(folder));
    const missing = readdirSync(functions).filter((name) => !rows.some((row) => row.name === name));
    if (missing.length > 0) throw new Error(`Not measured: ${missing.join(', ')}`);
  } finally {
    await archive.close();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${table(functions, rows)}\n`);
}

type Measure = (name: string, event: unknown) => Promise<unknown>;

/** Calls each function with its input in a run, in the same order. */
async function measureAll(measure: Measure, store: FolderStore): Promise<void> {
  const listed = (await measure('list-assets', { dandisetId: '900004', version: 'draft', force: true })) as {
    run: object;
    filesKey: string;
    resultsPrefix: string;
  };
  const { run } = listed;
  const files = new TextDecoder().decode((await store.get(listed.filesKey))?.body);
  const Items = files
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const outcomes = await measure('read-headers', { Items, BatchInput: { run }, lastAttempt: false });
  const resultsKey = await putResults(store, `${listed.resultsPrefix}/map`, outcomes as unknown[]);
  await measure('build-prompt', { run, resultsKey, shorter: 0 });
  await measure('write-summary', { run, force: true });
  const failed = await measure('record-failure', sampleEvent('record-failure'));
  const reported = sampleEvent('report-sweep') as { resultsKey: string };
  await measure('find-stale', sampleEvent('find-stale'));
  await putResults(store, reported.resultsKey.replace(/\/manifest\.json$/, ''), [failed]);
  await measure('report-sweep', reported);
  await measure('export-tables', sampleEvent('export-tables'));
  await measure('poll-publications', { mode: 'poll', existing: 'remember' });
  const event = JSON.stringify(sampleEvent('api')).replaceAll('900002', '900004');
  const page = (await measure('api', JSON.parse(event))) as { statusCode: number };
  if (page.statusCode !== 200) throw new Error(`The API responded with ${page.statusCode}.`);
}

function sampleEvent(name: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'events', `${name}.json`), 'utf8'));
}

/** Stores a map's results where Step Functions would. */
async function putResults(store: FolderStore, prefix: string, lines: readonly unknown[]): Promise<string> {
  const json = { contentType: 'application/json' };
  const key = `${prefix}/SUCCEEDED_0.jsonl`;
  await store.put(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), json);
  const manifest = { ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: key }] } };
  await store.put(`${prefix}/manifest.json`, JSON.stringify(manifest), json);
  return `${prefix}/manifest.json`;
}

/** The files that are loaded at the start: the entry and its static imports. */
function findLoaded(folder: string): string[] {
  const loaded = new Set(['index.mjs']);
  for (const file of loaded) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, part] of text.matchAll(/(?:from|import) ?"\.\/([^"]+\.mjs)"/g)) loaded.add(part!);
  }
  return [...loaded];
}

function table(functions: string, rows: readonly Row[]): string {
  const kilobytes = (name: string, files: readonly string[]): string => {
    const bytes = files.reduce((sum, file) => sum + statSync(join(functions, name, file)).size, 0);
    return Math.round(bytes / 1000).toLocaleString('en-US');
  };
  const list = (name: string, suffix: string): string[] =>
    readdirSync(join(functions, name)).filter((file) => file.endsWith(suffix));
  const middle = (values: readonly number[]): string =>
    String(Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0));
  return markdownTable(
    [
      'function',
      'a start loads, KB',
      'bundle, KB',
      'source maps, KB',
      'until it requests an event, ms',
      'first event, ms',
    ],
    rows.map(({ name, starts }) => [
      name,
      kilobytes(name, findLoaded(join(functions, name))),
      kilobytes(name, list(name, '.mjs')),
      kilobytes(name, list(name, '.map')),
      middle(starts.map(({ startMs }) => startMs)),
      middle(starts.map(({ firstMs }) => firstMs)),
    ]),
  );
}
