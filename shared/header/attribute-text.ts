/**
 * Attributes as text, for the specification's lines, the signatures and the facts. Pure.
 */
import { numpyStr } from '../python/numpy-str.ts';
import type { Attribute, HeaderObject } from './nwb-header.ts';

/** The attribute of that name, or undefined. */
export function findAttribute(object: HeaderObject, name: string): Attribute | undefined {
  if (object.kind === 'unread') return undefined;
  return object.attributes.find((attribute) => attribute.name === name);
}

/** An attribute as h5py reads it and Python's `str` prints it; undefined if it is absent or was not read. */
export function findAttributeText(object: HeaderObject, name: string): string | undefined {
  const attribute = findAttribute(object, name);
  if (attribute?.values === undefined) return undefined;
  return attribute.shape === null ? '' : numpyStr(attribute.dtype, attribute.shape, attribute.values);
}

/** The neurodata type of a typed group or dataset, or undefined for any other object. */
export function findNeurodataType(object: HeaderObject): string | undefined {
  const type = findAttribute(object, 'neurodata_type')?.values?.[0];
  return typeof type === 'string' && type !== '' ? type : undefined;
}

/** The number in an attribute, or undefined. */
export function findAttributeNumber(object: HeaderObject, name: string): number | undefined {
  const value = findAttribute(object, name)?.values?.[0];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}
