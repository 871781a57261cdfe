/**
 * The store through which zarrita reads the elements of one array: one metadata document, rewritten from what
 * was checked, and the array's chunks, cut out of their shards if it has any. Names and other documents of
 * the file never reach zarrita.
 */
import type { CountedStore } from './counted-store.ts';
import type { ElementType } from './element-type.ts';
import { findArray, findText, findWhole, toPlainJson } from './json.ts';
import type { ArrayDocument, CodecSpec } from './node-document.ts';
import { cutPart, type Sharding } from './shards.ts';
import { ObjectTooLongError, type StoredObject } from './zarr-store.ts';

/** An array with the layout of the chunks to decode: the parts of shards, if it has any. */
export interface DecodedArray {
  /** The node's path in the store. */
  readonly path: string;
  readonly array: ArrayDocument;
  readonly type: ElementType;
  readonly sharding: Sharding | undefined;
}

/**
 * How much longer than its value a chunk may be: lengths, headers of codecs, and the growth of incompressible
 * bytes.
 */
const CHUNK_OVERHEAD_BYTES = 64 * 1024;

/** The shape of the chunks that are decoded. */
export function decodedChunkShape({ array, sharding }: DecodedArray): readonly number[] {
  return sharding?.chunkShape ?? array.chunkShape;
}

/** The codecs of the chunks that are decoded. */
export function decodedCodecs({ array, sharding }: DecodedArray): readonly CodecSpec[] {
  return sharding?.codecs ?? array.codecs;
}

/** zarrita's store of one array. */
export class ChunkStore {
  readonly #store: CountedStore;
  readonly #decoded: DecodedArray;
  readonly #maxBytes: number;
  readonly #objects = new Map<string, Promise<Uint8Array | undefined>>();
  /**
   * The chunks that were never written, by their indexes joined with commas: their elements are the fill
   * value.
   */
  readonly missing = new Set<string>();
  /** The first error of the underlying store; zarrita may wrap it. */
  error: unknown;

  /** Objects that are far longer than `valueBytes` are not fetched: a header does not need them. */
  constructor(store: CountedStore, decoded: DecodedArray, valueBytes: number) {
    this.#store = store;
    this.#decoded = decoded;
    const { array, type } = decoded;
    const chunkBytes = array.chunkShape.reduce((product, length) => product * length, type.size);
    const most = type.size === 0 ? valueBytes : Math.min(valueBytes, chunkBytes);
    this.#maxBytes = most * 2 + CHUNK_OVERHEAD_BYTES + (decoded.sharding?.index.byteLength ?? 0);
  }

  /** Implements zarrita's store interface. */
  async get(key: string): Promise<Uint8Array | undefined> {
    if (key === '/zarr.json') {
      return new TextEncoder().encode(JSON.stringify(zarritaDocument(this.#decoded)));
    }
    const bytes = await this.#findChunk(this.#parseIndexes(key));
    if (bytes === undefined) this.missing.add(this.#parseIndexes(key).join());
    return bytes;
  }

  /** The indexes of a chunk in the grid: zarrita's key without the axis of bytes. */
  #parseIndexes(key: string): number[] {
    const locations = key.split('/').slice(2).map(Number);
    return locations.slice(0, this.#decoded.array.shape.length);
  }

  async #findChunk(locations: readonly number[]): Promise<Uint8Array | undefined> {
    const { sharding, array } = this.#decoded;
    if (sharding === undefined) return await this.#read(chunkKey(array, locations));
    const parts = sharding.partsByAxis;
    const shard = await this.#read(
      chunkKey(
        array,
        locations.map((location, axis) => Math.floor(location / parts[axis]!)),
      ),
    );
    return shard === undefined
      ? undefined
      : cutPart(
          shard,
          sharding,
          locations.map((location, axis) => location % parts[axis]!),
        );
  }

  /** Small arrays have small shards: the whole object is read at once, and only once. */
  #read(key: string): Promise<Uint8Array | undefined> {
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const reading = this.#fetch(`${this.#decoded.path}/${key}`);
    this.#objects.set(key, reading);
    return reading;
  }

  async #fetch(path: string): Promise<Uint8Array | undefined> {
    let object: StoredObject | undefined;
    try {
      object = await this.#store.readObject(path, this.#maxBytes);
    } catch (error) {
      this.error ??= error;
      throw error;
    }
    return object?.bytes;
  }
}

/** Whether the error is that an object is longer than any that a header's value needs. */
export function isTooLong(error: unknown): error is ObjectTooLongError {
  return error instanceof ObjectTooLongError;
}

/** The key of the object of the chunk at these indexes of the grid. */
function chunkKey({ chunkKeys: { name, separator } }: ArrayDocument, locations: readonly number[]): string {
  if (name === 'default') return ['c', ...locations].join(separator);
  return locations.length === 0 ? '0' : locations.join(separator);
}

/**
 * The metadata that zarrita reads, in v3's form. An array that is decoded as bytes has one more axis: the
 * bytes of an element.
 */
function zarritaDocument(decoded: DecodedArray): unknown {
  const { array, type } = decoded;
  const isBytes = type.decoding === 'bytes';
  const isBigEndian = 'order' in type.dtype && type.dtype.order === '>';
  const codecs = decodedCodecs(decoded).map(({ name, configuration }) => ({
    name,
    configuration:
      name === 'transpose'
        ? { order: axisOrder(configuration, array.shape.length, isBytes) }
        : toPlainJson(array.format === 3 ? reorder(configuration, isBigEndian) : configuration),
  }));
  // v2 has the byte order in the dtype, v3 in a codec; zarrita sorts codecs by kind.
  if (array.format === 2 && type.decoding !== 'objects') {
    codecs.push({ name: 'bytes', configuration: { endian: isBigEndian && !isBytes ? 'big' : 'little' } });
  }
  const axis = isBytes ? [type.size] : [];
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: [...array.shape, ...axis],
    data_type: zarritaType(type),
    chunk_grid: {
      name: 'regular',
      configuration: { chunk_shape: [...decodedChunkShape(decoded), ...axis] },
    },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    codecs,
    // Never used: elements that were never written get the array's own fill value afterwards.
    fill_value: type.decoding === 'objects' ? '' : isBoolean(type) ? false : 0,
    attributes: {},
  };
}

/** Where a filter's configuration names a type. */
const FILTER_TYPES = ['dtype', 'astype', 'encode_dtype', 'decode_dtype'];

/** v3's filters of numbers come before the order of bytes is chosen, so that the codec's order is that of their bytes too. */
function reorder(
  configuration: CodecSpec['configuration'],
  isBigEndian: boolean,
): CodecSpec['configuration'] {
  const changed = FILTER_TYPES.flatMap((key) => {
    const type = findText(configuration.get(key));
    const [, code] = /^[<>=|]([iuf]\d)$/.exec(type ?? '') ?? [];
    return code === undefined ? [] : [[key, `${isBigEndian ? '>' : '<'}${code}`] as const];
  });
  return changed.length === 0 ? configuration : new Map([...configuration, ...changed]);
}

/** The order of axes in a transposition; the axis of bytes stays last. */
function axisOrder(configuration: CodecSpec['configuration'], rank: number, isBytes: boolean): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const order = configuration.get('order');
  const named = findArray(order)?.map((axis) => findWhole(axis) ?? -1);
  const isReversed = findText(order) === 'F';
  return [...(named ?? (isReversed ? axes.reverse() : axes)), ...(isBytes ? [rank] : [])];
}

function isBoolean({ decoding }: ElementType): boolean {
  return typeof decoding === 'object' && decoding.native === 'bool';
}

function zarritaType({ decoding }: ElementType): string {
  if (decoding === 'bytes') return 'uint8';
  return typeof decoding === 'object' ? decoding.native : 'v2:object';
}
