/**
 * The walker as an engine: one file's header out of a byte store, or word that the file is not for it.
 */
import { buildHeader, orderObjects } from '../../header/build-header.ts';
import type { ReadLimits } from '../../header/header-reader.ts';
import type { NwbHeader } from '../../header/nwb-header.ts';
import type { ByteStore } from '../../source/byte-store.ts';
import { UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { DatasetLocation } from '../format/dataset-place.ts';
import { abort } from '../format/gave-up.ts';
import {
  decodeSuperblock,
  isSuperblock,
  SUPERBLOCK_BYTES,
  type Superblock,
  superblockOffsets,
} from '../format/superblock.ts';
import { WalkedFile } from './file.ts';
import { guessSymbolTable } from './read-members.ts';
import { type LocationOptions, readWaiting } from './read-places.ts';
import { type RoundShape, Rounds } from './rounds.ts';
import { checkExtension } from './superblock-extension.ts';
import { Walk, type Walked } from './walk.ts';

/** Bytes of the file's start and of its end that the first round brings: the root is at one, what was written last at the other. */
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 64 * 1024;

/**
 * How a walk asks, measured on files of old and new format, NWB's ophys, ecephys and icephys, at 25 ms a
 * request and 80 MB/s. Where hundreds of requests wait, 16 KiB between two ranges cost less than a request's own
 * work; where all are under way at once, bytes count for more. Half of what the link could bring in a request's
 * latency may come ahead of a chain, and all of it with its work, 30 ms, be spent on the rest of a short file; pages of 1 KiB keep what is held in few pieces, and smaller ones spare bytes.
 */
export const SHAPE: RoundShape = {
  concurrency: 192,
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

/** How a walk is gone. */
export interface WalkOptions {
  readonly limits: ReadLimits;
  /** `performance.now()` when the reading began. */
  readonly startedAt: number;
  readonly signal?: AbortSignal | undefined;
  /** What was measured to be fastest by default. */
  readonly shape?: RoundShape | undefined;
}

/** The header of the file whose bytes `store` brings. @throws WalkerGaveUp, ReadBudgetExceededError, what the source throws */
export async function readFileHeader(store: ByteStore, options: WalkOptions): Promise<NwbHeader> {
  const { superblock, walked } = await walkFile(store, options);
  return buildFileHeader(superblock, walked);
}

/**
 * As `walkHeader`, with where the elements of each dataset are, by its index in the header.
 * @throws as `walkHeader`
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

/** A file that was walked, with all that reading on from there takes. */
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
  // A file without a user block shows it in its first bytes; only one with it costs a round.
  if (!isSuperblock(store.findCached(0, probes[0]?.length ?? 0) ?? new Uint8Array()))
    await store.fetch(probes, signal);
  for (const { offset, length } of probes) {
    const bytes = store.findCached(offset, length);
    if (bytes !== undefined && isSuperblock(bytes)) return decodeSuperblock(bytes, offset, byteLength);
  }
  return abort('no superblock');
}
