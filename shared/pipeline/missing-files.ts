/**
 * Distinguishes files that were unavailable during a run from those that cannot be read at all: a stored
 * summary that lacks the former can be improved without any change in the archive. Pure.
 */
import * as z from 'zod/mini';

/** Reasons independent of the file: the archive did not serve it, or the function reading it ended early. */
const TEMPORARY: ReadonlySet<string> = new Set(['unavailable', 'interrupted']);

const Missable = z.object({ coverage: z.object({ unreadable: z.array(z.object({ reason: z.string() })) }) });

/** Whether another attempt may read a file that was not read for this reason. */
export function isMissing({ reason }: { readonly reason: string }): boolean {
  return TEMPORARY.has(reason);
}

/** Number of files that were missing when the summary of this provenance was written; 0 if not recorded. */
export function countMissing(provenance: unknown): number {
  const found = z.safeParse(Missable, provenance);
  return found.success ? found.data.coverage.unreadable.filter(isMissing).length : 0;
}
