/** References of small files: each range contains the dataset's data, and other readers open them. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import {
  buildReferences,
  MOST_CHUNKS,
  type ReferenceFormat,
} from '../../shared/references/build-references.ts';
import { openHttpSource } from '../../shared/source/http-source.ts';
import { corpusFolder } from '../corpus.ts';
import { fillLikeNwb, writeHdf5 } from '../hdf5/write-hdf5.ts';
import { RangeServer } from '../source/range-server.ts';

const LIMITS = {
  bytes: 1e9,
  requests: 1e5,
  objects: 1e5,
  depth: 100,
  milliseconds: 60_000,
  valueBytes: 1 << 20,
};
const READER = join(import.meta.dirname, 'read_references.py');

interface ReferenceDocument {
  readonly version: number;
  readonly generationMetadata: { readonly notIncluded: readonly { path: string; detail: string }[] };
  readonly refs: Readonly<Record<string, string | [string, number, number]>>;
}

/**
 * The references of a file on loopback, built by range requests like the command's; `use` reads them while it
 * is served.
 */
async function withReferences(
  bytes: Uint8Array,
  format: ReferenceFormat,
  use: (document: ReferenceDocument) => void | Promise<void>,
  mostChunks = MOST_CHUNKS,
): Promise<void> {
  const server = await RangeServer.start(bytes);
  // LINDI gets a file's length from a request for the whole file, whose body it does not read.
  server.script = (request, response) => {
    if (request.headers.range !== undefined) return false;
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    return true;
  };
  const reader = new Hdf5HeaderReader({ engine: 'walker' });
  try {
    const source = await openHttpSource(server.url);
    const { header, locations } = await reader.readLocatedHeader(source, LIMITS, mostChunks);
    const file = { url: String(server.url), byteLength: source.byteLength, header, locations };
    await use(JSON.parse(buildReferences(file, format).json));
  } finally {
    reader.close();
    await server.stop();
  }
}

describe('references', () => {
  it('point to the bytes of contiguous, chunked and scalar data, and list what they lack', async () => {
    const bytes = await writeHdf5(fillLikeNwb);
    await withReferences(bytes, 'lindi', ({ refs, generationMetadata }) => {
      const array = JSON.parse(
        String(refs['acquisition/one/data/.zarray'] ?? refs['acquisition/again/data/.zarray']),
      );
      expect(array).toMatchObject({ shape: [100, 2], chunks: [10, 2], dtype: '<f4' });
      expect(array.filters.map(({ id }: { id: string }) => id)).toContain('zlib');
      const at =
        'acquisition/again/data/3.0' in refs ? 'acquisition/again/data/3.0' : 'acquisition/one/data/3.0';
      const [, offset, length] = refs[at] as [string, number, number];
      let chunk: Uint8Array = inflateSync(bytes.subarray(offset, offset + length));
      if (array.filters[0].id === 'shuffle') chunk = unshuffle(chunk, 4);
      expect([...new Float32Array(new Uint8Array(chunk).buffer)]).toEqual(
        Array.from({ length: 20 }, (_, index) => 60 + index),
      );
      expect(JSON.parse(String(refs['identifier/.zattrs']))).toEqual({ _SCALAR: true });
      expect(JSON.parse(String(refs['identifier/0']))).toEqual(['an identifier', '|O', [1]]);
      expect(JSON.parse(String(refs['shortcut/.zattrs']))).toEqual({
        _SOFT_LINK: { path: '/acquisition/one' },
      });
      expect(generationMetadata.notIncluded).toContainEqual({
        path: '/outside',
        detail: 'a link into /etc/passwd',
      });
      expect(generationMetadata.notIncluded.map(({ path }) => path)).toContain('/specifications');
    });
  });

  it('of more chunks than are listed refer to the file itself', async () => {
    const bytes = await writeHdf5(fillLikeNwb);
    await withReferences(
      bytes,
      'lindi',
      ({ refs }) => {
        const links = Object.entries(refs).filter(([key]) => key.endsWith('data/.zattrs'));
        expect(links.length).toBeGreaterThanOrEqual(3);
        for (const [, text] of links) expect(String(text)).toContain('_EXTERNAL_ARRAY_LINK');
        expect(Object.keys(refs).some((key) => /data\/\d/.test(key))).toBe(false);
      },
      9,
    );
  });
});

function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = bytes.length / size;
  return Uint8Array.from(bytes, (_, at) => bytes[(at % size) * count + Math.floor(at / size)]!);
}

/** A Python that has all the modules, from the variable that names one or by the usual name. */
function pythonWith(variable: string, ...modules: string[]): string | undefined {
  const python = process.env[variable] ?? 'python3';
  const { status } = spawnSync(python, ['-c', `import ${modules.join(', ')}`]);
  return status === 0 ? python : undefined;
}

const READERS = [
  { format: 'lindi', variable: 'LINDI_PYTHON', modules: ['lindi', 'h5py'] },
  {
    format: 'kerchunk',
    variable: 'KERCHUNK_PYTHON',
    modules: ['xarray', 'fsspec', 'aiohttp', 'zarr', 'h5py'],
  },
] as const;

describe.each(READERS)('references for $format, opened by $modules', ({ format, variable, modules }) => {
  it('return the same as h5py: attributes and slices of every corpus file', {
    timeout: 600_000,
  }, async (test) => {
    const folder = corpusFolder();
    const python = pythonWith(variable, ...modules);
    if (folder === undefined) return test.skip('needs the corpus, which is not on this machine');
    if (python === undefined)
      return test.skip(`needs Python with ${modules.join(', ')} (${variable} names one)`);
    const names = readdirSync(join(folder, 'files')).filter((name) => name.endsWith('.nwb'));
    const at = mkdtempSync(join(tmpdir(), 'references-'));
    let slices = 0;
    for (const name of names.filter((_, index) => index % 6 === 0)) {
      const path = join(folder, 'files', name);
      await withReferences(readFileSync(path), format, async (document) => {
        const json = join(at, `${name}.${format}.json`);
        writeFileSync(json, JSON.stringify(document));
        const run = await promisify(execFile)(python, ['-W', 'ignore', READER, format, json, path]);
        slices += (JSON.parse(run.stdout.trim().split('\n').at(-1)!) as { slices: number }).slices;
      });
    }
    expect(slices).toBeGreaterThan(50);
  });
});
