/**
 * The namespaces of NWB's schema language whose schemas a file carries: HDMF keeps them as
 * `/specifications/<namespace>/<version>`, each version a group that holds the schemas themselves. Their names
 * say which extensions, at which versions, a file was written by. Every engine asks here, so that all of
 * them look at the same few. Pure.
 */
import { compareByteOrder } from './byte-order.ts';
import type { NwbHeader } from './nwb-header.ts';
import { findPlainAttribute } from './plain-value.ts';

/** The root's member that holds the schemas. */
export const SPECIFICATIONS = 'specifications';

/** Namespaces looked into in a file, and versions of each: real files have up to a dozen, of one or two versions. */
const MOST_NAMES = 32;
/** Characters of a namespace's or version's name; a longer one is no name that anybody gave. */
const MOST_CHARACTERS = 128;

/** Of a group's members those that are looked at: the first ones in byte order. */
export function chooseNames(names: Iterable<string>): string[] {
  return [...names]
    .filter((name) => name.length <= MOST_CHARACTERS)
    .sort(compareByteOrder)
    .slice(0, MOST_NAMES);
}

/** The namespaces that every NWB file has: NWB's own and those of HDMF, which it is based on. */
const OWN_NAMESPACES = new Set(['core', 'hdmf-common', 'hdmf-experimental', '']);

/** An extension of NWB that a file was written with. */
export interface Extension {
  /** The namespace, such as `ndx-pose`. */
  readonly name: string;
  /** Of the schemas that the file carries; empty where it carries none of this namespace. */
  readonly versions: readonly string[];
  /** Whether an object of the file is of one of its types: files also carry schemas that were only loaded. */
  readonly isUsed: boolean;
}

/** The extensions of a file, by name: those that its objects use and those whose schemas it carries. */
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
