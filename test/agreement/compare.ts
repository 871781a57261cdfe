/**
 * Compares a header with what h5py or zarr-python reads from the same file, by the keys of `read_headers.py`.
 * Pure.
 */

import type { Dtype } from '../../shared/dtype.ts';
import type { Attribute, HeaderDataset, HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { findNumpyTime, numpyDtypeName, pythonTuple } from '../../shared/python/numpy-dtype.ts';
import { numpyDatasetStr, numpyStr } from '../../shared/python/numpy-str.ts';

/** A fact of the reference: text, or the error that it raised. */
export type TheirFact = string | { readonly failed: string };

/** One key on which the two differ. */
export interface Difference {
  readonly format: 'hdf5' | 'zarr';
  readonly key: string;
  readonly ours: string | undefined;
  readonly theirs: TheirFact | undefined;
  /** Whether this reader reports that it did not decode the key. */
  readonly isNotDecoded: boolean;
  /** Whether the value holds sequences of variable length of big-endian numbers, or of times. */
  readonly isRetypedSequence: boolean;
  /** Whether the value is of rows that hold texts of any length. */
  readonly isTextInRows: boolean;
}

/** The most nodes that are compared, as in `read_headers.py`. */
const MOST_NODES = 20_000;

interface OurFacts {
  readonly facts: Map<string, string>;
  /** Keys and whole subtrees that are reported as not decoded. */
  readonly notDecoded: Set<string>;
  /** The types of values, by key. */
  readonly dtypes: Map<string, Dtype>;
}

/** Every key on which a header differs from the reference. */
export function compareHeader(
  format: Difference['format'],
  header: NwbHeader,
  theirs: Readonly<Record<string, TheirFact>>,
): Difference[] {
  const { facts, notDecoded, dtypes } = buildFacts(header);
  const keys = new Set([...facts.keys(), ...notDecoded, ...Object.keys(theirs)]);
  const isNotDecoded = (key: string): boolean => {
    if (notDecoded.has(key)) return true;
    const path = key.replace(/[@=].*$/s, '');
    return [...listParents(path)].some((parent) => notDecoded.has(parent));
  };
  const isOfType = (key: string, is: (dtype: Dtype) => boolean): boolean => {
    const dtype = dtypes.get(key);
    return dtype !== undefined && is(dtype);
  };
  const differences: Difference[] = [];
  for (const key of keys) {
    const [ours, their] = [facts.get(key), theirs[key] ?? findFailure(theirs, key)];
    if (ours === their || (ours === undefined && their === undefined)) continue;
    // A value that the reference omitted for its size is not compared.
    if (their === undefined && key.endsWith('=') && !key.includes('@')) continue;
    differences.push({
      format,
      key,
      ours,
      theirs: their,
      isNotDecoded: isNotDecoded(key),
      isRetypedSequence: isOfType(key, isRetypedSequence),
      isTextInRows: isOfType(key, isTextInRows),
    });
  }
  return differences;
}

/** The error that the reference raised on the node itself, or on one above it: then it says nothing of the key. */
function findFailure(theirs: Readonly<Record<string, TheirFact>>, key: string): TheirFact | undefined {
  const nodes = listParents(key.replace(/[@=].*$/s, ''));
  return [...nodes].map((path) => theirs[path]).find((fact) => typeof fact === 'object');
}

function* listParents(path: string): Generator<string> {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) yield at;
}

function buildFacts(header: NwbHeader): OurFacts {
  const facts = new Map<string, string>();
  const notDecoded = new Set<string>();
  const dtypes = new Map<string, Dtype>();
  for (const { path, parentPath, object } of walkHeader(header, MOST_NODES)) {
    if (object.kind === 'unread') {
      notDecoded.add(path);
      continue;
    }
    facts.set(path, kindText(object));
    for (const attribute of object.attributes) {
      const key = `${path}@${attribute.name}=`;
      dtypes.set(key, attribute.dtype);
      const text = valueText(attribute);
      if (text === undefined) notDecoded.add(key);
      else facts.set(key, text);
    }
    if (object.kind !== 'dataset' || (parentPath !== '/' && parentPath !== '/general')) continue;
    dtypes.set(`${path}=`, object.dtype);
    const text = valueText(object, numpyDatasetStr);
    if (text === undefined) notDecoded.add(`${path}=`);
    else facts.set(`${path}=`, text);
  }
  return { facts, notDecoded, dtypes };
}

/** At any depth: of the type of a sequence's elements h5py keeps the kind, not the order of bytes or a time's unit. */
function isRetypedSequence(dtype: Dtype, isWithin = false): boolean {
  switch (dtype.class) {
    case 'vlen':
      return isRetypedSequence(dtype.base, true);
    case 'array':
    case 'enum':
      return isRetypedSequence(dtype.base, isWithin);
    case 'compound':
      return dtype.fields.some((field) => isRetypedSequence(field.dtype, isWithin));
    case 'opaque':
      return isWithin && findNumpyTime(dtype) !== undefined;
    default:
      return isWithin && 'order' in dtype && dtype.order === '>';
  }
}

function isTextInRows(dtype: Dtype, isWithin = false): boolean {
  switch (dtype.class) {
    case 'string':
      return isWithin && dtype.size === 'variable';
    case 'array':
      return isTextInRows(dtype.base, isWithin);
    case 'compound':
      return dtype.fields.some((field) => isTextInRows(field.dtype, true));
    default:
      return false;
  }
}

function kindText(object: Exclude<HeaderObject, { kind: 'unread' }>): string {
  if (object.kind !== 'dataset') return object.kind;
  return `dataset ${pythonTuple(object.shape)} ${numpyDtypeName(object.dtype)}`;
}

/** The value as numpy prints it; undefined if it was not decoded. */
function valueText(
  { dtype, shape, values }: Attribute | HeaderDataset,
  print = numpyStr,
): string | undefined {
  return values === undefined ? undefined : print(dtype, shape, values);
}
