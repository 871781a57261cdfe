import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { ArchiveFile } from '../../local/archive-server.ts';
import { ArchiveClient, DOCUMENT_LIMIT } from '../../shared/archive/archive-client.ts';
import { type Asset, isInvalidAsset } from '../../shared/archive/asset.ts';
import {
  ArchiveUnavailableError,
  InvalidInputError,
  NotFoundError,
  ReadBudgetExceededError,
} from '../../shared/errors.ts';
import { buildFile } from '../corpus-archive.ts';
import {
  catchFailure,
  collect,
  metadataText,
  paths,
  record,
  startSmallArchive,
  versionEntries,
} from './small-archive.ts';

const DRAFT = { id: '000001', version: 'draft' };
const three = ['a.nwb', 'b.nwb', 'c.nwb'];
const entries = [
  ...versionEntries('000001', 'draft', three.map(record)),
  ...versionEntries('000001', '0.210101.0000', [record('a.nwb')]),
  ...versionEntries('000001', '0.230101.1200', ['a.nwb', 'b.nwb'].map(record)),
  ...versionEntries('000002', 'draft', []),
];
const isManifest = (path: string, name: string) => path.endsWith(`/${name}`);
const listPaths = (assets: readonly unknown[]) => assets.map((asset) => (asset as Asset).path);

describe('findVersion', () => {
  it('takes the newest published version, else the draft, with requests only to the bucket', async () => {
    await using archive = await startSmallArchive(entries);
    expect(await archive.client.findVersion({ id: '000001' })).toEqual({
      id: '000001',
      version: '0.230101.1200',
    });
    expect(await archive.client.findVersion({ id: '000002' })).toEqual({ id: '000002', version: 'draft' });
    expect(await archive.client.findVersion(DRAFT)).toEqual(DRAFT);
    expect(archive.server.requests).toEqual({ bucket: 3, api: 0 });
  });

  it('calls the API if the bucket lists nothing, or refuses the listing', async () => {
    for (const nothing of [
      { status: 403 },
      { status: 404 },
      { body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' },
    ]) {
      await using archive = await startSmallArchive(entries, ({ part }) =>
        part === 'bucket' ? nothing : undefined,
      );
      const { client } = archive;
      expect(await client.findVersion({ id: '000001' })).toEqual({ id: '000001', version: '0.230101.1200' });
      expect(await client.findVersion({ id: '000002' })).toEqual({ id: '000002', version: 'draft' });
      const older = { id: '000001', version: '0.210101.0000' };
      expect(await client.findVersion(older)).toEqual(older);
      expect(await client.findVersion(DRAFT)).toEqual(DRAFT);
      // The oldest version is neither the draft nor the newest: one more request.
      expect(archive.server.requests).toEqual({ bucket: 4, api: 5 });
    }
  });

  it('reports an unknown id or version', async () => {
    await using archive = await startSmallArchive(entries);
    expect(await catchFailure(archive.client.findVersion({ id: '000999' }))).toEqual(
      new NotFoundError('The archive has no Dandiset 000999.', { subject: 'Dandiset 000999' }),
    );
    expect(
      await catchFailure(archive.client.findVersion({ id: '000001', version: '0.250101.0000' })),
    ).toEqual(
      new NotFoundError(
        'Dandiset 000001 has no version 0.250101.0000; known are draft, 0.210101.0000, 0.230101.1200.',
        { subject: 'version 0.250101.0000 of Dandiset 000001' },
      ),
    );
    expect(await catchFailure(archive.client.findVersion({ id: '000999', version: 'draft' }))).toBeInstanceOf(
      NotFoundError,
    );
  });

  it.each([
    ['by the status', undefined],
    [
      'by the row',
      JSON.stringify({ identifier: '000001', embargo_status: 'EMBARGOED', draft_version: null }),
    ],
  ])('says that a Dandiset is embargoed, %s', async (_, body) => {
    await using archive = await startSmallArchive(
      entries,
      ({ part }) => (body !== undefined && part === 'api' ? { body } : undefined),
      { embargoed: ['000001'] },
    );
    const failure = await catchFailure(archive.client.findVersion({ id: '000001' }));
    expect(failure).toBeInstanceOf(NotFoundError);
    expect((failure as Error).message).toBe('Dandiset 000001 is embargoed: it is not open to the public.');
    expect(archive.server.requests).toEqual({ bucket: 1, api: 1 });
  });

  it('fails for an unknown id while the API is down', async () => {
    await using archive = await startSmallArchive([], ({ part }) =>
      part === 'api' ? { status: 502 } : undefined,
    );
    expect(await catchFailure(archive.client.findVersion({ id: '000001' }))).toMatchObject({
      name: 'ArchiveUnavailableError',
      status: 502,
      url: `${archive.server.apiUrl}/dandisets/000001/`,
    });
  });

  it('refuses a malformed reference without any request', async () => {
    await using archive = await startSmallArchive(entries);
    const { client } = archive;
    for (const ref of [
      { id: '1', version: 'draft' },
      { id: '000001', version: '../000002' },
    ]) {
      expect(await catchFailure(client.findVersion(ref))).toBeInstanceOf(InvalidInputError);
      expect(await catchFailure(client.readMetadata(ref))).toBeInstanceOf(InvalidInputError);
      expect(await catchFailure(collect(client.readAssets(ref)))).toBeInstanceOf(InvalidInputError);
    }
    expect(archive.log).toEqual([]);
  });

  it('does not treat a truncated listing as complete', async () => {
    const cut = '<ListBucketResult><IsTruncated>false</IsTruncated><CommonPrefixes><Prefix>dandisets/00';
    const silent = '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>';
    for (const body of [cut, silent, '<html></html>', '']) {
      await using archive = await startSmallArchive(entries, () => ({ body }));
      const failure = await catchFailure(archive.client.findVersion({ id: '000001' }));
      expect(failure).toBeInstanceOf(ArchiveUnavailableError);
    }
  });
});

describe('readMetadata', () => {
  it('returns the bucket’s text unchanged', async () => {
    await using archive = await startSmallArchive(entries);
    expect(await archive.client.readMetadata(DRAFT)).toEqual({
      json: metadataText('000001', 'draft'),
      from: 'bucket',
    });
    expect(archive.log).toEqual(['bucket dandisets/000001/draft/dandiset.jsonld']);
  });

  it.each([
    ['missing', { status: 404 }],
    ['forbidden', { status: 403 }],
    ['not JSON', { body: '<html>not here</html>' }],
    ['the first half', { body: metadataText('000001', 'draft').slice(0, 40) }],
    ['empty', { body: '' }],
    ['a list', { body: '[]' }],
    ['null', { body: 'null' }],
    ['cut off', { cutAfter: 40 }],
  ])('asks the API if the manifest is %s', async (_, error) => {
    await using archive = await startSmallArchive(entries, ({ path }) =>
      isManifest(path, 'dandiset.jsonld') ? error : undefined,
    );
    expect(await archive.client.readMetadata(DRAFT)).toEqual({
      json: metadataText('000001', 'draft'),
      from: 'api',
    });
    // A manifest that is not JSON is complete; one that breaks off may be complete at the next try.
    expect(archive.server.requests).toEqual({ bucket: 'cutAfter' in error ? 4 : 1, api: 1 });
  });

  it('reports that the API returned no metadata either', async () => {
    await using archive = await startSmallArchive(entries, () => ({ body: '<html>' }));
    const failure = await catchFailure(archive.client.readMetadata(DRAFT));
    expect(failure).toBeInstanceOf(ArchiveUnavailableError);
    expect((failure as Error).message).toContain("not in the API's form: it is not JSON");
  });

  it('reports that there is no such version', async () => {
    await using archive = await startSmallArchive(entries);
    const failure = await catchFailure(archive.client.readMetadata({ id: '000999', version: 'draft' }));
    expect((failure as Error).message).toBe('The archive has no version draft of Dandiset 000999.');
  });

  it('reads no more than its limit', async () => {
    const huge = buildFile(Buffer.alloc(DOCUMENT_LIMIT + 1, ' '));
    await using archive = await startSmallArchive([['dandisets/000001/draft/dandiset.jsonld', huge]]);
    const failure = await catchFailure(archive.client.readMetadata(DRAFT));
    expect(failure).toBeInstanceOf(ReadBudgetExceededError);
    expect(failure).toMatchObject({ budget: 'bytes', limit: DOCUMENT_LIMIT });
    expect(archive.server.requests.api).toBe(0);
  });
});

describe('readAssets', () => {
  it('yields the manifest in its order, without the API', async () => {
    await using archive = await startSmallArchive(entries);
    const assets = await collect(archive.client.readAssets(DRAFT));
    expect(listPaths(assets)).toEqual(three);
    expect(await collect(archive.client.readAssets({ id: '000002', version: 'draft' }))).toEqual([]);
    expect(archive.server.requests).toEqual({ bucket: 2, api: 0 });
  });

  it('yields repeated records once, and unusable ones at the end with their reasons', async () => {
    const records = [record('b.nwb'), 'nonsense', { path: 'bad.nwb' }, record('a.nwb'), record('b.nwb')];
    await using archive = await startSmallArchive(versionEntries('000001', 'draft', records));
    const found = await collect(archive.client.readAssets(DRAFT));
    expect(listPaths(found)).toEqual(['b.nwb', 'a.nwb', undefined, 'bad.nwb']);
    expect(found.filter(isInvalidAsset).map((one) => one.reason)).toEqual([
      'The record is not a JSON object.',
      'The record has no asset id that is a UUID.',
    ]);
  });

  const whole = JSON.stringify(three.map(record));
  it.each([
    ['missing', { status: 404 }],
    ['forbidden', { status: 403 }],
    ['empty', { body: '' }],
    ['white space', { body: ' \n' }],
    ['not JSON', { body: 'Service is being upgraded' }],
    ['an object', { body: JSON.stringify({ results: three.map(record) }) }],
    ['a number', { body: '7' }],
    ['the first half', { body: whole.slice(0, whole.length / 2) }],
    ['without its end', { body: whole.slice(0, -1) }],
    ['followed by more', { body: `${whole}]` }],
    ['not UTF-8', { headers: { 'content-encoding': 'gzip' } }],
    ['cut off at once', { cutAfter: 0 }],
    ['cut off every few bytes', { cutAfter: 300 }],
  ])('asks the API if the manifest is %s, and yields every asset once', async (_, error) => {
    await using archive = await startSmallArchive(entries, ({ path }) =>
      isManifest(path, 'assets.jsonld') ? error : undefined,
    );
    const assets = await collect(archive.client.readAssets(DRAFT));
    expect(listPaths(assets).sort()).toEqual(three);
    expect(archive.server.requests).toEqual({ bucket: 'cutAfter' in error ? 4 : 1, api: 1 });
    expect(archive.log.at(-1)).toBe(
      'api /dandisets/000001/versions/draft/assets/?order=path&metadata=true&page_size=1000&page=1',
    );
  });

  it('yields an asset before the manifest is complete', async () => {
    await using archive = await startSmallArchive(
      entries,
      ({ path }) => (isManifest(path, 'assets.jsonld') ? { stallAfter: 1200 } : undefined),
      { requestTimeoutMs: 60_000 },
    );
    const assets = archive.client.readAssets(DRAFT);
    expect(await assets.next()).toMatchObject({ done: false, value: { path: 'a.nwb' } });
    await assets.return();
  });

  it('drops unusable records of a manifest that breaks off: the API describes them better', async () => {
    const body = `[${JSON.stringify({ path: 'a.nwb' })},${JSON.stringify(record('b.nwb'))},`;
    await using archive = await startSmallArchive(entries, ({ path }) =>
      isManifest(path, 'assets.jsonld') ? { body } : undefined,
    );
    expect(listPaths(await collect(archive.client.readAssets(DRAFT)))).toEqual(['b.nwb', 'a.nwb', 'c.nwb']);
  });

  it('pages the API by number, in path order', async () => {
    const many = paths(2500);
    const files = versionEntries('000001', 'draft', [...many].reverse().map(record));
    await using archive = await startSmallArchive(files, ({ path }) =>
      isManifest(path, 'assets.jsonld') ? { status: 404 } : undefined,
    );
    expect(listPaths(await collect(archive.client.readAssets(DRAFT)))).toEqual(many);
    expect(archive.server.requests).toEqual({ bucket: 1, api: 3 });
  });

  describe('over pages of the API', () => {
    const rows = (names: readonly string[]) =>
      names.map((path) => ({
        ...{ path, asset_id: record(path).identifier, zarr: null, size: 1 },
        blob: record(path).identifier,
      }));
    const page = (count: number | null, names: readonly string[], next: string | null) => ({
      body: JSON.stringify({ count, next, previous: null, results: rows(names) }),
    });
    const elsewhere = 'http://elsewhere.invalid/api/?page=2';
    const start = (pages: readonly { body: string; status?: number }[]) =>
      startSmallArchive([], ({ part, query }) =>
        part === 'api' ? pages[Number(query.get('page')) - 1] : undefined,
      );

    it('drops duplicates and follows no URL', async () => {
      await using archive = await start([
        page(3, ['a.nwb', 'b.nwb'], elsewhere),
        page(null, ['b.nwb', 'c.nwb'], null),
      ]);
      expect(listPaths(await collect(archive.client.readAssets(DRAFT)))).toEqual(three);
    });

    it.each([
      ['too few', [page(3, ['a.nwb', 'b.nwb'], elsewhere), page(null, ['b.nwb'], null)], '3', '2'],
      ['too many', [page(2, three, null)], '2', '3'],
      [
        'a page that is gone',
        [page(3, ['a.nwb', 'b.nwb'], elsewhere), { status: 404, body: '{}' }],
        '3',
        '2',
      ],
    ])('names both numbers when there are %s', async (_, pages, count, found) => {
      await using archive = await start(pages);
      const failure = await catchFailure(collect(archive.client.readAssets(DRAFT)));
      expect(failure).toBeInstanceOf(ArchiveUnavailableError);
      expect((failure as Error).message).toContain(
        `counts ${count} assets of 000001/draft, but ${found} were found`,
      );
    });

    it('counts unusable rows, and yields them at the end', async () => {
      const odd = { count: 3, next: null, results: [{ path: 'odd' }, 17, ...rows(['a.nwb'])] };
      await using archive = await start([{ body: JSON.stringify(odd) }]);
      const found = await collect(archive.client.readAssets(DRAFT));
      expect(found.map((one) => isInvalidAsset(one))).toEqual([false, true, true]);
    });

    it('does not page forever', async () => {
      await using archive = await startSmallArchive([], ({ part }) =>
        part === 'api' ? page(600, paths(600), elsewhere) : undefined,
      );
      expect(await collect(archive.client.readAssets(DRAFT))).toHaveLength(600);
      expect(archive.server.requests.api).toBeLessThan(6);
    });

    it.each([
      ['no count', { body: '{"results":[],"next":null}' }],
      ['no results', { body: '{"count":0,"next":null}' }],
      ['no JSON', { body: 'busy' }],
    ])('refuses a first page with %s', async (_, response) => {
      await using archive = await start([response]);
      const failure = await catchFailure(collect(archive.client.readAssets(DRAFT)));
      expect(failure).toBeInstanceOf(ArchiveUnavailableError);
      expect((failure as Error).message).toContain("not in the API's form");
    });
  });

  it('detects that a broken manifest was of another state than the API', async () => {
    const body = `[${JSON.stringify(record('removed.nwb'))},`;
    await using archive = await startSmallArchive(entries, ({ path }) =>
      isManifest(path, 'assets.jsonld') ? { body } : undefined,
    );
    const failure = await catchFailure(collect(archive.client.readAssets(DRAFT)));
    expect((failure as Error).message).toContain('counts 3 assets of 000001/draft, but 4 were found');
  });
});

describe('listDandisets', () => {
  it('returns ids and versions, and which are complete', async () => {
    const late = versionEntries('000003', '0.240101.0000', []).slice(0, 3);
    const strays = ['dandisets/README', 'dandisets/1/draft/x', 'dandisets/000001/notes/x'];
    const files = strays.map((key): [string, ArchiveFile] => [key, buildFile('x')]);
    await using archive = await startSmallArchive([...entries, ...late, ...files]);
    expect(await collect(archive.client.listDandisets())).toEqual([
      {
        id: '000001',
        versions: [
          { version: 'draft', complete: true },
          { version: '0.210101.0000', complete: true },
          { version: '0.230101.1200', complete: true },
        ],
      },
      { id: '000002', versions: [{ version: 'draft', complete: true }] },
      { id: '000003', versions: [{ version: '0.240101.0000', complete: false }] },
    ]);
    expect(archive.server.requests).toEqual({ bucket: 1, api: 0 });
  });

  it('needs one request per thousand keys, and loses none between pages', async () => {
    const ids = Array.from({ length: 450 }, (_, at) => String(at + 1).padStart(6, '0'));
    await using archive = await startSmallArchive(ids.flatMap((id) => versionEntries(id, 'draft', [])));
    const found = await collect(archive.client.listDandisets());
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found.every(({ versions }) => versions.length === 1 && versions[0]?.complete)).toBe(true);
    expect(archive.server.requests.bucket).toBe(3);
  });

  it('does not treat a refusal as an empty archive', async () => {
    await using archive = await startSmallArchive(entries, () => ({ status: 403 }));
    expect(await catchFailure(collect(archive.client.listDandisets()))).toMatchObject({
      name: 'ArchiveUnavailableError',
      status: 403,
    });
  });

  it('fails if the bucket returns the same page repeatedly', async () => {
    const body =
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>';
    await using archive = await startSmallArchive([], () => ({ body }));
    expect(await catchFailure(collect(archive.client.listDandisets()))).toBeInstanceOf(
      ArchiveUnavailableError,
    );
    expect(archive.server.requests.bucket).toBe(2);
  });
});

describe('a server that is down or slow', () => {
  it.each([
    [429, { 'retry-after': '17' }, 17],
    [503, { 'retry-after': '5' }, 5],
    [503, {}, undefined],
    [500, {}, undefined],
  ])(
    '%i is reported after four tries, or at once if the stated wait is too long',
    async (status, headers, retryAfterSeconds) => {
      for (const part of ['bucket', 'api']) {
        await using archive = await startSmallArchive(entries, (request) => {
          if (request.part === part) return { status, headers };
          return request.part === 'bucket' ? { status: 404 } : undefined;
        });
        const failures = [
          await catchFailure(archive.client.findVersion(DRAFT)),
          await catchFailure(archive.client.readMetadata(DRAFT)),
          await catchFailure(collect(archive.client.readAssets(DRAFT))),
        ];
        for (const failure of failures) {
          expect(failure).toBeInstanceOf(ArchiveUnavailableError);
          expect(failure).toMatchObject({ status, retryAfterSeconds });
          expect((failure as Error).message).toMatch(
            retryAfterSeconds === undefined
              ? new RegExp(`responded with ${status}\\.$`)
              : `asks to wait ${retryAfterSeconds} s`,
          );
        }
        const tries = retryAfterSeconds === undefined ? 4 : 1;
        expect(archive.log.filter((line) => line.startsWith(part))).toHaveLength(3 * tries);
      }
    },
  );

  it.each([
    ['never responds', { neverRespond: true }],
    ['stops in the middle', { stallAfter: 10 }],
  ])('one that %s is aborted after the time limit', async (_, error) => {
    await using archive = await startSmallArchive(entries, () => error, { requestTimeoutMs: 60 });
    for (const failure of [
      await catchFailure(archive.client.findVersion(DRAFT)),
      await catchFailure(archive.client.readMetadata(DRAFT)),
      await catchFailure(collect(archive.client.readAssets(DRAFT))),
    ]) {
      expect(failure).toBeInstanceOf(ArchiveUnavailableError);
      expect((failure as Error).message).toContain('sent nothing for 0.06 s');
    }
    expect(archive.server.requests).toEqual({ bucket: 12, api: 0 });
  });

  it('does not count the time that the consumer takes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using archive = await startSmallArchive(
      versionEntries('000001', 'draft', paths(400).map(record)),
      undefined,
      { requestTimeoutMs: 60_000 },
    );
    let seen = 0;
    for await (const _ of archive.client.readAssets(DRAFT)) {
      if (seen === 0) vi.advanceTimersByTime(120_000);
      seen += 1;
    }
    expect(seen).toBe(400);
    expect(archive.server.requests.api).toBe(0);
    vi.useRealTimers();
  });

  it('reports a closed port with the reason', async () => {
    const archive = await startSmallArchive(entries);
    await archive.server.close();
    const failure = await catchFailure(archive.client.readMetadata(DRAFT));
    expect(failure).toBeInstanceOf(ArchiveUnavailableError);
    expect((failure as Error).message).toMatch(/could not be reached: .*ECONNREFUSED/);
  });

  it('does not follow a redirect', async () => {
    await using archive = await startSmallArchive(entries, () => ({
      status: 302,
      headers: { location: 'http://169.254.169.254/latest' },
    }));
    const failure = await catchFailure(archive.client.readMetadata(DRAFT));
    expect((failure as Error).message).toContain('redirects to "http://169.254.169.254/latest"');
    expect(archive.server.requests).toEqual({ bucket: 1, api: 0 });
  });
});

describe('an aborted request', () => {
  it.each(['call', 'client'])('ends with the reason of the %s', async (whose) => {
    const controller = new AbortController();
    const reason = new Error('The user has gone.');
    await using archive = await startSmallArchive(
      entries,
      () => {
        setTimeout(() => controller.abort(reason), 20);
        return { neverRespond: true };
      },
      whose === 'client' ? { signal: controller.signal } : {},
    );
    const signal = whose === 'call' ? controller.signal : undefined;
    expect(await catchFailure(collect(archive.client.readAssets(DRAFT, signal)))).toBe(reason);
    expect(await catchFailure(archive.client.findVersion(DRAFT, signal))).toBe(reason);
    expect(await catchFailure(archive.client.readMetadata(DRAFT, signal))).toBe(reason);
    expect(archive.server.requests).toEqual({ bucket: 1, api: 0 });
  });

  it('closes the connection when the consumer stops', async () => {
    let closed: (() => void) | undefined;
    const wasClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = createServer((_, response) => {
      response.write(`[${JSON.stringify(record('a.nwb'))},`);
      response.on('close', () => closed?.());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new ArchiveClient({ apiUrl: base, bucketUrl: base });
    for await (const asset of client.readAssets(DRAFT)) {
      expect(asset).toMatchObject({ path: 'a.nwb' });
      break;
    }
    await wasClosed;
    server.close();
  });
});

describe('requests', () => {
  it('contain the name of the program, and use the given fetch', async () => {
    const agents: unknown[] = [];
    const requested: string[] = [];
    await using archive = await startSmallArchive(
      entries,
      ({ headers }) => {
        agents.push(headers['user-agent']);
        return undefined;
      },
      {
        userAgent: 'test/1',
        fetch: (url, init) => {
          requested.push(String(url));
          return fetch(url, init);
        },
      },
    );
    await archive.client.readMetadata(DRAFT);
    expect(agents).toEqual(['test/1']);
    expect(requested).toEqual([`${archive.server.bucketUrl}/dandisets/000001/draft/dandiset.jsonld`]);
  });

  it('go to the API one at a time', async () => {
    let open = 0;
    let most = 0;
    const server = createServer((request, response) => {
      if (!request.url?.startsWith('/api')) {
        response.writeHead(404).end();
        return;
      }
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end('{"count":0,"next":null,"results":[]}');
      }, 10);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new ArchiveClient({ apiUrl: `${base}/api`, bucketUrl: `${base}/bucket` });
    const ref = { id: '000001', version: 'draft' };
    await Promise.all([
      ...Array.from({ length: 4 }, () => collect(client.readAssets(ref))),
      client.readMetadata(ref),
    ]);
    expect(most).toBe(1);
    server.closeAllConnections();
    server.close();
  });

  it('require valid base URLs', () => {
    const good = 'http://127.0.0.1:1/x';
    expect(() => new ArchiveClient({ apiUrl: 'nowhere', bucketUrl: good })).toThrow(InvalidInputError);
    expect(() => new ArchiveClient({ apiUrl: good, bucketUrl: 's3://dandiarchive' })).toThrow(
      InvalidInputError,
    );
  });
});
