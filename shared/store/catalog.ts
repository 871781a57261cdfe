/**
 * The index of all summaries, one entry per Dandiset, for pages and searches that must not open each
 * summary. Pure: entries, their merging, and their compact text; `catalog-store.ts` stores them.
 *
 * As text the catalog is a table. `fields` names the columns of `rows`; a column that `tables` also names
 * contains indices into that list instead of words, since species, approaches, types, keywords and models
 * recur from row to row. That halves the size, and parsing stays plain JSON.
 */
import * as z from 'zod/mini';
import { isObjectOrList } from '../json-value.ts';
import { buildDamagedError, parseJsonObject } from './json-document.ts';
import { summaryKeys } from './keys.ts';
import { mayReplace } from './version-order.ts';

/** The entry of a Dandiset, for its default version. */
export interface CatalogEntry {
  /** Six digits. */
  readonly id: string;
  /** `draft` or `0.YYMMDD.HHMM`. */
  readonly version: string;
  readonly name: string;
  readonly species: readonly string[];
  readonly approaches: readonly string[];
  /** Neurodata types in its files. */
  readonly neurodataTypes: readonly string[];
  /** The summary's keywords. */
  readonly keywords: readonly string[];
  /** NWB files of the version. */
  readonly files: number;
  /** When the summary was written: ISO 8601, UTC. */
  readonly updated: string;
  /** The model or writer of the summary. */
  readonly modelId: string;
}

const texts = z.array(z.string());

const Entries: z.ZodMiniType<CatalogEntry[]> = z.array(
  z.object({
    id: z.string(),
    version: z.string(),
    name: z.string(),
    species: texts,
    approaches: texts,
    neurodataTypes: texts,
    keywords: texts,
    files: z.number(),
    updated: z.string(),
    modelId: z.string(),
  }),
);

/** The index: entries in the order of their ids, one per Dandiset. */
export interface Catalog {
  readonly entries: readonly CatalogEntry[];
}

/** The columns, in their order in a row. */
const FIELDS = [
  'id',
  'version',
  'name',
  'species',
  'approaches',
  'neurodataTypes',
  'keywords',
  'files',
  'updated',
  'modelId',
] as const satisfies readonly (keyof CatalogEntry)[];

/** The columns whose values are in a table of their own. */
const TABLED = ['species', 'approaches', 'neurodataTypes', 'keywords', 'modelId'] as const;

type Tabled = (typeof TABLED)[number];

/** The revision of the text's form. */
export const CATALOG_SCHEMA_VERSION = 1;

/**
 * The catalog of these entries. Of two entries of one Dandiset, that of the default version wins, and of
 * two of one version, the later entry.
 * @throws InvalidInputError where an id or version is malformed
 */
export function buildCatalog(entries: Iterable<CatalogEntry>): Catalog {
  const byId = new Map<string, CatalogEntry>();
  for (const entry of entries) {
    summaryKeys(entry.id, entry.version);
    const existing = byId.get(entry.id);
    if (existing === undefined || mayReplace(entry.version, existing.version)) byId.set(entry.id, entry);
  }
  // Ids have six digits: their order as text is their order as numbers.
  return { entries: [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1)) };
}

/**
 * The catalog with this entry added or replaced; the same object where the entry changes nothing, as it is present
 * already or a newer version is the Dandiset's default.
 * @throws InvalidInputError where an id or version is malformed
 */
export function withEntry(catalog: Catalog, entry: CatalogEntry): Catalog {
  const existing = catalog.entries.find(({ id }) => id === entry.id);
  if (existing !== undefined && (!mayReplace(entry.version, existing.version) || isSame(existing, entry)))
    return catalog;
  return buildCatalog([...catalog.entries, entry]);
}

/** The catalog without this Dandiset; the same object where it has none. */
export function withoutEntry(catalog: Catalog, dandisetId: string): Catalog {
  const entries = catalog.entries.filter(({ id }) => id !== dandisetId);
  return entries.length === catalog.entries.length ? catalog : { entries };
}

/**
 * Whether the catalog is up to date with a version's summary: it lists the one written at `updated`, or
 * another version is the Dandiset's default. A writer killed after `summary.json` leaves it out of date.
 */
export function isListed(
  catalog: Catalog,
  { id, version, updated }: Pick<CatalogEntry, 'id' | 'version' | 'updated'>,
): boolean {
  const existing = catalog.entries.find((entry) => entry.id === id);
  if (existing === undefined) return false;
  return existing.version === version ? existing.updated === updated : !mayReplace(version, existing.version);
}

/** The catalog as compact JSON text. Equal catalogs give equal texts. */
export function catalogText(catalog: Catalog): string {
  const tables = Object.fromEntries(TABLED.map((field) => [field, new Map<string, number>()])) as Record<
    Tabled,
    Map<string, number>
  >;
  const rows = catalog.entries.map((entry) => FIELDS.map((field) => encodeCell(entry[field], tables, field)));
  const lists = Object.fromEntries(TABLED.map((field) => [field, [...tables[field].keys()]]));
  const head = { schemaVersion: CATALOG_SCHEMA_VERSION, fields: FIELDS, tables: lists };
  // One line per row: a diff of two catalogs shows the lines of the changed Dandisets.
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},"rows":[\n${lines}\n]}\n`;
}

/**
 * Parses the catalog's text; `key` names it in the error.
 * @throws StoreUnavailableError where it is damaged
 */
export function parseCatalog(body: Uint8Array, key: string): Catalog {
  const { schemaVersion, fields, tables, rows } = parseJsonObject(body, key);
  if (schemaVersion !== CATALOG_SCHEMA_VERSION)
    throw buildDamagedError(key, `schemaVersion is ${schemaVersion}`);
  if (!Array.isArray(fields) || !Array.isArray(rows) || !isObjectOrList(tables)) {
    throw buildDamagedError(key, 'fields, tables or rows are missing');
  }
  const columns = FIELDS.map((field) => ({ field, at: fields.indexOf(field) }));
  const words = tables as Record<string, readonly unknown[]>;
  try {
    const entries = (rows as unknown[][]).map((row) =>
      Object.fromEntries(columns.map(({ field, at }) => [field, decodeCell(row[at], words[field])])),
    );
    return buildCatalog(z.parse(Entries, entries));
  } catch (error) {
    throw buildDamagedError(key, error instanceof Error ? error.message : String(error), error);
  }
}

function encodeCell(
  value: CatalogEntry[keyof CatalogEntry],
  tables: Record<Tabled, Map<string, number>>,
  field: keyof CatalogEntry,
): unknown {
  const table = tables[field as Tabled] as Map<string, number> | undefined;
  if (table === undefined) return value;
  const findIndex = (word: string) => {
    const index = table.get(word) ?? table.size;
    table.set(word, index);
    return index;
  };
  return typeof value === 'string' ? findIndex(value) : (value as readonly string[]).map(findIndex);
}

function decodeCell(cell: unknown, table: readonly unknown[] | undefined): unknown {
  if (Array.isArray(cell)) return cell.map((index) => decodeCell(index, table));
  const value = table === undefined ? cell : table[cell as number];
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error('a row has an index without a value');
  return value;
}

function isSame(one: CatalogEntry, other: CatalogEntry): boolean {
  return FIELDS.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));
}
