/**
 * Decodes the element of chunks that were never written, from an array's `fill_value` in any of the forms
 * that the two versions of Zarr have for it. Pure.
 */

import type { Dtype, Element } from '../dtype.ts';
import { findOwn } from '../own-entry.ts';
import type { ElementType } from './element-type.ts';
import { findArray, findWhole, PythonInt, type PythonValue } from './json.ts';

/** numpy's "not a time": the least integer of 64 bits. */
const NOT_A_TIME = -(2n ** 63n);

const FLOAT_WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** The element; undefined if the value has an unknown form. Without a value it is zero or an empty text. */
export function findFillElement(type: ElementType, fill: PythonValue): Element | undefined {
  if (type.decoding === 'objects') return objectFill(type.dtype, fill);
  if (type.decoding === 'none') return undefined;
  // As zarr-python has it: no value for a time is no time.
  if (fill === null && isTime(type.dtype)) return buildElement(type, 'NaT');
  if (fill === null || fill === '') return type.decode(new Uint8Array(type.size), 0);
  return buildElement(type, fill);
}

/**
 * zarr-python returns a text that was never written as an empty one if there is no fill value, and a number
 * as its digits.
 */
function objectFill({ class: kind }: Dtype, fill: PythonValue): Element | undefined {
  if (kind === 'reference') return isNothing(fill) ? { ref: null } : undefined;
  if (fill instanceof PythonInt) return fill.digits;
  if (isNothing(fill)) return '';
  return typeof fill === 'string' ? fill : undefined;
}

function isNothing(fill: PythonValue): boolean {
  return fill === null || fill === '' || fill === false || findWhole(fill) === 0 || fill === 0;
}

function buildElement(type: ElementType, fill: PythonValue): Element | undefined {
  const { dtype, size } = type;
  switch (dtype.class) {
    case 'enum':
      return typeof fill === 'boolean' ? Number(fill) : wholeFill(fill, dtype.base);
    case 'integer':
      return wholeFill(fill, dtype);
    case 'float':
      return floatFill(type, fill);
    case 'compound':
      return findComplexParts(type, fill) ?? bytesFill(type, fill);
    case 'string':
      // Unicode is written as it is, bytes in base64.
      return typeof fill !== 'string'
        ? zeroFill(type, fill)
        : dtype.size === 'variable'
          ? fill
          : bytesFill(type, fill);
    case 'opaque': {
      if (!isTime(dtype)) return bytesFill(type, fill);
      const count = fill === 'NaT' ? NOT_A_TIME : fill instanceof PythonInt ? BigInt(fill.digits) : undefined;
      return count === undefined ? undefined : timeFill(count, dtype.tag, size);
    }
    default:
      return undefined;
  }
}

function isTime(dtype: Dtype): boolean {
  return dtype.class === 'opaque' && /^NUMPY:.[mM]8/.test(dtype.tag);
}

function wholeFill(fill: PythonValue, dtype: Dtype): Element | undefined {
  if (dtype.class !== 'integer') return undefined;
  if (typeof fill === 'boolean') return Number(fill);
  if (typeof fill === 'number') return Number.isInteger(fill) ? fill : undefined;
  if (!(fill instanceof PythonInt)) return undefined;
  return findWhole(fill) ?? BigInt(fill.digits);
}

/** A number, its name, or its bytes in hexadecimal, the highest first. */
function floatFill(type: ElementType, fill: PythonValue): Element | undefined {
  if (typeof fill !== 'string') return findNumber(fill);
  const word = findOwn(FLOAT_WORDS, fill);
  if (word !== undefined) return word;
  if (!/^0x[0-9a-fA-F]+$/.test(fill) || fill.length !== 2 + type.size * 2) return undefined;
  const bytes = Uint8Array.from(Buffer.from(fill.slice(2), 'hex'));
  const isBigEndian = type.dtype.class === 'float' && type.dtype.order === '>';
  return type.decode(isBigEndian ? bytes : bytes.reverse(), 0);
}

function findNumber(fill: PythonValue): number | undefined {
  if (fill instanceof PythonInt) return Number(fill.digits);
  return typeof fill === 'number' ? fill : undefined;
}

/** Complex numbers are pairs. */
function findComplexParts({ dtype }: ElementType, fill: PythonValue): Element | undefined {
  if (dtype.class !== 'compound' || dtype.fields.length !== 2) return undefined;
  const parts = findArray(fill)?.map((part) =>
    typeof part === 'string' ? findOwn(FLOAT_WORDS, part) : findNumber(part),
  );
  const isComplex = dtype.fields.every(({ dtype: part }) => part.class === 'float');
  if (!isComplex || parts?.length !== 2 || parts.includes(undefined)) return undefined;
  return parts as number[];
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of an element in base64, padded with zeros. */
function bytesFill(type: ElementType, fill: PythonValue): Element | undefined {
  if (typeof fill !== 'string') return zeroFill(type, fill);
  if (!BASE64.test(fill)) return undefined;
  const given = Buffer.from(fill, 'base64');
  if (given.length > type.size) return undefined;
  const bytes = new Uint8Array(type.size);
  bytes.set(given);
  return type.decode(bytes, 0);
}

/** Zero in any form: a number, a list of them, an object of fields. */
function zeroFill(type: ElementType, fill: PythonValue): Element | undefined {
  return isZero(fill) ? type.decode(new Uint8Array(type.size), 0) : undefined;
}

function isZero(fill: PythonValue): boolean {
  if (isNothing(fill)) return true;
  if (fill instanceof Map) return [...fill.values()].every(isZero);
  if (Array.isArray(fill)) return fill.every(isZero);
  // Bytes in base64 that are all zero.
  return typeof fill === 'string' && /^A+={0,2}$/.test(fill);
}

function timeFill(count: bigint, tag: string, size: number): Element {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, count), tag[6] !== '>');
  return { hex: Buffer.from(bytes).toString('hex') };
}
