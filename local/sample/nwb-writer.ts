/**
 * Turns a tree of groups and datasets into the bytes of an HDF5 file: the last step of every NWB file of the
 * sample. Written through h5wasm's ESM build, whose files are in memory.
 */
import { type Dataset as H5Dataset, File as H5File, type Reference, ready } from 'h5wasm';

/**
 * Number types by h5wasm's letters, little-endian: int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32,
 * float64.
 */
export type NumberType = 'b' | 'B' | 'h' | 'H' | 'i' | 'I' | 'q' | 'Q' | 'f' | 'd';

/** Numbers with their type in the file. A bare number makes a scalar. */
export interface Numbers {
  readonly type: NumberType;
  readonly data: number | readonly number[];
  /** Dimensions, slowest first, if the numbers are not a plain list. */
  readonly shape?: readonly number[];
}

/** Object references to absolute paths in the same file. A bare path makes a scalar. */
export interface References {
  readonly references: string | readonly string[];
}

/** Rows of named fields, given by column. */
export interface Compound {
  readonly fields: readonly (readonly [name: string, column: Numbers | References])[];
}

/**
 * A shape without samples: chunked and compressed, with no chunk ever written. HDF5 allocates a chunk when it is
 * first written, so the header has the size of a real recording, the file stays small, and readers get zeros.
 */
export interface Declared {
  readonly type: NumberType;
  readonly declared: readonly number[];
  /** Elements per chunk. */
  readonly chunks: readonly number[];
}

/** A list that may grow later, as hdmf writes `file_create_date`. */
export interface Growing {
  readonly growing: readonly string[];
}

/** The value of an attribute. */
export type AttributeValue = string | readonly string[] | Numbers | References;

/** The value of a dataset. */
export type DatasetValue = AttributeValue | Compound | Declared | Growing;

/** Attributes by name, in the order of writing. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A dataset of the tree. */
export interface DatasetNode {
  readonly kind: 'dataset';
  readonly value: DatasetValue;
  readonly attributes: Attributes;
}

/** A soft link to an absolute path. */
export interface LinkNode {
  readonly kind: 'link';
  readonly target: string;
}

/** A group of the tree, with its members in the order of writing. */
export interface GroupNode {
  readonly kind: 'group';
  readonly attributes: Attributes;
  readonly members: Readonly<Record<string, TreeNode>>;
}

/** Anything that can be in a group. */
export type TreeNode = GroupNode | DatasetNode | LinkNode;

/** The layout of the file and its stated time of writing. */
export interface WriteOptions {
  /** 'earliest' gives symbol tables and version 1 object headers; 'latest' compact headers and link messages. */
  readonly format: 'earliest' | 'latest';
  /** Whether groups keep the order in which their members were created. */
  readonly trackOrder?: boolean;
  /** Whether attributes are strings of fixed length, as with some writers; else of variable length. */
  readonly fixedStrings?: boolean;
  /** The time in the object headers, ISO 8601. */
  readonly writtenAt: string;
}

/** libhdf5's version bounds for each format. The upper bound keeps files readable by HDF5 1.10 and later. */
const VERSION_BOUNDS = { earliest: ['earliest', 'v110'], latest: ['v110', 'v110'] } as const;

/** The path of the file being written in h5wasm's memory. */
const SCRATCH = '/sample.nwb';

/** A step that waits until every object has its address. */
type Deferred = () => void;

/**
 * The bytes of an HDF5 file with the tree. The same tree and options give the same bytes.
 * @throws libhdf5's error, at the first call that fails
 */
export async function buildHdf5(root: GroupNode, options: WriteOptions): Promise<Uint8Array> {
  const module = await ready;
  // Without this, a failed call prints to stderr, returns, and leaves a file that lacks an object.
  module.activate_throwing_error_handler();
  return withClockAt(options.writtenAt, () => {
    const file = new H5File(SCRATCH, 'w', {
      libver: [...VERSION_BOUNDS[options.format]],
      track_order: options.trackOrder ?? false,
    });
    const writer = new TreeWriter(file, options);
    writer.writeMembers('/', root);
    writer.finish();
    file.close();
    const bytes = module.FS.readFile(SCRATCH);
    module.FS.unlink(SCRATCH);
    return bytes;
  });
}

/**
 * Runs a synchronous task while `Date.now` is constant. libhdf5 stamps each object with the time, h5wasm has no
 * call to turn that off, and Emscripten takes its time from `Date.now`.
 */
function withClockAt<Result>(time: string, task: () => Result): Result {
  const now = Date.now;
  const fixed = Date.parse(time);
  Date.now = () => fixed;
  try {
    return task();
  } finally {
    Date.now = now;
  }
}

/** Writes the nodes of one tree into one open file; references wait until all objects exist. */
class TreeWriter {
  private readonly file: H5File;
  private readonly options: WriteOptions;
  private readonly deferred: Deferred[] = [];

  constructor(file: H5File, options: WriteOptions) {
    this.file = file;
    this.options = options;
  }

  /** Writes a group's members and then its attributes, which is the order of hdmf. */
  writeMembers(path: string, group: GroupNode): void {
    for (const [name, node] of Object.entries(group.members)) this.writeNode(path, name, node);
    this.writeAttributes(path, group.attributes);
  }

  /** Writes the parts that had to wait for the addresses of other objects. */
  finish(): void {
    for (const step of this.deferred) step();
  }

  private writeNode(parent: string, name: string, node: TreeNode): void {
    const path = parent === '/' ? `/${name}` : `${parent}/${name}`;
    switch (node.kind) {
      case 'link':
        this.file.create_soft_link(node.target, path.slice(1));
        return;
      case 'group':
        this.file.create_group(path.slice(1), this.options.trackOrder ?? false);
        this.writeMembers(path, node);
        return;
      case 'dataset': {
        const write = (): void => {
          this.createDataset(path.slice(1), node.value);
          this.writeAttributes(path, node.attributes);
        };
        if (holdsReferences(node.value)) this.deferred.push(write);
        else write();
      }
    }
  }

  private createDataset(name: string, value: DatasetValue): H5Dataset {
    const { file } = this;
    if (typeof value === 'string') return file.create_dataset({ name, data: value, dtype: 'S', shape: [] });
    if ('growing' in value) {
      const data = [...value.growing];
      return file.create_dataset({ name, data, dtype: 'S', maxshape: [null], chunks: [1] });
    }
    if ('declared' in value) return this.declareDataset(name, value);
    if ('fields' in value) return this.createCompound(name, value);
    if ('references' in value) {
      return file.create_dataset({ name, data: this.buildReferences(value), dtype: 'Reference' });
    }
    if ('data' in value) {
      const data = typeof value.data === 'number' ? [value.data] : [...value.data];
      return file.create_dataset({ name, data, dtype: `<${value.type}`, shape: findShape(value) });
    }
    return file.create_dataset({ name, data: [...value], dtype: 'S' });
  }

  /** h5wasm always writes what it creates, so the dataset starts empty and then grows to its shape. */
  private declareDataset(name: string, value: Declared): H5Dataset {
    const dataset = this.file.create_dataset({
      name,
      data: [],
      dtype: `<${value.type}`,
      shape: value.declared.map((length, axis) => (axis === 0 ? 0 : length)),
      maxshape: value.declared.map((length, axis) => (axis === 0 ? null : length)),
      chunks: [...value.chunks],
      compression: 'gzip',
    });
    dataset.resize([...value.declared]);
    return dataset;
  }

  private createCompound(name: string, value: Compound): H5Dataset {
    const columns = new Map<string, number[] | Reference[]>();
    const dtype: [string, string][] = [];
    for (const [field, column] of value.fields) {
      const isReference = 'references' in column;
      dtype.push([field, isReference ? 'Reference' : `<${column.type}`]);
      columns.set(field, isReference ? this.buildReferences(column) : [column.data].flat());
    }
    const shape = [[...columns.values()][0]!.length];
    return this.file.create_dataset({ name, data: columns, dtype, shape });
  }

  private buildReferences(value: References): Reference[] {
    return [value.references].flat().map((path) => {
      const target = this.file.get(path);
      if (!target || !('create_reference' in target)) throw new Error(`No object to refer to at ${path}`);
      return target.create_reference();
    });
  }

  private writeAttributes(path: string, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === 'object' && 'references' in value) {
        this.deferred.push(() => this.writeAttribute(path, name, value));
      } else {
        this.writeAttribute(path, name, value);
      }
    }
  }

  private writeAttribute(path: string, name: string, value: AttributeValue): void {
    const owner = path === '/' ? this.file : this.file.get(path);
    if (!owner || !('create_attribute' in owner)) throw new Error(`No object to describe at ${path}`);
    if (typeof value === 'string') {
      // A string of fixed length is exactly as long as its text: h5wasm pads with spaces, and none are then needed.
      const size = this.options.fixedStrings ? Math.max(1, Buffer.byteLength(value)) : '';
      owner.create_attribute(name, value, [], `S${size}`);
    } else if ('references' in value) {
      const references = this.buildReferences(value);
      const isScalar = typeof value.references === 'string';
      owner.create_attribute(name, references, isScalar ? [] : [references.length], 'Reference');
    } else if ('data' in value) {
      owner.create_attribute(name, [value.data].flat(), findShape(value), `<${value.type}`);
    } else {
      owner.create_attribute(name, [...value], [value.length], 'S');
    }
  }
}

function findShape(numbers: Numbers): number[] {
  if (numbers.shape) return [...numbers.shape];
  return typeof numbers.data === 'number' ? [] : [numbers.data.length];
}

function holdsReferences(value: DatasetValue): boolean {
  if (typeof value === 'string') return false;
  if ('references' in value) return true;
  return 'fields' in value && value.fields.some(([, column]) => 'references' in column);
}
