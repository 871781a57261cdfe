/**
 * In the libhdf5 thread: converts h5wasm's description of a datatype, which is that of libhdf5's memory, to
 * the type in the file, and also to the type in memory, by which elements are decoded.
 */

import { elementCount, type StringPadding, UndecodableTypeError } from '../../header/decode-element.ts';
import type { CompoundField, Dtype, EnumMember } from '../../header/nwb-header.ts';
import type { FieldSizes } from '../format/byte-reader.ts';
import { stringPaddings } from '../format/datatype.ts';
import type { TypeMetadata } from './library.ts';

/**
 * One type in its two forms. They differ in the sizes and offsets of variable-length parts, and in byte
 * order.
 */
export interface TypePair {
  /** As stored in the file. */
  readonly file: Dtype;
  /** As libhdf5 returns its elements. */
  readonly memory: Dtype;
  /** Bytes of an element in the file. */
  readonly fileBytes: number;
  /** Bytes of an element in memory. */
  readonly memoryBytes: number;
  /** Whether an enumeration in it has values that h5wasm cannot represent. */
  readonly hasUnknownValues: boolean;
}

/** The placeholder for the type of an object that could not be opened. */
export const unknownDtype: Dtype = { class: 'opaque', size: 0, tag: '' };

/** H5T_class_t. */
const typeClass = {
  integer: 0,
  float: 1,
  time: 2,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
  vlen: 9,
  array: 10,
} as const;

/** Strings' padding by H5T_str_t. */
const paddings: readonly StringPadding[] = ['null-terminated', 'null-padded', 'space-padded'];

/** Bytes of a pointer, and of a length and pointer (hvl_t), in WebAssembly's 32-bit memory. */
export const POINTER_BYTES = 4;
export const SEQUENCE_BYTES = 8;

/** The deepest nesting of types that is followed. */
const DEEPEST = 32;

/** Converts descriptions into types for one file. */
export class Datatypes {
  readonly #sizes: FieldSizes;
  /** The padding of fixed strings in the memory forms. */
  readonly padding = new WeakMap<Dtype, StringPadding>();

  constructor(sizes: FieldSizes) {
    this.#sizes = sizes;
  }

  /** Both forms of a type. @throws UndecodableTypeError for a class that HDF5 has added since */
  readPair(metadata: TypeMetadata): TypePair {
    // h5wasm requests little-endian elements from libhdf5 if the whole type is big-endian according to
    // H5Tget_order.
    return this.#pair(metadata, findOrder(metadata) === 'big' ? '<' : undefined, 0);
  }

  /**
   * Both forms of a type that was decoded from the file's own message.
   * @throws UndecodableTypeError for a type whose elements h5wasm does not return
   */
  readFilePair(dtype: Dtype): TypePair {
    return this.#own(dtype, ownOrder(dtype) === 'big' ? '<' : undefined);
  }

  #own(dtype: Dtype, memoryOrder: '<' | undefined): TypePair {
    const same = (memory: Dtype, bytes: number): TypePair => ({
      file: dtype,
      memory,
      fileBytes: bytes,
      memoryBytes: bytes,
      hasUnknownValues: false,
    });
    switch (dtype.class) {
      case 'float':
        // Its versions differ in what becomes of a mantissa whose leading bit is stored.
        if (dtype.layout !== undefined && memoryOrder !== undefined)
          throw new UndecodableTypeError('libhdf5 converts floats of a layout of their own');
        return same({ ...dtype, order: memoryOrder ?? dtype.order }, dtype.size);
      case 'integer':
      case 'bitfield':
        return same({ ...dtype, order: memoryOrder ?? dtype.order }, dtype.size);
      case 'string': {
        if (dtype.size === 'variable')
          return this.#varying(POINTER_BYTES, false, { file: dtype, memory: dtype });
        this.padding.set(dtype, stringPaddings.get(dtype) ?? 'null-terminated');
        checkPreserved(this.padding.get(dtype), memoryOrder);
        return same(dtype, dtype.size);
      }
      case 'enum': {
        if (memoryOrder !== undefined && ownOrder(dtype) === 'big') {
          throw new UndecodableTypeError('h5wasm does not return elements of big-endian enumerations');
        }
        const base = this.#own(dtype.base, memoryOrder);
        return { ...base, file: dtype, memory: { ...dtype, base: base.memory } };
      }
      case 'vlen': {
        const base = this.#own(dtype.base, memoryOrder);
        return this.#varying(SEQUENCE_BYTES, false, {
          file: dtype,
          memory: { class: 'vlen', base: base.memory },
        });
      }
      case 'array': {
        const base = this.#own(dtype.base, memoryOrder);
        const count = elementCount(dtype.shape);
        return {
          ...base,
          file: dtype,
          memory: { ...dtype, base: base.memory },
          fileBytes: base.fileBytes * count,
          memoryBytes: base.memoryBytes * count,
        };
      }
      case 'reference': {
        if (dtype.standard !== undefined) {
          throw new UndecodableTypeError('references of HDF5 1.12 and later are not supported');
        }
        const { offsets } = this.#sizes;
        const isObject = dtype.target === 'object';
        return {
          ...same(dtype, isObject ? offsets : offsets + 4),
          memoryBytes: isObject ? 8 : 12,
        };
      }
      case 'compound':
        return this.#ownCompound(dtype, memoryOrder);
      case 'time':
        // libhdf5 has no conversion to the little-endian elements that h5wasm requests, and does not report
        // the order.
        throw new UndecodableTypeError('libhdf5 does not convert time types');
      default:
        return same(dtype, dtype.size);
    }
  }

  /** Moves fields after variable-length ones as `#compoundPair` does, from the file's offsets to memory's. */
  #ownCompound(dtype: Dtype & { class: 'compound' }, memoryOrder: '<' | undefined): TypePair {
    const fields = dtype.fields.map((field) => ({ field, pair: this.#own(field.dtype, memoryOrder) }));
    const moved = new Map<CompoundField, number>();
    let grown = 0;
    for (const { field, pair } of [...fields].sort((a, b) => a.field.offset - b.field.offset)) {
      moved.set(field, field.offset + grown);
      grown += pair.memoryBytes - pair.fileBytes;
    }
    const inMemory = fields.map(({ field, pair }) => ({
      name: field.name,
      offset: moved.get(field)!,
      dtype: pair.memory,
    }));
    const memoryBytes = dtype.size + grown;
    return {
      file: dtype,
      memory: { class: 'compound', size: memoryBytes, fields: inMemory },
      fileBytes: dtype.size,
      memoryBytes,
      hasUnknownValues: false,
    };
  }

  #pair(metadata: TypeMetadata, memoryOrder: '<' | undefined, depth: number): TypePair {
    if (depth > DEEPEST) throw new UndecodableTypeError('the datatype is nested too deep');
    const { type, size } = metadata;
    const order = metadata.littleEndian ? '<' : '>';
    const same = (make: (order: '<' | '>') => Dtype): TypePair => ({
      file: make(order),
      memory: make(memoryOrder ?? order),
      fileBytes: size,
      memoryBytes: size,
      hasUnknownValues: false,
    });
    switch (type) {
      case typeClass.integer:
        return same((byteOrder) => ({ class: 'integer', size, signed: metadata.signed, order: byteOrder }));
      case typeClass.float:
        return same((byteOrder) => ({ class: 'float', size, order: byteOrder }));
      case typeClass.bitfield:
        return same((byteOrder) => ({ class: 'bitfield', size, order: byteOrder }));
      case typeClass.time:
        return same(() => ({ class: 'time', size }));
      case typeClass.opaque:
        return same(() => ({ class: 'opaque', size, tag: '' }));
      case typeClass.string:
        if (!metadata.vlen) checkPreserved(paddings[metadata.strpad ?? 0], memoryOrder);
        return this.#stringPair(metadata);
      case typeClass.reference:
        return this.#referencePair(metadata);
      case typeClass.enum:
        return this.#enumPair(metadata, memoryOrder);
      case typeClass.vlen: {
        const base = this.#pair(metadata.vlen_type!, memoryOrder, depth + 1);
        return this.#varying(SEQUENCE_BYTES, base.hasUnknownValues, {
          file: { class: 'vlen', base: base.file },
          memory: { class: 'vlen', base: base.memory },
        });
      }
      case typeClass.array:
        return this.#arrayPair(metadata, memoryOrder, depth);
      case typeClass.compound:
        return this.#compoundPair(metadata, memoryOrder, depth);
      default:
        throw new UndecodableTypeError(`datatypes of class ${type} are not supported`);
    }
  }

  /** A type whose elements are in the file's global heap: a length, the heap's address and an index. */
  #varying(
    memoryBytes: number,
    hasUnknownValues: boolean,
    forms: Pick<TypePair, 'file' | 'memory'>,
  ): TypePair {
    return { ...forms, fileBytes: 8 + this.#sizes.offsets, memoryBytes, hasUnknownValues };
  }

  #stringPair({ size, vlen, cset, strpad }: TypeMetadata): TypePair {
    const charset = cset === 1 ? 'utf8' : 'ascii';
    if (vlen) {
      const dtype: Dtype = { class: 'string', size: 'variable', charset };
      return this.#varying(POINTER_BYTES, false, { file: dtype, memory: dtype });
    }
    const dtype: Dtype = { class: 'string', size, charset };
    this.padding.set(dtype, paddings[strpad ?? 0] ?? 'null-terminated');
    return { file: dtype, memory: dtype, fileBytes: size, memoryBytes: size, hasUnknownValues: false };
  }

  #referencePair({ size, ref_type: target }: TypeMetadata): TypePair {
    const { offsets } = this.#sizes;
    const known = target === 'object' ? 8 : 12;
    if (size !== known) throw new UndecodableTypeError('references of HDF5 1.12 and later are not supported');
    const dtype: Dtype = { class: 'reference', target: target ?? 'object' };
    const fileBytes = target === 'object' ? offsets : offsets + 4;
    return { file: dtype, memory: dtype, fileBytes, memoryBytes: size, hasUnknownValues: false };
  }

  #enumPair(metadata: TypeMetadata, memoryOrder: '<' | undefined): TypePair {
    const { size, signed, littleEndian } = metadata;
    const order = littleEndian ? '<' : '>';
    const members: EnumMember[] = [];
    let hasUnknownValues = false;
    for (const [name, value] of Object.entries(metadata.enum_type!.members)) {
      // h5wasm passes the values through a C int, which clamps those outside its range.
      const fits = size < 4 || (size === 4 && signed) || (value < 2 ** 31 - 1 && value > -(2 ** 31));
      if (fits) members.push({ name, value });
      else hasUnknownValues = true;
    }
    const form = (byteOrder: '<' | '>'): Dtype => ({
      class: 'enum',
      base: { class: 'integer', size, signed, order: byteOrder },
      members,
    });
    return {
      file: form(order),
      memory: form(memoryOrder ?? order),
      fileBytes: size,
      memoryBytes: size,
      hasUnknownValues,
    };
  }

  #arrayPair(metadata: TypeMetadata, memoryOrder: '<' | undefined, depth: number): TypePair {
    const { shape } = metadata.array_type!;
    const base = this.#pair(metadata.array_type!, memoryOrder, depth + 1);
    const count = elementCount(shape);
    return {
      file: { class: 'array', base: base.file, shape },
      memory: { class: 'array', base: base.memory, shape },
      fileBytes: base.fileBytes * count,
      memoryBytes: base.memoryBytes * count,
      hasUnknownValues: base.hasUnknownValues,
    };
  }

  /**
   * libhdf5 moves the fields of a compound with variable-length fields: in the order of their offsets, each
   * by the sum by which the fields before it grew or shrank. Undoing that gives the offsets in the file.
   */
  #compoundPair(metadata: TypeMetadata, memoryOrder: '<' | undefined, depth: number): TypePair {
    const { members } = metadata.compound_type!;
    const fields = members.map((member) => ({ member, pair: this.#pair(member, memoryOrder, depth + 1) }));
    const moved = new Map<unknown, number>();
    let grown = 0;
    for (const { member, pair } of [...fields].sort((a, b) => a.member.offset - b.member.offset)) {
      moved.set(member, member.offset + grown);
      grown += pair.fileBytes - pair.memoryBytes;
    }
    const inFile: CompoundField[] = fields.map(({ member, pair }) => ({
      name: member.name,
      offset: moved.get(member)!,
      dtype: pair.file,
    }));
    const inMemory: CompoundField[] = fields.map(({ member, pair }) => ({
      name: member.name,
      offset: member.offset,
      dtype: pair.memory,
    }));
    const fileBytes = metadata.size + grown;
    return {
      file: { class: 'compound', size: fileBytes, fields: inFile },
      memory: { class: 'compound', size: metadata.size, fields: inMemory },
      fileBytes,
      memoryBytes: metadata.size,
      hasUnknownValues: fields.some(({ pair }) => pair.hasUnknownValues),
    };
  }
}

/**
 * Rejects strings that libhdf5 would change: where it converts the type that a string is part of, it ends a
 * null-terminated string before its last byte, though the file may use all of them, and a null-padded one at
 * the first zero inside it. @throws UndecodableTypeError
 */
function checkPreserved(padding: StringPadding | undefined, memoryOrder: '<' | undefined): void {
  if (memoryOrder === undefined || padding === 'space-padded') return;
  throw new UndecodableTypeError('libhdf5 truncates strings in types that it converts');
}

/** As `findOrder`, for a type that was decoded from the file's own message. */
function ownOrder(dtype: Dtype): 'little' | 'big' | 'mixed' | undefined {
  switch (dtype.class) {
    case 'integer':
    case 'float':
    case 'bitfield':
      return dtype.order === '<' ? 'little' : 'big';
    case 'enum':
    case 'array':
    case 'vlen':
      return ownOrder(dtype.base);
    case 'string':
      return dtype.size === 'variable' ? 'little' : undefined;
    case 'compound': {
      const orders = new Set(dtype.fields.map((field) => ownOrder(field.dtype)));
      orders.delete(undefined);
      return orders.size > 1 ? 'mixed' : [...orders][0];
    }
    case 'reference':
    case 'opaque':
      return undefined;
    default:
      return 'little';
  }
}

/**
 * The byte order of all numbers in a type: undefined if it has none, 'mixed' if they differ (H5Tget_order).
 */
function findOrder(metadata: TypeMetadata): 'little' | 'big' | 'mixed' | undefined {
  const own = metadata.littleEndian ? 'little' : 'big';
  switch (metadata.type) {
    case typeClass.compound: {
      const orders = new Set(metadata.compound_type!.members.map(findOrder));
      orders.delete(undefined);
      return orders.size > 1 ? 'mixed' : [...orders][0];
    }
    case typeClass.array:
      return findOrder(metadata.array_type!);
    case typeClass.vlen:
      return findOrder(metadata.vlen_type!);
    case typeClass.string:
      // A variable-length string is a sequence of characters, which have their own order.
      return metadata.vlen ? own : undefined;
    case typeClass.reference:
    case typeClass.opaque:
      return undefined;
    default:
      return own;
  }
}
