/**
 * Used by the filters that pack numbers into bits: reads bits from the highest of a byte down, and nothing
 * past the end of the bytes.
 */
import { BitCursor } from '../../bit-cursor.ts';
import { FilterError } from './filter-error.ts';

function buildEndError(): FilterError {
  return new FilterError('a chunk ends before its elements do');
}

/** A cursor over the bits of `bytes`. */
export class BitReader extends BitCursor {
  constructor(bytes: Uint8Array, fromByte = 0) {
    super(bytes, buildEndError, fromByte);
  }

  /** The number of zeros up to the next one, which is skipped. @throws FilterError past `most` of them */
  readUnary(most: number): number {
    const end = this.bytes.length * 8;
    for (let count = 0; count <= most; count += 1) {
      if (this.at >= end) throw buildEndError();
      const bit = (this.bytes[this.at >> 3]! >> (7 - (this.at & 7))) & 1;
      this.at += 1;
      if (bit === 1) return count;
    }
    throw new FilterError('a chunk has a unary code that is too long');
  }

  /**
   * Writes the next `count` bits as an element of `size` bytes to `output` at `at`, shifted up by `shift`
   * bits; the element's other bits are zero.
   */
  copy(count: number, shift: number, output: Uint8Array, at: number, size: number, order: '<' | '>'): void {
    // From the highest bits of the number to its lowest, one byte of the output after another.
    for (let left = count; left > 0; ) {
      const top = shift + left;
      const byte = (top - 1) >> 3;
      const lowest = Math.max(shift, byte * 8);
      const taken = top - lowest;
      const location = at + (order === '<' ? byte : size - 1 - byte);
      output[location] = output[location]! | (this.read(taken) << (lowest - byte * 8));
      left -= taken;
    }
  }
}
