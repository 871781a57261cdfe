/** Small archives for whole-machine tests: Dandisets made in memory from the sample's good files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArchiveFile, ArchiveFiles } from '../../local/archive-server.ts';
import { blobKey, manifestKey } from '../../shared/archive/urls.ts';
import { buildArchiveFiles, buildFile } from '../corpus-archive.ts';

const SAMPLE = fileURLToPath(new URL('../../local/sample/', import.meta.url));

interface AssetRecord {
  readonly path: string;
  readonly contentUrl: readonly string[];
}

/** The bytes of a sample file, by its Dandiset's version and the start of its path. */
export function sampleFile(version: string, pathStart: string): Uint8Array {
  const records = JSON.parse(
    readFileSync(`${SAMPLE}dandisets/${version}/assets.jsonld`, 'utf8'),
  ) as AssetRecord[];
  const record = records.find(({ path }) => path.startsWith(pathStart));
  const key = /blobs\/.*$/.exec(record?.contentUrl[1] ?? '')?.[0];
  if (key === undefined) throw new Error(`The sample has no ${pathStart} in ${version}`);
  return readFileSync(`${SAMPLE}${key}`);
}

/** A good ecephys file of the sample: 23 KB. */
export const GOOD_NWB = sampleFile('900004/draft', 'sub-P01/sub-P01_ses-01_ecephys');

/** A reply about files like `GOOD_NWB` that states nothing beyond their headers. */
export function goodReply(filesHold: 'One file holds' | 'The files hold'): string {
  return `## Abstract

Sounds were played while neurons of auditory cortex were recorded. Tuning to tones was the aim.

The recordings come from one animal. They show how cells answer to pure tones.

## Data

${filesHold} spike times of units and the trials.

## Keywords

- auditory cortex
- units
`;
}

/** An asset of a test's Dandiset. */
export interface TestAsset {
  readonly path: string;
  readonly body: Uint8Array;
  readonly mediaType?: string;
  /** Further fields of its metadata record. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** A UUID determined by a seed. */
export function buildUuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The blob id of an asset: named by path and content, as blobs never change under their id. */
export function nameBlob({ path, body }: TestAsset): string {
  return buildUuid(`${path}${createHash('sha256').update(body).digest('hex')}`);
}

/** The objects of one version in the bucket's layout. */
export function versionEntries(
  id: string,
  version: string,
  assets: readonly TestAsset[],
  metadata: Readonly<Record<string, unknown>> = {},
): [string, ArchiveFile][] {
  const ref = { id, version };
  const document = {
    id: `DANDI:${id}/${version}`,
    name: `Dandiset ${id} of a test`,
    version,
    contributor: [{ name: 'Doe, Jane', schemaKey: 'Person', roleName: ['dcite:ContactPerson'] }],
    description: 'Recordings that a test made up.',
    assetsSummary: { schemaKey: 'AssetsSummary', numberOfBytes: 1, numberOfFiles: assets.length },
    ...metadata,
  };
  const records = assets.map((asset) => ({
    path: asset.path,
    identifier: buildUuid(`asset ${id} ${asset.path}`),
    contentSize: asset.body.length,
    encodingFormat: asset.mediaType ?? 'application/x-nwb',
    contentUrl: [
      `https://archive.invalid/api/assets/${buildUuid(`asset ${id} ${asset.path}`)}/download/`,
      `https://bucket.invalid/${blobKey(nameBlob(asset))}`,
    ],
    digest: {},
    schemaKey: 'Asset',
    ...asset.record,
  }));
  return [
    [manifestKey(ref, 'dandiset.jsonld'), buildFile(JSON.stringify(document))],
    [manifestKey(ref, 'assets.jsonld'), buildFile(JSON.stringify(records))],
    [manifestKey(ref, 'collection.jsonld'), buildFile('{}')],
    ...assets.map((asset): [string, ArchiveFile] => [blobKey(nameBlob(asset)), buildFile(asset.body)]),
  ];
}

/** An archive of one version. */
export function buildArchive(
  id: string,
  version: string,
  assets: readonly TestAsset[],
  metadata: Readonly<Record<string, unknown>> = {},
): ArchiveFiles {
  return buildArchiveFiles(new Map(versionEntries(id, version, assets, metadata)));
}
