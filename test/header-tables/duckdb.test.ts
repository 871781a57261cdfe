/** The queries of docs/headers-catalog.md, run by DuckDB over tables as `export` writes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import type { NwbHeader } from '../../shared/header/nwb-header.ts';
import { buildFileRow, buildNodeRows } from '../../shared/header-tables/build-rows.ts';
import { TABLES, type TableName } from '../../shared/header-tables/columns.ts';
import { TABLES_GENERATION } from '../../shared/header-tables/export-tables.ts';
import { buildParquet } from '../../shared/parquet/build-parquet.ts';
import { tablePartKey } from '../../shared/store/keys.ts';
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

/** Writes both tables of the headers under a folder, one part each. */
function writeTables(folder: string, headers: readonly NwbHeader[]): void {
  const rows = {
    files: headers.map((header, index) => buildFileRow(`blob-${index}`, header)),
    nodes: headers.flatMap((header, index) => buildNodeRows(`blob-${index}`, header)),
  };
  for (const table of ['files', 'nodes'] satisfies TableName[]) {
    const path = join(folder, tablePartKey(table, TABLES_GENERATION, '0', '0'.repeat(64)));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, buildParquet(TABLES[table], rows[table]));
  }
}

describe('the tables, asked by DuckDB', () => {
  it('answer the queries that the documentation shows', async (test) => {
    const python = process.env.DUCKDB_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import duckdb']).status !== 0)
      return test.skip('needs Python with duckdb (DUCKDB_PYTHON names one)');
    const folder = mkdtempSync(join(tmpdir(), 'tables-'));
    writeTables(folder, [
      await readRecording('Mus musculus', 'CA1', 30_000, false),
      await readRecording('Mus musculus', 'CA1', 30_000, true),
      await readRecording('Mus musculus', 'CA1', 1250, false),
      await readRecording('Rattus norvegicus', 'CA1', 30_000, false),
    ]);
    const blocks = [...readFileSync(DOCUMENT, 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)].map(
      ([, sql]) => sql!,
    );
    const statements = blocks
      .flatMap((sql) => sql.split(/;\s*(?:\n|$)/))
      .filter((sql) => sql.trim() !== '')
      .map((sql) => sql.replaceAll('s3://bucket/prefix', folder));
    const output = execFileSync(python, ['-c', RUN], { input: JSON.stringify(statements), encoding: 'utf8' });
    const answers = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[][]);
    expect(answers).toHaveLength(6);
    const [, , inMouse, perType, both, electrical] = answers;
    expect(inMouse!.map(([blob]) => blob).sort()).toEqual(['blob-0', 'blob-1']);
    expect(inMouse![0]).toEqual([expect.any(String), '/acquisition/probe', '[20, 2]', '30000.0']);
    expect(perType).toEqual(
      expect.arrayContaining([
        ['ElectricalSeries', '4', '4'],
        ['SpatialSeries', '4', '4'],
      ]),
    );
    expect(both).toEqual([['1']]);
    expect(electrical).toEqual([['4', '4']]);
  });

  it('hold an array of one as the plain value it is', async () => {
    const rows = buildNodeRows('blob', await readRecording('Mus musculus', 'CA1', 30_000, true));
    const at = (path: string) => rows.find((row) => row.path === path);
    expect(at('/general/subject/species')?.value).toBe('Mus musculus');
    expect(at('/acquisition/probe')?.attributes).toBe('{"filtering":"none"}');
  });
});
