/**
 * How much a run of the tests tries. `npm test` runs a part of the long loops, sampled with a fixed seed, so
 * that it stays fast; `FULL=1`, which the nightly run sets, runs all of them.
 */

/** Whether everything is tried. */
export const IS_FULL = process.env.FULL === '1';

/** The seed of every sample in `npm test`. */
const SEED = 20_261_126;

/** `npm test` runs one in this many of a long property's runs. */
const SHARE = 4;

/** Runs of a property that takes seconds: all of `full` with `FULL=1`, else a quarter, and at least ten. */
export function countRuns(full: number): number {
  return IS_FULL ? full : Math.min(full, Math.max(10, Math.ceil(full / SHARE)));
}

/** All items with `FULL=1`, else `count` of them in their order, the same ones each time. */
export function takeSample<T>(items: readonly T[], count: number): T[] {
  if (IS_FULL || items.length <= count) return [...items];
  const drawn = new Set(draw([...items.keys()], count, SEED));
  return items.filter((_, at) => drawn.has(at));
}

/**
 * `count` of the items, the same ones for one seed: a multiplicative generator (Park and Miller) is
 * sufficient for sampling.
 */
export function draw<T>(items: readonly T[], count: number, seed: number): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  let state = (seed % 2_147_483_646) + 1;
  while (drawn.length < count && rest.length > 0) {
    state = (state * 48_271) % 2_147_483_647;
    drawn.push(...rest.splice(state % rest.length, 1));
  }
  return drawn;
}
