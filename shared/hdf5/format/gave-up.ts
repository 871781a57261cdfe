/**
 * How the walker says that a part of a file is not for it: something it does not know, or a checksum, bound
 * or count that does not hold. Never leaves `shared/hdf5`: a walk turns it into a note on the object, the
 * attribute or the value that it befell, and only where nothing of the file is left into a fallback.
 */
import type { Unread } from '../../header/nwb-header.ts';

/** Whether the file says what the specification does not allow, or what the walker does not know. */
export type GaveUpReason = Extract<Unread['reason'], 'damaged' | 'unsupported'>;

/** The walker stops here; the message says why, without the file's name. */
export class WalkerGaveUp extends Error {
  override readonly name = 'WalkerGaveUp';
  readonly reason: GaveUpReason;

  constructor(detail: string, reason: GaveUpReason = 'damaged') {
    super(detail);
    this.reason = reason;
  }
}

/** @throws WalkerGaveUp with `detail`, always */
export function abort(detail: string, reason: GaveUpReason = 'damaged'): never {
  throw new WalkerGaveUp(detail, reason);
}

/**
 * What a header says of the part that `error` kept from being read. An error of the walker's own counts as
 * one of the bytes: it comes of such as it was not made for.
 * @throws `error` where it is none of the walker's
 */
export function unreadFor(error: unknown): Unread {
  if (error instanceof WalkerGaveUp) return { reason: error.reason, detail: error.message };
  if (!isError(error)) throw error;
  return { reason: 'damaged', detail: `a fault of the walker: ${error.message}` };
}

/** Whether an error is an error of the walker's own. */
export function isError(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError;
}
