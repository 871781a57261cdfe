/**
 * Used by the reader of attributes: a cache of the attributes that a file has had so far. Tens of thousands
 * of them differ little: they have few different names, types and shapes, and most of their values recur.
 * What is cached is neither decoded nor stored again.
 */
import type { Attribute, Element } from '../../header/nwb-header.ts';
import type { EncodedPart } from '../format/attribute-message.ts';
import { padded8 } from '../format/byte-reader.ts';
import type { Dataspace } from '../format/dataspace.ts';
import type { Datatype } from '../format/datatype.ts';

/** An attribute without its value. */
export interface AttributeHead {
  readonly name: string;
  readonly datatype: Datatype;
  readonly dataspace: Dataspace;
  /** Bytes of the message before the value. */
  readonly headBytes: number;
  /**
   * Attributes of this head with a single value, by that value; undefined once there are too many to cache.
   */
  attributes: Map<Element, Attribute> | undefined;
}

/** A head, and the message that it was decoded from. */
interface KnownHead {
  readonly part: EncodedPart;
  readonly head: AttributeHead;
}

/** The most heads in the cache: a file has a few dozen, and a file with more gains nothing from it. */
const MOST_HEADS = 1024;
/** The most cached values of one head: where there are more, as with identifiers, hardly any recurs. */
const MOST_VALUES = 64;

/** The cached attributes of one file. */
export class KnownAttributes {
  /** By a sum of their bytes; of several with the same sum, the last. */
  readonly #heads = new Map<number, KnownHead>();

  /** The cached head of the attribute in the message, if one with identical bytes was decoded. */
  find(part: EncodedPart): AttributeHead | undefined {
    const headBytes = countHeadBytes(part);
    if (headBytes === undefined) return undefined;
    const known = this.#heads.get(sumBytes(part, headBytes));
    return known !== undefined && isSameHead(known, part, headBytes) ? known.head : undefined;
  }

  /** Caches the head that was decoded from the message. */
  add(part: EncodedPart, head: AttributeHead): void {
    if (this.#heads.size >= MOST_HEADS || countHeadBytes(part) !== head.headBytes) return;
    head.attributes = new Map();
    this.#heads.set(sumBytes(part, head.headBytes), { part, head });
  }
}

/** The attribute with this head and value: the earlier one, if there was one. */
export function reuseAttribute(head: AttributeHead, attribute: Attribute): Attribute {
  const { attributes } = head;
  const { values } = attribute;
  if (attributes === undefined || values?.length !== 1) return attribute;
  const value = values[0]!;
  // A Map does not distinguish the two zeros.
  if (typeof value === 'object' || Object.is(value, -0)) return attribute;
  const known = attributes.get(value);
  if (known !== undefined) return known;
  attributes.set(value, attribute);
  if (attributes.size > MOST_VALUES) head.attributes = undefined;
  return attribute;
}

/**
 * Bytes of the message before the value; undefined if the type or dataspace is not in the message (HDF5 File
 * Format Specification 3.0, IV.A.2.m).
 */
function countHeadBytes({ bytes, start, end }: EncodedPart): number | undefined {
  const version = bytes[start];
  if (end - start < 8 || (version !== 1 && version !== 3)) return undefined;
  const nameBytes = bytes[start + 2]! | (bytes[start + 3]! << 8);
  const datatypeBytes = bytes[start + 4]! | (bytes[start + 5]! << 8);
  const dataspaceBytes = bytes[start + 6]! | (bytes[start + 7]! << 8);
  // In version 1 every part is padded; version 3 has flags for parts that are elsewhere, and the encoding of
  // the name.
  if (version === 3 && bytes[start + 1] !== 0) return undefined;
  const headBytes =
    version === 1
      ? 8 + padded8(nameBytes) + padded8(datatypeBytes) + padded8(dataspaceBytes)
      : 9 + nameBytes + datatypeBytes + dataspaceBytes;
  return headBytes <= end - start ? headBytes : undefined;
}

function sumBytes({ bytes, start }: EncodedPart, length: number): number {
  let sum = length;
  for (let at = start; at < start + length; at += 1) sum = Math.imul(sum ^ bytes[at]!, 0x01000193);
  return sum;
}

function isSameHead({ part, head }: KnownHead, { bytes, start }: EncodedPart, length: number): boolean {
  if (head.headBytes !== length) return false;
  for (let at = 0; at < length; at += 1) {
    if (part.bytes[part.start + at] !== bytes[start + at]) return false;
  }
  return true;
}
