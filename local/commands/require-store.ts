/** Looks, before anything is read, whether what will be read can be kept. */
import { access, constants, mkdir } from 'node:fs/promises';
import type { Config } from '../../shared/config.ts';
import { StoreUnavailableError } from '../../shared/errors.ts';

/** A folder that cannot be written is told at once, not after all headers were read. @throws StoreUnavailableError */
export async function requireStore({ summaryStore }: Pick<Config, 'summaryStore'>): Promise<void> {
  if (/^s3:\/\//i.test(summaryStore)) return;
  try {
    await mkdir(summaryStore, { recursive: true });
    await access(summaryStore, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
    const message = `The folder ${summaryStore} cannot be written${code}. Set SUMMARY_STORE to one that can.`;
    throw new StoreUnavailableError(message, { key: summaryStore }, { cause });
  }
}
