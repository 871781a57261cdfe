/**
 * Undoes Szip: the lossless coding of CCSDS 121.0 in the form in which HDF5 stores it, chunk by chunk. Pure;
 * based on the standard (CCSDS 121.0-B-3), with parameters from HDF5's client data.
 */
import { BitReader } from './bit-reader.ts';
import { FilterError } from './filter-error.ts';

/** Options of the mask (szlib.h). */
const MOST_SIGNIFICANT_FIRST = 16;
const NEAREST_NEIGHBOR = 32;
const RAW = 128;

/** Bytes before the stream: the length that it decompresses to. */
const HEAD_BYTES = 4;
/** The code of a run of zero blocks that means all up to the end of a segment. */
const REST_OF_SEGMENT = 5;
const SEGMENT_BLOCKS = 64;
/** The largest sum of two samples in the second extension. */
const MOST_PAIR = 90;

interface Coding {
  readonly bits: number;
  readonly blockSamples: number;
  /** Blocks from one reference sample to the next. */
  readonly intervalBlocks: number;
  readonly predicts: boolean;
}

/** Decompresses a chunk to at most `most` bytes. @throws FilterError */
export function decompressSzip(input: Uint8Array, parameters: readonly number[], most: number): Uint8Array {
  const [mask = 0, blockSamples = 0, bitsOfPixel = 0, line = 0] = parameters;
  if (input.length < HEAD_BYTES) throw new FilterError('an Szip chunk is shorter than its head');
  const length = new DataView(input.buffer, input.byteOffset, HEAD_BYTES).getUint32(0, true);
  if (length > most) throw new FilterError(`an Szip chunk declares ${length} bytes`);
  if ((mask & RAW) === 0) throw new FilterError('an Szip stream with its own header', 'unsupported');
  const isSound = blockSamples >= 2 && blockSamples <= 32 && blockSamples % 2 === 0 && line > 0;
  if (!isSound || bitsOfPixel < 1 || bitsOfPixel > 64)
    throw new FilterError('an Szip filter with unknown parameters');
  // Wide numbers are coded as byte planes: all first bytes, then all second ones.
  const isByPlanes = bitsOfPixel === 32 || bitsOfPixel === 64;
  const bits = isByPlanes ? 8 : bitsOfPixel;
  if (bits > 24) throw new FilterError(`an Szip filter of ${bitsOfPixel} bits`, 'unsupported');
  const sampleBytes = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const planes = isByPlanes ? bitsOfPixel / 8 : 1;
  const samples = Math.floor(length / sampleBytes);
  const intervalBlocks = Math.ceil(line / blockSamples);
  // Each line is padded to whole blocks before coding; a run of zeros may extend past the actual samples.
  const codedLine = Math.min(
    intervalBlocks * blockSamples,
    (Math.ceil(samples / blockSamples) + SEGMENT_BLOCKS) * blockSamples,
  );
  const lines = Math.ceil(samples / line);
  const coding = { bits, blockSamples, intervalBlocks, predicts: (mask & NEAREST_NEIGHBOR) !== 0 };
  const reader = new BitReader(input, HEAD_BYTES);
  const output = new Uint8Array(length);
  const isBig = (mask & MOST_SIGNIFICANT_FIRST) !== 0;
  const interval = new Float64Array(codedLine);
  for (let index = 0; index < lines; index += 1) {
    const wanted = Math.min(line, samples - index * line);
    decodeInterval(reader, coding, interval, Math.ceil(wanted / blockSamples));
    for (let sample = 0; sample < wanted; sample += 1) {
      putSample(output, (index * line + sample) * sampleBytes, interval[sample]!, sampleBytes, isBig);
    }
  }
  return planes === 1 ? output : joinPlanes(output, planes);
}

function putSample(output: Uint8Array, at: number, value: number, bytes: number, isBig: boolean): void {
  for (let byte = 0; byte < bytes; byte += 1) {
    output[at + (isBig ? bytes - 1 - byte : byte)] = (value >>> (byte * 8)) & 0xff;
  }
}

function joinPlanes(bytes: Uint8Array, planes: number): Uint8Array {
  const words = Math.floor(bytes.length / planes);
  const output = new Uint8Array(bytes.length);
  for (let plane = 0; plane < planes; plane += 1) {
    for (let word = 0; word < words; word += 1) output[word * planes + plane] = bytes[plane * words + word]!;
  }
  return output;
}

/** Decodes the samples from one reference to the next, at least the first `blocks` blocks of them. */
function decodeInterval(reader: BitReader, coding: Coding, samples: Float64Array, blocks: number): void {
  for (let block = 0; block < blocks; ) block += decodeBlocks(reader, coding, samples, block);
  if (coding.predicts) predict(samples, blocks * coding.blockSamples, coding.bits);
}

/** Decodes the block, or the run of blocks that are all zero; returns their number. */
function decodeBlocks(reader: BitReader, coding: Coding, samples: Float64Array, block: number): number {
  const { bits, blockSamples } = coding;
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  const uncoded = 2 ** idBits - 1;
  const start = block * blockSamples;
  const end = start + blockSamples;
  const id = reader.read(idBits);
  if (id === uncoded) {
    for (let at = start; at < end; at += 1) samples[at] = reader.read(bits);
    return 1;
  }
  const isPaired = id === 0 && reader.read(1) === 1;
  // The first sample of an interval is unchanged.
  const first = coding.predicts && block === 0 ? 1 : 0;
  if (first === 1) samples[start] = reader.read(bits);
  if (isPaired) decodePairs(reader, samples, start, first, blockSamples);
  else if (id === 0) return decodeZeros(reader, coding, samples, block, first);
  else {
    const split = id - 1;
    for (let at = start + first; at < end; at += 1) samples[at] = reader.readUnary(2 ** bits) * 2 ** split;
    for (let at = start + first; split > 0 && at < end; at += 1)
      samples[at] = samples[at]! + reader.read(split);
  }
  return 1;
}

function decodeZeros(
  reader: BitReader,
  { blockSamples, intervalBlocks }: Coding,
  samples: Float64Array,
  block: number,
  first: number,
): number {
  const code = reader.readUnary(SEGMENT_BLOCKS) + 1;
  const rest = Math.min(intervalBlocks - block, SEGMENT_BLOCKS - (block % SEGMENT_BLOCKS));
  const count = code === REST_OF_SEGMENT ? rest : code > REST_OF_SEGMENT ? code - 1 : code;
  if (block + count > intervalBlocks) throw new FilterError('an Szip chunk has zeros past its end');
  samples.fill(0, block * blockSamples + first, (block + count) * blockSamples);
  return count;
}

/**
 * The second extension: two samples by one code. If the first is a reference sample, only the second one is
 * decoded.
 */
function decodePairs(
  reader: BitReader,
  samples: Float64Array,
  start: number,
  first: number,
  blockSamples: number,
): void {
  for (let at = first; at < blockSamples; at += 1) {
    const code = reader.readUnary(MOST_PAIR);
    const sum = Math.floor((Math.sqrt(8 * code + 1) - 1) / 2);
    const second = code - (sum * (sum + 1)) / 2;
    if (at % 2 === 0) {
      samples[start + at] = sum - second;
      at += 1;
    }
    samples[start + at] = second;
  }
}

/** Converts differences between consecutive samples to samples (CCSDS 121.0-B-3, 4.5). */
function predict(samples: Float64Array, count: number, bits: number): void {
  const highest = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  let value = samples[0]!;
  for (let at = 1; at < count; at += 1) {
    const mapped = samples[at]!;
    const room = value < middle ? value : highest - value;
    const half = Math.floor(mapped / 2);
    const isOdd = mapped % 2 === 1;
    if (half + (isOdd ? 1 : 0) <= room) value += isOdd ? -half - 1 : half;
    else value = value < middle ? mapped : highest - mapped;
    samples[at] = value;
  }
}
