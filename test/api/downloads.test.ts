/**
 * Downloads of any length: counts the bytes through the API, and checks that a client gets the whole
 * document.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import sampleEvent from '../../events/api.json' with { type: 'json' };
import { buildHttpHandler } from '../../functions/http-handler.ts';
import { localContext } from '../../local/run-machine.ts';
import type { ApiDependencies } from '../../shared/api/api.ts';
import { sessionsKeys } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { S3Server } from '../s3-server.ts';
import { newFolderStore, s3StoreOver } from '../store/stores.ts';
import {
  CountingRuns,
  PUBLISHED,
  putTestSummary,
  SHOWS_ALL,
  startTestApi,
  type TestApi,
  TOKEN,
} from './api-server.ts';

const ID = '900002';
const KEYS = sessionsKeys(ID, PUBLISHED);
const FORMS = [
  ['csv', 'text/csv; charset=utf-8'],
  ['parquet', 'application/vnd.apache.parquet'],
] as const;
/** More than three times Lambda's limit. */
const LARGE = Buffer.alloc(20_000_000, 'sub-1/sub-1_ecephys.nwb,read,1\r\n');
const CHUNK = 262_144;

const depend = (store: ObjectStore): ApiDependencies => ({
  store,
  runs: new CountingRuns(),
  archive: SHOWS_ALL,
  readToken: async () => TOKEN,
  dailyRuns: 3,
  findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
  now: () => new Date(),
  catalogGoodForMs: 0,
});

async function putLarge(store: ObjectStore): Promise<void> {
  await putTestSummary(store);
  for (const [form, contentType] of FORMS) await store.put(KEYS[form], LARGE, { contentType });
}

function eventFor(path: string, method = 'GET'): APIGatewayProxyEventV2 {
  const event = structuredClone(sampleEvent) as unknown as APIGatewayProxyEventV2;
  const http = { ...event.requestContext.http, method, path };
  return {
    ...event,
    rawPath: path,
    rawQueryString: '',
    requestContext: { ...event.requestContext, http },
  };
}

describe('a table of 20 MB in S3', () => {
  let server: S3Server;
  let api: TestApi;
  const buildUrl = (form: string) => `/dandisets/${ID}/versions/${PUBLISHED}/sessions.${form}`;
  /** Bytes of the tables that were transferred since the last call. */
  const countBytes = () =>
    server.requests
      .splice(0)
      .reduce((sum, { key, bytes }) => sum + (key.includes('sessions') ? bytes : 0), 0);

  beforeEach(async () => {
    server = await S3Server.start();
    const store = s3StoreOver(server);
    await putLarge(store);
    api = await startTestApi({ store });
    server.requests.length = 0;
  });
  afterEach(async () => {
    await api.close();
    await server.stop();
  });

  it.each(FORMS)(
    'is downloaded by a link valid for some minutes, without any byte through the API: %s',
    async (form, type) => {
      const response = await api.get(buildUrl(form));
      expect(response.status).toBe(307);
      expect(await response.text()).toBe('');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(server.requests.map(({ method, bytes }) => [method, bytes])).toEqual([['HEAD', 0]]);
      const location = response.headers.get('location')!;
      const seconds = Number(new URL(location).searchParams.get('X-Amz-Expires'));
      // The response with the link in it may be in caches for a minute.
      expect(response.headers.get('cache-control')).toBe('public, max-age=60');
      expect(seconds).toBeGreaterThan(120);
      expect(seconds).toBeLessThanOrEqual(900);
      countBytes();

      const followed = await fetch(`${api.url}${buildUrl(form)}`);
      expect(followed.status).toBe(200);
      expect(followed.headers.get('content-type')).toBe(type);
      expect(followed.headers.get('content-disposition')).toBe(
        `attachment; filename="dandi-${ID}-${PUBLISHED}-sessions.${form}"`,
      );
      expect(LARGE.equals(Buffer.from(await followed.arrayBuffer()))).toBe(true);
      expect(countBytes()).toBe(LARGE.length);
    },
  );

  it('supports range requests and HEAD', async () => {
    const part = await fetch(`${api.url}${buildUrl('parquet')}`, { headers: { range: 'bytes=100-299' } });
    expect(part.status).toBe(206);
    expect((await part.arrayBuffer()).byteLength).toBe(200);
    expect(countBytes()).toBe(200);
    const head = await fetch(`${api.url}${buildUrl('csv')}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(LARGE.length));
    expect(countBytes()).toBe(0);
  });

  it('is opened only by its own link', async () => {
    const location = (await api.get(buildUrl('csv'))).headers.get('location')!;
    expect((await fetch(location, { method: 'HEAD' })).status).toBe(403);
    expect((await fetch(location.replace('sessions.csv', 'summary.json'))).status).toBe(403);
    const later = new URL(location);
    later.searchParams.set('X-Amz-Expires', '86400');
    expect((await fetch(later)).status).toBe(403);
    expect((await fetch(location)).status).toBe(200);
  });

  it('is 404 if it is missing, and 503 if S3 fails', async () => {
    server.fail({ fault: 'access-denied', key: 'sessions.csv' });
    expect((await api.get(buildUrl('csv'))).status).toBe(503);
    await api.store.remove(KEYS.csv);
    const missing = await api.get(buildUrl('csv'));
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('is a short response from Lambda', async () => {
    const handler = buildHttpHandler(() => depend(api.store));
    const result = await handler(eventFor(buildUrl('csv')), localContext('api'));
    expect(result.statusCode).toBe(307);
    expect(JSON.stringify(result).length).toBeLessThan(4_000);
  });
});

describe('a table of 20 MB in a folder', () => {
  let api: TestApi;
  let remove: () => Promise<void>;
  /** Chunks read from the disk. */
  let chunks: number[];

  beforeEach(async () => {
    const opened = await newFolderStore();
    remove = opened.remove;
    await putLarge(opened.store);
    chunks = [];
    const { store } = opened;
    const counted: ObjectStore = {
      location: store.location,
      get: (key) => {
        if (key.includes('sessions')) throw new Error(`${key} was read whole`);
        return store.get(key);
      },
      getRange: (key, start, end) => store.getRange(key, start, end),
      has: (key) => store.has(key),
      list: (prefix) => store.list(prefix),
      put: (key, body, options) => store.put(key, body, options),
      remove: (key) => store.remove(key),
      openDownload: async (key) => {
        const download = await store.openDownload(key);
        if (download?.kind !== 'chunks') return download;
        const inner = download.chunks;
        const counting = async function* () {
          for await (const chunk of inner) {
            chunks.push(chunk.length);
            yield chunk;
          }
        };
        return { ...download, chunks: counting() };
      },
    };
    api = await startTestApi({ store: counted });
  });
  afterEach(async () => {
    await api.close();
    await remove();
  });

  it.each(FORMS)('is sent in small chunks: %s', async (form, type) => {
    const response = await api.get(`/dandisets/${ID}/sessions.${form}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-length')).toBe(String(LARGE.length));
    expect(LARGE.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
    expect(chunks).toHaveLength(Math.ceil(LARGE.length / CHUNK));
    expect(Math.max(...chunks)).toBe(CHUNK);
  });

  it('is not read for a HEAD, nor for a client that already has it', async () => {
    const head = await fetch(`${api.url}/dandisets/${ID}/sessions.csv`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(LARGE.length));
    const seen = await api.get(`/dandisets/${ID}/sessions.csv`, {
      'if-modified-since': head.headers.get('last-modified')!,
    });
    expect(seen.status).toBe(304);
    expect(chunks).toEqual([]);
  });

  it('is read no further once the client disconnects', async () => {
    const aborter = new AbortController();
    const response = await fetch(`${api.url}/dandisets/${ID}/sessions.csv`, { signal: aborter.signal });
    const reader = response.body!.getReader();
    await reader.read();
    aborter.abort();
    await expect(
      (async () => {
        for (;;) if ((await reader.read()).done) return;
      })(),
    ).rejects.toThrow();
    // The server continues as before.
    expect((await api.get('/health')).status).toBe(200);
    expect(chunks.length).toBeLessThan(LARGE.length / CHUNK);
  });

  it('ends early, and never with other bytes, if it is replaced by a shorter one', async () => {
    const { store, remove: removeOther } = await newFolderStore();
    await store.put(KEYS.csv, Buffer.alloc(1_000), { contentType: 'text/csv' });
    const download = await store.openDownload(KEYS.csv);
    await store.put(KEYS.csv, Buffer.alloc(999), { contentType: 'text/csv' });
    if (download?.kind !== 'chunks') throw new Error('no chunks');
    await expect(download.chunks[Symbol.asyncIterator]().next()).rejects.toThrow('999 bytes now, not 1000');
    await removeOther();
  });

  it('is a plain problem, not a broken response, if Lambda uses a folder store', async () => {
    const handler = buildHttpHandler(() => depend(api.store));
    const result = await handler(eventFor(`/dandisets/${ID}/sessions.csv`), localContext('api'));
    expect(result.statusCode).toBe(500);
    expect(JSON.parse(result.body!)).toMatchObject({
      type: 'urn:problem-type:dandiset-summarizer:response-too-large',
      title: 'The response is too large',
    });
  });
});

describe('a response that is too large for Lambda', () => {
  it('is reported as such, also for incompressible text', async () => {
    const { store, remove } = await newFolderStore();
    let seed = 1;
    const noise = Buffer.from(
      Uint32Array.from({ length: 1_500_000 }, () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return seed;
      }).buffer,
    ).toString('base64');
    await putTestSummary(store, { abstract: noise });
    const handler = buildHttpHandler(() => depend(store));
    const result = await handler(eventFor(`/dandisets/${ID}/summary.md`), localContext('api'));
    expect(JSON.parse(result.body!)).toMatchObject({ status: 500, title: 'The response is too large' });
    await remove();
  });
});
