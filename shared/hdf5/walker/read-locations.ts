/**
 * After a walk: locates the elements of its datasets; each chunk index that is short enough is read. The
 * indexes of all datasets are read in the same rounds.
 */

import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { DatasetLocation } from '../format/dataset-location.ts';
import { unreadFor } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import { readChunkIndex } from './read-chunks.ts';
import type { OpenDataset } from './read-dataset.ts';
import type { StoredDataset } from './read-values.ts';
import type { Rounds } from './rounds.ts';

/** Options of locating elements. */
export interface LocationOptions {
  /** The index of a dataset is read if it has at most this many chunks. */
  readonly mostChunks: number;
  /** The origin of addresses: the superblock's position in the file. */
  readonly base: number;
}

/** The location of each dataset's elements, by the dataset's address. @throws what the rounds throw */
export async function readWaiting(
  file: WalkedFile,
  rounds: Rounds,
  datasets: ReadonlyMap<number, OpenDataset>,
  options: LocationOptions,
): Promise<ReadonlyMap<number, DatasetLocation>> {
  const locations = new Map<number, DatasetLocation>();
  for (const [address, { stored }] of datasets) {
    const read = async (): Promise<void> => {
      try {
        locations.set(address, await readLocation(file, stored, options));
      } catch (error) {
        locations.set(address, { kind: 'unlisted', detail: unreadFor(error).detail });
      }
    };
    rounds.spawn(read());
  }
  await rounds.run();
  return locations;
}

async function readLocation(
  file: WalkedFile,
  dataset: StoredDataset,
  options: LocationOptions,
): Promise<DatasetLocation> {
  const { layout, space, type, fill, filters } = dataset;
  if (dataset.external) return { kind: 'unlisted', detail: 'its elements are in other files' };
  if (space.count === 0) return { kind: 'empty', fill };
  switch (layout.class) {
    case 'virtual':
      return { kind: 'unlisted', detail: 'its elements are in other datasets' };
    case 'compact':
      return { kind: 'inline', bytes: layout.data };
    case 'contiguous':
      if (layout.address === UNDEFINED_ADDRESS) return { kind: 'empty', fill };
      return { kind: 'contiguous', offset: options.base + layout.address, bytes: space.count * type.size };
    case 'chunked': {
      if (layout.address === UNDEFINED_ADDRESS) return { kind: 'empty', fill };
      const shape = space.shape!;
      const count = shape.reduce(
        (product, length, axis) => product * Math.ceil(length / layout.chunks[axis]!),
        1,
      );
      if (count > options.mostChunks) {
        return { kind: 'unlisted', detail: `its ${count} chunks are more than ${options.mostChunks}` };
      }
      const chunkBytes = layout.chunks.reduce((product, length) => product * length, type.size);
      const found = await readChunkIndex(file, layout, space, chunkBytes, filters.length > 0);
      const inside = found.filter(({ offsets }) => offsets.every((offset, axis) => offset < shape[axis]!));
      if (layout.edgesUnfiltered && filters.length > 0)
        return { kind: 'unlisted', detail: 'the chunks at its edge are stored without its filters' };
      if (inside.some(({ filterMask }) => filterMask !== 0))
        return { kind: 'unlisted', detail: 'a chunk of it is stored without some of its filters' };
      const chunks = inside.map(({ address, bytes, offsets }) => ({
        index: offsets.map((offset, axis) => Math.floor(offset / layout.chunks[axis]!)),
        offset: options.base + address,
        bytes,
      }));
      return { kind: 'chunked', filters, chunks, fill };
    }
  }
}
