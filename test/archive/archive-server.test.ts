import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRange } from '../../local/archive-server/bucket.ts';
import {
  type ArchiveError,
  type ArchiveServer,
  folderFiles,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { ArchiveClient } from '../../shared/archive/archive-client.ts';
import type { Asset } from '../../shared/archive/asset.ts';
import { parseListPage } from '../../shared/archive/asset-listing.ts';
import { blobKey, blobUrl } from '../../shared/archive/urls.ts';
import { requireCorpus } from '../corpus.ts';
import { corpusArchiveFiles, corpusDandisets } from '../corpus-archive.ts';
import { catchFailure, collect, paths, record, uuid, versionEntries } from './small-archive.ts';

const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
const ETAG = `"${createHash('md5').update(CONTENT).digest('hex')}-1"`;
const BLOB = uuid('blob');

let folder: string;
let server: ArchiveServer;
let error: ArchiveError | undefined;

async function put(key: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, key, '..'), { recursive: true });
  await writeFile(join(folder, key), content);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-server-'));
  await put(blobKey(BLOB), CONTENT);
  await put('a & b/<c>', 'odd');
  await put('empty', '');
  await put('list/a-', '1');
  await put('list/a/1', '1');
  await put('list/a/2', '1');
  await put('list/a.', '1');
  await put('list/b/1', '1');
  for (const [key, file] of [
    ...versionEntries('000001', 'draft', [...paths(250)].reverse().map(record)),
    ...versionEntries('000001', '0.210101.0000', paths(1).map(record)),
    ...versionEntries('000002', 'draft', []),
    ...versionEntries('000003', 'draft', []),
  ]) {
    if ('body' in file) await put(key, file.body);
  }
  server = await startArchiveServer({
    files: folderFiles(folder),
    embargoed: ['000003'],
    onRequest: () => error,
  });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const blob = (headers: Record<string, string> = {}, method = 'GET') =>
  fetch(blobUrl(server.bucketUrl, BLOB), { headers, method });
const listing = async (query: string) => {
  const response = await fetch(`${server.bucketUrl}/?list-type=2&${query}`);
  const xml = await response.text();
  return { status: response.status, xml, page: parseListPage(xml) };
};
/** The fields of the API's responses that the tests read. */
interface ApiBody {
  readonly count: number | null;
  readonly next: string | null;
  readonly results: readonly Readonly<Record<string, unknown>>[];
  readonly detail: string;
  readonly services: { readonly api: { readonly url: string } };
}
const api = async (path: string) => {
  const response = await fetch(`${server.apiUrl}${path}`);
  return { status: response.status, body: (await response.json()) as ApiBody };
};

describe('objects', () => {
  it('are returned whole, with an ETag of the form that uploads get', async () => {
    const response = await blob();
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe(ETAG);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT)).toBe(true);
  });

  it('return only their head', async () => {
    const response = await blob({}, 'HEAD');
    expect(response.headers.get('content-length')).toBe('1000');
    expect(await response.text()).toBe('');
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=990-2000', 990, 1000],
    ['bytes=990-', 990, 1000],
    ['bytes=-5', 995, 1000],
    ['bytes=-5000', 0, 1000],
  ])('come by range: %s', async (range, start, end) => {
    const response = await blob({ range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT.subarray(start, end))).toBe(true);
  });

  it.each(['bytes=0-1,5-6', 'bytes=9-3', 'bytes=-', 'bytes=x', 'lines=0-3'])(
    'are returned whole for %s',
    async (range) => {
      const response = await blob({ range });
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBe(1000);
    },
  );

  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0'])('have nothing for %s', async (range) => {
    const response = await blob({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */1000');
    expect(await response.text()).toContain('<Code>InvalidRange</Code>');
  });

  it('respect If-Match', async () => {
    expect((await blob({ 'if-match': ETAG, range: 'bytes=0-1' })).status).toBe(206);
    const changed = await blob({ 'if-match': '"0-1"', range: 'bytes=0-1' });
    expect(changed.status).toBe(412);
    expect(await changed.text()).toContain('<Code>PreconditionFailed</Code>');
  });

  it('change their ETag with their content', async () => {
    await put('changing', 'one');
    const first = (await fetch(`${server.bucketUrl}/changing`)).headers.get('etag');
    await put('changing', 'three');
    expect((await fetch(`${server.bucketUrl}/changing`)).headers.get('etag')).not.toBe(first);
    await rm(join(folder, 'changing'));
  });

  it('are found by a key with any character, and never outside the folder', async () => {
    expect(await (await fetch(`${server.bucketUrl}/${encodeURIComponent('a & b')}/%3Cc%3E`)).text()).toBe(
      'odd',
    );
    expect((await fetch(`${server.bucketUrl}/empty`)).headers.get('content-length')).toBe('0');
    expect((await fetch(`${server.bucketUrl}/empty`, { headers: { range: 'bytes=0-9' } })).status).toBe(416);
    const name = folder.split('/').at(-1);
    for (const key of [
      `..%2F${name}%2Fempty`,
      '%2Fetc%2Fpasswd',
      'list',
      'list%2F',
      '%00',
      'list%5Ca-',
      'gone',
    ]) {
      const response = await fetch(`${server.bucketUrl}/${key}`);
      expect(response.status, key).toBe(404);
      expect(await response.text()).toContain('<Code>NoSuchKey</Code>');
    }
    expect((await fetch(`${server.bucketUrl}/%E0%A4%A`)).status).toBe(404);
  });

  it('of an embargoed Dandiset are forbidden and not listed', async () => {
    const response = await fetch(`${server.bucketUrl}/dandisets/000003/draft/dandiset.jsonld`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
    expect((await listing('prefix=dandisets/&delimiter=/')).page?.prefixes).toEqual([
      'dandisets/000001/',
      'dandisets/000002/',
    ]);
  });

  it('can only be read', async () => {
    const response = await blob({}, 'DELETE');
    expect(response.status).toBe(405);
    expect(await response.text()).toContain('<Code>MethodNotAllowed</Code>');
  });
});

describe('parseRange', () => {
  it('stays within the object', () => {
    const numbers = fc.option(fc.nat({ max: 50 }), { nil: '' });
    fc.assert(
      fc.property(numbers, numbers, fc.nat({ max: 40 }), (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (typeof range === 'string') return;
        expect(range.length).toBeGreaterThan(0);
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start + range.length).toBeLessThanOrEqual(size);
        if (first !== '') expect(range.start).toBe(first);
        else expect(range.start + range.length).toBe(size);
      }),
    );
  });
});

describe('listings', () => {
  it('are in byte order, with sizes, dates and ETags', async () => {
    const { page, xml } = await listing('prefix=list/');
    expect(page?.keys).toEqual(['list/a-', 'list/a.', 'list/a/1', 'list/a/2', 'list/b/1']);
    expect(page?.next).toBeUndefined();
    expect(xml).toMatch(/<ETag>&quot;[0-9a-f]{32}-1&quot;<\/ETag><Size>1<\/Size>/);
    expect(xml).toContain('<KeyCount>5</KeyCount><MaxKeys>1000</MaxKeys>');
  });

  it('roll up keys with the same prefix up to the delimiter', async () => {
    const { page } = await listing('prefix=list/&delimiter=/');
    expect(page?.keys).toEqual(['list/a-', 'list/a.']);
    expect(page?.prefixes).toEqual(['list/a/', 'list/b/']);
  });

  it('take a prefix that ends within a name', async () => {
    expect((await listing('prefix=list/a/')).page?.keys).toEqual(['list/a/1', 'list/a/2']);
    expect((await listing('prefix=lis')).page?.keys).toHaveLength(5);
    expect((await listing('prefix=nothing/')).page).toEqual({ keys: [], prefixes: [], next: undefined });
  });

  it.each(['', '&delimiter=/'])('return everything once over pages of any size%s', async (delimiter) => {
    const whole = (await listing(`prefix=list/${delimiter}`)).page;
    for (const size of [1, 2, 3, 4]) {
      const keys: string[] = [];
      const prefixes: string[] = [];
      let token = '';
      do {
        const { page } = await listing(`prefix=list/${delimiter}&max-keys=${size}${token}`);
        expect((page?.keys.length ?? 0) + (page?.prefixes.length ?? 0)).toBeLessThanOrEqual(size);
        keys.push(...(page?.keys ?? []));
        prefixes.push(...(page?.prefixes ?? []));
        token = page?.next === undefined ? '' : `&continuation-token=${encodeURIComponent(page.next)}`;
      } while (token !== '');
      expect({ keys, prefixes }).toEqual({ keys: whole?.keys, prefixes: whole?.prefixes });
    }
  });

  it('escape keys, or encode them on request', async () => {
    const { page, xml } = await listing('prefix=a');
    expect(xml).toContain('<Key>a &amp; b/&lt;c&gt;</Key>');
    expect(page?.keys).toEqual(['a & b/<c>']);
    expect((await listing('prefix=a&encoding-type=url')).xml).toContain('<Key>a%20%26%20b%2F%3Cc%3E</Key>');
  });

  it('refuse unknown parameters', async () => {
    expect((await listing('max-keys=many')).status).toBe(400);
    expect((await listing('continuation-token=x')).status).toBe(400);
    expect((await fetch(`${server.bucketUrl}/?prefix=list`)).status).toBe(501);
    expect((await listing('max-keys=0')).page).toEqual({ keys: [], prefixes: [], next: undefined });
  });
});

describe('the API', () => {
  it('lists Dandisets, but not the embargoed', async () => {
    const { body } = await api('/dandisets/?page_size=1&ordering=-id');
    expect(body).toMatchObject({ count: 2, previous: null });
    expect(body.results).toMatchObject([
      {
        identifier: '000002',
        embargo_status: 'OPEN',
        most_recent_published_version: null,
        draft_version: { version: 'draft', asset_count: 0, size: 0, status: 'Valid' },
      },
    ]);
    const second = (await (await fetch(body.next ?? '')).json()) as ApiBody;
    expect(second.results).toMatchObject([
      {
        identifier: '000001',
        most_recent_published_version: { version: '0.210101.0000', asset_count: 1, status: 'Published' },
        draft_version: { version: 'draft', asset_count: 250 },
      },
    ]);
    expect(second.next).toBeNull();
  });

  it('shows a Dandiset, its versions, their metadata and their numbers', async () => {
    expect((await api('/dandisets/000001/')).body).toMatchObject({ identifier: '000001' });
    const versions = (await api('/dandisets/000001/versions/')).body;
    expect(versions.results.map((row) => row.version)).toEqual(['draft', '0.210101.0000']);
    const metadata = await fetch(`${server.apiUrl}/dandisets/000001/versions/draft/`);
    expect(await metadata.text()).toContain('"big": 12345678901234567890');
    const info = (await api('/dandisets/000001/versions/draft/info/')).body;
    expect(info).toMatchObject({
      version: 'draft',
      name: 'Notes on 000001',
      asset_count: 250,
      dandiset: { identifier: '000001' },
      metadata: { version: 'draft' },
    });
    expect((await api('/info/')).body.services.api.url).toBe(server.apiUrl);
  });

  it('pages assets, with the count on the first page only', async () => {
    const base = '/dandisets/000001/versions/draft/assets/?order=path&page_size=100';
    const pages = [await api(base), await api(`${base}&page=2`), await api(`${base}&page=3`)];
    expect(pages.map(({ body }) => body.count)).toEqual([250, null, null]);
    expect(pages.map(({ body }) => body.next === null)).toEqual([false, false, true]);
    expect(pages.flatMap(({ body }) => body.results.map((row) => row.path))).toEqual(paths(250));
    expect(pages[0]?.body.results[0]).not.toHaveProperty('metadata');
    expect(await api(`${base}&page=4`)).toEqual({ status: 404, body: { detail: 'Invalid page.' } });
  });

  it('returns metadata, filters and sorts on request', async () => {
    const assets = async (query: string) =>
      (await api(`/dandisets/000001/versions/draft/assets/?${query}`)).body.results;
    expect((await assets('order=-path&page_size=1&metadata=true'))[0]).toEqual({
      asset_id: record('sub-00249/data.nwb').identifier,
      blob: uuid('blob sub-00249/data.nwb'),
      zarr: null,
      path: 'sub-00249/data.nwb',
      size: 1018,
      created: expect.any(String),
      modified: expect.any(String),
      metadata: record('sub-00249/data.nwb'),
    });
    expect(await assets('glob=SUB-0000*.nwb')).toHaveLength(10);
    expect(await assets('glob=*.nwb.zarr')).toEqual([]);
    expect(await assets('glob=sub.00001*')).toEqual([]);
    expect(await assets('zarr=true')).toEqual([]);
  });

  it('refuses a parameter that it does not implement', async () => {
    for (const path of [
      '/dandisets/?search=mouse',
      '/dandisets/?draft=false',
      '/dandisets/000001/versions/?order=created',
      '/dandisets/000001/versions/draft/assets/?order=created',
      '/dandisets/000001/versions/draft/assets/?constructor=1',
    ]) {
      const { status, body } = await api(path);
      expect(status, path).toBe(400);
      expect(body.detail).toContain('does not implement');
    }
  });

  it('returns an empty page past the end', async () => {
    for (const path of [
      '/dandisets/000009/',
      '/dandisets/1/',
      '/dandisets/000001/versions/0.990101.0000/',
      '/dandisets/000001/versions/draft/files/',
      '/dandisets/000001/owners/',
      '/users/',
    ]) {
      expect(await api(path), path).toEqual({ status: 404, body: { detail: 'Not found.' } });
    }
    expect((await api('/dandisets/000003/')).status).toBe(401);
    expect((await api('/dandisets/000003/versions/draft/assets/')).status).toBe(401);
    expect((await fetch(new URL('/elsewhere', server.apiUrl))).status).toBe(404);
    expect((await fetch(`${server.apiUrl}/info/`, { method: 'POST' })).status).toBe(405);
  });

  it('reports files that are not manifests', async () => {
    await put('dandisets/000004/draft/dandiset.jsonld', 'not JSON');
    expect((await api('/dandisets/000004/')).status).toBe(500);
    await rm(join(folder, 'dandisets/000004'), { recursive: true });
  });
});

describe('errors', () => {
  const withFault = async <T>(one: ArchiveError, work: () => Promise<T>): Promise<T> => {
    error = one;
    try {
      return await work();
    } finally {
      error = undefined;
    }
  };

  it('ignore a range', async () => {
    const response = await withFault({ ignoreRange: true }, () => blob({ range: 'bytes=0-9' }));
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(1000);
  });

  it('set a status, headers and a body', async () => {
    const wrong = { status: 429, headers: { 'retry-after': '3' }, body: 'later' };
    const response = await withFault(wrong, () => blob());
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      429,
      '3',
      'later',
    ]);
    const other = await withFault({ headers: { etag: '"other"' } }, () => blob({ range: 'bytes=0-9' }));
    expect([other.status, other.headers.get('etag')]).toEqual([206, '"other"']);
  });

  it.each([0, 1, 999])('cut a body after %i bytes', async (cutAfter) => {
    const received = await withFault({ cutAfter }, async () => {
      const response = await blob();
      expect(response.headers.get('content-length')).toBe('1000');
      const chunks: Uint8Array[] = [];
      const failure = await catchFailure(
        (async () => {
          for await (const chunk of response.body ?? []) chunks.push(chunk);
        })(),
      );
      expect(failure).toBeInstanceOf(TypeError);
      return Buffer.concat(chunks);
    });
    expect(received.equals(CONTENT.subarray(0, cutAfter))).toBe(true);
  });

  it('stall a head or a body', async () => {
    const signal = AbortSignal.timeout(80);
    const url = blobUrl(server.bucketUrl, BLOB);
    expect(await withFault({ neverRespond: true }, () => catchFailure(fetch(url, { signal })))).toMatchObject(
      {
        name: 'TimeoutError',
      },
    );
    const failure = await withFault({ stallAfter: 10 }, async () => {
      const stop = new AbortController();
      const response = await fetch(url, { signal: stop.signal });
      expect(response.status).toBe(200);
      setTimeout(() => stop.abort(), 80);
      return await catchFailure(response.arrayBuffer());
    });
    expect(failure).toMatchObject({ name: 'AbortError' });
  });

  it('are counted as requests like any other', async () => {
    const before = server.requests.bucket;
    await withFault({ status: 500 }, () => blob());
    expect(server.requests.bucket).toBe(before + 1);
  });
});

describe('the corpus', () => {
  it('is served as the archive would, and read by the client', async (test) => {
    const corpus = requireCorpus(test);
    const served = await startArchiveServer({ files: corpusArchiveFiles(corpus) });
    try {
      const client = new ArchiveClient(served);
      const dandisets = corpusDandisets(corpus);
      expect((await collect(client.listDandisets())).map(({ id }) => id)).toEqual(
        dandisets.map(({ id }) => id),
      );
      for (const { id, version, assets } of dandisets) {
        const ref = await client.findVersion({ id });
        expect(ref).toEqual({ id, version });
        expect(JSON.parse((await client.readMetadata(ref)).json)).toMatchObject({
          id: `DANDI:${id}/${version}`,
        });
        const found = (await collect(client.readAssets(ref))) as Asset[];
        expect(found.map(({ path, assetId }) => ({ path, assetId }))).toEqual(
          assets.map((asset) => ({ path: asset.path, assetId: asset.asset_id })),
        );
        const first = found[0]!;
        const blobId = first.content.kind === 'blob' ? first.content.blobId : '';
        const response = await fetch(blobUrl(served.bucketUrl, blobId), { headers: { range: 'bytes=0-7' } });
        expect(response.headers.get('content-range')).toBe(`bytes 0-7/${first.size}`);
        expect(response.headers.get('etag')).toBe(`"${first.content.kind === 'blob' && first.content.etag}"`);
        expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toBe('\x89HDF\r\n\x1a\n');
      }
      expect(served.requests.api).toBe(0);
    } finally {
      await served.close();
    }
  });
});
