/**
 * A query taken apart: conditions, phrases, words that must not be there, and the units to rank by, each with what the
 * vocabulary knows of it. Pure.
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

/** One thing that a query asks for: a word, or words that together mean one thing. */
export interface QueryUnit {
  /** As the query has it. */
  readonly written: string;
  readonly stems: readonly string[];
  /** What the vocabulary takes it for: any of these marks. Empty for a plain word. */
  readonly marks: readonly string[];
  /** Whether words that only begin so count as well. */
  readonly isPrefix: boolean;
  /** Others that will do as well: `mouse OR rat` is one unit. */
  readonly or?: readonly QueryUnit[];
}

/** What of an index the reading of a query needs. */
type KnownWords = Pick<SearchIndex, 'has' | 'termsFrom' | 'terms' | 'rowsWith'>;

/** A query taken apart. */
export interface ParsedQuery {
  readonly units: readonly QueryUnit[];
  /** Stems that must follow each other. */
  readonly phrases: readonly (readonly string[])[];
  /** Units that must not be there. */
  readonly excluded: readonly QueryUnit[];
  readonly conditions: readonly Condition[];
  /** Words that were taken for others. */
  readonly corrections: readonly { readonly from: string; readonly to: string }[];
  /** What was not read of the query, each as a sentence. */
  readonly unread: readonly string[];
}

/** Takes a query apart; the index says which words any document has. */
export function parseQuery(query: string, index: KnownWords): ParsedQuery {
  const { text: read, isCut } = cutQuery(query.normalize('NFC'));
  const { text: named, dois } = readPastedNames(read.replace(/[“”„«»]/g, '"'));
  const { text: spelt, corrections: respelt } = correctOperators(named);
  const { text: free, conditions, unread } = splitConditions(spelt);
  const phrases: string[][] = dois.map(findStems);
  const excluded: QueryUnit[] = [];
  let text = free.replace(/(-?)"([^"]*)"/g, (written, minus: string, phrase: string, at: number) => {
    // One of several phrases is none that must be there.
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

/** Letters from which the name of a condition can be a misspelt one; `doi:` and `ref:` are none. */
const LONG_OPERATOR = 5;

/** Puts right the names of conditions: `specie:mouse` asks for a species. */
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

/** Words of a query that are read: those of a long abstract. More would cost time and say no more. */
const MAX_WORDS = 300;
/** Characters of a word that are repeated where the query is explained; no longer one is in the index. */
const MAX_WRITTEN = 60;
/** Characters in which they must stand, whatever else is there. */
const MAX_CHARACTERS = 10_000;

function cutQuery(query: string): { readonly text: string; readonly isCut: boolean } {
  const text = query.slice(0, MAX_CHARACTERS);
  const next = splitWords(text)[MAX_WORDS];
  return next === undefined
    ? { text, isCut: text.length < query.length }
    : { text: text.slice(0, next.at), isCut: true };
}

/** A Dandiset as people paste it: an address of the archive, a DOI of its own, an id with or without a version. */
const PASTED_DANDISET =
  /(?:(?:https?:\/\/)?[\w.-]*dandiarchive\.org\/(?:#\/|api\/)?dandisets?\/|(?:(?:https?:\/\/)?(?:dx\.)?doi\.org\/|\bdoi:\s*|\b)10\.(?:48324|80507)\/dandi\.|\bDANDI:)(\d{1,6})(?![\p{L}\p{N}])(?:\/[^\s"]*)?|(?<![\p{L}\p{N}./])(\d{6})\/(?:draft|0\.\d{6}\.\d{4})(?![\p{L}\p{N}])/giu;
/** A DOI, such as that of an article, with or without its address. */
const PASTED_DOI = /(?:https?:\/\/(?:dx\.)?doi\.org\/|\bdoi:\s*)?\b(10\.\d{4,9}\/[^\s"<>]*[\p{L}\p{N}])/giu;

/** Dandisets that are pasted in as their ids, and other DOIs, which are found whole or not at all. */
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

/** One reading of some words of the query by the vocabulary. */
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
    // Of the brain is everything here.
  ].filter(({ marks }) => !marks.includes(`${MARKS.region}root`) && !marks.includes(`${MARKS.region}NS`));
}

/** Units of a text in their order: the longest readings first, then what is left word by word. */
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
    // `MEA` is no beginning of `mean`.
    const isShortForm = /^\p{Lu}{2,5}$/u.test(word.written);
    const isPrefix =
      isStarred ||
      (word.written.length > 2 && !isShortForm && (isUnknown || (word === last && word.written.length > 3)));
    const to = word.at + word.written.length;
    const written = word.written.slice(0, MAX_WRITTEN);
    units.push({ at: word.at, to, unit: { written, stems: [stem], marks: [], isPrefix } });
  }
  // A word that a query says twice asks for no more.
  const once = new Map<string, QueryUnit>();
  for (const unit of joinAlternatives(query, units)) {
    const key = foldTerm(unit.written);
    if (!once.has(key)) once.set(key, unit);
  }
  return [...once.values()];
}

/** Between two units that will do both; in capitals, as `or` in a sentence says little. */
const OR = /(?<=^|[\s)])OR(?=[\s(]|$)/g;

/** A unit where it is in the query. */
interface UnitPosition {
  readonly at: number;
  readonly to: number;
  readonly unit: QueryUnit;
}

/** Units in their order, those with OR between them as one. */
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
 * Every word of the vocabulary's names that can be misspelt, folded, those of most names first: of two that are as near
 * the first is taken, `striatum` before `striate`.
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

/** Words of a query that are put right at most: each is compared with all words of the index. */
const MAX_CORRECTIONS = 12;

/** Letters from which a word that differs by one from a far more frequent one of the vocabulary is that one, misspelt. */
const LONG_WORD = 10;
/** How many times as frequent it is. */
const FAR_MORE = 20;
/** Letters from which a word is taken for one that documents have and the vocabulary has not. */
const SURE_WORD = 6;

/** The word of the vocabulary that a long word of some document or other is a misspelling of; owners misspell too. */
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

/** Puts right the words that neither the vocabulary nor any document has. */
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

/** The stems of an index's documents, for as long as it is there. */
const STEM_SPELLINGS = new WeakMap<readonly string[], Spellings>();

/** Documents' words are stems; a misspelt word is compared as one. */
function listStemSpellings(terms: readonly string[]): Spellings {
  const known = STEM_SPELLINGS.get(terms);
  if (known !== undefined) return known;
  const stems = prepareSpellings(
    terms.filter((term) => term.length > 3 && !term.startsWith('=') && !/\d/.test(term)),
  );
  STEM_SPELLINGS.set(terms, stems);
  return stems;
}

/** A mark in words: `primary visual area`, for people who ask why a result was found. */
export function nameOfMark(mark: string): string {
  const id = mark.slice(3);
  if (mark.startsWith(MARKS.species))
    return SPECIES.find(({ taxonId }) => String(taxonId) === id)?.singular ?? id;
  if (mark.startsWith(MARKS.region)) return findRegionById(id)?.name ?? id;
  if (mark.startsWith(MARKS.technique)) return TECHNIQUES.find((each) => each.id === id)?.name ?? id;
  if (mark.startsWith(MARKS.task)) return TASKS.find((each) => each.id === id)?.name ?? id;
  return id;
}
