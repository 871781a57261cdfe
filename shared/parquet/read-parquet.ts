/** Reads selected columns of tables that `build-parquet.ts` wrote; sole user of hyparquet. */
import { parquetReadObjects } from 'hyparquet';

/**
 * The rows of a file, with the named columns; whole numbers of 64 bits are bigints.
 * @throws Error if the bytes are not Parquet
 */
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
