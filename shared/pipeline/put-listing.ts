/**
 * Stores the list of a summarized version's files beside its summary: blob by blob, as in the open catalog of headers.
 * A header is stored forever; this list shows whether a file is still in a Dandiset. The next
 * summary replaces it, and it is removed together with the summaries of a Dandiset.
 */
import { buildParquet, type Column } from '../parquet/build-parquet.ts';
import { findContentType, listingKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { getRunDocument } from './run-documents.ts';
import { FileToRead, parsePayload, type Run } from './run-payloads.ts';

/** A row for each NWB file with content. `blob` is the same as in the tables of headers; `size` is in bytes. */
export const LISTING_COLUMNS = [
  { name: 'dandiset', kind: 'text' },
  { name: 'version', kind: 'text' },
  { name: 'path', kind: 'text' },
  { name: 'asset', kind: 'text' },
  { name: 'blob', kind: 'text' },
  { name: 'size', kind: 'integer' },
] as const satisfies readonly Column[];

/** Replaces the list by that of the run's files. @throws StoreUnavailableError */
export async function putListing(run: Run, store: ObjectStore): Promise<void> {
  const listed = await getRunDocument(store, run, 'assets.jsonl');
  const { dandisetId: dandiset, version } = run;
  const rows = listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { path, assetId: asset, contentId: blob, size } = parsePayload(FileToRead, JSON.parse(line));
      return { dandiset, version, path, asset, blob, size };
    });
  const key = listingKey(dandiset, version);
  await store.put(key, buildParquet(LISTING_COLUMNS, rows), { contentType: findContentType(key) });
}
