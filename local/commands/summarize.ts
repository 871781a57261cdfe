/** `summarize ID[/VERSION] …`: the whole machine for Dandisets of the archive, into the store. */

import { formatVersionRef } from '../../shared/archive/version-ref.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { LocalMachine } from '../machine.ts';
import { Progress } from '../progress.ts';
import { RunFailedError } from '../run-failed.ts';
import { configWith, machineInput, readArguments } from './arguments.ts';
import { progressStream } from './common-options.ts';
import { type Finished, finishedLine, isWritten, type Outcome, storedAt } from './finished.ts';
import { distinctRefs } from './pasted-id.ts';
import { requireStore } from './require-store.ts';
import { refuseSampleIds } from './sample-archive.ts';
import { estimateRun, withSpending } from './spending.ts';

/** Exit code 0 only if every Dandiset was stored or is unchanged. */
export async function summarize(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    force: { type: 'boolean' },
    profile: { type: 'string' },
    json: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  });
  if (positionals.length === 0) {
    throw new InvalidInputError('Name at least one Dandiset, such as 000683 or 000683/draft.', {
      field: 'ID',
    });
  }
  const refs = distinctRefs(positionals);
  const config = configWith(values.profile);
  refuseSampleIds(
    refs.map(({ id }) => id),
    config,
  );
  await requireStore(config);
  const machine = new LocalMachine(config);
  const locate = storedAt(config);
  let exitCode = 0;
  for (const [at, ref] of refs.entries()) {
    const subject = formatVersionRef(ref);
    const location = refs.length === 1 ? subject : `${subject} (${at + 1} of ${refs.length})`;
    const input = { ...machineInput(subject), force: values.force ?? false };
    const progress = new Progress(progressStream(), location);
    const options = { signal, onEvent: progress.onEvent };
    const finished = await finish(subject, async () => {
      try {
        if (values['dry-run'] === true) return await estimateRun(machine, input, config, options);
        return await withSpending(await machine.summarize(input, options), config);
      } finally {
        progress.end();
      }
    });
    if (!isWritten(finished) && finished.status !== 'planned') {
      const isMistake = finished.status === 'failed' && finished.error === 'InvalidInputError';
      exitCode = Math.max(exitCode, isMistake ? 2 : 1);
    }
    process.stdout.write(
      values.json === true ? `${JSON.stringify(finished)}\n` : `${finishedLine(finished, locate)}\n`,
    );
  }
  return exitCode;
}

/** How a run ended; a failure is an outcome too, so that the next Dandiset is still run. */
async function finish(subject: string, run: () => Promise<Outcome>): Promise<Finished> {
  try {
    return { subject, ...(await run()) };
  } catch (error) {
    if (!(error instanceof RunFailedError)) throw error;
    return { subject, status: 'failed', error: error.error, message: error.message };
  }
}
