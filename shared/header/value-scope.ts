/**
 * Which datasets' values belong to a header: the few that the prompt's text or its facts need. Every
 * engine asks here, so that all of them read the same ones. Pure.
 */
import type { HeaderDataset } from './nwb-header.ts';

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

/** Datasets that say where a series' samples lie, and how many there are, where they lie in another file (NWB, ImageSeries). */
const EXTENT_NAMES = new Set(['external_file', 'format', 'num_samples']);
/** Elements of such a dataset: a video has a few files, and thousands of them tell no more. */
const MOST_EXTENT_ELEMENTS = 64;

/** True for a name under which a series says how far its samples reach, wherever the series lies. */
export function isExtentName(name: string): boolean {
  return EXTENT_NAMES.has(name);
}

/** True where a dataset of such a name is small enough to be read: its values are strings or a count. */
export function isExtentDataset({ shape }: Pick<HeaderDataset, 'shape'>): boolean {
  return shape !== null && shape.reduce((product, length) => product * length, 1) <= MOST_EXTENT_ELEMENTS;
}
