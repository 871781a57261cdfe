/**
 * Runs the Python snippets of a Dandiset's page: dandi, pynwb, remfile and hdmf-zarr with a local DANDI
 * server, unchanged except for the archive's URL. Skipped if SNIPPETS_PYTHON (else `python3`) lacks them.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchiveFile, type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { downloadCommand, pythonSnippet } from '../../shared/api/page/use-it.ts';
import { MANIFESTS, manifestKey } from '../../shared/archive/urls.ts';
import { buildArchiveFiles, buildFile } from '../corpus-archive.ts';

const run = promisify(execFile);
const PYTHON = process.env.SNIPPETS_PYTHON ?? 'python3';
const isThere = await run(PYTHON, ['-c', 'import dandi.dandiapi, pynwb, remfile, hdmf_zarr']).then(
  () => true,
  () => false,
);
if (!isThere)
  console.warn(
    'SNIPPETS_PYTHON names no Python with dandi, pynwb, remfile and hdmf-zarr: no snippet is run.',
  );

/** The time limit for Python to start and read on a loaded machine, in milliseconds. */
const PATIENCE_MS = 240_000;
const REF = { id: '900002', version: '0.250204.1626' };
const SAMPLE = fileURLToPath(new URL('../../local/sample/', import.meta.url));
const ZARR_ID = '0f2c1d7e-8a55-4c1b-9d59-5a8e2f6f7a10';
const ZARR_PATH = 'sub-R01/sub-R01_ses-"day01"_copy.nwb.zarr';
const BLOB_PATH = 'sub-R01/sub-R01_ses-day01_behavior.nwb';

/** Copies an NWB file into a Zarr, with consolidated metadata as in DANDI. */
const COPY = `
import sys, pynwb, hdmf_zarr
with pynwb.NWBHDF5IO(sys.argv[1], 'r') as source, hdmf_zarr.NWBZarrIO(sys.argv[2], mode='w') as target:
    target.export(src_io=source, write_args={'link_data': False})
`;

interface AssetRecord {
  readonly path: string;
  readonly identifier: string;
  readonly contentUrl: readonly string[];
}

let archive: ArchiveServer;
let folder: string;

async function addFile(entries: Map<string, ArchiveFile>, key: string, path: string): Promise<void> {
  const { size, mtime } = await stat(path);
  entries.set(key, { path, size, modified: mtime });
}

describe.skipIf(!isThere)('the Python of a page (skipped if Python has no pynwb)', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snippets-'));
    const version = join(SAMPLE, 'dandisets', REF.id, REF.version);
    const records = JSON.parse(await readFile(join(version, 'assets.jsonld'), 'utf8')) as AssetRecord[];
    const blob = records.find(({ path }) => path === BLOB_PATH)!;
    const key = /blobs\/.*/.exec(blob.contentUrl[1]!)![0];
    const entries = new Map<string, ArchiveFile>();
    archive = await startArchiveServer({
      files: {
        ...buildArchiveFiles(new Map()),
        read: async (name) => entries.get(name),
        list: (prefix) => buildArchiveFiles(entries).list(prefix),
      },
    });
    const zarr = join(folder, 'copy.zarr');
    await run(PYTHON, ['-W', 'ignore', '-c', COPY, join(SAMPLE, key), zarr]);
    await addFile(entries, key, join(SAMPLE, key));
    for (const entry of await readdir(zarr, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      await addFile(entries, `zarr/${ZARR_ID}/${path.slice(zarr.length + 1)}`, path);
    }
    const list = JSON.stringify([
      {
        ...blob,
        contentUrl: [`${archive.apiUrl}/assets/${blob.identifier}/download/`, `${archive.bucketUrl}/${key}`],
      },
      {
        ...blob,
        identifier: ZARR_ID,
        id: `dandiasset:${ZARR_ID}`,
        path: ZARR_PATH,
        encodingFormat: 'application/x-zarr',
        // The snippet searches for "s3" in a URL, and removes the query.
        contentUrl: [
          `${archive.apiUrl}/assets/${ZARR_ID}/download/`,
          `${archive.bucketUrl}/zarr/${ZARR_ID}/?s3`,
        ],
      },
    ]);
    for (const name of MANIFESTS) {
      const text = name.startsWith('assets') ? list : await readFile(join(version, name), 'utf8');
      entries.set(manifestKey(REF, name), buildFile(text));
    }
  }, PATIENCE_MS);

  afterAll(async () => {
    await archive?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  it.each([
    ['HDF5', BLOB_PATH],
    ['Zarr', ZARR_PATH],
  ])(
    'opens a file of %s',
    async (_form, path) => {
      const text = pythonSnippet(REF, path).replace(
        'DandiAPIClient()',
        `DandiAPIClient("${archive.apiUrl}")`,
      );
      expect(text).toContain(archive.apiUrl);
      const { stdout } = await run(PYTHON, ['-W', 'ignore', '-c', text]);
      expect(stdout).toMatch(/^root pynwb\.file\.NWBFile/);
      expect(stdout).toContain('session_description');
    },
    PATIENCE_MS,
  );

  it(
    'downloads by a command that dandi accepts',
    async () => {
      const address = downloadCommand({ dandiset: { ...REF, name: '' }, generatedAt: '2026-01-01' })
        .split(' ')
        .at(-1) as string;
      const parse =
        'import sys; from dandi.dandiarchive import parse_dandi_url as p; u = p(sys.argv[1]); print(u.dandiset_id, u.version_id)';
      const { stdout } = await run(PYTHON, ['-c', parse, address]);
      expect(stdout.trim()).toBe(`${REF.id} ${REF.version}`);
    },
    PATIENCE_MS,
  );
});
