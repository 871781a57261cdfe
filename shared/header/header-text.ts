/**
 * A header in the specification's grammar: one entry a typed group or dataset and a value for each dataset
 * directly under `/` or `/general`. Pure; the prompt's sections are these entries.
 */
import { numpyDtypeName, pythonTuple } from '../python/numpy-dtype.ts';
import { numpyStr } from '../python/numpy-str.ts';
import { findAttributeText, findNeurodataType } from './attribute-text.ts';
import type { HeaderDataset, NwbHeader } from './nwb-header.ts';
import { type HeaderNode, walkHeader } from './walk-header.ts';

/** One entry of a header's text. Its text has line ends where a value or a description has. */
export interface HeaderEntry {
  readonly node: HeaderNode;
  readonly text: string;
}

/** A header's entries in walk order, as the grammar has them. */
export function* headerEntries(header: NwbHeader): Generator<HeaderEntry> {
  for (const node of walkHeader(header)) {
    const typed = typedText(node);
    if (typed !== undefined) yield { node, text: typed };
    if (hasValueLine(node)) yield { node, text: `${node.name}: ${valueText(node.object)}` };
  }
}

/** A header as `header FILE` prints it: every entry, line by line, without the prompt's indent. */
export function headerText(header: NwbHeader): string {
  let text = '';
  for (const entry of headerEntries(header)) text += `${entry.text}\n`;
  return text;
}

function typedText({ path, object }: HeaderNode): string | undefined {
  const type = findNeurodataType(object);
  if (type === undefined || (object.kind !== 'group' && object.kind !== 'dataset')) return undefined;
  const description = findAttributeText(object, 'description') ?? '';
  if (object.kind === 'group') return `Group ${path} (${type}) ${description}`;
  return `Dataset ${path} (${type}) ${description} | shape = ${pythonTuple(object.shape)} | dtype = ${shownDtype(object)}`;
}

/** numpy's name of a dataset's type. A scalar string shows its length in characters, as a numpy string of that one value has it. */
export function shownDtype(dataset: HeaderDataset): string {
  const [value] = dataset.values ?? [];
  if (dataset.dtype.class === 'string' && dataset.shape?.length === 0 && typeof value === 'string') {
    return `<U${Math.max(1, [...value].length)}`;
  }
  return numpyDtypeName(dataset.dtype);
}

function hasValueLine(node: HeaderNode): node is HeaderNode & { readonly object: HeaderDataset } {
  return node.object.kind === 'dataset' && (node.parentPath === '/' || node.parentPath === '/general');
}

function valueText(dataset: HeaderDataset): string {
  if (dataset.values !== undefined) return numpyStr(dataset.dtype, dataset.shape, dataset.values);
  const reason = dataset.unread?.detail ?? 'no value was read';
  return `(${reason}; shape = ${pythonTuple(dataset.shape)}, dtype = ${numpyDtypeName(dataset.dtype)})`;
}
