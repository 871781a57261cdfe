/**
 * The last step of reading a header: turns the objects that an engine found, keyed by their location in
 * the file, into the canonical list of `NwbHeader`, so that two engines give equal headers. Pure.
 */
import { isSortedByName, sortByName } from './byte-order.ts';
import type { Attribute, Element, HeaderObject, Link, Member, NwbHeader } from './nwb-header.ts';

/**
 * Builds a header from an engine's objects. In `found`, `to` of a hard link and `ref` of a reference contain the
 * engine's own key of the object (its address in the file); here they become indexes into the list.
 * A hard link to a key that was not found leads to an object unread for the budget; a reference to an
 * object that no path of hard links reaches becomes null, and dangling.
 */
export function buildHeader(
  format: NwbHeader['format'],
  root: number,
  found: ReadonlyMap<number, HeaderObject>,
  cutShort: NwbHeader['cutShort'],
  namespaces: NwbHeader['namespaces'],
): NwbHeader {
  const { objects, indexOf } = orderObjects(root, found);
  return { format, objects: objects.map((object) => withIndexes(object, indexOf)), namespaces, cutShort };
}

/** The objects in a header's order, and the index there of each engine's key. */
export function orderObjects(
  root: number,
  found: ReadonlyMap<number, HeaderObject>,
): { readonly objects: readonly HeaderObject[]; readonly indexOf: ReadonlyMap<number, number> } {
  const indexOf = new Map<number, number>([[root, 0]]);
  const inOrder: HeaderObject[] = [];
  const keys = [root];
  for (let at = 0; at < keys.length; at += 1) {
    const object = found.get(keys[at]!) ?? missing;
    if (object.kind !== 'group') {
      inOrder.push(object);
      continue;
    }
    const isSorted = isSortedByName(object.members);
    const members = isSorted ? object.members : sortByName([...object.members]);
    inOrder.push(isSorted ? object : { ...object, members });
    for (const member of members) {
      if (!('to' in member) || indexOf.has(member.to)) continue;
      indexOf.set(member.to, keys.length);
      keys.push(member.to);
    }
  }
  return { objects: inOrder, indexOf };
}

const missing: HeaderObject = {
  kind: 'unread',
  unread: { reason: 'budget', detail: 'not reached within the budget' },
};

function withIndexes(object: HeaderObject, indexOf: ReadonlyMap<number, number>): HeaderObject {
  if (object.kind === 'unread') return object;
  const attributes = object.attributes.some(({ dtype }) => holdsReferences(dtype))
    ? object.attributes.map((attribute) => attributeWithIndexes(attribute, indexOf))
    : object.attributes;
  if (object.kind === 'group') {
    return {
      ...object,
      attributes,
      members: object.members.map((member) => memberWithIndex(member, indexOf)),
    };
  }
  if (object.kind === 'dataset' && object.values !== undefined && holdsReferences(object.dtype)) {
    return {
      ...object,
      attributes,
      values: object.values.map((value) => elementWithIndexes(value, indexOf)),
    };
  }
  return attributes === object.attributes ? object : { ...object, attributes };
}

function memberWithIndex(member: Member, indexOf: ReadonlyMap<number, number>): Member {
  const link: Link = member;
  return 'to' in link ? { name: member.name, to: indexOf.get(link.to) as number } : member;
}

function attributeWithIndexes(attribute: Attribute, indexOf: ReadonlyMap<number, number>): Attribute {
  if (attribute.values === undefined || !holdsReferences(attribute.dtype)) return attribute;
  return { ...attribute, values: attribute.values.map((value) => elementWithIndexes(value, indexOf)) };
}

function elementWithIndexes(element: Element, indexOf: ReadonlyMap<number, number>): Element {
  if (typeof element !== 'object') return element;
  if ('ref' in element) return withIndex(element, indexOf);
  if ('hex' in element) return element;
  return element.map((part) => elementWithIndexes(part, indexOf));
}

function withIndex(
  element: Extract<Element, { readonly ref: number | null }>,
  indexOf: ReadonlyMap<number, number>,
): Element {
  if (element.ref === null) return element;
  const ref = indexOf.get(element.ref) ?? null;
  return ref === null ? { ...element, ref, isDangling: true } : { ...element, ref };
}

function holdsReferences(dtype: Attribute['dtype']): boolean {
  switch (dtype.class) {
    case 'reference':
      return true;
    case 'compound':
      return dtype.fields.some((field) => holdsReferences(field.dtype));
    case 'array':
    case 'vlen':
      return holdsReferences(dtype.base);
    default:
      return false;
  }
}
