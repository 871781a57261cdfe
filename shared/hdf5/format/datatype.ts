/**
 * Decodes the type of an element: the Datatype message, versions 1 to 5 (HDF5 File Format Specification 3.0,
 * IV.A.2.d), as a `Dtype` and the number of bytes of an element in the file.
 */
import type { BitField, CompoundField, Dtype, EnumMember, FloatLayout } from '../../dtype.ts';
import { decodeInteger as integerAt, type StringPadding } from '../../header/decode-element.ts';
import type { Unread } from '../../header/nwb-header.ts';
import { type ByteReader, bytesForLimit, decodeUtf8, padded8 } from './byte-reader.ts';
import { abort } from './walker-aborted.ts';

/** A datatype and the number of bytes of one stored element. */
export interface Datatype {
  readonly dtype: Dtype;
  readonly size: number;
}

/**
 * The padding of the fixed string types decoded so far. A `Dtype` has no field for it, since decoded values
 * have no padding.
 */
export const stringPaddings = new WeakMap<Dtype, StringPadding>();

/** For types whose elements are not decoded: the reason. */
const undecoded = new WeakMap<Dtype, Unread>();

/** Why elements of the type cannot be decoded although their size is known; undefined if they can. */
export function whyUndecoded(dtype: Dtype): Unread | undefined {
  switch (dtype.class) {
    case 'opaque':
      return undecoded.get(dtype);
    case 'compound':
      return dtype.fields.map((field) => whyUndecoded(field.dtype)).find((why) => why !== undefined);
    case 'array':
    case 'vlen':
      return whyUndecoded(dtype.base);
    default:
      return undefined;
  }
}

/**
 * A placeholder for a type that cannot be read, with the reason; its `size` is 0, since that is not known
 * either.
 */
export function unreadableType(unread: Unread): Datatype {
  const dtype: Dtype = { class: 'opaque', size: 0, tag: '' };
  undecoded.set(dtype, unread);
  return { dtype, size: 0 };
}

/** A type of which only the size is known; `name` says what it is. */
function undecodedType(size: number, name: string): Dtype {
  const dtype: Dtype = { class: 'opaque', size, tag: name };
  const detail = `its elements are of ${name}, which is not decoded`;
  undecoded.set(dtype, { reason: 'unsupported', detail });
  return dtype;
}

/** The deepest nesting of types; libhdf5 has no limit, files stay below ten. */
const DEEPEST = 24;

/** The datatype at `reader`. @throws WalkerAbortedError where it is unknown or damaged */
export function decodeDatatype(reader: ByteReader, depth = 0): Datatype {
  if (depth > DEEPEST) abort('a datatype nested too deep');
  const classAndVersion = reader.u8();
  const version = classAndVersion >> 4;
  const kind = classAndVersion & 0x0f;
  if (version < 1 || version > 5) abort(`a datatype of version ${version}`, 'unsupported');
  const bits = reader.uint(3);
  const size = reader.u32();
  if (size === 0) abort('a datatype without size');
  const decodeClass = BY_CLASS[kind];
  if (decodeClass === undefined) {
    // Without its properties, what follows it cannot be located: knowing only the size suffices only at the
    // top level.
    if (depth > 0) abort(`a datatype of class ${kind}`, 'unsupported');
    return { dtype: undecodedType(size, `HDF5 datatype class ${kind}`), size };
  }
  return { dtype: decodeClass({ reader, version, bits, size, depth }), size };
}

/**
 * The input of every class's decoder: the class bit field, the element's size, and a reader at its
 * properties.
 */
interface Properties {
  readonly reader: ByteReader;
  readonly version: number;
  readonly bits: number;
  readonly size: number;
  readonly depth: number;
}

/** Decoders by class number. */
const BY_CLASS: readonly ((given: Properties) => Dtype)[] = [
  decodeInteger,
  decodeFloat,
  decodeTime,
  decodeFixedString,
  decodeBitfield,
  decodeOpaque,
  decodeCompound,
  decodeReference,
  decodeEnum,
  decodeVlen,
  decodeArray,
  decodeComplex,
];

function decodeInteger({ reader, bits, size }: Properties): Dtype {
  const signed = (bits & 0x08) !== 0;
  return {
    class: 'integer',
    size,
    signed,
    order: decodeOrder(bits),
    ...decodeBits(reader, size, 'an integer'),
  };
}

function decodeBitfield({ reader, bits, size }: Properties): Dtype {
  return { class: 'bitfield', size, order: decodeOrder(bits), ...decodeBits(reader, size, 'a bit field') };
}

/** The widest integer that is decoded; h5py supports no more than 8 bytes. */
const MOST_INTEGER_BYTES = 64;

/** Bit offset and precision, if the number does not fill its bytes. */
function decodeBits(reader: ByteReader, size: number, subject: string): { readonly bits?: BitField } {
  const offset = reader.u16();
  const precision = reader.u16();
  if (precision === 0 || offset + precision > size * 8 || size > MOST_INTEGER_BYTES) {
    abort(`${subject} of ${precision} bits in ${size} bytes`);
  }
  return precision === size * 8 ? {} : { bits: { precision, offset } };
}

/**
 * The standard layouts by size: precision, sign bit, exponent location and bits, mantissa location and bits,
 * bias, normalization.
 */
const FLOATS: ReadonlyMap<number, string> = new Map([
  [2, '16 15 10 5 0 10 15 2'],
  [4, '32 31 23 8 0 23 127 2'],
  [8, '64 63 52 11 0 52 1023 2'],
  [16, '80 79 64 15 0 64 16383 0'],
]);

/** By the number in the class bit field. */
const NORMALIZATIONS: readonly FloatLayout['normalization'][] = ['none', 'set', 'implied'];

function decodeFloat({ reader, bits, size }: Properties): Dtype {
  const bitOffset = reader.u16();
  const precision = reader.u16();
  const [exponentAt = 0, exponentBits = 0, mantissaAt = 0, mantissaBits = 0] = reader.take(4);
  const bias = reader.u32();
  const sign = (bits >> 8) & 0xff;
  const normal = (bits >> 4) & 0x03;
  if ((bits & 0x40) !== 0) return undecodedType(size, 'a float in VAX order');
  const order = decodeOrder(bits);
  const found = [precision, sign, exponentAt, exponentBits, mantissaAt, mantissaBits, bias, normal].join(' ');
  if (bitOffset === 0 && FLOATS.get(size) === found && (size < 16 || order === '<')) {
    return { class: 'float', size, order };
  }
  const normalization = NORMALIZATIONS[normal] ?? abort('a float of unknown normalization');
  const most = bitOffset + precision;
  const parts = [
    [sign, 1],
    [exponentAt, exponentBits],
    [mantissaAt, mantissaBits],
  ] as const;
  const isSound = parts.every(([at, width]) => width > 0 && at + width <= size * 8);
  // No float has an exponent of more bits; its values would exceed the range of a double.
  if (!isSound || most > size * 8 || exponentBits > MOST_EXPONENT_BITS)
    abort('a float whose parts are outside it');
  // Bit locations count from the lowest bit of the element, whatever its offset is: libhdf5 converts them so.
  const layout = { sign, exponentAt, exponentBits, mantissaAt, mantissaBits, bias, normalization };
  return { class: 'float', size, order, layout };
}

/** Quadruple precision has 15. */
const MOST_EXPONENT_BITS = 30;

/**
 * A complex number of HDF5 2.0: two floats, real part first. numpy reads h5py's own compounds of `r` and `i`
 * as the same type.
 */
function decodeComplex({ reader, size, depth }: Properties): Dtype {
  const part = decodeDatatype(reader, depth + 1);
  if (part.dtype.class !== 'float' || part.size * 2 !== size) {
    return undecodedType(size, 'a complex number of another form');
  }
  return {
    class: 'compound',
    size,
    isComplex: true,
    fields: [
      { name: 'r', offset: 0, dtype: part.dtype },
      { name: 'i', offset: part.size, dtype: part.dtype },
    ],
  };
}

function decodeTime({ reader, size }: Properties): Dtype {
  reader.skip(2);
  return { class: 'time', size };
}

const PADDINGS: readonly StringPadding[] = ['null-terminated', 'null-padded', 'space-padded'];

function decodeFixedString({ bits, size }: Properties): Dtype {
  const padding = PADDINGS[bits & 0x0f] ?? abort('a string with unknown padding');
  const dtype: Dtype = { class: 'string', size, charset: decodeCharset(bits >> 4) };
  stringPaddings.set(dtype, padding);
  return dtype;
}

function decodeOpaque({ reader, bits, size }: Properties): Dtype {
  const tagged = reader.take(bits & 0xff);
  const zero = tagged.indexOf(0);
  const tag = decodeUtf8(tagged, 0, zero < 0 ? tagged.length : zero);
  return { class: 'opaque', size, tag };
}

function decodeCompound({ reader, version, bits, size, depth }: Properties): Dtype {
  const fields: CompoundField[] = [];
  const count = bits & 0xffff;
  if (count === 0) abort('a compound without fields');
  for (let index = 0; index < count; index += 1) {
    const name = decodeName(reader, version);
    const offset = reader.uint(version < 3 ? 4 : bytesForLimit(size));
    const shape = version === 1 ? decodeFieldShape(reader) : [];
    const plain = decodeDatatype(reader, depth + 1);
    const field = shape.length === 0 ? plain : buildArrayType(plain, shape);
    if (offset + field.size > size) abort('a compound field past its compound');
    fields.push({ name, offset, dtype: field.dtype });
  }
  return { class: 'compound', size, fields };
}

/** In version 1 a field may itself be an array, of up to four dimensions. */
function decodeFieldShape(reader: ByteReader): number[] {
  const rank = reader.u8();
  if (rank > 4) abort(`a compound field of ${rank} dimensions`);
  reader.skip(3 + 4 + 4);
  const shape = [reader.u32(), reader.u32(), reader.u32(), reader.u32()].slice(0, rank);
  if (shape.includes(0)) abort('a compound field without elements');
  return shape;
}

function buildArrayType(base: Datatype, shape: readonly number[]): Datatype {
  const size = shape.reduce((product, length) => product * length, base.size);
  return { dtype: { class: 'array', base: base.dtype, shape }, size };
}

/** A field's or member's name: padded with zeros to a multiple of eight before version 3. */
function decodeName(reader: ByteReader, version: number): string {
  const start = reader.at;
  const name = reader.readTerminated();
  if (version < 3) reader.skip(start + padded8(reader.at - start) - reader.at);
  return name;
}

/** Targets of the references of HDF5 1.12 and later, by their kind. */
const STANDARD_TARGETS: Readonly<Record<number, 'object' | 'region' | 'attribute'>> = {
  2: 'object',
  3: 'region',
  4: 'attribute',
};

function decodeReference({ bits, size, reader }: Properties): Dtype {
  const { offsets } = reader.sizes;
  const kind = bits & 0x0f;
  if (kind === 0 && size === offsets) {
    return { class: 'reference', target: 'object' };
  }
  if (kind === 1 && size === offsets + 4) {
    return { class: 'reference', target: 'region' };
  }
  const target = STANDARD_TARGETS[kind];
  // Kind, flags and the id of a heap object: the longest of the forms.
  if (target !== undefined && size >= 2 + 4 + offsets + 4)
    return { class: 'reference', target, standard: size };
  return undecodedType(size, `a reference of kind ${kind}`);
}

function decodeEnum({ reader, version, bits, size, depth }: Properties): Dtype {
  const count = bits & 0xffff;
  const base = decodeDatatype(reader, depth + 1);
  if (base.dtype.class !== 'integer' || base.size !== size)
    abort('an enumeration whose base type is not an integer');
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push(decodeName(reader, version));
  const { signed, order, bits: precision } = base.dtype;
  const members: EnumMember[] = names.map((name) => ({
    name,
    value: integerAt(reader.take(size), 0, size, signed, order, precision),
  }));
  return { class: 'enum', base: base.dtype, members };
}

function decodeVlen({ reader, bits, size, depth }: Properties): Dtype {
  const kind = bits & 0x0f;
  const { offsets } = reader.sizes;
  const base = decodeDatatype(reader, depth + 1);
  // Length, address of the collection, index in it.
  if (kind > 1 || size !== 4 + offsets + 4) abort('a variable-length type of unknown form');
  return kind === 0
    ? { class: 'vlen', base: base.dtype }
    : { class: 'string', size: 'variable', charset: decodeCharset(bits >> 8) };
}

function decodeArray({ reader, version, size, depth }: Properties): Dtype {
  const rank = reader.u8();
  if (rank === 0 || rank > 32) abort(`an array type of ${rank} dimensions`);
  if (version < 3) reader.skip(3);
  const shape: number[] = [];
  for (let index = 0; index < rank; index += 1) shape.push(reader.u32());
  if (version < 3) reader.skip(4 * rank);
  const array = buildArrayType(decodeDatatype(reader, depth + 1), shape);
  if (array.size !== size) abort('an array type whose size is not that of its elements');
  return array.dtype;
}

function decodeOrder(bits: number): '<' | '>' {
  return (bits & 0x01) === 0 ? '<' : '>';
}

function decodeCharset(bits: number): 'ascii' | 'utf8' {
  const charset = bits & 0x0f;
  if (charset > 1) abort(`a string in character set ${charset}`);
  return charset === 0 ? 'ascii' : 'utf8';
}
