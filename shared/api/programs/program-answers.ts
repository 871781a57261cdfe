/** The answers for programs, agents and crawlers: feeds, bulk, fixed documents, linked data, facts, snippets, MCP. */
import { gzipSync } from 'node:zlib';
import type { VersionRef } from '../../archive/version-ref.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import type { Catalog, CatalogEntry } from '../../store/catalog.ts';
import type { WholeSummary } from '../../store/summaries.ts';
import { parseReply } from '../../summary/reply-parts.ts';
import { catalogQueryText, DEFAULT_LIMIT, readCatalogQuery, searchCatalog } from '../catalog-query.ts';
import type { Answer, ApiRequest, ApiResponse } from '../http.ts';
import { type DandisetView, readPageFacts } from '../page/dandiset-view.ts';
import { typeWords } from '../page/type-words.ts';
import {
  archiveUrl,
  bibtexOf,
  doiOf,
  downloadCommand,
  matlabSnippet,
  neurosiftUrl,
  pythonSnippet,
} from '../page/use-it.ts';
import { readQuery } from '../query.ts';
import { jsonResponse, READ_CACHING } from '../respond.ts';
import { viewOf } from '../summary-view.ts';
import { atomText, FEED_ENTRIES, type Feed, jsonFeedText } from './feeds.ts';
import { croissantOf, type SessionFile } from './linked-data.ts';
import { type McpDocuments, mcpAnswer } from './mcp.ts';
import { originOf } from './origin.ts';
import { llmsText, openSearchText, robotsText, sitemapText } from './site-documents.ts';

/** What these answers read. */
export interface ProgramNeeds {
  readonly readCatalog: () => Promise<Catalog>;
  readonly readIndex: (catalog: Catalog) => Promise<SearchIndex>;
  /** The summary of a request's Dandiset. @throws InvalidInputError, NotFoundError */
  readonly findSummary: (
    request: ApiRequest,
  ) => Promise<{ readonly ref: VersionRef; readonly found: WholeSummary }>;
  /** What changed in a version since the one before, as sentences; empty where nothing is known. */
  readonly findChanges: (ref: VersionRef) => Promise<readonly string[]>;
  /** The routes that MCP reads too. */
  readonly search: Answer;
  readonly summary: Answer;
  readonly fileTypes: Answer;
  readonly sessions: Answer;
}

/** The answers, by what they give. */
export interface ProgramAnswers {
  readonly atom: Answer;
  readonly jsonFeed: Answer;
  readonly bulk: Answer;
  readonly sitemap: Answer;
  readonly robots: Answer;
  readonly openSearch: Answer;
  readonly llms: Answer;
  readonly croissant: Answer;
  readonly facts: Answer;
  readonly snippets: Answer;
  readonly mcp: Answer;
}

/** The answers over what they read. */
export function programAnswers(needs: ProgramNeeds): ProgramAnswers {
  const { readCatalog } = needs;
  const fixed =
    (contentType: string, text: (origin: string, entries: readonly CatalogEntry[]) => string): Answer =>
    async (request) => {
      readQuery(request, []);
      return textResponse(contentType, text(originOf(request), (await readCatalog()).entries));
    };
  const facts: Answer = async (request) => {
    readQuery(request, ['format']);
    const { ref, found } = await needs.findSummary(request);
    const { contents, metadata, facts: whole } = readPageFacts(found.provenance);
    return jsonResponse(
      {
        dandisetId: ref.id,
        version: ref.version,
        facts: found.provenance.list ?? [],
        ...(contents === undefined ? {} : { contents }),
        ...(metadata === undefined ? {} : { metadata }),
        coverage: whole?.coverage ?? viewOf(ref, found.provenance).coverage,
      },
      { 'cache-control': READ_CACHING },
    );
  };
  const snippets: Answer = async (request) => {
    readQuery(request, ['format']);
    const { ref, found } = await needs.findSummary(request);
    return jsonResponse(snippetsOf(viewFor(ref, found)), { 'cache-control': READ_CACHING });
  };
  const routes: Readonly<Record<string, Answer>> = {
    search: needs.search,
    summary: needs.summary,
    'file-types': needs.fileTypes,
    sessions: needs.sessions,
    facts,
    snippets,
  };
  const documents: McpDocuments = {
    read: async (path, params, query) => {
      const answer = routes[path] as Answer;
      const { body } = await answer({
        method: 'GET',
        path,
        params,
        query,
        headers: {},
        body: new Uint8Array(),
        requestId: 'mcp',
      });
      return typeof body === 'string' ? body : new TextDecoder().decode(body);
    },
  };
  return {
    atom: async (request) =>
      textResponse(
        'application/atom+xml; charset=utf-8',
        atomText(await feedOf(request, needs, '/feed.atom')),
      ),
    jsonFeed: async (request) =>
      textResponse('application/feed+json', jsonFeedText(await feedOf(request, needs, '/feed.json'))),
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
        body: gzipSync(bulkText(catalog, await needs.readIndex(catalog))),
      };
    },
    sitemap: fixed('application/xml', sitemapText),
    robots: fixed('text/plain; charset=utf-8', robotsText),
    openSearch: fixed('application/opensearchdescription+xml', openSearchText),
    llms: fixed('text/plain; charset=utf-8', (origin, entries) => llmsText(origin, entries.length)),
    croissant: async (request) => {
      readQuery(request, []);
      const { ref, found } = await needs.findSummary(request);
      const { abstract, keywords } = parseReply(found.markdown).parts;
      const sessions = (found.provenance.sessions as { csv?: SessionFile } | undefined)?.csv;
      const document = croissantOf(
        viewFor(ref, found),
        abstract.join('\n\n'),
        keywords,
        originOf(request),
        sessions,
      );
      return {
        ...textResponse('application/ld+json', `${JSON.stringify(document)}\n`),
      };
    },
    facts,
    snippets,
    mcp: mcpAnswer(documents),
  };
}

function viewFor(ref: VersionRef, { provenance }: WholeSummary): DandisetView {
  return { ...viewOf(ref, provenance), ...readPageFacts(provenance), similar: [] };
}

function textResponse(contentType: string, body: string): ApiResponse {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': READ_CACHING }, body };
}

/** The newest of a search, or of all. */
async function feedOf(request: ApiRequest, needs: ProgramNeeds, self: string): Promise<Feed> {
  const query = { ...readCatalogQuery(request), limit: Number.MAX_SAFE_INTEGER };
  const { after: _after, limit: _limit, ...saved } = query;
  const catalog = await needs.readCatalog();
  const { entries } = searchCatalog(
    catalog,
    { ...saved, limit: query.limit },
    await needs.readIndex(catalog),
  );
  const newest = [...entries]
    .sort((one, other) => (one.updated > other.updated ? -1 : one.updated < other.updated ? 1 : 0))
    .slice(0, FEED_ENTRIES);
  const suffix = catalogQueryText({ ...saved, limit: DEFAULT_LIMIT });
  return {
    title: saved.q === undefined ? 'Dandiset summaries' : `${saved.q} – Dandiset summaries`,
    origin: originOf(request),
    self: `${self}${suffix}`,
    page: `/dandisets${suffix}`,
    entries: await Promise.all(
      newest.map(async (entry) => ({ entry, changes: await needs.findChanges(entry) })),
    ),
  };
}

/** One line a Dandiset: its entry of the catalog, and what search knows of it. */
function bulkText({ entries }: Catalog, index: SearchIndex): string {
  const rows = new Map(index.rows.map(({ id }, at) => [id, at]));
  return entries
    .map((entry) => {
      const at = rows.get(entry.id);
      const more = at === undefined ? {} : { ...index.rows[at], ...index.textsOf(at) };
      return `${JSON.stringify({ ...more, ...entry })}\n`;
    })
    .join('');
}

function snippetsOf(view: DandisetView): Record<string, unknown> {
  const { dandiset, fileTypes } = view;
  const words = typeWords(view);
  const doi = doiOf(view);
  return {
    dandisetId: dandiset.id,
    version: dandiset.version,
    archive: archiveUrl(dandiset.id, dandiset.version),
    ...(doi === undefined ? {} : { doi }),
    bibtex: bibtexOf(view),
    download: downloadCommand(view),
    neurosift: neurosiftUrl(dandiset),
    fileTypes: fileTypes.map(({ files, representative: { path, assetId } }, at) => ({
      holds: words[at],
      files,
      example: path,
      python: pythonSnippet(dandiset, path),
      matlab: matlabSnippet(assetId, path),
      neurosift: neurosiftUrl(dandiset, assetId),
    })),
  };
}
