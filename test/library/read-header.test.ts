/**
 * The library's only function: reads the header from a path, a URL or a Zarr, and throws a named error for
 * what cannot be read.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatHeader, formatHeaderJson, readHeader, walkHeader } from '../../shared/library/index.ts';
import { RangeServer } from '../source/range-server.ts';
import { readNwbStore } from '../zarr/stores.ts';

const blobs = fileURLToPath(new URL('../../local/sample/blobs', import.meta.url));
const file = readdirSync(blobs, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()[0]!;

const folder = mkdtempSync(join(tmpdir(), 'library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

describe('readHeader', () => {
  let server: RangeServer;
  beforeAll(async () => {
    server = await RangeServer.start(readFileSync(file));
  });
  afterAll(() => server.stop());

  it('returns the same header for a path and for a URL, which it reads by range', async () => {
    const [here, there] = await Promise.all([readHeader(file), readHeader(server.url)]);
    expect(formatHeaderJson(there.header)).toBe(formatHeaderJson(here.header));
    expect(formatHeader(here.header)).toMatch(/^Group \/ \(NWBFile\)/);
    expect([...walkHeader(here.header)].length).toBeGreaterThan(10);
    expect(there.report.requests).toBe(server.requests.length);
    expect(server.requests.every(({ range }) => range !== undefined)).toBe(true);
  });

  it('respects the given limits and engine', async () => {
    const cut = await readHeader(file, { limits: { objects: 3 } });
    expect(cut.header.cutShort).toEqual([{ budget: 'objects', limit: 3 }]);
    const { report } = await readHeader(file, { engine: 'libhdf5' });
    expect(report.engine).toBe('libhdf5');
  });

  it('reads a folder as a Zarr, with no choice of engine', async () => {
    const zarr = join(folder, 'nwb');
    for (const [path, bytes] of readNwbStore('v3')) {
      mkdirSync(dirname(join(zarr, path)), { recursive: true });
      writeFileSync(join(zarr, path), bytes);
    }
    const { report } = await readHeader(zarr);
    expect(report.engine).toBe('zarr');
    await expect(readHeader(zarr, { engine: 'walker' })).rejects.toMatchObject({
      name: 'InvalidInputError',
      field: 'engine',
    });
  });

  it.runIf(process.platform === 'linux')('leaves no file open', async () => {
    const path = join(folder, 'one.nwb');
    writeFileSync(path, readFileSync(file));
    await readHeader(path);
    await readHeader(path, { limits: { bytes: 1 } }).catch(() => undefined);
    const open = readdirSync('/proc/self/fd').map((name) => {
      try {
        return readlinkSync(join('/proc/self/fd', name));
      } catch {
        return '';
      }
    });
    expect(open.filter((target) => target === path)).toEqual([]);
  });

  it('reports missing files and files of other formats', async () => {
    await expect(readHeader(join(blobs, 'none.nwb'))).rejects.toMatchObject({
      name: 'HeaderUnreadableError',
      reason: 'missing',
    });
    await expect(readHeader(fileURLToPath(import.meta.url))).rejects.toMatchObject({
      name: 'HeaderUnreadableError',
      reason: 'not-hdf5',
    });
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('not now');
    await expect(readHeader(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
