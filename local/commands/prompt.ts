/** `prompt ID[/VERSION]`: prints only the prompt on standard output. */

import { composeStore } from '../../functions/compose.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { getRunDocument } from '../../shared/pipeline/run-documents.ts';
import { LocalMachine } from '../machine.ts';
import { Progress } from '../progress.ts';
import { configWith, machineInput, readArguments } from './arguments.ts';
import { progressStream } from './common-options.ts';
import { requireStore } from './require-store.ts';
import { refuseSampleIds } from './sample-archive.ts';

/** Reads the headers like `summarize`, writes no summary. */
export async function prompt(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, { profile: { type: 'string' } });
  const [subject] = positionals;
  if (subject === undefined || positionals.length > 1) {
    throw new InvalidInputError('Name one Dandiset, such as 000683 or 000683/draft.', { field: 'ID' });
  }
  const config = configWith(values.profile);
  refuseSampleIds([machineInput(subject).dandisetId], config);
  await requireStore(config);
  const progress = new Progress(progressStream(), subject);
  const { run } = await new LocalMachine(config)
    .prompt(machineInput(subject), { signal, onEvent: progress.onEvent })
    .finally(() => progress.end());
  const text = await getRunDocument(composeStore(config), run, 'prompt.md');
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
  return 0;
}
