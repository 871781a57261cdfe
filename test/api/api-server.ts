/**
 * An API for the tests: real HTTP on loopback over a folder store, with summaries in it and runs that only
 * count.
 */
import { serveApi } from '../../local/serve.ts';
import type { ApiDependencies } from '../../shared/api/api.ts';
import type { RunInput, RunStarter, RunStatus } from '../../shared/api/runs.ts';
import { blobUrl } from '../../shared/archive/urls.ts';
import { SESSION_COLUMNS, type SessionRow } from '../../shared/facts/session-row.ts';
import { buildSessionsCsv, buildSessionsParquet } from '../../shared/pipeline/sessions-table.ts';
import { updateCatalog } from '../../shared/store/catalog-store.ts';
import { sessionsKeys } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { newFolderStore } from '../store/stores.ts';

export const TOKEN = 'a-token-of-the-tests';
export const PUBLISHED = '0.250204.1626';

/** Runs that start and never continue. */
export class CountingRuns implements RunStarter {
  readonly started: { readonly id: string; readonly input: RunInput }[] = [];
  /** Thrown by the next start. */
  error: Error | undefined;

  async start(id: string, input: RunInput): Promise<void> {
    const { error } = this;
    this.error = undefined;
    if (error !== undefined) throw error;
    if (!this.started.some((run) => run.id === id)) this.started.push({ id, input });
  }

  async find(id: string): Promise<RunStatus | undefined> {
    const run = this.started.find((each) => each.id === id);
    if (run === undefined) return undefined;
    const { dandisetId, version } = run.input;
    const progress = { step: 'ReadHeaderBatches', files: { total: 60, done: 20, failed: 0 } };
    return { id, dandisetId, version, state: 'running', startedAt: '2026-11-22T12:00:00.000Z', progress };
  }
}

/** An archive that shows every version. */
export const SHOWS_ALL: ApiDependencies['archive'] = {
  findVersion: async ({ id, version = 'draft' }) => ({ id, version }),
};

/** A served API, and its dependencies. */
export interface TestApi {
  readonly url: string;
  readonly store: ObjectStore;
  readonly runs: CountingRuns;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  readonly post: (path: string, headers?: Record<string, string>, body?: string) => Promise<Response>;
  close(): Promise<void>;
}

/** Serves an API; `dependencies` replaces the defaults. */
export async function startTestApi(dependencies: Partial<ApiDependencies> = {}): Promise<TestApi> {
  const { store, remove } = await newFolderStore();
  const runs = new CountingRuns();
  const all: ApiDependencies = {
    store,
    runs,
    archive: SHOWS_ALL,
    findBlobUrl: (blobId) => blobUrl('https://bucket.test', blobId),
    readToken: async () => TOKEN,
    dailyRuns: 3,
    now: () => new Date(),
    catalogGoodForMs: 0,
    ...dependencies,
  };
  const server = await serveApi(all);
  return {
    url: server.url,
    store: all.store,
    runs,
    get: (path, headers = {}) => fetch(`${server.url}${path}`, { headers, redirect: 'manual' }),
    post: (path, headers = {}, body) =>
      fetch(`${server.url}${path}`, {
        method: 'POST',
        headers,
        ...(body === undefined ? {} : { body }),
      }),
    close: async () => {
      await server.close();
      await remove();
    },
  };
}

/** The parts of a summary that a test may choose. */
export interface TestSummary {
  readonly id?: string;
  readonly version?: string;
  readonly name?: string;
  readonly abstract?: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly examplePath?: string;
  readonly warnings?: readonly string[];
  readonly unreadable?: number;
  readonly updated?: string;
  /** Fields of `summary.json` in place of the test's own, such as `contents`. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** Stores a summary as WriteSummary does, its entry in the catalog included. */
export async function putTestSummary(store: ObjectStore, summary: TestSummary = {}): Promise<void> {
  const { id = '900002', version = PUBLISHED, name = 'Silicon probes in CA1' } = summary;
  const { keywords = ['hippocampus', 'spike times'], updated = '2026-11-20T10:00:00.000Z' } = summary;
  const { abstract = 'Six rats learned a task.', description = 'The files hold **spike times**.' } = summary;
  const summaries = new SummaryStore(store);
  const list = keywords.map((keyword) => `- ${keyword}`).join('\n');
  await summaries.putSummary({
    id,
    version,
    markdown: `# ${name} (DANDI:${id}/${version})\n\n## Abstract\n\n${abstract}\n\n## Data\n\n${description}\n\n## Keywords\n\n${list}\n\n---\n\n_Written by the language model gpt-4o on 2026-11-20; not reviewed by the owners of the Dandiset._\n`,
    promptText: 'Please write a summary.\n',
    provenance: {
      ...testProvenance(summary, { id, version, name }, updated),
      ...summary.provenance,
    } as Provenance,
  });
  await summaries.putLatest(id, version);
  await updateCatalog(store, {
    id,
    version,
    name,
    species: ['Rattus norvegicus - Norway rat'],
    approaches: ['electrophysiological approach'],
    neurodataTypes: ['ElectricalSeries', 'Units'],
    keywords,
    files: 60,
    updated,
    modelId: 'gpt-4o',
  });
}

/** A row of the table of sessions; fields that are not given are unknown. */
export function testRow(row: Partial<SessionRow> = {}): SessionRow {
  const unknown = Object.fromEntries(
    SESSION_COLUMNS.map(({ name }) => [name, null]),
  ) as unknown as SessionRow;
  return {
    ...unknown,
    path: 'sub-1/sub-1_ecephys.nwb',
    header: 'read',
    file_type: 1,
    size: 1_000_000,
    ...row,
  };
}

/** Stores a table of sessions with a summary. */
export async function putTestSessions(
  store: ObjectStore,
  id: string,
  rows: readonly SessionRow[] = [testRow()],
  version = PUBLISHED,
): Promise<void> {
  const keys = sessionsKeys(id, version);
  await store.put(keys.csv, buildSessionsCsv(rows), { contentType: 'text/csv; charset=utf-8' });
  await store.put(keys.parquet, buildSessionsParquet(rows), {
    contentType: 'application/vnd.apache.parquet',
  });
}

export function testProvenance(
  { keywords = [], warnings = [], unreadable = 0, examplePath = 'sub-1/sub-1_ecephys.nwb' }: TestSummary,
  dandiset: { readonly id: string; readonly version: string; readonly name: string },
  generatedAt: string,
): Provenance {
  return {
    schemaVersion: 2,
    dandisetId: dandiset.id,
    version: dandiset.version,
    inputHash: 'ab'.repeat(32),
    dandiset: {
      ...dandiset,
      description: 'Rats learned.',
      contributors: [],
      species: ['Rattus norvegicus - Norway rat'],
      approaches: ['electrophysiological approach'],
      techniques: [],
      keywords: [],
      license: ['spdx:CC-BY-4.0'],
    },
    generatedAt,
    tool: { name: 'dandiset-summarizer', version: '0.1.0' },
    model: { id: 'gpt-4o', isLanguageModel: true, parameters: { temperature: 0 } },
    prompt: {
      profile: 'complete',
      revision: 1,
      hash: 'cd'.repeat(32),
      tokens: 900,
      compaction: [],
      quoted: [],
    },
    readerRevision: 1,
    tokens: { prompt: 900, completion: 300 },
    attempts: [],
    checks: { revision: 1, isAcceptable: true, outcomes: [], findings: [] },
    removed: [],
    coverage: {
      assets: 61,
      nwb: 60,
      read: 60 - Math.min(60, unreadable),
      cutShort: 0,
      notLookedAt: 0,
      unreadable: Array.from({ length: unreadable }, (_, at) => ({
        path: `sub-${at}/broken.nwb`,
        reason: 'damaged',
        detail: 'The file is damaged.',
      })),
      other: [{ kind: '.mp4', count: 1 }],
    },
    fileTypes: [
      {
        label: 1,
        files: 60,
        representative: { path: examplePath, assetId: '0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7' },
        neurodataTypes: [
          { name: 'ElectricalSeries', count: 2 },
          { name: 'Units', count: 1 },
        ],
        texts: {},
        series: [],
        tables: [],
        devices: [],
        locations: ['CA1'],
        modules: [],
      },
    ],
    keywords: [...keywords],
    citations: { keywords: [], numbers: [] },
    suggestions: [],
    warnings: [...warnings],
    runReport: { requests: 120, bytes: 1_000_000 },
  };
}
