/**
 * One file of a version, as the later steps need it: its path, its id and its content. Records come from
 * a manifest (`assets.jsonld`) or from the API, in schemas of many years, so they are checked loosely; one
 * that cannot be used becomes a named entry, never a crash. Pure.
 */

import { isRecord } from '../json-value.ts';
import { isUuid } from './urls.ts';

/** One file of a version. */
export interface Asset {
  /** Its path in the Dandiset, with `/` between folders. Untrusted text. */
  readonly path: string;
  /** A UUID in lower case. */
  readonly assetId: string;
  /** Bytes. 0 for a Zarr that is not complete yet. */
  readonly size: number;
  /** Media type as stated in the record; empty if absent. */
  readonly encodingFormat: string;
  readonly content: AssetContent;
}

/** The location of an asset's bytes: one object of the bucket, or a Zarr of many objects. */
export type AssetContent = BlobContent | ZarrContent;

/** A blob never changes under its id. */
export interface BlobContent {
  readonly kind: 'blob';
  /** A UUID in lower case. */
  readonly blobId: string;
  /** The archive's own ETag, such as `d41d8cd98f00b204e9800998ecf8427e-1`, without quotes. */
  readonly etag?: string;
  /** 64 hexadecimal digits; computed late, so often absent. */
  readonly sha256?: string;
}

/** A Zarr may change under its id: its checksum identifies the state. */
export interface ZarrContent {
  readonly kind: 'zarr';
  /** A UUID in lower case. */
  readonly zarrId: string;
  /** Absent until the archive has computed it. */
  readonly checksum?: string;
}

/** A record that is no usable asset, and why. */
export interface InvalidAsset {
  readonly path?: string;
  readonly assetId?: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** Distinguishes the two outcomes of reading a record. */
export function isInvalidAsset(entry: Asset | InvalidAsset): entry is InvalidAsset {
  return 'reason' in entry;
}

type Fields = Readonly<Record<string, unknown>>;

const ETAG = /^[0-9a-f]{32}-\d+$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** Checksums become parts of keys: only letters, digits and hyphens are accepted. */
const ZARR_CHECKSUM = /^[0-9A-Za-z-]{1,128}$/;
const BLOB_IN_URL = /\/blobs\/[0-9a-f]{3}\/[0-9a-f]{3}\/([0-9a-f-]{36})(?:[?#]|$)/i;
const ZARR_IN_URL = /\/zarr\/([0-9a-f-]{36})(?:[/?#]|$)/i;

/**
 * Reads a metadata record of a manifest. Its `contentUrl` is searched for the id of a blob or a Zarr, and
 * only that id is used: no URL found in a record is ever followed.
 */
export function parseAsset(record: unknown): Asset | InvalidAsset {
  if (!isFields(record)) return { reason: 'The record is not a JSON object.' };
  return buildAsset(
    readText(record.path),
    readUuid(record.identifier) ?? readUuid(readText(record.id)?.replace(/^dandiasset:/, '')),
    record.contentSize,
    readText(record.encodingFormat),
    findContentInUrls(record.contentUrl),
    record.digest,
  );
}

/**
 * Reads a row of the API's asset list. Ids, path and size in the row itself take precedence over those in its
 * metadata, which may be absent.
 */
export function parseAssetRow(row: unknown): Asset | InvalidAsset {
  if (!isFields(row)) return { reason: 'The row is not a JSON object.' };
  const metadata = isFields(row.metadata) ? row.metadata : {};
  const blobId = readUuid(row.blob);
  const zarrId = readUuid(row.zarr);
  return buildAsset(
    readText(row.path) ?? readText(metadata.path),
    readUuid(row.asset_id) ?? readUuid(metadata.identifier),
    row.size ?? metadata.contentSize,
    readText(metadata.encodingFormat),
    blobId !== undefined
      ? { kind: 'blob', blobId }
      : zarrId !== undefined
        ? { kind: 'zarr', zarrId }
        : findContentInUrls(metadata.contentUrl),
    metadata.digest,
  );
}

function buildAsset(
  path: string | undefined,
  assetId: string | undefined,
  size: unknown,
  encodingFormat: string | undefined,
  content: AssetContent | undefined,
  digest: unknown,
): Asset | InvalidAsset {
  const named = { ...(path === undefined ? {} : { path }), ...(assetId === undefined ? {} : { assetId }) };
  if (path === undefined) return { ...named, reason: 'The record has no path.' };
  if (assetId === undefined) return { ...named, reason: 'The record has no asset id that is a UUID.' };
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    return { ...named, reason: 'The record has no size that is a whole number of bytes.' };
  }
  if (content === undefined)
    return { ...named, reason: 'The record names neither a blob nor a Zarr by UUID.' };
  return {
    path,
    assetId,
    size,
    encodingFormat: encodingFormat ?? '',
    content: withDigests(content, isFields(digest) ? digest : {}),
  };
}

function findContentInUrls(urls: unknown): AssetContent | undefined {
  const list = Array.isArray(urls) ? urls : [urls];
  for (const url of list) {
    if (typeof url !== 'string') continue;
    const blobId = readUuid(BLOB_IN_URL.exec(url)?.[1]);
    if (blobId !== undefined) return { kind: 'blob', blobId };
    const zarrId = readUuid(ZARR_IN_URL.exec(url)?.[1]);
    if (zarrId !== undefined) return { kind: 'zarr', zarrId };
  }
  return undefined;
}

function withDigests(content: AssetContent, digest: Fields): AssetContent {
  if (content.kind === 'zarr') {
    const checksum = matching(digest['dandi:dandi-zarr-checksum'], ZARR_CHECKSUM);
    return checksum === undefined ? content : { ...content, checksum };
  }
  const etag = matching(digest['dandi:dandi-etag'], ETAG);
  const sha256 = matching(digest['dandi:sha2-256'], SHA256);
  return {
    ...content,
    ...(etag === undefined ? {} : { etag }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function isFields(value: unknown): value is Fields {
  return isRecord(value);
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readUuid(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return isUuid(text) ? text : undefined;
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

/** The parts of an asset that determine its kind: its name and its media type. */
export type AssetName = Pick<Asset, 'path' | 'encodingFormat'>;

/** Extensions of two parts that are more specific than their last part. */
const DOUBLE_EXTENSION = /(?<=[^.])\.(?:nwb\.zarr|ome\.(?:zarr|tiff?|btf)|nii\.gz|tar\.gz)$/;
/** A name's last extension: it follows a name, is short, and contains a letter (`.05` ends a date, not a name). */
const EXTENSION = /(?<=[^.])\.[0-9]{0,3}[a-z][a-z0-9]{0,11}$/;

/** A media type without its parameters; anything else is not a media type and gives no kind. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,62}\/[a-z0-9][a-z0-9.+-]{0,62}$/;

/**
 * What kind of file an asset is, in one word for people: its extension in lower case with the dot
 * (`.nwb`, `.nwb.zarr`, `.mp4`), else its media type without parameters, else `unknown`.
 */
export function findAssetKind(asset: AssetName): string {
  const name = asset.path.slice(asset.path.lastIndexOf('/') + 1).toLowerCase();
  const extension = DOUBLE_EXTENSION.exec(name)?.[0] ?? EXTENSION.exec(name)?.[0];
  return extension ?? findMediaType(asset) ?? 'unknown';
}

/** Whether an asset is NWB, in HDF5 or in Zarr, by its name or its media type. */
export function isNwb(asset: AssetName): boolean {
  const kind = findAssetKind(asset);
  return kind === '.nwb' || kind === '.nwb.zarr' || findMediaType(asset) === 'application/x-nwb';
}

function findMediaType(asset: AssetName): string | undefined {
  const [type = ''] = asset.encodingFormat.split(';', 1);
  return matching(type.trim().toLowerCase(), MEDIA_TYPE);
}
