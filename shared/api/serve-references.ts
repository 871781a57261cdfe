/**
 * A file of a summarized version as references in LINDI's form, made from its kept header alone: structure, attributes
 * and the values that the header holds are in the document, all other elements are read from the file itself, at the
 * archive. Nothing is asked of the archive here.
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

/** What the references are made with. */
export interface ReferencesDependencies {
  readonly store: ObjectStore;
  /** Where a blob is read, by its id. */
  readonly findBlobUrl: (blobId: string) => string;
  readonly findSummary: SummaryRoutes['findSummary'];
}

interface ListedFile {
  readonly path: string;
  readonly blob: string;
  readonly size: number;
}

/** The references of the file that the path names by its asset id. */
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
        `${ref.id}/${ref.version} has no NWB file of the asset id ${asset}, or was summarized before its files were listed.`,
        { subject },
      );
    }
    // The checksum of a Zarr in place of a blob's id.
    if (!isUuid(file.blob)) {
      throw new NotFoundError('References are of files in HDF5: a Zarr is read by its own address.', {
        subject,
      });
    }
    const header = await headers.findHeader(file.blob);
    if (header === undefined) {
      throw new NotFoundError(
        `No header of ${file.path} is kept: it could not be read, or another release read it.`,
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
