/**
 * Where documents are kept: one interface over S3 and over a folder. Everything that the flow writes goes
 * through it, under the keys that `keys.ts` makes.
 */
import { InvalidInputError } from '../errors.ts';

/** A document as it is in the store. */
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
  /** Bytes of the whole document. */
  readonly size: number;
}

/** How a document is handed to a reader. */
export interface DownloadOptions {
  /** The name that it is saved under. */
  readonly fileName: string;
  readonly contentType: string;
  /** Whether the reader asks for the headers alone, as by HEAD. */
  readonly isHead: boolean;
}

/**
 * How a reader gets a document however long it is: at an address of its own for some minutes, or as chunks that never
 * are in memory together. Chunks that nobody asks for cost nothing; where they end early they throw.
 */
export type Download =
  | { readonly kind: 'link'; readonly url: string }
  | {
      readonly kind: 'chunks';
      readonly size: number;
      readonly chunks: AsyncIterable<Uint8Array>;
      readonly lastModified?: Date;
    };

/** Under which condition a document is written. */
export interface PutOptions {
  readonly contentType: string;
  /** Only where no document has the key (S3 `If-None-Match: *`). */
  readonly ifAbsent?: boolean;
  /** Only where the document's ETag is this one (S3 `If-Match`). */
  readonly ifMatch?: string;
}

/** `stored`, or `conflict` where the condition did not hold. */
export type PutOutcome =
  | { readonly outcome: 'stored'; readonly etag: string }
  | { readonly outcome: 'conflict' };

/** A store of documents. A put is whole or not at all: no reader ever sees a half-written document. */
export interface ObjectStore {
  /** For people: `s3://bucket/prefix` or an absolute folder. */
  readonly location: string;
  /** The document, or undefined where there is none. @throws StoreUnavailableError */
  get(key: string): Promise<StoredObject | undefined>;
  /**
   * The bytes from `start` up to `end` (not among them) or to the document's end, without the rest; undefined where
   * there is no document, or it holds no byte at `start`. In S3 it takes the right that `get` takes.
   * @throws StoreUnavailableError; InvalidInputError where the range is none
   */
  getRange(key: string, start: number, end: number): Promise<StoredRange | undefined>;
  /**
   * Hands out a document without reading it, or undefined where there is none. A link of S3 is signed with the rights that
   * this process has: it takes no other right than `get` does. @throws StoreUnavailableError
   */
  openDownload(key: string, options: DownloadOptions): Promise<Download | undefined>;
  /** Writes a document. @throws StoreUnavailableError; a condition that does not hold is an outcome, not an error. */
  put(key: string, body: Uint8Array | string, options: PutOptions): Promise<PutOutcome>;
  /** Whether a document is there, without its body. @throws StoreUnavailableError */
  has(key: string): Promise<boolean>;
  /** Every key that starts with `prefix`, in byte order. @throws StoreUnavailableError */
  list(prefix: string): AsyncIterable<string>;
  /** Removes a document; nothing happens where there is none. @throws StoreUnavailableError */
  remove(key: string): Promise<void>;
}

/** @throws InvalidInputError where a put asks for both conditions: no document can meet them */
export function requireOneCondition(options: PutOptions): void {
  if (options.ifAbsent && options.ifMatch !== undefined) {
    throw new InvalidInputError('A put has the condition ifAbsent or ifMatch, not both.', {
      field: 'ifMatch',
    });
  }
}

/** Nothing where `start` and `end` enclose one byte at least. @throws InvalidInputError */
export function requireRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new InvalidInputError(
    `Bytes ${start} to ${end} are no range: it needs whole numbers, the end after the start.`,
    {
      field: 'range',
    },
  );
}
