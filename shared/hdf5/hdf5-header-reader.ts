/**
 * The reader of HDF5 headers that the flow uses: the walker, which plans its requests, and behind it
 * libhdf5 for every file that the walker hands on.
 */
import { HeaderUnreadableError } from '../errors.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { ByteStore } from '../source/byte-store.ts';
import type { RangeSource } from '../source/range-source.ts';
import type { HeaderReader, ReadLimits, ReadReport } from './header-reader.ts';
import { LibHdf5Engine } from './libhdf5/engine.ts';
import { WalkerGaveUp } from './walker/gave-up.ts';
import { SHAPE, walkHeader } from './walker/walk-header.ts';

/** Which engine reads: the walker with libhdf5 behind it ('auto'), or one alone. */
export type EngineName = 'auto' | 'walker' | 'libhdf5';

/** How the reader is set up. */
export interface Hdf5HeaderReaderOptions {
  /** 'auto' unless told. */
  readonly engine?: EngineName;
  /** The libhdf5 to use; one of the reader's own unless told. */
  readonly libhdf5?: LibHdf5Engine;
}

/** Reads HDF5 headers. */
export class Hdf5HeaderReader implements HeaderReader {
  readonly #engine: EngineName;
  readonly #libhdf5: LibHdf5Engine;

  constructor(options: Hdf5HeaderReaderOptions = {}) {
    this.#engine = options.engine ?? 'auto';
    this.#libhdf5 = options.libhdf5 ?? new LibHdf5Engine();
  }

  /**
   * As `HeaderReader` promises. Where the walker gives a file up, libhdf5 reads it with the bytes that the
   * walker's plan has brought, and the report says why; with engine 'walker' the file counts as unsupported.
   * Nothing that a file holds makes the reading throw anything but the named errors.
   */
  async readHeader(
    source: RangeSource,
    limits: ReadLimits,
    signal?: AbortSignal,
  ): Promise<{ header: NwbHeader; report: ReadReport }> {
    if (this.#engine === 'libhdf5') return this.#libhdf5.readHeader(source, limits, signal);
    const startedAt = performance.now();
    const store = new ByteStore(source, { ...SHAPE, gapBytes: 0, limits });
    try {
      const header = await walkHeader(store, { limits, startedAt, signal });
      return { header, report: reportOf(store, header, startedAt) };
    } catch (error) {
      const reason = fallbackReason(error, this.#engine, source.key);
      const elapsed = performance.now() - startedAt;
      const left = { ...limits, milliseconds: Math.max(1, limits.milliseconds - elapsed) };
      const walkedMs = elapsed - store.report().waitingMs;
      const { header, report } = await this.#libhdf5.readHeader(source, left, signal, store);
      return {
        header,
        report: { ...report, computingMs: report.computingMs + walkedMs, fallback: reason },
      };
    }
  }

  /** Ends the threads of libhdf5. Readings under way by it fail. */
  close(): void {
    this.#libhdf5.close();
  }
}

function reportOf(store: ByteStore, header: NwbHeader, startedAt: number): ReadReport {
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
 * Why libhdf5 is to read the file. A fault of the walker itself counts as one reason more: libhdf5 has the
 * last word on every file.
 * @throws `error` where it is one of the named errors or the caller's own; HeaderUnreadableError where no other engine may read
 */
function fallbackReason(error: unknown, engine: EngineName, key: string): string {
  const isFault = error instanceof RangeError || error instanceof TypeError;
  if (!(error instanceof WalkerGaveUp) && !isFault) throw error;
  const reason = isFault ? `a fault of the walker: ${error.message}` : error.message;
  if (engine === 'auto') return reason;
  throw new HeaderUnreadableError(
    `${key}: the walker does not read it: ${reason}`,
    { key, reason: 'unsupported' },
    { cause: error },
  );
}
