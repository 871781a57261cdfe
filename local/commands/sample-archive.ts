/** The synthetic sample as the archive of one command, with a store of its own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../shared/config.ts';
import { type ArchiveServer, folderFiles, startArchiveServer } from '../archive-server.ts';

/** Where the sample is as seen from this file: in a checkout, and beside the bundle once packed. */
const PLACES = ['../sample/', './sample/'];

/**
 * Runs a command over the real archive, or with `sample` over the sample, served on loopback. The sample's
 * summaries go to `sample` in the store, since what a poll or sweep remembers of one archive must not be held
 * against another.
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

function sampleFolder(): string {
  const folders = PLACES.map((location) => fileURLToPath(new URL(location, import.meta.url)));
  return folders.find((folder) => existsSync(`${folder}dandisets`)) ?? (folders[0] as string);
}
