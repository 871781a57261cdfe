/** Compares the API with its description: the same routes, and every response matches its schema. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildOpenApi } from '../../scripts/write-openapi.ts';
import { buildRoutes } from '../../shared/api/api.ts';
import { PROBLEMS, type ProblemKind } from '../../shared/api/problem.ts';
import {
  PUBLISHED,
  putTestSessions,
  putTestSummary,
  SHOWS_ALL,
  startTestApi,
  type TestApi,
  TOKEN,
} from './api-server.ts';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
(formatsPlugin as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema(document, 'openapi');

let api: TestApi;
let runId = '';
beforeAll(async () => {
  api = await startTestApi();
  await putTestSummary(api.store);
  await putTestSummary(api.store, { id: '900004' });
  await putTestSessions(api.store, '900004');
  await putTestSummary(api.store, { id: '900003', unreadable: 1_100, keywords: [] });
  const response = await api.post(`/dandisets/900002/versions/${PUBLISHED}/runs`, {
    authorization: `Bearer ${TOKEN}`,
  });
  runId = ((await response.json()) as { id: string }).id;
});
afterAll(() => api.close());

/** The errors of a response by its schema; a response that is not described is an error. */
async function findings(path: string, method: string, response: Response): Promise<unknown> {
  const operation = document.paths[path]?.[method];
  const described = operation?.responses[String(response.status)];
  if (described === undefined) return `${method} ${path} must not return ${response.status}`;
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const body = await response.text();
  if (described.content === undefined) return body === '' ? undefined : 'a body where none is described';
  if (described.content[type] === undefined) return `${type} is not described`;
  const pointer = ['paths', path, method, 'responses', String(response.status), 'content', type, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
  return validate(type.endsWith('json') ? JSON.parse(body) : body) ? undefined : validate.errors;
}

describe('the description', () => {
  it('is up to date with its script', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(buildOpenApi())));
  });

  it('has the routes and methods that the API has', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => ['get', 'post', 'put', 'delete', 'patch'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const { store } = api;
    const routes = buildRoutes({
      store,
      archive: SHOWS_ALL,
      dailyRuns: 1,
      findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
      now: () => new Date(),
      readToken: async () => undefined,
    });
    const served = routes.flatMap(({ path, methods }) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(served.sort()).toEqual(described.sort());
    expect(served.length).toBeGreaterThan(10);
  });

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).flatMap(({ operationId }) => operationId ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has no broken reference', () => {
    const references = [...text.matchAll(/"\$ref": ?"#\/([^"]+)"/g)].map((match) => match[1] as string);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], document);
      expect(target, reference).toBeTypeOf('object');
    }
  });

  it('is served', async () => {
    expect(await (await api.get('/openapi.json')).json()).toEqual(document);
  });
});

describe('every response is as described', () => {
  const version = '/dandisets/{id}/versions/{version}';
  const GETS: readonly (readonly [
    path: string,
    url: () => string,
    accepts: readonly string[],
    status: number,
  ])[] = [
    ['/', () => '/', ['*/*'], 307],
    ['/', () => '/?x=1', ['*/*'], 400],
    ['/dandisets', () => '/dandisets', ['application/json', 'text/html'], 200],
    ['/dandisets', () => '/dandisets?limit=1', ['application/json'], 200],
    ['/dandisets', () => '/dandisets?limit=x', ['*/*'], 400],
    ['/dandisets', () => '/dandisets', ['image/png'], 406],
    ['/dandisets', () => `/dandisets?q=${'x'.repeat(9_000)}`, ['*/*'], 414],
    ...['/dandisets/{id}', version].flatMap((base) => {
      const at = (id: string) => base.replace('{id}', id).replace('{version}', PUBLISHED);
      return [
        [
          `${base}/summary`,
          () => `${at('900002')}/summary`,
          ['text/markdown', 'application/json', 'text/html'],
          200,
        ],
        [`${base}/summary`, () => `${at('900003')}/summary`, ['application/json'], 200],
        [`${base}/summary`, () => `${at('900002')}/summary`, ['image/png'], 406],
        [`${base}/summary`, () => `${at('900009')}/summary`, ['*/*'], 404],
        [`${base}/summary`, () => `${at('9')}/summary`, ['*/*'], 400],
        [`${base}/prompt`, () => `${at('900002')}/prompt`, ['*/*'], 200],
        [`${base}/prompt`, () => `${at('900002')}/prompt`, ['text/html'], 200],
        [`${base}/prompt`, () => `${at('900002')}/prompt`, ['image/png'], 406],
        [base, () => at('900002'), ['text/html', 'application/json', 'text/markdown'], 200],
        [base, () => at('900009'), ['*/*', 'text/html'], 404],
        [`${base}/summary.md`, () => `${at('900002')}/summary.md`, ['*/*'], 200],
        [`${base}/sessions`, () => `${at('900003')}/sessions`, ['application/json', 'text/html'], 404],
        [`${base}/sessions`, () => `${at('900004')}/sessions`, ['application/json', 'text/html'], 200],
        [`${base}/sessions`, () => `${at('900004')}/sessions?page=9`, ['*/*'], 400],
        [`${base}/sessions.csv`, () => `${at('900004')}/sessions.csv`, ['*/*'], 200],
        [`${base}/sessions.parquet`, () => `${at('900004')}/sessions.parquet`, ['*/*'], 200],
        [`${base}/sessions.csv`, () => `${at('900002')}/sessions.csv`, ['*/*'], 404],
        [
          `${base}/files/{asset}/lindi.json`,
          () => `${at('900002')}/files/0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7/lindi.json`,
          ['*/*'],
          404,
        ],
        [`${base}/files/{asset}/lindi.json`, () => `${at('900002')}/files/1/lindi.json`, ['*/*'], 400],
        [`${base}/file-types`, () => `${at('900003')}/file-types`, ['*/*'], 200],
        [`${base}/file-types`, () => `${at('900009')}/file-types`, ['*/*'], 404],
      ] as const;
    }),
    ['/runs/{id}', () => `/runs/${runId}`, ['*/*'], 200],
    ['/runs/{id}', () => '/runs/none', ['*/*'], 404],
    ['/runs/{id}', () => '/runs/a%20b', ['*/*'], 400],
    ['/openapi.json', () => '/openapi.json', ['*/*'], 200],
    ['/health', () => '/health', ['*/*'], 200],
    ['/health', () => '/health?x=1', ['*/*'], 400],
  ];

  it.each(GETS)('GET %s #%$', async (path, url, accepts, status) => {
    for (const accept of accepts) {
      const response = await api.get(url(), { accept });
      expect(response.status).toBe(status);
      expect(await findings(path, 'get', response)).toBeUndefined();
    }
  });

  it('when a run is started or refused', async () => {
    const path = `${version}/runs`;
    const url = `/dandisets/900002/versions/${PUBLISHED}/runs`;
    const authorization = `Bearer ${TOKEN}`;
    const requests: readonly (readonly [
      headers: Record<string, string>,
      body: string | undefined,
      status: number,
    ])[] = [
      [{ authorization, 'idempotency-key': 'a' }, undefined, 202],
      [{ authorization, 'idempotency-key': 'a', 'content-type': 'application/json' }, '{"force":true}', 409],
      [{}, undefined, 401],
      [{ authorization, 'content-type': 'application/json' }, '{', 400],
      [{ authorization, 'content-type': 'text/plain' }, '{}', 415],
      [{ authorization, 'content-type': 'application/json' }, ' '.repeat(5_000), 413],
      [{ authorization }, undefined, 202],
      [{ authorization }, undefined, 429],
    ];
    for (const [headers, body, status] of requests) {
      const response = await api.post(url, headers, body);
      expect(response.status).toBe(status);
      expect(await findings(path, 'post', response)).toBeUndefined();
    }
  });

  it('with the right status for each kind of problem', () => {
    for (const kind of Object.keys(PROBLEMS) as ProblemKind[]) {
      expect(PROBLEMS[kind].status).toBeGreaterThanOrEqual(400);
      expect(PROBLEMS[kind].status).toBeLessThan(600);
    }
  });
});

const hasSchemathesis = spawnSync('schemathesis', ['--version']).status === 0;

describe.skipIf(!hasSchemathesis)('schemathesis, where it is installed', () => {
  it('finds nothing', async () => {
    const generous = await startTestApi({ dailyRuns: 100_000 });
    await putTestSummary(generous.store);
    const { spawn } = await import('node:child_process');
    const child = spawn(
      'schemathesis',
      [
        'run',
        `${generous.url}/openapi.json`,
        '--checks',
        'all',
        '--max-examples',
        '20',
        '--header',
        `Authorization: Bearer ${TOKEN}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    const code = await new Promise((resolve) => child.on('close', resolve));
    await generous.close();
    expect(code, output).toBe(0);
  }, 300_000);
});
