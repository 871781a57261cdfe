/** Headers built from plain trees, for tests of everything based on a header. */
import fc from 'fast-check';
import { buildHeader } from '../shared/header/build-header.ts';
import type {
  Attribute,
  Dtype,
  HeaderObject,
  Member,
  NwbHeader,
  Values,
} from '../shared/header/nwb-header.ts';

/** A node of a tree. */
export interface Tree {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  /** A dataset if given. */
  readonly shape?: readonly number[];
  readonly text?: string;
  /** Values of a dataset in place of a text. */
  readonly values?: readonly (string | number)[];
  /** Further attributes: a scalar, or an array of strings. */
  readonly attributes?: Readonly<Record<string, string | number | readonly string[]>>;
  /** A soft link if given. */
  readonly soft?: string;
  readonly members?: readonly Tree[];
}

const VARIABLE: Dtype = { class: 'string', size: 'variable', charset: 'utf8' };
const FLOAT: Dtype = { class: 'float', size: 8, order: '<' };

function textAttribute(name: string, value: string): Attribute {
  return { name, dtype: VARIABLE, shape: [], values: [value] };
}

function buildAttribute(name: string, value: string | number | readonly string[]): Attribute {
  if (typeof value === 'string') return textAttribute(name, value);
  if (typeof value === 'number') return { name, dtype: FLOAT, shape: [], values: [value] };
  return { name, dtype: VARIABLE, shape: [value.length], values: [...value] };
}

/** The header of a tree; its root's name is ignored. */
export function buildTestHeader(root: Tree): NwbHeader {
  const found = new Map<number, HeaderObject>();
  const add = (tree: Tree): number => {
    const key = found.size + 1;
    found.set(key, { kind: 'unread', unread: { reason: 'skipped', detail: '' } });
    const attributes = [
      ...(tree.description === undefined ? [] : [textAttribute('description', tree.description)]),
      ...(tree.type === undefined ? [] : [textAttribute('neurodata_type', tree.type)]),
      ...Object.entries(tree.attributes ?? {}).map(([name, value]) => buildAttribute(name, value)),
    ];
    found.set(key, tree.shape === undefined ? group(tree, attributes, add) : dataset(tree, attributes));
    return key;
  };
  add(root);
  return buildHeader('hdf5', 1, found, [], []);
}

function group(tree: Tree, attributes: Attribute[], add: (tree: Tree) => number): HeaderObject {
  const members = (tree.members ?? []).map(
    (member): Member => ({
      name: member.name,
      ...(member.soft === undefined ? { to: add(member) } : { soft: member.soft }),
    }),
  );
  return { kind: 'group', attributes, members };
}

function dataset(tree: Tree, attributes: Attribute[]): HeaderObject {
  const values: Values | undefined = tree.text === undefined ? tree.values && [...tree.values] : [tree.text];
  return {
    kind: 'dataset',
    attributes,
    dtype: typeof values?.[0] === 'string' ? VARIABLE : FLOAT,
    shape: tree.shape as readonly number[],
    storage: { layout: 'contiguous', filters: [] },
    ...(values === undefined ? {} : { values }),
  };
}

const NAMES = fc.oneof(
  fc.constantFrom('acquisition', 'ts', 'trials', 'units', 'id', 'data', 'wt:nacre', 'with space', 'ñandú'),
  fc.nat(2000).map((n) => `sweep_${String(n).padStart(5, '0')}`),
  fc.nat(30).map((n) => `ROI${n}`),
  fc
    .date({ min: new Date('2015-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
    .map((date) => `day ${date.toISOString().slice(0, 10)}`),
);
const TYPES = fc.option(
  fc.constantFrom('TimeSeries', 'VectorData', 'DynamicTable', 'ElectricalSeries', 'NWBFile'),
  { nil: undefined },
);

/** Any tree: up to a few hundred nodes, names numbered and not, typed and not. */
export const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; node: Tree; leaf: Tree }>((tie) => ({
  leaf: fc
    .record({
      name: NAMES,
      type: TYPES,
      shape: fc.option(fc.array(fc.nat(99), { maxLength: 3 }), { nil: undefined }),
    })
    .map(clean),
  node: fc
    .record({ name: NAMES, type: TYPES, members: fc.array(tie('tree'), { maxLength: 6 }) })
    .map(({ members, ...rest }) => clean({ ...rest, members: distinct(members) })),
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('node')),
})).node;

function clean(tree: { [K in keyof Tree]: Tree[K] | undefined }): Tree {
  return Object.fromEntries(
    Object.entries(tree).filter(([, value]) => value !== undefined),
  ) as unknown as Tree;
}

function distinct(members: readonly Tree[]): Tree[] {
  return [...new Map(members.map((member) => [member.name, member])).values()];
}
