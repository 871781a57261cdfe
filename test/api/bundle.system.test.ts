/**
 * The content of the API's Lambda function: little enough to start quickly, and nothing that only the steps
 * need.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { buildHttpHandler } from '../../functions/http-handler.ts';
import { localContext } from '../../local/run-machine.ts';
import { type Followed, FUNCTION_BUNDLE, findReached } from '../../scripts/bundle.ts';
import type { FolderStore } from '../../shared/store/folder-store.ts';
import { newFolderStore } from '../store/stores.ts';
import { putTestSummary, SHOWS_ALL } from './api-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bytes that a start of the API loads: mostly S3's client. Code for few requests, such as the MCP SDK, the
 * other clients and the description of the API, is in files that are loaded on demand.
 */
const BUDGET_BYTES = 2_000_000;

/** The content of a function's bundle, by path, and how much of it is loaded at the start. */
async function readBundle(name: string, followed: Followed): Promise<{ bytes: number; carried: string[] }> {
  const { metafile } = await build({
    ...FUNCTION_BUNDLE,
    entryPoints: { index: `functions/${name}.ts` },
    outdir: 'none',
    write: false,
    metafile: true,
  });
  const outputs = [...findReached(metafile, followed)].map((path) => metafile.outputs[path]!);
  const carried = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
  expect(carried.length).toBeGreaterThan(50);
  return { bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0), carried };
}

describe('the API’s bundle', () => {
  it('contains no reader, no model and no tokenizer', async () => {
    const { carried } = await readBundle('api', 'ever');
    expect(
      carried.filter((path) =>
        /node_modules\/(?:h5wasm|openai|gpt-tokenizer|jsonata|zarrita|undici)\/|^shared\/(?:hdf5|zarr|source)\//.test(
          path,
        ),
      ),
    ).toEqual([]);
  }, 60_000);

  it('loads little at startup, and no code that only some requests need', async () => {
    const { bytes, carried } = await readBundle('api', 'at the start');
    const later =
      /node_modules\/(?:@modelcontextprotocol|ajv|zod-to-json-schema)\/|client-(?:ssm|sfn)\/|openapi\.json/;
    expect(carried.filter((path) => later.test(path))).toEqual([]);
    expect((await readBundle('api', 'ever')).carried.some((path) => later.test(path))).toBe(true);
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
    '%s contains no library that only another step needs',
    async (name, foreign) => {
      const { carried } = await readBundle(name, 'ever');
      const libraries = carried.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
      expect([...new Set(libraries)].filter((library) => foreign.test(library))).toEqual([]);
    },
    60_000,
  );
});

/** Of an API that only reads what is stored. */
const buildDependencies = (store: FolderStore) => ({
  store,
  archive: SHOWS_ALL,
  dailyRuns: 0,
  findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
  readToken: async () => undefined,
  now: () => new Date(),
});

describe('the sample event', () => {
  it('gets a response', async () => {
    const { store, remove } = await newFolderStore();
    await putTestSummary(store);
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    const handler = buildHttpHandler(() => buildDependencies(store));
    const result = await handler(event, localContext('api'));
    expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(result.body).toMatch(/^# Silicon probes/);
    await remove();
  });

  it('gets a problem document while the settings are wrong, and a response once they are correct', async () => {
    const { store, remove } = await newFolderStore();
    await putTestSummary(store);
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    let isWrong = true;
    const handler = buildHttpHandler(() => {
      if (isWrong) throw new Error('SUMMARY_STORE must be s3://secret-bucket');
      return buildDependencies(store);
    });
    const failed = await handler(structuredClone(event), localContext('api'));
    expect(failed.statusCode).toBe(500);
    expect(failed.headers?.['content-type']).toBe('application/problem+json');
    expect(failed.body).not.toContain('secret');
    isWrong = false;
    expect((await handler(event, localContext('api'))).statusCode).toBe(200);
    await remove();
  });

  it('gets a 503 just before Lambda would abort it', async () => {
    const { store, remove } = await newFolderStore();
    const slow = Object.assign(Object.create(store), { get: () => new Promise(() => {}) });
    const event = JSON.parse(await readFile(`${ROOT}events/api.json`, 'utf8'));
    const handler = buildHttpHandler(() => ({
      store: slow,
      archive: SHOWS_ALL,
      dailyRuns: 0,
      findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
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
