/**
 * Joins file types with similar structures, and reports the variations among their files. Only if more than
 * a few types remain: a Dandiset of sixty types is better reported as four with variations. Pure.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import { COLUMN_TYPES } from '../vocabulary/neurodata-types.ts';
import type { FileType, ReadFile } from './file-type.ts';
import { type Patterns, similarity } from './patterns.ts';
import { extensionsOfTypes } from './type-extensions.ts';

/** Number of types up to which all are reported unchanged. */
export const FEW_TYPES = 5;
/** Number of types that are compared at most, the largest first: the work grows with its square. */
export const MAX_COMPARED_TYPES = 300;
/** Minimum similarity of every two types in a joined one: shared patterns as a fraction of all patterns of both. */
export const NEAR = 0.75;

/** A file type with the patterns of its structure. */
export interface PatternedType {
  readonly type: FileType;
  readonly patterns: Patterns;
}

/** Patterns that some files of a joined type have and others lack. */
export interface Variation {
  readonly pattern: string;
  /** How many of the type's files have it. */
  readonly files: number;
}

/** One of the file types that a joined type was made of. */
export interface TypePart {
  readonly files: number;
  /** The file whose header represents those of the part. */
  readonly representative: ReadFile;
  /** The patterns of the part that not every file of the joined type has, in walk order. */
  readonly has: readonly string[];
}

/** A neurodata type, columns of tables apart, that some files of a joined type have and others lack. */
export interface PartialNeurodataType {
  readonly name: string;
  /** How many of the type's files have an object of it. */
  readonly files: number;
}

/** A file type, possibly joined from several. */
export interface JoinedType extends FileType {
  /** Patterns that not every file has; empty if all have one structure. In walk order of the largest part. */
  readonly variations: readonly Variation[];
  /** The types that were joined, largest first; absent if there is only one. */
  readonly parts?: readonly TypePart[];
  /** Most files first, then by name; absent where every file has the same neurodata types. */
  readonly partialTypes?: readonly PartialNeurodataType[];
}

/**
 * Joins similar types, largest result first. Which types are joined depends only on their
 * structures, not on their numbers of files, so that a further file of a known type changes no
 * grouping. All pairs within a joined type are similar (complete linkage).
 */
export function joinTypes(types: readonly PatternedType[]): JoinedType[] {
  const inOrder = [...types].sort((a, b) => compareByteOrder(buildSignature(a), buildSignature(b)));
  const clusters = types.length <= FEW_TYPES ? inOrder.map((type) => [type]) : clusterByLinkage(inOrder);
  return clusters.map(joinCluster).sort(bySize);
}

/** Largest first; among equals by the path of the representative. */
export function bySize(a: FileType, b: FileType): number {
  return b.files - a.files || compareByteOrder(a.representative.path, b.representative.path);
}

function buildSignature({ type }: PatternedType): string {
  return type.representative.signatures.folded;
}

function clusterByLinkage(types: readonly PatternedType[]): PatternedType[][] {
  const clusters: (PatternedType[] | undefined)[] = types.map((type) => [type]);
  const near = types.map((a) => Float64Array.from(types, (b) => similarity(a.patterns, b.patterns)));
  for (;;) {
    const pair = nearestPair(clusters, near);
    if (pair === undefined) return clusters.filter((cluster) => cluster !== undefined);
    const [into, from] = pair;
    clusters[into]!.push(...clusters[from]!);
    clusters[from] = undefined;
    for (let other = 0; other < types.length; other += 1) {
      const least = Math.min(near[into]![other]!, near[from]![other]!);
      near[into]![other] = least;
      near[other]![into] = least;
    }
  }
}

function nearestPair(
  clusters: readonly (readonly PatternedType[] | undefined)[],
  near: readonly Float64Array[],
): [number, number] | undefined {
  let best = NEAR;
  let pair: [number, number] | undefined;
  for (let a = 0; a < clusters.length; a += 1) {
    if (clusters[a] === undefined) continue;
    for (let b = a + 1; b < clusters.length; b += 1) {
      if (clusters[b] === undefined || near[a]![b]! < best || (pair !== undefined && near[a]![b] === best))
        continue;
      best = near[a]![b]!;
      pair = [a, b];
    }
  }
  return pair;
}

function joinCluster(cluster: readonly PatternedType[]): JoinedType {
  const parts = [...cluster].sort((a, b) => bySize(a.type, b.type));
  const files = parts.reduce((total, { type }) => total + type.files, 0);
  const counts = countFiles(parts, ({ patterns }) => patterns);
  const variations = [...counts].flatMap(([pattern, having]) =>
    having < files ? [{ pattern, files: having }] : [],
  );
  const varying = new Set(variations.map(({ pattern }) => pattern));
  const extensions = extensionsOfTypes(parts.map(({ type }) => type));
  const structures = parts.flatMap(({ type }) => type.structures);
  const { representative } = parts[0]!.type;
  const whole = { files, representative, extensions, structures, variations };
  if (parts.length === 1) return whole;
  const partialTypes = [...countFiles(parts, neurodataTypes)]
    .map(([name, having]) => ({ name, files: having }))
    .filter((each) => each.files < files)
    .sort((a, b) => b.files - a.files || compareByteOrder(a.name, b.name));
  return {
    ...whole,
    parts: parts.map(({ type, patterns }) => ({
      files: type.files,
      representative: type.representative,
      has: [...patterns].filter((pattern) => varying.has(pattern)),
    })),
    ...(partialTypes.length === 0 ? {} : { partialTypes }),
  };
}

/** Number of files for each value that `of` returns for a part, in order of first appearance. */
function countFiles(
  parts: readonly PatternedType[],
  of: (part: PatternedType) => ReadonlySet<string>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const part of parts) {
    for (const each of of(part)) counts.set(each, (counts.get(each) ?? 0) + part.type.files);
  }
  return counts;
}

/** The types in the parentheses at the end of its patterns, without columns and kinds of series' data. */
function neurodataTypes({ patterns }: PatternedType): ReadonlySet<string> {
  const types = [...patterns].map((pattern) => pattern.slice(pattern.lastIndexOf(' (') + 2, -1));
  return new Set(types.filter((type) => !type.includes(' × ') && !COLUMN_TYPES.has(type)));
}
