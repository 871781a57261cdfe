/**
 * The store on one machine: a folder with one file per document, with the same layout as the bucket, so that the
 * output of `npm start` can be opened, compared and copied with ordinary tools.
 *
 * A document is written under a temporary name in its own folder, flushed to the disk, and then renamed:
 * at any moment its name leads to the complete old text or the complete new one. `ifAbsent` uses a hard
 * link, which exactly one writer can create; all other writes to a document take its lock (`file-lock.ts`), so
 * that `ifMatch` too has exactly one winner among the threads and processes of the folder's users.
 *
 * Names that start with a dot are internal: temporary files and locks, which no key can name and no
 * list shows. Those left by a killed process are removed by a later writer.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidInputError, StoreUnavailableError } from '../errors.ts';
import { withLock } from './file-lock.ts';
import { findContentType, requireKey } from './keys.ts';
import type {
  Download,
  ObjectStore,
  PutOptions,
  PutOutcome,
  StoredObject,
  StoredRange,
} from './object-store.ts';
import { requireOneCondition, requireRange } from './object-store.ts';

/** Milliseconds after which a temporary file belongs to no living writer. */
const LEFTOVER_MS = 3_600_000;
/** File systems allow names of 255 bytes; the store adds up to 20 bytes for locks. */
const NAME_BYTES = 220;
const TEMPORARY = '.tmp-';
/** Bytes of a chunk of a download. */
const CHUNK_BYTES = 256 * 1024;

/** Error codes of file systems without hard links: FAT, some network and container mounts. */
const LINKLESS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EACCES']);
/** Error codes of systems that cannot flush a folder (Windows, some network mounts). */
const FLUSHLESS = new Set(['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOSYS', 'ENOTSUP']);

/** What the user can do about an error, by its code. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, or name a folder on another disk by --store or SUMMARY_STORE.',
  EDQUOT: "The user's quota is used up: free some space, or name another folder by --store or SUMMARY_STORE.",
  EFBIG: 'The file is larger than this process may write: raise the limit (ulimit -f).',
  EACCES:
    'Permission is denied: give this user write access, or name another folder by --store or SUMMARY_STORE.',
  EPERM:
    'Permission is denied: give this user write access, or name another folder by --store or SUMMARY_STORE.',
  EROFS: 'The file system is read-only: name a folder that can be written by --store or SUMMARY_STORE.',
  ENOTDIR:
    'A part of the path is a file, not a folder: move it away, or name another folder by --store or SUMMARY_STORE.',
  EEXIST:
    'A part of the path is a file, not a folder: move it away, or name another folder by --store or SUMMARY_STORE.',
  EISDIR: 'There is a folder in place of the document: move it away.',
  EMFILE: 'This process has too many files open: raise the limit (ulimit -n), or do fewer things at once.',
  EIO: 'The disk reports an error: see the system log.',
  ELOCKED: 'Another process holds the lock: try again once it is done.',
};

/** An ObjectStore in a folder, which is created with the first document. */
export class FolderStore implements ObjectStore {
  readonly location: string;
  /** Folders already checked for leftovers. */
  readonly #swept = new Set<string>();

  /** `root`: a path, relative ones from the working directory. */
  constructor(root: string) {
    this.location = resolve(root);
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const path = this.#buildPath(key);
    try {
      const file = await open(path, 'r');
      try {
        const facts = await file.stat();
        if (!facts.isFile()) return undefined;
        const body = await file.readFile();
        return {
          body,
          etag: hashEtag(body),
          contentType: findContentType(key),
          lastModified: facts.mtime,
        };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (await this.#meansAbsent(error)) return undefined;
      throw this.#unavailable('read', key, error);
    }
  }

  async getRange(key: string, start: number, end: number): Promise<StoredRange | undefined> {
    const path = this.#buildPath(key);
    requireRange(start, end);
    try {
      const file = await open(path, 'r');
      try {
        const facts = await file.stat();
        if (!facts.isFile() || start >= facts.size) return undefined;
        return { body: await readBytes(file, start, Math.min(end, facts.size)), size: facts.size };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (await this.#meansAbsent(error)) return undefined;
      throw this.#unavailable('read', key, error);
    }
  }

  async openDownload(key: string): Promise<Download | undefined> {
    const path = this.#buildPath(key);
    try {
      const facts = await stat(path);
      if (!facts.isFile()) return undefined;
      const chunks = readChunks(path, facts.size, (error) => this.#unavailable('read', key, error));
      return { kind: 'chunks', size: facts.size, chunks, lastModified: facts.mtime };
    } catch (error) {
      if (await this.#meansAbsent(error)) return undefined;
      throw this.#unavailable('read', key, error);
    }
  }

  async has(key: string): Promise<boolean> {
    const path = this.#buildPath(key);
    try {
      return (await stat(path)).isFile();
    } catch (error) {
      if (await this.#meansAbsent(error)) return false;
      throw this.#unavailable('read', key, error);
    }
  }

  async put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome> {
    const path = this.#buildPath(key);
    requireOneCondition(options);
    const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
    const folder = dirname(path);
    // Avoids writing the body; if another writer creates the document meanwhile, the link below decides.
    if (options.ifAbsent && (await this.has(key))) return { outcome: 'conflict' };
    try {
      await mkdir(folder, { recursive: true });
      await this.#sweep(folder);
      const temporary = join(folder, `${TEMPORARY}${randomUUID()}`);
      try {
        await writeFlushed(temporary, bytes);
        if (!(await location(temporary, path, options))) return { outcome: 'conflict' };
      } finally {
        // If this fails too, the leftover stays hidden, and the first error is reported.
        await rm(temporary, { force: true }).catch(() => undefined);
      }
      await flushFolder(folder);
      return { outcome: 'stored', etag: hashEtag(bytes) };
    } catch (error) {
      throw this.#unavailable('written', key, error);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    yield* this.#walk(this.location, '', prefix);
  }

  async remove(key: string): Promise<void> {
    const path = this.#buildPath(key);
    try {
      if (!(await this.has(key))) return;
      await withLock(path, () => rm(path, { force: true }));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      throw this.#unavailable('removed', key, error);
    }
  }

  /** The keys below one folder in byte order; `base` is the folder's own key with its slash, or empty. */
  async *#walk(folder: string, base: string, prefix: string): AsyncIterable<string> {
    const found: { order: Buffer; key: string; path: string; isFolder: boolean }[] = [];
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        const segment = decodeSegment(entry.name);
        if (segment === undefined || !(entry.isDirectory() || entry.isFile())) continue;
        const isFolder = entry.isDirectory();
        const key = `${base}${segment}${isFolder ? '/' : ''}`;
        if (!key.startsWith(prefix) && !(isFolder && prefix.startsWith(key))) continue;
        // A folder sorts with its slash, as the keys below it do: "a-b" before "a/b", as in S3.
        found.push({ order: Buffer.from(key), key, path: join(folder, entry.name), isFolder });
      }
    } catch (error) {
      if (await this.#meansAbsent(error)) return;
      throw this.#unavailable('listed', base === '' ? prefix : base, error);
    }
    found.sort((one, other) => Buffer.compare(one.order, other.order));
    for (const { key, path, isFolder } of found) {
      if (isFolder) yield* this.#walk(path, key, prefix);
      else yield key;
    }
  }

  /** Removes files left by killed writers, once per folder and store. */
  async #sweep(folder: string): Promise<void> {
    if (this.#swept.has(folder)) return;
    this.#swept.add(folder);
    for (const name of await readdir(folder)) {
      if (!name.startsWith(TEMPORARY)) continue;
      const path = join(folder, name);
      // Another writer may have renamed its file meanwhile: then there is nothing to remove.
      const written = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      if (Date.now() - written > LEFTOVER_MS) await rm(path, { force: true });
    }
  }

  #buildPath(key: string): string {
    const names = requireKey(key).split('/').map(encodeSegment);
    const long = names.find((name) => name.length > NAME_BYTES);
    if (long !== undefined) {
      throw new InvalidInputError(
        `A folder cannot hold the key ${key}: its part ${long.slice(0, 40)}… takes ${long.length} characters, of at most ${NAME_BYTES}.`,
        { field: 'key' },
      );
    }
    return join(this.location, ...names);
  }

  /** Whether an error only means that the document does not exist in an otherwise usable folder. */
  async #meansAbsent(error: unknown): Promise<boolean> {
    const code = readErrorCode(error);
    if (code === 'ENOENT') return true;
    // There is nothing below a document; but if the root itself is not a folder, nothing can be known.
    return code === 'ENOTDIR' && (await stat(this.location).catch(() => undefined))?.isDirectory() === true;
  }

  #unavailable(done: string, key: string, error: unknown): StoreUnavailableError {
    const code = readErrorCode(error);
    const remedy =
      REMEDIES[code] ?? `The system reported: ${error instanceof Error ? error.message : error}.`;
    return new StoreUnavailableError(
      `${key || 'The list of documents'} could not be ${done} in ${this.location}${code ? ` (${code})` : ''}. ${remedy}`,
      { key },
      { cause: error },
    );
  }
}

/** Gives the written file its name, if the condition holds. @returns whether it did */
async function location(temporary: string, path: string, options: PutOptions): Promise<boolean> {
  if (options.ifAbsent) {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (readErrorCode(error) === 'EEXIST') return false;
      if (!LINKLESS.has(readErrorCode(error))) throw error;
    }
  }
  return withLock(path, async (assertLocked) => {
    if (options.ifAbsent || options.ifMatch !== undefined) {
      const current = await findEtag(path);
      if (current !== (options.ifAbsent ? undefined : options.ifMatch)) return false;
    }
    await assertLocked();
    await rename(temporary, path);
    return true;
  });
}

/** The requested bytes of an open file. No document is ever changed in place, so that fewer bytes mean a disk error. */
async function readBytes(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const body = Buffer.alloc(end - start);
  for (let at = 0; at < body.length; ) {
    const { bytesRead } = await file.read(body, at, body.length - at, start + at);
    if (bytesRead === 0) throw new Error(`the file ended at byte ${start + at} of ${end}`);
    at += bytesRead;
  }
  return body;
}

/**
 * A file's bytes, opened at the first request.
 * @throws errors translated by `translate`, also for a file replaced by one of another size
 */
async function* readChunks(
  path: string,
  size: number,
  translate: (error: unknown) => Error,
): AsyncIterable<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    // An open file keeps its content, even if another file takes its name.
    const now = (await file.stat()).size;
    if (now !== size) throw new Error(`the file has ${now} bytes now, not ${size}`);
    for (let at = 0; at < size; at += CHUNK_BYTES)
      yield await readBytes(file, at, Math.min(size, at + CHUNK_BYTES));
  } catch (error) {
    throw translate(error);
  } finally {
    await file?.close();
  }
}

async function findEtag(path: string): Promise<string | undefined> {
  try {
    return hashEtag(await readFile(path));
  } catch (error) {
    if (readErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    // Without this a power cut after the rename could leave the new name on an empty file.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new name itself survive a power cut, where the system supports it. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!FLUSHLESS.has(readErrorCode(error))) throw error;
  }
}

/** The first 128 bits of the body's SHA-256, quoted like an HTTP ETag. */
function hashEtag(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
}

/**
 * A key's segment as a file name: lower-case letters, digits, `.`, `_`, `-` and `=` (by which Parquet readers recognize
 * the columns of a path) stay, all other bytes and a leading dot become `%` and two hex digits. Capitals are escaped,
 * so that two keys stay two files on case-insensitive systems.
 */
function encodeSegment(segment: string): string {
  let name = '';
  for (const byte of Buffer.from(segment, 'utf8')) {
    const character = String.fromCharCode(byte);
    const plain = /[a-z0-9._=-]/.test(character) && !(name === '' && character === '.');
    name += plain ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}

/** The segment of a file name, or undefined if the store does not use such a name. */
function decodeSegment(name: string): string | undefined {
  try {
    const segment = decodeURIComponent(name);
    return encodeSegment(segment) === name ? segment : undefined;
  } catch {
    return undefined;
  }
}

function readErrorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : '';
}
