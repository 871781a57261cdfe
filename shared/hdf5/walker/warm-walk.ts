/**
 * Warms up the reader of headers: walks through a built-in file while the first request of a process is
 * waiting. V8 compiles a function when it is first called, and again when it was called often; after this,
 * the first header is read nearly as fast as later ones.
 */
import { setImmediate } from 'node:timers/promises';
import { ByteStore } from '../../source/byte-store.ts';
import { readBuiltinFile } from './builtin-file.ts';
import { readFileHeader, SHAPE } from './read-file-header.ts';

/** Far above what the file takes. */
const LIMITS = {
  bytes: 1e6,
  requests: 10,
  objects: 100,
  depth: 10,
  milliseconds: 10_000,
  valueBytes: 10_000,
};

/** The most walks while waiting: more of them change little. */
const MOST_WALKS = 12;

let warming: Promise<boolean> | undefined;

/**
 * Walks through the file once in a process, and again while `isWaiting`; returns whether its header was read.
 * Never fails: if something goes wrong here, the first file is read without the warm-up.
 */
export function warmWalk(isWaiting: () => boolean = () => false): Promise<boolean> {
  warming ??= walkWhile(isWaiting).catch(() => false);
  return warming;
}

async function walkWhile(isWaiting: () => boolean): Promise<boolean> {
  const bytes = readBuiltinFile();
  let isRead = await walkUnsent(bytes);
  for (let walks = 1; walks < MOST_WALKS && isRead; walks += 1) {
    // Lets the response in.
    await setImmediate();
    if (!isWaiting()) break;
    isRead = await walkUnsent(bytes);
  }
  return isRead;
}

async function walkUnsent(bytes: Uint8Array): Promise<boolean> {
  const source = {
    key: 'builtin',
    byteLength: bytes.length,
    opening: [{ offset: 0, bytes }],
    read: () => Promise.reject(new Error('the whole file was already read')),
  };
  const store = new ByteStore(source, { ...SHAPE, pageBytes: 1, gapBytes: 0, limits: LIMITS });
  const { objects } = await readFileHeader(store, { limits: LIMITS, startedAt: performance.now() });
  return objects.length > 1;
}
