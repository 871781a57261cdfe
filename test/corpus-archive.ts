/**
 * The corpus's Dandisets in the layout of DANDI's bucket, for the loopback archive: manifests made from
 * `dandiset.json` and `assets.json`, blobs that are the files of each type.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveFile, ArchiveFiles } from '../local/archive-server.ts';
import { blobKey, MANIFESTS, manifestKey } from '../shared/archive/urls.ts';
import { compareByteOrder } from '../shared/header/byte-order.ts';

/** A Dandiset of the corpus: the version that its metadata name. */
export interface CorpusDandiset {
  readonly id: string;
  readonly version: string;
  /** Its folder, with `prompt.md` and the files of each type. */
  readonly folder: string;
  readonly assets: readonly CorpusAsset[];
}

/** A row of `assets.json`. */
export interface CorpusAsset {
  readonly path: string;
  /** The file of the folder in its place. */
  readonly file: string;
  readonly asset_id: string;
  readonly blob: string;
}

/** The Dandisets of the corpus, by id. */
export function corpusDandisets(corpusFolder: string): CorpusDandiset[] {
  const root = join(corpusFolder, 'dandisets');
  return readdirSync(root)
    .sort()
    .map((id) => {
      const folder = join(root, id);
      const metadata = readJson(join(folder, 'dandiset.json')) as { version: string };
      const assets = readJson(join(folder, 'assets.json')) as CorpusAsset[];
      return { id, version: metadata.version, folder, assets };
    });
}

/** All Dandisets of the corpus, or those named, as an archive. */
export function corpusArchiveFiles(corpusFolder: string, ids?: readonly string[]): ArchiveFiles {
  const dandisets = corpusDandisets(corpusFolder).filter(({ id }) => ids?.includes(id) ?? true);
  return buildArchiveFiles(new Map(dandisets.flatMap(listEntries)));
}

/** An archive of the entries of a map, for tests that write their own. */
export function buildArchiveFiles(entries: ReadonlyMap<string, ArchiveFile>): ArchiveFiles {
  const keys = [...entries.keys()].sort(compareByteOrder);
  return {
    read: async (key) => entries.get(key),
    async *list(prefix) {
      yield* keys.filter((key) => key.startsWith(prefix));
    },
  };
}

/** An object in memory. */
export function buildFile(content: string | Uint8Array): ArchiveFile {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  return { body, size: body.length, modified: new Date(0) };
}

function listEntries(dandiset: CorpusDandiset): [string, ArchiveFile][] {
  const { folder, assets } = dandiset;
  const types = new Map(
    [...new Set(assets.map((asset) => asset.file))].map((file) => [file, measure(join(folder, file))]),
  );
  const records = assets.map((asset) => assetRecord(asset, types.get(asset.file)!));
  const metadata = readFileSync(join(folder, 'dandiset.json'), 'utf8');
  const list = JSON.stringify(records, null, 2);
  // JSON is YAML as well.
  const texts = {
    'dandiset.yaml': metadata,
    'assets.yaml': list,
    'dandiset.jsonld': metadata,
    'assets.jsonld': list,
    'collection.jsonld': JSON.stringify({ hasPart: records.map((record) => record.id) }),
  };
  return [
    ...MANIFESTS.map((name): [string, ArchiveFile] => [manifestKey(dandiset, name), buildFile(texts[name])]),
    ...assets.map((asset): [string, ArchiveFile] => [blobKey(asset.blob), types.get(asset.file)!.file]),
  ];
}

interface MeasuredFile {
  readonly file: ArchiveFile;
  readonly etag: string;
  readonly sha256: string;
}

function measure(path: string): MeasuredFile {
  const bytes = readFileSync(path);
  const hash = (name: string) => createHash(name).update(bytes).digest('hex');
  const file = { path, size: bytes.length, modified: statSync(path).mtime };
  return { file, etag: `${hash('md5')}-1`, sha256: hash('sha256') };
}

function assetRecord(asset: CorpusAsset, { file, etag, sha256 }: MeasuredFile) {
  return {
    id: `dandiasset:${asset.asset_id}`,
    identifier: asset.asset_id,
    path: asset.path,
    contentSize: file.size,
    encodingFormat: 'application/x-nwb',
    contentUrl: [
      `https://api.dandiarchive.org/api/assets/${asset.asset_id}/download/`,
      `https://dandiarchive.s3.amazonaws.com/${blobKey(asset.blob)}`,
    ],
    digest: { 'dandi:dandi-etag': etag, 'dandi:sha2-256': sha256 },
    schemaKey: 'Asset',
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
