/**
 * Parses a query: conditions, phrases, excluded words, and the units to rank by, each with its meaning in the
 * vocabulary. Pure.
 */
import { findNeurodataType, NEURODATA_TYPES } from '../vocabulary/neurodata-types.ts';
import { findRegionById, findRegionMentions, REGIONS } from '../vocabulary/regions.ts';
import { findSpeciesMentions, SPECIES } from '../vocabulary/species.ts';
import { findNearest, prepareSpellings, type Spellings } from '../vocabulary/spelling.ts';
import { findTaskMentions, TASKS } from '../vocabulary/tasks.ts';
import { findTechniqueMentions, TECHNIQUES } from '../vocabulary/techniques.ts';
import { foldTerm, splitWords } from '../vocabulary/words.ts';
import { type Condition, OPERATOR_NAMES, splitConditions } from './conditions.ts';
import type { SearchIndex } from './search-index.ts';
import { findStem, findStems, isStopWord, joinLayers } from './stems.ts';
import { MARKS } from './topics.ts';

/** One unit of a query: a word, or words that together mean one thing. */
export interface QueryUnit {
  /** As written in the query. */
  readonly written: string;
  readonly stems: readonly string[];
  /** Its meaning in the vocabulary: any of these marks. Empty for a plain word. */
  readonly marks: readonly string[];
  /** Whether words that only begin with it count as well. */
  readonly isPrefix: boolean;
  /** Alternatives: `mouse OR rat` is one unit. */
  readonly or?: readonly QueryUnit[];
}

/** The parts of an index that parsing a query needs. */
type KnownWords = Pick<SearchIndex, 'has' | 'termsFrom' | 'terms' | 'rowsWith'>;

/** A parsed query. */
export interface ParsedQuery {
  readonly units: readonly QueryUnit[];
  /** Stems that must follow each other. */
  readonly phrases: readonly (readonly string[])[];
  /** Excluded units. */
  readonly excluded: readonly QueryUnit[];
  readonly conditions: readonly Condition[];
  /** Words that were corrected. */
  readonly corrections: readonly { readonly from: string; readonly to: string }[];
  /** Parts of the query that were not read, each described in a sentence. */
  readonly unread: readonly string[];
}

/** Parses a query; the index lists the words that documents contain. */
export function parseQuery(query: string, index: KnownWords): ParsedQuery {
  const { text: read, isCut } = cutQuery(query.normalize('NFC'));
  const { text: named, dois } = readPastedNames(read.replace(/[“”„«»]/g, '"'));
  const { text: spelt, corrections: respelt } = correctOperators(named);
  const { text: free, conditions, unread } = splitConditions(spelt);
  const phrases: string[][] = dois.map(findStems);
  const excluded: QueryUnit[] = [];
  let text = free.replace(/(-?)"([^"]*)"/g, (written, minus: string, phrase: string, at: number) => {
    // A phrase that is one of several alternatives is not required.
    const isAlternative =
      /\sOR\s+$/.test(free.slice(0, at)) || /^\s+OR\s/.test(free.slice(at + written.length));
    if (isAlternative && minus === '') return ` ${phrase} `;
    const stems = findStems(phrase);
    if (minus === '-') {
      excluded.push({ written: phrase, stems, marks: [], isPrefix: false });
      return ' ';
    }
    if (stems.length > 0) phrases.push(stems);
    return ` ${phrase} `;
  });
  text = text.replace(/(?<=^|\s)(?:-|NOT\s+)([\p{L}\p{N}][^\s"]*)/gu, (_written, word: string) => {
    excluded.push(...buildUnits(word, index));
    return ' ';
  });
  text = text.replace(/(?<=^|\s)AND(?=\s|$)/g, ' ').replace(/(?<=\p{L})['’]s(?![\p{L}\p{N}])/gu, '');
  const { text: corrected, corrections } = correct(joinLayers(text), index);
  const units = buildUnits(corrected, index);
  const isEmpty =
    !isCut && [units, phrases, excluded, conditions, unread].every(({ length }) => length === 0);
  const notes = [
    ...unread,
    ...(isCut ? [`Only the first ${MAX_WORDS} words of the query were read.`] : []),
    ...(isEmpty && query.trim() !== '' ? ['The query has no word to search for.'] : []),
  ];
  return {
    units,
    phrases,
    excluded,
    conditions,
    corrections: [...respelt, ...corrections],
    unread: notes,
  };
}

/** Letters from which a word can be a misspelt name of a condition; `doi:` and `ref:` are not. */
const LONG_OPERATOR = 5;

/** Corrects the names of conditions: `specie:mouse` becomes `species:mouse`. */
function correctOperators(query: string): {
  readonly text: string;
  readonly corrections: ParsedQuery['corrections'];
} {
  const corrections: { from: string; to: string }[] = [];
  const text = query.replace(
    /(?<![\p{L}\p{N}_:"])(\p{L}[\p{L}_]*):(?=["\p{L}\p{N}])/giu,
    (written, name: string) => {
      const key = name.toLowerCase();
      if (key.length < LONG_OPERATOR || OPERATOR_NAMES.includes(key)) return written;
      const meant = findNearest(key, OPERATOR_NAMES, 1);
      if (meant === undefined) return written;
      corrections.push({ from: written, to: `${meant}:` });
      return `${meant}:`;
    },
  );
  return { text, corrections };
}

/**
 * Words of a query that are read at most: as many as in a long abstract. More would cost time without better results.
 */
const MAX_WORDS = 300;
/** Characters of a word that an explanation of the query repeats at most; longer words are not in the index. */
const MAX_WRITTEN = 60;
/** Characters of the query in which they must be. */
const MAX_CHARACTERS = 10_000;

function cutQuery(query: string): { readonly text: string; readonly isCut: boolean } {
  const text = query.slice(0, MAX_CHARACTERS);
  const next = splitWords(text)[MAX_WORDS];
  return next === undefined
    ? { text, isCut: text.length < query.length }
    : { text: text.slice(0, next.at), isCut: true };
}

/** A Dandiset as people paste it: a URL of the archive, a DOI of its own, an id with or without a version. */
const PASTED_DANDISET =
  /(?:(?:https?:\/\/)?[\w.-]*dandiarchive\.org\/(?:#\/|api\/)?dandisets?\/|(?:(?:https?:\/\/)?(?:dx\.)?doi\.org\/|\bdoi:\s*|\b)10\.(?:48324|80507)\/dandi\.|\bDANDI:)(\d{1,6})(?![\p{L}\p{N}])(?:\/[^\s"]*)?|(?<![\p{L}\p{N}./])(\d{6})\/(?:draft|0\.\d{6}\.\d{4})(?![\p{L}\p{N}])/giu;
/** A DOI, such as that of an article, with or without its URL. */
const PASTED_DOI = /(?:https?:\/\/(?:dx\.)?doi\.org\/|\bdoi:\s*)?\b(10\.\d{4,9}\/[^\s"<>]*[\p{L}\p{N}])/giu;

/** Replaces pasted Dandisets by their ids, and extracts other DOIs, which must match as a whole. */
function readPastedNames(query: string): { readonly text: string; readonly dois: readonly string[] } {
  const dois: string[] = [];
  const text = query
    .replace(PASTED_DANDISET, (_written, id?: string, ofVersion?: string) =>
      (id ?? ofVersion ?? '').padStart(6, '0'),
    )
    .replace(PASTED_DOI, (_written, doi: string) => {
      dois.push(doi);
      return ' ';
    })
    .replace(/\bhttps?:\/\/(?:www\.)?/giu, ' ');
  return { text, dois };
}

/** One interpretation of some words of the query by the vocabulary. */
interface Reading {
  readonly at: number;
  readonly written: string;
  readonly marks: readonly string[];
}

function findReadings(text: string): Reading[] {
  const anyCase = { anyCase: true };
  return [
    ...findSpeciesMentions(text).map(({ at, written, species }) => ({
      at,
      written,
      marks: species.map(({ taxonId }) => MARKS.species + taxonId),
    })),
    ...[
      { sign: MARKS.region, mentions: findRegionMentions(text, anyCase) },
      { sign: MARKS.technique, mentions: findTechniqueMentions(text, anyCase) },
      { sign: MARKS.task, mentions: findTaskMentions(text, anyCase) },
    ].flatMap(({ sign, mentions }) =>
      mentions.map(({ at, written, term }) => ({ at, written, marks: [sign + term.id] })),
    ),
    ...splitWords(text).flatMap(({ written, at }) => {
      const type = /[a-z][A-Z]|^[A-Z][a-z]+s$/.test(written) ? findNeurodataType(written) : undefined;
      return type === undefined ? [] : [{ at, written, marks: [MARKS.type + type] }];
    }),
    // Everything here is part of the brain.
  ].filter(({ marks }) => !marks.includes(`${MARKS.region}root`) && !marks.includes(`${MARKS.region}NS`));
}

/** Units of a text in their order: the longest interpretations first, then the other words one by one. */
function buildUnits(query: string, index: KnownWords): QueryUnit[] {
  const text = query.replace(OR, (written) => ' '.repeat(written.length));
  const taken: { at: number; to: number; written: string; marks: string[] }[] = [];
  const readings = findReadings(text).sort(
    (one, other) => other.written.length - one.written.length || one.at - other.at,
  );
  for (const { at, written, marks } of readings) {
    const to = at + written.length;
    const same = taken.find((each) => each.at === at && each.to === to);
    if (same !== undefined) same.marks.push(...marks);
    else if (!taken.some((each) => at < each.to && each.at < to))
      taken.push({ at, to, written, marks: [...marks] });
  }
  const words = splitWords(text);
  const last = words.at(-1);
  const units = taken.map(({ at, to, written, marks }) => ({
    at,
    to,
    unit: { written, stems: [...new Set(findStems(written))], marks, isPrefix: false },
  }));
  for (const word of words) {
    if (taken.some(({ at, to }) => word.at >= at && word.at < to) || isStopWord(word.key)) continue;
    const stem = findStem(word.key);
    const isStarred = text[word.at + word.written.length] === '*';
    const isUnknown = !index.has(stem);
    // `MEA` is not a prefix of `mean`.
    const isShortForm = /^\p{Lu}{2,5}$/u.test(word.written);
    const isPrefix =
      isStarred ||
      (word.written.length > 2 && !isShortForm && (isUnknown || (word === last && word.written.length > 3)));
    const to = word.at + word.written.length;
    const written = word.written.slice(0, MAX_WRITTEN);
    units.push({ at: word.at, to, unit: { written, stems: [stem], marks: [], isPrefix } });
  }
  // A repeated word counts once.
  const once = new Map<string, QueryUnit>();
  for (const unit of joinAlternatives(query, units)) {
    const key = foldTerm(unit.written);
    if (!once.has(key)) once.set(key, unit);
  }
  return [...once.values()];
}

/** Joins two alternatives; in capitals, as `or` in a sentence means little. */
const OR = /(?<=^|[\s)])OR(?=[\s(]|$)/g;

/** A unit with its position in the query. */
interface UnitPosition {
  readonly at: number;
  readonly to: number;
  readonly unit: QueryUnit;
}

/** Units in their order, those joined by OR as one. */
function joinAlternatives(query: string, units: readonly UnitPosition[]): QueryUnit[] {
  const joined: QueryUnit[] = [];
  let end = 0;
  for (const { at, to, unit } of [...units].sort((one, other) => one.at - other.at)) {
    const before = joined.at(-1);
    const isAlternative = /^[^\p{L}\p{N}]*OR[^\p{L}\p{N}]*$/u.test(query.slice(end, at));
    end = to;
    if (before === undefined || !isAlternative) joined.push(unit);
    else
      joined[joined.length - 1] = {
        ...before,
        written: `${before.written} OR ${unit.written}`,
        or: [...(before.or ?? []), unit],
      };
  }
  return joined;
}

/**
 * Every word of the vocabulary's names that can be misspelt, folded, those of most names first: of two equally near
 * ones the first is taken, `striatum` before `striate`.
 */
const VOCABULARY_WORDS: ReadonlySet<string> = new Set(
  listByCount(
    [
      ...SPECIES.flatMap(({ latin, singular, plural, alike }) => [latin, singular, plural, ...alike]),
      ...[...REGIONS, ...TECHNIQUES, ...TASKS].flatMap(({ name, synonyms }) => [name, ...synonyms]),
      ...NEURODATA_TYPES,
    ]
      .flatMap((name) => splitWords(name).map(({ key }) => key))
      .filter((key) => key.length > 3),
  ),
);

function listByCount(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([word]) => word);
}

const VOCABULARY_SPELLINGS = prepareSpellings(VOCABULARY_WORDS);

/** Words of a query that are corrected at most: each is compared with all words of the index. */
const MAX_CORRECTIONS = 12;

/**
 * Letters from which a word that differs by one letter from a far more frequent word of the vocabulary counts as its
 * misspelling.
 */
const LONG_WORD = 10;
/** How many times more frequent that word must be. */
const FAR_MORE = 20;
/** Letters from which a word is corrected to one that is in documents but not in the vocabulary. */
const SURE_WORD = 6;

/** The word of the vocabulary of which a long word in some document is a misspelling; owners misspell too. */
function findMeantWord(key: string, index: KnownWords): string | undefined {
  if (key.length < LONG_WORD || VOCABULARY_WORDS.has(key)) return undefined;
  const meant = findNearest(key, VOCABULARY_SPELLINGS, 1);
  if (meant === undefined || findStem(meant) === findStem(key)) return undefined;
  const countRows = (word: string): number => index.rowsWith(findStem(word)).size;
  return countRows(meant) >= FAR_MORE * Math.max(1, countRows(key)) ? meant : undefined;
}

function findRightWord(key: string, index: KnownWords): string | undefined {
  const known = findMeantWord(key, index) ?? findNearest(key, VOCABULARY_SPELLINGS);
  const stem = findStem(key);
  if (known !== undefined || key.length < SURE_WORD || stem.length < SURE_WORD - 1) return known;
  return findNearest(stem, listStemSpellings(index.terms));
}

/** Corrects words that are neither in the vocabulary nor in any document. */
function correct(
  text: string,
  index: KnownWords,
): { readonly text: string; readonly corrections: ParsedQuery['corrections'] } {
  const known = new Set(
    findReadings(text).flatMap(({ written }) => splitWords(written).map(({ key }) => key)),
  );
  const isRight = (key: string): boolean =>
    key.length < 4 ||
    /\d/.test(key) ||
    known.has(key) ||
    isStopWord(key) ||
    VOCABULARY_WORDS.has(key) ||
    index.has(findStem(key)) ||
    index.termsFrom(key, 1).length > 0 ||
    VOCABULARY_SPELLINGS.words.some((word) => word.startsWith(key));
  const unknown = splitWords(text)
    .filter(({ key }) => !isRight(key) || findMeantWord(key, index) !== undefined)
    .slice(0, MAX_CORRECTIONS);
  const corrections: { from: string; to: string }[] = [];
  let corrected = '';
  let done = 0;
  for (const { written, key, at } of unknown) {
    const to = findRightWord(key, index);
    if (to === undefined) continue;
    corrections.push({ from: written, to });
    corrected += text.slice(done, at) + to;
    done = at + written.length;
  }
  return { text: corrected + text.slice(done), corrections };
}

/** The stems of an index's documents, cached with the index. */
const STEM_SPELLINGS = new WeakMap<readonly string[], Spellings>();

/** Documents' words are stems; a misspelt word is compared as a stem. */
function listStemSpellings(terms: readonly string[]): Spellings {
  const known = STEM_SPELLINGS.get(terms);
  if (known !== undefined) return known;
  const stems = prepareSpellings(
    terms.filter((term) => term.length > 3 && !term.startsWith('=') && !/\d/.test(term)),
  );
  STEM_SPELLINGS.set(terms, stems);
  return stems;
}

/** A mark in words: `primary visual area`, to explain why a result was found. */
export function nameOfMark(mark: string): string {
  const id = mark.slice(3);
  if (mark.startsWith(MARKS.species))
    return SPECIES.find(({ taxonId }) => String(taxonId) === id)?.singular ?? id;
  if (mark.startsWith(MARKS.region)) return findRegionById(id)?.name ?? id;
  if (mark.startsWith(MARKS.technique)) return TECHNIQUES.find((each) => each.id === id)?.name ?? id;
  if (mark.startsWith(MARKS.task)) return TASKS.find((each) => each.id === id)?.name ?? id;
  return id;
}
