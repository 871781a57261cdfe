/**
 * The numbers of sessions per month or year, counted when the summary is stored, so that the page's diagram does not
 * need to read the table. WriteSummary builds it; the API draws it. Pure.
 */
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';

/** Most spans of time: the number of bars that fit the width of a page. With more months, years are counted instead. */
export const MAX_SPANS = 48;

/** Rows by start of the session: one number for each month or year from the first to the last. */
export const SessionTimeline = z.object({
  unit: z.enum(['month', 'year']),
  /** `2019-03`, or `2019`. */
  first: z.string().check(z.regex(/^\d{4}(?:-\d{2})?$/)),
  /** One for each span, 0 where no session began. */
  counts: z.array(z.int().check(z.nonnegative())).check(z.minLength(2), z.maxLength(MAX_SPANS)),
});
export type SessionTimeline = z.infer<typeof SessionTimeline>;

/** The characters of each unit's label, and the label after another. The first unit with few enough spans is used. */
const UNITS = [
  { unit: 'month', characters: 7, next: nextMonth },
  { unit: 'year', characters: 4, next: nextYear },
] as const;

/**
 * Builds the timeline of times in ISO 8601 (others are ignored); null for fewer than two months or more than 48 years.
 */
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

/** Builds the timeline of a stored `sessions.csv`. @throws the parser's error if it is not CSV */
export function readSessionTimeline(csv: Uint8Array): SessionTimeline | null {
  // Only one cell per row is kept in memory, since a table may have 73,000 rows.
  const starts = parse(Buffer.from(csv), {
    columns: true,
    bom: true,
    relax_column_count: true,
    on_record: ({ session_start }: Readonly<Record<string, string>>) => session_start || null,
  }) as unknown as string[];
  return buildSessionTimeline(starts);
}

/** Lists the spans of a timeline with their labels. */
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

/** Counts from the first label to the last, including empty spans; undefined if there are more than `MAX_SPANS`. */
function countSpans(labels: readonly string[], next: (label: string) => string): number[] | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const known = [...counts.keys()].sort();
  const last = known.at(-1)!;
  const spans: number[] = [];
  // The limit also stops at a single date far away from the others.
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
