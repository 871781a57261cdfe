/**
 * The reader of HDF5 headers that the flow uses: the walker, which plans its requests, with libhdf5 as the
 * fallback for the few files that the walker cannot open.
 */
import { HeaderUnreadableError, ReadBudgetExceededError } from '../errors.ts';
import type { HeaderReader, ReadLimits, ReadReport } from '../header/header-reader.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { ByteStore } from '../source/byte-store.ts';
import { whileWaiting } from '../source/http-pool.ts';
import type { RangeSource } from '../source/range-source.ts';
import type { DatasetLocation } from './format/dataset-location.ts';
import { unreadFor, WalkerAbortedError } from './format/walker-aborted.ts';
import { LibHdf5Engine } from './libhdf5/engine.ts';
import { readFileHeader, SHAPE, walkLocatedHeader } from './walker/read-file-header.ts';
import { warmWalk } from './walker/warm-walk.ts';

/** Which engine reads: the walker with libhdf5 as its fallback ('auto'), or only one of them. */
export type EngineName = 'auto' | 'walker' | 'libhdf5';

/** Options of the reader. */
export interface Hdf5HeaderReaderOptions {
  /** 'auto' by default. */
  readonly engine?: EngineName;
  /** The libhdf5 to use; the reader creates one by default. */
  readonly libhdf5?: LibHdf5Engine;
}

/** Reads HDF5 headers. */
export class Hdf5HeaderReader implements HeaderReader {
  readonly #engine: EngineName;
  readonly #libhdf5: LibHdf5Engine;

  constructor(options: Hdf5HeaderReaderOptions = {}) {
    this.#engine = options.engine ?? 'auto';
    this.#libhdf5 = options.libhdf5 ?? new LibHdf5Engine();
    if (this.#engine !== 'libhdf5') whileWaiting(warmWalk);
  }

  /**
   * As `HeaderReader` specifies. What the walker cannot read in a file is reported in the header: an object,
   * an attribute or a value. If the walker fails at the superblock or the root, libhdf5 reads the file, with
   * the bytes read so far and a small separate budget, and the report says why; with engine 'walker' the
   * file counts as unsupported. No content of a file makes this throw anything but the named errors.
   */
  async readHeader(
    source: RangeSource,
    limits: ReadLimits,
    signal?: AbortSignal,
  ): Promise<{ header: NwbHeader; report: ReadReport }> {
    if (this.#engine === 'libhdf5') return this.#libhdf5.readHeader(source, limits, signal);
    const startedAt = performance.now();
    const store = new ByteStore(source, { ...SHAPE, pageBytes: 1, gapBytes: 0, limits });
    try {
      const header = await readFileHeader(store, { limits, startedAt, signal });
      return { header, report: buildReport(store, header, startedAt) };
    } catch (error) {
      const reason = fallbackReason(error, this.#engine, source.key);
      const elapsed = performance.now() - startedAt;
      const spent = store.report();
      const left = {
        ...limits,
        bytes: Math.min(limits.bytes, spent.bytes + MOST_FALLBACK_BYTES),
        requests: Math.min(limits.requests, spent.requests + MOST_FALLBACK_REQUESTS),
        milliseconds: Math.max(1, limits.milliseconds - elapsed),
      };
      const walkedMs = elapsed - spent.waitingMs;
      try {
        const { header, report } = await this.#libhdf5.readHeader(source, left, signal, store);
        const computingMs = report.computingMs + walkedMs;
        return { header, report: { ...report, computingMs, fallback: reason } };
      } catch (failure) {
        throw isFallbackBudget(failure, limits) ? unreadable(source.key, reason, error) : failure;
      }
    }
  }

  /**
   * Reads the header as `readHeader` does, with the walker alone, and also where the elements of each dataset
   * are, by the dataset's index in the header. Chunk indexes are read for datasets of at most `mostChunks`
   * chunks.
   * @throws HeaderUnreadableError, ReadBudgetExceededError, what the source throws
   */
  async readLocatedHeader(
    source: RangeSource,
    limits: ReadLimits,
    mostChunks: number,
    signal?: AbortSignal,
  ): Promise<{ header: NwbHeader; locations: ReadonlyMap<number, DatasetLocation>; report: ReadReport }> {
    const startedAt = performance.now();
    const store = new ByteStore(source, { ...SHAPE, pageBytes: 1, gapBytes: 0, limits });
    try {
      const { header, locations } = await walkLocatedHeader(store, { limits, startedAt, signal, mostChunks });
      return { header, locations, report: buildReport(store, header, startedAt) };
    } catch (error) {
      // This always throws: no other engine reports where elements are.
      fallbackReason(error, 'walker', source.key);
      throw error;
    }
  }

  /** Ends the libhdf5 threads. Reads that they have not finished fail. */
  close(): void {
    this.#libhdf5.close();
  }
}

/**
 * What libhdf5 may read beyond the walker's share. It requests one page after another, and a file whose root
 * the walker cannot read is nearly always damaged: it is worth a few requests, but not a download.
 */
const MOST_FALLBACK_REQUESTS = 3;
const MOST_FALLBACK_BYTES = 1024 * 1024;

/** Whether the fallback's own budget ended a read, not the caller's. */
function isFallbackBudget(failure: unknown, limits: ReadLimits): boolean {
  if (!(failure instanceof ReadBudgetExceededError)) return false;
  const { budget, limit } = failure;
  return (budget === 'bytes' || budget === 'requests') && limit < limits[budget];
}

function unreadable(key: string, detail: string, cause: unknown): HeaderUnreadableError {
  const reason = cause instanceof WalkerAbortedError ? cause.reason : 'damaged';
  return new HeaderUnreadableError(
    `${key}: the walker does not read it: ${detail}`,
    { key, reason },
    { cause },
  );
}

function buildReport(store: ByteStore, header: NwbHeader, startedAt: number): ReadReport {
  const { requests, bytes, rounds, waitingMs } = store.report();
  const computingMs = Math.max(0, performance.now() - startedAt - waitingMs);
  return {
    engine: 'walker',
    requests,
    bytes,
    rounds,
    objects: header.objects.length,
    waitingMs,
    computingMs,
  };
}

/**
 * The reason why libhdf5 reads the file. An internal error of the walker is a reason too: libhdf5 decides
 * last on every file.
 * @throws `error` where it is one of the named errors or the caller's own; HeaderUnreadableError where no
 * other engine is allowed
 */
function fallbackReason(error: unknown, engine: EngineName, key: string): string {
  const { detail } = unreadFor(error);
  if (engine === 'auto') return detail;
  const message = `${key}: the walker does not read it: ${detail}`;
  throw new HeaderUnreadableError(message, { key, reason: 'unsupported' }, { cause: error });
}
