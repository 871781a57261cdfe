/**
 * Before libhdf5 is called: finds out whether a file is HDF5 at all, where the HDF5 part begins, and the
 * width of its addresses, which are needed to decode the library's references and the file's own messages.
 */
import { HeaderUnreadableError, type UnreadableReason } from '../../errors.ts';
import type { ByteStore } from '../../source/byte-store.ts';
import { isSuperblock, superblockOffsets } from '../format/superblock.ts';
import type { ReadTask } from './messages.ts';

/** Bytes of a superblock up to and including the widths of addresses and lengths, in any version. */
const OPENING_BYTES = 16;

/**
 * Position of a superblock's version, and of the widths by version (HDF5 File Format Specification 3.0,
 * II.A).
 */
const VERSION_AT = 8;
const widthsAt = { old: 13, new: 9 };

/**
 * Where the HDF5 part of a file begins. The positions where a superblock may be are read in two rounds at
 * most.
 * @throws HeaderUnreadableError 'empty-file', 'not-hdf5', 'truncated', and as the store's `fetch`
 */
export async function findFilePath(
  store: ByteStore,
  signal: AbortSignal,
): Promise<Pick<ReadTask, 'base' | 'sizes'>> {
  const { byteLength, key } = store;
  const unreadable = (reason: UnreadableReason, text: string): HeaderUnreadableError =>
    new HeaderUnreadableError(`${key}: ${text}`, { key, reason });
  if (byteLength === 0) throw unreadable('empty-file', 'the file has no bytes');
  const locations = [...superblockOffsets(byteLength)].map((offset) => ({
    offset,
    length: Math.min(OPENING_BYTES, byteLength - offset),
  }));
  // It is nearly always the first position; requests for the others would be wasted.
  for (const round of [locations.slice(0, 1), locations.slice(1)]) {
    await store.fetch(round, signal);
    for (const { offset, length } of round) {
      const bytes = store.findCached(offset, length)!;
      if (!isSuperblock(bytes)) continue;
      if (length < OPENING_BYTES) throw unreadable('truncated', 'the file ends in its superblock');
      const at = bytes[VERSION_AT]! < 2 ? widthsAt.old : widthsAt.new;
      return { base: offset, sizes: { offsets: bytes[at]!, lengths: bytes[at + 1]! } };
    }
  }
  throw unreadable('not-hdf5', 'this is not an HDF5 file (it has no HDF5 signature)');
}
