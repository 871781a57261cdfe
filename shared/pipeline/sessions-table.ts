/**
 * The table of sessions as documents: CSV for people, Parquet for programs. BuildPrompt writes them beside
 * the prompt; WriteSummary stores them beside the summary.
 */
import { stringify } from 'csv-stringify/sync';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { SESSION_COLUMNS, type SessionRow } from '../facts/session-row.ts';

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
  const columnData = SESSION_COLUMNS.map(({ name, type }) => {
    const values = rows.map((row) => row[name]);
    if (type === 'integer') {
      const wide = values.map((value) => (value === null ? null : BigInt(Math.trunc(Number(value)))));
      return { name, data: wide, type: 'INT64' as const, nullable: true };
    }
    const parquetType = type === 'text' ? ('STRING' as const) : ('DOUBLE' as const);
    return { name, data: values, type: parquetType, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
