/** What the API's Lambda function carries: little enough to start quickly, and nothing that only the steps need. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { buildHttpHandler } from '../../functions/http-handler.ts';
import { localContext } from '../../local/run-machine.ts';
import { newFolderStore } from '../store/stores.ts';
import { putTestSummary, SHOWS_ALL } from './api-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bytes of the bundle: the SDK's three clients make most of it. At this size it loads in about a fifth of a second. */
const BUDGET_BYTES = 3_100_000;

/** What a function's bundle holds, by the paths of what is in it. */
async function readBundle(name: string): Promise<{ bytes: number; carried: string[] }> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}.ts`],
    outfile: 'index.mjs',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    charset: 'utf8',
    external: ['numcodecs/*'],
  });
  const output = metafile.outputs['index.mjs']!;
  const carried = Object.entries(output.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  expect(carried.length).toBeGreaterThan(50);
  return { bytes: output.bytes, carried };
}

describe('the API’s bundle', () => {
  it('carries no reader, no model and no tokenizer', async () => {
    const { bytes, carried } = await readBundle('api');
    expect(
      carried.filter((path) =>
        /node_modules\/(?:h5wasm|openai|gpt-tokenizer|jsonata|zarrita|undici)\/|^shared\/(?:hdf5|zarr|source)\//.test(
          path,
        ),
      ),
    ).toEqual([]);
    expect(bytes).toBeLessThan(BUDGET_BYTES);
  }, 60_000);
});

describe('the steps’ bundles', () => {
  it.each([
    ['list-assets', /h5wasm|openai|gpt-tokenizer|undici/],
    ['read-headers', /openai|gpt-tokenizer/],
    ['build-prompt', /h5wasm|openai|undici/],
    ['write-summary', /h5wasm|gpt-tokenizer|zarrita/],
    ['find-stale', /h5wasm|openai|gpt-tokenizer|undici/],
    ['poll-publications', /h5wasm|openai|gpt-tokenizer|undici/],
  ])(
    '%s carries no library that only another step needs',
    async (name, foreign) => {
      const { carried } = await readBundle(name);
      const libraries = carried.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
      expect([...new Set(libraries)].filter((library) => foreign.test(library))).toEqual([]);
    },
    60_000,
  );
});

describe('the sample event', () => {
  it('is answered', async () => {
    const { store, remove } = await newFolderStore();
    await putTestSummary(store);
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    const handler = buildHttpHandler(() => ({
      store,
      archive: SHOWS_ALL,
      dailyRuns: 0,
      readToken: async () => undefined,
      now: () => new Date(),
    }));
    const result = await handler(event, localContext('api'));
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(result.body).toMatch(/^# Silicon probes/);
    await remove();
  });

  it('is answered with a plain problem where the settings are wrong, and by the next one when they are right', async () => {
    const { store, remove } = await newFolderStore();
    await putTestSummary(store);
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    let isWrong = true;
    const handler = buildHttpHandler(() => {
      if (isWrong) throw new Error('SUMMARY_STORE must be s3://secret-bucket');
      return {
        store,
        archive: SHOWS_ALL,
        dailyRuns: 0,
        readToken: async () => undefined,
        now: () => new Date(),
      };
    });
    const failed = await handler(structuredClone(event), localContext('api'));
    expect(failed.statusCode).toBe(500);
    expect(failed.headers?.['content-type']).toBe('application/problem+json');
    expect(failed.body).not.toContain('secret');
    isWrong = false;
    expect((await handler(event, localContext('api'))).statusCode).toBe(200);
    await remove();
  });

  it('is answered with 503 just before Lambda would end it', async () => {
    const { store, remove } = await newFolderStore();
    const slow = Object.assign(Object.create(store), { get: () => new Promise(() => {}) });
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    const handler = buildHttpHandler(() => ({
      store: slow,
      archive: SHOWS_ALL,
      dailyRuns: 0,
      readToken: async () => undefined,
      now: () => new Date(),
    }));
    const context = { ...localContext('api'), getRemainingTimeInMillis: () => 1_050 };
    const result = await handler(event, context);
    expect(result.statusCode).toBe(503);
    expect(result.headers?.['content-type']).toBe('application/problem+json');
    await remove();
  });
});
