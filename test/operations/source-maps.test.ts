/**
 * An error's trace in Lambda's log has the file and line of the source, although the code is one minified
 * line.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { FUNCTION_BUNDLE } from '../../scripts/bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The trace of an invalid key, thrown by a bundle that is built like a function's. */
async function traceWith(nodeOptions: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  folders.push(folder);
  await build({
    ...FUNCTION_BUNDLE,
    stdin: {
      contents: `import { requireKey } from './shared/store/keys.ts';
try { requireKey('../outside'); } catch (error) { process.stdout.write(error.stack); }`,
      resolveDir: ROOT,
    },
    outdir: folder,
  });
  const { stdout } = await run(process.execPath, [join(folder, 'stdin.mjs')], {
    env: { ...process.env, NODE_OPTIONS: nodeOptions },
  });
  return stdout;
}

it('names the line that threw in a trace, with the options of deployed functions', async () => {
  const settings = await readFile(join(ROOT, 'serverless.yml'), 'utf8');
  const [, options = ''] = /^ {4}NODE_OPTIONS: (.+)$/m.exec(settings) ?? [];
  const trace = await traceWith(options);
  const [, line = '0'] = /requireKey \(.*shared\/store\/keys\.ts:(\d+):\d+\)/.exec(trace) ?? [];
  const source = (await readFile(join(ROOT, 'shared/store/keys.ts'), 'utf8')).split('\n');
  expect([trace, source[Number(line) - 1]]).toEqual([trace, expect.stringContaining('throw')]);
  expect(await traceWith('')).not.toContain('keys.ts:');
}, 60_000);
