/** `start`: the whole machine over the synthetic sample archive, with no network and no key. */
import { composeStore } from '../../functions/compose.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { folderFiles, startArchiveServer } from '../archive-server.ts';
import { LocalMachine } from '../machine.ts';
import { Progress } from '../progress.ts';
import { machineInput, readArguments } from './arguments.ts';
import { progressStream, readSettings } from './common-options.ts';
import { finishedLine, storedAt } from './finished.ts';
import { requireStore } from './require-store.ts';
import { SAMPLE_IDS, sampleFolder } from './sample-archive.ts';

/** The Dandiset of the sample whose summary is shown. */
const SHOWN = '900002';

/** Summarizes every Dandiset of the sample and prints one of the summaries. */
export async function start(args: readonly string[], signal: AbortSignal): Promise<number> {
  readArguments(args, {});
  const server = await startArchiveServer({ files: folderFiles(sampleFolder()) });
  try {
    const config = { ...readSettings(), dandiApiUrl: server.apiUrl, dandiBucketUrl: server.bucketUrl };
    process.stdout.write(
      'A synthetic sample archive, served on loopback: its Dandisets are made up, and no network or key is used.\n\n',
    );
    await requireStore(config);
    const machine = new LocalMachine(config);
    let shownVersion = 'draft';
    for (const id of SAMPLE_IDS) {
      const progress = new Progress(progressStream(), id);
      const finished = await machine
        .summarize(machineInput(id), { signal, onEvent: progress.onEvent })
        .finally(() => progress.end());
      if (id === SHOWN) shownVersion = finished.version;
      process.stdout.write(`${finishedLine({ subject: id, ...finished }, storedAt(config))}\n`);
    }
    const store = composeStore(config);
    const summary = await new SummaryStore(store).readSummary(SHOWN, shownVersion);
    if (summary.state !== 'whole') return 1;
    process.stdout.write(
      `\nThe summaries are in ${store.location}. That of ${SHOWN}/${shownVersion} says:\n\n${summary.markdown}`,
    );
    return 0;
  } finally {
    await server.close();
  }
}
