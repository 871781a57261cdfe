/**
 * The list of files stored with a summary: the open catalog of headers is joined to it, so that files of no
 * Dandiset are excluded.
 */
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeHeaders, composeStore } from '../../functions/compose.ts';
import { startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { exportTables } from '../../shared/header-tables/export-tables.ts';
import { latestKey, listingKey } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { takeDown } from '../../shared/sweep/take-down.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { S3Server } from '../s3-server.ts';
import { newFolder, TEST_CREDENTIALS } from '../store/stores.ts';
import { buildArchive, nameBlob, type TestAsset } from './archive.ts';

const ID = '123456';

const STORES: readonly (readonly [
  string,
  () => Promise<{ settings: Record<string, string>; close: () => Promise<void> }>,
])[] = [
  [
    'a folder',
    async () => {
      const { folder, remove } = await newFolder();
      return { settings: { SUMMARY_STORE: folder }, close: remove };
    },
  ],
  [
    'S3',
    async () => {
      process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
      process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
      process.env.AWS_REGION = 'us-east-2';
      const s3 = await S3Server.start();
      const settings = { SUMMARY_STORE: 's3://results/stage', S3_ENDPOINT_URL: s3.endpoint };
      return { settings, close: () => s3.stop() };
    },
  ],
];

async function writeTestFile(subject: string): Promise<TestAsset> {
  const body = await writeHdf5((file) => {
    file.create_attribute('neurodata_type', 'NWBFile');
    file.create_dataset({ name: 'identifier', data: subject });
  });
  return { path: `sub-${subject}/sub-${subject}.nwb`, body };
}

async function readParquet(store: ObjectStore, key: string): Promise<Record<string, unknown>[] | undefined> {
  const body = (await store.get(key))?.body;
  if (body === undefined) return undefined;
  const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}

describe.each(STORES)('the list of files in %s', (_name, open) => {
  let config: Config;
  let store: ObjectStore;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const opened = await open();
    close = opened.close;
    config = readConfig(opened.settings);
    store = composeStore(config);
  });

  afterEach(() => close());

  async function summarize(assets: readonly TestAsset[], version = 'draft') {
    const archive = await startArchiveServer({ files: buildArchive(ID, version, assets) });
    const settings = { ...config, dandiApiUrl: archive.apiUrl, dandiBucketUrl: archive.bucketUrl };
    try {
      return await new LocalMachine(settings).summarize({ dandisetId: ID, version });
    } finally {
      await archive.close();
    }
  }

  it('follows the version: a file that leaves the Dandiset leaves the list, while its header stays', async () => {
    const [kept, gone] = [await writeTestFile('kept'), await writeTestFile('gone')];
    await summarize([kept, gone]);
    const key = listingKey(ID, 'draft');
    expect(await readParquet(store, key)).toEqual(
      [gone, kept].map((asset) => ({
        dandiset: ID,
        version: 'draft',
        path: asset.path,
        asset: expect.any(String),
        blob: nameBlob(asset),
        size: BigInt(asset.body.length),
      })),
    );
    await summarize([kept]);
    expect((await readParquet(store, key))?.map(({ blob }) => blob)).toEqual([nameBlob(kept)]);
    const headers = composeHeaders(config);
    const report = await exportTables({ store, findHeader: (contentId) => headers.findHeader(contentId) });
    expect(report.files).toBe(2);
  });

  it('is added if a summary has none, without other changes', async () => {
    const assets = [await writeTestFile('one')];
    await summarize(assets);
    const key = listingKey(ID, 'draft');
    const before = await store.get(key);
    await store.remove(key);
    expect(await summarize(assets)).toMatchObject({ status: 'unchanged' });
    expect((await store.get(key))?.body).toEqual(before?.body);
  });

  it('exists for every version in latest.json, and is removed with its Dandiset', async () => {
    const published = '0.240101.1200';
    await summarize([await writeTestFile('one')]);
    await summarize([await writeTestFile('two')], published);
    const latest = JSON.parse(new TextDecoder().decode((await store.get(latestKey(ID)))!.body));
    expect(latest).toMatchObject({ dandisetId: ID, version: published });
    expect(await store.has(listingKey(ID, published))).toBe(true);
    await takeDown(store, ID, new Date(0));
    expect(await store.has(listingKey(ID, published))).toBe(false);
    expect(await store.has(listingKey(ID, 'draft'))).toBe(false);
  });
});
