/**
 * How numpy names the type of a dataset, as h5py maps it from HDF5: the specification prints it after
 * each typed dataset. Pure; numpy.org/doc/stable/reference/arrays.dtypes.html and docs.h5py.org on
 * special types.
 */
import type { Dtype } from '../dtype.ts';
import { stringRepr } from './python-repr.ts';

/** `str(dtype)`: `float64`, `bool`, `object`, `|S8`, `>f8`, `[('x', '<u4'), ('y', 'O')]`. */
export function numpyDtypeName(dtype: Dtype): string {
  switch (dtype.class) {
    case 'integer':
    case 'float':
    case 'bitfield':
      return dtype.order === '>' && dtype.size > 1 ? numpyTypeCode(dtype) : wordOf(dtype);
    case 'enum':
      return isBool(dtype) ? 'bool' : numpyDtypeName(dtype.base);
    case 'compound': {
      const complex = complexSize(dtype);
      if (complex !== undefined) return `complex${complex * 16}`;
      return `[${dtype.fields.map(fieldRow).join(', ')}]`;
    }
    case 'array':
      return `(${stringRepr(numpyTypeCode(dtype.base))}, ${pythonTuple(dtype.shape)})`;
    case 'vlen':
    case 'reference':
      return 'object';
    case 'string':
      return dtype.size === 'variable' ? 'object' : numpyTypeCode(dtype);
    case 'opaque':
    case 'time':
      return numpyTypeCode(dtype);
  }
}

/** The code by which a compound's field is listed: `<f8`, `|b1`, `O`, `S8`. */
export function numpyTypeCode(dtype: Dtype): string {
  switch (dtype.class) {
    case 'integer':
      return `${orderOf(dtype)}${dtype.signed ? 'i' : 'u'}${dtype.size}`;
    case 'float':
      return `${orderOf(dtype)}f${dtype.size}`;
    case 'bitfield':
      return `${orderOf(dtype)}u${dtype.size}`;
    case 'enum':
      return isBool(dtype) ? '?' : numpyTypeCode(dtype.base);
    case 'vlen':
    case 'reference':
      return 'O';
    case 'string':
      return dtype.size === 'variable' ? 'O' : `|S${dtype.size}`;
    case 'opaque':
    case 'time':
      return `|V${dtype.size}`;
    case 'compound': {
      const complex = complexSize(dtype);
      return complex === undefined ? `|V${dtype.size}` : `<c${complex * 2}`;
    }
    case 'array':
      return numpyTypeCode(dtype.base);
  }
}

function fieldRow(field: { readonly name: string; readonly dtype: Dtype }): string {
  const name = stringRepr(field.name);
  const { dtype } = field;
  if (dtype.class === 'array') {
    return `(${name}, ${stringRepr(numpyTypeCode(dtype.base))}, ${pythonTuple(dtype.shape)})`;
  }
  if (dtype.class === 'compound' && complexSize(dtype) === undefined) {
    return `(${name}, [${dtype.fields.map(fieldRow).join(', ')}])`;
  }
  return `(${name}, ${stringRepr(numpyTypeCode(dtype))})`;
}

function orderOf(dtype: { readonly size: number; readonly order: '<' | '>' }): string {
  return dtype.size === 1 ? '|' : dtype.order;
}

function wordOf(dtype: Dtype): string {
  if (dtype.class === 'integer') return `${dtype.signed ? 'int' : 'uint'}${dtype.size * 8}`;
  if (dtype.class === 'float') return `float${dtype.size * 8}`;
  return dtype.class === 'bitfield' ? `uint${dtype.size * 8}` : dtype.class;
}

/** h5py's convention: an 8-bit enum of FALSE = 0 and TRUE = 1 is numpy's bool. */
export function isBool(dtype: Dtype): boolean {
  if (dtype.class !== 'enum' || dtype.base.class !== 'integer' || dtype.base.size !== 1) return false;
  const value = (name: string) => dtype.members.find((member) => member.name === name)?.value;
  return dtype.members.length === 2 && Number(value('FALSE')) === 0 && Number(value('TRUE')) === 1;
}

/** h5py's convention: a compound of two floats `r` and `i` is a complex number; bytes of one part, else undefined. */
export function complexSize(dtype: Dtype): number | undefined {
  if (dtype.class !== 'compound' || dtype.fields.length !== 2) return undefined;
  const [real, imaginary] = dtype.fields;
  if (real?.name !== 'r' || imaginary?.name !== 'i') return undefined;
  const isPair = real.dtype.class === 'float' && imaginary.dtype.class === 'float';
  return isPair && real.dtype.size === imaginary.dtype.size ? real.dtype.size : undefined;
}

/** A shape as Python prints a tuple: `()`, `(3,)`, `(3, 4)`; `None` for a null dataspace. */
export function pythonTuple(shape: readonly number[] | null): string {
  if (shape === null) return 'None';
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}
