/** Search, filters and pages of the catalog: from a checked query to the matching entries. Pure. */
import { isDandisetId } from '../archive/version-ref.ts';
import { InvalidInputError } from '../errors.ts';
import {
  explainQuery,
  findSnippets,
  type SearchHit,
  type SearchOutcome,
  search,
} from '../search/run-search.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Snippet } from '../search/snippet.ts';
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import { expandSpecies, parseSpecies, SPECIES } from '../vocabulary/species.ts';
import { narrow, readFacets, rowsById } from './catalog-facets.ts';
import type { ApiRequest } from './http.ts';
import { readQuery } from './query-parameters.ts';

/** Entries on a page by default. */
export const DEFAULT_LIMIT = 50;
/** Entries on a page at most: the whole of today's archive in one response of about 1 MB, far below Lambda's 6 MB. */
export const MAX_LIMIT = 2_000;

/** Parameters of the catalog's query that have a field in the search form. */
const FIELDS = ['q', 'species', 'approach', 'neurodataType', 'updatedSince', 'sort'] as const;
/** All parameters of the catalog's query. */
const PARAMETERS = [...FIELDS, 'limit', 'after', 'format'] as const;

/** Sort orders that a client may request; by default a search lists the best first, and a list is sorted by id. */
export const SORTS = ['relevance', 'newest', 'size', 'subjects'] as const;
export type Sort = (typeof SORTS)[number];

/** A checked query. */
export interface CatalogQuery {
  /** Words, phrases and conditions, as `shared/search` reads them. */
  readonly q?: string;
  /** A species by any of its names, or the beginning of a word of one. */
  readonly species?: string;
  /** Part of an approach's name. */
  readonly approach?: string;
  /** A neurodata type's whole name. */
  readonly neurodataType?: string;
  /** As given: a date or a date with time. */
  readonly updatedSince?: string;
  /** `KIND:VALUE`, as defined in `catalog-facets.ts`. */
  readonly facets?: readonly string[];
  readonly sort?: Sort;
  readonly limit: number;
  /** The last id of the previous page. */
  readonly after?: string;
}

/** A page of the catalog. */
export interface CatalogPage {
  /** Number of matching entries, on all pages. */
  readonly total: number;
  readonly entries: readonly CatalogEntry[];
  /** Entries that match the query without its facets; facets are counted over them. */
  readonly beforeFacets: readonly CatalogEntry[];
  /** The search's result for each entry, where the query has words. */
  readonly hits?: ReadonlyMap<string, FoundEntry>;
  /** How the query was understood, where it has words. */
  readonly understood?: UnderstoodQuery;
  /** `after` of the next page; absent on the last page. */
  readonly next?: string;
}

/** A search's result for one entry. */
export interface FoundEntry {
  readonly score: number;
  readonly found: readonly string[];
  readonly missing: readonly string[];
  readonly snippets: readonly Snippet[];
}

/** How a query was understood. */
export interface UnderstoodQuery {
  readonly words: readonly { readonly written: string; readonly means: readonly string[] }[];
  readonly conditions: readonly string[];
  readonly corrections: readonly { readonly from: string; readonly to: string }[];
  /** Parts that look like a condition but cannot be read, each described in a sentence. */
  readonly unread: readonly string[];
  /** Whether nothing matches, so that the entries are the nearest ones. */
  readonly isNearest: boolean;
}

/** The query of a request. @throws InvalidInputError naming the parameter */
export function readCatalogQuery(request: ApiRequest): CatalogQuery {
  const facets = readFacets(request.query);
  // The only parameter that may be repeated: a form sends each ticked checkbox.
  const single = new URLSearchParams(request.query);
  single.delete('facet');
  const {
    format: _format,
    limit,
    sort,
    ...filters
  } = readQuery({ ...request, query: single }, PARAMETERS, FIELDS);
  if (filters.updatedSince !== undefined) parseMoment(filters.updatedSince);
  if (filters.after !== undefined && !isDandisetId(filters.after)) {
    throw new InvalidInputError('after must be the id of a Dandiset: six digits.', { field: 'after' });
  }
  return {
    ...filters,
    ...(facets.length === 0 ? {} : { facets }),
    ...(sort === undefined ? {} : { sort: parseSort(sort) }),
    limit: parseLimit(limit),
  };
}

/**
 * The matching entries after `after`: the best first where the query has words, else in the order
 * of their ids.
 * @throws InvalidInputError if `after` is not a result of the search
 */
export function searchCatalog(catalog: Catalog, query: CatalogQuery, index: SearchIndex): CatalogPage {
  const outcome = query.q === undefined ? undefined : search(index, query.q);
  const fits = buildFilter(query, index);
  const beforeFacets = orderedEntries(catalog, outcome).filter(fits);
  const { facets = [], sort } = query;
  const narrowed = facets.length === 0 ? beforeFacets : narrow(beforeFacets, facets, index);
  const fitting = sortEntries(narrowed, sort, index);
  const isRanked =
    (outcome !== undefined && outcome.query.units.length > 0) || (sort !== undefined && sort !== 'relevance');
  const from = entriesAfter(fitting, query.after, isRanked);
  const entries = from.slice(0, query.limit);
  const last = entries.at(-1);
  return {
    total: fitting.length,
    entries,
    beforeFacets,
    ...(outcome === undefined
      ? {}
      : { hits: findHits(index, outcome, entries), understood: describeQuery(outcome) }),
    ...(from.length > entries.length && last !== undefined ? { next: last.id } : {}),
  };
}

/** The catalog's entries of the search's hits, in their order; all entries where there was no search. */
function orderedEntries({ entries }: Catalog, outcome: SearchOutcome | undefined): readonly CatalogEntry[] {
  if (outcome === undefined) return entries;
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  // A summary removed a moment ago may still be in the index.
  return outcome.hits.flatMap(({ row }) => byId.get(row.id) ?? []);
}

/** The numbers that each order sorts by; entries without one come last. */
const SORT_NUMBERS: Readonly<Record<Exclude<Sort, 'relevance' | 'newest'>, 'bytes' | 'subjects'>> = {
  size: 'bytes',
  subjects: 'subjects',
};

function sortEntries(
  entries: readonly CatalogEntry[],
  sort: Sort | undefined,
  index: SearchIndex,
): readonly CatalogEntry[] {
  if (sort === undefined || sort === 'relevance') return entries;
  // Equal entries keep their order: the sort is stable.
  if (sort === 'newest')
    return [...entries].sort((one, other) =>
      one.updated === other.updated ? 0 : one.updated > other.updated ? -1 : 1,
    );
  const rows = rowsById(index);
  const findSortNumber = ({ id }: CatalogEntry): number => rows.get(id)?.numbers[SORT_NUMBERS[sort]] ?? -1;
  return [...entries].sort((one, other) => findSortNumber(other) - findSortNumber(one));
}

function entriesAfter(
  entries: readonly CatalogEntry[],
  after: string | undefined,
  isRanked: boolean,
): readonly CatalogEntry[] {
  if (after === undefined) return entries;
  if (!isRanked) return entries.filter(({ id }) => id > after);
  const at = entries.findIndex(({ id }) => id === after);
  if (at === -1) {
    throw new InvalidInputError(
      'after is no longer a result of this search. Start again from its first page.',
      {
        field: 'after',
      },
    );
  }
  return entries.slice(at + 1);
}

function findHits(
  index: SearchIndex,
  outcome: SearchOutcome,
  entries: readonly CatalogEntry[],
): ReadonlyMap<string, FoundEntry> {
  const hits = new Map(outcome.hits.map((hit) => [hit.row.id, hit]));
  return new Map(entries.map(({ id }) => [id, buildFoundEntry(index, outcome, hits.get(id)!)]));
}

function buildFoundEntry(index: SearchIndex, outcome: SearchOutcome, hit: SearchHit): FoundEntry {
  const { score, found, missing } = hit;
  return {
    score: Math.round(score * 1000) / 1000,
    found,
    missing,
    snippets: findSnippets(index, outcome, hit),
  };
}

function describeQuery({ query, isNearest }: SearchOutcome): UnderstoodQuery {
  return {
    words: explainQuery(query),
    conditions: query.conditions.map(({ written }) => written),
    corrections: query.corrections,
    unread: query.unread,
    isNearest,
  };
}

/** The query as text for a link, with another `after`. */
export function catalogQueryText(query: CatalogQuery, changes: Partial<Record<string, string>> = {}): string {
  const { limit, facets = [], ...filters } = query;
  const values: Record<string, string | undefined> = {
    ...filters,
    ...(limit === DEFAULT_LIMIT ? {} : { limit: String(limit) }),
    ...changes,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.set(name, value);
  for (const facet of facets) parameters.append('facet', facet);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function buildFilter(query: CatalogQuery, index: SearchIndex): (entry: CatalogEntry) => boolean {
  const tests: ((entry: CatalogEntry) => boolean)[] = [];
  const { species, approach, neurodataType, updatedSince } = query;
  if (species !== undefined) tests.push(speciesTest(species, index));
  if (approach !== undefined) tests.push((entry) => entry.approaches.some(includes(approach)));
  if (neurodataType !== undefined) {
    const wanted = foldText(neurodataType);
    tests.push((entry) => entry.neurodataTypes.some((name) => foldText(name) === wanted));
  }
  if (updatedSince !== undefined) {
    const since = parseMoment(updatedSince);
    tests.push(({ updated }) => Date.parse(updated) >= since);
  }
  return (entry) => tests.every((test) => test(entry));
}

/**
 * Whether an entry is of a species: by its taxon where the vocabulary has the name, else by the beginning of one of
 * its words.
 */
function speciesTest(wanted: string, index: SearchIndex): (entry: CatalogEntry) => boolean {
  const named = parseSpecies(wanted);
  const expanded = expandSpecies(wanted).map(({ taxonId }) => taxonId);
  const taxa = new Set(expanded.length > 0 ? expanded : named === undefined ? [] : [named.taxonId]);
  const beginning = foldText(wanted);
  const begins = (name: string): boolean =>
    foldText(name).startsWith(beginning) || foldText(name).includes(` ${beginning}`);
  const byId = new Map(index.rows.map(({ id, topics }) => [id, topics.species]));
  return (entry) => {
    const existing = byId.get(entry.id) ?? [];
    if (existing.some((taxon) => taxa.has(taxon))) return true;
    if (taxa.size > 0)
      return entry.species.some((name) => taxa.has(parseSpecies(name)?.taxonId ?? Number.NaN));
    const known = SPECIES.filter(({ taxonId }) => existing.includes(taxonId));
    return [
      ...entry.species,
      ...known.flatMap(({ latin, singular, plural }) => [latin, singular, plural]),
    ].some(begins);
  };
}

function includes(part: string): (text: string) => boolean {
  const wanted = foldText(part);
  return (text) => foldText(text).includes(wanted);
}

/** Ignores case and accents. */
function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function parseSort(text: string): Sort {
  const sort = SORTS.find((each) => each === text);
  if (sort !== undefined) return sort;
  throw new InvalidInputError(`sort must be one of ${SORTS.join(', ')}.`, { field: 'sort' });
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidInputError(`limit must be a whole number from 1 to ${MAX_LIMIT}.`, { field: 'limit' });
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970. A date alone means its beginning in UTC. */
function parseMoment(text: string): number {
  const time = DATE.test(text) || MOMENT.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
  // JavaScript reads 30 February as 2 March.
  const day = Date.parse(text.slice(0, 10));
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  if (!Number.isNaN(time) && isDay) return time;
  throw new InvalidInputError(
    'updatedSince must be a date such as 2026-11-01, or a date and time such as 2026-11-01T12:00:00Z.',
    {
      field: 'updatedSince',
    },
  );
}
