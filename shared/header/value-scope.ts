/**
 * Which datasets' values belong to a header: the few that the prompt's text or its facts need. Every
 * engine asks here, so that all of them read the same ones, and no more than a budget of them. Pure.
 */
import type { Dtype } from '../dtype.ts';
import type { HeaderDataset, Unread } from './nwb-header.ts';

/** True where `path` (absolute, along hard links) is a direct member of `/` or lies anywhere under `/general`. */
export function isValuePath(path: string): boolean {
  return path.lastIndexOf('/') === 0 || path.startsWith('/general/');
}

/**
 * True for a typed scalar string, whichever path leads to it: its numpy dtype tells its length in
 * characters, which only its text does.
 */
export function isTypedScalarString(dataset: Pick<HeaderDataset, 'dtype' | 'shape' | 'attributes'>): boolean {
  return (
    dataset.dtype.class === 'string' &&
    dataset.shape?.length === 0 &&
    dataset.attributes.some((attribute) => attribute.name === 'neurodata_type')
  );
}

/** Datasets that say where a series' samples are, and how many there are, where they are in another file (NWB, ImageSeries). */
const EXTENT_NAMES = new Set(['external_file', 'format', 'num_samples']);
/** Elements of such a dataset: a video has a few files, and thousands of them say no more. */
const MOST_EXTENT_ELEMENTS = 64;

/** True for a name under which a series says how far its samples reach, wherever the series lies. */
export function isExtentName(name: string): boolean {
  return EXTENT_NAMES.has(name);
}

/** True where a dataset of such a name is small enough to be read: its values are strings or a count. */
export function isExtentDataset({ shape }: Pick<HeaderDataset, 'shape'>): boolean {
  return shape !== null && shape.reduce((product, length) => product * length, 1) <= MOST_EXTENT_ELEMENTS;
}

/** Bytes that the values of one header may take which its text prints or its facts count: those of `/` and `/general` themselves, and texts. */
export const REPORTED_VALUE_BYTES = 4 * 1024 * 1024;

/** Bytes that all others may take, numbers deeper under `/general`, which nothing prints. */
export const UNREPORTED_VALUE_BYTES = 256 * 1024;

/** Bytes of one of those others: a longer column of numbers would take the budget of many that are short. */
export const UNREPORTED_ONE_BYTES = 64 * 1024;

/** A dataset whose values belong to a header by where it is. */
export interface ValueCandidate {
  readonly dataset: Pick<HeaderDataset, 'dtype' | 'shape'>;
  /** Whether its value is printed: it is a member of `/` or of `/general` itself. */
  readonly isPrinted: boolean;
}

/** Whether something tells the value: it is printed, or it is text, which facts are made of. */
export function isReported({ dataset, isPrinted }: ValueCandidate): boolean {
  return isPrinted || holdsText(dataset.dtype);
}

/** Bytes of a dataset's elements, what they point to left out: 16 for one that points. */
export function bytesOfElements({ dtype, shape }: Pick<HeaderDataset, 'dtype' | 'shape'>): number {
  return (shape ?? [0]).reduce((product, length) => product * length, elementBytes(dtype));
}

/**
 * Which of the candidates are read: of those reported and of the others each the smallest first, the earlier one
 * where two are alike, as far as the two budgets go.
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

/** Whether the budgets hold all candidates: their order says nothing then. */
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

/** What is said of a value that was not chosen. */
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
