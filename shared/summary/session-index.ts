/**
 * Where the rows of a `sessions.csv` lie: kept in `summary.json`, so that a page of the table is one range read,
 * however long the table is. WriteSummary builds it; the API reads by it. Pure.
 */
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';

/** Rows between two offsets: a page of the API's table is as long, so that it reads no row that it does not show. */
export const ROWS_AN_OFFSET = 25;

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
  /** Byte at which row 0, row `every`, row 2 × `every` … begins; the last is followed by the file's end. */
  offsets: z.array(location),
});
export type SessionIndex = z.infer<typeof SessionIndex>;

/** One row, by the names of its columns; an absent value is empty. */
export type SessionCells = Readonly<Record<string, string>>;

/** How every table is read; a formula that was quoted for spreadsheets is itself again. */
const READING = {
  skip_empty_lines: true,
  cast: (value: string) => value.replace(/^'(?=[=+\-@\t\r])/, ''),
} as const;

/** The index of a table that `buildSessionsCsv` wrote: records end by CR LF, and quotes hold what is no end. */
export function buildSessionIndex(csv: Uint8Array, every = ROWS_AN_OFFSET): SessionIndex {
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

/** Bytes of a table that hold some rows, and which rows these are. */
export interface RowSpan {
  /** The first byte, that of the CR LF which ends the record before, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** The first row in these bytes, and how many there are. */
  readonly firstRow: number;
  readonly rows: number;
}

/** The bytes that hold the rows from `first` on, up to `count` of them, of a table of `bytes`; undefined where there are none. */
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
 * The rows in the bytes of a span; undefined where these are no whole rows of that number, as when another table was
 * stored since the index was built.
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

/** All rows of a `sessions.csv`, by its own heading. @throws the parser's error where it is no CSV */
export function parseAllRows(csv: Uint8Array | string): readonly SessionCells[] {
  return parse(typeof csv === 'string' ? csv : Buffer.from(csv), {
    ...READING,
    columns: true,
    bom: true,
    relax_column_count: true,
  }) as unknown as SessionCells[];
}
