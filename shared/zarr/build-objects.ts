/**
 * Builds the objects of a header from metadata documents: the tree of nodes within the limits, their
 * attributes, links, types and storage, and the list of values that are still to be read. Pure.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import { SPECIFICATIONS } from '../header/namespaces.ts';
import type { HeaderDataset, HeaderObject, Member, NwbHeader, Storage } from '../header/nwb-header.ts';
import { isExtentDataset, isExtentName, isTypedScalarString, isValuePath } from '../header/value-scope.ts';
import { type AttributeContext, buildAttributes } from './attributes.ts';
import { OBJECT_CODECS, shortCodecName } from './codecs.ts';
import { parseV2Type, parseV3Type } from './element-type.ts';
import { findArray, findObject, findText, findWhole, type PythonValue } from './json.ts';
import type { ArrayDocument, NodeDocument } from './node-document.ts';
import type { WantedValue } from './read-value.ts';
import { findLinks, findTarget } from './references.ts';

/** The objects of a store, by keys that are valid for this read; the root's is 0. */
export interface StoreObjects {
  readonly found: Map<number, HeaderObject>;
  /** Datasets in `found` whose elements belong to the header, by their keys. */
  readonly wanted: readonly (WantedValue & { readonly key: number })[];
  readonly cutShort: NwbHeader['cutShort'];
}

/** The limits of the tree's depth and size, and of a value's size. */
export interface ObjectLimits {
  readonly objects: number;
  readonly depth: number;
  readonly valueBytes: number;
}

const SKIPPED: HeaderObject = {
  kind: 'unread',
  unread: { reason: 'skipped', detail: 'the schemas in the file' },
};

/** Builds the objects, breadth first, so that a limit cuts off the deepest ones. */
export function buildObjects(nodes: ReadonlyMap<string, NodeDocument>, limits: ObjectLimits): StoreObjects {
  const tree = buildTree(nodes, limits);
  const root = nodes.get('');
  const rootObjectId = root?.kind === 'group' ? findText(root.attributes.get('object_id')) : undefined;
  const findReference = (value: PythonValue): number | null => {
    const target = findTarget(value, rootObjectId);
    if (target === undefined || target.otherStore !== undefined) return null;
    return tree.keys.get(target.path) ?? null;
  };
  const context: AttributeContext = { valueBytes: limits.valueBytes, findReference };
  const found = new Map<number, HeaderObject>();
  const wanted: (WantedValue & { key: number })[] = [];
  for (const path of tree.reached) {
    const key = tree.keys.get(path)!;
    const node = nodes.get(path) ?? { kind: 'group', attributes: new Map() };
    if (path === SPECIFICATIONS) {
      found.set(key, SKIPPED);
    } else if (node.kind === 'group') {
      const members = findMembers(path, tree);
      const links = findLinks(node.attributes, rootObjectId).filter(({ name }) => !members.has(name));
      found.set(key, {
        kind: 'group',
        attributes: buildAttributes(node.attributes, context),
        members: [...members.values(), ...links],
      });
    } else if (node.kind === 'damaged') {
      found.set(key, { kind: 'unread', unread: { reason: 'damaged', detail: node.detail } });
    } else if (node.kind === 'array') {
      const built = buildDataset(path, node, context);
      found.set(key, built.object);
      if (built.wanted !== undefined) wanted.push({ ...built.wanted, key });
    }
  }
  return { found, wanted, cutShort: tree.cutShort };
}

interface Tree {
  /** A key for every path that occurs, reached or not. */
  readonly keys: ReadonlyMap<string, number>;
  /** Breadth first, siblings by name. */
  readonly reached: readonly string[];
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly cutShort: NwbHeader['cutShort'];
}

function buildTree(nodes: ReadonlyMap<string, NodeDocument>, limits: ObjectLimits): Tree {
  const children = new Map<string, string[]>();
  const seen = new Set(['']);
  let isTooDeep = false;
  for (const path of nodes.keys()) {
    const [kept, wasCut] = cutToDepth(path, limits.depth);
    isTooDeep ||= wasCut;
    for (let at = kept; !seen.has(at); at = findParent(at)) {
      seen.add(at);
      const parent = findParent(at);
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [at]);
      else siblings.push(at);
    }
  }
  const keys = new Map([['', 0]]);
  const reached: string[] = [''];
  let isTooMany = false;
  for (let at = 0; at < reached.length; at += 1) {
    const path = reached[at]!;
    const kind = nodes.get(path)?.kind ?? 'group';
    // An array has no members, whatever keys start with its path.
    if (kind !== 'group' || path === SPECIFICATIONS) continue;
    const depth = measureDepth(path);
    for (const child of (children.get(path) ?? []).sort(compareByteOrder)) {
      keys.set(child, keys.size);
      if (nodes.get(child)?.kind === 'unknown' || depth >= limits.depth) continue;
      if (reached.length < limits.objects) reached.push(child);
      else isTooMany = true;
    }
  }
  const cutShort = [
    ...(isTooMany ? [{ budget: 'objects', limit: limits.objects }] : []),
    ...(isTooDeep ? [{ budget: 'depth', limit: limits.depth }] : []),
  ];
  return { keys, reached, children, cutShort };
}

/** The path's first parts, one more than the depth limit: what is past the limit is still named. */
function cutToDepth(path: string, depth: number): [kept: string, wasCut: boolean] {
  let at = -1;
  for (let parts = 0; parts <= depth; parts += 1) {
    at = path.indexOf('/', at + 1);
    if (at < 0) return [path, path !== '' && parts >= depth];
  }
  return [path.slice(0, at), true];
}

function measureDepth(path: string): number {
  return path === '' ? 0 : path.split('/').length;
}

function findParent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function findMembers(path: string, tree: Tree): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const child of tree.children.get(path) ?? []) {
    const name = child.slice(path === '' ? 0 : path.length + 1);
    members.set(name, { name, to: tree.keys.get(child)! });
  }
  return members;
}

function buildDataset(
  path: string,
  { array, attributes }: NodeDocument & { kind: 'array' },
  context: AttributeContext,
): { object: HeaderObject; wanted?: WantedValue } {
  const typeContext = { attributes, findReference: context.findReference };
  const type =
    array.format === 2
      ? parseV2Type(array.dataType, typeContext)
      : parseV3Type(array.dataType, findByteOrder(array), typeContext);
  if (type === undefined) {
    const detail = `its data type ${shownType(array.dataType)} is not supported`;
    return { object: { kind: 'unread', unread: { reason: 'unsupported', detail } } };
  }
  // Zarr v2 as hdmf-zarr writes it has no scalars: an array of one element with a mark is one.
  const isScalar =
    attributes.get('zarr_dtype') === 'scalar' && array.shape.length === 1 && array.shape[0] === 1;
  const dataset: HeaderDataset = {
    kind: 'dataset',
    attributes: buildAttributes(attributes, context),
    dtype: type.dtype,
    shape: isScalar ? [] : array.shape,
    storage: buildStorage(array, isScalar),
  };
  const isWanted =
    isValuePath(`/${path}`) ||
    isTypedScalarString(dataset) ||
    (isExtentName(path.slice(path.lastIndexOf('/') + 1)) && isExtentDataset(dataset));
  return isWanted
    ? { object: dataset, wanted: { path, array, type, findReference: context.findReference } }
    : { object: dataset };
}

/** The byte order in v3's `bytes` codec, also inside a shard. */
function findByteOrder({ codecs }: ArrayDocument): '<' | '>' {
  const inner = codecs.flatMap(({ configuration }) => findArray(configuration.get('codecs')) ?? []);
  const configurations = [
    ...codecs.filter(({ name }) => name === 'bytes').map(({ configuration }) => configuration),
    ...inner
      .filter((codec) => findObject(codec)?.get('name') === 'bytes')
      .map((codec) => findObject(findObject(codec)?.get('configuration'))),
  ];
  return configurations.some((configuration) => configuration?.get('endian') === 'big') ? '>' : '<';
}

/** Chunks and codecs for the header; for a sharded array, the chunks inside a shard. */
function buildStorage({ chunkShape, codecs }: ArrayDocument, isScalar: boolean): Storage {
  const shard = codecs.find(({ name }) => name === 'sharding_indexed');
  const inner = (findArray(shard?.configuration.get('chunk_shape')) ?? []).map(findWhole);
  const isWhole = inner.length === chunkShape.length && inner.every((length) => length !== undefined);
  const chunks = shard !== undefined && isWhole ? (inner as number[]) : chunkShape;
  const names = codecs.flatMap(({ name, configuration }) => [
    name,
    ...(name === 'sharding_indexed' ? (findArray(configuration.get('codecs')) ?? []) : [])
      .map((codec) => (typeof codec === 'string' ? codec : findText(findObject(codec)?.get('name'))))
      .filter((each) => each !== undefined),
  ]);
  const filters = names.map(shortCodecName).filter((name) => name !== 'bytes' && !OBJECT_CODECS.has(name));
  return { layout: 'chunked', chunks: isScalar ? [] : chunks, filters };
}

function shownType(dataType: PythonValue): string {
  const name = findText(dataType) ?? findText(findObject(dataType)?.get('name')) ?? 'of many fields';
  return JSON.stringify(name.slice(0, 40));
}
