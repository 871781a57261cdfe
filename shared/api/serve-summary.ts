/** Summaries over HTTP: as markdown, as JSON with provenance, as a page; the prompt; the file types. */
import { checkDandisetRef, type VersionRef } from '../archive/version-ref.ts';
import { NotFoundError } from '../errors.ts';
import type { Catalog } from '../store/catalog.ts';
import {
  findContentType as keyContentType,
  parseSummaryKey,
  sessionsKeys,
  summaryPrefix,
} from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { SummaryStore, type WholeSummary } from '../store/summary-store.ts';
import { html } from './html.ts';
import type { ApiRequest, ApiResponse, HttpReply } from './http.ts';
import { pageText } from './layout.ts';
import { chooseFormat, findContentType } from './negotiate.ts';
import { compareVersions, type VersionChange, versionBefore } from './page/changes.ts';
import { type DandisetView, readPageFacts } from './page/dandiset-view.ts';
import { rowsTable } from './page/session-table.ts';
import { findSimilar } from './page/similar.ts';
import { typeWords } from './page/type-words.ts';
import { countNoun } from './page-words.ts';
import { versionPath } from './paths.ts';
import { readQuery } from './query-parameters.ts';
import { readSessionPage, readSessionPreview } from './read-sessions.ts';
import { READ_CACHING } from './respond.ts';
import { PAGE_POLICY } from './style.ts';
import { summaryPageText, typesTable } from './summary-page.ts';
import { buildView } from './summary-view.ts';

/** Unreadable files that the JSON lists at most: Lambda returns 6 MB at most, and a version may have 73,000 files. */
const MAX_UNREADABLE = 1_000;
/** Number of built pages that are cached by their input: building takes most of the time of a response. */
const MAX_KEPT_PAGES = 64;

/** The handlers that serve summaries. */
export interface SummaryRoutes {
  readonly summary: HttpReply;
  readonly markdown: HttpReply;
  readonly prompt: HttpReply;
  readonly fileTypes: HttpReply;
  readonly sessions: HttpReply;
  readonly sessionsCsv: HttpReply;
  readonly sessionsParquet: HttpReply;
  /** The summary of a request's Dandiset. @throws InvalidInputError, NotFoundError */
  readonly findSummary: (
    request: ApiRequest,
  ) => Promise<{ readonly ref: VersionRef; readonly found: WholeSummary }>;
  /** Changes of a version since the previous one, as sentences; empty where unknown. */
  readonly findChanges: (ref: VersionRef) => Promise<readonly string[]>;
}

/**
 * Milliseconds for which a built page is cached: as long as HTTP caches may keep it, since the previous version may
 * change too.
 */
const KEPT_FOR_MS = 60_000;

/** The dependencies of the handlers. */
export interface SummaryDependencies {
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly readCatalog: () => Promise<Catalog>;
}

/** Creates the handlers over a store of summaries. A route without a version means the Dandiset's default version. */
export function serveSummary({ store, now, readCatalog }: SummaryDependencies): SummaryRoutes {
  const summaries = new SummaryStore(store);
  const pages = new Map<string, string>();

  /** The page, built at most once a minute for each state of its input. */
  const getPage = async (ref: VersionRef, found: WholeSummary): Promise<string> => {
    const latest = await summaries.findLatest(ref.id);
    const similar = await findNeighbours(ref.id, readCatalog);
    const period = Math.floor(now().getTime() / KEPT_FOR_MS);
    const key = JSON.stringify([ref, found.etag, latest?.version, similar, period]);
    const page =
      pages.get(key) ??
      summaryPageText(found.markdown, {
        ...(await readView(ref, found, store)),
        similar,
        ...(latest === undefined || latest.version === ref.version ? {} : { newer: latest.version }),
      });
    pages.delete(key);
    pages.set(key, page);
    if (pages.size > MAX_KEPT_PAGES) pages.delete(pages.keys().next().value as string);
    return page;
  };

  const find = async (request: ApiRequest, parameters: readonly string[] = []) => {
    const values = readQuery(request, ['format', ...parameters]);
    const ref = await findVersion(request, summaries);
    return { ref, found: await getSummary(ref, summaries), values };
  };

  const tableFile =
    (form: 'csv' | 'parquet'): HttpReply =>
    async (request) => {
      readQuery(request, []);
      const ref = await findVersion(request, summaries);
      const key = sessionsKeys(ref.id, ref.version)[form];
      const contentType = keyContentType(key);
      const fileName = `dandi-${ref.id}-${ref.version}-sessions.${form}`;
      const download = await store.openDownload(key, {
        fileName,
        contentType,
        isHead: request.method === 'HEAD',
      });
      if (download === undefined) throw noSessions(ref);
      const headers = { 'cache-control': READ_CACHING };
      if (download.kind === 'link')
        return { status: 307, headers: { ...headers, location: download.url }, body: '' };
      return {
        status: 200,
        headers: {
          ...headers,
          'content-type': contentType,
          'content-disposition': `attachment; filename="${fileName}"`,
          'content-location': `${versionPath(ref.id, ref.version)}/sessions.${form}`,
          ...(download.lastModified === undefined
            ? {}
            : { 'last-modified': download.lastModified.toUTCString() }),
        },
        body: download,
      };
    };

  return {
    summary: async (sent) => {
      const request = withoutSuffix(sent);
      const format = chooseFormat(request, ['markdown', 'json', 'html']);
      const { ref, found } = await find(request);
      const bodies = {
        markdown: async () => found.markdown,
        json: async () => summaryJson(found),
        html: async () => getPage(ref, found),
      };
      return buildResponse(ref, found, 'summary', { ...buildHeaders(format), body: await bodies[format]() });
    },
    markdown: async (request) => {
      readQuery(request, []);
      const { ref, found } = await find(request);
      return buildResponse(ref, found, 'summary.md', {
        'content-type': findContentType('markdown'),
        body: found.markdown,
      });
    },
    prompt: async (request) => {
      const format = chooseFormat(request, ['markdown', 'html']);
      const { ref, found } = await find(request);
      const body =
        format === 'markdown'
          ? found.promptText
          : partPage(
              ref,
              found,
              'prompt',
              'Prompt',
              html`<p>The summary was written from this text.</p>
<pre class="wrap" tabindex="0">${found.promptText}</pre>`,
            );
      return buildResponse(ref, found, 'prompt', { ...buildHeaders(format), body });
    },
    fileTypes: async (request) => {
      const format = chooseFormat(request, ['json', 'html']);
      const { ref, found } = await find(request);
      const view = buildView(ref, found.provenance);
      const { unreadable, ...counts } = view.coverage;
      const document = {
        dandisetId: ref.id,
        version: ref.version,
        name: view.dandiset.name,
        coverage: { ...counts, unreadable: unreadable.length },
        fileTypes: view.fileTypes,
      };
      const body =
        format === 'json'
          ? `${JSON.stringify(document)}\n`
          : partPage(
              ref,
              found,
              'file-types',
              'File types',
              html`${
                view.fileTypes.length === 0
                  ? html`<p>No file of this version was read.</p>`
                  : typesTable(view, typeWords({ ...view, ...readPageFacts(found.provenance), similar: [] }))
              }${
                unreadable.length > 0 &&
                html`<h2>Files that could not be read</h2><ul>${unreadable.slice(0, MAX_UNREADABLE).map(({ path, detail }) => html`<li>${path}: ${detail}</li>`)}</ul>`
              }`,
            );
      return buildResponse(ref, found, 'file-types', { ...buildHeaders(format), body });
    },
    sessions: async (request) => {
      const format = chooseFormat(request, ['json', 'html']);
      const { ref, found, values } = await find(request, ['page']);
      const table = await readSessionPage(ref, found.provenance, store, values.page);
      if (table === undefined) throw noSessions(ref);
      const { rows: shown, total, page: at, pages: pageCount } = table;
      const path = `${versionPath(ref.id, ref.version)}/sessions`;
      const link = (to: number): string => `${path}?page=${to}`;
      const body =
        format === 'json'
          ? `${JSON.stringify({ dandisetId: ref.id, version: ref.version, total, page: at, pages: pageCount, sessions: shown, ...(at < pageCount ? { next: link(at + 1) } : {}) })}\n`
          : partPage(
              ref,
              found,
              'sessions',
              'Sessions',
              html`<p class="soft" id="rows">${countNoun(total, 'row')}, one per file · page ${at} of ${pageCount} · <a href="${path}.csv" download>CSV</a> · <a href="${path}.parquet" download>Parquet</a></p>
${rowsTable(shown, 'rows')}
<nav class="pages" aria-label="Pages"><span>${at > 1 && html`<a rel="prev" href="${link(at - 1)}">Previous page</a>`}</span><span>${at < pageCount && html`<a rel="next" href="${link(at + 1)}">Next page</a>`}</span></nav>`,
            );
      return buildResponse(ref, found, 'sessions', { ...buildHeaders(format), body });
    },
    sessionsCsv: tableFile('csv'),
    sessionsParquet: tableFile('parquet'),
    findSummary: async (request) => {
      const ref = await findVersion(request, summaries);
      return { ref, found: await getSummary(ref, summaries) };
    },
    findChanges: async ({ id, version }) => {
      const provenance = await summaries.findProvenance(id, version);
      if (provenance === undefined) return [];
      return (await findChange({ id, version }, provenance, store))?.lines ?? [];
    },
  };
}

/**
 * `/dandisets/000003.md` and `.json` name a form by their suffix: treated as the same request with the form in its
 * query.
 */
function withoutSuffix(request: ApiRequest): ApiRequest {
  const location = request.params.version === undefined ? 'id' : 'version';
  const [, stem, suffix] = /^(.+)\.(md|json)$/.exec(request.params[location] ?? '') ?? [];
  if (stem === undefined) return request;
  const query = new URLSearchParams(request.query);
  if (!query.has('format')) query.set('format', suffix === 'md' ? 'markdown' : 'json');
  return { ...request, query, params: { ...request.params, [location]: stem } };
}

/** The headers of one form of a document that has several. */
function buildHeaders(format: 'markdown' | 'json' | 'html'): Record<string, string> {
  return {
    'content-type': findContentType(format),
    vary: 'Accept',
    ...(format === 'html' ? { 'content-security-policy': PAGE_POLICY } : {}),
  };
}

/** A page of one part of a summary, under the summary's own. */
function partPage(
  ref: VersionRef,
  { provenance }: WholeSummary,
  part: string,
  heading: string,
  content: ReturnType<typeof html>,
): string {
  const { dandiset } = buildView(ref, provenance);
  const path = versionPath(ref.id, ref.version);
  const name = dandiset.name.trim() || `DANDI:${ref.id}`;
  return pageText({
    title: `${heading}: ${name}`,
    description: `${heading} of ${name}`,
    canonical: `${path}/${part}`,
    alternates: [],
    main: html`<p class="eyebrow"><a href="${path}">${name}</a> · DANDI:${ref.id}/${ref.version}</p>
<h1 id="${part === 'file-types' ? 'types' : part}">${heading}</h1>
${content}`,
  });
}

function noSessions({ id, version }: VersionRef): NotFoundError {
  return new NotFoundError(
    `No table of sessions of ${id}/${version} is stored: its summary is from before such tables, or is not stored.`,
    { subject: `the sessions of ${id}/${version}` },
  );
}

/** The data of a page besides the text and the neighbours. */
async function readView(
  ref: VersionRef,
  { provenance }: WholeSummary,
  store: ObjectStore,
): Promise<Omit<DandisetView, 'similar'>> {
  const sessions = await readSessionPreview(ref, provenance, store);
  const change = await findChange(ref, provenance, store);
  return {
    ...buildView(ref, provenance),
    ...readPageFacts(provenance),
    ...(sessions === undefined ? {} : { sessions }),
    ...(change === undefined ? {} : { change }),
  };
}

/** Compares with the previous version, where its summary is stored and can be read. */
async function findChange(
  { id, version }: VersionRef,
  provenance: WholeSummary['provenance'],
  store: ObjectStore,
): Promise<VersionChange | undefined> {
  const versions: string[] = [];
  for await (const key of store.list(summaryPrefix(id))) {
    const named = parseSummaryKey(key);
    if (named?.document === 'provenance') versions.push(named.version);
  }
  const before = versionBefore(version, versions);
  if (before === undefined) return undefined;
  try {
    const old = await new SummaryStore(store).findProvenance(id, before);
    return old === undefined ? undefined : compareVersions(old, provenance);
  } catch {
    // Damage in the older summary is reported on its own page.
    return undefined;
  }
}

/** Neighbours from the catalog; none while it cannot be read: the page is shown without them. */
async function findNeighbours(id: string, readCatalog: () => Promise<Catalog>) {
  try {
    return findSimilar(await readCatalog(), id);
  } catch {
    return [];
  }
}

/** The version that the route names, or the Dandiset's default version. @throws InvalidInputError, NotFoundError */
async function findVersion({ params }: ApiRequest, summaries: SummaryStore): Promise<VersionRef> {
  const { id, version } = checkDandisetRef({ id: params.id ?? '', version: params.version ?? 'draft' });
  if (params.version !== undefined) return { id, version };
  const latest = await summaries.findLatest(id);
  if (latest === undefined) {
    throw new NotFoundError(`No summary of Dandiset ${id} is stored.`, { subject: `Dandiset ${id}` });
  }
  return { id, version: latest.version };
}

/** An incomplete summary counts as absent: the part that could be shown is not what was checked. */
async function getSummary({ id, version }: VersionRef, summaries: SummaryStore): Promise<WholeSummary> {
  const reading = await summaries.readSummary(id, version);
  if (reading.state === 'whole') return reading;
  throw new NotFoundError(`No summary of ${id}/${version} is stored.`, { subject: `${id}/${version}` });
}

/** `summary.json` together with the text. */
function summaryJson({ provenance, markdown }: WholeSummary): string {
  const coverage = provenance.coverage as { readonly unreadable?: readonly unknown[] } | undefined;
  const unreadable = coverage?.unreadable ?? [];
  const shortened =
    unreadable.length > MAX_UNREADABLE
      ? {
          coverage: { ...coverage, unreadable: unreadable.slice(0, MAX_UNREADABLE) },
          unreadableOmitted: unreadable.length - MAX_UNREADABLE,
        }
      : {};
  return `${JSON.stringify({ ...provenance, ...shortened, markdown })}\n`;
}

function buildResponse(
  { id, version }: VersionRef,
  { lastModified }: WholeSummary,
  document: string,
  { body, ...headers }: { readonly body: string } & Readonly<Record<string, string>>,
): ApiResponse {
  return {
    status: 200,
    headers: {
      ...headers,
      'cache-control': READ_CACHING,
      'content-location': `${versionPath(id, version)}/${document}`,
      ...(lastModified === undefined ? {} : { 'last-modified': lastModified.toUTCString() }),
    },
    body,
  };
}
