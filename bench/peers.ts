/**
 * Compares ours with every peer: one file after another, the same visit by each reader in a separate process,
 * with our visit right before each peer's, so that a ratio compares two measurements close in time. The first
 * visit of a process is reported separately from later ones; requests, bytes and rounds are the range
 * server's counts for the first.
 */
import { execFile, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import {
  BENCH_FILES,
  BENCH_SHAPES,
  type BenchFile,
  FILES_FOLDER,
  findPython,
  prepareFiles,
} from './bench-files.ts';
import { BenchServer, LATENCY_MS, MEGABYTES_PER_SECOND } from './link.ts';
import type { ServedCounts } from './range-server.ts';
import { markdownTable } from './table.ts';

const OUR_VISIT = join(import.meta.dirname, 'visit.ts');
const PEER_VISIT = join(import.meta.dirname, 'files-writers', 'visit.py');
/** Every peer; the first is in JavaScript as ours is, the others require Python. */
const PEERS = [
  'h5wasm',
  'remfile',
  'fsspec',
  'lindi',
  'lazynwb',
  'async-hdf5',
  'pyfive',
  'h5coro',
  'zarr',
] as const;
type Peer = (typeof PEERS)[number];
/** Peers that only read Zarr. */
const ZARR_PEERS: readonly Peer[] = ['zarr'];
/** The default time limit of a process for its visits, in seconds. */
const SECONDS = 60;
/** Visits of a process: the first, and later ones whose median counts as warm. */
const OUR_VISITS = 6;
const PEER_VISITS = 3;

/** The result of a process within its time. */
interface Visited {
  readonly visits: readonly number[];
  readonly served: ServedCounts;
  readonly objects: number;
}

/** An installed peer. */
interface PresentPeer {
  readonly name: Peer;
  /** What its visit lacks; empty if it is complete. */
  readonly lacks: string;
}

/** A peer's visit and ours. */
interface Pair {
  readonly file: BenchFile;
  readonly peer: Peer;
  readonly ours: Visited;
  readonly theirs: Visited | 'too long' | 'failed';
}

/**
 * `npm run bench -- peers [--peers=NAME,…] [--python=COMMAND] [--seconds=N] [SHAPE …]`: all files, shapes and
 * peers by default.
 */
export async function runPeers(requested: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...requested],
    allowPositionals: true,
    options: { peers: { type: 'string' }, python: { type: 'string' }, seconds: { type: 'string' } },
  });
  if (values.python !== undefined) process.env.BENCH_PYTHON = values.python;
  const python = findPython();
  const seconds = Number(values.seconds ?? SECONDS);
  if (!(seconds > 0)) throw new Error('--seconds must be a number above 0');
  const peers = requestedPeers(values.peers).flatMap((name) => presentPeer(name, python));
  const files = prepareFiles(positionals, python, [...BENCH_FILES, ...BENCH_SHAPES]);
  using server = await BenchServer.start(FILES_FOLDER);
  const pairs: Pair[] = [];
  for (const file of files) {
    for (const { name } of peers.filter((peer) => canRead(peer.name, file))) {
      const pair = await measurePair(server, file, name, python, seconds);
      console.error(`${file.kind} ${name}: ${pairText(pair)}`);
      pairs.push(pair);
    }
  }
  console.log(
    `${LATENCY_MS} ms a request, ${MEGABYTES_PER_SECOND} MB/s, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.`,
  );
  printFiles(files, peers, pairs, seconds);
  printPeers(peers, pairs, seconds);
  printLosses(pairs);
}

function requestedPeers(option: string | undefined): readonly Peer[] {
  if (option === undefined) return PEERS;
  return option.split(',').map((name) => {
    const peer = PEERS.find((each) => each === name);
    if (peer === undefined) throw new Error(`no peer ${name}; there are ${PEERS.join(', ')}`);
    return peer;
  });
}

/** The peer; if it cannot run here, an empty list, and the reason is printed. */
function presentPeer(name: Peer, python: string | undefined): PresentPeer[] {
  if (name === 'h5wasm') return [{ name, lacks: '' }];
  if (python === undefined) {
    console.error(`skipped: ${name}: there is no Python with h5py (set one by --python)`);
    return [];
  }
  const { status, stdout, stderr } = spawnSync(python, ['-W', 'ignore', PEER_VISIT, name, 'lacks'], {
    encoding: 'utf8',
  });
  if (status === 0) return [{ name, lacks: JSON.parse(stdout) as string }];
  console.error(`skipped: ${name}: ${stderr.trim().split('\n').at(-1) ?? 'it does not start'}`);
  return [];
}

function canRead(peer: Peer, file: BenchFile): boolean {
  return ZARR_PEERS.includes(peer) === file.name.endsWith('.zarr');
}

async function measurePair(
  server: BenchServer,
  file: BenchFile,
  peer: Peer,
  python: string | undefined,
  seconds: number,
): Promise<Pair> {
  const url = server.url(file.name);
  const length = String(statSync(join(FILES_FOLDER, file.name)).size);
  const node = (engine: string, visits: number): [string, string[]] => [
    process.execPath,
    ['--no-warnings', OUR_VISIT, engine, String(visits), url, length],
  ];
  const ours = await runVisits(...node('ours', OUR_VISITS), 10 * SECONDS);
  if (typeof ours === 'string') throw new Error(`our own visit of ${file.name}: ${ours}`);
  const theirs =
    peer === 'h5wasm'
      ? await runVisits(...node(peer, PEER_VISITS), seconds)
      : await runVisits(
          python!,
          ['-W', 'ignore', PEER_VISIT, peer, 'again', String(PEER_VISITS), url],
          seconds,
        );
  return { file, peer, ours, theirs };
}

/** Runs a process, and returns the visits that it made within its time. */
async function runVisits(
  command: string,
  arguments_: string[],
  seconds: number,
): Promise<Visited | 'too long' | 'failed'> {
  const last = (output: string): Visited | undefined => {
    const line = output
      .split('\n')
      .filter((each) => each.startsWith('{'))
      .at(-1);
    return line === undefined ? undefined : (JSON.parse(line) as Visited);
  };
  try {
    const { stdout } = await promisify(execFile)(command, arguments_, {
      timeout: seconds * 1000,
      killSignal: 'SIGKILL',
    });
    return last(stdout) ?? 'failed';
  } catch (error) {
    const { stdout = '', killed = false } = error as { stdout?: string; killed?: boolean };
    return last(stdout) ?? (killed ? 'too long' : 'failed');
  }
}

/** Seconds of the first visit. */
function cold({ visits }: Visited): number {
  return visits[0]!;
}

function warm({ visits }: Visited): number | undefined {
  return visits.length < 2 ? undefined : middle(visits.slice(1));
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)]!;
}

/** The ratios of the peer's time to ours; empty if it did not complete the visit. */
function ratios(pair: Pair): { cold?: number; warm?: number } {
  const { ours, theirs } = pair;
  if (typeof theirs === 'string' || !isWhole(pair)) return {};
  const [oursWarm, theirsWarm] = [warm(ours), warm(theirs)];
  return {
    cold: cold(theirs) / cold(ours),
    ...(oursWarm !== undefined && theirsWarm !== undefined && { warm: theirsWarm / oursWarm }),
  };
}

/** Whether the peer saw at least as many objects as ours; some count the schemas' own group. */
function isWhole({ ours, theirs }: Pair): boolean {
  return typeof theirs !== 'string' && theirs.objects >= ours.objects - 1;
}

function costText({ requests, bytes, rounds }: ServedCounts): string {
  return `${requests} / ${(bytes / 1e6).toFixed(2)} / ${rounds}`;
}

function pairText(pair: Pair): string {
  const { ours, theirs } = pair;
  if (theirs === 'too long') return 'no visit in time';
  if (theirs === 'failed') return 'failed';
  if (!isWhole(pair)) return `sees ${theirs.objects} of ${ours.objects} objects`;
  const { cold: first, warm: later } = ratios(pair);
  return `${timesText(first)}, ${timesText(later)} (${costText(theirs.served)})`;
}

function timesText(ratio: number | undefined): string {
  return ratio === undefined ? '–' : `${ratio.toFixed(1)} ×`;
}

function printFiles(
  files: readonly BenchFile[],
  peers: readonly PresentPeer[],
  pairs: readonly Pair[],
  seconds: number,
): void {
  console.log(
    `\nOurs: requests / MB / rounds, seconds of the first visit of a process and of the middle one of ${OUR_VISITS - 1} later ones, both the middle of the processes. Peers: how many times as long as ours, the first visit and the middle of ${PEER_VISITS - 1} later ones (none where the first took too long), then requests / MB / rounds of the first. A process has ${seconds} s.`,
  );
  const rows = files.flatMap((file) => {
    const own = pairs.filter((pair) => pair.file === file);
    const first = own[0];
    if (first === undefined) return [];
    const firsts = middle(own.map(({ ours }) => cold(ours)));
    const laters = middle(own.map(({ ours }) => warm(ours)!));
    const cells = peers.map(({ name }) => {
      const pair = own.find(({ peer }) => peer === name);
      return pair === undefined ? '' : pairText(pair);
    });
    const seconds = `${firsts.toFixed(2)}, ${laters.toFixed(2)}`;
    return [[`${file.kind}: ${file.about}`, `${costText(first.ours.served)}, ${seconds} s`, ...cells]];
  });
  console.log(`\n${markdownTable(['file', 'ours', ...peers.map(({ name }) => name)], rows)}`);
}

function printPeers(peers: readonly PresentPeer[], pairs: readonly Pair[], seconds: number): void {
  const rows = peers.map(({ name, lacks }) => {
    const own = pairs.filter(({ peer }) => peer === name);
    const firsts = own.flatMap((pair) => ratios(pair).cold ?? []);
    const laters = own.flatMap((pair) => ratios(pair).warm ?? []);
    const late = own.filter(({ theirs }) => theirs === 'too long').length;
    const partly = own.filter((pair) => typeof pair.theirs !== 'string' && !isWhole(pair)).length;
    const failed = own.filter(({ theirs }) => theirs === 'failed').length;
    return [name, lacks, ...spread(firsts), ...spread(laters), `${late}`, `${partly}`, `${failed}`];
  });
  const head = ['peer', 'its visit lacks', 'first: worst', 'middle', 'best'];
  const rest = ['later: worst', 'middle', 'best', `none in ${seconds} s`, 'not all objects', 'failed'];
  console.log(
    '\nTime as a multiple of ours, over the files that the peer visits completely; worst is where the difference is smallest.\n',
  );
  console.log(markdownTable([...head, ...rest], rows));
}

function spread(values: readonly number[]): string[] {
  if (values.length === 0) return ['–', '–', '–'];
  return [Math.min(...values), middle(values), Math.max(...values)].map(timesText);
}

/** Prints where ours is not the fastest. */
function printLosses(pairs: readonly Pair[]): void {
  const losses = pairs.flatMap((pair) => {
    const { cold: first = 1, warm: later = 1 } = ratios(pair);
    if (first >= 1 && later >= 1) return [];
    return [
      `- ${pair.file.kind} (${pair.file.about}): ${pair.peer} takes ${first.toFixed(2)} × the first time, ${later.toFixed(2)} × later`,
    ];
  });
  console.log(losses.length === 0 ? '\nOurs is the fastest on every file.' : '\nOurs is not the fastest:\n');
  for (const line of losses) console.log(line);
}
