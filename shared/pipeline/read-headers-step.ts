/**
 * The second step of a run, once per batch: reads the headers of a batch of files, stores each by its content,
 * and returns one compact line per file. One file that cannot be read never stops the others.
 */
import { mapAtMost } from '../concurrency.ts';
import { HeaderUnreadableError, ReadBudgetExceededError, StoreUnavailableError } from '../errors.ts';
import type { HeaderReader, ReadLimits, ReadReport } from '../header/header-reader.ts';
import type { Log } from '../log.ts';
import { isWorthRetry } from '../retry/failure-scope.ts';
import type { RangeSource } from '../source/range-source.ts';
import type { HeaderStore } from '../store/header-store.ts';
import { readZarrHeader } from '../zarr/zarr-header-reader.ts';
import type { ZarrStore } from '../zarr/zarr-store.ts';
import { buildDigest, type HeaderDigest } from './header-digest.ts';
import type { FileOutcome, FileOutline, FileToRead, ReadHeadersInput } from './run-payloads.ts';

/** Dependencies of ReadHeaders. */
export interface ReadHeadersDependencies {
  /** Opens a blob's bytes; `size` is the archive's value, a hint. */
  readonly openBlob: (blobId: string, size: number, signal?: AbortSignal) => Promise<RangeSource>;
  /** The URL at which a Zarr's objects are read. */
  readonly openZarr: (zarrId: string) => ZarrStore;
  readonly reader: HeaderReader;
  readonly headers: HeaderStore<HeaderDigest>;
  readonly limits: ReadLimits;
  /** Files read concurrently. */
  readonly concurrency: number;
  readonly log: Log;
}

const FREE = { requests: 0, bytes: 0, rounds: 0 };

/**
 * One line for each file of the batch, in its order. Headers that were read are stored even if another
 * file's archive or store failed, so that the next attempt reads only what is missing.
 * @throws ArchiveUnavailableError, AssetChangedError, StoreUnavailableError for the first file that is worth
 * another attempt; on the last one such a file is recorded as `unavailable` instead, except for errors of the store
 */
export async function readHeaders(
  input: ReadHeadersInput,
  dependencies: ReadHeadersDependencies,
  signal?: AbortSignal,
): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = new Array(input.Items.length);
  const errors: unknown[] = [];
  await mapAtMost(dependencies.concurrency, input.Items, async (file, at) => {
    try {
      outcomes[at] = await readFile(file, dependencies, signal);
    } catch (error) {
      signal?.throwIfAborted();
      const recorded = recordedError(file, error, input.lastAttempt);
      if (recorded === undefined) errors.push(error);
      else outcomes[at] = recorded;
    }
  });
  if (errors.length > 0) throw errors[0];
  logBatch(outcomes, dependencies.log);
  return outcomes;
}

async function readFile(
  file: FileToRead,
  dependencies: ReadHeadersDependencies,
  signal?: AbortSignal,
): Promise<FileOutcome> {
  const known = await dependencies.headers.findDigest(file.contentId, buildDigest);
  if (known !== undefined) {
    dependencies.log.measure('FilesKept', 1);
    return buildOutcome(file, known, 'cache', FREE);
  }
  const { header, report } = await readHeader(file, dependencies, signal);
  const digest = buildDigest(header);
  await dependencies.headers.put(file.contentId, header, digest);
  logFile(file, report, dependencies.log);
  const { requests, bytes, rounds } = report;
  return buildOutcome(file, digest, report.engine, { requests, bytes, rounds });
}

async function readHeader(
  file: FileToRead,
  { openZarr, openBlob, reader, limits }: ReadHeadersDependencies,
  signal: AbortSignal | undefined,
): ReturnType<HeaderReader['readHeader']> {
  if (file.zarrId !== undefined) return await readZarrHeader(openZarr(file.zarrId), limits, signal);
  return await reader.readHeader(await openBlob(file.contentId, file.size, signal), limits, signal);
}

function buildOutcome(
  { path, assetId, contentId }: FileToRead,
  { signatures, extensions, cutShort }: FileOutline,
  from: string,
  cost: typeof FREE,
): FileOutcome {
  const digest = { signatures, extensions, cutShort };
  return { status: 'read', path, assetId, contentId, digest, from, cost };
}

/** The line of a file that cannot be read, or undefined if another attempt follows. */
function recordedError(
  { path, assetId }: FileToRead,
  error: unknown,
  isLastAttempt: boolean,
): FileOutcome | undefined {
  const line = (reason: string): FileOutcome => ({
    status: 'unreadable',
    path,
    assetId,
    reason,
    detail: (error as Error).message,
  });
  if (error instanceof HeaderUnreadableError) return line(error.reason);
  if (error instanceof ReadBudgetExceededError) return line(`over-budget-${error.budget}`);
  // Nothing can be stored without the store: its errors fail the batch, on the last attempt too.
  if (error instanceof StoreUnavailableError) return undefined;
  if (isWorthRetry(error)) return isLastAttempt ? line('unavailable') : undefined;
  // An unexpected error is a defect of ours; it is reported with the file, and does not affect other files.
  return line('unexpected-fault');
}

function logFile(file: FileToRead, report: ReadReport, log: Log): void {
  log.info('header read', {
    path: file.path,
    engine: report.engine,
    fallback: report.fallback,
    requests: report.requests,
    bytes: report.bytes,
    rounds: report.rounds,
    objects: report.objects,
    waitingMs: report.waitingMs,
    computingMs: report.computingMs,
  });
  log.measure('FilesRead', 1);
  log.measure('BytesRead', report.bytes);
  log.measure('ReadRequests', report.requests);
  log.measure('ReadRounds', report.rounds);
}

function logBatch(outcomes: readonly FileOutcome[], log: Log): void {
  const unreadable = outcomes.filter((outcome) => outcome.status === 'unreadable');
  for (const { path, reason } of unreadable) log.warn('header unreadable', { path, reason });
  if (unreadable.length > 0) log.measure('FilesUnreadable', unreadable.length);
  log.info('batch read', { files: outcomes.length, unreadable: unreadable.length });
}
