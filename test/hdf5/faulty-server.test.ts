/**
 * A large header from a server that fails once, at each of its requests in turn: both engines read the header
 * and retry only that request.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { HttpPool } from '../../shared/source/http-pool.ts';
import { openHttpSource } from '../../shared/source/http-source.ts';
import { RangeServer, type Script } from '../source/range-server.ts';
import { ampleLimits, TwoEngines } from './two-engines.ts';
import { writeHdf5 } from './write-hdf5.ts';

/** Series whose data are between their headers, so that the header is spread over the file. */
const SERIES = 40;
const SAMPLES = 30_000;

let engines: TwoEngines;
let server: RangeServer;
let pool: HttpPool;

beforeAll(async () => {
  const bytes = await writeHdf5((file) => {
    file.create_attribute('neurodata_type', 'NWBFile');
    const acquisition = file.create_group('acquisition');
    for (let index = 0; index < SERIES; index += 1) {
      const series = acquisition.create_group(`series ${index}`);
      series.create_attribute('neurodata_type', 'TimeSeries');
      series.create_attribute('description', `series number ${index}`);
      series.create_dataset({ name: 'data', data: new Int16Array(SAMPLES).fill(index) });
    }
  });
  server = await RangeServer.start(bytes);
  pool = new HttpPool();
  engines = new TwoEngines();
});
afterAll(async () => {
  engines.close();
  pool.close();
  await server.stop();
});

/** The errors that are tried at each request. */
const FAULTS: readonly (readonly [string, Script])[] = [
  ['a 503', (_, response) => sent(response.writeHead(503).end('busy'))],
  ['a cut connection', (request) => sent(request.socket.resetAndDestroy())],
  [
    'a truncated body',
    (request, response) => {
      const [start, end] = server.parseBounds(request.headers.range);
      response.writeHead(206, server.headersFor(start, end));
      return sent(
        response.write(server.bytes.subarray(start, (start + end) >> 1), () => void response.destroy()),
      );
    },
  ],
  ['a 429 with a wait time', (_, response) => sent(response.writeHead(429, { 'retry-after': '0' }).end())],
];

function sent(_: unknown): true {
  return true;
}

async function readOver(engine: 'walker' | 'libhdf5', script: Script) {
  const reader = new Hdf5HeaderReader({ engine, libhdf5: engines.libhdf5 });
  server.requests.length = 0;
  server.script = script;
  const source = await openHttpSource(server.url, { pool, openingBytes: 4096 });
  return reader.readHeader(source, ampleLimits);
}

describe.each(['walker', 'libhdf5'] as const)('%s', (engine) => {
  it('reads the same header whichever request fails', { timeout: 120_000 }, async () => {
    const right = await readOver(engine, () => false);
    const needed = server.requests.length;
    expect(needed).toBeGreaterThan(8);
    expect(right.header.objects).toHaveLength(2 + 2 * SERIES);
    // After the first dozen the requests are similar: every fifth of them.
    const failing = Array.from({ length: needed }, (_, at) => at).filter((at) => at < 12 || at % 5 === 0);
    for (const at of failing) {
      const [name, fault] = FAULTS[at % FAULTS.length]!;
      let count = 0;
      const { header, report } = await readOver(engine, (request, response, index) => {
        if (index !== at) return false;
        count += 1;
        return fault(request, response, index);
      });
      expect(count, `request ${at}`).toBe(1);
      expect(header, `${name} at request ${at}`).toEqual(right.header);
      expect(report.fallback).toBeUndefined();
      // A retry is not a separate round for the reader, and no other request is repeated.
      expect(server.requests.length, `${name} at request ${at}`).toBeLessThanOrEqual(needed + 2);
    }
  });
});
