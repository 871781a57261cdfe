/**
 * The open catalog of headers: rows of headers, Parquet files that other programs can read, and every file in
 * exactly one part.
 */
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildFileRow, buildNodeRows } from '../../shared/header-tables/build-rows.ts';
import { TABLES, type TableName } from '../../shared/header-tables/columns.ts';
import {
  type ExportPosition,
  exportTables,
  removeTables,
  TABLES_GENERATION,
} from '../../shared/header-tables/export-tables.ts';
import { buildParquet } from '../../shared/parquet/build-parquet.ts';
import { HeaderStore } from '../../shared/store/header-store.ts';
import { findTableShard, tableClaimsKey, tablePartKey, tablePrefix } from '../../shared/store/keys.ts';
import type { ObjectStore } from '../../shared/store/object-store.ts';
import { ampleLimits } from '../hdf5/two-engines.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { CountingSource } from '../source/counting-source.ts';
import { EITHER_STORE, listAll } from '../store/stores.ts';

type Row = Record<string, unknown>;

/** A content id of this number: a UUID whose first digit is spread over the shards. */
const nameBlob = (index: number): string =>
  `${((index * 7) % 16).toString(16)}0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

async function readHeader(subject: string): Promise<NwbHeader> {
  const bytes = await writeHdf5((file) => {
    file.create_attribute('neurodata_type', 'NWBFile');
    file.create_attribute('nwb_version', '2.7.0');
    file.create_dataset({ name: 'identifier', data: `of ${subject}` });
    const general = file.create_group('general');
    const about = general.create_group('subject');
    about.create_dataset({ name: 'subject_id', data: subject });
    about.create_dataset({ name: 'species', data: 'Mus musculus' });
    const electrodes = general.create_group('extracellular_ephys').create_group('electrodes');
    electrodes.create_dataset({ name: 'location', data: ['CA1', 'CA3', 'CA1', ''] });
    const series = file.create_group('acquisition').create_group('probe');
    series.create_attribute('neurodata_type', 'ElectricalSeries');
    series.create_attribute('namespace', 'core');
    series.create_attribute('description', 'a probe “in” CA1');
    const data = series.create_dataset({ name: 'data', data: new Int16Array(40), shape: [20, 2] });
    data.create_attribute('unit', 'volts');
    data.create_attribute('conversion', 2.5e-7);
    data.create_attribute('channels', new Int32Array([3, 4]));
    const start = series.create_dataset({ name: 'starting_time', data: 0.5 });
    start.create_attribute('rate', 30_000);
    file.create_soft_link('/acquisition/probe', 'shortcut');
    file.create_external_link('other.h5', '/x', 'outside');
  });
  const reader = new Hdf5HeaderReader();
  return (await reader.readHeader(new CountingSource(bytes), ampleLimits)).header;
}

describe('rows', () => {
  it('describe a file by its subject, its locations and its types', async () => {
    expect(buildFileRow('blob', await readHeader('M1'))).toMatchObject({
      blob: 'blob',
      format: 'hdf5',
      nwb_version: '2.7.0',
      identifier: 'of M1',
      subject_id: 'M1',
      species: 'Mus musculus',
      locations: ['CA1', 'CA3'],
      types: ['ElectricalSeries', 'NWBFile'],
      cut_short: [],
      lab: undefined,
    });
  });

  it('describe each object once, and a series by its data', async () => {
    const rows = buildNodeRows('blob', await readHeader('M1'));
    const at = (path: string) => rows.find((row) => row.path === path);
    expect(rows.map(({ path }) => path)).toHaveLength(new Set(rows.map(({ path }) => path)).size);
    expect(at('/acquisition/probe')).toMatchObject({
      parent: '/acquisition',
      name: 'probe',
      kind: 'group',
      type: 'ElectricalSeries',
      namespace: 'core',
      description: 'a probe “in” CA1',
      shape: [20, 2],
      dtype: 'int16',
      unit: 'volts',
      rate: 30_000,
      conversion: 2.5e-7,
    });
    expect(at('/acquisition/probe/data')).toMatchObject({
      layout: 'contiguous',
      filters: [],
      attributes: '{"channels":[3,4]}',
    });
    expect(at('/acquisition/probe/starting_time')).toMatchObject({ rate: 30_000, shape: [] });
    expect(at('/identifier')).toMatchObject({ value: 'of M1', dtype: '<U5' });
    expect(at('/')).toMatchObject({
      parent: undefined,
      name: '',
      links: ['outside -> other.h5:/x', 'shortcut -> /acquisition/probe'],
    });
  });
});

it('Parquet returns the rows, with absent values as null', async () => {
  const header = await readHeader('M1');
  const tables = {
    files: [buildFileRow('b', header), { blob: 'empty' }],
    nodes: buildNodeRows('b', header),
  };
  for (const name of Object.keys(tables) as TableName[]) {
    const found = await readTable(buildParquet(TABLES[name], tables[name]));
    const expected = tables[name].map((row) =>
      Object.fromEntries(TABLES[name].map((column) => [column.name, (row as Row)[column.name] ?? null])),
    );
    expect(found).toEqual(expected);
  }
  expect(buildParquet(TABLES.nodes, tables.nodes)).toEqual(buildParquet(TABLES.nodes, tables.nodes));
});

async function readTable(bytes: Uint8Array): Promise<Row[]> {
  const file = bytes.slice().buffer as ArrayBuffer;
  const rows = (await parquetReadObjects({ file })) as Row[];
  const plain = (value: unknown): unknown => {
    if (typeof value === 'bigint') return Number(value);
    return Array.isArray(value) ? value.map(plain) : (value ?? null);
  };
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}

describe.each(EITHER_STORE)('an export into %s', (_, open) => {
  let store: ObjectStore;
  let close: () => Promise<void>;
  let header: NwbHeader;

  beforeEach(async () => {
    ({ store, close } = await open());
    header = await readHeader('M1');
  });
  afterEach(() => close());

  async function keep(from: number, to: number): Promise<void> {
    const headers = new HeaderStore(store, (value) => value);
    for (let index = from; index < to; index += 1) await headers.put(nameBlob(index), header, {});
  }

  const findHeader = async (contentId: string): Promise<NwbHeader | undefined> =>
    new HeaderStore(store, (value) => value).getHeader(contentId);
  const run = () => exportTables({ store, findHeader });

  /** Reads all rows of a table, from all its parts. */
  async function readRows(table: TableName): Promise<Row[]> {
    const rows: Row[] = [];
    for (const key of await listAll(store, tablePrefix(table))) {
      if (key.endsWith('.parquet')) rows.push(...(await readTable((await store.get(key))!.body)));
    }
    return rows;
  }

  async function expectWhole(count: number): Promise<void> {
    const blobs = Array.from({ length: count }, (_, index) => nameBlob(index)).sort();
    expect((await readRows('files')).map(({ blob }) => blob).sort()).toEqual(blobs);
    const nodes = await readRows('nodes');
    expect(nodes).toHaveLength(count * header.objects.length);
    expect(new Set(nodes.map(({ blob, path }) => `${blob}${path}`)).size).toBe(nodes.length);
  }

  it('takes every header once, and the same again changes nothing', async () => {
    await keep(0, 20);
    expect(await run()).toMatchObject({ files: 20, added: 20, stale: 0, partsRepaired: 0 });
    await expectWhole(20);
    const before = await listAll(store);
    expect(await run()).toMatchObject({ files: 20, added: 0, partsWritten: 0 });
    expect(await listAll(store)).toEqual(before);
    await keep(20, 26);
    expect(await run()).toMatchObject({ files: 26, added: 6 });
    await expectWhole(26);
  });

  it('concurrent with others, includes each header once in total', { timeout: 60_000 }, async () => {
    await keep(0, 24);
    const reports = await Promise.all(Array.from({ length: 5 }, run));
    expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(24);
    await expectWhole(24);
  });

  /** 40 files of one shard, which are five groups of headers fetched together; the names in order. */
  async function keepInOneShard(): Promise<string[]> {
    const headers = new HeaderStore(store, (value) => value);
    const names = Array.from({ length: 40 }, (_, index) => nameBlob(index * 16));
    for (const name of names) await headers.put(name, header, {});
    return names.sort();
  }

  it('in calls that each end in time continues where the last one ended', async () => {
    const names = await keepInOneShard();
    const positions: (string | undefined)[] = [];
    let added = 0;
    let from: ExportPosition | undefined;
    do {
      const report = await exportTables({ store, findHeader }, { from, isOver: () => true });
      added += report.added;
      from = report.next;
      positions.push(from?.after);
    } while (from !== undefined);
    expect(positions).toEqual([names[7], names[15], names[23], names[31], undefined]);
    expect(added).toBe(40);
    expect((await readRows('files')).map(({ blob }) => blob).sort()).toEqual(names);
  });

  it('adds nothing twice if it continues after another export', async () => {
    const names = await keepInOneShard();
    const first = await exportTables({ store, findHeader }, { isOver: () => true });
    expect(first).toMatchObject({ added: 8, next: { after: names[7] } });
    expect((await run()).added).toBe(32);
    expect(await exportTables({ store, findHeader }, { from: first.next })).toMatchObject({
      added: 0,
      files: 40,
    });
    expect((await readRows('files')).map(({ blob }) => blob).sort()).toEqual(names);
  });

  it('writes the parts claimed by a killed one, the same bytes under the same name', async () => {
    await keep(0, 20);
    await run();
    const parts = (await listAll(store)).filter((key) => key.endsWith('.parquet'));
    const bodies = new Map<string, Uint8Array>();
    for (const key of parts) bodies.set(key, new Uint8Array((await store.get(key))!.body));
    const lost = parts.filter((_, index) => index % 3 === 0);
    for (const key of lost) await store.remove(key);
    const again = await run();
    expect(again.added).toBe(0);
    expect(again.partsRepaired).toBeGreaterThan(0);
    for (const key of parts) expect(new Uint8Array((await store.get(key))!.body)).toEqual(bodies.get(key));
    await expectWhole(20);
  });

  it('omits headers of another reader, and adds them once they are read again', async () => {
    await keep(0, 4);
    const missing = nameBlob(2);
    const report = await exportTables({
      store,
      findHeader: async (id) => (id === missing ? undefined : findHeader(id)),
    });
    expect(report).toMatchObject({ files: 3, stale: 1 });
    expect(await run()).toMatchObject({ files: 4, added: 1, stale: 0 });
    await expectWhole(4);
  });

  it('is complete after a removal, also after one that was interrupted', async () => {
    await keep(0, 20);
    await run();
    const parts = (await listAll(store)).filter((key) => key.endsWith('.parquet'));
    for (const key of parts.slice(0, 9)) await store.remove(key);
    await run();
    await expectWhole(20);
    await removeTables(store);
    expect(await listAll(store, 'files/')).toEqual([]);
    expect(await listAll(store, 'nodes/')).toEqual([]);
    await run();
    await expectWhole(20);
  });

  it('refuses to continue with damaged claims', async () => {
    await keep(0, 3);
    await run();
    const key = tableClaimsKey(TABLES_GENERATION, findTableShard(nameBlob(0)));
    await store.put(key, '{"parts": 7}', { contentType: 'application/json' });
    await expect(run()).rejects.toMatchObject({ name: 'StoreUnavailableError', key });
  });
});

it('names parts by their files', () => {
  const part = 'a'.repeat(64);
  expect(tablePartKey('nodes', '3.1', 'f', part)).toBe(`nodes/generation=3.1/shard=f/${part}.parquet`);
  expect(() => tablePartKey('nodes', '3.1', '../x', part)).toThrow('hex digit');
});
