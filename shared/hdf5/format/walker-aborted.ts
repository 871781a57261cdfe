/**
 * The error with which the walker stops at a part of a file: at something that it does not know, or at a
 * checksum, bound or count that is wrong. It never leaves `shared/hdf5`: a walk turns it into a note on the
 * object, attribute or value concerned, and into a fallback only if nothing in the file can be read.
 */
import type { Unread } from '../../header/nwb-header.ts';

/** Whether the file violates the specification, or has something that the walker does not know. */
export type AbortReason = Extract<Unread['reason'], 'damaged' | 'unsupported'>;

/** The walker stopped at a part of a file; the message says why, without the file's name. */
export class WalkerAbortedError extends Error {
  override readonly name = 'WalkerAbortedError';
  readonly reason: AbortReason;

  constructor(detail: string, reason: AbortReason = 'damaged') {
    super(detail);
    this.reason = reason;
  }
}

/** Always throws. @throws WalkerAbortedError with `detail` */
export function abort(detail: string, reason: AbortReason = 'damaged'): never {
  throw new WalkerAbortedError(detail, reason);
}

/**
 * What a header reports of a part that `error` prevented from being read. An internal error of the walker
 * counts as damage: it is caused by bytes that the walker does not expect.
 * @throws `error` where it is not one of the walker's
 */
export function unreadFor(error: unknown): Unread {
  if (error instanceof WalkerAbortedError) return { reason: error.reason, detail: error.message };
  if (!isError(error)) throw error;
  return { reason: 'damaged', detail: `an internal error of the walker: ${error.message}` };
}

/** Whether an error is an internal error of the walker. */
export function isError(error: unknown): error is Error {
  return error instanceof RangeError || error instanceof TypeError;
}
