/**
 * In the libhdf5 thread: the representation of elements in the library's memory, and how to follow their
 * pointers and references.
 */

import {
  decodeText,
  type StoredForm,
  type StoredSequence,
  type StringPadding,
} from '../../header/decode-element.ts';
import type { Dtype } from '../../header/nwb-header.ts';
import { padded8 } from '../format/byte-reader.ts';
import { POINTER_BYTES, SEQUENCE_BYTES } from './datatypes.ts';

/** A value exceeds the limit in bytes, including its strings and sequences. */
export class ValueTooLargeError extends Error {
  override readonly name = 'ValueTooLargeError';
}

/** The inputs of a form. */
export interface MemoryFormOptions {
  /** The library's memory as it is now: it moves when it grows. */
  readonly heap: () => Uint8Array;
  readonly padding: WeakMap<Dtype, StringPadding>;
  /** Widths of the file's addresses and lengths. */
  readonly sizes: { readonly offsets: number; readonly lengths: number };
  /**
   * Bytes of the file by address, for the targets of region references; undefined if the file has none there.
   */
  readonly read: (address: number, length: number) => Uint8Array | undefined;
  /** The most bytes of all strings and sequences together. */
  readonly payloadBytes: number;
}

/** The key of no object: that of a region reference which leads to no heap object, and so dangles. */
const NOWHERE = Number.POSITIVE_INFINITY;

/** The representation of elements in memory, for one value: it counts the bytes of strings and sequences. */
export class MemoryForm implements StoredForm {
  readonly variableStringBytes = POINTER_BYTES;
  readonly sequenceBytes = SEQUENCE_BYTES;
  readonly padding: WeakMap<Dtype, StringPadding>;
  readonly #options: MemoryFormOptions;
  #payload = 0;

  constructor(options: MemoryFormOptions) {
    this.#options = options;
    this.padding = options.padding;
  }

  referenceBytes(target: 'object' | 'region' | 'attribute'): number {
    return target === 'object' ? 8 : 12;
  }

  /** @throws ValueTooLargeError */
  variableText(bytes: Uint8Array, at: number): string {
    const pointer = wordAt(bytes, at);
    if (pointer === 0) return '';
    const heap = this.#options.heap();
    const zero = heap.indexOf(0, pointer);
    const end = zero === -1 ? heap.length : zero;
    this.#count(end - pointer);
    return decodeText(heap, 'null-terminated', pointer, end);
  }

  /** @throws ValueTooLargeError */
  sequence(bytes: Uint8Array, at: number, elementBytes: number): StoredSequence {
    const count = wordAt(bytes, at);
    const pointer = wordAt(bytes, at + POINTER_BYTES);
    this.#count(count * elementBytes);
    return { count: pointer === 0 ? 0 : count, bytes: this.#options.heap(), at: pointer };
  }

  reference(bytes: Uint8Array, at: number, target: 'object' | 'region'): number | null {
    // libhdf5 sets as many of the eight bytes of an address as the file's addresses have, and leaves the rest
    // unset.
    const { offsets } = this.#options.sizes;
    const location = addressAt(bytes, at, Math.min(8, offsets));
    if (target === 'object') return location;
    // A region reference locates a heap object that starts with the dataset's address.
    if (location === null) return null;
    const object = this.#heapObject(location, wordAt(bytes, at + offsets));
    return object === undefined || object.length < offsets ? NOWHERE : addressAt(object, 0, offsets);
  }

  /** An object of a global heap collection (HDF5 File Format Specification 3.0, III.E). */
  #heapObject(collection: number, wanted: number): Uint8Array | undefined {
    const { read, sizes } = this.#options;
    const objectHead = padded8(8 + sizes.lengths);
    const head = read(collection, 8 + sizes.lengths);
    if (head === undefined || String.fromCharCode(...head.subarray(0, 4)) !== 'GCOL') return undefined;
    const end = collection + numberAt(head, 8, sizes.lengths);
    for (let at = collection + padded8(8 + sizes.lengths); at + objectHead <= end; ) {
      const entry = read(at, objectHead);
      const index = entry === undefined ? 0 : entry[0]! | (entry[1]! << 8);
      if (entry === undefined || index === 0) return undefined;
      const length = numberAt(entry, 8, sizes.lengths);
      if (index === wanted)
        return length > this.#options.payloadBytes ? undefined : read(at + objectHead, length);
      at += objectHead + padded8(length);
    }
    return undefined;
  }

  #count(bytes: number): void {
    this.#payload += bytes;
    if (this.#payload <= this.#options.payloadBytes) return;
    throw new ValueTooLargeError(
      `its strings or sequences take more than ${this.#options.payloadBytes} bytes`,
    );
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}

function numberAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + bytes[at + index]!;
  return value;
}

/** An address, null where it is 0 or undefined (all bits set): as in null references. */
function addressAt(bytes: Uint8Array, at: number, width: number): number | null {
  const isUndefined = bytes.subarray(at, at + width).every((byte) => byte === 0xff);
  const address = numberAt(bytes, at, width);
  return isUndefined || address === 0 || !Number.isSafeInteger(address) ? null : address;
}
