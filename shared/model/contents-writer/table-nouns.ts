/** What the rows of a table are, by its type and name. Pure. */

import type { TableContent } from '../../facts/contents.ts';
import { findOwn } from '../../own-entry.ts';

const BY_TYPE: Readonly<Record<string, readonly [one: string, many: string]>> = {
  Units: ['unit', 'units'],
  PlaneSegmentation: ['region of interest', 'regions of interest'],
  OptogeneticEpochsTable: ['epoch', 'epochs'],
};

/** `trial` and `trials` of a table of trials; `interval` of other intervals; `row` of the rest. */
export function findTypeNouns({ type, pattern }: TableContent): readonly [one: string, many: string] {
  const known = findOwn(BY_TYPE, type);
  if (known !== undefined) return known;
  if (type !== 'TimeIntervals') return ['row', 'rows'];
  if (/trials$/.test(pattern)) return ['trial', 'trials'];
  return /epochs$/.test(pattern) ? ['epoch', 'epochs'] : ['interval', 'intervals'];
}
