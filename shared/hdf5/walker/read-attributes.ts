/**
 * Reads all attributes of one object: those in its header, and those in dense storage.
 */
import { sortByName } from '../../header/byte-order.ts';
import type { Attribute, Dtype } from '../../header/nwb-header.ts';
import {
  type AttributeMessage,
  decodeAttribute,
  decodeAttributeInfo,
  type EncodedPart,
} from '../format/attribute-message.ts';
import { RECORD } from '../format/btree2.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { Dataspace } from '../format/dataspace.ts';
import type { Datatype } from '../format/datatype.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import { abort, unreadFor } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { type AttributeHead, reuseAttribute } from './known-attributes.ts';
import { readDense } from './read-dense.ts';
import { decodeCached, decodeStored, type ValueBytes, type ValuesOrUnread } from './read-values.ts';

/** Attributes that wait for heap objects: the index of each among all attributes, and its message. */
interface WaitingAttributes {
  readonly locations: number[];
  readonly parts: EncodedPart[];
  /** Heap objects that the first of them lacks, by the address of their collection. */
  readonly lacking: Map<number, readonly number[]>;
}

/** The attributes of one object; each is read as soon as its header message is known. */
export class ObjectAttributes {
  readonly #file: WalkedFile;
  readonly #limits: ValueBytes;
  /** Empty at an attribute that waits with others. */
  readonly #attributes: (Attribute | Promise<Attribute> | undefined)[] = [];
  /** What to await until every attribute is complete. */
  #later: Promise<unknown>[] | undefined;

  constructor(file: WalkedFile, limits: ValueBytes) {
    this.#file = file;
    this.#limits = limits;
  }

  /**
   * Starts to read what the messages contain or refer to. What cannot be read is reported with the
   * attributes.
   */
  take(messages: readonly HeaderMessage[]): void {
    let waiting: WaitingAttributes | undefined;
    for (const message of messages) {
      if (message.type === MESSAGE.attribute) {
        if (message.shared) this.#add(this.#shared(this.#file.plain(MESSAGE.attribute, message)));
        else waiting = this.#takeOne(message, waiting);
      } else if (message.type === MESSAGE.attributeInfo) {
        this.#await(
          this.#readDense(message).catch((error) => {
            this.#attributes.push(unreadAttribute(error));
          }),
        );
      }
    }
    if (waiting !== undefined) this.#await(this.#readWaiting(waiting));
  }

  /**
   * Every attribute, by name, once the header's last message was taken; one without a name reports that
   * others cannot be read. Returns no promise if there is nothing to wait for.
   */
  all(): Attribute[] | Promise<Attribute[]> {
    return this.#later === undefined ? this.#sorted() : this.#allLater(this.#later);
  }

  async #allLater(later: readonly Promise<unknown>[]): Promise<Attribute[]> {
    for (const each of later) await each;
    return this.#sorted();
  }

  /** The complete attributes, once there is nothing else to wait for: none is empty then. */
  #sorted(): Attribute[] | Promise<Attribute[]> {
    const attributes = this.#attributes as (Attribute | Promise<Attribute>)[];
    for (const attribute of attributes) {
      if (attribute instanceof Promise) return Promise.all(attributes).then(sortByName);
    }
    return sortByName(attributes as Attribute[]);
  }

  #add(attribute: Attribute | Promise<Attribute>): void {
    this.#attributes.push(attribute);
  }

  #await(promise: Promise<unknown>): void {
    if (this.#later === undefined) this.#later = [promise];
    else this.#later.push(promise);
  }

  /** Adds the attribute of the message, or adds it to those that wait. */
  #takeOne(part: EncodedPart, waiting: WaitingAttributes | undefined): WaitingAttributes | undefined {
    const attribute = readCached(this.#file, part, this.#limits);
    this.#attributes.push(attribute);
    if (attribute !== undefined) return waiting;
    const all: WaitingAttributes = waiting ?? { locations: [], parts: [], lacking: new Map() };
    all.locations.push(this.#attributes.length - 1);
    all.parts.push(part);
    // One of each collection: reading it mostly also reads what the others lack.
    for (const [address, indexes] of this.#file.form.lacking) {
      if (!all.lacking.has(address)) all.lacking.set(address, indexes);
    }
    return all;
  }

  /** Waits for all of them together: the texts of one object are next to each other. */
  async #readWaiting({ locations, parts, lacking }: WaitingAttributes): Promise<void> {
    try {
      await this.#file.readHeaps(lacking);
    } catch (error) {
      // Each attribute reports the error by itself below, if it concerns it.
      unreadFor(error);
    }
    for (const [index, part] of parts.entries()) {
      this.#attributes[locations[index]!] = readAttribute(this.#file, part, this.#limits);
    }
  }

  async #readDense(message: HeaderMessage): Promise<void> {
    const file = this.#file;
    if (message.shared) abort('a shared attribute info message');
    const dense = decodeAttributeInfo(file.readerOver(message));
    if (dense.heap === UNDEFINED_ADDRESS) return;
    const { heap, records } = await readDense(file.rounds, file.sizes, dense, RECORD.attributeName);
    for (const record of records) {
      // The heap id, then message flags (III.A.2, Record Layout - Attribute Name for Indexed Attributes).
      const isShared = (record[8]! & 0x02) !== 0;
      const id = record.subarray(0, 8);
      try {
        const object = isShared ? file.sharedMessage(MESSAGE.attribute, id) : heap.object(id);
        if (object instanceof Uint8Array) this.#add(readAttribute(file, whole(object), this.#limits));
        else
          this.#add(
            this.#shared(object.then((found) => (found instanceof Uint8Array ? whole(found) : found))),
          );
      } catch (error) {
        this.#add(unreadAttribute(error));
      }
    }
  }

  #shared(part: Promise<EncodedPart>): Promise<Attribute> {
    return part.then((found) => readAttribute(this.#file, found, this.#limits)).catch(unreadAttribute);
  }
}

/** The placeholder for a type that could not be read. */
const UNKNOWN_TYPE: Dtype = { class: 'opaque', size: 0, tag: '' };

/**
 * The report of an attribute that cannot be read, with what is known about it.
 * @throws `error` if it is not one of the walker's
 */
function unreadAttribute(error: unknown, known: Partial<Attribute> = {}): Attribute {
  return { name: '', dtype: UNKNOWN_TYPE, shape: null, ...known, unread: unreadFor(error) };
}

function whole(bytes: Uint8Array): EncodedPart {
  return { bytes, start: 0, end: bytes.length, shared: false };
}

/** Reads the attribute; if it cannot be read, as much of it as possible. */
function readAttribute(
  file: WalkedFile,
  part: EncodedPart,
  limits: ValueBytes,
): Attribute | Promise<Attribute> {
  return (
    readCached(file, part, limits) ??
    file.readHeaps(file.form.lacking).then(
      () => readAttribute(file, part, limits),
      (error: unknown) => unreadAttribute(error, readKnown(file, part)),
    )
  );
}

/**
 * As `readAttribute`, but without waiting: undefined if heap objects are lacking, which are in `lacking` of
 * the file's form until the next value is decoded.
 */
function readCached(
  file: WalkedFile,
  part: EncodedPart,
  limits: ValueBytes,
): Attribute | Promise<Attribute> | undefined {
  try {
    const head = file.attributes.find(part) ?? readHead(file, part, limits);
    if (head instanceof Promise) return head;
    const { bytes, start, end } = part;
    const value = { bytes, start: start + head.headBytes, end };
    const result = decodeCached(file, head.datatype, head.dataspace, value, limits);
    return result && reuseAttribute(head, buildAttribute(head.name, head.datatype, head.dataspace, result));
  } catch (error) {
    return unreadAttribute(error, readKnown(file, part));
  }
}

/**
 * The part of the message before the value; the attribute itself if its type or shape is elsewhere.
 * @throws WalkerAbortedError
 */
function readHead(
  file: WalkedFile,
  part: EncodedPart,
  limits: ValueBytes,
): AttributeHead | Promise<Attribute> {
  const message = decodeAttribute(file.readerOver(part));
  const dataspace = file.dataspace(message.dataspace);
  const datatype = file.datatype(message.datatype);
  if (datatype instanceof Promise || dataspace instanceof Promise)
    return readTypedLater(file, message, datatype, dataspace, limits);
  const { name, start } = message;
  const head = { name, datatype, dataspace, headBytes: start - part.start, attributes: undefined };
  file.attributes.add(part, head);
  return head;
}

/** An attribute whose type or shape is elsewhere. */
async function readTypedLater(
  file: WalkedFile,
  message: AttributeMessage,
  datatype: Datatype | Promise<Datatype>,
  dataspace: Dataspace | Promise<Dataspace>,
  limits: ValueBytes,
): Promise<Attribute> {
  const known: KnownPart = { name: message.name };
  try {
    if (!(dataspace instanceof Promise)) known.shape = dataspace.shape;
    const [type, space] = await Promise.all([datatype, dataspace]);
    known.dtype = type.dtype;
    return buildAttribute(
      message.name,
      type,
      space,
      await decodeStored(file, type, space, message.bytes.subarray(message.start, message.end), limits),
    );
  } catch (error) {
    return unreadAttribute(error, known);
  }
}

/** What can be read of an attribute whose value cannot: the part before the value. */
type KnownPart = { -readonly [Key in 'name' | 'dtype' | 'shape']?: Attribute[Key] };

/** Decodes the part before the value again, for the few attributes that cannot be read. */
function readKnown(file: WalkedFile, part: EncodedPart): KnownPart {
  const known: KnownPart = {};
  try {
    const message = decodeAttribute(file.readerOver(part));
    known.name = message.name;
    const dataspace = file.dataspace(message.dataspace);
    if (!(dataspace instanceof Promise)) known.shape = dataspace.shape;
    const datatype = file.datatype(message.datatype);
    if (!(datatype instanceof Promise)) known.dtype = datatype.dtype;
  } catch (error) {
    // The parts before the error are known.
    unreadFor(error);
  }
  return known;
}

function buildAttribute(
  name: string,
  { dtype }: Datatype,
  { shape }: Dataspace,
  result: ValuesOrUnread,
): Attribute {
  return 'values' in result
    ? { name, dtype, shape, values: result.values }
    : { name, dtype, shape, unread: result.unread };
}
