/**
 * The REST API of the loopback archive: the part of DANDI's that a reader of versions and assets uses,
 * computed from the same manifests that its bucket serves.
 */

import { isInvalidAsset, parseAsset } from '../../shared/archive/asset.ts';
import { blobUrl, manifestKey } from '../../shared/archive/urls.ts';
import {
  compareVersions,
  DRAFT,
  isDandisetId,
  isVersion,
  type VersionRef,
} from '../../shared/archive/version-ref.ts';
import { compareByteOrder } from '../../shared/header/byte-order.ts';
import { type ArchiveFiles, hashEtag, readWhole } from './files.ts';
import { json, type Reply } from './reply.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A request of the API: the path below its base, with slashes at both ends. */
export interface ApiRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  /** The URL of this API, from which `next` and `previous` are built. */
  readonly baseUrl: string;
  /** The URL of the bucket, to which downloads are redirected. */
  readonly bucketUrl: string;
}

/** Rows on a page by default, and at most. */
const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** Handles requests from the manifests of an archive; `isHidden` Dandisets exist but are not public. */
export class ArchiveApi {
  readonly #files: ArchiveFiles;
  readonly #isHidden: (id: string) => boolean;
  /** The records of a manifest, cached by its ETag: a list is requested page by page, but parsed once. */
  readonly #records = new Map<string, readonly Fields[]>();

  constructor(files: ArchiveFiles, isHidden: (id: string) => boolean) {
    this.#files = files;
    this.#isHidden = isHidden;
  }

  /** The response to one request: 404 for missing documents, 400 for a parameter that is not implemented here. */
  async respond(request: ApiRequest): Promise<Reply> {
    const [noun, id, versions, version, view, asset, ...rest] = request.path
      .split('/')
      .filter((part) => part !== '');
    if (noun === 'info' && id === undefined) return this.#serveInfo(request);
    if (noun === 'assets' && versions === 'download' && version === undefined)
      return await this.#serveDownload(request, id ?? '');
    if (noun !== 'dandisets' || rest.length > 0) return notFound();
    if (asset !== undefined && view !== 'assets') return notFound();
    if (id === undefined) return await this.#serveDandisets(request);
    const known = isDandisetId(id) ? await this.#listVersions(id) : [];
    if (known.length === 0) return notFound();
    if (this.#isHidden(id)) return json(401, { detail: 'Authentication credentials were not provided.' });
    if (versions === undefined) return json(200, await this.#dandisetRow(id, known));
    if (versions !== 'versions') return notFound();
    if (version === undefined) return await this.#serveVersions(request, id, known);
    if (!known.includes(version)) return notFound();
    if (asset !== undefined) return await this.#serveAsset({ id, version }, asset);
    return await this.#serveVersion(request, { id, version }, view);
  }

  #serveInfo(request: ApiRequest): Reply {
    // The archive's own client refuses to start without the last two.
    return json(200, {
      version: '0.0.0+loopback',
      services: { api: { url: request.baseUrl } },
      'cli-minimal-version': '0.60.0',
      'cli-bad-versions': [],
    });
  }

  /** The archive does not serve files itself: it redirects to the blob in its bucket. */
  async #serveDownload({ bucketUrl }: ApiRequest, assetId: string): Promise<Reply> {
    for (const id of await this.#listIds()) {
      if (this.#isHidden(id)) continue;
      for (const version of await this.#listVersions(id)) {
        const rows = (await this.#readRecords({ id, version })).map((record) => assetRow(record, false));
        const blob = rows.find((row) => row.asset_id === assetId)?.blob;
        if (blob) return { status: 302, headers: { location: blobUrl(bucketUrl, blob) }, body: '' };
      }
    }
    return notFound();
  }

  async #serveDandisets(request: ApiRequest): Promise<Reply> {
    const refused = refuseUnknown(request.query, {
      page: ANY_NUMBER,
      page_size: ANY_NUMBER,
      ordering: /^-?id$/,
      draft: /^true$/,
      empty: /^true$/,
      embargoed: /^false$/,
    });
    if (refused !== undefined) return refused;
    const ids = (await this.#listIds()).filter((id) => !this.#isHidden(id));
    if (request.query.get('ordering') === '-id') ids.reverse();
    return await servePage(request, ids, async (id) => this.#dandisetRow(id, await this.#listVersions(id)));
  }

  async #serveVersions(request: ApiRequest, id: string, known: readonly string[]): Promise<Reply> {
    const refused = refuseUnknown(request.query, { page: ANY_NUMBER, page_size: ANY_NUMBER });
    return refused ?? (await servePage(request, known, (version) => this.#versionRow({ id, version })));
  }

  async #serveVersion(request: ApiRequest, ref: VersionRef, view: string | undefined): Promise<Reply> {
    if (view === 'assets') return await this.#serveAssets(request, ref);
    if (view === 'info') {
      const { text } = await this.#readMetadata(ref);
      const dandiset = await this.#dandisetRow(ref.id, await this.#listVersions(ref.id));
      return json(200, { ...(await this.#versionRow(ref)), dandiset, metadata: JSON.parse(text) });
    }
    if (view !== undefined) return notFound();
    const { text } = await this.#readMetadata(ref);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: text };
  }

  async #serveAssets(request: ApiRequest, ref: VersionRef): Promise<Reply> {
    const { query } = request;
    const refused = refuseUnknown(query, {
      page: ANY_NUMBER,
      page_size: ANY_NUMBER,
      order: /^-?path$/,
      metadata: BOOLEAN,
      zarr: BOOLEAN,
      glob: /./,
      path: /./,
    });
    if (refused !== undefined) return refused;
    const glob = query.get('glob');
    const matches = glob === null ? undefined : globPattern(glob);
    const direction = query.get('order') === '-path' ? -1 : 1;
    const rows = (await this.#readRecords(ref))
      .map((record) => assetRow(record, query.get('metadata') === 'true'))
      .filter((row) => matches === undefined || matches.test(row.path))
      .filter((row) => row.path.startsWith(query.get('path') ?? ''))
      .filter((row) => query.get('zarr') !== 'true' || row.zarr !== null);
    if (query.has('order')) rows.sort((a, b) => direction * compareByteOrder(a.path, b.path));
    return await servePage(request, rows, async (row) => row, { countOnce: true });
  }

  /** The record of one file in its manifest. */
  async #serveAsset(ref: VersionRef, assetId: string): Promise<Reply> {
    const record = (await this.#readRecords(ref)).find((each) => assetRow(each, false).asset_id === assetId);
    return record === undefined ? notFound() : json(200, record);
  }

  async #listIds(): Promise<string[]> {
    const ids = new Set<string>();
    for await (const key of this.#files.list('dandisets/')) {
      const id = key.split('/')[1] ?? '';
      if (isDandisetId(id)) ids.add(id);
    }
    return [...ids];
  }

  async #listVersions(id: string): Promise<string[]> {
    const versions = new Set<string>();
    for await (const key of this.#files.list(`dandisets/${id}/`)) {
      const version = key.split('/')[2] ?? '';
      if (isVersion(version)) versions.add(version);
    }
    return [...versions].sort(compareVersions);
  }

  async #dandisetRow(id: string, versions: readonly string[]): Promise<Fields> {
    const newest = versions.at(-1);
    const draft = versions.includes(DRAFT) ? await this.#versionRow({ id, version: DRAFT }) : null;
    const published =
      newest === undefined || newest === DRAFT ? null : await this.#versionRow({ id, version: newest });
    const { metadata } = await this.#readMetadata({ id, version: newest ?? DRAFT });
    return {
      identifier: id,
      created: readDate(metadata, 'dateCreated'),
      modified: readDate(metadata, 'dateModified'),
      contact_person: findContact(metadata),
      embargo_status: 'OPEN',
      most_recent_published_version: published,
      draft_version: draft,
    };
  }

  async #versionRow(ref: VersionRef): Promise<Fields> {
    const { metadata } = await this.#readMetadata(ref);
    const rows = (await this.#readRecords(ref)).map((record) => assetRow(record, false));
    return {
      version: ref.version,
      name: String(metadata.name ?? ''),
      asset_count: rows.length,
      size: rows.reduce((sum, row) => sum + row.size, 0),
      status: ref.version === DRAFT ? 'Valid' : 'Published',
      created: readDate(metadata, 'dateCreated'),
      modified: readDate(metadata, 'dateModified'),
    };
  }

  async #readMetadata(ref: VersionRef): Promise<{ text: string; metadata: Fields }> {
    const file = await this.#files.read(manifestKey(ref, 'dandiset.jsonld'));
    const text = file === undefined ? '{}' : new TextDecoder().decode(await readWhole(file));
    return { text, metadata: JSON.parse(text) as Fields };
  }

  async #readRecords(ref: VersionRef): Promise<readonly Fields[]> {
    const file = await this.#files.read(manifestKey(ref, 'assets.jsonld'));
    if (file === undefined) return [];
    const etag = await hashEtag(file);
    const known = this.#records.get(etag);
    if (known !== undefined) return known;
    const records = JSON.parse(new TextDecoder().decode(await readWhole(file))) as readonly Fields[];
    this.#records.set(etag, records);
    return records;
  }
}

const ANY_NUMBER = /^\d+$/;
const BOOLEAN = /^(?:true|false)$/;

/**
 * A parameter that is not implemented is refused by name: otherwise a client would rely on a filter that was never
 * applied.
 */
function refuseUnknown(query: URLSearchParams, known: Readonly<Record<string, RegExp>>): Reply | undefined {
  for (const [name, value] of query) {
    const pattern = Object.hasOwn(known, name) ? known[name] : undefined;
    if (pattern === undefined || !pattern.test(value)) {
      return json(400, { detail: `The loopback archive does not implement ${name}=${value} here.` });
    }
  }
  return undefined;
}

/**
 * A page of rows; only its own rows are built. With `countOnce`, later pages have no total, like DANDI's asset lists.
 */
async function servePage<T>(
  request: ApiRequest,
  items: readonly T[],
  makeRow: (item: T) => Promise<unknown>,
  { countOnce = false } = {},
): Promise<Reply> {
  const size = Math.min(Number(request.query.get('page_size') ?? PAGE_SIZE) || PAGE_SIZE, MAX_PAGE_SIZE);
  const page = Number(request.query.get('page') ?? 1);
  const start = (page - 1) * size;
  if (page < 1 || (page > 1 && start >= items.length)) return json(404, { detail: 'Invalid page.' });
  const results = await Promise.all(items.slice(start, start + size).map(makeRow));
  return json(200, {
    count: countOnce && page > 1 ? null : items.length,
    next: start + size < items.length ? pageUrl(request, page + 1) : null,
    previous: page > 1 ? pageUrl(request, page - 1) : null,
    results,
  });
}

function pageUrl(request: ApiRequest, page: number): string {
  const query = new URLSearchParams(request.query);
  query.set('page', String(page));
  return `${request.baseUrl}${request.path}?${query}`;
}

interface AssetRow {
  readonly asset_id: string | null;
  readonly blob: string | null;
  readonly zarr: string | null;
  readonly path: string;
  readonly size: number;
  readonly created: string;
  readonly modified: string;
  readonly metadata?: Fields;
}

function assetRow(record: Fields, withMetadata: boolean): AssetRow {
  const asset = parseAsset(record);
  const content = isInvalidAsset(asset) ? undefined : asset.content;
  return {
    asset_id: asset.assetId ?? null,
    blob: content?.kind === 'blob' ? content.blobId : null,
    zarr: content?.kind === 'zarr' ? content.zarrId : null,
    path: asset.path ?? '',
    size: isInvalidAsset(asset) ? 0 : asset.size,
    created: readDate(record, 'dateCreated'),
    modified: readDate(record, 'dateModified'),
    ...(withMetadata ? { metadata: record } : {}),
  };
}

/** A glob in the API's syntax: `*` alone is special, case is ignored, and the whole path must match. */
function globPattern(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
}

function readDate(metadata: Fields, field: 'dateCreated' | 'dateModified'): string {
  const value = metadata[field] ?? metadata.dateModified ?? metadata.dateCreated ?? metadata.datePublished;
  return typeof value === 'string' ? value : new Date(0).toISOString();
}

function findContact(metadata: Fields): string {
  const contributors = Array.isArray(metadata.contributor) ? (metadata.contributor as Fields[]) : [];
  const contact = contributors.find(
    (one) => Array.isArray(one.roleName) && one.roleName.includes('dcite:ContactPerson'),
  );
  return typeof contact?.name === 'string' ? contact.name : '';
}

function notFound(): Reply {
  return json(404, { detail: 'Not found.' });
}
