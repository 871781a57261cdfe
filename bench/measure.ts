/**
 * `node bench/measure.ts`: measures the inputs of `scripts/cost.ts`, and writes them to `docs/measured.json`:
 * the cost of reading a header of each kind over a link like S3's; the requests to the store and the state
 * machine of a run with a model, a nightly sweep, a poll and a reader; the bytes stored; and the lengths of
 * the prompts of real Dandisets.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { composeApi } from '../functions/compose.ts';
import { createHandler as createFindStale } from '../functions/find-stale.ts';
import { createHandler as createPoll } from '../functions/poll-publications.ts';
import { folderFiles, startArchiveServer } from '../local/archive-server.ts';
import { LocalMachine } from '../local/machine.ts';
import { localContext } from '../local/run-machine.ts';
import { serveApi } from '../local/serve.ts';
import { SweepMachine } from '../local/sweep-machine.ts';
import { type Config, readConfig } from '../shared/config.ts';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { headerToJson } from '../shared/header/header-json.ts';
import type { ReadReport } from '../shared/header/header-reader.ts';
import { openHttpSource, planOpening } from '../shared/source/http-source.ts';
import { corpusFolder } from '../test/corpus.ts';
import { corpusArchiveFiles, corpusDandisets } from '../test/corpus-archive.ts';
import { reply, startOpenAiServer } from '../test/openai-server.ts';
import { goodReply } from '../test/pipeline/archive.ts';
import { type S3Request, S3Server } from '../test/s3-server.ts';
import { TEST_CREDENTIALS } from '../test/store/stores.ts';
import { FILES_FOLDER, findPython, getLength, prepareFiles } from './bench-files.ts';
import { BENCH_LIMITS } from './limits.ts';
import { BenchServer, LATENCY_MS, MEGABYTES_PER_SECOND } from './link.ts';

const TARGET = fileURLToPath(new URL('../docs/measured.json', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../local/sample/', import.meta.url));
/** From a median file to one of twenty thousand objects. */
const KINDS = ['a', 'b', 'e', 'c'];
const PEAK = '--peak-of';
/** Reads of each file; the median counts. */
const READINGS = 5;

/** What is measured: `docs/measured.json`. */
export interface Measured {
  readonly date: string;
  readonly machine: string;
  readonly link: { readonly latencyMs: number; readonly megabytesPerSecond: number };
  readonly reads: readonly MeasuredRead[];
  readonly runs: readonly MeasuredRun[];
  readonly rest: MeasuredRest;
  readonly answers: readonly MeasuredAnswer[];
  readonly kept: MeasuredKept;
  /** Tokens of the prompts of real Dandisets, or of the sample if those are not present. */
  readonly prompts: {
    readonly of: string;
    readonly count: number;
    readonly mean: number;
    readonly most: number;
  };
}

/** The measurements of one header. */
export interface MeasuredRead {
  readonly kind: string;
  readonly about: string;
  readonly objects: number;
  readonly requests: number;
  readonly bytes: number;
  readonly rounds: number;
  /** Milliseconds with a running request, and milliseconds of a core; the two overlap. */
  readonly waitingMs: number;
  readonly cpuMs: number;
  /** Bytes of the header as stored. */
  readonly keptBytes: number;
  /** Peak memory of a process that reads as many of these files at once as ReadHeaders does. */
  readonly peakMegabytes: number;
}

/** Requests to the store, in the classes that S3 bills: writes and lists, and reads. */
export interface StoreRequests {
  readonly puts: number;
  readonly gets: number;
}

/** One run of the state machine, over the S3 stand-in, with a model that replies at once. */
export interface MeasuredRun extends StoreRequests {
  readonly files: number;
  readonly status: string;
  /** Those for turns, the lease and the day's ledger. */
  readonly gate: StoreRequests;
  /** States entered, in the machine and in the map's batches. */
  readonly states: number;
  readonly batchStates: number;
}

/** One response of the API, from a warm function; bytes as sent to the reader. */
export interface MeasuredAnswer {
  readonly path: string;
  readonly gets: number;
  readonly bytes: number;
}

/** Bytes stored: for one Dandiset of 60 files, and in shared documents, per Dandiset in them. */
export interface MeasuredKept {
  readonly summaries: number;
  readonly run: number;
  readonly catalogEntry: number;
  readonly indexEntry: number;
}

/**
 * The cost outside of runs: a sweep with nothing to do, per Dandiset, a check for withdrawals, and a poll.
 */
export interface MeasuredRest {
  readonly nightOfDandiset: StoreRequests;
  readonly look: StoreRequests;
  readonly poll: StoreRequests;
}

async function measureReads(): Promise<MeasuredRead[]> {
  const files = prepareFiles(KINDS, findPython());
  using server = await BenchServer.start(FILES_FOLDER);
  const reads: MeasuredRead[] = [];
  for (const { kind, name, about } of files) {
    const reader = new Hdf5HeaderReader();
    const readings: (ReadReport & { cpuMs: number })[] = [];
    let keptBytes = 0;
    for (let reading = 0; reading < READINGS; reading += 1) {
      const source = await openHttpSource(server.url(name), planOpening(getLength(name)));
      const before = process.cpuUsage();
      const { header, report } = await reader.readHeader(source, BENCH_LIMITS);
      const { user, system } = process.cpuUsage(before);
      readings.push({ ...report, cpuMs: (user + system) / 1000 });
      keptBytes = Buffer.byteLength(headerToJson(header));
    }
    reader.close();
    const middle = readings.sort((a, b) => a.waitingMs + a.computingMs - b.waitingMs - b.computingMs);
    const { objects, requests, bytes, rounds, waitingMs, cpuMs } = middle[Math.floor(READINGS / 2)]!;
    const times = { waitingMs: Math.round(waitingMs), cpuMs: Math.round(cpuMs) };
    reads.push({
      kind,
      about,
      objects,
      requests,
      bytes,
      rounds,
      ...times,
      keptBytes,
      peakMegabytes: await measurePeak(name),
    });
  }
  return reads.sort((a, b) => a.objects - b.objects);
}

/** In a separate process, since a process that grew does not shrink. */
async function measurePeak(name: string): Promise<number> {
  const arguments_ = ['--no-warnings', fileURLToPath(import.meta.url), PEAK, name];
  const { stdout } = await promisify(execFile)(process.execPath, arguments_);
  return Number(stdout.trim());
}

/**
 * Reads two files per slot of ReadHeaders, builds their text as it does, and prints the peak memory in MB.
 */
async function printPeak(name: string): Promise<void> {
  using server = await BenchServer.start(FILES_FOLDER);
  const { readConcurrency, readLimits } = readConfig({});
  const reader = new Hdf5HeaderReader();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  let next = 0;
  const readInTurn = async (): Promise<void> => {
    while (next < 2 * readConcurrency) {
      const source = await openHttpSource(
        server.url(name, next++),
        planOpening(getLength(name), readConcurrency),
      );
      headerToJson((await reader.readHeader(source, readLimits)).header);
    }
  };
  await Promise.all(Array.from({ length: readConcurrency }, readInTurn));
  clearInterval(watch);
  reader.close();
  console.log(Math.round(peak / 1e6));
}

/** The requests to the store since the last call. */
function takeRequests(s3: S3Server): StoreRequests & { readonly gate: StoreRequests } {
  const isGate = ({ key }: S3Request) => /^runs\/(?:turns\.json|spend\/)|\/lease\.json$/.test(key);
  const all = s3.requests.splice(0);
  return { ...countRequests(all), gate: countRequests(all.filter(isGate)) };
}

/** A list request has no key, and is billed as a write. Deletions cost nothing. */
function countRequests(requests: readonly S3Request[]): StoreRequests {
  const gets = requests.filter(
    ({ method, key }) => key !== '' && (method === 'GET' || method === 'HEAD'),
  ).length;
  const puts = requests.filter(({ method, key }) => method === 'PUT' || key === '').length;
  return { puts, gets };
}

async function measureStore(): Promise<Pick<Measured, 'runs' | 'rest' | 'answers' | 'kept'>> {
  process.env.AWS_ACCESS_KEY_ID = TEST_CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = TEST_CREDENTIALS.secretAccessKey;
  process.env.AWS_REGION = 'us-east-2';
  const archive = await startArchiveServer({ files: folderFiles(SAMPLE) });
  const s3 = await S3Server.start();
  const model = await startOpenAiServer();
  model.play(reply(goodReply('The files hold')));
  const config: Config = {
    ...readConfig({
      SUMMARY_STORE: `s3://${s3.bucket}`,
      S3_ENDPOINT_URL: s3.endpoint,
      OPENAI_BASE_URL: model.baseUrl,
      LLM_MODEL: 'gpt-4o',
    }),
    dandiApiUrl: archive.apiUrl,
    dandiBucketUrl: archive.bucketUrl,
  };
  try {
    const runs = await measureRuns(s3, config);
    const run = bytesBelow(s3, 'runs/900002/');
    await new SweepMachine(config).sweep();
    const rest = await measureRest(s3, config);
    const answers = await measureAnswers(s3, config);
    const dandisets = countDandisets(s3);
    const kept = {
      summaries: bytesBelow(s3, 'summaries/900002/') + bytesBelow(s3, 'kept/900002/'),
      run,
      catalogEntry: Math.round(bytesBelow(s3, 'catalog') / dandisets),
      indexEntry: Math.round(bytesBelow(s3, 'search-index') / dandisets),
    };
    return { runs, rest, answers, kept };
  } finally {
    await Promise.all([archive.close(), s3.stop(), model.close()]);
  }
}

function countDandisets(s3: S3Server): number {
  return new Set([...s3.objects.keys()].flatMap((key) => /^summaries\/(\d+)/.exec(key)?.[1] ?? [])).size;
}

function bytesBelow(s3: S3Server, prefix: string): number {
  return [...s3.objects].reduce(
    (sum, [key, { body }]) => sum + (key.startsWith(prefix) ? body.length : 0),
    0,
  );
}

async function measureRuns(s3: S3Server, config: Config): Promise<MeasuredRun[]> {
  const machine = new LocalMachine(config);
  const runs: MeasuredRun[] = [];
  for (const dandisetId of ['900003', '900002', '900003']) {
    takeRequests(s3);
    let states = 0;
    let batchStates = 0;
    let files = 0;
    const { status } = await machine.summarize(
      { dandisetId },
      {
        onEvent: (event) => {
          if (event.type === 'map-started') files = event.counts.total;
          if (event.type !== 'state-entered') return;
          if (event.path.includes('[')) batchStates += 1;
          else states += 1;
        },
      },
    );
    runs.push({ files, status, ...takeRequests(s3), states, batchStates });
  }
  return runs;
}

/**
 * With nothing new in the archive, which has four Dandisets: the requests of a sweep are divided among them.
 */
async function measureRest(s3: S3Server, config: Config): Promise<MeasuredRest> {
  const settings = () => config;
  const bus = { name: 'none', batchSize: 10, put: async () => [] };
  const poll = createPoll(settings, bus);
  await poll({}, localContext('poll-publications'));
  takeRequests(s3);
  await new SweepMachine(config).sweep();
  const night = takeRequests(s3);
  await createFindStale(settings)(
    { mode: 'withdrawals', execution: 'look', startedAt: new Date().toISOString() },
    localContext('find-stale'),
  );
  const look = takeRequests(s3);
  await poll({}, localContext('poll-publications'));
  const { puts, gets } = takeRequests(s3);
  const dandisets = countDandisets(s3);
  const nightOfDandiset = { puts: night.puts / dandisets, gets: night.gets / dandisets };
  return { nightOfDandiset, look: { puts: look.puts, gets: look.gets }, poll: { puts, gets } };
}

/** The most frequent requests of people and programs. */
const ASKED = [
  '/dandisets',
  '/dandisets?q=hippocampus',
  '/dandisets/900002/summary?format=html',
  '/dandisets/900002/summary.md',
  '/dandisets/900002/facts',
  '/dandisets/900002/sessions.csv',
  '/dandisets.jsonl.gz',
];

async function measureAnswers(s3: S3Server, config: Config): Promise<MeasuredAnswer[]> {
  const server = await serveApi(composeApi(config));
  const answers: MeasuredAnswer[] = [];
  try {
    for (const path of ASKED) {
      const ask = async () => Buffer.byteLength(await (await fetch(`${server.url}${path}`)).arrayBuffer());
      await ask();
      takeRequests(s3);
      const bytes = await ask();
      answers.push({ path: path.replace('900002', 'ID'), gets: takeRequests(s3).gets, bytes });
    }
  } finally {
    await server.close();
  }
  return answers;
}

async function measurePrompts(): Promise<Measured['prompts']> {
  const corpus = corpusFolder();
  const folder = await mkdtemp(join(tmpdir(), 'measure-'));
  const server = await startArchiveServer({
    files: corpus === undefined ? folderFiles(SAMPLE) : corpusArchiveFiles(corpus),
  });
  const ids =
    corpus === undefined
      ? ['900001', '900002', '900003', '900004']
      : corpusDandisets(corpus).map(({ id }) => id);
  const machine = new LocalMachine({
    ...readConfig({ SUMMARY_STORE: folder }),
    dandiApiUrl: server.apiUrl,
    dandiBucketUrl: server.bucketUrl,
  });
  const tokens: number[] = [];
  for (const dandisetId of ids) tokens.push((await machine.prompt({ dandisetId })).tokens);
  await server.close();
  await rm(folder, { recursive: true, force: true });
  return {
    of: corpus === undefined ? 'the sample' : 'Dandisets rebuilt from public headers',
    count: tokens.length,
    mean: Math.round(tokens.reduce((sum, each) => sum + each, 0) / tokens.length),
    most: Math.max(...tokens),
  };
}

if (process.argv[2] === PEAK) await printPeak(process.argv[3] ?? '');
else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured: Measured = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, Node ${process.version}`,
    link: { latencyMs: LATENCY_MS, megabytesPerSecond: MEGABYTES_PER_SECOND },
    reads: await measureReads(),
    ...(await measureStore()),
    prompts: await measurePrompts(),
  };
  await writeFile(TARGET, `${JSON.stringify(measured, undefined, 2)}\n`);
  console.log(JSON.stringify(measured, undefined, 2));
}
