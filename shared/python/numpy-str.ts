/**
 * numpy's `str` of scalars and arrays: the specification prints the values of datasets under `/` and
 * `/general` that way. Pure; follows numpy's `arrayprint` with its default options (line width 75,
 * threshold 1000, three edge items, precision 8) and is checked against numpy's own output in the tests.
 */
import type { Dtype, Element, Values } from '../dtype.ts';
import { encodeEscaped } from './escaped-text.ts';
import {
  complexSize,
  findNumpyTime,
  isBool,
  numpyDtypeName,
  numpyDtypeRepr,
  numpyDtypeWord,
  numpyFloatBytes,
  pythonTuple,
} from './numpy-dtype.ts';
import { FloatColumn, findPrecision, type Precision, scalarFloat } from './numpy-float.ts';
import { scalarTime, timeColumn } from './numpy-time.ts';
import { bytesRepr, stringRepr } from './python-repr.ts';

/** Columns before a row is wrapped. */
const LINE_WIDTH = 75;
/** Elements beyond which only the edges of each axis are printed. */
const SUMMARY_THRESHOLD = 1000;
/** Elements kept at each edge of an axis in a summary. */
const EDGE_ITEMS = 3;

type Format = (element: Element) => string;

/**
 * `str` of a value as read by h5py: the plain text of a scalar, the bracketed rows of an array. `values` is flat, in
 * row-major order.
 */
export function numpyStr(dtype: Dtype, shape: readonly number[] | null, values: Values): string {
  if (shape === null) return `Empty(dtype=${numpyDtypeRepr(dtype)})`;
  // numpy has no elements that are arrays: their axes follow those of the dataset.
  if (dtype.class === 'array') return arraysStr(dtype, shape, values, dtype.base.class !== 'array');
  if (shape.length === 0) return scalarStr(dtype, values[0] as Element);
  return arrayText(dtype, shape, values, chooseFormat);
}

/**
 * `str` of a dataset's value as read by h5py: like `numpyStr`, except for texts of variable length in an array type,
 * which h5py decodes in an attribute and leaves as bytes in a dataset, where it recognizes them only by the outermost
 * type.
 */
export function numpyDatasetStr(dtype: Dtype, shape: readonly number[] | null, values: Values): string {
  if (dtype.class !== 'array' || shape === null) return numpyStr(dtype, shape, values);
  return arraysStr(dtype, shape, values, false);
}

/**
 * `str` of elements that are arrays. h5py decodes the texts of variable length in an attribute's, but not in arrays
 * of arrays.
 */
function arraysStr(
  dtype: Dtype & { class: 'array' },
  shape: readonly number[],
  values: Values,
  isDecoded: boolean,
): string {
  const { base, shape: inner } = flattenType(dtype);
  return arrayText(
    base,
    [...shape, ...inner],
    flattenElements(dtype, values),
    isDecoded ? chooseFormat : chooseInnerFormat,
  );
}

/** The elements of arrays' innermost type, by type, not by nesting of lists: an element may be a list itself. */
function flattenElements(dtype: Dtype, values: Values): Values {
  let flat = values;
  for (let at = dtype; at.class === 'array'; at = at.base) flat = (flat as readonly Values[]).flat();
  return flat;
}

/** The format of the elements of an array, or of a compound's field, given all of them: numbers share a width. */
type ChooseFormat = (dtype: Dtype, shown: Values) => Format;

function arrayText(
  dtype: Dtype,
  shape: readonly number[],
  values: Values,
  chooseElementFormat: ChooseFormat,
  style: ArrayStyle = { separator: ' ', indent: ' ', width: LINE_WIDTH },
): string {
  if (shape.includes(0)) return '[]';
  const isSummary = elementCount(shape) > SUMMARY_THRESHOLD;
  const shown = isSummary ? shownElements(shape, values) : values;
  return new ArrayText(shape, values, chooseElementFormat(dtype, shown), isSummary, style).toString();
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

function scalarStr(dtype: Dtype, element: Element): string {
  if (dtype.class === 'string' && dtype.size === 'variable') return element as string;
  if (dtype.class === 'float') return scalarFloat(element as number, findPrecision(numpyFloatBytes(dtype)));
  if (isBool(dtype)) return boolWord(element);
  const partSize = complexSize(dtype);
  if (partSize !== undefined)
    return scalarComplex(element as readonly [number, number], findPrecision(partSize));
  // Scalars that are sequences are arrays.
  if (dtype.class === 'vlen') {
    const elements = element as Values;
    return dtype.base.class === 'array'
      ? arraysStr(dtype.base, [elements.length], elements, false)
      : arrayText(dtype.base, [elements.length], elements, chooseInnerFormat);
  }
  if (dtype.class === 'compound') return compoundFormat(dtype, [element], chooseScalarFieldFormat)(element);
  const time = findNumpyTime(dtype);
  return (time && scalarTime(time, element)) ?? chooseFormat(dtype, [element])(element);
}

function boolWord(element: Element): string {
  return Number(element) === 0 ? 'False' : 'True';
}

function scalarComplex([real, imaginary]: readonly [number, number], precision: Precision): string {
  const part = (value: number) => scalarFloat(value, precision).replace(/\.0$/, '');
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
  return Object.is(real, 0) ? `${part(imaginary)}j` : `(${part(real)}${sign}${part(imaginary)}j)`;
}

function chooseFormat(dtype: Dtype, shown: Values): Format {
  if (isBool(dtype)) return (element) => boolWord(element).padStart(5);
  switch (dtype.class) {
    case 'integer':
    case 'bitfield':
    case 'enum': {
      const width = shown.reduce<number>((most, element) => Math.max(most, String(element).length), 0);
      return (element) => String(element).padStart(width);
    }
    case 'float': {
      const column = new FloatColumn(shown as readonly number[], findPrecision(numpyFloatBytes(dtype)));
      return (element) => column.format(element as number);
    }
    case 'string':
      return dtype.size === 'variable'
        ? (element) => stringRepr(element as string)
        : (element) => bytesText(element as string);
    case 'compound':
      return complexSize(dtype) === undefined ? compoundFormat(dtype, shown) : complexFormat(dtype, shown);
    case 'array':
      return subArrayFormat(dtype, shown, chooseFormat);
    case 'reference':
      return (element) => referenceRepr(dtype.target, element);
    case 'vlen':
      return (element) => vlenRepr(dtype.base, element as Values);
    case 'opaque':
    case 'time': {
      const time = findNumpyTime(dtype);
      return (time && timeColumn(time, shown)) ?? hexRepr;
    }
  }
}

/** Within compounds and sequences h5py leaves strings of variable length as bytes. */
function chooseInnerFormat(dtype: Dtype, shown: Values): Format {
  if (dtype.class === 'string') return (element) => bytesText(element as string);
  if (dtype.class === 'array') return subArrayFormat(dtype, shown, chooseInnerFormat);
  return chooseFormat(dtype, shown);
}

/** The same for the fields of a scalar, whose numbers are each formatted by themselves. */
function chooseScalarFieldFormat(dtype: Dtype, shown: Values): Format {
  if (isBool(dtype)) return boolWord;
  if (dtype.class === 'float') {
    const precision = findPrecision(numpyFloatBytes(dtype));
    return (element) => scalarFloat(element as number, precision);
  }
  if (dtype.class === 'compound' && complexSize(dtype) === undefined)
    return compoundFormat(dtype, shown, chooseScalarFieldFormat);
  if (dtype.class !== 'array') return chooseInnerFormat(dtype, shown);
  return subArrayFormat(dtype, shown, chooseScalarArrayFormat);
}

/** The same within its arrays: booleans have one width there, as in any array. */
function chooseScalarArrayFormat(dtype: Dtype, shown: Values): Format {
  if (isBool(dtype)) return chooseInnerFormat(dtype, shown);
  if (dtype.class !== 'compound' || complexSize(dtype) !== undefined)
    return chooseScalarFieldFormat(dtype, shown);
  return compoundFormat(dtype, shown, chooseScalarArrayFormat);
}

/** As bytes, without the zeros that numpy treats as padding. */
function bytesText(text: string): string {
  const bytes = encodeEscaped(text);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytesRepr(bytes.subarray(0, end));
}

/**
 * h5py's own text, for which a dangling reference is one like others; that of a null region lacks a bracket in h5py, too.
 * A reference of HDF5 1.12 and later, which h5py does not read, is named by its own target.
 */
function referenceRepr(target: 'object' | 'region' | 'attribute', element: Element): string {
  const reference = typeof element === 'object' && 'ref' in element ? element : undefined;
  const isNull = reference?.ref === null && reference.isDangling !== true;
  if (target === 'region') return isNull ? '<HDF5 region reference (null>' : '<HDF5 region reference>';
  return isNull ? '<HDF5 object reference (null)>' : `<HDF5 ${reference?.target ?? 'object'} reference>`;
}

function compoundFormat(
  dtype: Dtype & { class: 'compound' },
  shown: Values,
  chooseElementFormat: ChooseFormat = chooseInnerFormat,
): Format {
  const formats = dtype.fields.map((field, index) => {
    const column = shown.map((element) => (element as readonly Element[])[index] as Element);
    return chooseElementFormat(field.dtype, column);
  });
  return (element) => {
    const parts = (element as readonly Element[]).map((part, index) => (formats[index] as Format)(part));
    return parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(', ')})`;
  };
}

/** An array within an element (numpy `SubArrayFormat`): never wrapped, its numbers as wide as those of all elements. */
function subArrayFormat(
  dtype: Dtype & { class: 'array' },
  shown: Values,
  chooseElementFormat: ChooseFormat,
): Format {
  const { base, shape } = flattenType(dtype);
  const depth = shape.length;
  const findElements = (element: Element): Values => flattenElements(dtype.base, element as Values);
  // numpy treats the axes of a sequence as further axes of the array, down to scalars that name their type.
  const format =
    base.class === 'vlen'
      ? (element: Element) => sequenceRows(base, element)
      : chooseElementFormat(base, shown.flatMap(findElements));
  const isSummary = elementCount(shape) > SUMMARY_THRESHOLD;
  const rows = (values: Values, axis: number): string => {
    if (axis === depth) return format(values[0] as Element);
    const length = shape[axis]!;
    const stride = values.length / length;
    const indexes = isSummary ? [...edgeIndexes(length)] : Array.from({ length }, (_, index) => index);
    const words = indexes.map((index) =>
      index === undefined ? '...' : rows(values.slice(index * stride, (index + 1) * stride), axis + 1),
    );
    return `[${words.join(', ')}]`;
  };
  return (element) => rows(findElements(element), 0);
}

/** A sequence or array in brackets, down to numpy's `repr` of each scalar. */
function sequenceRows(dtype: Dtype, element: Element): string {
  if (dtype.class !== 'vlen' && dtype.class !== 'array') return scalarRepr(dtype, element);
  const { base, shape } = dtype.class === 'array' ? flattenType(dtype) : { base: dtype.base, shape: [-1] };
  const elements =
    dtype.class === 'array' ? flattenElements(dtype.base, element as Values) : (element as Values);
  const rows = (values: Values, axis: number): string => {
    if (axis === shape.length) return sequenceRows(base, values[0] as Element);
    const length = shape[axis] === -1 ? values.length : shape[axis]!;
    const stride = length === 0 ? 0 : values.length / length;
    const words = Array.from({ length }, (_, index) =>
      rows(values.slice(index * stride, (index + 1) * stride), axis + 1),
    );
    return `[${words.join(', ')}]`;
  };
  return rows(elements, 0);
}

/** numpy's `repr` of a scalar: `np.float32(1.5)`, `np.True_`; Python's own for values that numpy keeps as objects. */
function scalarRepr(dtype: Dtype, element: Element): string {
  if (dtype.class === 'string' && dtype.size === 'variable') return bytesText(element as string);
  if (dtype.class === 'reference') return referenceRepr(dtype.target, element);
  if (isBool(dtype)) return `np.${boolWord(element)}_`;
  if (dtype.class === 'string') return `np.bytes_(${bytesText(element as string)})`;
  const complex = complexSize(dtype);
  if (complex !== undefined)
    return `np.complex${complex * 16}(${scalarStr(dtype, element).replace(/^\((.*)\)$/, '$1')})`;
  if (dtype.class === 'compound')
    return `np.void(${scalarStr(dtype, element)}, dtype=${numpyDtypeName(dtype)})`;
  if (dtype.class === 'opaque' || dtype.class === 'time') return `np.void(${hexRepr(element)})`;
  // A scalar has no byte order.
  return `np.${numpyDtypeName({ ...dtype, ...('order' in dtype ? { order: '<' } : {}) } as Dtype)}(${scalarStr(dtype, element)})`;
}

/** Arrays of arrays are arrays of more axes. */
function flattenType(dtype: Dtype & { class: 'array' }): {
  readonly base: Dtype;
  readonly shape: readonly number[];
} {
  if (dtype.base.class !== 'array') return dtype;
  const inner = flattenType(dtype.base);
  return { base: inner.base, shape: [...dtype.shape, ...inner.shape] };
}

function complexFormat(dtype: Dtype & { class: 'compound' }, shown: Values): Format {
  const part = (index: number) => {
    const parts = shown.map((element) => (element as readonly number[])[index] as number);
    return new FloatColumn(parts, findPrecision(complexSize(dtype) as number), index === 1);
  };
  const [real, imaginary] = [part(0), part(1)];
  return (element) => {
    const [r, i] = element as readonly [number, number];
    const text = imaginary.format(i);
    const trimmed = text.trimEnd();
    return `${real.format(r)}${trimmed}j${' '.repeat(text.length - trimmed.length)}`;
  };
}

const REPR_PREFIX = 'array(';

/** `repr` of the array that a sequence is (numpy `array_repr`). */
function vlenRepr(base: Dtype, elements: Values): string {
  const flat = base.class === 'array' ? flattenType(base) : { base, shape: [] as readonly number[] };
  const shape = [elements.length, ...flat.shape];
  const values = flattenElements(base, elements);
  const indent = ' '.repeat(REPR_PREFIX.length + 1);
  const style = { separator: ', ', indent, width: LINE_WIDTH - 1 };
  const text = REPR_PREFIX + arrayText(flat.base, shape, values, chooseInnerFormat, style);
  const isEmpty = elementCount(shape) === 0;
  const word = numpyDtypeWord(flat.base, isEmpty);
  const hasShape = elementCount(shape) > SUMMARY_THRESHOLD || (isEmpty && shape.length > 1);
  const extras = [
    ...(hasShape ? [`shape=${pythonTuple(shape)}`] : []),
    ...(word === undefined ? [] : [`dtype=${word}`]),
  ].join(', ');
  if (extras === '') return `${text})`;
  const lastLine = columns(text.slice(text.lastIndexOf('\n') + 1)) + 1;
  const isNewLine = lastLine + columns(extras) + 2 > LINE_WIDTH;
  return `${text},${isNewLine ? `\n${indent.slice(1)}` : ' '}${extras})`;
}

function hexRepr(element: Element): string {
  const hex = typeof element === 'object' && 'hex' in element ? element.hex : '';
  return `b'${hex.toUpperCase().replaceAll(/../g, '\\x$&')}'`;
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

/** The style of an array: the separator of its elements, the indent of its lines, and their maximum length. */
interface ArrayStyle {
  readonly separator: string;
  readonly indent: string;
  readonly width: number;
}

/** The bracketed text of an array, row by row (numpy `_formatArray`). */
class ArrayText {
  readonly #shape: readonly number[];
  readonly #values: Values;
  readonly #format: Format;
  readonly #isSummary: boolean;
  readonly #style: ArrayStyle;

  constructor(
    shape: readonly number[],
    values: Values,
    format: Format,
    isSummary: boolean,
    style: ArrayStyle,
  ) {
    this.#shape = shape;
    this.#values = values;
    this.#format = format;
    this.#isSummary = isSummary;
    this.#style = style;
  }

  toString(): string {
    const { indent, width } = this.#style;
    return this.#axis(0, 0, this.#values.length, indent, width);
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
    const text = isRow
      ? wrapRow(words, indent, width, this.#style.separator)
      : this.#stack(words, axis, indent);
    return `[${text.slice(indent.length)}]`;
  }

  #stack(words: readonly string[], axis: number, indent: string): string {
    const between = this.#style.separator.trimEnd() + '\n'.repeat(this.#shape.length - axis - 1);
    return words.map((word) => `${indent}${word}`).join(between);
  }
}

/**
 * One row, wrapped so that no line with its bracket exceeds `width` unless a single word does (numpy `_extendLine`).
 */
function wrapRow(words: readonly string[], indent: string, width: number, separator: string): string {
  let done = '';
  let line = indent;
  words.forEach((word, index) => {
    [done, line] = extendLine(done, line, word, indent, width - 1);
    if (index < words.length - 1) line += separator;
  });
  return done + line;
}

function extendLine(
  done: string,
  line: string,
  word: string,
  indent: string,
  width: number,
): [string, string] {
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
