/**
 * Where a dataset's elements are in its file: what references are built from, besides the header. It never
 * includes the elements themselves, except the few bytes that a header's own messages contain.
 */

/** A filter of a pipeline, in the order of writing. */
export interface LocatedFilter {
  readonly id: number;
  readonly parameters: readonly number[];
}

/** One chunk as it is stored. */
export interface LocatedChunk {
  /** Its index among the chunks, by dimension. */
  readonly index: readonly number[];
  /** From the file's start, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** Where the elements are; `fill` is the value of one element that was never written, absent for zeros. */
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
  /** Not listed; `detail` says why. */
  | { readonly kind: 'unlisted'; readonly detail: string }
);
