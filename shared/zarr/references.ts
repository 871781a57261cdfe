/**
 * hdmf-zarr's conventions for what Zarr lacks: links between nodes and references to them, in the form of its
 * releases before 0.14 (Zarr v2) and since (Zarr v3). Pure; hdmf-zarr's documentation, "Storage". Whatever
 * does not follow a convention is not a link or reference.
 */
import type { Member } from '../header/nwb-header.ts';
import { findArray, findObject, findText, type JsonObject, type PythonValue } from './json.ts';
import { isNodeName } from './zarr-store.ts';

/** Attributes that the conventions use internally; they are not attributes of the file. */
export const BOOKKEEPING: ReadonlySet<string> = new Set([
  'zarr_dtype',
  'zarr_link',
  '_DTYPE',
  '_LINKS',
  '_REFERENCE_FIELDS',
  '_ARRAY_DIMENSIONS',
]);

/** The attribute of the root with the path of the group of cached schemas; in effect a reference. */
export const SPEC_LOCATION = '.specloc';

/** The target of a link or a reference. */
export interface Target {
  /** Relative to the store's root, without slashes around it. */
  readonly path: string;
  /** The store of the target, if it is another one. */
  readonly otherStore: string | undefined;
}

/**
 * The links among a group's attributes, as members: soft links within the store, external links to other
 * stores.
 */
export function findLinks(attributes: JsonObject, rootObjectId: string | undefined): Member[] {
  const members = new Map<string, Member>();
  for (const list of ['zarr_link', '_LINKS']) {
    for (const entry of findArray(attributes.get(list)) ?? []) {
      const link = findObject(entry);
      const name = findText(link?.get('name'));
      const target = link === undefined ? undefined : findTarget(link, rootObjectId);
      if (name === undefined || target === undefined || !isNodeName(name) || members.has(name)) continue;
      const { path, otherStore } = target;
      members.set(
        name,
        otherStore === undefined
          ? { name, soft: `/${path}` }
          : { name, external: { file: otherStore, path: `/${path}` } },
      );
    }
  }
  return [...members.values()];
}

/**
 * The references that an attribute's value represents: one, or a list of them; undefined for any other value.
 */
export function findReferences(value: PythonValue): PythonValue | undefined {
  const object = findObject(value);
  if (object === undefined) return undefined;
  if (object.has('_REFERENCE')) return object.get('_REFERENCE');
  return object.get('zarr_dtype') === 'object' ? object.get('value') : undefined;
}

/** The target of one reference: a path, or an object with `source` and `path`; undefined if it is neither. */
export function findTarget(value: PythonValue, rootObjectId: string | undefined): Target | undefined {
  if (typeof value === 'string') return { path: trimPath(value), otherStore: undefined };
  const object = findObject(value);
  const path = findText(object?.get('path'));
  if (object === undefined || path === undefined) return undefined;
  const source = findText(object.get('source')) ?? '.';
  // Older releases have the path at which the store was written; the root's object id shows that it is this
  // store.
  const isHere =
    source === '.' ||
    source === '' ||
    (rootObjectId !== undefined && object.get('source_object_id') === rootObjectId);
  return { path: trimPath(path), otherStore: isHere ? undefined : source };
}

function trimPath(path: string): string {
  let start = 0;
  let end = path.length;
  while (start < end && path[start] === '/') start += 1;
  while (end > start && path[end - 1] === '/') end -= 1;
  return path.slice(start, end);
}
