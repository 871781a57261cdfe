/** `summarize ID[/VERSION] …`: the whole machine for Dandisets of the archive, into the store. */
import { InvalidInputError } from '../../shared/errors.ts';
import { LocalMachine } from '../machine.ts';
import { Progress } from '../progress.ts';
import { RunFailedError } from '../run-failed.ts';
import { configWith, machineInput, readArguments } from './arguments.ts';
import { type Finished, finishedLine, isWritten, storedAt } from './finished.ts';
import { requireStore } from './require-store.ts';

/** Exit code 0 only when every Dandiset was stored or is unchanged. */
export async function summarize(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    force: { type: 'boolean' },
    profile: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) {
    throw new InvalidInputError('Name at least one Dandiset, such as 000683 or 000683/draft.', {
      field: 'ID',
    });
  }
  const inputs = positionals.map((text) => ({ ...machineInput(text), force: values.force ?? false }));
  const config = configWith(values.profile);
  await requireStore(config);
  const machine = new LocalMachine(config);
  let exitCode = 0;
  for (const [at, input] of inputs.entries()) {
    const subject = positionals[at] as string;
    const progress = new Progress(process.stderr, subject);
    const finished = await finish(subject, async () => {
      try {
        return await machine.summarize(input, { signal, onEvent: progress.onEvent });
      } finally {
        progress.end();
      }
    });
    if (!isWritten(finished)) {
      const isMistake = finished.status === 'failed' && finished.error === 'InvalidInputError';
      exitCode = Math.max(exitCode, isMistake ? 2 : 1);
    }
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(finished)}\n`
        : `${finishedLine(finished, storedAt(config))}\n`,
    );
  }
  return exitCode;
}

/** How a run ended; a failure is an outcome too, so that the next Dandiset has its turn. */
async function finish(subject: string, run: () => ReturnType<LocalMachine['summarize']>): Promise<Finished> {
  try {
    return { subject, ...(await run()) };
  } catch (fault) {
    if (!(fault instanceof RunFailedError)) throw fault;
    return { subject, status: 'failed', error: fault.error, message: fault.message };
  }
}
