/**
 * `npm run bench -- load readers [READERS]`: many concurrent readers of the API, who open pages, the catalog,
 * facets, searches and JSON, for as many Dandisets as the archive has. The API runs in a separate process, on
 * a folder whose reads are counted; its memory is measured separately. Milliseconds depend on this machine:
 * meaningful are their ratio to those of a single reader, and the counts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveApi } from '../local/serve.ts';
import { decodeDocuments, encodeIndex, withTerms } from '../shared/search/index-file.ts';
import { buildCatalog, type CatalogEntry, catalogText } from '../shared/store/catalog.ts';
import { readCatalog } from '../shared/store/catalog-store.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { catalogKey, findContentType, searchIndexKey } from '../shared/store/keys.ts';
import type { ObjectStore } from '../shared/store/object-store.ts';
import { buildArchiveDocuments } from './search/archive-documents.ts';
import { storeDandisets } from './stored-dandisets.ts';
import { markdownTable } from './table.ts';

const SELF = fileURLToPath(import.meta.url);
const SERVER = '--server';
const READERS = 200;
/** Requests that each reader makes, one after another. */
const REQUESTS = 20;
/** Dandisets of the archive in October 2026. */
const ARCHIVE = 1_251;

/** What readers search for. */
const QUERIES = [
  'hippocampus',
  'place cells rat',
  'two-photon visual cortex',
  'human single neurons memory',
  'hipocampus',
  'species:mouse units>=100',
  'patch clamp "cortex"',
  'reaching monkey motor cortex',
  'sleep',
  'dopamine fiber photometry',
];

/** The kinds of request, each with its paths and its frequency per twenty requests. */
const KINDS: readonly (readonly [kind: string, weight: number, path: (pick: Pick) => string])[] = [
  ['page', 6, ({ id }) => `/dandisets/${id}?format=html`],
  ['catalog', 2, () => '/dandisets?format=html'],
  ['facets', 2, ({ facet }) => `/dandisets?format=html&facet=${encodeURIComponent(facet)}`],
  ['search', 5, ({ query }) => `/dandisets?format=html&q=${encodeURIComponent(query)}`],
  ['search, JSON', 2, ({ query }) => `/dandisets?format=json&q=${encodeURIComponent(query)}`],
  ['summary, JSON', 2, ({ id }) => `/dandisets/${id}.json`],
  ['sessions', 1, ({ id }) => `/dandisets/${id}/sessions?format=html`],
];
const FACETS = ['species:10090', 'species:9606', 'modality:spikes', 'state:published', 'subjects:10'];

interface Pick {
  readonly id: string;
  readonly query: string;
  readonly facet: string;
}

interface Requested {
  readonly kind: string;
  readonly path: string;
}

interface Taken {
  readonly kind: string;
  /** The error's code if there is no response. */
  readonly status: number | string;
  readonly bytes: number;
  readonly ms: number;
}

/** The counts of the server's process since the last query. */
interface Counted {
  readonly reads: number;
  readonly bytes: number;
  readonly residentMegabytes: number;
}

/** The result of one load. */
export interface ReadersLoad {
  readonly readers: number;
  readonly requests: number;
  readonly failed: number;
  /** The number of responses by each status other than success, and of failed connections by error code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Requests per second of a single reader. */
  readonly aloneRate: number;
  readonly readsPerRequest: number;
  readonly bytesPerRequest: number;
  readonly peakMegabytes: number;
  readonly rows: readonly {
    readonly kind: string;
    readonly requests: number;
    readonly aloneMs: number;
    readonly p50: number;
    readonly p95: number;
  }[];
}

/** The paths that all readers request, the same in each run. */
export function planRequests(ids: readonly string[], count: number): Requested[] {
  const turns = KINDS.flatMap(([kind, weight, path]) =>
    Array.from({ length: weight }, () => ({ kind, path })),
  );
  return Array.from({ length: count }, (_, at) => {
    // Steps that are coprime to the lists' lengths cover the whole lists.
    const { kind, path } = turns[(at * 7) % turns.length]!;
    const pick = {
      id: ids[(at * 11) % ids.length]!,
      query: QUERIES[(at * 3) % QUERIES.length]!,
      facet: FACETS[at % FACETS.length]!,
    };
    return { kind, path: path(pick) };
  });
}

/** Loads an API over the stored Dandisets with this many readers. */
export async function loadReaders(
  folder: string,
  ids: readonly string[],
  readers: number,
): Promise<ReadersLoad> {
  const server = await startServer(folder);
  try {
    const plan = planRequests(ids, readers * REQUESTS);
    // One reader requests each kind first as a warm-up, and a second time for the measurement.
    const few = plan.slice(0, 100);
    await readAll(server.url, few);
    const alone = await readAll(server.url, few);
    await server.count();
    const startedAt = performance.now();
    const parts = Array.from({ length: readers }, (_, at) => plan.slice(at * REQUESTS, (at + 1) * REQUESTS));
    const taken = (await Promise.all(parts.map((part) => readAll(server.url, part)))).flat();
    const seconds = (performance.now() - startedAt) / 1000;
    const { reads, bytes, residentMegabytes } = await server.count();
    const failed = taken.filter(({ status, bytes: length }) => status !== 200 || length === 0);
    return {
      readers,
      requests: taken.length,
      failed: failed.length,
      failures: Object.fromEntries(
        [...Map.groupBy(failed, ({ status }) => status)].map(([status, each]) => [status, each.length]),
      ),
      seconds,
      aloneRate: 1000 / (alone.reduce((sum, { ms }) => sum + ms, 0) / alone.length),
      readsPerRequest: reads / taken.length,
      bytesPerRequest: bytes / taken.length,
      peakMegabytes: residentMegabytes,
      rows: [...new Set(KINDS.map(([kind]) => kind))].map((kind) => {
        const times = taken.filter((each) => each.kind === kind).map(({ ms }) => ms);
        return {
          kind,
          requests: times.length,
          aloneMs: findQuantile(
            alone.filter((each) => each.kind === kind).map(({ ms }) => ms),
            0.5,
          ),
          p50: findQuantile(times, 0.5),
          p95: findQuantile(times, 0.95),
        };
      }),
    };
  } finally {
    await server.stop();
  }
}

/** One reader: requests one path after another and reads each response completely. */
async function readAll(url: string, plan: readonly Requested[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const { kind, path } of plan) {
    const startedAt = performance.now();
    const { status, bytes } = await fetch(`${url}${path}`).then(
      async (response) => ({ status: response.status, bytes: (await response.arrayBuffer()).byteLength }),
      ({ message, cause }: Error) => ({
        status: `${(cause as { code?: string })?.code ?? message}`,
        bytes: 0,
      }),
    );
    taken.push({ kind, status, bytes, ms: performance.now() - startedAt });
  }
  return taken;
}

function findQuantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

interface ServerProcess {
  readonly url: string;
  readonly count: () => Promise<Counted>;
  readonly stop: () => Promise<void>;
}

async function startServer(folder: string): Promise<ServerProcess> {
  const child = fork(SELF, [SERVER, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`))),
  );
  ended.catch(() => undefined);
  const { url } = (await Promise.race([nextMessage(child), ended])) as { url: string };
  return {
    url,
    count: async () => {
      const message = nextMessage(child);
      child.send('count');
      return (await Promise.race([message, ended])) as Counted;
    },
    stop: async () => {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      await gone;
    },
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve));
}

/** The server's process: serves until its parent disconnects. */
async function runServer(folder: string): Promise<void> {
  const store = new FolderStore(folder);
  let [reads, bytes, peak] = [0, 0, 0];
  const note = <T extends { readonly body: Uint8Array } | undefined>(found: T): T => {
    reads += 1;
    bytes += found?.body.length ?? 0;
    return found;
  };
  const counted: ObjectStore = {
    location: store.location,
    get: async (key) => note(await store.get(key)),
    getRange: async (key, start, end) => note(await store.getRange(key, start, end)),
    openDownload: (key) => store.openDownload(key),
    has: (key) => {
      reads += 1;
      return store.has(key);
    },
    list: (prefix) => {
      reads += 1;
      return store.list(prefix);
    },
    put: (key, body, options) => store.put(key, body, options),
    remove: (key) => store.remove(key),
  };
  const refuse = async (): Promise<never> => {
    throw new Error('readers start no runs');
  };
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const server = await serveApi({
    store: counted,
    runs: { start: refuse, find: async () => undefined },
    archive: { findVersion: refuse },
    readToken: async () => undefined,
    dailyRuns: 0,
    findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
    now: () => new Date(),
  });
  process.on('message', () => {
    process.send?.({ reads, bytes, residentMegabytes: peak / 1e6 } satisfies Counted);
    [reads, bytes, peak] = [0, 0, 0];
  });
  process.once('disconnect', () => {
    clearInterval(watch);
    void server.close();
  });
  process.send?.({ url: server.url });
}

/** Fills the catalog and the search index up to the archive's number; the added Dandisets have no pages. */
export async function growArchive(folder: string, count = ARCHIVE): Promise<void> {
  const store = new FolderStore(folder);
  const { entries } = await readCatalog(store);
  const existing = decodeDocuments((await store.get(searchIndexKey()))!.body);
  const ids = new Set(entries.map(({ id }) => id));
  const added = buildArchiveDocuments(
    existing.map(({ document }) => document),
    count,
  ).filter(({ id }) => !ids.has(id));
  const more = added.slice(0, Math.max(0, count - entries.length));
  const grown: CatalogEntry[] = more.map(({ id, title, version, updated }, at) => ({
    ...entries[at % entries.length]!,
    id,
    name: title,
    version,
    updated,
  }));
  const put = (key: string, body: Uint8Array | string) =>
    store.put(key, body, { contentType: findContentType(key) });
  await put(catalogKey(), catalogText(buildCatalog([...entries, ...grown])));
  await put(searchIndexKey(), encodeIndex([...existing, ...more.map(withTerms)]));
}

/** Prints one load. */
export async function runReaders([count = String(READERS)]: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'readers-'));
  try {
    const ids = await storeDandisets(folder);
    await growArchive(folder);
    const { rows, ...load } = await loadReaders(folder, ids, Number(count));
    const ratio = (ms: number, to: number): string => (ms / to).toFixed(1);
    process.stdout.write(
      `${load.requests} requests of ${load.readers} readers at once over ${ARCHIVE.toLocaleString('en-US')} Dandisets, ${load.failed} failed${load.failed > 0 ? ` (${JSON.stringify(load.failures)})` : ''}: ${(load.requests / load.seconds).toFixed(0)} a second, ${ratio(load.requests / load.seconds, load.aloneRate)} times those of a single reader; ${load.readsPerRequest.toFixed(2)} reads of the store (${(load.bytesPerRequest / 1000).toFixed(0)} KB) a request, ${load.peakMegabytes.toFixed(0)} MB of memory at most.\n\n${markdownTable(
        [
          'request',
          'of them',
          'alone, ms',
          'median, times alone',
          '95th of 100, times alone',
          '95th by median',
        ],
        rows.map(({ kind, requests, aloneMs, p50, p95 }) => [
          kind,
          String(requests),
          aloneMs.toFixed(1),
          ratio(p50, aloneMs),
          ratio(p95, aloneMs),
          ratio(p95, p50),
        ]),
      )}\n`,
    );
    if (load.failed > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === SELF && process.argv[2] === SERVER) await runServer(process.argv[3] ?? '');
