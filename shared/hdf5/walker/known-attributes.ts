/**
 * Beside the reader of attributes: what a file's attributes have said so far. Tens of thousands of them differ in
 * little: their names, types and shapes are those of a few, and so are most of their values. What is known is neither
 * decoded nor kept again.
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
  /** Bytes of its message before its value. */
  readonly headBytes: number;
  /** Attributes of this head with a single value, by that; undefined once there are too many to be kept. */
  attributes: Map<Element, Attribute> | undefined;
}

/** A head, and the message that it was decoded from. */
interface KnownHead {
  readonly part: EncodedPart;
  readonly head: AttributeHead;
}

/** Heads that are kept: a file has some dozens, and one of other habits gains nothing by them. */
const MOST_HEADS = 1024;
/** Values of one head that are kept: where there are more, as of identifiers, hardly any comes again. */
const MOST_VALUES = 64;

/** What is known of the attributes of one file. */
export class KnownAttributes {
  /** By a sum of their bytes; of those that have one sum the last. */
  readonly #heads = new Map<number, KnownHead>();

  /** The head of the attribute in the message, where one of the very same bytes was decoded. */
  find(part: EncodedPart): AttributeHead | undefined {
    const headBytes = countHeadBytes(part);
    if (headBytes === undefined) return undefined;
    const known = this.#heads.get(sumBytes(part, headBytes));
    return known !== undefined && isSameHead(known, part, headBytes) ? known.head : undefined;
  }

  /** Keeps the head that was decoded from the message. */
  add(part: EncodedPart, head: AttributeHead): void {
    if (this.#heads.size >= MOST_HEADS || countHeadBytes(part) !== head.headBytes) return;
    head.attributes = new Map();
    this.#heads.set(sumBytes(part, head.headBytes), { part, head });
  }
}

/** The attribute of this head and value: the one that was given before, where there was one. */
export function reuseAttribute(head: AttributeHead, attribute: Attribute): Attribute {
  const { attributes } = head;
  const { values } = attribute;
  if (attributes === undefined || values?.length !== 1) return attribute;
  const value = values[0]!;
  // To a map both zeros are one.
  if (typeof value === 'object' || Object.is(value, -0)) return attribute;
  const known = attributes.get(value);
  if (known !== undefined) return known;
  attributes.set(value, attribute);
  if (attributes.size > MOST_VALUES) head.attributes = undefined;
  return attribute;
}

/** Bytes of the message before the value, of an attribute whose type and dataspace are in it (HDF5 File Format Specification 3.0, IV.A.2.m). */
function countHeadBytes({ bytes, start, end }: EncodedPart): number | undefined {
  const version = bytes[start];
  if (end - start < 8 || (version !== 1 && version !== 3)) return undefined;
  const nameBytes = bytes[start + 2]! | (bytes[start + 3]! << 8);
  const datatypeBytes = bytes[start + 4]! | (bytes[start + 5]! << 8);
  const dataspaceBytes = bytes[start + 6]! | (bytes[start + 7]! << 8);
  // In version 1 every part is padded; version 3 has flags that say what is elsewhere, and the encoding of the name.
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
