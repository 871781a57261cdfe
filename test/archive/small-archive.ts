/**
 * A small archive for the tests of the client and of the server: records, Dandisets, and a server that
 * records requests and injects errors on demand.
 */

import { createHash } from 'node:crypto';
import {
  type ArchiveError,
  type ArchiveFile,
  type ArchiveRequest,
  type ArchiveServer,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { ArchiveClient, type ArchiveClientOptions } from '../../shared/archive/archive-client.ts';
import { blobKey, MANIFESTS, manifestKey } from '../../shared/archive/urls.ts';
import { buildArchiveFiles, buildFile } from '../corpus-archive.ts';
import { QUICK_RETRIES } from '../retry/policies.ts';

/** The same UUID for the same name. */
export function uuid(name: string): string {
  const hex = createHash('md5').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A metadata record as in `assets.jsonld`. */
export function record(path: string) {
  const assetId = uuid(`asset ${path}`);
  return {
    id: `dandiasset:${assetId}`,
    identifier: assetId,
    path,
    contentSize: 1000 + path.length,
    encodingFormat: 'application/x-nwb',
    contentUrl: [
      `https://api.dandiarchive.org/api/assets/${assetId}/download/`,
      `https://dandiarchive.s3.amazonaws.com/${blobKey(uuid(`blob ${path}`))}`,
    ],
    digest: { 'dandi:dandi-etag': `${createHash('md5').update(path).digest('hex')}-1` },
  };
}

/** `count` paths in the order of their names. */
export function paths(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `sub-${String(at).padStart(5, '0')}/data.nwb`);
}

/** A version's metadata, with spacing that no serializer would reproduce. */
export function metadataText(id: string, version: string): string {
  return `{ "id":"DANDI:${id}/${version}",  "name" : "Notes on ${id}", "version":"${version}", "big": 12345678901234567890 }\n`;
}

/** The manifests of a version, by key. */
export function versionEntries(
  id: string,
  version: string,
  records: readonly unknown[],
): [string, ArchiveFile][] {
  const metadata = metadataText(id, version);
  const list = JSON.stringify(records, null, 2);
  const texts = {
    'dandiset.yaml': metadata,
    'assets.yaml': list,
    'dandiset.jsonld': metadata,
    'assets.jsonld': list,
    'collection.jsonld': '{}',
  };
  return MANIFESTS.map((name) => [manifestKey({ id, version }, name), buildFile(texts[name])]);
}

/** A server and its client. */
export interface SmallArchive extends AsyncDisposable {
  readonly server: ArchiveServer;
  readonly client: ArchiveClient;
  /** Every request as `part path?query`, in order. */
  readonly log: string[];
}

/** Starts a server over the entries; `misbehave` names the errors. */
export async function startSmallArchive(
  entries: readonly [string, ArchiveFile][],
  misbehave: (request: ArchiveRequest) => ArchiveError | undefined = () => undefined,
  options: Partial<ArchiveClientOptions> & { embargoed?: readonly string[] } = {},
): Promise<SmallArchive> {
  const log: string[] = [];
  const { embargoed = [], ...http } = options;
  const server = await startArchiveServer({
    files: buildArchiveFiles(new Map(entries)),
    embargoed,
    onRequest: (request) => {
      const query = request.query.size === 0 ? '' : `?${request.query}`;
      log.push(`${request.part} ${request.path}${query}`);
      return misbehave(request);
    },
  });
  const client = new ArchiveClient({
    apiUrl: server.apiUrl,
    bucketUrl: server.bucketUrl,
    retries: QUICK_RETRIES,
    ...http,
  });
  return { server, client, log, [Symbol.asyncDispose]: () => server.close() };
}

/** All elements of an iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The error that a promise is rejected with. */
export async function catchFailure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('It should have failed.');
    },
    (error: unknown) => error,
  );
}
