/** `poll`: one round of the poller; new versions are summarized at once on this machine. */
import { createHandler } from '../../functions/poll-publications.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { VersionPublished } from '../../shared/publications/version-published.ts';
import { LocalBus } from '../local-bus.ts';
import { LocalMachine } from '../machine.ts';
import { Progress } from '../progress.ts';
import { RunFailedError } from '../run-failed.ts';
import { localContext } from '../run-machine.ts';
import { readArguments } from './arguments.ts';
import { progressStream, readSettings } from './common-options.ts';
import { type Finished, finishedLine, isWritten, storedAt } from './finished.ts';
import { requireStore } from './require-store.ts';
import { withArchive } from './sample-archive.ts';

/** The maximum of a timer: a poll that also summarizes takes long. */
const NO_TIME_LIMIT_MS = 2 ** 31 - 1;

/** Exit code 0 only if every new version was stored or is unchanged. */
export async function poll(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    all: { type: 'boolean' },
    reconcile: { type: 'boolean' },
    resume: { type: 'boolean' },
    sample: { type: 'boolean' },
  });
  if (positionals.length > 0) {
    throw new InvalidInputError(`poll takes no "${positionals[0]}".`, { field: 'arguments' });
  }
  return withArchive(values.sample === true, readSettings(), async (config) => {
    await requireStore(config);
    const machine = new LocalMachine(config);
    let failures = 0;
    const bus = new LocalBus(async ({ dandisetId, version }: VersionPublished) => {
      const subject = `${dandisetId}/${version}`;
      const progress = new Progress(progressStream(), subject);
      const finished = await machine
        .summarize({ dandisetId, version }, { signal, onEvent: progress.onEvent })
        .then((output): Finished => ({ subject, ...output }))
        .catch((error: unknown): Finished => {
          if (!(error instanceof RunFailedError)) throw error;
          return { subject, status: 'failed', error: error.error, message: error.message };
        })
        .finally(() => progress.end());
      if (!isWritten(finished)) failures += 1;
      process.stdout.write(`${finishedLine(finished, storedAt(config))}\n`);
    });
    const event = {
      mode: values.reconcile === true ? 'reconcile' : 'poll',
      existing: values.all === true ? 'announce' : 'remember',
      ...(values.resume === true ? { claimPatienceSeconds: 0 } : {}),
    };
    const context = localContext('poll-publications');
    const report = await createHandler(() => config, bus)(event, {
      ...context,
      getRemainingTimeInMillis: () => NO_TIME_LIMIT_MS,
    });
    const { first, listed, announced, waiting, inOtherHands, deferred } = report;
    const past = first && values.all !== true;
    process.stdout.write(
      past
        ? `The first poll of this store: ${listed} published versions are recorded as known. --all summarizes them as well.\n`
        : `${listed} published versions; ${announced} were new, ${waiting} wait for their manifests, ${inOtherHands} are claimed by another poller, ${deferred} are left for the next poll.\n`,
    );
    if (inOtherHands > 0) {
      process.stdout.write(
        'If that was an interrupted poll on this machine, --resume takes over its versions.\n',
      );
    }
    return failures === 0 ? 0 : 1;
  });
}
