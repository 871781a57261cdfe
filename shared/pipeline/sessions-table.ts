/**
 * The table of sessions as documents: CSV for people, Parquet for programs. BuildPrompt writes them beside
 * the prompt; WriteSummary stores them beside the summary.
 */
import { stringify } from 'csv-stringify/sync';
import { SESSION_COLUMNS, type SessionRow } from '../facts/session-row.ts';
import { buildParquet, type Cell } from '../parquet/build-parquet.ts';

/** The rows as CSV (RFC 4180) with a heading; an absent value is empty. Cells that a spreadsheet would run as a formula are quoted as text. */
export function buildSessionsCsv(rows: readonly SessionRow[]): string {
  const columns = SESSION_COLUMNS.map(({ name }) => name);
  return stringify(rows as SessionRow[], {
    header: true,
    columns,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}

/** The rows as one Parquet file: strings, 64-bit integers and doubles, all nullable. */
export function buildSessionsParquet(rows: readonly SessionRow[]): Uint8Array {
  return buildParquet(SESSION_COLUMNS, rows as readonly (SessionRow & Record<string, Cell>)[]);
}
