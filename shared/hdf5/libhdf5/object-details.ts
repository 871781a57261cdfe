/**
 * In the libhdf5 thread: what h5wasm has no call for, taken from an object's header messages themselves:
 * how a dataset is laid out, the tags of opaque types, the values of wide enumerations. Built on the
 * walker's decoders; where those give an object up, the details are missing and nothing else.
 */
import type { Dtype } from '../../header/nwb-header.ts';
import { decodeAttribute, decodeAttributeInfo } from '../walker/attribute-message.ts';
import { ByteReader, type FieldSizes, UNDEFINED_ADDRESS } from '../walker/byte-reader.ts';
import { decodeDatatype } from '../walker/datatype.ts';
import { WalkerGaveUp } from '../walker/gave-up.ts';
import { decodeLayout } from '../walker/layout-message.ts';
import {
  type Continuation,
  decodeBlock,
  decodePrefix,
  type HeaderMessage,
  MESSAGE,
  PREFIX_BYTES,
} from '../walker/object-header.ts';

/** The most blocks of one object header that are looked through. */
const mostBlocks = 1024;

/** The messages of one object's header, as far as they can be decoded. */
export class ObjectDetails {
  readonly #messages: readonly HeaderMessage[];
  readonly #sizes: FieldSizes;

  /** `read` gives bytes by address, undefined where there are none. */
  constructor(
    address: number,
    sizes: FieldSizes,
    read: (address: number, length: number) => Uint8Array | undefined,
  ) {
    this.#sizes = sizes;
    this.#messages = orNothing(() => readMessages(address, sizes, read)) ?? [];
  }

  /** Whether the dataset's elements stand in the object header, in one run, or in files beside this one. */
  get layout(): 'compact' | 'contiguous' | 'external' {
    if (this.#messages.some(({ type }) => type === MESSAGE.externalFiles)) return 'external';
    const message = this.#messages.find(({ type, shared }) => type === MESSAGE.layout && !shared);
    const layout = message && orNothing(() => decodeLayout(this.#over(message)));
    return layout?.class === 'compact' ? 'compact' : 'contiguous';
  }

  /** Whether the object has attributes, in its header or in a heap of their own. */
  get hasAttributes(): boolean {
    return this.#messages.some((message) => {
      if (message.type === MESSAGE.attribute) return true;
      if (message.type !== MESSAGE.attributeInfo || message.shared) return false;
      const dense = orNothing(() => decodeAttributeInfo(this.#over(message)));
      return dense !== undefined && dense.heap !== UNDEFINED_ADDRESS;
    });
  }

  /** The type of the dataset or committed type, undefined where it stands elsewhere or is for libhdf5 alone. */
  get dtype(): Dtype | undefined {
    const message = this.#messages.find(({ type, shared }) => type === MESSAGE.datatype && !shared);
    return message && orNothing(() => decodeDatatype(this.#over(message)).dtype);
  }

  /** The type of an attribute that stands in the object header, else undefined. */
  attributeDtype(name: string): Dtype | undefined {
    for (const message of this.#messages) {
      if (message.type !== MESSAGE.attribute || message.shared) continue;
      const attribute = orNothing(() => decodeAttribute(this.#over(message)));
      if (attribute?.name !== name || attribute.datatype.shared) continue;
      return orNothing(() => decodeDatatype(this.#over(attribute.datatype)).dtype);
    }
    return undefined;
  }

  #over({ bytes, start, end }: Pick<HeaderMessage, 'bytes' | 'start' | 'end'>): ByteReader {
    return new ByteReader(bytes, this.#sizes, start, end);
  }
}

function readMessages(
  address: number,
  sizes: FieldSizes,
  read: (address: number, length: number) => Uint8Array | undefined,
): HeaderMessage[] {
  const messages: HeaderMessage[] = [];
  const opening = read(address, PREFIX_BYTES) ?? read(address, 16);
  if (opening === undefined) return messages;
  const prefix = decodePrefix(opening, sizes);
  const blocks: Continuation[] = [{ address, bytes: prefix.blockBytes }];
  for (let index = 0; index < Math.min(blocks.length, mostBlocks); index += 1) {
    const bytes = read(blocks[index]!.address, blocks[index]!.bytes);
    if (bytes === undefined) break;
    decodeBlock(bytes, prefix, index === 0, sizes, messages, blocks);
  }
  return messages;
}

/** What `decode` gives, undefined where it gives the object up. */
function orNothing<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof WalkerGaveUp) return undefined;
    throw error;
  }
}

/**
 * The type as h5wasm describes it, completed by what only the file's own message tells: opaque tags and the
 * members of enumerations.
 */
export function completedDtype(described: Dtype, own: Dtype | undefined): Dtype {
  if (own === undefined || own.class !== described.class) return described;
  switch (described.class) {
    case 'opaque':
    case 'enum':
      return own;
    case 'array':
      return { ...described, base: completedDtype(described.base, (own as typeof described).base) };
    case 'vlen':
      return { ...described, base: completedDtype(described.base, (own as typeof described).base) };
    case 'compound': {
      const fields = described.fields.map((field, index) => ({
        ...field,
        dtype: completedDtype(field.dtype, (own as typeof described).fields[index]?.dtype),
      }));
      return { ...described, fields };
    }
    default:
      return described;
  }
}

/** Whether h5wasm's description of a type leaves out what `completedDtype` can add. */
export function needsCompletion(dtype: Dtype): boolean {
  switch (dtype.class) {
    case 'opaque':
      return true;
    case 'enum':
      // Names that look like array indexes come before all others, whatever their order in the file.
      return dtype.base.class === 'integer' && (dtype.base.size > 2 || dtype.members.some(isIndexName));
    case 'array':
    case 'vlen':
      return needsCompletion(dtype.base);
    case 'compound':
      return dtype.fields.some((field) => needsCompletion(field.dtype));
    default:
      return false;
  }
}

function isIndexName({ name }: { readonly name: string }): boolean {
  return /^(0|[1-9]\d*)$/.test(name);
}
