/** Laws of folding and of signatures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldedNode } from '../../shared/file-types/fold-header.ts';
import { maskName } from '../../shared/file-types/mask-name.ts';
import { buildPatterns, similarity } from '../../shared/file-types/patterns.ts';
import { buildSignatures } from '../../shared/file-types/signature.ts';
import { findNeurodataType } from '../../shared/header/attribute-text.ts';
import type { HeaderGroup } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { anyTree, headerOf, type Tree } from '../headers.ts';

function* allFolded(root: FoldedNode): Generator<FoldedNode> {
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    waiting.push(...next.children());
  }
}

describe('masking names', () => {
  it.each([
    ['sweep_00000', 'sweep_*'],
    ['ElectricalSeries', 'ElectricalSeries'],
    ['2018-04-25T02:30:03', '*'],
    ['sub-YutaMouse41-150903', 'sub-YutaMouse*'],
    ['ba3d9b83-db23-4d4b-9ef8-9ec588b1f6f3', '*'],
    ['deadbeef01 cells', '* cells'],
    ['2P_plane3', '*P_plane*'],
    ['facade', 'facade'],
    ['decade', 'decade'],
  ])('%s becomes %s', (name, mask) => {
    expect(maskName(name)).toBe(mask);
  });

  it('sees no difference between two numbers, and every difference between letters', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[g-z_]{1,8}$/),
        fc.stringMatching(/^[g-z_]{1,8}$/),
        fc.nat(),
        fc.nat(),
        (a, b, m, n) => {
          expect(maskName(`${a}${m}`)).toBe(maskName(`${a}${n}`));
          expect(maskName(`${a}${m}`) === maskName(`${b}${n}`)).toBe(a === b);
        },
      ),
    );
  });
});

describe('folding', () => {
  it('keeps every node exactly once, and joins no two neurodata types', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const header = headerOf(tree);
        const folded = [...allFolded(FoldedNode.root(header))];
        const paths = folded.flatMap((each) => each.nodes.map((node) => node.path)).sort();
        expect(paths).toEqual([...walkHeader(header)].map((node) => node.path).sort());
        for (const each of folded) {
          expect(new Set(each.nodes.map((node) => findNeurodataType(node.object))).size).toBe(1);
          expect(new Set(each.nodes.map((node) => maskName(node.name))).size).toBe(1);
        }
      }),
    );
  });

  it('tells how many of a pattern one parent holds', () => {
    const sweeps = (count: number): Tree[] =>
      Array.from({ length: count }, (_, at) => ({ name: `sweep_${at}`, type: 'TimeSeries' }));
    const header = headerOf({
      name: '',
      type: 'NWBFile',
      members: [
        { name: 'day1', type: 'ProcessingModule', members: sweeps(3) },
        { name: 'day2', type: 'ProcessingModule', members: sweeps(5) },
      ],
    });
    const [days] = FoldedNode.root(header).children();
    expect(days?.nodes).toHaveLength(2);
    const [each] = days!.children();
    expect(each?.nodes).toHaveLength(8);
    expect(each?.perParent).toEqual({ least: 3, most: 5 });
  });

  it('goes as deep as a file does', () => {
    let tree: Tree = { name: 'end', type: 'TimeSeries' };
    for (let depth = 0; depth < 3_000; depth += 1) tree = { name: `g${depth}`, members: [tree] };
    expect(buildSignatures(deepHeader(tree)).typedNodes).toBe(1);
  });
});

/** `headerOf` recurses; a chain is built without. */
function deepHeader(root: Tree): ReturnType<typeof headerOf> {
  const objects: ReturnType<typeof headerOf>['objects'][number][] = [];
  for (let at: Tree | undefined = root; at !== undefined; at = at.members?.[0]) {
    const [leaf] = headerOf({ ...at, members: [] }).objects;
    const next = at.members?.[0];
    objects.push(
      next === undefined
        ? leaf!
        : {
            ...(leaf as HeaderGroup),
            members: [{ name: next.name, to: objects.length + 1 }],
          },
    );
  }
  return { format: 'hdf5', objects, namespaces: [], cutShort: [] };
}

describe('signatures', () => {
  it('do not depend on the order of members', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        expect(buildSignatures(headerOf(reversed(tree)))).toEqual(buildSignatures(headerOf(tree)));
      }),
    );
  });

  it('folded ones do not change when numbered members are renamed or repeated', () => {
    fc.assert(
      fc.property(anyTree, fc.integer({ min: 1, max: 4 }), (tree, copies) => {
        const repeated: Tree = {
          ...tree,
          members: (tree.members ?? []).flatMap((member) => copiesOf(member, copies)),
        };
        expect(buildSignatures(headerOf(repeated)).folded).toBe(buildSignatures(headerOf(tree)).folded);
      }),
    );
  });

  it('tell apart what differs in a type or in a path', () => {
    const of = (name: string, type: string) =>
      buildSignatures(headerOf({ name: '', members: [{ name, type }] }));
    expect(of('a', 'TimeSeries').folded).not.toBe(of('a', 'ElectricalSeries').folded);
    expect(of('a', 'TimeSeries').folded).not.toBe(of('b', 'TimeSeries').folded);
    expect(of('a1', 'TimeSeries').folded).toBe(of('a2', 'TimeSeries').folded);
    expect(of('a1', 'TimeSeries').exact).not.toBe(of('a2', 'TimeSeries').exact);
  });

  it('agree with the patterns: equal folded signatures, equal patterns', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const patterns = buildPatterns(headerOf(tree));
        const again = buildPatterns(headerOf(reversed(tree)));
        expect([...again].sort()).toEqual([...patterns].sort());
        expect(similarity(patterns, again)).toBe(1);
      }),
    );
  });
});

function reversed(tree: Tree): Tree {
  return tree.members === undefined ? tree : { ...tree, members: tree.members.map(reversed).reverse() };
}

/** A numbered member as several with other numbers; any other member as it is. */
function copiesOf(member: Tree, copies: number): Tree[] {
  const match = /^(sweep_|ROI)\d+$/.exec(member.name);
  if (match === null) return [member];
  return [
    member,
    ...Array.from({ length: copies }, (_, at) => ({ ...member, name: `${match[1]}${90_000 + at}` })),
  ].filter((each, at, all) => all.findIndex((other) => other.name === each.name) === at);
}
