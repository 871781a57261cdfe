/**
 * The types of Zarr's arrays in the header's form, and the representation of their elements in a chunk:
 * numpy's dtypes in Zarr v2, data types by name in v3. Pure. The types are the same as those of the same NWB
 * data in HDF5: `bool` as an enumeration, Unicode strings of fixed length as variable-length ones, complex
 * numbers as pairs.
 */
import type { Dtype, Element } from '../dtype.ts';
import { decodeFloat, decodeInteger, decodeText } from '../header/decode-element.ts';
import { findArray, findObject, findText, findWhole, type JsonObject, type PythonValue } from './json.ts';

/** An array's type. */
export interface ElementType {
  readonly dtype: Dtype;
  /**
   * How zarrita decodes a chunk: as numbers or booleans of zarrita's type of that name; as single bytes,
   * which `decode` converts to elements; as strings or other objects; or not at all.
   */
  readonly decoding: { readonly native: string } | 'bytes' | 'objects' | 'none';
  /** Bytes of an element in a decoded chunk; 0 for objects, whose lengths vary. */
  readonly size: number;
  /** Decodes the element at an offset of a decoded chunk. */
  decode(bytes: Uint8Array, at: number): Element;
}

/** The properties of an array that its type depends on. */
export interface TypeContext {
  /** The array's attributes; the conventions of hdmf-zarr add to the type. */
  readonly attributes: JsonObject;
  /** Returns the engine's key of the object that a reference refers to, or null. */
  readonly findReference: (value: PythonValue) => number | null;
}

/** The type of booleans, as h5py writes them to HDF5. */
export const BOOL: Dtype = {
  class: 'enum',
  base: { class: 'integer', size: 1, signed: true, order: '<' },
  members: [
    { name: 'FALSE', value: 0 },
    { name: 'TRUE', value: 1 },
  ],
};

export const TEXT: Dtype = { class: 'string', size: 'variable', charset: 'utf8' };
export const REFERENCE: Dtype = { class: 'reference', target: 'object' };

/** The most fields of a compound, and the deepest nesting of compounds. */
const MOST_FIELDS = 1000;
const DEEPEST = 8;

/** The type that a v2 array's `dtype` names; undefined for an unknown one. */
export function parseV2Type(dtype: PythonValue, context: TypeContext): ElementType | undefined {
  const hdmfType = context.attributes.get('zarr_dtype');
  return v2Type(dtype, hdmfType, context, 0);
}

/** The type that a v3 array's `data_type` names; undefined for an unknown one. */
export function parseV3Type(
  dataType: PythonValue,
  order: '<' | '>',
  context: TypeContext,
): ElementType | undefined {
  const type = v3Type(dataType, order, context, 0);
  const isReference = context.attributes.get('_DTYPE') === 'object_reference';
  return isReference && type?.dtype.class === 'string' ? { ...type, dtype: REFERENCE } : type;
}

const V2_DTYPE = /^([<>|=])([biufcSUVOmM])(\d{0,9})(\[[^\]]{1,20}\])?$/;

function v2Type(
  dtype: PythonValue,
  hdmfType: PythonValue | undefined,
  context: TypeContext,
  depth: number,
): ElementType | undefined {
  const list = findArray(dtype);
  if (list !== undefined) return v2Compound(list, hdmfType, context, depth);
  const [, mark, kind = '', digits = '', unit = ''] = V2_DTYPE.exec(findText(dtype) ?? '') ?? [];
  const order = mark === '>' ? '>' : '<';
  const size = Number(digits);
  switch (kind) {
    case 'b':
      return boolean();
    case 'i':
    case 'u':
      return integer(size, kind === 'i', order);
    case 'f':
      return float(size, order);
    case 'c':
      return complex(size, order);
    case 'S':
      return bytesText(size);
    case 'U':
      return wideText(size * 4, order);
    case 'V':
      return opaque(size, '');
    case 'm':
    case 'M':
      return opaque(size, `NUMPY:${mark}${kind}${size}${unit}`);
    case 'O':
      return objects(hdmfType === 'object' ? REFERENCE : TEXT);
    default:
      return undefined;
  }
}

/** A structured dtype: rows of a name, a dtype and sometimes a shape; packed. */
function v2Compound(
  rows: readonly PythonValue[],
  hdmfType: PythonValue | undefined,
  context: TypeContext,
  depth: number,
): ElementType | undefined {
  const hdmfRows = findArray(hdmfType);
  const fields = rows.map((row, index) => {
    const [name, dtype, shape] = findArray(row) ?? [];
    const hdmfField = findObject(hdmfRows?.[index])?.get('dtype');
    return {
      name,
      shape,
      type: dtype === undefined ? undefined : v2Type(dtype, hdmfField, context, depth + 1),
    };
  });
  return compound(fields, depth);
}

const V3_NUMBERS = /^(int|uint|float|complex)(8|16|32|64|128)$/;

function v3Type(
  dataType: PythonValue,
  order: '<' | '>',
  context: TypeContext,
  depth: number,
): ElementType | undefined {
  const configuration = findObject(findObject(dataType)?.get('configuration'));
  const name = findText(dataType) ?? findText(findObject(dataType)?.get('name')) ?? '';
  const size = findWhole(configuration?.get('length_bytes')) ?? 0;
  if (size < 0) return undefined;
  const [, kind, bits] = V3_NUMBERS.exec(name) ?? [];
  if (kind === 'int' || kind === 'uint') return integer(Number(bits) / 8, kind === 'int', order);
  if (kind === 'float') return float(Number(bits) / 8, order);
  if (kind === 'complex') return complex(Number(bits) / 8, order);
  switch (name) {
    case 'bool':
      return boolean();
    case 'string':
    case 'variable_length_utf8':
    case 'bytes':
    case 'variable_length_bytes':
      return objects(TEXT);
    case 'fixed_length_utf32':
      return wideText(size, order);
    case 'null_terminated_bytes':
      return bytesText(size);
    case 'raw_bytes':
      return opaque(size, '');
    case 'numpy.datetime64':
    case 'numpy.timedelta64': {
      const unit = findText(configuration?.get('unit')) ?? 'generic';
      // A unit such as 10 s; numpy leaves a factor of one out.
      const factor = findWhole(configuration?.get('scale_factor')) ?? 1;
      const multiple = factor === 1 ? '' : String(factor);
      return opaque(8, `NUMPY:${order}${name.includes('delta') ? 'm' : 'M'}8[${multiple}${unit}]`);
    }
    case 'struct':
    case 'structured':
      return v3Compound(findArray(configuration?.get('fields')) ?? [], order, context, depth);
    default:
      return /^r\d{1,6}$/.test(name) ? opaque(Number(name.slice(1)) / 8, '') : undefined;
  }
}

/** The fields of a `struct`: objects with name and data type, or pairs of them. */
function v3Compound(
  rows: readonly PythonValue[],
  order: '<' | '>',
  context: TypeContext,
  depth: number,
): ElementType | undefined {
  const references = depth === 0 ? (findArray(context.attributes.get('_REFERENCE_FIELDS')) ?? []) : [];
  const fields = rows.map((row) => {
    const pair = findArray(row);
    const name = pair === undefined ? findObject(row)?.get('name') : pair[0];
    const dataType = pair === undefined ? findObject(row)?.get('data_type') : pair[1];
    const type = dataType === undefined ? undefined : v3Type(dataType, order, context, depth + 1);
    const isReference = name !== undefined && references.includes(name) && type?.dtype.class === 'string';
    return { name, shape: undefined, type: isReference ? referenceText(type, context) : type };
  });
  return compound(fields, depth);
}

interface Field {
  readonly name: PythonValue | undefined;
  readonly shape: PythonValue | undefined;
  readonly type: ElementType | undefined;
}

function compound(rows: readonly Field[], depth: number): ElementType | undefined {
  if (rows.length === 0 || rows.length > MOST_FIELDS || depth >= DEEPEST) return undefined;
  const fields: { name: string; offset: number; type: ElementType }[] = [];
  let size = 0;
  for (const { name, shape, type } of rows) {
    const whole = type === undefined ? undefined : repeatType(type, shape);
    if (typeof name !== 'string' || whole === undefined) return undefined;
    fields.push({ name, offset: size, type: whole });
    size += whole.size;
  }
  // Objects in a compound are written by codecs for Python's own objects.
  const isPlain = fields.every(({ type }) => type.decoding !== 'objects' && type.decoding !== 'none');
  return {
    dtype: packedCompound(fields.map(({ name, type }) => ({ name, dtype: type.dtype }))),
    decoding: isPlain ? 'bytes' : 'none',
    size,
    decode: (bytes, at) => fields.map(({ offset, type }) => type.decode(bytes, at + offset)),
  };
}

/**
 * The fields one after another, with the offsets that the same data have in HDF5, where texts and references
 * have other sizes than in Zarr.
 */
function packedCompound(fields: readonly { readonly name: string; readonly dtype: Dtype }[]): Dtype {
  let size = 0;
  const located = fields.map(({ name, dtype }) => {
    const offset = size;
    size += hdf5Bytes(dtype);
    return { name, offset, dtype };
  });
  return { class: 'compound', size, fields: located };
}

/**
 * Bytes of an element in an HDF5 file: a length and a heap id for a variable-length text, an address for a
 * reference.
 */
function hdf5Bytes(dtype: Dtype): number {
  switch (dtype.class) {
    case 'string':
      return dtype.size === 'variable' ? 16 : dtype.size;
    case 'reference':
      return 8;
    case 'enum':
      return hdf5Bytes(dtype.base);
    case 'array':
      return dtype.shape.reduce((product, length) => product * length, hdf5Bytes(dtype.base));
    case 'vlen':
      return 16;
    default:
      return dtype.size;
  }
}

/** The type of a field that is an array of elements. */
function repeatType(type: ElementType, shapeValue: PythonValue | undefined): ElementType | undefined {
  if (shapeValue === undefined) return type;
  const lengths = (findArray(shapeValue) ?? [shapeValue]).map(findWhole);
  if (lengths.length > 32 || lengths.some((length) => length === undefined || length < 0)) return undefined;
  const shape = lengths as number[];
  const count = shape.reduce((product, length) => product * length, 1);
  if (count > 1_000_000) return undefined;
  return {
    dtype: { class: 'array', base: type.dtype, shape },
    decoding: type.decoding === 'objects' ? 'none' : type.decoding,
    size: type.size * count,
    decode: (bytes, at) =>
      Array.from({ length: count }, (_, index) => type.decode(bytes, at + index * type.size)),
  };
}

function boolean(): ElementType {
  return { dtype: BOOL, decoding: { native: 'bool' }, size: 1, decode: (bytes, at) => bytes[at]! };
}

function integer(size: number, signed: boolean, order: '<' | '>'): ElementType | undefined {
  if (![1, 2, 4, 8].includes(size)) return undefined;
  return {
    dtype: { class: 'integer', size, signed, order: size === 1 ? '<' : order },
    decoding: { native: `${signed ? 'int' : 'uint'}${size * 8}` },
    size,
    decode: (bytes, at) => decodeInteger(bytes, at, size, signed, order),
  };
}

function float(size: number, order: '<' | '>'): ElementType | undefined {
  if (![2, 4, 8, 16].includes(size)) return undefined;
  return {
    dtype: { class: 'float', size, order },
    // JavaScript does not have half and long double floats everywhere.
    decoding: size === 4 || size === 8 ? { native: `float${size * 8}` } : 'bytes',
    size,
    decode: (bytes, at) => decodeFloat(bytes, at, size, order),
  };
}

function complex(size: number, order: '<' | '>'): ElementType | undefined {
  if (size !== 8 && size !== 16) return undefined;
  const part: Dtype = { class: 'float', size: size / 2, order };
  return {
    dtype: {
      class: 'compound',
      size,
      fields: [
        { name: 'r', offset: 0, dtype: part },
        { name: 'i', offset: size / 2, dtype: part },
      ],
    },
    decoding: 'bytes',
    size,
    decode: (bytes, at) => [
      decodeFloat(bytes, at, size / 2, order),
      decodeFloat(bytes, at + size / 2, size / 2, order),
    ],
  };
}

function bytesText(size: number): ElementType {
  return {
    dtype: { class: 'string', size, charset: 'ascii' },
    decoding: 'bytes',
    size,
    decode: (bytes, at) => decodeText(bytes, 'null-padded', at, at + size),
  };
}

/** UTF-32, padded with zeros; pynwb writes the same strings to HDF5 as variable-length ones. */
function wideText(size: number, order: '<' | '>'): ElementType | undefined {
  if (size % 4 !== 0) return undefined;
  return { dtype: TEXT, decoding: 'bytes', size, decode: (bytes, at) => decodeWide(bytes, at, size, order) };
}

function decodeWide(bytes: Uint8Array, at: number, size: number, order: '<' | '>'): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  let end = size;
  while (end > 0 && view.getUint32(end - 4) === 0) end -= 4;
  let text = '';
  for (let offset = 0; offset < end; offset += 4) {
    const point = view.getUint32(offset, order === '<');
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text.toWellFormed();
}

function opaque(size: number, tag: string): ElementType | undefined {
  if (!Number.isInteger(size)) return undefined;
  return {
    dtype: { class: 'opaque', size, tag },
    decoding: 'bytes',
    size,
    decode: (bytes, at) => ({ hex: Buffer.from(bytes.subarray(at, at + size)).toString('hex') }),
  };
}

function objects(dtype: Dtype): ElementType {
  return { dtype, decoding: 'objects', size: 0, decode: () => '' };
}

/** The type of a field whose text is the path of an object. */
function referenceText(text: ElementType, { findReference }: TypeContext): ElementType {
  return {
    ...text,
    dtype: REFERENCE,
    decode: (bytes, at) => ({ ref: findReference(text.decode(bytes, at) as string) }),
  };
}
