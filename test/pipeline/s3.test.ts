/** The whole machine over S3: the same run as over a folder, through the real SDK against the stand-in. */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { type Config, readConfig } from '../../shared/config.ts';
import { S3Server } from '../s3-server.ts';
import { TEST_CREDENTIALS } from '../store/stores.ts';

const SAMPLE = fileURLToPath(new URL('../../local/sample', import.meta.url));

let archive: ArchiveServer;
let s3: S3Server;

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
  process.env.AWS_REGION = 'us-east-2';
  archive = await startArchiveServer({ files: folderFiles(SAMPLE) });
  s3 = await S3Server.start();
});

afterAll(async () => {
  await archive.close();
  await s3.stop();
});

describe('the machine over S3', () => {
  it('stores a summary under a prefix, and finds it unchanged', async () => {
    const config: Config = {
      ...readConfig({ SUMMARY_STORE: 's3://results/stage', S3_ENDPOINT_URL: s3.endpoint }),
      dandiApiUrl: archive.apiUrl,
      dandiBucketUrl: archive.bucketUrl,
    };
    const machine = new LocalMachine(config);
    expect(await machine.summarize({ dandisetId: '900002' })).toMatchObject({ status: 'stored' });
    const keys = [...s3.objects.keys()];
    for (const name of ['summary.md', 'summary_prompt.md', 'summary.json']) {
      expect(keys).toContain(`stage/summaries/900002/0.250204.1626/${name}`);
    }
    expect(keys.filter((key) => /^stage\/headers\/[^.]+\.json$/.test(key))).toHaveLength(60);
    expect(keys.every((key) => key.startsWith('stage/'))).toBe(true);
    expect(await machine.summarize({ dandisetId: '900002' })).toMatchObject({ status: 'unchanged' });
  });
});
