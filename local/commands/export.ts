/** `export`: the headers of the store as tables in Parquet, updated or rebuilt. */
import { composeHeaders, composeStore } from '../../functions/compose.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { exportTables, removeTables, TABLES_GENERATION } from '../../shared/header-tables/export-tables.ts';
import { tablePrefix } from '../../shared/store/keys.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';
import { requireStore } from './require-store.ts';

/**
 * Prints the size and location of the tables. Exit code 0 even if headers of another reader were left out, which is
 * reported.
 */
export async function exportHeaders(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    rebuild: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) {
    throw new InvalidInputError('export takes no names: it exports all headers in SUMMARY_STORE.', {
      field: 'arguments',
    });
  }
  const config = readSettings();
  await requireStore(config);
  const store = composeStore(config);
  const headers = composeHeaders(config);
  if (values.rebuild === true) await removeTables(store);
  const report = await exportTables(
    { store, findHeader: (contentId) => headers.findHeader(contentId) },
    { signal },
  );
  process.stdout.write(values.json === true ? `${JSON.stringify(report)}\n` : text(report, store.location));
  return 0;
}

function text(
  { files, added, parts, stale }: Awaited<ReturnType<typeof exportTables>>,
  location: string,
): string {
  if (files + stale === 0) return `No headers are stored in ${location}: summarize a Dandiset first.\n`;
  const lines = [`${files} files in ${parts} parts, ${added} of them new.`];
  if (stale > 0) {
    lines.push(
      `${stale} headers were made by another version of the reader or are damaged, and were left out.`,
    );
  }
  for (const table of ['files', 'nodes'] as const) {
    lines.push(`${location.replace(/\/+$/, '')}/${tablePrefix(table, TABLES_GENERATION)}**/*.parquet`);
  }
  return `${lines.join('\n')}\n`;
}
