/**
 * Files that were unavailable, through the whole machine: a run without some of them is stored, checked
 * again, and written again only once it can report more. Counts requests to the archive and the model.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArchiveError, type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { systemClock } from '../../packages/asl-runner/src/index.ts';
import { blobKey, manifestKey } from '../../shared/archive/urls.ts';
import { readConfig } from '../../shared/config.ts';
import { readCatalog } from '../../shared/store/catalog-store.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles, buildFile } from '../corpus-archive.ts';
import { type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';
import { GOOD_NWB, goodReply, nameBlob, type TestAsset, versionEntries } from './archive.ts';

vi.mock('../../shared/retry/pause.ts', () => import('../no-pauses.ts'));

const ID = '123456';
const REPLY = goodReply('The files hold');
const ASSETS: readonly TestAsset[] = Array.from({ length: 24 }, (_, at) => ({
  path: `sub-1/${String.fromCharCode(97 + at)}.nwb`,
  body: GOOD_NWB,
}));
const blobNamed = (letter: string): string =>
  blobKey(nameBlob(ASSETS.find(({ path }) => path === `sub-1/${letter}.nwb`)!));
const UNAVAILABLE: ArchiveError = { status: 503, body: 'Slow down' };

let folder: string;
let archive: ArchiveServer;
let model: OpenAiServer;
/** What the archive does instead of serving a blob. */
let faults: Map<string, ArchiveError>;
/** Requested blobs. */
let requested: Set<string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'missing-'));
  faults = new Map();
  requested = new Set();
  archive = await startArchiveServer({
    files: buildArchiveFiles(new Map(versionEntries(ID, 'draft', ASSETS))),
    onRequest: ({ path }) => {
      if (path.startsWith('blobs/')) requested.add(path);
      return faults.get(path);
    },
  });
  model = await startOpenAiServer();
  model.play(reply(REPLY));
});

afterEach(async () => {
  await archive.close();
  await model.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function summarize(): Promise<string> {
  requested.clear();
  const config = {
    ...readConfig({ SUMMARY_STORE: folder, OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'gpt-4o' }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  const clock = { ...systemClock, sleep: async () => {} };
  return (await new LocalMachine(config).summarize({ dandisetId: ID }, { clock })).status;
}

async function readCoverage(): Promise<Provenance['coverage']> {
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return (reading.provenance as unknown as Provenance).coverage;
}

const lastPrompt = (): string => JSON.stringify(model.requests.at(-1)?.body);

describe('a summary that lacks a file which was unavailable', () => {
  it('is written again once the file is available: only that file is read, and one reply requested', async () => {
    faults.set(blobNamed('c'), UNAVAILABLE);
    expect(await summarize()).toBe('stored');
    expect((await readCoverage()).unreadable).toMatchObject([{ path: 'sub-1/c.nwb', reason: 'unavailable' }]);
    expect(lastPrompt()).toContain('Headers were read of 23 of 24 NWB files');
    faults.clear();
    expect(await summarize()).toBe('stored');
    expect([...requested]).toEqual([blobNamed('c')]);
    expect(await readCoverage()).toMatchObject({ nwb: 24, read: 24, unreadable: [] });
    expect(model.requests).toHaveLength(2);
    expect(lastPrompt()).not.toContain('Headers were read of 23');
    expect(await summarize()).toBe('unchanged');
    expect([requested.size, model.requests.length]).toEqual([0, 2]);
  });

  it('is unchanged while the file stays unavailable: it is requested, and no model is called', async () => {
    faults.set(blobNamed('c'), UNAVAILABLE);
    await summarize();
    const before = await readCoverage();
    for (let night = 0; night < 3; night += 1) {
      expect(await summarize()).toBe('unchanged');
      expect([...requested]).toEqual([blobNamed('c')]);
    }
    expect(model.requests).toHaveLength(1);
    expect(await readCoverage()).toEqual(before);
  });

  it('is written again for each file that becomes available, and not otherwise', async () => {
    faults.set(blobNamed('c'), UNAVAILABLE).set(blobNamed('f'), UNAVAILABLE);
    expect(await summarize()).toBe('stored');
    faults.delete(blobNamed('c'));
    expect(await summarize()).toBe('stored');
    expect((await readCoverage()).unreadable.map(({ path }) => path)).toEqual(['sub-1/f.nwb']);
    expect(await summarize()).toBe('unchanged');
    faults.clear();
    expect(await summarize()).toBe('stored');
    expect(model.requests).toHaveLength(3);
  });

  it('is not replaced by one that lacks more, and neither is its catalog entry', async () => {
    faults.set(blobNamed('c'), UNAVAILABLE);
    await summarize();
    const store = new FolderStore(folder);
    const [before, listed] = [await readCoverage(), await readCatalog(store)];
    await rm(join(folder, 'headers'), { recursive: true });
    faults.set(blobNamed('f'), UNAVAILABLE);
    expect(await summarize()).toBe('unchanged');
    expect(await readCoverage()).toEqual(before);
    expect(await readCatalog(store)).toEqual(listed);
    expect(model.requests).toHaveLength(1);
  });
});

describe('a summary that lacks a file which cannot be read', () => {
  it('is unchanged without another check', async () => {
    faults.set(blobNamed('c'), { status: 404 });
    expect(await summarize()).toBe('stored');
    expect((await readCoverage()).unreadable).toMatchObject([{ reason: 'missing' }]);
    expect(await summarize()).toBe('unchanged');
    expect([requested.size, model.requests.length]).toEqual([0, 1]);
  });
});

describe('files that were not read', () => {
  it('are reported in path order, for any reason', async () => {
    const entries = new Map(versionEntries(ID, 'draft', ASSETS));
    const ref = { id: ID, version: 'draft' };
    const records = ASSETS.map((asset, at) => ({
      path: asset.path,
      identifier: nameBlob({ ...asset, path: `asset ${at}` }),
      contentSize: asset.body.length,
      encodingFormat: 'application/x-nwb',
      // Every third record names no content: there is nothing to read.
      contentUrl: at % 3 === 0 ? [] : [`https://bucket.invalid/${blobKey(nameBlob(asset))}`],
      digest: {},
      schemaKey: 'Asset',
    }));
    entries.set(manifestKey(ref, 'assets.jsonld'), buildFile(JSON.stringify(records)));
    await archive.close();
    archive = await startArchiveServer({
      files: buildArchiveFiles(entries),
      onRequest: ({ path }) => faults.get(path),
    });
    for (const letter of 'behkn') faults.set(blobNamed(letter), { status: 404 });
    await summarize();
    const { unreadable } = await readCoverage();
    const paths = unreadable.map(({ path }) => path);
    expect(new Set(unreadable.map(({ reason }) => reason))).toEqual(new Set(['invalid-record', 'missing']));
    expect(paths).toEqual([...paths].sort());
    expect(paths).toHaveLength(8 + 5);
  });
});
