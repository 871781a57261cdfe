import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import { headerDigestKey, headerKey } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { MortalStore } from './mortal-store.ts';
import { catchFailure, listAll, newFolderStore, readText } from './stores.ts';

const BLOB = '0f0e0d0c-1234-4321-8888-0123456789ab';
const ZARR = '8b2a5b0e1f2c3d4e5f60718293a4b5c6-120--34567';
const JSON_TYPE = { contentType: 'application/json' };
const HEADER: NwbHeader = {
  format: 'hdf5',
  objects: [
    {
      kind: 'group',
      attributes: [
        {
          name: 'odd',
          dtype: { class: 'float', size: 8, order: '<' },
          shape: [3],
          values: [Number.NaN, 2n ** 60n, -0],
        },
      ],
      members: [],
    },
  ],
  namespaces: [{ name: 'ndx-pose', versions: ['0.1.1', '0.2.0'] }],
  cutShort: [],
};

/** A digest of the tests' own. */
interface Digest {
  readonly types: number;
}
const parseDigest = (value: unknown): Digest | undefined =>
  typeof (value as Digest).types === 'number' ? (value as Digest) : undefined;

describe('HeaderStore', () => {
  let store: ObjectStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await newFolderStore());
  });
  afterEach(() => remove());

  it('returns the header and its digest, for a blob and for a Zarr', async () => {
    const headers = new HeaderStore(store, parseDigest);
    for (const contentId of [BLOB, ZARR]) {
      expect(await headers.findDigest(contentId)).toBeUndefined();
      await headers.put(contentId, HEADER, { types: 3 });
      expect(await headers.findDigest(contentId)).toEqual({ types: 3 });
      expect(await headers.getHeader(contentId)).toEqual(HEADER);
    }
    expect(JSON.parse((await readText(store, `headers/${BLOB}.json`))!)).toMatchObject({ contentId: BLOB });
  });

  it('treats headers of another revision of the reader as absent, and overwrites them', async () => {
    await new HeaderStore(store, parseDigest, 3).put(BLOB, HEADER, { types: 3 });
    const next = new HeaderStore(store, parseDigest, 4);
    expect(await next.findDigest(BLOB)).toBeUndefined();
    await next.put(BLOB, HEADER, { types: 4 });
    expect(await next.findDigest(BLOB)).toEqual({ types: 4 });
    expect(await new HeaderStore(store, parseDigest, 3).findDigest(BLOB)).toBeUndefined();
    expect(await listAll(store)).toEqual([`headers/${BLOB}.digest.json`, `headers/${BLOB}.json`]);
  });

  it('treats a damaged digest as absent', async () => {
    const headers = new HeaderStore(store, parseDigest);
    await headers.put(BLOB, HEADER, { types: 3 });
    const good = (await readText(store, headerDigestKey(BLOB)))!;
    for (const body of [
      '',
      'null',
      good.slice(0, -2),
      good.replace('3}', '"3"}'),
      good.replace(BLOB, ZARR),
    ]) {
      await store.put(headerDigestKey(BLOB), body, JSON_TYPE);
      expect(await headers.findDigest(BLOB), body).toBeUndefined();
    }
  });

  it('reads the file again in the next run if a header is missing or damaged', async () => {
    const headers = new HeaderStore(store, parseDigest);
    const harms = [
      () => store.remove(headerKey(BLOB)),
      () => store.put(headerKey(BLOB), '', JSON_TYPE),
      async () =>
        store.put(headerKey(BLOB), (await readText(store, headerKey(BLOB)))!.replace('[]', '['), JSON_TYPE),
      () => new HeaderStore(store, parseDigest, 99).put(BLOB, HEADER, { types: 3 }),
    ];
    for (const harm of harms) {
      await headers.put(BLOB, HEADER, { types: 3 });
      await harm();
      const error = await catchFailure(headers.getHeader(BLOB));
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.key).toBe(headerKey(BLOB));
      expect(await headers.findDigest(BLOB)).toBeUndefined();
    }
  });

  it('has no digest without a header, at whatever point a writer is killed', async () => {
    await catchFailure(
      new HeaderStore(new MortalStore(store, 1), parseDigest).put(BLOB, HEADER, { types: 3 }),
    );
    expect(await new HeaderStore(store, parseDigest).findDigest(BLOB)).toBeUndefined();
    expect(await listAll(store)).toEqual([headerKey(BLOB)]);
  });

  it('refuses ids that identify no content', async () => {
    const headers = new HeaderStore(store, parseDigest);
    for (const contentId of ['', '../x', BLOB.toUpperCase(), '000683']) {
      expect(await catchFailure(headers.findDigest(contentId))).toBeInstanceOf(InvalidInputError);
      expect(await catchFailure(headers.getHeader(contentId))).toBeInstanceOf(InvalidInputError);
      expect(await catchFailure(headers.put(contentId, HEADER, { types: 3 }))).toBeInstanceOf(
        InvalidInputError,
      );
    }
    expect(await listAll(store)).toEqual([]);
  });
});
