/**
 * The test after a deployment: runs one small Dandiset through the real state machine and API, and checks the result.
 * `npm run smoke -- --stage dev` finds the stack's API and its token; `npm run smoke -- --url http://127.0.0.1:PORT`
 * does the same with a server on this machine. A failed step names what to check. Exits with 0, or 1 at the first
 * failed step, 2 for wrong arguments.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { RUN_STATES } from '../shared/api/runs.ts';

const SERVICE = 'dandiset-summarizer';

/** A Dandiset with one small file, used for tests by its owners, the archive's developers. */
const DEFAULT_DANDISET = '000027/0.210831.2033';

/** Time limit of the run of one small Dandiset in seconds, including cold starts and a slow model. */
const DEFAULT_PATIENCE_SECONDS = 900;
const LOOK_EVERY_MS = 2_000;
/** The API caches the catalog for five seconds; further checks allow for a slow one. */
const LOOKS_AT_CATALOG = 10;

/** The options of the test. */
export interface Smoke {
  /** The API's URL, without a trailing slash. */
  readonly url: string;
  /** The token that starts runs. */
  readonly token: string;
  /** `ID/VERSION`, which must be in the archive. */
  readonly dandiset: string;
  readonly patienceSeconds: number;
  /** Milliseconds between two checks of the run. */
  readonly lookEveryMs?: number;
  /** Called after each successful step. */
  readonly onStep?: (line: string) => void;
}

/** A failed step, and what to do about it. */
export class SmokeError extends Error {
  override readonly name = 'SmokeError';
  readonly step: string;
  readonly todo: string;
  constructor(step: string, message: string, todo: string, options?: { cause?: unknown }) {
    super(message, options);
    this.step = step;
    this.todo = todo;
  }
}

interface Run {
  readonly state: (typeof RUN_STATES)[number];
  readonly outcome?: string;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Runs all steps. @throws SmokeError at the first that fails */
export async function smoke(options: Smoke): Promise<void> {
  const [id = '', version = ''] = options.dandiset.split('/');
  const onStep = options.onStep ?? (() => {});
  const health = await getJson<{ status: string; version: string }>(options, 'health', '/health', {
    todo: 'Check the log of the API (docs/operations.md, "The API answers 5xx"): its settings, its role, or the bucket.',
  });
  onStep(`health: ${health.status}, version ${health.version}`);

  const run = await startRun(options, `/dandisets/${id}/versions/${version}/runs`);
  onStep(`run: ${run} started`);
  const ended = await untilEnded(options, run);
  onStep(`run: ${ended.state}, ${ended.outcome ?? 'with no outcome'}`);

  await checkSummary(options, { id, version });
  onStep('summary: JSON, markdown and page agree');
  await checkCatalog(options, { id, version });
  onStep('catalog: lists it');
}

async function startRun(options: Smoke, path: string): Promise<string> {
  const response = await ask(options, 'run', path, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' },
    body: '{"force":true}',
  });
  if (response.status !== 202) {
    const TODO: Readonly<Record<number, string>> = {
      401: 'Give the token: API_TOKEN here, the parameter that API_TOKEN_PARAMETER names there.',
      403: 'Deploy with API_TOKEN_PARAMETER, the parameter that holds the token; on this machine set API_TOKEN.',
      404: 'Name a version that the archive has: --dandiset ID/VERSION.',
      429: 'The runs of the day are used up (API_DAILY_RUNS): try tomorrow, or raise it.',
      503: 'The archive or Step Functions did not respond: try again; if it persists, check the log of the API.',
    };
    throw new SmokeError(
      'run',
      `The run was not started: ${response.status} ${(await response.text()).slice(0, 300)}`,
      TODO[response.status] ?? 'Look at the log of the API under the id of the request.',
    );
  }
  return ((await response.json()) as { id: string }).id;
}

async function untilEnded(options: Smoke, run: string): Promise<Run> {
  const { patienceSeconds, lookEveryMs = LOOK_EVERY_MS } = options;
  const looks = Math.max(1, Math.ceil((patienceSeconds * 1000) / lookEveryMs));
  for (let look = 0; look < looks; look += 1) {
    const found = await getJson<Run>(options, 'run', `/runs/${run}`, {
      todo: 'The run is not known: look at the executions of the state machine.',
    });
    if (found.state === 'succeeded') return found;
    if (found.state !== 'running') {
      throw new SmokeError(
        'run',
        `The run ${found.state}: ${found.error?.name ?? 'no name'}, ${found.error?.message ?? 'no reason'}`,
        'docs/operations.md has a page for each error; if the previous release worked, go back to it: npm run rollback.',
      );
    }
    await sleep(lookEveryMs);
  }
  throw new SmokeError(
    'run',
    `The run still goes on after ${patienceSeconds} s.`,
    'Check which state it is in (docs/operations.md, "A run takes too long"), or have more --patience.',
  );
}

async function checkSummary(options: Smoke, { id, version }: { id: string; version: string }): Promise<void> {
  const path = `/dandisets/${id}/versions/${version}/summary`;
  const todo =
    'The run stored no page, or another: look at its output and at summaries/ in the results bucket.';
  const read = async (accept: string): Promise<string> => {
    const response = await ask(options, 'summary', path, { headers: { accept } });
    if (response.status === 200) return response.text();
    throw new SmokeError('summary', `${path} as ${accept} responds with ${response.status}.`, todo);
  };
  const document = JSON.parse(await read('application/json')) as Record<string, unknown>;
  if (document.dandisetId !== id || document.version !== version)
    throw new SmokeError('summary', `${path} is of ${document.dandisetId}/${document.version}.`, todo);
  const [markdown, page] = [await read('text/markdown'), await read('text/html')];
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? '';
  for (const heading of ['## Abstract', '## Keywords']) {
    if (title === '' || !markdown.includes(heading))
      throw new SmokeError('summary', `The page lacks ${title === '' ? 'its title' : heading}.`, todo);
  }
  if (!page.includes('<h1')) throw new SmokeError('summary', 'The page is not HTML with a title.', todo);
}

async function checkCatalog(options: Smoke, { id, version }: { id: string; version: string }): Promise<void> {
  // The catalog lists the Dandiset's default version, which may be a newer one; the API caches it for some seconds.
  const todo =
    'The page is stored and not listed: a sweep repairs that (docs/operations.md, "The catalog lacks a page").';
  for (let look = 0; look < LOOKS_AT_CATALOG; look += 1) {
    const { dandisets } = await getJson<{ dandisets: { id: string }[] }>(
      options,
      'catalog',
      '/dandisets?limit=2000',
      { todo },
    );
    if (dandisets.some((entry) => entry.id === id)) return;
    await sleep(options.lookEveryMs ?? LOOK_EVERY_MS);
  }
  throw new SmokeError('catalog', `The catalog lacks ${id}, of which ${version} was summarized.`, todo);
}

async function getJson<T>(
  options: Smoke,
  step: string,
  path: string,
  { todo }: { readonly todo: string },
): Promise<T> {
  const response = await ask(options, step, path, { headers: { accept: 'application/json' } });
  const text = await response.text();
  if (response.status !== 200)
    throw new SmokeError(step, `${path} responds with ${response.status}: ${text.slice(0, 300)}`, todo);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new SmokeError(step, `${path} is not JSON: ${text.slice(0, 100)}`, todo, { cause });
  }
}

/** Time limit of a response of the API in seconds; the gateway aborts after 30. */
const ANSWER_SECONDS = 35;

async function ask({ url }: Smoke, step: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, { ...request, signal: AbortSignal.timeout(ANSWER_SECONDS * 1000) });
  } catch (cause) {
    throw new SmokeError(
      step,
      `${url} does not respond.`,
      'Is the stack deployed, in this region? `npx serverless info --stage STAGE` shows its URL.',
      { cause },
    );
  }
}

/** The URL of a stage's API, and the token in its parameter. */
async function findStage(stage: string, region: string): Promise<Pick<Smoke, 'url' | 'token'>> {
  const stacks = await new CloudFormationClient({ region }).send(
    new DescribeStacksCommand({ StackName: `${SERVICE}-${stage}` }),
  );
  const outputs = stacks.Stacks?.[0]?.Outputs ?? [];
  const url = outputs.find(({ OutputKey }) => OutputKey === 'HttpApiUrl')?.OutputValue;
  if (url === undefined) {
    const todo = `Deploy it: npm run deploy -- --stage ${stage} --region ${region}`;
    throw new SmokeError('stack', `The stack of ${stage} has no API.`, todo);
  }
  return { url, token: await findToken(stage, region) };
}

async function findToken(stage: string, region: string): Promise<string> {
  const { API_TOKEN: token } = process.env;
  if (token !== undefined && token !== '') return token;
  const Name = process.env.API_TOKEN_PARAMETER || `/${SERVICE}/${stage}/api-token`;
  try {
    const { Parameter } = await new SSMClient({ region }).send(
      new GetParameterCommand({ Name, WithDecryption: true }),
    );
    return Parameter?.Value ?? '';
  } catch (cause) {
    throw new SmokeError(
      'token',
      `The token cannot be read from ${Name}: ${cause instanceof Error ? cause.message : cause}`,
      'Put it there and deploy with API_TOKEN_PARAMETER (docs/operations.md, "Deploy"), or give API_TOKEN.',
      { cause },
    );
  }
}

const USAGE =
  'npm run smoke -- --stage STAGE [--region REGION] | --url URL, with API_TOKEN set; [--dandiset ID/VERSION] [--patience SECONDS]';

async function main(given: string[]): Promise<number> {
  const { values } = parseArgs({
    args: given,
    options: {
      stage: { type: 'string' },
      region: { type: 'string', default: 'us-east-2' },
      url: { type: 'string' },
      dandiset: { type: 'string', default: DEFAULT_DANDISET },
      patience: { type: 'string', default: String(DEFAULT_PATIENCE_SECONDS) },
    },
  });
  const { stage, url, dandiset } = values;
  const patienceSeconds = Number(values.patience);
  const isDandiset = /^\d{6}\/\S+$/.test(dandiset);
  if ((stage === undefined) === (url === undefined) || !isDandiset || !(patienceSeconds > 0)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  try {
    const location =
      stage === undefined
        ? { url: (url as string).replace(/\/$/, ''), token: process.env.API_TOKEN ?? '' }
        : await findStage(stage, values.region);
    await smoke({
      ...location,
      dandiset,
      patienceSeconds,
      onStep: (line) => process.stdout.write(`${line}\n`),
    });
    process.stdout.write('All is well.\n');
    return 0;
  } catch (error) {
    const lines =
      error instanceof SmokeError
        ? [`FAILED at ${error.step}: ${error.message}`, `To do: ${error.todo}`]
        : [`FAILED: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
    process.stderr.write(`${lines.join('\n')}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
