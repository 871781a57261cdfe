/**
 * The API over a bucket that fails once at each of its requests: every response is the same as without the
 * error.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { repairSearchIndex } from '../../shared/search/repair-index.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { IS_FULL } from '../effort.ts';
import { type S3Error, S3Server } from '../s3-server.ts';
import { s3StoreOver } from '../store/stores.ts';
import { PUBLISHED, putTestSessions, putTestSummary, startTestApi, TOKEN } from './api-server.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const KINDS: readonly S3Error[] = ['slow-down', 'internal-error', 'reset', 'cut-body', 'lost-response'];
const VERSION = `/dandisets/900002/versions/${PUBLISHED}`;
const READS = [
  '/',
  '/dandisets',
  '/dandisets?q=hippocampus',
  '/dandisets/900002/summary',
  `${VERSION}/summary?format=html`,
  `${VERSION}/summary?format=json`,
  `${VERSION}/prompt`,
  `${VERSION}/file-types`,
  '/dandisets/900009/summary',
  '/dandisets?q=hippocampus&species=rat',
  '/dandisets/900002',
  `${VERSION}`,
  `${VERSION}/summary.md`,
  `${VERSION}/facts`,
  `${VERSION}/snippets`,
  `${VERSION}/croissant.json`,
  `${VERSION}/sessions`,
  `${VERSION}/sessions.csv`,
  `${VERSION}/sessions.parquet`,
  `${VERSION}/files/0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7/lindi.json`,
  '/dandisets.jsonl.gz',
  '/feed.atom',
  '/feed.json',
  '/sitemap.xml',
  '/llms.txt',
];

/** Calls of an agent's tools, each as a separate request. */
const TOOLS: readonly (readonly [tool: string, given: object])[] = [
  ['search_dandisets', { query: 'hippocampus' }],
  ['get_summary', { id: '900002' }],
  ['get_facts', { id: '900002' }],
  ['get_file_types', { id: '900002' }],
  ['get_sessions', { id: '900002' }],
  ['get_snippets', { id: '900002' }],
];

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
  await putTestSummary(s3StoreOver(server, ''));
  await putTestSummary(s3StoreOver(server, ''), { id: '900001', name: 'Calcium in V1' });
  await putTestSessions(s3StoreOver(server, ''), '900002');
  // The objects that search loads, as a sweep would have written them.
  const store = s3StoreOver(server, '');
  await repairSearchIndex(store, new SummaryStore(store), new Date('2026-11-26T12:00:00Z'));
});
afterAll(() => server.stop());

/** A signed link without its signing time. */
function dropMoment(location: string): string {
  return location.replace(/X-Amz-(?:Date|Signature)=[^&]*/g, '');
}

/** The headers of a message to the tools. */
const MESSAGE_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** One response of an API with empty caches, and its number of store requests. */
async function request(path: string, misbehave: S3Server['misbehave'], method = 'GET', message?: object) {
  const api = await startTestApi({
    store: s3StoreOver(server, ''),
    now: () => new Date('2026-11-26T12:00:00Z'),
  });
  let requests = 0;
  server.misbehave = (_, ...request) => {
    requests += 1;
    return misbehave(requests, ...request);
  };
  try {
    const response = await fetch(`${api.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'idempotency-key': 'one',
        ...(message === undefined ? {} : MESSAGE_HEADERS),
      },
      ...(message === undefined ? {} : { body: JSON.stringify(message) }),
    });
    const { date: _, ...headers } = Object.fromEntries(response.headers);
    const text = await response.text();
    if (headers.location !== undefined) headers.location = dropMoment(headers.location);
    // URLs of the server itself differ by port, and so does the hash of the text.
    if (text.includes(api.url)) delete headers.etag;
    const body = text.replaceAll(api.url, 'http://api');
    return { response: { status: response.status, headers, body }, requests };
  } finally {
    server.misbehave = () => undefined;
    await api.close();
  }
}

/** Two kinds of each row in turn, so that every row and every kind is met; all with `FULL=1`. */
const takeKinds = (row: number) => KINDS.filter((_, at) => IS_FULL || (at + 5 - (row % 5)) % 5 < 2);

describe.each(READS.map((path, row) => [path, row] as const))('GET %s', (path, row) => {
  it.each(takeKinds(row))('through one %s at each of its reads', async (kind) => {
    const calm = await request(path, () => undefined);
    expect(calm.response.status).toBeLessThan(500);
    for (let at = 1; at <= calm.requests; at += 1) {
      const through = await request(path, (number) => (number === at ? kind : undefined));
      expect(through.response).toEqual(calm.response);
    }
  });
});

describe.each(TOOLS.map(([name, given], row) => [name, given, row] as const))(
  'the tool %s',
  (name, given, row) => {
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } };
    it.each(takeKinds(row))('through one %s at each of its reads', async (kind) => {
      const calm = await request('/mcp', () => undefined, 'POST', message);
      expect(calm.response.status).toBe(200);
      expect(calm.response.body).not.toContain('"isError":true');
      expect(calm.requests).toBeGreaterThan(0);
      for (let at = 1; at <= calm.requests; at += 1) {
        const through = await request(
          '/mcp',
          (number) => (number === at ? kind : undefined),
          'POST',
          message,
        );
        expect(through.response).toEqual(calm.response);
      }
    });
  },
);

it.each(KINDS)('POST of a run is done once through one %s at each of its requests', async (kind) => {
  const path = `${VERSION}/runs`;
  const isOfRuns = (key: string) => key.startsWith('runs/');
  const start = (at: number) => {
    for (const key of server.objects.keys()) if (isOfRuns(key)) server.objects.delete(key);
    return request(path, (number) => (number === at ? kind : undefined), 'POST');
  };
  const calm = await start(0);
  expect(calm.response.status).toBe(202);
  for (let at = 1; at <= calm.requests; at += 1) {
    const through = await start(at);
    expect(through.response).toEqual(calm.response);
    const day = server.objects.get('runs/days/2026-11-26.json')?.body.toString() ?? '{}';
    expect((JSON.parse(day) as { runs: string[] }).runs).toHaveLength(1);
  }
});
