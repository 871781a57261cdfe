/**
 * The bulk index of all summaries, one entry a Dandiset: what a page or a search needs without opening each
 * summary. Pure: entries, how they combine, and their compact text; `catalog-store.ts` keeps them.
 *
 * As text the catalog is a table. `fields` names the columns of `rows`; a column that `tables` also names
 * holds indices into that list in place of the words, since species, approaches, types, keywords and models
 * recur from row to row. That halves the size, and parsing stays plain JSON.
 */
import * as z from 'zod/mini';
import { isObject } from '../json-value.ts';
import { buildDamagedError, parseJsonObject } from './json-document.ts';
import { summaryKeys } from './keys.ts';
import { mayReplace } from './version-order.ts';

/** What the index holds of a Dandiset: that of the version which stands for it. */
export interface CatalogEntry {
  /** Six digits. */
  readonly id: string;
  /** `draft` or `0.YYMMDD.HHMM`. */
  readonly version: string;
  readonly name: string;
  readonly species: readonly string[];
  readonly approaches: readonly string[];
  /** Neurodata types that its files hold. */
  readonly neurodataTypes: readonly string[];
  /** The summary's keywords. */
  readonly keywords: readonly string[];
  /** NWB files of the version. */
  readonly files: number;
  /** When the summary was written: ISO 8601, UTC. */
  readonly updated: string;
  /** What wrote it. */
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

/** The index: entries in the order of their ids, one for each. */
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

/** The columns whose words are in a table of their own. */
const TABLED = ['species', 'approaches', 'neurodataTypes', 'keywords', 'modelId'] as const;

type Tabled = (typeof TABLED)[number];

/** The revision of the text's form. */
export const CATALOG_SCHEMA_VERSION = 1;

/**
 * The catalog of these entries. Where two are of one Dandiset, the version that stands for it wins, and of
 * one version the later entry.
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
 * The catalog with this entry in its place; the same object where the entry changes nothing, as it is there
 * already or a newer version stands for the Dandiset.
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
 * Whether the catalog says of a version's summary what it should: that it is there, written at `updated`, or
 * that another version stands for the Dandiset. A writer that dies after `summary.json` leaves it saying less.
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
  // A line a row: a difference between two catalogs shows as the lines of its Dandisets.
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},"rows":[\n${lines}\n]}\n`;
}

/**
 * The catalog that a text holds; `key` names it in the error.
 * @throws StoreUnavailableError where it is damaged
 */
export function parseCatalog(body: Uint8Array, key: string): Catalog {
  const { schemaVersion, fields, tables, rows } = parseJsonObject(body, key);
  if (schemaVersion !== CATALOG_SCHEMA_VERSION)
    throw buildDamagedError(key, `schemaVersion is ${schemaVersion}`);
  if (!Array.isArray(fields) || !Array.isArray(rows) || !isObject(tables)) {
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
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error('a row points at no word');
  return value;
}

function isSame(one: CatalogEntry, other: CatalogEntry): boolean {
  return FIELDS.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));
}
