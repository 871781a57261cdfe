/**
 * URLs and keys in the archive's bucket: they are built from ids here, and never taken from
 * metadata. Pure.
 */

import { InvalidInputError } from '../errors.ts';
import { checkDandisetRef, type VersionRef } from './version-ref.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in lower case, as the archive writes its ids. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A base URL without a trailing slash: `https://dandiarchive.s3.us-east-2.amazonaws.com`, or a
 * path-style one such as `http://127.0.0.1:9000/dandiarchive`.
 * @throws InvalidInputError if it is not an http(s) URL, or has a query or a fragment
 */
export function checkBaseUrl(url: string, field: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (
    parsed === undefined ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.search !== '' ||
    parsed.hash !== ''
  ) {
    throw new InvalidInputError(
      `${JSON.stringify(url)} is not a base URL: expected http:// or https://, without a query.`,
      { field },
    );
  }
  return url.replace(/\/+$/, '');
}

/**
 * The key of a blob: `blobs/abc/def/<uuid>`, after the first and second three characters of its id.
 * @throws InvalidInputError
 */
export function blobKey(blobId: string): string {
  checkUuid(blobId, 'blobId');
  return `blobs/${blobId.slice(0, 3)}/${blobId.slice(3, 6)}/${blobId}`;
}

/** The URL of a blob in a bucket. @throws InvalidInputError */
export function blobUrl(bucketUrl: string, blobId: string): string {
  return `${checkBaseUrl(bucketUrl, 'bucketUrl')}/${blobKey(blobId)}`;
}

/** The prefix of a Zarr's objects, with a trailing slash. @throws InvalidInputError */
export function zarrPrefix(zarrId: string): string {
  checkUuid(zarrId, 'zarrId');
  return `zarr/${zarrId}/`;
}

/** The URL below which a Zarr's objects are in a bucket, with a trailing slash. @throws InvalidInputError */
export function zarrUrl(bucketUrl: string, zarrId: string): string {
  return `${checkBaseUrl(bucketUrl, 'bucketUrl')}/${zarrPrefix(zarrId)}`;
}

/** The manifests that the archive writes for a version, in the order in which it writes them. */
export const MANIFESTS = [
  'dandiset.yaml',
  'assets.yaml',
  'dandiset.jsonld',
  'assets.jsonld',
  'collection.jsonld',
] as const;

/** A manifest's file name. */
export type Manifest = (typeof MANIFESTS)[number];

/** The manifest that is written last: if it exists, the others do too. */
export const LAST_MANIFEST: Manifest = 'collection.jsonld';

/** The key of a version's manifest. @throws InvalidInputError */
export function manifestKey(ref: VersionRef, manifest: Manifest): string {
  checkDandisetRef(ref);
  return `dandisets/${ref.id}/${ref.version}/${manifest}`;
}

function checkUuid(text: string, field: string): void {
  if (!isUuid(text)) {
    throw new InvalidInputError(`${JSON.stringify(text)} is not a UUID in lower case.`, { field });
  }
}
