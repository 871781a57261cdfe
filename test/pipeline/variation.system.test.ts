/**
 * What differs among the files of a type, from files through the whole machine to the prompt and the page.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import type { PromptProfile } from '../../shared/prompt/prompt.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { buildArchive, type TestAsset } from './archive.ts';

const ID = '123456';
let folder: string;
let archive: ArchiveServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'variation-'));
});

afterEach(async () => {
  await archive?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface WrittenSeries {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly shape?: number[];
  readonly dtype?: '<d' | '<H';
}

async function writeTestFile(path: string, series: readonly WrittenSeries[]): Promise<TestAsset> {
  const body = await writeHdf5((file) => {
    file.create_attribute('namespace', 'core');
    file.create_attribute('neurodata_type', 'NWBFile');
    const acquisition = file.create_group('acquisition');
    for (const { name, type = 'TimeSeries', description = '', shape = [10], dtype = '<d' } of series) {
      const group = acquisition.create_group(name);
      group.create_attribute('namespace', 'core');
      group.create_attribute('neurodata_type', type);
      group.create_attribute('description', description);
      const size = shape.reduce((product, length) => product * length, 1);
      const data = dtype === '<d' ? new Float64Array(size) : new Uint16Array(size);
      group.create_dataset({ name: 'data', data, shape, dtype });
    }
  });
  return { path, body };
}

async function summarize(assets: readonly TestAsset[], profile: PromptProfile) {
  archive = await startArchiveServer({ files: buildArchive(ID, 'draft', assets) });
  const config = {
    ...readConfig({ SUMMARY_STORE: folder, PROMPT_PROFILE: profile }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  await new LocalMachine(config).summarize({ dandisetId: ID });
  await archive.close();
  const reading = await new SummaryStore(new FolderStore(folder)).readSummary(ID, 'draft');
  if (reading.state !== 'whole') throw new Error(`The summary is ${reading.state}`);
  return reading;
}

describe('files of one type', () => {
  it('report descriptions, numbers and names of files in which they differ', async () => {
    const assets = [
      await writeTestFile('sub-1/sub-1_desc-raw_ecephys.nwb', [
        { name: 'B6_2023_5_16-non1', description: 'Raw acquisition at early stage' },
      ]),
      ...(await Promise.all(
        [2, 3].map((at) =>
          writeTestFile(`sub-${at}/sub-${at}_desc-processed_ecephys.nwb`, [
            {
              name: `B6_2023_5_${at}9-non1`,
              description: 'Raw acquisition at late stage',
              shape: [at * 100],
            },
            {
              name: `B6_2023_5_${at}9-non2`,
              description: 'Raw acquisition at late stage',
              shape: [at * 100],
            },
          ]),
        ),
      )),
    ];
    const { promptText } = await summarize(assets, 'complete');
    expect(promptText).toContain(
      [
        '  What differs among these 3 files:',
        '  desc in names of files: processed in 2 files | raw in 1 file',
        '  Group /acquisition/B*-non* (TimeSeries): 1 to 2 in a file; descriptions: Raw acquisition at late stage in 2 files | Raw acquisition at early stage in 1 file; shapes: (10 to 300,) in 3 files',
      ].join('\n'),
    );
    expect((await summarize(assets, 'classic')).promptText).not.toContain('What differs');
  });

  it('are of two types if layers, areas, dimensions or elements differ', async () => {
    const assets = await Promise.all([
      writeTestFile('sub-1/a.nwb', [{ name: 'L2_pyramidal' }]),
      writeTestFile('sub-1/b.nwb', [{ name: 'L5_pyramidal' }]),
      writeTestFile('sub-1/c.nwb', [{ name: 'L5_pyramidal', shape: [10, 4, 4] }]),
      writeTestFile('sub-1/d.nwb', [{ name: 'L5_pyramidal', shape: [12, 3, 3], dtype: '<H' }]),
      writeTestFile('sub-1/e.nwb', [{ name: 'L5_pyramidal', shape: [99] }]),
    ]);
    const { promptText } = await summarize(assets, 'complete');
    expect(
      [...promptText.matchAll(/^(\d) of these NWB files are of type (\d)\.$/gm)].map(([line]) => line),
    ).toEqual([
      '2 of these NWB files are of type 1.',
      '1 of these NWB files are of type 2.',
      '1 of these NWB files are of type 3.',
      '1 of these NWB files are of type 4.',
    ]);
  });

  it('list on the page what only some of them have, if they are joined', async () => {
    const common = [...'abcdefghij'].map((name) => ({ name: `${name}x` }));
    const assets = await Promise.all([
      ...[1, 2, 3].map((at) => writeTestFile(`sub-${at}/plain.nwb`, common)),
      ...[4, 5].map((at) =>
        writeTestFile(`sub-${at}/recorded.nwb`, [...common, { name: 'raw', type: 'ElectricalSeries' }]),
      ),
      ...[...'uvwxy'].map((name, at) => writeTestFile(`sub-${at + 6}/lone.nwb`, [{ name: `${name}y` }])),
    ]);
    const { markdown, promptText } = await summarize(assets, 'complete');
    expect(promptText).toContain('  2 of 5 files have of these /acquisition/raw (ElectricalSeries)\n');
    expect(markdown).toContain('**Extracellular electrophysiology:** 2 of 10 files');
    expect(markdown).not.toContain('hold the same kinds of data');
  });

  it('have their variants stored with their headers, a few kilobytes each', async () => {
    const series = Array.from({ length: 80 }, (_, at) => ({
      name: `${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + Math.floor(at / 26))}`,
      description: 'long '.repeat(500),
    }));
    await summarize([await writeTestFile('sub-1/a.nwb', series)], 'complete');
    const store = new FolderStore(folder);
    const keys = (await readdir(folder, { recursive: true })).filter((key) => key.startsWith('headers/'));
    const documents = await Promise.all(keys.map(async (key) => (await store.get(key))?.body));
    const variants = documents.flatMap((body) => {
      const document = body === undefined ? {} : JSON.parse(new TextDecoder().decode(body));
      return document.digest?.variants === undefined ? [] : [document.digest.variants];
    });
    expect(variants).toHaveLength(1);
    expect(JSON.stringify(variants[0].variants).length).toBeLessThan(4_200);
    expect(variants[0].omitted).toBeGreaterThan(0);
  });
});
