/**
 * Compares a header with what h5py or zarr-python reads from the same file, by the keys of `read_headers.py`.
 * Pure.
 */

import type { Dtype } from '../../shared/dtype.ts';
import type { Attribute, HeaderDataset, HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { numpyDtypeName, pythonTuple } from '../../shared/python/numpy-dtype.ts';
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
  /** Whether the key's value is variable-length sequences of big-endian numbers. */
  readonly isBigEndianSequence: boolean;
}

/** The most nodes that are compared, as in `read_headers.py`. */
const MOST_NODES = 20_000;

interface OurFacts {
  readonly facts: Map<string, string>;
  /** Keys and whole subtrees that are reported as not decoded. */
  readonly notDecoded: Set<string>;
  /** Keys of values that are sequences of big-endian numbers. */
  readonly bigEndianSequences: Set<string>;
}

/** Every key on which a header differs from the reference. */
export function compareHeader(
  format: Difference['format'],
  header: NwbHeader,
  theirs: Readonly<Record<string, TheirFact>>,
): Difference[] {
  const { facts, notDecoded, bigEndianSequences } = buildFacts(header);
  const keys = new Set([...facts.keys(), ...notDecoded, ...Object.keys(theirs)]);
  const isNotDecoded = (key: string): boolean => {
    if (notDecoded.has(key)) return true;
    const path = key.replace(/[@=].*$/s, '');
    return [...listParents(path)].some((parent) => notDecoded.has(parent));
  };
  const differences: Difference[] = [];
  for (const key of keys) {
    const [ours, their] = [facts.get(key), theirs[key]];
    if (ours === their || (ours === undefined && their === undefined)) continue;
    // A value that the reference omitted for its size is not compared.
    if (their === undefined && key.endsWith('=') && !key.includes('@')) continue;
    differences.push({
      format,
      key,
      ours,
      theirs: their,
      isNotDecoded: isNotDecoded(key),
      isBigEndianSequence: bigEndianSequences.has(key),
    });
  }
  return differences;
}

function* listParents(path: string): Generator<string> {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) yield at;
}

function buildFacts(header: NwbHeader): OurFacts {
  const facts = new Map<string, string>();
  const notDecoded = new Set<string>();
  const bigEndianSequences = new Set<string>();
  for (const { path, parentPath, object } of walkHeader(header, MOST_NODES)) {
    if (object.kind === 'unread') {
      notDecoded.add(path);
      continue;
    }
    facts.set(path, kindText(object));
    for (const attribute of object.attributes) {
      const key = `${path}@${attribute.name}=`;
      if (isBigEndianSequence(attribute.dtype)) bigEndianSequences.add(key);
      const text = valueText(attribute);
      if (text === undefined) notDecoded.add(key);
      else facts.set(key, text);
    }
    if (object.kind !== 'dataset' || (parentPath !== '/' && parentPath !== '/general')) continue;
    if (isBigEndianSequence(object.dtype)) bigEndianSequences.add(`${path}=`);
    const text = valueText(object, numpyDatasetStr);
    if (text === undefined) notDecoded.add(`${path}=`);
    else facts.set(`${path}=`, text);
  }
  return { facts, notDecoded, bigEndianSequences };
}

function isBigEndianSequence(dtype: Dtype): boolean {
  if (dtype.class !== 'vlen') return false;
  const [base] =
    dtype.base.class === 'compound' ? dtype.base.fields.map((field) => field.dtype) : [dtype.base];
  return base !== undefined && 'order' in base && base.order === '>';
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
