/**
 * numpy's name of a dataset's type, as mapped by h5py from HDF5: the specification prints it after
 * each typed dataset. Pure; numpy.org/doc/stable/reference/arrays.dtypes.html and docs.h5py.org on
 * special types.
 */
import type { CompoundField, Dtype, FloatLayout } from '../dtype.ts';
import { stringRepr } from './python-repr.ts';

/** `str(dtype)`: `float64`, `bool`, `object`, `|S8`, `>f8`, `[('x', '<u4'), ('y', 'O')]`. */
export function numpyDtypeName(dtype: Dtype): string {
  const word = plainWord(dtype);
  if (word !== undefined) return word;
  const code = numpyTypeCode(dtype);
  return /^[SV]\d/.test(code) ? `|${code}` : code;
}

/**
 * `repr(dtype)` of h5py's dtype: `dtype('int16')`, `dtype([('a', '<i4')])`; its floats come with their order, as do
 * times and the complex numbers of HDF5 2.0.
 */
export function numpyDtypeRepr(dtype: Dtype): string {
  const isComplex = dtype.class === 'compound' && dtype.isComplex === true;
  const isOrdered = isComplex || dtype.class === 'float' || findNumpyTime(dtype) !== undefined;
  const word = isOrdered ? undefined : plainWord(dtype);
  const code = word === 'object' ? 'O' : (word ?? numpyTypeCode(dtype));
  return `dtype(${/^[([{]/.test(code) ? code : stringRepr(code)})`;
}

/** `dtype=…` of an array's `repr`; undefined where numpy leaves it out because the elements show it. */
export function numpyDtypeWord(dtype: Dtype, isEmpty: boolean): string | undefined {
  const name = numpyDtypeName(dtype);
  if (!isEmpty && IMPLIED.has(name)) return undefined;
  if (/^[([{]/.test(name)) return name;
  return /^[a-z]\w*$/i.test(name) ? name : stringRepr(name);
}

/** numpy's default types of numbers. */
const IMPLIED: ReadonlySet<string> = new Set(['int64', 'float64', 'complex128', 'bool']);

/**
 * The code by which a compound's field is listed: `<f8`, `?`, `O`, `S8`, or the code of a compound or array in
 * brackets.
 */
export function numpyTypeCode(dtype: Dtype): string {
  switch (dtype.class) {
    case 'integer':
      return `${formatOrder(dtype)}${dtype.signed ? 'i' : 'u'}${dtype.size}`;
    case 'float':
      return `${dtype.order}f${numpyFloatBytes(dtype)}`;
    case 'bitfield':
      return `${formatOrder(dtype)}u${dtype.size}`;
    case 'enum':
      return isBool(dtype) ? '?' : numpyTypeCode(dtype.base);
    case 'vlen':
    case 'reference':
      return 'O';
    case 'string':
      return dtype.size === 'variable' ? 'O' : `S${dtype.size}`;
    case 'opaque':
    case 'time':
      return timeCode(dtype) ?? `V${dtype.size}`;
    case 'compound': {
      const complex = complexSize(dtype);
      return complex === undefined ? compoundCode(dtype) : `${complexOrder(dtype)}c${complex * 2}`;
    }
    case 'array':
      return `(${quoteCode(numpyTypeCode(dtype.base))}, ${pythonTuple(dtype.shape)})`;
  }
}

/** The name of a type in the machine's byte order: `int16`, `bool`, `object`; undefined for those without one. */
function plainWord(dtype: Dtype): string | undefined {
  switch (dtype.class) {
    case 'integer':
    case 'bitfield': {
      if (dtype.order === '>' && dtype.size > 1) return undefined;
      return `${dtype.class === 'integer' && dtype.signed ? 'int' : 'uint'}${dtype.size * 8}`;
    }
    case 'float':
      return dtype.order === '>' ? undefined : `float${numpyFloatBytes(dtype) * 8}`;
    case 'enum':
      return isBool(dtype) ? 'bool' : plainWord(dtype.base);
    case 'vlen':
    case 'reference':
      return 'object';
    case 'string':
      return dtype.size === 'variable' ? 'object' : undefined;
    case 'opaque': {
      const time = findNumpyTime(dtype);
      return time?.order === '<' ? `${time.isDate ? 'datetime64' : 'timedelta64'}${time.unit}` : undefined;
    }
    case 'compound': {
      const complex = complexSize(dtype);
      return complex === undefined || complexOrder(dtype) === '>' ? undefined : `complex${complex * 16}`;
    }
    default:
      return undefined;
  }
}

/** numpy's floats: bytes, bits of the mantissa, and the minimum and maximum exponent. */
const NUMPY_FLOATS = [
  { bytes: 2, mantissa: 10, least: -14, most: 16 },
  { bytes: 4, mantissa: 23, least: -126, most: 128 },
  { bytes: 8, mantissa: 52, least: -1022, most: 1024 },
] as const;

/** Bytes of the smallest numpy float that can represent a type, as which h5py reads it. */
export function numpyFloatBytes({
  size,
  layout,
}: {
  readonly size: number;
  readonly layout?: FloatLayout;
}): number {
  if (layout === undefined) return size;
  const most = 2 ** layout.exponentBits - 1 - layout.bias;
  const least = 1 - layout.bias;
  const holds = NUMPY_FLOATS.find(
    (each) =>
      each.bytes >= size && each.mantissa >= layout.mantissaBits && each.least <= least && each.most >= most,
  );
  return holds?.bytes ?? 16;
}

/** A numpy time type in h5py's tag, or in Zarr's: `NUMPY:datetime64[us]`, `NUMPY:<M8[us]`. */
const NUMPY_TIME = /^NUMPY:(?:([<>=|]?)([mM])8|(datetime|timedelta)64)((?:\[\w+\])?)$/;

/** A numpy time type. */
export interface NumpyTime {
  readonly order: '<' | '>';
  /** Whether it is a point in time or a time span. */
  readonly isDate: boolean;
  /** In brackets, such as `[us]`; empty if there is none. */
  readonly unit: string;
}

/** The numpy time type of an opaque type; undefined for any other. */
export function findNumpyTime(dtype: Dtype): NumpyTime | undefined {
  if (dtype.class !== 'opaque' || dtype.size !== 8) return undefined;
  const [tag, order, code, word, unit = ''] = NUMPY_TIME.exec(dtype.tag) ?? [];
  if (tag === undefined) return undefined;
  const isDate = code === 'M' || word === 'datetime';
  return { order: order === '>' ? '>' : '<', isDate, unit: unit === '[generic]' ? '' : unit };
}

function timeCode(dtype: Dtype): string | undefined {
  const time = findNumpyTime(dtype);
  return time && `${time.order}${time.isDate ? 'M' : 'm'}8${time.unit}`;
}

/** A compound packed one field after the other is a list of fields, any other a dict with their offsets. */
function compoundCode(dtype: Dtype & { class: 'compound' }): string {
  const fields = inMemory(dtype);
  let end = 0;
  const isPacked = fields.every(({ offset, bytes }) => {
    const isNext = offset === end;
    end += bytes;
    return isNext;
  });
  if (isPacked && end === memoryBytes(dtype)) return `[${dtype.fields.map(fieldRow).join(', ')}]`;
  const names = dtype.fields.map(({ name }) => stringRepr(name)).join(', ');
  const formats = dtype.fields.map((field) => quoteCode(numpyTypeCode(field.dtype))).join(', ');
  const offsets = fields.map(({ offset }) => offset).join(', ');
  return `{'names': [${names}], 'formats': [${formats}], 'offsets': [${offsets}], 'itemsize': ${memoryBytes(dtype)}}`;
}

function fieldRow({ name, dtype }: CompoundField): string {
  if (dtype.class !== 'array') return `(${stringRepr(name)}, ${quoteCode(numpyTypeCode(dtype))})`;
  return `(${stringRepr(name)}, ${quoteCode(numpyTypeCode(dtype.base))}, ${pythonTuple(dtype.shape)})`;
}

function quoteCode(code: string): string {
  return /^[([{]/.test(code) ? code : stringRepr(code);
}

/** Offsets of a compound's fields in numpy, adjusted for earlier fields whose size differs from the file. */
function inMemory(
  dtype: Dtype & { class: 'compound' },
): { readonly offset: number; readonly bytes: number }[] {
  const byOffset = [...dtype.fields].sort((a, b) => a.offset - b.offset);
  const moved = new Map<CompoundField, number>();
  let grown = 0;
  for (const field of byOffset) {
    moved.set(field, field.offset + grown);
    grown += memoryBytes(field.dtype) - fileBytes(field.dtype);
  }
  return dtype.fields.map((field) => ({ offset: moved.get(field)!, bytes: numpyBytes(field.dtype) }));
}

/** Bytes of an element in the file: with addresses of eight bytes, as set by nearly all writers. */
function fileBytes(dtype: Dtype): number {
  return elementBytes(dtype, {
    text: 16,
    sequence: 16,
    object: 8,
    region: 12,
    float: ({ size }) => size,
    compound: ({ size }) => size,
  });
}

/**
 * Bytes of an element in libhdf5's memory on a machine of 64 bits, which h5py uses as the spacing of a compound's
 * fields.
 */
function memoryBytes(dtype: Dtype): number {
  return elementBytes(dtype, {
    text: 8,
    sequence: 16,
    object: 8,
    region: 12,
    float: ({ size }) => size,
    compound: compoundMemoryBytes,
  });
}

/** Bytes of an element in numpy. */
function numpyBytes(dtype: Dtype): number {
  return elementBytes(dtype, {
    text: 8,
    sequence: 8,
    object: 8,
    region: 8,
    enumeration: (dtype) => (isBool(dtype) ? 1 : numpyBytes(dtype.base)),
    float: numpyFloatBytes,
    compound: compoundMemoryBytes,
  });
}

/**
 * A compound takes the same bytes in numpy as in libhdf5's memory, also within another one: its fields keep their
 * offsets.
 */
function compoundMemoryBytes({ size, fields }: Dtype & { class: 'compound' }): number {
  return fields.reduce((bytes, field) => bytes + memoryBytes(field.dtype) - fileBytes(field.dtype), size);
}

interface Widths {
  readonly text: number;
  readonly sequence: number;
  readonly object: number;
  readonly region: number;
  readonly enumeration?: (dtype: Dtype & { class: 'enum' }) => number;
  readonly float: (dtype: Dtype & { class: 'float' }) => number;
  readonly compound: (dtype: Dtype & { class: 'compound' }) => number;
}

function elementBytes(dtype: Dtype, widths: Widths): number {
  switch (dtype.class) {
    case 'string':
      return dtype.size === 'variable' ? widths.text : dtype.size;
    case 'vlen':
      return widths.sequence;
    case 'reference':
      return dtype.standard ?? (dtype.target === 'object' ? widths.object : widths.region);
    case 'enum':
      return widths.enumeration?.(dtype) ?? elementBytes(dtype.base, widths);
    case 'array':
      return dtype.shape.reduce((product, length) => product * length, elementBytes(dtype.base, widths));
    case 'float':
      return widths.float(dtype);
    case 'compound':
      return widths.compound(dtype);
    default:
      return dtype.size;
  }
}

function formatOrder(dtype: { readonly size: number; readonly order: '<' | '>' }): string {
  return dtype.size === 1 ? '' : dtype.order;
}

/** h5py's convention: an enum of FALSE = 0 and TRUE = 1, of whole numbers of any size, is numpy's bool. */
export function isBool(dtype: Dtype): boolean {
  if (dtype.class !== 'enum' || dtype.base.class !== 'integer') return false;
  const value = (name: string) => dtype.members.find((member) => member.name === name)?.value;
  return dtype.members.length === 2 && Number(value('FALSE')) === 0 && Number(value('TRUE')) === 1;
}

/**
 * h5py's convention: a compound of two floats `r` and `i` is a complex number; bytes of one part, else undefined. numpy
 * has no complex number of two halves: those are one only where HDF5 itself says so.
 */
export function complexSize(dtype: Dtype): number | undefined {
  if (dtype.class !== 'compound' || dtype.fields.length !== 2) return undefined;
  const [real, imaginary] = dtype.fields;
  if (real?.name !== 'r' || imaginary?.name !== 'i') return undefined;
  if (real.dtype.class !== 'float' || imaginary.dtype.class !== 'float') return undefined;
  const bytes = numpyFloatBytes(real.dtype);
  if (bytes === 2 && dtype.isComplex !== true) return undefined;
  return bytes === numpyFloatBytes(imaginary.dtype) && real.dtype.order === imaginary.dtype.order
    ? bytes
    : undefined;
}

function complexOrder(dtype: Dtype & { class: 'compound' }): '<' | '>' {
  const [real] = dtype.fields;
  return real?.dtype.class === 'float' ? real.dtype.order : '<';
}

/** A shape as Python prints a tuple: `()`, `(3,)`, `(3, 4)`; `None` for a null dataspace. */
export function pythonTuple(shape: readonly number[] | null): string {
  if (shape === null) return 'None';
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}
