/**
 * A header as the set of its patterns: each typed node by its masked path, and the kind of a series' data. Two
 * structures are similar if they share most patterns. Pure.
 */
import type { NwbHeader } from '../header/nwb-header.ts';
import { FoldedNode, findContentKind } from './fold-header.ts';
import { maskName } from './mask-name.ts';

/**
 * Patterns by key `KIND PATH (TYPE)`, such as `Group /acquisition/sweep_* (VoltageClampSeries)`; a series' data
 * by dimensions and elements, such as `Dataset /acquisition/lfp/data (2 × integer)`. In walk order.
 */
export type Patterns = ReadonlySet<string>;

/** The patterns of a header. */
export function buildPatterns(header: NwbHeader): Patterns {
  const patterns = new Set<string>();
  const waiting: { folded: FoldedNode; parentPath: string }[] = [
    { folded: FoldedNode.root(header), parentPath: '' },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folded, parentPath } = next;
    const [node] = folded.nodes;
    const path = node!.name === '' ? '' : `${parentPath}/${maskName(node!.name)}`;
    const kind = node!.object.kind === 'dataset' ? 'Dataset' : 'Group';
    if (folded.type !== undefined) patterns.add(`${kind} ${path || '/'} (${folded.type})`);
    if (folded.structure === '') continue;
    const children = folded.children();
    for (const content of folded.type === undefined ? [] : children) {
      const contentKind = content.type === undefined ? findContentKind(content.nodes[0]!) : undefined;
      if (contentKind !== undefined)
        patterns.add(`Dataset ${path}/${content.nodes[0]!.name} (${contentKind})`);
    }
    for (const child of children.reverse()) waiting.push({ folded: child, parentPath: path });
  }
  return patterns;
}

/** The share of patterns that two structures have in common, from 0 to 1 (Jaccard index). */
export function similarity(a: Patterns, b: Patterns): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let common = 0;
  for (const pattern of small) if (large.has(pattern)) common += 1;
  const all = a.size + b.size - common;
  return all === 0 ? 1 : common / all;
}
