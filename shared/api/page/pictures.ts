/** Pictures of a Dandiset, drawn on the server as SVG, each with a text that says the same. Pure. */
import { type Html, html } from '../html.ts';
import { countNoun } from '../page-words.ts';
import type { SessionCells } from './session-table.ts';

/** Units of the drawing; it scales to the page. */
const WIDTH = 640;
const HEIGHT = 150;
const BASE = 118;
/** Bars at most: months are joined to years beyond. */
const MAX_BARS = 48;
/** Height of one row of the chart of types, and its columns. */
const ROW = 30;
const LABEL_WIDTH = 300;
/** Characters of a label. */
const LABEL_CHARACTERS = 42;
/** Types drawn at most. */
const MAX_TYPES = 12;

/** Sessions over time, by month or year; undefined where fewer than two moments are known. */
export function timelinePicture(rows: readonly SessionCells[]): Html | undefined {
  const starts = rows
    .map(({ session_start }) => session_start ?? '')
    .filter((start) => /^\d{4}-\d{2}/.test(start));
  const months = new Set(starts.map((start) => start.slice(0, 7)));
  if (months.size < 2) return undefined;
  const byMonth = measureSpan(starts, 7, nextMonth);
  const bars =
    byMonth.length <= MAX_BARS
      ? byMonth
      : measureSpan(starts, 4, (year) => String(Number(year) + 1).padStart(4, '0'));
  if (bars.length > MAX_BARS) return undefined;
  const most = Math.max(...bars.map(({ count }) => count));
  const first = bars[0]!;
  const last = bars.at(-1)!;
  const peak = bars.find(({ count }) => count === most)!;
  const text = `${countNoun(starts.length, 'file')} by the start of the session, from ${first.label} to ${last.label}; most, ${most.toLocaleString('en-US')}, in ${peak.label}.`;
  const step = WIDTH / bars.length;
  return html`<figure class="picture"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text}">
<line class="axis" x1="0" x2="${WIDTH}" y1="${BASE + 0.5}" y2="${BASE + 0.5}"/>
${bars.map(({ count }, at) => count > 0 && bar(at * step + step * 0.1, count, most, step * 0.8))}<text x="0" y="${HEIGHT - 10}">${first.label}</text><text x="${WIDTH}" y="${HEIGHT - 10}" text-anchor="end">${last.label}</text>
</svg><figcaption>${text}</figcaption></figure>`;
}

function bar(x: number, count: number, most: number, width: number): Html {
  const height = Math.max(2, (count / most) * (BASE - 14));
  return html`<rect class="mark" x="${round(x)}" y="${round(BASE - height)}" width="${round(Math.min(width, 48))}" height="${round(height)}" rx="2"/>`;
}

/** Counts by the first characters of the moments, empty spans between them included. */
function measureSpan(
  starts: readonly string[],
  length: number,
  next: (label: string) => string,
): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const start of starts) {
    const label = start.slice(0, length);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const labels = [...counts.keys()].sort();
  const spans: { label: string; count: number }[] = [];
  // One bar more than can be drawn tells that they cannot; a date far off must not make thousands.
  for (let label = labels[0]!; label <= labels.at(-1)! && spans.length <= MAX_BARS; label = next(label))
    spans.push({ label, count: counts.get(label) ?? 0 });
  return spans;
}

function nextMonth(label: string): string {
  const [year = 0, month = 0] = label.split('-').map(Number);
  return month >= 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}`;
}

/** One type of files in words, with how many there are. */
export interface TypeBar {
  readonly words: string;
  readonly files: number;
}

/** What each type holds, as bars of files; undefined for a single type, which words tell better. */
export function typesPicture(types: readonly TypeBar[]): Html | undefined {
  if (types.length < 2) return undefined;
  const shown = types.slice(0, MAX_TYPES);
  const most = Math.max(...shown.map(({ files }) => files));
  const room = WIDTH - LABEL_WIDTH - 70;
  const text = `Files by type: ${shown.map(({ words, files }) => `${words}, ${countNoun(files, 'file')}`).join('; ')}.`;
  return html`<figure class="picture"><svg viewBox="0 0 ${WIDTH} ${shown.length * ROW}" role="img" aria-label="${text}">
${shown.map(
  ({ words, files }, at) =>
    html`<text x="0" y="${at * ROW + 20}">${shortenWords(words)}</text><rect class="mark" x="${LABEL_WIDTH}" y="${at * ROW + 6}" width="${round(Math.max(2, (files / most) * room))}" height="${ROW - 12}" rx="2"/><text x="${round(LABEL_WIDTH + 8 + Math.max(2, (files / most) * room))}" y="${at * ROW + 20}">${files.toLocaleString('en-US')}</text>\n`,
)}</svg><figcaption>Files by what they hold${types.length > shown.length && `; ${types.length - shown.length} more types are in the table`}.</figcaption></figure>`;
}

function shortenWords(words: string): string {
  return words.length > LABEL_CHARACTERS ? `${words.slice(0, LABEL_CHARACTERS - 1)}…` : words;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
