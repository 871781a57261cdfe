/** The one error of all codecs of Zarr's chunks. */

/** Bytes that are no valid stream of a codec, or ask for more than they may. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** 'unsupported' where the bytes may well be sound. */
  readonly reason: 'damaged' | 'unsupported';
  constructor(message: string, reason: 'damaged' | 'unsupported' = 'damaged', options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
