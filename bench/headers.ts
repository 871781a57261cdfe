/**
 * One file after another, read by ours and each installed peer over the same link: requests, bytes, rounds,
 * seconds, and the ratio of each peer's time to ours.
 */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { LibHdf5Engine } from '../shared/hdf5/libhdf5/engine.ts';
import type { ReadReport } from '../shared/header/header-reader.ts';
import { openHttpSource, planOpening } from '../shared/source/http-source.ts';
import {
  type BenchFile,
  FILES_FOLDER,
  findPython,
  getLength,
  hasModule,
  prepareFiles,
} from './bench-files.ts';
import { BENCH_LIMITS } from './limits.ts';
import { BenchServer, LATENCY_MS, MEGABYTES_PER_SECOND } from './link.ts';
import { markdownTable } from './table.ts';

const VISIT = join(import.meta.dirname, 'files-writers', 'visit.py');
const PEERS = ['remfile', 'fsspec', 'lindi'] as const;
const PEERS_OPTION = '--peers=';
/** The most minutes of a peer for one file. */
const PEER_MINUTES = 5;
/** Our reads of each file, in one process; the median counts, and the first is reported with it. */
const READINGS = 9;
/** A peer's reads of each file, each in a separate process; the median counts. */
const PEER_READINGS = 3;
/** If a peer's read takes more seconds than this, it is read only once. */
const LONG_READING = 20;

interface Measured {
  readonly requests: number;
  readonly bytes: number;
  readonly rounds?: number;
  readonly objects: number;
  readonly seconds: number;
  /** Seconds of the first read, if there were several. */
  readonly firstSeconds?: number;
}

/** `npm run bench [-- [--peers=NAME,…] KIND …]`: all files and all peers by default. */
export async function runHeaders(requested: readonly string[]): Promise<void> {
  const kinds = requested.filter((word) => !word.startsWith(PEERS_OPTION));
  const wanted = requestedPeers(requested.find((word) => word.startsWith(PEERS_OPTION)));
  const python = findPython();
  const peers = python === undefined ? [] : wanted.filter((peer) => hasModule(python, peer));
  for (const peer of wanted) if (!peers.includes(peer)) console.error(`skipped: ${peer} is not installed`);
  const files = prepareFiles(kinds, python);
  using server = await BenchServer.start(FILES_FOLDER);
  const rows: string[][] = [];
  for (const file of files) {
    const row = await measureFile(server, file, python, peers);
    console.error(row.join('  '));
    rows.push(row);
  }
  console.log(
    `${LATENCY_MS} ms a request, ${MEGABYTES_PER_SECOND} MB/s, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`,
  );
  console.log('Cells: requests / MB / seconds, and for peers how many times as long as ours.');
  console.log(`Ours: the middle of ${READINGS} readings in one process, the first in brackets.`);
  console.log(
    `Peers: the middle of ${PEER_READINGS} processes, of one where it takes over ${LONG_READING} s.`,
  );
  console.log(
    markdownTable(
      ['file', 'ours', 'rounds', 'h5wasm, 1 MiB blocks', ...peers.map((peer) => `${peer} + h5py`)],
      rows,
    ),
  );
}

function requestedPeers(option: string | undefined): readonly string[] {
  if (option === undefined) return PEERS;
  const names = option.slice(PEERS_OPTION.length).split(',');
  for (const name of names) {
    if (!(PEERS as readonly string[]).includes(name))
      throw new Error(`no peer ${name}; there are ${PEERS.join(', ')}`);
  }
  return names;
}

async function measureFile(
  server: BenchServer,
  file: BenchFile,
  python: string | undefined,
  peers: readonly string[],
): Promise<string[]> {
  const url = server.url(file.name);
  const ours = await measureOurs(url, getLength(file.name));
  const blocks = await measureBlocks(url);
  const row = [`${file.kind} ${file.about}`, cell(ours), String(ours.rounds), cell(blocks, ours)];
  for (const peer of peers) {
    const measured = await measurePeer(server, python!, peer, url);
    if (measured === undefined) row.push(`failed, or over ${PEER_MINUTES} min`);
    else row.push(measured.objects < ours.objects - 1 ? 'sees not all objects' : cell(measured, ours));
  }
  return row;
}

function cell({ requests, bytes, seconds, firstSeconds }: Measured, ours?: Measured): string {
  const first = firstSeconds === undefined ? '' : ` (${firstSeconds.toFixed(3)})`;
  const ratio = ours === undefined ? first : ` (×${(seconds / ours.seconds).toFixed(1)})`;
  return `${requests} / ${(bytes / 1e6).toFixed(2)} / ${seconds.toFixed(3)}${ratio}`;
}

/** Our read, including the opening. */
async function measureOurs(url: string, byteLength: number): Promise<Measured> {
  const reader = new Hdf5HeaderReader();
  try {
    const runs: Measured[] = [];
    for (let run = 0; run < READINGS; run += 1) {
      const startedAt = performance.now();
      const source = await openHttpSource(url, planOpening(byteLength));
      const { report } = await reader.readHeader(source, BENCH_LIMITS);
      if (report.fallback !== undefined) console.error(`${url}: libhdf5 read it: ${report.fallback}`);
      runs.push(buildMeasured(report, startedAt));
    }
    const firstSeconds = runs[0]!.seconds;
    return { ...middle(runs), firstSeconds };
  } finally {
    reader.close();
  }
}

/** libhdf5 in WebAssembly, which reads blocks as it needs them. */
async function measureBlocks(url: string): Promise<Measured> {
  const engine = new LibHdf5Engine({ pageBytes: 1024 * 1024 });
  try {
    const startedAt = performance.now();
    const source = await openHttpSource(url);
    const { report } = await engine.readHeader(source, BENCH_LIMITS);
    return buildMeasured(report, startedAt);
  } finally {
    engine.close();
  }
}

function buildMeasured({ requests, bytes, rounds, objects }: ReadReport, startedAt: number): Measured {
  return { requests, bytes, rounds, objects, seconds: (performance.now() - startedAt) / 1000 };
}

function middle(runs: readonly Measured[]): Measured {
  return runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)]!;
}

/** A peer's visits, each in its own process; its modules are loaded before the clock starts. */
async function measurePeer(
  server: BenchServer,
  python: string,
  peer: string,
  url: string,
): Promise<Measured | undefined> {
  const runs: Measured[] = [];
  while (runs.length < PEER_READINGS) {
    const run = await visitOnce(server, python, peer, url);
    if (run === undefined) return undefined;
    runs.push(run);
    if (run.seconds > LONG_READING) break;
  }
  return middle(runs);
}

async function visitOnce(
  server: BenchServer,
  python: string,
  peer: string,
  url: string,
): Promise<Measured | undefined> {
  await server.reset();
  try {
    const run = promisify(execFile)(python, [VISIT, peer, '1', url], { timeout: PEER_MINUTES * 60_000 });
    const { seconds, objects } = JSON.parse((await run).stdout) as { seconds: number; objects: number };
    const { requests, bytes } = await server.counts();
    return { requests, bytes, objects, seconds };
  } catch {
    return undefined;
  }
}
