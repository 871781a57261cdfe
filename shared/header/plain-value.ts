/**
 * Values of a header as plain words and numbers, for files of any library: used to read
 * facts. The specification's lines keep h5py's own forms (`attribute-text.ts`). Pure.
 */
import { numpyStr } from '../python/numpy-str.ts';
import { findAttribute } from './attribute-text.ts';
import type { HeaderDataset, HeaderObject, Values } from './nwb-header.ts';

/**
 * An attribute as words: a string, the one string of an array, or several joined by commas; a number as
 * Python prints it. Libraries differ in whether a single value is a scalar or an array of one.
 */
export function findPlainAttribute(object: HeaderObject, name: string): string | undefined {
  const attribute = findAttribute(object, name);
  if (attribute?.values === undefined || attribute.shape === null) return undefined;
  return joinValues(attribute.values, () => numpyStr(attribute.dtype, attribute.shape, attribute.values!));
}

/** A dataset's value as words; undefined if none was read. */
export function findPlainValue(dataset: HeaderDataset): string | undefined {
  const { values, shape } = dataset;
  if (values === undefined || shape === null) return undefined;
  return joinValues(values, () => numpyStr(dataset.dtype, shape, values));
}

/** The strings of a dataset or attribute, in order; other elements are left out. */
export function listStrings(values: Values | undefined): string[] {
  return (values ?? []).filter((value) => typeof value === 'string');
}

function joinValues(values: Values, print: () => string): string | undefined {
  if (values.length === 0) return undefined;
  if (values.every((value) => typeof value === 'string')) return values.join(', ');
  const [value] = values;
  if (values.length === 1 && (typeof value === 'number' || typeof value === 'bigint')) return String(value);
  return print();
}

/** Number of rows of a vector, also of one that MATLAB wrote as (1, N); undefined for any other shape. */
export function findVectorLength(dataset: HeaderDataset | undefined): number | undefined {
  const shape = dataset?.shape;
  if (shape === undefined || shape === null) return undefined;
  const [first, second] = shape;
  return shape.length === 2 && first === 1 && second !== undefined ? second : first;
}
