/**
 * The files of the loopback archive: keys and their bytes, in the layout of DANDI's bucket, from a folder or
 * from any other source that can list and read them.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compareByteOrder } from '../../shared/header/byte-order.ts';

/** One object of the archive: bytes in memory, or a file. */
export type ArchiveFile = {
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
} & ({ readonly body: Uint8Array } | { readonly path: string });

/** Keys and their objects. */
export interface ArchiveFiles {
  /** The object of a key, or undefined if there is none. */
  read(key: string): Promise<ArchiveFile | undefined>;
  /** Every key that starts with `prefix`, in byte order. */
  list(prefix: string): AsyncIterable<string>;
}

/**
 * A folder as an archive: the file `blobs/abc/def/<uuid>` under it has that same key. Read again at every
 * request, so that a folder may be written while it is served.
 */
export function folderFiles(folder: string): ArchiveFiles {
  const root = resolve(folder);
  return {
    async read(key) {
      if (!isPlainKey(key)) return undefined;
      const path = resolve(root, key);
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? { path, size: found.size, modified: found.mtime } : undefined;
    },
    async *list(prefix) {
      // The part of the prefix before its last slash is a folder; only that one is walked.
      const parent = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (parent !== '' && !isPlainKey(parent.slice(0, -1))) return;
      const keys: string[] = [];
      await collectKeys(resolve(root, parent), parent, keys);
      yield* keys.filter((key) => key.startsWith(prefix)).sort(compareByteOrder);
    },
  };
}

async function collectKeys(folder: string, prefix: string, keys: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isDirectory()) await collectKeys(resolve(folder, entry.name), `${prefix}${entry.name}/`, keys);
    else if (entry.isFile()) keys.push(`${prefix}${entry.name}`);
  }
}

/** A key that cannot lead out of the folder: no empty segment, none of dots, no backslash, no NUL. */
function isPlainKey(key: string): boolean {
  if (/[\\\0]/.test(key)) return false;
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** `length` bytes of an object from `start`, as they are read. */
export async function* readSlice(
  file: ArchiveFile,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array, void> {
  if (length === 0) return;
  if ('body' in file) yield file.body.subarray(start, start + length);
  else yield* createReadStream(file.path, { start, end: start + length - 1 });
}

/** The whole of an object. */
export async function readWhole(file: ArchiveFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readSlice(file, 0, file.size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const etagsOfBodies = new WeakMap<Uint8Array, string>();
const etagsOfPaths = new Map<string, string>();

/** An object's HTTP ETag, including quotes: `"<md5>-1"`, the form that the archive's uploads get. */
export async function hashEtag(file: ArchiveFile): Promise<string> {
  if ('body' in file) {
    const known = etagsOfBodies.get(file.body) ?? (await hashFile(file));
    etagsOfBodies.set(file.body, known);
    return known;
  }
  // A path alone would keep the ETag of the file's earlier content.
  const state = `${file.path}\0${file.size}\0${file.modified.getTime()}`;
  const known = etagsOfPaths.get(state) ?? (await hashFile(file));
  etagsOfPaths.set(state, known);
  return known;
}

async function hashFile(file: ArchiveFile): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of readSlice(file, 0, file.size)) hash.update(chunk);
  return `"${hash.digest('hex')}-1"`;
}
