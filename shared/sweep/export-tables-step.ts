/**
 * After a sweep: adds the headers read since to the open catalog. The work of the function ExportTables,
 * which the state machine calls until all are added: each call ends in time and returns where the next continues.
 */
import { type ExportDependencies, exportTables } from '../header-tables/export-tables.ts';
import type { Log } from '../log.ts';
import type { ExportTablesInput, ExportTablesOutput } from './sweep-payloads.ts';

/**
 * Milliseconds after which a call takes no more files: the function has 900 s, and files already taken are still
 * written.
 */
export const EXPORT_MILLISECONDS = 600_000;

/** Dependencies of ExportTables. */
export interface ExportTablesDependencies extends ExportDependencies {
  readonly log: Log;
  /** A clock in milliseconds from an arbitrary origin; replaces the process's own. */
  readonly elapsed?: () => number;
}

/**
 * Adds the headers that the tables lack, within the time of one call.
 * @throws StoreUnavailableError, or the reason of the signal
 */
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
