/**
 * Inputs that the earlier system could not process, through the whole machine: huge files, long lists, long
 * prompts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildDigest, type HeaderDigest, parseDigest } from '../../shared/pipeline/header-digest.ts';
import { countTokens } from '../../shared/prompt/count-tokens.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildArchiveFiles } from '../corpus-archive.ts';
import { IS_FULL } from '../effort.ts';
import { buildTestHeader, type Tree } from '../headers.ts';
import { GOOD_NWB, nameBlob, type TestAsset, versionEntries } from './archive.ts';

const ID = '123456';
let folder: string;
let server: ArchiveServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scale-'));
});

afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function summarize(assets: readonly TestAsset[], metadata: Record<string, unknown> = {}) {
  server = await startArchiveServer({
    files: buildArchiveFiles(new Map(versionEntries(ID, 'draft', assets, metadata))),
  });
  const config = {
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: server.apiUrl,
    dandiBucketUrl: server.bucketUrl,
  };
  const { status } = await new LocalMachine(config).summarize({ dandisetId: ID });
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return { status, promptText: reading.promptText, provenance: reading.provenance as unknown as Provenance };
}

/** Stores a header as if the asset's blob had been read: structures too large to write to disk in a test. */
async function keep(asset: TestAsset, header: NwbHeader): Promise<TestAsset> {
  const headers = new HeaderStore<HeaderDigest>(new FolderStore(folder), parseDigest);
  await headers.put(nameBlob(asset), header, buildDigest(header));
  return asset;
}

const asset = (path: string): TestAsset => ({ path, body: new TextEncoder().encode(path) });

describe('earlier failures', () => {
  it('a file of 24,400 groups and 43,380 datasets', async () => {
    const series = (at: number): Tree => ({
      name: `ts_${at}`,
      type: 'TimeSeries',
      members: [
        { name: 'data', shape: [at] },
        ...(at % 4 < 3 ? [{ name: 'control', type: 'VectorData', shape: [at] }] : []),
      ],
    });
    const header = buildTestHeader({
      name: '',
      type: 'NWBFile',
      members: [{ name: 'acquisition', members: Array.from({ length: 24_400 }, (_, at) => series(at)) }],
    });
    const { status, promptText, provenance } = await summarize([await keep(asset('huge.nwb'), header)]);
    expect(status).toBe('stored');
    expect(promptText).toMatch(/\(18,300 of these: TimeSeries\)/);
    expect(promptText).toMatch(/\(6,100 of these: TimeSeries\)/);
    expect(countTokens(promptText)).toBeLessThan(100_000);
    expect(provenance.prompt.compaction.length).toBeGreaterThan(0);
  });

  it.each([100, IS_FULL ? 70_000 : 7_000])('%i files before the first NWB file', async (count) => {
    const empty = new Uint8Array();
    const others = Array.from(
      { length: count },
      (_, at): TestAsset => ({
        path: `a/${String(at).padStart(6, '0')}.tif`,
        body: empty,
        mediaType: 'image/tiff',
      }),
    );
    const { promptText, provenance } = await summarize([...others, { path: 'z/last.nwb', body: GOOD_NWB }]);
    expect(provenance.coverage).toMatchObject({
      assets: count + 1,
      nwb: 1,
      read: 1,
      other: [{ kind: '.tif', count }],
    });
    expect(promptText).toContain(
      `The Dandiset also has ${count.toLocaleString('en-US')} files that are not NWB: ${count.toLocaleString('en-US')} .tif.`,
    );
  });

  it('a prompt that would be a million characters, and metadata of a megabyte', async () => {
    const structure = (at: number): NwbHeader => {
      const letters = String.fromCharCode(97 + (at % 26), 97 + Math.floor(at / 26));
      const column = (name: string): Tree => ({
        name: `${name}_${letters}`,
        type: 'VectorData',
        shape: [10],
        description: `A column named ${name}, reported at some length so that it adds up`,
      });
      const names = Array.from({ length: 240 }, (_, index) =>
        String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26)).repeat(3),
      );
      return buildTestHeader({
        name: '',
        type: 'NWBFile',
        members: [{ name: `table_${letters}`, type: 'DynamicTable', members: names.map(column) }],
      });
    };
    const assets = await Promise.all(
      Array.from({ length: 40 }, (_, at) => keep(asset(`sub-${at}.nwb`), structure(at))),
    );
    const { promptText, provenance } = await summarize(assets, {
      description: 'Much was done. '.repeat(70_000),
    });
    expect(countTokens(promptText)).toBeLessThanOrEqual(100_000);
    // The metadata are shortened before the files: the room is for the types.
    expect(provenance.prompt.compaction).toContain('Long metadata fields are cut.');
    expect(promptText.match(/^Here is a summary of the type \d+ NWB files:$/gm)?.length).toBeGreaterThan(1);
    expect(countTokens(promptText)).toBeGreaterThan(50_000);
    expect(provenance.fileTypes.reduce((sum, type) => sum + type.files, 0)).toBe(40);
    expect(promptText).toContain('Dandiset 123456 has 40 NWB files.');
  });
});
