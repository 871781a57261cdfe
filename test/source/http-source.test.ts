/** The HTTP source with a real server: exactly the bytes, or an error that says what went wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ArchiveUnavailableError,
  AssetChangedError,
  HeaderUnreadableError,
  InvalidInputError,
} from '../../shared/errors.ts';
import { ByteStore } from '../../shared/source/byte-store.ts';
import { HttpPool } from '../../shared/source/http-pool.ts';
import { type HttpSourceOptions, openHttpSource, planOpening } from '../../shared/source/http-source.ts';
import { QUICK_RETRIES } from '../retry/policies.ts';
import { patternBytes } from './counting-source.ts';
import { RangeServer } from './range-server.ts';

/** The current number of listeners on a signal, and the total. */
const listeners = vi.hoisted(() => ({ now: 0, ever: 0 }));
vi.mock('../../shared/source/abort-listeners.ts', async (importOriginal) => {
  const { listenForAbort } = await importOriginal<typeof import('../../shared/source/abort-listeners.ts')>();
  const counted: typeof listenForAbort = (signal, onAbort) => {
    listeners.now += 1;
    listeners.ever += 1;
    const release = listenForAbort(signal, onAbort);
    let isReleased = false;
    return () => {
      if (!isReleased) listeners.now -= 1;
      isReleased = true;
      release();
    };
  };
  return { listenForAbort: counted };
});

const bytes = patternBytes(200_000);
/** A timeout for what happens soon, and later on a loaded machine. */
const NOT_FOR_EVER = { timeout: 30_000 };
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
  openHttpSource(server.url, { pool, openingBytes: 65_536, retries: QUICK_RETRIES, ...options });

/** The error that opening fails with. */
async function openingFault(options: HttpSourceOptions = {}): Promise<Record<string, unknown>> {
  return open(options).then(
    () => expect.unreachable('the source was opened'),
    (error) => error,
  );
}

describe('openHttpSource', () => {
  it('opens with one request, which returns size, ETag and the first bytes', async () => {
    const source = await open();
    expect(server.requests).toEqual([{ range: 'bytes=0-65535', ifMatch: undefined }]);
    expect(source).toMatchObject({ key: server.key, byteLength: bytes.length, etag: '"one"' });
    expect(source.opening).toHaveLength(1);
    expect(source.opening[0]).toEqual({ offset: 0, bytes: bytes.slice(0, 65_536) });
  });

  it('reads 16 KiB by default', async () => {
    const source = await openHttpSource(server.url, { pool });
    expect(source.opening).toEqual([{ offset: 0, bytes: bytes.slice(0, 16_384) }]);
  });

  it('requests a short file whole, both ends of others, and less of the start of a long one', async () => {
    const whole = await openHttpSource(server.url, { pool, ...planOpening(100_000) });
    expect(whole.opening).toHaveLength(1);
    // Exactly the length: some servers refuse ranges past the end.
    expect(planOpening(6_815_744)).toEqual({ openingBytes: 6_815_744 });
    expect(planOpening(0)).toEqual({ openingBytes: 1 });
    expect(planOpening(6_815_745)).toEqual({ openingBytes: 32_768, suffixBytes: 370 * 1024 });
    expect(planOpening(67_108_863)).toEqual(planOpening(6_815_745));
    expect(planOpening(67_108_864)).toEqual({ openingBytes: 16_384, suffixBytes: 370 * 1024 });
  });

  it('requests fewer files whole if several share the link', () => {
    expect(planOpening(2_097_152, 8)).toEqual({ openingBytes: 2_097_152 });
    expect(planOpening(2_097_153, 8)).toEqual({ openingBytes: 32_768, suffixBytes: 370 * 1024 });
    expect(planOpening(6_815_744, 1)).toEqual({ openingBytes: 6_815_744 });
  });

  it('reads a short file whole in one round if its length is not known', async () => {
    const { openingBytes = 0, suffixBytes = 0 } = planOpening();
    expect(openingBytes + suffixBytes).toBe(1_048_576);
    const source = await openHttpSource(server.url, { pool, ...planOpening() });
    expect(source.opening.reduce((sum, part) => sum + part.bytes.length, 0)).toBe(bytes.length);
    expect(server.requests).toHaveLength(2);
  });

  it('opens with head and suffix in one round', async () => {
    const source = await open({ openingBytes: 1000, suffixBytes: 500 });
    expect(server.requests.map(({ range }) => range).sort()).toEqual(['bytes=-500', 'bytes=0-999']);
    expect(source.opening).toEqual([
      { offset: 0, bytes: bytes.slice(0, 1000) },
      { offset: bytes.length - 500, bytes: bytes.slice(-500) },
    ]);
  });

  it('stores no byte twice if head and suffix of a short file overlap', async () => {
    server.bytes = bytes.slice(0, 1200);
    const meeting = await open({ openingBytes: 1000, suffixBytes: 500 });
    expect(meeting.opening).toEqual([
      { offset: 0, bytes: bytes.slice(0, 1000) },
      { offset: 1000, bytes: bytes.slice(1000, 1200) },
    ]);
    const whole = await open({ openingBytes: 5000, suffixBytes: 5000 });
    expect(whole.opening).toEqual([{ offset: 0, bytes: bytes.slice(0, 1200) }]);
  });

  it('passes the opening’s bytes to a store, so that they are not fetched again', async () => {
    const source = await open();
    const limits = { bytes: 1e9, requests: 100 };
    const store = new ByteStore(source, { pageBytes: 1, gapBytes: 0, concurrency: 8, limits });
    await store.fetch([{ offset: 0, length: 70_000 }]);
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=0-65535', 'bytes=65536-69999']);
    expect(store.findCached(0, 70_000)).toEqual(bytes.slice(0, 70_000));
    expect(store.report()).toMatchObject({ requests: 2, bytes: 70_000, rounds: 2 });
  });

  it('reads by range with the pinned ETag, and never past the end', async () => {
    const source = await open();
    expect(await source.read(100_000, 5)).toEqual(bytes.slice(100_000, 100_005));
    expect(await source.read(bytes.length - 1, 1)).toEqual(bytes.slice(-1));
    expect(await source.read(7, 0)).toHaveLength(0);
    expect(server.requests.slice(1)).toEqual([
      { range: 'bytes=100000-100004', ifMatch: '"one"' },
      { range: 'bytes=199999-199999', ifMatch: '"one"' },
    ]);
    await expect(source.read(bytes.length - 1, 2)).rejects.toMatchObject({ reason: 'truncated' });
    expect(server.requests).toHaveLength(3);
  });

  it('shares connections between sources, and obeys their limit', async () => {
    const sources = await Promise.all(Array.from({ length: 6 }, () => open()));
    await Promise.all(sources.map((source) => source.read(0, 1000)));
    expect(server.requests).toHaveLength(12);
    expect(server.connections).toBeLessThanOrEqual(4);
  });

  it('refuses an invalid URL', async () => {
    await expect(openHttpSource('file:///etc/passwd')).rejects.toBeInstanceOf(InvalidInputError);
    await expect(openHttpSource('nonsense')).rejects.toMatchObject({ field: 'url' });
  });
});

describe('a server that does not serve the file', () => {
  it.each([
    [404, 'missing'],
    [410, 'missing'],
    [403, 'forbidden'],
    [401, 'forbidden'],
    [301, 'unsupported'],
    [307, 'unsupported'],
    [400, 'unsupported'],
  ] as const)('status %i is a HeaderUnreadableError: %s', async (status, reason) => {
    server.script = (_, response) => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('<Error/>');
      return true;
    };
    const error = await openingFault();
    expect(error).toBeInstanceOf(HeaderUnreadableError);
    expect(error).toMatchObject({ reason, key: server.key });
    expect(error.message).not.toContain('secret');
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [500, undefined, undefined, 4],
    [503, '7', 7, 1],
    [429, '120', 120, 1],
    [503, 'soon', undefined, 4],
    [501, undefined, undefined, 1],
  ])(
    'causes an ArchiveUnavailableError with status %i, after the right number of tries',
    async (status, header, seconds, tries) => {
      server.script = (_, response) => {
        response.writeHead(status, header === undefined ? {} : { 'retry-after': header }).end('busy');
        return true;
      };
      const error = await openingFault();
      expect(error).toBeInstanceOf(ArchiveUnavailableError);
      expect(error).toMatchObject({ status, retryAfterSeconds: seconds, url: server.key });
      expect(server.requests).toHaveLength(tries);
    },
  );

  it('causes an ArchiveUnavailableError if it does not exist', async () => {
    const { url, key } = server;
    await server.stop();
    const error = await openHttpSource(url, { pool }).catch((error) => error);
    expect(error).toBeInstanceOf(ArchiveUnavailableError);
    expect(error).toMatchObject({ url: key, status: undefined });
    expect(error.cause).toBeInstanceOf(Error);
    server = await RangeServer.start(bytes);
  });

  it.each(['416 with the length', '416 without it', '200 of no bytes'])(
    'reports an empty file: %s',
    async (how) => {
      server.bytes = new Uint8Array(0);
      server.script = (_, response) => {
        if (how === '416 with the length') return false;
        if (how === '416 without it') response.writeHead(416).end();
        else response.writeHead(200, { 'content-length': 0 }).end();
        return true;
      };
      expect(await openingFault({ suffixBytes: 100 })).toMatchObject({ reason: 'empty-file' });
    },
  );
});

describe('a server that misbehaves', () => {
  it('that ignores Range is disconnected at once, its body not read', async () => {
    let sent = 0;
    let isClosed: Promise<unknown> | undefined;
    server.script = (_, response) => {
      response.writeHead(200, { 'content-length': 10 ** 10 });
      isClosed = new Promise((resolve) => response.on('close', resolve));
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
      return true;
    };
    expect(await openingFault()).toMatchObject({ reason: 'range-ignored' });
    await isClosed;
    expect(sent).toBeLessThan(20_000_000);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['other bytes', { 'content-range': 'bytes 5-65540/200000' }],
    ['fewer bytes', { 'content-range': 'bytes 0-9/200000', 'content-length': 10 }],
    ['no size', { 'content-range': 'bytes 0-65535/*' }],
    ['no Content-Range', { 'content-range': '' }],
    ['another length', { 'content-length': 100 }],
  ] as [string, Record<string, string | number>][])('that answers with %s', async (_, headers) => {
    server.script = (__, response) => {
      response.writeHead(206, { ...server.headersFor(0, 65_536), ...headers });
      response.end(bytes.subarray(0, Number(headers['content-length'] ?? 65_536)));
      return true;
    };
    const error = await openingFault();
    expect(error).toBeInstanceOf(ArchiveUnavailableError);
    expect(error).toMatchObject({ status: 206, url: server.key });
  });

  it('that closes in the middle of the body', async () => {
    const source = await open();
    server.script = (_, response) => {
      response.writeHead(206, server.headersFor(0, 1000));
      response.write(bytes.subarray(0, 400), () => response.destroy());
      return true;
    };
    const error = await source.read(0, 1000).catch((error) => error);
    expect(error).toBeInstanceOf(ArchiveUnavailableError);
    expect(error.message).toContain('400 of 1000 bytes');
    expect(server.requests).toHaveLength(2);
  });

  it('that sends too few bytes, or too many, without saying how many', async () => {
    const source = await open();
    for (const [sent, text] of [
      [900, 'ended after 900 of 1000'],
      [1100, 'broke off'],
    ] as const) {
      server.script = (_, response) => {
        const { 'content-length': __, ...headers } = server.headersFor(0, 1000);
        response.writeHead(206, headers).end(bytes.subarray(0, sent));
        return true;
      };
      const error = await source.read(0, 1000).catch((error) => error);
      expect(error).toBeInstanceOf(ArchiveUnavailableError);
      expect(error.message).toContain(text);
    }
  });

  it('that closes before it responds, on a new connection', async () => {
    server.script = (request) => {
      request.socket.destroy();
      return true;
    };
    expect(await openingFault()).toBeInstanceOf(ArchiveUnavailableError);
    expect(server.requests).toHaveLength(4);
  });

  it('that had closed the idle connection: the request is sent on another', async () => {
    const source = await open();
    server.script = (request, _, index) => {
      if (index !== 1) return false;
      request.socket.destroy();
      return true;
    };
    expect(await source.read(0, 10)).toEqual(bytes.slice(0, 10));
    expect(server.requests).toHaveLength(3);
    expect(server.connections).toBe(2);
  });

  it.each(['before the answer', 'in the body'])('that stalls %s', async (where) => {
    server.script = (_, response) => {
      if (where === 'in the body') {
        response.writeHead(206, server.headersFor(0, 65_536));
        response.write(bytes.subarray(0, 10));
      }
      return true;
    };
    const error = await openingFault({ idleMilliseconds: 60 });
    expect(error).toBeInstanceOf(ArchiveUnavailableError);
    expect(error.message).toContain('60 ms');
    await vi.waitFor(() => expect(server.openConnections).toBe(0), NOT_FOR_EVER);
  });

  it('that is slow but never silent is waited for', async () => {
    server.script = (_, response) => {
      const body = bytes.subarray(0, 65_536);
      response.writeHead(206, server.headersFor(0, 65_536));
      for (let part = 0; part < 6; part += 1) {
        setTimeout(() => response.write(body.subarray(part * 10_000, (part + 1) * 10_000)), part * 400);
      }
      setTimeout(() => response.end(body.subarray(60_000)), 2_400);
      return true;
    };
    // Shorter than the whole response, and much longer than any of its pauses.
    const source = await open({ idleMilliseconds: 2_000 });
    expect(source.opening[0]!.bytes).toEqual(bytes.slice(0, 65_536));
  });

  it('does not count the wait for a free connection as the server’s silence', async () => {
    const narrow = new HttpPool({ maxSockets: 1 });
    server.script = (_, response) => {
      setTimeout(() => response.writeHead(206, server.headersFor(0, 10)).end(bytes.subarray(0, 10)), 500);
      return true;
    };
    const options = { pool: narrow, openingBytes: 10, idleMilliseconds: 2_000 };
    const sources = await Promise.all(Array.from({ length: 5 }, () => open(options)));
    expect(sources).toHaveLength(5);
    narrow.close();
  });
});

describe('a file that changes while it is read', () => {
  it('is detected by If-Match', async () => {
    const source = await open();
    server.etag = '"two"';
    const error = await source.read(0, 10).catch((error) => error);
    expect(error).toBeInstanceOf(AssetChangedError);
    expect(error).toMatchObject({ key: server.key, expected: '"one"' });
  });

  it('is detected if the server ignores If-Match', async () => {
    const source = await open();
    server.script = (_, response) => {
      response.writeHead(206, { ...server.headersFor(0, 10), etag: '"two"' }).end(bytes.subarray(0, 10));
      return true;
    };
    await expect(source.read(0, 10)).rejects.toMatchObject({
      name: 'AssetChangedError',
      expected: '"one"',
      actual: '"two"',
    });
  });

  it('is detected by its length if there is no ETag', async () => {
    server.etag = undefined;
    const source = await open();
    expect(source.etag).toBeUndefined();
    expect(await source.read(0, 10)).toEqual(bytes.slice(0, 10));
    server.bytes = bytes.slice(0, 150_000);
    await expect(source.read(0, 10)).rejects.toBeInstanceOf(AssetChangedError);
  });

  it('is detected if it has become shorter than what is read', async () => {
    const source = await open();
    server.script = (_, response) => {
      response.writeHead(416, { 'content-range': 'bytes */100' }).end();
      return true;
    };
    await expect(source.read(100_000, 10)).rejects.toBeInstanceOf(AssetChangedError);
  });

  it('is detected between the two requests of its opening', async () => {
    server.script = (request, response) => {
      if (request.headers.range === 'bytes=-500') return false;
      response.writeHead(206, { ...server.headersFor(0, 1000), etag: '"two"' });
      response.end(bytes.subarray(0, 1000));
      return true;
    };
    const error = await openingFault({ openingBytes: 1000, suffixBytes: 500 });
    expect(error).toBeInstanceOf(AssetChangedError);
  });

  it('sends no If-Match for a weak ETag, and still compares it', async () => {
    server.etag = 'W/"one"';
    const source = await open();
    expect(await source.read(0, 10)).toEqual(bytes.slice(0, 10));
    expect(server.requests[1]).toEqual({ range: 'bytes=0-9', ifMatch: undefined });
    server.etag = 'W/"two"';
    await expect(source.read(0, 10)).rejects.toBeInstanceOf(AssetChangedError);
  });
});

describe('aborting', () => {
  it('sends nothing once the signal has fired', async () => {
    const reason = new Error('cancelled');
    await expect(open({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const source = await open();
    await expect(source.read(0, 10, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it.each(['before the answer', 'in the body'])('ends a request %s, and its connection', async (where) => {
    const source = await open();
    server.script = (_, response) => {
      if (where === 'in the body') {
        response.writeHead(206, server.headersFor(0, 1000));
        response.write(bytes.subarray(0, 10));
      }
      return true;
    };
    const abort = new AbortController();
    const reading = source.read(0, 1000, abort.signal);
    await sleep(30);
    const reason = new Error('cancelled');
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.openConnections).toBe(0), NOT_FOR_EVER);
  });

  it('leaves no listeners on a signal that outlives the requests, successful and failed ones', async () => {
    const source = await open();
    const { signal } = new AbortController();
    await source.read(0, 10, signal);
    server.script = (_, response) => {
      response.writeHead(404).end();
      return true;
    };
    await expect(source.read(20, 10, signal)).rejects.toThrow();
    server.script = (_, response) => {
      response.writeHead(206, server.headersFor(0, 1000));
      response.write(bytes.subarray(0, 10), () => response.destroy());
      return true;
    };
    await expect(source.read(0, 1000, signal)).rejects.toThrow();
    expect(listeners.ever).toBeGreaterThan(2);
    expect(listeners.now).toBe(0);
  });

  it('removes only the aborted request from the queue for a connection', async () => {
    const narrow = new HttpPool({ maxSockets: 1 });
    const { origin, pathname } = new URL(server.url);
    const heard: string[] = [];
    const send = (name: string) => {
      const headers = ['range', 'bytes=0-9'];
      return narrow.send(
        { origin, path: pathname, headers, idleMilliseconds: 5_000 },
        {
          started: () => undefined,
          received: () => undefined,
          ended: () => heard.push(name),
          failed: (kind) => heard.push(`${name} ${kind}`),
        },
      );
    };
    send('first');
    const cancel = send('cancelled');
    send('last');
    cancel();
    cancel();
    await vi.waitFor(() => expect(heard).toEqual(['first', 'last']), NOT_FOR_EVER);
    narrow.close();
  });

  it('aborts the second request of an opening when the first fails', async () => {
    server.script = (request, response) => {
      if (request.headers.range === 'bytes=-500') return true;
      response.writeHead(404).end();
      return true;
    };
    const error = await openingFault({ openingBytes: 1000, suffixBytes: 500 });
    expect(error).toMatchObject({ reason: 'missing' });
    await vi.waitFor(() => expect(server.openConnections).toBe(0), NOT_FOR_EVER);
  });
});
