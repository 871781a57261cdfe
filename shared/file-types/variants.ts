/**
 * The details of one file that its masked structure leaves out: the real names behind its patterns, their number,
 * descriptions, shapes and types of elements. A few kilobytes per file, stored beside its outline, so that the
 * differences among the files of a type can be reported without their headers. Pure.
 */
import { shownDtype } from '../header/header-text.ts';
import type { HeaderDataset, NwbHeader } from '../header/nwb-header.ts';
import { findPlainAttribute } from '../header/plain-value.ts';
import { type HeaderNode, hardPaths } from '../header/walk-header.ts';
import { COLUMN_TYPES } from '../vocabulary/neurodata-types.ts';
import { FoldedNode, findContentKind } from './fold-header.ts';
import { maskIdentity, maskName } from './mask-name.ts';
import { findValues, patternOfTexts, rangeOfNames } from './name-range.ts';

/** Raised whenever headers get other variants than before: digests with another revision's variants are rebuilt. */
export const VARIANTS_REVISION = 2;

/** Minimum and maximum of one dimension. */
export type Extent = readonly [least: number, most: number];

/** The objects of one pattern in one file. */
export interface Variant {
  /** The key from `buildPatterns`: `Group /acquisition/sweep_* (VoltageClampSeries)`. */
  readonly pattern: string;
  /** How many of them; absent for one. */
  readonly count?: number;
  /**
   * Their names as one text, such as `grating_[0, 45]deg`, dates and identifiers masked; absent if the pattern or a
   * count implies them.
   */
  readonly names?: string;
  /** Distinct descriptions, merged where they differ only in numbers; absent if there are none. */
  readonly descriptions?: readonly string[];
  /** The extents of the dataset, or of a series' data; absent where ranks differ or there are no data. */
  readonly shape?: readonly Extent[];
  /** numpy's name of the elements. */
  readonly dtype?: string;
}

/** The objects behind one file's patterns. */
export interface FileVariants {
  readonly variants: readonly Variant[];
  /** Number of patterns left out for lack of space. */
  readonly omitted: number;
}

/** Characters of JSON of one file's variants at most: a Dandiset may have 73,000 files. */
const MOST_CHARACTERS = 4_000;
/** Descriptions of one pattern at most. */
const MOST_DESCRIPTIONS = 4;
/** Length of a description at most, in UTF-16 units. */
const DESCRIPTION_CHARACTERS = 160;
/** Names up to which a set with gaps is listed name by name. */
const FEW_NAMES = 4;
/** Columns of tables differ mainly in their rows, which the row identifiers report. */
function isColumn({ type = '' }: FoldedNode): boolean {
  return COLUMN_TYPES.has(type) && type !== 'ElementIdentifiers';
}

/**
 * The variants of a header, groups and series before columns of tables, in walk order. Those without further details
 * are left out.
 */
export function collectVariants(header: NwbHeader): FileVariants {
  const objects: Variant[] = [];
  const columns: Variant[] = [];
  const paths = hardPaths(header);
  const waiting = [{ folded: FoldedNode.root(header), parentPath: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folded, parentPath } = next;
    // Objects that links show again are reported at their own path.
    if (folded.nodes.every(({ index, path }) => paths.get(index) !== path)) continue;
    const { name } = folded.nodes[0]!;
    const path = name === '' ? '' : `${parentPath}/${maskName(name)}`;
    const children = folded.structure === '' ? [] : folded.children();
    const variant = buildVariant(folded, path, children);
    if (variant !== undefined) (isColumn(folded) ? columns : objects).push(variant);
    for (const child of children.reverse()) waiting.push({ folded: child, parentPath: path });
  }
  return withinRoom([...objects, ...columns]);
}

function withinRoom(variants: readonly Variant[]): FileVariants {
  let room = MOST_CHARACTERS;
  const kept = variants.filter((variant) => {
    const size = JSON.stringify(variant).length + 1;
    if (size > room) return false;
    room -= size;
    return true;
  });
  return { variants: kept, omitted: variants.length - kept.length };
}

/** Undefined without a type, or without details beyond the pattern. */
function buildVariant(
  folded: FoldedNode,
  path: string,
  children: readonly FoldedNode[],
): Variant | undefined {
  const { nodes, type } = folded;
  if (type === undefined) return undefined;
  const [first] = nodes as readonly [HeaderNode];
  const kind = first.object.kind === 'dataset' ? 'Dataset' : 'Group';
  const names = describeNames([...new Set(nodes.map((node) => node.name))]);
  const descriptions = describeDescriptions(nodes);
  const content = children.find((child) => child.type === undefined && findContentKind(child.nodes[0]!));
  const storage = describeStorage(content?.nodes ?? nodes);
  const reported = {
    ...(nodes.length === 1 ? {} : { count: nodes.length }),
    ...(names === undefined ? {} : { names }),
    ...(descriptions.length === 0 ? {} : { descriptions }),
    ...storage,
  };
  return Object.keys(reported).length === 0
    ? undefined
    : { pattern: `${kind} ${path || '/'} (${type})`, ...reported };
}

/** Details of the names beyond their mask and number; undefined if there are none. */
function describeNames(names: readonly string[]): string | undefined {
  const mask = maskName(names[0]!);
  if (names.length === 1 && mask === names[0]) return undefined;
  if (names.length > FEW_NAMES && findValues(names) === undefined) return undefined;
  if (names.length > 1 && rangeOfNames(names).isWhole) return undefined;
  const known = [...new Set(names.map(maskIdentity))];
  const reported = patternOfTexts(known);
  return reported === mask || maskName(reported) === reported ? undefined : reported;
}

function describeDescriptions(nodes: readonly HeaderNode[]): string[] {
  const alike = new Map<string, Set<string>>();
  for (const { object } of nodes) {
    const text = (findPlainAttribute(object, 'description') ?? '').replaceAll(/\s+/g, ' ').trim();
    if (text === '') continue;
    const short =
      text.length <= DESCRIPTION_CHARACTERS ? text : `${text.slice(0, DESCRIPTION_CHARACTERS - 1)}…`;
    const mask = maskName(short);
    const texts = alike.get(mask) ?? new Set<string>();
    alike.set(mask, texts);
    texts.add(short);
  }
  return [...alike.values()].slice(0, MOST_DESCRIPTIONS).map((texts) => patternOfTexts([...texts]));
}

function describeStorage(nodes: readonly HeaderNode[]): { shape?: readonly Extent[]; dtype?: string } {
  const datasets = nodes.flatMap(({ object }) => (object.kind === 'dataset' ? [object] : []));
  if (datasets.length === 0) return {};
  const dtypes = new Set(datasets.map(describeElements));
  const shape = measureExtents(datasets);
  return {
    ...(shape === undefined ? {} : { shape }),
    ...(dtypes.size === 1 ? { dtype: [...dtypes][0]! } : {}),
  };
}

/** Ignores the length of texts: `<U8` and `<U12` are both text. */
function describeElements(dataset: HeaderDataset): string {
  const dtype = shownDtype(dataset);
  return /^<U\d+$|^\|S\d+$/.test(dtype) ? 'text' : dtype;
}

function measureExtents(datasets: readonly HeaderDataset[]): Extent[] | undefined {
  const [model] = datasets;
  const rank = model?.shape?.length;
  if (rank === undefined || rank === 0 || datasets.some(({ shape }) => shape?.length !== rank))
    return undefined;
  return Array.from({ length: rank }, (_, axis): Extent => {
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (const { shape } of datasets) {
      least = Math.min(least, shape![axis]!);
      most = Math.max(most, shape![axis]!);
    }
    return [least, most];
  });
}
