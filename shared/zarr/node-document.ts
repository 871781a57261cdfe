/**
 * Parses the metadata documents of one node, of either version of Zarr: a group, or an array with its shape,
 * chunks, codecs and type. Pure; Zarr storage specification v2, and v3 core.
 */
import {
  findArray,
  findObject,
  findText,
  findWhole,
  type JsonObject,
  PythonInt,
  type PythonValue,
} from './json.ts';

/** One step of the encoding of chunks, in v3's form. */
export interface CodecSpec {
  /** v3's name; `numcodecs.ID` for a filter or compressor of v2. */
  readonly name: string;
  readonly configuration: JsonObject;
}

/** An array's storage, from its document. */
export interface ArrayDocument {
  readonly format: 2 | 3;
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  /** `dtype` of v2, `data_type` of v3. */
  readonly dataType: PythonValue;
  /** In the order of writing. */
  readonly codecs: readonly CodecSpec[];
  /** v2: `0.0`, without a prefix; v3's default: `c/0/0`. */
  readonly chunkKeys: { readonly name: 'v2' | 'default'; readonly separator: '.' | '/' };
  readonly fillValue: PythonValue;
}

/** A node as its documents describe it. */
export type NodeDocument =
  | { readonly kind: 'group'; readonly attributes: JsonObject }
  | { readonly kind: 'array'; readonly attributes: JsonObject; readonly array: ArrayDocument }
  /** Its documents exist but violate the specification. */
  | { readonly kind: 'damaged'; readonly detail: string }
  /** Its name was found; its documents were not read because of a limit. */
  | { readonly kind: 'unknown' };

/** The most dimensions that numpy supports. */
const MOST_DIMENSIONS = 64;

const NOTHING: JsonObject = new Map();

/**
 * A node of Zarr v2 from `.zarray`, `.zgroup` and `.zattrs`; undefined if neither of the first two exists.
 */
export function parseV2Node(documents: {
  readonly array?: PythonValue | undefined;
  readonly group?: PythonValue | undefined;
  readonly attributes?: PythonValue | undefined;
}): NodeDocument | undefined {
  const attributes =
    documents.attributes === undefined ? NOTHING : (findObject(documents.attributes) ?? NOTHING);
  if (documents.array !== undefined) {
    const array = parseV2Array(findObject(documents.array) ?? NOTHING);
    return typeof array === 'string'
      ? { kind: 'damaged', detail: array }
      : { kind: 'array', attributes, array };
  }
  return documents.group === undefined ? undefined : { kind: 'group', attributes };
}

/** A node of Zarr v3 from `zarr.json`. */
export function parseV3Node(value: PythonValue): NodeDocument {
  const document = findObject(value) ?? NOTHING;
  const attributes = findObject(document.get('attributes')) ?? NOTHING;
  const type = document.get('node_type');
  if (type === 'group') return { kind: 'group', attributes };
  if (type !== 'array')
    return { kind: 'damaged', detail: 'its metadata describe neither a group nor an array' };
  const array = parseV3Array(document);
  return typeof array === 'string'
    ? { kind: 'damaged', detail: array }
    : { kind: 'array', attributes, array };
}

/** The array, or the reason why it is invalid. */
function parseV2Array(document: JsonObject): ArrayDocument | string {
  const dataType = document.get('dtype');
  if (dataType === undefined) return 'its metadata have no dtype';
  const extent = readExtent(document.get('shape'), document.get('chunks'));
  if (typeof extent === 'string') return extent;
  const filters = document.get('filters');
  const compressor = document.get('compressor');
  const steps = [
    ...(findArray(filters) ?? []),
    ...(findObject(compressor) === undefined ? [] : [compressor]),
  ];
  const codecs: CodecSpec[] =
    document.get('order') === 'F' ? [{ name: 'transpose', configuration: new Map([['order', 'F']]) }] : [];
  for (const step of steps) {
    const id = findText(findObject(step)?.get('id'));
    if (id === undefined) return 'its metadata have a filter without an id';
    codecs.push({ name: `numcodecs.${id}`, configuration: findObject(step) ?? NOTHING });
  }
  const separator = document.get('dimension_separator') === '/' ? '/' : '.';
  return {
    format: 2,
    ...extent,
    dataType,
    codecs,
    chunkKeys: { name: 'v2', separator },
    fillValue: document.get('fill_value') ?? null,
  };
}

function parseV3Array(document: JsonObject): ArrayDocument | string {
  const dataType = document.get('data_type');
  if (dataType === undefined) return 'its metadata have no data type';
  const grid = findObject(document.get('chunk_grid'));
  if (grid?.get('name') !== 'regular') return 'its chunk grid is not regular';
  const extent = readExtent(document.get('shape'), findObject(grid.get('configuration'))?.get('chunk_shape'));
  if (typeof extent === 'string') return extent;
  const codecs: CodecSpec[] = [];
  for (const step of findArray(document.get('codecs')) ?? []) {
    const name = findText(step) ?? findText(findObject(step)?.get('name'));
    if (name === undefined) return 'its metadata have a codec without a name';
    codecs.push({ name, configuration: findObject(findObject(step)?.get('configuration')) ?? NOTHING });
  }
  const encoding = findObject(document.get('chunk_key_encoding'));
  const separator = findObject(encoding?.get('configuration'))?.get('separator');
  const chunkKeys =
    encoding?.get('name') === 'v2'
      ? ({ name: 'v2', separator: separator === '/' ? '/' : '.' } as const)
      : ({ name: 'default', separator: separator === '.' ? '.' : '/' } as const);
  return {
    format: 3,
    ...extent,
    dataType,
    codecs,
    chunkKeys,
    fillValue: document.get('fill_value') ?? null,
  };
}

function readExtent(
  shapeValue: PythonValue | undefined,
  chunksValue: PythonValue | undefined,
): Pick<ArrayDocument, 'shape' | 'chunkShape'> | string {
  const shape = findLengths(shapeValue);
  const chunkShape = findLengths(chunksValue);
  if (shape === undefined) return 'its shape is not a list of lengths';
  if (chunkShape === undefined || chunkShape.length !== shape.length) {
    return 'the shape of its chunks does not match its own shape';
  }
  // An array without elements may have chunks without elements; any other would have an infinite number of
  // them.
  if (chunkShape.some((length, axis) => length === 0 && shape[axis] !== 0))
    return 'its chunks have no elements';
  return { shape, chunkShape };
}

function findLengths(value: PythonValue | undefined): number[] | undefined {
  const list = findArray(value);
  if (list === undefined || list.length > MOST_DIMENSIONS) return undefined;
  const lengths = list.map((each) => (each instanceof PythonInt ? findWhole(each) : undefined));
  return lengths.every((length) => length !== undefined && length >= 0) ? (lengths as number[]) : undefined;
}
