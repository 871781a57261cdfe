/**
 * Below the references: a dataset as a Zarr version 2 array: its type as named by numpy, its filters as
 * named by numcodecs, and the ranges of the file that are its chunks. Pure.
 */
import type { Dtype } from '../dtype.ts';
import type { DatasetLocation, LocatedFilter } from '../hdf5/format/dataset-location.ts';

/** Bytes that a chunk of a contiguous dataset has at most, where its rows allow it: the same bound as LINDI's. */
const CONTIGUOUS_CHUNK_BYTES = 20_000_000;

/** numpy's name of a type whose elements any Zarr reader reads unchanged; undefined for any other. */
export function findNumpyName(dtype: Dtype): string | undefined {
  switch (dtype.class) {
    case 'integer':
      if (dtype.bits !== undefined || ![1, 2, 4, 8].includes(dtype.size)) return undefined;
      return `${dtype.size === 1 ? '|' : dtype.order}${dtype.signed ? 'i' : 'u'}${dtype.size}`;
    case 'float':
      if (dtype.layout !== undefined || ![2, 4, 8].includes(dtype.size)) return undefined;
      return `${dtype.order}f${dtype.size}`;
    case 'string':
      return dtype.size === 'variable' ? undefined : `|S${dtype.size}`;
    case 'enum':
      return isBoolean(dtype) ? '|b1' : findNumpyName(dtype.base);
    default:
      return undefined;
  }
}

/** Whether the type is the enumeration by which h5py stores booleans. */
export function isBoolean(dtype: Dtype): boolean {
  if (dtype.class !== 'enum' || dtype.base.class !== 'integer' || dtype.base.size !== 1) return false;
  return dtype.members.map(({ name }) => name).join() === 'FALSE,TRUE';
}

/** Bytes of an element of a type with a numpy name. */
export function countElementBytes(dtype: Dtype): number {
  if (dtype.class === 'enum') return countElementBytes(dtype.base);
  return 'size' in dtype && typeof dtype.size === 'number' ? dtype.size : 0;
}

type Codec = Readonly<Record<string, string | number>>;

/** A filter's codec, by HDF5's registered number. */
const CODECS: Readonly<Record<number, (parameters: readonly number[]) => Codec | undefined>> = {
  1: ([level = 4]) => ({ id: 'zlib', level }),
  2: ([elementsize = 1]) => ({ id: 'shuffle', elementsize }),
  3: () => ({ id: 'fletcher32' }),
  32001: ([, , , blocksize = 0, clevel = 5, shuffle = 1, compressor = 0]) => {
    const cname = ['blosclz', 'lz4', 'lz4hc', 'snappy', 'zlib', 'zstd'][compressor];
    return cname === undefined ? undefined : { id: 'blosc', blocksize, clevel, shuffle, cname };
  },
  32015: ([level = 3]) => ({ id: 'zstd', level }),
};

/** The codecs of a pipeline, in the order of writing; undefined if one of the filters has none. */
export function findCodecs(filters: readonly LocatedFilter[]): readonly Codec[] | undefined {
  const codecs = filters.map(({ id, parameters }) => CODECS[id]?.(parameters));
  return codecs.every((codec) => codec !== undefined) ? codecs : undefined;
}

/** How a dataset's elements are split into chunks, and the chunks' locations. */
export interface ZarrChunks {
  readonly shape: readonly number[];
  readonly pieces: readonly {
    readonly key: string;
    readonly at: readonly [offset: number, bytes: number] | Uint8Array;
  }[];
}

/** The chunks of an array of `shape`, which is not a scalar's; `stored` are the chunks of a chunked dataset. */
export function cutChunks(
  location: Exclude<DatasetLocation, { kind: 'unlisted' }>,
  shape: readonly number[],
  stored: readonly number[],
  elementBytes: number,
  fileBytes: number,
): ZarrChunks {
  const whole = shape.map((length) => Math.max(1, length));
  const first = whole.map(() => '0').join('.');
  switch (location.kind) {
    case 'empty':
      return { shape: stored.length > 0 ? stored : whole, pieces: [] };
    case 'inline':
      return { shape: whole, pieces: [{ key: first, at: location.bytes }] };
    case 'chunked':
      return {
        shape: stored,
        pieces: location.chunks.map(({ index, offset, bytes }) => ({
          key: index.join('.'),
          at: [offset, bytes],
        })),
      };
    case 'contiguous': {
      const rowBytes = whole.slice(1).reduce((product, length) => product * length, elementBytes);
      const rows = countRows(whole[0]!, rowBytes, fileBytes - location.offset);
      const pieces = Array.from({ length: Math.ceil(whole[0]! / rows) }, (_, at) => ({
        key: [at, ...whole.slice(1).map(() => 0)].join('.'),
        at: [location.offset + at * rows * rowBytes, rows * rowBytes] as const,
      }));
      return { shape: [rows, ...whole.slice(1)], pieces };
    }
  }
}

/**
 * Rows per chunk: as many as the bound allows. Zarr readers assume the last chunk to be as long as the others, so that
 * it may reach past the dataset, but not past the file.
 */
function countRows(rows: number, rowBytes: number, left: number): number {
  const most = Math.max(1, Math.floor(CONTIGUOUS_CHUNK_BYTES / rowBytes));
  for (let each = Math.min(rows, most); each > 0; each -= 1) {
    if (Math.ceil(rows / each) * each * rowBytes <= left) return each;
  }
  return rows;
}
