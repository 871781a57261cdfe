/**
 * The namespaces of NWB's schema language whose schemas are in a file: HDMF stores them as
 * `/specifications/<namespace>/<version>`, each version a group with the schemas themselves. Their names
 * give the extensions and versions with which a file was written. Every engine uses this module, so that all of
 * them read the same few. Pure.
 */
import { compareByteOrder } from './byte-order.ts';
import type { NwbHeader } from './nwb-header.ts';
import { findPlainAttribute } from './plain-value.ts';

/** The root's member with the schemas. */
export const SPECIFICATIONS = 'specifications';

/**
 * Namespaces of a file that are read, and versions of each, at most: real files have up to a dozen, of one or two
 * versions.
 */
const MOST_NAMES = 32;
/** Characters of a namespace's or version's name; a longer one is not a genuine name. */
const MOST_CHARACTERS = 128;

/** The members of a group that are read: the first ones in byte order. */
export function chooseNames(names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => name.length <= MOST_CHARACTERS)
    .sort(compareByteOrder)
    .slice(0, MOST_NAMES);
}

/** The namespaces that every NWB file has: NWB's own and those of HDMF, on which it is based. */
const OWN_NAMESPACES = new Set(['core', 'hdmf-common', 'hdmf-experimental', '']);

/** An NWB extension with which a file was written. */
export interface Extension {
  /** The namespace, such as `ndx-pose`. */
  readonly name: string;
  /** Versions of the schemas in the file; empty if it has none of this namespace. */
  readonly versions: readonly string[];
  /** Whether an object of the file has one of its types: files also contain schemas that were only loaded. */
  readonly isUsed: boolean;
}

/** The extensions of a file, by name: those that its objects use and those whose schemas it contains. */
export function findExtensions(header: NwbHeader): Extension[] {
  const used = new Set<string>();
  for (const object of header.objects) {
    const namespace = findPlainAttribute(object, 'namespace');
    if (namespace !== undefined && namespace.length <= MOST_CHARACTERS) used.add(namespace);
  }
  const versions = new Map(header.namespaces.map((namespace) => [namespace.name, namespace.versions]));
  return [...new Set([...used, ...versions.keys()])]
    .filter((name) => !OWN_NAMESPACES.has(name))
    .sort(compareByteOrder)
    .map((name) => ({ name, versions: versions.get(name) ?? [], isUsed: used.has(name) }));
}
