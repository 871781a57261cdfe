/**
 * A file of a summarized version as references in LINDI's form, built from its stored header alone: structure,
 * attributes and the values in the header are in the document, all other elements are read from the file itself, in the
 * archive. No request goes to the archive here.
 */
import { isUuid } from '../archive/urls.ts';
import { InvalidInputError, NotFoundError, StoreUnavailableError } from '../errors.ts';
import { readParquet } from '../parquet/read-parquet.ts';
import { buildReferences } from '../references/build-references.ts';
import { HeaderStore } from '../store/header-store.ts';
import { listingKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { HttpReply } from './http.ts';
import { versionPath } from './paths.ts';
import { readQuery } from './query-parameters.ts';
import { READ_CACHING } from './respond.ts';
import type { SummaryRoutes } from './serve-summary.ts';

/** Dependencies of the handler. */
export interface ReferencesDependencies {
  readonly store: ObjectStore;
  /** The URL of a blob, by its id. */
  readonly findBlobUrl: (blobId: string) => string;
  readonly findSummary: SummaryRoutes['findSummary'];
}

interface ListedFile {
  readonly path: string;
  readonly blob: string;
  readonly size: number;
}

/** Serves the references of the file whose asset id is in the path. */
export function serveReferences({ store, findBlobUrl, findSummary }: ReferencesDependencies): HttpReply {
  const headers = new HeaderStore(store, () => undefined);
  return async (request) => {
    readQuery(request, []);
    const asset = request.params.asset ?? '';
    if (!isUuid(asset)) {
      throw new InvalidInputError("The file's asset id must be a lower-case UUID.", { field: 'asset' });
    }
    const { ref } = await findSummary(request);
    const subject = `the file ${asset} of ${ref.id}/${ref.version}`;
    const file = await findFile(store, listingKey(ref.id, ref.version), asset);
    if (file === undefined) {
      throw new NotFoundError(
        `${ref.id}/${ref.version} has no NWB file of the asset id ${asset}, or was summarized before lists of files were stored.`,
        { subject },
      );
    }
    // A Zarr has a checksum instead of a blob's id.
    if (!isUuid(file.blob)) {
      throw new NotFoundError('References exist only for HDF5 files: read a Zarr by its own URL.', {
        subject,
      });
    }
    const header = await headers.findHeader(file.blob);
    if (header === undefined) {
      throw new NotFoundError(
        `No header of ${file.path} is stored: it could not be read, or was read by another release.`,
        { subject },
      );
    }
    const { json } = buildReferences(
      { url: findBlobUrl(file.blob), byteLength: file.size, header, locations: new Map() },
      'lindi',
    );
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': READ_CACHING,
        'content-location': `${versionPath(ref.id, ref.version)}/files/${asset}/lindi.json`,
      },
      body: json,
    };
  };
}

/** The row of an asset in a version's list of files. @throws StoreUnavailableError, also where the list is damaged */
async function findFile(store: ObjectStore, key: string, asset: string): Promise<ListedFile | undefined> {
  const found = await store.get(key);
  if (found === undefined) return undefined;
  try {
    const rows = await readParquet(found.body, ['asset', 'path', 'blob', 'size']);
    const row = rows.find((each) => each.asset === asset);
    return row && { path: String(row.path), blob: String(row.blob), size: Number(row.size) };
  } catch (cause) {
    throw new StoreUnavailableError(
      `${key} is damaged. Summarize the version again with --force.`,
      { key },
      { cause },
    );
  }
}
