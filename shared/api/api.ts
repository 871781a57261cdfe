/**
 * The API: its routes, and the steps that every request passes before and after its route. No Lambda and
 * no network here; `functions/http-handler.ts` has the router call it.
 */
import { NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { catalogKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { TOOL } from '../tool.ts';
import { cachedCatalog } from './catalog-cache.ts';
import {
  type ApiRequest,
  type ApiResponse,
  type HttpReply,
  MAX_BODY_BYTES,
  MAX_QUERY_CHARACTERS,
} from './http.ts';
import { prefersPage } from './negotiate.ts';
import { findProblemKind, HttpError, problemResponse } from './problem.ts';
import { problemPage } from './problem-page.ts';
import { servePrograms } from './programs/serve-programs.ts';
import { readQuery } from './query-parameters.ts';
import { finishResponse, jsonResponse, preflightResponse, READ_CACHING } from './respond.ts';
import { cachedSearchIndex } from './search-cache.ts';
import { type CatalogDependencies, serveCatalog } from './serve-catalog.ts';
import { type ReferencesDependencies, serveReferences } from './serve-references.ts';
import { type RunDependencies, serveRun, serveStart } from './serve-runs.ts';
import { serveSummary } from './serve-summary.ts';

/** What the API works with. */
export interface ApiDependencies extends CatalogDependencies, RunDependencies {
  readonly store: ObjectStore;
  readonly findBlobUrl: ReferencesDependencies['findBlobUrl'];
}

/** One route: a path with parameters in braces, and a handler for each method. GET also serves HEAD. */
export interface Route {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<'GET' | 'POST', HttpReply>>>;
}

/** All routes. `openapi.json` lists the same routes; a test compares the two. */
export function buildRoutes(dependencies: ApiDependencies): readonly Route[] {
  const { store, now, catalogGoodForMs, findBlobUrl } = dependencies;
  const readCatalog = cachedCatalog(store, () => now().getTime(), catalogGoodForMs);
  const readIndex = cachedSearchIndex(store, () => now().getTime(), catalogGoodForMs);
  const summaries = serveSummary({ store, now, readCatalog });
  const search = serveCatalog({ readCatalog, readIndex });
  const programs = servePrograms({ ...summaries, readCatalog, readIndex, search });
  const references = serveReferences({ store, findBlobUrl, findSummary: summaries.findSummary });
  const folder = '/dandisets/{id}';
  const version = `${folder}/versions/{version}`;
  return [
    { path: '/', methods: { GET: serveHome } },
    { path: '/dandisets', methods: { GET: search } },
    ...[folder, version].flatMap((path) => [
      { path, methods: { GET: summaries.summary } },
      { path: `${path}/summary`, methods: { GET: summaries.summary } },
      { path: `${path}/summary.md`, methods: { GET: summaries.markdown } },
      { path: `${path}/prompt`, methods: { GET: summaries.prompt } },
      { path: `${path}/file-types`, methods: { GET: summaries.fileTypes } },
      { path: `${path}/facts`, methods: { GET: programs.facts } },
      { path: `${path}/snippets`, methods: { GET: programs.snippets } },
      { path: `${path}/croissant.json`, methods: { GET: programs.croissant } },
      { path: `${path}/sessions`, methods: { GET: summaries.sessions } },
      { path: `${path}/sessions.csv`, methods: { GET: summaries.sessionsCsv } },
      { path: `${path}/sessions.parquet`, methods: { GET: summaries.sessionsParquet } },
      { path: `${path}/files/{asset}/lindi.json`, methods: { GET: references } },
    ]),
    { path: `${version}/runs`, methods: { POST: serveStart(dependencies) } },
    { path: '/runs/{id}', methods: { GET: serveRun(dependencies) } },
    { path: '/dandisets.jsonl.gz', methods: { GET: programs.bulk } },
    { path: '/feed.atom', methods: { GET: programs.atom } },
    { path: '/feed.json', methods: { GET: programs.jsonFeed } },
    { path: '/sitemap.xml', methods: { GET: programs.sitemap } },
    { path: '/robots.txt', methods: { GET: programs.robots } },
    { path: '/opensearch.xml', methods: { GET: programs.openSearch } },
    { path: '/llms.txt', methods: { GET: programs.llms } },
    { path: '/mcp', methods: { POST: programs.mcp } },
    { path: '/openapi.json', methods: { GET: serveDocument } },
    { path: '/health', methods: { GET: serveHealth(dependencies) } },
  ];
}

/** Responses of the routes, and of requests that no route matches. */
export interface Api {
  readonly routes: readonly Route[];
  /** The response of a route's method, finished: never throws. */
  readonly handle: (request: ApiRequest, handler: HttpReply, log: RequestLog) => Promise<ApiResponse>;
  /** 404, or 405 where another method is allowed; every route responds to OPTIONS. */
  readonly unrouted: HttpReply;
}

/** Where errors are reported; the client sees only the request's id. */
export interface RequestLog extends Log {
  error(message: string, error: unknown): void;
}

/** Creates the API over its dependencies. */
export function buildApi(dependencies: ApiDependencies): Api {
  const routes = buildRoutes(dependencies);
  return {
    routes,
    handle: async (request, handler, log) =>
      finishResponse(request, await serveSafely(request, handler, log)),
    unrouted: async ({ path, method }) => serveUnrouted(routes, path, method),
  };
}

async function serveSafely(request: ApiRequest, handler: HttpReply, log: RequestLog): Promise<ApiResponse> {
  try {
    checkLimits(request);
    return await handler(request);
  } catch (error) {
    const kind = findProblemKind(error);
    if (kind === 'internal-error' || kind === 'unavailable') log.error('request failed', error);
    const problem = problemResponse(error, request.requestId);
    return prefersPage(request) ? problemPage(problem) : problem;
  }
}

function checkLimits({ query, body }: ApiRequest): void {
  if (query.toString().length > MAX_QUERY_CHARACTERS) {
    throw new HttpError('query-too-long', `A query may have ${MAX_QUERY_CHARACTERS} characters.`);
  }
  if (body.length > MAX_BODY_BYTES) {
    throw new HttpError('body-too-large', `A body may have ${MAX_BODY_BYTES} bytes.`);
  }
}

function serveUnrouted(routes: readonly Route[], path: string, method: string): ApiResponse {
  const segments = path.replace(/(?<=.)\/$/, '').split('/');
  const route = routes.find((each) => {
    const locations = each.path.split('/');
    return (
      locations.length === segments.length &&
      locations.every((location, at) =>
        location.startsWith('{') ? segments[at] !== '' : location === segments[at],
      )
    );
  });
  if (route === undefined) {
    throw new NotFoundError('There is nothing at this address. See /openapi.json for what there is.', {
      subject: 'route',
    });
  }
  const allowed = Object.keys(route.methods).flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]));
  const allow = [...allowed, 'OPTIONS'].join(', ');
  if (method === 'OPTIONS') return preflightResponse(allow);
  throw new HttpError('method-not-allowed', `This address takes ${allow}.`, { allow });
}

const serveHome: HttpReply = async (request) => {
  readQuery(request, []);
  return { status: 307, headers: { location: '/dandisets', 'cache-control': READ_CACHING }, body: '' };
};

const serveDocument: HttpReply = async (request) => {
  readQuery(request, []);
  // A quarter of a megabyte that is rarely requested: loaded on first use, not at startup.
  const { default: openapi } = await import('../../docs/openapi.json', { with: { type: 'json' } });
  return jsonResponse(openapi, { 'cache-control': READ_CACHING });
};

function serveHealth({ store }: ApiDependencies): HttpReply {
  return async (request) => {
    readQuery(request, []);
    // An absent catalog is healthy: there is no summary yet. A store that cannot be read throws.
    const hasCatalog = await store.has(catalogKey());
    return jsonResponse(
      { status: 'ok', version: TOOL.version, catalog: hasCatalog ? 'present' : 'absent' },
      { 'cache-control': 'no-store' },
    );
  };
}
