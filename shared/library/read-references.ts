/** Reads one HDF5 file and builds references that other readers can open, for the `header` command. */
import { resolve } from 'node:path';
import { InvalidInputError } from '../errors.ts';
import type { ReadLimits } from '../header/header-reader.ts';
import {
  buildReferences,
  MOST_CHUNKS,
  type NotIncluded,
  type ReferenceFormat,
} from '../references/build-references.ts';
import { isUrl, isZarr, withHdf5File } from './read-header.ts';

/** Options of the reading. */
export interface ReadReferencesOptions {
  readonly limits: ReadLimits;
  readonly redirectHosts: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * The references of the file at `location`, a URL or a path, and the parts that they leave out.
 * @throws InvalidInputError for a Zarr, which is read by its own URL
 * @throws HeaderUnreadableError, ReadBudgetExceededError, ArchiveUnavailableError, AssetChangedError
 */
export async function readReferences(
  location: string,
  format: ReferenceFormat,
  { limits, redirectHosts, signal }: ReadReferencesOptions,
): Promise<{ readonly json: string; readonly notIncluded: readonly NotIncluded[] }> {
  if (await isZarr(location)) {
    throw new InvalidInputError('References exist only for HDF5 files: read a Zarr by its own URL.', {
      field: 'format',
    });
  }
  return await withHdf5File(location, { engine: 'walker', redirectHosts, signal }, async (reader, source) => {
    const { header, locations } = await reader.readLocatedHeader(source, limits, MOST_CHUNKS, signal);
    const url = isUrl(location) ? location : resolve(location);
    return buildReferences({ url, byteLength: source.byteLength, header, locations }, format);
  });
}
