/**
 * In the libhdf5 thread: the library itself, and the only way to call it. h5wasm swallows most errors; here
 * every call reports whether it failed. The only module that uses h5wasm.
 */
import { encodeEscaped } from '../../python/escaped-text.ts';
import type { PageDevice } from './page-device.ts';

/** An embind enumeration's or libhdf5's description of a datatype (h5wasm: Metadata). */
export interface TypeMetadata {
  /** The class, as libhdf5 numbers them (H5T_class_t). */
  readonly type: number;
  /** Bytes of an element in memory. */
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  /** Whether a string is of variable length. */
  readonly vlen: boolean;
  readonly cset?: number;
  readonly strpad?: number;
  readonly ref_type?: 'object' | 'region';
  readonly array_type?: TypeMetadata & { readonly shape: readonly number[] };
  readonly vlen_type?: TypeMetadata;
  readonly compound_type?: {
    readonly members: readonly (TypeMetadata & { readonly name: string; readonly offset: number })[];
  };
  readonly enum_type?: { readonly type: number; readonly members: Readonly<Record<string, number>> };
}

/** Type and shape of an attribute or dataset. */
export interface ExtentMetadata extends TypeMetadata {
  readonly shape: readonly number[] | null;
  readonly maxshape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly total_size: number;
  readonly virtual_sources?: readonly unknown[];
}

/** A node of Emscripten's file system. */
export interface FileNode {
  node_ops: object;
  stream_ops: object;
}

/** The part of Emscripten's file system that a mount needs. */
interface FileSystem {
  mkdir(path: string): unknown;
  mount(type: { mount(): FileNode }, options: object, at: string): FileNode;
  createNode(parent: FileNode | null, name: string, mode: number, device: number): FileNode;
  destroyNode(node: FileNode): void;
  ErrnoError: new (code: number) => Error;
}

/**
 * A path or name as h5wasm accepts it: a string, or bytes if it is not UTF-8, which embind passes on
 * unchanged.
 */
export type PathText = string | Uint8Array;

/**
 * Converts a path or name from the header's form, in which bytes that are not UTF-8 are escaped, to the form
 * that h5wasm accepts.
 */
export function encodePath(path: string): PathText {
  return path.isWellFormed() ? path : encodeEscaped(path);
}

/**
 * The functions of h5wasm's module that are used: its lower half, since the upper half converts with loss.
 * Paths start at the root.
 */
export interface Hdf5Module {
  readonly HEAPU8: Uint8Array;
  readonly FS: FileSystem;
  readonly H5F_ACC_RDONLY: number;
  _calloc(count: number, bytes: number): number;
  _free(pointer: number): void;
  open(path: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  close_file(file: bigint): number;
  create_object_reference(file: bigint, path: PathText): ArrayLike<number>;
  get_type(file: bigint, path: PathText): number;
  get_symbolic_link(file: bigint, path: PathText): string | null;
  get_external_link(file: bigint, path: PathText): { filename?: string; obj_path?: string };
  get_names(file: bigint, path: PathText, recursive: boolean): string[];
  get_attribute_names(file: bigint, path: PathText): string[];
  get_attribute_metadata(file: bigint, path: PathText, name: PathText): ExtentMetadata;
  get_attribute_data(file: bigint, path: PathText, name: PathText, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: PathText): ExtentMetadata;
  get_datatype_metadata(file: bigint, path: PathText): TypeMetadata;
  get_dataset_filters(file: bigint, path: PathText): { readonly id: number }[];
  get_dataset_data(
    file: bigint,
    path: PathText,
    count: null,
    offset: null,
    strides: null,
    pointer: bigint,
  ): number;
  reclaim_vlen_memory(file: bigint, path: PathText, attribute: PathText, pointer: bigint): number;
}

/** The result of a call that returned: its value, or the error that libhdf5 reported. */
export type Called<T> =
  | { readonly ok: true; readonly value: T }
  /** `value`: what the call returned in spite of the error, if anything. */
  | { readonly ok: false; readonly detail: string; readonly value: T | undefined };

/** The read has failed: its bytes are not available. */
export class ReadingStoppedError extends Error {
  override readonly name = 'ReadingStoppedError';
}

/** The library's memory is corrupt, or it requested more than it may use. */
export class LibraryCrashedError extends Error {
  override readonly name = 'LibraryCrashedError';
}

/** Functions that h5wasm also calls on types that they do not support: their errors mean nothing. */
const HARMLESS = new Set(['H5Tget_sign', 'H5Tget_order', 'H5Tget_precision']);

/**
 * JavaScript exceptions thrown through WebAssembly leave their frames on its stack of 2 MiB: after this many,
 * a thread is replaced.
 */
const MOST_THROWS = 256;

/**
 * The fraction of its memory limit that a thread may occupy between files: WebAssembly memory never shrinks.
 */
const MOST_KEPT = 1 / 4;

/** The errors that WebAssembly throws for a memory error and for a stack overflow. */
const MEMORY_FAULTS = new Set(['RuntimeError', 'RangeError']);

/** libhdf5 in this thread. */
export class Library {
  readonly module: Hdf5Module;
  readonly #printed: string[];
  readonly #memory: BoundedMemory;
  #throws = 0;
  #isFaulted = false;

  /** Use `loadLibrary`. What the library prints is appended to `printed`. */
  constructor(module: Hdf5Module, printed: string[], memory: BoundedMemory) {
    this.module = module;
    this.#printed = printed;
    this.#memory = memory;
  }

  /** Whether the library has leaked memory, or occupies much that the next file does not need. */
  get isWorn(): boolean {
    const isSwollen = this.module.HEAPU8.length > this.#memory.mostBytes * MOST_KEPT;
    return this.#isFaulted || this.#throws > MOST_THROWS || isSwollen;
  }

  /**
   * Calls the library.
   * @throws ReadingStoppedError where the file's bytes are not available
   * @throws LibraryCrashedError where the library must not be called again
   */
  call<T>(device: PageDevice, work: (module: Hdf5Module) => T): Called<T> {
    this.#printed.length = 0;
    let thrown: unknown;
    let value: T | undefined;
    try {
      value = work(this.module);
    } catch (error) {
      if (error instanceof Error && MEMORY_FAULTS.has(error.name)) {
        this.#isFaulted = true;
        throw new LibraryCrashedError(error.message, { cause: error });
      }
      this.#throws += 1;
      thrown = error;
    }
    if (device.failed) throw new ReadingStoppedError();
    this.mustBeWithinMemory();
    const complaint = findComplaint(this.#printed);
    if (thrown === undefined && complaint === undefined) return { ok: true, value: value as T };
    return {
      ok: false,
      detail: complaint ?? String((thrown as Error | undefined)?.message ?? thrown),
      value,
    };
  }

  /**
   * Closes a file, whether or not it was read; must not be called after an error that forbids further calls.
   */
  close(file: bigint): void {
    if (this.#isFaulted) return;
    try {
      this.module.close_file(file);
    } catch {
      this.#isFaulted = true;
    }
  }

  /**
   * @throws LibraryCrashedError where the library requested more memory than it may use. Not all of its code
   * checks whether the allocation succeeded, so nothing it does after that can be relied on.
   */
  mustBeWithinMemory(): void {
    const { mostBytes, refusedBytes } = this.#memory;
    const wanted = refusedBytes ?? this.module.HEAPU8.length;
    if (wanted <= mostBytes) return;
    this.#isFaulted = true;
    throw new LibraryCrashedError(`it requested ${wanted} bytes of memory; the limit is ${mostBytes}`);
  }
}

/** One error of libhdf5's printed stack: number, function, message. */
const STACK_LINE = /^\s*#(\d+): \S+ line \d+ in (\w+)\(\): (.*)$/;

/** The cause at the bottom of the first printed stack that is relevant; undefined if none is. */
function findComplaint(printed: readonly string[]): string | undefined {
  let complaint: string | undefined;
  let counts = false;
  for (const line of printed) {
    const [, number, where, message] = STACK_LINE.exec(line) ?? [];
    if (number === undefined) continue;
    if (Number(number) === 0) {
      if (complaint !== undefined) break;
      counts = !HARMLESS.has(where!);
    }
    if (counts) complaint = message;
  }
  return complaint;
}

/** The part of WebAssembly's memory that the limit needs; Node's types lack it. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (
  globalThis as unknown as { readonly WebAssembly: { readonly Memory: { readonly prototype: WasmMemory } } }
).WebAssembly;

/** Bytes of a page, the unit that WebAssembly's memory grows by. */
const WASM_PAGE_BYTES = 65_536;

/**
 * Limits all WebAssembly memory in this thread, which only libhdf5 uses. h5wasm is built to use up to 2 GiB,
 * and a damaged length in a file can cause that: here a request past the limit fails before anything is
 * allocated. Emscripten treats that as out of memory, and malloc returns null.
 */
class BoundedMemory {
  readonly mostBytes: number;
  /** The memory length that the first refused request would have caused; undefined if none was refused. */
  refusedBytes: number | undefined;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
    const { grow } = Memory.prototype;
    const withinMemory = (memory: WasmMemory, pages: number): number => {
      const wanted = memory.buffer.byteLength + pages * WASM_PAGE_BYTES;
      if (wanted <= mostBytes) return grow.call(memory, pages);
      this.refusedBytes ??= wanted;
      throw new RangeError(`memory of ${wanted} bytes exceeds the limit of ${mostBytes}`);
    };
    Memory.prototype.grow = function (this: WasmMemory, pages: number): number {
      return withinMemory(this, pages);
    };
  }
}

/**
 * Starts the library with at most `maxHeapBytes` of memory. What it prints to the console becomes part of its
 * errors instead; nothing else in this thread prints.
 */
export async function loadLibrary(maxHeapBytes: number): Promise<Library> {
  const printed: string[] = [];
  // Before the import, since Emscripten captures console.error when the module is evaluated.
  console.error = (...parts: unknown[]) => {
    if (printed.length < 1000) printed.push(parts.join(' '));
  };
  const memory = new BoundedMemory(maxHeapBytes);
  const { ready } = await import('h5wasm');
  const module = (await ready) as unknown as Hdf5Module;
  return new Library(module, printed, memory);
}
