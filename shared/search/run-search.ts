/** Runs a query: finds the matching Dandisets, the best first, with the words found in each. Pure. */
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
  /** Parts of the query that it matches, as written in the query; of a long query only the first parts. */
  readonly found: readonly string[];
  /** Parts of the query that it lacks, likewise. */
  readonly missing: readonly string[];
}

/** The result of a search. */
export interface SearchOutcome {
  /** Best first; equal ones in the order of their ids. */
  readonly hits: readonly SearchHit[];
  readonly query: ParsedQuery;
  /** Whether nothing matches the query, so that these are the nearest results. */
  readonly isNearest: boolean;
}

/** Weight of a word that only begins with the query's word. */
const PREFIX_WEIGHT = 0.6;
/** Number of such words at most. */
const MAX_COMPLETIONS = 24;
/** Weight of the words themselves beside their meaning in the vocabulary. */
const LITERAL_WEIGHT = 1;
/** Factor by which a term of the vocabulary weighs more than a plain word. */
const KNOWN_WEIGHT = 1.4;
/** Weight of a region's parent, where a document names only that. */
const WHOLE_WEIGHT = 0.25;
/** Parents that are too broad to match a part. */
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
/** How steeply the score falls for a result that lacks part of the query. */
const COMPLETENESS = 2;
/** The share of the query's weight that a result must have; less for a question of many words. */
const ENOUGH = 0.5;
const ENOUGH_OF_MANY = 0.3;
/** Units from which a query counts as a question of many words. */
const MANY_UNITS = 3;
/** Words of a query that a result lists as found or missing: one response may contain all results. */
const MAX_LISTED = 20;
/** Results that are offered where nothing matches. */
const NEAREST = 5;

/**
 * Whether nothing of a query could be read: `units>=abc` requests something, so that all Dandisets are no proper
 * result.
 */
function isUnread({ phrases, excluded, conditions, unread }: ParsedQuery): boolean {
  return unread.length > 0 && [phrases, excluded, conditions].every(({ length }) => length === 0);
}

/**
 * Searches the index. A query without words returns all that meets its conditions, in the order of ids; one of which
 * nothing can be read returns nothing.
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

/** A result with its share of the query's weight. */
type RankedRow = SearchHit & { readonly share: number };

/** Ranks rows; with loose matching, one word of several that mean one thing is better than none. */
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
  /** Whether only the unit's parent or a word of its name was found, as no document has the unit. */
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
    // One word of a name counts no more than its parent.
    const isKin = isLoose && isPhrase && !marks.some((mark) => index.has(mark));
    return { ...scores, unit, importance: scores.rarity * weight, isKin: isKin || kin.length > 0 };
  }
  // No document is known to have it: `cortex` alone is not the auditory cortex, but all words of the name may be.
  const rows = stems.map((stem) => index.rowsWith(stem));
  const wholes = index.scoreGroup(findWholes(index, marks)).scores;
  const scores = index.scoreGroup(group, (row) => wholes[row]! > 0 || rows.every((each) => each.has(row)));
  return { ...scores, unit, importance: scores.rarity * weight, isKin: false };
}

/** The parents of each kind of mark. */
const BELONGS: readonly (readonly [sign: string, findAncestors: (id: string) => readonly string[]])[] = [
  [MARKS.region, regionAncestors],
  [MARKS.technique, techniqueAncestors],
  [MARKS.task, taskAncestors],
];

/** The nearest substitutes for marks that no document has: the nearest parent of each. `CA3` becomes hippocampus. */
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

/** The index's terms that match a unit. */
function weighTerms(index: SearchIndex, { marks, stems, isPrefix }: QueryUnit): WeightedTerm[] {
  const known = marks.filter((mark) => index.has(mark)).map((term) => ({ term, weight: 1 }));
  // Several words that mean one thing do not match by one of them: `cell` is not a place cell.
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

/** The parents of a region, for documents that name nothing more specific: `visual cortex` may be V1. */
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

/** Whether a row meets a condition. Unknown values meet no condition. */
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

/** Whether a row has a phrase. Only the texts of fields with all of its words are searched. */
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

/** Texts that are shown for a result at most. */
const MAX_SNIPPETS = 2;

/** The words of a search in a result's texts: first in the summary, then in the owners' description, then in names. */
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
    // One passage that shows as many words as the query has is enough.
    if (shown.size >= query.units.length && snippets.length > 0) break;
    // Lists of names are searched if the prose has none of the words.
    if (snippets.length > 0 && from !== 'description') break;
    const spans = [...shownText.findWords(stems), ...shownText.findMarks(marks)];
    // A second text is shown for the words that the first lacks.
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

/** The parts of a query that are searched for in texts. */
interface ShownWords {
  readonly index: SearchIndex;
  readonly stems: ReadonlySet<string>;
  readonly marks: readonly string[];
}

/** Computed once for all results of a search. */
const SHOWN_WORDS = new WeakMap<ParsedQuery, ShownWords>();

function readShownWords(index: SearchIndex, query: ParsedQuery): ShownWords {
  const known = SHOWN_WORDS.get(query);
  if (known?.index === index) return known;
  const units = query.units.flatMap((unit) => [unit, ...(unit.or ?? [])]);
  // Of several words that mean one thing none is shown by itself: `cell` is not a place cell.
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
