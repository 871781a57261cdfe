/** The catalog over HTTP and its search: complete pages, correct filters, few reads. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { cachedCatalog } from '../../shared/api/catalog-cache.ts';
import { type CatalogQuery, MAX_LIMIT, searchCatalog } from '../../shared/api/catalog-query.ts';
import { openIndex } from '../../shared/api/search-cache.ts';
import { buildCatalog, type CatalogEntry, catalogText } from '../../shared/store/catalog.ts';
import { catalogKey } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { startTestApi, type TestApi } from './api-server.ts';

const SPECIES = ['Mus musculus - House mouse', 'Rattus norvegicus - Norway rat', 'Homo sapiens - Human'];
const TYPES = ['ElectricalSeries', 'Units', 'TwoPhotonSeries', 'LFP', 'Série'];

const entries = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 999_999 }).map((number) => String(number).padStart(6, '0')),
    version: fc.constantFrom('draft', '0.250101.1200'),
    name: fc.lorem({ maxCount: 4 }),
    species: fc.subarray(SPECIES),
    approaches: fc.subarray(['electrophysiological approach', 'behavioral approach']),
    neurodataTypes: fc.subarray(TYPES),
    keywords: fc.subarray(['hippocampus', 'spike times', 'CA1']),
    files: fc.nat(1_000),
    updated: fc
      .date({ min: new Date('2025-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    modelId: fc.constant('gpt-4o'),
  }),
  { selector: ({ id }) => id, maxLength: 40 },
);

function entry(at: number, changes: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    id: String(at).padStart(6, '0'),
    version: '0.250101.1200',
    name: `Recordings number ${at} of neurons in the cortex of behaving animals`,
    species: [SPECIES[at % 3] as string],
    approaches: ['electrophysiological approach'],
    neurodataTypes: TYPES.slice(0, 1 + (at % 5)),
    keywords: ['hippocampus', `keyword ${at % 300}`],
    files: at,
    updated: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000).toISOString(),
    modelId: 'gpt-4o',
    ...changes,
  };
}

describe('a search', () => {
  it('returns every matching entry once, for any page size', () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(undefined, 'CA1', 'mouse'),
        (all, limit, q) => {
          const catalog = buildCatalog(all);
          const filters = q === undefined ? {} : { q };
          const index = openIndex(undefined, catalog);
          const whole = searchCatalog(catalog, { ...filters, limit: MAX_LIMIT }, index);
          const found: CatalogEntry[] = [];
          for (let after: string | undefined, pages = 0; pages < 50; pages += 1) {
            const page = searchCatalog(
              catalog,
              {
                ...filters,
                limit,
                ...(after === undefined ? {} : { after }),
              },
              index,
            );
            expect(page.total).toBe(whole.total);
            found.push(...page.entries);
            after = page.next;
            if (after === undefined) break;
          }
          expect(found).toEqual(whole.entries);
          expect(whole.entries).toHaveLength(whole.total);
        },
      ),
    );
  });

  it.each<[Omit<CatalogQuery, 'limit'>, (entry: CatalogEntry) => boolean]>([
    [{ species: 'MOUSE' }, ({ species }) => species.includes(SPECIES[0] as string)],
    [{ approach: 'electro' }, ({ approaches }) => approaches.includes('electrophysiological approach')],
    [
      { neurodataType: 'electricalseries' },
      ({ neurodataTypes }) => neurodataTypes.includes('ElectricalSeries'),
    ],
    [{ neurodataType: 'serie' }, ({ neurodataTypes }) => neurodataTypes.includes('Série')],
    [{ neurodataType: 'Electrical' }, () => false],
    [{ updatedSince: '2026-01-01' }, ({ updated }) => updated >= '2026-01-01'],
    [{ updatedSince: '2026-01-01T00:00:00+01:00' }, ({ updated }) => updated >= '2025-12-31T23'],
  ])('for %j', (query, fits) => {
    fc.assert(
      fc.property(entries, (all) => {
        const catalog = buildCatalog(all);
        const index = openIndex(undefined, catalog);
        const { entries: found } = searchCatalog(catalog, { ...query, limit: MAX_LIMIT }, index);
        expect(found).toEqual(catalog.entries.filter(fits));
      }),
    );
  });
});

describe('a reader of the catalog', () => {
  it('reads once for concurrent requests, again after a while, and never caches a failure', async () => {
    let reads = 0;
    let now = 0;
    let isDown = true;
    const store = {
      get: async () => {
        reads += 1;
        if (isDown) throw new Error('down');
        return undefined;
      },
    } as unknown as ObjectStore;
    const read = cachedCatalog(store, () => now, 1_000);
    await Promise.all(Array.from({ length: 20 }, () => expect(read()).rejects.toThrow('down')));
    expect(reads).toBe(1);
    isDown = false;
    await Promise.all(Array.from({ length: 20 }, () => read()));
    expect(reads).toBe(2);
    now = 999;
    await read();
    expect(reads).toBe(2);
    now = 1_000;
    await read();
    expect(reads).toBe(3);
  });
});

describe('the catalog over HTTP', () => {
  let api: TestApi;
  afterEach(() => api.close());

  async function serve(all: readonly CatalogEntry[]): Promise<void> {
    api = await startTestApi();
    const text = catalogText(buildCatalog(all));
    await api.store.put(catalogKey(), text, { contentType: 'application/json' });
  }

  it('returns the whole archive in one small response', async () => {
    await serve(Array.from({ length: 1_251 }, (_, at) => entry(at)));
    const response = await api.get('/dandisets?limit=2000', { 'accept-encoding': 'gzip' });
    expect(Number(response.headers.get('content-length'))).toBeLessThan(200_000);
    const { total, dandisets, next } = (await response.json()) as {
      total: number;
      dandisets: unknown[];
      next?: string;
    };
    expect([total, dandisets.length, next]).toEqual([1_251, 1_251, undefined]);
  });

  it('links from page to page, in the document and in the Link header', async () => {
    await serve(Array.from({ length: 25 }, (_, at) => entry(at)));
    let path = '/dandisets?limit=10&species=mouse';
    const ids: string[] = [];
    for (;;) {
      const response = await api.get(path);
      const { dandisets, next } = (await response.json()) as { dandisets: { id: string }[]; next?: string };
      ids.push(...dandisets.map(({ id }) => id));
      expect(response.headers.get('link')).toBe(next === undefined ? null : `<${next}>; rel="next"`);
      if (next === undefined) break;
      path = next;
    }
    expect(ids).toEqual([
      '000000',
      '000003',
      '000006',
      '000009',
      '000012',
      '000015',
      '000018',
      '000021',
      '000024',
    ]);
  });

  it('is a page with a form that keeps the query, accepts empty fields, and links to the next page', async () => {
    await serve(Array.from({ length: 60 }, (_, at) => entry(at)));
    const response = await api.get('/dandisets?q=neurons&species=&approach=&neurodataType=&updatedSince=', {
      accept: 'text/html',
    });
    const text = await response.text();
    expect(text).toContain('name="q" type="search" maxlength="200" value="neurons"');
    expect(text).toContain('60 Dandisets of 60');
    expect(text).toMatch(/name="facet" value="species:9606"> <span>human<\/span>/);
    expect(text.match(/<h2>/g)).toHaveLength(50);
    const next = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await (await api.get(next, { accept: 'text/html' })).text();
    expect(second.match(/<h2>/g)).toHaveLength(10);
    expect(second).toContain('First page');
  });

  it('is valid when empty', async () => {
    await serve([]);
    expect(await (await api.get('/dandisets')).json()).toEqual({ total: 0, dandisets: [] });
    expect(await (await api.get('/dandisets?format=html')).text()).toContain('No summary is stored yet.');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=2001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['after=12', 'after'],
    ['updatedSince=yesterday', 'updatedSince'],
    ['updatedSince=2026-02-30', 'updatedSince'],
    ['updatedSince=2026-13-01', 'updatedSince'],
    ['species=a&species=b', 'species'],
    ['colour=red', 'query'],
  ])('refuses %s by name', async (query, field) => {
    await serve([]);
    const response = await api.get(`/dandisets?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field });
  });
});
