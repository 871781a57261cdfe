/**
 * The lowest step of reading a file: a source returns bytes by range. Adapters for HTTP, S3 and local files
 * implement this interface; the byte store and the header readers are built on it.
 */

/** Bytes of one file, by range. */
export interface RangeSource {
  /** The file's name in errors and reports: a URL without its query, or a path. */
  readonly key: string;
  /** The file's length in bytes. */
  readonly byteLength: number;
  /** The ETag that every read is checked against, if the server sends one. */
  readonly etag?: string;
  /**
   * The bytes from the requests that opened the file, one entry per request, sorted and disjoint; sent in one
   * round. A store takes these bytes as cached and counts their requests.
   */
  readonly opening?: readonly CachedBytes[];
  /** Number of retries in the opening; none by default. */
  readonly repeated?: number;
  /** The cost of the opening, if it was more than one request per entry, all in one round. */
  readonly openingCost?: { readonly requests: number; readonly rounds: number };
  /**
   * Reads exactly `length` bytes from `offset`, or throws; never fewer or others. One request, without
   * retries.
   * @throws ArchiveUnavailableError, AssetChangedError, HeaderUnreadableError
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A run of bytes: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a file that were read, and their position. */
export interface CachedBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}
