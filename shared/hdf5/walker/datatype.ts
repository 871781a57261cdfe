/**
 * The type of an element: the Datatype message, versions 1 to 5 (HDF5 File Format Specification 3.0,
 * IV.A.2.d), as a `Dtype` and the bytes that an element takes in the file.
 */
import type { CompoundField, Dtype, EnumMember } from '../../header/nwb-header.ts';
import { decodeInteger as integerAt, type StringPadding } from '../decode-element.ts';
import { type ByteReader, bytesToHold, padded8, textOf } from './byte-reader.ts';
import { giveUp } from './gave-up.ts';

/** A datatype and the bytes that one of its elements takes where it is stored. */
export interface Datatype {
  readonly dtype: Dtype;
  readonly size: number;
}

/** The padding of the fixed string types decoded so far. A `Dtype` has no place for it, since values come without. */
export const paddingOf = new WeakMap<Dtype, StringPadding>();

/** Types within types; libhdf5 sets no limit, files stay under ten. */
const DEEPEST = 24;

/** The datatype that `reader` stands at. @throws WalkerGaveUp where it is unknown or damaged */
export function decodeDatatype(reader: ByteReader, depth = 0): Datatype {
  if (depth > DEEPEST) giveUp('a datatype nested too deep');
  const classAndVersion = reader.u8();
  const version = classAndVersion >> 4;
  const kind = classAndVersion & 0x0f;
  if (version < 1 || version > 5) giveUp(`a datatype of version ${version}`);
  const bits = reader.uint(3);
  const size = reader.u32();
  if (size === 0) giveUp('a datatype without size');
  const decodeClass = BY_CLASS[kind] ?? giveUp(`a datatype of class ${kind}`);
  return { dtype: decodeClass({ reader, version, bits, size, depth }), size };
}

/** What every class's decoder is given: the class bit field, the element's size, and a reader at its properties. */
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
];

function decodeInteger({ reader, bits, size }: Properties): Dtype {
  mustFill(reader, size, 'an integer');
  const signed = (bits & 0x08) !== 0;
  const order = orderOf(bits);
  return { class: 'integer', size, signed, order };
}

function decodeBitfield({ reader, bits, size }: Properties): Dtype {
  mustFill(reader, size, 'a bit field');
  return { class: 'bitfield', size, order: orderOf(bits) };
}

/** Bit offset and precision: an element that does not fill its bytes is for libhdf5. */
function mustFill(reader: ByteReader, size: number, subject: string): void {
  const offset = reader.u16();
  const precision = reader.u16();
  if (offset !== 0 || precision !== size * 8 || size > 8) {
    giveUp(`${subject} of ${precision} bits in ${size} bytes`);
  }
}

/** Where sign, exponent and mantissa of known floats lie: precision, sign, exponent's place and bits, mantissa's, bias, normalization. */
const FLOATS: ReadonlyMap<number, string> = new Map([
  [2, '16 15 10 5 0 10 15 2'],
  [4, '32 31 23 8 0 23 127 2'],
  [8, '64 63 52 11 0 52 1023 2'],
  [16, '80 79 64 15 0 64 16383 0'],
]);

function decodeFloat({ reader, bits, size }: Properties): Dtype {
  if ((bits & 0x40) !== 0) giveUp('a float in VAX order');
  const bitOffset = reader.u16();
  const precision = reader.u16();
  const places = [...reader.take(4)];
  const bias = reader.u32();
  const found = [precision, (bits >> 8) & 0xff, ...places, bias, (bits >> 4) & 0x03].join(' ');
  const order = orderOf(bits);
  if (bitOffset !== 0 || FLOATS.get(size) !== found || (size === 16 && order === '>')) {
    giveUp(`a float of ${size} bytes that is neither IEEE's nor x87's`);
  }
  return { class: 'float', size, order };
}

function decodeTime({ reader, size }: Properties): Dtype {
  reader.skip(2);
  return { class: 'time', size };
}

const PADDINGS: readonly StringPadding[] = ['null-terminated', 'null-padded', 'space-padded'];

function decodeFixedString({ bits, size }: Properties): Dtype {
  const padding = PADDINGS[bits & 0x0f] ?? giveUp('a string with unknown padding');
  const dtype: Dtype = { class: 'string', size, charset: charsetOf(bits >> 4) };
  paddingOf.set(dtype, padding);
  return dtype;
}

function decodeOpaque({ reader, bits, size }: Properties): Dtype {
  const tagged = reader.take(bits & 0xff);
  const zero = tagged.indexOf(0);
  const tag = textOf(tagged, 0, zero < 0 ? tagged.length : zero);
  return { class: 'opaque', size, tag };
}

function decodeCompound({ reader, version, bits, size, depth }: Properties): Dtype {
  const fields: CompoundField[] = [];
  const count = bits & 0xffff;
  if (count === 0) giveUp('a compound without fields');
  for (let index = 0; index < count; index += 1) {
    const name = decodeName(reader, version);
    const offset = reader.uint(version < 3 ? 4 : bytesToHold(size));
    const shape = version === 1 ? decodeFieldShape(reader) : [];
    const plain = decodeDatatype(reader, depth + 1);
    const field = shape.length === 0 ? plain : arrayOf(plain, shape);
    if (offset + field.size > size) giveUp('a compound field past its compound');
    fields.push({ name, offset, dtype: field.dtype });
  }
  return { class: 'compound', size, fields };
}

/** Version 1: a field may be an array by itself; up to four dimensions have a place. */
function decodeFieldShape(reader: ByteReader): number[] {
  const rank = reader.u8();
  if (rank > 4) giveUp(`a compound field of ${rank} dimensions`);
  reader.skip(3 + 4 + 4);
  const shape = [reader.u32(), reader.u32(), reader.u32(), reader.u32()].slice(0, rank);
  if (shape.includes(0)) giveUp('a compound field without elements');
  return shape;
}

function arrayOf(base: Datatype, shape: readonly number[]): Datatype {
  const size = shape.reduce((product, length) => product * length, base.size);
  return { dtype: { class: 'array', base: base.dtype, shape }, size };
}

/** A field's or member's name: before version 3 filled up with zeros to a multiple of eight. */
function decodeName(reader: ByteReader, version: number): string {
  const start = reader.at;
  const name = reader.terminated();
  if (version < 3) reader.skip(start + padded8(reader.at - start) - reader.at);
  return name;
}

function decodeReference({ bits, size, reader }: Properties): Dtype {
  const { offsets } = reader.sizes;
  const kind = bits & 0x0f;
  if (kind === 0 && size === offsets) {
    return { class: 'reference', target: 'object' };
  }
  if (kind === 1 && size === offsets + 4) {
    return { class: 'reference', target: 'region' };
  }
  return giveUp(`a reference of kind ${kind} in ${size} bytes`);
}

function decodeEnum({ reader, version, bits, size, depth }: Properties): Dtype {
  const count = bits & 0xffff;
  const base = decodeDatatype(reader, depth + 1);
  if (base.dtype.class !== 'integer' || base.size !== size) giveUp('an enumeration of what is no integer');
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push(decodeName(reader, version));
  const { signed, order } = base.dtype;
  const members: EnumMember[] = names.map((name) => ({
    name,
    value: integerAt(reader.take(size), 0, size, signed, order),
  }));
  return { class: 'enum', base: base.dtype, members };
}

function decodeVlen({ reader, bits, size, depth }: Properties): Dtype {
  const kind = bits & 0x0f;
  const { offsets } = reader.sizes;
  const base = decodeDatatype(reader, depth + 1);
  // Length, address of the collection, index in it.
  if (kind > 1 || size !== 4 + offsets + 4) giveUp('a variable-length type of unknown form');
  return kind === 0
    ? { class: 'vlen', base: base.dtype }
    : { class: 'string', size: 'variable', charset: charsetOf(bits >> 8) };
}

function decodeArray({ reader, version, size, depth }: Properties): Dtype {
  if (version < 2) giveUp('an array type of version 1');
  const rank = reader.u8();
  if (rank === 0 || rank > 32) giveUp(`an array type of ${rank} dimensions`);
  if (version === 2) reader.skip(3);
  const shape: number[] = [];
  for (let index = 0; index < rank; index += 1) shape.push(reader.u32());
  if (version === 2) reader.skip(4 * rank);
  const array = arrayOf(decodeDatatype(reader, depth + 1), shape);
  if (array.size !== size) giveUp('an array type whose size is not that of its elements');
  return array.dtype;
}

function orderOf(bits: number): '<' | '>' {
  return (bits & 0x01) === 0 ? '<' : '>';
}

function charsetOf(bits: number): 'ascii' | 'utf8' {
  const charset = bits & 0x0f;
  if (charset > 1) giveUp(`a string in character set ${charset}`);
  return charset === 0 ? 'ascii' : 'utf8';
}
