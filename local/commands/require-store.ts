/** Checks, before headers are read, whether the store can be written. */
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../shared/config.ts';
import { StoreUnavailableError } from '../../shared/errors.ts';

/**
 * A folder that cannot be written is reported at once, not after all headers were read.
 * @throws StoreUnavailableError
 */
export async function requireStore({ summaryStore }: Pick<Config, 'summaryStore'>): Promise<void> {
  if (/^s3:\/\//i.test(summaryStore)) return;
  try {
    await makeFolder(resolve(summaryStore));
    await access(summaryStore, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
    const message = `The folder ${summaryStore} cannot be written${code}. Name another one by --store or SUMMARY_STORE.`;
    throw new StoreUnavailableError(message, { key: summaryStore }, { cause });
  }
}

/** Creates a folder and its parents, step by step: `recursive` loops forever if a file system refuses with ENOENT. */
async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = folder; !(await isThere(at)); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      await mkdir(each);
    } catch (error) {
      // Another process may have created it meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(path) !== path)
      return false;
    throw error;
  }
}
