/**
 * Locates the parts of a shard: Zarr v3's `sharding_indexed`, with its index at either end, of either byte
 * order, with and without a checksum. Pure. The parts are decoded like the chunks of an ordinary array.
 */
import { removeChecksum } from './checksums.ts';
import { CodecError } from './codec-error.ts';
import { findArray, findObject, findText, findWhole, type JsonObject, type PythonValue } from './json.ts';
import type { ArrayDocument, CodecSpec } from './node-document.ts';

/** The codec's name. */
export const SHARDING = 'sharding_indexed';

const ENTRY_BYTES = 16;
const CHECKSUM_BYTES = 4;
/** Offset and length of a part that was never written. */
const ABSENT = 2n ** 64n - 1n;

/** The division of a shard into parts. */
export interface Sharding {
  /** Elements of a part, by dimension. */
  readonly chunkShape: readonly number[];
  /** Parts of a shard, by dimension. */
  readonly partsByAxis: readonly number[];
  /** The codecs of each part. */
  readonly codecs: readonly CodecSpec[];
  readonly index: {
    readonly location: 'start' | 'end';
    readonly isLittleEndian: boolean;
    readonly hasChecksum: boolean;
    /** Bytes, the checksum included. */
    readonly byteLength: number;
  };
}

/** The sharding of an array; undefined if it has none; text if it cannot be read, with the reason. */
export function findSharding({ codecs, chunkShape }: ArrayDocument): Sharding | string | undefined {
  const shard = codecs.find(({ name }) => name === SHARDING);
  if (shard === undefined) return undefined;
  if (codecs.length > 1) return 'its shards are encoded as a whole';
  const { configuration } = shard;
  const inner = findArray(configuration.get('chunk_shape'))?.map(findWhole);
  const divides = (length: number | undefined, axis: number): boolean =>
    length !== undefined && length > 0 && chunkShape[axis]! % length === 0;
  if (inner === undefined || inner.length !== chunkShape.length || !inner.every(divides)) {
    return 'its shards are not divisible into chunks';
  }
  const parts = listCodecs(configuration, 'codecs');
  const index = listCodecs(configuration, 'index_codecs');
  if (parts === undefined || index === undefined) return 'its shards have a codec without a name';
  if (parts.some(({ name }) => name === SHARDING)) return 'its shards contain shards';
  const [order, checksum, ...more] = index;
  const isKnownIndex =
    (order === undefined || order.name === 'bytes') &&
    (checksum === undefined || checksum.name === 'crc32c') &&
    more.length === 0;
  if (!isKnownIndex) return "its shards' index is compressed";
  const location = configuration.get('index_location') ?? 'end';
  if (location !== 'start' && location !== 'end') return "its shards' index is at neither end";
  const partsByAxis = chunkShape.map((length, axis) => length / inner[axis]!);
  const count = partsByAxis.reduce((product, length) => product * length, 1);
  return {
    chunkShape: inner as number[],
    partsByAxis,
    codecs: parts,
    index: {
      location,
      isLittleEndian: order?.configuration.get('endian') !== 'big',
      hasChecksum: checksum !== undefined,
      byteLength: count * ENTRY_BYTES + (checksum === undefined ? 0 : CHECKSUM_BYTES),
    },
  };
}

function listCodecs(configuration: JsonObject, key: string): CodecSpec[] | undefined {
  const codecs: CodecSpec[] = [];
  for (const each of findArray(configuration.get(key)) ?? []) {
    const name = codecName(each);
    if (name === undefined) return undefined;
    codecs.push({ name, configuration: findObject(findObject(each)?.get('configuration')) ?? new Map() });
  }
  return codecs;
}

function codecName(codec: PythonValue): string | undefined {
  return findText(codec) ?? findText(findObject(codec)?.get('name'));
}

/**
 * The bytes of the part at these indexes in its shard; undefined if it was never written.
 * @throws CodecError if the index does not match the shard
 */
export function cutPart(
  shard: Uint8Array,
  { index, partsByAxis }: Sharding,
  locations: readonly number[],
): Uint8Array | undefined {
  if (shard.length < index.byteLength) throw new CodecError('a shard is shorter than its index');
  const from = index.location === 'start' ? 0 : shard.length - index.byteLength;
  const stored = shard.subarray(from, from + index.byteLength);
  const entries = index.hasChecksum ? removeChecksum(stored, 'crc32c', 'end') : stored;
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const at = locations.reduce((sum, location, axis) => sum * partsByAxis[axis]! + location, 0) * ENTRY_BYTES;
  const offset = view.getBigUint64(at, index.isLittleEndian);
  const length = view.getBigUint64(at + 8, index.isLittleEndian);
  if (offset === ABSENT && length === ABSENT) return undefined;
  if (offset + length > BigInt(shard.length)) throw new CodecError('a shard ends before its parts do');
  return shard.slice(Number(offset), Number(offset + length));
}
