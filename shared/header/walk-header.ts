/**
 * Walks a header in the order that all later steps use: depth first, members by name, through
 * hard and soft links. Pure.
 */
import type { HeaderObject, Member, NwbHeader } from './nwb-header.ts';

/** An object at one of its paths; an object occurs once for each path to it without a cycle. */
export interface HeaderNode {
  /** Absolute: `/`, `/acquisition/ts`. The link's own path, not its target's. */
  readonly path: string;
  /** The last part of the path; empty for the root. */
  readonly name: string;
  /** The path of the containing group; empty for the root. */
  readonly parentPath: string;
  /** Its index in `NwbHeader.objects`. */
  readonly index: number;
  readonly object: HeaderObject;
}

/**
 * Number of nodes after which a walk stops. Links can make a few objects reachable by more paths than can be listed.
 */
export const MAX_WALKED_NODES = 250_000;
/** Soft links followed in a row before a path counts as dangling; libhdf5's own default (H5Pset_nlinks). */
const MAX_SOFT_LINKS = 16;

interface Step {
  readonly node: HeaderNode;
  /** The indexes of the groups from the root down to this node's parent. */
  readonly ancestors: Ancestors | undefined;
}

interface Ancestors {
  readonly index: number;
  readonly above: Ancestors | undefined;
}

/**
 * Every node of a header from the root on. Links to a group that is already on the path are left
 * out, so cycles end; dangling and external links lead nowhere. Stops after `maxNodes`.
 */
export function* walkHeader(header: NwbHeader, maxNodes = MAX_WALKED_NODES): Generator<HeaderNode> {
  const names = new NameIndex(header);
  const root: HeaderNode = { path: '/', name: '', parentPath: '', index: 0, object: header.objects[0]! };
  const waiting: Step[] = [{ node: root, ancestors: undefined }];
  for (let count = 0; count < maxNodes; count += 1) {
    const step = waiting.pop();
    if (step === undefined) return;
    yield step.node;
    if (step.node.object.kind !== 'group') continue;
    const ancestors: Ancestors = { index: step.node.index, above: step.ancestors };
    const { members } = step.node.object;
    for (let at = members.length - 1; at >= 0; at -= 1) {
      const member = members[at]!;
      const index = names.findTarget(step.node.index, member);
      if (index === undefined || isAncestor(ancestors, index)) continue;
      waiting.push({ node: buildChild(step.node, member.name, index, header), ancestors });
    }
  }
}

/** The path of each object: its shortest one along hard links, the first by name among equals. */
export function hardPaths(header: NwbHeader): ReadonlyMap<number, string> {
  const paths = new Map<number, string>([[0, '/']]);
  for (const [index, path] of paths) {
    const object = header.objects[index];
    if (object?.kind !== 'group') continue;
    for (const member of object.members) {
      if (!('to' in member) || paths.has(member.to)) continue;
      paths.set(member.to, `${path === '/' ? '' : path}/${member.name}`);
    }
  }
  return paths;
}

function buildChild(parent: HeaderNode, name: string, index: number, header: NwbHeader): HeaderNode {
  const base = parent.path === '/' ? '' : parent.path;
  return { path: `${base}/${name}`, name, parentPath: parent.path, index, object: header.objects[index]! };
}

function isAncestor(ancestors: Ancestors | undefined, index: number): boolean {
  for (let at = ancestors; at !== undefined; at = at.above) if (at.index === index) return true;
  return false;
}

/** Finds members by name; each group's names are indexed at the first access. */
export class NameIndex {
  readonly #header: NwbHeader;
  readonly #members = new Map<number, ReadonlyMap<string, Member>>();

  constructor(header: NwbHeader) {
    this.#header = header;
  }

  /** The index of the object under that name in group `group`, through hard and soft links, or undefined. */
  findChild(group: number, name: string): number | undefined {
    const member = this.#getMembers(group).get(name);
    return member === undefined ? undefined : this.findTarget(group, member);
  }

  /** The target of a member of group `group`, or undefined if it dangles, loops or leaves the file. */
  findTarget(group: number, member: Member, linksLeft = MAX_SOFT_LINKS): number | undefined {
    if ('to' in member) return member.to;
    if (!('soft' in member) || linksLeft === 0) return undefined;
    return this.#findPath(member.soft.startsWith('/') ? 0 : group, member.soft, linksLeft - 1);
  }

  #findPath(start: number, path: string, linksLeft: number): number | undefined {
    let at = start;
    for (const part of path.split('/')) {
      if (part === '' || part === '.') continue;
      const member = this.#getMembers(at).get(part);
      const next = member === undefined ? undefined : this.findTarget(at, member, linksLeft);
      if (next === undefined) return undefined;
      at = next;
    }
    return at;
  }

  #getMembers(group: number): ReadonlyMap<string, Member> {
    const known = this.#members.get(group);
    if (known !== undefined) return known;
    const object = this.#header.objects[group];
    const members = object?.kind === 'group' ? object.members : [];
    const index = new Map(members.map((member) => [member.name, member]));
    this.#members.set(group, index);
    return index;
  }
}
