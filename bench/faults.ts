/**
 * `npm run bench -- faults [READS]`: the cost of a bucket with occasional errors. First the header of one
 * large file, 1,701 ranges, from a counting server that answers some requests with 503 and resets as many
 * connections; then a Dandiset of 150 files through the whole state machine. Errors are random, with a fixed
 * seed.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArchiveServer } from '../local/archive-server.ts';
import { LocalMachine } from '../local/machine.ts';
import { readConfig } from '../shared/config.ts';
import { ONE_TRY, REQUEST_RETRIES, type RetryPolicy } from '../shared/retry/with-retries.ts';
import { ByteStore } from '../shared/source/byte-store.ts';
import { HttpPool } from '../shared/source/http-pool.ts';
import { openHttpSource } from '../shared/source/http-source.ts';
import { buildArchive, sampleFile, type TestAsset } from '../test/pipeline/archive.ts';
import { markdownTable } from './table.ts';

/** Percentage of 503s, and the same of resets. */
const RATES = [0, 0.1, 0.5, 1, 2, 5];
const RANGES = Array.from({ length: 1_700 }, (_, at) => ({ offset: 1000 + at * 500, length: 40 }));
const BYTES = Buffer.alloc(1_000_000, 7);
const FILES = 150;
const ID = '123456';

type Fault = '503' | 'reset' | undefined;

/** Returns `503`, `reset` or nothing, at random by a seed: mulberry32. */
function injectFaults(percent: number, seed: number): () => Fault {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const drawn = (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * 100;
    if (drawn < percent) return '503';
    return drawn < 2 * percent ? 'reset' : undefined;
  };
}

/** Prints both tables. */
export async function runInjected([reads = '20']: readonly string[]): Promise<void> {
  const rows: string[][] = [];
  for (const percent of RATES) {
    for (const [name, retries] of [['one try', ONE_TRY] as const, ['four tries', REQUEST_RETRIES] as const]) {
      rows.push([`${percent} % + ${percent} %`, name, ...(await readLarge(percent, retries, Number(reads)))]);
    }
  }
  console.log(
    markdownTable(
      ['503s + resets', 'tries', 'headers', 'read', 'requests a header read', 'seconds a header'],
      rows,
    ),
  );
  const right = await summarize(0);
  const runs: string[][] = [];
  for (const percent of RATES) {
    const run = await summarize(percent);
    const more = ((run.requests / right.requests - 1) * 100).toFixed(1);
    runs.push([
      `${percent} % + ${percent} %`,
      String(FILES),
      String(run.read),
      String(run.requests),
      `${more} %`,
    ]);
  }
  console.log(`\n${markdownTable(['503s + resets', 'files', 'read', 'requests', 'more'], runs)}`);
}

async function readLarge(percent: number, retries: RetryPolicy, reads: number): Promise<string[]> {
  const next = injectFaults(percent, 1);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const error = next();
    if (error === 'reset') request.socket.resetAndDestroy();
    else if (error === '503') response.writeHead(503).end();
    else {
      const [, first = '0', last = '0'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = [Number(first), Number(last) + 1];
      response
        .writeHead(206, { 'content-range': `bytes ${start}-${end - 1}/${BYTES.length}`, etag: '"one"' })
        .end(BYTES.subarray(start, end));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.nwb`;
  const pool = new HttpPool();
  const startedAt = performance.now();
  let read = 0;
  let needed = 0;
  for (let at = 0; at < reads; at += 1) {
    const before = requests;
    try {
      const source = await openHttpSource(url, { pool, openingBytes: 1000, retries });
      const limits = { bytes: 1e9, requests: 20_000, milliseconds: 240_000 };
      const store = new ByteStore(source, { pageBytes: 1, gapBytes: 0, concurrency: 192, limits, retries });
      await store.fetch(RANGES);
      read += 1;
      needed += requests - before;
    } catch {
      // A lost read, which the table counts.
    }
  }
  const seconds = (performance.now() - startedAt) / 1000 / reads;
  pool.close();
  server.closeAllConnections();
  server.close();
  const each = read === 0 ? '–' : (needed / read).toFixed(0);
  return [String(reads), String(read), each, seconds.toFixed(2)];
}

async function summarize(percent: number): Promise<{ read: number; requests: number }> {
  const next = injectFaults(percent, 2);
  const body = sampleFile('900002/0.250204.1626', 'sub-');
  const assets = Array.from({ length: FILES }, (_, at): TestAsset => ({ path: `sub-${at}/a.nwb`, body }));
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  let requests = 0;
  const server = await startArchiveServer({
    files: buildArchive(ID, 'draft', assets),
    onRequest: () => {
      requests += 1;
      const error = next();
      return error === '503' ? { status: 503 } : error === 'reset' ? { reset: true } : undefined;
    },
  });
  try {
    const machine = new LocalMachine({
      ...readConfig({ SUMMARY_STORE: folder }),
      dandiApiUrl: server.apiUrl,
      dandiBucketUrl: server.bucketUrl,
    });
    const prompted = await machine.prompt({ dandisetId: ID });
    return { read: prompted.filesRead, requests };
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
