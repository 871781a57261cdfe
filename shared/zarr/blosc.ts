/**
 * Decompresses Blosc's chunks, as numcodecs and HDF5's plugin write them: the frame, its blocks and splits,
 * the shuffles, and LZ4. Pure but for zlib; based on c-blosc's README_CHUNK_FORMAT and the LZ4 block format.
 * Every length is checked against the bytes available and the bytes expected, so that no input causes reads
 * or writes out of bounds.
 */
import * as zlib from 'node:zlib';
import { decompressBloscLz } from './blosclz.ts';
import { CodecError } from './codec-error.ts';

const HEADER_BYTES = 16;
/** Blocks are split by the bytes of their elements only for elements of up to this size. */
const MOST_SPLITS = 16;
/** Nor if a split would have fewer bytes than this. */
const LEAST_SPLIT_BYTES = 128;

const FLAG_SHUFFLE = 0x1;
const FLAG_COPIED = 0x2;
const FLAG_BIT_SHUFFLE = 0x4;
const FLAG_NOT_SPLIT = 0x10;

type Decompress = (input: Uint8Array, length: number) => Uint8Array;

/** By the number in the upper three bits of the flags. */
const COMPRESSORS: readonly (Decompress | string)[] = [
  decompressBloscLz,
  decompressLz4,
  'snappy',
  (input, length) => withinBounds(() => zlib.inflateSync(input, { maxOutputLength: Math.max(1, length) })),
  decompressZstd,
];

/** Decompresses one Blosc chunk to at most `maxBytes`. @throws CodecError */
export function decompressBlosc(input: Uint8Array, maxBytes: number): Uint8Array {
  if (input.length < HEADER_BYTES) throw new CodecError('a Blosc chunk is shorter than its header');
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const flags = input[2]!;
  const typeSize = Math.max(1, input[3]!);
  const length = view.getUint32(4, true);
  const blockSize = view.getUint32(8, true);
  if (length > maxBytes) throw new CodecError(`a Blosc chunk declares ${length} bytes`);
  if (length === 0) return new Uint8Array(0);
  if ((flags & FLAG_COPIED) !== 0) return slice(input, HEADER_BYTES, length).slice();
  const compressor = COMPRESSORS[flags >> 5] ?? `number ${flags >> 5}`;
  if (typeof compressor === 'string')
    throw new CodecError(`Blosc's compressor ${compressor} is not supported`, 'unsupported');
  if (blockSize === 0) throw new CodecError('a Blosc chunk has blocks of size 0');
  const blocks = Math.ceil(length / blockSize);
  slice(input, HEADER_BYTES, blocks * 4);
  const output = new Uint8Array(length);
  for (let block = 0; block < blocks; block += 1) {
    const start = block * blockSize;
    const size = Math.min(blockSize, length - start);
    const isSplit =
      size === blockSize &&
      (flags & FLAG_NOT_SPLIT) === 0 &&
      typeSize <= MOST_SPLITS &&
      blockSize / typeSize >= LEAST_SPLIT_BYTES;
    const splits = isSplit ? typeSize : 1;
    const at = view.getUint32(HEADER_BYTES + block * 4, true);
    const plain = joinSplits(input, at, size, splits, compressor);
    output.set(unshuffle(plain, typeSize, flags), start);
  }
  return output;
}

function joinSplits(
  input: Uint8Array,
  start: number,
  size: number,
  splits: number,
  decompress: Decompress,
): Uint8Array {
  const block = new Uint8Array(size);
  const splitSize = Math.floor(size / splits);
  if (splitSize * splits !== size) throw new CodecError('a Blosc block does not divide into its splits');
  let at = start;
  for (let split = 0; split < splits; split += 1) {
    const prefix = slice(input, at, 4);
    const compressed = new DataView(prefix.buffer, prefix.byteOffset, 4).getUint32(0, true);
    const stream = slice(input, at + 4, compressed);
    // A split that did not become smaller is stored uncompressed.
    const plain = compressed === splitSize ? stream : decompress(stream, splitSize);
    if (plain.length !== splitSize) throw new CodecError('a Blosc split has the wrong length');
    block.set(plain, split * splitSize);
    at += 4 + compressed;
  }
  return block;
}

function unshuffle(block: Uint8Array, typeSize: number, flags: number): Uint8Array {
  if ((flags & FLAG_SHUFFLE) !== 0 && typeSize > 1) return unshuffleBytes(block, typeSize);
  if ((flags & FLAG_BIT_SHUFFLE) !== 0) return unshuffleBits(block, typeSize);
  return block;
}

/**
 * Undoes grouping by byte: all first bytes of the elements, all second bytes, and so on; an incomplete
 * element is at the end.
 */
export function unshuffleBytes(block: Uint8Array, typeSize: number): Uint8Array {
  const elements = Math.floor(block.length / typeSize);
  const output = block.slice();
  for (let byte = 0; byte < typeSize; byte += 1) {
    const row = byte * elements;
    for (let element = 0; element < elements; element += 1) {
      output[element * typeSize + byte] = block[row + element]!;
    }
  }
  return output;
}

/**
 * Undoes grouping by bit, eight elements per byte; blocks whose number of elements is not a multiple of eight
 * are unchanged.
 */
function unshuffleBits(block: Uint8Array, typeSize: number): Uint8Array {
  const elements = Math.floor(block.length / typeSize);
  if (elements % 8 !== 0) return block;
  const output = block.slice();
  output.fill(0, 0, elements * typeSize);
  const rowBytes = elements / 8;
  for (let byte = 0; byte < typeSize; byte += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const row = (byte * 8 + bit) * rowBytes;
      for (let element = 0; element < elements; element += 1) {
        if ((block[row + (element >> 3)]! >> (element & 7)) & 1) {
          const at = element * typeSize + byte;
          output[at] = output[at]! | (1 << bit);
        }
      }
    }
  }
  return output;
}

/** Decompresses one LZ4 block to `length` bytes. @throws CodecError */
export function decompressLz4(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let from = 0;
  let to = 0;
  const readLength = (nibble: number): number => {
    let count = nibble;
    if (nibble < 15) return count;
    for (;;) {
      const more = input[from];
      if (more === undefined) throw new CodecError('an LZ4 block ends within a length');
      from += 1;
      count += more;
      if (more < 255) return count;
    }
  };
  while (from < input.length) {
    const token = input[from]!;
    from += 1;
    const literals = readLength(token >> 4);
    if (from + literals > input.length || to + literals > length) {
      throw new CodecError('an LZ4 block has literals past its end');
    }
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from >= input.length) break;
    if (from + 2 > input.length) throw new CodecError('an LZ4 block ends within an offset');
    const offset = input[from]! | (input[from + 1]! << 8);
    from += 2;
    const match = readLength(token & 15) + 4;
    if (offset === 0 || offset > to || to + match > length) {
      throw new CodecError('an LZ4 block repeats bytes before its start');
    }
    // Byte by byte: a match may overlap what it writes.
    for (let copied = 0; copied < match; copied += 1, to += 1) output[to] = output[to - offset]!;
  }
  if (to !== length) throw new CodecError('an LZ4 block has the wrong length');
  return output;
}

/** Decompresses Zstandard to at most `maxBytes`; Node has it from 22.15 on. @throws CodecError */
export function decompressZstd(input: Uint8Array, maxBytes: number): Uint8Array {
  if (zlib.zstdDecompressSync === undefined)
    throw new CodecError('this version of Node.js has no Zstandard', 'unsupported');
  return withinBounds(() => zlib.zstdDecompressSync(input, { maxOutputLength: Math.max(1, maxBytes) }));
}

/** Decompresses gzip or zlib, distinguished by their headers, to at most `maxBytes`. @throws CodecError */
export function decompressDeflate(input: Uint8Array, maxBytes: number): Uint8Array {
  return withinBounds(() => zlib.unzipSync(input, { maxOutputLength: Math.max(1, maxBytes) }));
}

/**
 * Converts Node's errors to CodecError, and copies the bytes to a separate array: decoders use the underlying
 * buffer.
 */
function withinBounds(decompress: () => Uint8Array): Uint8Array {
  try {
    return new Uint8Array(decompress());
  } catch (cause) {
    throw new CodecError(`the bytes do not decompress: ${(cause as Error).message}`, 'damaged', { cause });
  }
}

function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new CodecError('a Blosc chunk ends before its parts do');
  return bytes.subarray(start, start + length);
}
