/**
 * A source for a local file; every read checks that size and modification time are those at opening.
 */

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ArchiveUnavailableError, HeaderUnreadableError, type UnreadableReason } from '../errors.ts';
import { findOwn } from '../own-entry.ts';
import { buildChangedError } from './http-response.ts';
import type { RangeSource } from './range-source.ts';

/** An open file. The caller that opened it must close it. */
export interface FileSource extends RangeSource, AsyncDisposable {
  readonly etag: string;
  /** Closes the file; later reads fail. Closing twice is not an error. */
  close(): Promise<void>;
}

/** The reasons that correspond to the system's error codes; any other code is an error of the machine. */
const reasonByCode: Readonly<Record<string, UnreadableReason>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ELOOP: 'unsupported',
  ENXIO: 'unsupported',
};

/**
 * Opens a local file.
 * @throws HeaderUnreadableError 'empty-file', 'missing', 'forbidden', or 'unsupported' for a folder or device
 * @throws ArchiveUnavailableError if the system cannot read it for another reason
 */
export async function openFileSource(path: string): Promise<FileSource> {
  let file: FileHandle;
  try {
    // Opening a pipe without a writer would block.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw translateError(path, error);
  }
  try {
    const { size, etag, isFile } = await readState(path, file);
    if (!isFile) throw unreadable(path, 'unsupported', 'this is not a regular file');
    if (size === 0) throw unreadable(path, 'empty-file', 'the file has no bytes');
    return buildSource(path, file, size, etag);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function buildSource(key: string, file: FileHandle, byteLength: number, etag: string): FileSource {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= file.close();
    return closing;
  };
  return {
    key,
    byteLength,
    etag,
    close,
    [Symbol.asyncDispose]: close,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      const isRange =
        Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
      if (!isRange || offset + length > byteLength) {
        throw unreadable(
          key,
          'truncated',
          `bytes ${offset} to ${offset + length} are past the file's end at ${byteLength}`,
        );
      }
      const bytes = await readFully(key, file, offset, length, signal);
      const now = await readState(key, file);
      if (now.etag !== etag || bytes.byteLength < length) throw buildChangedError(key, etag, now.etag);
      return bytes;
    },
  };
}

/** Reads as many of the bytes as the file still has. */
async function readFully(
  key: string,
  file: FileHandle,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  try {
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      signal?.throwIfAborted();
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw translateError(key, error);
  }
  return bytes.subarray(0, filled);
}

async function readState(
  key: string,
  file: FileHandle,
): Promise<{ size: number; etag: string; isFile: boolean }> {
  try {
    const stat = await file.stat({ bigint: true });
    const etag = `"${stat.size.toString(16)}-${stat.mtimeNs.toString(16)}"`;
    return { size: Number(stat.size), etag, isFile: stat.isFile() };
  } catch (error) {
    throw translateError(key, error);
  }
}

function translateError(key: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = findOwn(reasonByCode, code ?? '');
  if (reason !== undefined) {
    const text = code === 'ENOENT' ? `There is no file ${key}.` : `${key}: ${message}`;
    return new HeaderUnreadableError(text, { key, reason }, { cause: error });
  }
  return new ArchiveUnavailableError(`${key}: ${message}`, { url: key }, { cause: error });
}

function unreadable(key: string, reason: UnreadableReason, text: string): HeaderUnreadableError {
  return new HeaderUnreadableError(`${key}: ${text}`, { key, reason });
}
