/**
 * How the sessions of a table are in time, counted when the summary is stored: the page's picture needs no more, so that
 * it costs no reading of the table. WriteSummary builds it; the API draws it. Pure.
 */
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';

/** Spans of time at most, as many bars as a picture of a page's width can show; months are joined to years beyond. */
export const MAX_SPANS = 48;

/** Rows by the start of the session: one number for each month, or year, from the first to the last. */
export const SessionTimeline = z.object({
  unit: z.enum(['month', 'year']),
  /** `2019-03`, or `2019`. */
  first: z.string().check(z.regex(/^\d{4}(?:-\d{2})?$/)),
  /** None of the spans between is left out: where nothing began it is 0. */
  counts: z.array(z.int().check(z.nonnegative())).check(z.minLength(2), z.maxLength(MAX_SPANS)),
});
export type SessionTimeline = z.infer<typeof SessionTimeline>;

/** How each unit is written, and which comes after one; the first that needs few enough spans is taken. */
const UNITS = [
  { unit: 'month', characters: 7, next: nextMonth },
  { unit: 'year', characters: 4, next: nextYear },
] as const;

/** The timeline of moments (ISO 8601; others are passed over); null where fewer than two months or more than 48 years are among them. */
export function buildSessionTimeline(moments: readonly string[]): SessionTimeline | null {
  const starts = moments.filter((moment) => /^\d{4}-(?:0[1-9]|1[0-2])/.test(moment));
  if (new Set(starts.map((start) => start.slice(0, 7))).size < 2) return null;
  for (const { unit, characters, next } of UNITS) {
    const labels = starts.map((start) => start.slice(0, characters));
    const counts = countSpans(labels, next);
    if (counts !== undefined)
      return { unit, first: labels.reduce((one, other) => (one < other ? one : other)), counts };
  }
  return null;
}

/** The timeline of a stored `sessions.csv`. @throws the parser's error where it is no CSV */
export function readSessionTimeline(csv: Uint8Array): SessionTimeline | null {
  // One cell a row is kept of a table that may have 73,000 rows.
  const starts = parse(Buffer.from(csv), {
    columns: true,
    bom: true,
    relax_column_count: true,
    on_record: ({ session_start }: Readonly<Record<string, string>>) => session_start || null,
  }) as unknown as string[];
  return buildSessionTimeline(starts);
}

/** The spans of a timeline with their names. */
export function listSpans({
  unit,
  first,
  counts,
}: SessionTimeline): readonly { readonly label: string; readonly count: number }[] {
  const { next } = UNITS.find((each) => each.unit === unit)!;
  let label = first;
  return counts.map((count, at) => {
    if (at > 0) label = next(label);
    return { label, count };
  });
}

/** Counts from the first label to the last, empty spans included; undefined where there are more than can be shown. */
function countSpans(labels: readonly string[], next: (label: string) => string): number[] | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const known = [...counts.keys()].sort();
  const last = known.at(-1)!;
  const spans: number[] = [];
  // A date far off must not make thousands.
  for (let label = known[0]!; spans.length < MAX_SPANS; label = next(label)) {
    spans.push(counts.get(label) ?? 0);
    if (label === last) return spans;
  }
  return undefined;
}

function nextMonth(label: string): string {
  const [year = 0, month = 0] = label.split('-').map(Number);
  return month >= 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
}

function nextYear(year: string): string {
  return String(Number(year) + 1).padStart(4, '0');
}
