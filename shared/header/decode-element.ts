/**
 * Decodes raw bytes to values, for all engines: an element of any datatype, whether its bytes
 * are laid out as in an HDF5 file (the walker), as in libhdf5's memory or as in a Zarr chunk. Pure; the caller finds
 * values outside the element's own bytes.
 */
import type { BitField, Dtype, Element, FloatLayout, Values } from '../dtype.ts';
import { decodeEscaped } from '../python/escaped-text.ts';

/** The padding of a fixed string (HDF5 File Format Specification 3.0, IV.A.2.d, string padding type). */
export type StringPadding = 'null-terminated' | 'null-padded' | 'space-padded';

/** A sequence of variable length: `count` elements of `bytes`, one after the other, from `at`. */
export interface StoredSequence {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The layout of elements in the given bytes, and functions to resolve their pointers. */
export interface StoredForm {
  /**
   * Bytes of the descriptor of a string of variable length: in a file a length and a heap's id, in memory a pointer.
   */
  readonly variableStringBytes: number;
  /** Bytes of the descriptor of a sequence of variable length. */
  readonly sequenceBytes: number;
  /** Bytes of a reference. */
  referenceBytes(target: ReferenceTarget): number;
  /** The string whose descriptor is at `at`, up to its terminator if it has one; empty for a null one. */
  variableText(bytes: Uint8Array, at: number): string;
  /** The sequence whose descriptor is at `at`; each of its elements takes `elementBytes`. */
  sequence(bytes: Uint8Array, at: number, elementBytes: number): StoredSequence;
  /** The key of the target of the reference at `at` (for a region reference: the dataset's), null for a null one. */
  reference(bytes: Uint8Array, at: number, target: 'object' | 'region'): number | null;
  /**
   * The element for a reference of HDF5 1.12 and later, which states its own target, with a key in place of the index.
   * Absent if those are not supported.
   */
  standardReference?(bytes: Uint8Array, at: number): Element;
  /** The padding of fixed string types; types not listed end at their first zero byte. */
  readonly padding?: WeakMap<Dtype, StringPadding>;
}

type ReferenceTarget = (Dtype & { class: 'reference' })['target'];

/** Thrown where a type's bytes cannot be turned into values: floats and integers of unknown form. */
export class UndecodableTypeError extends Error {
  override readonly name = 'UndecodableTypeError';
}

/** The number of bytes of one element in the given form. */
export function storedBytes(
  dtype: Dtype,
  form: Pick<StoredForm, 'variableStringBytes' | 'sequenceBytes' | 'referenceBytes'>,
): number {
  switch (dtype.class) {
    case 'string':
      return dtype.size === 'variable' ? form.variableStringBytes : dtype.size;
    case 'enum':
      return storedBytes(dtype.base, form);
    case 'array':
      return storedBytes(dtype.base, form) * elementCount(dtype.shape);
    case 'vlen':
      return form.sequenceBytes;
    case 'reference':
      return dtype.standard ?? form.referenceBytes(dtype.target);
    default:
      return dtype.size;
  }
}

/** The number of elements of a shape: 1 for a scalar, 0 for a null dataspace. */
export function elementCount(shape: readonly number[] | null): number {
  return shape === null ? 0 : shape.reduce((product, length) => product * length, 1);
}

/** Whether elements of the type contain strings or sequences of variable length at any depth. */
export function holdsVariable(dtype: Dtype): boolean {
  switch (dtype.class) {
    case 'string':
      return dtype.size === 'variable';
    case 'vlen':
      return true;
    case 'array':
      return holdsVariable(dtype.base);
    case 'compound':
      return dtype.fields.some((field) => holdsVariable(field.dtype));
    default:
      return false;
  }
}

/**
 * `count` elements in sequence in `bytes`, from `start`.
 * @throws RangeError if the bytes end before the elements
 * @throws UndecodableTypeError, and errors of the form's functions
 */
export function decodeElements(
  bytes: Uint8Array,
  count: number,
  dtype: Dtype,
  form: StoredForm,
  start = 0,
): Values {
  return decodeRun(bytes, start, count, dtype, form);
}

/** The element at `at`. @throws as `decodeElements` */
export function decodeElement(bytes: Uint8Array, at: number, dtype: Dtype, form: StoredForm): Element {
  mustHold(bytes, at, storedBytes(dtype, form));
  switch (dtype.class) {
    case 'integer':
      return decodeInteger(bytes, at, dtype.size, dtype.signed, dtype.order, dtype.bits);
    case 'bitfield':
      return decodeInteger(bytes, at, dtype.size, false, dtype.order, dtype.bits);
    case 'float':
      if (dtype.layout !== undefined)
        return decodeLaidOutFloat(bigintAt(bytes, at, dtype.size, dtype.order), dtype.layout);
      // Without a layout such a type is the x87's: what pads it is no ground for another guess.
      return dtype.size === 16
        ? decodeExtended(bigintAt(bytes, at, dtype.size, dtype.order))
        : decodeFloat(bytes, at, dtype.size, dtype.order);
    case 'string':
      return dtype.size === 'variable'
        ? form.variableText(bytes, at)
        : decodeText(bytes, form.padding?.get(dtype) ?? 'null-terminated', at, at + dtype.size);
    case 'enum':
      return decodeElement(bytes, at, dtype.base, form);
    case 'compound':
      return dtype.fields.map((field) => decodeElement(bytes, at + field.offset, field.dtype, form));
    case 'array':
      return decodeRun(bytes, at, elementCount(dtype.shape), dtype.base, form);
    case 'vlen': {
      const run = form.sequence(bytes, at, storedBytes(dtype.base, form));
      return decodeRun(run.bytes, run.at, run.count, dtype.base, form);
    }
    case 'reference':
      if (dtype.standard !== undefined) {
        if (form.standardReference === undefined) {
          throw new UndecodableTypeError('references of HDF5 1.12 and later are not known');
        }
        return form.standardReference(bytes, at);
      }
      return dtype.target === 'attribute'
        ? formatHex(bytes.subarray(at, at + form.referenceBytes('attribute')))
        : { ref: form.reference(bytes, at, dtype.target) };
    case 'opaque':
    case 'time':
      return formatHex(bytes.subarray(at, at + dtype.size));
  }
}

function decodeRun(
  bytes: Uint8Array,
  start: number,
  count: number,
  dtype: Dtype,
  form: StoredForm,
): Element[] {
  const step = storedBytes(dtype, form);
  mustHold(bytes, start, step * count);
  const elements: Element[] = [];
  if (dtype.class === 'string' && dtype.size === 'variable') {
    // Columns of text have tens of thousands of elements: properties common to all are looked up once.
    for (let index = 0; index < count; index += 1) {
      elements.push(form.variableText(bytes, start + index * step));
    }
    return elements;
  }
  if (dtype.class === 'enum') return decodeRun(bytes, start, count, dtype.base, form);
  if (count > 1 && isPlainNumber(dtype)) return decodeNumbers(bytes, start, count, dtype);
  for (let index = 0; index < count; index += 1) {
    elements.push(decodeElement(bytes, start + index * step, dtype, form));
  }
  return elements;
}

type NumberType = Dtype & { class: 'integer' | 'float' };

/** Whether a `DataView` reads numbers of this type as they are. */
function isPlainNumber(dtype: Dtype): dtype is NumberType {
  if (dtype.class === 'integer') return dtype.bits === undefined && isViewable(dtype.size);
  return dtype.class === 'float' && dtype.layout === undefined && dtype.size > 1 && isViewable(dtype.size);
}

function isViewable(size: number): boolean {
  return size === 1 || size === 2 || size === 4 || size === 8;
}

/** Numbers that are one after the other and within `bytes`: columns have tens of thousands, which share one view. */
function decodeNumbers(bytes: Uint8Array, start: number, count: number, dtype: NumberType): Element[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size } = dtype;
  const little = dtype.order === '<';
  const numbers: Element[] = [];
  if (dtype.class === 'float') {
    for (let index = 0; index < count; index += 1)
      numbers.push(floatAt(view, start + index * size, size, little));
  } else {
    for (let index = 0; index < count; index += 1)
      numbers.push(integerAt(view, start + index * size, size, dtype.signed, little));
  }
  return numbers;
}

function floatAt(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 8) return view.getFloat64(at, little);
  return size === 4 ? view.getFloat32(at, little) : decodeHalf(view.getUint16(at, little));
}

function integerAt(
  view: DataView,
  at: number,
  size: number,
  signed: boolean,
  little: boolean,
): number | bigint {
  if (size === 1) return signed ? view.getInt8(at) : view.getUint8(at);
  if (size === 2) return signed ? view.getInt16(at, little) : view.getUint16(at, little);
  if (size === 4) return signed ? view.getInt32(at, little) : view.getUint32(at, little);
  const highAt = little ? at + 4 : at;
  const high = signed ? view.getInt32(highAt, little) : view.getUint32(highAt, little);
  // A number wherever it is exact; so far from the bounds its sum is.
  if (high >= -EXACT_HIGH && high < EXACT_HIGH)
    return high * 2 ** 32 + view.getUint32(little ? at : at + 4, little);
  return shortenInteger(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
}

/** The upper half of 2^52. */
const EXACT_HIGH = 2 ** 20;

/** Where single numbers are viewed: a view of each one's own bytes would cost more than all else. */
const single = new DataView(new ArrayBuffer(8));
const singleBytes = new Uint8Array(single.buffer);

/** A view whose first bytes are the `size` ones at `at`, until it is asked for again. @throws RangeError where they are not within `bytes` */
function viewSingle(bytes: Uint8Array, at: number, size: number): DataView {
  mustHold(bytes, at, size);
  for (let index = 0; index < size; index += 1) singleBytes[index] = bytes[at + index]!;
  return single;
}

function mustHold(bytes: Uint8Array, at: number, length: number): void {
  if (at < 0 || at + length > bytes.byteLength) {
    throw new RangeError(`${length} bytes from ${at} are not within ${bytes.byteLength}`);
  }
}

/**
 * The string in the bytes from `start` to before `end`, without its padding. ASCII is read as UTF-8, of which it is a
 * subset; declared ASCII that is not is mostly UTF-8.
 */
export function decodeText(bytes: Uint8Array, padding: StringPadding, start = 0, end = bytes.length): string {
  return decodeEscaped(bytes, start, textEnd(bytes, padding, start, end));
}

/** Bytes up to which a loop finds the end of a text faster than a call. */
const SHORT_TEXT = 32;

function textEnd(bytes: Uint8Array, padding: StringPadding, start: number, end: number): number {
  if (padding === 'null-terminated') {
    if (end - start <= SHORT_TEXT) {
      let at = start;
      while (at < end && bytes[at] !== 0) at += 1;
      return at;
    }
    const length = bytes.subarray(start, end).indexOf(0);
    return length === -1 ? end : start + length;
  }
  const filler = padding === 'space-padded' ? 0x20 : 0;
  let last = end;
  while (last > start && bytes[last - 1] === filler) last -= 1;
  return last;
}

/** An integer of any whole number of bytes: a number if it is exact, else a bigint. */
export function decodeInteger(
  bytes: Uint8Array,
  at: number,
  size: number,
  signed: boolean,
  order: '<' | '>',
  bits?: BitField,
): number | bigint {
  if (bits !== undefined) return decodeBits(bigintAt(bytes, at, size, order), signed, bits);
  if (isViewable(size)) return integerAt(viewSingle(bytes, at, size), 0, size, signed, order === '<');
  const value = bigintAt(bytes, at, size, order);
  return shortenInteger(signed ? BigInt.asIntN(size * 8, value) : value);
}

/** The part of an element that is the number (IV.A.2.d, bit offset and precision); its highest bit is the sign. */
function decodeBits(value: bigint, signed: boolean, { precision, offset }: BitField): number | bigint {
  const shifted = value >> BigInt(offset);
  return shortenInteger(signed ? BigInt.asIntN(precision, shifted) : BigInt.asUintN(precision, shifted));
}

function shortenInteger(exact: bigint): number | bigint {
  const small = exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER);
  return small ? Number(exact) : exact;
}

function bigintAt(bytes: Uint8Array, at: number, size: number, order: '<' | '>'): bigint {
  let value = 0n;
  for (let index = 0; index < size; index += 1) {
    const byte = bytes[order === '>' ? at + index : at + size - 1 - index]!;
    value = (value << 8n) | BigInt(byte);
  }
  return value;
}

/**
 * A float: IEEE 754 of 2, 4 or 8 bytes; of 10, 12 or 16 bytes the 80-bit format of the x87, or IEEE's
 * quadruple precision where 16 bytes make no sense as the former, rounded to the nearest double.
 * @throws UndecodableTypeError for any other size
 */
export function decodeFloat(bytes: Uint8Array, at: number, size: number, order: '<' | '>'): number {
  if (size === 8 || size === 4 || size === 2)
    return floatAt(viewSingle(bytes, at, size), 0, size, order === '<');
  if (size !== 10 && size !== 12 && size !== 16) {
    throw new UndecodableTypeError(`floats of ${size} bytes are not known`);
  }
  const bits = bigintAt(bytes, at, size, order);
  if (size === 16 && looksQuadruple(bits))
    return decodeWideFloat(bits >> 127n, bits >> 112n, bits, 112n, false);
  return decodeExtended(bits);
}

/** The x87's float in the lowest 80 bits. */
function decodeExtended(bits: bigint): number {
  return decodeWideFloat(bits >> 79n, bits >> 64n, bits, 63n, true);
}

/**
 * Detects the format of 16 bytes, which `Dtype` does not give: an x87 float has its leading one
 * stored as bit 63, and above its 80 bits padding that need not be zero.
 */
function looksQuadruple(bits: bigint): boolean {
  if (bits >> 80n === 0n) return false;
  const isLikely = (exponent: bigint): boolean => {
    const power = Number(exponent & 0x7fffn) - 16383;
    return power === 16384 || Math.abs(power) < 1100;
  };
  if (BigInt.asUintN(80, bits) === 0n) return isLikely(bits >> 112n);
  const hasOne = ((bits >> 63n) & 1n) === 1n;
  return !(hasOne && isLikely(bits >> 64n));
}

function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A float with a 15-bit exponent and `fractionBits` bits of fraction; `explicitOne` if the integer bit is stored. */
function decodeWideFloat(
  signBit: bigint,
  highBits: bigint,
  bits: bigint,
  fractionBits: bigint,
  explicitOne: boolean,
): number {
  const sign = (signBit & 1n) === 1n ? -1 : 1;
  const exponent = Number(highBits & 0x7fffn);
  const fraction = BigInt.asUintN(Number(fractionBits), bits);
  if (exponent === 0x7fff) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const one = explicitOne ? (bits >> fractionBits) & 1n : exponent === 0 ? 0n : 1n;
  const mantissa = (one << fractionBits) | fraction;
  return sign * scaleMantissa(mantissa, (exponent === 0 ? 1 : exponent) - 16383 - Number(fractionBits));
}

/**
 * A float by its layout; an exponent of all ones means infinity or NaN, one of all zeros means zero or, where the
 * mantissa's leading bit is not stored, a subnormal number. A stored mantissa has the same power at any exponent.
 */
function decodeLaidOutFloat(bits: bigint, layout: FloatLayout): number {
  const { exponentBits, mantissaBits, bias, normalization } = layout;
  const field = (at: number, width: number): bigint => BigInt.asUintN(width, bits >> BigInt(at));
  const sign = field(layout.sign, 1) === 1n ? -1 : 1;
  const exponent = Number(field(layout.exponentAt, exponentBits));
  const stored = field(layout.mantissaAt, mantissaBits);
  const isImplied = normalization === 'implied';
  if (exponent === 2 ** exponentBits - 1) {
    // As libhdf5 has it: an infinity may have its leading bit set only if that is not so of all numbers.
    const fraction =
      normalization === 'none' ? BigInt.asUintN(Math.max(0, mantissaBits - 1), stored) : stored;
    return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const fractionBits = isImplied ? mantissaBits : mantissaBits - 1;
  const one = isImplied && exponent !== 0 ? 1n << BigInt(mantissaBits) : 0n;
  const power = (isImplied && exponent === 0 ? 1 : exponent) - bias - fractionBits;
  return sign * scaleMantissa(one | stored, power);
}

/** `mantissa` × 2^`exponent` as the nearest double, ties to even; one rounding, subnormal doubles included. */
function scaleMantissa(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const length = mantissa.toString(2).length;
  // The value of the last bit that the double can represent: 53 bits of it, none below 2^-1074.
  const lowest = Math.max(length + exponent - 53, -1074);
  const dropped = lowest - exponent;
  if (dropped <= 0) return Number(mantissa) * 2 ** exponent;
  const drop = BigInt(dropped);
  const half = 1n << (drop - 1n);
  let kept = mantissa >> drop;
  const rest = mantissa & ((1n << drop) - 1n);
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  if (lowest > 971) return Number.POSITIVE_INFINITY;
  // Two factors, each a double, where one power of two would underflow.
  return lowest < -1022 ? Number(kept) * 2 ** -1022 * 2 ** (lowest + 1022) : Number(kept) * 2 ** lowest;
}

function formatHex(bytes: Uint8Array): { hex: string } {
  return { hex: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') };
}
