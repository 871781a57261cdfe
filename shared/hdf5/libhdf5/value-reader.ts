/**
 * In the libhdf5 thread: reads the elements of one attribute or dataset from the library's memory.
 */

import { decodeElements, holdsVariable } from '../../header/decode-element.ts';
import type { Storage, Unread, Values } from '../../header/nwb-header.ts';
import type { TypePair } from './datatypes.ts';
import type { Hdf5Module, Library } from './library.ts';
import { ReadingStoppedError } from './library.ts';
import { MemoryForm, type MemoryFormOptions, ValueTooLargeError } from './memory-form.ts';
import { NoBytesError, type PageDevice } from './page-device.ts';

/** Values, or why there are none. */
export type ReadableValue = { readonly values: Values } | { readonly unread: Unread };

/** The calls that read one value, and its storage if it is a dataset's. */
export interface ValueCalls {
  readonly storage?: Storage;
  /** Writes the elements to memory at `pointer`; negative if that failed. */
  fill(module: Hdf5Module, pointer: bigint): number;
  /** Frees the strings and sequences that the elements at `pointer` refer to. */
  reclaim(module: Hdf5Module, pointer: bigint): number;
}

/** The inputs that a reader needs from the file. */
export type ValueReaderOptions = Pick<MemoryFormOptions, 'padding' | 'sizes' | 'read'> & {
  /** The most bytes of a value as stored: its elements with their strings and sequences. */
  readonly valueBytes: number;
};

/** Filters that h5wasm's libhdf5 can undo. */
const BUILT_IN = new Set(['gzip', 'shuffle', 'fletcher32', 'nbit', 'scaleoffset']);

/** The most bytes of a chunk, which libhdf5 always reads into memory whole. */
const MOST_CHUNK_BYTES = 64 * 1024 * 1024;

/** Reads values of one file. */
export class ValueReader {
  readonly #library: Library;
  readonly #device: PageDevice;
  readonly #options: ValueReaderOptions;

  constructor(library: Library, device: PageDevice, options: ValueReaderOptions) {
    this.#library = library;
    this.#device = device;
    this.#options = options;
  }

  /**
   * Reads `count` elements of a type, or says why they were not read: 'too-large' past the limit, 'damaged'
   * if the library cannot read them, 'unsupported' for a type or filter that it does not know.
   * @throws ReadingStoppedError, LibraryCrashedError
   */
  read(type: TypePair, count: number, calls: ValueCalls): ReadableValue {
    if (count === 0) return { values: [] };
    const stored = count * type.fileBytes;
    const { valueBytes } = this.#options;
    if (stored > valueBytes) return tooLarge(`it takes ${stored} bytes`);
    const chunkBytes = (calls.storage?.chunks ?? []).reduce(
      (product, length) => product * length,
      type.fileBytes,
    );
    if (chunkBytes > MOST_CHUNK_BYTES) return tooLarge(`its chunks take ${chunkBytes} bytes`);
    const { module } = this.#library;
    const memoryBytes = count * type.memoryBytes;
    const pointer = module._calloc(memoryBytes, 1);
    const filled = this.#library.call(this.#device, () => calls.fill(module, BigInt(pointer)));
    let value: ReadableValue;
    if (!filled.ok || filled.value < 0) {
      value = { unread: this.#reportFailure(filled.ok ? 'libhdf5 cannot read it' : filled.detail, calls) };
    } else {
      value = this.#decode(type, count, module.HEAPU8.slice(pointer, pointer + memoryBytes));
      if (holdsVariable(type.memory)) {
        this.#library.call(this.#device, () => calls.reclaim(module, BigInt(pointer)));
      }
    }
    module._free(pointer);
    return value;
  }

  #reportFailure(detail: string, { storage }: ValueCalls): Unread {
    const unknown = storage?.filters.find((filter) => !BUILT_IN.has(filter));
    if (unknown !== undefined) return { reason: 'unsupported', detail: `filter ${unknown} is not built in` };
    return { reason: isLimit(detail) ? 'unsupported' : 'damaged', detail };
  }

  #decode(type: TypePair, count: number, bytes: Uint8Array): ReadableValue {
    const { padding, sizes, read, valueBytes } = this.#options;
    const form = new MemoryForm({
      heap: () => this.#library.module.HEAPU8,
      padding,
      sizes,
      read,
      payloadBytes: valueBytes - count * type.fileBytes,
    });
    try {
      return { values: decodeElements(bytes, count, type.memory, form) };
    } catch (error) {
      if (error instanceof NoBytesError) throw new ReadingStoppedError();
      if (error instanceof ValueTooLargeError) return tooLarge(error.message);
      return { unread: { reason: 'unsupported', detail: (error as Error).message } };
    }
  }
}

/** What libhdf5 says of sound files that it has no code for; the last, of unwritten chunks of texts with a fill value. */
const LIMITS = ['normalization method not implemented yet', 'no write intent on file'];

function isLimit(detail: string): boolean {
  return LIMITS.some((limit) => detail.includes(limit));
}

function tooLarge(detail: string): ReadableValue {
  return { unread: { reason: 'too-large', detail } };
}
