/**
 * In the libhdf5 thread: reads one file from its root down, every object once, into a header. Breadth first
 * and without recursion, so that neither cycles nor depth can do harm.
 */
import type { UnreadableReason } from '../../errors.ts';
import { buildHeader } from '../../header/build-header.ts';
import { compareByteOrder } from '../../header/byte-order.ts';
import { chooseNames, SPECIFICATIONS } from '../../header/namespaces.ts';
import type {
  Attribute,
  Dtype,
  HeaderDataset,
  HeaderGroup,
  HeaderObject,
  Member,
  Namespace,
  NwbHeader,
  Storage,
  Unread,
} from '../../header/nwb-header.ts';
import {
  chooseValues,
  isExtentDataset,
  isExtentName,
  isTypedScalarString,
  unchosen,
  type ValueCandidate,
} from '../../header/value-scope.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import { filterName } from '../format/filter-names.ts';
import { Datatypes, type TypePair, unknownDtype } from './datatypes.ts';
import {
  type Called,
  type ExtentMetadata,
  encodePath,
  type Hdf5Module,
  type Library,
  type PathText,
} from './library.ts';
import type { ReadTask, SharedState } from './messages.ts';
import type { RemoteFolder } from './mount.ts';
import { DetailReader, type ObjectDetails } from './object-details.ts';
import type { PageDevice } from './page-device.ts';
import { type ReadableValue, ValueReader } from './value-reader.ts';

/** The file as a whole cannot be read. */
export class FileUnreadableError extends Error {
  override readonly name = 'FileUnreadableError';
  readonly reason: UnreadableReason;
  constructor(reason: UnreadableReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What h5wasm returns for an unlimited dimension: 2^64 - 1 as a double. */
const UNLIMITED = 2 ** 64;

/** The kinds of objects as h5wasm numbers them (H5G_obj_t). */
const objectKind = { group: 0, dataset: 1, datatype: 2 } as const;

/**
 * Reads the header of the file on `device`.
 * @throws FileUnreadableError, ReadingStoppedError, LibraryCrashedError
 */
export async function visitFile(
  library: Library,
  folder: RemoteFolder,
  device: PageDevice,
  task: ReadTask,
  shared: SharedState,
): Promise<NwbHeader> {
  // It is not reset when the read ends with an error: the main thread needs to know the object.
  shared.current = undefined;
  const { path, remove } = folder.add(device);
  const opened = library.call(device, (module) => module.open(path, module.H5F_ACC_RDONLY, false, -1, -1));
  if (!opened.ok || opened.value < 0n) {
    remove();
    const detail = opened.ok ? 'libhdf5 cannot open it' : opened.detail;
    throw new FileUnreadableError(detail.startsWith('truncated file') ? 'truncated' : 'damaged', detail);
  }
  const file = opened.value;
  try {
    return await new Visit(library, device, file, task, shared).read();
  } finally {
    library.close(file);
    remove();
  }
}

/** An object that waits to be read: its key and a path to it. */
interface Waiting {
  readonly key: number;
  readonly path: string;
  readonly depth: number;
}

/** A dataset that was found, with what is needed to read its values. */
interface FoundDataset {
  readonly location: PathText;
  readonly details: ObjectDetails;
  /** Undefined if h5wasm does not return elements of the type. */
  readonly type: TypePair | undefined;
}

/**
 * Position of the base address in a superblock of version 2 or 3, which the extension's address follows (HDF5
 * File Format Specification 3.0, II.A).
 */
const BASE_AT = 12;

/** Reads the address of the superblock's extension, where shared messages are listed. */
function readExtensionAddress(device: PageDevice, { base, sizes }: ReadTask): number {
  const version = device.read(base + 8, 1)?.[0] ?? 0;
  const bytes = version < 2 ? undefined : device.read(base + BASE_AT + sizes.offsets, sizes.offsets);
  if (bytes === undefined || bytes.every((byte) => byte === 0xff)) return UNDEFINED_ADDRESS;
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

class Visit {
  readonly #library: Library;
  readonly #device: PageDevice;
  readonly #file: bigint;
  readonly #task: ReadTask;
  readonly #shared: SharedState;
  readonly #datatypes: Datatypes;
  readonly #values: ValueReader;
  readonly #found = new Map<number, HeaderObject>();
  readonly #details: DetailReader;
  readonly #datasets = new Map<number, FoundDataset>();
  readonly #cutShort = new Map<string, number>();
  /** The last key given to something without an address; counts down from 0. */
  #lastKey = 0;

  constructor(library: Library, device: PageDevice, file: bigint, task: ReadTask, shared: SharedState) {
    this.#library = library;
    this.#device = device;
    this.#file = file;
    this.#task = task;
    this.#shared = shared;
    this.#datatypes = new Datatypes(task.sizes);
    this.#details = new DetailReader(
      (address, length) => device.read(task.base + address, length),
      {
        sizes: task.sizes,
        extension: readExtensionAddress(device, task),
        length: device.byteLength - task.base,
      },
      task.limits,
    );
    this.#values = new ValueReader(library, device, {
      padding: this.#datatypes.padding,
      sizes: task.sizes,
      read: (address, length) => device.read(task.base + address, length),
      valueBytes: task.limits.valueBytes,
    });
  }

  async read(): Promise<NwbHeader> {
    const root = this.#findKey('/');
    if (root === undefined) throw new FileUnreadableError('damaged', 'it has no root group');
    if (this.#task.avoided.includes(root)) {
      throw new FileUnreadableError('engine-fault', 'libhdf5 crashes or hangs over its root group');
    }
    await this.#readObjects(root);
    const opening = this.#found.get(root);
    if (opening?.kind !== 'group') {
      const detail = opening?.kind === 'unread' ? opening.unread.detail : 'its root is not a group';
      throw new FileUnreadableError('damaged', detail);
    }
    const namespaces = this.#readNamespaces(root);
    await this.#readValues(root);
    const cutShort = [...this.#cutShort].map(([budget, limit]) => ({ budget, limit }));
    return buildHeader('hdf5', root, this.#found, cutShort, namespaces);
  }

  async #readObjects(root: number): Promise<void> {
    const { limits } = this.#task;
    const queue: Waiting[] = [{ key: root, path: '', depth: 0 }];
    const queued = new Set([root]);
    for (let at = 0; at < queue.length; at += 1) {
      const waiting = queue[at]!;
      if (this.#found.has(waiting.key)) continue;
      if (waiting.depth > limits.depth) {
        this.#cutShort.set('depth', limits.depth);
        continue;
      }
      if (this.#found.size >= limits.objects) {
        this.#cutShort.set('objects', limits.objects);
        return;
      }
      const object = await this.#readObject(waiting);
      this.#found.set(waiting.key, object);
      if (object.kind !== 'group') continue;
      for (const member of object.members) {
        if (!('to' in member) || queued.has(member.to)) continue;
        queued.add(member.to);
        queue.push({ key: member.to, path: `${waiting.path}/${member.name}`, depth: waiting.depth + 1 });
        if (waiting.key === root && member.name === SPECIFICATIONS) this.#skip(member.to);
      }
    }
  }

  /** The cached NWB schemas: megabytes of JSON without information about the data. */
  #skip(key: number): void {
    const unread: Unread = { reason: 'skipped', detail: 'the schemas in the file' };
    if (!this.#found.has(key)) this.#found.set(key, { kind: 'unread', unread });
  }

  /** The names of the groups that contain those schemas; empty for groups that cannot be listed. */
  #readNamespaces(root: number): Namespace[] {
    const member = this.#membersOf(root).find(({ name }) => name === SPECIFICATIONS);
    if (member === undefined || !('to' in member) || this.#task.avoided.includes(member.to)) return [];
    this.#shared.current = member.to;
    const location = `/${SPECIFICATIONS}`;
    return this.#groupNames(location).map((name) => ({
      name,
      versions: this.#groupNames(`${location}/${name}`),
    }));
  }

  /** Those of the chosen members of a group that are groups along hard links. */
  #groupNames(location: string): string[] {
    const names = this.#isGroup(location)
      ? this.#call((module) => module.get_names(this.#file, location, false))
      : undefined;
    const hard = (names?.value ?? []).filter((name) => this.#isHardLink(`${location}/${name}`));
    return chooseNames(hard).filter((name) => this.#isGroup(`${location}/${name}`));
  }

  #isGroup(location: string): boolean {
    return this.#call((module) => module.get_type(this.#file, location)).value === objectKind.group;
  }

  #isHardLink(path: string): boolean {
    const soft = this.#call((module) => module.get_symbolic_link(this.#file, path));
    if (!soft.ok || soft.value !== null) return false;
    const external = this.#call((module) => module.get_external_link(this.#file, path));
    return external.ok && external.value.filename === undefined;
  }

  async #readObject({ key, path }: Waiting): Promise<HeaderObject> {
    if (this.#task.avoided.includes(key)) return buildDamaged('libhdf5 crashed or hung over it');
    this.#shared.current = key;
    const location = path === '' ? '/' : encodePath(path);
    const kind = this.#call((module) => module.get_type(this.#file, location));
    if (!kind.ok) return buildDamaged(kind.detail);
    const details = await this.#details.read(key);
    switch (kind.value) {
      case objectKind.group:
        return this.#readGroup(location, path, details);
      case objectKind.dataset:
        return this.#readDataset(key, location, details);
      case objectKind.datatype:
        return this.#readNamedType(location, details);
      default:
        return buildUnsupported('it is neither group nor dataset nor datatype');
    }
  }

  async #readGroup(location: PathText, prefix: string, details: ObjectDetails): Promise<HeaderObject> {
    const names = this.#call((module) => module.get_names(this.#file, location, false));
    if (!names.ok && names.value === undefined) return buildDamaged(names.detail);
    const members = await this.#readMembers(names.value ?? [], prefix, details);
    if (!names.ok) members.push({ name: '', to: this.#unreadable(buildDamaged(names.detail)) });
    members.sort((a, b) => compareByteOrder(a.name, b.name));
    return { kind: 'group', attributes: this.#readAttributes(location, details), members };
  }

  /**
   * The members with the names that h5wasm lists. It garbles names and paths that are not UTF-8, also past
   * their end, and does not list user-defined links: where there may be some, the walker's decoders are used
   * instead.
   */
  async #readMembers(names: readonly string[], prefix: string, details: ObjectDetails): Promise<Member[]> {
    const read = (name: string): Member => this.#readMember(name, encodePath(`${prefix}/${name}`));
    const listed = names.every(isAscii) ? names.map(read) : undefined;
    if (listed?.every(isCertain)) return listed;
    const own = await details.readMembers((unread) => this.#unreadable({ kind: 'unread', unread }));
    // HDF5 allows no link without a name: such a member reports what could not be listed.
    if (own.some(({ name }) => name === '')) return listed ?? names.map(read);
    return own.map((member) => (isBeyondH5wasm(member) ? member : read(member.name)));
  }

  /**
   * The kind of link is queried first: any other query would follow the link. h5wasm answers this query, and
   * `get_type`, in time that grows with the square of the path's depth (25 ms at 200 groups), and has no call
   * that starts from an open group: this is the reason for the depth limit.
   */
  #readMember(name: string, path: PathText): Member {
    const soft = this.#call((module) => module.get_symbolic_link(this.#file, path));
    if (!soft.ok) return { name, to: this.#unreadable(buildDamaged(soft.detail)) };
    if (soft.value !== null) return { name, soft: soft.value };
    const external = this.#call((module) => module.get_external_link(this.#file, path));
    if (!external.ok) return { name, to: this.#unreadable(buildDamaged(external.detail)) };
    const { filename, obj_path: inFile } = external.value;
    if (filename !== undefined) return { name, external: { file: filename, path: inFile ?? '' } };
    return { name, to: this.#findKey(path) ?? this.#unreadable(buildDamaged('its link cannot be resolved')) };
  }

  /** The address of the object at a path of hard links. */
  #findKey(path: PathText): number | undefined {
    const reference = this.#call((module) => Array.from(module.create_object_reference(this.#file, path)));
    if (!reference.ok) return undefined;
    // The bytes after those of the address are not set.
    const bytes = reference.value.slice(0, this.#task.sizes.offsets);
    const address = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return address > 0 && Number.isSafeInteger(address) ? address : undefined;
  }

  /** A key for an object whose address is not known. */
  #unreadable(object: HeaderObject): number {
    this.#lastKey -= 1;
    this.#found.set(this.#lastKey, object);
    return this.#lastKey;
  }

  /**
   * The attributes in byte order of their names. If not all could be listed, this is reported by an attribute
   * without a name, which HDF5 does not allow.
   */
  #readAttributes(location: PathText, details: ObjectDetails): Attribute[] {
    const names = this.#call((module) => module.get_attribute_names(this.#file, location));
    const listed = findSoundNames(names.value ?? [], details.attributes);
    const attributes = [
      ...listed.names.map((name) => this.#readAttribute(location, name, details)),
      ...listed.others,
    ];
    // libhdf5 reports no error when its listing of attributes fails; it then lists none.
    const broken = names.ok ? attributes.length === 0 && details.hasAttributes : true;
    if (broken) {
      const detail = names.ok
        ? 'its attributes cannot be listed'
        : `its attributes cannot all be listed: ${names.detail}`;
      attributes.push({ name: '', dtype: unknownDtype, shape: null, unread: unreadFor('damaged', detail) });
    }
    return attributes.sort((a, b) => compareByteOrder(a.name, b.name));
  }

  #readAttribute(location: PathText, name: string, details: ObjectDetails): Attribute {
    const described = this.#call((module) => module.get_attribute_metadata(this.#file, location, name));
    if (!described.ok) {
      return { name, dtype: unknownDtype, shape: null, unread: unreadFor('damaged', described.detail) };
    }
    const { shape } = described.value;
    const own = details.attributes.get(name);
    const type = this.#readType(described.value, own && (own.values === undefined ? undefined : own.dtype));
    // The walker's decoders may be able to read what h5wasm cannot return.
    if ('unread' in type) return own ?? { name, dtype: type.dtype, shape, unread: type.unread };
    const value = this.#values.read(type, described.value.total_size, {
      fill: (module, pointer) => module.get_attribute_data(this.#file, location, name, pointer),
      reclaim: (module, pointer) => module.reclaim_vlen_memory(this.#file, location, name, pointer),
    });
    const isBeyond = 'unread' in value && value.unread.reason === 'unsupported';
    return isBeyond && own !== undefined ? own : { name, dtype: type.dtype, shape, ...value };
  }

  #readDataset(key: number, location: PathText, details: ObjectDetails): HeaderObject {
    const described = this.#call((module) => module.get_dataset_metadata(this.#file, location));
    if (!described.ok) return buildDamaged(described.detail);
    const type = this.#readType(described.value, details.dtype);
    this.#datasets.set(key, { location, details, type: 'unread' in type ? undefined : type });
    const storage = this.#readStorage(location, described.value, details);
    if ('unread' in storage) return { kind: 'unread', unread: storage.unread };
    const { shape } = described.value;
    const maxShape = findMaxShape(described.value);
    return {
      kind: 'dataset',
      attributes: this.#readAttributes(location, details),
      dtype: type.dtype,
      shape,
      ...(maxShape === undefined ? {} : { maxShape }),
      storage,
    };
  }

  #readStorage(
    location: PathText,
    { chunks, virtual_sources: sources }: ExtentMetadata,
    details: ObjectDetails,
  ): Storage | { unread: Unread } {
    if (sources !== undefined) return { layout: 'virtual', filters: [] };
    if (chunks === null) {
      return { layout: details.layout === 'compact' ? 'compact' : 'contiguous', filters: [] };
    }
    const filters = this.#call((module) => module.get_dataset_filters(this.#file, location));
    if (!filters.ok) return { unread: unreadFor('damaged', filters.detail) };
    return { layout: 'chunked', chunks, filters: filters.value.map(({ id }) => filterName(id)) };
  }

  #readNamedType(location: PathText, details: ObjectDetails): HeaderObject {
    const described = this.#call((module) => module.get_datatype_metadata(this.#file, location));
    if (!described.ok) return buildDamaged(described.detail);
    const type = this.#readType(described.value, details.dtype);
    // A type has no elements: it does not matter whether h5wasm could return them.
    if ('unread' in type && details.dtype === undefined) return { kind: 'unread', unread: type.unread };
    return { kind: 'datatype', attributes: this.#readAttributes(location, details), dtype: type.dtype };
  }

  /**
   * A type in both forms, from the file's own message, or from h5wasm's description if that cannot be
   * decoded.
   */
  #readType(
    described: Parameters<Datatypes['readPair']>[0],
    own: Dtype | undefined,
  ): (TypePair & { readonly dtype: Dtype }) | { readonly dtype: Dtype; readonly unread: Unread } {
    try {
      const pair =
        own === undefined ? this.#datatypes.readPair(described) : this.#datatypes.readFilePair(own);
      if (!pair.hasUnknownValues) return { ...pair, dtype: pair.file };
      const unread = unreadFor('unsupported', 'an enumeration has values that h5wasm cannot represent');
      return { dtype: pair.file, unread };
    } catch (error) {
      return { dtype: own ?? unknownDtype, unread: unreadFor('unsupported', (error as Error).message) };
    }
  }

  /** Reads the values that `header/value-scope.ts` selects. */
  async #readValues(root: number): Promise<void> {
    const candidates = this.#candidates(root);
    const chosen = chooseValues(candidates);
    for (const [key, dataset] of this.#found) {
      const found = this.#datasets.get(key);
      if (dataset.kind !== 'dataset' || found === undefined) continue;
      const candidate = candidates.get(key);
      if (chosen.has(key) || isTypedScalarString(dataset)) {
        this.#shared.current = key;
        this.#found.set(key, { ...dataset, ...(await this.#readValue(found, dataset)) });
      } else if (candidate !== undefined) {
        this.#found.set(key, { ...dataset, unread: unchosen(candidate) });
      }
    }
  }

  /** The members of a group that give the extent of a series. */
  #findExtents(group: HeaderGroup): number[] {
    return group.members.flatMap((member) => {
      if (!('to' in member) || !isExtentName(member.name)) return [];
      const dataset = this.#found.get(member.to);
      return dataset?.kind === 'dataset' && isExtentDataset(dataset) ? [member.to] : [];
    });
  }

  #candidates(root: number): Map<number, ValueCandidate> {
    const inScope = this.#keysInScope(root);
    const printed = new Set<number>();
    for (const member of this.#membersOf(root)) {
      if (!('to' in member)) continue;
      printed.add(member.to);
      if (member.name !== 'general') continue;
      for (const each of this.#membersOf(member.to)) if ('to' in each) printed.add(each.to);
    }
    for (const object of this.#found.values()) {
      if (object.kind === 'group') for (const extent of this.#findExtents(object)) inScope.add(extent);
    }
    const candidates = new Map<number, ValueCandidate>();
    for (const [key, dataset] of this.#found) {
      if (dataset.kind !== 'dataset' || !inScope.has(key)) continue;
      candidates.set(key, { dataset, isPrinted: printed.has(key) });
    }
    return candidates;
  }

  /** Direct members of the root and, at any depth, what is under `/general`. */
  #keysInScope(root: number): Set<number> {
    const direct: number[] = [];
    const below = new Set<number>();
    for (const member of this.#membersOf(root)) {
      if (!('to' in member)) continue;
      if (member.name === 'general') below.add(member.to);
      else direct.push(member.to);
    }
    // A set is gone through with what is added on the way: also what hard links under `/general` lead back to.
    for (const key of below) {
      for (const member of this.#membersOf(key)) if ('to' in member) below.add(member.to);
    }
    return new Set([...direct, ...below]);
  }

  #membersOf(key: number): readonly Member[] {
    const object = this.#found.get(key);
    return object?.kind === 'group' ? object.members : [];
  }

  async #readValue(
    { location, details, type }: FoundDataset,
    { storage }: HeaderDataset,
  ): Promise<ReadableValue> {
    if (storage.layout === 'virtual') {
      return { unread: unreadFor('unsupported', 'its elements are in other datasets') };
    }
    if (storage.layout === 'contiguous' && details.layout === 'external') {
      return { unread: unreadFor('unsupported', 'its elements are in other files') };
    }
    // The walker's decoders may be able to read what h5wasm cannot return.
    if (type === undefined) return details.readValues();
    const described = this.#call((module) => module.get_dataset_metadata(this.#file, location));
    if (!described.ok) return { unread: unreadFor('damaged', described.detail) };
    const value = this.#values.read(type, described.value.total_size, {
      storage,
      fill: (module, pointer) => module.get_dataset_data(this.#file, location, null, null, null, pointer),
      reclaim: (module, pointer) => module.reclaim_vlen_memory(this.#file, location, '', pointer),
    });
    return 'unread' in value && value.unread.reason === 'unsupported' ? details.readValues() : value;
  }

  #call<T>(work: (module: Hdf5Module) => T): Called<T> {
    return this.#library.call(this.#device, work);
  }
}

function findMaxShape({ shape, maxshape }: ExtentMetadata): (number | null)[] | undefined {
  if (shape === null || maxshape === null) return undefined;
  const most = maxshape.map((length) => (length >= UNLIMITED ? null : length));
  return most.every((length, index) => length === shape[index]) ? undefined : most;
}

function unreadFor(reason: Unread['reason'], detail: string): Unread {
  return { reason, detail };
}

const ASCII = /^[\0-\x7f]*$/;

function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Whether h5wasm's report of a member is reliable: it can be resolved and its text is not garbled. */
function isCertain(member: Member): boolean {
  if ('to' in member) return member.to >= 0;
  return 'soft' in member ? isAscii(member.soft) : isAscii(member.external.file + member.external.path);
}

/** Whether a member that the walker's decoders found is of a kind that h5wasm cannot return. */
function isBeyondH5wasm(member: Member): boolean {
  if (!member.name.isWellFormed()) return true;
  if ('to' in member) return member.to < 0;
  const text = 'soft' in member ? member.soft : member.external.file + member.external.path;
  return !text.isWellFormed();
}

function buildDamaged(detail: string): HeaderObject {
  return { kind: 'unread', unread: unreadFor('damaged', detail) };
}

function buildUnsupported(detail: string): HeaderObject {
  return { kind: 'unread', unread: unreadFor('unsupported', detail) };
}

/**
 * Finds attributes whose names h5wasm returns correctly. It garbles names that are not UTF-8, also past their
 * end, and does not find the garbled names. The walker's decoders preserve the bytes: `others` are the
 * attributes with those names, and `names` those to read through h5wasm.
 */
function findSoundNames(
  names: readonly string[],
  decoded: ReadonlyMap<string, Attribute>,
): { readonly names: readonly string[]; readonly others: readonly Attribute[] } {
  const others = [...decoded.values()].filter(({ name }) => !name.isWellFormed());
  if (others.length === 0) return { names, others };
  const garbled = new Set(names.filter((name) => !decoded.has(name)).slice(0, others.length));
  return { names: [...new Set(names)].filter((name) => !garbled.has(name)), others };
}
