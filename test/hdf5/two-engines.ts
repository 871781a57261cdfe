/** For tests of the walker: both engines on the same bytes. */

import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { LibHdf5Engine } from '../../shared/hdf5/libhdf5/engine.ts';
import type { ReadLimits, ReadReport } from '../../shared/header/header-reader.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { CountingSource } from '../source/counting-source.ts';

/** Limits that no file of the tests comes near. */
export const ampleLimits: ReadLimits = {
  bytes: 1e9,
  requests: 100_000,
  objects: 1_000_000,
  depth: 10_000,
  milliseconds: 120_000,
  valueBytes: 2 ** 20,
};

/**
 * How long the library may be silent before its thread counts as hung: on a loaded machine it takes seconds
 * to start.
 */
export const PATIENT = { stallMilliseconds: 60_000 };

/** Both engines, and the reader that uses one as the fallback of the other. */
export class TwoEngines {
  readonly libhdf5 = new LibHdf5Engine(PATIENT);
  readonly reader = new Hdf5HeaderReader({ libhdf5: this.libhdf5 });
  readonly walker = new Hdf5HeaderReader({ engine: 'walker', libhdf5: this.libhdf5 });

  /**
   * Reads with the walker alone.
   * @throws HeaderUnreadableError 'unsupported' where it cannot read the file
   */
  async byWalker(
    bytes: Uint8Array,
    limits: Partial<ReadLimits> = {},
  ): Promise<{ header: NwbHeader; report: ReadReport; source: CountingSource }> {
    const source = new CountingSource(bytes);
    return { ...(await this.walker.readHeader(source, { ...ampleLimits, ...limits })), source };
  }

  async byLibhdf5(bytes: Uint8Array, limits: Partial<ReadLimits> = {}): Promise<NwbHeader> {
    return (await this.libhdf5.readHeader(new CountingSource(bytes), { ...ampleLimits, ...limits })).header;
  }

  close(): void {
    this.libhdf5.close();
  }
}
