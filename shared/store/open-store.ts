/** Opens the store that the setting `SUMMARY_STORE` names. */
import { InvalidInputError } from '../errors.ts';
import { FolderStore } from './folder-store.ts';
import { requireKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import { createS3Client, type S3ClientOptions, S3Store } from './s3-store.ts';

/**
 * The store at `location`: a folder's path (`./summaries`, `/var/lib/summaries`) or `s3://bucket/prefix`,
 * whose client is created from `s3`. No request is made yet.
 * @throws InvalidInputError if the location is neither
 */
export function openStore(location: string, s3: S3ClientOptions = {}): ObjectStore {
  if (/^s3:\/\//i.test(location)) return openBucket(location, s3);
  if (location.trim() === '') throw invalid(location, 'it is empty');
  if (location.includes('\0')) throw invalid(location, 'a path cannot contain a NUL');
  // At least two letters: `C:\summaries` is a path.
  if (/^[a-z][a-z0-9+.-]+:/i.test(location)) throw invalid(location, 'the only supported scheme is s3://');
  // A shell expands "~", a settings file does not, and nobody wants a folder named "~".
  if (/^~(?:\/|$)/.test(location)) throw invalid(location, 'write the home folder out in place of "~"');
  return new FolderStore(location);
}

function openBucket(location: string, s3: S3ClientOptions): S3Store {
  const [bucket = '', ...rest] = location.slice('s3://'.length).split('/');
  const prefix = rest.join('/').replace(/\/$/, '');
  if (bucket === '') throw invalid(location, 'it names no bucket');
  try {
    if (prefix !== '') requireKey(prefix);
    return new S3Store({ client: createS3Client(s3), bucket, prefix });
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw invalid(location, error.message.replace(/\.$/, ''), error);
  }
}

function invalid(location: string, reason: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(
    `The store (--store, or SUMMARY_STORE) must be a folder's path or s3://bucket/prefix, not ${JSON.stringify(location)}: ${reason}.`,
    { field: 'SUMMARY_STORE' },
    { cause },
  );
}
