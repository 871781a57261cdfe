/**
 * In the libhdf5 thread: what h5wasm has no call for, decoded from an object's own messages: the storage
 * layout of a dataset, and every type as stored in the file, since h5wasm reports neither the bits of a
 * number nor tags nor the values of wide enumerations. Uses the walker's decoders; where they fail for an
 * object, only its details are missing.
 */

import type { ReadLimits } from '../../header/header-reader.ts';
import type { Attribute, Dtype, Member, Unread } from '../../header/nwb-header.ts';
import { decodeAttributeInfo } from '../format/attribute-message.ts';
import { type FieldSizes, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import { whyUndecoded } from '../format/datatype.ts';
import { decodeLayout } from '../format/layout-message.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import type { StructureBytes } from '../format/structure-bytes.ts';
import { abort, unreadFor, WalkerAbortedError } from '../format/walker-aborted.ts';
import { WalkedFile } from '../walker/file.ts';
import { ObjectAttributes } from '../walker/read-attributes.ts';
import { isDataset, readDatasetFacts } from '../walker/read-dataset.ts';
import { GroupMembers } from '../walker/read-members.ts';
import { readDatasetValues, type ValuesOrUnread } from '../walker/read-values.ts';

/** The details of one object, as far as its messages can be decoded. */
export interface ObjectDetails {
  /** Whether a dataset's elements are in the object header, contiguous, or in external files. */
  readonly layout: 'compact' | 'contiguous' | 'external';
  /** Whether the object has attributes, in its header or in dense storage. */
  readonly hasAttributes: boolean;
  /** The type of the dataset or committed type; undefined where it cannot be decoded. */
  readonly dtype: Dtype | undefined;
  /** The attributes by name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Reads the elements of the dataset with the walker's decoders. */
  readonly readValues: () => Promise<ValuesOrUnread>;
  /**
   * Reads the members of the group with the walker's decoders; `unreadable` returns a key for each that is
   * not read.
   */
  readonly readMembers: (unreadable: (unread: Unread) => number) => Promise<Member[]>;
}

/** Reads the details of the objects of one file. */
export class DetailReader {
  readonly #file: WalkedFile;
  readonly #limits: Pick<ReadLimits, 'valueBytes'>;

  /**
   * `read` returns bytes by address, undefined if the file has none there; `extension` is the address of the
   * superblock's extension.
   */
  constructor(
    read: (address: number, length: number) => Uint8Array | undefined,
    location: { readonly sizes: FieldSizes; readonly extension: number; readonly length: number },
    limits: Pick<ReadLimits, 'valueBytes'>,
  ) {
    this.#file = new WalkedFile(new DeviceBytes(read, location.length), location.sizes, location.extension);
    this.#limits = limits;
  }

  /** The details of the object whose header is at `address`. @throws what `read` throws */
  async read(address: number): Promise<ObjectDetails> {
    const file = this.#file;
    const messages = (await orUndefined(() => file.readObjectHeader(address))) ?? [];
    const type = messages.find((message) => message.type === MESSAGE.datatype);
    const dtype = type && (await orUndefined(async () => (await file.datatype(type)).dtype));
    const attributes = new ObjectAttributes(file, this.#limits);
    attributes.take(messages);
    return {
      layout: await this.#findLayout(messages),
      hasAttributes: await this.#hasAttributes(messages),
      dtype: dtype !== undefined && whyUndecoded(dtype) === undefined ? dtype : undefined,
      attributes: new Map((await attributes.all()).map((attribute) => [attribute.name, attribute])),
      readValues: () => this.#readValues(messages),
      readMembers: (unreadable) => this.#readMembers(messages, unreadable),
    };
  }

  async #readMembers(
    messages: readonly HeaderMessage[],
    unreadable: (unread: Unread) => number,
  ): Promise<Member[]> {
    const members = new GroupMembers(this.#file, () => {});
    members.take(messages);
    return members.all(unreadable);
  }

  async #readValues(messages: readonly HeaderMessage[]): Promise<ValuesOrUnread> {
    try {
      if (!isDataset(messages)) abort('a dataset without type or shape');
      const { stored } = await readDatasetFacts(this.#file, messages);
      return await readDatasetValues(this.#file, stored, this.#limits);
    } catch (error) {
      return { unread: unreadFor(error) };
    }
  }

  async #hasAttributes(messages: readonly HeaderMessage[]): Promise<boolean> {
    if (messages.some(({ type }) => type === MESSAGE.attribute)) return true;
    const info = messages.find(({ type, shared }) => type === MESSAGE.attributeInfo && !shared);
    const dense = info && (await orUndefined(() => decodeAttributeInfo(this.#file.readerOver(info))));
    return dense !== undefined && dense.heap !== UNDEFINED_ADDRESS;
  }

  async #findLayout(messages: readonly HeaderMessage[]): Promise<ObjectDetails['layout']> {
    if (messages.some(({ type }) => type === MESSAGE.externalFiles)) return 'external';
    const message = messages.find(({ type, shared }) => type === MESSAGE.layout && !shared);
    const layout = message && (await orUndefined(() => decodeLayout(this.#file.readerOver(message))));
    return layout?.class === 'compact' ? 'compact' : 'contiguous';
  }
}

/** The thread's own access to the file's bytes, which is synchronous. */
class DeviceBytes implements StructureBytes {
  readonly #read: (address: number, length: number) => Uint8Array | undefined;
  readonly #length: number;

  constructor(read: (address: number, length: number) => Uint8Array | undefined, length: number) {
    this.#read = read;
    this.#length = length;
  }

  left(address: number): number {
    return this.#length - address;
  }

  findCached(address: number, length: number): Uint8Array {
    return this.#read(address, length) ?? abort('a structure outside the file');
  }

  findCachedFrom(address: number, most: number): number {
    return Math.max(0, Math.min(most, this.left(address)));
  }

  read(address: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.findCached(address, length));
  }

  readLeaf(address: number, length: number): Promise<Uint8Array> {
    return this.read(address, length);
  }

  hint(): void {}
}

/** The result of `decode`, undefined if it throws WalkerAbortedError. */
async function orUndefined<T>(decode: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await decode();
  } catch (error) {
    if (error instanceof WalkerAbortedError) return undefined;
    throw error;
  }
}
