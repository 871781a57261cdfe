/**
 * The cost of a header, opened as the flow opens files: requests, bytes and rounds of the shapes that cost
 * most or where other readers are faster, compared with today's costs. Counts, never times: if a shape costs
 * one more, the change must be intended.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { File, Group } from 'h5wasm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { LinkEstimate } from '../../shared/hdf5/walker/link-estimate.ts';
import { openInMemory } from './opened-source.ts';
import { ampleLimits } from './two-engines.ts';
import { writeHdf5 } from './write-hdf5.ts';

/**
 * The reader on the link that its rounds are tuned for: a test's own memory is faster, so that less would be
 * read per request.
 */
const reader = new Hdf5HeaderReader();
beforeAll(() => {
  vi.spyOn(LinkEstimate.prototype, 'scale', 'get').mockReturnValue(1);
});
afterAll(() => {
  vi.restoreAllMocks();
  reader.close();
});

/** Adds the schemas, which hdmf writes last. */
function addSchemas(file: File): void {
  const core = file.create_group('specifications').create_group('core').create_group('2.7.0');
  core.create_dataset({ name: 'namespace', data: '{}'.repeat(1000) });
  core.create_dataset({ name: 'nwb', data: '{"groups": []}'.repeat(20_000) });
}

function addSeries(parent: Group | File, name: string, doubles: number): Group {
  const series = parent.create_group(name);
  series.create_attribute('namespace', 'core');
  series.create_attribute('neurodata_type', 'TimeSeries');
  series.create_attribute('description', `series ${name}`);
  series.create_dataset({ name: 'data', data: new Float32Array(2 * doubles), shape: [doubles, 2] });
  series.create_dataset({ name: 'timestamps', data: new Float64Array(doubles) });
  return series;
}

function fillSession(file: File, series: number, doubles: number): void {
  file.create_dataset({ name: 'identifier', data: 'an identifier' });
  const acquisition = file.create_group('acquisition');
  for (let index = 0; index < series; index += 1) addSeries(acquisition as Group, `series_${index}`, doubles);
  const general = file.create_group('general');
  for (const name of ['lab', 'institution', 'session_id'])
    general.create_dataset({ name, data: `the ${name}` });
  addSchemas(file);
}

/** Adds columns of text and of numbers, as in a table of electrodes. */
function fillElectrodes(file: File, rows: number): void {
  const electrodes = file
    .create_group('general')
    .create_group('extracellular_ephys')
    .create_group('electrodes');
  for (const name of ['location', 'group_name', 'filtering']) {
    electrodes.create_dataset({ name, data: Array.from({ length: rows }, (_, row) => `${name}${row % 90}`) });
  }
  for (const name of ['x', 'y', 'z', 'imp', 'rel_x', 'rel_y']) {
    electrodes.create_dataset({ name, data: new Float64Array(rows) });
  }
  addSchemas(file);
}

/** Adds short sweeps between their data, each a group whose attributes are written last, as hdmf does. */
function fillSweeps(file: File, sweeps: number): void {
  const acquisition = file.create_group('acquisition');
  for (let index = 0; index < sweeps; index += 1) {
    const sweep = acquisition.create_group(`sweep_${index}`);
    const data = sweep.create_dataset({ name: 'data', data: new Float32Array(6000) });
    data.create_attribute('unit', 'volts');
    sweep.create_dataset({ name: 'gain', data: new Float64Array(1) });
    for (const name of ['comments', 'description', 'namespace', 'neurodata_type', 'object_id'])
      sweep.create_attribute(name, `the ${name} of sweep ${index}`);
  }
  addSchemas(file);
}

function fillLevels(file: File, levels: number, doubles: (level: number) => number): void {
  let group = file as unknown as Group;
  for (let level = 0; level < levels; level += 1) {
    group = group.create_group(`level_${level}`);
    group.create_attribute('description', `level ${level}`);
    group.create_dataset({ name: 'data', data: new Float64Array(doubles(level)) });
  }
  addSchemas(file);
}

/**
 * Adds groups whose attributes are written one at a time between data, so that their headers have many
 * blocks.
 */
function fillChained(file: File, groups: number, pieces: number): void {
  const made = Array.from({ length: groups }, (_, index) => file.create_group(`group_${index}`));
  for (let piece = 0; piece < pieces; piece += 1) {
    for (const group of made) {
      group.create_attribute(`attribute_${piece}`, 'a text of some length '.repeat(6));
      group.create_dataset({ name: `data_${piece}`, data: new Float64Array(1000) });
    }
  }
}

function fillValues(file: File, values: number): void {
  const general = file.create_group('general');
  const maps = general.create_group('maps');
  for (let index = 0; index < values; index += 1) {
    maps.create_dataset({ name: `map_${index}`, data: new Float64Array(125_000) });
  }
  general.create_dataset({ name: 'lab', data: 'the lab' });
  addSchemas(file);
}

function fillWide(file: File, members: number): void {
  const wide = file.create_group('processing');
  for (let index = 0; index < members; index += 1) {
    wide.create_dataset({ name: `member_${index}`, data: new Float64Array(20) });
  }
  addSchemas(file);
}

function readPacked(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`./golden/costs/${name}.h5.gz`, import.meta.url))));
}

/** The most requests, bytes and rounds, including those of the opening. */
interface Shape {
  readonly about: string;
  readonly write: () => Promise<Uint8Array> | Uint8Array;
  readonly objects: number;
  readonly requests: number;
  readonly bytes: number;
  readonly rounds: number;
}

const SHAPES: readonly Shape[] = [
  {
    about: 'a file of 1 MB: whole with the first request',
    write: () => writeHdf5((file) => fillSession(file, 10, 4000)),
    objects: 38,
    requests: 1,
    bytes: 953_504,
    rounds: 1,
  },
  {
    about: 'a file just short of 2 MB',
    write: () => writeHdf5((file) => fillSession(file, 24, 4000)),
    objects: 80,
    requests: 1,
    bytes: 1_882_664,
    rounds: 1,
  },
  {
    about: "an ophys session of 20 MB, as neuroconv's first visit",
    write: () => writeHdf5((file) => fillSession(file, 12, 100_000)),
    objects: 44,
    requests: 12,
    bytes: 654_336,
    rounds: 3,
  },
  {
    about: '30,000 electrodes',
    write: () => writeHdf5((file) => fillElectrodes(file, 30_000)),
    objects: 14,
    requests: 17,
    bytes: 4_842_496,
    rounds: 4,
  },
  {
    about: '1,000 sweeps between their data',
    write: () => writeHdf5((file) => fillSweeps(file, 1000)),
    objects: 3003,
    requests: 976,
    bytes: 9_525_248,
    rounds: 5,
  },
  {
    about: '40 levels of groups',
    write: () => writeHdf5((file) => fillLevels(file, 40, () => 25_000)),
    objects: 82,
    requests: 39,
    bytes: 1_208_320,
    rounds: 8,
  },
  {
    about: '40 levels, latest format',
    write: () => writeHdf5((file) => fillLevels(file, 40, () => 25_000), { latest: true }),
    objects: 82,
    requests: 24,
    bytes: 865_280,
    rounds: 9,
  },
  {
    about: '40 levels at distances that are not alike',
    write: () => writeHdf5((file) => fillLevels(file, 40, (level) => 1000 + ((level * 7919) % 13) * 9000)),
    objects: 82,
    requests: 63,
    bytes: 1_751_040,
    rounds: 23,
  },
  {
    about: 'headers in 40 pieces',
    write: () => writeHdf5((file) => fillChained(file, 12, 40)),
    objects: 493,
    requests: 18,
    bytes: 4_149_112,
    rounds: 3,
  },
  {
    about: '60 values of 1 MB under /general',
    write: () => writeHdf5((file) => fillValues(file, 60)),
    objects: 65,
    requests: 13,
    bytes: 665_600,
    rounds: 2,
  },
  {
    about: '4,000 members of one group',
    write: () => writeHdf5((file) => fillWide(file, 4000)),
    objects: 4_003,
    requests: 11,
    bytes: 2_475_448,
    rounds: 3,
  },
  {
    about: '4,000 members of one group, latest format',
    write: () => writeHdf5((file) => fillWide(file, 4000), { latest: true }),
    objects: 4_003,
    requests: 12,
    bytes: 2_259_469,
    rounds: 4,
  },
  {
    about: 'pages of 4 KiB',
    write: () => readPacked('pages-4k'),
    objects: 130,
    requests: 46,
    bytes: 1_509_376,
    rounds: 4,
  },
  {
    about: 'pages of 16 MiB',
    write: () => readPacked('pages-16m'),
    objects: 130,
    requests: 9,
    bytes: 650_240,
    rounds: 4,
  },
];

/** Shapes of which several rounds would read nearly everything. */
const WHOLE: readonly Pick<Shape, 'about' | 'write'>[] = [
  { about: '30,000 electrodes', write: () => writeHdf5((file) => fillElectrodes(file, 30_000)) },
  { about: 'headers in 40 pieces', write: () => writeHdf5((file) => fillChained(file, 12, 40)) },
  { about: '4,000 members of one group', write: () => writeHdf5((file) => fillWide(file, 4000)) },
];

describe('the header of a file that has the link to itself', () => {
  it.each(WHOLE)('$about: takes one request, though it is not a small file', async ({ write }) => {
    const file = await write();
    expect(file.length).toBeGreaterThan(2 * 1024 * 1024);
    const { report } = await reader.readHeader(openInMemory(file, 1).source, ampleLimits);
    expect(report).toMatchObject({ requests: 1, rounds: 1, bytes: file.length });
  });
});

describe('the cost of a header', () => {
  it.each(SHAPES)('$about', async ({ write, objects, requests, bytes, rounds }) => {
    const file = await write();
    const { source } = openInMemory(file);
    const { header, report } = await reader.readHeader(source, ampleLimits);
    expect(report.engine).toBe('walker');
    expect(header.cutShort).toEqual([]);
    expect(header.objects).toHaveLength(objects);
    expect(report.requests).toBeLessThanOrEqual(requests);
    expect(report.rounds).toBeLessThanOrEqual(rounds);
    expect(report.bytes).toBeLessThanOrEqual(bytes);
  });
});
