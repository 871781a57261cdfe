/**
 * A table of terms with their names, abbreviations and places in a tree, and how a text is read by it: what each
 * of the vocabulary's tables (regions, techniques, tasks, types) is. Pure.
 */
import { foldTerm, splitWords, type Word } from './words.ts';

/** One entry of a table. */
export interface Term {
  /** Unique in its table. */
  readonly id: string;
  /** What people call it, as in the middle of a sentence. */
  readonly name: string;
  /** Names for the same thing, as whole words, in any case and number. */
  readonly synonyms: readonly string[];
  /** Short forms that in prose mean it only in just this case: `V1`, `CeA`. */
  readonly abbreviations: readonly string[];
  /** What it is a part or a kind of: ids of the same table, the nearest first. */
  readonly parents: readonly string[];
}

/** One place where a text names a term. */
export interface Mention<T extends Term> {
  readonly term: T;
  /** As the text has it. */
  readonly written: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** A table that can be asked. */
export interface Vocabulary<T extends Term> {
  readonly terms: readonly T[];
  /** The term of an id, or undefined. */
  byId(id: string): T | undefined;
  /** The term that a whole text is the name, a synonym or an abbreviation of, in any case; or undefined. */
  findExact(text: string): T | undefined;
  /**
   * Every term that a text names, longest names first where they overlap, in the order of the text.
   * Abbreviations count only in their own case, and those that are words of the language or mean too many
   * things not at all. With `anyCase`, as in the words of a query, the others count in any case.
   */
  findMentions(text: string, reading?: { readonly anyCase?: boolean }): Mention<T>[];
  /** Ids of all that it is part of, nearest first, without itself. Empty for an unknown id. */
  ancestors(id: string): string[];
  /** Ids of itself and all of its parts. Empty for an unknown id. */
  expand(id: string): string[];
  /** Whether one is the other or a part of it. */
  isWithin(id: string, whole: string): boolean;
}

/** Settings of a table. */
export interface VocabularyOptions {
  /** Abbreviations that prose uses for other things: found only where the whole text is one. */
  readonly ambiguous?: ReadonlySet<string>;
}

/** A line of a written table: `id | name | parents | abbreviations | synonyms`. */
export function parseTerms(table: string): Term[] {
  return table
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [id = '', name = '', parents = '', abbreviations = '', synonyms = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      return {
        id,
        name,
        parents: splitCell(parents, ','),
        abbreviations: splitCell(abbreviations, ','),
        synonyms: splitCell(synonyms, ';'),
      };
    });
}

function splitCell(cell: string, sign: string): string[] {
  return cell
    .split(sign)
    .map((part) => part.trim())
    .filter(Boolean);
}

/**
 * A table made ready for questions. Where two terms share a name the first of them has it.
 * @throws RangeError where an id stands twice or a parent is missing: the table is at fault
 */
export function buildVocabulary<T extends Term>(
  terms: readonly T[],
  { ambiguous = new Set() }: VocabularyOptions = {},
): Vocabulary<T> {
  const ids = new Map<string, T>();
  for (const term of terms) {
    if (ids.has(term.id)) throw new RangeError(`The vocabulary holds ${term.id} twice.`);
    ids.set(term.id, term);
  }
  for (const { id, parents } of terms) {
    for (const parent of parents) {
      if (!ids.has(parent)) throw new RangeError(`${id} is said to be part of ${parent}, which is no term.`);
    }
  }
  const names = indexNames(terms);
  const abbreviations = indexAbbreviations(terms);
  const folded = foldKeys(abbreviations);
  const longest = longestFrom([...names.keys(), ...folded.keys()]);
  const parts = indexParts(terms);
  const up = new Map<string, string[]>();

  const ancestors = (id: string): string[] => {
    const known = up.get(id);
    if (known !== undefined) return known;
    const found = reach(id, (each) => ids.get(each)?.parents ?? []).slice(1);
    up.set(id, found);
    return found;
  };
  const foldedAmbiguous = new Set([...ambiguous].map((each) => each.toLowerCase()));
  const findAt = (
    words: readonly Word[],
    at: number,
    anyCase: boolean,
  ): { term: T; words: number } | undefined => {
    const { key: first, written: firstWritten } = words[at]!;
    const most = Math.max(longest.get(first) ?? 0, longest.get(firstWritten.toLowerCase()) ?? 0);
    for (let size = Math.min(most, words.length - at); size > 0; size -= 1) {
      const slice = words.slice(at, at + size);
      const written = slice.map((word) => word.written).join(' ');
      const short = ambiguous.has(written) ? undefined : abbreviations.get(written);
      const low = written.toLowerCase();
      const loose = anyCase && !foldedAmbiguous.has(low) ? folded.get(low) : undefined;
      const term = short ?? names.get(slice.map(({ key }) => key).join(' ')) ?? loose;
      if (term !== undefined) return { term, words: size };
    }
    return undefined;
  };
  return {
    terms,
    byId: (id) => ids.get(id),
    findExact: (text) => {
      const written = splitWords(text)
        .map((word) => word.written)
        .join(' ');
      return abbreviations.get(written) ?? names.get(foldTerm(text)) ?? folded.get(written.toLowerCase());
    },
    findMentions: (text, { anyCase = false } = {}) => {
      const words = splitWords(text);
      const mentions: Mention<T>[] = [];
      for (let at = 0; at < words.length; ) {
        const found = findAt(words, at, anyCase);
        if (found !== undefined) {
          const first = words[at]!;
          const last = words[at + found.words - 1]!;
          mentions.push({
            term: found.term,
            written: text.slice(first.at, last.at + last.written.length),
            at: first.at,
          });
        }
        at += found?.words ?? 1;
      }
      return mentions;
    },
    ancestors,
    expand: (id) => (ids.has(id) ? reach(id, (each) => parts.get(each) ?? []) : []),
    isWithin: (id, whole) => ids.has(id) && (id === whole || ancestors(id).includes(whole)),
  };
}

/** The terms that a text names, each once, in the order in which they first come. */
export function findTerms<T extends Term>(vocabulary: Vocabulary<T>, text: string): T[] {
  return [...new Set(vocabulary.findMentions(text).map(({ term }) => term))];
}

function indexNames<T extends Term>(terms: readonly T[]): Map<string, T> {
  const names = new Map<string, T>();
  // Names before synonyms: a synonym of one term may be the name of another, which then has it.
  for (const term of terms) add(names, foldTerm(term.name), term);
  for (const term of terms) for (const synonym of term.synonyms) add(names, foldTerm(synonym), term);
  return names;
}

function indexAbbreviations<T extends Term>(terms: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const term of terms) {
    for (const abbreviation of term.abbreviations) {
      const key = splitWords(abbreviation)
        .map(({ written }) => written)
        .join(' ');
      add(found, key, term);
    }
  }
  return found;
}

function foldKeys<T>(map: ReadonlyMap<string, T>): Map<string, T> {
  const found = new Map<string, T>();
  for (const [key, value] of map) add(found, key.toLowerCase(), value);
  return found;
}

/** Words of the longest key that begins with a word: most words of a text begin none, and are passed at once. */
function longestFrom(keys: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const key of keys) {
    const words = key.split(' ');
    found.set(words[0]!, Math.max(found.get(words[0]!) ?? 0, words.length));
  }
  return found;
}

function indexParts<T extends Term>(terms: readonly T[]): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const { id, parents } of terms) {
    for (const parent of parents) parts.set(parent, [...(parts.get(parent) ?? []), id]);
  }
  return parts;
}

function add<T>(map: Map<string, T>, key: string, value: T): void {
  if (key !== '' && !map.has(key)) map.set(key, value);
}

/** All that can be reached from an id, itself first, nearest first, each once. */
function reach(id: string, next: (id: string) => readonly string[]): string[] {
  const found = new Set([id]);
  for (const each of found) for (const other of next(each)) found.add(other);
  return [...found];
}
