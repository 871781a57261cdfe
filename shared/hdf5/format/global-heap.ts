/**
 * Decodes global heap collections, which contain strings and sequences of variable length (HDF5 File Format
 * Specification 3.0, III.E).
 */
import { decodeText } from '../../header/decode-element.ts';
import { ByteReader, type FieldSizes, padded8 } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * The shortest collection that libhdf5 writes, in bytes, and so what to request before the length is known.
 */
export const USUAL_COLLECTION_BYTES = 4096;

/** Bytes of a collection's head. */
export function collectionHeadBytes(sizes: FieldSizes): number {
  return 8 + sizes.lengths;
}

/**
 * The length of the collection whose head is at the start of `bytes`, the head included.
 * @throws WalkerAbortedError
 */
export function decodeCollectionHead(bytes: Uint8Array, sizes: FieldSizes): number {
  const reader = new ByteReader(bytes, sizes);
  reader.signature('GCOL');
  reader.version('a global heap collection', 1);
  reader.skip(3);
  const length = reader.length();
  if (length < collectionHeadBytes(sizes)) abort('a global heap collection shorter than its head');
  return length;
}

/**
 * The objects of a collection, as far as it was read. They are stored in the order in which they were
 * written, so the first part of a collection suffices for the objects in it: the strings of attributes often
 * share a collection of 64 KiB with whole columns of a table.
 */
export class Collection {
  readonly #sizes: FieldSizes;
  /** Start and length of each object, at twice its index: this avoids tens of thousands of views. */
  readonly #places: number[] = [];
  #count = 0;
  #bytes: Uint8Array = NO_BYTES;
  #at: number;
  #isComplete = false;

  constructor(sizes: FieldSizes) {
    this.#sizes = sizes;
    this.#at = padded8(collectionHeadBytes(sizes));
  }

  /**
   * The object with this index; undefined if it is in a part that was not read.
   * @throws WalkerAbortedError if there is none
   */
  get(index: number): Uint8Array | undefined {
    const length = this.findLength(index);
    if (length === undefined) return undefined;
    const start = this.#places[2 * index]!;
    return this.#bytes.subarray(start, start + length);
  }

  /** Length in bytes of the object with this index, as `get`. @throws WalkerAbortedError if there is none */
  findLength(index: number): number | undefined {
    const length = this.#places[2 * index + 1];
    if (length === undefined && this.#isComplete) abort('a heap object that is not in its collection');
    return length;
  }

  /** The text of an object that `findLength` found: up to its terminator, or `length` bytes. */
  readText(index: number, length: number): string {
    const start = this.#places[2 * index]!;
    return decodeText(this.#bytes, 'null-terminated', start, start + length);
  }

  /** Whether `get` would find the object or throw. */
  knows(index: number): boolean {
    return this.#isComplete || this.#places[2 * index + 1] !== undefined;
  }

  /**
   * Takes the first bytes of the collection, which is complete with `length` of them; its objects are views
   * of `bytes`.
   * @throws WalkerAbortedError
   */
  take(bytes: Uint8Array, length: number): void {
    if (bytes.length > this.#bytes.length) this.#bytes = bytes;
    const reader = new ByteReader(bytes, this.#sizes, Math.min(this.#at, bytes.length));
    const headBytes = padded8(8 + this.#sizes.lengths);
    while (reader.left >= headBytes) {
      const index = reader.u16();
      if (index === 0) {
        // The free space, always last.
        this.#isComplete = true;
        return;
      }
      reader.skip(6);
      const objectBytes = reader.length();
      const next = this.#at + headBytes + padded8(objectBytes);
      if (this.#at + headBytes + objectBytes > length) abort('a heap object past its collection');
      if (this.#at + headBytes + objectBytes > bytes.length) break;
      const start = this.#at + headBytes;
      if (this.#places[2 * index] === undefined) this.#count += 1;
      this.#places[2 * index] = start;
      this.#places[2 * index + 1] = objectBytes;
      this.#at = next;
      reader.at = Math.min(next, bytes.length);
    }
    this.#isComplete = bytes.length >= length;
  }

  /**
   * How many of the first bytes probably include the object with this index, estimated from the objects read
   * so far.
   */
  bytesUpTo(index: number): number {
    const count = this.#count;
    const each = count === 0 ? UNSEEN_OBJECT_BYTES : this.#at / count;
    return this.#at + Math.max(1, index - count) * each * MARGIN + USUAL_COLLECTION_BYTES / 2;
  }
}

/** Estimated bytes of an object and its head before any was read: a word or two of text. */
const UNSEEN_OBJECT_BYTES = 40;
/** Factor on the estimate, so that it mostly suffices: a miss costs a round. */
const MARGIN = 1.25;
