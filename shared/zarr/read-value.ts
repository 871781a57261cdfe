/**
 * The last step of reading a header from Zarr: reads the elements of one small array with zarrita. zarrita's
 * store has a single array, whose metadata are rewritten from what was checked; names and other documents of
 * the file never reach it.
 */
import { get, open } from 'zarrita';
import type { Element, Values } from '../dtype.ts';
import type { Unread } from '../header/nwb-header.ts';
import { ChunkStore, type DecodedArray, decodedChunkShape, decodedCodecs, isTooLong } from './chunk-store.ts';
import { CodecError } from './codec-error.ts';
import { isKnownCodec, MOST_CHUNK_BYTES, OBJECT_CODECS, shortCodecName } from './codecs.ts';
import type { CountedStore } from './counted-store.ts';
import type { ElementType } from './element-type.ts';
import { findFillElement } from './fill-element.ts';
import type { PythonValue } from './json.ts';
import type { ArrayDocument } from './node-document.ts';
import { findSharding } from './shards.ts';

/** An array whose elements are to be read. */
export interface WantedValue {
  /** The node's path in the store. */
  readonly path: string;
  readonly array: ArrayDocument;
  readonly type: ElementType;
  /** Returns the engine's key of the object that a reference refers to, or null. */
  readonly findReference: (value: PythonValue) => number | null;
}

/** Elements in row-major order, or why there are none. */
export type ReadValue = { readonly values: Values } | { readonly unread: Unread };

/** The most chunks of one value that are fetched; small arrays have one. */
const MOST_CHUNKS = 64;

/**
 * Reads the elements of an array. Whatever prevents that, except the store's own errors, is returned as a
 * reason, not thrown.
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
  const sharding = findSharding(array);
  if (typeof sharding === 'string') return { unread: buildUnsupported(sharding) };
  const decoded: DecodedArray = { path: wanted.path, array, type, sharding };
  const obstacle = findObstacle(decoded, count, valueBytes);
  if (obstacle !== undefined) return { unread: obstacle };
  const chunks = new ChunkStore(store, decoded, valueBytes);
  try {
    const elements = await decode(chunks, decoded);
    const fill = chunks.missing.size === 0 ? null : findFillElement(type, array.fillValue);
    if (fill === undefined) {
      return {
        unread: buildUnsupported('a chunk was never written, and its fill value has an unknown form'),
      };
    }
    const isMissing = buildMissing(chunks.missing, decoded);
    const values = elements.map((each, index) => (isMissing(index) ? fill! : buildElement(each, wanted)));
    return isLarger(valueBytes, values)
      ? { unread: tooLarge(`its strings take more than ${valueBytes} bytes`) }
      : { values };
  } catch (error) {
    if (isTooLong(chunks.error)) {
      return { unread: tooLarge(`a chunk takes ${chunks.error.byteLength} bytes`) };
    }
    // The store's own error is rethrown; all others are caused by invalid bytes.
    if (chunks.error !== undefined) throw chunks.error;
    const { reason, detail } = innermost(error);
    return { unread: { reason, detail } };
  }
}

/** A reason that is known before any request. */
function findObstacle(decoded: DecodedArray, count: number, valueBytes: number): Unread | undefined {
  const { array, type } = decoded;
  const names = decodedCodecs(decoded).map(({ name }) => name);
  if (names.some((name) => shortCodecName(name) === 'pickle')) {
    return buildUnsupported('it contains objects pickled by Python, which are never evaluated');
  }
  if (type.decoding === 'none') return buildUnsupported('its elements contain Python objects');
  const unknown = names.find((name) => !isKnownCodec(name));
  if (unknown !== undefined) return buildUnsupported(`codec ${shortCodecName(unknown)} is not built in`);
  const isObjects = type.decoding === 'objects';
  const hasObjectCodec = names.some((name) => OBJECT_CODECS.has(shortCodecName(name)));
  const hasCodec = array.format === 2 || names.includes('bytes');
  if (isObjects !== hasObjectCodec || (!isObjects && !hasCodec))
    return buildUnsupported('its codecs do not match its type');
  if (type.decoding === 'bytes' && type.size === 0) return buildUnsupported('its elements have no bytes');
  const bytes = count * Math.max(1, type.size);
  if (bytes > valueBytes) return tooLarge(`it takes ${bytes} bytes`);
  const chunkBytes = chunkCount(array) * Math.max(1, type.size);
  if (chunkBytes > MOST_CHUNK_BYTES) return tooLarge(`its chunks take ${chunkBytes} bytes`);
  const inner = decodedChunkShape(decoded);
  const chunks = array.shape.reduce((product, length, axis) => product * Math.ceil(length / inner[axis]!), 1);
  return chunks > MOST_CHUNKS ? tooLarge(`it is in ${chunks} chunks`) : undefined;
}

/** Returns whether the chunk of an element, by its row-major index, was never written. */
function buildMissing(missing: ReadonlySet<string>, decoded: DecodedArray): (index: number) => boolean {
  if (missing.size === 0) return () => false;
  const { shape } = decoded.array;
  const chunkShape = decodedChunkShape(decoded);
  return (index) => {
    const locations: number[] = [];
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      locations.unshift(Math.floor((rest % shape[axis]!) / chunkShape[axis]!));
      rest = Math.floor(rest / shape[axis]!);
    }
    return missing.has(locations.join());
  };
}

function chunkCount({ chunkShape }: ArrayDocument): number {
  return chunkShape.reduce((product, length) => product * length, 1);
}

/** The elements as zarrita returns them, in row-major order. */
async function decode(chunks: ChunkStore, { array, type }: DecodedArray): Promise<unknown[]> {
  const opened = await open.v3(chunks, { kind: 'array' });
  const result: unknown = await get(opened);
  if (type.decoding === 'bytes') {
    const bytes = Uint8Array.from(rowMajor(result) as number[]);
    return Array.from({ length: bytes.length / type.size }, (_, index) =>
      type.decode(bytes, index * type.size),
    );
  }
  return array.shape.length === 0 ? [result] : rowMajor(result);
}

/** zarrita's array, which may have any axis order, as a row-major list. */
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

/** @throws CodecError if it is not an element of the type, such as null in an array of arbitrary objects */
function buildElement(value: unknown, { type, findReference }: WantedValue): Element {
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
  const found = value === null ? 'null' : typeof value;
  throw new CodecError(`it contains a ${found} instead of a ${type.dtype.class}`, 'unsupported');
}

function isLarger(valueBytes: number, values: Values): boolean {
  let bytes = 0;
  for (const value of values) if (typeof value === 'string') bytes += Buffer.byteLength(value);
  return bytes > valueBytes;
}

function tooLarge(detail: string): Unread {
  return { reason: 'too-large', detail };
}

function buildUnsupported(detail: string): Unread {
  return { reason: 'unsupported', detail };
}

/** The error of a codec or of zarrita, which wraps what codecs throw. */
function innermost(error: unknown): Unread {
  let at = error;
  for (let depth = 0; depth < 8 && !(at instanceof CodecError); depth += 1) {
    if (!(at instanceof Error) || at.cause === undefined) break;
    at = at.cause;
  }
  const detail = at instanceof Error ? at.message : String(at);
  return { reason: at instanceof CodecError ? at.reason : 'damaged', detail };
}
