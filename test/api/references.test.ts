/**
 * A file of a stored version as references, over HTTP: built from the stored header, and opened by LINDI, which reads
 * elements from the archive.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeApi, composeHeaders } from '../../functions/compose.ts';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { serveApi } from '../../local/serve.ts';
import { blobUrl } from '../../shared/archive/urls.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { headerKey, listingKey } from '../../shared/store/keys.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { buildArchive, nameBlob, type TestAsset } from '../pipeline/archive.ts';

const ID = '123456';
const READER = join(import.meta.dirname, '../references/read_references.py');

let folder: string;
let archive: ArchiveServer;
let api: Awaited<ReturnType<typeof serveApi>>;
let config: Config;
let file: TestAsset;
let asset: string;
let blobRequests = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-references-'));
  file = {
    path: 'sub-1/sub-1.nwb',
    body: await writeHdf5((root) => {
      root.create_attribute('neurodata_type', 'NWBFile');
      root.create_dataset({ name: 'identifier', data: 'an identifier' });
      for (const name of ['one', 'two']) {
        const series = root.create_group(name);
        series.create_attribute('neurodata_type', 'TimeSeries');
        const data = series.create_dataset({
          name: 'data',
          data: Float32Array.from({ length: 200 }, (_, at) => at / 2),
          shape: [100, 2],
          ...(name === 'two' ? { chunks: [10, 2], compression: 4 } : {}),
        });
        data.create_attribute('unit', 'volts');
        series.create_dataset({ name: 'starting_time', data: 0.5 }).create_attribute('rate', 30_000);
      }
    }),
  };
  archive = await startArchiveServer({
    files: buildArchive(ID, 'draft', [file]),
    onRequest: ({ part, path }) => {
      if (part === 'bucket' && path.startsWith('blobs/')) blobRequests += 1;
      return undefined;
    },
  });
  config = {
    ...readConfig({ SUMMARY_STORE: join(folder, 'store') }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  await new LocalMachine(config).summarize({ dandisetId: ID });
  api = await serveApi(composeApi(config));
  const summary = await fetch(`${api.url}/dandisets/${ID}/summary?format=json`);
  const { fileTypes } = (await summary.json()) as { fileTypes: { representative: { assetId: string } }[] };
  asset = fileTypes[0]!.representative.assetId;
});

afterAll(async () => {
  await api.close();
  await archive.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const get = (path: string): Promise<Response> => fetch(`${api.url}${path}`);

async function readDetail(response: Response): Promise<string> {
  return ((await response.json()) as { detail: string }).detail;
}

describe('references over HTTP', () => {
  it('contain structure, attributes and short values, and refer to the archive for all else, without a request to it', async () => {
    const before = blobRequests;
    const response = await get(`/dandisets/${ID}/files/${asset}/lindi.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-location')).toBe(
      `/dandisets/${ID}/versions/draft/files/${asset}/lindi.json`,
    );
    const { version, refs } = (await response.json()) as { version: number; refs: Record<string, string> };
    expect(version).toBe(1);
    expect(JSON.parse(refs['identifier/0']!)).toEqual(['an identifier', '|O', [1]]);
    const name = '/two/data';
    expect(JSON.parse(refs[`${name.slice(1)}/.zattrs`]!)).toMatchObject({
      _EXTERNAL_ARRAY_LINK: {
        link_type: 'hdf5_dataset',
        url: blobUrl(config.dandiBucketUrl, nameBlob(file)),
        name,
      },
    });
    expect(blobRequests).toBe(before);
  });

  it('exist for files in the version’s list with a stored header', async () => {
    expect((await get(`/dandisets/${ID}/files/not-an-id/lindi.json`)).status).toBe(400);
    const other = '0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7';
    const missing = await get(`/dandisets/${ID}/files/${other}/lindi.json`);
    expect(missing.status).toBe(404);
    expect(await readDetail(missing)).toContain(other);
    expect((await get(`/dandisets/999999/files/${asset}/lindi.json`)).status).toBe(404);
    const store = new FolderStore(config.summaryStore);
    const key = headerKey(nameBlob(file));
    const kept = (await store.get(key))!.body;
    await store.remove(key);
    const unread = await get(`/dandisets/${ID}/files/${asset}/lindi.json`);
    await store.put(key, kept, { contentType: 'application/json' });
    expect(unread.status).toBe(404);
    expect(await readDetail(unread)).toContain('No header of sub-1/sub-1.nwb is stored');
    expect(await composeHeaders(config).findHeader(nameBlob(file))).toBeDefined();
  });

  it('report an error of the store if the list of files is damaged', async () => {
    const store = new FolderStore(config.summaryStore);
    const key = listingKey(ID, 'draft');
    const kept = (await store.get(key))!.body;
    await store.put(key, 'not a table', { contentType: 'application/octet-stream' });
    const response = await get(`/dandisets/${ID}/files/${asset}/lindi.json`);
    await store.put(key, kept, { contentType: 'application/octet-stream' });
    expect(response.status).toBe(503);
  });

  it('are opened by LINDI, with all that h5py reads', async (test) => {
    const python = process.env.LINDI_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import lindi, h5py']).status !== 0)
      return test.skip('needs Python with lindi and h5py (LINDI_PYTHON names one)');
    const response = await get(`/dandisets/${ID}/versions/draft/files/${asset}/lindi.json`);
    const json = join(folder, 'file.lindi.json');
    const hdf5 = join(folder, 'file.h5');
    await writeFile(json, await response.text());
    await writeFile(hdf5, file.body);
    const run = await promisify(execFile)(python, ['-W', 'ignore', READER, 'lindi', json, hdf5]);
    const counts = JSON.parse(run.stdout.trim().split('\n').at(-1)!) as Record<string, number>;
    expect(counts.slices).toBeGreaterThan(3);
    expect(counts.linked).toBeGreaterThan(0);
  }, 60_000);
});
