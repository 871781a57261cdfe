/**
 * The whole machine over small archives that misbehave: every error has its designed outcome, and one bad
 * file never sinks a Dandiset. Real HTTP on loopback, a folder as store, no waiting between attempts.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ArchiveFiles,
  type ArchiveServer,
  type ArchiveServerOptions,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { systemClock } from '../../packages/asl-runner/src/index.ts';
import { blobKey } from '../../shared/archive/urls.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { buildArchive, GOOD_NWB, nameBlob, sampleFile, type TestAsset, versionEntries } from './archive.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ID = '123456';
const good = (name: string): TestAsset => ({ path: `sub-1/${name}.nwb`, body: GOOD_NWB });

let folder: string;
let server: ArchiveServer | undefined;
let waits: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'machine-'));
  waits = [];
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A clock that counts the waits between attempts and does not wait. */
const clock = {
  ...systemClock,
  sleep: async (milliseconds: number) => {
    waits.push(milliseconds);
  },
};

async function open(
  files: ArchiveFiles,
  options: Omit<ArchiveServerOptions, 'files'> = {},
  settings: Partial<Config> = {},
) {
  server = await startArchiveServer({ files, ...options });
  const config: Config = {
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: server.apiUrl,
    dandiBucketUrl: server.bucketUrl,
    ...settings,
  };
  const machine = new LocalMachine(config);
  return (input: { dandisetId?: string; version?: string; force?: boolean } = {}) =>
    machine.summarize({ dandisetId: ID, ...input }, { clock });
}

async function readStored(
  version = 'draft',
): Promise<{ markdown: string; promptText: string; provenance: Provenance }> {
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, version);
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return { ...reading, provenance: reading.provenance as unknown as Provenance };
}

describe('Dandisets of all kinds', () => {
  it('unreadable files, files other than NWB and valid ones: stored, with each reason', async () => {
    const bad: TestAsset[] = [
      { path: 'sub-2/empty.nwb', body: new Uint8Array() },
      { path: 'sub-2/text.nwb', body: new TextEncoder().encode('This is no HDF5 file.') },
      { path: 'sub-2/cut.nwb', body: GOOD_NWB.slice(0, 9_000) },
      { path: 'sub-2/damaged.nwb', body: sampleFile('900004/draft', 'sub-P03/sub-P03_ses-01') },
    ];
    const others: TestAsset[] = [
      { path: 'video.mp4', body: new Uint8Array(3), mediaType: 'video/mp4' },
      { path: 'notes.json', body: new Uint8Array(3), mediaType: 'application/json' },
      { path: 'more.json', body: new Uint8Array(3), mediaType: 'application/json' },
    ];
    const run = await open(buildArchive(ID, 'draft', [good('a'), good('b'), ...bad, ...others]));
    expect((await run()).status).toBe('stored');
    const { markdown, promptText, provenance } = await readStored();
    const { coverage } = provenance;
    expect(coverage).toMatchObject({ assets: 9, nwb: 6, read: 2, notLookedAt: 0 });
    const reasons = Object.fromEntries(coverage.unreadable.map(({ path, reason }) => [path, reason]));
    expect(reasons).toMatchObject({
      'sub-2/empty.nwb': 'empty-file',
      'sub-2/text.nwb': 'not-hdf5',
      'sub-2/cut.nwb': 'truncated',
    });
    expect(Object.keys(reasons)).toContain('sub-2/damaged.nwb');
    expect(coverage.other).toEqual([
      { kind: '.json', count: 2 },
      { kind: '.mp4', count: 1 },
    ]);
    expect(promptText).toContain(
      'Dandiset 123456 has 6 NWB files.\n2 of these NWB files are of type 1.\n4 of these NWB files could not be read: ',
    );
    expect(promptText).toContain('The Dandiset also has 3 files that are not NWB: 2 .json, 1 .mp4.');
    expect(markdown).toContain('4');
    expect(markdown).toMatch(/2 of 6 NWB files/);
  });

  it('damaged attributes: the file is read and the rest of it is reported', async () => {
    const bytes = Buffer.from(GOOD_NWB);
    const at = bytes.indexOf('object_id');
    bytes.fill(0xff, at + 9, at + 40);
    const run = await open(buildArchive(ID, 'draft', [good('a'), { path: 'sub-2/odd.nwb', body: bytes }]));
    await run();
    const { coverage } = (await readStored()).provenance;
    expect(coverage.read + coverage.unreadable.length).toBe(2);
    expect(coverage.read).toBeGreaterThanOrEqual(1);
  });

  it('no NWB file at all, or no asset at all: stored, and reported', async () => {
    const run = await open(
      buildArchiveFiles(
        new Map([
          ...versionEntries(ID, 'draft', [
            { path: 'a.mp4', body: new Uint8Array(1), mediaType: 'video/mp4' },
          ]),
          ...versionEntries('123457', 'draft', []),
        ]),
      ),
    );
    expect((await run()).status).toBe('stored');
    expect((await run({ dandisetId: '123457' })).status).toBe('stored');
    const { promptText, provenance } = await readStored();
    expect(provenance.coverage).toMatchObject({ assets: 1, nwb: 0, read: 0 });
    expect(promptText).toContain('Dandiset 123456 has 0 NWB files.');
  });
});

describe('the same input again', () => {
  it('is unchanged, and reads no header; one new file is one header read', async () => {
    const entries = new Map(versionEntries(ID, 'draft', [good('a'), good('b')]));
    const blobs: string[] = [];
    const run = await open(
      { read: async (key) => entries.get(key), list: (prefix) => buildArchiveFiles(entries).list(prefix) },
      { onRequest: ({ path }) => void (path.startsWith('blobs/') && blobs.push(path)) },
    );
    expect((await run()).status).toBe('stored');
    expect(new Set(blobs).size).toBe(2);
    blobs.length = 0;
    expect((await run()).status).toBe('unchanged');
    expect(blobs).toEqual([]);
    for (const [key, file] of versionEntries(ID, 'draft', [good('a'), good('b'), good('c')]))
      entries.set(key, file);
    expect((await run()).status).toBe('stored');
    expect([...new Set(blobs)]).toEqual([blobKey(nameBlob(good('c')))]);
    expect((await readStored()).provenance.coverage.read).toBe(3);
  });

  it('the same blob in another Dandiset is not read again', async () => {
    const shared = good('a');
    const blobs: string[] = [];
    const entries = new Map([
      ...versionEntries(ID, 'draft', [shared]),
      ...versionEntries('123457', 'draft', [shared]),
    ]);
    const run = await open(buildArchiveFiles(entries), {
      onRequest: ({ path }) => void (path.startsWith('blobs/') && blobs.push(path)),
    });
    await run();
    const first = blobs.length;
    expect(await run({ dandisetId: '123457' })).toMatchObject({ status: 'stored' });
    expect([first > 0, blobs.length]).toEqual([true, first]);
  });

  it('forced, writes again and reads no header', async () => {
    const run = await open(buildArchive(ID, 'draft', [good('a')]));
    await run();
    const before = (await readStored()).provenance.generatedAt;
    expect((await run({ force: true })).status).toBe('stored');
    expect((await readStored()).provenance.generatedAt >= before).toBe(true);
  });
});

describe('an archive that misbehaves', () => {
  const files = buildArchive(ID, 'draft', [
    good('a'),
    good('b'),
    good('c'),
    good('d'),
    good('e'),
    good('f'),
    good('g'),
    good('h'),
    good('i'),
    good('j'),
    good('k'),
    good('l'),
  ]);
  const faulty = blobKey(nameBlob(good('c')));

  it.each([
    ['three times: retried where it was requested', 3, 0],
    ['six times: the batch is retried', 6, 1],
  ])('returns 503 %s, and every file is read', async (_, times, retries) => {
    let left = times;
    const run = await open(files, {
      onRequest: ({ path }) => {
        if (path !== faulty || left === 0) return undefined;
        left -= 1;
        return { status: 503, body: 'Slow down' };
      },
    });
    expect((await run()).status).toBe('stored');
    expect((await readStored()).provenance.coverage).toMatchObject({ nwb: 12, read: 12 });
    expect(waits).toHaveLength(retries);
  });

  it.each<[string, { cutAfter: number } | { neverRespond: true } | { status: number }, string]>([
    ['closes in mid-body', { cutAfter: 100 }, 'unavailable'],
    ['never responds', { neverRespond: true }, 'unavailable'],
    ['lost the blob', { status: 404 }, 'missing'],
    ['forbids the blob', { status: 403 }, 'forbidden'],
  ])(
    '%s for one file: that file is reported with its reason, the others are read',
    async (_what, error, reason) => {
      // Short, since every try waits for the timeout; late responses are requested again, and not counted
      // here.
      const run = await open(
        files,
        { onRequest: ({ path }) => (path === faulty ? error : undefined) },
        { httpIdleSeconds: 0.2 },
      );
      expect((await run()).status).toBe('stored');
      const { coverage } = (await readStored()).provenance;
      expect(coverage).toMatchObject({ nwb: 12, read: 11 });
      expect(coverage.unreadable).toMatchObject([{ path: 'sub-1/c.nwb', reason }]);
    },
  );

  it('ignores Range for one short file, which is within the requested range', async () => {
    const run = await open(files, {
      onRequest: ({ path }) => (path === faulty ? { ignoreRange: true } : undefined),
    });
    expect((await run()).status).toBe('stored');
    expect((await readStored()).provenance.coverage).toMatchObject({ nwb: 12, read: 12 });
  });

  it('serves no blob at all: the run fails by name, and nothing is stored', async () => {
    const run = await open(files, {
      onRequest: ({ path }) => (path.startsWith('blobs/') ? { status: 503 } : undefined),
    });
    await expect(run()).rejects.toMatchObject({ name: 'RunFailedError', error: 'ArchiveUnavailableError' });
    expect(await readdir(folder)).not.toContain('summaries');
  });

  it.each<[string, { body: string } | { cutAfter: number } | { status: number }]>([
    ['is not JSON', { body: '<html>' }],
    ['stops half-way', { cutAfter: 400 }],
    ['is missing', { status: 404 }],
  ])('serves a manifest %s: the list comes from the API', async (_what, error) => {
    const run = await open(files, {
      onRequest: ({ path }) => (path.endsWith('assets.jsonld') ? error : undefined),
    });
    expect((await run()).status).toBe('stored');
    expect((await readStored()).provenance.coverage).toMatchObject({ assets: 12, nwb: 12, read: 12 });
    expect(server!.requests.api).toBeGreaterThan(0);
  });

  it('does not have the id, or keeps it private: one sentence', async () => {
    const run = await open(files, { embargoed: ['123458'] });
    await expect(run({ dandisetId: '999999' })).rejects.toMatchObject({
      error: 'NotFoundError',
      message: /999999/,
    });
    await expect(run({ dandisetId: '123458' })).rejects.toMatchObject({
      error: 'NotFoundError',
      message: /embargo|not open/i,
    });
    await expect(run({ version: '0.990101.0000' })).rejects.toMatchObject({
      error: 'NotFoundError',
      message: /0\.990101\.0000/,
    });
    await expect(run({ dandisetId: '12' })).rejects.toMatchObject({
      error: 'InvalidInputError',
      message: /six digits/,
    });
    expect(waits).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('is reported with an instruction, and not as an error of the archive', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const run = await open(buildArchive(ID, 'draft', [good('a')]), {}, { summaryStore: join(file, 'store') });
    await expect(run()).rejects.toMatchObject({ error: 'StoreUnavailableError', message: /store/i });
  });
});

describe('documents of a run', () => {
  it('contain keys and counts of the same files', async () => {
    const run = await open(buildArchive(ID, 'draft', [good('a'), good('b')]));
    const { inputHash } = await run();
    const location = join(folder, 'runs', ID, 'draft', inputHash);
    const names = await readdir(location);
    expect(names).toEqual(
      expect.arrayContaining([
        'assets.jsonl',
        'facts.json',
        'listing.json',
        'map',
        'metadata.json',
        'prompt.json',
        'prompt.md',
        'reading.json',
        'replies.json',
      ]),
    );
    const lines = (await readFile(join(location, 'assets.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { path: string }).path)).toEqual([
      'sub-1/a.nwb',
      'sub-1/b.nwb',
    ]);
  });
});
