/**
 * A query taken apart: conditions, phrases, words that must not stand there, and the units to rank by, each with what the
 * vocabulary knows of it. Pure.
 */
import { findNeurodataType, NEURODATA_TYPES } from '../vocabulary/neurodata-types.ts';
import { findRegionById, findRegionMentions, REGIONS } from '../vocabulary/regions.ts';
import { findSpeciesMentions, SPECIES } from '../vocabulary/species.ts';
import { findNearest, prepareSpellings, type Spellings } from '../vocabulary/spelling.ts';
import { findTaskMentions, TASKS } from '../vocabulary/tasks.ts';
import { findTechniqueMentions, TECHNIQUES } from '../vocabulary/techniques.ts';
import { foldTerm, splitWords } from '../vocabulary/words.ts';
import { type Condition, splitConditions } from './conditions.ts';
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
}

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

/** Takes a query apart; the index tells which words any document has. */
export function parseQuery(
  query: string,
  index: Pick<SearchIndex, 'has' | 'termsFrom' | 'terms'>,
): ParsedQuery {
  const { text: read, isCut } = cutQuery(query.normalize('NFC'));
  const { text: free, conditions, unread } = splitConditions(read);
  const phrases: string[][] = [];
  const excluded: QueryUnit[] = [];
  let text = free.replace(/(-?)"([^"]*)"/g, (_written, minus: string, phrase: string) => {
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
  text = text.replace(/(?<=^|\s)(?:AND|OR)(?=\s|$)/g, ' ');
  const { text: corrected, corrections } = correct(joinLayers(text), index);
  return {
    units: buildUnits(corrected, index),
    phrases,
    excluded,
    conditions,
    corrections,
    unread: isCut ? [...unread, `Only the first ${MAX_WORDS} words of the query were read.`] : unread,
  };
}

/** Words of a query that are read: those of a long abstract. More would cost time and tell no more. */
const MAX_WORDS = 300;
/** Characters in which they must stand, whatever else is there. */
const MAX_CHARACTERS = 10_000;

function cutQuery(query: string): { readonly text: string; readonly isCut: boolean } {
  const text = query.slice(0, MAX_CHARACTERS);
  const next = splitWords(text)[MAX_WORDS];
  return next === undefined
    ? { text, isCut: text.length < query.length }
    : { text: text.slice(0, next.at), isCut: true };
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
function buildUnits(text: string, index: Pick<SearchIndex, 'has' | 'termsFrom'>): QueryUnit[] {
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
  const units = taken.map(({ at, written, marks }) => ({
    at,
    unit: { written, stems: [...new Set(findStems(written))], marks, isPrefix: false },
  }));
  for (const word of words) {
    if (taken.some(({ at, to }) => word.at >= at && word.at < to) || isStopWord(word.key)) continue;
    const stem = findStem(word.key);
    const isStarred = text[word.at + word.written.length] === '*';
    const isUnknown = !index.has(stem);
    const isPrefix =
      isStarred || (word.written.length > 2 && (isUnknown || (word === last && word.written.length > 3)));
    units.push({ at: word.at, unit: { written: word.written, stems: [stem], marks: [], isPrefix } });
  }
  // A word that a query says twice asks for no more.
  const once = new Map<string, QueryUnit>();
  for (const { unit } of units.sort((one, other) => one.at - other.at)) {
    const key = foldTerm(unit.written);
    if (!once.has(key)) once.set(key, unit);
  }
  return [...once.values()];
}

/** Every word of the vocabulary's names that can be misspelt, folded. */
const VOCABULARY_WORDS: ReadonlySet<string> = new Set(
  [
    ...SPECIES.flatMap(({ latin, singular, plural, alike }) => [latin, singular, plural, ...alike]),
    ...[...REGIONS, ...TECHNIQUES, ...TASKS].flatMap(({ name, synonyms }) => [name, ...synonyms]),
    ...NEURODATA_TYPES,
  ]
    .flatMap((name) => splitWords(name).map(({ key }) => key))
    .filter((key) => key.length > 3),
);
const VOCABULARY_SPELLINGS = prepareSpellings(VOCABULARY_WORDS);

/** Words of a query that are put right at most: each is compared with all words of the index. */
const MAX_CORRECTIONS = 12;

/** Puts right the words that neither the vocabulary nor any document has. */
function correct(
  text: string,
  index: Pick<SearchIndex, 'has' | 'termsFrom' | 'terms'>,
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
    .filter(({ key }) => !isRight(key))
    .slice(0, MAX_CORRECTIONS);
  const corrections: { from: string; to: string }[] = [];
  let corrected = '';
  let done = 0;
  for (const { written, key, at } of unknown) {
    const to =
      findNearest(key, VOCABULARY_SPELLINGS) ?? findNearest(findStem(key), listStemSpellings(index.terms));
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
