/**
 * The extensions of all files of a type: files of one structure may have been written with different versions
 * of an extension. Pure; built from the files' digests, so that no header is needed.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import type { Extension } from '../header/namespaces.ts';

/** One extension over the files of a type. */
export interface TypeExtension {
  /** The namespace, such as `ndx-pose`. */
  readonly name: string;
  /** Every version whose schemas are in a file, ascending. */
  readonly versions: readonly string[];
  /** Files with an object of one of its types; 0 if the files only contain its schemas. */
  readonly files: number;
}

/** The extensions of some files, by name. Does not depend on the order of the files. */
export function extensionsOfFiles(
  files: readonly { readonly extensions: readonly Extension[] }[],
): TypeExtension[] {
  return mergeExtensions(
    files.flatMap(({ extensions }) =>
      extensions.map(({ name, versions, isUsed }) => ({ name, versions, files: isUsed ? 1 : 0 })),
    ),
  );
}

/** The extensions of types that were joined, by name. */
export function extensionsOfTypes(
  types: readonly { readonly extensions: readonly TypeExtension[] }[],
): TypeExtension[] {
  return mergeExtensions(types.flatMap(({ extensions }) => extensions));
}

function mergeExtensions(parts: readonly TypeExtension[]): TypeExtension[] {
  const byName = new Map<string, { versions: Set<string>; files: number }>();
  for (const { name, versions, files } of parts) {
    const all = byName.get(name) ?? { versions: new Set<string>(), files: 0 };
    byName.set(name, all);
    for (const version of versions) all.versions.add(version);
    all.files += files;
  }
  return [...byName]
    .map(([name, { versions, files }]) => ({ name, versions: [...versions].sort(compareVersions), files }))
    .sort((a, b) => compareByteOrder(a.name, b.name));
}

/** `0.9.0` before `0.10.0`: parts of digits by value, all others by bytes. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [one, other] = [left[at]!, right[at]!];
    const areNumbers = /^\d+$/.test(one) && /^\d+$/.test(other);
    const order = areNumbers ? Number(one) - Number(other) : compareByteOrder(one, other);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareByteOrder(a, b);
}
