/**
 * Writes `docs/openapi.json`, the description of the HTTP API (OpenAPI 3.1): `npm run openapi`.
 * A test fails if the file is outdated, or if the API's responses differ from it.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LIMIT, MAX_LIMIT, SORTS } from '../shared/api/catalog-query.ts';
import { PROBLEMS, type ProblemKind, problemType } from '../shared/api/problem.ts';
import { MAX_VALUE_CHARACTERS } from '../shared/api/query-parameters.ts';
import { RUN_OUTCOMES, RUN_STATES } from '../shared/api/runs.ts';
import {
  describeFields,
  type FieldDescriptions,
  SUMMARY_FIELDS,
} from '../shared/summary/field-descriptions.ts';
import { buildSummarySchema } from '../shared/summary/provenance.ts';
import { TOOL } from '../shared/tool.ts';

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const moment = { type: 'string', format: 'date-time' };
const texts = { type: 'array', items: text };

/** An object with only these properties; those that end in `?` may be absent. */
function object(properties: Readonly<Record<string, unknown>>): Json {
  const names = Object.keys(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]])),
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

const DANDISET_ID = { type: 'string', pattern: '^[0-9]{6}$' };
const VERSION = { type: 'string', pattern: '^(draft|0\\.[0-9]{6}\\.[0-9]{4})$' };

const PARAMETERS: Readonly<Record<string, Json>> = {
  DandisetId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Six digits.',
    schema: DANDISET_ID,
    example: '900002',
  },
  Version: {
    name: 'version',
    in: 'path',
    required: true,
    description: '`draft`, or the moment of a publication as `0.YYMMDD.HHMM`.',
    schema: VERSION,
    example: '0.250204.1626',
  },
  AssetId: {
    name: 'asset',
    in: 'path',
    required: true,
    description: "The file's asset id, a UUID, as the archive and `representative` of a file type have it.",
    schema: { type: 'string', format: 'uuid' },
    example: '0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7',
  },
  RunId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'As `POST` gave it.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,80}$' },
    example: '0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7',
  },
};

function queryParameter(name: string, description: string, schema: Json): Json {
  return { name, in: 'query', required: false, description, schema };
}

function format(names: readonly string[]): Json {
  return queryParameter('format', 'The form of the response; takes precedence over `Accept`.', {
    type: 'string',
    enum: names,
  });
}

const filter = {
  type: 'string',
  maxLength: MAX_VALUE_CHARACTERS,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
};

const CATALOG_QUERY: readonly Json[] = [
  queryParameter(
    'q',
    'What to search for in the summaries: words with their other forms and synonyms, "phrases", -excluded words, and conditions such as `species:mouse`, `anatomy:hippocampus`, `technique:"two-photon"`, `variable:LFP`, `created_after:2024-01-01`, `license:CC0`, `units>=500`, `size<10GB`. The best results come first, each with its score and the words found.',
    filter,
  ),
  queryParameter(
    'species',
    'A species by any of its names, such as `mouse`, `Mus musculus` or `Homo`.',
    filter,
  ),
  queryParameter('approach', 'Part of an approach’s name, such as `electrophysiological`.', filter),
  queryParameter('neurodataType', 'The whole name of a neurodata type, such as `ElectricalSeries`.', filter),
  queryParameter('updatedSince', 'Only summaries written at or after this date or time.', {
    anyOf: [{ type: 'string', format: 'date' }, moment, { const: '' }],
  }),
  {
    ...queryParameter(
      'facet',
      '`KIND:VALUE`, may be repeated: values of one kind are alternatives, several kinds must all match. Kinds: species (an NCBI taxon), modality, region, technique, approach, subjects, size, licence, state.',
      {
        type: 'array',
        items: {
          type: 'string',
          maxLength: MAX_VALUE_CHARACTERS,
          pattern:
            '^(species|modality|region|technique|approach|subjects|size|licence|state):[^\\u0000-\\u001f\\u007f-\\u009f]*$',
        },
        maxItems: 40,
      },
    ),
    explode: true,
  },
  queryParameter('sort', 'The order; by relevance if omitted.', { type: 'string', enum: SORTS }),
  queryParameter('limit', 'Entries on a page.', {
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
  }),
  queryParameter('after', 'The last id of the previous page, as in `next`.', DANDISET_ID),
  format(['json', 'html']),
];

const header = (description: string, schema: Json = text): Json => ({ description, schema });

const CACHED_HEADERS: Json = {
  ETag: header('Changes with the document. Send it as `If-None-Match` to get 304 if nothing changed.'),
  'Cache-Control': header('For how long a cache may keep the response.'),
};

const DOCUMENT_HEADERS: Json = {
  ...CACHED_HEADERS,
  'Last-Modified': header('When the summary was stored.'),
  'Content-Location': header('The version of the response.'),
};

function ok(description: string, content: Json, headers: Json = {}): Json {
  return { description, headers, content };
}

const json = (schema: Json): Json => ({ 'application/json': { schema } });
const markdown: Json = { 'text/markdown': { schema: text } };
const page: Json = { 'text/html': { schema: text } };

/** The error responses, by status. */
function problems(...kinds: readonly ProblemKind[]): Json {
  const all: readonly ProblemKind[] = [
    ...kinds,
    'query-too-long',
    'body-too-large',
    'internal-error',
    'unavailable',
  ];
  return Object.fromEntries(
    all.map((kind) => {
      const { status, title } = PROBLEMS[kind];
      const headers: Record<string, Json> = {};
      if (kind === 'unauthorized') headers['WWW-Authenticate'] = header('How to send the token.');
      if (kind === 'budget-spent' || kind === 'unavailable')
        headers['Retry-After'] = header('Seconds to wait.');
      return [
        status,
        {
          description: `${title}.`,
          ...(Object.keys(headers).length === 0 ? {} : { headers }),
          content: { 'application/problem+json': { schema: ref('Problem') }, ...page },
        },
      ];
    }),
  );
}

const NOT_MODIFIED = { '304': { description: 'The document is the one that the client has.' } };

/** A summary's three documents, below a Dandiset or below one of its versions. */
function summaryPaths(base: string, suffix: string, parameters: readonly Json[], which: string): Json {
  const read = (operationId: string, summary: string, formats: readonly string[], content: Json): Json => ({
    parameters,
    get: {
      operationId: `${operationId}${suffix}`,
      tags: ['summaries'],
      summary: `${summary} ${which}`,
      parameters: [format(formats)],
      responses: {
        '200': ok(summary, content, DOCUMENT_HEADERS),
        ...NOT_MODIFIED,
        ...problems('invalid-input', 'not-found', 'not-acceptable'),
      },
    },
  });
  const document = (
    operationId: string,
    summary: string,
    mediaType: string,
    more: readonly Json[] = [],
  ): Json => ({
    parameters,
    get: {
      operationId: `${operationId}${suffix}`,
      tags: ['programs'],
      summary: `${summary}, of ${which}`,
      ...(more.length === 0 ? {} : { parameters: more }),
      responses: {
        '200': ok(`${summary}.`, { [mediaType]: { schema: { type: 'object' } } }, CACHED_HEADERS),
        ...NOT_MODIFIED,
        ...problems('invalid-input', 'not-found'),
      },
    },
  });
  const table = (operationId: string, form: string, mediaType: string): Json => ({
    parameters,
    get: {
      operationId: `${operationId}${suffix}`,
      tags: ['summaries'],
      summary: `The table of sessions as ${form}, one row a file, of ${which}`,
      responses: {
        '200': ok(
          'The table stored beside the summary, from a service that stores its summaries in a folder.',
          { [mediaType]: { schema: text } },
          {
            'Cache-Control': header('For how long a cache may keep the response.'),
            'Content-Location': header('The version of the response.'),
            'Last-Modified': header('When the table was stored.'),
          },
        ),
        '307': {
          description:
            'Where the table is for some minutes: from a service that keeps its summaries in S3. Clients that follow redirects notice nothing; parts can be asked for by `Range`.',
          headers: {
            Location: header('A signed link. It is good for five minutes, for the method that asked.'),
            'Cache-Control': header('For how long a cache may keep the response.'),
          },
        },
        ...NOT_MODIFIED,
        ...problems('invalid-input', 'not-found'),
      },
    },
  });
  return {
    [base]: read(
      'getDandiset',
      'The page: the summary with figures, sessions, and how to use the data; `.md` or `.json` at the end of the address names its form; of',
      ['markdown', 'json', 'html'],
      { ...page, ...markdown, ...json(ref('Summary')) },
    ),
    [`${base}/summary.md`]: {
      parameters,
      get: {
        operationId: `getSummaryMarkdown${suffix}`,
        tags: ['summaries'],
        summary: `The summary as markdown, of ${which}`,
        responses: {
          '200': ok('The summary.', markdown, DOCUMENT_HEADERS),
          ...NOT_MODIFIED,
          ...problems('invalid-input', 'not-found'),
        },
      },
    },
    [`${base}/facts`]: document('getFacts', 'The facts counted over all files', 'application/json', [
      format(['json']),
    ]),
    [`${base}/snippets`]: document('getSnippets', 'How to cite, download and open', 'application/json', [
      format(['json']),
    ]),
    [`${base}/croissant.json`]: document('getCroissant', 'Croissant 1.0', 'application/ld+json'),
    [`${base}/sessions`]: sessionsPath(parameters, suffix, which),
    [`${base}/sessions.csv`]: table('getSessionsCsv', 'CSV', 'text/csv'),
    [`${base}/sessions.parquet`]: table('getSessionsParquet', 'Parquet', 'application/vnd.apache.parquet'),
    [`${base}/summary`]: read('getSummary', 'The summary of', ['markdown', 'json', 'html'], {
      ...markdown,
      ...json(ref('Summary')),
      ...page,
    }),
    [`${base}/prompt`]: read(
      'getPrompt',
      'The prompt that the summary was written from, of',
      ['markdown', 'html'],
      { ...markdown, ...page },
    ),
    [`${base}/files/{asset}/lindi.json`]: {
      parameters: [...parameters, { $ref: '#/components/parameters/AssetId' }],
      get: {
        operationId: `getReferences${suffix}`,
        tags: ['programs'],
        summary: `A file as references in LINDI's form: its structure, attributes and short values; other elements are read from the file at the archive; of ${which}`,
        responses: {
          '200': ok(
            'The references.',
            {
              'application/json': {
                schema: object({
                  version: { const: 1, description: 'The version of the form of reference file systems.' },
                  generationMetadata: {
                    type: 'object',
                    description:
                      'The program that built the references, and under `notIncluded` the parts left out.',
                  },
                  refs: {
                    type: 'object',
                    description: 'By key of the Zarr store: a text, or address, offset and length.',
                  },
                }),
              },
            },
            CACHED_HEADERS,
          ),
          ...NOT_MODIFIED,
          ...problems('invalid-input', 'not-found', 'response-too-large'),
        },
      },
    },
    [`${base}/file-types`]: read('getFileTypes', 'The file types and the coverage of', ['json', 'html'], {
      ...json(ref('FileTypes')),
      ...page,
    }),
  };
}

/** The table of sessions, in pages. */
function sessionsPath(parameters: readonly Json[], suffix: string, which: string): Json {
  return {
    parameters,
    get: {
      operationId: `getSessions${suffix}`,
      tags: ['summaries'],
      summary: `A page of the table of sessions, one row a file, of ${which}`,
      parameters: [
        queryParameter('page', 'From 1 on.', { type: 'integer', minimum: 1, maximum: 999_999, default: 1 }),
        format(['json', 'html']),
      ],
      responses: {
        '200': ok('The rows of the page.', { ...json(ref('Sessions')), ...page }, DOCUMENT_HEADERS),
        ...NOT_MODIFIED,
        ...problems('invalid-input', 'not-found', 'not-acceptable'),
      },
    },
  };
}

/** The fields of a stored summary, and those that the API adds. */
function summarySchema(): Json {
  const {
    $schema: _schema,
    title: _title,
    ...schema
  } = buildSummarySchema() as {
    $schema: string;
    title: string;
    properties: Record<string, Json>;
    required: string[];
    [key: string]: unknown;
  };
  const reference = object({ sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' }, bytes: count });
  return {
    ...schema,
    description: 'The summary with all that is known of its making.',
    properties: {
      dandisetId: DANDISET_ID,
      version: VERSION,
      ...schema.properties,
      documents: object({ markdown: reference, prompt: reference }),
      markdown: { type: 'string', description: 'The summary itself.' },
      unreadableOmitted: {
        ...count,
        description: 'Files that `coverage.unreadable` does not name, where it would be too long.',
      },
    },
    required: [...new Set(['dandisetId', 'version', ...schema.required, 'documents', 'markdown'])],
  };
}

function fileTypesSchema(): Json {
  const { properties } = buildSummarySchema() as {
    properties: Record<string, { properties?: Json; items?: Json }>;
  };
  const counts = Object.keys(properties.coverage?.properties ?? {});
  const { other } = (properties.coverage?.properties ?? {}) as Record<string, Json>;
  return object({
    dandisetId: DANDISET_ID,
    version: VERSION,
    name: text,
    coverage: object(Object.fromEntries(counts.map((name) => [name, name === 'other' ? other : count]))),
    fileTypes: properties.fileTypes,
  });
}

const SCHEMAS: Readonly<Record<string, Json>> = {
  Catalog: object({
    total: { ...count, description: 'Entries that fit, on all pages.' },
    'query?': ref('UnderstoodQuery'),
    dandisets: { type: 'array', items: ref('CatalogEntry') },
    'next?': { type: 'string', description: 'The next page; absent on the last one.' },
  }),
  UnderstoodQuery: object({
    words: {
      description: 'The units of the query, with their meaning in the vocabulary.',
      type: 'array',
      items: object({ written: text, means: texts }),
    },
    conditions: { ...texts, description: 'The conditions that every entry meets, as written in the query.' },
    corrections: {
      description:
        'Words that neither the vocabulary nor any summary has, and what was searched for instead.',
      type: 'array',
      items: object({ from: text, to: text }),
    },
    unread: {
      ...texts,
      description: 'Parts that look like a condition but cannot be read, each described in a sentence.',
    },
    isNearest: {
      description: 'Whether nothing matches, so that the entries are the nearest ones.',
      type: 'boolean',
    },
  }),
  Snippet: object({
    from: { ...text, description: 'The text it is from: `summary`, `description`, `keywords` and so on.' },
    parts: {
      description: 'The stretch of text in pieces.',
      type: 'array',
      items: object({ text, isFound: { type: 'boolean', description: 'Whether it was searched for.' } }),
    },
  }),
  CatalogEntry: object({
    id: DANDISET_ID,
    version: VERSION,
    name: text,
    species: texts,
    approaches: texts,
    neurodataTypes: texts,
    keywords: texts,
    files: { ...count, description: 'NWB files of the version.' },
    updated: { ...moment, description: 'When the summary was written.' },
    modelId: { type: 'string', description: 'The model or writer of the summary.' },
    summary: { type: 'string', description: 'Where the summary is.' },
    'score?': { type: 'number', description: 'Higher is better; comparable within one search only.' },
    'found?': { ...texts, description: 'Parts of the query that it matches.' },
    'missing?': { ...texts, description: 'Parts of the query that it lacks.' },
    'snippets?': { type: 'array', items: ref('Snippet'), description: 'The words found where they are.' },
  }),
  Summary: summarySchema(),
  FileTypes: fileTypesSchema(),
  Sessions: object({
    dandisetId: DANDISET_ID,
    version: VERSION,
    total: { ...count, description: 'Rows of the whole table.' },
    page: { type: 'integer', minimum: 1, description: 'This page, from 1 on.' },
    pages: { type: 'integer', minimum: 1, description: 'How many pages there are.' },
    sessions: {
      type: 'array',
      description: 'Rows by the names of the columns of `sessions.csv`; what is not known is empty.',
      items: { type: 'object', additionalProperties: text },
    },
    'next?': { type: 'string', description: 'Where the next page is; absent on the last one.' },
  }),
  RunRequest: object({ 'force?': { type: 'boolean', description: 'Also where nothing changed.' } }),
  StartedRun: object({ id: text, run: { type: 'string', description: 'Where the run is reported.' } }),
  Run: object({
    id: text,
    'dandisetId?': text,
    'version?': text,
    state: { type: 'string', enum: RUN_STATES },
    startedAt: moment,
    'endedAt?': moment,
    'progress?': object({
      'step?': {
        type: 'string',
        description: 'The state of the machine that it is in, where that is known.',
      },
      'files?': object({ total: count, done: count, failed: count }),
    }),
    'outcome?': { type: 'string', enum: RUN_OUTCOMES },
    'error?': object({ name: text, message: text }),
    'summary?': { type: 'string', description: 'Where the summary is.' },
  }),
  Health: object({ status: { const: 'ok' }, version: text, catalog: { enum: ['present', 'absent'] } }),
  Problem: object({
    type: { type: 'string', enum: Object.keys(PROBLEMS).map((kind) => problemType(kind as ProblemKind)) },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    'field?': { type: 'string', description: 'The parameter, header or part of the path that is wrong.' },
    'requestId?': { type: 'string', description: 'Names the request in the log.' },
  }),
};

/** Descriptions of the fields of each schema that the schema itself lacks; those of several schemas are under `*`. */
const FIELDS: Readonly<Record<string, FieldDescriptions>> = {
  '*': {
    dandisetId: 'The Dandiset in the archive: six digits.',
    version: '`draft`, or a publication as `0.YYMMDD.HHMM`.',
  },
  Catalog: {
    query: 'How `q` was understood; absent where there was none.',
    dandisets: 'The entries of this page, in the order that was asked for.',
  },
  UnderstoodQuery: {
    'words.written': 'The word or phrase as it was typed.',
    'words.means': 'Its meaning in the vocabulary, such as a species or a region; empty for a plain word.',
    'corrections.from': 'The word that nothing has.',
    'corrections.to': 'The word that was searched for instead.',
  },
  Snippet: { 'parts.text': 'One piece, plain text without markup.' },
  CatalogEntry: {
    id: 'The Dandiset in the archive: six digits.',
    version: 'The default version of the Dandiset.',
    name: 'The title that the owners gave.',
    species: 'As the archive’s metadata name them.',
    approaches: 'Experimental approaches, as the archive’s metadata name them.',
    neurodataTypes: 'NWB types that the headers hold, such as `ElectricalSeries`.',
    keywords: 'The keywords of the summary.',
  },
  FileTypes: {
    name: 'The title that the owners gave.',
    coverage: 'Which files the types are based on, in numbers of files.',
    'coverage.unreadable': 'NWB files that could not be read; the page names them.',
  },
  StartedRun: { id: 'Names the run; `GET /runs/{id}` reports it.' },
  Run: {
    id: 'Names the run, as `POST` gave it.',
    state: 'Whether the run is still running, or how it ended.',
    startedAt: 'When it was started, in UTC.',
    endedAt: 'When it ended, in UTC; absent while it goes on.',
    progress: 'How far it is; absent where that is not known.',
    'progress.files': 'The headers to be read, in numbers of files.',
    'progress.files.total': 'Files whose headers the run reads.',
    'progress.files.done': 'Files whose headers were read.',
    'progress.files.failed': 'Files that could not be read.',
    outcome: 'The outcome of a run that succeeded.',
    error: 'Why a run failed.',
    'error.name': 'The kind of error, a word for programs.',
    'error.message': 'The error, as a sentence for people.',
  },
  Health: {
    status: 'The API responds.',
    version: 'The release of the program.',
    catalog: 'Whether the store has a catalog yet.',
  },
  Problem: {
    type: 'The kind of problem, a URN for programs.',
    title: 'The kind of problem in words; the same for all of its kind.',
    status: 'The HTTP status of the response.',
    detail: 'The error in this request and what to do, as a sentence.',
  },
};

/** All schemas, each field with its description. */
function describedSchemas(): Readonly<Record<string, Json>> {
  const described = Object.entries(SCHEMAS).map(([name, schema]) => {
    const isOfSummary = name === 'Summary' || name === 'FileTypes';
    const own = { ...(isOfSummary ? SUMMARY_FIELDS : {}), ...FIELDS['*'], ...FIELDS[name] };
    return [name, describeFields(schema, own)];
  });
  return Object.fromEntries(described);
}

/** A document with one form, at one path and without parameters. */
function fixedPath(
  operationId: string,
  summary: string,
  mediaType: string,
  parameters: readonly Json[] = [],
): Json {
  return {
    get: {
      operationId,
      tags: ['programs'],
      summary,
      ...(parameters.length === 0 ? {} : { parameters }),
      responses: {
        '200': ok(
          `${summary}.`,
          { [mediaType]: { schema: mediaType.endsWith('json') ? { type: 'object' } : text } },
          CACHED_HEADERS,
        ),
        ...NOT_MODIFIED,
        ...problems('invalid-input'),
      },
    },
  };
}

const PROGRAM_PATHS: Json = {
  '/dandisets.jsonl.gz': fixedPath(
    'getAll',
    'Everything as JSON Lines, gzipped: one line a Dandiset',
    'application/gzip',
  ),
  '/feed.atom': fixedPath(
    'getAtom',
    'The newest summaries, or those of a search, as Atom',
    'application/atom+xml',
    CATALOG_QUERY,
  ),
  '/feed.json': fixedPath(
    'getJsonFeed',
    'The newest summaries, or those of a search, as JSON Feed',
    'application/feed+json',
    CATALOG_QUERY,
  ),
  '/sitemap.xml': fixedPath('getSitemap', 'The sitemap', 'application/xml'),
  '/robots.txt': fixedPath('getRobots', 'What crawlers may read', 'text/plain'),
  '/opensearch.xml': fixedPath(
    'getOpenSearch',
    'The OpenSearch description',
    'application/opensearchdescription+xml',
  ),
  '/llms.txt': fixedPath('getLlms', 'What is available to an agent', 'text/plain'),
};

/** The document. */
export function buildOpenApi(): Json {
  const version = [
    { $ref: '#/components/parameters/DandisetId' },
    { $ref: '#/components/parameters/Version' },
  ];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dandiset summaries',
      version: TOOL.version,
      description:
        'Summaries of the DANDI Archive’s Dandisets, made from their metadata and the headers of their NWB files. Reading is public. Starting a run needs a token.\n\nEvery `GET` takes `HEAD` as well. Errors are `application/problem+json` (RFC 9457). A parameter that is unknown or repeated is refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'catalog', description: 'The summarized Dandisets.' },
      { name: 'summaries', description: 'Summaries, and what they are based on.' },
      { name: 'programs', description: 'For programs, agents and crawlers.' },
      { name: 'runs', description: 'Having a summary written.' },
      { name: 'service', description: 'The API itself.' },
    ],
    paths: {
      '/': {
        get: {
          operationId: 'getHome',
          tags: ['service'],
          summary: 'Leads to the catalog',
          responses: {
            '307': { description: 'The catalog.', headers: { Location: header('`/dandisets`') } },
            ...problems('invalid-input'),
          },
        },
      },
      '/dandisets': {
        get: {
          operationId: 'listDandisets',
          tags: ['catalog'],
          summary:
            'The catalog: one entry a Dandiset, in the order of ids, or the best first where `q` has words',
          parameters: CATALOG_QUERY,
          responses: {
            '200': ok(
              'A page of the catalog.',
              { ...json(ref('Catalog')), ...page },
              { ...CACHED_HEADERS, Link: header('The next page, as `rel="next"`.') },
            ),
            ...NOT_MODIFIED,
            ...problems('invalid-input', 'not-acceptable'),
          },
        },
      },
      ...summaryPaths('/dandisets/{id}', '', version.slice(0, 1), 'the default version of a Dandiset'),
      ...summaryPaths('/dandisets/{id}/versions/{version}', 'OfVersion', version, 'one version'),
      '/dandisets/{id}/versions/{version}/runs': {
        parameters: version,
        post: {
          operationId: 'startRun',
          tags: ['runs'],
          summary: 'Has the version summarized',
          description:
            'Versions that the archive does not show are refused. Nothing is written if nothing changed since the stored summary, unless `force` is set. With an `Idempotency-Key`, a repeated request starts nothing and returns the same run.',
          security: [{ token: [] }],
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              description: 'Names this request, such as a UUID. Remembered for 30 days.',
              schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]([ -~]*[!-~])?$' },
            },
          ],
          requestBody: { required: false, content: json(ref('RunRequest')) },
          responses: {
            '202': ok('The run is started, or was by the same request before.', json(ref('StartedRun')), {
              Location: header('Where the run is reported.'),
            }),
            ...problems(
              'invalid-input',
              'unauthorized',
              'runs-disabled',
              'not-found',
              'unsupported-media-type',
              'key-reused',
              'budget-spent',
            ),
          },
        },
      },
      '/runs/{id}': {
        parameters: [{ $ref: '#/components/parameters/RunId' }],
        get: {
          operationId: 'getRun',
          tags: ['runs'],
          summary: 'A run: its state, its progress, and why it failed',
          responses: {
            '200': ok('The run.', json(ref('Run'))),
            ...problems('invalid-input', 'not-found'),
          },
        },
      },
      ...PROGRAM_PATHS,
      '/mcp': {
        post: {
          operationId: 'mcp',
          tags: ['programs'],
          summary: 'The Model Context Protocol, stateless: tools to search and to read',
          requestBody: { required: true, content: json({ type: 'object' }) },
          responses: {
            '200': ok('The reply.', json({ type: 'object' })),
            '202': { description: 'A notification was taken.' },
            ...Object.fromEntries(
              ['400', '406', '415'].map((status) => [
                status,
                { description: 'The message cannot be taken.', content: json({ type: 'object' }) },
              ]),
            ),
            ...problems(),
          },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'getOpenApi',
          tags: ['service'],
          summary: 'This document',
          responses: {
            '200': ok('The document.', json({ type: 'object' }), CACHED_HEADERS),
            ...NOT_MODIFIED,
            ...problems('invalid-input'),
          },
        },
      },
      '/health': {
        get: {
          operationId: 'getHealth',
          tags: ['service'],
          summary: 'Whether the API and its store respond',
          responses: { '200': ok('They do.', json(ref('Health'))), ...problems('invalid-input') },
        },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      parameters: PARAMETERS,
      schemas: describedSchemas(),
    },
  };
}

/** The document's text, as in the file. */
export function openApiText(): string {
  return `${JSON.stringify(buildOpenApi(), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(fileURLToPath(new URL('../docs/openapi.json', import.meta.url)), openApiText());
}
