/** The file source: the same guarantees as over HTTP, on local files. */
import { mkdtemp, open, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssetChangedError, HeaderUnreadableError } from '../../shared/errors.ts';
import { openFileSource } from '../../shared/source/file-source.ts';
import { patternBytes } from './counting-source.ts';

const bytes = patternBytes(10_000);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function writeTestFile(name: string, content: Uint8Array | string = bytes): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('openFileSource', () => {
  it('reads exactly the requested bytes', async () => {
    const path = await writeTestFile('plain.nwb');
    await using source = await openFileSource(path);
    expect(source).toMatchObject({ key: path, byteLength: 10_000 });
    expect(await source.read(0, 10)).toEqual(bytes.slice(0, 10));
    expect(await source.read(9_999, 1)).toEqual(bytes.slice(-1));
    expect(await source.read(5, 0)).toHaveLength(0);
  });

  it('refuses ranges past the end, and invalid ones', async () => {
    await using source = await openFileSource(await writeTestFile('ends.nwb'));
    for (const [offset, length] of [
      [9_999, 2],
      [-1, 5],
      [0.5, 1],
      [0, Number.NaN],
    ] as const) {
      await expect(source.read(offset, length)).rejects.toMatchObject({ reason: 'truncated' });
    }
  });

  it('reports in one word what cannot be read', async () => {
    await expect(openFileSource(join(folder, 'none.nwb'))).rejects.toMatchObject({
      reason: 'missing',
      message: `There is no file ${join(folder, 'none.nwb')}.`,
    });
    await expect(openFileSource(await writeTestFile('empty.nwb', ''))).rejects.toMatchObject({
      reason: 'empty-file',
    });
    await expect(openFileSource(folder)).rejects.toMatchObject({ reason: 'unsupported' });
    const path = await writeTestFile('plain-2.nwb');
    await expect(openFileSource(join(path, 'inside'))).rejects.toBeInstanceOf(HeaderUnreadableError);
  });

  it('detects a file that shrinks, grows or is overwritten', async () => {
    const path = await writeTestFile('changing.nwb');
    await using shrunk = await openFileSource(path);
    await truncate(path, 100);
    await expect(shrunk.read(0, 10)).rejects.toBeInstanceOf(AssetChangedError);
    await expect(shrunk.read(5_000, 10)).rejects.toMatchObject({ key: path, expected: shrunk.etag });

    await writeFile(path, bytes);
    await using touched = await openFileSource(path);
    await utimes(path, new Date(0), new Date(1_000_000));
    await expect(touched.read(0, 10)).rejects.toBeInstanceOf(AssetChangedError);
  });

  it('obeys the signal, and may be closed twice', async () => {
    const source = await openFileSource(await writeTestFile('closing.nwb'));
    const reason = new Error('cancelled');
    await expect(source.read(0, 10, AbortSignal.abort(reason))).rejects.toBe(reason);
    await source.close();
    await source.close();
    await expect(source.read(0, 10)).rejects.toMatchObject({ name: 'ArchiveUnavailableError' });
  });

  it('reads past four gigabytes of a sparse file', async () => {
    const path = join(folder, 'sparse.nwb');
    const file = await open(path, 'w');
    await file.write(bytes, 0, 100, 5 * 2 ** 30);
    await file.close();
    await using source = await openFileSource(path);
    expect(await source.read(5 * 2 ** 30 + 10, 20)).toEqual(bytes.slice(10, 30));
  });
});
