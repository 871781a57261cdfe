/** The list of differences from h5py and zarr-python that are not errors, with reasons. */
import type { Difference } from './compare.ts';

/** A kind of difference that is excluded from the comparison. */
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

/** Tried in this order; the first that covers a difference counts. */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    name: 'reference failed',
    reason: 'h5py or zarr-python raised an error on this node or value, so there is nothing to compare with',
    covers: ({ theirs }) => typeof theirs === 'object',
  },
  {
    name: 'not decoded',
    reason: 'this reader reports that it did not decode the value or object, and reads the rest',
    covers: ({ isNotDecoded }) => isNotDecoded,
  },
  {
    name: 'big-endian sequences',
    reason:
      "h5py 3.16 shows numbers of a big-endian sequence of variable length in the machine's own order, and times in one without their unit",
    covers: ({ isRetypedSequence }) => isRetypedSequence,
  },
  {
    name: 'schemas',
    reason: 'the schemas that a file carries under /specifications are not read by design',
    covers: ({ key }) => key === '/specifications' || key.startsWith('/specifications/'),
  },
  {
    name: 'Zarr attributes',
    reason:
      'attributes of Zarr are JSON without types; compared are numbers, texts and lists of them, but no null, objects or references',
    covers: (difference) =>
      isFormat('zarr')(difference) && difference.key.includes('@') && difference.theirs === undefined,
  },
  {
    name: 'Zarr byte order',
    reason:
      "Zarr 3 has the byte order in a codec, so that zarr-python's type has the machine's order; this reader shows the file's",
    covers: (difference) =>
      isFormat('zarr')(difference) &&
      nativeType(difference.ours) === theirText(difference) &&
      difference.ours?.startsWith('dataset ') === true,
  },
  {
    name: 'Zarr bytes of variable length',
    reason: 'this reader shows bytes of variable length in Zarr as the text that NWB keeps in them',
    covers: (difference) =>
      isFormat('zarr')(difference) &&
      difference.key.endsWith('=') &&
      /^\[+b['"]/.test(theirText(difference)) &&
      /^\[+['"]/.test(difference.ours ?? ''),
  },
  {
    name: 'Zarr texts in rows',
    reason: 'this reader shows the texts of a compound as h5py does, as bytes, also where Zarr has Unicode',
    covers: (difference) => isFormat('zarr')(difference) && difference.isTextInRows,
  },
  {
    name: 'Zarr references',
    reason: 'hdmf-zarr keeps references and links as JSON, which zarr-python shows as text or object',
    covers: (difference) =>
      isFormat('zarr')(difference) &&
      /object|reference|'O'/.test(`${difference.ours}${theirText(difference)}`),
  },
];

const NATIVE_KINDS: Readonly<Record<string, string>> = { i: 'int', u: 'uint', f: 'float', c: 'complex' };

/** A line of a dataset whose big-endian type has the name that numpy gives it on a little-endian machine. */
function nativeType(line = ''): string {
  return line
    .replace(
      />([iufc])(\d+)$/,
      (_, kind: string, bytes: string) => `${NATIVE_KINDS[kind]}${8 * Number(bytes)}`,
    )
    .replace(/>([mM])8(\[\w+\])$/, (_, kind: string, unit: string) =>
      kind === 'M' ? `datetime64${unit}` : `timedelta64${unit}`,
    );
}

function theirText({ theirs }: Difference): string {
  return typeof theirs === 'string' ? theirs : '';
}
