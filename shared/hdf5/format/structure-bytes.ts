/**
 * How the decoders of whole structures access a file's bytes: through the rounds of a walk, or through the
 * libhdf5 thread, which has them at once. Addresses are relative to the file's base.
 */
export interface StructureBytes {
  /** The number of bytes from `address` to the file's end. */
  left(address: number): number;
  /** The bytes if they are cached, else undefined. @throws WalkerAbortedError where they are not all in the file */
  findCached(address: number, length: number): Uint8Array | undefined;
  /** How many contiguous bytes from `address` are cached, up to `most`. */
  findCachedFrom(address: number, most: number): number;
  /**
   * Reads the bytes; `expected` is the likely length of the structure, if that is longer.
   * @throws WalkerAbortedError where they are not all in the file
   */
  read(address: number, length: number, expected?: number): Promise<Uint8Array>;
  /** As `read`, for bytes that refer to no others: they may be read late. */
  readLeaf(address: number, length: number, expected?: number): Promise<Uint8Array>;
  /** Announces bytes that will likely be read. */
  hint(address: number, length: number): void;
}
