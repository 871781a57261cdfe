/**
 * The benchmark of the checks: replies in the ways that language models write, about 34 Dandisets of
 * the corpus, each with its faults marked where they stand. A file holds the replies about one Dandiset, each
 * under a line `<<<< STYLE`, and a fault as `⟦KIND|WORDS⟧`. All of it was written and marked before any check
 * was run on it; `second-reading.ts` holds what another reading of the bare replies found.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { splitSentences } from '../../../shared/model/plain-text.ts';
import { LABELLED_REPLIES, LATER_REPLIES } from '../labelled-replies.ts';

/** Checks are mended over the first half alone; the other one says what to expect. */
export const HALVES = ['mending', 'held-out'] as const;

/** Replies that were written after the checks had been mended over the first half, about Dandisets that it lacks; again one half to mend over and one not. They had one reading. */
export const LATER_HALVES = ['later-mending', 'later-unseen'] as const;

/**
 * Replies by other hands, which had seen neither the checks nor the other replies; about Dandisets that others are about
 * too. Checks were mended over the first nine once they had been measured, over the fourteen of `independent-unseen` after
 * that, and over `read-twice-mending` last; nobody mended a check over `read-twice-unseen`, which is for reporting alone.
 * Of the two read twice, a second reader found the same 161 faults without having seen the labels. What the checks did
 * when they saw each of them first is in `first-sight.ts`.
 */
export const INDEPENDENT = [
  'independent',
  'independent-unseen',
  'read-twice-mending',
  'read-twice-unseen',
  'third-mending',
  'third-unseen',
] as const;

/** One part of the labelled replies; no two of the halves share a Dandiset. */
export type Half = (typeof HALVES | typeof LATER_HALVES | typeof INDEPENDENT)[number];

/** Words of a reply that the facts do not bear out. */
export interface Fault {
  readonly kind: string;
  readonly words: string;
  /** Where they begin in the reply's text. */
  readonly start: number;
}

/** A sentence, a list item, or a keyword: what a reader judges at once. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** What kinds of faults stand in it; none in a sound one. */
  readonly kinds: readonly string[];
}

/** A reply without its marks. */
export interface BenchmarkReply {
  readonly half: Half;
  /** Six digits. */
  readonly dandisetId: string;
  readonly style: string;
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly pieces: readonly Piece[];
}

/** All replies of one half, by Dandiset. */
export function readBenchmark(half: Half): BenchmarkReply[] {
  const folder = new URL(`${half}/`, import.meta.url);
  return readdirSync(folder)
    .sort()
    .flatMap((file) =>
      readFileSync(new URL(file, folder), 'utf8')
        .split(/^<<<< /m)
        .slice(1)
        .map((section) => {
          const end = section.indexOf('\n');
          return readReply(half, file.slice(0, 6), section.slice(0, end), section.slice(end + 1));
        }),
    );
}

/** The replies that were labelled earlier, their labels as faults; what concerns a whole reply has no place. */
export function readEarlier(): BenchmarkReply[] {
  return [...LABELLED_REPLIES, ...LATER_REPLIES].map(({ file, labels }) => {
    const text = readFileSync(new URL(`../replies/${file}.md`, import.meta.url), 'utf8');
    const faults = labels
      .filter(({ at }) => at !== '')
      .map(({ check, at }) => ({ kind: check, words: at, start: text.indexOf(at) }));
    return {
      half: 'mending',
      dandisetId: file.slice(0, 6),
      style: file.slice(7),
      text,
      faults,
      pieces: buildPieces(text, faults),
    };
  });
}

function readReply(half: Half, dandisetId: string, style: string, marked: string): BenchmarkReply {
  const faults: Fault[] = [];
  let text = '';
  let from = 0;
  for (const match of marked.matchAll(/⟦([a-z]+)\|([^⟧]+)⟧/g)) {
    const [whole, kind = '', words = ''] = match;
    text += marked.slice(from, match.index);
    faults.push({ kind, words, start: text.length });
    text += words;
    from = match.index + whole.length;
  }
  text += marked.slice(from);
  return { half, dandisetId, style, text, faults, pieces: buildPieces(text, faults) };
}

function buildPieces(text: string, faults: readonly Fault[]): Piece[] {
  return findPieces(text).map(([start, end]) => ({
    start,
    end,
    kinds: faults.filter((fault) => fault.start >= start && fault.start < end).map(({ kind }) => kind),
  }));
}

/** Lines by sentences, headings left out; keywords that share a line one by one. */
function findPieces(text: string): [start: number, end: number][] {
  const pieces: [number, number][] = [];
  const keywordsAt = text.search(/^## Keywords$/m);
  let at = 0;
  for (const line of text.split('\n')) {
    const parts = at > keywordsAt ? line.split(/, /) : splitSentences(line);
    let from = at;
    for (const part of line.startsWith('#') ? [] : parts.filter((words) => words.trim() !== '')) {
      const start = text.indexOf(part, from);
      from = start + part.length;
      pieces.push([start, from]);
    }
    at += line.length + 1;
  }
  return pieces;
}
