/** The error of all codecs of Zarr's chunks. */

/** The bytes are not valid for a codec, or exceed a limit. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** 'unsupported' if the bytes may be valid. */
  readonly reason: 'damaged' | 'unsupported';
  constructor(message: string, reason: 'damaged' | 'unsupported' = 'damaged', options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
