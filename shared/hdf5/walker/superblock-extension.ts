/**
 * Checks the superblock extension, an object header with further properties of a newer file, so that the
 * walker reads no file that libhdf5 refuses, nor one whose metadata are not at their addresses (HDF5 File
 * Format Specification 3.0, II.C; the messages IV.A.2.x and IV.A.2.y).
 */
import { type ByteReader, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import { MESSAGE } from '../format/object-header.ts';
import { abort } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';

/**
 * Reads the extension at `address`.
 * @throws WalkerAbortedError where the file cannot be read from the superblock alone
 */
export async function checkExtension(file: WalkedFile, address: number): Promise<void> {
  for (const message of await file.readObjectHeader(address)) {
    const reader = file.readerOver(message);
    if (message.type === MESSAGE.fileSpaceInfo) checkFileSpace(reader);
    if (message.type === MESSAGE.cacheImage) checkCacheImage(reader, file);
  }
}

/**
 * Number of free-space managers whose addresses follow if free space is persistent, by the message's version.
 */
const MANAGERS = [6, 12] as const;
/** In version 0: the strategy that stores free space in the file. */
const PERSISTING = 1;
/**
 * The number of strategies, and the smallest and largest page (H5F_FSPACE_STRATEGY_NTYPES,
 * H5F_FILE_SPACE_PAGE_SIZE_MIN).
 */
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

/** If there is a cache image, it overrides the metadata in the file, and only libhdf5 can read it. */
function checkCacheImage(reader: ByteReader, file: WalkedFile): void {
  reader.version('a cache image message', 0);
  const address = reader.address();
  const bytes = reader.length();
  if (address === UNDEFINED_ADDRESS || bytes === 0) return;
  if (bytes > file.rounds.left(address)) abort('a cache image outside the file');
  abort('metadata in a cache image', 'unsupported');
}
