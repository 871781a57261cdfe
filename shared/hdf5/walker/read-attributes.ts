/**
 * All attributes of one object: those in its header, and those that have outgrown it.
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
import { abort, unreadFor } from '../format/gave-up.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import type { WalkedFile } from './file.ts';
import { readDense } from './read-dense.ts';
import { decodeStored, type ValueBytes, type ValuesOrUnread } from './read-values.ts';

/** The attributes of one object, their reading begun as its header's messages come. */
export class ObjectAttributes {
  readonly #file: WalkedFile;
  readonly #limits: ValueBytes;
  readonly #attributes: (Attribute | Promise<Attribute>)[] = [];
  #dense: Promise<void> | undefined;

  constructor(file: WalkedFile, limits: ValueBytes) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Begins with what the messages hold or lead to. What cannot be read is reported with the attributes. */
  take(messages: readonly HeaderMessage[]): void {
    for (const message of messages) {
      if (message.type === MESSAGE.attribute) {
        this.#add(
          message.shared
            ? this.#shared(this.#file.plain(MESSAGE.attribute, message))
            : readAttribute(this.#file, message, this.#limits),
        );
      } else if (message.type === MESSAGE.attributeInfo) {
        this.#dense = this.#readDense(message).catch((error) => {
          this.#attributes.push(unreadAttribute(error));
        });
      }
    }
  }

  /** Every attribute, by name, once the header's last message was taken; one without a name says of others that they cannot be read. */
  async all(): Promise<Attribute[]> {
    if (this.#dense !== undefined) await this.#dense;
    const isReady = this.#attributes.every((attribute) => !(attribute instanceof Promise));
    return sortByName(isReady ? (this.#attributes as Attribute[]) : await Promise.all(this.#attributes));
  }

  #add(attribute: Attribute | Promise<Attribute>): void {
    this.#attributes.push(attribute);
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

/** Stands for the type of what could not be read far enough to know it. */
const UNKNOWN_TYPE: Dtype = { class: 'opaque', size: 0, tag: '' };

/** What is reported of an attribute that cannot be read, as far as it is known. @throws `error` where it is none of the walker's */
function unreadAttribute(error: unknown, known: Partial<Attribute> = {}): Attribute {
  return { name: '', dtype: UNKNOWN_TYPE, shape: null, ...known, unread: unreadFor(error) };
}

function whole(bytes: Uint8Array): EncodedPart {
  return { bytes, start: 0, end: bytes.length, shared: false };
}

/** What is known of an attribute before its values are. */
type KnownPart = { -readonly [Key in 'name' | 'dtype' | 'shape']?: Attribute[Key] };

/** The attribute, at once where nothing outside its message is needed that is not held; of one that cannot be read whatever can. */
function readAttribute(
  file: WalkedFile,
  part: EncodedPart,
  limits: ValueBytes,
): Attribute | Promise<Attribute> {
  const known: KnownPart = {};
  try {
    const attribute = decodeWhole(file, part, limits, known);
    if (!(attribute instanceof Promise)) return attribute;
    return orUnread(attribute, known);
  } catch (error) {
    return unreadAttribute(error, known);
  }
}

async function orUnread(attribute: Promise<Attribute>, known: KnownPart): Promise<Attribute> {
  try {
    return await attribute;
  } catch (error) {
    return unreadAttribute(error, known);
  }
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

function decodeWhole(
  file: WalkedFile,
  part: EncodedPart,
  limits: ValueBytes,
  known: KnownPart,
): Attribute | Promise<Attribute> {
  const message = decodeAttribute(file.readerOver(part));
  known.name = message.name;
  const dataspace = file.dataspace(message.dataspace);
  if (!(dataspace instanceof Promise)) known.shape = dataspace.shape;
  const datatype = file.datatype(message.datatype);
  return datatype instanceof Promise || dataspace instanceof Promise
    ? decodeLater(file, message, datatype, dataspace, limits, known)
    : decodeTyped(file, message, datatype, dataspace, limits, known);
}

async function decodeLater(
  file: WalkedFile,
  message: AttributeMessage,
  datatype: Datatype | Promise<Datatype>,
  dataspace: Dataspace | Promise<Dataspace>,
  limits: ValueBytes,
  known: KnownPart,
): Promise<Attribute> {
  const [type, space] = await Promise.all([datatype, dataspace]);
  return decodeTyped(file, message, type, space, limits, known);
}

function decodeTyped(
  file: WalkedFile,
  message: AttributeMessage,
  type: Datatype,
  space: Dataspace,
  limits: ValueBytes,
  known: KnownPart,
): Attribute | Promise<Attribute> {
  known.dtype = type.dtype;
  const result = decodeStored(file, type, space, message.data, limits);
  return result instanceof Promise
    ? buildLater(message.name, type, space, result)
    : buildAttribute(message.name, type, space, result);
}

async function buildLater(
  name: string,
  type: Datatype,
  space: Dataspace,
  result: Promise<ValuesOrUnread>,
): Promise<Attribute> {
  return buildAttribute(name, type, space, await result);
}
