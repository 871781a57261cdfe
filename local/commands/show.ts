/** `show ID[/VERSION]`: a stored summary on standard output; `open`: the Dandiset in the archive, in a browser. */
import { spawn } from 'node:child_process';
import { composeStore } from '../../functions/compose.ts';
import type { VersionRef } from '../../shared/archive/version-ref.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';
import { parsePastedRef } from './pasted-id.ts';

/** Prints the summary's markdown, with `--json` its provenance. @throws NotFoundError if none is stored */
export async function show(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' } });
  const summaries = new SummaryStore(composeStore(readSettings()));
  const { id, version } = await findRef(getOnly(positionals), summaries);
  const reading = await summaries.readSummary(id, version);
  if (reading.state !== 'whole') throw notStored(`${id}/${version}`);
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify(reading.provenance, null, 2)}\n`
      : `${reading.markdown.trimEnd()}\n`,
  );
  return 0;
}

/** Prints the URL of the Dandiset's page in the archive, and opens it if the machine has a command for that. */
export async function open(args: readonly string[]): Promise<number> {
  const { positionals } = readArguments(args, {});
  const { id, version } = parsePastedRef(getOnly(positionals));
  const address = `https://dandiarchive.org/dandiset/${id}${version === undefined ? '' : `/${version}`}`;
  process.stdout.write(`${address}\n`);
  const [command = 'xdg-open', ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  await new Promise<void>((resolve) => {
    const child = spawn(command, [...before, address], { stdio: 'ignore', detached: true });
    // Without such a command, the printed URL is enough.
    child.once('error', () => resolve());
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
  return 0;
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

function getOnly(positionals: readonly string[]): string {
  const [text] = positionals;
  if (text !== undefined && positionals.length === 1) return text;
  throw new InvalidInputError('Name one Dandiset, such as 000683 or 000683/draft.', { field: 'ID' });
}

async function findRef(text: string, summaries: SummaryStore): Promise<VersionRef> {
  const { id, version } = parsePastedRef(text);
  if (version !== undefined) return { id, version };
  const latest = await summaries.findLatest(id);
  if (latest === undefined) throw notStored(id);
  return { id, version: latest.version };
}

function notStored(name: string): NotFoundError {
  return new NotFoundError(`No summary of ${name} is stored. Write one with "summarize ${name}".`, {
    subject: 'summary',
  });
}
