/**
 * After a sweep: the open catalog takes in the headers that were read since. The work of the function ExportTables,
 * which the state machine calls until all is in: each call ends in time and says where the next goes on.
 */
import { type ExportDependencies, exportTables } from '../header-tables/export-tables.ts';
import type { Log } from '../log.ts';
import type { ExportTablesInput, ExportTablesOutput } from './sweep-payloads.ts';

/**
 * Milliseconds after which a call takes no more files: the function has 900 s, and what is at hand is still written.
 */
export const EXPORT_MILLISECONDS = 600_000;

/** What ExportTables works with. */
export interface ExportTablesDependencies extends ExportDependencies {
  readonly log: Log;
  /** Milliseconds since any moment; in place of the process's own clock. */
  readonly elapsed?: () => number;
}

/** Adds what the tables lack, for as long as one call may. @throws StoreUnavailableError, or the reason of the signal */
export async function exportHeaderTables(
  input: ExportTablesInput,
  { log, elapsed = () => performance.now(), ...dependencies }: ExportTablesDependencies,
  signal?: AbortSignal,
): Promise<ExportTablesOutput> {
  const startedAt = elapsed();
  const { next, added, stale, partsWritten, partsRepaired } = await exportTables(dependencies, {
    signal,
    from: input.from,
    isOver: () => elapsed() - startedAt > EXPORT_MILLISECONDS,
  });
  const output: ExportTablesOutput = {
    isWhole: next === undefined,
    ...(next === undefined ? {} : { from: next }),
    added,
    stale,
    partsWritten,
  };
  log.info('header tables exported', { added, stale, partsWritten, partsRepaired, goesOnIn: next?.shard });
  return output;
}
