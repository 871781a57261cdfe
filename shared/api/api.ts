/**
 * The API: its routes, and what is done to every request before a route's answer and after it. No Lambda and
 * no network here; `functions/http-handler.ts` has the router call it.
 */
import openapi from '../../docs/openapi.json' with { type: 'json' };
import { NotFoundError } from '../errors.ts';
import type { Log } from '../log.ts';
import { catalogKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { TOOL } from '../tool.ts';
import { type CatalogNeeds, catalogAnswer } from './catalog-answer.ts';
import { cachedCatalog } from './catalog-cache.ts';
import {
  type Answer,
  type ApiRequest,
  type ApiResponse,
  MAX_BODY_BYTES,
  MAX_QUERY_CHARACTERS,
} from './http.ts';
import { prefersPage } from './negotiate.ts';
import { HttpError, kindOf, problemResponse } from './problem.ts';
import { problemPage } from './problem-page.ts';
import { programAnswers } from './programs/program-answers.ts';
import { readQuery } from './query.ts';
import { finishResponse, jsonResponse, preflightResponse, READ_CACHING } from './respond.ts';
import { type RunNeeds, runAnswer, startAnswer } from './run-answers.ts';
import { cachedSearchIndex } from './search-cache.ts';
import { summaryAnswers } from './summaries.ts';

/** What the API works with. */
export interface ApiNeeds extends CatalogNeeds, RunNeeds {
  readonly store: ObjectStore;
}

/** One route: a path with places in braces, and what answers each of its methods. HEAD comes with GET. */
export interface Route {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<'GET' | 'POST', Answer>>>;
}

/** All routes. `openapi.json` lists the same; a test holds them together. */
export function buildRoutes(needs: ApiNeeds): readonly Route[] {
  const { store, now, catalogGoodForMs } = needs;
  const readCatalog = cachedCatalog(store, () => now().getTime(), catalogGoodForMs);
  const readIndex = cachedSearchIndex(store, () => now().getTime(), catalogGoodForMs);
  const summaries = summaryAnswers({ store, readCatalog });
  const search = catalogAnswer({ readCatalog, readIndex });
  const programs = programAnswers({ ...summaries, readCatalog, readIndex, search });
  const folder = '/dandisets/{id}';
  const version = `${folder}/versions/{version}`;
  return [
    { path: '/', methods: { GET: answerHome } },
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
    ]),
    { path: `${version}/runs`, methods: { POST: startAnswer(needs) } },
    { path: '/runs/{id}', methods: { GET: runAnswer(needs) } },
    { path: '/dandisets.jsonl.gz', methods: { GET: programs.bulk } },
    { path: '/feed.atom', methods: { GET: programs.atom } },
    { path: '/feed.json', methods: { GET: programs.jsonFeed } },
    { path: '/sitemap.xml', methods: { GET: programs.sitemap } },
    { path: '/robots.txt', methods: { GET: programs.robots } },
    { path: '/opensearch.xml', methods: { GET: programs.openSearch } },
    { path: '/llms.txt', methods: { GET: programs.llms } },
    { path: '/mcp', methods: { POST: programs.mcp } },
    { path: '/openapi.json', methods: { GET: answerDocument } },
    { path: '/health', methods: { GET: healthAnswer(needs) } },
  ];
}

/** The routes' answers, and what becomes of a request that no route takes. */
export interface Api {
  readonly routes: readonly Route[];
  /** The answer of a route's method, finished: never throws. */
  readonly answer: (request: ApiRequest, answer: Answer, log: RequestLog) => Promise<ApiResponse>;
  /** 404, or 405 where another method would do; OPTIONS is answered for every route. */
  readonly unrouted: Answer;
}

/** Where faults are told; the client learns no more than the request's id. */
export interface RequestLog extends Log {
  error(message: string, fault: unknown): void;
}

/** The API over what it works with. */
export function buildApi(needs: ApiNeeds): Api {
  const routes = buildRoutes(needs);
  return {
    routes,
    answer: async (request, answer, log) => finishResponse(request, await answerSafely(request, answer, log)),
    unrouted: async ({ path, method }) => answerUnrouted(routes, path, method),
  };
}

async function answerSafely(request: ApiRequest, answer: Answer, log: RequestLog): Promise<ApiResponse> {
  try {
    checkLimits(request);
    return await answer(request);
  } catch (fault) {
    const kind = kindOf(fault);
    if (kind === 'internal-error' || kind === 'unavailable') log.error('request failed', fault);
    const problem = problemResponse(fault, request.requestId);
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

function answerUnrouted(routes: readonly Route[], path: string, method: string): ApiResponse {
  const segments = path.replace(/(?<=.)\/$/, '').split('/');
  const route = routes.find((each) => {
    const places = each.path.split('/');
    return (
      places.length === segments.length &&
      places.every((place, at) => (place.startsWith('{') ? segments[at] !== '' : place === segments[at]))
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

const answerHome: Answer = async (request) => {
  readQuery(request, []);
  return { status: 307, headers: { location: '/dandisets', 'cache-control': READ_CACHING }, body: '' };
};

const answerDocument: Answer = async (request) => {
  readQuery(request, []);
  return jsonResponse(openapi, { 'cache-control': READ_CACHING });
};

function healthAnswer({ store }: ApiNeeds): Answer {
  return async (request) => {
    readQuery(request, []);
    // Absent is well: the first summary is yet to come. A store that cannot be read throws.
    const hasCatalog = await store.has(catalogKey());
    return jsonResponse(
      { status: 'ok', version: TOOL.version, catalog: hasCatalog ? 'present' : 'absent' },
      { 'cache-control': 'no-store' },
    );
  };
}
