/**
 * A store for a Zarr in a public bucket: one request per object, folders by `ListObjectsV2`. It never signs,
 * follows no redirects and does not retry: the counted store above it does, within the limits of the read.
 */
import { get } from '../archive/archive-http.ts';
import { parseListPage } from '../archive/asset-listing.ts';
import { checkBaseUrl, isUuid } from '../archive/urls.ts';
import { ArchiveUnavailableError, HeaderUnreadableError, InvalidInputError } from '../errors.ts';
import { ONE_TRY } from '../retry/with-retries.ts';
import type { HttpPool } from '../source/http-pool.ts';
import { type HttpSource, openHttpSource } from '../source/http-source.ts';
import type { InTurn } from '../source/request-pool.ts';
import { ObjectTooLongError, type ZarrStore } from './zarr-store.ts';

/** The location of a Zarr, and the options of requests. */
export interface HttpZarrStoreOptions {
  /** Base of the bucket, virtual-hosted or path-style, without a slash at its end. */
  readonly bucketUrl: string;
  /** Key prefix of the Zarr's objects, with a slash at its end: `zarr/<id>/`. */
  readonly prefix: string;
  /** Milliseconds without a byte after which a request is aborted; 30,000 by default. */
  readonly idleMilliseconds?: number;
  /** The connections to use; by default those that all sources share. */
  readonly pool?: HttpPool;
  /** Schedules the Zarr's requests among the files that are read at once; without waiting by default. */
  readonly inTurn?: InTurn;
}

/** The default of `idleMilliseconds`. */
const DEFAULT_IDLE_MS = 30_000;

/** The most bytes of one page of a listing; a thousand long keys take half a megabyte. */
const LISTING_BYTES = 8 * 1024 * 1024;

/** Opens the store without a connection. @throws InvalidInputError for an invalid base URL */
export function openHttpZarrStore(options: HttpZarrStoreOptions): ZarrStore {
  const bucketUrl = checkBaseUrl(options.bucketUrl, 'bucketUrl');
  const { prefix, pool, idleMilliseconds = DEFAULT_IDLE_MS, inTurn = atOnce } = options;
  const buildUrl = (path: string): string => `${bucketUrl}/${encodeKey(`${prefix}${path}`)}`;
  const open = (path: string, openingBytes: number, signal: AbortSignal): Promise<HttpSource | Absence> =>
    inTurn(
      () =>
        openHttpSource(buildUrl(path), {
          openingBytes,
          idleMilliseconds,
          signal,
          retries: ONE_TRY,
          ...(pool === undefined ? {} : { pool }),
        }),
      signal,
    ).catch(classifyAbsence);
  return {
    key: `${bucketUrl}/${encodeKey(prefix)}`,
    async readObject(path, maxBytes, signal) {
      const source = await open(path, maxBytes, signal);
      if (source === 'missing') return undefined;
      if (source === 'empty') return { bytes: new Uint8Array(0), etag: undefined };
      if (source.byteLength > maxBytes) throw new ObjectTooLongError(path, source.byteLength);
      return { bytes: source.opening[0]!.bytes, etag: source.etag };
    },
    async findEtag(path, signal) {
      const source = await open(path, 1, signal);
      return typeof source === 'string' ? undefined : source.etag;
    },
    async listFolders(path, start, signal) {
      const inside = path === '' ? prefix : `${prefix}${path}/`;
      const query = new URLSearchParams({ 'list-type': '2', delimiter: '/', prefix: inside });
      if (start !== undefined) query.set('continuation-token', start);
      const url = `${bucketUrl}/?${query}`;
      const options = {
        userAgent: 'dandiset-summarizer',
        requestTimeoutMs: idleMilliseconds,
        retries: ONE_TRY,
      };
      const answer = await inTurn(() => get(url, 'application/xml', options, signal), signal);
      if (answer.status !== 200) {
        answer.discard();
        throw new HeaderUnreadableError(
          `${bucketUrl}/${encodeKey(inside)} cannot be listed (status ${answer.status}), and the Zarr has no consolidated metadata.`,
          { key: url, reason: 'unsupported' },
        );
      }
      const body = await answer.bytes(LISTING_BYTES);
      const page = parseListPage(new TextDecoder().decode(body));
      if (page === undefined || (page.next !== undefined && page.next === start)) {
        throw new ArchiveUnavailableError(`${url} did not respond with an S3 listing.`, {
          url,
          status: 200,
        });
      }
      const folders = page.prefixes
        .filter((each) => each.startsWith(inside))
        .map((each) => each.slice(inside.length, -1));
      return { folders, next: page.next, bytes: body.byteLength };
    },
  };
}

/**
 * Splits a URL into bucket and prefix: in the archive's layout the part before `zarr/<id>` is the bucket's
 * base; any other URL is taken as one of a virtual-hosted bucket.
 * @throws InvalidInputError if it is not an http(s) URL
 */
export function findZarrLocation(address: string): { bucketUrl: string; prefix: string } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidInputError('The address of a Zarr must be an http or https URL.', { field: 'url' });
  }
  const path = decodeKey(url.pathname).replace(/^\/|\/+$/g, '');
  const parts = path.split('/');
  const at = parts.findIndex((part, index) => part === 'zarr' && isUuid(parts[index + 1] ?? ''));
  const inBucket = at < 0 ? parts : parts.slice(at);
  const before = at < 0 ? [] : parts.slice(0, at);
  return {
    bucketUrl: [url.origin, ...before.map(encodeURIComponent)].join('/'),
    prefix: `${inBucket.join('/')}/`,
  };
}

/** The schedule for a Zarr that is read alone. */
const atOnce: InTurn = (work) => work();

type Absence = 'missing' | 'empty';

function classifyAbsence(error: unknown): Absence {
  if (error instanceof HeaderUnreadableError && error.reason === 'missing') return 'missing';
  if (error instanceof HeaderUnreadableError && error.reason === 'empty-file') return 'empty';
  throw error;
}

/**
 * A key as part of a URL; names may contain any character. Lone surrogates, which a URL cannot have, become
 * U+FFFD.
 */
function encodeKey(key: string): string {
  return key.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new InvalidInputError('The address of the Zarr is not percent-encoded as addresses are.', {
      field: 'url',
    });
  }
}
