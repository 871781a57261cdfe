/**
 * How the walker says that a file is not for it: something it does not know, or a checksum, bound or count
 * that does not hold. Never leaves `shared/hdf5`: the reader over both engines turns it into a fallback.
 */

/** The walker hands the file on; the message says why, without the file's name. */
export class WalkerGaveUp extends Error {
  override readonly name = 'WalkerGaveUp';
}

/** @throws WalkerGaveUp with `reason`, always */
export function giveUp(reason: string): never {
  throw new WalkerGaveUp(reason);
}
