import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../shared/errors.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { openStore } from '../../shared/store/open-store.ts';
import { S3Store } from '../../shared/store/s3-store.ts';
import { S3Server } from '../s3-server.ts';
import { readText, TEST_CREDENTIALS } from './stores.ts';

describe('openStore', () => {
  it('opens a folder by any path', () => {
    for (const location of [
      './summaries',
      'summaries',
      '/var/lib/summaries',
      '../out',
      join(homedir(), 'x'),
      'a:b',
    ]) {
      const store = openStore(location.replace('a:b', './a:b'));
      expect(store).toBeInstanceOf(FolderStore);
      expect(store.location).toBe(resolve(location));
    }
  });

  it('opens a bucket, with or without a prefix', () => {
    for (const [location, shown] of [
      ['s3://results', 's3://results'],
      ['s3://results/', 's3://results'],
      ['s3://results/stage/one/', 's3://results/stage/one'],
      ['S3://results/stage', 's3://results/stage'],
    ] as const) {
      const store = openStore(location, { region: 'us-east-2' });
      expect(store).toBeInstanceOf(S3Store);
      expect(store.location).toBe(shown);
    }
  });

  it('uses the given endpoint', async () => {
    const server = await S3Server.start();
    const s3 = { endpoint: server.endpoint, region: 'us-east-2', credentials: TEST_CREDENTIALS };
    const store = openStore(`s3://${server.bucket}/stage`, s3);
    await store.put('a.json', '{}', { contentType: 'application/json' });
    expect(await readText(store, 'a.json')).toBe('{}');
    expect([...server.objects.keys()]).toEqual(['stage/a.json']);
    await server.stop();
  });

  it('refuses any other location, naming the setting and the value', () => {
    for (const location of [
      '',
      ' ',
      's3://',
      's3:///prefix',
      's3://Bad_Bucket/x',
      's3://results//x',
      's3://results/../x',
      'https://results.s3.amazonaws.com/x',
      'file:///var/x',
      'gs://results',
      '~',
      '~/summaries',
      'a\0b',
    ]) {
      let error: unknown;
      try {
        openStore(location);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, location).toBeInstanceOf(InvalidInputError);
      expect((error as InvalidInputError).field).toBe('SUMMARY_STORE');
      expect((error as InvalidInputError).message).toContain(JSON.stringify(location));
    }
  });
});
