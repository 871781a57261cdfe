/**
 * Both state machines in another engine than ours: LocalStack's Step Functions with its Java JSONata, its S3,
 * and the project's functions on a local server. Skipped if LocalStack is not installed; CONTRIBUTING.md says
 * how to.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler as createBuildPrompt } from '../../functions/build-prompt.ts';
import { createHandler as createExportTables } from '../../functions/export-tables.ts';
import { createHandler as createFindStale } from '../../functions/find-stale.ts';
import { createHandler as createListAssets } from '../../functions/list-assets.ts';
import { createHandler as createReadHeaders } from '../../functions/read-headers.ts';
import { createHandler as createRecordFailure } from '../../functions/record-failure.ts';
import { createHandler as createReportSweep } from '../../functions/report-sweep.ts';
import summarizeDefinition from '../../functions/summarize.asl.json' with { type: 'json' };
import sweepDefinition from '../../functions/sweep.asl.json' with { type: 'json' };
import { createHandler as createWriteSummary } from '../../functions/write-summary.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../../local/archive-server.ts';
import { localContext } from '../../local/run-machine.ts';
import type { Json, JsonObject } from '../../packages/asl-runner/src/index.ts';
import { batchItems } from '../../packages/asl-runner/src/index.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import type { FileToRead, ListedRun } from '../../shared/pipeline/run-payloads.ts';
import { createS3Client, S3Store } from '../../shared/store/s3-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { SweepReport } from '../../shared/sweep/report-sweep-step.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';
import { ARRAY_SUFFIX, adaptDefinition, WRITE_RESULTS } from './adapted.ts';
import { freePort, waitForEnd } from './servers.ts';

const { LOCALSTACK_PYTHON = '', JSONATA_JARS = '' } = process.env;
const isThere = existsSync(LOCALSTACK_PYTHON) && existsSync(JSONATA_JARS);
const REGION = 'us-east-2';
const BUCKET = 'results';
const ACCOUNT = '000000000000';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/states`;
const SAMPLE = fileURLToPath(new URL('../../local/sample/', import.meta.url));

type Call = (payload: JsonObject) => Promise<unknown>;

/** Why the tests are skipped, if they are. */
const SKIPPED = 'LOCALSTACK_PYTHON and JSONATA_JARS are not set to a LocalStack: its engine is not tested.';
if (!isThere) console.warn(SKIPPED);

describe.skipIf(!isThere)('LocalStack’s Step Functions', () => {
  let folder: string;
  let archive: ArchiveServer;
  let lambda: Server;
  let engine: ChildProcess;
  let output = '';
  let client: SFNClient;
  let store: S3Store;
  let summarizeArn: string;
  let sweepArn: string;
  /** The paths of each call of ReadHeaders. */
  const batches: string[][] = [];
  /** A file that ends the function which reads it. */
  let poison: string | undefined;
  /** A Dandiset whose runs fail. */
  let failing: string | undefined;

  beforeAll(async () => {
    process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
    process.env.AWS_REGION = REGION;
    folder = await mkdtemp(join(tmpdir(), 'localstack-'));
    archive = await startArchiveServer({ files: folderFiles(SAMPLE) });
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    lambda = await startLambda(functionsOver(endpoint));
    const lambdaUrl = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
    engine = spawn(
      LOCALSTACK_PYTHON,
      [
        fileURLToPath(new URL('run_localstack.py', import.meta.url)),
        String(port),
        lambdaUrl,
        JSONATA_JARS,
        folder,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    engine.stdout?.on('data', (part) => (output += part));
    engine.stderr?.on('data', (part) => (output += part));
    await untilReady(() => output.includes('Ready.'));
    const s3 = createS3Client({ region: REGION, endpoint, credentials: TEST_CREDENTIALS });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    store = new S3Store({ client: s3, bucket: BUCKET, prefix: '' });
    client = new SFNClient({ region: REGION, endpoint, credentials: TEST_CREDENTIALS });
    summarizeArn = await createMachine('summarize', adaptDefinition(summarizeDefinition), {
      ListAssetsFunction: 'list-assets',
      ReadHeadersFunction: 'read-headers',
      BuildPromptFunction: 'build-prompt',
      WriteSummaryFunction: 'write-summary',
      ResultsBucket: BUCKET,
      BatchesAtOnce: '40',
    });
    sweepArn = await createMachine('sweep', adaptDefinition(sweepDefinition), {
      FindStaleFunction: 'find-stale',
      RecordFailureFunction: 'record-failure',
      ReportSweepFunction: 'report-sweep',
      ExportTablesFunction: 'export-tables',
      SummarizeStateMachine: summarizeArn,
      ResultsBucket: BUCKET,
      RunsAtOnce: '4',
    });
  }, 120_000);

  afterAll(async () => {
    await waitForEnd(engine);
    lambda?.close();
    await archive?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function untilReady(isReady: () => boolean): Promise<void> {
    for (let waited = 0; !isReady(); waited += 200) {
      if (waited > 90_000 || engine.exitCode !== null) throw new Error(`LocalStack did not start: ${output}`);
      await sleep(200);
    }
  }

  /** The functions, and replacements for what the engine lacks. */
  function functionsOver(endpoint: string): Readonly<Record<string, Call>> {
    const config: Config = {
      ...readConfig({ SUMMARY_STORE: `s3://${BUCKET}`, S3_ENDPOINT_URL: endpoint }),
      dandiApiUrl: archive.apiUrl,
      dandiBucketUrl: archive.bucketUrl,
    };
    const settings = () => config;
    const listAssets = createListAssets(settings);
    const readHeaders = createReadHeaders(settings);
    const buildPrompt = createBuildPrompt(settings);
    const writeSummary = createWriteSummary(settings);
    const findStale = createFindStale(settings);
    const recordFailure = createRecordFailure(settings);
    const reportSweep = createReportSweep(settings);
    const exportTables = createExportTables(settings);
    const inTurn = new Map<string, string>();
    return {
      'list-assets': async (payload) => {
        if (payload.dandisetId === failing)
          throw Object.assign(new Error('The reply is empty.'), { name: 'SummaryIncompleteError' });
        const listed = (await listAssets(payload, localContext('list-assets'))) as ListedRun;
        if (listed.status === 'pending') {
          inTurn.set('ReadHeaderBatches', listed.resultsPrefix);
          const files = await linesAt(listed.filesKey);
          const { MaxItemsPerBatch, MaxInputBytesPerBatch } =
            summarizeDefinition.States.ReadHeaderBatches.ItemBatcher;
          const limits = { maxItems: MaxItemsPerBatch, maxBytes: MaxInputBytesPerBatch };
          const children: Json[] = [];
          for await (const { input } of batchItems(files, limits, {
            run: JSON.parse(JSON.stringify(listed.run)) as Json,
          }))
            children.push(input);
          await putArray(listed.filesKey, children);
        }
        return listed;
      },
      'read-headers': async (payload) => {
        const paths = (payload.Items as unknown as FileToRead[]).map(({ path }) => path);
        batches.push(paths);
        if (poison !== undefined && paths.includes(poison)) {
          const message = 'RequestId: 1b2c Error: Runtime exited with error: signal: killed';
          throw Object.assign(new Error(message), { name: 'Runtime.ExitError' });
        }
        return await readHeaders(payload, localContext('read-headers'));
      },
      'build-prompt': (payload) => buildPrompt(payload, localContext('build-prompt')),
      'write-summary': (payload) => writeSummary(payload, localContext('write-summary')),
      'find-stale': async (payload) => {
        const planned = await findStale(payload, localContext('find-stale'));
        if ('dueKey' in planned && planned.due > 0) {
          inTurn.set('SummarizeDueVersions', planned.resultsPrefix);
          await putArray(planned.dueKey, await linesAt(planned.dueKey));
        }
        return planned;
      },
      'record-failure': (payload) => recordFailure(payload, localContext('record-failure')),
      'report-sweep': (payload) => reportSweep(payload, localContext('report-sweep')),
      'export-tables': (payload) => exportTables(payload, localContext('export-tables')),
      [WRITE_RESULTS]: async ({ map, results }) => {
        const lines = (results as Json[]).flat().map((each) => JSON.stringify(each));
        const prefix = `${inTurn.get(String(map)) ?? ''}other-engine`;
        const key = `${prefix}/SUCCEEDED_0.jsonl`;
        await store.put(key, `${lines.join('\n')}\n`, { contentType: 'application/jsonl' });
        const manifest = { DestinationBucket: BUCKET, ResultFiles: { SUCCEEDED: [{ Key: key }] } };
        await store.put(`${prefix}/manifest.json`, JSON.stringify(manifest), {
          contentType: 'application/json',
        });
        return { ResultWriterDetails: { Bucket: BUCKET, Key: `${prefix}/manifest.json` } };
      },
    };
  }

  async function linesAt(key: string): Promise<Json[]> {
    const found = await store.get(key);
    const lines = new TextDecoder().decode(found?.body).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Json);
  }

  async function putArray(key: string, children: readonly Json[]): Promise<void> {
    await store.put(`${key}${ARRAY_SUFFIX}`, JSON.stringify(children), { contentType: 'application/json' });
  }

  async function createMachine(
    name: string,
    definition: unknown,
    substitutions: Readonly<Record<string, string>>,
  ): Promise<string> {
    const text = JSON.stringify(definition).replaceAll(
      /\$\{(\w+)\}/g,
      (_match, variable: string) => substitutions[variable] ?? '',
    );
    const created = await client.send(
      new CreateStateMachineCommand({ name, definition: text, roleArn: ROLE }),
    );
    return created.stateMachineArn ?? '';
  }

  async function run(
    stateMachineArn: string,
    input: unknown,
  ): Promise<{ described: DescribeExecutionOutput; states: string[]; events: number }> {
    const { executionArn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    for (;;) {
      const described = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') {
        const history = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
        const states = (history.events ?? []).flatMap(({ stateEnteredEventDetails: entered }) =>
          entered?.name === undefined ? [] : [entered.name],
        );
        return { described, states, events: history.events?.length ?? 0 };
      }
      await sleep(200);
    }
  }

  it('summarizes a Dandiset, and finds it unchanged the second time', async () => {
    const { described, states, events } = await run(summarizeArn, { dandisetId: '900003' });
    expect(described, JSON.stringify(described)).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(described.output ?? '')).toMatchObject({ status: 'stored', dandisetId: '900003' });
    expect(states).toEqual([
      'ListAssets',
      'WhatIsToDo',
      'ReadHeaderBatches',
      'WriteReadHeaderBatches',
      'BuildPrompt',
      'WriteSummary',
    ]);
    expect(events).toBeGreaterThan(20);
    const again = await run(summarizeArn, { dandisetId: '900003' });
    expect(JSON.parse(again.described.output ?? '')).toMatchObject({ status: 'unchanged' });
    expect(again.states).toEqual(['ListAssets', 'WhatIsToDo', 'Unchanged']);
  }, 120_000);

  it('reads the files of a batch that ended its reader one by one', async () => {
    batches.length = 0;
    const { described: first } = await run(summarizeArn, { dandisetId: '900004', force: true });
    expect(first, JSON.stringify(first)).toMatchObject({ status: 'SUCCEEDED' });
    poison = batches[0]?.[0];
    batches.length = 0;
    const { described } = await run(summarizeArn, { dandisetId: '900004', force: true });
    expect(described, JSON.stringify(described)).toMatchObject({ status: 'SUCCEEDED' });
    expect(batches[0]?.length).toBeGreaterThan(1);
    expect(batches.slice(1).every((paths) => paths.length === 1)).toBe(true);
    expect(batches.filter(([path]) => path === poison)).toHaveLength(3);
    const { version } = JSON.parse(described.output ?? '') as { version: string };
    const reading = await new SummaryStore(store).readSummary('900004', version);
    if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
    const { coverage } = reading.provenance as unknown as {
      coverage: { unreadable: { path: string; reason: string }[] };
    };
    expect(coverage.unreadable).toContainEqual(
      expect.objectContaining({ path: poison, reason: 'reader-out-of-memory' }),
    );
    poison = undefined;
  }, 120_000);

  it('fails by name, once the attempts are used up', async () => {
    const { described } = await run(summarizeArn, { dandisetId: '999999' });
    expect(described).toMatchObject({ status: 'FAILED', error: 'NotFoundError' });
  }, 60_000);

  it('sweeps the archive, records the run that fails, and reports', async () => {
    failing = '900001';
    const { described, states } = await run(sweepArn, {});
    expect(described, JSON.stringify(described)).toMatchObject({ status: 'SUCCEEDED' });
    expect(states).toEqual([
      'FindStale',
      'IsAnythingDue',
      'SummarizeDueVersions',
      'WriteSummarizeDueVersions',
      'ReportSweep',
      'ExportTables',
      'IsAllExported',
      'Swept',
    ]);
    const { reportKey } = JSON.parse(described.output ?? '') as { reportKey: string };
    const found = await store.get(reportKey);
    const report = JSON.parse(new TextDecoder().decode(found?.body)) as SweepReport;
    // Two of them were summarized by the tests above.
    expect(report).toMatchObject({ dandisets: 4, versions: 4, fresh: 2, notReached: [] });
    expect(report.stored.map(({ dandisetId }) => dandisetId)).toEqual(['900002']);
    expect(report.failed).toMatchObject([
      { dandisetId: '900001', error: 'SummaryIncompleteError', message: 'The reply is empty.' },
    ]);
    // It is recorded, so that the next sweep tries it again; stored summaries are not repeated.
    failing = undefined;
    const next = await run(sweepArn, {});
    const { reportKey: nextKey } = JSON.parse(next.described.output ?? '') as { reportKey: string };
    const nextReport = JSON.parse(new TextDecoder().decode((await store.get(nextKey))?.body)) as SweepReport;
    expect(nextReport.stored.map(({ dandisetId }) => dandisetId)).toEqual(['900001']);
    expect(nextReport).toMatchObject({ fresh: 3, failed: [] });
  }, 240_000);
});

/**
 * Lambda's Invoke over HTTP, as far as Step Functions uses it: an error of the function is a response with
 * 200.
 */
async function startLambda(functions: Readonly<Record<string, Call>>): Promise<Server> {
  const server = createServer(async (request, response) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '';
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
    };
    let body: unknown;
    try {
      const call = functions[decodeURIComponent(name)];
      if (call === undefined) throw new Error(`No function is named ${name}.`);
      body = await call(JSON.parse(Buffer.concat(parts).toString() || '{}') as JsonObject);
    } catch (error) {
      headers['x-amz-function-error'] = 'Unhandled';
      const { name: errorType, message: errorMessage } = error as Error;
      body = { errorType, errorMessage, trace: [] };
    }
    response.writeHead(200, headers).end(JSON.stringify(body ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
