/** Which of two versions stands for a Dandiset: the order behind `latest.json` and the catalog. Pure. */

/**
 * Whether `candidate` may take the place of `current`: the newest published version stands for a Dandiset,
 * and its draft only where nothing was published. A version may always take its own place.
 */
export function mayReplace(candidate: string, current: string): boolean {
  if (current === 'draft') return true;
  // Published versions are `0.YYMMDD.HHMM`: their order as text is their order in time, to the year 2099.
  return candidate !== 'draft' && candidate >= current;
}
