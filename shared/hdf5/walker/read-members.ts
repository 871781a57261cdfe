/**
 * Reads the members of one group, old-style or new: from its B-tree's symbol table nodes and its local heap,
 * from its link messages, or from its fractal heap.
 */

import { sortByName } from '../../header/byte-order.ts';
import type { Member, Unread } from '../../header/nwb-header.ts';
import type { DenseStorage } from '../format/attribute-message.ts';
import {
  type BTree1Head,
  btree1HeadBytes,
  btree1UsedBytes,
  decodeBTree1Head,
  decodeGroupChildren,
} from '../format/btree1.ts';
import { RECORD } from '../format/btree2.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import {
  decodeLink,
  decodeLinkInfo,
  decodeSymbolTable,
  type OddLink,
  type SymbolTable,
} from '../format/link-messages.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import {
  decodeLocalHeap,
  decodeSymbolNode,
  decodeSymbolNodeHead,
  localHeapHeaderBytes,
  SYMBOL_NODE_HEAD_BYTES,
  type SymbolEntry,
  symbolEntryBytes,
} from '../format/symbol-table.ts';
import { abort, unreadFor } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { readDense } from './read-dense.ts';

/**
 * The size of a group's B-tree node and symbol table node as libhdf5 writes them, with the default ranks 16
 * and 4 and eight-byte fields.
 */
const USUAL_NODE_BYTES = 544;
const USUAL_SYMBOL_NODE_BYTES = 328;
/** What libhdf5 reads of a local heap before it knows its length. */
const USUAL_HEAP_BYTES = 512;

/**
 * Guesses where the symbol table of an old-style root group is if no entry has it cached, as in files with a
 * version 2 superblock: libhdf5 writes the root's header, its B-tree and its local heap one after another.
 * Only a hint for `GroupMembers.assume`.
 */
export function guessSymbolTable(file: WalkedFile, root: number): SymbolTable | undefined {
  const tree = root + OLD_ROOT_HEADER_BYTES;
  const heap = tree + USUAL_NODE_BYTES;
  if (file.rounds.left(heap) < USUAL_HEAP_BYTES) return undefined;
  const bytes = file.rounds.findCached(root, OLD_ROOT_HEADER_BYTES + USUAL_NODE_BYTES + 4);
  const isThere = (text: string, at: number): boolean =>
    bytes !== undefined && [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
  return isThere('TREE', tree - root) && isThere('HEAP', heap - root) ? { tree, heap } : undefined;
}

/** A version 1 header with room for one Symbol Table message, as libhdf5 writes a root group's. */
const OLD_ROOT_HEADER_BYTES = 40;

/** Reported for the second of two members of the same name, which no path reaches. */
const SECOND: Unread = { reason: 'damaged', detail: 'another member has its name' };

/** Receives members as they become known, each with the symbol table that its entry has cached. */
export type TakeMembers = (entries: readonly SymbolEntry[]) => void;

/** Whether the messages are a group's. */
export function isGroup(messages: readonly HeaderMessage[]): boolean {
  return messages.some(({ type }) => type === MESSAGE.symbolTable || type === MESSAGE.linkInfo);
}

/** Whether the message is one that only groups have. */
export function isGroupMessage({ type }: HeaderMessage): boolean {
  return type === MESSAGE.symbolTable || type === MESSAGE.linkInfo || type === MESSAGE.link;
}

/** Entries of a group; no promise if everything they are stored in is cached. */
type Entries = readonly SymbolEntry[] | Promise<readonly SymbolEntry[]>;

/** The members of one group; each is read as soon as its header message is known. */
export class GroupMembers {
  readonly #file: WalkedFile;
  readonly #take: TakeMembers;
  readonly #links: SymbolEntry[] = [];
  readonly #reading: Entries[] = [];
  #assumed: { readonly symbolTable: SymbolTable; readonly reading: Entries } | undefined;

  /**
   * `take` is called with each member as soon as it is known, in no particular order; some of them may prove
   * wrong.
   */
  constructor(file: WalkedFile, take: TakeMembers) {
    this.#file = file;
    this.#take = take;
  }

  /**
   * Starts with the symbol table that the parent's entry has cached: in a group with attributes, the message
   * that locates it is often at the end of a chain of blocks. The cached value may be outdated, for example
   * if the group was converted to a new-style one: then it is ignored.
   */
  assume(symbolTable: SymbolTable): void {
    this.#assumed = { symbolTable, reading: beginSymbolTable(this.#file, symbolTable, this.#take) };
  }

  /** Starts to read what the messages contain or refer to; invalid ones are reported with the members. */
  take(messages: readonly HeaderMessage[]): void {
    for (const message of messages) {
      if (!isGroupMessage(message)) continue;
      try {
        this.#takeOne(message);
      } catch (error) {
        this.#links.push({ member: { name: '', unread: unreadFor(error) } });
      }
    }
    if (this.#links.length > 0) this.#take(this.#links);
  }

  #takeOne(message: HeaderMessage): void {
    const file = this.#file;
    if (message.shared) abort('a shared link');
    if (message.type === MESSAGE.link) this.#links.push({ member: decodeLink(file.readerOver(message)) });
    else if (message.type === MESSAGE.symbolTable)
      this.#readTable(decodeSymbolTable(file.readerOver(message)));
    else {
      const dense = decodeLinkInfo(file.readerOver(message));
      if (dense.heap === UNDEFINED_ADDRESS) return;
      this.#reading.push(waitUntilSettled(readDenseLinks(file, dense, this.#take)));
    }
  }

  /**
   * Every member, by name, once the header's last message was taken; returns no promise if there is nothing
   * to wait for. A part of the list that cannot be read is reported as a member without a name, which HDF5
   * allows for no link; `unreadable` returns a key for each member that is not read.
   */
  all(unreadable: (unread: Unread) => number): Member[] | Promise<Member[]> {
    const members: (Member | OddLink)[] = [];
    addMembers(members, this.#links);
    const isHeld = this.#reading.every((reading) => !(reading instanceof Promise));
    if (!isHeld) return this.#allLater(members, unreadable);
    for (const reading of this.#reading) addMembers(members, reading as readonly SymbolEntry[]);
    return orderMembers(members, unreadable);
  }

  async #allLater(members: (Member | OddLink)[], unreadable: (unread: Unread) => number): Promise<Member[]> {
    for (const reading of this.#reading) {
      try {
        addMembers(members, await reading);
      } catch (error) {
        members.push({ name: '', unread: unreadFor(error) });
      }
    }
    return orderMembers(members, unreadable);
  }

  #readTable(symbolTable: SymbolTable): void {
    const { symbolTable: { tree, heap } = {}, reading } = this.#assumed ?? {};
    const isAssumed = symbolTable.tree === tree && symbolTable.heap === heap && reading !== undefined;
    this.#reading.push(isAssumed ? reading : beginSymbolTable(this.#file, symbolTable, this.#take));
  }
}

function addMembers(members: (Member | OddLink)[], entries: readonly SymbolEntry[]): void {
  for (let at = 0; at < entries.length; at += 1) members.push(entries[at]!.member);
}

/** Sorts the members by name; each that is not read gets a key. */
function orderMembers(members: (Member | OddLink)[], unreadable: (unread: Unread) => number): Member[] {
  sortByName(members);
  for (let at = 0; at < members.length; at += 1) {
    const member = members[at]!;
    const isSecond = at > 0 && member.name !== '' && member.name === members[at - 1]!.name;
    const unread = isSecond ? SECOND : 'unread' in member ? member.unread : undefined;
    if (unread !== undefined) members[at] = { name: member.name, to: unreadable(unread) };
  }
  return members as Member[];
}

/** Keeps a rejection of the promise from counting as unhandled: the walk may end before it is awaited. */
function waitUntilSettled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function readDenseLinks(
  file: WalkedFile,
  dense: DenseStorage,
  take: TakeMembers,
): Promise<readonly SymbolEntry[]> {
  const { heap, records } = await readDense(file.rounds, file.sizes, dense, RECORD.linkName);
  const entries: SymbolEntry[] = [];
  for (const record of records) {
    try {
      // Hash of the name, then the heap id (III.A.2, Record Layout - Link Name for Indexed Group).
      const object = heap.object(record.subarray(4));
      const member = decodeLink(file.readerOver(whole(object instanceof Uint8Array ? object : await object)));
      entries.push({ member });
    } catch (error) {
      entries.push({ member: { name: '', unread: unreadFor(error) } });
    }
  }
  take(entries);
  return entries;
}

function whole(bytes: Uint8Array): { bytes: Uint8Array; start: number; end: number } {
  return { bytes, start: 0, end: bytes.length };
}

/** As `readSymbolTable`; a rejection does not count as unhandled. */
function beginSymbolTable(file: WalkedFile, symbolTable: SymbolTable, take: TakeMembers): Entries {
  try {
    const entries = readSymbolTable(file, symbolTable, take);
    return entries instanceof Promise ? waitUntilSettled(entries) : entries;
  } catch (error) {
    return waitUntilSettled(Promise.reject(error));
  }
}

/** @throws WalkerAbortedError */
function readSymbolTable(file: WalkedFile, { tree, heap }: SymbolTable, take: TakeMembers): Entries {
  const names = readNames(file, heap);
  const nodes = readNodes(file, tree);
  if (!(names instanceof Promise || nodes instanceof Promise)) return takeEntries(file, names, nodes, take);
  return Promise.all([names, nodes]).then(([bytes, found]) => takeEntries(file, bytes, found, take));
}

function takeEntries(
  file: WalkedFile,
  names: Uint8Array,
  nodes: readonly SymbolNode[],
  take: TakeMembers,
): readonly SymbolEntry[] {
  const entries: SymbolEntry[] = [];
  for (const { bytes, count } of nodes) decodeSymbolNode(bytes, count, names, file.sizes, entries);
  take(entries);
  return entries;
}

/** The data of the local heap at `address`. */
function readNames(file: WalkedFile, address: number): Uint8Array | Promise<Uint8Array> {
  const { rounds, sizes } = file;
  const head = rounds.findCached(address, localHeapHeaderBytes(sizes));
  if (head === undefined) return readNamesLater(file, address);
  const { address: at, bytes } = decodeLocalHeap(head, sizes);
  return rounds.findCached(at, bytes) ?? rounds.read(at, bytes);
}

async function readNamesLater(file: WalkedFile, address: number): Promise<Uint8Array> {
  await file.rounds.read(address, localHeapHeaderBytes(file.sizes), USUAL_HEAP_BYTES);
  return readNames(file, address);
}

interface SymbolNode {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** The symbol table nodes under the B-tree at `address`, level by level. @throws WalkerAbortedError */
function readNodes(file: WalkedFile, address: number): SymbolNode[] | Promise<SymbolNode[]> {
  return readLevel(file, { nodes: [address], height: Number.POSITIVE_INFINITY, seen: new Set() });
}

/** Nodes of a B-tree at the same level. */
interface Level {
  readonly nodes: readonly number[];
  /** The level that they store must be less than this. */
  readonly height: number;
  /** A node reached twice would let a small file cause any amount of work. */
  readonly seen: Set<number>;
}

function readLevel(file: WalkedFile, level: Level): SymbolNode[] | Promise<SymbolNode[]> {
  const { nodes, seen } = level;
  for (const node of nodes) {
    if (seen.has(node)) abort('a B-tree that loops');
    seen.add(node);
  }
  if (level.height === 0) return readAll(nodes, (node) => readSymbolNode(file, node));
  const found = readAll(nodes, (node) => readTreeNode(file, node));
  return found instanceof Promise
    ? found.then((later) => readBelow(file, level, later))
    : readBelow(file, level, found);
}

function readBelow(
  file: WalkedFile,
  { height, seen }: Level,
  found: readonly TreeNode[],
): SymbolNode[] | Promise<SymbolNode[]> {
  const level = found[0]?.head.level ?? 0;
  if (level >= height || found.some(({ head }) => head.level !== level)) abort('a B-tree of uneven levels');
  const nodes = found.flatMap(({ bytes, head }) => decodeGroupChildren(bytes, head, file.sizes));
  return readLevel(file, { nodes, height: level, seen });
}

/** Reads all of them with no more promises than necessary: most groups have one node. */
function readAll<T>(
  addresses: readonly number[],
  read: (address: number) => T | Promise<T>,
): T[] | Promise<T[]> {
  const nodes = addresses.map(read);
  return nodes.some((node) => node instanceof Promise) ? Promise.all(nodes) : (nodes as T[]);
}

interface TreeNode {
  readonly bytes: Uint8Array;
  readonly head: BTree1Head;
}

function readTreeNode(file: WalkedFile, address: number): TreeNode | Promise<TreeNode> {
  const { rounds, sizes } = file;
  const headBytes = btree1HeadBytes(sizes);
  const opening = rounds.findCached(address, headBytes);
  if (opening === undefined) {
    return rounds.read(address, headBytes, USUAL_NODE_BYTES).then(() => readTreeNode(file, address));
  }
  const head = decodeBTree1Head(opening, 0, sizes);
  const length = btree1UsedBytes(head, 0, sizes);
  const bytes = rounds.findCached(address, length);
  return bytes === undefined
    ? rounds.read(address, length).then((later) => ({ bytes: later, head }))
    : { bytes, head };
}

function readSymbolNode(file: WalkedFile, address: number): SymbolNode | Promise<SymbolNode> {
  const { rounds, sizes } = file;
  const opening = rounds.findCached(address, SYMBOL_NODE_HEAD_BYTES);
  if (opening === undefined) {
    return rounds
      .read(address, SYMBOL_NODE_HEAD_BYTES, USUAL_SYMBOL_NODE_BYTES)
      .then(() => readSymbolNode(file, address));
  }
  const count = decodeSymbolNodeHead(opening, sizes);
  const length = SYMBOL_NODE_HEAD_BYTES + count * symbolEntryBytes(sizes);
  const bytes = rounds.findCached(address, length);
  return bytes === undefined
    ? rounds.read(address, length).then((later) => ({ bytes: later, count }))
    : { bytes, count };
}
