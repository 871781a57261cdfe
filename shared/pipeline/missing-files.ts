/**
 * Files that a run could not have just then, as against those that cannot be read at all: what makes a stored
 * summary one that may be bettered without any change in the archive. Pure.
 */
import * as z from 'zod/mini';

/** Reasons that say nothing of the file: the archive did not give it, or the function that was to read it ended early. */
const TEMPORARY: ReadonlySet<string> = new Set(['unavailable', 'interrupted']);

const Missable = z.object({ coverage: z.object({ unreadable: z.array(z.object({ reason: z.string() })) }) });

/** Whether another attempt may read a file that was not read for this reason. */
export function isMissing({ reason }: { readonly reason: string }): boolean {
  return TEMPORARY.has(reason);
}

/** Files that were missing when the summary of this provenance was made; 0 where it does not say. */
export function countMissing(provenance: unknown): number {
  const found = z.safeParse(Missable, provenance);
  return found.success ? found.data.coverage.unreadable.filter(isMissing).length : 0;
}
