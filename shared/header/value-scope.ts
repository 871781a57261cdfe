/**
 * Chooses the datasets whose values belong to a header: the few that the prompt's text or its facts need. Every
 * engine uses this module, so that all of them read the same ones, within a budget. Pure.
 */
import type { Dtype } from '../dtype.ts';
import type { HeaderDataset, Unread } from './nwb-header.ts';

/** True where `path` (absolute, along hard links) is a direct member of `/` or is anywhere under `/general`. */
export function isValuePath(path: string): boolean {
  return path.lastIndexOf('/') === 0 || path.startsWith('/general/');
}

/**
 * True for a typed scalar string at any path: its numpy dtype contains its length in
 * characters, which only its text gives.
 */
export function isTypedScalarString(dataset: Pick<HeaderDataset, 'dtype' | 'shape' | 'attributes'>): boolean {
  return (
    dataset.dtype.class === 'string' &&
    dataset.shape?.length === 0 &&
    dataset.attributes.some((attribute) => attribute.name === 'neurodata_type')
  );
}

/** Datasets with the location and number of a series' samples, if they are in another file (NWB, ImageSeries). */
const EXTENT_NAMES = new Set(['external_file', 'format', 'num_samples']);
/** Elements of such a dataset at most: a video has a few files, and thousands of them add nothing. */
const MOST_EXTENT_ELEMENTS = 64;

/** True for the name of a dataset with a series' extent, at any path. */
export function isExtentName(name: string): boolean {
  return EXTENT_NAMES.has(name);
}

/** True where a dataset of such a name is small enough to be read: its values are strings or a count. */
export function isExtentDataset({ shape }: Pick<HeaderDataset, 'shape'>): boolean {
  return shape !== null && shape.reduce((product, length) => product * length, 1) <= MOST_EXTENT_ELEMENTS;
}

/** Bytes of the reported values of one header at most: those of `/` and `/general` themselves, and texts. */
export const REPORTED_VALUE_BYTES = 4 * 1024 * 1024;

/** Bytes of all other values at most: numbers deeper under `/general`, which nothing prints. */
export const UNREPORTED_VALUE_BYTES = 256 * 1024;

/** Bytes of one of the other values at most: a longer column of numbers would take the budget of many short ones. */
export const UNREPORTED_ONE_BYTES = 64 * 1024;

/** A dataset whose values belong to a header by its path. */
export interface ValueCandidate {
  readonly dataset: Pick<HeaderDataset, 'dtype' | 'shape'>;
  /** Whether its value is printed: it is a member of `/` or of `/general` itself. */
  readonly isPrinted: boolean;
}

/** Whether the value is reported: it is printed, or it is text, from which facts are built. */
export function isReported({ dataset, isPrinted }: ValueCandidate): boolean {
  return isPrinted || holdsText(dataset.dtype);
}

/** Bytes of a dataset's elements without the targets of pointers: 16 for each pointer. */
export function bytesOfElements({ dtype, shape }: Pick<HeaderDataset, 'dtype' | 'shape'>): number {
  return (shape ?? [0]).reduce((product, length) => product * length, elementBytes(dtype));
}

/**
 * Which of the candidates are read: of reported values and of the others the smallest first, the earlier one
 * if two are equal, up to the two budgets.
 */
export function chooseValues<Key>(candidates: ReadonlyMap<Key, ValueCandidate>): Set<Key> {
  const left = { reported: REPORTED_VALUE_BYTES, unreported: UNREPORTED_VALUE_BYTES };
  if (fitAll(candidates)) return new Set(candidates.keys());
  const chosen = new Set<Key>();
  const bySize = [...candidates].map(([key, candidate]) => ({
    key,
    kind: isReported(candidate) ? ('reported' as const) : ('unreported' as const),
    bytes: bytesOfElements(candidate.dataset),
  }));
  for (const { key, kind, bytes } of bySize.sort((a, b) => a.bytes - b.bytes)) {
    if (bytes > left[kind] || (kind === 'unreported' && bytes > UNREPORTED_ONE_BYTES)) continue;
    left[kind] -= bytes;
    chosen.add(key);
  }
  return chosen;
}

/** Whether all candidates fit into the budgets, so that their order does not matter. */
function fitAll(candidates: ReadonlyMap<unknown, ValueCandidate>): boolean {
  const bytes = { reported: 0, unreported: 0 };
  let most = 0;
  for (const candidate of candidates.values()) {
    const own = bytesOfElements(candidate.dataset);
    const kind = isReported(candidate) ? 'reported' : 'unreported';
    bytes[kind] += own;
    if (kind === 'unreported') most = Math.max(most, own);
  }
  return (
    bytes.reported <= REPORTED_VALUE_BYTES &&
    bytes.unreported <= UNREPORTED_VALUE_BYTES &&
    most <= UNREPORTED_ONE_BYTES
  );
}

/** The reason for a value that was not chosen. */
export function unchosen(candidate: ValueCandidate): Unread {
  const bytes = bytesOfElements(candidate.dataset);
  const detail = isReported(candidate)
    ? `it takes ${bytes} bytes, past the ${REPORTED_VALUE_BYTES} that the values of one header may take`
    : `it takes ${bytes} bytes, and nothing prints it`;
  return { reason: 'too-large', detail };
}

const POINTER_BYTES = 16;
const REFERENCE_BYTES = 8;

function elementBytes(dtype: Dtype): number {
  switch (dtype.class) {
    case 'string':
      return dtype.size === 'variable' ? POINTER_BYTES : dtype.size;
    case 'vlen':
      return POINTER_BYTES;
    case 'reference':
      return REFERENCE_BYTES;
    case 'enum':
      return elementBytes(dtype.base);
    case 'array':
      return dtype.shape.reduce((product, length) => product * length, elementBytes(dtype.base));
    default:
      return dtype.size;
  }
}

function holdsText(dtype: Dtype): boolean {
  switch (dtype.class) {
    case 'string':
      return true;
    case 'compound':
      return dtype.fields.some((field) => holdsText(field.dtype));
    case 'array':
    case 'vlen':
      return holdsText(dtype.base);
    default:
      return false;
  }
}
