/** The one place that says which differences from h5py and zarr-python are no errors, and why. */
import type { Difference } from './compare.ts';

/** A kind of difference that is left out of the comparison. */
export interface Exclusion {
  readonly name: string;
  readonly reason: string;
  /** Whether the difference is of this kind. */
  readonly covers: (difference: Difference) => boolean;
}

const isFormat =
  (format: 'hdf5' | 'zarr') =>
  (difference: Difference): boolean =>
    difference.format === format;

/** Looked through in this order; the first that covers a difference names it. */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    name: 'reference failed',
    reason: 'h5py or zarr-python raised an error on this node or value, so there is nothing to compare with',
    covers: ({ theirs }) => typeof theirs === 'object',
  },
  {
    name: 'not decoded',
    reason: 'this reader says by name that it did not decode the value or object, and keeps the rest',
    covers: ({ isNotDecoded }) => isNotDecoded,
  },
  {
    name: 'big-endian sequences',
    reason: "h5py 3.16 shows numbers of a big-endian sequence of variable length in the machine's own order",
    covers: ({ isBigEndianSequence }) => isBigEndianSequence,
  },
  {
    name: 'schemas',
    reason: 'the schemas that a file carries under /specifications are not read by design',
    covers: ({ key }) => key === '/specifications' || key.startsWith('/specifications/'),
  },
  {
    name: 'Zarr attributes',
    reason:
      'attributes of Zarr are JSON without types; zarr-python shows the JSON, this reader the NWB value',
    covers: (difference) => isFormat('zarr')(difference) && difference.key.includes('@'),
  },
  {
    name: 'Zarr references',
    reason: 'hdmf-zarr keeps references and links as JSON, which zarr-python shows as text or object',
    covers: (difference) =>
      isFormat('zarr')(difference) &&
      /object|reference|'O'/.test(`${difference.ours}${theirText(difference)}`),
  },
];

function theirText({ theirs }: Difference): string {
  return typeof theirs === 'string' ? theirs : '';
}
