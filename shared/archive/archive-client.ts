/**
 * The flow's client of the archive: resolves versions, reads their metadata and lists their files. Reads
 * the manifests in the bucket first, and falls back to the REST API where a manifest is missing or
 * broken. Only single requests are retried, while their errors are transient (`archive-http.ts`).
 */

import { ArchiveUnavailableError, NotFoundError } from '../errors.ts';
import { isObjectOrList, readFields } from '../json-value.ts';
import type { HttpOptions, HttpResponse } from './archive-http.ts';
import { BodyCutError, get } from './archive-http.ts';
import type { Asset, InvalidAsset } from './asset.ts';
import { isInvalidAsset, parseAsset, parseAssetRow } from './asset.ts';
import { type ListPage, parseListPage } from './asset-listing.ts';
import { BrokenManifestError, readJson, readObjectText, readRecords } from './manifest.ts';
import { checkBaseUrl, LAST_MANIFEST, type Manifest, manifestKey } from './urls.ts';
import type { DandisetRef, VersionRef } from './version-ref.ts';
import {
  checkDandisetRef,
  compareVersions,
  formatVersionRef,
  isDandisetId,
  isVersion,
} from './version-ref.ts';

/** Called with the metadata record of each usable asset, as the archive has it, just before the asset is yielded. */
export type RecordListener = (assetId: string, record: unknown) => void;

/** The archive's URLs and the options of requests. */
export interface ArchiveClientOptions extends Partial<HttpOptions> {
  /** Base of the REST API, such as `https://api.dandiarchive.org/api`. */
  readonly apiUrl: string;
  /** Base of the bucket, such as `https://dandiarchive.s3.us-east-2.amazonaws.com`; path-style works as well. */
  readonly bucketUrl: string;
}

/** A version's metadata. */
export interface VersionMetadata {
  /** A JSON object, as text exactly as it was served: the order of its keys and the digits of its numbers are kept. */
  readonly json: string;
  readonly from: 'bucket' | 'api';
}

/** A Dandiset as listed in the bucket. */
export interface DandisetListing {
  readonly id: string;
  /** In the order of `compareVersions`. */
  readonly versions: readonly {
    readonly version: string;
    /** Whether the manifest that is written last exists, and so all of them. */
    readonly complete: boolean;
  }[];
}

/**
 * Milliseconds of silence after which a server counts as down. S3 responds in well under a second; the API may take
 * twenty.
 */
export const REQUEST_TIMEOUT_MS = 60_000;

/** Most bytes of one metadata document, one page of assets or one page of a listing: hundreds of times a usual one. */
export const DOCUMENT_LIMIT = 64 * 1024 * 1024;

/** Rows per page; the API returns no more than this. */
export const PAGE_SIZE = 1000;

/** Reads the public archive. One client sends the API one request at a time: it is a small, shared service. */
export class ArchiveClient {
  readonly #apiUrl: string;
  readonly #bucketUrl: string;
  readonly #http: HttpOptions;
  #apiTurn: Promise<unknown> = Promise.resolve();

  /** @throws InvalidInputError for an invalid base URL */
  constructor(options: ArchiveClientOptions) {
    const { apiUrl, bucketUrl, ...http } = options;
    this.#apiUrl = checkBaseUrl(apiUrl, 'apiUrl');
    this.#bucketUrl = checkBaseUrl(bucketUrl, 'bucketUrl');
    this.#http = { userAgent: 'dandiset-summarizer', requestTimeoutMs: REQUEST_TIMEOUT_MS, ...http };
  }

  /**
   * Resolves a reference to a version: the one it names, else the newest published one, else the draft.
   * @throws NotFoundError for an unknown id or version, or one that is not open to the public
   * @throws InvalidInputError, ArchiveUnavailableError
   */
  async findVersion(ref: DandisetRef, signal?: AbortSignal): Promise<VersionRef> {
    checkDandisetRef(ref);
    const inBucket = await this.#listVersions(ref.id, signal);
    const version = ref.version ?? inBucket.at(-1);
    if (version !== undefined && inBucket.includes(version)) return { id: ref.id, version };
    // The bucket's manifests may be late: only the API can confirm that a version does not exist.
    const known = inBucket.length > 0 ? inBucket : await this.#readVersionsFromApi(ref.id, signal);
    const wanted = ref.version ?? known.at(-1);
    if (wanted === undefined) {
      throw new NotFoundError(`Dandiset ${ref.id} has no version yet.`, { subject: findSubject(ref) });
    }
    const found = { id: ref.id, version: wanted };
    if (!known.includes(wanted)) await this.#checkVersionInApi(found, known, signal);
    return found;
  }

  /**
   * A version's metadata, from `dandiset.jsonld` or from the API.
   * @throws NotFoundError, InvalidInputError, ArchiveUnavailableError
   * @throws ReadBudgetExceededError past `DOCUMENT_LIMIT`
   */
  async readMetadata(ref: VersionRef, signal?: AbortSignal): Promise<VersionMetadata> {
    const manifest = await this.#getManifest(ref, 'dandiset.jsonld', signal);
    if (manifest !== undefined) {
      try {
        return { json: readObjectText(await manifest.bytes(DOCUMENT_LIMIT)), from: 'bucket' };
      } catch (error) {
        throwUnlessBroken(error);
      }
    }
    const path = `/dandisets/${ref.id}/versions/${ref.version}/`;
    const bytes = await this.#getFromApi(path, ref, signal);
    return { json: this.#parse(path, () => readObjectText(bytes)), from: 'api' };
  }

  /**
   * A version's assets, each once, in the order of `assets.jsonld`, as they arrive; records that are no usable
   * assets follow at the end. Where the manifest is missing or breaks off, the API's list is read, in path
   * order, and yields the assets not yielded before; their number is then compared with the API's count. `onRecord` is
   * called with each record, which is not stored.
   * @throws NotFoundError, InvalidInputError; ArchiveUnavailableError also when the numbers differ
   */
  async *readAssets(
    ref: VersionRef,
    signal?: AbortSignal,
    onRecord?: RecordListener,
  ): AsyncGenerator<Asset | InvalidAsset, void> {
    const given = new Set<string>();
    const manifest = await this.#getManifest(ref, 'assets.jsonld', signal);
    if (manifest !== undefined) {
      try {
        yield* readManifestAssets(manifest, given, onRecord);
        return;
      } catch (error) {
        throwUnlessBroken(error);
      }
    }
    yield* this.#readAssetsFromApi(ref, given, signal, onRecord);
  }

  /**
   * All Dandisets that have a manifest in the bucket, by id. About fifteen requests for the whole archive.
   * @throws ArchiveUnavailableError
   */
  async *listDandisets(signal?: AbortSignal): AsyncGenerator<DandisetListing, void> {
    let id: string | undefined;
    let versions = new Map<string, boolean>();
    for await (const page of this.#listPages('dandisets/', '', signal)) {
      for (const key of page.keys) {
        const [, keyId = '', version = '', file] = key.split('/');
        if (!isDandisetId(keyId) || !isVersion(version)) continue;
        if (id !== undefined && keyId !== id) {
          yield buildListing(id, versions);
          versions = new Map();
        }
        id = keyId;
        versions.set(version, versions.get(version) === true || file === LAST_MANIFEST);
      }
    }
    if (id !== undefined) yield buildListing(id, versions);
  }

  /**
   * Whether the API shows a Dandiset to everyone. False only if the API says so: 404, 401 or 403, or an embargo named
   * in the response. An API that does not respond is an error, never false.
   * @throws InvalidInputError, ArchiveUnavailableError
   */
  async isOpenInApi(id: string, signal?: AbortSignal): Promise<boolean> {
    checkDandisetRef({ id });
    const path = `/dandisets/${id}/`;
    try {
      const bytes = await this.#findInApi(path, { id }, signal);
      return bytes !== undefined && this.#parse(path, () => parseDandisetRow(readJson(bytes))).isOpen;
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }

  /**
   * Whether the bucket serves a version's metadata to everyone. False for 404, 401 and 403.
   * @throws InvalidInputError, ArchiveUnavailableError
   */
  async isOpenInBucket(ref: VersionRef, signal?: AbortSignal): Promise<boolean> {
    const manifest = await this.#getManifest(ref, 'dandiset.jsonld', signal);
    manifest?.discard();
    return manifest !== undefined;
  }

  /**
   * All open Dandisets as the API lists them, with the versions in its list: the newest published one
   * and the draft. Two requests for the whole archive.
   * @throws ArchiveUnavailableError
   */
  async *listDandisetsInApi(signal?: AbortSignal): AsyncGenerator<{ id: string; versions: string[] }, void> {
    for (let number = 1; ; number += 1) {
      const path = `/dandisets/?draft=true&empty=true&ordering=id&page_size=${PAGE_SIZE}&page=${number}`;
      const bytes = await this.#findInApi(path, { id: 'list' }, signal).catch((cause: unknown) => {
        if (!(cause instanceof NotFoundError)) throw cause;
        // If the list itself is not public, nothing is known about any Dandiset.
        const url = `${this.#apiUrl}${path}`;
        throw new ArchiveUnavailableError(`${url} does not list the archive publicly.`, { url }, { cause });
      });
      // As with assets: the list has become shorter since the previous page.
      if (bytes === undefined && number > 1) return;
      const page = this.#parse(path, () =>
        parseDandisetPage(bytes === undefined ? undefined : readJson(bytes)),
      );
      for (const row of page.rows) if (row.isOpen) yield { id: row.id, versions: row.versions };
      if (page.isLast) return;
    }
  }

  /** Every version of a Dandiset in the API; none where the Dandiset is not public. @throws ArchiveUnavailableError */
  async listVersionsInApi(id: string, signal?: AbortSignal): Promise<string[]> {
    checkDandisetRef({ id });
    const path = `/dandisets/${id}/versions/?page_size=${PAGE_SIZE}`;
    const bytes = await this.#findInApi(path, { id }, signal).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
    if (bytes === undefined) return [];
    return this.#parse(path, () => parseVersionPage(readJson(bytes))).sort(compareVersions);
  }

  /** The versions in the bucket; none where it has none or refuses the listing. */
  async #listVersions(id: string, signal: AbortSignal | undefined): Promise<string[]> {
    const prefix = `dandisets/${id}/`;
    const versions: string[] = [];
    try {
      for await (const page of this.#listPages(prefix, '/', signal)) {
        versions.push(...page.prefixes.map((one) => one.slice(prefix.length, -1)).filter(isVersion));
      }
    } catch (error) {
      if (!(error instanceof ListingRefusedError)) throw error;
    }
    return versions.sort(compareVersions);
  }

  async *#listPages(
    prefix: string,
    delimiter: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ListPage, void> {
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix });
      if (delimiter !== '') query.set('delimiter', delimiter);
      if (token !== undefined) query.set('continuation-token', token);
      const url = `${this.#bucketUrl}/?${query}`;
      const response = await get(url, 'application/xml', this.#http, signal);
      if (response.status !== 200) {
        response.discard();
        throw new ListingRefusedError(`${url} responded with ${response.status}.`, {
          url,
          status: response.status,
        });
      }
      const page = parseListPage(new TextDecoder().decode(await response.bytes(DOCUMENT_LIMIT)));
      if (page === undefined) {
        throw new ArchiveUnavailableError(`${url} did not respond with an S3 listing.`, {
          url,
          status: 200,
        });
      }
      yield page;
      if (page.next !== undefined && page.next === token) {
        throw new ArchiveUnavailableError(`${url} returns the same page repeatedly.`, {
          url,
          status: 200,
        });
      }
      token = page.next;
    } while (token !== undefined);
  }

  /** A manifest's response, its body unread; undefined where the bucket has none that is public. */
  async #getManifest(
    ref: VersionRef,
    manifest: Manifest,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse | undefined> {
    const url = `${this.#bucketUrl}/${manifestKey(ref, manifest)}`;
    const response = await get(url, 'application/json', this.#http, signal);
    if (response.status === 200) return response;
    response.discard();
    return undefined;
  }

  async *#readAssetsFromApi(
    ref: VersionRef,
    given: Set<string>,
    signal: AbortSignal | undefined,
    onRecord: RecordListener | undefined,
  ): AsyncGenerator<Asset | InvalidAsset, void> {
    const invalid: InvalidAsset[] = [];
    let count = 0;
    let rows = 0;
    for await (const page of this.#readAssetPages(ref, signal)) {
      count = page.count ?? count;
      rows += page.rows.length;
      for (const row of page.rows) {
        const entry = parseAssetRow(row);
        if (entry.assetId !== undefined && given.has(entry.assetId)) continue;
        if (entry.assetId !== undefined) given.add(entry.assetId);
        if (isInvalidAsset(entry)) invalid.push(entry);
        else {
          onRecord?.(entry.assetId, findMetadata(row));
          yield entry;
        }
      }
      // Otherwise a server that repeats a page forever would be read forever.
      if (rows > 2 * count + PAGE_SIZE) break;
    }
    yield* invalid;
    this.#checkCount(ref, count, given.size + invalid.filter((one) => one.assetId === undefined).length);
  }

  /** Reads pages by number, since a `next` URL may lead to another host, until the API names no next page. */
  async *#readAssetPages(ref: VersionRef, signal: AbortSignal | undefined): AsyncGenerator<AssetPage, void> {
    for (let number = 1; ; number += 1) {
      const query = `order=path&metadata=true&page_size=${PAGE_SIZE}&page=${number}`;
      const path = `/dandisets/${ref.id}/versions/${ref.version}/assets/?${query}`;
      const bytes =
        number === 1 ? await this.#getFromApi(path, ref, signal) : await this.#findInApi(path, ref, signal);
      // No such page: the list has become shorter since the previous page. The comparison of counts detects it.
      if (bytes === undefined) return;
      const page = this.#parse(path, () => parseAssetPage(readJson(bytes), number));
      yield page;
      if (page.isLast) return;
    }
  }

  /**
   * Compares the number of yielded assets with the API's count. A draft that changes during paging shifts rows from
   * page to page, so that some come twice and some never: the count detects it, and a new run repairs it.
   */
  #checkCount(ref: VersionRef, count: number, given: number): void {
    if (count === given) return;
    throw new ArchiveUnavailableError(
      `The API counts ${count} assets of ${formatVersionRef(ref)}, but ${given} were found: the list changed while it was read, or the bucket's broken manifest is of another state.`,
      { url: `${this.#apiUrl}/dandisets/${ref.id}/versions/${ref.version}/assets/`, status: 200 },
    );
  }

  /** The versions in the API of a Dandiset without manifests in the bucket: the draft and the newest published one. */
  async #readVersionsFromApi(id: string, signal: AbortSignal | undefined): Promise<string[]> {
    const path = `/dandisets/${id}/`;
    const bytes = await this.#getFromApi(path, { id }, signal);
    const row = this.#parse(path, () => parseDandisetRow(readJson(bytes)));
    if (!row.isOpen) throw notPublic({ id });
    return row.versions.sort(compareVersions);
  }

  async #checkVersionInApi(
    ref: VersionRef,
    known: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const path = `/dandisets/${ref.id}/versions/${ref.version}/info/`;
    if ((await this.#findInApi(path, ref, signal)) !== undefined) return;
    const others = known.length === 0 ? '' : `; known are ${known.join(', ')}`;
    throw new NotFoundError(`Dandiset ${ref.id} has no version ${ref.version}${others}.`, {
      subject: findSubject(ref),
    });
  }

  async #getFromApi(path: string, ref: DandisetRef, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const bytes = await this.#findInApi(path, ref, signal);
    if (bytes !== undefined) return bytes;
    throw new NotFoundError(`The archive has no ${findSubject(ref)}.`, { subject: findSubject(ref) });
  }

  /**
   * The API's document at a path; undefined where it has none.
   * @throws NotFoundError where it has one that is not public
   */
  #findInApi(
    path: string,
    ref: DandisetRef,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined> {
    return this.#inApiTurn(async () => {
      const response = await get(`${this.#apiUrl}${path}`, 'application/json', this.#http, signal);
      if (response.status === 200) return await response.bytes(DOCUMENT_LIMIT);
      response.discard();
      if (response.status === 404) return undefined;
      throw notPublic(ref);
    });
  }

  #inApiTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#apiTurn.then(work);
    this.#apiTurn = turn.catch(() => undefined);
    return turn;
  }

  #parse<T>(path: string, parse: () => T): T {
    try {
      return parse();
    } catch (cause) {
      if (!(cause instanceof BrokenManifestError)) throw cause;
      const url = `${this.#apiUrl}${path}`;
      const message = `${url} returned a response that is not in the API's form: ${cause.message}.`;
      throw new ArchiveUnavailableError(message, { url, status: 200 }, { cause });
    }
  }
}

/** The bucket responds, but refuses the listing. */
class ListingRefusedError extends ArchiveUnavailableError {}

/**
 * The assets of a manifest, noting their ids in `given`. Records that are no assets are returned at the end: if
 * the manifest breaks off, the API describes them better.
 */
async function* readManifestAssets(
  manifest: HttpResponse,
  given: Set<string>,
  onRecord: RecordListener | undefined,
): AsyncGenerator<Asset | InvalidAsset, void> {
  const invalid: InvalidAsset[] = [];
  for await (const record of readRecords(manifest.chunks())) {
    const entry = parseAsset(record);
    if (isInvalidAsset(entry)) invalid.push(entry);
    else if (!given.has(entry.assetId)) {
      given.add(entry.assetId);
      onRecord?.(entry.assetId, record);
      yield entry;
    }
  }
  yield* invalid;
}

/** The metadata of a row of the API's list. */
function findMetadata(row: unknown): unknown {
  return isObjectOrList(row) && 'metadata' in row ? row.metadata : undefined;
}

/**
 * Ignores an error that the API can repair: an incomplete manifest. A bucket that does not respond at all is worth a
 * retry instead.
 */
function throwUnlessBroken(error: unknown): void {
  if (!(error instanceof BrokenManifestError || error instanceof BodyCutError)) throw error;
}

/** One page of the API's asset list. */
interface AssetPage {
  readonly rows: readonly unknown[];
  /** On the first page only. */
  readonly count: number | undefined;
  readonly isLast: boolean;
}

function parseAssetPage(value: unknown, number: number): AssetPage {
  const fields = readFields(value);
  if (!Array.isArray(fields.results)) throw new BrokenManifestError('it has no results');
  const count = Number.isSafeInteger(fields.count) ? (fields.count as number) : undefined;
  if (number === 1 && count === undefined) throw new BrokenManifestError('its first page has no count');
  const isLast = typeof fields.next !== 'string' || fields.results.length === 0;
  return { rows: fields.results, count: number === 1 ? count : undefined, isLast };
}

function parseDandisetPage(value: unknown): {
  rows: { id: string; versions: string[]; isOpen: boolean }[];
  isLast: boolean;
} {
  const { results, next } = readFields(value);
  if (!Array.isArray(results)) throw new BrokenManifestError('it has no results');
  const rows = results.map(parseDandisetRow).filter(({ id }) => isDandisetId(id));
  return { rows, isLast: typeof next !== 'string' || results.length === 0 };
}

function parseVersionPage(value: unknown): string[] {
  const { results } = readFields(value);
  if (!Array.isArray(results)) throw new BrokenManifestError('it has no results');
  return results
    .map((row) => readFields(row).version)
    .filter((version) => typeof version === 'string')
    .filter(isVersion);
}

function parseDandisetRow(value: unknown): { id: string; versions: string[]; isOpen: boolean } {
  const fields = readFields(value);
  if (typeof fields.identifier !== 'string') throw new BrokenManifestError('it has no identifier');
  const versions = [fields.most_recent_published_version, fields.draft_version]
    .map((row) => readFields(row).version)
    .filter((version) => typeof version === 'string')
    .filter(isVersion);
  const isOpen = fields.embargo_status === undefined || fields.embargo_status === 'OPEN';
  return { id: fields.identifier, versions, isOpen };
}

function buildListing(id: string, versions: ReadonlyMap<string, boolean>): DandisetListing {
  const sorted = [...versions].sort(([a], [b]) => compareVersions(a, b));
  return { id, versions: sorted.map(([version, complete]) => ({ version, complete })) };
}

function notPublic(ref: DandisetRef): NotFoundError {
  return new NotFoundError(`Dandiset ${ref.id} is embargoed: it is not open to the public.`, {
    subject: findSubject(ref),
  });
}

function findSubject(ref: DandisetRef): string {
  return ref.version === undefined ? `Dandiset ${ref.id}` : `version ${ref.version} of Dandiset ${ref.id}`;
}
