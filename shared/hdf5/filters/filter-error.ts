/**
 * The error with which the filters of HDF5 report an invalid chunk. The readers of chunks record it at the
 * value.
 */

/** A chunk's bytes are not valid for the filter, or it was encoded in an unsupported way. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly reason: 'damaged' | 'unsupported';

  constructor(message: string, reason: 'damaged' | 'unsupported' = 'damaged') {
    super(message);
    this.reason = reason;
  }
}
