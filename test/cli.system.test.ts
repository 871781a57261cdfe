/**
 * The command line as a user sees it: what it prints, and how it ends. If signals, pipes or exit codes
 * matter, each call is a separate process; the others run here, which saves starting a hundred of them.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../local/archive-server.ts';
import { runCommandLine } from '../local/command-line.ts';
import { COMMANDS } from '../local/commands/commands.ts';
import { SETTINGS } from '../shared/settings.ts';
import { reply, startOpenAiServer } from './openai-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
let archive: ArchiveServer;
/** Delays every header, so that an interruption happens in the middle of them. */
let isSlow = false;
/** Makes the archive redirect to a host that is in no setting. */
let isElsewhere = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  archive = await startArchiveServer({
    files: folderFiles(join(root, 'local/sample')),
    onRequest: async ({ path }) => {
      if (isSlow && path.startsWith('blobs/')) await new Promise((resolve) => setTimeout(resolve, 150));
      if (isElsewhere && path.endsWith('/download/'))
        return { status: 302, headers: { location: archive.bucketUrl.replace('127.0.0.1', 'localhost') } };
      return undefined;
    },
  });
});

afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function environment(settings: Record<string, string> = {}): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    // Most of the time of each process would go into compiling the same modules again.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    SUMMARY_STORE: join(folder, 'store'),
    DANDI_API_URL: archive.apiUrl,
    DANDI_BUCKET_URL: archive.bucketUrl,
    ...settings,
  };
}

function run(
  args: readonly string[],
  settings: Record<string, string> = {},
  interruptAt?: RegExp,
): Promise<Ended> {
  const env = environment(settings);
  const child = spawn(process.execPath, ['local/cli.ts', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let isInterrupted = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk;
    if (isInterrupted || interruptAt?.test(err) !== true) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

/** The same without a process around it. */
async function runHere(args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const env = environment(settings);
  for (const name of Object.keys(SETTINGS)) vi.stubEnv(name, env[name]);
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((chunk, ...rest: unknown[]) => {
      printed[stream] += String(chunk);
      const done = rest.find((each) => typeof each === 'function');
      done?.();
      return true;
    });
  }
  try {
    const code = await runCommandLine(args);
    return { code, out: printed.stdout, err: printed.stderr };
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}

describe('the command line', () => {
  it('summarizes the sample with no arguments, and reports that it is synthetic', async () => {
    const { code, out } = await run(['start'], { SUMMARY_STORE: join(folder, 'sample') });
    expect(code).toBe(0);
    expect(out).toMatch(/synthetic/i);
    for (const id of ['900001', '900002', '900003', '900004'])
      expect(out).toMatch(new RegExp(`^${id}/\\S+ +stored`, 'm'));
    const location = /^900004\/draft +stored +(\S+)$/m.exec(out)?.[1] as string;
    expect(await readFile(join(root, location), 'utf8').catch(() => readFile(location, 'utf8'))).toContain(
      '# ',
    );
    expect(out).toContain('## Abstract');
    const page = join(folder, 'sample/summaries/900002/0.250204.1626/summary.md');
    expect(findMissing(await readFile(page, 'utf8')), 'README shows a page as it is written').toEqual([]);
  });

  it('summarizes the named Dandisets, one line each; the second time unchanged', async () => {
    const first = await runHere(['summarize', '900001', '900004/draft']);
    expect(first).toMatchObject({ code: 0 });
    expect(first.out.trim().split('\n')).toHaveLength(2);
    const again = await runHere(['summarize', '900001', '--json']);
    expect(JSON.parse(again.out)).toMatchObject({
      subject: '900001',
      status: 'unchanged',
      version: '0.250312.1430',
    });
  });

  it('continues after a failed Dandiset, and exits with 1', async () => {
    const { code, out } = await runHere(['summarize', '999999', '900001']);
    expect(code).toBe(1);
    expect(out).toMatch(/^999999 +failed +.*999999/m);
    expect(out).toMatch(/^900001\/\S+ +(?:unchanged|stored)/m);
  });

  it('prints the prompt and nothing else', async () => {
    const { code, out } = await runHere(['prompt', '900001', '--profile', 'classic']);
    expect(code).toBe(0);
    expect(out.startsWith('\nBelow is an auto-generated summary')).toBe(true);
    expect(out).toContain('Dandiset 900001 has 1 NWB files.');
  });

  it('prints a header, as text and as JSON, with its report', async () => {
    const record = JSON.parse(
      await readFile(join(root, 'local/sample/dandisets/900001/0.250312.1430/assets.jsonld'), 'utf8'),
    );
    const key = /blobs\/.*/.exec(record[0].contentUrl[1])?.[0] as string;
    const text = await runHere(['header', join(root, 'local/sample', key), '--report']);
    expect(text.code).toBe(0);
    expect(text.out).toMatch(/^Group \/ \(NWBFile\) $/m);
    expect(JSON.parse(text.err)).toMatchObject({ requests: expect.any(Number), rounds: expect.any(Number) });
    const json = await runHere(['header', `${archive.bucketUrl}/${key}`, '--json', '--engine', 'libhdf5']);
    expect(JSON.parse(json.out).objects[0].kind).toBe('group');
  });

  it('follows a download URL to the bucket, and nowhere else', async () => {
    const record = JSON.parse(
      await readFile(join(root, 'local/sample/dandisets/900001/0.250312.1430/assets.jsonld'), 'utf8'),
    );
    const id = String(record[0].id).replace('dandiasset:', '');
    const download = `${archive.apiUrl}/assets/${id}/download/`;
    const followed = await runHere(['header', download]);
    expect(followed).toMatchObject({ code: 0, out: expect.stringMatching(/^Group \/ \(NWBFile\) $/m) });
    const missing = await runHere(['header', download.replace(id, id.replace(/^./, '_'))]);
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('no such file') });
    // The same archive under a name that is not on the list of hosts.
    isElsewhere = true;
    const elsewhere = await runHere(['header', download]);
    isElsewhere = false;
    expect(elsewhere).toMatchObject({ code: 1, err: expect.stringContaining('localhost') });
    expect(elsewhere.out).toBe('');
  });

  it('checks stored summaries, and exits with 1 if a summary has errors', async () => {
    await runHere(['summarize', '900001']);
    const good = await runHere(['check', join(folder, 'store')]);
    expect(good.out).toMatch(/summaries have no errors/);
    const one = await runHere(['check', join(folder, 'nowhere')]);
    expect(one).toMatchObject({ code: 1, err: expect.stringContaining('nowhere') });
  });

  it.each<[string[], number, RegExp]>([
    [['summarize'], 2, /at least one Dandiset/],
    [['summarize', 'twelve'], 2, /six digits/],
    [['summarise', '12'], 2, /Did you mean summarize\?/],
    [['summarize', '12', '--forse'], 2, /Did you mean --force\?/],
    [['search'], 2, /words to search for/],
    [['list', '--store', '/proc/nope'], 1, /nothing|No summary|cannot/i],
    [
      ['summarize', '900001', '--store', '/proc/nope/deeper'],
      1,
      /proc\/nope.*cannot be written.*--store or SUMMARY_STORE/,
    ],
    [['summarize', '900001', '--store'], 2, /--store needs/],
    [['prune'], 2, /--days/],
    [['show', '000999'], 1, /No summary of 000999 is stored/],
    [['summarize', '900001/tomorrow'], 2, /tomorrow/],
    [['prompt', '900001', '--profile', 'fancy'], 2, /classic, complete, rich/],
    [['header', 'x', '--engine', 'fast'], 2, /walker, libhdf5/],
    [['header', '/nowhere/at/all.nwb'], 1, /all\.nwb/],
    [['frobnicate'], 2, /frobnicate/],
    [['summarize', '--frob'], 2, /--frob/],
    [['serch', 'x'], 2, /Did you mean search\?/],
    [['help', 'serch'], 2, /Did you mean search\?/],
    [['search', 'x', '--quite'], 2, /Did you mean --quiet\?/],
    [['search', 'x', '--limt', '3'], 2, /Did you mean --limit\?/],
  ])('%j ends with %i and one sentence', async (args, code, sentence) => {
    const ended = await runHere(args);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toMatch(sentence);
    expect(ended.err.trim().split('\n').length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['summarize', '12', '900002'],
    ['prompt', 'DANDI:900002/draft'],
  ])('%s requests no Dandiset of the sample from the archive, and suggests a command', async (...args) => {
    // With the archive's own URL, to which no request goes.
    const { code, out, err } = await runHere(args, {
      DANDI_API_URL: '',
      DANDI_BUCKET_URL: 'http://archive.invalid',
    });
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      '900002 is a Dandiset of the synthetic sample, which the archive does not have. start summarizes the sample; show 900002 prints its page.\n',
    );
  });

  it('names a setting that is wrong', async () => {
    expect(await run(['summarize', '900001'], { PROMPT_TOKEN_BUDGET: 'many' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('PROMPT_TOKEN_BUDGET'),
    });
  });

  it('lists every setting and command under --help', async () => {
    const { code, out } = await runHere(['--help']);
    expect(code).toBe(0);
    for (const name of Object.keys(SETTINGS)) expect(out).toContain(name);
    for (const name of ['start', 'summarize', 'prompt', 'header', 'check'])
      expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('supports --help after every command, and --version', async () => {
    const help = await runHere(['search', '--help']);
    expect(help).toMatchObject({ code: 0, out: expect.stringMatching(/^search WORDS/) });
    expect(help.out).not.toContain('poll');
    expect((await runHere(['prompt', '900001', '--help'])).out).toMatch(/^prompt ID/);
    expect((await runHere(['help', 'search'])).out).toBe(help.out);
    expect((await runHere(['show', '--help'])).out).toContain('ID is a Dandiset');
    expect((await runHere(['list', '--help'])).out).not.toContain('ID is a Dandiset');
    for (const name of Object.keys(COMMANDS))
      expect(await runHere([name, '--help'])).toMatchObject({
        code: 0,
        out: expect.stringMatching(new RegExp(`^${name}\\b`)),
      });
    expect(await runHere(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('finds, lists and shows stored summaries, in a store named on the command line', async () => {
    const store = join(folder, 'found');
    const at = ['--store', store];
    const pasted = ['DANDI:900001', '900004/draft', 'https://dandiarchive.org/dandiset/900001', '900001'];
    const written = await runHere(['summarize', ...pasted, ...at, '--quiet']);
    expect(written).toMatchObject({ code: 0, err: '' });
    expect(written.out.trim().split('\n')).toHaveLength(2);
    const dry = async (...more: string[]) =>
      JSON.parse((await runHere(['summarize', '900001', ...at, '--dry-run', '--json', ...more])).out);
    // An unchanged summary would cost nothing.
    expect(await dry()).toMatchObject({ status: 'unchanged', dandisetId: '900001' });
    expect(await dry('--force')).toMatchObject({ status: 'planned', dandisetId: '900001' });
    const found = await runHere(['search', 'calcum', 'imaging', ...at]);
    expect(found).toMatchObject({ code: 0, out: expect.stringMatching(/^900001\//m) });
    const json = await runHere(['search', 'id:900004', ...at, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ id: '900004', snippets: expect.any(Array) });
    expect(await runHere(['search', '-id:900004', 'id:900004', ...at])).toMatchObject({ code: 1 });
    expect((await runHere(['list', ...at])).out.trim().split('\n')).toHaveLength(2);
    expect((await runHere(['show', '900001', ...at])).out).toContain('## Abstract');
    expect((await runHere(['prune', '--days', '0', '--dry-run', ...at])).out).toMatch(
      /^\d+ documents of headers would be/,
    );
    expect((await runHere(['prune', '--days', '0', ...at])).out).toMatch(/removed/);
    expect((await runHere(['prune', '--days', '0', ...at])).out).toMatch(/^0 documents/);
  });

  it.each(['stdout', 'stderr'] as const)('ends quietly if the reader of its %s closes it', async (stream) => {
    const args = ['local/cli.ts', 'summarize', '900001', '900002', '--force'];
    const child = spawn(process.execPath, args, { cwd: root, env: environment(), stdio: 'pipe' });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    // Closed before the first line, so that every line meets a broken pipe.
    child[stream].destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(err).not.toMatch(/EPIPE|Error|^ +at /m);
  });

  it('reports at the first failure of an unreachable archive what was tried, what follows and how to stop', async () => {
    const dead = 'http://127.0.0.1:1';
    const { code, err } = await run(
      ['summarize', '900001'],
      {
        DANDI_API_URL: `${dead}/api`,
        DANDI_BUCKET_URL: `${dead}/bucket`,
        SUMMARY_STORE: join(folder, 'dead'),
      },
      /Trying again/,
    );
    expect(code).toBe(130);
    const [first = ''] = err.split('\n');
    expect(first).toMatch(
      /^900001 {2}http:\/\/127\.0\.0\.1:1\S* could not be reached: .* Trying again in \d+ s; Ctrl-C stops\.$/,
    );
  });

  it('reports the same for an unavailable model, after the headers were read', async () => {
    const settings = { ...modelSettings('http://127.0.0.1:1/v1', join(folder, 'dead-model')) };
    const { code, err } = await run(['summarize', '900001'], settings, /Trying again/);
    expect(code).toBe(130);
    const lines = err
      .trim()
      .split('\n')
      .filter((line) => !/headers read: \d+ of \d+/.test(line));
    expect(lines[0]).toMatch(
      /^900001 {2}.*(?:model|127\.0\.0\.1:1).* Trying again in \d+ s; Ctrl-C stops\.$/,
    );
  });

  it('counts the Dandisets of a batch, and is quiet with --quiet', async () => {
    const ids = ['900001', '900003', '900004'];
    const { err } = await runHere(['summarize', ...ids, '--force']);
    for (const [at, id] of ids.entries())
      expect(err).toMatch(new RegExp(`^${id}\\S* \\(${at + 1} of 3\\)`, 'm'));
    expect((await runHere(['summarize', ...ids, '--quiet', '--force'])).err).toBe('');
  });

  it('reports tokens and the maximum cost before, and the actual cost after', async () => {
    const server = await startOpenAiServer();
    server.play(reply(GOOD_REPLY));
    const settings = {
      ...modelSettings(server.baseUrl, join(folder, 'spending')),
      LLM_PRICE_INPUT: '2',
      LLM_PRICE_OUTPUT: '10',
    };
    const before = await runHere(['summarize', '900001', '--dry-run'], settings);
    expect(before).toMatchObject({ code: 0, out: expect.stringMatching(/[\d,]+ tokens.*\d\.\d+/) });
    expect(server.requests).toHaveLength(0);
    const after = await runHere(['summarize', '900001'], settings);
    expect(after).toMatchObject({ code: 0, out: expect.stringMatching(/[\d,]+ tokens.*\d\.\d+/) });
    expect(server.requests).toHaveLength(1);
    await server.close();
  });

  it('stops at Ctrl-C with 130, leaves nothing half-written, and continues from there', async () => {
    const store = join(folder, 'interrupted');
    isSlow = true;
    const stopped = await run(['summarize', '900002'], { SUMMARY_STORE: store }, /headers read: 20 of 60/);
    isSlow = false;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(/Interrupted/);
    const kept = (await readdir(join(store, 'headers'))).filter((name) => !name.startsWith('.'));
    expect(kept.length).toBeGreaterThan(0);
    expect(await readdir(store)).not.toContain('summaries');
    const again = await run(['summarize', '900002'], { SUMMARY_STORE: store });
    expect(again).toMatchObject({ code: 0 });
  });

  it('writes with a model if one is set, and never shows its key', async () => {
    const server = await startOpenAiServer();
    server.play(reply(GOOD_REPLY));
    const store = join(folder, 'written');
    const settings = modelSettings(server.baseUrl, store);
    const { code, out, err } = await runHere(['summarize', '900001'], settings);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(1);
    const markdown = await readFile(join(store, 'summaries/900001/0.250312.1430/summary.md'), 'utf8');
    expect(markdown).toContain('Neurons were imaged through a window');
    expect(markdown).toContain('language model test-model');
    const everything =
      out +
      err +
      markdown +
      (await readFile(join(store, 'summaries/900001/0.250312.1430/summary.json'), 'utf8'));
    expect(everything).not.toContain(KEY);
    expect(await runHere(['summarize', '900001'], settings)).toMatchObject({
      code: 0,
      out: expect.stringContaining('unchanged'),
    });
    expect(server.requests).toHaveLength(1);
    await server.close();
  });

  it('requests one repair of a reply with errors, and stores nothing that still has errors', async () => {
    const server = await startOpenAiServer();
    server.play(reply('I cannot help with that.'));
    const store = join(folder, 'refused');
    const { code, out } = await runHere(['summarize', '900001'], modelSettings(server.baseUrl, store));
    expect(code).toBe(1);
    expect(out).toMatch(/failed its checks and was not stored/);
    expect(server.requests).toHaveLength(2);
    expect(await readdir(store)).not.toContain('summaries');
    await server.close();
  });
});

const KEY = 'sk-secret-of-a-test';

function modelSettings(baseUrl: string, store: string): Record<string, string> {
  return { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: KEY, LLM_MODEL: 'test-model', SUMMARY_STORE: store };
}

const GOOD_REPLY = `# Calcium imaging

## Abstract

Neurons were imaged through a window while the animal was awake. The purpose was to see how activity changes with behavior.

The recording is a synthetic sample. It shows the form that such a study has in the archive, and no result may be drawn from it.

## Data

There is one NWB file. It holds two-photon imaging and what was derived from it.

## Keywords

- calcium imaging
- two-photon microscopy
- behavior
`;

/** Paragraphs and items of README's example that a page lacks, in the words of the example. */
function findMissing(page: string): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const example = /^> # [\s\S]*?(?=^[^>\n])/m.exec(readme)?.[0].replace(/^> ?/gm, '') ?? '';
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const parts = example.split(/\[…\]|\n\n|\n(?=- )/).map(plain);
  expect(parts.length).toBeGreaterThan(8);
  return parts.filter((part) => !plain(page).includes(part));
}
