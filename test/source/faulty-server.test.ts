/**
 * Reading from a server with occasional errors, which counts requests: transient errors are retried where the
 * request was made, within the read's own limits, and a host that reports overload gets fewer requests at
 * once.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveUnavailableError, ReadBudgetExceededError } from '../../shared/errors.ts';
import { ONE_TRY } from '../../shared/retry/with-retries.ts';
import { ByteStore, type ByteStoreOptions } from '../../shared/source/byte-store.ts';
import { HttpPool } from '../../shared/source/http-pool.ts';
import { openHttpSource } from '../../shared/source/http-source.ts';
import { RequestPool } from '../../shared/source/request-pool.ts';
import { QUICK_RETRIES } from '../retry/policies.ts';
import { CountingSource, patternBytes } from './counting-source.ts';
import { RangeServer, type Script } from './range-server.ts';

const bytes = patternBytes(1_000_000);
const unlimited = { bytes: 1e9, requests: 1e9 };
const shape = { pageBytes: 1, gapBytes: 0, concurrency: 64, retries: QUICK_RETRIES };
/** As many ranges as in the header of a large file. */
const RANGES = Array.from({ length: 1_701 }, (_, at) => ({ offset: at * 500, length: 40 }));

let server: RangeServer;
let pool: HttpPool;

beforeEach(async () => {
  server = await RangeServer.start(bytes);
  pool = new HttpPool();
});
afterEach(async () => {
  pool.close();
  await server.stop();
});

/** Faulty responses of each kind that a request can get. */
const FAULTS: Readonly<Record<string, Script>> = {
  '500': refusing(500),
  '502': refusing(502),
  '503': refusing(503),
  '504': refusing(504),
  '429': refusing(429),
  'a reset': (request) => {
    request.socket.resetAndDestroy();
    return true;
  },
  'a short body': (request, response) => {
    const [start, end] = server.parseBounds(request.headers.range);
    response
      .writeHead(206, server.headersFor(start, end))
      .write(bytes.subarray(start, (start + end) >> 1), () => {
        response.destroy();
      });
    return true;
  },
  silence: () => true,
};

function refusing(status: number): Script {
  return (_, response) => {
    response.writeHead(status).end('busy');
    return true;
  };
}

/** Long, since a late response must not count as missing; short only where a test waits for silence. */
const IDLE_MS = 60_000;
const SILENCE_MS = 1_500;

async function openStore(
  options: Partial<ByteStoreOptions> = {},
  idleMilliseconds = IDLE_MS,
): Promise<ByteStore> {
  const source = await openHttpSource(server.url, {
    pool,
    openingBytes: 100,
    retries: QUICK_RETRIES,
    idleMilliseconds,
  });
  return new ByteStore(source, { ...shape, limits: unlimited, ...options });
}

function expectAllCached(store: ByteStore): void {
  for (const { offset, length } of RANGES)
    expect(store.findCached(offset, length)).toEqual(bytes.subarray(offset, offset + length));
}

describe('one error', () => {
  it.each(Object.keys(FAULTS))('%s costs one more request, at the opening and at a read', async (kind) => {
    for (const at of [0, 2]) {
      server.requests.length = 0;
      server.script = (request, response, index) => index === at && FAULTS[kind]!(request, response, index);
      const store = await openStore({}, kind === 'silence' ? SILENCE_MS : IDLE_MS);
      await store.fetch(RANGES.slice(1, 4));
      expect(store.findCached(500, 40)).toEqual(bytes.subarray(500, 540));
      expect(server.requests).toHaveLength(5);
    }
  });

  it('is counted in the report, at the opening and at a read', async () => {
    server.script = (_, response, index) => (index === 0 || index === 2) && refusing(503)(_, response, index);
    const store = await openStore();
    await store.fetch(RANGES.slice(1, 4));
    expect(server.requests).toHaveLength(6);
    expect(store.report()).toMatchObject({ requests: 6, bytes: 100 + 3 * 40, rounds: 2 });
  });
});

describe('1 % of 503s and 1 % of resets', () => {
  it('read every range of a large header, with at most 5 % more requests', async () => {
    server.script = (request, response, index) => {
      if (index % 100 === 50) return FAULTS['503']!(request, response, index);
      if (index % 100 === 99) return FAULTS['a reset']!(request, response, index);
      return false;
    };
    const store = await openStore();
    await store.fetch(RANGES);
    expectAllCached(store);
    const needed = RANGES.length + 1;
    expect(server.requests.length).toBeGreaterThan(needed);
    expect(server.requests.length).toBeLessThanOrEqual(needed * 1.05);
  });

  it('lose the header at its first error with a single try', async () => {
    server.script = (request, response, index) => index === 300 && FAULTS['503']!(request, response, index);
    const store = await openStore({ retries: ONE_TRY });
    await expect(store.fetch(RANGES)).rejects.toBeInstanceOf(ArchiveUnavailableError);
  });
});

describe('the limit of a read', () => {
  it('on requests includes retries, and the error is the server’s', async () => {
    const source = new CountingSource(bytes);
    source.before = () => {
      throw new ArchiveUnavailableError('busy', { url: 'memory', status: 503 });
    };
    const store = new ByteStore(source, { ...shape, limits: { bytes: 1e9, requests: 3 } });
    await expect(store.fetch([{ offset: 0, length: 1 }])).rejects.toBeInstanceOf(ArchiveUnavailableError);
    expect(source.requested).toHaveLength(3);
    source.before = () => undefined;
    await expect(store.fetch([{ offset: 0, length: 1 }])).rejects.toBeInstanceOf(ReadBudgetExceededError);
  });

  it('on time allows no wait past its end', async () => {
    const source = new CountingSource(bytes);
    source.before = () => {
      throw new ArchiveUnavailableError('busy', { url: 'memory', status: 503, retryAfterSeconds: 15 });
    };
    const store = new ByteStore(source, {
      pageBytes: 1,
      gapBytes: 0,
      concurrency: 1,
      limits: { ...unlimited, milliseconds: 10_000 },
    });
    await expect(store.fetch([{ offset: 0, length: 1 }])).rejects.toMatchObject({ status: 503 });
    expect(source.requested).toHaveLength(1);
  });
});

describe('an overloaded host', () => {
  it('gets fewer requests at once, and as many as before once it responds again', async () => {
    pool.close();
    pool = new HttpPool({ maxSockets: 32 });
    const { origin } = new URL(server.url);
    let underWay = 0;
    let most = 0;
    let isOverloaded = true;
    let isOpen = false;
    let letAllIn: () => void;
    const allIn = new Promise<void>((resolve) => {
      letAllIn = resolve;
    });
    // More than eight at once are too many. None is answered before all 32 have arrived, however slow the
    // machine is.
    server.script = (request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 32) letAllIn();
      const isTooMuch = isOverloaded && underWay > 8;
      const [start, end] = server.parseBounds(request.headers.range);
      const answer = () => {
        underWay -= 1;
        if (isTooMuch) response.writeHead(503).end();
        else response.writeHead(206, server.headersFor(start, end)).end(bytes.subarray(start, end));
      };
      if (isOpen) void allIn.then(() => setTimeout(answer, 2));
      else answer();
      return true;
    };
    const retries = { ...QUICK_RETRIES, tries: 30 };
    const store = await openStore({ retries });
    isOpen = true;
    await store.fetch(RANGES);
    expectAllCached(store);
    expect(most).toBe(32);
    expect(pool.findLimit(origin)).toBeLessThan(16);
    const needed = RANGES.length + 1;
    expect(server.requests.length).toBeLessThan(needed * 1.5);
    isOverloaded = false;
    await (await openStore()).fetch(RANGES);
    expect(pool.findLimit(origin)).toBe(32);
  });

  it('and the files that share it take turns within its limit', async () => {
    let limit = 8;
    const requests = new RequestPool({ requests: () => limit });
    let most = 0;
    const files = await Promise.all(
      ['a', 'b'].map((key) => {
        const source = new CountingSource(bytes, { key });
        source.before = async () => {
          most = Math.max(most, requests.underWay);
          await new Promise((resolve) => setImmediate(resolve));
        };
        const { byteLength } = source;
        return requests.open(async () => ({ key, byteLength, read: source.read.bind(source) }));
      }),
    );
    const readAll = () =>
      Promise.all(files.flatMap((file) => Array.from({ length: 30 }, (_, at) => file.read(at, 1))));
    await readAll();
    expect(most).toBe(8);
    limit = 3;
    most = 0;
    await readAll();
    expect(most).toBe(3);
    limit = 0;
    most = 0;
    await readAll();
    expect(most).toBe(1);
    expect(requests.underWay).toBe(0);
  });
});
