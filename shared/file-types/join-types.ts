/**
 * Joins file types whose structures are near, and says what varies among their files. Only where more than
 * a few types remain: a Dandiset of sixty types is better told as four with variations. Pure.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import type { FileType } from './file-type.ts';
import { type Patterns, similarity } from './patterns.ts';
import { extensionsOfTypes } from './type-extensions.ts';

/** Types up to which all are told as they are. */
export const FEW_TYPES = 5;
/** Types beyond which only the largest are compared: the work grows with the square of their number. */
export const MAX_COMPARED_TYPES = 300;
/** Patterns that every two types of a joined one share at least. */
const NEAR = 0.75;

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

/** A file type, possibly joined from several. */
export interface JoinedType extends FileType {
  /** What not every file has; empty where one structure holds for all. In walk order of the largest part. */
  readonly variations: readonly Variation[];
}

/**
 * Joins the near ones among `types`, largest result first. Which types are joined depends on their
 * structures alone, not on how many files each has, so that a further file of a known type changes no
 * grouping. All pairs within a joined type are near each other (complete linkage).
 */
export function joinTypes(types: readonly PatternedType[]): JoinedType[] {
  const inOrder = [...types].sort((a, b) => compareByteOrder(signatureOf(a), signatureOf(b)));
  const clusters = types.length <= FEW_TYPES ? inOrder.map((type) => [type]) : clusterByLinkage(inOrder);
  return clusters.map(joined).sort(bySize);
}

/** Largest first; among equals by the path of the representative. */
export function bySize(a: FileType, b: FileType): number {
  return b.files - a.files || compareByteOrder(a.representative.path, b.representative.path);
}

function signatureOf({ type }: PatternedType): string {
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

function joined(cluster: readonly PatternedType[]): JoinedType {
  const parts = [...cluster].sort((a, b) => bySize(a.type, b.type));
  const files = parts.reduce((total, { type }) => total + type.files, 0);
  const counts = new Map<string, number>();
  for (const { type, patterns } of parts) {
    for (const pattern of patterns) counts.set(pattern, (counts.get(pattern) ?? 0) + type.files);
  }
  const variations = [...counts].flatMap(([pattern, having]) =>
    having < files ? [{ pattern, files: having }] : [],
  );
  const extensions = extensionsOfTypes(parts.map(({ type }) => type));
  const structures = parts.flatMap(({ type }) => type.structures);
  return { files, representative: parts[0]!.type.representative, extensions, structures, variations };
}
