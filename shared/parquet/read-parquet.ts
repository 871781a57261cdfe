/** Reads tables that `build-parquet.ts` wrote, some columns of them; sole user of hyparquet. */
import { parquetReadObjects } from 'hyparquet';

/** The rows of a file, of each the columns that are named; whole numbers of 64 bits are bigints. @throws Error where the bytes are none of Parquet */
export async function readParquet(
  bytes: Uint8Array,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  const file = {
    byteLength: bytes.length,
    slice: (start: number, end?: number) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
  return await parquetReadObjects({ file, columns: [...columns] });
}
