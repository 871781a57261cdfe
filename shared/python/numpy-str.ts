/**
 * numpy's `str` of scalars and arrays: the specification prints the values of datasets under `/` and
 * `/general` that way. Pure; follows numpy's `arrayprint` with its default options (line width 75,
 * threshold 1000, three edge items, precision 8) and is checked against numpy's own output in the tests.
 */
import type { Dtype, Element, Values } from '../dtype.ts';
import { complexSize, isBool, numpyTypeCode } from './numpy-dtype.ts';
import { FloatColumn, type Precision, precisionOf, scalarFloat } from './numpy-float.ts';
import { bytesRepr, stringRepr } from './python-repr.ts';

/** Columns before a row is wrapped. */
const LINE_WIDTH = 75;
/** Elements beyond which only the edges of each axis are printed. */
const SUMMARY_THRESHOLD = 1000;
/** Elements kept at each edge of an axis in a summary. */
const EDGE_ITEMS = 3;

type Format = (element: Element) => string;

/** `str` of what h5py reads: the plain text of a scalar, the bracketed rows of an array. `values` is flat, in row-major order. */
export function numpyStr(dtype: Dtype, shape: readonly number[] | null, values: Values): string {
  if (shape === null) return `Empty(dtype=dtype(${stringRepr(numpyTypeCode(dtype))}))`;
  if (shape.length === 0) return scalarStr(dtype, values[0] as Element);
  if (shape.includes(0)) return '[]';
  const isSummary = shape.reduce((size, length) => size * length, 1) > SUMMARY_THRESHOLD;
  const shown = isSummary ? shownElements(shape, values) : values;
  return new ArrayText(shape, values, formatOf(dtype, shown), isSummary).toString();
}

function scalarStr(dtype: Dtype, element: Element): string {
  if (typeof element === 'string') return element;
  if (dtype.class === 'float') return scalarFloat(element as number, precisionOf(dtype.size));
  const partSize = complexSize(dtype);
  if (partSize !== undefined)
    return scalarComplex(element as readonly [number, number], precisionOf(partSize));
  return formatOf(dtype, [element], true)(element);
}

function scalarComplex([real, imaginary]: readonly [number, number], precision: Precision): string {
  const part = (value: number) => scalarFloat(value, precision).replace(/\.0$/, '');
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
  return Object.is(real, 0) ? `${part(imaginary)}j` : `(${part(real)}${sign}${part(imaginary)}j)`;
}

/** How one element is printed, given all that are: numbers of an array share a width. */
function formatOf(dtype: Dtype, shown: Values, isScalar = false): Format {
  if (isBool(dtype)) {
    const yes = isScalar ? 'True' : ' True';
    return (element) => (Number(element) === 0 ? 'False' : yes);
  }
  switch (dtype.class) {
    case 'integer':
    case 'bitfield':
    case 'enum': {
      const width = shown.reduce<number>((most, element) => Math.max(most, String(element).length), 0);
      return (element) => String(element).padStart(width);
    }
    case 'float': {
      const column = new FloatColumn(shown as readonly number[], precisionOf(dtype.size));
      return (element) => column.format(element as number);
    }
    case 'string':
      return dtype.size === 'variable'
        ? (element) => stringRepr(element as string)
        : (element) => bytesRepr(new TextEncoder().encode(element as string));
    case 'compound':
      return complexSize(dtype) === undefined
        ? compoundFormat(dtype, shown, isScalar)
        : complexFormat(dtype, shown);
    case 'array':
      return (element) => numpyStr(dtype.base, dtype.shape, element as Values);
    case 'reference':
      return () => (dtype.target === 'region' ? '<HDF5 region reference>' : '<HDF5 object reference>');
    case 'vlen':
      return (element) => vlenRepr(dtype.base, element as Values);
    case 'opaque':
    case 'time':
      return (element) => hexRepr(element);
  }
}

function compoundFormat(dtype: Dtype & { class: 'compound' }, shown: Values, isScalar: boolean): Format {
  const formats = dtype.fields.map((field, index) => {
    const column = shown.map((element) => (element as readonly Element[])[index] as Element);
    return formatOf(field.dtype, column, isScalar);
  });
  return (element) => {
    const parts = (element as readonly Element[]).map((part, index) => (formats[index] as Format)(part));
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
  };
}

function complexFormat(dtype: Dtype & { class: 'compound' }, shown: Values): Format {
  const part = (index: number) => {
    const parts = shown.map((element) => (element as readonly number[])[index] as number);
    return new FloatColumn(parts, precisionOf(complexSize(dtype) as number), index === 1);
  };
  const [real, imaginary] = [part(0), part(1)];
  return (element) => {
    const [r, i] = element as readonly [number, number];
    const text = imaginary.format(i);
    const trimmed = text.trimEnd();
    return `${real.format(r)}${trimmed}j${' '.repeat(text.length - trimmed.length)}`;
  };
}

function vlenRepr(base: Dtype, elements: Values): string {
  const text = numpyStr(base, [elements.length], elements).replaceAll(/(?<=[^\s[]) +/g, ', ');
  return `array(${text})`;
}

function hexRepr(element: Element): string {
  const hex = typeof element === 'object' && 'hex' in element ? element.hex : '';
  return `b'${hex.replaceAll(/../g, '\\x$&')}'`;
}

/** The elements that a summary prints, which alone decide the width of its columns. */
function shownElements(shape: readonly number[], values: Values): Values {
  let starts = [0];
  let stride = values.length;
  for (const length of shape) {
    stride /= length;
    const indexes = [...edgeIndexes(length)].filter((index) => index !== undefined);
    starts = starts.flatMap((start) => indexes.map((index) => start + index * stride));
  }
  return starts.map((start) => values[start] as Element);
}

/** Indexes along an axis in a summary; undefined stands for the dots. */
function* edgeIndexes(length: number): Generator<number | undefined> {
  for (let index = 0; index < length; index += 1) {
    if (length > 2 * EDGE_ITEMS && index === EDGE_ITEMS) {
      yield undefined;
      index = length - EDGE_ITEMS;
    }
    yield index;
  }
}

/** The bracketed text of an array, row by row (numpy `_formatArray`). */
class ArrayText {
  readonly #shape: readonly number[];
  readonly #values: Values;
  readonly #format: Format;
  readonly #isSummary: boolean;

  constructor(shape: readonly number[], values: Values, format: Format, isSummary: boolean) {
    this.#shape = shape;
    this.#values = values;
    this.#format = format;
    this.#isSummary = isSummary;
  }

  toString(): string {
    return this.#axis(0, 0, this.#values.length, ' ', LINE_WIDTH);
  }

  #axis(axis: number, start: number, span: number, indent: string, width: number): string {
    const length = this.#shape[axis] as number;
    const stride = span / length;
    const isRow = axis === this.#shape.length - 1;
    const indexes = this.#isSummary ? edgeIndexes(length) : Array.from({ length }, (_, index) => index);
    const words: string[] = [];
    for (const index of indexes) {
      if (index === undefined) words.push('...');
      else if (isRow) words.push(this.#format(this.#values[start + index] as Element));
      else words.push(this.#axis(axis + 1, start + index * stride, stride, `${indent} `, width - 1));
    }
    const text = isRow ? wrapRow(words, indent, width) : this.#stack(words, axis, indent);
    return `[${text.slice(indent.length)}]`;
  }

  #stack(words: readonly string[], axis: number, indent: string): string {
    const between = '\n'.repeat(this.#shape.length - axis - 1);
    return words.map((word) => `${indent}${word}`).join(between);
  }
}

/** One row, wrapped so that no line with its bracket passes `width` unless a single word does (numpy `_extendLine`). */
function wrapRow(words: readonly string[], indent: string, width: number): string {
  let done = '';
  let line = indent;
  words.forEach((word, index) => {
    [done, line] = extended(done, line, word, indent, width - 1);
    if (index < words.length - 1) line += ' ';
  });
  return done + line;
}

function extended(done: string, line: string, word: string, indent: string, width: number): [string, string] {
  const parts = word.split('\n');
  const [first = '', ...rest] = parts;
  const longest = Math.max(...parts.map(columns));
  const wraps = columns(line) + longest > width && columns(line) > indent.length;
  if (wraps) {
    done += `${line.trimEnd()}\n`;
    line = indent;
  }
  if (rest.length === 0) return [done, line + word];
  const hanging = wraps ? indent : ' '.repeat(columns(line));
  line += first;
  for (const part of rest) {
    done += `${line.trimEnd()}\n`;
    line = hanging + part;
  }
  return [done, line + ' '.repeat(longest - columns(parts.at(-1) as string))];
}

/** Python's `len`: code points, not UTF-16 units. */
function columns(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
