/** The fixtures as stores: in memory, where errors can be injected, and on the local archive server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type ArchiveFiles,
  type ArchiveServerOptions,
  startArchiveServer,
} from '../../local/archive-server.ts';
import { compareByteOrder } from '../../shared/header/byte-order.ts';
import type { ReadLimits } from '../../shared/header/header-reader.ts';
import { openHttpZarrStore } from '../../shared/zarr/http-zarr-store.ts';
import { ObjectTooLongError, type ZarrStore } from '../../shared/zarr/zarr-store.ts';

/** The objects of a store by path. */
export type Objects = Map<string, Uint8Array>;

export const LIMITS: ReadLimits = {
  bytes: 1e8,
  requests: 10_000,
  objects: 100_000,
  depth: 100,
  milliseconds: 60_000,
  valueBytes: 1 << 20,
};

/** The id of a store on the local archive server. */
export const ZARR_ID = '01234567-89ab-4cde-8f01-23456789abcd';

/** A fixture's bytes. */
export function readFixture(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.gz`))));
}

/** The same NWB data as Zarr, by version. */
export function readNwbStore(version: 'v2' | 'v3'): Objects {
  return unpack(JSON.parse(new TextDecoder().decode(readFixture(`nwb-${version}.json`))));
}

/** The arrays of all kinds, and what numpy prints for each. */
export function readKinds(
  version: 'v2' | 'v3',
  fixture: 'kinds' | 'codecs' = 'kinds',
): { objects: Objects; expected: Record<string, string> } {
  const { objects, expected } = JSON.parse(
    new TextDecoder().decode(readFixture(`${fixture}-${version}.json`)),
  );
  return { objects: unpack(objects), expected };
}

function unpack(packed: Record<string, string>): Objects {
  return new Map(
    Object.entries(packed).map(([path, body]) => [path, Uint8Array.from(Buffer.from(body, 'base64'))]),
  );
}

/** A document of a store. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of any form
export function documentIn(objects: Objects, path: string): any {
  return JSON.parse(new TextDecoder().decode(objects.get(path)));
}

/** Writes a document, given as values or as text, to a store. */
export function putDocument(objects: Objects, path: string, document: unknown): void {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  objects.set(path, new TextEncoder().encode(text));
}

/** The same store without consolidated metadata. */
export function withoutConsolidated(objects: Objects): Objects {
  const plain = new Map(objects);
  plain.delete('.zmetadata');
  const root = objects.get('zarr.json');
  if (root !== undefined) {
    // Removed as text: parsing and writing it again would turn floats into whole numbers.
    const text = new TextDecoder().decode(root);
    const head = text.slice(0, text.indexOf('"consolidated_metadata"'));
    putDocument(plain, 'zarr.json', `${head}"node_type": "group"}`);
  }
  return plain;
}

/** A small v2 store, consolidated, from documents by key. */
export function consolidatedV2(documents: Record<string, unknown>): Objects {
  const objects: Objects = new Map();
  const metadata = { '.zgroup': { zarr_format: 2 }, ...documents };
  putDocument(objects, '.zmetadata', { zarr_consolidated_format: 1, metadata });
  return objects;
}

/** A store in memory. */
export function memoryStore(objects: Objects): ZarrStore {
  return {
    key: 'memory.nwb.zarr',
    async readObject(path, maxBytes) {
      const bytes = objects.get(path);
      if (bytes !== undefined && bytes.length > maxBytes) throw new ObjectTooLongError(path, bytes.length);
      return bytes === undefined ? undefined : { bytes: bytes.slice(), etag: 'same' };
    },
    async findEtag(path) {
      return objects.has(path) ? 'same' : undefined;
    },
    async listFolders(path) {
      const inside = path === '' ? '' : `${path}/`;
      const folders = new Set<string>();
      for (const each of objects.keys()) {
        const rest = each.startsWith(inside) ? each.slice(inside.length) : '';
        if (rest.includes('/')) folders.add(rest.slice(0, rest.indexOf('/')));
      }
      return { folders: [...folders], next: undefined, bytes: 0 };
    },
  };
}

/**
 * A store on the local archive server, with the layout of DANDI's bucket. `objects` may change while it is
 * served.
 */
export async function serveZarr(objects: Objects, options: Pick<ArchiveServerOptions, 'onRequest'> = {}) {
  const prefix = `zarr/${ZARR_ID}/`;
  const modified = new Date(0);
  const files: ArchiveFiles = {
    async read(key) {
      const body = key.startsWith(prefix) ? objects.get(key.slice(prefix.length)) : undefined;
      return body === undefined ? undefined : { body, size: body.length, modified };
    },
    async *list(start) {
      const keys = [...objects.keys()].map((path) => `${prefix}${path}`);
      yield* keys.filter((key) => key.startsWith(start)).sort(compareByteOrder);
    },
  };
  const server = await startArchiveServer({ files, ...options });
  const { bucketUrl } = server;
  return {
    server,
    url: `${bucketUrl}/${prefix}`,
    store: openHttpZarrStore({ bucketUrl, prefix, idleMilliseconds: 10_000 }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
