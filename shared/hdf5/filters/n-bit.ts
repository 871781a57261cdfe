/**
 * Undoes the n-bit filter: elements stored without the bits that their types leave unused (libhdf5,
 * H5Znbit.c). Pure.
 */
import { BitReader } from './bit-reader.ts';
import { FilterError } from './filter-error.ts';

/** The structure of an element, from the filter's client data. */
type Part =
  | {
      readonly kind: 'number';
      readonly size: number;
      readonly order: '<' | '>';
      readonly precision: number;
      readonly offset: number;
    }
  | { readonly kind: 'bytes'; readonly size: number }
  | { readonly kind: 'array'; readonly size: number; readonly base: Part }
  | {
      readonly kind: 'compound';
      readonly size: number;
      readonly members: readonly { readonly offset: number; readonly part: Part }[];
    };

/** The classes of the client data (H5Z_NBIT_ATOMIC and those after it). */
const ATOMIC = 1;
const ARRAY = 2;
const COMPOUND = 3;
const UNTOUCHED = 4;

/**
 * The deepest nesting of parts, and the most parts in total; libhdf5 has no limit, files stay below a few
 * hundred.
 */
const DEEPEST = 24;

/** Restores the elements of a chunk. @throws FilterError */
export function undoNBit(input: Uint8Array, parameters: readonly number[], most: number): Uint8Array {
  const [length = 0, isPlain = 0, count = 0] = parameters;
  if (length !== parameters.length)
    throw new FilterError('an n-bit filter with a wrong number of parameters');
  if (isPlain !== 0) return input;
  const part = new PartReader(parameters).read(0);
  if (part.size === 0 || count * part.size > most) {
    throw new FilterError('an n-bit chunk of more elements than its shape has');
  }
  const output = new Uint8Array(count * part.size);
  const reader = new BitReader(input);
  for (let index = 0; index < count; index += 1) restore(reader, part, output, index * part.size);
  return output;
}

function restore(reader: BitReader, part: Part, output: Uint8Array, at: number): void {
  switch (part.kind) {
    case 'number':
      reader.copy(part.precision, part.offset, output, at, part.size, part.order);
      return;
    case 'bytes':
      for (let byte = 0; byte < part.size; byte += 1) output[at + byte] = reader.read(8);
      return;
    case 'array':
      for (let byte = 0; byte < part.size; byte += part.base.size)
        restore(reader, part.base, output, at + byte);
      return;
    case 'compound':
      for (const { offset, part: member } of part.members) restore(reader, member, output, at + offset);
  }
}

class PartReader {
  readonly #parameters: readonly number[];
  #at = 3;

  constructor(parameters: readonly number[]) {
    this.#parameters = parameters;
  }

  read(depth: number): Part {
    if (depth > DEEPEST) throw new FilterError('an n-bit filter nested too deep');
    const kind = this.#next();
    const size = this.#next();
    switch (kind) {
      case ATOMIC: {
        const order = this.#next() === 0 ? '<' : '>';
        const precision = this.#next();
        const offset = this.#next();
        if (precision === 0 || offset + precision > size * 8) {
          throw new FilterError(`an n-bit filter of ${precision} bits in ${size} bytes`);
        }
        return { kind: 'number', size, order, precision, offset };
      }
      case ARRAY: {
        const base = this.read(depth + 1);
        if (base.size === 0 || size % base.size !== 0)
          throw new FilterError('an n-bit array whose size is not a multiple of its elements');
        return { kind: 'array', size, base };
      }
      case COMPOUND: {
        const count = this.#next();
        // An array of empty compounds would cause any amount of work without taking bits.
        if (count === 0) throw new FilterError('an n-bit compound without members');
        const members: { offset: number; part: Part }[] = [];
        for (let member = 0; member < count; member += 1) {
          const offset = this.#next();
          const part = this.read(depth + 1);
          if (offset + part.size > size) throw new FilterError('an n-bit member past its compound');
          members.push({ offset, part });
        }
        return { kind: 'compound', size, members };
      }
      case UNTOUCHED:
        return { kind: 'bytes', size };
      default:
        throw new FilterError(`an n-bit filter of class ${kind}`, 'unsupported');
    }
  }

  #next(): number {
    const value = this.#parameters[this.#at];
    if (value === undefined) throw new FilterError('an n-bit filter without all of its parameters');
    this.#at += 1;
    return value;
  }
}
