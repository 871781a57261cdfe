/**
 * Folds a header into a tree in which repeated siblings are one node: members whose masked names are equal and whose
 * subtrees have the same structure. Source of the signatures and of the prompt's folded text. Pure.
 */
import { createHash } from 'node:crypto';
import type { Dtype } from '../dtype.ts';
import { findNeurodataType } from '../header/attribute-text.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { type HeaderNode, walkHeader } from '../header/walk-header.ts';
import { maskName } from './mask-name.ts';

interface Branch {
  readonly node: HeaderNode;
  readonly type: string | undefined;
  readonly children: Branch[];
  structure: string;
}

/** One node of the folded tree: a node of the header, or all siblings with the same pattern. */
export class FoldedNode {
  /** Minimum and maximum number of them in one parent. */
  readonly perParent: { readonly least: number; readonly most: number };
  readonly #branches: readonly Branch[];

  private constructor(branches: readonly Branch[], perParent: { least: number; most: number }) {
    this.#branches = branches;
    this.perParent = perParent;
  }

  /** Folds a header. */
  static root(header: NwbHeader): FoldedNode {
    return new FoldedNode([rootBranch(header)], { least: 1, most: 1 });
  }

  /** The nodes folded into this one, in walk order; at least one. */
  get nodes(): readonly HeaderNode[] {
    return this.#branches.map((branch) => branch.node);
  }

  /** The neurodata type, the same for all nodes. */
  get type(): string | undefined {
    return this.#branches[0]!.type;
  }

  /**
   * A hash of neurodata types and masked names at and below this node, and of the kind of elements and the
   * number of dimensions of a series' data, whatever the counts: equal for files that differ only in numbers,
   * dates, identifiers, lengths and how often something repeats. Empty if no node is typed.
   */
  get structure(): string {
    return this.#branches[0]!.structure;
  }

  /**
   * The members, repeated ones folded, in order of first appearance. Members without a typed node below are not
   * folded.
   */
  children(): FoldedNode[] {
    const alike = new Map<string, { branches: Branch[]; counts: Map<Branch, number> }>();
    for (const parent of this.#branches) {
      for (const child of parent.children) {
        const key = foldingKey(child);
        const group = alike.get(key) ?? { branches: [], counts: new Map<Branch, number>() };
        alike.set(key, group);
        group.branches.push(child);
        group.counts.set(parent, (group.counts.get(parent) ?? 0) + 1);
      }
    }
    return [...alike.values()].map(({ branches, counts }) => {
      const most = Math.max(...spread(counts.values()));
      const least = counts.size < this.#branches.length ? 0 : Math.min(...spread(counts.values()));
      return new FoldedNode(branches, { least, most });
    });
  }
}

/** The distinct values: spreading all values could overflow the stack. */
function spread(counts: Iterable<number>): Set<number> {
  return new Set(counts);
}

function foldingKey({ node, structure }: Branch): string {
  return structure === '' ? node.name : `${maskName(node.name)}\n${structure}`;
}

function rootBranch(header: NwbHeader): Branch {
  const branches: Branch[] = [];
  const open: Branch[] = [];
  for (const node of walkHeader(header)) {
    const branch: Branch = { node, type: findNeurodataType(node.object), children: [], structure: '' };
    while (open.length > 0 && open.at(-1)!.node.path !== node.parentPath) open.pop();
    open.at(-1)?.children.push(branch);
    branches.push(branch);
    open.push(branch);
  }
  // Children come after their parent in walk order, so from the end on every child is done before its parent.
  for (let at = branches.length - 1; at >= 0; at -= 1)
    branches[at]!.structure = formatStructure(branches[at]!);
  return branches[0]!;
}

function formatStructure({ node, type, children }: Branch): string {
  const below = new Set<string>();
  for (const child of children) if (child.structure !== '') below.add(foldingKey(child));
  if (type === undefined && below.size === 0) return '';
  const hash = createHash('sha256').update(`${node.object.kind}\n${type ?? ''}`);
  if (type !== undefined) for (const child of children) hash.update(contentLine(child));
  for (const line of [...below].sort()) hash.update(`\n\n${line}`);
  return hash.digest('base64url').slice(0, 22);
}

/** The kind of content of an untyped `data` of a typed group, from `findContentKind`; empty for any other member. */
function contentLine({ node, type }: Branch): string {
  const kind = type === undefined ? findContentKind(node) : undefined;
  return kind === undefined ? '' : `\n${node.name} ${kind}`;
}

/**
 * The kind of content of a series' `data`, by which series of one name may differ: `1 × float`
 * for a trace, `3 × integer` for a stack of images. Undefined for any other node.
 */
export function findContentKind({ name, object }: HeaderNode): string | undefined {
  if (name !== 'data' || object.kind !== 'dataset') return undefined;
  return `${object.shape === null ? 'no' : object.shape.length} × ${elementKind(object.dtype)}`;
}

function elementKind(dtype: Dtype): string {
  const isOfOthers = dtype.class === 'array' || dtype.class === 'vlen';
  return isOfOthers ? `${dtype.class} of ${elementKind(dtype.base)}` : dtype.class;
}
