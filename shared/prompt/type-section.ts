/**
 * The section of one file type, from verbatim to a single line: each level of compaction describes the same
 * structure in fewer words. Pure.
 */

import { FoldedNode } from '../file-types/fold-header.ts';
import { maskName } from '../file-types/mask-name.ts';
import { findValues, type NameRange, patternOfTexts, rangeOfNames } from '../file-types/name-range.ts';
import {
  findTypedLine,
  findValueLine,
  nodeTexts,
  shownDtype,
  type TypedLine,
  valueLineText,
} from '../header/header-text.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { type HeaderNode, hardPaths, walkHeader } from '../header/walk-header.ts';
import { COLUMN_TYPES } from '../vocabulary/neurodata-types.ts';
import { indent } from './fixed-words.ts';

/** Options of a quiet section. */
export interface QuietSection {
  /** Whether it represents more files than the one that it is built from. */
  readonly isShared: boolean;
}

/** The levels of compaction. Each level includes the steps of the previous ones. */
export type SectionLevel = 'verbatim' | 'folded' | 'brief' | 'tables';

/** Values that are specific to one file and do not describe the others. */
const OF_ONE_SESSION: ReadonlySet<string> = new Set([
  'file_create_date',
  'identifier',
  'session_id',
  'session_start_time',
  'timestamps_reference_time',
  'experimenter',
  'source_script',
  'source_script_file_name',
]);

/** Texts that the facts state for all files, each with its number of files. */
const REPORTED_BY_FACTS: ReadonlySet<string> = new Set([
  'session_description',
  'experiment_description',
  'lab',
  'institution',
  'keywords',
  'related_publications',
  'protocol',
  'pharmacology',
  'surgery',
  'virus',
  'stimulus',
  'slices',
  'notes',
  'data_collection',
  'nwb_version',
]);

/** Characters of a value or description that `brief` keeps at most. */
const BRIEF_CHARACTERS = 300;
/** Descriptions at least this long are given once by `brief`. */
const REPEATED_CHARACTERS = 24;

/**
 * Roughly the number of characters of prose that take as many tokens as one character of a path: names are not in the
 * encoder's vocabulary.
 */
const PATH_TO_PROSE = 1.5;

/**
 * The section of a type, from the header of its representative. A quiet one leaves out details without meaning for the
 * science: objects that links show again, identifiers of rows, dates and names of the one session; and for a type of
 * several files the details of the representative alone: counts, extents and texts that the facts state for all of
 * them.
 */
export function sectionText(header: NwbHeader, level: SectionLevel, quiet?: QuietSection): string {
  if (level === 'verbatim') return verbatimText(header);
  return new SectionWriter(level, quiet, hardPaths(header)).write(FoldedNode.root(header));
}

function verbatimText(header: NwbHeader): string {
  const texts: string[] = [];
  for (const node of walkHeader(header)) texts.push(...nodeTexts(node).map(indent));
  return texts.join('');
}

/** A folded node with its location, and whether a pattern is above it. */
interface Located {
  readonly folded: FoldedNode;
  /** The path of its parent, patterns for folded ancestors. */
  readonly parentPath: string;
  readonly isBelowPattern: boolean;
  /** Whether a sibling has the same masked name, so that the mask alone would not distinguish the two. */
  readonly isOneOfAlike: boolean;
}

class SectionWriter {
  readonly #isBrief: boolean;
  readonly #joinsColumns: boolean;
  /** The path at which each long description was given, as at the beginning of the line. */
  readonly #said = new Map<string, string>();
  readonly #lines: string[] = [];

  readonly #isQuiet: boolean;
  readonly #isShared: boolean;
  /** The path of each object. */
  readonly #paths: ReadonlyMap<number, string>;

  constructor(level: SectionLevel, quiet: QuietSection | undefined, paths: ReadonlyMap<number, string>) {
    this.#isQuiet = quiet !== undefined;
    this.#isShared = quiet?.isShared === true;
    this.#paths = paths;
    this.#isBrief = level !== 'folded';
    this.#joinsColumns = level === 'tables';
  }

  write(root: FoldedNode): string {
    const waiting: Located[] = [{ folded: root, parentPath: '', isBelowPattern: false, isOneOfAlike: false }];
    for (let located = waiting.pop(); located !== undefined; located = waiting.pop()) {
      const children = located.folded.children().filter((child) => !this.#isNoise(child));
      const columns = this.#joinsColumns && isTable(children) ? children.filter(isColumn) : [];
      this.#writeNode(located, columns);
      const columnSet = new Set(columns);
      const below = children.filter((child) => !columnSet.has(child));
      const alike = countBy(below, formatMask);
      for (const child of below.reverse()) {
        waiting.push({
          folded: child,
          parentPath: patternPath(located),
          isBelowPattern: located.isBelowPattern || located.folded.nodes.length > 1,
          isOneOfAlike: alike.get(formatMask(child))! > 1,
        });
      }
    }
    return this.#lines.join('');
  }

  #isNoise({ nodes, type }: FoldedNode): boolean {
    if (!this.#isQuiet) return false;
    const paths = this.#paths;
    if (type === 'ElementIdentifiers' && !this.#joinsColumns) return true;
    return nodes.every(
      ({ index, path, parentPath, name }) =>
        (paths.has(index) && paths.get(index) !== path) ||
        ((parentPath === '/' || parentPath === '/general') &&
          (OF_ONE_SESSION.has(name) || (this.#isShared && REPORTED_BY_FACTS.has(name)))),
    );
  }

  #writeNode(located: Located, columns: readonly FoldedNode[]): void {
    const [first] = located.folded.nodes as readonly [HeaderNode];
    const typed = findTypedLine(first);
    if (typed !== undefined) this.#lines.push(indent(this.#typedLine(typed, located, columns)));
    const value = findValueLine(first);
    if (value !== undefined) {
      this.#lines.push(indent(valueLineText({ name: value.name, value: this.#shortened(value.value) })));
    }
  }

  #typedLine(typed: TypedLine, located: Located, columns: readonly FoldedNode[]): string {
    const { nodes } = located.folded;
    const description = this.#once(findDescription(typed, nodes), located);
    if (this.#isShared) {
      const shared = `${typed.kind} ${patternPath(located) || '/'} (${typed.type}) ${description}`;
      const dtype = typed.storage === undefined ? '' : ` | dtype = ${formatDtypes(nodes)}`;
      return `${shared}${dtype}${columns.length === 0 ? '' : columnsText(columns, false)}`;
    }
    const head = `${typed.kind} ${formatPath(located)} (${countedType(typed.type, located)}) ${description}`;
    const storage = typed.storage === undefined ? '' : ` | ${describeStorage(nodes)}`;
    return `${head}${storage}${columns.length === 0 ? '' : columnsText(columns)}`;
  }

  #shortened(text: string): string {
    if (!this.#isBrief || text.length <= BRIEF_CHARACTERS) return text;
    const kept = text.slice(0, BRIEF_CHARACTERS).trimEnd();
    return `${kept}… (${text.length.toLocaleString('en-US')} characters in all)`;
  }

  /** A description that was given before is replaced by a reference to it, if that is shorter. */
  #once(description: string, located: Located): string {
    if (!this.#isBrief || description.length < REPEATED_CHARACTERS) return description;
    const path = findStart(located);
    const said = this.#said.get(description);
    const reference = said === undefined ? '' : `(as ${shortenPath(said, path)})`;
    this.#said.set(description, said ?? path);
    const text = this.#shortened(description);
    return said !== undefined && reference.length * PATH_TO_PROSE < text.length ? reference : text;
  }
}

/** A path relative to another one: without the groups that the two share. */
function shortenPath(path: string, from: string): string {
  const [groups, others] = [path.split('/').slice(0, -1), from.split('/').slice(0, -1)];
  const differs = groups.findIndex((group, at) => group !== others[at]);
  const shared = differs < 0 ? groups.length : differs;
  return shared <= 1 && groups.length > 1 ? path : path.split('/').slice(shared).join('/') || path;
}

function formatMask(folded: FoldedNode): string {
  return maskName(folded.nodes[0]!.name);
}

function countBy<T>(items: readonly T[], foldKeyword: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(foldKeyword(item), (counts.get(foldKeyword(item)) ?? 0) + 1);
  return counts;
}

/** `/acquisition/sweep_00000 … sweep_01999` for a pattern, the path otherwise. */
function formatPath(located: Located): string {
  const { nodes } = located.folded;
  if (nodes.length === 1 && !located.isBelowPattern) return nodes[0]!.path;
  if (located.isBelowPattern) return patternPath(located);
  const { first, last } = findRange(nodes);
  return `${located.parentPath}/${first} … ${last}`;
}

/** The path at the beginning of a line: for a range the first. */
function findStart(located: Located): string {
  const { nodes } = located.folded;
  if (nodes.length === 1 || located.isBelowPattern) return formatPath(located);
  return `${located.parentPath}/${findRange(nodes).first}`;
}

function patternPath(located: Located): string {
  const { nodes, perParent } = located.folded;
  const name = nodes[0]!.name;
  if (name === '') return '';
  const isOneName = nodes.length === 1 || (perParent.most === 1 && nodes.every((node) => node.name === name));
  if (isOneName) return `${located.parentPath}/${name}`;
  // If another pattern has the same mask, the first name distinguishes them.
  return `${located.parentPath}/${located.isOneOfAlike ? `${findRange(nodes).first}…` : maskName(name)}`;
}

function countedType(type: string, { folded, isBelowPattern }: Located): string {
  const { least, most } = folded.perParent;
  const range = least === most ? count(most) : `${count(least)} to ${count(most)}`;
  if (!isBelowPattern && folded.nodes.length === 1) return type;
  // Siblings of another type may have numbers in between: then the range alone would include them.
  if (!isBelowPattern) {
    const { isWhole, sizes = [folded.nodes.length] } = findRange(folded.nodes);
    const counted = `${sizes.map(count).join(' × ')} ${isWhole ? '×' : 'of these:'} ${type}`;
    const values = findValues(folded.nodes.map((node) => node.name));
    return values === undefined ? counted : `${counted}, as ${values}`;
  }
  return most === 1 && least === 1 ? `${type} in each` : `${range} × ${type} in each`;
}

function findRange(nodes: readonly HeaderNode[]): NameRange {
  return rangeOfNames(nodes.map((node) => node.name));
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** Descriptions of one pattern that are listed at most; the rest are counted. */
const REPORTED_DESCRIPTIONS = 6;

/**
 * The descriptions of all nodes of a pattern: one if they are the same, one with the values that vary if
 * they differ only in numbers, and otherwise each with its number of nodes, the most frequent first.
 */
function findDescription(typed: TypedLine, nodes: readonly HeaderNode[]): string {
  if (nodes.length === 1) return typed.description;
  const alike = new Map<string, { texts: Set<string>; nodes: number }>();
  for (const node of nodes) {
    const text = findTypedLine(node)?.description ?? '';
    const mask = maskName(text);
    const known = alike.get(mask) ?? { texts: new Set<string>(), nodes: 0 };
    alike.set(mask, known);
    known.texts.add(text);
    known.nodes += 1;
  }
  // Sorting keeps the order of appearance among equals.
  const groups = [...alike.values()].sort((a, b) => b.nodes - a.nodes);
  if (groups.length === 1) return patternOfTexts([...groups[0]!.texts]);
  const reported = groups
    .slice(0, REPORTED_DESCRIPTIONS)
    .map(
      (group) => `${patternOfTexts([...group.texts]) || 'no description'} (${count(group.nodes)} of these)`,
    );
  const rest = groups.length - reported.length;
  return `${reported.join('; ')}${rest > 0 ? `; and ${count(rest)} more descriptions` : ''}`;
}

/** `shape = (100 to 2000, 4) | dtype = float64` over all nodes of a pattern. */
function describeStorage(nodes: readonly HeaderNode[]): string {
  const datasets = nodes.flatMap(({ object }) => (object.kind === 'dataset' ? [object] : []));
  return `shape = ${shapeRange(datasets.map((dataset) => dataset.shape))} | dtype = ${formatDtypes(nodes)}`;
}

function formatDtypes(nodes: readonly HeaderNode[]): string {
  const dtypes = [
    ...new Set(nodes.flatMap(({ object }) => (object.kind === 'dataset' ? [shownDtype(object)] : []))),
  ];
  return dtypes.length <= 3 ? dtypes.join(' or ') : `${dtypes[0]} and ${dtypes.length - 1} others`;
}

function shapeRange(shapes: readonly (readonly number[] | null)[]): string {
  const known = shapes.filter((shape) => shape !== null);
  const ranks = new Set(known.map((shape) => shape.length));
  if (known.length === 0) return 'None';
  if (ranks.size > 1) return `of ${[...ranks].sort((a, b) => a - b).join(' or ')} dimensions`;
  const dimensions = known[0]!.map((_, axis) => {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (const shape of known) {
      least = Math.min(least, shape[axis]!);
      most = Math.max(most, shape[axis]!);
    }
    return least === most ? String(most) : `${least} to ${most}`;
  });
  return dimensions.length === 1 ? `(${dimensions[0]},)` : `(${dimensions.join(', ')})`;
}

function isColumn(node: FoldedNode): boolean {
  return node.type !== undefined && COLUMN_TYPES.has(node.type) && node.nodes[0]!.object.kind === 'dataset';
}

function isTable(children: readonly FoldedNode[]): boolean {
  return children.some((child) => child.type === 'ElementIdentifiers');
}

/** `sensor_1 … sensor_9`, or `5 of sensor_1 … sensor_9`; of tables that are reported as one, each name once. */
function columnName(nodes: readonly HeaderNode[]): string {
  const names = [...new Set(nodes.map((node) => node.name))];
  if (names.length === 1) return names[0]!;
  const { first, last, isWhole } = rangeOfNames(names);
  return `${isWhole ? '' : `${count(names.length)} of `}${first} … ${last}`;
}

/** ` | columns = id, spike_times (float64), … | rows = 500` */
function columnsText(columns: readonly FoldedNode[], isWithRows = true): string {
  const names = columns.map((column) => {
    const [node] = column.nodes as readonly [HeaderNode];
    const dtype = node.object.kind === 'dataset' ? shownDtype(node.object) : '';
    const isPlain = column.type === 'VectorIndex' || column.type === 'ElementIdentifiers';
    const name = columnName(column.nodes);
    return isPlain ? name : `${name} (${dtype})`;
  });
  const said = ` | columns = ${names.join(', ')}`;
  if (!isWithRows) return said;
  const ids = columns.find((column) => column.type === 'ElementIdentifiers')?.nodes ?? [];
  const rows = shapeRange(ids.map(({ object }) => (object.kind === 'dataset' ? object.shape : null)));
  return `${said} | rows = ${rows.replaceAll(/[(),]/g, '')}`;
}
