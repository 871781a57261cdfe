/** Builds snippets: the passage of a text with the most words found, with each one marked. Pure. */

/** A piece of a text. */
export interface SnippetPart {
  readonly text: string;
  /** Whether it is a word that was found. */
  readonly isFound: boolean;
}

/** A passage of a text with the words found in it. */
export interface Snippet {
  /** Which text of the document it is from. */
  readonly from: string;
  readonly parts: readonly SnippetPart[];
}

/** Characters of a passage. */
const LENGTH = 240;

/** A span of a text: its position and length. */
export interface FoundSpan {
  readonly at: number;
  readonly to: number;
}

/** The passage with the most spans, cut at words; undefined if there are none. */
export function buildSnippet(from: string, text: string, spans: readonly FoundSpan[]): Snippet | undefined {
  const sorted = joinSpans(spans);
  if (sorted.length === 0) return undefined;
  const counts = sorted.map(
    ({ at }, index) =>
      new Set(
        sorted
          .slice(index)
          .filter(({ to }) => to <= at + LENGTH)
          .map((span) => text.slice(span.at, span.to).toLowerCase()),
      ).size,
  );
  const best = sorted[counts.indexOf(Math.max(...counts))]!;
  const inside = sorted.filter(({ at, to }) => at >= best.at && to <= best.at + LENGTH);
  const width = (inside.at(-1) ?? best).to - best.at;
  const lead = Math.max(0, Math.floor((LENGTH - width) / 3));
  const start = wordStart(text, Math.max(0, best.at - lead));
  const end = wordEnd(text, Math.max(best.to, Math.min(text.length, start + LENGTH)));
  const parts: SnippetPart[] = [];
  const add = (piece: string, isFound: boolean): void => {
    if (piece !== '') parts.push({ text: piece, isFound });
  };
  let at = start;
  add(start > 0 ? '…' : '', false);
  for (const span of sorted) {
    if (span.at < start || span.to > end) continue;
    add(text.slice(at, span.at), false);
    add(text.slice(span.at, span.to), true);
    at = span.to;
  }
  add(text.slice(at, end), false);
  add(end < text.length ? '…' : '', false);
  return { from, parts: joinParts(parts) };
}

/** Spans in their order, overlapping ones as one. */
function joinSpans(spans: readonly FoundSpan[]): FoundSpan[] {
  const joined: FoundSpan[] = [];
  for (const span of [...spans].sort((one, other) => one.at - other.at || other.to - one.to)) {
    const last = joined.at(-1);
    if (last !== undefined && span.at < last.to)
      joined[joined.length - 1] = { at: last.at, to: Math.max(last.to, span.to) };
    else joined.push(span);
  }
  return joined;
}

function joinParts(parts: readonly SnippetPart[]): SnippetPart[] {
  const joined: SnippetPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && last.isFound === part.isFound)
      joined[joined.length - 1] = { text: last.text + part.text, isFound: part.isFound };
    else joined.push(part);
  }
  return joined;
}

function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(' ', at - 1);
  return space === -1 || space - at > 30 ? at : space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const space = text.lastIndexOf(' ', at);
  return space === -1 || at - space > 30 ? at : space;
}
