/** The catalog over HTTP: a page of entries as JSON, or as a page for people. */
import type { SearchIndex } from '../search/search-index.ts';
import type { Catalog, CatalogEntry } from '../store/catalog.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { catalogPageText } from './catalog-page.ts';
import { catalogQueryText, type FoundEntry, readCatalogQuery, searchCatalog } from './catalog-query.ts';
import type { HttpReply } from './http.ts';
import { chooseFormat, findContentType } from './negotiate.ts';
import { versionPath } from './paths.ts';
import { jsonResponse, READ_CACHING } from './respond.ts';
import { PAGE_POLICY } from './style.ts';

/** Dependencies of the catalog's handler. */
export interface CatalogDependencies {
  readonly store: ObjectStore;
  readonly now: () => Date;
  /** Milliseconds for which a read of the catalog is used; a default if omitted. */
  readonly catalogGoodForMs?: number;
}

/** The readers of the catalog and of the search index, shared by all responses of one API. */
export interface CatalogReaders {
  readonly readCatalog: () => Promise<Catalog>;
  readonly readIndex: (catalog: Catalog) => Promise<SearchIndex>;
}

/** Creates the catalog's handler. */
export function serveCatalog({ readCatalog, readIndex }: CatalogReaders): HttpReply {
  return async (request) => {
    const format = chooseFormat(request, ['json', 'html']);
    const query = readCatalogQuery(request);
    const catalog = await readCatalog();
    const index = await readIndex(catalog);
    const page = searchCatalog(catalog, query, index);
    const next =
      page.next === undefined
        ? undefined
        : `/dandisets${catalogQueryText(query, { after: page.next, ...(request.query.has('format') ? { format } : {}) })}`;
    const headers = {
      'cache-control': READ_CACHING,
      vary: 'Accept',
      ...(next === undefined ? {} : { link: `<${next}>; rel="next"` }),
    };
    if (format === 'html') {
      return {
        status: 200,
        headers: {
          ...headers,
          'content-type': findContentType('html'),
          'content-security-policy': PAGE_POLICY,
        },
        body: catalogPageText(catalog, query, page, index),
      };
    }
    return jsonResponse(
      {
        total: page.total,
        ...(page.understood === undefined ? {} : { query: page.understood }),
        dandisets: page.entries.map((entry) => entryDocument(entry, page.hits?.get(entry.id))),
        ...(next === undefined ? {} : { next }),
      },
      headers,
    );
  };
}

/** An entry with the URL of its summary and, for a search, why it was found. */
function entryDocument(entry: CatalogEntry, found: FoundEntry | undefined) {
  return {
    ...entry,
    summary: `${versionPath(entry.id, entry.version)}/summary`,
    ...(found === undefined ? {} : found),
  };
}
