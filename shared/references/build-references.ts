/**
 * Builds references for other readers from a header and the locations of its datasets: the JSON of fsspec's
 * reference file system (version 1, as Kerchunk writes it), with LINDI's attributes for what Zarr lacks:
 * `_SCALAR`, `_SOFT_LINK`, `_REFERENCE`, `_EXTERNAL_ARRAY_LINK` (NeurodataWithoutBorders/lindi, docs/spec). The
 * elements stay in the file, as ranges of its URL. Pure.
 */

import type { Dtype, Element } from '../dtype.ts';
import type { DatasetLocation } from '../hdf5/format/dataset-location.ts';
import { findAttributeText } from '../header/attribute-text.ts';
import type { Attribute, HeaderDataset, HeaderGroup, HeaderObject, NwbHeader } from '../header/nwb-header.ts';
import { hardPaths } from '../header/walk-header.ts';
import { isObjectOrList } from '../json-value.ts';
import { countElementBytes, cutChunks, findCodecs, findNumpyName, isBoolean } from './zarr-array.ts';

/** Whose conventions the references follow: Kerchunk's names the dimensions, as xarray requires. */
export type ReferenceFormat = 'lindi' | 'kerchunk';

/** The file that references are built for. */
export interface ReferencedFile {
  /** URL from which readers fetch the ranges. */
  readonly url: string;
  readonly byteLength: number;
  readonly header: NwbHeader;
  /** By the index of the dataset in the header. */
  readonly locations: ReadonlyMap<number, DatasetLocation>;
}

/** A part of the file that is not in the references. */
export interface NotIncluded {
  readonly path: string;
  readonly detail: string;
}

/** Number of chunks above which LINDI links to the file itself instead of listing them. */
export const MOST_CHUNKS = 1000;

type Reference = string | readonly [url: string, offset: number, bytes: number];

/** The document as text, and the list of parts left out, which the document contains too. */
export function buildReferences(
  file: ReferencedFile,
  format: ReferenceFormat,
): { readonly json: string; readonly notIncluded: readonly NotIncluded[] } {
  const builder = new ReferenceBuilder(file, format);
  const { refs, notIncluded } = builder.build();
  const generationMetadata = { generatedBy: 'dandiset-summarizer', notIncluded };
  return { json: JSON.stringify({ version: 1, generationMetadata, refs }), notIncluded };
}

class ReferenceBuilder {
  readonly #file: ReferencedFile;
  readonly #format: ReferenceFormat;
  readonly #paths: ReadonlyMap<number, string>;
  readonly #refs: Record<string, Reference> = {};
  readonly #notIncluded: NotIncluded[] = [];
  readonly #rootId: string | null;

  constructor(file: ReferencedFile, format: ReferenceFormat) {
    this.#file = file;
    this.#format = format;
    this.#paths = hardPaths(file.header);
    this.#rootId = findAttributeText(file.header.objects[0]!, 'object_id') ?? null;
  }

  build(): { refs: Readonly<Record<string, Reference>>; notIncluded: readonly NotIncluded[] } {
    for (const [index, path] of this.#paths) this.#addObject(index, path);
    for (const { budget, limit } of this.#file.header.cutShort)
      this.#lack('/', `the header was read up to ${limit} ${budget}`);
    if (this.#format === 'kerchunk') this.#consolidate();
    return { refs: this.#refs, notIncluded: this.#notIncluded };
  }

  /** Adds the consolidated metadata, without which zarr-python 3 finds no arrays in groups of references. */
  #consolidate(): void {
    const documents = Object.entries(this.#refs).filter(([key]) =>
      /(?:^|\/)\.z(?:group|array|attrs)$/.test(key),
    );
    const metadata = documents.map(([key, document]) => `${JSON.stringify(key)}:${String(document)}`);
    this.#refs['.zmetadata'] = `{"zarr_consolidated_format":1,"metadata":{${metadata.join(',')}}}`;
  }

  #lack(path: string, detail: string): void {
    this.#notIncluded.push({ path, detail });
  }

  /** Sets a document under a path: the key of `/` is its name alone. */
  #put(path: string, name: string, value: unknown): void {
    this.#refs[`${path.slice(1)}${path === '/' ? '' : '/'}${name}`] = text(value);
  }

  #addObject(index: number, path: string): void {
    const object = this.#file.header.objects[index]!;
    if (object.kind === 'unread') this.#lack(path, object.unread.detail);
    else if (object.kind === 'datatype') this.#lack(path, 'a committed datatype');
    else if (object.kind === 'group') this.#addGroup(path, object);
    else if (object.shape === null) this.#lack(path, 'a dataset without elements');
    else this.#addDataset(index, path, object, object.shape);
  }

  #addGroup(path: string, object: HeaderGroup): void {
    const attributes = this.#attributes(path, object);
    this.#put(path, '.zgroup', { zarr_format: 2 });
    this.#put(path, '.zattrs', attributes);
    for (const member of object.members) {
      const at = `${path === '/' ? '' : path}/${member.name}`;
      if ('external' in member) this.#lack(at, `a link into ${member.external.file}`);
      else if ('soft' in member) this.#addLink(at, resolvePath(path, member.soft));
      else {
        const target = this.#paths.get(member.to);
        if (target !== undefined && target !== at) this.#addLink(at, target);
      }
    }
  }

  #addLink(path: string, to: string): void {
    if (this.#format === 'kerchunk') {
      this.#lack(path, `a link to ${to}`);
      return;
    }
    this.#put(path, '.zgroup', { zarr_format: 2 });
    this.#put(path, '.zattrs', { _SOFT_LINK: { path: to } });
  }

  #attributes(path: string, object: Exclude<HeaderObject, { kind: 'unread' }>): Record<string, unknown> {
    // Without a prototype: a file may name an attribute `__proto__`.
    const attributes: Record<string, unknown> = Object.create(null);
    for (const attribute of object.attributes) {
      const value = this.#attributeValue(attribute);
      if (value === undefined) this.#lack(path, `attribute ${attribute.name}: ${whyOmitted(attribute)}`);
      else attributes[attribute.name] = value;
    }
    return attributes;
  }

  #attributeValue({ dtype, shape, values }: Attribute): unknown {
    if (values === undefined || shape === null || !isPlain(dtype)) return undefined;
    return nested(
      values.map((value) => this.#plainElement(value, dtype)),
      shape,
    );
  }

  /** An element as JSON; values that JSON lacks as LINDI writes them. */
  #plainElement(value: Element, dtype: Dtype): unknown {
    if (isBoolean(dtype)) return Number(value) === 1;
    if (typeof value === 'number' && !Number.isFinite(value))
      return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
    if (dtype.class === 'reference') return this.#reference(value);
    if (dtype.class === 'compound' && Array.isArray(value))
      return dtype.fields.map((field, at) => this.#plainElement((value as Element[])[at]!, field.dtype));
    return value;
  }

  #reference(value: Element): unknown {
    const to = isObjectOrList(value) && 'ref' in value ? value.ref : null;
    const path = typeof to === 'number' ? this.#paths.get(to) : undefined;
    if (path === undefined) return null;
    const object = this.#file.header.objects[to as number]!;
    const id = object.kind === 'unread' ? undefined : findAttributeText(object, 'object_id');
    return { _REFERENCE: { object_id: id ?? null, path, source: '.', source_object_id: this.#rootId } };
  }

  #addDataset(index: number, path: string, dataset: HeaderDataset, own: readonly number[]): void {
    const attributes = this.#attributes(path, dataset);
    const isScalar = own.length === 0;
    const shape = isScalar ? [1] : own;
    const marks: Record<string, unknown> = isScalar ? { _SCALAR: true } : {};
    if (this.#format === 'kerchunk')
      marks._ARRAY_DIMENSIONS = shape.map(
        (length, axis) => `${path.slice(1).replaceAll('/', '.')}_${axis}_${length}`,
      );
    const location = this.#file.locations.get(index) ?? {
      kind: 'unlisted',
      detail: 'its location is not known',
    };
    let left = this.#addPieces(path, dataset, location, shape);
    if (left !== undefined && this.#addValues(path, dataset, shape, marks)) left = undefined;
    if (left !== undefined) {
      if (this.#format === 'kerchunk') {
        this.#lack(path, left);
        return;
      }
      this.#lack(path, `${left}: its elements are read from the file itself`);
      marks._EXTERNAL_ARRAY_LINK = { link_type: 'hdf5_dataset', url: this.#file.url, name: path };
      this.#putArray(path, { shape, chunks: wholeChunk(shape), ...JSON_OBJECTS });
    }
    this.#put(path, '.zattrs', { ...attributes, ...marks });
  }

  /** The array with its chunks as ranges of the file, or the reason why there is none. */
  #addPieces(
    path: string,
    dataset: HeaderDataset,
    location: DatasetLocation,
    shape: readonly number[],
  ): string | undefined {
    const dtype = findNumpyName(dataset.dtype);
    if (dtype === undefined) return `elements of class ${dataset.dtype.class}`;
    if (location.kind === 'unlisted') return location.detail;
    const filters = location.kind === 'chunked' ? findCodecs(location.filters) : [];
    if (filters === undefined) return `filters ${dataset.storage.filters.join(', ')}`;
    const chunks = cutChunks(
      location,
      shape,
      dataset.storage.chunks ?? [],
      countElementBytes(dataset.dtype),
      this.#file.byteLength,
    );
    const fill = 'fill' in location ? fillValue(location.fill, dtype) : fillValue(undefined, dtype);
    this.#putArray(path, {
      shape,
      chunks: chunks.shape,
      dtype,
      filters: filters.length > 0 ? filters : null,
      fill_value: fill,
    });
    for (const { key, at } of chunks.pieces) {
      const value: Reference =
        at instanceof Uint8Array
          ? `base64:${Buffer.from(at).toString('base64')}`
          : [this.#file.url, at[0], at[1]];
      this.#refs[`${path.slice(1)}/${key}`] = value;
    }
    return undefined;
  }

  /**
   * Whether the array could be built from values in the header: as JSON for LINDI, as texts in their own codec for
   * others.
   */
  #addValues(
    path: string,
    { dtype, values }: HeaderDataset,
    shape: readonly number[],
    marks: Record<string, unknown>,
  ): boolean {
    if (values === undefined || !(isPlain(dtype) || isPlainCompound(dtype))) return false;
    const first = `${path.slice(1)}/${shape.map(() => '0').join('.')}`;
    const facts = { shape, chunks: wholeChunk(shape) };
    if (this.#format === 'kerchunk') {
      const texts = values.filter((value) => typeof value === 'string');
      if (texts.length < values.length) return false;
      this.#putArray(path, { ...facts, ...TEXT_OBJECTS });
      if (texts.length > 0) this.#refs[first] = `base64:${encodeTexts(texts).toString('base64')}`;
      return true;
    }
    if (isPlainCompound(dtype))
      marks._COMPOUND_DTYPE = dtype.fields.map((field) => [field.name, compoundField(field.dtype)]);
    this.#putArray(path, { ...facts, ...JSON_OBJECTS });
    // numcodecs' JSON: the elements, then the type, then the shape.
    const elements = values.map((value) => this.#plainElement(value, dtype));
    if (elements.length > 0) this.#refs[first] = text([...elements, '|O', shape]);
    return true;
  }

  #putArray(path: string, facts: Readonly<Record<string, unknown>>): void {
    this.#put(path, '.zarray', { zarr_format: 2, order: 'C', compressor: null, ...facts });
  }
}

/** As zarr-python writes an array of objects by numcodecs' JSON, which LINDI uses. */
const JSON_OBJECTS = {
  dtype: '|O',
  filters: [
    {
      id: 'json2',
      encoding: 'utf-8',
      allow_nan: true,
      check_circular: true,
      ensure_ascii: true,
      indent: null,
      separators: [',', ':'],
      skipkeys: false,
      sort_keys: true,
      strict: true,
    },
  ],
  fill_value: 0,
} as const;

/** Arrays of texts, as zarr-python 2 and 3 read them. */
const TEXT_OBJECTS = { dtype: '|O', filters: [{ id: 'vlen-utf8' }], fill_value: '' } as const;

/** numcodecs' VLenUTF8: their number, then each as its length in bytes and its bytes; numbers have 4 bytes. */
function encodeTexts(texts: readonly string[]): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  return Buffer.concat([
    number(texts.length),
    ...texts.flatMap((each) => [number(Buffer.byteLength(each)), Buffer.from(each)]),
  ]);
}

/** The chunks of an array. */
function wholeChunk(shape: readonly number[]): readonly number[] {
  return shape.map((length) => Math.max(1, length));
}

function isPlain(dtype: Dtype): boolean {
  if (dtype.class === 'enum') return isPlain(dtype.base);
  return (
    dtype.class === 'integer' ||
    dtype.class === 'float' ||
    dtype.class === 'string' ||
    (dtype.class === 'reference' && dtype.target === 'object' && dtype.standard === undefined)
  );
}

function isPlainCompound(dtype: Dtype): dtype is Dtype & { class: 'compound' } {
  return dtype.class === 'compound' && dtype.fields.every((field) => isPlain(field.dtype));
}

/** A field's type as named by LINDI. */
function compoundField(dtype: Dtype): string {
  if (dtype.class === 'reference') return '<REFERENCE>';
  return findNumpyName(dtype)?.replace(/^\|(?=[iu])/, '') ?? 'object';
}

function whyOmitted({ dtype, shape, unread }: Attribute): string {
  if (unread !== undefined) return unread.detail;
  return shape === null ? 'without elements' : `elements of class ${dtype.class}`;
}

/** Elements nested in lists by their shape; a scalar by itself. */
function nested(elements: readonly unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return elements[0];
  const [length = 0, ...rest] = shape;
  if (rest.length === 0) return elements;
  const each = rest.reduce((product, size) => product * size, 1);
  return Array.from({ length }, (_, at) => nested(elements.slice(at * each, (at + 1) * each), rest));
}

/** The fill value in the form of Zarr's metadata. */
function fillValue(fill: Uint8Array | undefined, dtype: string): unknown {
  const kind = dtype[1];
  if (kind === 'S') return fill === undefined ? '' : Buffer.from(fill).toString('base64');
  if (kind === 'b') return fill?.[0] === 1;
  if (fill === undefined || fill.every((byte) => byte === 0)) return 0;
  const view = new DataView(fill.buffer, fill.byteOffset, fill.byteLength);
  const value = READ_NUMBER[dtype.slice(1)]?.(view, dtype.startsWith('<')) ?? 0;
  if (typeof value === 'bigint' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

const READ_NUMBER: Readonly<Record<string, (view: DataView, isLittle: boolean) => number | bigint>> = {
  i1: (view) => view.getInt8(0),
  u1: (view) => view.getUint8(0),
  i2: (view, isLittle) => view.getInt16(0, isLittle),
  u2: (view, isLittle) => view.getUint16(0, isLittle),
  i4: (view, isLittle) => view.getInt32(0, isLittle),
  u4: (view, isLittle) => view.getUint32(0, isLittle),
  i8: (view, isLittle) => view.getBigInt64(0, isLittle),
  u8: (view, isLittle) => view.getBigUint64(0, isLittle),
  f4: (view, isLittle) => view.getFloat32(0, isLittle),
  f8: (view, isLittle) => view.getFloat64(0, isLittle),
};

/** The absolute path of a soft link's target. */
function resolvePath(group: string, target: string): string {
  if (target.startsWith('/')) return target;
  return `${group === '/' ? '' : group}/${target}`.replaceAll('/./', '/');
}

/** JSON, whole numbers past 2^53 with all their digits. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? rawJson(String(each)) : each,
  );
}

/** `JSON.rawJSON` of ES2026, which Node has, but not yet the compiler's library. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown };
