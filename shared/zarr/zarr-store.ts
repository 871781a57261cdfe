/**
 * The lowest step of reading NWB in Zarr: a store gives objects by their path and lists folders. Adapters
 * over a bucket and over a local folder implement this interface; budgets and counts are based on it.
 */

/** One object of a store, whole. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** What changes whenever the bytes do, where the store tells. */
  readonly etag: string | undefined;
}

/** One page of the names of folders in a folder. */
export interface FolderPage {
  readonly folders: readonly string[];
  /** Where the next page starts; undefined on the last. */
  readonly next: string | undefined;
  /** Bytes that the page took. */
  readonly bytes: number;
}

/** The objects of one Zarr, by paths relative to it: `general/lab/.zarray`. No path has empty or dotted parts. */
export interface ZarrStore {
  /** What names the store in errors and reports: an address or a path. */
  readonly key: string;
  /**
   * A whole object, or undefined where there is none.
   * @throws ObjectTooLongError past `maxBytes`, before or after reading as many
   * @throws ArchiveUnavailableError, HeaderUnreadableError 'forbidden', 'range-ignored', 'unsupported'
   */
  readObject(path: string, maxBytes: number, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** An object's ETag as it is now; undefined where there is no object, or no ETag. @throws as `readObject` */
  findEtag(path: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * The folders directly in a folder, the store's own for '', from `start` on.
   * @throws ArchiveUnavailableError, and HeaderUnreadableError 'unsupported' where a store cannot be listed
   */
  listFolders(path: string, start: string | undefined, signal: AbortSignal): Promise<FolderPage>;
}

/** An object is longer than its reader takes. Stays inside this room: readers say what it means for a header. */
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

/** Whether a text can name a node: no part of a path that a file system or an address would read otherwise. */
export function isNodeName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}

/** Whether every part of a path can name a node; the root's own path '' has no part. */
export function isNodePath(path: string): boolean {
  return path === '' || path.split('/').every(isNodeName);
}
