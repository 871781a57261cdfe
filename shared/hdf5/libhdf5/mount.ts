/**
 * In the libhdf5 thread: the files being read, as a folder of the library's own file system. That file system
 * contains nothing else, so a link into another file reaches nothing.
 */
import type { FileNode, Hdf5Module } from './library.ts';
import type { PageDevice } from './page-device.ts';

const FOLDER = '/remote';

/** Emscripten's numbers of the errors "no such file" and "input/output error" (WASI errno). */
const ERRNO_MISSING = 44;
const ERRNO_IO = 29;

/** Types and permissions of a folder and of a file that can only be read (POSIX st_mode). */
const FOLDER_MODE = 0o040555;
const FILE_MODE = 0o100444;

/** An open file stream of Emscripten's. */
interface Stream {
  readonly node: FileNode & { readonly device: PageDevice };
  readonly position: number;
}

/** The library's view of the files being read. */
export class RemoteFolder {
  readonly #fs: Hdf5Module['FS'];
  readonly #root: FileNode;
  #files = 0;

  constructor({ FS }: Pick<Hdf5Module, 'FS'>) {
    this.#fs = FS;
    FS.mkdir(FOLDER);
    this.#root = FS.mount({ mount: () => this.#createRoot() }, {}, FOLDER);
  }

  /**
   * Adds a file and returns its path and a function that removes it. Every file gets its own name and number
   * (inode): libhdf5 treats two files with the same number as one, and would reuse what it has cached.
   */
  add(device: PageDevice): { path: string; remove(): void } {
    this.#files += 1;
    const name = `file-${this.#files}.nwb`;
    const inode = this.#files + 1;
    const node = this.#fs.createNode(this.#root, name, FILE_MODE, 0);
    Object.assign(node, { device });
    node.node_ops = { getattr: () => buildFileAttributes(inode, FILE_MODE, device.byteLength) };
    node.stream_ops = this.#streamOperations();
    return { path: `${FOLDER}/${name}`, remove: () => this.#fs.destroyNode(node) };
  }

  #createRoot(): FileNode {
    const node = this.#fs.createNode(null, '/', FOLDER_MODE, 0);
    node.node_ops = {
      getattr: () => buildFileAttributes(1, FOLDER_MODE, 4096),
      // Added files are found before this is called.
      lookup: () => {
        throw new this.#fs.ErrnoError(ERRNO_MISSING);
      },
    };
    node.stream_ops = {};
    return node;
  }

  #streamOperations(): object {
    return {
      llseek: (stream: Stream, offset: number, whence: number) =>
        offset + [0, stream.position, stream.node.device.byteLength][whence]!,
      read: (stream: Stream, heap: Uint8Array, at: number, length: number, position: number) => {
        try {
          return stream.node.device.readInto(heap.subarray(at, at + length), position);
        } catch {
          throw new this.#fs.ErrnoError(ERRNO_IO);
        }
      },
    };
  }
}

/** The result of stat() for a node; Emscripten needs every one of these fields. */
function buildFileAttributes(inode: number, mode: number, size: number): object {
  const never = new Date(0);
  return {
    dev: 1,
    ino: inode,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    atime: never,
    mtime: never,
    ctime: never,
    blksize: 4096,
    blocks: Math.ceil(size / 512),
  };
}
