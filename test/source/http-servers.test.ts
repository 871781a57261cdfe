/** Files on real servers: how their responses differ from S3, and where they redirect a reader to. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ByteStore } from '../../shared/source/byte-store.ts';
import { decodedBody } from '../../shared/source/http-encoding.ts';
import { HttpPool } from '../../shared/source/http-pool.ts';
import { type HttpSourceOptions, openHttpSource } from '../../shared/source/http-source.ts';
import { patternBytes } from './counting-source.ts';
import { RangeServer, type Script } from './range-server.ts';

const bytes = patternBytes(200_000);
let server: RangeServer;
let pool: HttpPool;

beforeEach(async () => {
  server = await RangeServer.start(bytes);
  pool = new HttpPool({ maxSockets: 4 });
});
afterEach(async () => {
  pool.close();
  await server.stop();
});

const open = (options: HttpSourceOptions = {}) =>
  openHttpSource(server.url, { pool, openingBytes: 16_384, suffixBytes: 65_536, ...options });

/** A response with the right bytes and changed headers; `encode` changes the body too. */
function answering(
  change: (headers: Record<string, string | number>) => Record<string, string | number>,
  encode: (body: Uint8Array) => Uint8Array = (body) => body,
): Script {
  return (request, response) => {
    const [start, end] = server.parseBounds(request.headers.range);
    const body = encode(server.bytes.subarray(start, end));
    const headers = { ...server.headersFor(start, end), 'content-length': body.byteLength };
    response.writeHead(206, change(headers)).end(body);
    return true;
  };
}

const inRange = (edit: (range: string) => string): Script =>
  answering((headers) => ({ ...headers, 'content-range': edit(String(headers['content-range'])) }));

const serveEncoded = (coding: string, encode?: (body: Uint8Array) => Uint8Array): Script =>
  answering((headers) => ({ ...headers, 'content-encoding': coding }), encode);

/** Responds with 416 if `refuses` returns true for the range's two ends as written. */
const refusing =
  (refuses: (first: string, last: string) => boolean, reportsLength = true): Script =>
  (request, response) => {
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') as unknown as string[];
    if (!refuses(first!, last!)) return false;
    response.writeHead(416, reportsLength ? { 'content-range': `bytes */${server.bytes.length}` } : {}).end();
    return true;
  };

const isSuffix = (first: string): boolean => first === '';
const isPastEnd = (first: string, last: string): boolean =>
  first === '' ? Number(last) > server.bytes.length : Number(last) >= server.bytes.length;

const SERVERS: readonly (readonly [string, () => Script])[] = [
  ['reports no length', () => inRange((range) => range.replace(/\/.*/, '/*'))],
  ['writes the unit in capitals', () => inRange((range) => range.replace('bytes', 'BYTES'))],
  ['writes the unit with a capital', () => inRange((range) => range.replace('bytes', 'Bytes'))],
  [
    'puts spaces around the numbers',
    () => inRange((range) => range.replace(/[-/]/g, ' $& ').replace(' ', '  ')),
  ],
  ['writes the unit as the request does', () => inRange((range) => range.replace('bytes ', 'bytes='))],
  ['refuses ranges past the end', () => refusing(isPastEnd)],
  ['refuses ranges past the end, and reports no length', () => refusing(isPastEnd, false)],
  ['refuses ranges from the end', () => refusing(isSuffix)],
  ['refuses ranges from the end, and reports no length', () => refusing(isSuffix, false)],
  [
    'responds to ranges from the end with the whole file',
    () => (request, response) => {
      if (!/=-/.test(request.headers.range ?? '')) return false;
      response.writeHead(200, { 'content-length': server.bytes.length, etag: '"one"' }).end(server.bytes);
      return true;
    },
  ],
  [
    'treats ranges from the end as ranges from the start',
    () => (request, response) => {
      const suffix = /=-(\d+)/.exec(request.headers.range ?? '')?.[1];
      if (suffix === undefined) return false;
      const end = Math.min(server.bytes.length, Number(suffix) + 1);
      response.writeHead(206, server.headersFor(0, end)).end(server.bytes.subarray(0, end));
      return true;
    },
  ],
  [
    'ignores ranges from the end',
    () => (request, response) => {
      if (!/=-/.test(request.headers.range ?? '')) return false;
      response.writeHead(400).end();
      return true;
    },
  ],
  ['compresses its responses by gzip', () => serveEncoded('gzip', gzipSync)],
  ['compresses its responses by x-gzip', () => serveEncoded('X-GZip', gzipSync)],
  ['compresses its responses by deflate', () => serveEncoded('deflate', deflateSync)],
  ['compresses its responses by br', () => serveEncoded('br', brotliCompressSync)],
  ['compresses its responses by zstd', () => serveEncoded('zstd', zstdCompressSync)],
  [
    'compresses its responses twice',
    () => serveEncoded('gzip, br', (body) => brotliCompressSync(gzipSync(body))),
  ],
  ['declares a coding that the file does not have', () => serveEncoded('gzip')],
  ['leaves the coding empty', () => serveEncoded('')],
  ['declares identity', () => serveEncoded('identity')],
  ['declares how the file was uploaded', () => serveEncoded('aws-chunked')],
  ['declares how the file was uploaded, and compresses', () => serveEncoded('aws-chunked,gzip', gzipSync)],
  ['has no ETag', () => answering(({ etag: _, ...headers }) => headers)],
  [
    'has a weak ETag for compressed responses',
    () => {
      let answers = 0;
      return answering((headers) => ({ ...headers, etag: answers++ % 2 === 0 ? '"one"' : 'W/"one"' }));
    },
  ],
  [
    'responds with the whole file if it is no longer than the range',
    () => (request, response) => {
      const [start, end] = server.parseBounds(request.headers.range);
      if (end - start < server.bytes.length) return false;
      response.writeHead(200, { 'content-length': server.bytes.length, etag: '"one"' }).end(server.bytes);
      return true;
    },
  ],
];

describe.each(SERVERS)('a server that %s', (_, script) => {
  it.each([200_000, 70_000, 11_000, 1])('serves a file of %i bytes', async (length) => {
    server.bytes = bytes.slice(0, length);
    server.script = script();
    const source = await open();
    expect(source.byteLength).toBe(length);
    for (const { offset, bytes: existing } of source.opening)
      expect(existing).toEqual(bytes.slice(offset, offset + existing.length));
    expect(source.opening[0]!.offset).toBe(0);
    const end = source.opening.at(-1)!;
    expect(end.offset + end.bytes.length).toBe(length);
    const middle = Math.floor(length / 2);
    expect(await source.read(middle, length - middle)).toEqual(bytes.slice(middle, length));
    // The report includes every request, also unsuccessful ones.
    const limits = { bytes: 1e9, requests: 100 };
    const store = new ByteStore(source, { pageBytes: 1, gapBytes: 0, concurrency: 8, limits });
    expect(store.report().requests).toBe(server.requests.length - 1);
    expect(store.report().requests).toBeLessThanOrEqual(6);
    expect(store.report().rounds).toBeLessThanOrEqual(5);
  });
});

describe('a response that does not give the range', () => {
  it('is not an outage if its compression cannot be undone', async () => {
    server.script = serveEncoded('compress', (body) => body.subarray(0, body.length - 1));
    await expect(open()).rejects.toMatchObject({ name: 'HeaderUnreadableError', reason: 'unsupported' });
  });

  it('is no outage where it comes in several parts', async () => {
    server.script = answering(({ 'content-range': _, ...headers }) => ({
      ...headers,
      'content-type': 'multipart/byteranges; boundary=x',
    }));
    await expect(open()).rejects.toMatchObject({ name: 'HeaderUnreadableError', reason: 'unsupported' });
  });

  it('is refused if it inflates past the range', async () => {
    server.script = serveEncoded('gzip', () => gzipSync(new Uint8Array(50_000_000)));
    await expect(open()).rejects.toMatchObject({ name: 'HeaderUnreadableError', reason: 'unsupported' });
  });

  it('is detected if the length is not reported and the file has become shorter', async () => {
    server.etag = undefined;
    server.script = inRange((range) => range.replace(/\/.*/, '/*'));
    const source = await open();
    server.bytes = bytes.slice(0, 150_000);
    await expect(source.read(149_000, 2000)).rejects.toMatchObject({ name: 'AssetChangedError' });
  });

  it('is reported if no length can be found in any way', async () => {
    const unreported = inRange((range) => range.replace(/\/.*/, '/*'));
    server.script = (request, response, index) => {
      if (!/=-/.test(request.headers.range ?? '')) return unreported(request, response, index);
      response.writeHead(400).end();
      return true;
    };
    await expect(open()).rejects.toMatchObject({
      reason: 'unsupported',
      message: expect.stringContaining("does not report the file's length"),
    });
  });
});

it('decodes a body to the exact length, or takes it unchanged, or neither', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: -1, max: 1 }), (body, off) => {
      const packed = gzipSync(body);
      const decoded = decodedBody(packed, ['gzip'], body.length + off);
      if (off === 0) expect(decoded && [...decoded]).toEqual([...body]);
      else if (packed.length === body.length + off) expect(decoded).toBe(packed);
      else expect(decoded).toBeUndefined();
    }),
  );
});

describe('redirects', () => {
  let archive: Server;
  let location: string;
  let status = 302;
  let requested = 0;
  const archiveUrl = (): string =>
    `http://127.0.0.1:${(archive.address() as AddressInfo).port}/api/download/`;

  beforeEach(async () => {
    status = 302;
    requested = 0;
    location = server.url;
    archive = createServer((_, response) => {
      requested += 1;
      response.writeHead(status, { location }).end('see there');
    });
    await new Promise<void>((resolve) => archive.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    archive.closeAllConnections();
    archive.close();
  });

  const follow = (redirectHosts?: readonly string[]) =>
    openHttpSource(archiveUrl(), {
      pool,
      openingBytes: 1000,
      suffixBytes: 500,
      ...(redirectHosts === undefined ? {} : { redirectHosts }),
    });
  const host = (): string => new URL(server.url).host;

  it.each([301, 302, 303, 307, 308])('of status %i are followed once, to a listed host', async (code) => {
    status = code;
    const source = await follow([host()]);
    expect(source).toMatchObject({ key: archiveUrl(), byteLength: bytes.length });
    expect(source.openingCost).toEqual({ requests: 4, rounds: 2 });
    expect(await source.read(100_000, 10)).toEqual(bytes.slice(100_000, 100_010));
    // The archive gets no second request.
    expect(requested).toBe(2);
    expect(server.requests.at(-1)).toEqual({ range: 'bytes=100000-100009', ifMatch: '"one"' });
  });

  it('to any other host are refused by name, and no request goes there', async () => {
    await expect(follow([])).rejects.toMatchObject({
      name: 'HeaderUnreadableError',
      reason: 'unsupported',
      message: expect.stringContaining(host()),
    });
    const [name, port] = host().split(':');
    await expect(follow([`${name}:${Number(port) + 1}`, String(name)])).rejects.toThrow(host());
    expect(server.requests).toHaveLength(0);
  });

  it('are not followed by default', async () => {
    await expect(follow()).rejects.toMatchObject({ reason: 'unsupported' });
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    ['ftp://127.0.0.1/a', 'ftp'],
    ['file:///etc/passwd', 'file'],
    ['http://', 'redirect'],
    ['', 'more than 5 redirects'],
  ])('to %j are not followed', async (to, text) => {
    location = to === '' ? archiveUrl() : to;
    await expect(follow(['127.0.0.1', ''])).rejects.toThrow(text);
  });

  it('never contain credentials', async () => {
    location = server.url.replace('//', '//user:word@');
    await expect(follow([host()])).rejects.toThrow('credentials');
  });
});
