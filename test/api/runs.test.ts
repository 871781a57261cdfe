/** Runs over HTTP: who may start them, how often, once per key, and their reports. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalRuns } from '../../local/local-runs.ts';
import type { MachineOptions } from '../../local/machine.ts';
import { RunFailedError } from '../../local/run-failed.ts';
import type { ApiDependencies } from '../../shared/api/api.ts';
import { HttpError } from '../../shared/api/problem.ts';
import type { RunStatus } from '../../shared/api/runs.ts';
import { StepFunctionsRuns } from '../../shared/api/step-functions-runs.ts';
import { ArchiveUnavailableError, NotFoundError } from '../../shared/errors.ts';
import { S3Server } from '../s3-server.ts';
import { s3StoreOver, TEST_CREDENTIALS } from '../store/stores.ts';
import { PUBLISHED, startTestApi, type TestApi, TOKEN } from './api-server.ts';
import { StatesServer } from './states-server.ts';

const RUNS = `/dandisets/900002/versions/${PUBLISHED}/runs`;
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const JSON_BODY = { ...AUTHORIZED, 'content-type': 'application/json' };

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

async function startedId(response: Response): Promise<string> {
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  expect(response.headers.get('location')).toBe(`/runs/${id}`);
  return id;
}

async function readProblemKind(response: Response): Promise<string> {
  const { type } = (await response.json()) as { type: string };
  return type.split(':').at(-1) ?? '';
}

describe('starting a run', () => {
  it('returns the URL of its report', async () => {
    const id = await startedId(await api.post(RUNS, AUTHORIZED));
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(api.runs.started).toEqual([
      { id, input: { dandisetId: '900002', version: PUBLISHED, force: false } },
    ]);
    const reported = await api.get(`/runs/${id}`);
    expect(reported.headers.get('cache-control')).toBe('no-store');
    expect(await reported.json()).toMatchObject({ id, state: 'running', progress: { files: { done: 20 } } });
  });

  it.each([
    [{}, ''],
    [{ authorization: 'Basic dXNlcjpwYXNz' }, ''],
    [{ authorization: 'Bearer ' }, ''],
    [{ authorization: 'Bearer wrong' }, 'invalid_token'],
    [{ authorization: `Bearer ${TOKEN}x` }, 'invalid_token'],
  ])('is refused with %j', async (headers, error) => {
    const response = await api.post(RUNS, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect(response.headers.get('www-authenticate')).toContain(error);
    expect(await readProblemKind(response)).toBe('unauthorized');
    expect(api.runs.started).toEqual([]);
  });

  it('is refused with a clear message if no token is set up, or it cannot be read', async () => {
    const without = await startTestApi({ readToken: async () => undefined });
    const refused = await without.post(RUNS, { authorization: 'Bearer undefined' });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('API_TOKEN');
    await without.close();
    const broken = await startTestApi({
      readToken: () => Promise.reject(new HttpError('unavailable', 'The token could not be looked up.')),
    });
    expect((await broken.post(RUNS, AUTHORIZED)).status).toBe(503);
    await broken.close();
  });

  it('accepts force, and no other body', async () => {
    await startedId(await api.post(RUNS, JSON_BODY, '{"force":true}'));
    expect(api.runs.started[0]?.input.force).toBe(true);
    for (const body of ['{', '[]', 'null', '{"force":"yes"}', '{"force":true,"model":"x"}', '"\ud800"'])
      expect((await api.post(RUNS, JSON_BODY, body)).status).toBe(400);
    expect((await api.post(RUNS, { ...AUTHORIZED, 'content-type': 'text/plain' }, '{}')).status).toBe(415);
    expect((await api.post(RUNS, JSON_BODY, `{"force":true${' '.repeat(5_000)}}`)).status).toBe(413);
    expect(api.runs.started).toHaveLength(1);
  });

  it('is refused for a version that is not public in the archive, before anything is counted or started', async () => {
    const requested: string[] = [];
    const archive: ApiDependencies['archive'] = {
      findVersion: async ({ id, version = '' }) => {
        requested.push(`${id}/${version}`);
        if (id === '900008') {
          const url = 'https://archive.example/dandisets/900008/';
          throw new ArchiveUnavailableError('The archive said 502 behind the proxy.', { url });
        }
        if (id !== '900002')
          throw new NotFoundError(`There is no Dandiset ${id}.`, { subject: `Dandiset ${id}` });
        return { id, version };
      },
    };
    const strict = await startTestApi({ archive, dailyRuns: 1 });
    const missing = await strict.post('/dandisets/900009/versions/draft/runs', AUTHORIZED);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ detail: 'There is no Dandiset 900009.' });
    const down = await strict.post('/dandisets/900008/versions/draft/runs', AUTHORIZED);
    expect(down.status).toBe(503);
    expect(await down.text()).not.toContain('502');
    // Neither used anything of the day's budget, which allows one.
    const headers = { ...AUTHORIZED, 'idempotency-key': 'seen' };
    const id = await startedId(await strict.post(RUNS, headers));
    expect(strict.runs.started.map((run) => run.id)).toEqual([id]);
    // A run already started under this key is reported without a request to the archive; without a token no
    // request is made.
    expect(await startedId(await strict.post(RUNS, headers))).toBe(id);
    expect((await strict.post(RUNS, {})).status).toBe(401);
    expect(requested).toEqual(['900009/draft', '900008/draft', `900002/${PUBLISHED}`]);
    await strict.close();
  });

  it('happens once per key, for repeated and concurrent requests', async () => {
    const headers = { ...AUTHORIZED, 'idempotency-key': 'nightly 2026-11-22' };
    const responses = await Promise.all(Array.from({ length: 12 }, () => api.post(RUNS, headers)));
    const ids = await Promise.all(responses.map(startedId));
    expect(new Set(ids).size).toBe(1);
    expect(api.runs.started).toHaveLength(1);
    // It is counted once: two more fit into a day of three.
    await startedId(await api.post(RUNS, AUTHORIZED));
    await startedId(await api.post(RUNS, AUTHORIZED));
    expect((await api.post(RUNS, AUTHORIZED)).status).toBe(429);
    expect(await startedId(await api.post(RUNS, headers))).toBe(ids[0]);
  });

  it('does not accept a used key for another request', async () => {
    const headers = { ...AUTHORIZED, 'idempotency-key': 'k' };
    await startedId(await api.post(RUNS, headers));
    const other = await api.post('/dandisets/900001/versions/draft/runs', headers);
    expect(other.status).toBe(409);
    expect(await readProblemKind(other)).toBe('key-reused');
    expect((await api.post(RUNS, { ...JSON_BODY, 'idempotency-key': 'k' }, '{"force":true}')).status).toBe(
      409,
    );
    expect((await api.post(RUNS, { ...AUTHORIZED, 'idempotency-key': 'x'.repeat(201) })).status).toBe(400);
    expect(api.runs.started).toHaveLength(1);
  });

  it('is completed by a repeated request if the state machine did not respond', async () => {
    const headers = { ...AUTHORIZED, 'idempotency-key': 'again' };
    api.runs.error = new HttpError('unavailable', 'Step Functions did not respond.');
    const failed = await api.post(RUNS, headers);
    expect(failed.status).toBe(503);
    expect(api.runs.started).toHaveLength(0);
    await startedId(await api.post(RUNS, headers));
    expect(api.runs.started).toHaveLength(1);
    await startedId(await api.post(RUNS, AUTHORIZED));
    await startedId(await api.post(RUNS, AUTHORIZED));
    expect((await api.post(RUNS, AUTHORIZED)).status).toBe(429);
  });

  it('respects the budget of the day with many concurrent requests, and has a new one the next day', async () => {
    let now = new Date('2026-11-22T23:59:30.000Z');
    const strict = await startTestApi({ now: () => now, dailyRuns: 5 });
    const responses = await Promise.all(Array.from({ length: 20 }, () => strict.post(RUNS, AUTHORIZED)));
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(5);
    const refused = responses.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('30');
    expect(await readProblemKind(refused as Response)).toBe('budget-spent');
    now = new Date('2026-11-23T00:00:00.000Z');
    expect((await strict.post(RUNS, AUTHORIZED)).status).toBe(202);
    expect(strict.runs.started).toHaveLength(6);
    await strict.close();
  });
});

describe('starting a run over S3', () => {
  it('enforces the budget and the key for two concurrent containers', async () => {
    const server = await S3Server.start();
    const apis = await Promise.all(
      [1, 2].map(() => startTestApi({ store: s3StoreOver(server), dailyRuns: 4 })),
    );
    const headers = { ...AUTHORIZED, 'idempotency-key': 'one for both' };
    const keyed = await Promise.all(apis.map((each) => each.post(RUNS, headers)));
    expect(new Set(await Promise.all(keyed.map(startedId))).size).toBe(1);
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, at) => (apis[at % 2] as TestApi).post(RUNS, AUTHORIZED)),
    );
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(7);
    server.fail({ fault: 'slow-down', times: 12 });
    const failed = await (apis[0] as TestApi).post(RUNS, headers);
    expect(failed.status).toBe(503);
    expect(await failed.text()).not.toContain('s3://');
    await Promise.all([...apis.map((each) => each.close()), server.stop()]);
  });
});

describe('why a run failed', () => {
  const CAUSE = 's3://secret-bucket/runs/x: AccessDenied for arn:aws:iam::123456789012:role/secret';

  it.each([
    ['NotFoundError', 'failed', 'There is no version 0.1.', 'There is no version 0.1.'],
    ['StoreUnavailableError', 'failed', CAUSE, /log has the reason/],
    ['ModelRejectedError', 'failed', CAUSE, /log has the reason/],
    ['ReaderFailingError', 'failed', CAUSE, /log has the reason/],
    ['TypeError', 'failed', CAUSE, /log has the reason/],
    ['States.Runtime', 'failed', CAUSE, /log has the reason/],
    ['Stopped', 'stopped', CAUSE, 'The run was stopped.'],
    ['States.Timeout', 'timed-out', CAUSE, 'The run exceeded its time limit.'],
  ] as const)(
    'is reported as %s, %s, with no more than other responses contain',
    async (name, state, message, reported) => {
      const run: RunStatus = {
        id: 'x',
        state,
        startedAt: '2026-11-22T12:00:00.000Z',
        error: { name, message },
      };
      const failed = await startTestApi({ runs: { start: async () => {}, find: async () => run } });
      const text = await (await failed.get('/runs/x')).text();
      expect(text).not.toContain('secret');
      const { error } = JSON.parse(text) as RunStatus;
      expect(error?.name).toBe(name);
      expect(error?.message).toEqual(
        typeof reported === 'string' ? reported : expect.stringMatching(reported),
      );
      await failed.close();
    },
  );
});

describe('executions in AWS', () => {
  const states = new StatesServer();
  const input = { dandisetId: '900002', version: PUBLISHED, force: false };
  let runs: StepFunctionsRuns;
  beforeEach(async () => {
    states.executions.clear();
    states.calls.length = 0;
    states.startedBy.length = 0;
    states.itemCounts = undefined;
    await states.start();
    runs = new StepFunctionsRuns({
      machineArn: states.machineArn,
      endpoint: states.endpoint,
      region: 'us-east-2',
      credentials: TEST_CREDENTIALS,
    });
  });
  afterEach(() => states.close());

  it('are started under the run’s id, once', async () => {
    await runs.start('one', input);
    await runs.start('one', input);
    const execution = states.executions.get('one');
    expect(JSON.parse(execution?.input ?? '')).toEqual(input);
    if (execution !== undefined) execution.status = 'SUCCEEDED';
    await runs.start('one', input);
    expect(states.executions.size).toBe(1);
  });

  it('are started by the alias and found by their machine, which names them', async () => {
    const byAlias = new StepFunctionsRuns({
      machineArn: `${states.machineArn}:live`,
      endpoint: states.endpoint,
      region: 'us-east-2',
      credentials: TEST_CREDENTIALS,
    });
    await byAlias.start('aliased', input);
    expect(states.startedBy).toEqual([`${states.machineArn}:live`]);
    expect(await byAlias.find('aliased')).toMatchObject({ id: 'aliased', state: 'running' });
  });

  it('are reported with their progress', async () => {
    expect(await runs.find('two')).toBeUndefined();
    await runs.start('two', input);
    expect(await runs.find('two')).toEqual({
      id: 'two',
      dandisetId: '900002',
      version: PUBLISHED,
      state: 'running',
      startedAt: '2026-11-18T11:06:40.000Z',
    });
    states.itemCounts = { total: 60, succeeded: 40, failed: 1, timedOut: 1, aborted: 0, running: 18 };
    expect((await runs.find('two'))?.progress).toEqual({ files: { total: 60, done: 40, failed: 2 } });
  });

  it.each([
    [
      { status: 'SUCCEEDED', output: '{"status":"stored","dandisetId":"900002","version":"0.1"}' },
      { state: 'succeeded', outcome: 'stored', version: '0.1' },
    ],
    [
      {
        status: 'FAILED',
        error: 'NotFoundError',
        cause: '{"errorType":"NotFoundError","errorMessage":"There is no Dandiset 900002.","trace":["at x"]}',
      },
      { state: 'failed', error: { name: 'NotFoundError', message: 'There is no Dandiset 900002.' } },
    ],
    [
      { status: 'TIMED_OUT' },
      { state: 'timed-out', error: { name: 'States.Timeout', message: 'The run exceeded its time limit.' } },
    ],
    [
      { status: 'ABORTED', cause: 'by hand' },
      { state: 'stopped', error: { name: 'Stopped', message: 'by hand' } },
    ],
  ])('that ended %j', async (ended, expected) => {
    states.executions.set('three', { input: JSON.stringify(input), stopDate: 1_795_000_060, ...ended });
    expect(await runs.find('three')).toMatchObject({ ...expected, endedAt: '2026-11-18T11:07:40.000Z' });
  });

  it('are retried if unreachable, then reported as such', async () => {
    states.faults.push({ status: 500, type: 'InternalFailure' });
    await runs.start('four', input);
    expect(states.calls).toEqual(['StartExecution', 'StartExecution']);
    states.faults.push(...Array.from({ length: 3 }, () => ({ status: 500, type: 'InternalFailure' })));
    await expect(runs.find('four')).rejects.toMatchObject({ name: 'HttpError', kind: 'unavailable' });
  });
});

describe('runs on one machine', () => {
  const input = { dandisetId: '900002', version: 'draft', force: false };
  const ended = { status: 'stored', dandisetId: '900002', version: 'draft', inputHash: 'x' } as const;

  it('report their progress and outcome', async () => {
    let go = (): void => {};
    const runs = new LocalRuns({
      summarize: async (_input, { onEvent }: MachineOptions = {}) => {
        const counts = { total: 60, succeeded: 20, failed: 0, running: 20 };
        const state = 'ReadHeaderBatches';
        onEvent?.({ type: 'state-entered', path: state, state, stateType: 'Map' });
        onEvent?.({
          type: 'state-entered',
          path: `${state}[0]/ReadHeaders`,
          state: 'ReadHeaders',
          stateType: 'Task',
        });
        onEvent?.({ type: 'map-progress', path: state, state, counts });
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return { ...ended, summaryKey: 'k', provenanceKey: 'p' };
      },
    });
    await runs.start('a', input);
    await runs.start('a', input);
    expect(await runs.find('a')).toMatchObject({
      state: 'running',
      progress: { step: 'ReadHeaderBatches', files: { total: 60, done: 20, failed: 0 } },
    });
    go();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await runs.find('a')).toMatchObject({ state: 'succeeded', outcome: 'stored', version: 'draft' });
    expect(await runs.find('b')).toBeUndefined();
  });

  it('fail with their reason, and stop with the server', async () => {
    const runs = new LocalRuns({
      summarize: async ({ dandisetId }, { signal }: MachineOptions = {}) => {
        if (dandisetId === '900009')
          throw new RunFailedError('There is no Dandiset 900009.', { error: 'NotFoundError' });
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      },
    });
    await runs.start('bad', { ...input, dandisetId: '900009' });
    await runs.start('long', input);
    await runs.close();
    expect(await runs.find('bad')).toMatchObject({
      state: 'failed',
      error: { name: 'NotFoundError', message: 'There is no Dandiset 900009.' },
    });
    expect(await runs.find('long')).toMatchObject({ state: 'stopped', error: { name: 'Stopped' } });
  });
});
