/**
 * The HDF5 file's representation of elements, for the decoder that both engines share: strings and sequences
 * of variable length and region references as ids of global heap objects (HDF5 File Format Specification 3.0,
 * III.E and the datatype classes 7 and 9 of IV.A.2.d).
 */
import type { StoredForm, StoredSequence } from '../../header/decode-element.ts';
import type { FieldSizes } from './byte-reader.ts';
import { stringPaddings } from './datatype.ts';
import type { Collection } from './global-heap.ts';
import { abort } from './walker-aborted.ts';

/** Kinds and flag of the references of HDF5 1.12 and later (H5R_OBJECT2, H5R_DATASET_REGION2, H5R_ATTR, H5R_IS_EXTERNAL). */
const OBJECT_REFERENCE = 2;
const STANDARD_TARGETS: ReadonlyMap<number, 'region' | 'attribute'> = new Map([
  [3, 'region'],
  [4, 'attribute'],
]);
const EXTERNAL_REFERENCE = 0x01;

const NO_BYTES = new Uint8Array(0);

/** The strings and sequences of a value exceed their limit in bytes. */
export class PayloadTooLargeError extends Error {
  override readonly name = 'PayloadTooLargeError';
}

/** The representation of a file's elements, and the heap objects that decoding has not found so far. */
export interface FileForm extends StoredForm {
  /** Bytes left for the strings and sequences of the value being decoded. */
  payloadBytes: number;
  /**
   * Heap objects that were not read yet, by the address of their collection; a value decoded without them
   * must be discarded.
   */
  readonly lacking: Map<number, number[]>;
}

/**
 * The representation of elements in a file; `collection` returns its heap collections as far as they were
 * read.
 */
export function fileForm(
  sizes: FieldSizes,
  collection: (address: number) => Collection | undefined,
): FileForm {
  const { offsets } = sizes;
  const lacking = new Map<number, number[]>();
  const count = (bytes: number): void => {
    form.payloadBytes -= bytes;
    if (form.payloadBytes < 0) throw new PayloadTooLargeError('a value exceeds its limit');
  };
  let lastAddress = 0;
  let lastCollection: Collection | undefined;
  /** Consecutive ids are nearly always in the same collection. */
  const collectionAt = (address: number): Collection | undefined => {
    if (address !== lastAddress || lastCollection === undefined) {
      lastAddress = address;
      lastCollection = collection(address);
    }
    return lastCollection;
  };
  const addLacking = (address: number, index: number): void => {
    const indexes = lacking.get(address);
    if (indexes === undefined) lacking.set(address, [index]);
    else indexes.push(index);
  };
  /** The heap object whose id is at `at`; undefined for a null id and if it was not read yet. */
  const heapObject = (bytes: Uint8Array, at: number): Uint8Array | undefined => {
    const address = readUnsigned(bytes, at, offsets);
    if (address === 0) return undefined;
    const index = readUnsigned(bytes, at + offsets, 4);
    const object = collectionAt(address)?.get(index);
    if (object !== undefined) return object;
    addLacking(address, index);
    return undefined;
  };
  const form: FileForm = {
    payloadBytes: 0,
    lacking,
    padding: stringPaddings,
    variableStringBytes: 8 + offsets,
    sequenceBytes: 8 + offsets,
    referenceBytes: (target) => (target === 'object' ? offsets : offsets + 4),
    variableText(bytes, at) {
      const length = readUnsigned(bytes, at, 4);
      count(length);
      const address = length === 0 ? 0 : readUnsigned(bytes, at + 4, offsets);
      if (address === 0) return '';
      const index = readUnsigned(bytes, at + 4 + offsets, 4);
      const found = collectionAt(address);
      const existing = found?.findLength(index);
      if (found === undefined || existing === undefined) {
        addLacking(address, index);
        return '';
      }
      if (existing < length) abort('a string longer than its heap object');
      return found.readText(index, length);
    },
    sequence(bytes, at, elementBytes): StoredSequence {
      const elements = readUnsigned(bytes, at, 4);
      count(elements * elementBytes);
      const object = elements === 0 ? undefined : heapObject(bytes, at + 4);
      if (object === undefined) return { count: 0, bytes: NO_BYTES, at: 0 };
      if (object.length < elements * elementBytes) abort('a sequence longer than its heap object');
      return { count: elements, bytes: object, at: 0 };
    },
    reference(bytes, at, target) {
      if (target === 'object') return referredAddress(bytes, at, offsets);
      const object = heapObject(bytes, at);
      if (object === undefined) return null;
      if (object.length < offsets) abort('a region reference without a dataset');
      return referredAddress(object, 0, offsets);
    },
    standardReference(bytes, at) {
      const kind = bytes[at]!;
      if (kind === 0) return { ref: null };
      const target = STANDARD_TARGETS.get(kind);
      const kept = target === undefined ? {} : { target };
      // Another file's object has no key here.
      if ((bytes[at + 1]! & EXTERNAL_REFERENCE) !== 0) return { ref: null, isDangling: true, ...kept };
      // The reference contains the object's token, after the token's length; other kinds have theirs in a
      // heap.
      if (kind === OBJECT_REFERENCE) return { ref: token(bytes, at + 2) };
      if (target === undefined) abort(`a reference of kind ${kind}`, 'unsupported');
      const object = heapObject(bytes, at + 6);
      return { ref: object === undefined ? null : token(object, 0), target };
    },
  };
  const token = (bytes: Uint8Array, at: number): number | null => {
    const width = bytes[at]!;
    if (width === 0) return null;
    if (width > 8 || at + 1 + width > bytes.length) abort('a reference of unknown form');
    return referredAddress(bytes, at + 1, width);
  };
  return form;
}

/** Null if the address is 0 or undefined; the latter exceeds every file. */
function referredAddress(bytes: Uint8Array, at: number, width: number): number | null {
  const address = readUnsigned(bytes, at, width);
  return address === 0 || address > Number.MAX_SAFE_INTEGER ? null : address;
}

function readUnsigned(bytes: Uint8Array, at: number, width: number): number {
  if (width === 4) return readWord(bytes, at);
  if (width === 8) return readWord(bytes, at) + readWord(bytes, at + 4) * 4_294_967_296;
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + bytes[at + index]!;
  return value;
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
