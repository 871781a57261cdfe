/**
 * What the decoders of whole structures need of whoever brings a file's bytes: the rounds of a walk, or the
 * libhdf5 thread, which has them at once. Addresses are relative to the file's base.
 */
export interface StructureBytes {
  /** Bytes from `address` to the file's end. */
  left(address: number): number;
  /** The bytes at once where they are held, else undefined. @throws WalkerGaveUp where they are not all in the file */
  findCached(address: number, length: number): Uint8Array | undefined;
  /** How many bytes from `address` are held in one run, up to `most`. */
  findCachedFrom(address: number, most: number): number;
  /** The bytes; `expected` where the structure is likely to be longer. @throws WalkerGaveUp where they are not all in the file */
  read(address: number, length: number, expected?: number): Promise<Uint8Array>;
  /** As `read`, of bytes that lead no further: they may come late. */
  readLeaf(address: number, length: number, expected?: number): Promise<Uint8Array>;
  /** Says that bytes will likely be read. */
  hint(address: number, length: number): void;
}
