/**
 * The output of a header reader, on which all later steps are based: the structure and the attributes of one file,
 * as a graph of objects and links, never its bulk data. Pure types, the same for HDF5 and Zarr and the
 * same for all engines.
 */

import type { Dtype, Values } from '../dtype.ts';

export type { CompoundField, Dtype, Element, EnumMember, Values } from '../dtype.ts';

/** Why a value or object was not read. `detail` is for people. */
export interface Unread {
  readonly reason: 'skipped' | 'too-large' | 'damaged' | 'unsupported' | 'budget';
  readonly detail: string;
}

/** An attribute. Exactly one of `values` and `unread` is present. */
export interface Attribute {
  readonly name: string;
  readonly dtype: Dtype;
  /** Dimensions, slowest first; [] for a scalar, null for a null dataspace. */
  readonly shape: readonly number[] | null;
  readonly values?: Values;
  readonly unread?: Unread;
}

/** The target of a member's name. */
export type Link =
  /** A hard link: the index of its object in `NwbHeader.objects`. */
  | { readonly to: number }
  /** A soft link's path as in the file; resolved by the walk, and it may dangle or loop. */
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
  /** Elements per chunk, if chunked. */
  readonly chunks?: readonly number[];
  /**
   * Filters in the order of writing, by name where known ('gzip', 'shuffle', 'fletcher32', 'szip', 'nbit',
   * 'scaleoffset', 'lzf', 'blosc', …), else `filter-ID`.
   */
  readonly filters: readonly string[];
}

/** A dataset: its type, shape and attributes; its elements only if they are in the scope of the reading. */
export interface HeaderDataset {
  readonly kind: 'dataset';
  readonly attributes: readonly Attribute[];
  readonly dtype: Dtype;
  /** Dimensions, slowest first; [] for a scalar, null for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** The maximum size of each dimension, null for no limit; absent if it equals the shape. */
  readonly maxShape?: readonly (number | null)[];
  readonly storage: Storage;
  readonly values?: Values;
  /** Why values in the scope are absent. */
  readonly unread?: Unread;
}

/** A committed datatype. */
export interface HeaderNamedType {
  readonly kind: 'datatype';
  readonly attributes: readonly Attribute[];
  readonly dtype: Dtype;
}

/** The target of a link that was not read: `/specifications`, a damaged object, or one beyond a budget. */
export interface HeaderUnread {
  readonly kind: 'unread';
  readonly unread: Unread;
}

/** The target of a hard link. */
export type HeaderObject = HeaderGroup | HeaderDataset | HeaderNamedType | HeaderUnread;

/** A namespace whose schemas are in the file: the group `/specifications/<name>`. */
export interface Namespace {
  /** Such as `core`, `hdmf-common`, `ndx-pose`. */
  readonly name: string;
  /**
   * The names of its groups, one per version, in byte order: `2.7.0`. A file that was written in several steps may
   * have two.
   */
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
  /** The namespaces under `/specifications` in byte order, only by name: no schema is read. Empty if there are none. */
  readonly namespaces: readonly Namespace[];
  /** The budgets that cut this header short, with the limits; empty if it is complete. */
  readonly cutShort: readonly { readonly budget: string; readonly limit: number }[];
}
