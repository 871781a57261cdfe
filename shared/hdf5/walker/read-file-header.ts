/**
 * The walker as an engine: reads one file's header from a byte store, or throws if the walker cannot read the
 * file.
 */
import { buildHeader, orderObjects } from '../../header/build-header.ts';
import type { ReadLimits } from '../../header/header-reader.ts';
import type { NwbHeader } from '../../header/nwb-header.ts';
import type { ByteStore } from '../../source/byte-store.ts';
import { MAX_REQUESTS_AT_ONCE } from '../../source/request-pool.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { DatasetLocation } from '../format/dataset-location.ts';
import {
  decodeSuperblock,
  isSuperblock,
  SUPERBLOCK_BYTES,
  type Superblock,
  superblockOffsets,
} from '../format/superblock.ts';
import { abort } from '../format/walker-aborted.ts';
import { WalkedFile } from './file.ts';
import { type LocationOptions, readWaiting } from './read-locations.ts';
import { guessSymbolTable } from './read-members.ts';
import { type RoundShape, Rounds } from './rounds.ts';
import { checkExtension } from './superblock-extension.ts';
import { Walk, type Walked } from './walk.ts';

/**
 * Bytes of the file's start and of its end that the first round reads: the root is at the start, what was
 * written last at the end.
 */
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 64 * 1024;

/**
 * How a walk requests bytes, measured on files of old and new format with ophys, ecephys and icephys data, at
 * 25 ms per request and 80 MB/s. If hundreds of requests are queued, 16 KiB between two ranges cost less than
 * one more request; if all requests run at once, bytes count for more. Read-ahead of a chain may be a quarter
 * of what the link transfers during a request's latency; the rest of a short file may be as much as it
 * transfers during a whole round, latency and work, of 30 ms. Pages of 1 KiB keep the cache in few pieces, and
 * smaller ones save bytes.
 */
export const SHAPE: RoundShape = {
  concurrency: MAX_REQUESTS_AT_ONCE,
  vastBytes: 256 * 1024 * 1024,
  many: {
    speculativeBytes: 860 * 1024,
    least: 10 * 1024,
    most: 21 * 1024,
    pageBytes: 1024,
    gapBytes: 16 * 1024,
    joiningShares: 1.75,
    aroundLeaves: true,
    afterShare: 3 / 4,
  },
  wide: {
    speculativeBytes: 860 * 1024,
    least: 6 * 1024,
    most: 21 * 1024,
    pageBytes: 1024,
    gapBytes: 16 * 1024,
    joiningShares: 1.75,
    aroundLeaves: true,
    afterShare: 1 / 2,
  },
  few: {
    speculativeBytes: 200 * 1024,
    least: 3 * 1024,
    most: 21 * 1024,
    pageBytes: 128,
    gapBytes: 4 * 1024,
    joiningShares: 2,
    aroundLeaves: false,
    afterShare: 3 / 4,
  },
  chainBytes: 512 * 1024,
  restBytes: 2400 * 1024,
};

/** Options of a walk. */
export interface WalkOptions {
  readonly limits: ReadLimits;
  /** `performance.now()` at the start of the read. */
  readonly startedAt: number;
  readonly signal?: AbortSignal | undefined;
  /** By default the shape that was measured to be fastest. */
  readonly shape?: RoundShape | undefined;
}

/**
 * Reads the header of the file in `store`.
 * @throws WalkerAbortedError, ReadBudgetExceededError, what the source throws
 */
export async function readFileHeader(store: ByteStore, options: WalkOptions): Promise<NwbHeader> {
  const { superblock, walked } = await walkFile(store, options);
  return buildFileHeader(superblock, walked);
}

/**
 * As `readFileHeader`, and also locates the elements of each dataset, by its index in the header.
 * @throws as `readFileHeader`
 */
export async function walkLocatedHeader(
  store: ByteStore,
  options: WalkOptions & Pick<LocationOptions, 'mostChunks'>,
): Promise<{ header: NwbHeader; locations: ReadonlyMap<number, DatasetLocation> }> {
  const { superblock, walked, walk, file, rounds } = await walkFile(store, options);
  const found = await readWaiting(file, rounds, walk.datasets, {
    mostChunks: options.mostChunks,
    base: superblock.base,
  });
  const { indexOf } = orderObjects(superblock.root, walked.found);
  const locations = new Map<number, DatasetLocation>();
  for (const [address, location] of found) {
    const index = indexOf.get(address);
    if (index !== undefined) locations.set(index, location);
  }
  return { header: buildFileHeader(superblock, walked), locations };
}

function buildFileHeader({ root }: Superblock, { found, cutShort, namespaces }: Walked): NwbHeader {
  return buildHeader('hdf5', root, found, cutShort, namespaces);
}

/** A file that was walked, with what is needed to continue reading. */
interface WalkedWhole {
  readonly superblock: Superblock;
  readonly file: WalkedFile;
  readonly rounds: Rounds;
  readonly walk: Walk;
  readonly walked: Walked;
}

async function walkFile(store: ByteStore, options: WalkOptions): Promise<WalkedWhole> {
  const { limits, startedAt, signal } = options;
  const superblock = await readSuperblock(store, signal);
  const rounds = new Rounds(
    store,
    { base: superblock.base, end: Math.min(superblock.endOfFile, store.byteLength - superblock.base) },
    options.shape ?? SHAPE,
    { milliseconds: limits.milliseconds, startedAt },
    signal,
  );
  const file = new WalkedFile(rounds, superblock.sizes, superblock.extension);
  if (superblock.extension !== UNDEFINED_ADDRESS) rounds.spawn(checkExtension(file, superblock.extension));
  const cached = superblock.cached ?? guessSymbolTable(file, superblock.root);
  const walk = new Walk(file, rounds, superblock.root, cached, limits);
  return { superblock, file, rounds, walk, walked: await walk.run() };
}

async function readSuperblock(store: ByteStore, signal: AbortSignal | undefined): Promise<Superblock> {
  const { byteLength } = store;
  const head = Math.min(HEAD_BYTES, byteLength);
  const tail = Math.min(TAIL_BYTES, byteLength);
  if (store.findCached(0, Math.min(SUPERBLOCK_BYTES, byteLength)) === undefined) {
    await store.fetch(
      [
        { offset: 0, length: head },
        { offset: byteLength - tail, length: tail },
      ],
      signal,
    );
  }
  const probes = [...superblockOffsets(byteLength)].map((offset) => ({
    offset,
    length: Math.min(SUPERBLOCK_BYTES, byteLength - offset),
  }));
  // A file without a user block has its superblock in the first bytes; only one with a user block costs
  // another round.
  if (!isSuperblock(store.findCached(0, probes[0]?.length ?? 0) ?? new Uint8Array()))
    await store.fetch(probes, signal);
  for (const { offset, length } of probes) {
    const bytes = store.findCached(offset, length);
    if (bytes !== undefined && isSuperblock(bytes)) return decodeSuperblock(bytes, offset, byteLength);
  }
  return abort('no superblock');
}
