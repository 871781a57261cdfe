/**
 * numcodecs' filters of numbers undone, each from the bytes that it left to the bytes that it was given:
 * deltas, scales with offsets, casts, quantized floats, packed booleans. Pure; after numcodecs, whose
 * arithmetic is numpy's. Types that are not known end as `unsupported`, never as wrong numbers.
 */
import { decodeFloat, decodeInteger } from '../header/decode-element.ts';
import { CodecError } from './codec-error.ts';

/** What a filter's configuration holds, as JSON. */
export type FilterConfiguration = Readonly<Record<string, unknown>>;

/** Undoes one filter. @throws CodecError */
export type UndoFilter = (bytes: Uint8Array, configuration: FilterConfiguration) => Uint8Array;

/** Filters by numcodecs' id. */
export const ARRAY_FILTERS: Readonly<Record<string, UndoFilter>> = {
  delta: undoDelta,
  fixedscaleoffset: undoScale,
  astype: (bytes, { encode_dtype: stored, decode_dtype: wanted }) =>
    writeNumbers(readNumbers(bytes, numberType(stored)), numberType(wanted)),
  quantize: (bytes, { dtype, astype }) =>
    writeNumbers(readNumbers(bytes, numberType(astype ?? dtype)), numberType(dtype)),
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
    throw new CodecError(`a filter's type ${JSON.stringify(text.slice(0, 40))} is not read`, 'unsupported');
  }
  return { kind: found as NumberType['kind'], size, order: mark === '>' ? '>' : '<' };
}

function readNumbers(bytes: Uint8Array, { kind, size, order }: NumberType): (number | bigint)[] {
  if (bytes.length % size !== 0) throw new CodecError('a chunk ends within a number');
  return Array.from({ length: bytes.length / size }, (_, index) =>
    kind === 'f'
      ? decodeFloat(bytes, index * size, size, order)
      : decodeInteger(bytes, index * size, size, kind === 'i', order),
  );
}

/** As numpy casts: integers wrap around, floats lose what is after the point. */
function writeNumbers(numbers: readonly (number | bigint)[], { kind, size, order }: NumberType): Uint8Array {
  const bytes = new Uint8Array(numbers.length * size);
  const view = new DataView(bytes.buffer);
  const isLittle = order === '<';
  if (kind === 'f' && size === 2) throw new CodecError('a filter makes half floats', 'unsupported');
  for (const [index, value] of numbers.entries()) {
    const at = index * size;
    if (kind === 'f') {
      if (size === 4) view.setFloat32(at, Number(value), isLittle);
      else view.setFloat64(at, Number(value), isLittle);
      continue;
    }
    // Zero for NaN and infinities: numpy leaves those to the machine.
    const whole = typeof value === 'bigint' ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
    const wrapped = BigInt.asUintN(size * 8, whole);
    if (size === 8) view.setBigUint64(at, wrapped, isLittle);
    else if (size === 4) view.setUint32(at, Number(wrapped), isLittle);
    else if (size === 2) view.setUint16(at, Number(wrapped), isLittle);
    else view.setUint8(at, Number(wrapped));
  }
  return bytes;
}

/** Sums in the wanted type: integers wrap, single floats are rounded at each step. */
function undoDelta(bytes: Uint8Array, { dtype, astype }: FilterConfiguration): Uint8Array {
  const wanted = numberType(dtype);
  const deltas = readNumbers(bytes, numberType(astype ?? dtype));
  if (wanted.kind !== 'f') {
    let sum = 0n;
    const sums = deltas.map((delta) => {
      sum += typeof delta === 'bigint' ? delta : BigInt(Number.isFinite(delta) ? Math.trunc(delta) : 0);
      return sum;
    });
    return writeNumbers(sums, wanted);
  }
  const rounded = wanted.size === 4 ? Math.fround : (value: number): number => value;
  let sum = 0;
  const sums = deltas.map((delta, index) => {
    sum = index === 0 ? rounded(Number(delta)) : rounded(sum + rounded(Number(delta)));
    return sum;
  });
  return writeNumbers(sums, wanted);
}

function undoScale(bytes: Uint8Array, { dtype, astype, scale, offset }: FilterConfiguration): Uint8Array {
  if (typeof scale !== 'number' || typeof offset !== 'number') {
    throw new CodecError('a filter has no numbers for its scale and offset', 'unsupported');
  }
  const stored = numberType(astype ?? dtype);
  const rounded = stored.kind === 'f' && stored.size === 4 ? Math.fround : (value: number): number => value;
  const numbers = readNumbers(bytes, stored).map((value) =>
    rounded(rounded(Number(value) / rounded(scale)) + rounded(offset)),
  );
  return writeNumbers(numbers, numberType(dtype));
}

/** The count of bits that fill the last byte, then eight booleans a byte, the highest bit first. */
function undoPackedBits(bytes: Uint8Array): Uint8Array {
  const padding = bytes[0];
  if (padding === undefined || padding > 7 || (padding > 0 && bytes.length === 1)) {
    throw new CodecError('packed booleans have no count of what fills them up');
  }
  const count = (bytes.length - 1) * 8 - padding;
  return Uint8Array.from(
    { length: count },
    (_, index) => (bytes[1 + (index >> 3)]! >> (7 - (index & 7))) & 1,
  );
}
