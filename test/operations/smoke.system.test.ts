/**
 * The test after a deployment, run on the local API with the real state machine, and on broken stages.
 */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeApi } from '../../functions/compose.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../../local/archive-server.ts';
import { LocalRuns } from '../../local/local-runs.ts';
import { LocalMachine } from '../../local/machine.ts';
import { type ApiServer, serveApi } from '../../local/serve.ts';
import { type SmokeError, smoke } from '../../scripts/smoke.ts';
import type { ApiDependencies } from '../../shared/api/api.ts';
import type { RunStatus } from '../../shared/api/runs.ts';
import { readConfig } from '../../shared/config.ts';
import { startTestApi, type TestApi, TOKEN } from '../api/api-server.ts';
import { newFolder } from '../store/stores.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DANDISET = '900003/0.241219.0804';

describe('the smoke test of the real machine', () => {
  let archive: ArchiveServer;
  let server: ApiServer;
  let runs: LocalRuns;
  let folder: string;
  beforeEach(async () => {
    archive = await startArchiveServer({ files: folderFiles(`${ROOT}local/sample`) });
    ({ folder } = await newFolder());
    const config = readConfig({
      SUMMARY_STORE: folder,
      DANDI_API_URL: archive.apiUrl,
      DANDI_BUCKET_URL: archive.bucketUrl,
      API_TOKEN: TOKEN,
    });
    runs = new LocalRuns(new LocalMachine(config));
    server = await serveApi(composeApi(config, runs));
  });
  afterEach(async () => {
    await Promise.all([server.close(), runs.close()]);
    await archive.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it('passes all steps from the run to the catalog, by its command', async () => {
    const { code, output } = await run(['--url', server.url, '--dandiset', DANDISET]);
    expect(output).toMatch(
      /health: ok[\s\S]*run: succeeded, stored[\s\S]*summary: [\s\S]*catalog: [\s\S]*All is well\./,
    );
    expect(code).toBe(0);
  }, 120_000);

  it('exits with 1 and an instruction if the archive has no such version', async () => {
    const { code, output } = await run(['--url', server.url, '--dandiset', '900099/draft']);
    expect(code).toBe(1);
    expect(output).toMatch(/FAILED at run: .*404[\s\S]*To do: Name a version that the archive has/);
  }, 60_000);

  it('exits with 2 without a target', async () => {
    expect((await run([])).code).toBe(2);
    expect((await run(['--url', server.url, '--stage', 'dev'])).code).toBe(2);
    expect((await run(['--url', server.url, '--dandiset', 'x'])).code).toBe(2);
  }, 60_000);
});

/** Runs the command as a user does. */
function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const environment = { PATH: process.env.PATH ?? '', API_TOKEN: TOKEN };
    const options = { env: environment, cwd: ROOT };
    const done = execFile(process.execPath, ['scripts/smoke.ts', ...args], options, (_error, out, err) =>
      resolve({ code: done.exitCode ?? -1, output: `${out}${err}` }),
    );
  });
}

describe('the smoke test of a stage that is broken', () => {
  let api: TestApi | undefined;
  afterEach(() => api?.close());

  async function catchFailure(dependencies: Partial<ApiDependencies>, token: string): Promise<SmokeError> {
    api = await startTestApi(dependencies);
    const given = { url: api.url, token, dandiset: '900002/draft', patienceSeconds: 0.05, lookEveryMs: 10 };
    return smoke(given).then(
      () => expect.fail('The smoke test passed'),
      (error: SmokeError) => error,
    );
  }

  const ended = (status: Partial<RunStatus>): ApiDependencies['runs'] & object => ({
    start: async () => {},
    find: async (id) => ({ id, state: 'running', startedAt: '2026-11-26T12:00:00.000Z', ...status }),
  });

  it.each<[string, Partial<ApiDependencies>, string, string, RegExp]>([
    ['a wrong token', {}, 'wrong', 'run', /Give the token/],
    ['no token set up', { readToken: async () => undefined }, TOKEN, 'run', /API_TOKEN_PARAMETER/],
    ['a run that does not end', { runs: ended({}) }, TOKEN, 'run', /more --patience/],
    [
      'a run that fails',
      { runs: ended({ state: 'failed', error: { name: 'ModelRejectedError', message: 'x' } }) },
      TOKEN,
      'run',
      /npm run rollback/,
    ],
    [
      'a run that stores nothing',
      { runs: ended({ state: 'succeeded', outcome: 'stored' }) },
      TOKEN,
      'summary',
      /results bucket/,
    ],
  ])('names the step and what to do for %s', async (_what, dependencies, token, step, todo) => {
    const error = await catchFailure(dependencies, token);
    expect(error.name).toBe('SmokeError');
    expect(error.step).toBe(step);
    expect(error.todo).toMatch(todo);
  });

  it('reports that nothing responds', async () => {
    const given = { url: 'http://127.0.0.1:9', token: 'x', dandiset: '900002/draft', patienceSeconds: 1 };
    await expect(smoke(given)).rejects.toMatchObject({
      step: 'health',
      message: expect.stringContaining('does not respond'),
    });
  });
});
