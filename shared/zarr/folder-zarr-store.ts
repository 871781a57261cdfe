/** A store for a Zarr in a local folder. An object's ETag is its size and modification time. */
import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveUnavailableError, HeaderUnreadableError } from '../errors.ts';
import { ObjectTooLongError, type ZarrStore } from './zarr-store.ts';

/** System error codes for an object that does not exist. A name that is too long is one of them. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ENXIO']);

/** Opens the store without reading anything. */
export function openFolderZarrStore(folder: string): ZarrStore {
  return {
    key: folder,
    async readObject(path, maxBytes, signal) {
      signal.throwIfAborted();
      return await unlessAbsent(folder, async () => {
        // Opening a pipe without a writer would block.
        const file = await open(join(folder, path), constants.O_RDONLY | constants.O_NONBLOCK);
        try {
          const { size, mtimeNs } = await file.stat({ bigint: true });
          if (size > BigInt(maxBytes)) throw new ObjectTooLongError(path, Number(size));
          return { bytes: new Uint8Array(await file.readFile({ signal })), etag: buildEtag(size, mtimeNs) };
        } finally {
          await file.close();
        }
      });
    },
    async findEtag(path, signal) {
      signal.throwIfAborted();
      return await unlessAbsent(folder, async () => {
        const { size, mtimeNs } = await stat(join(folder, path), { bigint: true });
        return buildEtag(size, mtimeNs);
      });
    },
    async listFolders(path, _start, signal) {
      signal.throwIfAborted();
      const entries =
        (await unlessAbsent(folder, () => readdir(join(folder, path), { withFileTypes: true }))) ?? [];
      const folders = entries
        .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
        .map(({ name }) => name);
      return { folders, next: undefined, bytes: 0 };
    },
  };
}

async function unlessAbsent<T>(key: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ObjectTooLongError) throw cause;
    const { code, message, name } = cause as NodeJS.ErrnoException;
    if (name === 'AbortError') throw cause;
    if (code !== undefined && ABSENT.has(code)) return undefined;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new HeaderUnreadableError(`${key}: ${message}`, { key, reason: 'forbidden' }, { cause });
    }
    throw new ArchiveUnavailableError(`${key}: ${message}`, { url: key }, { cause });
  }
}

function buildEtag(size: bigint, mtimeNs: bigint): string {
  return `"${size.toString(16)}-${mtimeNs.toString(16)}"`;
}
