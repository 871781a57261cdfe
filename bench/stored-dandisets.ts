/**
 * A store of summaries for benches of the API: the Dandisets of the corpus, or without one those of the
 * sample, run through the whole state machine with the deterministic writer.
 */
import { fileURLToPath } from 'node:url';
import { folderFiles, startArchiveServer } from '../local/archive-server.ts';
import { LocalMachine } from '../local/machine.ts';
import { readConfig } from '../shared/config.ts';
import { corpusFolder } from '../test/corpus.ts';
import { corpusArchiveFiles, corpusDandisets } from '../test/corpus-archive.ts';

const SAMPLE = fileURLToPath(new URL('../local/sample', import.meta.url));
const SAMPLE_IDS = ['900001', '900002', '900003', '900004'];

/** Fills a folder and returns the ids; `ids` selects some of the corpus, by default all. */
export async function storeDandisets(folder: string, ids?: readonly string[]): Promise<string[]> {
  const corpus = corpusFolder();
  const chosen =
    corpus === undefined
      ? SAMPLE_IDS.map((id) => ({ dandisetId: id }))
      : corpusDandisets(corpus)
          .filter(({ id }) => ids?.includes(id) ?? true)
          .map(({ id, version }) => ({ dandisetId: id, version }));
  const server = await startArchiveServer({
    files: corpus === undefined ? folderFiles(SAMPLE) : corpusArchiveFiles(corpus, ids),
  });
  try {
    const machine = new LocalMachine({
      ...readConfig({ SUMMARY_STORE: folder }),
      dandiApiUrl: server.apiUrl,
      dandiBucketUrl: server.bucketUrl,
    });
    for (const input of chosen) await machine.summarize({ ...input, force: false });
  } finally {
    await server.close();
  }
  return chosen.map(({ dandisetId }) => dandisetId);
}
