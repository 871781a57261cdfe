/**
 * Builds the rows of a header in the open catalog: one for the file, one for each of its objects. Pure; the columns
 * are in `columns.ts`.
 */
import { findAttributeNumber, findNeurodataType } from '../header/attribute-text.ts';
import { shownDtype } from '../header/header-text.ts';
import type { Attribute, HeaderDataset, HeaderObject, NwbHeader } from '../header/nwb-header.ts';
import { findPlainAttribute, findPlainValue } from '../header/plain-value.ts';
import { hardPaths } from '../header/walk-header.ts';
import { numpyStr } from '../python/numpy-str.ts';
import type { FileRow, NodeRow } from './columns.ts';

/** Characters of a value or an attribute in the tables at most; longer ones are only in the header. */
const LONGEST_TEXT = 1000;
/** Elements of a value at most; numpy abbreviates longer ones. */
const MOST_ELEMENTS = 100;
/** Texts of one list at most. */
const MOST_LISTED = 1000;

/** Attributes with a column of their own. */
const OWN_COLUMN: ReadonlySet<string> = new Set([
  'neurodata_type',
  'namespace',
  'description',
  'unit',
  'rate',
  'conversion',
]);

/** The row of the file whose content is `blob`. */
export function buildFileRow(blob: string, header: NwbHeader): FileRow {
  const paths = hardPaths(header);
  const at = new Map([...paths].map(([index, path]) => [path, header.objects[index]!]));
  const text = (path: string): string | undefined => findText(at.get(path));
  const root = header.objects[0]!;
  return {
    blob,
    format: header.format,
    nwb_version: findPlainAttribute(root, 'nwb_version') ?? text('/nwb_version'),
    namespaces: header.namespaces.flatMap(({ name, versions }) => versions.map((each) => `${name} ${each}`)),
    objects: header.objects.length,
    cut_short: header.cutShort.map(({ budget }) => budget),
    identifier: text('/identifier'),
    session_start_time: text('/session_start_time'),
    session_description: text('/session_description'),
    session_id: text('/general/session_id'),
    experiment_description: text('/general/experiment_description'),
    institution: text('/general/institution'),
    lab: text('/general/lab'),
    keywords: listTexts(at.get('/general/keywords')),
    subject_id: text('/general/subject/subject_id'),
    species: text('/general/subject/species'),
    strain: text('/general/subject/strain'),
    genotype: text('/general/subject/genotype'),
    sex: text('/general/subject/sex'),
    age: text('/general/subject/age'),
    locations: distinct([...at].flatMap(([path, object]) => locationsAt(path, object))),
    types: distinct(header.objects.map((object) => findNeurodataType(object) ?? '')),
  };
}

/** The rows of all objects of a file, in the header's order. Objects that no hard link reaches have no row. */
export function buildNodeRows(blob: string, header: NwbHeader): NodeRow[] {
  const paths = hardPaths(header);
  return header.objects.flatMap((object, index) => {
    const path = paths.get(index);
    return path === undefined ? [] : [nodeRow(blob, path, object, header)];
  });
}

function nodeRow(blob: string, path: string, object: HeaderObject, header: NwbHeader): NodeRow {
  const cut = path.lastIndexOf('/');
  const location = {
    blob,
    path,
    name: path.slice(cut + 1),
    parent: path === '/' ? undefined : path.slice(0, cut) || '/',
    kind: object.kind,
  };
  if (object.kind === 'unread') return { ...location, unread: object.unread.detail };
  const reported = {
    ...location,
    type: findNeurodataType(object),
    namespace: findPlainAttribute(object, 'namespace'),
    description: short(findPlainAttribute(object, 'description')),
    attributes: attributesJson(object.attributes),
  };
  if (object.kind === 'datatype') return reported;
  if (object.kind === 'dataset') {
    return {
      ...reported,
      ...describeElements(object),
      ...describeStorage(object),
      unread: object.unread?.detail,
    };
  }
  const member = (name: string): HeaderObject | undefined => {
    const found = object.members.find((each) => each.name === name);
    return found !== undefined && 'to' in found ? header.objects[found.to] : undefined;
  };
  const data = member('data');
  const start = member('starting_time');
  return {
    ...reported,
    // Queries for series filter by their data: this saves the join.
    ...(data?.kind === 'dataset' && reported.type !== undefined ? describeElements(data) : {}),
    ...(start === undefined ? {} : { rate: finite(findAttributeNumber(start, 'rate')) }),
    links: object.members.flatMap((each) => {
      if ('soft' in each) return [`${each.name} -> ${each.soft}`];
      return 'external' in each ? [`${each.name} -> ${each.external.file}:${each.external.path}`] : [];
    }),
  };
}

/** The columns on a dataset's elements. */
function describeElements(dataset: HeaderDataset): NodeRow {
  return {
    shape: dataset.shape ?? undefined,
    dtype: shownDtype(dataset),
    unit: findPlainAttribute(dataset, 'unit'),
    rate: finite(findAttributeNumber(dataset, 'rate')),
    conversion: finite(findAttributeNumber(dataset, 'conversion')),
  };
}

function describeStorage(dataset: HeaderDataset): NodeRow {
  const { layout, chunks, filters } = dataset.storage;
  return { layout, chunks, filters, value: valueText(dataset) };
}

function valueText(dataset: HeaderDataset): string | undefined {
  const { values } = dataset;
  if (values === undefined || values.length > MOST_ELEMENTS) return undefined;
  return short(findPlainValue(dataset) ?? numpyStr(dataset.dtype, dataset.shape, values));
}

function attributesJson(attributes: readonly Attribute[]): string | undefined {
  const kept = attributes
    .filter(({ name }) => !OWN_COLUMN.has(name))
    .flatMap(({ name, dtype, shape, values }) => {
      if (values === undefined || values.length > MOST_ELEMENTS) return [];
      const isPlain = dtype.class === 'integer' || dtype.class === 'float' || dtype.class === 'string';
      const value = isPlain && shape !== null ? plain(values, shape) : numpyStr(dtype, shape, values);
      return JSON.stringify(value).length > LONGEST_TEXT ? [] : [[name, value] as const];
    });
  return kept.length === 0 ? undefined : JSON.stringify(Object.fromEntries(kept));
}

/**
 * Numbers and texts as JSON: a single one by itself, whether a scalar or an array, several as a flat list. Values
 * that JSON lacks become text.
 */
function plain(values: NonNullable<Attribute['values']>, shape: readonly number[]): unknown {
  const each = values.map((value) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
      ? String(value)
      : value,
  );
  return shape.length === 0 || each.length === 1 ? each[0] : each;
}

function locationsAt(path: string, object: HeaderObject): string[] {
  if (!path.startsWith('/general/') || object.kind === 'unread') return [];
  const own = findPlainAttribute(object, 'location');
  return [...(path.endsWith('/location') ? listTexts(object) : []), ...(own === undefined ? [] : [own])];
}

/** The texts of a dataset; none for any other object. */
function listTexts(object: HeaderObject | undefined): string[] {
  if (object?.kind !== 'dataset') return [];
  return (object.values ?? []).filter((value) => typeof value === 'string').slice(0, MOST_LISTED);
}

/** The text of a dataset that is a scalar or has a single element. */
function findText(object: HeaderObject | undefined): string | undefined {
  if (object?.kind !== 'dataset' || object.values?.length !== 1) return undefined;
  const [value] = object.values;
  return typeof value === 'string' ? short(value) : short(numpyStr(object.dtype, [], object.values));
}

function distinct(texts: readonly string[]): string[] {
  const found = new Set(texts.map((text) => text.trim()).filter((text) => text !== ''));
  return [...found].sort().slice(0, MOST_LISTED);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function short(text: string | undefined): string | undefined {
  return text === undefined || text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
