/**
 * `node bench/load.ts [FILES]`: how fast a machine reads the headers of a Dandiset of a thousand files. The
 * archive consists of the sample's blobs, each file with a different id so that none is in the store yet, and
 * is served locally by the same process; the batches go through the local runner as they do in AWS.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiveServer } from '../local/archive-server.ts';
import { LocalMachine } from '../local/machine.ts';
import { readConfig } from '../shared/config.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { runDocumentKey } from '../shared/store/keys.ts';
import { buildArchive, type TestAsset } from '../test/pipeline/archive.ts';
import { markdownTable } from './table.ts';

const SAMPLE = fileURLToPath(new URL('../local/sample/', import.meta.url));
/** A version whose files are valid, of several structures, and between 20 and 100 KB. */
const SAMPLE_VERSION = '900002/0.250204.1626';
const ID = '123456';

/** The result of one load. */
export interface Load {
  readonly files: number;
  readonly batches: number;
  /** Only of the map over the batches. */
  readonly seconds: number;
  readonly filesPerSecond: number;
  /** Range requests that the server answered with bytes of blobs. */
  readonly requests: number;
  readonly bytes: number;
  readonly served: number;
  /** Peak memory of the process, which both reads and serves. */
  readonly peakMegabytes: number;
  readonly unreadable: number;
}

/** Reads the headers of this many files through the state machine, up to the prompt. */
export async function load(files = 1_000): Promise<Load> {
  const bodies = await sampleBodies();
  const assets = Array.from(
    { length: files },
    (_, at): TestAsset => ({
      path: `sub-${at % 100}/file-${String(at).padStart(5, '0')}.nwb`,
      body: bodies[at % bodies.length]!,
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), 'load-'));
  let served = 0;
  const server = await startArchiveServer({
    files: buildArchive(ID, 'draft', assets),
    onRequest: ({ path }) => {
      if (path.startsWith('blobs/')) served += 1;
      return undefined;
    },
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  try {
    let startedAt = 0;
    let seconds = 0;
    let batches = 0;
    const machine = new LocalMachine({
      ...readConfig({ SUMMARY_STORE: folder }),
      dandiApiUrl: server.apiUrl,
      dandiBucketUrl: server.bucketUrl,
    });
    const prompted = await machine.prompt(
      { dandisetId: ID },
      {
        onEvent: (event) => {
          if (event.type === 'state-entered' && event.state === 'ReadHeaders') batches += 1;
          if (event.type === 'state-entered' && event.state === 'ReadHeaderBatches')
            startedAt = performance.now();
          if (event.type === 'state-exited' && event.state === 'ReadHeaderBatches')
            seconds = (performance.now() - startedAt) / 1000;
        },
      },
    );
    const reading = await new FolderStore(folder).get(runDocumentKey(prompted.run, 'reading.json'));
    const { requests, bytes } = JSON.parse(new TextDecoder().decode(reading?.body)) as {
      requests: number;
      bytes: number;
    };
    return {
      files,
      batches,
      seconds,
      filesPerSecond: files / seconds,
      requests,
      bytes,
      served,
      peakMegabytes: peak / 1e6,
      unreadable: files - prompted.filesRead,
    };
  } finally {
    clearInterval(watch);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The blobs of the sample version's NWB files, each once. */
async function sampleBodies(): Promise<Uint8Array[]> {
  const text = await readFile(join(SAMPLE, 'dandisets', SAMPLE_VERSION, 'assets.jsonld'), 'utf8');
  const records = JSON.parse(text) as { path: string; contentUrl: readonly string[] }[];
  const keys = records
    .filter(({ path }) => path.endsWith('.nwb'))
    .map(({ contentUrl }) => /blobs\/.*$/.exec(contentUrl[1] ?? '')?.[0] ?? '');
  return Promise.all([...new Set(keys)].map((key) => readFile(join(SAMPLE, key))));
}

/** Prints one load. */
export async function runLoad([files = '1000']: readonly string[]): Promise<void> {
  const { seconds, filesPerSecond, peakMegabytes, bytes, ...counts } = await load(Number(files));
  const row = {
    ...counts,
    seconds: seconds.toFixed(1),
    'files a second': filesPerSecond.toFixed(0),
    'MB read': (bytes / 1e6).toFixed(1),
    'peak MB': peakMegabytes.toFixed(0),
  };
  console.log(markdownTable(Object.keys(row), [Object.values(row).map(String)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runLoad(process.argv.slice(2));
