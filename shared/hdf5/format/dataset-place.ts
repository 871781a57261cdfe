/**
 * Where a dataset's elements are in its file: what references are built from, beside the header. Never the
 * elements themselves, but for the few bytes that a header's own messages hold.
 */

/** A filter of a pipeline, in the order of writing. */
export interface LocatedFilter {
  readonly id: number;
  readonly parameters: readonly number[];
}

/** One chunk as it is stored. */
export interface LocatedChunk {
  /** Its place among the chunks, by dimension. */
  readonly index: readonly number[];
  /** From the file's start, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** Where the elements are; `fill` is one element of what was never written, absent for zeros. */
export type DatasetLocation = { readonly fill?: Uint8Array | undefined } & (
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'contiguous'; readonly offset: number; readonly bytes: number }
  | {
      readonly kind: 'chunked';
      readonly filters: readonly LocatedFilter[];
      readonly chunks: readonly LocatedChunk[];
    }
  /** Nothing was written. */
  | { readonly kind: 'empty' }
  /** Not listed, and why. */
  | { readonly kind: 'unlisted'; readonly detail: string }
);
