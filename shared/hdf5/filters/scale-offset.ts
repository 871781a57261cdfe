/**
 * Undoes the scale-offset filter: numbers stored as differences from the chunk's minimum, in as few bits as
 * possible; floats are rounded to a number of decimals first (libhdf5, H5Zscaleoffset.c). Pure.
 */
import { BitReader } from './bit-reader.ts';
import { FilterError } from './filter-error.ts';

/** The client data of the filter (H5Z__set_local_scaleoffset). */
interface ScaleOffset {
  readonly scaleType: number;
  readonly scaleFactor: number;
  readonly count: number;
  readonly isFloat: boolean;
  readonly size: number;
  readonly order: '<' | '>';
  /** The fill value of elements that were never written, if there is one. */
  readonly fill: bigint | undefined;
}

const FLOAT_BY_DECIMALS = 0;
const INTEGER = 2;
/** Bytes of the head: bits per element, length of the minimum and the padded minimum. */
const HEAD_BYTES = 21;

/** Restores the elements of a chunk. @throws FilterError */
export function undoScaleOffset(input: Uint8Array, parameters: readonly number[], most: number): Uint8Array {
  const given = decodeParameters(parameters);
  const { size, count, order } = given;
  // As many bits as an element has: nothing was done.
  if (!given.isFloat && given.scaleFactor === size * 8) return input;
  if (count * size > most) throw new FilterError('a scale-offset chunk of more elements than its shape has');
  if (input.length < HEAD_BYTES) throw new FilterError('a scale-offset chunk is shorter than its head');
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const bits = view.getUint32(0, true);
  const output = new Uint8Array(count * size);
  if (bits === size * 8) {
    if (input.length < HEAD_BYTES + output.length)
      throw new FilterError('a chunk ends before its elements do');
    output.set(input.subarray(HEAD_BYTES, HEAD_BYTES + output.length));
    // Elements that need all their bits are stored unchanged, lowest byte first.
    if (order === '>')
      for (let at = 0; at < output.length; at += size) output.subarray(at, at + size).reverse();
    return output;
  }
  if (bits > size * 8) throw new FilterError(`a scale-offset chunk of ${bits} bits an element`);
  const leastBytes = Math.min(8, input[4]!);
  let least = 0n;
  for (let at = leastBytes - 1; at >= 0; at -= 1) least = (least << 8n) | BigInt(input[5 + at]!);
  const restore = given.isFloat ? floatRestorer(given, least) : (raw: bigint) => raw + least;
  const reader = new BitReader(input, HEAD_BYTES);
  const highest = (1n << BigInt(bits)) - 1n;
  const restored = memoize(restore);
  // With 0 bits all elements are the minimum: it is computed once, however many elements the chunk declares.
  const distinct = bits === 0 ? Math.min(count, 1) : count;
  for (let index = 0; index < distinct; index += 1) {
    const raw = readWide(reader, bits);
    const isFill = given.fill !== undefined && raw === highest;
    putInteger(output, index * size, size, order, isFill ? given.fill! : restored(raw));
  }
  for (let done = distinct * size; done > 0 && done < output.length; done *= 2)
    output.copyWithin(done, 0, done);
  return output;
}

function readWide(reader: BitReader, bits: number): bigint {
  if (bits <= 32) return BigInt(reader.read(bits));
  const high = BigInt(reader.read(bits - 32));
  return (high << 32n) | BigInt(reader.read(32));
}

/** Computes each distinct value once: most of these chunks have few. */
function memoize(restore: (raw: bigint) => bigint): (raw: bigint) => bigint {
  const known = new Map<bigint, bigint>();
  return (raw) => {
    let value = known.get(raw);
    if (value === undefined) {
      value = restore(raw);
      if (known.size < 4096) known.set(raw, value);
    }
    return value;
  };
}

/**
 * Converts a difference in decimal units from the minimum to the bits of the float, in the float's own
 * precision.
 */
function floatRestorer({ size, scaleFactor }: ScaleOffset, least: bigint): (raw: bigint) => bigint {
  const scratch = new DataView(new ArrayBuffer(8));
  scratch.setBigUint64(0, BigInt.asUintN(64, least), true);
  if (size === 4) {
    const from = scratch.getFloat32(0, true);
    const scale = Math.fround(10 ** scaleFactor);
    return (raw) => {
      const signed = Number(BigInt.asIntN(32, raw));
      scratch.setFloat32(0, Math.fround(Math.fround(Math.fround(signed) / scale) + from), true);
      return BigInt(scratch.getUint32(0, true));
    };
  }
  const from = scratch.getFloat64(0, true);
  const scale = 10 ** scaleFactor;
  return (raw) => {
    scratch.setFloat64(0, Number(BigInt.asIntN(64, raw)) / scale + from, true);
    return scratch.getBigUint64(0, true);
  };
}

function putInteger(output: Uint8Array, at: number, size: number, order: '<' | '>', value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  for (let byte = 0; byte < size; byte += 1) {
    output[at + (order === '<' ? byte : size - 1 - byte)] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

function decodeParameters(parameters: readonly number[]): ScaleOffset {
  const [scaleType = -1, scaleFactor = 0, count = 0, kind = -1, size = 0, , order = 0, hasFill = 0] =
    parameters;
  const isFloat = kind === 1;
  const isSound = isFloat ? size === 4 || size === 8 : kind === 0 && [1, 2, 4, 8].includes(size);
  if (parameters.length < 8 || !isSound) throw new FilterError('a scale-offset filter of an unknown type');
  if (scaleType !== (isFloat ? FLOAT_BY_DECIMALS : INTEGER)) {
    throw new FilterError(`a scale-offset filter of type ${scaleType}`, 'unsupported');
  }
  let fill: bigint | undefined;
  if (hasFill === 1) {
    fill = 0n;
    for (let word = Math.ceil(size / 4) - 1; word >= 0; word -= 1) {
      fill = (fill << 32n) | BigInt(parameters[8 + word] ?? 0);
    }
    fill = BigInt.asUintN(size * 8, fill);
  }
  return {
    scaleType,
    scaleFactor: scaleFactor | 0,
    count,
    isFloat,
    size,
    order: order === 0 ? '<' : '>',
    fill,
  };
}
