/**
 * Extensions and their versions, from the files of a type through the whole machine to prompt and provenance.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import { READER_REVISION } from '../../shared/header/header-json.ts';
import { buildDigest } from '../../shared/pipeline/header-digest.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { buildTestHeader } from '../headers.ts';
import { buildArchive, nameBlob, type TestAsset } from './archive.ts';

const ID = '123456';
let folder: string;
let archive: ArchiveServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extensions-'));
});

afterEach(async () => {
  await archive?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/**
 * A file with an events table of `ndx-events`, and the schemas of that version and of an unused extension.
 */
async function fileWritten(path: string, version: string): Promise<TestAsset> {
  const body = await writeHdf5((file) => {
    file.create_attribute('namespace', 'core');
    file.create_attribute('neurodata_type', 'NWBFile');
    file.create_attribute('nwb_version', '2.7.0');
    const events = file.create_group('acquisition').create_group('events');
    events.create_attribute('namespace', 'ndx-events');
    events.create_attribute('neurodata_type', 'EventsTable');
    const specifications = file.create_group('specifications');
    for (const [name, each] of [
      ['core', '2.7.0'],
      ['ndx-events', version],
      ['ndx-pose', '0.1.1'],
    ] as const) {
      const group = specifications.create_group(name).create_group(each);
      group.create_dataset({ name: 'namespace', data: '{}' });
    }
  });
  return { path, body };
}

async function summarize(assets: readonly TestAsset[], profile: 'complete' | 'rich') {
  archive = await startArchiveServer({ files: buildArchive(ID, 'draft', assets) });
  const config = {
    ...readConfig({ SUMMARY_STORE: folder, PROMPT_PROFILE: profile }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  await new LocalMachine(config).summarize({ dandisetId: ID });
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return { promptText: reading.promptText, provenance: reading.provenance as unknown as Provenance };
}

const EXTENSIONS = [
  { name: 'ndx-events', versions: ['0.2.0', '0.2.1'], files: 3 },
  { name: 'ndx-pose', versions: ['0.1.1'], files: 0 },
];

describe('extensions', () => {
  it('of one type have the versions of all its files', async () => {
    const assets = [
      await fileWritten('sub-1/a.nwb', '0.2.1'),
      await fileWritten('sub-1/b.nwb', '0.2.0'),
      await fileWritten('sub-2/c.nwb', '0.2.1'),
    ];
    const { promptText, provenance } = await summarize(assets, 'rich');
    expect(provenance.fileTypes).toMatchObject([{ files: 3, nwbVersion: '2.7.0', extensions: EXTENSIONS }]);
    expect(promptText).toContain(
      '\n  Extensions: ndx-events 0.2.0, 0.2.1\n  Extensions whose schemas these files carry and none of their objects uses: ndx-pose 0.1.1\n',
    );
    expect(promptText).toContain('\n  NWB versions: 2.7.0\n');
  });

  it('are facts in the complete profile too, and not part of its prompt', async () => {
    const assets = [await fileWritten('sub-1/a.nwb', '0.2.1')];
    const { promptText, provenance } = await summarize(assets, 'complete');
    expect(provenance.fileTypes[0]?.extensions?.map(({ name }) => name)).toEqual(['ndx-events', 'ndx-pose']);
    expect(promptText).not.toContain('ndx-');
  });

  it('are reported for a file whose header an earlier reader stored without them', async () => {
    const asset = await fileWritten('sub-1/a.nwb', '0.2.1');
    const { namespaces: _none, ...former } = buildTestHeader({ name: '', type: 'NWBFile' });
    const { extensions: _lacking, ...digest } = buildDigest({ ...former, namespaces: [] });
    const kept = new HeaderStore(new FolderStore(folder), (value) => value, READER_REVISION - 1);
    await kept.put(nameBlob(asset), former as never, digest);
    const { provenance } = await summarize([asset], 'rich');
    expect(provenance.fileTypes[0]?.extensions?.[0]).toEqual({
      name: 'ndx-events',
      versions: ['0.2.1'],
      files: 1,
    });
  });
});
