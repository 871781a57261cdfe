/**
 * A header in the specification's grammar: a line for each typed group or dataset, and a value for each
 * dataset directly under `/` or `/general`. Pure; the prompt's sections are made of these lines.
 */
import { numpyDtypeName, pythonTuple } from '../python/numpy-dtype.ts';
import { numpyDatasetStr } from '../python/numpy-str.ts';
import { findAttributeText, findNeurodataType } from './attribute-text.ts';
import type { HeaderDataset, NwbHeader } from './nwb-header.ts';
import { type HeaderNode, walkHeader } from './walk-header.ts';

/** The content of a typed node's line. */
export interface TypedLine {
  readonly kind: 'Group' | 'Dataset';
  readonly path: string;
  readonly type: string;
  readonly description: string;
  /** `shape = … | dtype = …` for a dataset. */
  readonly storage?: string;
}

/** The content of the line of a dataset directly under `/` or `/general`. */
export interface ValueLine {
  readonly name: string;
  readonly value: string;
}

/** The line of a typed group or dataset, or undefined for any other node. */
export function findTypedLine({ path, object }: HeaderNode): TypedLine | undefined {
  const type = findNeurodataType(object);
  if (type === undefined || (object.kind !== 'group' && object.kind !== 'dataset')) return undefined;
  const description = findAttributeText(object, 'description') ?? '';
  if (object.kind === 'group') return { kind: 'Group', path, type, description };
  const storage = `shape = ${pythonTuple(object.shape)} | dtype = ${shownDtype(object)}`;
  return { kind: 'Dataset', path, type, description, storage };
}

/** The value line of a dataset directly under `/` or `/general`, or undefined for any other node. */
export function findValueLine({ name, parentPath, object }: HeaderNode): ValueLine | undefined {
  if (object.kind !== 'dataset' || (parentPath !== '/' && parentPath !== '/general')) return undefined;
  return { name, value: valueText(object) };
}

/** A typed line in the grammar. */
export function typedText({ kind, path, type, description, storage }: TypedLine): string {
  const head = `${kind} ${path} (${type}) ${description}`;
  return (storage === undefined ? head : `${head} | ${storage}`).toWellFormed();
}

/** A value line in the grammar. */
export function valueLineText({ name, value }: ValueLine): string {
  // Names and texts keep bytes that are not UTF-8 as lone surrogates, which must not be in the output.
  return `${name}: ${value}`.toWellFormed();
}

/** The text for an object that could not be read; none for one that is skipped by design or because of a budget. */
function findUnreadText({ path, object }: HeaderNode): string | undefined {
  if (object.kind !== 'unread' || object.unread.reason === 'skipped' || object.unread.reason === 'budget') {
    return undefined;
  }
  return `Unread ${path} (${object.unread.reason}: ${object.unread.detail})`.toWellFormed();
}

/**
 * The texts of one node: none, its typed line, its value line, both, or that it could not be read. A text has line
 * ends if a value or description has.
 */
export function nodeTexts(node: HeaderNode): string[] {
  const typed = findTypedLine(node);
  const value = findValueLine(node);
  const unread = findUnreadText(node);
  return [
    ...(unread === undefined ? [] : [unread]),
    ...(typed === undefined ? [] : [typedText(typed)]),
    ...(value === undefined ? [] : [valueLineText(value)]),
  ];
}

/** A header as `header FILE` prints it: every text in walk order, without the prompt's indent. */
export function headerText(header: NwbHeader): string {
  const texts: string[] = [];
  for (const node of walkHeader(header)) texts.push(...nodeTexts(node));
  return texts.map((text) => `${text}\n`).join('');
}

/**
 * numpy's name of a dataset's type. A scalar string of variable length shows its own length in characters, like a
 * numpy string of that value.
 */
export function shownDtype(dataset: HeaderDataset): string {
  const [value] = dataset.values ?? [];
  const { dtype, shape } = dataset;
  if (
    dtype.class === 'string' &&
    dtype.size === 'variable' &&
    shape?.length === 0 &&
    typeof value === 'string'
  ) {
    return `<U${Math.max(1, [...value].length)}`;
  }
  return numpyDtypeName(dtype);
}

function valueText(dataset: HeaderDataset): string {
  if (dataset.values !== undefined) return numpyDatasetStr(dataset.dtype, dataset.shape, dataset.values);
  const reason = dataset.unread?.detail ?? 'no value was read';
  return `(${reason}; shape = ${pythonTuple(dataset.shape)}, dtype = ${numpyDtypeName(dataset.dtype)})`;
}
