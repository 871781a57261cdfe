/**
 * The lowest step of reading NWB in Zarr: a store returns objects by their path and lists folders. Adapters
 * for a bucket and for a local folder implement this interface; limits and counts are built on it.
 */

/** One object of a store, whole. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** A value that changes whenever the bytes do, if the store has one. */
  readonly etag: string | undefined;
}

/** One page of the names of folders in a folder. */
export interface FolderPage {
  readonly folders: readonly string[];
  /** Where the next page starts; undefined on the last. */
  readonly next: string | undefined;
  /** Bytes of the page. */
  readonly bytes: number;
}

/**
 * The objects of one Zarr, by paths relative to it: `general/lab/.zarray`. No path has empty or dotted parts.
 */
export interface ZarrStore {
  /** The store's name in errors and reports: a URL or a path. */
  readonly key: string;
  /**
   * Reads a whole object; undefined if there is none.
   * @throws ObjectTooLongError past `maxBytes`, before or after that many were read
   * @throws ArchiveUnavailableError, HeaderUnreadableError 'forbidden', 'range-ignored', 'unsupported'
   */
  readObject(path: string, maxBytes: number, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** Reads an object's current ETag; undefined if there is no object, or no ETag. @throws as `readObject` */
  findEtag(path: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Lists the folders directly in a folder, the root for '', from `start` on.
   * @throws ArchiveUnavailableError, and HeaderUnreadableError 'unsupported' if the store cannot be listed
   */
  listFolders(path: string, start: string | undefined, signal: AbortSignal): Promise<FolderPage>;
}

/**
 * An object is longer than its reader accepts. Never leaves this folder: readers decide what it means for a
 * header.
 */
export class ObjectTooLongError extends Error {
  override readonly name = 'ObjectTooLongError';
  readonly path: string;
  readonly byteLength: number;
  constructor(path: string, byteLength: number) {
    super(`${path} has ${byteLength} bytes`);
    this.path = path;
    this.byteLength = byteLength;
  }
}

/**
 * Whether a text can be a node's name: not a path part that a file system or a URL would interpret
 * differently.
 */
export function isNodeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}

/** Whether every part of a path can be a node's name; the root's path '' has no parts. */
export function isNodePath(path: string): boolean {
  return path === '' || path.split('/').every(isNodeName);
}
