/**
 * The codecs with which zarrita decodes chunks: those that decompress or use lengths from the bytes are our
 * own, bounded, in place of zarrita's; the rest are zarrita's. None ever executes the content of a file:
 * arrays pickled by Python are not read.
 */
import { registry } from 'zarrita';
import { decodeEscaped } from '../python/escaped-text.ts';
import { ARRAY_FILTERS, type FilterConfiguration } from './array-filters.ts';
import {
  decompressBlosc,
  decompressDeflate,
  decompressLz4,
  decompressZstd,
  unshuffleBytes,
} from './blosc.ts';
import { decompressBzip2 } from './bzip2.ts';
import { type ChecksumName, removeChecksum } from './checksums.ts';
import { CodecError } from './codec-error.ts';
import { findJson, PythonInt, toPlainJson } from './json.ts';
import { decompressXz } from './xz.ts';

/** The most bytes that a chunk may decompress to; a header's values are far smaller. */
export const MOST_CHUNK_BYTES = 16 * 1024 * 1024;

/** The parameters that zarrita passes to a codec; see `codecs.ts` of zarrita. */
interface CodecMeta {
  readonly shape: readonly number[];
  readonly dataType?: string;
}

/** `most`: the most bytes that a chunk may decompress to. */
type Decompress = (bytes: Uint8Array, most: number) => Uint8Array;

interface Decoder<T> {
  decode(bytes: Uint8Array): T;
}

/**
 * The most bytes of an element before its filters are undone: numbers have at most eight, and so do other
 * types.
 */
const MOST_FILTERED_BYTES = 64;
/** Room for checksums; smaller limits are not worthwhile. */
const SPARE_BYTES = 64 * 1024;

/**
 * The most bytes that a chunk may decompress to: no more than its elements can take, if they have a fixed
 * size.
 */
function mostBytes({ shape, dataType }: CodecMeta): number {
  if (dataType === undefined || dataType.startsWith('v2:')) return MOST_CHUNK_BYTES;
  const elements = shape.reduce((product, length) => product * length, 1);
  return Math.min(MOST_CHUNK_BYTES, elements * MOST_FILTERED_BYTES + SPARE_BYTES);
}

/** A codec of one kind that only decodes. */
function decoding<T>(
  kind: 'bytes_to_bytes' | 'array_to_bytes',
  build: (meta: CodecMeta, configuration: unknown) => Decoder<T>,
): () => Promise<never> {
  const entry = {
    kind,
    fromConfig: (configuration: unknown, meta: CodecMeta) => ({ kind, ...build(meta, configuration) }),
  };
  // zarrita's types require an encoder too, which nothing here calls.
  return () => Promise.resolve(entry as never);
}

const decompressing = (decompress: Decompress): (() => Promise<never>) =>
  decoding('bytes_to_bytes', (meta) => ({ decode: (bytes) => decompress(bytes, mostBytes(meta)) }));

const deflate = decompressing(decompressDeflate);
const zstd = decompressing(decompressZstd);
const blosc = decompressing(decompressBlosc);
const lz4 = decompressing(decodeLz4);
const bzip2 = decompressing(decompressBzip2);
/** Python's number of the format without a container, whose parameters are only in the configuration. */
const LZMA_RAW = 3;
const lzma = decoding('bytes_to_bytes', (meta, configuration) => {
  if ((configuration as { format?: unknown } | undefined)?.format === LZMA_RAW)
    throw new CodecError('LZMA without a container is not supported', 'unsupported');
  return { decode: (bytes) => decompressXz(bytes, mostBytes(meta)) };
});
/** A checksum at its usual end, or at the one in the configuration. */
const checksum = (name: ChecksumName, usual: 'start' | 'end'): (() => Promise<never>) =>
  decoding('bytes_to_bytes', (_, configuration) => {
    const location = (configuration as { location?: unknown } | undefined)?.location ?? usual;
    if (location !== 'start' && location !== 'end')
      throw new CodecError('a checksum is at neither end', 'unsupported');
    return { decode: (bytes) => removeChecksum(bytes, name, location) };
  });
/** A filter of numbers, from bytes to bytes: so its types may differ from the array's own. */
const filter = (name: string): (() => Promise<never>) =>
  decoding('bytes_to_bytes', (_, configuration) => ({
    decode: (bytes) => ARRAY_FILTERS[name]!(bytes, (configuration ?? {}) as FilterConfiguration),
  }));
const shuffle = decoding('bytes_to_bytes', (_, configuration) => {
  const size = (configuration as { elementsize?: unknown }).elementsize ?? 4;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 256) {
    throw new CodecError('a shuffle lacks the size of its elements');
  }
  return { decode: (bytes) => unshuffleBytes(bytes, size) };
});
const texts = decoding('array_to_bytes', (meta) => ({
  decode: (bytes) => buildChunk(meta, decodeTexts(bytes)),
}));
const json = decoding('array_to_bytes', (meta) => ({
  decode: (bytes) => buildChunk(meta, decodeJson(bytes)),
}));
const plain = registry.get('bytes') as unknown as () => PlainCodec;

/** zarrita's own codec of plain numbers. */
interface PlainCodec {
  fromConfig(configuration: unknown, meta: CodecMeta): Decoder<{ data: { length: number } }>;
}

/** A chunk must be complete: zarrita would accept one that is too short, with its last elements missing. */
const whole = decoding('array_to_bytes', (meta, configuration) => {
  const codec = plain().fromConfig(configuration, meta);
  return {
    decode(bytes) {
      const chunk = codec.decode(bytes);
      mustHave(meta, chunk.data.length);
      return chunk;
    },
  };
});

const OURS: ReadonlyMap<string, () => Promise<never>> = new Map([
  ['gzip', deflate],
  ['numcodecs.gzip', deflate],
  ['zlib', deflate],
  ['numcodecs.zlib', deflate],
  ['zstd', zstd],
  ['numcodecs.zstd', zstd],
  ['blosc', blosc],
  ['numcodecs.blosc', blosc],
  ['lz4', lz4],
  ['numcodecs.lz4', lz4],
  ['numcodecs.bz2', bzip2],
  ['numcodecs.lzma', lzma],
  ['crc32c', checksum('crc32c', 'end')],
  ['numcodecs.crc32c', checksum('crc32c', 'end')],
  ['numcodecs.crc32', checksum('crc32', 'start')],
  ['numcodecs.adler32', checksum('adler32', 'start')],
  ['numcodecs.fletcher32', checksum('fletcher32', 'end')],
  ['bitround', filter('bitround')],
  ...Object.keys(ARRAY_FILTERS).map((name) => [`numcodecs.${name}`, filter(name)] as const),
  ['numcodecs.shuffle', shuffle],
  ['bytes', whole],
  ['vlen-utf8', texts],
  ['numcodecs.vlen-utf8', texts],
  ['vlen-bytes', texts],
  ['numcodecs.vlen-bytes', texts],
  ['json2', json],
  ['numcodecs.json2', json],
]);

/** Codecs of zarrita that are safe unchanged: they neither decompress nor use lengths from the bytes. */
const THEIRS: ReadonlySet<string> = new Set(['transpose']);

/**
 * Codecs that convert variable-length strings or other objects to bytes; they do not affect how bytes are
 * stored.
 */
export const OBJECT_CODECS: ReadonlySet<string> = new Set([
  'vlen-utf8',
  'vlen-bytes',
  'vlen-array',
  'json2',
  'pickle',
  'msgpack2',
  'categorize',
]);

for (const [name, codec] of OURS) registry.set(name, codec);

/** Whether chunks of this codec are decoded. */
export function isKnownCodec(name: string): boolean {
  return OURS.has(name) || THEIRS.has(name);
}

/** A codec's name without numcodecs' prefix. */
export function shortCodecName(name: string): string {
  return name.startsWith('numcodecs.') ? name.slice('numcodecs.'.length) : name;
}

/** A chunk in C order, in zarrita's form. @throws CodecError if the number of elements is wrong */
function buildChunk(meta: CodecMeta, data: unknown[]): unknown {
  mustHave(meta, data.length);
  const { shape } = meta;
  const stride = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  return { data, shape, stride };
}

function mustHave({ shape }: CodecMeta, count: number): void {
  const due = shape.reduce((product, length) => product * length, 1);
  if (count !== due) throw new CodecError(`a chunk has ${count} elements instead of ${due}`);
}

/** numcodecs' vlen-utf8 and vlen-bytes: a count, then each item with its length; bytes are text in NWB. */
function decodeTexts(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordAt = (at: number): number => {
    if (at + 4 > bytes.length) throw new CodecError('a chunk of strings ends before its lengths do');
    return view.getUint32(at, true);
  };
  const count = wordAt(0);
  if (count * 4 > bytes.length) throw new CodecError(`a chunk declares ${count} strings`);
  const items: string[] = [];
  let at = 4;
  for (let index = 0; index < count; index += 1) {
    const length = wordAt(at);
    at += 4;
    if (at + length > bytes.length) throw new CodecError('a chunk of strings ends within one');
    items.push(decodeEscaped(bytes.subarray(at, at + length)));
    at += length;
  }
  return items;
}

/** numcodecs' json2: one list of the items, then the dtype, then the shape. */
function decodeJson(bytes: Uint8Array): unknown[] {
  const list = findJson(bytes);
  if (!Array.isArray(list) || list.length < 2) throw new CodecError('a chunk is not a JSON list');
  // Maps are left as they are, since they may be references; numbers become JavaScript numbers.
  return list.slice(0, -2).map((item) => (item instanceof PythonInt ? toPlainJson(item) : item));
}

/** numcodecs' lz4: the length, then one block. */
function decodeLz4(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length < 4) throw new CodecError('an LZ4 chunk is shorter than its header');
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (length > most) throw new CodecError(`an LZ4 chunk declares ${length} bytes`);
  return decompressLz4(bytes.subarray(4), length);
}
