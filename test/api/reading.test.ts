/** Reading over real HTTP: formats, validators, caches, other pages, limits, and malicious texts. */
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PUBLISHED, putTestSummary, startTestApi, type TestApi } from './api-server.ts';

const LATEST = '/dandisets/900002/summary';
const VERSION = `/dandisets/900002/versions/${PUBLISHED}`;

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
  await putTestSummary(api.store);
});
afterEach(() => api.close());

async function readProblem(response: Response): Promise<{ kind: string; detail: string; field?: string }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const problem = (await response.json()) as { type: string; status: number; detail: string; field?: string };
  expect(problem.status).toBe(response.status);
  return { ...problem, kind: problem.type.split(':').at(-1) ?? '' };
}

describe('a summary', () => {
  it.each([
    [undefined, 'text/markdown; charset=utf-8', /^# Silicon probes in CA1/],
    ['*/*', 'text/markdown; charset=utf-8', /^# Silicon probes/],
    ['text/*;q=0.5, application/json', 'application/json', /^\{"schemaVersion":2/],
    [
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html; charset=utf-8',
      /<!doctype/,
    ],
    ['text/markdown;q=0, */*', 'application/json', /"markdown":"# Silicon/],
    ['nonsense', 'text/markdown; charset=utf-8', /^# Silicon/],
  ])('for Accept %s', async (accept, contentType, pattern) => {
    // fetch would send its own Accept header.
    const response = await rawGet(`${api.url}${LATEST}`, accept === undefined ? {} : { accept });
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe(contentType);
    expect(response.headers.vary).toContain('Accept');
    expect(response.body).toMatch(pattern);
  });

  it('is the same without and with its version, and states its version', async () => {
    const [latest, version] = await Promise.all([api.get(LATEST), api.get(`${VERSION}/summary`)]);
    expect(latest.headers.get('content-location')).toBe(`${VERSION}/summary`);
    expect(await latest.text()).toBe(await version.text());
  });

  it('is selected by ?format= before Accept', async () => {
    const response = await api.get(`${LATEST}?format=json`, { accept: 'text/html' });
    const document = (await response.json()) as Record<string, unknown>;
    expect(document).toMatchObject({ dandisetId: '900002', version: PUBLISHED });
    expect(document.markdown).toBe(await (await api.get(`${LATEST}?format=markdown`)).text());
    expect(await readProblem(await api.get(`${LATEST}?format=pdf`))).toMatchObject({ field: 'format' });
  });

  it('has its prompt and its file types as separate documents', async () => {
    expect(await (await api.get(`${VERSION}/prompt`)).text()).toBe('Please write a summary.\n');
    const types = (await (await api.get('/dandisets/900002/file-types')).json()) as Record<string, unknown>;
    expect(types).toMatchObject({ dandisetId: '900002', coverage: { nwb: 60, unreadable: 0 } });
    expect(types.fileTypes).toMatchObject([{ files: 60, locations: ['CA1'] }]);
  });

  it('names a thousand unreadable files and counts the rest', async () => {
    await putTestSummary(api.store, { id: '900005', unreadable: 1_200 });
    const document = (await (await api.get('/dandisets/900005/summary?format=json')).json()) as {
      coverage: { unreadable: unknown[] };
      unreadableOmitted: number;
    };
    expect(document.coverage.unreadable).toHaveLength(1_000);
    expect(document.unreadableOmitted).toBe(200);
  });

  it('counts as absent if it is incomplete', async () => {
    for (const prefix of [`summaries/900002/${PUBLISHED}/summary.md`, `kept/900002/${PUBLISHED}/`])
      for await (const key of api.store.list(prefix)) await api.store.remove(key);
    expect(await readProblem(await api.get(LATEST))).toMatchObject({ kind: 'not-found' });
  });

  it('is reported as damaged without internal names', async () => {
    const key = `summaries/900002/${PUBLISHED}/summary.json`;
    await api.store.put(key, '{', { contentType: 'application/json' });
    const response = await api.get(LATEST);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const { kind, detail } = await readProblem(response);
    expect(kind).toBe('unavailable');
    expect(detail).not.toContain('summaries');
  });
});

describe('caches', () => {
  it.each(['text/markdown', 'application/json', 'text/html'])(
    '%s: 304 until the summary changes',
    async (accept) => {
      const first = await api.get(LATEST, { accept });
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"[\w-]{32}"$/);
      expect(first.headers.get('cache-control')).toBe('public, max-age=60');
      const second = await api.get(LATEST, { accept, 'if-none-match': `"other", ${etag}` });
      expect(second.status).toBe(304);
      expect(second.headers.get('etag')).toBe(etag);
      expect(await second.text()).toBe('');
      await putTestSummary(api.store, { abstract: 'Seven rats learned a task.' });
      const third = await api.get(LATEST, { accept, 'if-none-match': etag });
      expect(third.status).toBe(200);
      expect(await third.text()).toContain('Seven rats');
    },
  );

  it('by date if the client has no ETag', async () => {
    const first = await api.get(LATEST);
    const date = first.headers.get('last-modified') ?? '';
    expect((await api.get(LATEST, { 'if-modified-since': date })).status).toBe(304);
    expect((await api.get(LATEST, { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' })).status).toBe(
      200,
    );
    expect((await api.get(LATEST, { 'if-modified-since': date, 'if-none-match': '"x"' })).status).toBe(200);
  });

  it('do not store errors', async () => {
    expect((await api.get('/dandisets/900009/summary')).headers.get('cache-control')).toBe('no-store');
  });

  it('get the same document compressed', async () => {
    const [plain, gzip] = await Promise.all(
      ['identity', 'gzip'].map((coding) => api.get(`${LATEST}?format=html`, { 'accept-encoding': coding })),
    );
    expect(plain?.headers.get('content-encoding')).toBe(null);
    expect(gzip?.headers.get('content-encoding')).toBe('gzip');
    expect(Number(gzip?.headers.get('content-length'))).toBeLessThan(
      Number(plain?.headers.get('content-length')) / 2,
    );
    expect(gzip?.headers.get('etag')).toBe(plain?.headers.get('etag'));
    expect(await gzip?.text()).toBe(await plain?.text());
  });

  it('HEAD has the headers of GET and no body', async () => {
    const get = await api.get(LATEST, { 'accept-encoding': 'identity' });
    const head = await fetch(`${api.url}${LATEST}`, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'identity' },
    });
    for (const name of ['etag', 'content-length', 'content-type', 'last-modified'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect(await head.text()).toBe('');
  });
});

describe('the page', () => {
  const page = async (path = LATEST) => (await api.get(path, { accept: 'text/html' })).text();

  it('has a policy that allows its own style and nothing else', async () => {
    const response = await api.get(LATEST, { accept: 'text/html' });
    const policy = response.headers.get('content-security-policy') ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(await response.text())?.[1] ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('shows author and sources, and links to the archive, the data and similar Dandisets', async () => {
    const text = await page();
    expect(text).toContain('Written by the language model gpt-4o on 2026-11-20');
    expect(text).toContain('the headers of 60 of 60 NWB files');
    expect(text).toContain(`href="https://dandiarchive.org/dandiset/900002/${PUBLISHED}"`);
    expect(text).toContain(`href="${VERSION}/summary?format=json"`);
    expect(text).toContain('<a href="/dandisets?q=spike+times">spike times</a>');
    expect(text.match(/<h1/g)).toHaveLength(1);
    expect(text).toContain('<strong>spike times</strong>');
  });

  it('shows flagged statements', async () => {
    await putTestSummary(api.store, { id: '900006', warnings: ['Three <files> were left out.'] });
    expect(await page('/dandisets/900006/summary')).toContain(
      '<p class="note">Three &lt;files&gt; were left out.</p>',
    );
  });

  it.each([
    ['<script>alert(1)</script>', /<script/],
    ['<img src=x onerror=alert(1)>', /<img/],
    ['![x](https://evil.example/pixel.png)', /<img/],
    ['[x](javascript:alert(1))', /href="javascript/i],
    ['[x](JaVaScRiPt&colon;alert(1))', /href="javascript/i],
    ['[x](data:text/html;base64,PHNjcmlwdD4=)', /href="data/],
    ['<svg/onload=alert(1)>', /<svg/],
    ['<a href="https://evil.example" onclick="alert(1)">x</a>', / onclick="/],
    ['[x](https://evil.example/"onmouseover="alert(1))', /<[^>]+"\s*onmouseover/],
    ['</style><style>*{display:none}</style>', /<\/style><style>/],
    ['<iframe src="https://evil.example"></iframe>', /<iframe/],
    ['x"><script>alert(1)</script>', /<script/],
    ['<meta http-equiv="refresh" content="0;url=https://evil.example">', /<meta http-equiv/],
    ['```html\n<script>alert(1)</script>\n```', /<script/],
    ['| a |\n| - |\n| <script>alert(1)</script> |', /<script/],
  ])('renders %j harmless in every place', async (evil, sign) => {
    const flat = evil.replaceAll('\n', ' ');
    await putTestSummary(api.store, {
      id: '900007',
      name: flat,
      abstract: evil,
      description: `Fine.\n\n${evil}\n\n- ${flat}`,
      keywords: [flat, 'fine'],
      examplePath: `sub-${flat}/x.nwb`,
      warnings: [flat],
    });
    for (const path of [
      '/dandisets/900007/summary',
      '/dandisets',
      `/dandisets?q=${encodeURIComponent(flat)}`,
    ]) {
      const [, body = ''] = (await page(path)).split('</style>\n</head>');
      expect(body.length).toBeGreaterThan(500);
      expect(body).not.toMatch(sign);
      expect(body).not.toMatch(/<(?:script|img|iframe|svg|object|embed|base|meta)\b/i);
      expect(body.replaceAll(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+\s*=/i);
    }
  });
});

describe('malformed requests', () => {
  it.each([
    ['/dandisets/12345/summary', 400, 'invalid-input'],
    ['/dandisets/９00002/summary', 400, 'invalid-input'],
    ['/dandisets/900002/versions/1.0/summary', 400, 'invalid-input'],
    ['/dandisets/900002/versions/..%2F..%2Fx/summary', 404, 'not-found'],
    ['/dandisets/900009/summary', 404, 'not-found'],
    ['/dandisets/900002/versions/draft/summary', 404, 'not-found'],
    ['/nowhere', 404, 'not-found'],
    ['/constructor', 404, 'not-found'],
    ['/dandisets/900002/nothing', 404, 'not-found'],
    ['/dandisets/900002/summary?formt=json', 400, 'invalid-input'],
    ['/dandisets/900002/summary?format=json&format=html', 400, 'invalid-input'],
    ['/runs/a%20b', 400, 'invalid-input'],
    [`/dandisets?q=${'x'.repeat(9_000)}`, 414, 'query-too-long'],
    [`/dandisets?q=${'x'.repeat(201)}`, 400, 'invalid-input'],
    ['/dandisets?q=a%00b', 400, 'invalid-input'],
    ['/%', 404, 'not-found'],
  ])('%s: %i', async (path, status, kind) => {
    const response = await api.get(path);
    expect(response.status).toBe(status);
    expect(await readProblem(response)).toMatchObject({ kind });
  });

  it('get a 406 for an unavailable form', async () => {
    const response = await api.get(LATEST, { accept: 'image/png' });
    expect(response.status).toBe(406);
    expect((await readProblem(response)).detail).toContain('text/markdown');
  });

  it.each([
    ['DELETE', LATEST, 'GET, HEAD, OPTIONS'],
    ['POST', '/dandisets', 'GET, HEAD, OPTIONS'],
    ['GET', `${VERSION}/runs`, 'POST, OPTIONS'],
    ['PATCH', '/health', 'GET, HEAD, OPTIONS'],
  ])('%s %s gets the allowed methods', async (method, path, allow) => {
    const response = await fetch(`${api.url}${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await readProblem(response)).toMatchObject({ kind: 'method-not-allowed' });
  });

  it('with too long a body are refused before it is read, and the server continues', async () => {
    const response = await api.post(`${VERSION}/runs`, {}, 'x'.repeat(2_000_000)).catch(() => undefined);
    if (response !== undefined) expect(response.status).toBe(413);
    expect((await api.get('/health')).status).toBe(200);
  });
});

describe('every response', () => {
  it('leads from the root to the catalog', async () => {
    const response = await api.get('/');
    expect([response.status, response.headers.get('location')]).toEqual([307, '/dandisets']);
  });

  it('allows other pages to read, and supports their preflight', async () => {
    const preflight = await fetch(`${api.url}${VERSION}/runs`, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect((await api.get(LATEST)).headers.get('access-control-expose-headers')).toContain('ETag');
  });

  it('reports whether the store responds', async () => {
    expect(await (await api.get('/health')).json()).toMatchObject({ status: 'ok', catalog: 'present' });
    const broken = await startTestApi({
      store: Object.assign(Object.create(api.store), {
        has: () => Promise.reject(Object.assign(new Error('s3://secret'), { name: 'StoreUnavailableError' })),
      }),
    });
    const response = await broken.get('/health');
    expect(response.status).toBe(503);
    expect((await readProblem(response)).detail).not.toContain('secret');
    await broken.close();
  });
});

function rawGet(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });
}
