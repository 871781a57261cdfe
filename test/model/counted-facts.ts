/** Facts counted over files that a test describes briefly: the pipeline without reading headers. */
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import type { FileFacts, FileSeries, FileTable } from '../../shared/facts/file-facts.ts';
import { buildRecordDigest } from '../../shared/facts/record-digest.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { buildFacts } from '../../shared/prompt/build-facts.ts';
import type { CountedFacts, Coverage } from '../../shared/prompt/facts.ts';
import { parsePythonJson } from '../../shared/python/python-json.ts';

/** A coverage; by default everything was read. */
export function coverage(nwb: number, fields: Partial<Coverage> = {}): Coverage {
  return { assets: nwb, nwb, read: nwb, cutShort: 0, notLookedAt: 0, unreadable: [], other: [], ...fields };
}

/** One file of a version in a test. */
export interface TestFile {
  readonly path: string;
  readonly kind?: string;
  readonly size?: number;
  /** Its asset record, in the archive's form. */
  readonly record?: unknown;
  /** Absent if its header was not read. */
  readonly header?: Partial<FileFacts>;
}

/** A series; fields that the test does not set are empty. */
export function buildSeries(path: string, type: string, fields: Partial<FileSeries> = {}): FileSeries {
  return { path, type, count: 1, descriptions: [], axes: [], units: [], ...fields };
}

/** A table; fields that the test does not set are empty. */
export function buildTable(
  path: string,
  type: string,
  rows: number,
  columns: readonly string[] = [],
): FileTable {
  return {
    path,
    type,
    description: '',
    rows,
    columns: columns.map((name) => ({ name, description: '' })),
    moreColumns: 0,
  };
}

/** A session; fields that the test does not set are empty. */
export function buildSession(fields: Partial<FileFacts['session']> = {}): FileFacts['session'] {
  return { publications: [], keywords: [], notes: {}, ...fields };
}

/** The facts of one header; fields that the test does not set are empty. */
export function buildHeaderFacts(fields: Partial<FileFacts>): FileFacts {
  const series = fields.series ?? [];
  const tables = fields.tables ?? [];
  const types = [...new Set([...series, ...tables].map(({ type }) => type))].map((name) => ({
    name,
    count: 1,
  }));
  return {
    session: buildSession(),
    regions: [],
    devices: [],
    types,
    series: [],
    tables: [],
    modules: [],
    stimuli: [],
    counts: {},
    contradictions: [],
    more: {},
    ...fields,
  };
}

/** The facts of a version of these files. */
export function countedFacts(
  metadata: Readonly<Record<string, unknown>>,
  files: readonly TestFile[],
  fields: Partial<Coverage> = {},
): CountedFacts {
  const tally = new VersionTally();
  for (const { path, kind = '.nwb', size = 1000, record, header } of files) {
    tally.add({
      path,
      size,
      kind,
      ...(record === undefined ? {} : { record: buildRecordDigest(record) }),
      ...(header === undefined ? {} : { facts: buildHeaderFacts(header) }),
    });
  }
  const json = parsePythonJson(JSON.stringify(metadata)) as ReadonlyMap<string, never>;
  const nwb = files.filter(({ kind = '.nwb' }) => kind === '.nwb').length;
  const read = files.filter(({ header }) => header !== undefined).length;
  return buildFacts(
    { id: '900001', version: 'draft' },
    json,
    { ...coverage(nwb), assets: files.length, read, ...fields },
    [],
    tally.build(describeMetadata(json)),
  );
}
