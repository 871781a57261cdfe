/** Under decoders of packed bytes, HDF5's filters and Zarr's codecs: bits from the highest of a byte down. Pure. */

/** A cursor over the bits of `bytes`, which gives nothing past their end. */
export class BitCursor {
  protected readonly bytes: Uint8Array;
  /** Of the next bit. */
  protected at: number;
  readonly #buildEndError: () => Error;

  /** `buildEndError`: what reading past the end throws, in the decoder's own words. */
  constructor(bytes: Uint8Array, buildEndError: () => Error, fromByte = 0) {
    this.bytes = bytes;
    this.at = fromByte * 8;
    this.#buildEndError = buildEndError;
  }

  /** The next `count` bits, 32 at most, as an unsigned number. @throws the end's error where there are fewer */
  read(count: number): number {
    if (this.at + count > this.bytes.length * 8) throw this.#buildEndError();
    let value = 0;
    for (let left = count; left > 0; ) {
      const inByte = this.at & 7;
      const taken = Math.min(left, 8 - inByte);
      const part = (this.bytes[this.at >> 3]! >> (8 - inByte - taken)) & ((1 << taken) - 1);
      value = value * 2 ** taken + part;
      this.at += taken;
      left -= taken;
    }
    return value;
  }
}
