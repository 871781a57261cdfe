/** The queries of docs/headers-catalog.md, run by DuckDB over tables as `export` writes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildNodeRows } from '../../shared/header-tables/build-rows.ts';
import { exportTables, TABLES_GENERATION } from '../../shared/header-tables/export-tables.ts';
import { buildParquet, type Cell } from '../../shared/parquet/build-parquet.ts';
import { LISTING_COLUMNS } from '../../shared/pipeline/put-listing.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { findContentType, headerDigestKey, listingKey } from '../../shared/store/keys.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import { requireCorpus } from '../corpus.ts';
import { corpusDandisets } from '../corpus-archive.ts';
import { ampleLimits } from '../hdf5/two-engines.ts';
import { writeHdf5 } from '../hdf5/write-hdf5.ts';
import { CountingSource } from '../source/counting-source.ts';

const DOCUMENT = new URL('../../docs/headers-catalog.md', import.meta.url);
const RUN =
  'import duckdb, json, sys\nfor text in json.load(sys.stdin):\n    rows = duckdb.sql(text)\n    print(json.dumps([list(map(str, row)) for row in rows.fetchall()]) if rows is not None else "[]")';

/** One recording: its species as a scalar or as an array of one, which libraries write alike. */
async function readRecording(
  species: string,
  area: string,
  rate: number,
  asList: boolean,
): Promise<NwbHeader> {
  const bytes = await writeHdf5((file) => {
    const general = file.create_group('general');
    general.create_group('subject').create_dataset({ name: 'species', data: asList ? [species] : species });
    const electrodes = general.create_group('extracellular_ephys').create_group('electrodes');
    electrodes.create_dataset({ name: 'location', data: [area, area] });
    const series = file.create_group('acquisition').create_group('probe');
    series.create_attribute('neurodata_type', 'ElectricalSeries');
    series.create_attribute('filtering', ['none']);
    series.create_dataset({ name: 'data', data: new Int16Array(40), shape: [20, 2] });
    series.create_dataset({ name: 'starting_time', data: 0 }).create_attribute('rate', rate);
    const position = file.create_group('processing').create_group('position');
    position.create_attribute('neurodata_type', 'SpatialSeries');
    if (asList) file.create_group('units').create_attribute('neurodata_type', 'Units');
  });
  const reader = new Hdf5HeaderReader();
  return (await reader.readHeader(new CountingSource(bytes), ampleLimits)).header;
}

/** A file of a Dandiset. */
interface Held {
  readonly blob: string;
  readonly dandiset: string;
  readonly version: string;
}

/**
 * A folder as runs and an export leave it: the tables of all headers, and the lists of the files that are in
 * a Dandiset.
 */
async function writeStore(
  headers: ReadonlyMap<string, NwbHeader>,
  existing: readonly Held[],
  latest: readonly Omit<Held, 'blob'>[],
): Promise<string> {
  const store = new FolderStore(mkdtempSync(join(tmpdir(), 'tables-')));
  for (const blob of headers.keys()) {
    await store.put(headerDigestKey(blob), '{}', { contentType: 'application/json' });
  }
  await exportTables({ store, findHeader: async (blob) => headers.get(blob) });
  const lists = Map.groupBy(existing, ({ dandiset, version }) => listingKey(dandiset, version));
  for (const [key, rows] of lists) {
    await store.put(key, buildParquet(LISTING_COLUMNS, rows as (Held & Record<string, Cell>)[]), {
      contentType: findContentType(key),
    });
  }
  const summaries = new SummaryStore(store);
  for (const { dandiset, version } of latest) await summaries.putLatest(dandiset, version);
  return store.location;
}

/** DuckDB's results for each statement of the documentation, on the store in a folder; views first. */
function runDocumentation(python: string, folder: string): string[][][] {
  const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)];
  const statements = blocks
    .flatMap(([, sql]) => sql!.split(/;\s*(?:\n|$)/))
    .filter((sql) => sql.trim() !== '')
    .map((sql) => sql.replaceAll('s3://bucket/prefix', folder));
  const output = execFileSync(python, ['-c', RUN], { input: JSON.stringify(statements), encoding: 'utf8' });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[][]);
}

function requireDuckDb(test: { skip(note?: string): never }): string {
  const python = process.env.DUCKDB_PYTHON ?? 'python3';
  if (spawnSync(python, ['-c', 'import duckdb']).status === 0) return python;
  return test.skip('needs Python with duckdb (DUCKDB_PYTHON names one)');
}

/** The tables of results in the documentation, without the headings. */
function readShownTables(): string[][][] {
  const tables = readFileSync(DOCUMENT, 'utf8').matchAll(/^\| --- .*\n((?:\|.*\n)+)/gm);
  return [...tables].map(([, rows]) =>
    rows!
      .trim()
      .split('\n')
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim().replaceAll(',', '')),
      ),
  );
}

describe('the tables, queried by DuckDB', () => {
  it('support the queries in the documentation, for the files that are in a Dandiset now', async (test) => {
    const python = requireDuckDb(test);
    const name = (index: number): string => `${index}0000000-0000-4000-8000-000000000000`;
    const recordings = [
      await readRecording('Mus musculus', 'CA1', 30_000, false),
      await readRecording('Mus musculus', 'CA1', 30_000, true),
      await readRecording('Mus musculus', 'CA1', 1250, false),
      await readRecording('Rattus norvegicus', 'CA1', 30_000, false),
      // Only in the draft, which the published version has replaced.
      await readRecording('Mus musculus', 'CA1', 30_000, true),
      // In no Dandiset.
      await readRecording('Mus musculus', 'CA1', 30_000, true),
    ];
    const published = { dandiset: '000123', version: '0.240101.1200' };
    const folder = await writeStore(
      new Map(recordings.map((header, index) => [name(index), header])),
      [
        ...[0, 1, 2, 3].map((index) => ({ ...published, blob: name(index) })),
        ...[0, 4].map((index) => ({ dandiset: '000123', version: 'draft', blob: name(index) })),
      ],
      [{ dandiset: '000123', version: 'draft' }, published],
    );
    const results = runDocumentation(python, folder);
    expect(results).toHaveLength(8);
    const [, , , inMouse, perType, both, electrical, current] = results;
    expect(inMouse!.map(([blob]) => blob).sort()).toEqual([name(0), name(1)]);
    expect(inMouse![0]).toEqual([expect.any(String), '/acquisition/probe', '[20, 2]', '30000.0']);
    expect(perType).toEqual(
      expect.arrayContaining([
        ['ElectricalSeries', '6', '6'],
        ['SpatialSeries', '6', '6'],
      ]),
    );
    expect(both).toEqual([['3']]);
    expect(electrical).toEqual([['6', '6']]);
    expect(current).toEqual([['000123', '1']]);
  });

  it('yield the results in the documentation, for the corpus', async (test) => {
    const python = requireDuckDb(test);
    const reader = new Hdf5HeaderReader();
    const headers = new Map<string, NwbHeader>();
    const existing: Held[] = [];
    for (const { id, version, folder, assets } of corpusDandisets(requireCorpus(test))) {
      const ofFile = new Map<string, NwbHeader>();
      for (const { file, blob } of assets) {
        const bytes = () => new CountingSource(readFileSync(join(folder, file)));
        const header = ofFile.get(file) ?? (await reader.readHeader(bytes(), ampleLimits)).header;
        ofFile.set(file, header);
        headers.set(blob, header);
        existing.push({ dandiset: id, version, blob });
      }
    }
    const results = runDocumentation(python, await writeStore(headers, existing, existing));
    const [, , , inMouse, perType, both, electrical, current] = results;
    const document = readFileSync(DOCUMENT, 'utf8');
    const shown = (count: string | number): string => Number(count).toLocaleString('en');
    expect(document).toContain(`${shown(headers.size)} files`);
    expect(inMouse).toEqual([]);
    expect(readShownTables()).toEqual([perType, current]);
    expect(document).toContain(`\n${shown(both![0]![0]!)}.\n`);
    expect(document).toContain(
      `${shown(electrical![0]![0]!)} series in ${shown(electrical![0]![1]!)} files.`,
    );
  });

  it('are read by the documentation in their present generation', () => {
    const shown = [...readFileSync(DOCUMENT, 'utf8').matchAll(/\/generation=([\d.]+)\//g)];
    expect(shown.map(([, generation]) => generation)).toEqual([TABLES_GENERATION, TABLES_GENERATION]);
  });

  it('store an array of one as a plain value', async () => {
    const rows = buildNodeRows('blob', await readRecording('Mus musculus', 'CA1', 30_000, true));
    const at = (path: string) => rows.find((row) => row.path === path);
    expect(at('/general/subject/species')?.value).toBe('Mus musculus');
    expect(at('/acquisition/probe')?.attributes).toBe('{"filtering":"none"}');
  });
});
