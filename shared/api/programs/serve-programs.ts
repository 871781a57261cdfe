/** The responses for programs, agents and crawlers: feeds, bulk, fixed documents, linked data, facts, snippets, MCP. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { VersionRef } from '../../archive/version-ref.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import type { Catalog, CatalogEntry } from '../../store/catalog.ts';
import type { WholeSummary } from '../../store/summary-store.ts';
import { parseReply } from '../../summary/reply-parts.ts';
import { catalogQueryText, DEFAULT_LIMIT, readCatalogQuery, searchCatalog } from '../catalog-query.ts';
import type { ApiRequest, ApiResponse, HttpReply } from '../http.ts';
import { type DandisetView, readPageFacts } from '../page/dandiset-view.ts';
import { typeWords } from '../page/type-words.ts';
import {
  archiveUrl,
  buildBibtex,
  downloadCommand,
  findDoi,
  isZarr,
  matlabSnippet,
  neurosiftUrl,
  pythonSnippet,
} from '../page/use-it.ts';
import { readQuery } from '../query-parameters.ts';
import { jsonResponse, READ_CACHING } from '../respond.ts';
import { buildView } from '../summary-view.ts';
import { atomText, FEED_ENTRIES, type Feed, jsonFeedText } from './feeds.ts';
import { buildCroissant, type SessionFiles } from './linked-data.ts';
import type { McpDocuments } from './mcp.ts';
import { findOrigin } from './origin.ts';
import { llmsText, openSearchText, robotsText, sitemapText } from './site-documents.ts';

const gzipAsync = promisify(gzip);

/** The dependencies of these responses. */
export interface ProgramDependencies {
  readonly readCatalog: () => Promise<Catalog>;
  readonly readIndex: (catalog: Catalog) => Promise<SearchIndex>;
  /** The summary of a request's Dandiset. @throws InvalidInputError, NotFoundError */
  readonly findSummary: (
    request: ApiRequest,
  ) => Promise<{ readonly ref: VersionRef; readonly found: WholeSummary }>;
  /** Changes of a version since the previous one, as sentences; empty where unknown. */
  readonly findChanges: (ref: VersionRef) => Promise<readonly string[]>;
  /** The routes that MCP reads too. */
  readonly search: HttpReply;
  readonly summary: HttpReply;
  readonly fileTypes: HttpReply;
  readonly sessions: HttpReply;
}

/** The handlers, by document. */
export interface ProgramRoutes {
  readonly atom: HttpReply;
  readonly jsonFeed: HttpReply;
  readonly bulk: HttpReply;
  readonly sitemap: HttpReply;
  readonly robots: HttpReply;
  readonly openSearch: HttpReply;
  readonly llms: HttpReply;
  readonly croissant: HttpReply;
  readonly facts: HttpReply;
  readonly snippets: HttpReply;
  readonly mcp: HttpReply;
}

/** Creates the handlers over their dependencies. */
export function servePrograms(dependencies: ProgramDependencies): ProgramRoutes {
  const { readCatalog } = dependencies;
  const getBulk = keepBulk();
  const fixed =
    (contentType: string, text: (origin: string, entries: readonly CatalogEntry[]) => string): HttpReply =>
    async (request) => {
      readQuery(request, []);
      return textResponse(contentType, text(findOrigin(request), (await readCatalog()).entries));
    };
  const facts: HttpReply = async (request) => {
    readQuery(request, ['format']);
    const { ref, found } = await dependencies.findSummary(request);
    const { contents, metadata, facts: whole } = readPageFacts(found.provenance);
    return jsonResponse(
      {
        dandisetId: ref.id,
        version: ref.version,
        facts: found.provenance.list ?? [],
        ...(contents === undefined ? {} : { contents }),
        ...(metadata === undefined ? {} : { metadata }),
        coverage: whole?.coverage ?? buildView(ref, found.provenance).coverage,
      },
      { 'cache-control': READ_CACHING },
    );
  };
  const snippets: HttpReply = async (request) => {
    readQuery(request, ['format']);
    const { ref, found } = await dependencies.findSummary(request);
    return jsonResponse(buildSnippets(viewFor(ref, found)), { 'cache-control': READ_CACHING });
  };
  const routes: Readonly<Record<string, HttpReply>> = {
    search: dependencies.search,
    summary: dependencies.summary,
    'file-types': dependencies.fileTypes,
    sessions: dependencies.sessions,
    facts,
    snippets,
  };
  const documents: McpDocuments = {
    read: async (path, params, query) => {
      const handler = routes[path] as HttpReply;
      const { body } = await handler({
        method: 'GET',
        path,
        params,
        query,
        headers: {},
        body: new Uint8Array(),
        requestId: 'mcp',
      });
      if (typeof body !== 'string') throw new TypeError(`${path} returns no text`);
      return body;
    },
  };
  return {
    atom: async (request) =>
      textResponse(
        'application/atom+xml; charset=utf-8',
        atomText(await buildFeed(request, dependencies, '/feed.atom')),
      ),
    jsonFeed: async (request) =>
      textResponse(
        'application/feed+json',
        jsonFeedText(await buildFeed(request, dependencies, '/feed.json')),
      ),
    bulk: async (request) => {
      readQuery(request, []);
      const catalog = await readCatalog();
      return {
        status: 200,
        headers: {
          'content-type': 'application/gzip',
          'content-disposition': 'attachment; filename="dandisets.jsonl.gz"',
          'cache-control': READ_CACHING,
        },
        body: await getBulk(catalog, await dependencies.readIndex(catalog)),
      };
    },
    sitemap: fixed('application/xml', sitemapText),
    robots: fixed('text/plain; charset=utf-8', robotsText),
    openSearch: fixed('application/opensearchdescription+xml', openSearchText),
    llms: fixed('text/plain; charset=utf-8', (origin, entries) => llmsText(origin, entries.length)),
    croissant: async (request) => {
      readQuery(request, []);
      const { ref, found } = await dependencies.findSummary(request);
      const { abstract, keywords } = parseReply(found.markdown).parts;
      const sessions = found.provenance.sessions as Partial<SessionFiles> | undefined;
      const document = buildCroissant(
        viewFor(ref, found),
        abstract.join('\n\n'),
        keywords,
        findOrigin(request),
        sessions,
      );
      return {
        ...textResponse('application/ld+json', `${JSON.stringify(document)}\n`),
      };
    },
    facts,
    snippets,
    // The SDK with its validators is a fifth of this API's code, and only agents use it.
    mcp: async (request) => (await import('./mcp.ts')).serveMcp(documents)(request),
  };
}

function viewFor(ref: VersionRef, { provenance }: WholeSummary): DandisetView {
  return { ...buildView(ref, provenance), ...readPageFacts(provenance), similar: [] };
}

function textResponse(contentType: string, body: string): ApiResponse {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': READ_CACHING }, body };
}

/** The newest of a search, or of all. */
async function buildFeed(
  request: ApiRequest,
  dependencies: ProgramDependencies,
  self: string,
): Promise<Feed> {
  const query = { ...readCatalogQuery(request), limit: Number.MAX_SAFE_INTEGER };
  const { after: _after, limit: _limit, ...saved } = query;
  const catalog = await dependencies.readCatalog();
  const { entries } = searchCatalog(
    catalog,
    { ...saved, limit: query.limit },
    await dependencies.readIndex(catalog),
  );
  const newest = [...entries]
    .sort((one, other) => (one.updated > other.updated ? -1 : one.updated < other.updated ? 1 : 0))
    .slice(0, FEED_ENTRIES);
  const suffix = catalogQueryText({ ...saved, limit: DEFAULT_LIMIT });
  return {
    title: saved.q === undefined ? 'Dandiset summaries' : `${saved.q} – Dandiset summaries`,
    origin: findOrigin(request),
    self: `${self}${suffix}`,
    page: `/dandisets${suffix}`,
    entries: await Promise.all(
      newest.map(async (entry) => ({ entry, changes: await dependencies.findChanges(entry) })),
    ),
  };
}

/** The bulk file of a catalog and its index, compressed once and cached while both are unchanged. */
function keepBulk(): (catalog: Catalog, index: SearchIndex) => Promise<Uint8Array> {
  let kept: { catalog: Catalog; index: SearchIndex; body: Promise<Uint8Array> } | undefined;
  return (catalog, index) => {
    if (kept?.catalog !== catalog || kept.index !== index)
      kept = { catalog, index, body: gzipAsync(bulkText(catalog, index)) };
    return kept.body;
  };
}

/** One line per Dandiset: its catalog entry, and its facts from the search index. */
function bulkText({ entries }: Catalog, index: SearchIndex): string {
  const rows = new Map(index.rows.map(({ id }, at) => [id, at]));
  return entries
    .map((entry) => {
      const at = rows.get(entry.id);
      const more = at === undefined ? {} : { ...index.rows[at], ...index.listTexts(at) };
      return `${JSON.stringify({ ...more, ...entry })}\n`;
    })
    .join('');
}

function buildSnippets(view: DandisetView): Record<string, unknown> {
  const { dandiset, fileTypes } = view;
  const words = typeWords(view);
  const doi = findDoi(view);
  return {
    dandisetId: dandiset.id,
    version: dandiset.version,
    archive: archiveUrl(dandiset.id, dandiset.version),
    ...(doi === undefined ? {} : { doi }),
    bibtex: buildBibtex(view),
    download: downloadCommand(view),
    neurosift: neurosiftUrl(dandiset),
    fileTypes: fileTypes.map(({ files, representative: { path, assetId } }, at) => ({
      holds: words[at],
      files,
      example: path,
      python: pythonSnippet(dandiset, path),
      ...(isZarr(path)
        ? {}
        : { matlab: matlabSnippet(assetId, path), neurosift: neurosiftUrl(dandiset, assetId) }),
    })),
  };
}
