/**
 * The names of HDF5 filters, for both engines: a pipeline reliably has only their registered numbers.
 */

/**
 * Names by registered number: the library's own, then those that NWB files are written with (The HDF Group,
 * Registered Filter Plugins).
 */
const names: Readonly<Record<number, string>> = {
  1: 'gzip',
  2: 'shuffle',
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  307: 'bzip2',
  32000: 'lzf',
  32001: 'blosc',
  32002: 'mafisc',
  32003: 'snappy',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32014: 'fpzip',
  32015: 'zstd',
  32017: 'sz',
  32018: 'fcidecomp',
  32024: 'sz3',
  32026: 'blosc2',
};

/** A filter's name, or `filter-ID` where the number is not a common one. */
export function filterName(id: number): string {
  return names[id] ?? `filter-${id}`;
}
