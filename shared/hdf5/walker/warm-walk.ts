/**
 * Beside the reader of headers: one walk through a file that is here, while the first request of a process is on its
 * way. V8 compiles a function when it is first called; so compiled, the first header is read as a later one is.
 */
import { ByteStore } from '../../source/byte-store.ts';
import { readFileHeader, SHAPE } from './read-file-header.ts';
import { readUnsentFile } from './unsent-file.ts';

/** Far above what the file takes. */
const LIMITS = {
  bytes: 1e6,
  requests: 10,
  objects: 100,
  depth: 10,
  milliseconds: 10_000,
  valueBytes: 10_000,
};

let warming: Promise<boolean> | undefined;

/** Walks through the file, once in a process; whether its header was read. Never fails: what goes wrong here is left to the first file. */
export function warmWalk(): Promise<boolean> {
  warming ??= walkUnsent().catch(() => false);
  return warming;
}

async function walkUnsent(): Promise<boolean> {
  const bytes = readUnsentFile();
  const source = {
    key: 'unsent',
    byteLength: bytes.length,
    opening: [{ offset: 0, bytes }],
    read: () => Promise.reject(new Error('all of the file is here')),
  };
  const store = new ByteStore(source, { ...SHAPE, pageBytes: 1, gapBytes: 0, limits: LIMITS });
  const { objects } = await readFileHeader(store, { limits: LIMITS, startedAt: performance.now() });
  return objects.length > 1;
}
