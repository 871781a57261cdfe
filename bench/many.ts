/**
 * Hundreds of similar files, as in a Dandiset: read many at a time by one process with one limit on requests,
 * one at a time, and by h5py over remfile in as many threads.
 */
import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { openHttpSource, planOpening } from '../shared/source/http-source.ts';
import { RequestPool } from '../shared/source/request-pool.ts';
import { FILES_FOLDER, findPython, getLength, hasModule, prepareFiles } from './bench-files.ts';
import { BENCH_LIMITS } from './limits.ts';
import { BenchServer } from './link.ts';
import { markdownTable } from './table.ts';

const VISIT = join(import.meta.dirname, 'files-writers', 'visit.py');
/** Number of files for the measurement one at a time. */
const ALONE = 40;

/** `npm run bench -- many [FILES] [AT_A_TIME]`: 200 files of kind a, 20 at a time. */
export async function runMany([count = '200', atATime = '20']: readonly string[]): Promise<void> {
  const python = findPython();
  const [file, huge] = prepareFiles(['a', 'c'], python);
  if (file === undefined) return;
  using server = await BenchServer.start(FILES_FOLDER);
  const urls = Array.from({ length: Number(count) }, (_, index) => server.url(file.name, index));
  const rows: string[][] = [];
  await readAll(urls.slice(0, 5), 5);
  const many = await readAll(urls, Number(atATime));
  rows.push([`${atATime} at a time`, ...many]);
  rows.push(['one at a time', ...(await readAll(urls.slice(0, ALONE), 1))]);
  if (python !== undefined && hasModule(python, 'remfile')) {
    const arguments_ = [VISIT, 'remfile', atATime, ...urls];
    const { stdout } = await promisify(execFile)(python, arguments_, { maxBuffer: 1e8 });
    const { seconds } = JSON.parse(stdout) as { seconds: number };
    rows.push([
      `remfile + h5py, ${atATime} threads`,
      (urls.length / seconds).toFixed(1),
      seconds.toFixed(2),
      '',
      '',
    ]);
  }
  console.log(markdownTable(['', 'files a second', 'seconds', 'slowest file, ms', 'peak memory, MB'], rows));
  if (huge !== undefined) await showFairness(server, file.name, huge.name);
}

/** Files per second, seconds, the slowest file's milliseconds, and the process's peak memory. */
async function readAll(urls: readonly string[], atATime: number): Promise<string[]> {
  const reader = new Hdf5HeaderReader();
  const pool = new RequestPool();
  let next = 0;
  let slowest = 0;
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const startedAt = performance.now();
  const readInTurn = async (): Promise<void> => {
    while (next < urls.length) {
      const fileStartedAt = performance.now();
      await readOne(reader, pool, urls[next++]!);
      slowest = Math.max(slowest, performance.now() - fileStartedAt);
    }
  };
  await Promise.all(Array.from({ length: atATime }, readInTurn));
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  reader.close();
  return [
    (urls.length / seconds).toFixed(1),
    seconds.toFixed(2),
    slowest.toFixed(0),
    (peak / 1e6).toFixed(0),
  ];
}

async function readOne(reader: Hdf5HeaderReader, pool: RequestPool, url: string): Promise<void> {
  const source = await pool.open(() => openHttpSource(url, planOpening(getLength(basename(url)), 2)));
  await reader.readHeader(source, BENCH_LIMITS);
}

/** The time of small files while a huge one is read concurrently, compared with their time alone. */
async function showFairness(server: BenchServer, small: string, huge: string): Promise<void> {
  const reader = new Hdf5HeaderReader();
  const pool = new RequestPool();
  const smallOnes = async (): Promise<number> => {
    const startedAt = performance.now();
    for (let index = 0; index < 5; index += 1) await readOne(reader, pool, server.url(small, index));
    return (performance.now() - startedAt) / 5;
  };
  const alone = await smallOnes();
  const hugeReading = readOne(reader, pool, server.url(huge));
  const beside = await smallOnes();
  await hugeReading;
  reader.close();
  console.log(
    `a small file takes ${alone.toFixed(0)} ms alone, ${beside.toFixed(0)} ms together with one of 20,000 objects`,
  );
}
