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
