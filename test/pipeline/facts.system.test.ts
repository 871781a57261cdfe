/**
 * Facts over all files, through the whole machine: prompt, `summary.json`, the table of sessions, and what is
 * read again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { headerDigestKey, sessionsKeys } from '../../shared/store/keys.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { buildSessionIndex } from '../../shared/summary/session-index.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { buildArchive, nameBlob, type TestAsset } from './archive.ts';

const ID = '123456';
let folder: string;
let archive: ArchiveServer | undefined;
let blobRequests: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facts-'));
  blobRequests = 0;
});

afterEach(async () => {
  await archive?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface Recording {
  readonly subject: string;
  readonly session: string;
  readonly region: string;
  readonly units: number;
  readonly record?: Readonly<Record<string, unknown>>;
}

async function writeTestFile({ subject, session, region, units, record }: Recording): Promise<TestAsset> {
  const body = await writeHdf5((file) => {
    file.create_attribute('neurodata_type', 'NWBFile');
    file.create_dataset({ name: 'session_description', data: session });
    file.create_dataset({ name: 'identifier', data: `${subject} ${region}` });
    const general = file.create_group('general');
    const animal = general.create_group('subject');
    animal.create_attribute('neurodata_type', 'Subject');
    animal.create_dataset({ name: 'subject_id', data: subject });
    animal.create_dataset({ name: 'species', data: 'Mus musculus' });
    const shank = general.create_group('extracellular_ephys').create_group('shank');
    shank.create_attribute('neurodata_type', 'ElectrodeGroup');
    shank.create_attribute('location', region);
    const table = file.create_group('units');
    table.create_attribute('neurodata_type', 'Units');
    const ids = table.create_dataset({ name: 'id', data: Int32Array.from({ length: units }, (_, at) => at) });
    ids.create_attribute('neurodata_type', 'ElementIdentifiers');
  });
  const name = `sub-${subject}/sub-${subject}_ses-${region}_ecephys.nwb`;
  return { path: name, body, ...(record === undefined ? {} : { record }) };
}

const participant = (identifier: string, sex: string, name = 'Mus musculus - House mouse') => ({
  wasAttributedTo: [
    { schemaKey: 'Participant', identifier, sex: { name: sex }, species: { name }, age: { value: 'P90D' } },
  ],
});

async function summarize(assets: readonly TestAsset[], metadata: Readonly<Record<string, unknown>> = {}) {
  await archive?.close();
  archive = await startArchiveServer({
    files: buildArchive(ID, 'draft', assets, metadata),
    onRequest: ({ part, path }) => {
      if (part === 'bucket' && path.startsWith('blobs/')) blobRequests += 1;
      return undefined;
    },
  });
  const config = {
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  await new LocalMachine(config).summarize({ dandisetId: ID });
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return { ...reading, provenance: reading.provenance as unknown as Provenance };
}

const THREE = [
  {
    subject: 'm1',
    session: 'Running on a wheel',
    region: 'VISp',
    units: 2,
    record: participant('m1', 'Male'),
  },
  {
    subject: 'm2',
    session: 'Running on a wheel',
    region: 'VISp',
    units: 14,
    record: participant('m2', 'Female'),
  },
  {
    subject: 'm3',
    session: 'Passive viewing',
    region: 'MOs',
    units: 32,
    record: participant('m3', 'Female'),
  },
];

describe('facts over all files', () => {
  it('include every file in the prompt and in summary.json', async () => {
    const { promptText, provenance } = await summarize(await Promise.all(THREE.map(writeTestFile)));
    for (const line of [
      'Subjects: 3 subjects, counted over the files',
      'Sex: female in 2 files, male in 1 file',
      'Locations of recording or imaging: VISp in 2 files, MOs in 1 file',
      'What the sessions were, as the files say: “Running on a wheel” in 2 files, “Passive viewing” in 1 file',
      'Sorted units: 2 to 32 (median 14) a file, 48 in all',
    ])
      expect(promptText).toContain(`\n  ${line}\n`);
    expect(provenance.contents?.all).toMatchObject({ read: 3, subjects: 3, sessions: 3 });
    expect(provenance.list?.find(({ topic }) => topic === 'region')?.evidence[0]).toEqual({
      file: 'sub-m1/sub-m1_ses-VISp_ecephys.nwb',
      location: '/general/extracellular_ephys/shank',
    });
  });

  it('prefer counts to claims, and show both to owners and readers', async () => {
    const metadata = { assetsSummary: { numberOfSubjects: 201, numberOfFiles: 3, numberOfBytes: 1 } };
    const { promptText, provenance } = await summarize(await Promise.all(THREE.map(writeTestFile)), metadata);
    const detail = "The files name 3 subjects; the archive's own summary of them (assetsSummary) says 201.";
    expect(promptText).toContain(`\n  ${detail}\n`);
    expect(provenance.contents?.contradictions[0]?.detail).toBe(detail);
    expect(provenance.suggestions).toContainEqual({ field: 'assetsSummary', value: '3', evidence: detail });
  });

  it('are the same for any order of the manifest’s records', async () => {
    const assets = await Promise.all(THREE.map(writeTestFile));
    const first = await summarize(assets);
    const { contents, inputHash } = (await summarize([...assets].reverse())).provenance;
    expect(contents).toEqual(first.provenance.contents);
    expect(inputHash).toBe(first.provenance.inputHash);
  });

  it('cause another run if records change, and none if they are only saved again', async () => {
    const assets = await Promise.all(THREE.map(writeTestFile));
    const { inputHash } = (await summarize(assets)).provenance;
    const touched = assets.map((asset) => ({
      ...asset,
      record: { ...asset.record, dateModified: '2026-01-01' },
    }));
    expect((await summarize(touched)).provenance.inputHash).toBe(inputHash);
    const changed = assets.map((asset) => ({ ...asset, record: participant('m9', 'Male') }));
    expect((await summarize(changed)).provenance.inputHash).not.toBe(inputHash);
  });

  it('are stored with each header, and rebuilt from it if an earlier release built them', async () => {
    const assets = await Promise.all(THREE.map(writeTestFile));
    await summarize(assets);
    const read = blobRequests;
    expect(read).toBeGreaterThan(0);
    const store = new FolderStore(folder);
    for (const asset of assets) {
      const key = headerDigestKey(nameBlob(asset));
      const { body } = (await store.get(key))!;
      const text = new TextDecoder().decode(body).replace(/"revision":"[^"]*"/, '"revision":"0.0"');
      await store.put(key, text, { contentType: 'application/json' });
    }
    const { provenance } = await summarize(assets, { description: 'Changed since.' });
    expect(blobRequests).toBe(read);
    expect(provenance.contents?.all.counts.units).toMatchObject({ min: 2, max: 32 });
  });

  it('are in a table of sessions, as CSV and as Parquet, that summary.json commits to', async () => {
    const assets = await Promise.all(
      [...THREE, { subject: '=1+1', session: 'a "quoted", one', region: 'CA1', units: 1 }].map(writeTestFile),
    );
    const { provenance } = await summarize(assets);
    const keys = sessionsKeys(ID, 'draft');
    const csv = await readFile(join(folder, keys.csv), 'utf8');
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^path,header,file_type,size,subject,species,sex,age/);
    expect(csv).toContain('"a ""quoted"", one"');
    expect(csv).not.toMatch(/(?:^|,)=1/m);
    const bytes = await readFile(join(folder, keys.parquet));
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file: buffer });
    expect(rows.map(({ subject, units, regions }) => [subject, Number(units), regions])).toEqual(
      expect.arrayContaining([
        ['m1', 2, 'VISp'],
        ['m3', 32, 'MOs'],
      ]),
    );
    expect(provenance.sessions?.csv.bytes).toBe(Buffer.byteLength(csv));
    expect(provenance.sessions?.csv.index).toEqual(buildSessionIndex(Buffer.from(csv)));
    expect(provenance.sessions?.csv.index).toMatchObject({ rows: 4, offsets: [csv.indexOf('\r\n') + 2] });
    expect(provenance.sessions?.parquet.bytes).toBe(bytes.length);
  });

  it('report records of any kind, and for a Dandiset without NWB the entities of its file names', async () => {
    const odd: unknown[] = [
      null,
      7,
      'text',
      [],
      { wasAttributedTo: null },
      { wasAttributedTo: [null, 3, { identifier: {} }] },
    ];
    const assets = odd.map((record, at) => ({
      path: `sub-${at}/micr/sub-${at}_sample-a_stain-${at % 2 === 0 ? 'NeuN' : 'LEC'}_SPIM.ome.zarr`,
      body: new Uint8Array(10),
      mediaType: 'image/tiff',
      record: record as Readonly<Record<string, unknown>>,
    }));
    const { promptText, provenance } = await summarize(assets);
    expect(promptText).toContain('none of which is an NWB file');
    expect(promptText).toContain('By their file names, stains: LEC in 3 files, NeuN in 3 files');
    expect(provenance.contents).toMatchObject({ assets: 6, all: { read: 0, subjects: 6 } });
  });
});
