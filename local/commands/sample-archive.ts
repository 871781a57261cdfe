/** The synthetic sample as the archive of one command, with a store of its own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Config, readConfig } from '../../shared/config.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../archive-server.ts';

/** The sample's Dandisets. The archive numbers its own from 1 and is far below. */
export const SAMPLE_IDS: readonly string[] = ['900001', '900002', '900003', '900004'];

/**
 * Rejects a command that requests a Dandiset of the sample from the archive: it would take minutes without a network,
 * and fail with one. @throws InvalidInputError with the command to run instead
 */
export function refuseSampleIds(ids: readonly string[], config: Config): void {
  const own = ids.find((id) => SAMPLE_IDS.includes(id));
  if (own === undefined || config.dandiApiUrl !== readConfig({}).dandiApiUrl) return;
  throw new InvalidInputError(
    `${own} is a Dandiset of the synthetic sample, which the archive does not have. start summarizes the sample; show ${own} prints its page.`,
    { field: 'ID' },
  );
}

/** The sample's path relative to this file: in a checkout, and beside the bundle in the package. */
const PLACES = ['../sample/', './sample/'];

/**
 * Runs a command over the real archive, or with `sample` over the sample, served on loopback. The sample's
 * summaries go to `sample` in the store, since the records of a poll or sweep of one archive must not be applied
 * to another.
 */
export async function withArchive(
  sample: boolean,
  config: Config,
  run: (config: Config) => Promise<number>,
): Promise<number> {
  if (!sample) return run(config);
  const server: ArchiveServer = await startArchiveServer({ files: folderFiles(sampleFolder()) });
  try {
    return await run({
      ...config,
      dandiApiUrl: server.apiUrl,
      dandiBucketUrl: server.bucketUrl,
      summaryStore: `${config.summaryStore.replace(/\/$/, '')}/sample`,
    });
  } finally {
    await server.close();
  }
}

/** In `local/sample` of a checkout, beside the bundle in the package. */
export function sampleFolder(): string {
  const folders = PLACES.map((location) => fileURLToPath(new URL(location, import.meta.url)));
  return folders.find((folder) => existsSync(`${folder}dandisets`)) ?? (folders[0] as string);
}
