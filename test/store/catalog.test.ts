import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { InvalidInputError, StoreUnavailableError } from '../../shared/errors.ts';
import {
  buildCatalog,
  type CatalogEntry,
  catalogText,
  parseCatalog,
  withEntry,
  withoutEntry,
} from '../../shared/store/catalog.ts';
import {
  readCatalog,
  removeFromCatalog,
  updateCatalog,
  WHOLE_BYTES,
} from '../../shared/store/catalog-store.ts';
import { changeDocument } from '../../shared/store/conditional-change.ts';
import { catalogKey } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { IS_FULL } from '../effort.ts';
import { S3Server } from '../s3-server.ts';
import { MortalStore } from './mortal-store.ts';
import { catchFailure, listAll, newFolderStore, readText, s3StoreOver } from './stores.ts';

/** Writers at once. */
const WRITERS = IS_FULL ? 50 : 20;
const JSON_TYPE = { contentType: 'application/json' };
const formatId = (number: number) => String(number).padStart(6, '0');

/** An entry of believable size, different for each number. */
function buildEntry(number: number, version = 'draft'): CatalogEntry {
  const pick = (words: readonly string[], count: number) =>
    Array.from({ length: count }, (_, index) => words[(number * 7 + index * 3) % words.length]!);
  return {
    id: formatId(number),
    version,
    name: `Recordings of population activity in area ${number} during a task with delayed reward (${number} sessions)`,
    species: pick(
      ['Mus musculus - House mouse', 'Homo sapiens - Human', 'Rattus norvegicus - Norway rat'],
      1,
    ),
    approaches: pick(
      [
        'electrophysiological approach',
        'behavioral approach',
        'microscopy approach; cell population imaging',
      ],
      2,
    ),
    neurodataTypes: pick(
      [
        'ElectricalSeries',
        'Units',
        'TimeIntervals',
        'TwoPhotonSeries',
        'Fluorescence',
        'Position',
        'SpatialSeries',
        'LFP',
        'ImageSeries',
        'OptogeneticSeries',
        'VoltageClampSeries',
        'BehavioralEvents',
      ],
      8,
    ),
    keywords: Array.from({ length: 10 }, (_, index) => `keyword ${(number * 13 + index * 101) % 4000}`),
    files: (number * 37) % 900,
    updated: '2026-11-05T12:34:56Z',
    modelId: number % 2 === 0 ? 'gpt-5' : 'deterministic',
  };
}

const words = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', '')),
  { maxLength: 4 },
);
const entries = fc.record({
  id: fc.integer({ min: 1, max: 30 }).map(formatId),
  version: fc.constantFrom('draft', '0.240101.1200', '0.250101.1200'),
  name: fc.string({ unit: 'grapheme' }),
  species: words,
  approaches: words,
  neurodataTypes: words,
  keywords: words,
  files: fc.nat(),
  updated: fc.constant('2026-11-05T12:34:56Z'),
  modelId: fc.constantFrom('gpt-5', 'deterministic'),
});
const encodeText = (text: string) => new TextEncoder().encode(text);

describe('a catalog', () => {
  it('is read back from its text', () => {
    fc.assert(
      fc.property(fc.array(entries), (some) => {
        const catalog = buildCatalog(some);
        const text = catalogText(catalog);
        expect(parseCatalog(encodeText(text), 'catalog.json')).toEqual(catalog);
        expect(catalogText(parseCatalog(encodeText(text), 'catalog.json'))).toBe(text);
      }),
    );
  });

  it('has one entry per Dandiset, in order, however it was built', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entries, { selector: ({ id, version }) => `${id}${version}` }), (some) => {
        const built = buildCatalog(some);
        const ids = built.entries.map(({ id }) => id);
        expect(ids).toEqual([...new Set(some.map(({ id }) => id))].toSorted());
        expect(buildCatalog(some.toReversed())).toEqual(built);
        expect(some.reduce(withEntry, { entries: [] })).toEqual(built);
        for (const entry of some) expect(withEntry(built, entry)).toBe(built);
      }),
    );
  });

  it('keeps the default version of a Dandiset, with its newest entry', () => {
    const published = buildEntry(1, '0.240101.1200');
    const catalog = buildCatalog([published]);
    expect(withEntry(catalog, buildEntry(1, 'draft'))).toBe(catalog);
    expect(withEntry(catalog, { ...published, files: 3 }).entries[0]?.files).toBe(3);
    expect(withEntry(catalog, buildEntry(1, '0.240101.1201')).entries[0]?.version).toBe('0.240101.1201');
    expect(withoutEntry(catalog, '000001')).toEqual({ entries: [] });
    expect(withoutEntry(catalog, '000002')).toBe(catalog);
    expect(catalog.entries).toEqual([published]);
  });

  it('of the whole archive fits one small request', () => {
    const text = catalogText(
      buildCatalog(Array.from({ length: 1251 }, (_, number) => buildEntry(number + 1))),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(WHOLE_BYTES / 2);
    expect(gzipSync(text).length).toBeLessThan(100_000);
  });

  it('refuses damaged and malformed texts', () => {
    const good = catalogText(buildCatalog([buildEntry(1)]));
    for (const text of [
      '',
      good.slice(0, -20),
      '[]',
      '{"schemaVersion":1}',
      good.replace('"schemaVersion":1', '"schemaVersion":2'),
      good.replace('"000001"', '"1"'),
      good.replace('"gpt-5"', '').replace('"deterministic"', ''),
      good.replace('"rows":[\n[', '"rows":[\nnull,['),
    ]) {
      expect(text).not.toBe(good);
      expect(() => parseCatalog(encodeText(text), 'catalog.json'), text.slice(0, 80)).toThrow(
        StoreUnavailableError,
      );
    }
    expect(() => withEntry({ entries: [] }, { ...buildEntry(1), id: '1' })).toThrow(InvalidInputError);
  });
});

for (const kind of ['FolderStore', 'S3Store'] as const) {
  describe(`the catalog in ${kind}`, () => {
    let server: S3Server;
    const clean: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      server = await S3Server.start();
    });
    afterAll(() => server.stop());
    afterEach(async () => {
      for (const clear of clean.splice(0)) await clear();
      server.reset();
    });
    const open = async (): Promise<ObjectStore> => {
      if (kind === 'S3Store') return s3StoreOver(server);
      const { store, remove } = await newFolderStore();
      clean.push(remove);
      return store;
    };

    it('accepts entries, changes and removals, and writes only changes', async () => {
      const store = new MortalStore(await open());
      expect(await readCatalog(store)).toEqual({ entries: [] });
      expect(await updateCatalog(store, buildEntry(2))).toBe('stored');
      expect(await updateCatalog(store, buildEntry(1))).toBe('stored');
      expect(await updateCatalog(store, buildEntry(1))).toBe('unchanged');
      expect(await removeFromCatalog(store, '000007')).toBe('unchanged');
      expect(store.writes).toBe(2);
      expect(await readCatalog(store)).toEqual(buildCatalog([buildEntry(1), buildEntry(2)]));
      expect(await removeFromCatalog(store, '000002')).toBe('stored');
      expect(await readCatalog(store)).toEqual(buildCatalog([buildEntry(1)]));
      expect(await catchFailure(removeFromCatalog(store, '2'))).toBeInstanceOf(InvalidInputError);
      expect(await listAll(store)).toEqual(['catalog.json']);
    });

    it(`is correct after ${WRITERS} concurrent writers`, async () => {
      const store = await open();
      server.latencyMs = 2;
      const writers = Array.from({ length: WRITERS }, (_, number) =>
        updateCatalog(kind === 'S3Store' ? s3StoreOver(server) : store, buildEntry(number + 1)),
      );
      expect(await Promise.all(writers)).toEqual(Array(WRITERS).fill('stored'));
      const expected = buildCatalog(Array.from({ length: WRITERS }, (_, number) => buildEntry(number + 1)));
      expect(await readCatalog(store)).toEqual(expected);
    }, 300_000);

    it('is split when it exceeds its limit, and stays correct with concurrent writers', async () => {
      const store = await open();
      const limits = { wholeBytes: 6_000 };
      for (let first = 1; first <= 60; first += 20) {
        await Promise.all(
          Array.from({ length: 20 }, (_, number) =>
            updateCatalog(store, buildEntry(first + ((number * 7) % 20)), limits),
          ),
        );
      }
      const all = Array.from({ length: 60 }, (_, number) => buildEntry(number + 1));
      expect(await readCatalog(store)).toEqual(buildCatalog(all));
      const { parts } = JSON.parse((await readText(store, catalogKey()))!) as { parts: { key: string }[] };
      expect(parts.length).toBeGreaterThan(3);
      // Neither replaced parts nor those of lost races remain.
      expect(await listAll(store, 'catalog/')).toEqual(parts.map(({ key }) => key).toSorted());
      for (const { key } of parts) expect((await store.get(key))!.body.length).toBeLessThanOrEqual(6_000);

      expect(await updateCatalog(store, buildEntry(30), limits)).toBe('unchanged');
      expect(await updateCatalog(store, buildEntry(30, '0.240101.1200'), limits)).toBe('stored');
      for (let number = 60; number >= 1; number -= 1) {
        expect(await removeFromCatalog(store, formatId(number), limits)).toBe('stored');
      }
      expect(await readCatalog(store)).toEqual({ entries: [] });
      expect(await listAll(store, 'catalog/')).toHaveLength(1);
    }, 300_000);

    it('follows a model through any changes, split or not', async () => {
      const store = await open();
      const limits = { wholeBytes: 900 };
      const steps = fc.array(fc.tuple(entries, fc.boolean()), { maxLength: 12 });
      let model = buildCatalog([]);
      await fc.assert(
        fc.asyncProperty(steps, async (some) => {
          for (const [entry, isRemoved] of some) {
            if (isRemoved) await removeFromCatalog(store, entry.id, limits);
            else await updateCatalog(store, entry, limits);
            model = isRemoved ? withoutEntry(model, entry.id) : withEntry(model, entry);
          }
          expect(await readCatalog(store)).toEqual(model);
        }),
        { numRuns: 15, endOnFailure: true },
      );
    }, 300_000);

    it('stays intact at whatever point a writer is killed', async () => {
      const store = await open();
      const limits = { wholeBytes: 3_000 };
      const some = Array.from({ length: 12 }, (_, number) => buildEntry(number + 1));
      for (const entry of some) await updateCatalog(store, entry, limits);
      const before = buildCatalog(some);
      for (let writes = 0; ; writes += 1) {
        const mortal = new MortalStore(store, writes);
        const change = { ...buildEntry(5), files: 1_000 + writes };
        const died = await updateCatalog(mortal, change, limits).then(
          () => false,
          () => true,
        );
        const { entries: now } = await readCatalog(store);
        const [old, changed] = [before, withEntry(before, change)].map(({ entries: list }) =>
          JSON.stringify(list),
        );
        if (!died) {
          expect(JSON.stringify(now)).toBe(changed);
          break;
        }
        expect([old, changed]).toContain(JSON.stringify(now));
        await updateCatalog(store, buildEntry(5), limits);
      }
    });

    it('can be read while it changes', async () => {
      const store = await open();
      const limits = { wholeBytes: 3_000 };
      for (let number = 1; number <= 12; number += 1) await updateCatalog(store, buildEntry(number), limits);
      let isWriting = true;
      const writing = (async () => {
        for (let turn = 0; turn < 25; turn += 1) {
          await updateCatalog(store, { ...buildEntry(1 + (turn % 12)), files: 10_000 + turn }, limits);
        }
        isWriting = false;
      })();
      while (isWriting) expect((await readCatalog(store)).entries).toHaveLength(12);
      await writing;
    });

    it('names the document that is damaged or gone', async () => {
      const store = await open();
      const limits = { wholeBytes: 3_000 };
      for (let number = 1; number <= 12; number += 1) await updateCatalog(store, buildEntry(number), limits);
      const [part = ''] = await listAll(store, 'catalog/');
      await store.remove(part);
      expect((await catchFailure(readCatalog(store))).key).toBe(part);
      const updates = Array.from({ length: 12 }, (_, number) =>
        updateCatalog(store, { ...buildEntry(number + 1), files: 7 }, limits),
      );
      const failed = (await Promise.allSettled(updates)).filter(({ status }) => status === 'rejected');
      expect(failed.length).toBeGreaterThan(0);
      for (const { reason } of failed as PromiseRejectedResult[]) {
        expect(reason).toBeInstanceOf(StoreUnavailableError);
        expect(reason.key).toBe(part);
      }
      for (const body of ['', '{"parts":[]}', '{"parts":[{}]}', '{"parts":7}']) {
        await store.put(catalogKey(), body, JSON_TYPE);
        for (const use of [() => readCatalog(store), () => updateCatalog(store, buildEntry(1))]) {
          const error = await catchFailure(use());
          expect(error).toBeInstanceOf(StoreUnavailableError);
          expect(error.key).toBe(catalogKey());
        }
      }
    });
  });
}

describe('changeDocument', () => {
  it('fails after 64 lost races', async () => {
    const { store, remove } = await newFolderStore();
    let turns = 0;
    let conflicts = 0;
    const change = changeDocument(
      store,
      'a.json',
      async () => {
        turns += 1;
        await store.put('a.json', `another ${turns}`, JSON_TYPE);
        return 'mine';
      },
      async () => {
        conflicts += 1;
      },
    );
    // No waits: only the limit is tested.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    const error = await catchFailure(change).finally(() => random.mockRestore());
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.key).toBe('a.json');
    expect([turns, conflicts]).toEqual([64, 64]);
    expect(await readText(store, 'a.json')).toBe('another 64');
    await remove();
  });
});
