/** Properties of the catalog's facets, and the content and escaping of the parts of a Dandiset's page. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { countFacets, narrow } from '../../shared/api/catalog-facets.ts';
import { MAX_LIMIT, searchCatalog } from '../../shared/api/catalog-query.ts';
import { timelinePicture, typesPicture } from '../../shared/api/page/pictures.ts';
import { parseSessionTable } from '../../shared/api/page/session-table.ts';
import { buildBibtex, pythonSnippet, type UseView } from '../../shared/api/page/use-it.ts';
import { openIndex } from '../../shared/api/search-cache.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { buildSessionsCsv } from '../../shared/pipeline/sessions-table.ts';
import { buildCatalog, type CatalogEntry } from '../../shared/store/catalog.ts';
import { MetadataSchema } from '../../shared/summary/facts-schema.ts';
import { buildSessionTimeline } from '../../shared/summary/session-timeline.ts';
import { PUBLISHED, putTestSummary, startTestApi, type TestApi, testRow } from './api-server.ts';

const entry: fc.Arbitrary<CatalogEntry> = fc.record({
  id: fc.integer({ min: 0, max: 999 }).map((at) => String(900_000 + at)),
  version: fc.constantFrom('draft', PUBLISHED),
  name: fc.constantFrom('One', 'Two'),
  species: fc.subarray(['Mus musculus - House mouse', 'Homo sapiens - Human']),
  approaches: fc.subarray(['electrophysiological approach', 'behavioral approach']),
  neurodataTypes: fc.subarray(['ElectricalSeries', 'Units', 'TwoPhotonSeries']),
  keywords: fc.constant([]),
  files: fc.nat(100),
  updated: fc.constantFrom('2026-11-20T10:00:00.000Z', '2026-11-21T10:00:00.000Z'),
  modelId: fc.constant('m'),
});

describe('facets', () => {
  it('count the results of choosing them, for one kind or several', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 20 }),
        fc.subarray(['state:draft', 'species:10090', 'modality:spikes']),
        (all, chosen) => {
          const catalog = buildCatalog(all);
          const index = openIndex(undefined, catalog);
          for (const { id, choices } of countFacets(catalog.entries, chosen, index))
            for (const { facet, count } of choices) {
              const others = chosen.filter((each) => !each.startsWith(`${id}:`));
              expect(narrow(catalog.entries, [...others, facet], index)).toHaveLength(count);
            }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('find a region by its parent, and a technique by its kind', () => {
    const named = (at: number, name: string): CatalogEntry => ({
      ...fc.sample(entry, { numRuns: 1, seed: 1 })[0]!,
      id: String(900_000 + at),
      name,
    });
    const catalog = buildCatalog([
      named(1, 'Neuropixels recordings in the primary visual area'),
      named(2, 'Recordings in the anterolateral visual area'),
      named(3, 'Recordings in the hippocampus'),
    ]);
    const index = openIndex(undefined, catalog);
    const find = (facet: string) => narrow(catalog.entries, [facet], index).map(({ id }) => id);
    expect(find('region:VISp')).toEqual(['900001']);
    expect(find('region:VIS')).toEqual(['900001', '900002']);
    expect(find('region:Isocortex')).toEqual(['900001', '900002']);
    expect(find('technique:silicon-probe')).toContain('900001');
    const regions = countFacets(catalog.entries, [], index).find(({ id }) => id === 'region')!;
    expect(regions.choices.find(({ facet }) => facet === 'region:VIS')).toMatchObject({ count: 2 });
    // The brain contains them all, and does not narrow the results.
    expect(regions.choices.map(({ facet }) => facet)).not.toContain('region:root');
  });

  it('page through any order without losing or repeating an entry', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 20 }),
        fc.constantFrom('newest' as const, 'size' as const),
        (all, sort) => {
          const catalog = buildCatalog(all);
          const index = openIndex(undefined, catalog);
          const whole = searchCatalog(catalog, { sort, limit: MAX_LIMIT }, index).entries;
          const found: CatalogEntry[] = [];
          let after: string | undefined;
          do {
            const page = searchCatalog(
              catalog,
              { sort, limit: 3, ...(after === undefined ? {} : { after }) },
              index,
            );
            found.push(...page.entries);
            after = page.next;
          } while (after !== undefined);
          expect(found).toEqual(whole);
          expect([...whole].map(({ id }) => id).sort()).toEqual(catalog.entries.map(({ id }) => id));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('use it', () => {
  const dandiset = { id: '900002', version: PUBLISHED, name: 'Spikes & {waves} 100%' };

  it('cites by BibTeX that braces and signs do not break', () => {
    const text = buildBibtex({ dandiset, generatedAt: '2026-11-20T10:00:00.000Z' });
    expect(text).toContain('title = {{Spikes \\& \\{waves\\} 100\\%}}');
    expect(text).toContain('year = {2025}');
    expect(text).toContain(`doi = {10.48324/dandi.900002/${PUBLISHED}}`);
    expect(
      buildBibtex({ dandiset: { ...dandiset, version: 'draft' }, generatedAt: '2026-11-20T10:00:00.000Z' }),
    ).not.toContain('doi =');
  });

  it('links to the viewer like the archive, and omits tools that do not read Zarr', async () => {
    const api = await startTestApi();
    try {
      await putTestSummary(api.store);
      await putTestSummary(api.store, { id: '900003', examplePath: 'sub-1/sub-1.nwb.zarr' });
      const asset = '0b0ed528-84c6-49cc-8a3e-6a1f1f74f3e7';
      const read = async (id: string) =>
        (
          (await (await api.get(`/dandisets/${id}/snippets`)).json()) as {
            fileTypes: Record<string, string>[];
          }
        ).fileTypes[0]!;
      const file = await read('900002');
      expect(file.neurosift).toBe(
        `https://neurosift.app/nwb?url=https://api.dandiarchive.org/api/assets/${asset}/download/&dandisetId=900002&dandisetVersion=${PUBLISHED}`,
      );
      expect(file.matlab).toContain('nwbRead("s3://dandiarchive/" + blob(1))');
      const zarr = await read('900003');
      expect(Object.keys(zarr).sort()).toEqual(['example', 'files', 'holds', 'python']);
      expect(zarr.python).toContain('NWBZarrIO');
      const page = await (await api.get('/dandisets/900003', { accept: 'text/html' })).text();
      expect(page).not.toContain('neurosift.app/nwb');
      expect(page).not.toContain('nwbRead');
    } finally {
      await api.close();
    }
  });

  it('cites no DOI that is not in the metadata, and reports that as the text does', async () => {
    const published = { ...dandiset, version: PUBLISHED };
    const cited = (metadata?: UseView['metadata']) =>
      buildBibtex({
        dandiset: published,
        generatedAt: '2026-11-20T10:00:00.000Z',
        ...(metadata === undefined ? {} : { metadata }),
      });
    const stated = z.parse(MetadataSchema, describeMetadata(undefined));
    expect(cited(stated)).not.toContain('doi');
    expect(cited(stated)).toContain(`url = {https://dandiarchive.org/dandiset/900002/${PUBLISHED}}`);
    expect(cited({ ...stated, doi: '10.5072/other' })).toContain('doi = {10.5072/other}');
    const api = await startTestApi();
    try {
      await putTestSummary(api.store, { provenance: { metadata: stated } });
      const text = await (await api.get('/dandisets/900002', { accept: 'text/html' })).text();
      expect(text).toContain('This version has no DOI in its metadata: cite it by its URL.');
      expect(text).not.toContain('10.48324');
    } finally {
      await api.close();
    }
  });

  it('quotes paths so that they cannot inject code', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const lines = pythonSnippet(dandiset, `${path}.nwb`).split('\n');
        expect(lines).toHaveLength(11);
        expect(JSON.parse((lines[6] as string).trim())).toBe(`${path}.nwb`);
      }),
    );
  });
});

describe('a draft', () => {
  it('is marked as a draft once, on its page and in the catalog', async () => {
    const api = await startTestApi();
    try {
      await putTestSummary(api.store, { id: '900003', version: 'draft' });
      for (const path of ['/dandisets/900003', '/dandisets']) {
        const text = await (await api.get(path, { accept: 'text/html' })).text();
        const [, line = ''] = /<p class="eyebrow">(.*?)<\/p>/s.exec(text) ?? [];
        expect(line.match(/draft/g), `${path}: ${line}`).toHaveLength(1);
      }
    } finally {
      await api.close();
    }
  });
});

describe('pictures and sessions', () => {
  it('count each session once and state it in words', () => {
    const starts = ['2024-01-05', '2024-01-09', '2024-03-01', '', 'unknown', '2024-13-01'];
    const text = timelinePicture(buildSessionTimeline(starts)!).text;
    expect(text).toContain(
      '3 files by the start of the session, from 2024-01 to 2024-03; most, 2, in 2024-01.',
    );
    expect(text.match(/<rect/g)).toHaveLength(2);
    expect(buildSessionTimeline(['2024-01-05'])).toBeNull();
    expect(buildSessionTimeline(['0001-01-01', '9999-01-01'])).toBeNull();
  });

  it('join months to years if there are too many, and reach the last year there is', () => {
    expect(buildSessionTimeline(['2015-06-01', '2020-02-01', '2020-03-01'])).toEqual({
      unit: 'year',
      first: '2015',
      counts: [1, 0, 0, 0, 0, 2],
    });
    expect(buildSessionTimeline(['9999-12-01', '9999-11-01'])).toEqual({
      unit: 'month',
      first: '9999-11',
      counts: [1, 1],
    });
  });

  it('escape the name of a type', () => {
    const text =
      typesPicture([
        { words: '<b>"x', files: 3 },
        { words: 'y', files: 1 },
      ])?.text ?? '';
    expect(text).not.toContain('<b>');
    expect(text).toContain('&lt;b&gt;&quot;x');
  });

  it('read back written values, including formulas', () => {
    const rows = [testRow({ subject: '=1+1', session: 'a,"b"\nc' }), testRow({ units: 7 })];
    const { rows: read } = parseSessionTable(buildSessionsCsv(rows));
    expect(read).toMatchObject([
      { subject: '=1+1', session: 'a,"b"\nc' },
      { units: '7', subject: '' },
    ]);
  });
});

describe('the page', () => {
  let api: TestApi;
  const page = async (path: string) => (await api.get(path, { accept: 'text/html' })).text();
  beforeAll(async () => {
    api = await startTestApi();
    await putTestSummary(api.store, { id: '900004' });
    await putTestSummary(api.store, {
      id: '900004',
      version: '0.260101.0000',
      provenance: {
        coverage: { assets: 90, nwb: 89, read: 89, cutShort: 0, notLookedAt: 0, unreadable: [], other: [] },
        suggestions: [{ field: 'keywords', value: '<i>', evidence: 'Files hold it.' }],
      },
    });
    await putTestSummary(api.store, { id: '900005', name: 'Another' });
  });
  afterAll(() => api.close());

  it('shows the newest version, and an older one links to it', async () => {
    const newest = await page('/dandisets/900004');
    expect(newest).toContain('<strong>DANDI:900004/0.260101.0000</strong>');
    expect(newest).not.toContain('There is a newer version');
    expect(await page(`/dandisets/900004/versions/${PUBLISHED}`)).toContain(
      'There is a newer version: <a href="/dandisets/900004">0.260101.0000</a>',
    );
  });

  it('shows changes, neighbours with shared features, suggestions, and how to open each type', async () => {
    const text = await page('/dandisets/900004');
    expect(text).toContain('NWB files: 60 before, 89 now.');
    expect(text).toMatch(
      /<a href="\/dandisets\/900005">Another<\/a>[^<]*<span class="soft">DANDI:900005\. Both: [^<]*rat/,
    );
    expect(text).toContain('<strong>Keywords</strong>: &lt;i&gt;.');
    expect(text).toContain('dandi download DANDI:900004/0.260101.0000');
    expect(text).toContain('nwbRead(');
    expect(text).toContain('https://neurosift.app/');
  });

  it('is markdown and JSON by its suffix', async () => {
    expect(await (await api.get('/dandisets/900004.md')).text()).toMatch(/^# Silicon/);
    expect(await (await api.get('/dandisets/900004.json')).json()).toMatchObject({ dandisetId: '900004' });
  });

  it('of an error shows people the same as the problem document', async () => {
    const response = await api.get('/dandisets/900009', { accept: 'text/html,*/*;q=0.8' });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    const text = await response.text();
    expect(text).toContain('No summary of Dandiset 900009 is stored.');
    expect(text).toContain('<meta name="robots" content="noindex">');
    expect((await api.get('/dandisets/900009')).headers.get('content-type')).toBe('application/problem+json');
  });
});
