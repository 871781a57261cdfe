/**
 * Headers in the shape of the golden files, which were written with h5py (golden/kinds.py), whichever engine
 * read them.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Dtype, HeaderObject, NwbHeader } from '../../shared/header/nwb-header.ts';

/** The files with every kind of attribute, dataset and link, in the old and the latest format. */
export const goldenNames = ['kinds', 'kinds-latest'] as const;

/** A golden file's bytes. */
export function goldenBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`./golden/${name}.h5`, import.meta.url)));
}

/** What h5py reads from a golden file. */
export function goldenObjects(name: string): unknown[] {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));
}

const features = new URL('./golden/features/', import.meta.url);

function featureJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, features), 'utf8'));
}

/**
 * The files with features that HDF5 allows and NWB files rarely have (golden/features.py), each with the name
 * of its golden JSON.
 */
export const featureFiles = Object.entries(featureJson('index') as Record<string, string>);

/** The bytes of one of `featureFiles`. */
export function featureBytes(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.h5.gz`, features))));
}

/** What h5py reads from the files that have the golden JSON of this name. */
export function featureObjects(golden: string): unknown[] {
  return featureJson(golden) as unknown[];
}

/** Converts a header to the golden files' shape. */
export function inGoldenShape(header: NwbHeader): unknown[] {
  return header.objects.map((object) => JSON.parse(JSON.stringify(describeShape(object), jsonNumbers)));
}

function describeShape(object: HeaderObject): unknown {
  if (object.kind === 'unread') return { kind: 'unread', unread: object.unread.reason };
  const attributes = object.attributes.map(({ dtype, unread, ...rest }) => ({
    ...rest,
    ...(unread && { unread: unread.reason }),
    dtype: withoutLocations(dtype),
  }));
  if (object.kind === 'group') return { ...object, attributes };
  if (object.kind === 'datatype') return { ...object, attributes, dtype: withoutLocations(object.dtype) };
  const { storage, unread, ...rest } = object;
  return {
    ...rest,
    ...(unread && { unread: unread.reason }),
    attributes,
    dtype: withoutLocations(object.dtype),
    layout: storage.layout,
    ...(storage.chunks && { chunks: storage.chunks }),
  };
}

function withoutLocations(dtype: Dtype): unknown {
  if (dtype.class === 'compound') {
    const fields = dtype.fields.map((field) => ({ name: field.name, dtype: withoutLocations(field.dtype) }));
    return { class: 'compound', fields };
  }
  return 'base' in dtype ? { ...dtype, base: withoutLocations(dtype.base) } : dtype;
}

function jsonNumbers(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return { number: '-0' };
  return Number.isFinite(value) ? value : { number: String(value) };
}
