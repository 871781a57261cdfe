/**
 * The byte offsets of the rows of a `sessions.csv`, stored in `summary.json`, so that a page of the table needs one
 * range request, however long the table is. WriteSummary builds the index; the API uses it. Pure.
 */
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';

/** Rows between two offsets; equal to the page size of the API, so that it reads no row that it does not show. */
export const ROWS_PER_OFFSET = 25;

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/** The end of a record (RFC 4180). */
const END = '\r\n';

const location = z.int().check(z.nonnegative());

/** The index of one `sessions.csv`. */
export const SessionIndex = z.object({
  /** The headings, in the table's order. */
  columns: z.array(z.string()),
  /** Of the table, without its heading. */
  rows: location,
  /** Rows from one offset to the next. */
  every: z.int().check(z.positive()),
  /** Byte offsets of row 0, row `every`, row 2 × `every`, and so on. */
  offsets: z.array(location),
});
export type SessionIndex = z.infer<typeof SessionIndex>;

/** One row, by the names of its columns; absent values are empty. */
export type SessionCells = Readonly<Record<string, string>>;

/** Options for reading every table. The quote before formulas, which protects spreadsheets, is removed. */
const READING = {
  skip_empty_lines: true,
  cast: (value: string) => value.replace(/^'(?=[=+\-@\t\r])/, ''),
} as const;

/** Builds the index of a table written by `buildSessionsCsv`: records end with CR LF, except inside quotes. */
export function buildSessionIndex(csv: Uint8Array, every = ROWS_PER_OFFSET): SessionIndex {
  const starts: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < csv.length; at += 1) {
    if (csv[at] === QUOTE) isQuoted = !isQuoted;
    else if (csv[at] === LF && csv[at - 1] === CR && !isQuoted) starts.push(at + 1);
  }
  const rows = Math.max(0, starts.length - 1);
  const [heading = []] = parse(Buffer.from(csv.subarray(0, starts[0] ?? csv.length))) as string[][];
  return {
    columns: heading,
    rows,
    every,
    offsets: starts.slice(0, rows).filter((_, at) => at % every === 0),
  };
}

/** A range of bytes of a table, and the rows in it. */
export interface RowSpan {
  /** `start` is the first byte of the CR LF before the first row; `end` is the byte after the last row. */
  readonly start: number;
  readonly end: number;
  /** The first row in these bytes, and the number of rows. */
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Finds the bytes of up to `count` rows from `first` on, in a table of `bytes` bytes; undefined if there are no such
 * rows.
 */
export function findRowSpan(
  { rows, every, offsets }: SessionIndex,
  bytes: number,
  first: number,
  count: number,
): RowSpan | undefined {
  const last = Math.min(rows, first + count);
  if (first >= last) return undefined;
  const from = Math.floor(first / every);
  const to = Math.ceil(last / every);
  const start = offsets[from];
  if (start === undefined || start < END.length) return undefined;
  const firstRow = from * every;
  return {
    start: start - END.length,
    end: offsets[to] ?? bytes,
    firstRow,
    rows: Math.min(rows, to * every) - firstRow,
  };
}

/**
 * Parses the rows in the bytes of a span; undefined if the bytes are not that number of whole rows, for example because
 * another table was stored since the index was built.
 */
export function parseRowSpan(
  body: Uint8Array,
  { columns }: SessionIndex,
  { rows }: RowSpan,
): readonly SessionCells[] | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  if (!text.startsWith(END) || !text.endsWith(END)) return undefined;
  try {
    const found = parse(text.slice(END.length), {
      ...READING,
      columns: [...columns],
      record_delimiter: END,
    }) as unknown as SessionCells[];
    return found.length === rows ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Parses all rows of a `sessions.csv` by its heading. @throws the parser's error if it is not CSV */
export function parseAllRows(csv: Uint8Array | string): readonly SessionCells[] {
  return parse(typeof csv === 'string' ? csv : Buffer.from(csv), {
    ...READING,
    columns: true,
    bom: true,
    relax_column_count: true,
  }) as unknown as SessionCells[];
}
