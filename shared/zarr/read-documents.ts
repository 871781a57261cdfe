/**
 * The first step of reading a header from Zarr: reads the metadata documents of all nodes, from the
 * consolidated ones if there are any (one round), else by listing one folder after another, one level per
 * round.
 */
import { AssetChangedError, HeaderUnreadableError, ReadBudgetExceededError } from '../errors.ts';
import { chooseNames, SPECIFICATIONS } from '../header/namespaces.ts';
import type { Namespace, NwbHeader } from '../header/nwb-header.ts';
import type { CountedStore } from './counted-store.ts';
import { findJson, findObject, type JsonObject, type PythonValue } from './json.ts';
import { type NodeDocument, parseV2Node, parseV3Node } from './node-document.ts';
import { isNodeName, isNodePath, ObjectTooLongError, type StoredObject } from './zarr-store.ts';

/** The metadata of a store. */
export interface StoreDocuments {
  /**
   * The nodes by path, the root under ''. A node's parents may be missing: they are groups without
   * attributes.
   */
  readonly nodes: ReadonlyMap<string, NodeDocument>;
  /** Whether one document contained them all. */
  readonly consolidated: boolean;
  /** The documents that identify the state of the store, with their ETags when they were read. */
  readonly pins: readonly Pin[];
  readonly cutShort: NwbHeader['cutShort'];
}

/** A document and its ETag when it was read. */
export interface Pin {
  readonly path: string;
  readonly etag: string;
}

/** The limits of reading documents. */
export interface DocumentLimits {
  readonly objects: number;
  readonly depth: number;
}

/** The most bytes of a consolidated document: 43,000 datasets take some 40 MB. */
const CONSOLIDATED_BYTES = 128 * 1024 * 1024;

/** The most bytes of the document of one node. */
const DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads the documents of a store. `.zmetadata` and the root's `zarr.json` are requested at once.
 * @throws HeaderUnreadableError 'missing' if there is no Zarr group, 'damaged' if its first document is
 * invalid
 * @throws ReadBudgetExceededError if not even the root can be read within the limits
 * @throws ArchiveUnavailableError, HeaderUnreadableError 'forbidden', 'unsupported'
 */
export async function readDocuments(store: CountedStore, limits: DocumentLimits): Promise<StoreDocuments> {
  const found = await readTogether(store, ['zarr.json', '.zmetadata'], CONSOLIDATED_BYTES);
  const v3 = found.get('zarr.json');
  if (v3 !== undefined) return await readV3(store, limits, v3);
  const consolidated = found.get('.zmetadata');
  if (consolidated !== undefined) {
    const metadata = findObject(
      findObject(parseDocument(store, '.zmetadata', consolidated))?.get('metadata'),
    );
    if (metadata === undefined) throw buildDamagedError(store, '.zmetadata', 'has no metadata');
    return {
      nodes: parseConsolidatedV2(metadata),
      consolidated: true,
      pins: listPins([['.zmetadata', consolidated]]),
      cutShort: [],
    };
  }
  const root = await readTogether(store, ['.zgroup', '.zattrs'], DOCUMENT_BYTES);
  const group = root.get('.zgroup');
  if (group === undefined) {
    throw new HeaderUnreadableError(`${store.key}: there is no Zarr group`, {
      key: store.key,
      reason: 'missing',
    });
  }
  const attributes = root.get('.zattrs');
  const first = parseV2Node({
    group: parseDocument(store, '.zgroup', group),
    attributes: attributes === undefined ? undefined : parseDocument(store, '.zattrs', attributes),
  })!;
  const { nodes, cutShort } = await listNodes(store, limits, first, readV2Nodes);
  return { nodes, consolidated: false, pins: listPins([...root]), cutShort };
}

/**
 * Compares the documents that identify the store's state with their current ETags, in one round.
 * @throws AssetChangedError if one has changed
 */
export async function checkPins(store: CountedStore, pins: readonly Pin[]): Promise<void> {
  await store.round(pins, async ({ path, etag }) => {
    const now = await store.findEtag(path);
    if (now === etag) return;
    throw new AssetChangedError(`${store.key}: ${path} changed while the Zarr was read`, {
      key: store.key,
      expected: etag,
      actual: now ?? 'none',
    });
  });
}

async function readV3(
  store: CountedStore,
  limits: DocumentLimits,
  object: StoredObject,
): Promise<StoreDocuments> {
  const document = parseDocument(store, 'zarr.json', object);
  const root = parseV3Node(document);
  if (root.kind === 'damaged') throw buildDamagedError(store, 'zarr.json', root.detail);
  const pins = listPins([['zarr.json', object]]);
  const metadata = findObject(
    findObject(findObject(document)?.get('consolidated_metadata'))?.get('metadata'),
  );
  if (metadata !== undefined) {
    const nodes = new Map<string, NodeDocument>([['', root]]);
    for (const [path, each] of metadata)
      if (path !== '' && isNodePath(path)) nodes.set(path, parseV3Node(each));
    return { nodes, consolidated: true, pins, cutShort: [] };
  }
  const { nodes, cutShort } = await listNodes(store, limits, root, readV3Nodes);
  return { nodes, consolidated: false, pins, cutShort };
}

/** v2 consolidates documents under their keys, such as `general/lab/.zarray`. */
function parseConsolidatedV2(metadata: JsonObject): Map<string, NodeDocument> {
  const byPath = new Map<string, { array?: PythonValue; group?: PythonValue; attributes?: PythonValue }>();
  for (const [key, document] of metadata) {
    const slash = key.lastIndexOf('/');
    const path = key.slice(0, Math.max(0, slash));
    const field = V2_DOCUMENTS.get(key.slice(slash + 1));
    if (field === undefined || !isNodePath(path)) continue;
    byPath.set(path, { ...byPath.get(path), [field]: document });
  }
  const nodes = new Map<string, NodeDocument>();
  for (const [path, documents] of byPath) {
    const node = parseV2Node(path === '' ? { group: null, ...documents } : documents);
    if (node !== undefined) nodes.set(path, node);
  }
  return nodes;
}

const V2_DOCUMENTS: ReadonlyMap<string, 'array' | 'group' | 'attributes'> = new Map([
  ['.zarray', 'array'],
  ['.zgroup', 'group'],
  ['.zattrs', 'attributes'],
] as const);

type ReadNodes = (store: CountedStore, paths: readonly string[], nodes: NodeSink) => Promise<void>;
type NodeSink = Map<string, NodeDocument>;

/** Reads the nodes below a root, level by level. Past a limit, the rest are named but unknown. */
async function listNodes(
  store: CountedStore,
  limits: DocumentLimits,
  root: NodeDocument,
  readNodes: ReadNodes,
): Promise<Pick<StoreDocuments, 'nodes' | 'cutShort'>> {
  const nodes: NodeSink = new Map([['', root]]);
  // The check at the end must not fail because of the limit.
  store.reserveForChecks(2);
  try {
    let groups = root.kind === 'group' ? [''] : [];
    for (let depth = 0; groups.length > 0; depth += 1) {
      const names = await listChildren(store, groups);
      for (const path of names) nodes.set(path, { kind: 'unknown' });
      // What is past these limits is only named; it is reported where the header is built.
      if (depth >= limits.depth) break;
      const room = Math.max(0, limits.objects - (nodes.size - names.length));
      await readNodes(store, names.slice(0, room), nodes);
      groups = names.filter((path) => nodes.get(path)?.kind === 'group' && !isSchemaGroup(path));
      if (names.length > room) {
        return { nodes, cutShort: [{ budget: 'objects', limit: limits.objects }] };
      }
    }
    return { nodes, cutShort: [] };
  } catch (error) {
    if (!(error instanceof ReadBudgetExceededError) || error.budget === 'milliseconds') throw error;
    return { nodes, cutShort: [{ budget: error.budget, limit: error.limit }] };
  } finally {
    store.reserveForChecks(0);
  }
}

/** Whether a path is a version's group under `/specifications`, which contains only schemas. */
function isSchemaGroup(path: string): boolean {
  return path.startsWith(`${SPECIFICATIONS}/`) && path.split('/').length === 3;
}

/** The namespaces whose schemas are in the store, only from the paths of their groups. */
export function findNamespaces(nodes: ReadonlyMap<string, NodeDocument>): Namespace[] {
  const found = new Map<string, Set<string>>();
  for (const [path, { kind }] of nodes) {
    if (!path.startsWith(`${SPECIFICATIONS}/`)) continue;
    const [, name = '', version, ...below] = path.split('/');
    const isGroup = (at: string): boolean => (nodes.get(at)?.kind ?? 'group') === 'group';
    if (!isGroup(SPECIFICATIONS) || !isGroup(`${SPECIFICATIONS}/${name}`)) continue;
    const versions = found.get(name) ?? new Set();
    found.set(name, versions);
    if (version === undefined || !isGroup(`${SPECIFICATIONS}/${name}/${version}`)) continue;
    if (below.length > 0 || kind === 'group') versions.add(version);
  }
  return chooseNames(found.keys()).map((name) => ({ name, versions: chooseNames(found.get(name)!) }));
}

/** Lists the folders in several groups: page by page, the pages of all groups together. */
async function listChildren(store: CountedStore, groups: readonly string[]): Promise<string[]> {
  const paths = new Set<string>();
  let pages: { group: string; start: string | undefined }[] = groups.map((group) => ({
    group,
    start: undefined,
  }));
  while (pages.length > 0) {
    const further: typeof pages = [];
    await store.round(pages, async ({ group, start }) => {
      const { folders, next } = await store.listFolders(group, start);
      for (const name of folders) if (isNodeName(name)) paths.add(group === '' ? name : `${group}/${name}`);
      if (next !== undefined) further.push({ group, start: next });
    });
    pages = further;
  }
  return [...paths];
}

async function readV2Nodes(store: CountedStore, paths: readonly string[], nodes: NodeSink): Promise<void> {
  const documents = await readTogether(
    store,
    paths.flatMap((path) => [...V2_DOCUMENTS.keys()].map((name) => `${path}/${name}`)),
    DOCUMENT_BYTES,
  );
  for (const path of paths) {
    const of = (name: string): PythonValue | undefined => {
      const object = documents.get(`${path}/${name}`);
      // A document that is not JSON still exists.
      return object === undefined ? undefined : (findJson(object.bytes) ?? null);
    };
    const node = parseV2Node({ array: of('.zarray'), group: of('.zgroup'), attributes: of('.zattrs') });
    if (node === undefined) nodes.delete(path);
    else nodes.set(path, node);
  }
}

async function readV3Nodes(store: CountedStore, paths: readonly string[], nodes: NodeSink): Promise<void> {
  const documents = await readTogether(
    store,
    paths.map((path) => `${path}/zarr.json`),
    DOCUMENT_BYTES,
  );
  for (const path of paths) {
    const object = documents.get(`${path}/zarr.json`);
    if (object === undefined) nodes.delete(path);
    else nodes.set(path, parseV3Node(findJson(object.bytes) ?? null));
  }
}

/** Reads documents in one round; missing ones are left out. */
async function readTogether(
  store: CountedStore,
  paths: readonly string[],
  maxBytes: number,
): Promise<Map<string, StoredObject>> {
  const found = new Map<string, StoredObject>();
  await store.round(paths, async (path) => {
    try {
      const object = await store.readObject(path, maxBytes);
      if (object !== undefined) found.set(path, object);
    } catch (error) {
      if (!(error instanceof ObjectTooLongError)) throw error;
      throw new ReadBudgetExceededError(
        `${store.key}: ${path} has ${error.byteLength} bytes, but the limit for one document is ${maxBytes}`,
        { key: store.key, budget: 'bytes', limit: maxBytes },
        { cause: error },
      );
    }
  });
  return found;
}

function parseDocument(store: CountedStore, path: string, object: StoredObject): PythonValue {
  const value = findJson(object.bytes);
  if (value === undefined) throw buildDamagedError(store, path, 'is not JSON');
  return value;
}

function buildDamagedError({ key }: CountedStore, path: string, what: string): HeaderUnreadableError {
  return new HeaderUnreadableError(`${key}: ${path}: ${what}`, { key, reason: 'damaged' });
}

function listPins(objects: readonly (readonly [string, StoredObject])[]): Pin[] {
  return objects.flatMap(([path, { etag }]) => (etag === undefined ? [] : [{ path, etag }]));
}
