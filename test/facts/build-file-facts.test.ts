/** The facts of one header: each field as NWB defines it, and as files deviate from it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildFileFacts, MOST_DIGEST_BYTES } from '../../shared/facts/build-file-facts.ts';
import { FileFacts } from '../../shared/facts/file-facts.ts';
import { anyTree, buildTestHeader, type Tree } from '../headers.ts';

const text = (name: string, value: string): Tree => ({ name, shape: [], text: value });
const file = (...members: Tree[]) => buildFileFacts(buildTestHeader({ name: '', type: 'NWBFile', members }));
const general = (...members: Tree[]) => file({ name: 'general', members });
const acquisition = (...members: Tree[]) => file({ name: 'acquisition', members });
const start = (rate: number): Tree => ({ name: 'starting_time', shape: [], attributes: { rate } });

describe('the facts of a file', () => {
  it('contain the subject and the session, and no placeholders', () => {
    const facts = general(
      {
        name: 'subject',
        type: 'Subject',
        members: [
          text('subject_id', 'M7'),
          text('species', 'Mus musculus'),
          text('sex', 'F'),
          { name: 'age', shape: [], text: 'P10D', attributes: { reference: 'gestational' } },
          text('genotype', 'unknown'),
          text('strain', 'C57BL/6J'),
        ],
      },
      text('lab', 'n/a'),
      text('institution', 'An institute'),
      { name: 'keywords', shape: [2], values: ['vision', 'Gabor'] },
    );
    expect(facts.subject).toEqual({
      id: 'M7',
      species: 'Mus musculus',
      sex: 'F',
      age: 'P10D',
      ageReference: 'gestational',
      strain: 'C57BL/6J',
    });
    expect(facts.session).toMatchObject({ institution: 'An institute', keywords: ['vision', 'Gabor'] });
    expect(facts.session.lab).toBeUndefined();
  });

  it('treat an array of one as its element', () => {
    const facts = buildFileFacts(
      buildTestHeader({
        name: '',
        type: 'NWBFile',
        attributes: { nwb_version: ['2.6.0'] },
        members: [
          {
            name: 'acquisition',
            members: [
              {
                name: 'lever',
                type: 'TimeSeries',
                attributes: { description: ['a lever'] },
                members: [{ name: 'data', shape: [10], attributes: { unit: ['volts'] } }],
              },
            ],
          },
        ],
      }),
    );
    expect(facts.nwbVersion).toBe('2.6.0');
    expect(facts.series[0]).toMatchObject({ descriptions: ['a lever'], units: ['volts'] });
  });

  it('find regions in electrode tables, planes, groups and sites, with the number of sites', () => {
    const facts = general(
      {
        name: 'extracellular_ephys',
        members: [
          {
            name: 'electrodes',
            type: 'DynamicTable',
            members: [
              { name: 'id', type: 'ElementIdentifiers', shape: [4] },
              { name: 'location', type: 'VectorData', shape: [4], values: ['CA1', 'CA1', 'V1', 'unknown'] },
            ],
          },
          { name: 'shank0', type: 'ElectrodeGroup', attributes: { location: 'CA3' } },
        ],
      },
      {
        name: 'optophysiology',
        members: [{ name: 'plane', type: 'ImagingPlane', members: [text('location', 'L2/3 of VISp')] }],
      },
    );
    expect(facts.regions).toEqual([
      { name: 'CA1', path: '/general/extracellular_ephys/electrodes/location', sites: 2 },
      { name: 'V1', path: '/general/extracellular_ephys/electrodes/location', sites: 1 },
      { name: 'L2/3 of VISp', path: '/general/optophysiology/plane/location', sites: 1 },
      { name: 'CA3', path: '/general/extracellular_ephys/shank0', sites: 0 },
    ]);
    expect(facts.counts).toEqual({ electrodes: 4, planes: 1 });
  });

  it('follow a soft link to the data of a series and to the columns of a table', () => {
    const facts = file(
      { name: 'stored', shape: [600, 3] },
      { name: 'column', type: 'VectorData', shape: [7], description: 'shown contrast' },
      {
        name: 'acquisition',
        members: [
          { name: 'p', type: 'SpatialSeries', members: [{ name: 'data', soft: '/stored' }, start(60)] },
          {
            name: 't',
            type: 'DynamicTable',
            attributes: { colnames: ['contrast'] },
            members: [{ name: 'contrast', soft: '/column' }],
          },
        ],
      },
    );
    expect(facts.series[0]).toMatchObject({
      axes: [
        { name: 'samples', min: 600, max: 600 },
        { name: 'coordinates', min: 3, max: 3 },
      ],
      duration: { min: 10, max: 10 },
    });
    expect(facts.tables[0]).toMatchObject({
      rows: 7,
      columns: [{ name: 'contrast', description: 'shown contrast' }],
    });
  });

  it('count the rows of tables that were written as one row', () => {
    const facts = file({
      name: 'intervals',
      members: [
        {
          name: 'trials',
          type: 'TimeIntervals',
          members: [
            { name: 'id', type: 'ElementIdentifiers', shape: [1, 12] },
            { name: 'cue', type: 'VectorData', shape: [1, 12] },
          ],
        },
      ],
    });
    expect(facts.counts.trials).toBe(12);
    expect(facts.tables[0]?.rows).toBe(12);
  });

  it('give the location of a video, and its duration by its number of frames', () => {
    const facts = acquisition({
      name: 'camera',
      type: 'ImageSeries',
      members: [
        { name: 'data', shape: [0, 0, 0], attributes: { unit: 'n.a.' } },
        { name: 'external_file', shape: [1], values: ['../video/face.mp4'] },
        { name: 'num_samples', shape: [], values: [1800] },
        start(60),
      ],
    });
    expect(facts.series[0]).toMatchObject({
      axes: [{ name: 'frames', min: 1800, max: 1800 }],
      duration: { min: 30, max: 30 },
      external: '../video/face.mp4',
      units: [],
    });
  });

  it('report no duration for an external video without a number of frames', () => {
    const [series] = acquisition({
      name: 'camera',
      type: 'ImageSeries',
      members: [
        { name: 'data', shape: [0, 0, 0] },
        { name: 'external_file', shape: [1], values: ['a.avi'] },
        start(30),
      ],
    }).series;
    expect(series).toMatchObject({ axes: [], external: 'a.avi' });
    expect(series?.duration).toBeUndefined();
  });

  it('report data of channels by time as a contradiction, never as thousands of channels', () => {
    const facts = acquisition({
      name: 'raw',
      type: 'ElectricalSeries',
      members: [
        { name: 'data', shape: [16, 90_000] },
        { name: 'electrodes', type: 'DynamicTableRegion', shape: [16] },
        start(30_000),
      ],
    });
    expect(facts.series[0]).toMatchObject({
      axes: [
        { name: 'samples', min: 90_000, max: 90_000 },
        { name: 'channels', min: 16, max: 16 },
      ],
      duration: { min: 3, max: 3 },
    });
    expect(facts.contradictions).toMatchObject([{ kind: 'transposed', path: '/acquisition/raw' }]);
  });

  it('map types of NWB 1.x to their current names', () => {
    const facts = file(
      text('nwb_version', 'NWB-1.0.6'),
      {
        name: 'acquisition',
        members: [
          {
            name: 'membrane',
            type: 'TimeSeries',
            attributes: { ancestry: ['TimeSeries', 'PatchClampSeries', 'VoltageClampSeries'] },
            members: [{ name: 'data', shape: [100] }],
          },
        ],
      },
      {
        name: 'processing',
        members: [
          {
            name: 'm',
            type: 'Module',
            members: [
              {
                name: 'UnitTimes',
                type: 'Interface',
                members: ['cell_0', 'cell_1'].map((name) => ({
                  name,
                  members: [{ name: 'times', shape: [5] }],
                })),
              },
            ],
          },
        ],
      },
    );
    expect(facts.nwbVersion).toBe('1.0.6');
    expect(facts.types.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['VoltageClampSeries', 'ProcessingModule', 'UnitTimes']),
    );
    expect(facts.counts).toEqual({ units: 2, recordings: 1 });
  });

  it('stay compact for any file, and report how much they leave out', () => {
    const long = 'description '.repeat(100_000);
    const facts = file(text('session_description', long), {
      name: 'acquisition',
      members: Array.from({ length: 500 }, (_, at) => ({
        name: `signal of ${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10) % 10]}${'uvwxy'[Math.floor(at / 100)]}`,
        type: 'TimeSeries',
        description: long,
        members: [{ name: 'data', shape: [10, 2] }],
      })),
    });
    expect(JSON.stringify(facts).length).toBeLessThan(MOST_DIGEST_BYTES * 1.5);
    expect(facts.series.length + (facts.more.series ?? 0)).toBe(500);
  });

  it('name all series and tables of a file with long columns, so that they can be counted over the files', () => {
    const letters = [...'abcdefgh'];
    const facts = file(
      {
        name: 'acquisition',
        members: letters.flatMap((one) =>
          ['left', 'right', 'top'].map((other) => ({
            name: `${one}_${other}`,
            type: 'TimeSeries',
            description: 'a signal of the wheel '.repeat(10),
            members: [{ name: 'data', shape: [10] }],
          })),
        ),
      },
      {
        name: 'intervals',
        members: letters.map((name) => ({
          name: `${name}_presentations`,
          type: 'TimeIntervals',
          attributes: { colnames: [] },
          members: Array.from({ length: 40 }, (_, at) => ({
            name: `column${at}`,
            type: 'VectorData',
            shape: [10],
            description: 'what the column says of each presentation '.repeat(5),
          })),
        })),
      },
    );
    expect(JSON.stringify(facts).length).toBeLessThan(MOST_DIGEST_BYTES);
    expect([facts.series.length, facts.tables.length, facts.more]).toEqual([24, 8, {}]);
    expect(facts.tables[0]?.moreColumns).toBeGreaterThan(0);
  });

  it('match their schema for any header', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const facts = buildFileFacts(buildTestHeader(tree));
        expect(FileFacts.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
      }),
    );
  });
});
