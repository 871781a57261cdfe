/**
 * Undoes numcodecs' filters of numbers, each from the bytes that it wrote to the bytes that it was given:
 * deltas, scales with offsets, casts, quantized floats, packed booleans. Pure; based on numcodecs, whose
 * arithmetic is numpy's. Unknown types end as `unsupported`, never as wrong numbers.
 */
import { decodeFloat, decodeInteger } from '../header/decode-element.ts';
import { CodecError } from './codec-error.ts';

/** A filter's configuration, as JSON. */
export type FilterConfiguration = Readonly<Record<string, unknown>>;

/** Undoes one filter. @throws CodecError */
export type UndoFilter = (bytes: Uint8Array, configuration: FilterConfiguration) => Uint8Array;

/** Filters by numcodecs' id. */
export const ARRAY_FILTERS: Readonly<Record<string, UndoFilter>> = {
  delta: undoDelta,
  fixedscaleoffset: undoScale,
  astype: (bytes, { encode_dtype: stored, decode_dtype: wanted }) =>
    mapNumbers(bytes, numberType(stored), numberType(wanted)),
  quantize: (bytes, { dtype, astype }) => mapNumbers(bytes, numberType(astype ?? dtype), numberType(dtype)),
  bitround: (bytes) => bytes,
  packbits: undoPackedBits,
};

interface NumberType {
  readonly kind: 'i' | 'u' | 'f';
  readonly size: number;
  readonly order: '<' | '>';
}

const NUMBER_TYPE = /^([<>|=]?)([iuf])([1248])$/;
const NAMED_TYPE = /^(int|uint|float)(8|16|32|64)$/;

/** A dtype as numcodecs writes it: `<f4`, or by name. @throws CodecError */
function numberType(dtype: unknown): NumberType {
  const text = typeof dtype === 'string' ? dtype : '';
  const [, kindName, bits] = NAMED_TYPE.exec(text) ?? [];
  const [, mark, kind, digits] = NUMBER_TYPE.exec(text) ?? [];
  const found = kind ?? kindName?.[0];
  const size = kind === undefined ? Number(bits) / 8 : Number(digits);
  if (found === undefined || (found === 'f' && size === 1)) {
    throw new CodecError(
      `a filter's type ${JSON.stringify(text.slice(0, 40))} is not supported`,
      'unsupported',
    );
  }
  return { kind: found as NumberType['kind'], size, order: mark === '>' ? '>' : '<' };
}

/**
 * Applies `change` to each number and converts it to the target type. One at a time: a chunk may have
 * millions, and lists of them would take many times its bytes. As numpy casts, integers wrap around and
 * floats are truncated.
 */
function mapNumbers(
  bytes: Uint8Array,
  stored: NumberType,
  wanted: NumberType,
  change: (value: number | bigint) => number | bigint = (value) => value,
): Uint8Array {
  const { kind, size, order } = stored;
  if (bytes.length % size !== 0) throw new CodecError('a chunk ends within a number');
  if (wanted.kind === 'f' && wanted.size === 2)
    throw new CodecError('a filter produces half floats', 'unsupported');
  const count = bytes.length / size;
  const output = new Uint8Array(count * wanted.size);
  const view = new DataView(output.buffer);
  for (let index = 0; index < count; index += 1) {
    const value =
      kind === 'f'
        ? decodeFloat(bytes, index * size, size, order)
        : decodeInteger(bytes, index * size, size, kind === 'i', order);
    putNumber(view, index * wanted.size, wanted, change(value));
  }
  return output;
}

function putNumber(
  view: DataView,
  at: number,
  { kind, size, order }: NumberType,
  value: number | bigint,
): void {
  const isLittle = order === '<';
  if (kind === 'f') {
    if (size === 4) view.setFloat32(at, Number(value), isLittle);
    else view.setFloat64(at, Number(value), isLittle);
  } else if (size === 8) {
    view.setBigUint64(at, BigInt.asUintN(64, findWhole(value)), isLittle);
  } else {
    const low = findLow(value);
    if (size === 4) view.setUint32(at, low, isLittle);
    else if (size === 2) view.setUint16(at, low, isLittle);
    else view.setUint8(at, low);
  }
}

/** Zero for NaN and infinities: numpy leaves their conversion to the machine. */
function findWhole(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
}

/** The lowest 32 bits of a whole number; small ones without a BigInt. */
function findLow(value: number | bigint): number {
  if (typeof value === 'number' && Number.isSafeInteger(Math.trunc(value))) return Math.trunc(value) >>> 0;
  return Number(BigInt.asUintN(32, findWhole(value)));
}

/** Sums in the target type: integers wrap, single floats are rounded at each step. */
function undoDelta(bytes: Uint8Array, { dtype, astype }: FilterConfiguration): Uint8Array {
  const wanted = numberType(dtype);
  const stored = numberType(astype ?? dtype);
  if (wanted.kind !== 'f') {
    if (wanted.size < 8) {
      let low = 0;
      return mapNumbers(bytes, stored, wanted, (delta) => {
        low = (low + findLow(delta)) >>> 0;
        return low;
      });
    }
    let sum = 0n;
    return mapNumbers(bytes, stored, wanted, (delta) => {
      sum = BigInt.asUintN(64, sum + findWhole(delta));
      return sum;
    });
  }
  const rounded = wanted.size === 4 ? Math.fround : (value: number): number => value;
  // The first element is unchanged: minus zero too.
  let sum: number | undefined;
  return mapNumbers(bytes, stored, wanted, (delta) => {
    const step = rounded(Number(delta));
    sum = sum === undefined ? step : rounded(sum + step);
    return sum;
  });
}

function undoScale(bytes: Uint8Array, { dtype, astype, scale, offset }: FilterConfiguration): Uint8Array {
  if (typeof scale !== 'number' || typeof offset !== 'number') {
    throw new CodecError("a filter's scale and offset are not numbers", 'unsupported');
  }
  const stored = numberType(astype ?? dtype);
  const rounded = stored.kind === 'f' && stored.size === 4 ? Math.fround : (value: number): number => value;
  return mapNumbers(bytes, stored, numberType(dtype), (value) =>
    rounded(rounded(Number(value) / rounded(scale)) + rounded(offset)),
  );
}

/** The first byte is the number of padding bits; then eight booleans per byte, the highest bit first. */
function undoPackedBits(bytes: Uint8Array): Uint8Array {
  const padding = bytes[0];
  if (padding === undefined || padding > 7 || (padding > 0 && bytes.length === 1)) {
    throw new CodecError('packed booleans lack the number of their padding bits');
  }
  const count = (bytes.length - 1) * 8 - padding;
  const output = new Uint8Array(count);
  for (let index = 0; index < count; index += 1)
    output[index] = (bytes[1 + (index >> 3)]! >> (7 - (index & 7))) & 1;
  return output;
}
