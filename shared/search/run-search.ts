/** From a query to the Dandisets that fit, the best first, with the words found in each. Pure. */
import { findRegionById, regionAncestors } from '../vocabulary/regions.ts';
import { taskAncestors } from '../vocabulary/tasks.ts';
import { techniqueAncestors } from '../vocabulary/techniques.ts';
import { publishedOn } from './build-document.ts';
import type { Meaning } from './conditions.ts';
import type { SearchRow } from './index-file.ts';
import { nameOfMark, type ParsedQuery, parseQuery, type QueryUnit } from './parse-query.ts';
import type { GroupScores, SearchIndex, WeightedTerm } from './search-index.ts';
import { buildPhrase, listShownTexts } from './shown-texts.ts';
import { buildSnippet, type Snippet } from './snippet.ts';
import { findStems } from './stems.ts';
import { MARKS } from './topics.ts';
import { FIELDS } from './word-vectors.ts';

/** One result. */
export interface SearchHit {
  readonly row: SearchRow;
  /** Higher is better; comparable within one search only. */
  readonly score: number;
  /** What of the query it has, as the query has it; of a long query the first of it. */
  readonly found: readonly string[];
  /** What of the query it lacks, likewise. */
  readonly missing: readonly string[];
}

/** What a search gives. */
export interface SearchOutcome {
  /** Best first; equal ones in the order of their ids. */
  readonly hits: readonly SearchHit[];
  readonly query: ParsedQuery;
  /** Whether nothing fits the query, and these come nearest. */
  readonly isNearest: boolean;
}

/** A word that only begins as the query's counts this much. */
const PREFIX_WEIGHT = 0.6;
/** Words that only begin so, at most. */
const MAX_COMPLETIONS = 24;
/** What the words themselves count beside what the vocabulary knows of them. */
const LITERAL_WEIGHT = 1;
/** What the vocabulary knows weighs this much more than a plain word. */
const KNOWN_WEIGHT = 1.4;
/** What a region's whole counts, where it is all that a document names. */
const WHOLE_WEIGHT = 0.25;
/** Wholes that say nothing of a part. */
const VAGUE_WHOLES = new Set([
  'root',
  'NS',
  'grey',
  'CH',
  'CTX',
  'Isocortex',
  'BS',
  'MB',
  'HBr',
  'FL',
  'TL',
  'PLo',
  'OL',
  'PNS',
  'LIMB',
]);
/** How steeply a result falls that lacks part of the query. */
const COMPLETENESS = 2;
/** The part of the query's weight that a result must have; of a question in many words, less. */
const ENOUGH = 0.5;
const ENOUGH_OF_MANY = 0.3;
/** Units from which a query is a question in many words. */
const MANY_UNITS = 3;
/** Words of a query that a result lists as found or missing: all results of an archive go into one response. */
const MAX_LISTED = 20;
/** Results that are offered where nothing fits. */
const NEAREST = 5;

/** Whether of a query nothing at all could be read: `units>=abc` asks for something, so that all is no response to it. */
function isUnread({ phrases, excluded, conditions, unread }: ParsedQuery): boolean {
  return unread.length > 0 && [phrases, excluded, conditions].every(({ length }) => length === 0);
}

/**
 * Searches the index. A query without words gives all that meets its conditions, in the order of ids; one of which
 * nothing can be read gives nothing.
 */
export function search(index: SearchIndex, query: string): SearchOutcome {
  const parsed = parseQuery(query, index);
  if (parsed.units.length === 0 && isUnread(parsed)) return { hits: [], query: parsed, isNearest: false };
  const allowed = allowedRows(index, parsed);
  const wanted = index.rows.map((_, row) => row).filter((row) => allowed[row]);
  if (parsed.units.length === 0) {
    const hits = wanted.map((row) => ({ row: index.rows[row]!, score: 0, found: [], missing: [] }));
    return { hits, query: parsed, isNearest: false };
  }
  const strict = rankRows(index, parsed.units, wanted, false);
  const enough = parsed.units.length < MANY_UNITS ? ENOUGH : ENOUGH_OF_MANY;
  const fitting = strict.filter(({ share }) => share >= enough);
  const nearest = (): RankedRow[] =>
    (strict.length > 0 ? strict : rankRows(index, parsed.units, wanted, true)).slice(0, NEAREST);
  const hits = (fitting.length > 0 ? fitting : nearest()).map(({ share: _share, ...hit }) => hit);
  return { hits, query: parsed, isNearest: fitting.length === 0 && hits.length > 0 };
}

/** A result with the part of the query's weight that it has. */
type RankedRow = SearchHit & { readonly share: number };

/** Ranks rows; loosely, one word of several that mean one thing is better than none. */
function rankRows(
  index: SearchIndex,
  units: readonly QueryUnit[],
  wanted: readonly number[],
  isLoose: boolean,
): RankedRow[] {
  const scored = units.map((unit) => scoreUnit(index, unit, isLoose));
  const total = scored.reduce((sum, { importance }) => sum + importance, 0);
  return wanted
    .map((row) => rankRow(index, row, scored, total))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || (one.row.id < other.row.id ? -1 : 1));
}

interface ScoredUnit extends GroupScores {
  readonly unit: QueryUnit;
  readonly importance: number;
  /** Whether it is what the unit belongs to that was found, or a word of its name, as nothing has the unit. */
  readonly isKin: boolean;
}

function scoreUnit(index: SearchIndex, unit: QueryUnit, isLoose: boolean): ScoredUnit {
  const alternatives = [unit, ...(unit.or ?? [])].map((each) => scoreAlternative(index, each, isLoose));
  const [first] = alternatives;
  if (alternatives.length === 1) return first!;
  const scores = first!.scores.map((_, row) => Math.max(...alternatives.map((each) => each.scores[row]!)));
  const rows = scores.filter((score) => score > 0).length;
  const rarity = index.computeRarity(rows);
  const weight = alternatives.some(({ unit: { marks } }) => marks.length > 0) ? KNOWN_WEIGHT : 1;
  const isKin = alternatives.every((each) => each.isKin);
  return { scores, rows, rarity, unit, importance: rarity * weight, isKin };
}

function scoreAlternative(index: SearchIndex, unit: QueryUnit, isLoose: boolean): ScoredUnit {
  const { marks, stems } = unit;
  const kin = isLoose ? findKin(index, marks) : [];
  const group = kin.length > 0 ? kin : weighTerms(index, unit);
  const weight = marks.length > 0 ? KNOWN_WEIGHT : 1;
  const isPhrase = marks.length > 0 && stems.length > 1;
  if (isLoose || !isPhrase || marks.some((mark) => index.has(mark))) {
    const scores = index.scoreGroup(group);
    // One word of a name is no more than what it belongs to.
    const isKin = isLoose && isPhrase && !marks.some((mark) => index.has(mark));
    return { ...scores, unit, importance: scores.rarity * weight, isKin: isKin || kin.length > 0 };
  }
  // No document is known to have it: `cortex` is no auditory cortex, but all of its words may be.
  const rows = stems.map((stem) => index.rowsWith(stem));
  const wholes = index.scoreGroup(findWholes(index, marks)).scores;
  const scores = index.scoreGroup(group, (row) => wholes[row]! > 0 || rows.every((each) => each.has(row)));
  return { ...scores, unit, importance: scores.rarity * weight, isKin: false };
}

/** What each kind of mark belongs to. */
const BELONGS: readonly (readonly [sign: string, findAncestors: (id: string) => readonly string[]])[] = [
  [MARKS.region, regionAncestors],
  [MARKS.technique, techniqueAncestors],
  [MARKS.task, taskAncestors],
];

/** What comes nearest to marks that no document has: the nearest thing that each belongs to. `CA3` is hippocampus. */
function findKin(index: SearchIndex, marks: readonly string[]): WeightedTerm[] {
  if (marks.some((mark) => index.has(mark))) return [];
  return marks.flatMap((mark) =>
    BELONGS.flatMap(([sign, findAncestors]) => {
      if (!mark.startsWith(sign)) return [];
      const near = findAncestors(mark.slice(sign.length))
        .filter((id) => !VAGUE_WHOLES.has(id))
        .find((id) => index.has(sign + id));
      return near === undefined ? [] : [{ term: sign + near, weight: 1 }];
    }),
  );
}

/** The index's terms that a unit may stand as. */
function weighTerms(index: SearchIndex, { marks, stems, isPrefix }: QueryUnit): WeightedTerm[] {
  const known = marks.filter((mark) => index.has(mark)).map((term) => ({ term, weight: 1 }));
  // Several words that mean one thing are not found by one of them: `cell` is no place cell.
  const literal =
    known.length > 0 && stems.length > 1
      ? []
      : stems.map((term) => ({ term, weight: known.length > 0 ? LITERAL_WEIGHT : 1 / stems.length }));
  const completed = isPrefix
    ? stems.flatMap((stem) =>
        index
          .termsFrom(stem, MAX_COMPLETIONS)
          .filter((term) => term !== stem)
          .map((term) => ({ term, weight: PREFIX_WEIGHT })),
      )
    : [];
  return [...known, ...findWholes(index, marks), ...literal, ...completed];
}

/** What a region is part of, where a document says no more than that: `visual cortex` may be V1. */
function findWholes(index: SearchIndex, marks: readonly string[]): WeightedTerm[] {
  return marks
    .filter((mark) => mark.startsWith(MARKS.region))
    .flatMap((mark) => findRegionById(mark.slice(MARKS.region.length))?.parents ?? [])
    .filter((id) => !VAGUE_WHOLES.has(id))
    .map((id) => MARKS.region + id)
    .filter((term) => index.has(term))
    .map((term) => ({ term, weight: WHOLE_WEIGHT, only: 'topics' as const }));
}

function rankRow(index: SearchIndex, row: number, scored: readonly ScoredUnit[], total: number): RankedRow {
  let sum = 0;
  let has = 0;
  const found: string[] = [];
  const missing: string[] = [];
  for (const { scores, unit, importance, isKin } of scored) {
    const score = scores[row]!;
    (score > 0 && !isKin ? found : missing).push(unit.written);
    if (score === 0) continue;
    sum += score * (unit.marks.length > 0 ? KNOWN_WEIGHT : 1);
    has += importance;
  }
  const share = total === 0 ? 0 : has / total;
  return {
    row: index.rows[row]!,
    score: sum * share ** COMPLETENESS,
    found: found.slice(0, MAX_LISTED),
    missing: missing.slice(0, MAX_LISTED),
    share,
  };
}

/** Which rows meet the conditions, have the phrases, and lack what is excluded. */
function allowedRows(index: SearchIndex, { conditions, phrases, excluded }: ParsedQuery): boolean[] {
  const allowed = index.rows.map(() => true);
  const keep = (fits: (row: number) => boolean): void => {
    for (let row = 0; row < allowed.length; row += 1) allowed[row] &&= fits(row);
  };
  for (const condition of conditions) {
    const fits = buildTest(index, condition);
    keep((row) => fits(row) !== condition.isNegated);
  }
  for (const unit of excluded) {
    const isPhrase = unit.marks.length === 0 && unit.stems.length > 1;
    const { scores } = index.scoreGroup(weighTerms(index, unit));
    const has = isPhrase ? buildPhraseTest(index, unit.stems) : (row: number) => scores[row]! > 0;
    keep((row) => !has(row));
  }
  for (const phrase of phrases) keep(buildPhraseTest(index, phrase));
  return allowed;
}

/** Whether a condition holds for a row. What is not known of a Dandiset meets no condition. */
function buildTest(index: SearchIndex, condition: Meaning): (row: number) => boolean {
  const { rows } = index;
  switch (condition.kind) {
    case 'any': {
      const tests = condition.of.map((each) => buildTest(index, each));
      return (row) => tests.some((fits) => fits(row));
    }
    case 'marks': {
      const fields = condition.isExact ? (['topics'] as const) : undefined;
      const found = new Set(condition.marks.flatMap((mark) => [...index.rowsWith(mark, fields)]));
      return (row) => found.has(row);
    }
    case 'words': {
      const fields = { topics: ['topics'], names: ['names'], title: ['title'], any: undefined } as const;
      const sets = findStems(condition.text).map((stem) => index.rowsWith(stem, fields[condition.of]));
      return (row) => sets.length > 0 && sets.every((found) => found.has(row));
    }
    case 'number':
      return (row) => condition.names.some((name) => isWithin(rows[row]!.numbers[name], condition));
    case 'date':
      return (row) => isBetween(findDate(rows[row]!, condition.of), condition);
    case 'license': {
      const wanted = condition.license.toLowerCase().replace(/^spdx:/, '');
      const isLike = (license: string) => license === wanted || /^[-.]/.test(withoutStart(license, wanted));
      return (row) => rows[row]!.licenses.some((each) => isLike(each.toLowerCase()));
    }
    case 'contributor': {
      const wanted = findStems(condition.name);
      return (row) =>
        wanted.length > 0 &&
        index.listTexts(row).contributors.some((name) => {
          const stems = findStems(name);
          return wanted.every((stem) => stems.includes(stem));
        });
    }
    case 'state':
      return (row) => (rows[row]!.version !== 'draft') === condition.isPublished;
    case 'id':
      return (row) => rows[row]!.id === condition.id;
  }
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : '';
}

function isWithin(
  value: number | undefined,
  { atLeast, atMost, isStrict }: Extract<Meaning, { kind: 'number' }>,
): boolean {
  if (value === undefined) return false;
  if (atLeast !== undefined && (isStrict ? value <= atLeast : value < atLeast)) return false;
  return atMost === undefined || (isStrict ? value < atMost : value <= atMost);
}

function findDate(
  { created, updated, version }: SearchRow,
  of: 'created' | 'published' | 'updated',
): string | undefined {
  if (of === 'updated') return updated;
  return of === 'published' ? publishedOn(version) : created;
}

function isBetween(
  value: string | undefined,
  { after, before }: Extract<Meaning, { kind: 'date' }>,
): boolean {
  if (value === undefined) return false;
  return (after === undefined || value >= after) && (before === undefined || value < before);
}

/** Whether a row has a phrase. Only the texts of fields that have all of its words are looked through. */
function buildPhraseTest(index: SearchIndex, stems: readonly string[]): (row: number) => boolean {
  const phrase = buildPhrase(stems);
  const fields = new Map(
    FIELDS.map((field) => {
      const rows = stems.map((stem) => index.rowsWith(stem, [field]));
      return [field, (row: number) => rows.every((each) => each.has(row))] as const;
    }),
  );
  return (row) => {
    const having = FIELDS.filter((field) => fields.get(field)!(row));
    return (
      having.length > 0 &&
      listShownTexts(index, row).some((text) => having.includes(text.field) && text.hasPhrase(phrase))
    );
  };
}

/** Texts in which a result's words are shown, at most. */
const MAX_SNIPPETS = 2;

/** The words of a search where they are in a result: in the summary before the owners' words, then in names. */
export function findSnippets(
  index: SearchIndex,
  { query }: SearchOutcome,
  { row: { id } }: SearchHit,
): Snippet[] {
  const row = index.findRow(id);
  if (row === undefined) return [];
  const { stems, marks } = readShownWords(index, query);
  const snippets: Snippet[] = [];
  const shown = new Set<string>();
  for (const shownText of listShownTexts(index, row)) {
    const { from, text } = shownText;
    if (snippets.length === MAX_SNIPPETS || text === '' || from === 'title') continue;
    // One stretch that shows as many words as the query asks for is enough.
    if (shown.size >= query.units.length && snippets.length > 0) break;
    // Lists of names are looked through where the prose has none of the words.
    if (snippets.length > 0 && from !== 'description') break;
    const spans = [...shownText.findWords(stems), ...shownText.findMarks(marks)];
    // A second text is shown for what the first lacks.
    const fresh = spans
      .map((span) => text.slice(span.at, span.to).toLowerCase())
      .filter((word) => !shown.has(word));
    if (fresh.length === 0) continue;
    const snippet = buildSnippet(from, text, spans);
    if (snippet === undefined) continue;
    snippets.push(snippet);
    for (const { text: word, isFound } of snippet.parts) if (isFound) shown.add(word.toLowerCase());
  }
  return snippets;
}

/** What of a query is looked for in texts. */
interface ShownWords {
  readonly index: SearchIndex;
  readonly stems: ReadonlySet<string>;
  readonly marks: readonly string[];
}

/** Found once for all results of a search. */
const SHOWN_WORDS = new WeakMap<ParsedQuery, ShownWords>();

function readShownWords(index: SearchIndex, query: ParsedQuery): ShownWords {
  const known = SHOWN_WORDS.get(query);
  if (known?.index === index) return known;
  const units = query.units.flatMap((unit) => [unit, ...(unit.or ?? [])]);
  // Of several words that mean one thing none is shown by itself: `cell` is no place cell.
  const literal = units.filter(({ marks, stems }) => marks.length === 0 || stems.length === 1);
  const terms = literal.flatMap((unit) => weighTerms(index, { ...unit, marks: [] }));
  const found = {
    index,
    stems: new Set([...terms.map(({ term }) => term), ...query.phrases.flat()]),
    marks: units.flatMap(({ marks }) => marks),
  };
  SHOWN_WORDS.set(query, found);
  return found;
}

/** How a query was understood, unit by unit: `V1` as `primary visual area`. */
export function explainQuery({
  units,
}: ParsedQuery): { readonly written: string; readonly means: readonly string[] }[] {
  return units.map((unit) => {
    const marks = [unit, ...(unit.or ?? [])].flatMap((each) => each.marks);
    return { written: unit.written, means: [...new Set(marks.map(nameOfMark))] };
  });
}
