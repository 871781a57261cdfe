/**
 * How the cost of planning, grouping and prompting grows with the number of files: 100, 1,000 and 10,000
 * headers among seven times as many assets, all of them already stored. Counts the requests to the store, and
 * reports time and memory; the times are ratios to the previous run. Run by `npm run bench -- scale`.
 */
import { READER_REVISION } from '../shared/header/header-json.ts';
import type { NwbHeader } from '../shared/header/nwb-header.ts';
import { SILENT_LOG } from '../shared/log.ts';
import { buildRunPrompt } from '../shared/pipeline/build-prompt-step.ts';
import { buildDigest, type HeaderDigest, parseDigest } from '../shared/pipeline/header-digest.ts';
import { listAssets } from '../shared/pipeline/list-assets-step.ts';
import { readHeaders } from '../shared/pipeline/read-headers-step.ts';
import { FileToRead, parsePayload } from '../shared/pipeline/run-payloads.ts';
import { HeaderStore } from '../shared/store/header-store.ts';
import type { ObjectStore, StoredObject, StoredRange } from '../shared/store/object-store.ts';
import { SummaryStore } from '../shared/store/summary-store.ts';

/** Files per batch, as in the state machine. */
const BATCH = 20;
/** Kinds of structure among the files. */
const STRUCTURES = 7;

/** A store in memory that counts its requests. */
class CountingStore implements ObjectStore {
  readonly location = 'memory';
  readonly counts = { get: 0, put: 0, has: 0, list: 0, remove: 0 };
  readonly #documents = new Map<string, Uint8Array>();

  async get(key: string): Promise<StoredObject | undefined> {
    this.counts.get += 1;
    const body = this.#documents.get(key);
    return body === undefined ? undefined : { body, etag: String(body.length) };
  }

  async getRange(key: string, start: number, end: number): Promise<StoredRange | undefined> {
    this.counts.get += 1;
    const body = this.#documents.get(key);
    return body === undefined || start >= body.length
      ? undefined
      : { body: body.slice(start, end), size: body.length };
  }

  async openDownload(): Promise<undefined> {
    return undefined;
  }

  async put(key: string, body: Uint8Array | string) {
    this.counts.put += 1;
    this.#documents.set(key, typeof body === 'string' ? new TextEncoder().encode(body) : body);
    return { outcome: 'stored', etag: String(body.length) } as const;
  }

  async has(key: string): Promise<boolean> {
    this.counts.has += 1;
    return this.#documents.has(key);
  }

  async *list(prefix: string): AsyncIterable<string> {
    this.counts.list += 1;
    yield* [...this.#documents.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async remove(key: string): Promise<void> {
    this.counts.remove += 1;
    this.#documents.delete(key);
  }
}

/** Builds a header of one of a few structures, with `size` numbered series. */
function buildHeader(structure: number, size: number): NwbHeader {
  const text = (name: string, value: string) => ({
    name,
    dtype: { class: 'string', size: 'variable', charset: 'utf8' } as const,
    shape: [],
    values: [value],
  });
  const series = Array.from({ length: size }, () => ({
    kind: 'group' as const,
    attributes: [text('neurodata_type', 'TimeSeries'), text('description', `of structure ${structure}`)],
    members: [],
  }));
  const letter = String.fromCharCode(97 + structure);
  const members = series.map((_, at) => ({ name: `${letter}_${String(at).padStart(4, '0')}`, to: at + 1 }));
  return {
    format: 'hdf5',
    objects: [{ kind: 'group', attributes: [text('neurodata_type', 'NWBFile')], members }, ...series],
    namespaces: [],
    cutShort: [],
  };
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

interface Row {
  readonly files: number;
  readonly assets: number;
  readonly seconds: number;
  readonly gets: number;
  readonly puts: number;
  readonly peakMegabytes: number;
  readonly types: number;
}

async function measure(files: number): Promise<Row> {
  const store = new CountingStore();
  const headers = new HeaderStore<HeaderDigest>(store, parseDigest, READER_REVISION);
  for (let at = 0; at < files; at += 1) {
    const header = buildHeader(at % STRUCTURES, 20 + (at % 30));
    await headers.put(uuid(at), header, buildDigest(header));
  }
  for (const name of Object.keys(store.counts) as (keyof typeof store.counts)[]) store.counts[name] = 0;
  // The largest Dandiset has 73,048 files in total; a smaller one may have many that are not NWB.
  const perFile = files > 10_000 ? 1 : 7;
  const assets = files * perFile;
  const archive = {
    findVersion: async () => ({ id: '123456', version: 'draft' }),
    readMetadata: async () => ({
      json: '{"id": "DANDI:123456/draft", "name": "Scale"}',
      from: 'bucket' as const,
    }),
    async *readAssets(
      _ref: unknown,
      _signal: unknown,
      onRecord?: (assetId: string, record: unknown) => void,
    ) {
      for (let at = 0; at < assets; at += 1) {
        const isNwb = at % perFile === 0;
        const path = `sub-${at % 300}/file-${at}.${isNwb ? 'nwb' : 'tif'}`;
        const assetId = uuid(1_000_000 + at);
        onRecord?.(assetId, buildRecord(at));
        yield {
          path,
          assetId,
          size: 1,
          encodingFormat: '',
          content: { kind: 'blob' as const, blobId: uuid(at / perFile) },
        };
      }
    },
  };
  const started = performance.now();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const listed = await listAssets(
    { dandisetId: '123456' },
    {
      archive,
      store,
      summaries: new SummaryStore(store),
      settings: { promptProfile: 'complete', promptTokenBudget: 100_000, modelId: 'none' },
      log: SILENT_LOG,
    },
  );
  if (!('run' in listed)) throw new Error('Nobody counts turns here');
  const lines = new TextDecoder()
    .decode((await store.get(listed.filesKey))!.body)
    .trim()
    .split('\n');
  const items = lines.map((line) => parsePayload(FileToRead, JSON.parse(line)));
  const results: string[] = [];
  for (let at = 0; at < items.length; at += BATCH) {
    const outcomes = await readHeaders(
      { Items: items.slice(at, at + BATCH), BatchInput: { run: listed.run }, lastAttempt: false },
      {
        openBlob: () => Promise.reject(new Error('No blob is read: every header is kept')),
        openZarr: () => {
          throw new Error('No Zarr is read: every header is kept');
        },
        reader: { readHeader: () => Promise.reject(new Error('No header is read')) },
        headers,
        limits: { bytes: 1, requests: 1, objects: 1, depth: 1, milliseconds: 1, valueBytes: 1 },
        concurrency: 8,
        log: SILENT_LOG,
      },
    );
    results.push(...outcomes.map((outcome) => JSON.stringify(outcome)));
  }
  const key = `${listed.resultsPrefix}/SUCCEEDED_0.jsonl`;
  await store.put(key, `${results.join('\n')}\n`);
  const resultsKey = `${listed.resultsPrefix}/manifest.json`;
  await store.put(resultsKey, JSON.stringify({ ResultFiles: { SUCCEEDED: [{ Key: key }] } }));
  const prompted = await buildRunPrompt(
    { run: listed.run, resultsKey, shorter: 0 },
    { store, headers, log: SILENT_LOG },
  );
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  peak = Math.max(peak, process.memoryUsage().rss);
  return {
    files,
    assets,
    seconds,
    gets: store.counts.get,
    puts: store.counts.put,
    peakMegabytes: peak / 1e6,
    types: prompted.fileTypes,
  };
}

/** A record with one of 10,000 subjects. */
function buildRecord(at: number): unknown {
  return {
    wasAttributedTo: [
      {
        schemaKey: 'Participant',
        identifier: `mouse-${at % 10_000}`,
        species: { name: 'Mus musculus - House mouse' },
        sex: { name: at % 2 === 0 ? 'Male' : 'Female' },
        age: { value: `P${60 + (at % 90)}D` },
      },
    ],
    wasGeneratedBy: [{ schemaKey: 'Session', identifier: `s${at}`, startDate: '2024-01-01T00:00:00Z' }],
  };
}

/** Prints the curve. */
export async function scale(): Promise<void> {
  await measure(50);
  process.stdout.write('files    assets   types  store gets  puts  time to the row above  peak MB\n');
  let before: Row | undefined;
  for (const files of [100, 1_000, 10_000, 73_048]) {
    const row = await measure(files);
    const ratio = before === undefined ? '' : `${(row.seconds / before.seconds).toFixed(1)} ×`;
    process.stdout.write(
      `${String(files).padEnd(8)} ${String(row.assets).padEnd(8)} ${String(row.types).padEnd(6)} ${String(row.gets).padEnd(11)} ${String(row.puts).padEnd(5)} ${ratio.padEnd(22)} ${row.peakMegabytes.toFixed(0)}\n`,
    );
    before = row;
  }
}
