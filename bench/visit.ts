/**
 * Used by the comparison with peers: our own visits of one file in a separate process, as `visit.py` runs
 * those of the peers: `node bench/visit.ts ours|h5wasm VISITS URL LENGTH`. Prints as JSON the seconds of each
 * visit, and the range server's counts for the first.
 */
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { LibHdf5Engine } from '../shared/hdf5/libhdf5/engine.ts';
import type { NwbHeader } from '../shared/header/nwb-header.ts';
import { openHttpSource, planOpening } from '../shared/source/http-source.ts';
import { openHttpZarrStore } from '../shared/zarr/http-zarr-store.ts';
import { readZarrHeader } from '../shared/zarr/zarr-header-reader.ts';
import { BENCH_LIMITS } from './limits.ts';
import type { ServedCounts } from './range-server.ts';

/** Bytes per request when libhdf5 reads alone. */
const BLOCK_BYTES = 1024 * 1024;

type Visit = () => Promise<NwbHeader>;

/** The length is known before the opening, as it is from the archive's listing. */
function openVisit(engine: string, url: string, byteLength: number): { visit: Visit; close: () => void } {
  const { origin, pathname } = new URL(url);
  if (pathname.endsWith('.zarr')) {
    const store = openHttpZarrStore({ bucketUrl: origin, prefix: `${pathname.slice(1)}/` });
    return { visit: async () => (await readZarrHeader(store, BENCH_LIMITS)).header, close: () => undefined };
  }
  if (engine === 'h5wasm') {
    const blocks = new LibHdf5Engine({ pageBytes: BLOCK_BYTES });
    const visit = async (): Promise<NwbHeader> =>
      (await blocks.readHeader(await openHttpSource(url), BENCH_LIMITS)).header;
    return { visit, close: () => blocks.close() };
  }
  const reader = new Hdf5HeaderReader();
  const visit = async (): Promise<NwbHeader> => {
    const source = await openHttpSource(url, planOpening(byteLength));
    return (await reader.readHeader(source, BENCH_LIMITS)).header;
  };
  return { visit, close: () => reader.close() };
}

async function ask(url: string, what: 'reset' | 'counts'): Promise<ServedCounts> {
  return (await fetch(`${new URL(url).origin}/__${what}`)).json() as Promise<ServedCounts>;
}

const [engine = '', visits = '1', url = '', byteLength = '0'] = process.argv.slice(2);
const { visit, close } = openVisit(engine, url, Number(byteLength));
const seconds: number[] = [];
let served: ServedCounts | undefined;
let header: NwbHeader | undefined;
for (let index = 0; index < Number(visits); index += 1) {
  await ask(url, 'reset');
  const startedAt = performance.now();
  header = await visit();
  seconds.push((performance.now() - startedAt) / 1000);
  served ??= await ask(url, 'counts');
  // The last line that is printed before the caller ends the process counts.
  console.log(JSON.stringify({ visits: seconds, served, objects: header.objects.length }));
}
close();
process.exit(0);
