/**
 * The lowest step of reading a file: a source gives bytes by range. Adapters over HTTP, S3 and a local
 * file implement this interface; the page store and the header readers are based on it.
 */

/** Bytes of one file, by range. */
export interface RangeSource {
  /** What names the file in errors and reports: a URL without its query, or a path. */
  readonly key: string;
  /** The file's length in bytes. */
  readonly byteLength: number;
  /** The ETag that every read is held to, where the server gives one. */
  readonly etag?: string;
  /**
   * What came with the requests that opened the file, one entry a request, sorted and disjoint; sent in one
   * round. A store takes these bytes as held and counts their requests.
   */
  readonly opening?: readonly CachedBytes[];
  /** Requests of the opening that were sent once more; none by default. */
  readonly repeated?: number;
  /** What the opening took where that was more than one request an entry, all in one round. */
  readonly openingCost?: { readonly requests: number; readonly rounds: number };
  /**
   * Exactly `length` bytes from `offset`, or an error; never fewer, never others. One request, not repeated.
   * @throws ArchiveUnavailableError, AssetChangedError, HeaderUnreadableError
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A run of bytes: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a file that are available, and where they are in it. */
export interface CachedBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}
