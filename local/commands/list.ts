/** `list`: the stored summaries, one line per Dandiset, in the order of ids. */
import { readArguments } from './arguments.ts';
import { readStoredCatalog } from './stored-index.ts';

/** Prints the catalog. */
export async function list(args: readonly string[]): Promise<number> {
  const { values } = readArguments(args, { json: { type: 'boolean' } });
  const { entries } = await readStoredCatalog();
  const lines = entries.map((entry) =>
    values.json === true
      ? JSON.stringify(entry)
      : `${entry.id}/${entry.version.padEnd(13)}  ${entry.updated.slice(0, 10)}  ${entry.name.replace(/\p{Cc}/gu, ' ')}`,
  );
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}
