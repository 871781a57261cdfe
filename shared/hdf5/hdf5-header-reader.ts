/**
 * The reader of HDF5 headers that the flow uses: the walker, which plans its requests, and behind it
 * libhdf5 for the few files that the walker cannot enter.
 */
import { HeaderUnreadableError, ReadBudgetExceededError } from '../errors.ts';
import type { HeaderReader, ReadLimits, ReadReport } from '../header/header-reader.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { ByteStore } from '../source/byte-store.ts';
import { whileWaiting } from '../source/http-pool.ts';
import type { RangeSource } from '../source/range-source.ts';
import type { DatasetLocation } from './format/dataset-place.ts';
import { unreadFor, WalkerGaveUp } from './format/gave-up.ts';
import { LibHdf5Engine } from './libhdf5/engine.ts';
import { readFileHeader, SHAPE, walkLocatedHeader } from './walker/read-file-header.ts';
import { warmWalk } from './walker/warm-walk.ts';

/** Which engine reads: the walker with libhdf5 behind it ('auto'), or one alone. */
export type EngineName = 'auto' | 'walker' | 'libhdf5';

/** How the reader is set up. */
export interface Hdf5HeaderReaderOptions {
  /** 'auto' by default. */
  readonly engine?: EngineName;
  /** The libhdf5 to use; one of the reader's own by default. */
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
   * As `HeaderReader` promises. What of a file the walker cannot read is reported in the header: an object, an
   * attribute, a value. Where it cannot so much as enter, at the superblock or the root, libhdf5 has the
   * file, with the bytes that have come and little more, and the report says why; with engine 'walker' the
   * file counts as unsupported.
   * Nothing that a file holds makes the reading throw anything but the named errors.
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
        throw isOfFallback(failure, limits) ? unreadable(source.key, reason, error) : failure;
      }
    }
  }

  /**
   * As `readHeader`, by the walker alone, with where the elements of each dataset are, by its index in the header:
   * chunk indexes are read too, of datasets of no more than `mostChunks` chunks.
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
      // Throws: no other engine says where elements are.
      fallbackReason(error, 'walker', source.key);
      throw error;
    }
  }

  /** Ends the threads of libhdf5. Readings under way by it fail. */
  close(): void {
    this.#libhdf5.close();
  }
}

/**
 * What libhdf5 may cost beyond the walker. It asks for one page after the other, and a file whose root the
 * walker does not know is nearly always a damaged one: worth a look, not a download.
 */
const MOST_FALLBACK_REQUESTS = 3;
const MOST_FALLBACK_BYTES = 1024 * 1024;

/** Whether it was the fallback's own budget that ended a reading, not the caller's. */
function isOfFallback(failure: unknown, limits: ReadLimits): boolean {
  if (!(failure instanceof ReadBudgetExceededError)) return false;
  const { budget, limit } = failure;
  return (budget === 'bytes' || budget === 'requests') && limit < limits[budget];
}

function unreadable(key: string, detail: string, cause: unknown): HeaderUnreadableError {
  const reason = cause instanceof WalkerGaveUp ? cause.reason : 'damaged';
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
 * Why libhdf5 is to read the file. An error of the walker itself counts as one reason more: libhdf5 has the
 * last word on every file.
 * @throws `error` where it is one of the named errors or the caller's own; HeaderUnreadableError where no other engine may read
 */
function fallbackReason(error: unknown, engine: EngineName, key: string): string {
  const { detail } = unreadFor(error);
  if (engine === 'auto') return detail;
  const message = `${key}: the walker does not read it: ${detail}`;
  throw new HeaderUnreadableError(message, { key, reason: 'unsupported' }, { cause: error });
}
