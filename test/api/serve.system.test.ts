/** The command `serve` as a user sees it, with a run on the sample archive from request to page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../../local/archive-server.ts';
import { newFolder } from '../store/stores.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let archive: ArchiveServer;
let folder = '';
let child: ChildProcess | undefined;
beforeEach(async () => {
  archive = await startArchiveServer({ files: folderFiles(`${ROOT}local/sample`) });
  ({ folder } = await newFolder());
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await archive.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface Served {
  readonly output: () => string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

function serve(args: readonly string[], environment: Record<string, string> = {}): Served {
  let output = '';
  child = spawn(process.execPath, [`${ROOT}local/cli.ts`, 'serve', ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      SUMMARY_STORE: folder,
      DANDI_API_URL: archive.apiUrl,
      DANDI_BUCKET_URL: archive.bucketUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const note = (part: Buffer): void => {
    output += part;
  };
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  const ended = new Promise<number | null>((resolve) => child?.on('close', resolve));
  return { output: () => output, ended };
}

async function findAddress(served: Served): Promise<string> {
  for (let wait = 0; wait < 300; wait += 1) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(served.output())?.[0];
    if (url !== undefined && served.output().includes('Ctrl-C')) return url;
    await sleep(50);
  }
  throw new Error(served.output());
}

describe('serve', () => {
  it('summarizes on request, reports it, shows the page, and ends well on Ctrl-C', async () => {
    const served = serve(['--port', '0'], { API_TOKEN: 'secret-of-the-test' });
    const url = await findAddress(served);
    const path = '/dandisets/900003/versions/0.241219.0804';
    expect((await fetch(`${url}${path}/summary`)).status).toBe(404);
    const headers = { authorization: 'Bearer secret-of-the-test' };
    const started = await fetch(`${url}${path}/runs`, { method: 'POST', headers });
    expect(started.status).toBe(202);
    const location = `${url}${started.headers.get('location')}`;
    let run: Record<string, unknown> = {};
    for (let wait = 0; wait < 300 && (run.state ?? 'running') === 'running'; wait += 1) {
      await sleep(100);
      run = (await (await fetch(location)).json()) as Record<string, unknown>;
    }
    expect(run).toMatchObject({
      state: 'succeeded',
      outcome: 'stored',
      summary: `${path}/summary`,
      progress: { files: { total: 3, done: 3, failed: 0 } },
    });
    const page = await fetch(`${url}${run.summary}`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<h1>Synthetic sample: whole-cell current clamp');
    const catalog = (await (await fetch(`${url}/dandisets?neurodataType=CurrentClampSeries`)).json()) as {
      total: number;
    };
    expect(catalog.total).toBe(1);
    child?.kill('SIGINT');
    expect(await served.ended).toBe(0);
    expect(served.output()).not.toContain('secret-of-the-test');
  }, 60_000);

  it('starts no run for a version that is not public in the archive', async () => {
    const served = serve(['--port', '0'], { API_TOKEN: 't' });
    const url = await findAddress(served);
    const headers = { authorization: 'Bearer t' };
    for (const [id, version] of [
      ['999999', 'draft'],
      ['900003', '0.200101.0000'],
    ] as const) {
      const refused = await fetch(`${url}/dandisets/${id}/versions/${version}/runs`, {
        method: 'POST',
        headers,
      });
      expect(refused.status).toBe(404);
      expect(refused.headers.get('location')).toBeNull();
      expect(await refused.text()).toContain(id);
    }
  }, 60_000);

  it('reports that runs cannot be started without a token', async () => {
    const served = serve(['--port', '0']);
    const url = await findAddress(served);
    expect(served.output()).toContain('API_TOKEN is not set');
    const refused = await fetch(`${url}/dandisets/900003/versions/draft/runs`, { method: 'POST' });
    expect(refused.status).toBe(403);
    child?.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  }, 60_000);

  it('reports an error of its port', async () => {
    for (const port of ['70000', 'x', '-1']) {
      const served = serve([`--port=${port}`]);
      expect(await served.ended).toBe(2);
      expect(served.output()).toContain('--port must be a number');
    }
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const served = serve(['--port', String(port)]);
    expect(await served.ended).toBe(2);
    expect(served.output()).toContain(`Port ${port} is not available: another program is listening on it`);
    taken.close();
  }, 60_000);
});
