/**
 * What every part of a walk shares: the file's rounds and field sizes, and what is decoded once and used
 * again: datatypes, committed types, heap collections and the table of shared messages.
 */

import type { EncodedPart } from '../format/attribute-message.ts';
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import { type Dataspace, decodeDataspace, isScalar, SCALAR } from '../format/dataspace.ts';
import { type Datatype, decodeDatatype } from '../format/datatype.ts';
import {
  Collection,
  collectionHeadBytes,
  decodeCollectionHead,
  USUAL_COLLECTION_BYTES,
} from '../format/global-heap.ts';
import {
  type Continuation,
  decodeBlock,
  decodePrefix,
  type HeaderMessage,
  LEAST_HEADER_BYTES,
  MESSAGE,
  type ObjectHeaderPrefix,
  PREFIX_BYTES,
} from '../format/object-header.ts';
import {
  decodeShared,
  decodeSharedTable,
  decodeSharedTableLocation,
  type SharedIndex,
  sharedTableBytes,
} from '../format/shared-messages.ts';
import { type FileForm, fileForm } from '../format/stored-form.ts';
import type { StructureBytes } from '../format/structure-bytes.ts';
import { abort } from '../format/walker-aborted.ts';
import { KnownAttributes } from './known-attributes.ts';
import { type DenseHeap, readDenseHeap } from './read-dense.ts';

/** What libhdf5 reads of an object header before it knows its length. */
const USUAL_HEADER_BYTES = 512;
/** The most blocks of one header; libhdf5 has no limit, files stay below a few dozen. */
const MOST_BLOCKS = 4096;

type TakeBlock = (messages: readonly HeaderMessage[]) => void;

/** An object header whose first block was decoded. */
interface OpenHeader {
  readonly address: number;
  readonly prefix: ObjectHeaderPrefix;
  readonly messages: HeaderMessage[];
  /** The continuations of all blocks so far, in order. */
  readonly continuations: Continuation[];
  readonly take: TakeBlock | undefined;
}

/** A datatype that was decoded, and the message that it was decoded from. */
interface KnownDatatype {
  readonly part: EncodedPart;
  readonly datatype: Datatype;
}

function sumBytes({ bytes, start, end }: EncodedPart): number {
  let sum = end - start;
  for (let at = start; at < end; at += 1) sum = Math.imul(sum ^ bytes[at]!, 0x01000193);
  return sum;
}

function isSameBytes(a: EncodedPart, b: EncodedPart): boolean {
  const length = a.end - a.start;
  if (b.end - b.start !== length) return false;
  for (let at = 0; at < length; at += 1) {
    if (a.bytes[a.start + at] !== b.bytes[b.start + at]) return false;
  }
  return true;
}

/** One file being walked. */
export class WalkedFile {
  /** The source of its bytes. */
  readonly rounds: StructureBytes;
  readonly sizes: FieldSizes;
  /** The representation of elements in the file. */
  readonly form: FileForm;
  readonly attributes = new KnownAttributes();
  readonly #extension: number;
  /**
   * Datatypes by the sum of their messages' bytes: a file has a few different ones in thousands of messages.
   */
  readonly #datatypes = new Map<number, KnownDatatype>();
  readonly #committed = new Map<number, Promise<Datatype>>();
  readonly #collections = new Map<number, Collection>();
  readonly #collectionsReading = new Map<number, Promise<void>>();
  /** How many reads each collection has had. */
  readonly #collectionsTried = new Map<number, number>();
  readonly #sharedHeaps = new Map<number, Promise<DenseHeap>>();
  #sharedTable: Promise<readonly SharedIndex[]> | undefined;

  constructor(rounds: StructureBytes, sizes: FieldSizes, extension: number) {
    this.rounds = rounds;
    this.sizes = sizes;
    this.#extension = extension;
    this.form = fileForm(sizes, (address) => this.#collections.get(address));
  }

  /** A cursor over a message's data. */
  readerOver({ bytes, start, end }: { bytes: Uint8Array; start: number; end: number }): ByteReader {
    return new ByteReader(bytes, this.sizes, start, end);
  }

  /**
   * Reads all messages of the object header at `address`; returns no promise if all of it is cached. `take`
   * is called with the messages of each block as it arrives: a header may continue in distant blocks, and
   * what the first blocks contain need not wait for the last.
   * @throws WalkerAbortedError
   */
  readObjectHeader(
    address: number,
    take?: (messages: readonly HeaderMessage[]) => void,
  ): HeaderMessage[] | Promise<HeaderMessage[]> {
    const { rounds } = this;
    const least = Math.min(PREFIX_BYTES, rounds.left(address));
    if (!(least >= LEAST_HEADER_BYTES)) abort('an object header outside the file');
    const opening = rounds.findCached(address, least);
    if (opening === undefined) return this.#readOpening(address, least, take);
    const prefix = decodePrefix(opening, this.sizes);
    const first = rounds.findCached(address, prefix.blockBytes);
    return first === undefined
      ? this.#readFirst(address, prefix, take)
      : this.#readMessages(address, prefix, first, take);
  }

  async #readOpening(address: number, least: number, take: TakeBlock | undefined): Promise<HeaderMessage[]> {
    const { rounds } = this;
    const prefix = decodePrefix(await rounds.read(address, least, USUAL_HEADER_BYTES), this.sizes);
    const first = rounds.findCached(address, prefix.blockBytes);
    return this.#readMessages(
      address,
      prefix,
      first ?? (await rounds.read(address, prefix.blockBytes)),
      take,
    );
  }

  async #readFirst(
    address: number,
    prefix: ObjectHeaderPrefix,
    take: TakeBlock | undefined,
  ): Promise<HeaderMessage[]> {
    return this.#readMessages(address, prefix, await this.rounds.read(address, prefix.blockBytes), take);
  }

  /** The messages of a header whose first block was read. @throws WalkerAbortedError */
  #readMessages(
    address: number,
    prefix: ObjectHeaderPrefix,
    first: Uint8Array,
    take: TakeBlock | undefined,
  ): HeaderMessage[] | Promise<HeaderMessage[]> {
    const header: OpenHeader = { address, prefix, messages: [], continuations: [], take };
    decodeBlock(first, prefix, true, this.sizes, header.messages, header.continuations);
    take?.(header.messages);
    return header.continuations.length === 0 ? header.messages : this.#readContinuations(header, 0);
  }

  /** Adds the messages of the continuation blocks, from number `from` on. @throws WalkerAbortedError */
  #readContinuations(header: OpenHeader, from: number): HeaderMessage[] | Promise<HeaderMessage[]> {
    const { continuations } = header;
    for (let next = from; next < continuations.length; next += 1) {
      mustBeNew(header, next);
      const { address, bytes } = continuations[next]!;
      const block = this.rounds.findCached(address, bytes);
      if (block === undefined) return this.#readContinuationsLater(header, next);
      this.#takeBlock(header, block);
    }
    return header.messages;
  }

  /** Requests all blocks known so far in one round, and keeps their messages in order. */
  async #readContinuationsLater(header: OpenHeader, from: number): Promise<HeaderMessage[]> {
    const { rounds } = this;
    const known = header.continuations.slice(from);
    for (let next = from; next < header.continuations.length; next += 1) mustBeNew(header, next);
    const blocks = known.map(
      ({ address, bytes }) => rounds.findCached(address, bytes) ?? rounds.read(address, bytes),
    );
    for (const block of blocks) this.#takeBlock(header, block instanceof Uint8Array ? block : await block);
    return this.#readContinuations(header, from + known.length);
  }

  #takeBlock({ prefix, messages, continuations, take }: OpenHeader, block: Uint8Array): void {
    const before = messages.length;
    decodeBlock(block, prefix, false, this.sizes, messages, continuations);
    take?.(messages.slice(before));
  }

  /** The datatype in a message or in a part of one. @throws WalkerAbortedError */
  datatype(part: EncodedPart): Datatype | Promise<Datatype> {
    return part.shared ? this.#sharedDatatype(part) : this.#plainDatatype(part);
  }

  #plainDatatype(part: EncodedPart): Datatype {
    const sum = sumBytes(part);
    const known = this.#datatypes.get(sum);
    if (known !== undefined && isSameBytes(known.part, part)) return known.datatype;
    const datatype = decodeDatatype(this.readerOver(part));
    this.#datatypes.set(sum, { part, datatype });
    return datatype;
  }

  async #sharedDatatype(part: EncodedPart): Promise<Datatype> {
    const location = decodeShared(this.readerOver(part));
    if ('heapId' in location) {
      return this.#plainDatatype(await this.sharedMessage(MESSAGE.datatype, location.heapId));
    }
    let committed = this.#committed.get(location.object);
    if (committed === undefined) {
      committed = this.#committedDatatype(location.object);
      this.#committed.set(location.object, committed);
    }
    return committed;
  }

  async #committedDatatype(address: number): Promise<Datatype> {
    const messages = await this.readObjectHeader(address);
    const message = messages.find(({ type }) => type === MESSAGE.datatype);
    if (message === undefined || message.shared) abort('a committed datatype without a type');
    return this.#plainDatatype(message);
  }

  /** The dataspace in a message or in a part of one. @throws WalkerAbortedError */
  dataspace(part: EncodedPart): Dataspace | Promise<Dataspace> {
    if (part.shared) return this.#sharedDataspace(part);
    return isScalar(part) ? SCALAR : decodeDataspace(this.readerOver(part));
  }

  async #sharedDataspace(part: EncodedPart): Promise<Dataspace> {
    return decodeDataspace(this.readerOver(await this.plain(MESSAGE.dataspace, part)));
  }

  /** The message itself, if `part` only locates it. @throws WalkerAbortedError */
  async plain(type: number, part: EncodedPart): Promise<EncodedPart> {
    if (!part.shared) return part;
    const location = decodeShared(this.readerOver(part));
    if ('heapId' in location) return this.sharedMessage(type, location.heapId);
    const message = (await this.readObjectHeader(location.object)).find((found) => found.type === type);
    if (message === undefined || message.shared) abort('a shared message that is not at its location');
    return message;
  }

  /** Reads a message of this type from the file's heap of shared messages. @throws WalkerAbortedError */
  async sharedMessage(type: number, heapId: Uint8Array): Promise<EncodedPart> {
    this.#sharedTable ??= this.#readSharedTable();
    // Fill values of both forms are under the newer one's type.
    const indexed = type === MESSAGE.fillValueOld ? MESSAGE.fillValue : type;
    const index = (await this.#sharedTable).find(({ types }) => ((types >> indexed) & 1) !== 0);
    if (index === undefined || index.heap === UNDEFINED_ADDRESS)
      abort('a shared message whose type is in no table');
    let heap = this.#sharedHeaps.get(index.heap);
    if (heap === undefined) {
      heap = readDenseHeap(this.rounds, this.sizes, index.heap);
      this.#sharedHeaps.set(index.heap, heap);
    }
    const bytes = await (await heap).object(heapId);
    return { bytes, start: 0, end: bytes.length, shared: false };
  }

  async #readSharedTable(): Promise<readonly SharedIndex[]> {
    if (this.#extension === UNDEFINED_ADDRESS)
      abort('a shared message in a file without a table of shared messages');
    const messages = await this.readObjectHeader(this.#extension);
    const message = messages.find(({ type }) => type === MESSAGE.sharedTable);
    if (message === undefined) abort('a shared message in a file without a table of shared messages');
    const location = decodeSharedTableLocation(this.readerOver(message));
    const bytes = await this.rounds.read(location.address, sharedTableBytes(location, this.sizes));
    return decodeSharedTable(bytes, location, this.sizes);
  }

  /**
   * Reads objects of global heap collections, by the collections' addresses; starts reading all of them at
   * once.
   * @throws WalkerAbortedError
   */
  readHeaps(lacking: ReadonlyMap<number, readonly number[]>): Promise<unknown> {
    if (lacking.size === 1) {
      for (const [address, indexes] of lacking) return this.#readHeapObjects(address, indexes);
    }
    return Promise.all([...lacking].map(([address, indexes]) => this.#readHeapObjects(address, indexes)));
  }

  /** Reads the global heap collection at `address` as far as these objects require. @throws WalkerAbortedError */
  #readHeapObjects(address: number, indexes: readonly number[]): Promise<void> {
    let collection = this.#collections.get(address);
    if (collection === undefined) {
      collection = new Collection(this.sizes);
      this.#collections.set(address, collection);
    }
    return this.#readCollection(address, collection, indexes);
  }

  async #readCollection(address: number, collection: Collection, indexes: readonly number[]): Promise<void> {
    while (lacksAny(collection, indexes)) {
      // One read of a collection at a time.
      let reading = this.#collectionsReading.get(address);
      if (reading === undefined) {
        let greatest = 0;
        for (const index of indexes) greatest = Math.max(greatest, index);
        reading = this.#extendCollection(address, collection, greatest);
        this.#collectionsReading.set(address, reading);
      }
      await reading;
      if (this.#collectionsReading.get(address) === reading) this.#collectionsReading.delete(address);
    }
  }

  /** One object of the global heap collection at `address`. @throws WalkerAbortedError */
  async readHeapObject(address: number, index: number): Promise<Uint8Array> {
    await this.#readHeapObjects(address, [index]);
    return this.#collections.get(address)?.get(index) ?? abort('a heap object that is not in its collection');
  }

  async #extendCollection(address: number, collection: Collection, index: number): Promise<void> {
    const { rounds, sizes } = this;
    const headBytes = collectionHeadBytes(sizes);
    const guess = Math.min(MOST_COLLECTION_GUESS, Math.ceil(collection.bytesUpTo(index)));
    const head =
      rounds.findCached(address, headBytes) ??
      (await rounds.readLeaf(address, headBytes, Math.max(USUAL_COLLECTION_BYTES, guess)));
    const length = decodeCollectionHead(head, sizes);
    if (length > rounds.left(address)) abort('a structure outside the file');
    const tried = this.#collectionsTried.get(address) ?? 0;
    // First what is cached, which costs nothing; then the part that should suffice; then all.
    const wanted =
      tried === 0 ? rounds.findCachedFrom(address, length) : tried === 1 ? Math.min(length, guess) : length;
    this.#collectionsTried.set(address, tried + 1);
    collection.take(rounds.findCached(address, wanted) ?? (await rounds.readLeaf(address, wanted)), length);
  }
}

/**
 * Checks that no block of a header occurs twice: a loop would let a small file cause any amount of work.
 * @throws WalkerAbortedError
 */
function mustBeNew({ address, continuations }: OpenHeader, at: number): void {
  const block = continuations[at]!.address;
  let isSeen = block === address || at + 1 >= MOST_BLOCKS;
  for (let before = 0; before < at && !isSeen; before += 1) isSeen = continuations[before]!.address === block;
  if (isSeen) abort('an object header whose blocks form a loop');
}

function lacksAny(collection: Collection, indexes: readonly number[]): boolean {
  for (const index of indexes) if (!collection.knows(index)) return true;
  return false;
}

/** The most bytes of a collection that are requested on an estimate. */
const MOST_COLLECTION_GUESS = 64 * 1024;
