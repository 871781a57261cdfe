/**
 * The command that runs the cases on AWS, with a local stand-in that implements TestState's protocol and
 * responds from our own runner: matches and differences are reported, throttling is retried, and a refusal is
 * reported with what to do.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testState } from '../../packages/asl-runner/src/index.ts';
import { buildCases } from './cases.ts';
import { compareReports, main } from './on-aws.ts';

type Body = Record<string, string> & {
  readonly mock?: { result?: string; errorOutput?: { error: string; cause: string } };
  readonly stateConfiguration?: { retrierRetryCount?: number; mapItemReaderData?: string };
};

/** TestState as in its reference, on our runner. */
async function answer(body: Body): Promise<Record<string, unknown>> {
  const { mock, stateConfiguration = {} } = body;
  const json = (text: string | undefined) => (text === undefined ? undefined : JSON.parse(text));
  const {
    evaluated = {},
    variables,
    retryIndex,
    retryBackoffIntervalSeconds,
    catchIndex,
    ...result
  } = await testState({
    definition: json(body.definition),
    stateName: body.stateName!,
    input: json(body.input),
    ...(body.variables && { variables: json(body.variables) }),
    ...(body.context && { context: json(body.context) }),
    ...(mock && {
      mock: mock.errorOutput
        ? { error: mock.errorOutput.error, cause: mock.errorOutput.cause }
        : { result: json(mock.result) },
    }),
    ...stateConfiguration,
  });
  const { afterItemBatcher, afterItemSelector, ...numbers } = evaluated;
  return {
    ...result,
    ...('output' in result && { output: JSON.stringify(result.output) }),
    inspectionData: {
      variables: JSON.stringify(variables ?? {}),
      ...(afterItemBatcher && { afterItemBatcher: JSON.stringify(afterItemBatcher) }),
      ...(afterItemSelector && { afterItemSelector: JSON.stringify(afterItemSelector) }),
      ...numbers,
      errorDetails: { retryIndex, retryBackoffIntervalSeconds, catchIndex },
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

describe('npm run test-state', () => {
  let server: Server;
  let endpoint: string;
  let requests: { readonly target: string | undefined; readonly body: Body }[];
  let misbehave: (index: number) => { status: number; type: string } | undefined;
  let change: (output: Record<string, unknown>, body: Body) => Record<string, unknown>;

  beforeEach(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    requests = [];
    misbehave = () => undefined;
    change = (output) => output;
    server = createServer(async (request, response) => {
      const body = await readBody(request);
      requests.push({ target: request.headers['x-amz-target'] as string | undefined, body });
      const wrong = misbehave(requests.length - 1);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.statusCode = wrong?.status ?? 200;
      response.end(
        JSON.stringify(
          wrong ? { __type: wrong.type, message: 'for the test' } : change(await answer(body), body),
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });

  async function run(...args: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const write = (more: string): void => {
      text += more;
    };
    const code = await main(args, write, { endpoint });
    return { code, text };
  }

  it('runs every case of both machines and reports how many agree', async () => {
    const { code, text } = await run();
    const cases = buildCases('summarize').length + buildCases('sweep').length;
    expect(text.split('\n').at(-2)).toBe(`${cases} agree, 0 differ`);
    expect(code).toBe(0);
    expect(requests).toHaveLength(cases);
    expect(new Set(requests.map(({ target }) => target))).toEqual(new Set(['AWSStepFunctions.TestState']));
    const mapped = requests.find(({ body }) => body.stateName === 'ReadHeaderBatches')!.body;
    expect(mapped.stateConfiguration?.mapItemReaderData?.split('\n')).toHaveLength(43);
    expect(mapped.mock).toMatchObject({ fieldValidationMode: 'NONE' });
    const chosen = requests.find(({ body }) => body.stateName === 'WhatIsToDo')!.body;
    expect(chosen.mock).toBeUndefined();
    expect(chosen.context).toBeUndefined();
  });

  it('reports differences: another next state, another output, one more batch', async () => {
    change = (output, { stateName }) => {
      if (stateName === 'BuildPrompt' && output.nextState === 'WriteSummary')
        return { ...output, nextState: 'EndTurn' };
      if (stateName === 'Unchanged') return { ...output, output: '{}' };
      return output;
    };
    const { code, text } = await run('--machine', 'summarize');
    expect(code).toBe(1);
    expect(text).toContain('nextState: ours "WriteSummary", AWS "EndTurn"');
    expect(text).toContain('output: ours {"status":"unchanged"');
    expect(text.split('\n').at(-2)).toMatch(/ agree, 2 differ$/);
  });

  it('retries if it is throttled', async () => {
    misbehave = (index) => (index === 0 ? { status: 400, type: 'ThrottlingException' } : undefined);
    const { code } = await run('--only', 'Written: its way');
    expect(code).toBe(0);
    expect(requests.length).toBeGreaterThan(1);
  });

  it('reports what to do without permission', async () => {
    misbehave = () => ({ status: 400, type: 'AccessDeniedException' });
    const { code, text } = await run('--only', 'Written: its way');
    expect([code, text]).toEqual([2, expect.stringContaining('states:TestState')]);
    expect(await run('--only', 'no such case')).toMatchObject({ code: 2 });
  });

  it('reports that credentials are missing', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', '/nonexistent');
    const { code, text } = await run('--only', 'Written: its way');
    expect([code, text]).toEqual([2, expect.stringContaining('no AWS credentials')]);
    expect(requests).toEqual([]);
  });
});

describe('compareReports', () => {
  it('accepts a random wait up to ours, and no longer one', () => {
    const ours = { status: 'RETRIABLE', retryIndex: 0, retryBackoffIntervalSeconds: 40 };
    expect(compareReports(ours, { ...ours, retryBackoffIntervalSeconds: 12 })).toEqual([]);
    expect(compareReports(ours, { ...ours, retryBackoffIntervalSeconds: 41 })).toHaveLength(1);
  });

  it('ignores the order of keys, and nothing else', () => {
    const report = { status: 'SUCCEEDED', output: { a: 1, b: [1, 2] } };
    expect(compareReports(report, { status: 'SUCCEEDED', output: { b: [1, 2], a: 1 } })).toEqual([]);
    expect(compareReports(report, { status: 'SUCCEEDED', output: { a: 1, b: [2, 1] } })).toHaveLength(1);
    expect(compareReports(report, { status: 'SUCCEEDED' })).toHaveLength(1);
  });
});
