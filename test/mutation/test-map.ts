/** Finds the tests that load a source file, and the number of imports between: the nearest are run first. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A relative import or export of a TypeScript module. */
const IMPORT = /(?:from|import\(?)\s*'(\.{1,2}\/[^']+\.ts)'/g;

/** A test, and the number of imports between it and the source. */
export interface NearTest {
  readonly test: string;
  readonly distance: number;
}

/**
 * For each source the tests under `folders` that load it, by paths from `root`, nearest first and then by
 * name.
 */
export function buildTestMap(root: string, folders: readonly string[]): ReadonlyMap<string, NearTest[]> {
  const imports = new Map<string, readonly string[]>();
  const near = new Map<string, NearTest[]>();
  const tests = folders.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root })).sort();
  for (const test of tests) {
    for (const [source, distance] of measureDistances(root, test, imports)) {
      if (source === test) continue;
      near.set(source, [...(near.get(source) ?? []), { test, distance }]);
    }
  }
  for (const found of near.values()) found.sort((one, other) => one.distance - other.distance);
  return near;
}

/** All modules that `start` loads, breadth first. */
function measureDistances(
  root: string,
  start: string,
  imports: Map<string, readonly string[]>,
): Map<string, number> {
  const distances = new Map([[start, 0]]);
  // A Map is iterated in the order of its entries, including those added during the iteration.
  for (const [path, distance] of distances) {
    for (const next of findImports(root, path, imports))
      if (!distances.has(next)) distances.set(next, distance + 1);
  }
  return distances;
}

function findImports(root: string, path: string, known: Map<string, readonly string[]>): readonly string[] {
  const found = known.get(path);
  if (found !== undefined) return found;
  const source = readFileSync(join(root, path), 'utf8');
  // A comment or a text may contain what looks like an import.
  const paths = [...source.matchAll(IMPORT)]
    .map(([, to]) => normalize(join(dirname(path), to!)))
    .filter((each) => existsSync(join(root, each)));
  known.set(path, paths);
  return paths;
}
