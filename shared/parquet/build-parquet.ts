/**
 * Builds a Parquet file from rows: columns, schema, compression. Used for the tables of headers and of sessions; sole
 * owner of hyparquet-writer.
 */
import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';

/** The type of a column: text, whole numbers, numbers, or lists of the first two. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'integers' | 'texts';

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** One value; null or undefined where there is none. */
export type Cell = string | number | readonly number[] | readonly string[] | null | undefined;

/** Rows of a row group, which a reader can skip by its statistics. */
const ROWS_OF_GROUP = 50_000;

/** How Parquet stores a value of each type. */
const ELEMENT: Readonly<Record<ColumnKind, Partial<SchemaElement>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  integers: { type: 'INT64' },
  texts: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/** Builds the file of some rows; any value may be absent. Equal rows give equal bytes. */
export function buildParquet(
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, Cell>>[],
): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map((column) => buildColumn(column, rows)),
      schema: [
        { name: 'root', num_children: columns.length },
        ...columns.flatMap((column) => buildSchema(column)),
      ] as SchemaElement[],
      rowGroupSize: ROWS_OF_GROUP,
      createdBy: 'dandiset-summarizer',
    }),
  );
}

function buildColumn({ name, kind }: Column, rows: readonly Readonly<Record<string, Cell>>[]): ColumnSource {
  return { name, data: rows.map((row) => encodeCell(kind, row[name])) };
}

/** The value for the writer, which takes whole numbers of 64 bits as bigints. */
function encodeCell(kind: ColumnKind, cell: Cell): unknown {
  if (cell === undefined || cell === null) return null;
  if (kind === 'integer') return BigInt(Math.trunc(cell as number));
  if (kind === 'integers') return (cell as readonly number[]).map(BigInt);
  return cell;
}

/** Three levels for a list, as in Parquet's specification (Nested Types, Lists). */
function buildSchema({ name, kind }: Column): object[] {
  if (kind !== 'integers' && kind !== 'texts')
    return [{ name, repetition_type: 'OPTIONAL', ...ELEMENT[kind] }];
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...ELEMENT[kind] },
  ];
}
