/** Pictures of a Dandiset, drawn on the server as SVG, each with equivalent text. Pure. */
import { listSpans, type SessionTimeline } from '../../summary/session-timeline.ts';
import { type Html, html } from '../html.ts';
import { countNoun } from '../page-words.ts';

/** Units of the drawing; it scales to the page. */
const WIDTH = 640;
const HEIGHT = 150;
const BASE = 118;
/** Height of one row of the chart of types: a line of words, and the bar below it. */
const ROW = 50;
/** Room for the number behind the longest bar. */
const NUMBER_WIDTH = 90;
/** Characters of a label: as many as fit in the larger letters of a narrow window. */
const LABEL_CHARACTERS = 46;
/** Types drawn at most. */
const MAX_TYPES = 12;

/** Sessions over time, by month or year. */
export function timelinePicture(timeline: SessionTimeline): Html {
  const bars = listSpans(timeline);
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...bars.map(({ count }) => count));
  const first = bars[0]!;
  const last = bars.at(-1)!;
  const peak = bars.find(({ count }) => count === most)!;
  const text = `${countNoun(total, 'file')} by the start of the session, from ${first.label} to ${last.label}; most, ${most.toLocaleString('en-US')}, in ${peak.label}.`;
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

/** One type of files: its label and the number of files. */
export interface TypeBar {
  readonly words: string;
  readonly files: number;
}

/** Merges types with the same label: for a reader their contents are the same. */
export function joinAlike(types: readonly TypeBar[]): TypeBar[] {
  const files = new Map<string, number>();
  for (const type of types) files.set(type.words, (files.get(type.words) ?? 0) + type.files);
  return [...files].map(([words, count]) => ({ words, files: count }));
}

/** Files by type as a bar chart; undefined for a single type, which text describes better. */
export function typesPicture(types: readonly TypeBar[]): Html | undefined {
  if (types.length < 2) return undefined;
  const shown = types.slice(0, MAX_TYPES);
  const most = Math.max(...shown.map(({ files }) => files));
  const barWidth = (files: number): number => round(Math.max(2, (files / most) * (WIDTH - NUMBER_WIDTH)));
  const text = `Files by type: ${shown.map(({ words, files }) => `${words}, ${countNoun(files, 'file')}`).join('; ')}.`;
  return html`<figure class="picture"><svg viewBox="0 0 ${WIDTH} ${shown.length * ROW}" role="img" aria-label="${text}">
${shown.map(
  ({ words, files }, at) =>
    html`<text x="0" y="${at * ROW + 20}">${shortenWords(words)}</text><rect class="mark" x="0" y="${at * ROW + 28}" width="${barWidth(files)}" height="14" rx="2"/><text x="${round(barWidth(files) + 8)}" y="${at * ROW + 40}">${files.toLocaleString('en-US')}</text>\n`,
)}</svg><figcaption>Files by their contents${types.length > shown.length && `; ${types.length - shown.length} more types are in the table`}.</figcaption></figure>`;
}

function shortenWords(words: string): string {
  return words.length > LABEL_CHARACTERS ? `${words.slice(0, LABEL_CHARACTERS - 1)}…` : words;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
