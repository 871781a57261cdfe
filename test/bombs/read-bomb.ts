/**
 * Run in a separate process: reads one bomb, and prints the outcome of its values and by how many megabytes
 * the process grew at its peak. `node read-bomb.ts hdf5|CODEC FILE`
 */
import { readFileSync } from 'node:fs';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { ReadLimits } from '../../shared/header/header-reader.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { readZarrHeader } from '../../shared/zarr/zarr-header-reader.ts';
import { memoryStore, type Objects } from '../zarr/stores.ts';

const [, , kind = '', path = ''] = process.argv;
/** Enough for a chunk of 2 MB to be read at all. */
const LIMITS: ReadLimits = {
  bytes: 1e8,
  requests: 1000,
  objects: 1000,
  depth: 100,
  milliseconds: 120_000,
  valueBytes: 4 * 1024 * 1024,
};

/** Enough that a chunk of 2 MB is not refused for its stored length, and its codec is reached. */
const ELEMENTS = 3_500_000;

async function readHdf5(bytes: Uint8Array) {
  const reader = new Hdf5HeaderReader();
  const source = {
    key: 'bomb',
    byteLength: bytes.length,
    read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
  };
  try {
    return (await reader.readHeader(source, LIMITS)).header;
  } finally {
    reader.close();
  }
}

async function readZarr(chunk: Uint8Array) {
  const compressor = kind === 'blosc' ? { id: 'blosc', cname: 'zlib', shuffle: 0 } : { id: kind };
  const array = {
    zarr_format: 2,
    shape: [ELEMENTS],
    chunks: [ELEMENTS],
    dtype: '|u1',
    order: 'C',
    fill_value: 0,
    filters: null,
    compressor,
  };
  const text = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));
  const objects: Objects = new Map([
    ['.zgroup', text({ zarr_format: 2 })],
    ['small/.zarray', text(array)],
    ['small/0', chunk],
  ]);
  return (await readZarrHeader(memoryStore(objects), LIMITS)).header;
}

const bytes = new Uint8Array(readFileSync(path));
const before = process.memoryUsage.rss();
const header = await (kind === 'hdf5' ? readHdf5(bytes) : readZarr(bytes));
// In kilobytes, over the whole life of the process.
const peak = process.resourceUsage().maxRSS * 1024;
const outcomes: Record<string, string> = {};
for (const { name, object } of walkHeader(header)) {
  if (object.kind === 'dataset')
    outcomes[name] =
      object.unread === undefined ? 'read' : `${object.unread.reason}: ${object.unread.detail}`;
}
console.log(JSON.stringify({ outcomes, megabytes: (peak - before) / 1e6 }));
