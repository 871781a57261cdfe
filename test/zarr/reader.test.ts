/**
 * The reader of Zarr over real HTTP and on folders: what it requests, what it checks, and how each error
 * ends.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ArchiveUnavailableError,
  AssetChangedError,
  HeaderUnreadableError,
  ReadBudgetExceededError,
} from '../../shared/errors.ts';
import { headerText } from '../../shared/header/header-text.ts';
import type { HeaderDataset } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { openFolderZarrStore } from '../../shared/zarr/folder-zarr-store.ts';
import { findZarrLocation, openHttpZarrStore } from '../../shared/zarr/http-zarr-store.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import {
  consolidatedV2,
  LIMITS,
  memoryStore,
  type Objects,
  putDocument,
  readNwbStore,
  serveZarr,
  withoutConsolidated,
  ZARR_ID,
} from './stores.ts';

const VERSIONS = ['v2', 'v3'] as const;
const METADATA: Record<(typeof VERSIONS)[number], string> = { v2: '.zmetadata', v3: 'zarr.json' };

/** Paths that were requested below the store, listings as `?PREFIX`. */
async function readServed(objects: Objects, limits = LIMITS) {
  const requested: string[] = [];
  await using served = await serveZarr(objects, {
    onRequest: ({ path, query }) => {
      requested.push(path === '' ? `?${query.get('prefix')}` : path.slice(`zarr/${ZARR_ID}/`.length));
      return undefined;
    },
  });
  const read = await readZarrHeader(served.store, limits);
  return { ...read, requested, requests: served.server.requests.bucket };
}

async function writeFolder(objects: Objects): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'zarr-reader-')), 'file.nwb.zarr');
  for (const [path, body] of objects) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), body);
  }
  return folder;
}

describe.each(VERSIONS)('reading %s from a bucket', (version) => {
  it('sends three requests for metadata, and one for each value, in three rounds', async () => {
    const { report, header, requested, requests } = await readServed(readNwbStore(version));
    const metadata = requested.filter((path) => /(?:^|\/)(?:zarr\.json|\.z\w+)$/.test(path));
    expect(metadata.sort()).toEqual([...METADATA_ASKED, METADATA[version]].sort());
    const withValues = header.objects.filter((each) => each.kind === 'dataset' && each.values !== undefined);
    expect(requested.length - metadata.length).toBe(withValues.length);
    expect(new Set(requested).size).toBe(requested.length - 1);
    expect(report).toMatchObject({ engine: 'zarr', requests, rounds: 3, objects: header.objects.length });
    expect(report.bytes).toBeGreaterThan(60_000);
    expect(report.waitingMs + report.computingMs).toBeGreaterThan(0);
  });

  it('lists a store without consolidated metadata, and reads the same header', async () => {
    const consolidated = await readServed(readNwbStore(version));
    const listed = await readServed(withoutConsolidated(readNwbStore(version)));
    expect(listed.header).toEqual(consolidated.header);
    expect(listed.report.requests).toBe(listed.requests);
    // The deepest group is at level five; each level takes a listing and a read.
    expect(listed.report.rounds).toBeLessThanOrEqual(18);
    // Of the schemas only the folders of namespaces and versions are listed, and nothing in a version.
    expect(listed.header.namespaces).toEqual([{ name: 'core', versions: ['2.9.0'] }]);
    expect(
      listed.requested.filter((path) => /specifications\/core\/2\.9\.0\/(?!\.z|zarr\.json)/.test(path)),
    ).toEqual([]);
  });

  it('reads the same header from a folder', async () => {
    const folder = await writeFolder(readNwbStore(version));
    try {
      const { header } = await readZarrHeader(openFolderZarrStore(folder), LIMITS);
      expect(header).toEqual((await readServed(readNwbStore(version))).header);
    } finally {
      await rm(dirname(folder), { recursive: true });
    }
  });

  it('detects that the metadata were rewritten while it read', async () => {
    const objects = readNwbStore(version);
    await using served = await serveZarr(objects, {
      onRequest: ({ path }) => {
        // The first value is requested: the metadata have arrived.
        if (path.endsWith('/identifier/0') || path.endsWith('/identifier/c')) {
          objects.set(METADATA[version], Uint8Array.from([...objects.get(METADATA[version])!, 0x20]));
        }
        return undefined;
      },
    });
    const error = await readZarrHeader(served.store, LIMITS).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(AssetChangedError);
    expect((error as AssetChangedError).expected).toMatch(/^"[0-9a-f]{32}-1"$/);
    expect((error as AssetChangedError).actual).not.toBe((error as AssetChangedError).expected);
  });

  it('detects that the store is gone at the end', async () => {
    const objects = readNwbStore(version);
    await using served = await serveZarr(objects, {
      onRequest: ({ path }) => {
        if (path.includes('/identifier/')) objects.delete(METADATA[version]);
        return undefined;
      },
    });
    await expect(readZarrHeader(served.store, LIMITS)).rejects.toBeInstanceOf(AssetChangedError);
  });

  it.each([
    [403, HeaderUnreadableError],
    [500, ArchiveUnavailableError],
    [503, ArchiveUnavailableError],
    [302, HeaderUnreadableError],
  ])('ends with a named error where a value is answered with %i', async (status, expected) => {
    await using served = await serveZarr(readNwbStore(version), {
      onRequest: ({ path }) => (path.includes('/session_description/') ? { status } : undefined),
    });
    await expect(readZarrHeader(served.store, LIMITS)).rejects.toBeInstanceOf(expected);
  });

  it('ends with a named error if a response breaks off, stalls, or is not a range', async () => {
    const faults = [
      [{ cutAfter: 100 }, ArchiveUnavailableError],
      [{ stallAfter: 100 }, ArchiveUnavailableError],
      [{ neverRespond: true }, ArchiveUnavailableError],
      [{ ignoreRange: true }, HeaderUnreadableError],
    ] as const;
    await Promise.all(
      faults.map(async ([error, expected]) => {
        await using served = await serveZarr(readNwbStore(version), {
          onRequest: ({ path }) => (path.endsWith(METADATA[version]) ? error : undefined),
        });
        const store = openHttpZarrStore({
          bucketUrl: served.server.bucketUrl,
          prefix: `zarr/${ZARR_ID}/`,
          // Short only where a test waits for silence: a late response must not count as missing.
          idleMilliseconds: 'stallAfter' in error || 'neverRespond' in error ? 400 : 60_000,
        });
        await expect(readZarrHeader(store, LIMITS)).rejects.toBeInstanceOf(expected);
      }),
    );
  });

  it('ends when its signal is aborted, with the signal’s reason', async () => {
    const stop = new AbortController();
    await using served = await serveZarr(readNwbStore(version), {
      onRequest: ({ path }) => {
        if (!path.includes('/identifier/')) return undefined;
        stop.abort(new Error('enough'));
        return { neverRespond: true };
      },
    });
    await expect(readZarrHeader(served.store, LIMITS, stop.signal)).rejects.toThrow('enough');
  });

  it('ends after its time limit', async () => {
    await using served = await serveZarr(readNwbStore(version), {
      onRequest: ({ path }) => (path.includes('/identifier/') ? { neverRespond: true } : undefined),
    });
    const error = await readZarrHeader(served.store, { ...LIMITS, milliseconds: 300 }).catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(ReadBudgetExceededError);
    expect(error).toMatchObject({ budget: 'milliseconds', limit: 300 });
  });
});

const METADATA_ASKED = ['.zmetadata', 'zarr.json'];

describe.each(VERSIONS)('the limits of %s', (version) => {
  it.each(['consolidated', 'listed'])(
    'on objects cut a %s store short, and keep the root and its members',
    async (how) => {
      const whole = readNwbStore(version);
      const objects = how === 'listed' ? withoutConsolidated(whole) : whole;
      const { header } = await readZarrHeader(memoryStore(objects), { ...LIMITS, objects: 20 });
      expect(header.cutShort).toEqual([{ budget: 'objects', limit: 20 }]);
      expect(header.objects.filter(({ kind }) => kind !== 'unread').length).toBeLessThanOrEqual(20);
      expect(header.objects[0]).toMatchObject({ kind: 'group' });
      expect(headerText(header)).toContain('identifier: zarr-fixture');
    },
  );

  it.each(['consolidated', 'listed'])('on depth cut a %s store short', async (how) => {
    const whole = readNwbStore(version);
    const objects = how === 'listed' ? withoutConsolidated(whole) : whole;
    const { header } = await readZarrHeader(memoryStore(objects), { ...LIMITS, depth: 2 });
    expect(header.cutShort).toEqual([{ budget: 'depth', limit: 2 }]);
    const depths = [...walkHeader(header)]
      .filter(({ object }) => object.kind === 'group')
      .map(({ path }) => path.split('/').length - 1);
    expect(Math.max(...depths)).toBe(2);
  });

  it('on requests leave values unread, and still check the state', async () => {
    const { header, requested } = await readServed(readNwbStore(version), { ...LIMITS, requests: 10 });
    expect(header.cutShort).toEqual([{ budget: 'requests', limit: 10 }]);
    expect(requested.length).toBe(10);
    expect(requested.at(-1)).toBe(METADATA[version]);
    const unread = header.objects.filter(
      (each) => each.kind === 'dataset' && each.unread?.reason === 'budget',
    );
    expect(unread.length).toBeGreaterThan(20);
  });

  it('on requests cut a listing short', async () => {
    const objects = withoutConsolidated(readNwbStore(version));
    const { header, report } = await readZarrHeader(memoryStore(objects), { ...LIMITS, requests: 90 });
    expect(report.requests).toBeLessThanOrEqual(90);
    expect(header.cutShort).toEqual([{ budget: 'requests', limit: 90 }]);
    const root = header.objects[0];
    expect(root?.kind === 'group' && root.members.map(({ name }) => name)).toContain('general');
  });

  it('on bytes end the read if the metadata are longer, and leave values unread if those are', async () => {
    const objects = readNwbStore(version);
    const size = objects.get(METADATA[version])!.length;
    await expect(readZarrHeader(memoryStore(objects), { ...LIMITS, bytes: 1000 })).rejects.toMatchObject({
      name: 'ReadBudgetExceededError',
      budget: 'bytes',
      limit: 1000,
    });
    const { header } = await readZarrHeader(memoryStore(objects), { ...LIMITS, bytes: size + 200 });
    expect(header.cutShort).toEqual([{ budget: 'bytes', limit: size + 200 }]);
  });

  it('on a value leave larger ones unread', async () => {
    const { header } = await readZarrHeader(memoryStore(readNwbStore(version)), {
      ...LIMITS,
      valueBytes: 16,
    });
    const text = headerText(header);
    expect(text).toContain('identifier: zarr-fixture');
    expect(text).toContain(
      'session_description: (its strings take more than 16 bytes; shape = (), dtype = object)',
    );
    expect(header.cutShort).toEqual([]);
  });
});

describe('an invalid store', () => {
  it('is missing if nothing exists', async () => {
    await using served = await serveZarr(new Map());
    const error = await readZarrHeader(served.store, LIMITS).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'HeaderUnreadableError', reason: 'missing', key: served.url });
  });

  it.each(['', '{', '[]', '{"metadata": []}', '\ufffe', '['.repeat(100_000)])(
    'is damaged if its metadata are %j',
    async (text) => {
      for (const path of ['.zmetadata', 'zarr.json']) {
        const objects: Objects = new Map();
        putDocument(objects, path, text);
        await expect(readZarrHeader(memoryStore(objects), LIMITS)).rejects.toMatchObject({
          name: 'HeaderUnreadableError',
          reason: 'damaged',
        });
      }
    },
  );

  it('is damaged if its root is an array', async () => {
    const objects = consolidatedV2({
      '.zarray': { shape: [1], chunks: [1], dtype: '<i4', zarr_format: 2, fill_value: 0, filters: null },
    });
    await expect(readZarrHeader(memoryStore(objects), LIMITS)).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('cannot be read if it must be listed and the bucket refuses that', async () => {
    await using served = await serveZarr(withoutConsolidated(readNwbStore('v2')), {
      onRequest: ({ path }) => (path === '' ? { status: 403 } : undefined),
    });
    await expect(readZarrHeader(served.store, LIMITS)).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it('is retried if the listing is invalid', async () => {
    for (const body of ['<html/>', '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>']) {
      await using served = await serveZarr(withoutConsolidated(readNwbStore('v2')), {
        onRequest: ({ path }) => (path === '' ? { body } : undefined),
      });
      await expect(readZarrHeader(served.store, LIMITS)).rejects.toBeInstanceOf(ArchiveUnavailableError);
    }
  });
});

it('follows a listing over its pages', async () => {
  const objects: Objects = new Map();
  putDocument(objects, '.zgroup', { zarr_format: 2 });
  const names = Array.from({ length: 1010 }, (_, index) => `group & ${index} ü`);
  for (const name of names) putDocument(objects, `${name}/.zgroup`, { zarr_format: 2 });
  const { header, requested } = await readServed(objects, { ...LIMITS, objects: 10 });
  const root = header.objects[0];
  expect(root?.kind === 'group' && root.members.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(header.objects.filter(({ kind }) => kind === 'group').length).toBe(10);
  expect(header.cutShort).toEqual([{ budget: 'objects', limit: 10 }]);
  // Two pages of the root; a thousand names fill the first.
  expect(requested.filter((path) => path === `?zarr/${ZARR_ID}/`).length).toBe(2);
});

it('omits folders that are not nodes, and does not descend into arrays', async () => {
  const objects = withoutConsolidated(readNwbStore('v2'));
  putDocument(objects, 'thumbnails/a.txt', 'x');
  putDocument(objects, 'scratch/floats/1/2', 'x');
  const { header, requested } = await readServed(objects);
  expect(header).toEqual((await readServed(readNwbStore('v2'))).header);
  expect(requested.some((path) => path.includes('floats/1'))).toBe(false);
});

describe('a URL', () => {
  it.each([
    [
      `https://bucket.s3.amazonaws.com/zarr/${ZARR_ID}/`,
      'https://bucket.s3.amazonaws.com',
      `zarr/${ZARR_ID}/`,
    ],
    [`http://127.0.0.1:9000/a%20b/zarr/${ZARR_ID}`, 'http://127.0.0.1:9000/a%20b', `zarr/${ZARR_ID}/`],
    ['https://example.org/data/some%20file.nwb.zarr//', 'https://example.org', 'data/some file.nwb.zarr/'],
  ])('%s contains the bucket and the prefix', (address, bucketUrl, prefix) => {
    expect(findZarrLocation(address)).toEqual({ bucketUrl, prefix });
  });

  it.each(['file:///a.zarr', 'nothing', 'https://example.org/%ff.zarr'])('%s is refused', (address) => {
    expect(() => findZarrLocation(address)).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
  });
});

describe('the command line', () => {
  const cli = join(import.meta.dirname, '../../local/cli.ts');
  const run = promisify(execFile);

  it('prints the header from a folder and from a URL, and reports the cost', async () => {
    const objects = readNwbStore('v2');
    const folder = await writeFolder(objects);
    await using served = await serveZarr(objects);
    try {
      const [local, remote, chosen] = await Promise.all([
        run(process.execPath, [cli, 'header', folder]),
        run(process.execPath, [cli, 'header', served.url, '--report']),
        run(process.execPath, [cli, 'header', folder, '--engine', 'walker']).catch((error: unknown) => error),
      ]);
      expect(local.stdout).toContain('identifier: zarr-fixture\n');
      expect(remote.stdout).toBe(local.stdout);
      expect(JSON.parse(remote.stderr)).toMatchObject({ engine: 'zarr', rounds: 3 });
      expect(chosen).toMatchObject({ code: 2 });
    } finally {
      await rm(dirname(folder), { recursive: true });
    }
  }, 120_000);
});

it('reads names that are like properties, and refuses those that are like paths', async () => {
  const group = { zarr_format: 2 };
  const names = ['__proto__', 'constructor', 'a b', 'ü%2e?#&', '\u{1f9e0}', '\\', 'c'];
  const documents = Object.fromEntries(names.map((name) => [`${name}/.zgroup`, group]));
  const array = { shape: [1], chunks: [1], dtype: '<f8', compressor: null, filters: null, fill_value: 0.5 };
  const objects = consolidatedV2({
    ...documents,
    '__proto__/x/.zgroup': group,
    '../up/.zgroup': group,
    'c/../d/.zgroup': group,
    'e//f/.zgroup': group,
    '/g/.zgroup': group,
    'value ?#%25ü/.zarray': array,
  });
  objects.set('value ?#%25ü/0', new Uint8Array(new Float64Array([1.25]).buffer));
  const { header } = await readServed(objects);
  const root = header.objects[0];
  const members = root?.kind === 'group' ? root.members.map(({ name }) => name) : [];
  expect(members.sort()).toEqual([...names, 'value ?#%25ü'].sort());
  const value = header.objects.find((object): object is HeaderDataset => object.kind === 'dataset');
  expect(value?.values).toEqual([1.25]);
});
