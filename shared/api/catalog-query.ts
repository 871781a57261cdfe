/** Search, filters and pages of the catalog: from a checked query to the entries that fit. Pure. */
import { isDandisetId } from '../archive/version-ref.ts';
import { InvalidInputError } from '../errors.ts';
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import type { ApiRequest } from './http.ts';
import { readQuery } from './query.ts';

/** Entries on a page where the client does not say. */
export const DEFAULT_LIMIT = 50;
/** Entries on a page at most: the whole of today's archive in one answer of about 1 MB, far below Lambda's 6 MB. */
export const MAX_LIMIT = 2_000;

/** Parameters of the catalog's query that the search form has. */
const FIELDS = ['q', 'species', 'approach', 'neurodataType', 'updatedSince'] as const;
/** All of them. */
const PARAMETERS = [...FIELDS, 'limit', 'after', 'format'] as const;

/** A checked query. */
export interface CatalogQuery {
  /** Words that must all occur, each anywhere in an entry's text. */
  readonly q?: string;
  /** Part of a species' name. */
  readonly species?: string;
  /** Part of an approach's name. */
  readonly approach?: string;
  /** A neurodata type's whole name. */
  readonly neurodataType?: string;
  /** As it was given: a date or a moment. */
  readonly updatedSince?: string;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: string;
}

/** A page of the catalog. */
export interface CatalogPage {
  /** Entries that fit, on all pages. */
  readonly total: number;
  readonly entries: readonly CatalogEntry[];
  /** What `after` is on the next page; absent on the last one. */
  readonly next?: string;
}

/** The query of a request. @throws InvalidInputError naming the parameter */
export function readCatalogQuery(request: ApiRequest): CatalogQuery {
  const { format: _format, limit, ...filters } = readQuery(request, PARAMETERS, FIELDS);
  if (filters.updatedSince !== undefined) parseMoment(filters.updatedSince);
  if (filters.after !== undefined && !isDandisetId(filters.after)) {
    throw new InvalidInputError('after must be the id of a Dandiset: six digits.', { field: 'after' });
  }
  return { ...filters, limit: parseLimit(limit) };
}

/** The entries that fit, from after `after` on, in the order of their ids. */
export function searchCatalog(catalog: Catalog, query: CatalogQuery): CatalogPage {
  const fits = buildFilter(query);
  const fitting = catalog.entries.filter(fits);
  const { after } = query;
  const from = after === undefined ? fitting : fitting.filter(({ id }) => id > after);
  const entries = from.slice(0, query.limit);
  const last = entries.at(-1);
  return {
    total: fitting.length,
    entries,
    ...(from.length > entries.length && last !== undefined ? { next: last.id } : {}),
  };
}

/** The query as text for a link, with another `after`. */
export function catalogQueryText(query: CatalogQuery, changes: Partial<Record<string, string>> = {}): string {
  const { limit, ...filters } = query;
  const values: Record<string, string | undefined> = {
    ...filters,
    ...(limit === DEFAULT_LIMIT ? {} : { limit: String(limit) }),
    ...changes,
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function buildFilter(query: CatalogQuery): (entry: CatalogEntry) => boolean {
  const tests: ((entry: CatalogEntry) => boolean)[] = [];
  const { q, species, approach, neurodataType, updatedSince } = query;
  if (q !== undefined) {
    const words = folded(q).split(/\s+/);
    tests.push((entry) => {
      const text = textOf(entry);
      return words.every((word) => text.includes(word));
    });
  }
  if (species !== undefined) tests.push((entry) => entry.species.some(includes(species)));
  if (approach !== undefined) tests.push((entry) => entry.approaches.some(includes(approach)));
  if (neurodataType !== undefined) {
    const wanted = folded(neurodataType);
    tests.push((entry) => entry.neurodataTypes.some((name) => folded(name) === wanted));
  }
  if (updatedSince !== undefined) {
    const since = parseMoment(updatedSince);
    tests.push(({ updated }) => Date.parse(updated) >= since);
  }
  return (entry) => tests.every((test) => test(entry));
}

/** Texts of entries, folded: the catalog stays in memory from request to request, and so do they. */
const TEXTS = new WeakMap<CatalogEntry, string>();

function textOf(entry: CatalogEntry): string {
  const known = TEXTS.get(entry);
  if (known !== undefined) return known;
  const { id, version, name, species, approaches, neurodataTypes, keywords } = entry;
  const text = folded(
    [`DANDI:${id}/${version}`, name, ...species, ...approaches, ...neurodataTypes, ...keywords].join('\n'),
  );
  TEXTS.set(entry, text);
  return text;
}

function includes(part: string): (text: string) => boolean {
  const wanted = folded(part);
  return (text) => folded(text).includes(wanted);
}

/** Case and accents do not count. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
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
  // JavaScript takes 30 February for 2 March.
  const day = Date.parse(text.slice(0, 10));
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  if (!Number.isNaN(time) && isDay) return time;
  throw new InvalidInputError(
    'updatedSince must be a date such as 2026-11-01, or a moment such as 2026-11-01T12:00:00Z.',
    {
      field: 'updatedSince',
    },
  );
}
