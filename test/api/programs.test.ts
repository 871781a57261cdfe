/** Responses for programs and agents: an MCP client's session, feeds, bulk, linked data, fixed documents. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionsKeys } from '../../shared/store/keys.ts';
import {
  PUBLISHED,
  putTestSessions,
  putTestSummary,
  startTestApi,
  type TestApi,
  testRow,
} from './api-server.ts';

const NEWER = '0.260101.0000';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await putTestSummary(api.store, { name: 'Silicon probes & <b>CA1</b>' });
  await putTestSessions(api.store, '900002');
  await putTestSummary(api.store, {
    id: '900003',
    name: 'Speech',
    keywords: ['speech'],
    abstract: 'People spoke.',
  });
  await putTestSummary(api.store, { id: '900004', version: PUBLISHED });
  await putTestSummary(api.store, {
    id: '900004',
    version: NEWER,
    updated: '2026-11-21T10:00:00.000Z',
    provenance: {
      coverage: { assets: 90, nwb: 89, read: 89, cutShort: 0, notLookedAt: 0, unreadable: [], other: [] },
    },
  });
});
afterAll(() => api.close());

describe('MCP', () => {
  const connect = async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`)) as never);
    return client;
  };
  const readText = (result: unknown): string =>
    (result as { content: { text: string }[] }).content.map(({ text }) => text).join('');

  it('lets an agent search and read, and only that', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'get_facts',
      'get_file_types',
      'get_sessions',
      'get_snippets',
      'get_summary',
      'search_dandisets',
    ]);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    const found = JSON.parse(
      readText(await client.callTool({ name: 'search_dandisets', arguments: { query: 'speech' } })),
    );
    expect(found.dandisets.map(({ id }: { id: string }) => id)).toEqual(['900003']);
    const id = '900002';
    const call = async (name: string) => readText(await client.callTool({ name, arguments: { id } }));
    expect(await call('get_summary')).toContain('Six rats learned a task.');
    expect(JSON.parse(await call('get_file_types')).fileTypes).toHaveLength(1);
    expect(JSON.parse(await call('get_facts'))).toMatchObject({ dandisetId: id, coverage: { nwb: 60 } });
    expect(JSON.parse(await call('get_sessions'))).toMatchObject({ total: 1, page: 1 });
    expect(JSON.parse(await call('get_snippets')).fileTypes[0].python).toContain('sub-1/sub-1_ecephys.nwb');
    await client.close();
  });

  it('reports missing documents to an agent, and refuses invalid ids', async () => {
    const client = await connect();
    const missing = await client.callTool({ name: 'get_summary', arguments: { id: '900009' } });
    expect(missing.isError).toBe(true);
    expect(readText(missing)).toContain('No summary of Dandiset 900009');
    const wrong = await client.callTool({ name: 'get_summary', arguments: { id: '../x' } });
    expect(wrong.isError).toBe(true);
    await client.close();
  });

  it('refuses invalid messages', async () => {
    const response = await api.post(
      '/mcp',
      { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      '{',
    );
    expect(response.status).toBe(400);
    expect((await fetch(`${api.url}/mcp`)).status).toBe(405);
  });
});

describe('feeds', () => {
  it('list the newest first, with changes, well formed for any title', async () => {
    const response = await api.get('/feed.atom');
    expect(response.headers.get('content-type')).toContain('application/atom+xml');
    const text = await response.text();
    expect(XMLValidator.validate(text)).toBe(true);
    const { feed } = new XMLParser().parse(text);
    expect(feed.entry[0].id).toContain(`/dandisets/900004/versions/${NEWER}`);
    expect(feed.entry[0].summary).toContain('NWB files: 60 before, 89 now.');
    expect(feed.entry.map(({ title }: { title: string }) => title)).toContain('Silicon probes & <b>CA1</b>');
  });

  it('accept a saved search', async () => {
    const feed = (await (await api.get('/feed.json?q=speech')).json()) as {
      items: { url: string }[];
      feed_url: string;
    };
    expect(feed.items.map(({ url }) => url)).toEqual([`${api.url}/dandisets/900003`]);
    expect(feed.feed_url).toBe(`${api.url}/feed.json?q=speech`);
  });
});

describe('fixed documents', () => {
  it.each(['/sitemap.xml', '/opensearch.xml'])('%s is well formed', async (path) => {
    const text = await (await api.get(path)).text();
    expect(XMLValidator.validate(text)).toBe(true);
    expect(text).toContain(`${api.url}/dandisets`);
  });

  it('llms.txt and robots.txt link to the rest', async () => {
    expect(await (await api.get('/llms.txt')).text()).toContain(`${api.url}/mcp`);
    expect(await (await api.get('/robots.txt')).text()).toContain(`Sitemap: ${api.url}/sitemap.xml`);
  });

  it('everything is one gzipped file of JSON Lines', async () => {
    const response = await api.get('/dandisets.jsonl.gz', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('content-encoding')).toBe(null);
    const lines = gunzipSync(Buffer.from(await response.arrayBuffer()))
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['900002', '900003', '900004']);
  });
});

describe('linked data', () => {
  it('is in the page as a Dataset that no title can break out of', async () => {
    const text = await (await api.get('/dandisets/900002', { accept: 'text/html' })).text();
    const [, json = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      '@type': 'Dataset',
      name: 'Silicon probes & <b>CA1</b>',
      license: ['https://spdx.org/licenses/CC-BY-4.0'],
      // From the version's name: the date of the summary would be another day.
      datePublished: '2025-02-04T16:26:00Z',
    });
    expect(json).not.toContain('<');
  });

  const python = process.env.CROISSANT_PYTHON ?? 'python3';
  const hasCroissant = spawnSync(python, ['-c', 'import mlcroissant']).status === 0;

  it.skipIf(!hasCroissant)(
    'is Croissant that mlcroissant accepts, and whose records it reads (skipped where python3 has no mlcroissant)',
    async () => {
      await putTestSessions(api.store, '900005', [testRow({ subject: 'A1' }), testRow({ subject: 'B2' })]);
      const refer = async (key: string) => {
        const { body } = (await api.store.get(key))!;
        return { sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
      };
      const keys = sessionsKeys('900005', PUBLISHED);
      await putTestSummary(api.store, {
        id: '900005',
        provenance: { sessions: { csv: await refer(keys.csv), parquet: await refer(keys.parquet) } },
      });
      const folder = mkdtempSync(join(tmpdir(), 'croissant-'));
      for (const id of ['900002', '900005']) {
        const file = join(folder, `${id}.json`);
        await writeFile(file, await (await api.get(`/dandisets/${id}/croissant.json`)).text());
        // Not at once: it downloads the table from this very process.
        const checked = await promisify(execFile)(python, [
          '-c',
          'import sys, mlcroissant as m; d = m.Dataset(jsonld=sys.argv[1]); print(d.metadata.name); print(sorted(r["sessions/subject"].decode() for s in d.metadata.record_sets for r in d.records(s.id)))',
          file,
        ]);
        expect(checked.stderr).not.toMatch(/error|warning/i);
        expect(checked.stdout).toContain(id === '900005' ? "['A1', 'B2']" : '[]');
      }
      rmSync(folder, { recursive: true });
    },
    120_000,
  );
});
