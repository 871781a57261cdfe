/** Properties of folding and of signatures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoldedNode } from '../../shared/file-types/fold-header.ts';
import { maskName } from '../../shared/file-types/mask-name.ts';
import { buildPatterns, similarity } from '../../shared/file-types/patterns.ts';
import { buildSignatures } from '../../shared/file-types/signature.ts';
import { findNeurodataType } from '../../shared/header/attribute-text.ts';
import type { HeaderGroup } from '../../shared/header/nwb-header.ts';
import { walkHeader } from '../../shared/header/walk-header.ts';
import { anyTree, buildTestHeader, type Tree } from '../headers.ts';

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

  describe.each([
    [
      'numbers and units, however many digits',
      ['grating_0deg', 'grating_45deg', 'grating_135deg', 'grating_-45deg'],
      'grating_*deg',
    ],
    ['channels', ['9ch', '64ch', '1024ch'], '*ch'],
    ['letters after a number', ['trial_9a', 'trial_10a'], 'trial_*a'],
    ['decimals', ['1cpd', '0.04cpd', '0.16cpd'], '*cpd'],
    ['wavelengths', ['405nm', '585nm', '1040nm'], '*nm'],
    ['ordinals', ['1st', '2nd', '3rd', '14th'], '*'],
    ['several numbers', ['Wd2_Vel1', 'Wd10_Vel12'], 'Wd*_Vel*'],
    ['months by name', ['12Jan2019', '3-Feb-2020', '2019_March_05', 'Mar2020', 'Jun 7, 2021', 'Jan_05'], '*'],
    ['short hexadecimal identifiers', ['4d5e6f', 'a3f9c2', '1a2b3c4'], '*'],
    ['probes by letter and by number', ['probeA', 'probeF', 'probe0', 'probe12'], 'probe*'],
    ['units of sorting', ['unit1', 'unit250'], 'unit*'],
    ['sessions, mice and wells', ['S1', 'S12'], 'S*'],
    [
      'a word of few letters of the hexadecimal alphabet with its number',
      ['bead1', 'bead12345', 'bead123456789'],
      'bead*',
    ],
    ['names of areas with other numbers', ['V9', 'V12'], 'V*'],
    ['names like layers with other numbers', ['L7', 'L12'], 'L*'],
  ])('%s', (_what, names, mask) => {
    it.each(names)('%s', (name) => expect(maskName(name)).toBe(mask));
  });

  it.each([
    'V1',
    'V4',
    'hV4',
    'CA1',
    'CA3_pyr',
    'L2/3',
    'L23',
    'L2_3',
    'L5',
    'L5a',
    'L6_axons',
    'layer_5',
    'Layer 2/3',
    'wS1',
    'crus1',
    'BA46',
    'left',
    'right',
    'cell_L',
    'layer_IV',
    'Session_III',
    'May',
    'electrode',
    'probe',
    'arrays',
  ])('keeps %s, which is a name', (name) => {
    expect(maskName(name)).toBe(name);
  });

  it.each([
    ['nov_1', 'nov_*'],
    ['Oct4', 'Oct*'],
    ['l2', 'l*'],
    ['layer_12', 'layer_*'],
    ['C3,  L5, RMP: -69.4 mv', 'C*,  L5, RMP: * mv'],
  ])('%s becomes %s: near what is kept or taken out', (name, mask) => {
    expect(maskName(name)).toBe(mask);
  });

  it('does not depend on how many digits a number has', () => {
    const words = fc.stringMatching(/^[A-Za-z_]{0,6}$/);
    // Areas and layers, dates by month and hexadecimal identifiers are decided by their numbers.
    const isCounter = (name: string): boolean =>
      !/[a-f]|[LV]$|CA$|BA$|[SM]$|layer|crus|st|nd|rd|th/i.test(name);
    fc.assert(
      fc.property(
        words.filter(isCounter),
        words.filter(isCounter),
        fc.nat(),
        fc.nat(),
        (before, after, m, n) => {
          expect(maskName(`${before}${m}${after}`)).toBe(maskName(`${before}${n}${after}`));
        },
      ),
    );
  });

  it('leaves masked names unchanged', () => {
    const piece = fc.oneof(
      fc.constantFrom('L2', 'V1', 'Jan', '_', '-', '.', 'deg', '2020', ' '),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const mask = maskName(pieces.join(''));
        expect(maskName(mask)).toBe(mask);
      }),
    );
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
  it('contains every node exactly once, and joins no two neurodata types', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const header = buildTestHeader(tree);
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

  it('reports how many of a pattern are in one parent', () => {
    const sweeps = (count: number): Tree[] =>
      Array.from({ length: count }, (_, at) => ({ name: `sweep_${at}`, type: 'TimeSeries' }));
    const header = buildTestHeader({
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

  it('treats series of other dimensions or elements as another structure, and longer ones as the same', () => {
    const of = (shape: readonly number[], text?: string) =>
      buildSignatures(
        buildTestHeader({
          name: '',
          members: [
            {
              name: 'signal',
              type: 'TimeSeries',
              members: [{ name: 'data', shape, ...(text === undefined ? {} : { text }) }],
            },
          ],
        }),
      );
    expect(of([100]).folded).toBe(of([2_000]).folded);
    expect(of([100]).folded).not.toBe(of([100, 64, 64]).folded);
    expect(of([100]).folded).not.toBe(of([100], 'words').folded);
    expect(of([100]).exact).toBe(of([100, 64, 64], 'words').exact);
  });

  it('includes dimensions and elements in the patterns', () => {
    const header = buildTestHeader({
      name: '',
      members: [{ name: 'signal_1', type: 'TimeSeries', members: [{ name: 'data', shape: [10, 4] }] }],
    });
    expect([...buildPatterns(header)]).toEqual([
      'Group /signal_* (TimeSeries)',
      'Dataset /signal_*/data (2 × float)',
    ]);
  });

  it('goes as deep as a file does', () => {
    let tree: Tree = { name: 'end', type: 'TimeSeries' };
    for (let depth = 0; depth < 3_000; depth += 1) tree = { name: `g${depth}`, members: [tree] };
    expect(buildSignatures(deepHeader(tree)).typedNodes).toBe(1);
  });
});

/** Builds a chain without recursion, unlike `buildTestHeader`. */
function deepHeader(root: Tree): ReturnType<typeof buildTestHeader> {
  const objects: ReturnType<typeof buildTestHeader>['objects'][number][] = [];
  for (let at: Tree | undefined = root; at !== undefined; at = at.members?.[0]) {
    const [leaf] = buildTestHeader({ ...at, members: [] }).objects;
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
        expect(buildSignatures(buildTestHeader(reverseTree(tree)))).toEqual(
          buildSignatures(buildTestHeader(tree)),
        );
      }),
    );
  });

  it('folded ones do not change when numbered members are renamed or repeated', () => {
    fc.assert(
      fc.property(anyTree, fc.integer({ min: 1, max: 4 }), (tree, copies) => {
        const repeated: Tree = {
          ...tree,
          members: (tree.members ?? []).flatMap((member) => copyMember(member, copies)),
        };
        expect(buildSignatures(buildTestHeader(repeated)).folded).toBe(
          buildSignatures(buildTestHeader(tree)).folded,
        );
      }),
    );
  });

  it('distinguish files that differ in a type or in a path', () => {
    const of = (name: string, type: string) =>
      buildSignatures(buildTestHeader({ name: '', members: [{ name, type }] }));
    expect(of('a', 'TimeSeries').folded).not.toBe(of('a', 'ElectricalSeries').folded);
    expect(of('a', 'TimeSeries').folded).not.toBe(of('b', 'TimeSeries').folded);
    expect(of('a1', 'TimeSeries').folded).toBe(of('a2', 'TimeSeries').folded);
    expect(of('a1', 'TimeSeries').exact).not.toBe(of('a2', 'TimeSeries').exact);
  });

  it('agree with the patterns: equal folded signatures, equal patterns', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const patterns = buildPatterns(buildTestHeader(tree));
        const again = buildPatterns(buildTestHeader(reverseTree(tree)));
        expect([...again].sort()).toEqual([...patterns].sort());
        expect(similarity(patterns, again)).toBe(1);
      }),
    );
  });
});

function reverseTree(tree: Tree): Tree {
  return tree.members === undefined ? tree : { ...tree, members: tree.members.map(reverseTree).reverse() };
}

/** A numbered member as several with other numbers; any other member unchanged. */
function copyMember(member: Tree, copies: number): Tree[] {
  const match = /^(sweep_|ROI)\d+$/.exec(member.name);
  if (match === null) return [member];
  return [
    member,
    ...Array.from({ length: copies }, (_, at) => ({ ...member, name: `${match[1]}${90_000 + at}` })),
  ].filter((each, at, all) => all.findIndex((other) => other.name === each.name) === at);
}
