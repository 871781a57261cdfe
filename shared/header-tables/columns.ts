/**
 * The two tables of the open catalog of headers, column by column: name, meaning and
 * type in Parquet. The rows are built in `build-rows.ts`, the files in `parquet/build-parquet.ts`. Pure.
 */

import type { ColumnKind, Column as ParquetColumn } from '../parquet/build-parquet.ts';

/** A column: `meaning` is used in the documentation. */
export interface Column extends ParquetColumn {
  readonly meaning: string;
}

/** Names of the tables, which are also their folders. */
export type TableName = 'files' | 'nodes';

/** Raised whenever equal headers would give other tables: parts of another revision are stored separately. */
export const TABLES_REVISION = 2;

/** One row per file. */
const FILE_COLUMNS = [
  column('blob', 'text', "The file's content: a blob's id in DANDI's bucket, or a Zarr's checksum."),
  column('format', 'text', '`hdf5` or `zarr`.'),
  column('nwb_version', 'text', 'Version of the NWB schema.'),
  column('namespaces', 'texts', 'Schemas in the file, each as `name version`.'),
  column('objects', 'integer', 'Groups, datasets and committed types.'),
  column('cut_short', 'texts', 'Budgets that cut the header short; empty where it is complete.'),
  column('identifier', 'text', 'As in the file, like all columns below.'),
  column('session_start_time', 'text', 'In ISO 8601.'),
  column('session_description', 'text', ''),
  column('session_id', 'text', ''),
  column('experiment_description', 'text', ''),
  column('institution', 'text', ''),
  column('lab', 'text', ''),
  column('keywords', 'texts', ''),
  column('subject_id', 'text', ''),
  column('species', 'text', ''),
  column('strain', 'text', ''),
  column('genotype', 'text', ''),
  column('sex', 'text', ''),
  column('age', 'text', 'In ISO 8601, mostly.'),
  column('locations', 'texts', 'Locations of the electrodes, planes and sites under `/general`; each once.'),
  column('types', 'texts', 'Neurodata types in the file; each once.'),
] as const satisfies readonly Column[];

/** One row per object of a file. */
const NODE_COLUMNS = [
  column('blob', 'text', 'As in `files`.'),
  column('path', 'text', 'The shortest path along hard links, the first by name among equals.'),
  column('name', 'text', 'The last part of the path.'),
  column('parent', 'text', 'The path of the containing group; null for the root.'),
  column('kind', 'text', '`group`, `dataset`, `datatype` or `unread`.'),
  column('type', 'text', 'Its neurodata type.'),
  column('namespace', 'text', "The type's namespace."),
  column('description', 'text', ''),
  column(
    'shape',
    'integers',
    "A dataset's, slowest dimension first; empty for a scalar. A series has that of its `data`.",
  ),
  column('dtype', 'text', 'The type of a dataset, as named by numpy. A series has that of its `data`.'),
  column('unit', 'text', 'Of a dataset. A series has that of its `data`.'),
  column('rate', 'number', 'Samples per second, of a series and of its `starting_time`.'),
  column(
    'conversion',
    'number',
    'The factor that converts values to the unit. A series has that of its `data`.',
  ),
  column('layout', 'text', "How a dataset's elements are stored."),
  column('chunks', 'integers', 'Elements per chunk along each dimension.'),
  column('filters', 'texts', 'In the order of writing.'),
  column(
    'value',
    'text',
    "A dataset's value as text, where it is short and in the header; values other than a single number or text as Python prints them.",
  ),
  column('attributes', 'text', "All other short attributes, as JSON: `attributes->>'$.name'`."),
  column('links', 'texts', "A group's soft and external links, each as `name -> target`."),
  column('unread', 'text', 'Why the object could not be read.'),
] as const satisfies readonly Column[];

/** The tables. */
export const TABLES: Readonly<Record<TableName, readonly Column[]>> = {
  files: FILE_COLUMNS,
  nodes: NODE_COLUMNS,
};

interface CellOf {
  readonly text: string;
  readonly integer: number;
  readonly number: number;
  readonly integers: readonly number[];
  readonly texts: readonly string[];
}

/** The value of a cell of any column. */
export type Cell = CellOf[ColumnKind];

type RowOf<Columns extends readonly Column[]> = {
  readonly [Each in Columns[number] as Each['name']]?: CellOf[Each['kind']] | undefined;
};

/** One row of `files`; unknown values are absent. */
export type FileRow = RowOf<typeof FILE_COLUMNS>;

/** One row of `nodes`. */
export type NodeRow = RowOf<typeof NODE_COLUMNS>;

function column<const Name extends string, const Kind extends ColumnKind>(
  name: Name,
  kind: Kind,
  meaning: string,
): { readonly name: Name; readonly kind: Kind; readonly meaning: string } {
  return { name, kind, meaning };
}
