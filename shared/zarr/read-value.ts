/**
 * The last step of reading a header from Zarr: the elements of one small array, by zarrita out of its chunks.
 * zarrita sees a store of one array, whose metadata are written anew from what was checked; names and other
 * documents of the file never reach it.
 */
import { get, open } from 'zarrita';
import type { Element, Values } from '../dtype.ts';
import type { Unread } from '../header/nwb-header.ts';
import { CodecError } from './blosc.ts';
import { isKnownCodec, MOST_CHUNK_BYTES, OBJECT_CODECS, shortCodecName } from './codecs.ts';
import type { CountedStore } from './counted-store.ts';
import type { ElementType } from './element-type.ts';
import { findArray, findObject, findWhole, type PythonValue, toPlainJson } from './json.ts';
import type { ArrayDocument } from './node-document.ts';
import { ObjectTooLongError, type StoredObject } from './zarr-store.ts';

/** An array whose elements are wanted. */
export interface WantedValue {
  /** The node's path in the store. */
  readonly path: string;
  readonly array: ArrayDocument;
  readonly type: ElementType;
  /** The engine's key of the object that a reference leads to, or null. */
  readonly findReference: (value: PythonValue) => number | null;
}

/** Elements in row-major order, or why there are none. */
export type ReadValue = { readonly values: Values } | { readonly unread: Unread };

/** Chunks of one value that are fetched; small arrays have one. */
const MOST_CHUNKS = 64;

/** What a chunk may take more than its value: lengths, headers of codecs, and what random bytes grow by. */
const CHUNK_OVERHEAD_BYTES = 64 * 1024;

/** Shards hold many chunks and are read whole. */
const SHARDING = 'sharding_indexed';

/**
 * The elements of an array. All that keeps them from being read but the store's own faults is a reason, not
 * an error.
 * @throws ReadBudgetExceededError, and what the store throws
 */
export async function readValue(
  store: CountedStore,
  wanted: WantedValue,
  valueBytes: number,
): Promise<ReadValue> {
  const { array, type } = wanted;
  const count = array.shape.reduce((product, length) => product * length, 1);
  if (count === 0) return { values: [] };
  const obstacle = findObstacle(wanted, count, valueBytes);
  if (obstacle !== undefined) return { unread: obstacle };
  const chunks = new ChunkStore(store, wanted, type.size === 0 ? valueBytes : type.size * chunkCount(array));
  try {
    const decoded = await decode(chunks, wanted);
    const values = decoded.map((each) => elementOf(each, wanted));
    return largerThan(valueBytes, values)
      ? { unread: tooLarge(`its strings hold more than ${valueBytes} bytes`) }
      : { values };
  } catch (fault) {
    if (chunks.fault instanceof ObjectTooLongError) {
      return { unread: tooLarge(`a chunk takes ${chunks.fault.byteLength} bytes`) };
    }
    // The store's own fault goes on as it is; all others come from bytes that are not what they should be.
    if (chunks.fault !== undefined) throw chunks.fault;
    const { reason, detail } = innermost(fault);
    return { unread: { reason, detail } };
  }
}

/** What can be told before any request. */
function findObstacle({ array, type }: WantedValue, count: number, valueBytes: number): Unread | undefined {
  const names = array.codecs.flatMap(codecNames);
  if (names.some((name) => shortCodecName(name) === 'pickle')) {
    return unsupported('it holds objects pickled by Python, which are never evaluated');
  }
  if (type.decoding === 'none') return unsupported('its elements hold objects of Python');
  const unknown = names.find((name) => name !== SHARDING && !isKnownCodec(name));
  if (unknown !== undefined) return unsupported(`codec ${shortCodecName(unknown)} is none of those built in`);
  const isObjects = type.decoding === 'objects';
  const hasObjectCodec = names.some((name) => OBJECT_CODECS.has(shortCodecName(name)));
  const hasCodec = array.format === 2 || names.includes('bytes');
  if (isObjects !== hasObjectCodec || (!isObjects && !hasCodec))
    return unsupported('its codecs do not fit its type');
  if (array.codecs.some((codec) => codec.name === 'numcodecs.delta' && !isPlainDelta(codec, array))) {
    return unsupported('its deltas are of another type');
  }
  if (type.decoding === 'bytes' && array.shape.length > 1 && names.includes('transpose')) {
    return unsupported('its elements are transposed');
  }
  if (type.decoding === 'bytes' && names.some((name) => /sharding_indexed|delta|bitround/.test(name))) {
    return unsupported('its codecs do not take elements of its type');
  }
  if (type.decoding === 'bytes' && type.size === 0) return unsupported('its elements have no bytes');
  const bytes = count * Math.max(1, type.size);
  if (bytes > valueBytes) return tooLarge(`it takes ${bytes} bytes`);
  const chunkBytes = chunkCount(array) * Math.max(1, type.size);
  if (chunkBytes > MOST_CHUNK_BYTES) return tooLarge(`its chunks take ${chunkBytes} bytes`);
  const inner = innerChunks(array);
  if (inner === undefined) return unsupported('its shards do not divide into chunks');
  const chunks = array.shape.reduce((product, length, axis) => product * Math.ceil(length / inner[axis]!), 1);
  return chunks > MOST_CHUNKS ? tooLarge(`it lies in ${chunks} chunks`) : undefined;
}

/** The shape of the chunks that zarrita decodes: a shard's own parts, where they divide it. */
function innerChunks({ codecs, chunkShape }: ArrayDocument): readonly number[] | undefined {
  const shard = codecs.find(({ name }) => name === SHARDING);
  if (shard === undefined) return chunkShape;
  const inner = findArray(shard.configuration.get('chunk_shape'))?.map(findWhole);
  if (inner === undefined || inner.length !== chunkShape.length) return undefined;
  const divides = (length: number | undefined, axis: number): boolean =>
    length !== undefined && length > 0 && chunkShape[axis]! % length === 0;
  return inner.every(divides) ? (inner as number[]) : undefined;
}

/** zarrita knows deltas of the array's own type alone. */
function isPlainDelta(
  { configuration }: ArrayDocument['codecs'][number],
  { dataType }: ArrayDocument,
): boolean {
  return ['dtype', 'astype'].every((key) => (configuration.get(key) ?? dataType) === dataType);
}

/** A codec's own name, and of a shard those of the codecs in it. */
function codecNames({ name, configuration }: ArrayDocument['codecs'][number]): string[] {
  if (name !== SHARDING) return [name];
  const inner = ['codecs', 'index_codecs'].flatMap((key) => findArray(configuration.get(key)) ?? []);
  // A shard within a shard is no store's way, and none of zarrita's.
  return [name, ...inner.map((each) => innerName(each))];
}

function innerName(codec: PythonValue): string {
  const name = typeof codec === 'string' ? codec : findObject(codec)?.get('name');
  return typeof name === 'string' && name !== SHARDING ? name : 'without a name';
}

function chunkCount({ chunkShape }: ArrayDocument): number {
  return chunkShape.reduce((product, length) => product * length, 1);
}

/** The elements as zarrita gives them, in row-major order. */
async function decode(chunks: ChunkStore, { array, type }: WantedValue): Promise<unknown[]> {
  const opened = await open.v3(chunks, { kind: 'array' });
  const result: unknown = await get(opened);
  if (type.decoding === 'bytes') {
    // Never transposed: the bytes stand as they are.
    const { data } = result as { data: Uint8Array };
    return Array.from({ length: data.length / type.size }, (_, index) =>
      type.decode(data, index * type.size),
    );
  }
  return array.shape.length === 0 ? [result] : rowMajor(result);
}

/** zarrita's array, which may stand in any order, as a list. */
function rowMajor(result: unknown): unknown[] {
  const { data, shape, stride } = result as {
    data: ArrayLike<unknown> & { get?: (index: number) => unknown };
    shape: readonly number[];
    stride: readonly number[];
  };
  const count = shape.reduce((product, length) => product * length, 1);
  const at = new Array<number>(shape.length).fill(0);
  const list: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    const offset = at.reduce((sum, position, axis) => sum + position * stride[axis]!, 0);
    list.push('get' in data && typeof data.get === 'function' ? data.get(offset) : data[offset]);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      if (at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
  }
  return list;
}

/** @throws TypeError for what is no element of the type: the fill value of an object that was never written, for one */
function elementOf(value: unknown, { type, findReference }: WantedValue): Element {
  if (type.decoding === 'bytes') return value as Element;
  if (type.dtype.class === 'reference') {
    if (typeof value === 'string' || value instanceof Map) return { ref: findReference(value) };
    if (value === null) return { ref: null };
  } else if (type.dtype.class === 'string') {
    if (typeof value === 'string') return value;
  } else if (typeof value === 'boolean') {
    return value ? 1 : 0;
  } else if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  } else if (typeof value === 'number') {
    return value;
  }
  throw new TypeError(
    `it holds a ${value === null ? 'null' : typeof value} in place of a ${type.dtype.class}`,
  );
}

function largerThan(valueBytes: number, values: Values): boolean {
  let bytes = 0;
  for (const value of values) if (typeof value === 'string') bytes += Buffer.byteLength(value);
  return bytes > valueBytes;
}

/** The store that zarrita sees: `/zarr.json`, and the chunks of the one array. */
class ChunkStore {
  readonly #store: CountedStore;
  readonly #wanted: WantedValue;
  readonly #maxBytes: number;
  readonly #objects = new Map<string, Promise<Uint8Array | undefined>>();
  /** The first fault of the store beneath; zarrita may wrap it. */
  fault: unknown;

  constructor(store: CountedStore, wanted: WantedValue, valueBytes: number) {
    this.#store = store;
    this.#wanted = wanted;
    this.#maxBytes = valueBytes * 2 + CHUNK_OVERHEAD_BYTES;
  }

  /** As zarrita's stores have it. */
  async get(key: string): Promise<Uint8Array | undefined> {
    if (key === '/zarr.json') {
      return new TextEncoder().encode(JSON.stringify(zarritaDocument(this.#wanted)));
    }
    return await this.#read(key);
  }

  /** Shards are small where their arrays are: the whole object comes at once, and its parts are cut from it. */
  async getRange(
    key: string,
    range: { offset: number; length: number } | { suffixLength: number },
  ): Promise<Uint8Array | undefined> {
    const bytes = await this.#read(key);
    if (bytes === undefined) return undefined;
    const [start, end] =
      'suffixLength' in range
        ? [bytes.length - range.suffixLength, bytes.length]
        : [range.offset, range.offset + range.length];
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw new RangeError('a shard ends before its parts do');
    }
    return bytes.slice(start, end);
  }

  #read(key: string): Promise<Uint8Array | undefined> {
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const reading = this.#fetch(`${this.#wanted.path}/${chunkKey(key, this.#wanted)}`);
    this.#objects.set(key, reading);
    return reading;
  }

  async #fetch(path: string): Promise<Uint8Array | undefined> {
    let object: StoredObject | undefined;
    try {
      object = await this.#store.readObject(path, this.#maxBytes);
    } catch (fault) {
      this.fault ??= fault;
      throw fault;
    }
    // The fill value stands for a chunk that was never written.
    if (object === undefined && !isKnownFill(this.#wanted)) {
      throw new TypeError('a chunk is missing, and its fill value is of a form that is not read');
    }
    return object?.bytes;
  }
}

/** The key of a chunk in the store: zarrita's own, without the coordinate of the axis of bytes. */
function chunkKey(key: string, { array, type }: WantedValue): string {
  const own = key.slice(1);
  const { separator, name } = array.chunkKeys;
  if (type.decoding !== 'bytes') return own;
  if (name === 'v2' && array.shape.length === 0) return own;
  return own.slice(0, own.lastIndexOf(separator));
}

/** The metadata that zarrita reads, in v3's form. An array of bytes has one axis more: the bytes of an element. */
function zarritaDocument({ array, type }: WantedValue): unknown {
  const isBytes = type.decoding === 'bytes';
  const isBigEndian = 'order' in type.dtype && type.dtype.order === '>';
  const codecs = array.codecs
    .filter(({ name }) => !(isBytes && name === 'transpose'))
    .map(({ name, configuration }) => ({ name, configuration: toPlainJson(configuration) }));
  // v2 names the order of bytes in the dtype, v3 in a codec; zarrita sorts codecs by kind.
  if (array.format === 2 && type.decoding !== 'objects') {
    codecs.push({ name: 'bytes', configuration: { endian: isBigEndian && !isBytes ? 'big' : 'little' } });
  }
  const axis = isBytes ? [type.size] : [];
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: [...array.shape, ...axis],
    data_type: zarritaType(type),
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [...array.chunkShape, ...axis] } },
    chunk_key_encoding: {
      name: array.chunkKeys.name,
      configuration: { separator: array.chunkKeys.separator },
    },
    codecs,
    fill_value: isBytes ? 0 : zarritaFill(array, type),
    attributes: {},
  };
}

function zarritaType({ decoding }: ElementType): string {
  if (decoding === 'bytes') return 'uint8';
  return typeof decoding === 'object' ? decoding.native : 'v2:object';
}

/** What zarrita fills chunks with; without a value any would do, and writers of HDF5 leave zeros. */
function zarritaFill({ fillValue }: ArrayDocument, { decoding }: ElementType): unknown {
  return fillValue === null && decoding !== 'objects' ? 0 : toPlainJson(fillValue);
}

const FLOAT_WORDS: readonly PythonValue[] = ['NaN', 'Infinity', '-Infinity'];

/**
 * Whether zarrita gets an array's fill value right: of elements that are decoded from bytes none but zero,
 * which is what every writer of NWB leaves; of numbers none that v3 writes as the digits of their bytes.
 */
function isKnownFill({ array, type }: WantedValue): boolean {
  if (type.decoding === 'bytes') return isZero(array.fillValue);
  if (type.decoding === 'objects' || typeof array.fillValue !== 'string') return true;
  return type.dtype.class === 'float' && FLOAT_WORDS.includes(array.fillValue);
}

/** Whether a fill value has no bit set, in any of the forms that the two versions write. */
function isZero(fill: PythonValue): boolean {
  if (fill === null || fill === '' || fill === false) return true;
  if (fill instanceof Map) return [...fill.values()].every(isZero);
  // Bytes in base64, as v2 has them.
  if (typeof fill === 'string') return /^A+={0,2}$/.test(fill);
  return Array.isArray(fill) ? fill.every(isZero) : Number(toPlainJson(fill)) === 0;
}

function tooLarge(detail: string): Unread {
  return { reason: 'too-large', detail };
}

function unsupported(detail: string): Unread {
  return { reason: 'unsupported', detail };
}

/** What a codec or zarrita found; zarrita wraps what codecs throw. */
function innermost(fault: unknown): Unread {
  let at = fault;
  for (let depth = 0; depth < 8 && !(at instanceof CodecError); depth += 1) {
    if (!(at instanceof Error) || at.cause === undefined) break;
    at = at.cause;
  }
  const detail = at instanceof Error ? at.message : String(at);
  return { reason: at instanceof CodecError ? at.reason : 'damaged', detail };
}
