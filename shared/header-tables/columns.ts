/**
 * The two tables of the open catalog of headers, column by column: what each is called, what it holds and how
 * Parquet keeps it. The rows are made in `build-rows.ts`, the files in `parquet/build-parquet.ts`. Pure.
 */

import type { ColumnKind, Column as ParquetColumn } from '../parquet/build-parquet.ts';

/** A column: `meaning` as the documentation has it. */
export interface Column extends ParquetColumn {
  readonly meaning: string;
}

/** Names of the tables, which are also their folders. */
export type TableName = 'files' | 'nodes';

/** Raised whenever equal headers would give other tables: parts of another revision stand apart. */
export const TABLES_REVISION = 2;

/** One row a file. */
const FILE_COLUMNS = [
  column('blob', 'text', "The file's content: a blob's id in DANDI's bucket, or a Zarr's checksum."),
  column('format', 'text', '`hdf5` or `zarr`.'),
  column('nwb_version', 'text', 'Of the NWB schema.'),
  column('namespaces', 'texts', 'Schemas that the file carries, each as `name version`.'),
  column('objects', 'whole', 'Groups, datasets and committed types.'),
  column('cut_short', 'texts', 'Budgets that cut the header short; empty where it is whole.'),
  column('identifier', 'text', 'As the file has it, like all that follow.'),
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
  column(
    'locations',
    'texts',
    'What the electrodes, planes and sites under `/general` say of where they are; each once.',
  ),
  column('types', 'texts', 'Neurodata types in the file; each once.'),
] as const satisfies readonly Column[];

/** One row an object of a file. */
const NODE_COLUMNS = [
  column('blob', 'text', 'As in `files`.'),
  column('path', 'text', 'The shortest one along hard links, the first by name among equals.'),
  column('name', 'text', 'The last part of the path.'),
  column('parent', 'text', 'The path of the group that holds it; null for the root.'),
  column('kind', 'text', '`group`, `dataset`, `datatype` or `unread`.'),
  column('type', 'text', 'Its neurodata type.'),
  column('namespace', 'text', "The type's namespace."),
  column('description', 'text', ''),
  column(
    'shape',
    'wholes',
    "A dataset's, slowest dimension first; empty for a scalar. A series has that of its `data`.",
  ),
  column('dtype', 'text', "numpy's name of a dataset's type. A series has that of its `data`."),
  column('unit', 'text', 'Of a dataset. A series has that of its `data`.'),
  column('rate', 'number', 'Samples a second, of a series and of its `starting_time`.'),
  column('conversion', 'number', 'What makes values of the unit. A series has that of its `data`.'),
  column('layout', 'text', "How a dataset's elements are stored."),
  column('chunks', 'wholes', 'Elements a chunk.'),
  column('filters', 'texts', 'In the order of writing.'),
  column(
    'value',
    'text',
    "A dataset's value in plain words, as Python prints what is neither one number nor text, where the header has it in few characters.",
  ),
  column('attributes', 'text', "All other attributes that are short, as JSON: `attributes->>'$.name'`."),
  column('links', 'texts', "A group's soft and external links, each as `name -> target`."),
  column('unread', 'text', 'Why what should be here is not.'),
] as const satisfies readonly Column[];

/** The tables. */
export const TABLES: Readonly<Record<TableName, readonly Column[]>> = {
  files: FILE_COLUMNS,
  nodes: NODE_COLUMNS,
};

interface CellOf {
  readonly text: string;
  readonly whole: number;
  readonly number: number;
  readonly wholes: readonly number[];
  readonly texts: readonly string[];
}

/** What a cell of any column holds. */
export type Cell = CellOf[ColumnKind];

type RowOf<Columns extends readonly Column[]> = {
  readonly [Each in Columns[number] as Each['name']]?: CellOf[Each['kind']] | undefined;
};

/** One row of `files`; what is not known is absent. */
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
