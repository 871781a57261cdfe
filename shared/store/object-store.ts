/**
 * The store of documents: one interface over S3 and over a folder. Everything that the flow writes goes
 * through it, under keys from `keys.ts`.
 */
import { InvalidInputError } from '../errors.ts';

/** A document in the store. */
export interface StoredObject {
  readonly body: Uint8Array;
  /** Opaque; changes whenever the body changes. */
  readonly etag: string;
  readonly contentType?: string;
  readonly lastModified?: Date;
}

/** A part of a document. */
export interface StoredRange {
  readonly body: Uint8Array;
  /** Size of the whole document, in bytes. */
  readonly size: number;
}

/** Options of a download. */
export interface DownloadOptions {
  /** The file name to save it under. */
  readonly fileName: string;
  readonly contentType: string;
  /** Whether the client requests only the headers, as by HEAD. */
  readonly isHead: boolean;
}

/**
 * A download of a document of any length: by a URL that is valid for some minutes, or as chunks that are never
 * in memory together. Unread chunks cost nothing; chunks that end early throw.
 */
export type Download =
  | { readonly kind: 'link'; readonly url: string }
  | {
      readonly kind: 'chunks';
      readonly size: number;
      readonly chunks: AsyncIterable<Uint8Array>;
      readonly lastModified?: Date;
    };

/** The condition under which a document is written. */
export interface PutOptions {
  readonly contentType: string;
  /** Only if no document has the key (S3 `If-None-Match: *`). */
  readonly ifAbsent?: boolean;
  /** Only if the document has this ETag (S3 `If-Match`). */
  readonly ifMatch?: string;
}

/** `stored`, or `conflict` where the condition did not hold. */
export type PutOutcome =
  | { readonly outcome: 'stored'; readonly etag: string }
  | { readonly outcome: 'conflict' };

/** A store of documents. A put is whole or not at all: no reader ever sees a half-written document. */
export interface ObjectStore {
  /** The location for people: `s3://bucket/prefix` or an absolute folder. */
  readonly location: string;
  /** The document, or undefined where there is none. @throws StoreUnavailableError */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * The bytes from `start` up to `end` (exclusive) or to the document's end; undefined if
   * there is no document, or it has no byte at `start`. In S3 it needs the same permission as `get`.
   * @throws StoreUnavailableError; InvalidInputError for an invalid range
   */
  getRange(key: string, start: number, end: number): Promise<StoredRange | undefined>;
  /**
   * Offers a document for download without reading it; undefined if there is none. A link of S3 is signed with this
   * process's permissions: it needs none besides that of `get`. @throws StoreUnavailableError
   */
  openDownload(key: string, options: DownloadOptions): Promise<Download | undefined>;
  /** Writes a document. @throws StoreUnavailableError; a condition that does not hold is an outcome, not an error. */
  put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome>;
  /** Whether a document exists, without reading its body. @throws StoreUnavailableError */
  has(key: string): Promise<boolean>;
  /** Every key that starts with `prefix`, in byte order. @throws StoreUnavailableError */
  list(prefix: string): AsyncIterable<string>;
  /** Removes a document; does nothing if there is none. @throws StoreUnavailableError */
  remove(key: string): Promise<void>;
}

/** @throws InvalidInputError if a put has both conditions: no document can meet them */
export function requireOneCondition(options: PutOptions): void {
  if (options.ifAbsent && options.ifMatch !== undefined) {
    throw new InvalidInputError('A put has the condition ifAbsent or ifMatch, not both.', {
      field: 'ifMatch',
    });
  }
}

/** Checks that `start` and `end` enclose at least one byte. @throws InvalidInputError */
export function requireRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new InvalidInputError(
    `Bytes ${start} to ${end} are not a range: both must be whole numbers, the end after the start.`,
    {
      field: 'range',
    },
  );
}
