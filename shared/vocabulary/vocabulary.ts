/**
 * Builds a vocabulary from a table of terms with names, abbreviations and places in a tree, and finds its terms in
 * texts. The tables of regions, techniques and tasks are such vocabularies. Pure.
 */
import { foldTerm, splitWords, type Word } from './words.ts';

/** One entry of a table. */
export interface Term {
  /** Unique in its table. */
  readonly id: string;
  /** Its usual name, as in the middle of a sentence. */
  readonly name: string;
  /** Synonyms, matched as whole words, in any case, singular or plural. */
  readonly synonyms: readonly string[];
  /** Abbreviations, case-sensitive in prose: `V1`, `CeA`. */
  readonly abbreviations: readonly string[];
  /** Ids of the terms that it is a part or a kind of, nearest first. */
  readonly parents: readonly string[];
}

/** One mention of a term in a text. */
export interface Mention<T extends Term> {
  readonly term: T;
  /** The words of the text. */
  readonly written: string;
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number;
}

/** A searchable table of terms. */
export interface Vocabulary<T extends Term> {
  readonly terms: readonly T[];
  /** Finds a term by id. */
  byId(id: string): T | undefined;
  /** Finds the term whose name, synonym or abbreviation the whole text is, in any case. */
  findExact(text: string): T | undefined;
  /**
   * Finds every mention of a term, in the order of the text; of overlapping names the longest counts. Abbreviations are
   * case-sensitive; ambiguous ones do not count. With `anyCase`, for queries, the others count in any case.
   */
  findMentions(text: string, reading?: { readonly anyCase?: boolean }): Mention<T>[];
  /** Ids of all terms that contain the term, nearest first, without itself. Empty for an unknown id. */
  ancestors(id: string): string[];
  /** Ids of the term and all of its parts. Empty for an unknown id. */
  expand(id: string): string[];
  /** Whether one term equals or is part of the other. */
  isWithin(id: string, whole: string): boolean;
}

/** Options of a vocabulary. */
export interface VocabularyOptions {
  /** Abbreviations that prose uses for other things: found only if the whole text is one. */
  readonly ambiguous?: ReadonlySet<string>;
}

/** Parses a table with lines `id | name | parents | abbreviations | synonyms`. */
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
 * Indexes a table of terms. A name shared by two terms means the first.
 * @throws RangeError if an id occurs twice or a parent is missing, which is an error of the table
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
  const longest = indexLongestKeys([...names.keys(), ...folded.keys()]);
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

/** Finds the terms that a text names, each once, in the order of their first mentions. */
export function findTerms<T extends Term>(vocabulary: Vocabulary<T>, text: string): T[] {
  return [...new Set(vocabulary.findMentions(text).map(({ term }) => term))];
}

function indexNames<T extends Term>(terms: readonly T[]): Map<string, T> {
  const names = new Map<string, T>();
  // Names take precedence: a synonym of one term may be the name of another.
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

/**
 * The number of words of the longest key that begins with a word. Most words of a text begin no key and are skipped.
 */
function indexLongestKeys(keys: readonly string[]): ReadonlyMap<string, number> {
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

/** All ids reachable from an id, each once, starting with itself, nearest first. */
function reach(id: string, next: (id: string) => readonly string[]): string[] {
  const found = new Set([id]);
  for (const each of found) for (const other of next(each)) found.add(other);
  return [...found];
}
