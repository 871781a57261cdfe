/**
 * Where strings and sequences of variable length are: global heap collections (HDF5 File Format
 * Specification 3.0, III.E).
 */
import { ByteReader, type FieldSizes, padded8 } from './byte-reader.ts';
import { abort } from './gave-up.ts';

/** The length that libhdf5 gives a collection at least, and so the one to ask for before it is known. */
export const USUAL_COLLECTION_BYTES = 4096;

/** Bytes of a collection's head. */
export function collectionHeadBytes(sizes: FieldSizes): number {
  return 8 + sizes.lengths;
}

/** The length of the collection whose head opens `bytes`, the head included. @throws WalkerGaveUp */
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
 * The objects of a collection, as far as it was read. They are one after the other in the order of their
 * making, so the first part of a collection serves for those it holds: the strings of attributes often
 * share a collection of 64 KiB with whole columns of a table.
 */
export class Collection {
  readonly #sizes: FieldSizes;
  readonly #objects = new Map<number, Uint8Array>();
  #at: number;
  #isComplete = false;

  constructor(sizes: FieldSizes) {
    this.#sizes = sizes;
    this.#at = padded8(collectionHeadBytes(sizes));
  }

  /** The object with this index; undefined where it is in a part that was not read. @throws WalkerGaveUp where there is none */
  get(index: number): Uint8Array | undefined {
    const object = this.#objects.get(index);
    if (object === undefined && this.#isComplete) abort('a heap object that is not in its collection');
    return object;
  }

  /** Whether `get` would find the object, or give the file up. */
  knows(index: number): boolean {
    return this.#isComplete || this.#objects.has(index);
  }

  /** Takes the collection's first bytes, all of it where there are `length`; the objects are views of them. @throws WalkerGaveUp */
  take(bytes: Uint8Array, length: number): void {
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
      this.#objects.set(index, bytes.subarray(start, start + objectBytes));
      this.#at = next;
      reader.at = Math.min(next, bytes.length);
    }
    this.#isComplete = bytes.length >= length;
  }

  /** How many of the first bytes probably hold the object with this index, going by those read so far. */
  bytesUpTo(index: number): number {
    const count = this.#objects.size;
    const each = count === 0 ? UNSEEN_OBJECT_BYTES : this.#at / count;
    return this.#at + Math.max(1, index - count) * each * MARGIN + USUAL_COLLECTION_BYTES / 2;
  }
}

/** What an object with its head takes, before any was seen: a word or two of text. */
const UNSEEN_OBJECT_BYTES = 40;
/** The guess is to hold more often than not: a miss costs a round. */
const MARGIN = 1.25;
