/** A page of a long table of sessions: its reads are counted, and it shows the table's content. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveApi } from '../../local/serve.ts';
import { buildSessionsCsv } from '../../shared/pipeline/sessions-table.ts';
import { sessionsKeys } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import {
  buildSessionIndex,
  findRowSpan,
  parseAllRows,
  parseRowSpan,
} from '../../shared/summary/session-index.ts';
import { readSessionTimeline } from '../../shared/summary/session-timeline.ts';
import { countRuns } from '../effort.ts';
import { EITHER_STORE } from '../store/stores.ts';
import {
  CountingRuns,
  PUBLISHED,
  putTestSessions,
  putTestSummary,
  SHOWS_ALL,
  TOKEN,
  testRow,
} from './api-server.ts';

const ID = '900002';
const ROWS = 10_000;
const PAGE = 25;
/** The most that one page may read of the table. */
const PAGE_BYTES = 64_000;

const cell = fc.string({
  unit: fc.constantFrom('a', 'µ', '海', '"', ',', '\r\n', '\n', '=', ' '),
  maxLength: 8,
});

describe('the index of a table', () => {
  it('finds the rows of the whole table, for any cells', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(32),
        fc.integer({ min: 1, max: 9 }),
        (cells, every, first, count) => {
          const rows = cells.map(([subject, session], at) =>
            testRow({ path: `${at}.nwb`, subject, session }),
          );
          const csv = Buffer.from(buildSessionsCsv(rows));
          const index = buildSessionIndex(csv, every);
          expect(index.rows).toBe(rows.length);
          const expected = parseAllRows(csv).slice(first, first + count);
          const span = findRowSpan(index, csv.length, first, count);
          if (span === undefined) {
            expect(expected).toEqual([]);
            return;
          }
          const existing = parseRowSpan(csv.subarray(span.start, span.end), index, span)!;
          expect(existing.slice(first - span.firstRow, first - span.firstRow + count)).toEqual(expected);
        },
      ),
      { numRuns: countRuns(300) },
    );
  });

  it('uses no range that starts or ends inside a row', () => {
    const csv = Buffer.from(buildSessionsCsv(Array.from({ length: 9 }, (_, at) => testRow({ units: at }))));
    const index = buildSessionIndex(csv, 3);
    const span = findRowSpan(index, csv.length, 3, 3)!;
    expect(parseRowSpan(csv.subarray(span.start, span.end), index, span)).toHaveLength(3);
    for (const [from, to] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [5, 5],
      [-9, -9],
    ] as const)
      expect(parseRowSpan(csv.subarray(span.start + from, span.end + to), index, span)).toBeUndefined();
  });
});

describe.each(EITHER_STORE)('a page of 10,000 sessions in %s', (_name, openStore) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  let url: string;
  /** Reads of the table's CSV since the summary was put: how many, whole or not, and how many bytes. */
  let reads: { readonly isWhole: boolean; readonly bytes: number }[];
  const key = sessionsKeys(ID, PUBLISHED).csv;
  const rows = Array.from({ length: ROWS }, (_, at) =>
    testRow({
      path: `sub-${at}/sub-${at}_ses-1_desc-größe_behavior+ecephys.nwb`,
      subject: `S${at}`,
      session: at % 3 === 0 ? `morning, "${at}"\r\nagain` : null,
      species: 'Mus musculus',
      regions: 'CA1; CA3; primary visual area',
      session_start: `${2020 + (at % 3)}-0${1 + (at % 4)}-05T10:00:00+00:00`,
      units: at,
    }),
  );

  let now = new Date('2026-11-27T12:00:00Z');
  beforeEach(async () => {
    now = new Date('2026-11-27T12:00:00Z');
    const opened = await openStore();
    store = opened.store;
    reads = [];
    const counted: ObjectStore = {
      location: store.location,
      get: async (name) => {
        const found = await store.get(name);
        if (name === key) reads.push({ isWhole: true, bytes: found?.body.length ?? 0 });
        return found;
      },
      getRange: async (name, start, end) => {
        const found = await store.getRange(name, start, end);
        if (name === key) reads.push({ isWhole: false, bytes: found?.body.length ?? 0 });
        return found;
      },
      openDownload: (name, options) => store.openDownload(name, options),
      has: (name) => store.has(name),
      list: (prefix) => store.list(prefix),
      put: (name, body, options) => store.put(name, body, options),
      remove: (name) => store.remove(name),
    };
    const server = await serveApi({
      store: counted,
      runs: new CountingRuns(),
      archive: SHOWS_ALL,
      readToken: async () => TOKEN,
      dailyRuns: 3,
      findBlobUrl: (blobId: string) => `https://bucket.test/${blobId}`,
      now: () => now,
      catalogGoodForMs: 0,
    });
    url = server.url;
    close = async () => {
      await server.close();
      await opened.close();
    };
  });
  afterEach(() => close());

  const putTable = async (hasIndex: boolean, hasTimeline = hasIndex, table = rows) => {
    await putTestSessions(store, ID, table);
    const csv = (await store.get(key))!.body;
    const reference = { sha256: 'ab'.repeat(32), bytes: csv.length };
    await putTestSummary(store, {
      provenance: {
        sessions: {
          csv: { ...reference, ...(hasIndex ? { index: buildSessionIndex(csv) } : {}) },
          parquet: reference,
          ...(hasTimeline ? { timeline: readSessionTimeline(csv) } : {}),
        },
      },
    });
  };
  const getPage = async (page: number | string) => {
    const response = await fetch(`${url}/dandisets/${ID}/sessions?format=json&page=${page}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const unitsOn = (body: Record<string, unknown>) =>
    (body.sessions as { units: string }[]).map(({ units }) => Number(units));
  const unitsFrom = (first: number) => Array.from({ length: PAGE }, (_, at) => first + at);

  it('is one read of few bytes, the first, one in the middle and the last', async () => {
    await putTable(true);
    for (const page of [1, 2, 211, 400]) {
      reads.length = 0;
      const { body } = await getPage(page);
      expect(body).toMatchObject({ total: ROWS, page, pages: ROWS / PAGE });
      expect(unitsOn(body)).toEqual(unitsFrom((page - 1) * PAGE));
      expect((body.sessions as { session: string }[])[0]!.session).toBe(
        rows[(page - 1) * PAGE]!.session ?? '',
      );
      expect(reads).toHaveLength(1);
      expect(reads[0]!.isWhole).toBe(false);
      expect(reads[0]!.bytes).toBeGreaterThan(0);
      expect(reads[0]!.bytes).toBeLessThanOrEqual(PAGE_BYTES);
    }
    reads.length = 0;
    const html = await (await fetch(`${url}/dandisets/${ID}/sessions?format=html&page=400`)).text();
    expect(html).toContain('page 400 of 400');
    expect(html).toContain('sub-9999/');
    expect(reads.map(({ isWhole }) => isWhole)).toEqual([false]);
  });

  const getDandiset = async () => {
    reads.length = 0;
    const response = await fetch(`${url}/dandisets/${ID}`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(200);
    return response.text();
  };

  it('is built into the Dandiset’s own page again after a minute, with changes of the previous version', async () => {
    await putTable(true);
    expect(await getDandiset()).not.toContain('Changes since');
    await putTestSummary(store, {
      id: ID,
      version: '0.200101.0000',
      provenance: {
        coverage: { assets: 9, nwb: 7, read: 7, cutShort: 0, notLookedAt: 0, unreadable: [], other: [] },
      },
    });
    now = new Date(now.getTime() + 60_000);
    expect(await getDandiset()).toContain('Changes since');
  });

  it('is built into the Dandiset’s own page once, and again only if the summary has changed', async () => {
    await putTable(true);
    const first = await getDandiset();
    expect(reads).toHaveLength(1);
    for (let again = 0; again < 3; again += 1) {
      expect(await getDandiset()).toBe(first);
      expect(reads).toEqual([]);
    }
    await putTable(true, true, rows.slice(0, 40));
    const second = await getDandiset();
    expect(reads).toHaveLength(1);
    expect(second).toContain('All 40 rows');
  });

  it('shows its first rows and a picture on the Dandiset’s own page, for one read of few bytes', async () => {
    await putTable(true);
    expect((await store.get(key))!.body.length).toBeGreaterThan(1_500_000);
    const text = await getDandiset();
    expect(text).toContain('All 10,000 rows');
    expect(text).toContain('sub-7/');
    expect(text).toContain('10,000 files by the start of the session, from 2020-01 to 2022-04');
    expect(reads.map(({ isWhole }) => isWhole)).toEqual([false]);
    expect(reads[0]!.bytes).toBeLessThanOrEqual(PAGE_BYTES);
  });

  it('is omitted from the Dandiset’s page if an older summary would require reading the whole table', async () => {
    await putTable(true, false);
    const indexed = await getDandiset();
    expect(indexed).toContain('All 10,000 rows');
    expect(indexed).not.toContain('by the start of the session');
    expect(reads.map(({ isWhole }) => isWhole)).toEqual([false]);
    await putTable(false);
    const plain = await getDandiset();
    expect(plain).toContain(`/dandisets/${ID}/versions/${PUBLISHED}/sessions">All rows</a>`);
    expect(plain).not.toContain('sub-7/');
    expect(reads).toEqual([]);
    // A short one is read: nothing is missing.
    await putTable(false, false, rows.slice(0, 60));
    const short = await getDandiset();
    expect(short).toContain('All 60 rows');
    expect(short).toContain('60 files by the start of the session');
    expect(reads.map(({ isWhole }) => isWhole)).toEqual([true]);
  });

  it('is refused without reading the table if the page number does not exist', async () => {
    await putTable(true);
    for (const page of [0, 401, 'x', '1e2']) {
      const { status, body } = await getPage(page);
      expect([status, body.detail]).toEqual([400, expect.stringContaining('from 1 to 400')]);
    }
    expect(reads).toEqual([]);
  });

  it('is served for a summary without an index, from the whole table', async () => {
    await putTable(false);
    const { body } = await getPage(400);
    expect(body).toMatchObject({ total: ROWS, page: 400, pages: 400 });
    expect(unitsOn(body)).toEqual(unitsFrom(9_975));
    expect(reads.map(({ isWhole }) => isWhole)).toEqual([true]);
  });

  it('shows the stored table if the index belongs to another', async () => {
    await putTable(true);
    const sameSize = rows.map((row, at) => (at === 0 ? { ...row, subject: 'SX' } : row));
    const others = [
      // Another size; the same size, with every later row moved by a byte.
      rows.slice(0, 60),
      [
        { ...sameSize[0]!, subject: `${rows[0]!.subject}S` },
        ...rows.slice(1, -1),
        { ...rows.at(-1)!, subject: 'S999' },
      ],
    ];
    const bytes = (await store.get(key))!.body.length;
    expect(Buffer.byteLength(buildSessionsCsv(others[1]!))).toBe(bytes);
    for (const other of others) {
      await putTestSessions(store, ID, other);
      reads.length = 0;
      const { body } = await getPage(2);
      expect(body).toMatchObject({ total: other.length, page: 2 });
      expect(unitsOn(body)).toEqual(unitsFrom(25));
      expect(reads.map(({ isWhole }) => isWhole)).toEqual([false, true]);
    }
    await store.remove(key);
    expect((await getPage(1)).status).toBe(404);
  });
});
