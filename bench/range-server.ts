/**
 * A web server for the benchmark's files by range, with a simulated latency and bandwidth. It is a separate
 * process, so that its work is not the reader's: `node bench/range-server.ts FOLDER LATENCY_MS
 * MB_PER_SECOND`. It prints its port. `/__reset` and `/__counts` reset and return the counts of requests and
 * bytes.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The requests to the server since the last reset. */
export interface ServedCounts {
  requests: number;
  bytes: number;
  mostAtOnce: number;
  /**
   * Depth of the chain of requests: a request is one deeper than the deepest that was answered before it
   * arrived.
   */
  rounds: number;
}

/** A slice of a response: the link is shared between responses slice by slice. */
const SLICE_BYTES = 256 * 1024;

const NOTHING_SERVED: ServedCounts = { requests: 0, bytes: 0, mostAtOnce: 0, rounds: 0 };

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** The simulated link: one bandwidth for all responses together. */
class Link {
  readonly #bytesPerMs: number;
  #freeAt = 0;

  constructor(megabytesPerSecond: number) {
    this.#bytesPerMs = megabytesPerSecond * 1000;
  }

  /** Resolves when `bytes` more have passed. */
  async pass(bytes: number): Promise<void> {
    const now = performance.now();
    this.#freeAt = Math.max(this.#freeAt, now) + bytes / this.#bytesPerMs;
    const wait = this.#freeAt - now;
    // Timers are no more precise than this; shorter waits add up and are waited for later.
    if (wait > 1.5) await sleep(wait);
  }
}

class RangeFolder {
  readonly #folder: string;
  readonly #latencyMs: number;
  readonly #link: Link;
  readonly #files = new Map<string, Promise<OpenFile>>();
  #counts: ServedCounts = { ...NOTHING_SERVED };
  #depthAnswered = 0;
  #underWay = 0;

  constructor(folder: string, latencyMs: number, megabytesPerSecond: number) {
    this.#folder = folder;
    this.#latencyMs = latencyMs;
    this.#link = new Link(megabytesPerSecond);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0]!);
    if (path === '/__reset') {
      this.#counts = { ...NOTHING_SERVED };
      this.#depthAnswered = 0;
    }
    if (path === '/__reset' || path === '/__counts') {
      response.end(JSON.stringify(this.#counts));
      return;
    }
    this.#underWay += 1;
    this.#counts.requests += 1;
    this.#counts.mostAtOnce = Math.max(this.#counts.mostAtOnce, this.#underWay);
    const depth = this.#depthAnswered + 1;
    this.#counts.rounds = Math.max(this.#counts.rounds, depth);
    try {
      await sleep(this.#latencyMs);
      await this.#send(await this.#opened(path), request, response);
    } catch {
      response.statusCode = 404;
      response.end();
    } finally {
      this.#underWay -= 1;
      this.#depthAnswered = Math.max(this.#depthAnswered, depth);
    }
  }

  #opened(path: string): Promise<OpenFile> {
    // One file has any number of names: `a.nwb`, `7/a.nwb`. A Zarr's objects are in folders.
    const parts = path.split('/').filter((part) => part !== '' && part !== '..');
    const zarr = parts.findIndex((part) => part.endsWith('.zarr'));
    const name = zarr < 0 ? parts.at(-1)! : parts.slice(zarr).join('/');
    let opened = this.#files.get(name);
    if (opened === undefined) {
      opened = open(join(this.#folder, name)).then(async (handle) => ({
        handle,
        size: (await handle.stat()).size,
      }));
      this.#files.set(name, opened);
    }
    return opened;
  }

  async #send({ handle, size }: OpenFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const isRange = from !== '' || to !== '';
    const start = from === '' ? Math.max(0, size - Number(to || size)) : Number(from);
    const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
    response.writeHead(isRange ? 206 : 200, {
      'accept-ranges': 'bytes',
      'content-length': end - start,
      'content-type': 'application/octet-stream',
      etag: `"${size}"`,
      ...(isRange && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    for (let at = start; at < end && !response.destroyed; at += SLICE_BYTES) {
      const slice = Buffer.allocUnsafe(Math.min(SLICE_BYTES, end - at));
      await handle.read(slice, 0, slice.length, at);
      await this.#link.pass(slice.length);
      this.#counts.bytes += slice.length;
      if (!response.write(slice)) await waitForDrain(response);
    }
    response.end();
  }
}

/** Waits until more may be written, or the client has disconnected; removes its listeners. */
function waitForDrain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

const [folder, latencyMs, megabytesPerSecond] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: range-server.ts FOLDER LATENCY_MS MB_PER_SECOND');
const files = new RangeFolder(folder, Number(latencyMs), Number(megabytesPerSecond));
const server = createServer((request, response) => {
  void files.answer(request, response);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
