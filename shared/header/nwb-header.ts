/**
 * What a header reader gives and all later steps are based on: the structure and the attributes of one file,
 * as a graph of objects and links, never its bulk data. Pure types, the same for HDF5 and Zarr and the
 * same whichever engine read them.
 */

import type { Dtype, Values } from '../dtype.ts';

export type { CompoundField, Dtype, Element, EnumMember, Values } from '../dtype.ts';

/** Why a value or object was not read. `detail` is for people. */
export interface Unread {
  readonly reason: 'skipped' | 'too-large' | 'damaged' | 'unsupported' | 'budget';
  readonly detail: string;
}

/** An attribute. Exactly one of `values` and `unread` is there. */
export interface Attribute {
  readonly name: string;
  readonly dtype: Dtype;
  /** Dimensions, slowest first; [] for a scalar, null for a null dataspace. */
  readonly shape: readonly number[] | null;
  readonly values?: Values;
  readonly unread?: Unread;
}

/** Where a member's name leads. */
export type Link =
  /** A hard link: the index of its object in `NwbHeader.objects`. */
  | { readonly to: number }
  /** A soft link's path as the file has it; resolved by whoever walks, and it may dangle or loop. */
  | { readonly soft: string }
  /** A link into another file. Never followed. */
  | { readonly external: { readonly file: string; readonly path: string } };

/** A name in a group. */
export type Member = { readonly name: string } & Link;

/** A group, with its members by name in byte order of their UTF-8. */
export interface HeaderGroup {
  readonly kind: 'group';
  readonly attributes: readonly Attribute[];
  readonly members: readonly Member[];
}

/** How a dataset's elements are stored. */
export interface Storage {
  readonly layout: 'compact' | 'contiguous' | 'chunked' | 'virtual';
  /** Elements a chunk, where chunked. */
  readonly chunks?: readonly number[];
  /** Filters in the order of writing, by name where known ('gzip', 'shuffle', 'fletcher32', 'szip', 'nbit', 'scaleoffset', 'lzf', 'blosc', …), else `filter-ID`. */
  readonly filters: readonly string[];
}

/** A dataset: its type, shape and attributes; its elements only where the scope of the reading asks for them. */
export interface HeaderDataset {
  readonly kind: 'dataset';
  readonly attributes: readonly Attribute[];
  readonly dtype: Dtype;
  /** Dimensions, slowest first; [] for a scalar, null for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** The most that each dimension may grow to, null for no limit; absent where it equals the shape. */
  readonly maxShape?: readonly (number | null)[];
  readonly storage: Storage;
  readonly values?: Values;
  /** Why values that the scope asks for are absent. */
  readonly unread?: Unread;
}

/** A committed datatype. */
export interface HeaderNamedType {
  readonly kind: 'datatype';
  readonly attributes: readonly Attribute[];
  readonly dtype: Dtype;
}

/** An object that a link leads to and that was not read: `/specifications`, a damaged object, or one past a budget. */
export interface HeaderUnread {
  readonly kind: 'unread';
  readonly unread: Unread;
}

/** What a hard link leads to. */
export type HeaderObject = HeaderGroup | HeaderDataset | HeaderNamedType | HeaderUnread;

/** A namespace whose schemas the file carries: the group `/specifications/<name>`. */
export interface Namespace {
  /** Such as `core`, `hdmf-common`, `ndx-pose`. */
  readonly name: string;
  /** The names of its groups, one a version, in byte order: `2.7.0`. A file that was written in turns may carry two. */
  readonly versions: readonly string[];
}

/** The header of one NWB file. */
export interface NwbHeader {
  readonly format: 'hdf5' | 'zarr';
  /**
   * Every object once, in breadth-first order from the root along hard links, the members of each group by
   * name in byte order; `objects[0]` is the root group. Two engines that read the same file give equal lists.
   */
  readonly objects: readonly HeaderObject[];
  /** The namespaces under `/specifications` in byte order, by names alone: no schema is read. Empty where there are none. */
  readonly namespaces: readonly Namespace[];
  /** The budgets that cut this header short, with the limits; empty where it is whole. */
  readonly cutShort: readonly { readonly budget: string; readonly limit: number }[];
}
