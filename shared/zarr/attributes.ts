/**
 * Converts a node's attributes to the header's form: JSON's values with the types that Python gives them, and
 * the references of hdmf-zarr. Pure. Zarr stores no types for attributes: whole numbers become 64-bit
 * integers and others doubles, whatever they were in memory.
 */
import type { Dtype, Element, Values } from '../dtype.ts';
import type { Attribute, Unread } from '../header/nwb-header.ts';
import { BOOL, REFERENCE, TEXT } from './element-type.ts';
import { findArray, type JsonObject, PythonInt, type PythonValue } from './json.ts';
import { BOOKKEEPING, findReferences, SPEC_LOCATION } from './references.ts';

/** What is needed to read the attributes of one node. */
export interface AttributeContext {
  /** The most bytes of one value. */
  readonly valueBytes: number;
  /** Returns the engine's key of the object that a reference refers to, or null. */
  readonly findReference: (value: PythonValue) => number | null;
}

/** A node's attributes without those that the conventions use internally, in the document's order. */
export function buildAttributes(attributes: JsonObject, context: AttributeContext): Attribute[] {
  const found: Attribute[] = [];
  for (const [name, value] of attributes) {
    if (BOOKKEEPING.has(name)) continue;
    const references = findReferences(value) ?? (name === SPEC_LOCATION ? value : undefined);
    found.push({
      name,
      ...(references === undefined ? plainValue(value, context) : referenceValue(references, context)),
    });
  }
  return found;
}

type AttributeValue = Omit<Attribute, 'name'>;

const INTEGER: Dtype = { class: 'integer', size: 8, signed: true, order: '<' };
const UNSIGNED: Dtype = { class: 'integer', size: 8, signed: false, order: '<' };
const DOUBLE: Dtype = { class: 'float', size: 8, order: '<' };

/** The deepest list that is still an array; numpy's own limit. */
const MOST_DIMENSIONS = 64;

function plainValue(value: PythonValue, { valueBytes }: AttributeContext): AttributeValue {
  if (value === null) return { dtype: TEXT, shape: null, values: [] };
  const array = flatten(value);
  if (array === undefined) return unread('unsupported', 'its lists are of different lengths');
  const { shape, leaves } = array;
  if (leaves.length === 0) return { dtype: DOUBLE, shape, values: [] };
  const typed = findType(leaves);
  if (typed === undefined) return unread('unsupported', 'it mixes types or contains JSON objects');
  const bytes = typed.values.reduce<number>(
    (sum, each) => sum + (typeof each === 'string' ? Buffer.byteLength(each) : 8),
    0,
  );
  if (bytes > valueBytes) {
    return { dtype: typed.dtype, shape, unread: { reason: 'too-large', detail: `it takes ${bytes} bytes` } };
  }
  return { dtype: typed.dtype, shape, values: typed.values };
}

function referenceValue(value: PythonValue, { findReference }: AttributeContext): AttributeValue {
  const list = findArray(value);
  if (list === undefined) return { dtype: REFERENCE, shape: [], values: [{ ref: findReference(value) }] };
  return {
    dtype: REFERENCE,
    shape: [list.length],
    values: list.map((each) => ({ ref: findReference(each) })),
  };
}

/** The common type of all leaves, and the leaves as its elements; undefined if they have no common type. */
function findType(leaves: readonly PythonValue[]): { dtype: Dtype; values: Values } | undefined {
  if (leaves.every((leaf) => typeof leaf === 'string')) return { dtype: TEXT, values: leaves as string[] };
  if (leaves.every((leaf) => typeof leaf === 'boolean')) {
    return { dtype: BOOL, values: leaves.map((leaf) => (leaf ? 1 : 0)) };
  }
  if (leaves.every((leaf) => leaf instanceof PythonInt)) return findIntegers(leaves as PythonInt[]);
  if (leaves.every((leaf) => typeof leaf === 'number' || leaf instanceof PythonInt)) {
    return {
      dtype: DOUBLE,
      values: leaves.map((leaf) => (leaf instanceof PythonInt ? Number(leaf.digits) : (leaf as number))),
    };
  }
  return undefined;
}

function findIntegers(leaves: readonly PythonInt[]): { dtype: Dtype; values: Values } | undefined {
  // More digits than 64 bits have; JSON has no leading zeros.
  if (leaves.some(({ digits }) => digits.length > 20)) return undefined;
  const exact = leaves.map(({ digits }) => BigInt(digits));
  const isWithin = (bits: (number: bigint) => bigint): boolean => exact.every((each) => bits(each) === each);
  const dtype = isWithin((each) => BigInt.asIntN(64, each))
    ? INTEGER
    : isWithin((each) => BigInt.asUintN(64, each))
      ? UNSIGNED
      : undefined;
  return dtype === undefined ? undefined : { dtype, values: exact.map(smallest) };
}

function smallest(value: bigint): Element {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A value as a numpy array: its shape and its leaves in row-major order; undefined if lists are ragged. */
function flatten(value: PythonValue): { shape: number[]; leaves: readonly PythonValue[] } | undefined {
  const shape: number[] = [];
  let leaves: readonly PythonValue[] = [value];
  while (leaves.length > 0 && Array.isArray(leaves[0]) && shape.length < MOST_DIMENSIONS) {
    const length = leaves[0].length;
    if (!leaves.every((leaf) => Array.isArray(leaf) && leaf.length === length)) return undefined;
    shape.push(length);
    leaves = (leaves as readonly (readonly PythonValue[])[]).flat();
  }
  return { shape, leaves };
}

function unread(reason: Unread['reason'], detail: string): AttributeValue {
  return { dtype: TEXT, shape: [], unread: { reason, detail } };
}
