/** The table of sessions: read from the CSV beside a summary, shown in pages. Pure. */

import { bytesText } from '../../facts/fact-words.ts';
import { parseAllRows, ROWS_PER_OFFSET, type SessionCells } from '../../summary/session-index.ts';
import type { SessionTimeline } from '../../summary/session-timeline.ts';
import { type Html, html } from '../html.ts';
import { countNoun } from '../page-words.ts';

/** Rows of one page of the table: as many as are between two offsets of its index. */
export const ROWS_A_PAGE = ROWS_PER_OFFSET;
/** Rows that the Dandiset's own page shows. */
const ROWS_AT_FIRST = 8;

/** All rows of a version. */
export interface SessionTable {
  readonly rows: readonly SessionCells[];
}

/**
 * The part of the table on the Dandiset's own page: its first rows, their total number, and their distribution over
 * time.
 */
export interface SessionPreview {
  /** Empty where the table cannot be read in parts and is too long to be read as a whole. */
  readonly rows: readonly SessionCells[];
  /** Absent where only reading the whole table would give it. */
  readonly total?: number;
  /** Absent where there is no picture to draw. */
  readonly timeline?: SessionTimeline;
}

/** The table in a stored `sessions.csv`. @throws the parser's error where it is no CSV */
export function parseSessionTable(csv: Uint8Array | string): SessionTable {
  return { rows: parseAllRows(csv) };
}

/** Columns for people: heading, and the cell's text. */
const COLUMNS: readonly (readonly [
  heading: string,
  text: (row: SessionCells) => string,
  kind?: 'number' | 'date',
])[] = [
  ['Subject', ({ subject }) => subject ?? ''],
  ['Session', ({ session }) => session ?? ''],
  ['Start', ({ session_start }) => (session_start ?? '').slice(0, 10), 'date'],
  ['Species', ({ species }) => species ?? ''],
  ['Regions', ({ regions }) => regions ?? ''],
  ['Duration', ({ duration_s }) => durationText(duration_s), 'number'],
  ['Units', ({ units }) => integerText(units), 'number'],
  ['ROIs', ({ rois }) => integerText(rois), 'number'],
  ['Trials', ({ trials }) => integerText(trials), 'number'],
  ['Size', ({ size }) => (size ? bytesText(Number(size)) : ''), 'number'],
];

function integerText(value: string | undefined): string {
  return value ? Number(value).toLocaleString('en-US') : '';
}

/** Units of time, each with its seconds, the longest first. */
const DURATIONS = [
  [3_600, 'h'],
  [60, 'min'],
] as const;

function durationText(seconds: string | undefined): string {
  if (!seconds) return '';
  const value = Number(seconds);
  const [length, unit] = DURATIONS.find(([each]) => value >= each) ?? [1, 's'];
  return `${(value / length).toFixed(value / length >= 10 ? 0 : 1)} ${unit}`;
}

/** The rows as a table for people: columns without any value are left out. */
export function rowsTable(rows: readonly SessionCells[], labelledBy: string): Html {
  const shown = COLUMNS.filter(([, text]) => rows.some((row) => text(row) !== ''));
  return html`<div class="scroll" role="region" aria-labelledby="${labelledBy}" tabindex="0"><table>
<thead><tr><th scope="col">File</th>${shown.map(([heading, , kind]) => html`<th scope="col"${kind && html` class="${kind}"`}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr><td><div class="path">${row.path}</div></td>${shown.map(([, text, kind]) => html`<td${kind && html` class="${kind}"`}>${text(row)}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

/** The section of the Dandiset's page: the first rows, and a link to all of them. */
export function sessionsSection({ rows, total }: SessionPreview, path: string): Html {
  const all =
    total === undefined
      ? 'All rows'
      : total > ROWS_AT_FIRST
        ? `All ${countNoun(total, 'row')}`
        : 'On a page of its own';
  return html`<section aria-labelledby="sessions"><h2 id="sessions">Sessions</h2>
<p class="soft">One row per file. <a href="${path}/sessions">${all}</a> · <a href="${path}/sessions.csv" download>CSV</a> · <a href="${path}/sessions.parquet" download>Parquet</a></p>
${rows.length > 0 && rowsTable(rows.slice(0, ROWS_AT_FIRST), 'sessions')}
</section>`;
}
