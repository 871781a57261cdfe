/**
 * How the filters of HDF5 say that a chunk is not what it should be. Whoever reads chunks makes a note of it
 * on the value.
 */

/** A chunk's bytes are no stream of the filter, or it was made in a way that is not known. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly reason: 'damaged' | 'unsupported';

  constructor(message: string, reason: 'damaged' | 'unsupported' = 'damaged') {
    super(message);
    this.reason = reason;
  }
}
