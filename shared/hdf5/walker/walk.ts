/**
 * The walk through a file: from the root along hard links to every object. Each object is read as soon as a
 * round has its bytes; then the order and the limits of a header are applied.
 */

import type { ReadLimits } from '../../header/header-reader.ts';
import { SPECIFICATIONS } from '../../header/namespaces.ts';
import type {
  Attribute,
  HeaderDataset,
  HeaderObject,
  Member,
  Namespace,
  NwbHeader,
  Unread,
} from '../../header/nwb-header.ts';
import {
  bytesOfElements,
  chooseValues,
  isExtentDataset,
  isExtentName,
  isReported,
  isTypedScalarString,
  UNREPORTED_ONE_BYTES,
  UNREPORTED_VALUE_BYTES,
  unchosen,
  type ValueCandidate,
} from '../../header/value-scope.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { SymbolTable } from '../format/link-messages.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import type { SymbolEntry } from '../format/symbol-table.ts';
import { growVirtualShape } from '../format/virtual-shape.ts';
import { abort, unreadFor } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { findByPath } from './find-by-path.ts';
import { ObjectAttributes } from './read-attributes.ts';
import { hintValues, isDataset, type OpenDataset, readDatasetFacts, resizeDataset } from './read-dataset.ts';
import { GroupMembers, isGroup, isGroupMessage, type TakeMembers } from './read-members.ts';
import { readNamespaces } from './read-namespaces.ts';
import { readDatasetValues, type ValuesOrUnread } from './read-values.ts';
import type { Rounds } from './rounds.ts';

/** The limits that the walk itself enforces. */
export type WalkLimits = Pick<ReadLimits, 'objects' | 'depth' | 'valueBytes'>;

/** What a walk found: every object that was read, by its address, and the budgets that ended it early. */
export interface Walked {
  readonly found: ReadonlyMap<number, HeaderObject>;
  readonly cutShort: NwbHeader['cutShort'];
  readonly namespaces: readonly Namespace[];
}

/** An object's location in the file's tree, as far as reading its values depends on it. */
interface Location {
  /** Groups from the root down; the root's is 0. */
  readonly depth: number;
  /** Under `/general`. */
  readonly inGeneral: boolean;
  /** Under a name that gives the extent of a series. */
  readonly isExtent: boolean;
}

const ROOT: Location = { depth: 0, inGeneral: false, isExtent: false };
/** The location of objects that are read late: by then it is known whether their values are needed. */
const ELSEWHERE: Location = { depth: 2, inGeneral: false, isExtent: false };
const GENERAL = 'general';

const skipped: HeaderObject = {
  kind: 'unread',
  unread: { reason: 'skipped', detail: 'the schemas in the file' },
};

/** The address of the root's member with the schemas, which no header reads; undefined for other members. */
function findSkipped(member: Member): number | undefined {
  return member.name === SPECIFICATIONS && 'to' in member ? member.to : undefined;
}

/** The location of a group's member. */
function locateMember(member: Member, group: Location): Location {
  return {
    depth: group.depth + 1,
    inGeneral: group.inGeneral || (group.depth === 0 && member.name === GENERAL),
    isExtent: isExtentName(member.name),
  };
}

/** Whether the value of a dataset at this location is printed: those directly in `/` and in `/general`. */
function isPrintedPath({ depth, inGeneral }: Location): boolean {
  return depth === 1 || (inGeneral && depth === 2);
}

/** Levels of groups that are read recursively without a break. */
const MOST_NESTED = 64;

/**
 * Bytes of values that are read as soon as their datasets are found. Which values belong to the header is
 * only known once all datasets are; values past this total wait for that. This limit is for values that are
 * reported.
 */
const EAGER_REPORTED_BYTES = 2 * 1024 * 1024;
const EAGER_UNREPORTED_BYTES = UNREPORTED_VALUE_BYTES;

/**
 * Whether the values of a dataset at this location belong to the header: those directly in `/` and all under
 * `/general`.
 */
function isValuePath({ depth, inGeneral }: Location): boolean {
  return depth === 1 || inGeneral;
}

/** Why a value was not read. @throws `error` if it is not one of the walker's */
function describeUnread(error: unknown): ValuesOrUnread {
  return { unread: unreadFor(error) };
}

/**
 * One object being read: passes its header's messages to its attributes and, if it is a group, to its
 * members.
 */
class ObjectReading {
  readonly address: number;
  readonly location: Location;
  readonly attributes: ObjectAttributes;
  /** Defined once a message of a group has arrived: most objects are datasets. */
  group: GroupMembers | undefined;
  readonly #file: WalkedFile;
  readonly #follow: TakeMembers;

  constructor(
    file: WalkedFile,
    limits: WalkLimits,
    address: number,
    location: Location,
    follow: TakeMembers,
  ) {
    this.#file = file;
    this.address = address;
    this.location = location;
    this.attributes = new ObjectAttributes(file, limits);
    this.#follow = follow;
  }

  /** Starts with the symbol table that the parent's entry has cached. */
  assume(symbolTable: SymbolTable): void {
    this.#openGroup().assume(symbolTable);
  }

  take(block: readonly HeaderMessage[]): void {
    if (block.some(isGroupMessage)) this.#openGroup().take(block);
    this.attributes.take(block);
    if (isValuePath(this.location)) hintValues(this.#file, block);
  }

  #openGroup(): GroupMembers {
    this.group ??= new GroupMembers(this.#file, this.#follow);
    return this.group;
  }
}

/** All objects of a file. */
export class Walk {
  readonly #file: WalkedFile;
  readonly #rounds: Rounds;
  readonly #root: number;
  readonly #limits: WalkLimits;
  readonly #cached: SymbolTable | undefined;
  /** The address of the group that is not read. */
  #skipped: number | undefined;
  readonly #found = new Map<number, HeaderObject>();
  /** Objects whose read has started. */
  readonly #begun = new Set<number>();
  /** Datasets, with what is needed to read their values. */
  readonly #datasets = new Map<number, OpenDataset>();
  readonly #valuesBegun = new Set<number>();
  /** The last key given to something without an address; counts down from UNDEFINED_ADDRESS. */
  #lastKey = UNDEFINED_ADDRESS;
  /** Bytes of values that may still be read before it is known which ones belong to the header. */
  readonly #eager = { reported: EAGER_REPORTED_BYTES, unreported: EAGER_UNREPORTED_BYTES };
  readonly #values = new Map<number, ValuesOrUnread>();
  /** Virtual datasets whose sources in the file could not all be read, with what that leaves unknown. */
  readonly #unsized = new Map<number, Unread>();
  /**
   * Whether a member was seen whose name gives the extent of a series: most files have none in tens of
   * thousands.
   */
  #hasExtents = false;
  /**
   * The namespaces at each address that `/specifications` referred to: an outdated entry may have another
   * address.
   */
  readonly #namespaces = new Map<number, readonly Namespace[]>();

  /**
   * `rounds` are those through which `file` reads, `root` is the address of the root group, `cached` its
   * symbol table as cached in its entry.
   */
  constructor(
    file: WalkedFile,
    rounds: Rounds,
    root: number,
    cached: SymbolTable | undefined,
    limits: WalkLimits,
  ) {
    this.#file = file;
    this.#rounds = rounds;
    this.#root = root;
    this.#cached = cached;
    this.#limits = limits;
  }

  /** The number of objects whose read has started. */
  get objects(): number {
    return this.#begun.size;
  }

  /** The datasets that were found, by address, with what is needed to read their elements. */
  get datasets(): ReadonlyMap<number, OpenDataset> {
    return this.#datasets;
  }

  /** Reads everything within the limits. @throws WalkerAbortedError, and what the rounds throw */
  async run(): Promise<Walked> {
    this.#begin(this.#root, ROOT, this.#cached);
    await this.#rounds.run();
    for (;;) {
      // The first pass took objects as they arrived. What the header's own order still lacks is read now: the
      // order differs if several links refer to an object, or if a limit decides which objects are included.
      const order = this.#orderObjects();
      const scope = this.#inValueScope(order);
      const chosen = chooseValues(scope);
      if (!this.#beginLacking(order, chosen)) {
        const namespaces = this.#namespaces.get(this.#skipped ?? Number.NaN) ?? [];
        const found = this.#growVirtual()
          ? this.#selectObjects(order, this.#inValueScope(order))
          : this.#selectObjects(order, scope, chosen);
        return { found, cutShort: order.cutShort, namespaces };
      }
      await this.#rounds.run();
    }
  }

  /**
   * Extends the shapes of virtual datasets that grow with others of the file, now that all are known; false
   * if there are none.
   */
  #growVirtual(): boolean {
    let hasGrown = false;
    for (const [address, opened] of this.#datasets) {
      if (opened.growth === undefined) continue;
      hasGrown = true;
      try {
        const shape = growVirtualShape(opened.growth, (path) => this.#findStoredShape(path));
        this.#resize(address, resizeDataset(opened, shape));
      } catch (error) {
        const { reason, detail } = unreadFor(error);
        this.#unsized.set(address, { reason, detail: `it may be longer than its shape: ${detail}` });
      }
    }
    return hasGrown;
  }

  /** The stored shape: libhdf5 uses it for a source that is itself virtual. @throws WalkerAbortedError */
  #findStoredShape(path: string): readonly number[] | null {
    const address = findByPath(this.#found, this.#root, path);
    const source = address === undefined ? undefined : this.#datasets.get(address);
    return source?.storedShape ?? source?.facts.shape ?? null;
  }

  #resize(address: number, opened: OpenDataset): void {
    this.#datasets.set(address, opened);
    const object = this.#found.get(address);
    if (object?.kind === 'dataset') this.#found.set(address, { ...object, ...opened.facts });
  }

  #begin(address: number, location: Location, cached?: SymbolTable): void {
    if (this.#begun.has(address)) return;
    this.#begun.add(address);
    try {
      // What is cached is read at once, inside the read of the parent group: the recursion must not become
      // too deep.
      const isDeep = location.depth % MOST_NESTED === MOST_NESTED - 1;
      const reading = isDeep
        ? Promise.resolve().then(() => this.#read(address, location, cached))
        : this.#read(address, location, cached);
      if (reading !== undefined) this.#rounds.spawn(this.#untilRead(address, reading));
    } catch (error) {
      this.#addUnread(address, error);
    }
  }

  async #untilRead(address: number, reading: Promise<void>): Promise<void> {
    try {
      await reading;
    } catch (error) {
      this.#addUnread(address, error);
    }
  }

  /**
   * Reports an object that cannot be read.
   * @throws `error` for the root, and if it is not one of the walker's
   */
  #addUnread(address: number, error: unknown): void {
    if (address === this.#root) throw error;
    this.#found.set(address, { kind: 'unread', unread: unreadFor(error) });
  }

  /** A key, which is not an address, for a member that is not read. */
  #unreadable(unread: Unread): number {
    this.#lastKey -= 1;
    this.#begun.add(this.#lastKey);
    this.#found.set(this.#lastKey, { kind: 'unread', unread });
    return this.#lastKey;
  }

  /** Reads an object; returns no promise if everything needed is cached. @throws WalkerAbortedError */
  #read(address: number, location: Location, cached: SymbolTable | undefined): Promise<void> | undefined {
    const reading = new ObjectReading(this.#file, this.#limits, address, location, (entries) => {
      for (let at = 0; at < entries.length; at += 1) this.#follow(entries[at]!, location);
    });
    if (cached !== undefined) reading.assume(cached);
    const messages = this.#file.readObjectHeader(address, (block) => reading.take(block));
    return messages instanceof Promise
      ? messages.then((later) => this.#readMessages(reading, later))
      : this.#readMessages(reading, messages);
  }

  #readMessages(reading: ObjectReading, messages: readonly HeaderMessage[]): Promise<void> | undefined {
    if (isGroup(messages)) return this.#readGroup(reading);
    if (isDataset(messages)) {
      const opened = readDatasetFacts(this.#file, messages);
      return opened instanceof Promise
        ? opened.then((later) => this.#readDataset(reading, later))
        : this.#readDataset(reading, opened);
    }
    const datatype = messages.find(({ type }) => type === MESSAGE.datatype);
    if (datatype === undefined) abort('it is neither group nor dataset nor datatype', 'unsupported');
    return this.#readDatatype(reading, datatype);
  }

  #readGroup(reading: ObjectReading): Promise<void> | undefined {
    const members = reading.group!.all((unread) => this.#unreadable(unread));
    const attributes = reading.attributes.all();
    if (members instanceof Promise || attributes instanceof Promise)
      return this.#readGroupLater(reading, members, attributes);
    this.#foundGroup(reading, members, attributes);
    return undefined;
  }

  async #readGroupLater(
    reading: ObjectReading,
    members: readonly Member[] | Promise<readonly Member[]>,
    attributes: readonly Attribute[] | Promise<readonly Attribute[]>,
  ): Promise<void> {
    const [all, found] = await Promise.all([members, attributes]);
    this.#foundGroup(reading, all, found);
  }

  #foundGroup(
    { address }: ObjectReading,
    members: readonly Member[],
    attributes: readonly Attribute[],
  ): void {
    if (address === this.#root) this.#skipped = members.map(findSkipped).find((to) => to !== undefined);
    this.#found.set(address, { kind: 'group', attributes, members });
  }

  async #readDatatype({ address, attributes }: ObjectReading, message: HeaderMessage): Promise<void> {
    const { dtype } = await this.#file.datatype(message);
    this.#found.set(address, { kind: 'datatype', attributes: await attributes.all(), dtype });
  }

  /** Starts to read the object of a member, as long as it is certainly within the limits. */
  #follow({ member, cached }: SymbolEntry, group: Location): void {
    if (!('to' in member)) return;
    if (group.depth === 0 && member.name === SPECIFICATIONS) {
      this.#beginNamespaces(member.to, cached);
      return;
    }
    const location = locateMember(member, group);
    if (location.isExtent) this.#hasExtents = true;
    if (location.depth <= this.#limits.depth && this.#begun.size < this.#limits.objects)
      this.#begin(member.to, location, cached);
  }

  #beginNamespaces(address: number, cached: SymbolTable | undefined): void {
    if (this.#namespaces.has(address)) return;
    this.#namespaces.set(address, []);
    const read = async (): Promise<void> => {
      try {
        this.#namespaces.set(address, await readNamespaces(this.#file, { address, cached }));
      } catch (error) {
        // If they cannot be listed, there are none; the schemas themselves are not read anyway.
        unreadFor(error);
      }
    };
    this.#rounds.spawn(read());
  }

  #readDataset(reading: ObjectReading, opened: OpenDataset): Promise<void> | undefined {
    const { address, location } = reading;
    this.#datasets.set(address, opened);
    const isWanted = isValuePath(location)
      ? this.#mayBeEager(location, opened)
      : location.isExtent && isExtentDataset(opened.facts);
    if (isWanted) this.#beginValues(address, opened);
    const attributes = reading.attributes.all();
    if (attributes instanceof Promise)
      return attributes.then((all) => this.#foundDataset(address, opened, all));
    this.#foundDataset(address, opened, attributes);
    return undefined;
  }

  #foundDataset(address: number, opened: OpenDataset, attributes: readonly Attribute[]): void {
    const { dtype, shape, maxShape, storage } = opened.facts;
    const dataset: HeaderDataset =
      maxShape === undefined
        ? { kind: 'dataset', attributes, dtype, shape, storage }
        : { kind: 'dataset', attributes, dtype, shape, maxShape, storage };
    this.#found.set(address, dataset);
    if (isTypedScalarString(dataset)) this.#beginValues(address, opened);
  }

  #mayBeEager(location: Location, { facts }: OpenDataset): boolean {
    const kind = isReported({ dataset: facts, isPrinted: isPrintedPath(location) })
      ? 'reported'
      : 'unreported';
    const bytes = bytesOfElements(facts);
    if (bytes > this.#eager[kind] || (kind === 'unreported' && bytes > UNREPORTED_ONE_BYTES)) return false;
    this.#eager[kind] -= bytes;
    return true;
  }

  #beginValues(address: number, { stored }: OpenDataset): void {
    if (this.#valuesBegun.has(address)) return;
    this.#valuesBegun.add(address);
    const read = async (): Promise<void> => {
      this.#values.set(
        address,
        await readDatasetValues(this.#file, stored, this.#limits).catch(describeUnread),
      );
    };
    this.#rounds.spawn(read());
  }

  /** The objects of the header in its order, within the limits, by what is known so far. */
  #orderObjects(): Order {
    const limits = this.#limits;
    const cutShort = new Map<'objects' | 'depth', number>();
    const waiting = [this.#root];
    /** The depth of each waiting object. */
    const depths = [0];
    const known = new Set(waiting);
    const left: number[] = [];
    // The skipped group counts, wherever it is.
    let count = this.#skipped === undefined ? 0 : 1;
    for (let at = 0; at < waiting.length; at += 1) {
      const address = waiting[at]!;
      const depth = depths[at]!;
      if (address === this.#skipped) left.push(address);
      else if (depth > limits.depth) {
        cutShort.set('depth', limits.depth);
        left.push(address);
      } else if (count >= limits.objects && address !== this.#root) {
        cutShort.set('objects', limits.objects);
        for (const rest of waiting.slice(at)) left.push(rest);
        break;
      } else {
        count += 1;
        const object = this.#found.get(address);
        if (object?.kind !== 'group') continue;
        for (let index = 0; index < object.members.length; index += 1) {
          const member = object.members[index]!;
          if (!('to' in member) || known.has(member.to)) continue;
          known.add(member.to);
          waiting.push(member.to);
          depths.push(depth + 1);
        }
      }
    }
    for (const address of left) known.delete(address);
    return { known, cutShort: [...cutShort].map(([budget, limit]) => ({ budget, limit })) };
  }

  #hardLinks(address: number): number[] {
    const object = this.#found.get(address);
    if (object?.kind !== 'group') return [];
    const links: number[] = [];
    for (const member of object.members) if ('to' in member) links.push(member.to);
    return links;
  }

  /**
   * The datasets that are members of the root or, at any depth, of a group under `/general`, and those that
   * give the extent of a series.
   */
  #inValueScope(order: Order): Map<number, ValueCandidate> {
    const { known } = order;
    const printed = new Set<number>();
    const inScope = new Set<number>();
    const groups: number[] = [];
    const add = (address: number): void => {
      if (inScope.has(address) || !known.has(address)) return;
      inScope.add(address);
      groups.push(address);
    };
    const root = this.#found.get(this.#root);
    for (const member of root?.kind === 'group' ? root.members : []) {
      if (!('to' in member)) continue;
      if (member.name === GENERAL) {
        add(member.to);
        for (const to of this.#hardLinks(member.to)) printed.add(to);
      } else if (this.#datasets.has(member.to)) {
        inScope.add(member.to);
        printed.add(member.to);
      }
    }
    for (const group of groups) for (const to of this.#hardLinks(group)) add(to);
    if (this.#hasExtents) for (const address of known) this.#addExtents(address, inScope);
    const candidates = new Map<number, ValueCandidate>();
    for (const address of known) {
      const dataset = inScope.has(address) ? this.#datasets.get(address) : undefined;
      if (dataset === undefined) continue;
      candidates.set(address, { dataset: dataset.facts, isPrinted: printed.has(address) });
    }
    return candidates;
  }

  /** Adds the members of a group that give the extent of a series. */
  #addExtents(group: number, inScope: Set<number>): void {
    const object = this.#found.get(group);
    if (object?.kind !== 'group') return;
    for (const member of object.members) {
      if (!('to' in member) || !isExtentName(member.name)) continue;
      const dataset = this.#datasets.get(member.to);
      if (dataset !== undefined && isExtentDataset(dataset.facts)) inScope.add(member.to);
    }
  }

  /** Starts to read everything in the order that was not read; false if there is nothing. */
  #beginLacking(order: Order, chosen: ReadonlySet<number>): boolean {
    const before = this.#begun.size + this.#valuesBegun.size;
    for (const address of order.known) this.#begin(address, ELSEWHERE);
    for (const address of chosen) this.#beginValues(address, this.#datasets.get(address)!);
    return this.#begun.size + this.#valuesBegun.size > before;
  }

  /** The objects of the order as they were read, with the values that belong to the header. */
  #selectObjects(
    order: Order,
    inScope: ReadonlyMap<number, ValueCandidate>,
    chosen: ReadonlySet<number> = chooseValues(inScope),
  ): ReadonlyMap<number, HeaderObject> {
    const found = this.#found;
    if (this.#skipped !== undefined) found.set(this.#skipped, skipped);
    for (const addresses of [inScope.keys(), this.#values.keys(), this.#unsized.keys()]) {
      for (const address of addresses) this.#addValues(address, inScope.get(address), chosen);
    }
    // If no limit ended the order, no link refers to an object outside it.
    if (order.cutShort.length === 0) return found;
    const within = new Map<number, HeaderObject>();
    for (const address of order.known) within.set(address, found.get(address)!);
    if (this.#skipped !== undefined) within.set(this.#skipped, skipped);
    return within;
  }

  /**
   * Adds to the dataset at the address its values, or the reason why they are missing, if they belong to the
   * header.
   */
  #addValues(address: number, candidate: ValueCandidate | undefined, chosen: ReadonlySet<number>): void {
    const object = this.#found.get(address);
    if (object?.kind !== 'dataset' || 'values' in object || 'unread' in object) return;
    const values =
      chosen.has(address) || isTypedScalarString(object)
        ? this.#values.get(address)
        : candidate && { unread: unchosen(candidate) };
    const unread = this.#unsized.get(address);
    const rest = unread === undefined ? values : { unread };
    if (rest !== undefined) this.#found.set(address, { ...object, ...rest });
  }
}

/**
 * The addresses of a header's objects, in its order and without what is skipped, and the budgets that ended
 * it.
 */
interface Order {
  readonly known: ReadonlySet<number>;
  readonly cutShort: NwbHeader['cutShort'];
}
