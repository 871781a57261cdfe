/**
 * The shape of an attribute or dataset: the Dataspace message, versions 1 and 2 (HDF5 File Format
 * Specification 3.0, IV.A.2.b).
 */
import type { EncodedPart } from './attribute-message.ts';
import type { ByteReader } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/** The most dimensions that libhdf5 allows (H5S_MAX_RANK). */
const HIGHEST_RANK = 32;

/** A shape, its limits and the number of its elements. */
export interface Dataspace {
  /** Dimensions, slowest first; [] for a scalar, null for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** Null in it means no limit; absent where the file does not give it or it equals the shape. */
  readonly maxShape?: readonly (number | null)[];
  /** Number of elements; infinite where the product exceeds the range of a double. */
  readonly count: number;
}

/** One element, without dimensions. */
export const SCALAR: Dataspace = { shape: [], count: 1 };
const NULL: Dataspace = { shape: null, count: 0 };

/**
 * Whether a message of either version describes a scalar. Most attributes are scalars: this spares tens of
 * thousands of readers.
 */
export function isScalar({ bytes, start, end }: Pick<EncodedPart, 'bytes' | 'start' | 'end'>): boolean {
  const version = bytes[start];
  if (version === 1) return end - start >= 8 && bytes[start + 1] === 0 && (bytes[start + 2]! & 0x02) === 0;
  const isSimple = version === 2 && end - start >= 4 && bytes[start + 3] === 0;
  return isSimple && bytes[start + 1] === 0 && (bytes[start + 2]! & 0x02) === 0;
}

/** The dataspace at `reader`. @throws WalkerAbortedError */
export function decodeDataspace(reader: ByteReader): Dataspace {
  const version = reader.version('a dataspace', 1, 2);
  const rank = reader.u8();
  if (rank > HIGHEST_RANK) abort(`a dataspace of ${rank} dimensions`);
  const flags = reader.u8();
  if ((flags & 0x02) !== 0) abort('a dataspace with a permutation');
  if (version === 1) reader.skip(5);
  else {
    const type = reader.u8();
    if (type > 2) abort(`a dataspace of type ${type}`);
    if (type === 2) return NULL;
    if ((type === 0) !== (rank === 0)) abort('a dataspace whose type and rank disagree');
  }
  if (rank === 0) return SCALAR;
  const shape: number[] = [];
  for (let index = 0; index < rank; index += 1) shape.push(reader.length());
  const count = shape.reduce((product, length) => product * length, 1);
  if ((flags & 0x01) === 0) return { shape, count };
  const maxShape: (number | null)[] = [];
  for (let index = 0; index < rank; index += 1) maxShape.push(reader.lengthOrUnlimited());
  if (maxShape.some((most, index) => most !== null && most < shape[index]!)) {
    abort('a dataspace larger than its maximum');
  }
  if (maxShape.every((most, index) => most === shape[index])) return { shape, count };
  return { shape, maxShape, count };
}
