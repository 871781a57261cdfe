/**
 * The texts of a document that people may read, taken apart once and kept with the index: where each word stands by its
 * stem, and where the vocabulary's terms are named. A search shows the words found in fifty results, and most of its
 * time went into taking the same texts apart again.
 */
import { findRegionMentions, regionAncestors } from '../vocabulary/regions.ts';
import { findSpeciesMentions } from '../vocabulary/species.ts';
import { findTaskMentions, taskAncestors } from '../vocabulary/tasks.ts';
import { findTechniqueMentions, techniqueAncestors } from '../vocabulary/techniques.ts';
import type { SearchIndex } from './search-index.ts';
import type { FoundSpan } from './snippet.ts';
import { findPlacedStems, type PlacedStem, STOP_WORDS } from './stems.ts';
import { MARKS } from './topics.ts';
import type { Field } from './word-vectors.ts';

/** A place where a text names a term: the marks of the term and of all it belongs to. */
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

/** Words that must follow each other. */
export interface Phrase {
  readonly stems: readonly string[];
  /** What a text of plain letters has where it has the phrase; undefined where that cannot be told by letters. */
  readonly trace: RegExp | undefined;
}

/** Letters at a stem's end that a word may have otherwise: `study` of `studi`, `sensibility` of `sensibl`. */
const UNSURE_LETTERS = 2;
/** What stands between two words of a phrase: signs, and words that tell nothing. */
const BETWEEN = `[a-z0-9]*(?:[^a-z0-9]+(?:${[...STOP_WORDS].join('|')})s?)*[^a-z0-9]+`;

/** A phrase made ready. To take all texts apart for one phrase takes a second where a process has just begun. */
export function buildPhrase(stems: readonly string[]): Phrase {
  // `layer5` stands for `L5` as well.
  const isPlain = stems.every((stem) => /^[a-z0-9]+$/.test(stem) && !/^layer\d$/.test(stem));
  const beginnings = stems.map((stem) =>
    /\d/.test(stem) ? stem : stem.slice(0, Math.max(1, stem.length - UNSURE_LETTERS)),
  );
  return {
    stems,
    trace: isPlain ? new RegExp(`(?<![a-z0-9])${beginnings.join(BETWEEN)}`, 'i') : undefined,
  };
}

/** A letter that has another one as its plain form. */
const ACCENTED = /[^\P{L}a-zA-Z]/u;

/** One text of a document. */
export class ShownText {
  /** Which text it is. */
  readonly from: string;
  /** The field of the index that its words are counted in. */
  readonly field: Field;
  /** The text, with letters and their accents as one sign: the places are in this. */
  readonly text: string;
  #stems: readonly PlacedStem[] | undefined;
  readonly #mentions = new Map<string, readonly Mention[]>();

  constructor(from: string, field: Field, text: string) {
    this.from = from;
    this.field = field;
    this.text = text.normalize('NFC');
  }

  /** Where words with one of some stems stand, in their order. */
  findWords(stems: ReadonlySet<string>): FoundSpan[] {
    return this.#placedStems().filter(({ stem }) => stems.has(stem));
  }

  /** Where a term is named that has one of some marks: itself, or as a part or kind of it. */
  findMarks(marks: readonly string[]): FoundSpan[] {
    if (marks.length === 0) return [];
    return FINDERS.flatMap(([sign, find]) => {
      if (!marks.some((mark) => mark.startsWith(sign))) return [];
      const mentions = this.#mentions.get(sign) ?? find(this.text);
      this.#mentions.set(sign, mentions);
      return mentions.filter((mention) => mention.marks.some((mark) => marks.includes(mark)));
    });
  }

  /** Whether words of these stems follow each other; words that tell nothing do not count. */
  hasPhrase({ stems: wanted, trace }: Phrase): boolean {
    if (trace !== undefined && !trace.test(this.text) && !ACCENTED.test(this.text)) return false;
    const stems = this.#placedStems().filter(({ isPart }) => !isPart);
    return stems.some((_, at) => wanted.every((stem, offset) => stems[at + offset]?.stem === stem));
  }

  #placedStems(): readonly PlacedStem[] {
    this.#stems ??= findPlacedStems(this.text);
    return this.#stems;
  }
}

/** Texts by row, for as long as their index is there. */
const SHOWN = new WeakMap<SearchIndex, Map<number, readonly ShownText[]>>();

/** The texts of a row: the summary before the owners' words, then names. */
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
