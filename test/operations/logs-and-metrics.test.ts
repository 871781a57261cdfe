/**
 * The functions' standard output inside Lambda: metrics in CloudWatch's embedded format, and log lines
 * without keys, prompts and descriptions, for any error.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandler as createBuildPrompt } from '../../functions/build-prompt.ts';
import { buildHandler } from '../../functions/handler.ts';
import { createHandler as createListAssets } from '../../functions/list-assets.ts';
import { createHandler as createReadHeaders } from '../../functions/read-headers.ts';
import definition from '../../functions/summarize.asl.json' with { type: 'json' };
import { createHandler as createWriteSummary } from '../../functions/write-summary.ts';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { localContext } from '../../local/run-machine.ts';
import { runStateMachine, systemClock } from '../../packages/asl-runner/src/index.ts';
import { readConfig } from '../../shared/config.ts';
import { METRICS, type MetricName } from '../../shared/metrics.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { fault, indiscreetFault, type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { buildArchive, GOOD_NWB, goodReply } from '../pipeline/archive.ts';

const ID = '123456';
const NAMESPACE = 'dandiset-summarizer-test';
const KEY = 'sk-test-4f7d2c9be1a84453';
/** Text of the Dandiset, which the prompt quotes. */
const DESCRIPTION = 'Recordings that a test made up';
/** Fixed text of the prompt. */
const OF_THE_PROMPT = 'numbered facts about a Dandiset';
const OF_THE_REPLY = 'Sounds were played while neurons';
const GOOD = goodReply('One file holds');
const UNGROUNDED = GOOD.replace('Tuning to tones', 'A total of 4,711 cells took part. Tuning to tones');

let folder: string;
let archive: ArchiveServer;
let model: OpenAiServer;
let output: string[];

beforeEach(async () => {
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', NAMESPACE);
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
  const assets = [
    { path: 'sub-1/a.nwb', body: GOOD_NWB },
    { path: 'sub-1/empty.nwb', body: new Uint8Array() },
  ];
  archive = await startArchiveServer({ files: buildArchive(ID, 'draft', assets) });
  model = await startOpenAiServer();
  output = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      output.push(
        ...String(chunk)
          .split('\n')
          .filter((line) => line !== ''),
      );
      return true;
    });
  }
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await archive.close();
  await model.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

function config() {
  return {
    ...readConfig({
      SUMMARY_STORE: folder,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: KEY,
      LLM_MODEL: 'gpt-4o',
    }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
}

/** What Lambda passes: with an ARN, unlike on one machine. */
function lambdaContext(name: string): Context {
  return {
    ...localContext(name),
    invokedFunctionArn: `arn:aws:lambda:us-east-2:123456789012:function:${name}`,
  };
}

/** Runs the state machine with functions that assume that they are in Lambda. */
function runAsInLambda() {
  const functions: Record<string, (event: unknown, context: Context) => Promise<unknown>> = {
    'list-assets': createListAssets(config),
    'read-headers': createReadHeaders(config),
    'build-prompt': createBuildPrompt(config),
    'write-summary': createWriteSummary(config),
  };
  return runStateMachine(definition, {
    input: { dandisetId: ID },
    substitutions: {
      ListAssetsFunction: 'list-assets',
      ReadHeadersFunction: 'read-headers',
      BuildPromptFunction: 'build-prompt',
      WriteSummaryFunction: 'write-summary',
      ResultsBucket: 'results',
      BatchesAtOnce: '40',
    },
    buckets: { results: new FolderStore(folder) },
    invokeFunction: (name, payload) => functions[name]!(payload, lambdaContext(name)),
    clock: { ...systemClock, sleep: async () => {} },
  });
}

interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly service: string;
}

/** The lines in CloudWatch's embedded metric format, and the others. All are JSON. */
function linesWritten(): { metrics: EmbeddedMetrics[]; logs: Record<string, unknown>[] } {
  const lines = output.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    metrics: lines.filter((line) => '_aws' in line) as unknown as EmbeddedMetrics[],
    logs: lines.filter((line) => !('_aws' in line)),
  };
}

/** All values of a metric that a service measured, of all its events. */
function listValues(service: string, name: MetricName): number[] {
  return linesWritten()
    .metrics.filter((line) => line.service === service)
    .flatMap((line) => (line as unknown as Record<string, number | number[] | undefined>)[name] ?? []);
}

describe('metrics', () => {
  it('are written by each step in the embedded format, by the table of names and units', async () => {
    model.play(reply(UNGROUNDED), reply(GOOD));
    expect(await runAsInLambda()).toMatchObject({ status: 'SUCCEEDED' });
    const { metrics } = linesWritten();
    // Costs are written with each reply, before anything can fail; the rest at the end.
    expect(metrics.map(({ service }) => service)).toEqual([
      'read-headers',
      'write-summary',
      'write-summary',
      'write-summary',
    ]);
    for (const { _aws } of metrics) {
      expect(Math.abs(_aws.Timestamp - Date.now())).toBeLessThan(60_000);
      const [directive] = _aws.CloudWatchMetrics;
      expect(_aws.CloudWatchMetrics).toHaveLength(1);
      expect(directive).toMatchObject({ Namespace: NAMESPACE, Dimensions: [['service']] });
      for (const { Name, Unit } of directive!.Metrics)
        expect([Name, Unit]).toEqual([Name, METRICS[Name as MetricName]]);
    }
    expect(listValues('read-headers', 'FilesRead')).toEqual([1]);
    expect(listValues('read-headers', 'FilesUnreadable')).toEqual([1]);
    expect(listValues('read-headers', 'FilesKept')).toEqual([]);
    for (const name of ['BytesRead', 'ReadRequests', 'ReadRounds'] as const) {
      const [value, ...more] = listValues('read-headers', name);
      expect(more).toEqual([]);
      expect(value).toBeGreaterThan(0);
    }
    expect(listValues('write-summary', 'PromptTokens')).toEqual([11, 11]);
    expect(listValues('write-summary', 'ReplyTokens')).toEqual([7, 7]);
    const [first, second] = listValues('write-summary', 'ReplyCost');
    expect(first).toBeCloseTo((11 * 2.5 + 7 * 10) / 1e6, 9);
    expect(second).toBe(first);
    const [before, after] = listValues('write-summary', 'ChecksFailed');
    expect(before).toBeGreaterThan(0);
    expect(after).toBe(0);
  });

  it('distinguish stored headers from those that were read', async () => {
    model.play(reply(GOOD));
    await runAsInLambda();
    output = [];
    await rm(join(folder, 'summaries'), { recursive: true });
    expect(await runAsInLambda()).toMatchObject({ status: 'SUCCEEDED' });
    expect(listValues('read-headers', 'FilesKept')).toEqual([1]);
    expect(listValues('read-headers', 'FilesRead')).toEqual([]);
    // The reply was stored too: nothing was paid, and nothing is counted twice.
    expect(listValues('write-summary', 'ReplyCost')).toEqual([]);
  });

  it('include the costs of a failed step', async () => {
    model.play(reply('No headings, no summary.'));
    expect(await runAsInLambda()).toMatchObject({ status: 'FAILED', error: 'SummaryIncompleteError' });
    expect(listValues('write-summary', 'ReplyCost').length).toBeGreaterThan(0);
  });

  it('include costs even if the function is killed before its event ends', async () => {
    model.play(reply(GOOD));
    const handler = buildHandler({
      name: 'killed',
      parse: (event) => event,
      logFields: () => ({}),
      run: async (_input, _signal, log) => {
        log.measure('ReplyCost', 0.5);
        log.flush();
        return await new Promise<never>(() => {});
      },
      outOfTime: () => new Error('out of time'),
    });
    void handler({}, lambdaContext('killed')).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(listValues('killed', 'ReplyCost')).toEqual([0.5]);
  });

  it('include measurements before a timeout, which is logged', async () => {
    const handler = buildHandler({
      name: 'slow',
      parse: (event) => event,
      logFields: () => ({}),
      run: async (_input, _signal, log) => {
        log.measure('ReplyCost', 0.25);
        return await new Promise<never>(() => {});
      },
      outOfTime: () => new Error('out of time'),
    });
    const context = { ...lambdaContext('slow'), getRemainingTimeInMillis: () => 5_050 };
    await expect(handler({}, context)).rejects.toThrow('out of time');
    expect(listValues('slow', 'ReplyCost')).toEqual([0.25]);
    expect(linesWritten().logs.map(({ message }) => message)).toContain('step failed');
  });

  it('are silent on one machine, as the logs are', async () => {
    model.play(reply(GOOD));
    await new LocalMachine(config()).summarize({ dandisetId: ID });
    expect(output).toEqual([]);
  });
});

describe('logs', () => {
  const FAULTS = {
    'all goes well': [reply(GOOD)],
    'the reply is refused by the checks': [reply('No headings, no summary.')],
    // Services may quote what they were sent.
    'the service refuses the key and quotes it': [indiscreetFault(401)],
    'the service refuses the prompt and quotes it': [indiscreetFault(400)],
    'the service breaks down and quotes both': [indiscreetFault(500)],
    'the prompt is too long': [fault(400, { message: OF_THE_PROMPT, code: 'context_length_exceeded' })],
  } as const;

  it.each(Object.entries(FAULTS))(
    'contain no key, prompt, description or reply if %s',
    async (_what, play) => {
      model.play(...play);
      await runAsInLambda();
      const written = output.join('\n');
      const { logs } = linesWritten();
      // The model was sent all of it, so there was something to leak.
      const sent = JSON.stringify(model.requests.map(({ body, headers }) => ({ body, headers })));
      for (const secret of [KEY, DESCRIPTION, OF_THE_PROMPT]) {
        expect(sent).toContain(secret);
        expect(written).not.toContain(secret);
      }
      expect(written).not.toContain(OF_THE_REPLY);
      // Every line names its run.
      expect(logs.length).toBeGreaterThan(3);
      expect(logs.filter((line) => line.dandisetId !== ID)).toEqual([]);
    },
  );
});
