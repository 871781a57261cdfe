/**
 * Groups the files of a version into file types by their signatures, from the compact lines that the
 * reading step returned. Pure; the prompt gets one section per type.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import type { Extension } from '../header/namespaces.ts';
import type { Signatures } from './signature.ts';
import { extensionsOfFiles, type TypeExtension } from './type-extensions.ts';

/** The facts on one read file without its header. */
export interface ReadFile {
  readonly path: string;
  readonly assetId: string;
  /** Identifies its header in the store. */
  readonly contentId: string;
  readonly signatures: Signatures;
  /** The NWB extensions with which it was written. */
  readonly extensions: readonly Extension[];
}

/** The files of one signature. */
export interface FileType {
  /** How many files. */
  readonly files: number;
  /** The file whose header represents all. */
  readonly representative: ReadFile;
  /** Of all its files, by name. */
  readonly extensions: readonly TypeExtension[];
  /** The folded signatures of its files, by which the type of a file is found. */
  readonly structures: readonly string[];
}

/** Files that the earlier system read at most, in path order. */
export const CLASSIC_FILES = 100;
/** Types that the earlier system showed at most. */
export const CLASSIC_TYPES = 5;

/**
 * File types as in the earlier system: among the first hundred files in path order, by exact
 * signature, in order of first appearance, the first five; the first file represents its type.
 */
export function groupClassic(files: readonly ReadFile[]): FileType[] {
  const groups = groupBy(inPathOrder(files).slice(0, CLASSIC_FILES), (file) => file.signatures.exact);
  return groups.slice(0, CLASSIC_TYPES).map((group) => buildType(group, group[0]!));
}

/**
 * File types of all files by folded signature, largest first, then by the path of their representative. The
 * representative is the file of median size of structure, the first by path among equals. The result does
 * not depend on the order of `files`.
 */
export function groupComplete(files: readonly ReadFile[]): FileType[] {
  return groupBy(inPathOrder(files), (file) => file.signatures.folded)
    .map((group) => buildType(group, mostTypical(group)))
    .sort((a, b) => b.files - a.files || compareByteOrder(a.representative.path, b.representative.path));
}

/** Files sorted by path in byte order, then by asset id. */
export function inPathOrder<F extends { readonly path: string; readonly assetId: string }>(
  files: readonly F[],
): F[] {
  return [...files].sort(
    (a, b) => compareByteOrder(a.path, b.path) || compareByteOrder(a.assetId, b.assetId),
  );
}

function buildType(group: readonly ReadFile[], representative: ReadFile): FileType {
  return {
    files: group.length,
    representative,
    extensions: extensionsOfFiles(group),
    structures: [...new Set(group.map((file) => file.signatures.folded))],
  };
}

/** Groups in order of first appearance. */
function groupBy(files: readonly ReadFile[], foldKeyword: (file: ReadFile) => string): ReadFile[][] {
  const groups = new Map<string, ReadFile[]>();
  for (const file of files) {
    const group = groups.get(foldKeyword(file));
    if (group === undefined) groups.set(foldKeyword(file), [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

function mostTypical(group: readonly ReadFile[]): ReadFile {
  const sizes = group.map((file) => file.signatures.typedNodes).sort((a, b) => a - b);
  const median = sizes[Math.floor((sizes.length - 1) / 2)];
  return group.find((file) => file.signatures.typedNodes === median)!;
}
