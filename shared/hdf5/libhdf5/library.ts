/**
 * In the libhdf5 thread: the library itself, and the one way to call it. h5wasm swallows most errors; here
 * every call says whether it failed. The sole owner of h5wasm.
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

/** What of Emscripten's file system a mount needs. */
interface FileSystem {
  mkdir(path: string): unknown;
  mount(type: { mount(): FileNode }, options: object, at: string): FileNode;
  createNode(parent: FileNode | null, name: string, mode: number, device: number): FileNode;
  destroyNode(node: FileNode): void;
  ErrnoError: new (code: number) => Error;
}

/** A path or name as h5wasm takes it: a string, or where it is not UTF-8 its bytes, which embind passes on as they are. */
export type PathText = string | Uint8Array;

/** A path or name as the header has it, its bytes that are no UTF-8 escaped, as h5wasm takes it. */
export function encodePath(path: string): PathText {
  return path.isWellFormed() ? path : encodeEscaped(path);
}

/** What of h5wasm's module is used: its lower half, since the upper one converts with loss. Paths lead from the root. */
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

/** A call that came back: what it gave, and what libhdf5 had to say against it. */
export type Called<T> =
  | { readonly ok: true; readonly value: T }
  /** `value`: what came before the fault, where the call came back with something. */
  | { readonly ok: false; readonly detail: string; readonly value: T | undefined };

/** The reading is void: its bytes cannot be had. */
export class ReadingStoppedError extends Error {
  override readonly name = 'ReadingStoppedError';
}

/** The library's memory is broken, or it asked for more than it may have. */
export class LibraryCrashedError extends Error {
  override readonly name = 'LibraryFaultedError';
}

/** Functions that h5wasm calls on types they are not made for, and whose complaints mean nothing. */
const harmless = new Set(['H5Tget_sign', 'H5Tget_order', 'H5Tget_precision']);

/** JavaScript exceptions thrown through WebAssembly leave their frames on its stack of 2 MiB: after so many a thread is worn. */
const mostThrows = 256;

/** The part of the memory it may have that a thread may keep between files: memory of WebAssembly never shrinks. */
const mostKept = 1 / 4;

/** What WebAssembly throws for a memory error, and for a stack that is used up. */
const memoryFaults = new Set(['RuntimeError', 'RangeError']);

/** libhdf5 in this thread. */
export class Library {
  readonly module: Hdf5Module;
  readonly #said: string[];
  readonly #memory: BoundedMemory;
  #throws = 0;
  #isFaulted = false;

  /** Use `loadLibrary`. `said` takes what the library prints. */
  constructor(module: Hdf5Module, said: string[], memory: BoundedMemory) {
    this.module = module;
    this.#said = said;
    this.#memory = memory;
  }

  /** Whether the library has lost memory that it will not get back, or keeps much that the next file has no need of. */
  get isWorn(): boolean {
    const isSwollen = this.module.HEAPU8.length > this.#memory.mostBytes * mostKept;
    return this.#isFaulted || this.#throws > mostThrows || isSwollen;
  }

  /**
   * Calls the library.
   * @throws ReadingStoppedError where the file's bytes could not be had
   * @throws LibraryFaultedError where the library must not be called again
   */
  call<T>(device: PageDevice, work: (module: Hdf5Module) => T): Called<T> {
    this.#said.length = 0;
    let thrown: unknown;
    let value: T | undefined;
    try {
      value = work(this.module);
    } catch (error) {
      if (error instanceof Error && memoryFaults.has(error.name)) {
        this.#isFaulted = true;
        throw new LibraryCrashedError(error.message, { cause: error });
      }
      this.#throws += 1;
      thrown = error;
    }
    if (device.failed) throw new ReadingStoppedError();
    this.mustBeWithinMemory();
    const complaint = complaintIn(this.#said);
    if (thrown === undefined && complaint === undefined) return { ok: true, value: value as T };
    return {
      ok: false,
      detail: complaint ?? String((thrown as Error | undefined)?.message ?? thrown),
      value,
    };
  }

  /** Closes a file, whatever became of its reading; not after an error, when the library must not be called again. */
  close(file: bigint): void {
    if (this.#isFaulted) return;
    try {
      this.module.close_file(file);
    } catch {
      this.#isFaulted = true;
    }
  }

  /**
   * @throws LibraryFaultedError where the library asked for more memory than it may have. Not all of its code
   * looks at whether it got it, so that nothing it does from then on can be relied on.
   */
  mustBeWithinMemory(): void {
    const { mostBytes, refusedBytes } = this.#memory;
    const wanted = refusedBytes ?? this.module.HEAPU8.length;
    if (wanted <= mostBytes) return;
    this.#isFaulted = true;
    throw new LibraryCrashedError(`it asked for ${wanted} bytes of memory, of ${mostBytes} that it may have`);
  }
}

/** One error of libhdf5's printed stack: number, function, message. */
const stackLine = /^\s*#(\d+): \S+ line \d+ in (\w+)\(\): (.*)$/;

/** The cause at the bottom of the first printed stack that means something; undefined where none does. */
function complaintIn(said: readonly string[]): string | undefined {
  let complaint: string | undefined;
  let counts = false;
  for (const line of said) {
    const [, number, where, message] = stackLine.exec(line) ?? [];
    if (number === undefined) continue;
    if (Number(number) === 0) {
      if (complaint !== undefined) break;
      counts = !harmless.has(where!);
    }
    if (counts) complaint = message;
  }
  return complaint;
}

/** What of WebAssembly's memory the bound needs; the types of Node lack it. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (
  globalThis as unknown as { readonly WebAssembly: { readonly Memory: { readonly prototype: WasmMemory } } }
).WebAssembly;

/** Bytes of a page, the unit that WebAssembly's memory grows by. */
const wasmPageBytes = 65_536;

/**
 * The bound of all WebAssembly memory in this thread, which is libhdf5's alone. h5wasm was built to take
 * 2 GiB, and a damaged length in a file has it take them: here a request past the bound fails before any of
 * it is set aside. Emscripten takes that for memory used up, and malloc gives null.
 */
class BoundedMemory {
  readonly mostBytes: number;
  /** The length that the memory would have got by the first request that was refused; undefined where none was. */
  refusedBytes: number | undefined;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
    const { grow } = Memory.prototype;
    const withinMemory = (memory: WasmMemory, pages: number): number => {
      const wanted = memory.buffer.byteLength + pages * wasmPageBytes;
      if (wanted <= mostBytes) return grow.call(memory, pages);
      this.refusedBytes ??= wanted;
      throw new RangeError(`memory of ${wanted} bytes is past the bound of ${mostBytes}`);
    };
    Memory.prototype.grow = function (this: WasmMemory, pages: number): number {
      return withinMemory(this, pages);
    };
  }
}

/** Starts the library, in the bound of `maxHeapBytes` of memory. What it prints to the console goes to its errors instead; nothing else in this thread prints. */
export async function loadLibrary(maxHeapBytes: number): Promise<Library> {
  const said: string[] = [];
  // Emscripten takes hold of console.error when the module is evaluated: so before the import.
  console.error = (...parts: unknown[]) => {
    if (said.length < 1000) said.push(parts.join(' '));
  };
  const memory = new BoundedMemory(maxHeapBytes);
  const { ready } = await import('h5wasm');
  const module = (await ready) as unknown as Hdf5Module;
  return new Library(module, said, memory);
}
