/**
 * The interface between the flow and the engines that read headers: one type, the limits of a reading,
 * and the report of its cost. The HDF5 engines implement it; the Zarr reader has the same limits and report.
 */

import type { RangeSource } from '../source/range-source.ts';
import type { NwbHeader } from './nwb-header.ts';

/**
 * The budgets of one header. Past `objects` or `depth` the header comes back cut short; past the others the reading
 * ends with ReadBudgetExceededError unless the engine can give a partial header.
 */
export interface ReadLimits {
  /** Bytes fetched. */
  readonly bytes: number;
  /** Range requests. */
  readonly requests: number;
  /** Groups, datasets and committed types. */
  readonly objects: number;
  /** Groups from the root down. */
  readonly depth: number;
  /** Wall-clock time. */
  readonly milliseconds: number;
  /** Bytes of one attribute's or dataset's value as stored; larger ones are left unread as 'too-large'. */
  readonly valueBytes: number;
}

/** The cost of reading one header. */
export interface ReadReport {
  readonly engine: 'walker' | 'libhdf5' | 'zarr';
  /** Why the first engine rejected the file, if a second one read it. */
  readonly fallback?: string;
  readonly requests: number;
  readonly bytes: number;
  /**
   * Requests that had to wait for the response of an earlier one: the depth of the chain, with those sent together
   * counted once.
   */
  readonly rounds: number;
  readonly objects: number;
  /** Milliseconds with at least one request in flight. */
  readonly waitingMs: number;
  /** All other milliseconds of the reading. */
  readonly computingMs: number;
}

export interface HeaderReader {
  /**
   * The header of one file. The values of datasets are read where `header/value-scope.ts` says so (direct
   * members of `/`, all under `/general`, typed scalar strings anywhere, and the few that give a series' extent) and
   * they fit `limits.valueBytes`; `/specifications` is listed as skipped, and of its contents only the namespaces and
   * their versions are named; external links are named, not followed.
   * @throws HeaderUnreadableError, ReadBudgetExceededError, ArchiveUnavailableError, AssetChangedError
   */
  readHeader(
    source: RangeSource,
    limits: ReadLimits,
    signal?: AbortSignal,
  ): Promise<{ header: NwbHeader; report: ReadReport }>;
}
