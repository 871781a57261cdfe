/**
 * What a newer superblock leaves to an object header of its own: looked at so that no file is read which
 * libhdf5 refuses, or whose metadata are elsewhere than where their addresses say (HDF5 File Format
 * Specification 3.0, II.C; the messages IV.A.2.x and IV.A.2.y).
 */
import { type ByteReader, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import { abort } from '../format/gave-up.ts';
import { MESSAGE } from '../format/object-header.ts';
import type { WalkedFile } from './file.ts';

/** Reads the extension at `address`. @throws WalkerGaveUp where the file is not to be read by what the superblock says */
export async function checkExtension(file: WalkedFile, address: number): Promise<void> {
  for (const message of await file.readObjectHeader(address)) {
    const reader = file.readerOver(message);
    if (message.type === MESSAGE.fileSpaceInfo) checkFileSpace(reader);
    if (message.type === MESSAGE.cacheImage) checkCacheImage(reader, file);
  }
}

/** Free-space managers whose addresses follow where free space is kept: by the message's version. */
const MANAGERS = [6, 12] as const;
/** Of version 0: the strategy that keeps free space in the file. */
const PERSISTING = 1;
/** The strategies there are, and the least and greatest page (H5F_FSPACE_STRATEGY_NTYPES, H5F_FILE_SPACE_PAGE_SIZE_MIN). */
const STRATEGIES = 4;
const LEAST_PAGE = 512;
const MOST_PAGE = 1024 * 1024 * 1024;

function checkFileSpace(reader: ByteReader): void {
  const version = reader.version('a file space info message', 0, 1);
  const strategy = reader.u8();
  if (version === 0) {
    reader.length();
    if (strategy < 1 || strategy > STRATEGIES) abort(`a file space strategy ${strategy}`);
    if (strategy === PERSISTING) for (let at = 0; at < MANAGERS[0]; at += 1) reader.address();
    return;
  }
  if (strategy >= STRATEGIES) abort(`a file space strategy ${strategy}`);
  const persists = reader.u8() !== 0;
  reader.length();
  const page = reader.length();
  if (page < LEAST_PAGE || page > MOST_PAGE) abort(`pages of ${page} bytes`);
  reader.skip(2);
  reader.address();
  if (persists) for (let at = 0; at < MANAGERS[1]; at += 1) reader.address();
}

/** Where there is an image of the cache, metadata are what it says: libhdf5's to read. */
function checkCacheImage(reader: ByteReader, file: WalkedFile): void {
  reader.version('a cache image message', 0);
  const address = reader.address();
  const bytes = reader.length();
  if (address === UNDEFINED_ADDRESS || bytes === 0) return;
  if (bytes > file.rounds.left(address)) abort('a cache image outside the file');
  abort('metadata in a cache image', 'unsupported');
}
