/**
 * The texts of a document that results show, parsed once and cached with the index: the positions of each word by its
 * stem, and of the vocabulary's terms. A search shows the words found in fifty results, and most of its
 * time was spent on parsing the same texts again.
 */
import { findRegionMentions, regionAncestors } from '../vocabulary/regions.ts';
import { findSpeciesMentions } from '../vocabulary/species.ts';
import { findTaskMentions, taskAncestors } from '../vocabulary/tasks.ts';
import { findTechniqueMentions, techniqueAncestors } from '../vocabulary/techniques.ts';
import type { SearchIndex } from './search-index.ts';
import type { FoundSpan } from './snippet.ts';
import { findStemPositions, STOP_WORDS, type StemPosition } from './stems.ts';
import { MARKS } from './topics.ts';
import type { Field } from './word-vectors.ts';

/** A position at which a text names a term: the marks of the term and of all its parents. */
interface Mention extends FoundSpan {
  readonly marks: readonly string[];
}

/** How each kind of mark is found in a text. */
const FINDERS: readonly (readonly [sign: string, find: (text: string) => readonly Mention[]])[] = [
  [
    MARKS.species,
    (text) =>
      findSpeciesMentions(text).map(({ at, written, species }) => ({
        at,
        to: at + written.length,
        marks: species.map(({ taxonId }) => MARKS.species + taxonId),
      })),
  ],
  [MARKS.region, buildFinder(MARKS.region, (text) => findRegionMentions(text), regionAncestors)],
  [MARKS.technique, buildFinder(MARKS.technique, (text) => findTechniqueMentions(text), techniqueAncestors)],
  [MARKS.task, buildFinder(MARKS.task, (text) => findTaskMentions(text), taskAncestors)],
];

function buildFinder(
  sign: string,
  find: (
    text: string,
  ) => readonly { readonly at: number; readonly written: string; readonly term: { readonly id: string } }[],
  findAncestors: (id: string) => readonly string[],
): (text: string) => readonly Mention[] {
  const known = new Map<string, readonly string[]>();
  const listMarks = (id: string): readonly string[] => {
    const marks = known.get(id) ?? [id, ...findAncestors(id)].map((each) => sign + each);
    known.set(id, marks);
    return marks;
  };
  return (text) =>
    find(text).map(({ at, written, term: { id } }) => ({
      at,
      to: at + written.length,
      marks: listMarks(id),
    }));
}

/** A phrase: words that must follow each other. */
export interface Phrase {
  readonly stems: readonly string[];
  /** A pattern that a plain text must match to contain the phrase; undefined if letters do not decide it. */
  readonly trace: RegExp | undefined;
}

/** Letters at a stem's end that may differ in the word: `study` of `studi`, `sensibility` of `sensibl`. */
const UNSURE_LETTERS = 2;
/** Words of a phrase that the pattern checks; longer phrases are rare. */
const TRACED_WORDS = 6;
/** Text between two words of a phrase: signs and stop words. */
const BETWEEN = `[a-z0-9]*(?:[^a-z0-9]+(?:${[...STOP_WORDS].join('|')})s?)*[^a-z0-9]+`;

/** Prepares a phrase. Parsing all texts for one phrase takes a second in a new process. */
export function buildPhrase(stems: readonly string[]): Phrase {
  // `layer5` matches `L5` as well.
  const isPlain =
    stems.length <= TRACED_WORDS &&
    stems.every((stem) => /^[a-z0-9]+$/.test(stem) && !/^layer\d$/.test(stem));
  const beginnings = stems.map((stem) =>
    /\d/.test(stem) ? stem : stem.slice(0, Math.max(1, stem.length - UNSURE_LETTERS)),
  );
  return {
    stems,
    trace: isPlain ? new RegExp(`(?<![a-z0-9])${beginnings.join(BETWEEN)}`, 'gi') : undefined,
  };
}

/** A letter whose plain form is another letter. */
const ACCENTED = /[^\P{L}a-zA-Z]/u;

/** The word before a position, and the rest of the one after it with the next: `5` belongs to the `layer` beside it. */
const WORD_BEFORE = /[\p{L}\p{N}]+[^\p{L}\p{N}]*$/u;
const WORD_AFTER = /^[\p{L}\p{N}]*(?:[^\p{L}\p{N}]+[\p{L}\p{N}]+(?:\/\d)?)?/u;
/** Characters that are checked beside a position. */
const MAX_BESIDE = 80;

/** Every match, including overlapping ones. */
function* findOverlapping(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const next = match.index + 1;
    yield match;
    pattern.lastIndex = next;
  }
}

/** Stems of whole words, without those of parts of names. */
function listWholeStems(located: readonly StemPosition[]): string[] {
  return located.filter(({ isPart }) => !isPart).map(({ stem }) => stem);
}

function hasRun(stems: readonly string[], wanted: readonly string[]): boolean {
  const [first] = wanted;
  for (let at = 0; at + wanted.length <= stems.length; at += 1)
    if (stems[at] === first && wanted.every((stem, offset) => stems[at + offset] === stem)) return true;
  return false;
}

/** One text of a document. */
export class ShownText {
  /** Which text it is. */
  readonly from: string;
  /** The field of the index in which its words are counted. */
  readonly field: Field;
  /** The text in NFC, to which positions refer. */
  readonly text: string;
  #stems: readonly StemPosition[] | undefined;
  #words: readonly string[] | undefined;
  #accented: boolean | undefined;
  readonly #mentions = new Map<string, readonly Mention[]>();

  constructor(from: string, field: Field, text: string) {
    this.from = from;
    this.field = field;
    this.text = text.normalize('NFC');
  }

  /** Positions of words with one of some stems, in their order. */
  findWords(stems: ReadonlySet<string>): FoundSpan[] {
    return this.#placedStems().filter(({ stem }) => stems.has(stem));
  }

  /** Positions of terms with one of some marks: the term itself, or a part or kind of it. */
  findMarks(marks: readonly string[]): FoundSpan[] {
    if (marks.length === 0) return [];
    return FINDERS.flatMap(([sign, find]) => {
      if (!marks.some((mark) => mark.startsWith(sign))) return [];
      const mentions = this.#mentions.get(sign) ?? find(this.text);
      this.#mentions.set(sign, mentions);
      return mentions.filter((mention) => mention.marks.some((mark) => marks.includes(mark)));
    });
  }

  /** Whether words of these stems follow each other, ignoring stop words. */
  hasPhrase({ stems, trace }: Phrase): boolean {
    if (trace === undefined || this.#isAccented()) {
      this.#words ??= listWholeStems(this.#placedStems());
      return hasRun(this.#words, stems);
    }
    for (const { index, 0: found } of findOverlapping(this.text, trace)) {
      const before = WORD_BEFORE.exec(this.text.slice(Math.max(0, index - MAX_BESIDE), index))?.[0] ?? '';
      const end = index + found.length;
      const after = WORD_AFTER.exec(this.text.slice(end, end + MAX_BESIDE))?.[0] ?? '';
      if (hasRun(listWholeStems(findStemPositions(before + found + after)), stems)) return true;
    }
    return false;
  }

  #isAccented(): boolean {
    this.#accented ??= ACCENTED.test(this.text);
    return this.#accented;
  }

  #placedStems(): readonly StemPosition[] {
    this.#stems ??= findStemPositions(this.text);
    return this.#stems;
  }
}

/** Texts by row, cached with their index. */
const SHOWN = new WeakMap<SearchIndex, Map<number, readonly ShownText[]>>();

/** The texts of a row: the summary, then the owners' description, then names. */
export function listShownTexts(index: SearchIndex, row: number): readonly ShownText[] {
  const rows = SHOWN.get(index) ?? new Map<number, readonly ShownText[]>();
  SHOWN.set(index, rows);
  const texts = rows.get(row) ?? readTexts(index, row);
  rows.set(row, texts);
  return texts;
}

function readTexts(index: SearchIndex, row: number): ShownText[] {
  const { title, keywords } = index.rows[row]!;
  const { summary, description, names, devices, contributors, locations } = index.listTexts(row);
  const texts: readonly (readonly [from: string, field: Field, text: string])[] = [
    ['summary', 'summary', summary],
    ['description', 'description', description],
    ['title', 'title', title],
    ['keywords', 'topics', keywords.join(', ')],
    ['regions', 'topics', locations.join(', ')],
    ['devices', 'names', devices.join(', ')],
    ['contributors', 'names', contributors.join('; ')],
    ['files', 'names', names.join('; ')],
  ];
  return texts.map(([from, field, text]) => new ShownText(from, field, text));
}
