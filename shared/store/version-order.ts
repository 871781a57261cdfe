/** Chooses a Dandiset's default version of two: the order behind `latest.json` and the catalog. Pure. */

/**
 * Whether `candidate` may replace `current`: the newest published version is a Dandiset's default,
 * and its draft only if nothing was published. A version may always replace itself.
 */
export function mayReplace(candidate: string, current: string): boolean {
  if (current === 'draft') return true;
  // Published versions are `0.YYMMDD.HHMM`: their order as text is their order in time, until 2099.
  return candidate !== 'draft' && candidate >= current;
}
