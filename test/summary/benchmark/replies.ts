/**
 * The benchmark of the checks: replies in typical styles of language models, about 34 Dandisets of the corpus, with
 * every fault marked. Each file contains the replies about one Dandiset, each under a line `<<<< STYLE`, with faults as
 * `⟦KIND|WORDS⟧`. All were written and marked before any check was run on them; `second-reading.ts` contains the
 * results of a second reading of the unmarked replies.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { splitSentences } from '../../../shared/model/plain-text.ts';
import { LABELLED_REPLIES, LATER_REPLIES } from '../labelled-replies.ts';

/** Checks are improved only with the first half; the other one shows what to expect. */
export const HALVES = ['mending', 'held-out'] as const;

/**
 * Replies written after the checks had been improved with the first half, about other Dandisets; again one half for
 * improvement and one not. They were read once.
 */
export const LATER_HALVES = ['later-mending', 'later-unseen'] as const;

/**
 * Replies by other authors, who had seen neither the checks nor the other replies; partly about the same Dandisets.
 * Checks were improved with the first nine after these had been measured, then with the fourteen of
 * `independent-unseen`, and last with `read-twice-mending`; `read-twice-unseen` is only for reporting. In the two sets
 * read twice, a second reader found the same 161 faults without having seen the labels. Of the 286 faults of the third
 * sets, a second reader found all but three; `third-unseen` is only for reporting. Of the 354
 * faults of the fourth sets, a second reader found all but one; `fourth-unseen` is only for reporting, and so is
 * `fifth-unseen`, of whose 184 faults second readers found all. The sound sets have pages without
 * faults, as long as real ones: what is found in them is wrong. Of these, `sound-unseen`, `sound-two-unseen` and
 * `sound-three-unseen` are only for reporting; second readers found no fault in the last one. The results of the checks' first run on each set are in
 * `first-sight.ts`.
 */
export const INDEPENDENT = [
  'independent',
  'independent-unseen',
  'read-twice-mending',
  'read-twice-unseen',
  'third-mending',
  'third-unseen',
  'sound-mending',
  'sound-unseen',
  'fourth-mending',
  'fourth-unseen',
  'sound-two-mending',
  'sound-three-mending',
  'sound-two-unseen',
  'fifth-unseen',
  'sound-three-unseen',
] as const;

/** One part of the labelled replies. Two halves have no Dandiset in common. */
export type Half = (typeof HALVES | typeof LATER_HALVES | typeof INDEPENDENT)[number];

/** Words of a reply that the facts do not support. */
export interface Fault {
  readonly kind: string;
  readonly words: string;
  /** Their offset in the reply's text. */
  readonly start: number;
}

/** A sentence, a list item, or a keyword: the unit of labelling. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** The kinds of faults in it; empty for a correct piece. */
  readonly kinds: readonly string[];
}

/** A reply, without its marks. */
export interface BenchmarkReply {
  readonly half: Half;
  /** Six digits. */
  readonly dandisetId: string;
  readonly style: string;
  readonly text: string;
  readonly faults: readonly Fault[];
  readonly pieces: readonly Piece[];
}

/** Reads all replies of one half, by Dandiset. */
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

/** The replies labelled earlier, with their labels as faults; faults of a whole reply have no offset. */
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

/** Splits lines into sentences, without headings, and lines of keywords into keywords. */
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
