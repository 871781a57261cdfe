/** Stores for the tests: the S3 adapter over the suite's stand-in, the folder adapter over a new folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { createS3Client, S3Store } from '../../shared/store/s3-store.ts';
import { S3Server } from '../s3-server.ts';

/** Credentials that no real service accepts. */
export const TEST_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A store on the stand-in, with its own client like another process, and without waits between tries. */
export function s3StoreOver(server: S3Server, prefix = 'stage/one', requestTimeoutMs = 30_000): S3Store {
  const client = createS3Client({
    region: 'us-east-2',
    endpoint: server.endpoint,
    credentials: TEST_CREDENTIALS,
    requestTimeoutMs,
  });
  const { retryStrategy } = client.config;
  client.config.retryStrategy = async () => withoutWaits(await retryStrategy());
  return new S3Store({ client, bucket: server.bucket, prefix });
}

/** The SDK's own strategy, which decides what is retried and how often, but without waits. */
function withoutWaits<Strategy extends object>(strategy: Strategy): Strategy {
  if (!('retryBackoffStrategy' in strategy)) throw new Error('the SDK keeps its waits elsewhere by now');
  return Object.assign(strategy, {
    retryBackoffStrategy: { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 },
  });
}

/** A folder for the test, and a function that removes it. */
export async function newFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'summary-store-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }) };
}

/** A folder store in a new folder. */
export async function newFolderStore(): Promise<{ store: FolderStore; remove: () => Promise<void> }> {
  const { folder, remove } = await newFolder();
  return { store: new FolderStore(folder), remove };
}

/** A new store of either kind, and a function that removes it: for `describe.each`. */
export const EITHER_STORE: readonly (readonly [
  name: string,
  open: () => Promise<{ store: ObjectStore; close: () => Promise<void> }>,
])[] = [
  [
    'a folder',
    async () => {
      const { store, remove } = await newFolderStore();
      return { store, close: remove };
    },
  ],
  [
    'S3',
    async () => {
      const server = await S3Server.start();
      return { store: s3StoreOver(server), close: () => server.stop() };
    },
  ],
];

/** All keys, in the store's order. */
export async function listAll(store: ObjectStore, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

/** A document's text. */
export async function readText(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  return found && new TextDecoder().decode(found.body);
}

/** The error that a promise ends with. */
export async function catchFailure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('no error came');
}
