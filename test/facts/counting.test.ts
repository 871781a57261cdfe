/** Counting over files: properties of the tallies, subjects and sessions, and their limits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAge, parseAge } from '../../shared/facts/age.ts';
import { buildFileFacts } from '../../shared/facts/build-file-facts.ts';
import { ContentTally, type CountedFile } from '../../shared/facts/content-tally.ts';
import { Contents } from '../../shared/facts/contents.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { Fact } from '../../shared/facts/list/fact.ts';
import { buildFactList } from '../../shared/facts/list/facts-list.ts';
import { buildRecordDigest } from '../../shared/facts/record-digest.ts';
import { NumberTally, PairBudget, ValueTally } from '../../shared/facts/tally.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { buildTestHeader, type Tree } from '../headers.ts';

const NO_METADATA = describeMetadata(undefined);

function record(subject: object, more: object = {}): CountedFile['record'] {
  return buildRecordDigest({ wasAttributedTo: [{ schemaKey: 'Participant', ...subject }], ...more });
}

function header(members: Parameters<typeof buildTestHeader>[0]['members'] = []): CountedFile['facts'] {
  return buildFileFacts(buildTestHeader({ name: '', type: 'NWBFile', members }));
}

describe('a tally of values', () => {
  it('counts each value once per file, most files first, in any order of files', () => {
    const anyFiles = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyFiles, (files) => {
        const count = (inOrder: readonly (readonly string[])[]) => {
          const tally = new ValueTally(new PairBudget());
          for (const values of inOrder)
            tally.add(
              values.map((value) => ({ value, location: '' })),
              '',
              [],
            );
          return tally.build(3);
        };
        const built = count(files);
        for (const { value, files: having } of built.values)
          expect(having).toBe(files.filter((values) => (values as readonly string[]).includes(value)).length);
        expect(built.values.map(({ files: having }) => having)).toEqual(
          built.values.map(({ files: having }) => having).sort((a, b) => b - a),
        );
        expect(built.values.length + built.more).toBe(new Set(files.flat()).size);
        expect(built.files).toBe(files.filter((values) => values.length > 0).length);
        expect(count([...files].reverse())).toEqual(built);
      }),
    );
  });

  it('reports how many more of 25,000 distinct values there are, and counts the first ones correctly', () => {
    const tally = new ValueTally(new PairBudget());
    for (let at = 0; at < 25_000; at += 1) tally.add([{ value: `region ${at}`, location: '' }], 'a', ['s']);
    tally.add([{ value: 'region 7', location: '' }], 'b', ['t']);
    const built = tally.build(60);
    expect(built.values[0]).toMatchObject({ value: 'region 7', files: 2, subjects: 2 });
    expect(built.values.length + built.more).toBe(25_000);
  });

  it('omits only the number of subjects if there are too many', () => {
    const tally = new ValueTally(new PairBudget());
    const subjects = Array.from({ length: 1_000_001 }, (_, at) => `s${at}`);
    tally.add([{ value: 'many', location: '' }], 'a', subjects);
    expect(tally.build(1).values[0]).toEqual({
      value: 'many',
      files: 1,
      example: { file: 'a', location: '' },
    });
  });
});

describe('a tally of numbers', () => {
  it('has the minimum, the median, the maximum and the sum', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (numbers) => {
        const tally = new NumberTally();
        for (const number of numbers) tally.add(number);
        const sorted = [...numbers].sort((a, b) => a - b);
        expect(tally.build()).toEqual({
          min: sorted[0],
          median: (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2,
          max: sorted.at(-1),
          total: numbers.reduce((sum, number) => sum + number, 0),
          files: numbers.length,
        });
      }),
    );
  });

  it('has a median to three digits for a hundred thousand distinct numbers', () => {
    const tally = new NumberTally();
    for (let at = 0; at < 100_000; at += 1) tally.add(at + 0.5);
    const { median: middle } = tally.build()!;
    expect(Math.abs(middle - 50_000) / 50_000).toBeLessThan(0.01);
  });

  it('leaves out values that are not numbers', () => {
    const tally = new NumberTally();
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY, undefined]) tally.add(number);
    expect(tally.build()).toBeUndefined();
  });
});

describe('ages', () => {
  it('are read in the forms that files have', () => {
    const days = (text: string, reference?: string) => {
      const age = parseAge(text, reference);
      return age === undefined ? undefined : [age.min, age.max, age.reference];
    };
    expect(days('P90D')).toEqual([90, 90, 'birth']);
    expect(days('P8W/P10W')).toEqual([56, 70, 'birth']);
    expect(days('90 days')).toEqual([90, 90, 'birth']);
    expect(days('P21')).toEqual([21, 21, 'birth']);
    expect(days('P10D', 'gestation')).toEqual([10, 10, 'gestational']);
    expect(days('P1DT12H')).toEqual([1.5, 1.5, 'birth']);
    expect(days('P18Y/')?.[0]).toBeCloseTo(6574.5);
    for (const none of ['P', 'PT', '-P3D', 'P-3D', 'adult', '', 'P10W/P8W', 'P9000Y'])
      expect(days(none), none).toBeUndefined();
  });

  it('are reported in the unit that people use, and from conception if they count from it', () => {
    const formatReported = (text: string, reference?: string) => formatAge(parseAge(text, reference)!);
    expect(formatReported('P90D')).toBe('90 days');
    expect(formatReported('P1D')).toBe('1 day');
    expect(formatReported('P8W/P10W')).toBe('56 to 70 days');
    expect(formatReported('P25Y')).toBe('25 years');
    expect(formatReported('P10D', 'gestational')).toBe('10 days after conception');
  });
});

describe('the contents of files', () => {
  it('count no session for a file that is not a recording', () => {
    const tally = new ContentTally();
    for (const path of [
      'rig/settings.json',
      'sub-1/sub-1_ses-1_ecephys.nwb',
      'a.nwb',
      'b.nwb.zarr',
      'notes.md',
    ])
      tally.add({
        path,
        size: 1,
        ...(path.startsWith('sub-1') ? { pathSubject: '1', pathSession: '1' } : {}),
      });
    tally.add({ path: 'sub-1/sub-1_ses-1_video.mp4', size: 1, pathSubject: '1', pathSession: '1' });
    expect(tally.build()).toMatchObject({ sessions: 3 });
  });

  it('count subjects, and sessions by subject and name', () => {
    const tally = new ContentTally();
    const add = (path: string, pathSession: string, subject: object) =>
      tally.add({ path, size: 1, pathSession, record: record(subject)! });
    const mouse = { species: { name: 'Mus musculus - House mouse' } };
    add('a', '1', { identifier: 'm1', sex: { name: 'Male' }, age: { value: 'P60D' }, ...mouse });
    add('b', '2', { identifier: 'm1', sex: { name: 'Male' }, age: { value: 'P60D' }, ...mouse });
    add('c', '1', { identifier: 'm2', sex: { name: 'Female' }, age: { value: 'P90D' }, ...mouse });
    add('d', '1', { identifier: 'h1', species: { name: 'Human' }, age: { value: 'P30Y' } });
    const built = tally.build();
    expect(built).toMatchObject({ subjects: 3, sessions: 4 });
    expect(built.species.values.map(({ value, files, subjects }) => [value, files, subjects])).toEqual([
      ['Mus musculus', 3, 2],
      ['Homo sapiens', 1, 1],
    ]);
    expect(built.sexes.values.map(({ value, subjects }) => [value, subjects])).toEqual([
      ['male', 1],
      ['female', 1],
    ]);
    expect(built.ages).toMatchObject({ min: 60, files: 3 });
  });

  it('report several subjects in one record separately', () => {
    const tally = new ContentTally();
    const subjects = ['Male', 'Female'].map((name, at) => ({
      schemaKey: 'Participant',
      identifier: `s${at}`,
      sex: { name },
    }));
    tally.add({ path: 'a', size: 1, record: buildRecordDigest({ wasAttributedTo: subjects }) });
    expect(tally.build().sexes.values.map(({ value, subjects: of }) => [value, of])).toEqual([
      ['female', 1],
      ['male', 1],
    ]);
  });

  it('report numbers of units over all files, not those of one', () => {
    const tally = new ContentTally();
    for (const rows of [2, 6, 14, 32]) {
      const units = {
        name: 'units',
        type: 'Units',
        members: [{ name: 'id', type: 'ElementIdentifiers', shape: [rows] }],
      };
      tally.add({ path: `${rows}`, size: 1, facts: header([units])! });
    }
    expect(tally.build().counts.units).toEqual({ min: 2, median: 10, max: 32, total: 54, files: 4 });
  });

  it('distinguish series by rank and kind', () => {
    const tally = new ContentTally();
    for (const shape of [[100], [100], [100, 64, 64]]) {
      const members = [{ name: 'data', shape }];
      tally.add({
        path: shape.join('x') + tally.build().read,
        size: 1,
        facts: header([{ name: 'acquisition', members: [{ name: 'signal', type: 'TimeSeries', members }] }])!,
      });
    }
    expect(tally.build().series.map(({ files, axes }) => [files, axes.map(({ max: most }) => most)])).toEqual(
      [
        [2, [100]],
        [1, [100, 64, 64]],
      ],
    );
  });
});

describe('sources that disagree', () => {
  const build = (files: readonly Omit<CountedFile, 'size'>[], metadata: object) => {
    const tally = new VersionTally();
    for (const file of files) tally.add({ kind: '.nwb', size: 10, ...file });
    return tally.build(describeMetadata(metadata)).contradictions;
  };
  const three = ['m1', 'm2', 'm3'].map((identifier) => ({
    path: `sub-${identifier}/a.nwb`,
    record: record({ identifier, species: { name: 'Macaca mulatta' } })!,
  }));

  it('are reported with both values, counted before claimed', () => {
    const [subjects, files] = build(three, {
      assetsSummary: { numberOfSubjects: 201, numberOfFiles: 7, numberOfBytes: 30 },
    });
    expect(subjects).toMatchObject({
      about: 'subjects',
      values: [
        { value: '3', source: 'counted over the files' },
        { value: '201', source: 'assetsSummary.numberOfSubjects' },
      ],
      isMetadata: true,
    });
    expect(files).toMatchObject({ about: 'files', values: [{ value: '3' }, { value: '7' }] });
  });

  it('are found in a description that counts one monkey instead of three', () => {
    const [found] = build(three, { description: 'Recordings from one monkey that reached for fruit.' });
    expect(found).toMatchObject({ about: 'description', detail: expect.stringContaining('“one monkey”') });
  });

  it('are not found if a description counts several groups, other animals, or is right', () => {
    for (const description of [
      'Two monkeys reached and one monkey watched.',
      'Three monkeys reached.',
      'We used one rat antibody.',
      'One of the monkeys reached.',
      'One macaque model was built.',
      'An experiment with monkeys.',
    ])
      expect(build(three, { description }), description).toEqual([]);
  });

  it('are found between records and headers of one file, for species and sex', () => {
    const files = [
      {
        path: 'sub-m1/a.nwb',
        record: record({ identifier: 'm1', species: { name: 'Mus musculus' }, sex: { name: 'Male' } })!,
        facts: header([
          {
            name: 'general',
            members: [
              {
                name: 'subject',
                type: 'Subject',
                members: [
                  { name: 'species', shape: [], text: 'Rattus norvegicus' },
                  { name: 'sex', shape: [], text: 'F' },
                  { name: 'subject_id', shape: [], text: 'm1' },
                ],
              },
            ],
          },
        ])!,
      },
    ];
    expect(build(files, {}).map(({ about, values }) => [about, ...values.map(({ value }) => value)])).toEqual(
      [
        ['species', 'Mus musculus', 'Rattus norvegicus'],
        ['sex', 'male', 'female'],
      ],
    );
  });

  it('are empty if all agree', () => {
    expect(
      build(three, {
        description: 'Three macaques.',
        assetsSummary: {
          numberOfSubjects: 3,
          numberOfFiles: 3,
          numberOfBytes: 30,
          species: [{ name: 'Macaca mulatta' }],
        },
      }),
    ).toEqual([]);
  });
});

describe('files whose lists were cut', () => {
  const tally = new VersionTally();
  const wheel = { name: 'wheel', type: 'TimeSeries', members: [{ name: 'data', shape: [100] }] };
  const add = (path: string, more: Record<string, number>, members: readonly Tree[]) =>
    tally.add({
      path,
      size: 1,
      kind: '.nwb',
      facts: { ...header([{ name: 'acquisition', members }])!, more },
    });
  add('a.nwb', {}, [wheel]);
  add('b.nwb', { series: 3 }, []);
  const contents = tally.build(NO_METADATA);

  it('may contain what their lists do not name: counts of files are lower bounds', () => {
    expect(contents.all.series).toMatchObject([{ pattern: '/acquisition/wheel', files: 1, isLeast: true }]);
    const list = buildFactList({ contents, metadata: NO_METADATA, nwb: 2, read: 2 });
    expect(list.find(({ topic }) => topic === 'series')).toMatchObject({
      text: expect.stringMatching(/^TimeSeries \/acquisition\/wheel.* \[at least 1 of 2 files\]$/),
      scope: { kind: 'files', files: 1, of: 2, isLeast: true },
    });
  });

  it('do not affect what all files are known to contain, nor lists that were not cut', () => {
    const other = new VersionTally();
    for (const path of ['a.nwb', 'b.nwb'])
      other.add({
        path,
        size: 1,
        kind: '.nwb',
        facts: { ...header([{ name: 'acquisition', members: [wheel] }])!, more: { series: 3, tables: 1 } },
      });
    expect(other.build(NO_METADATA).all.series).toMatchObject([{ files: 2 }]);
    expect(other.build(NO_METADATA).all.series[0]).not.toHaveProperty('isLeast');
  });
});

describe('the list of facts', () => {
  it('numbers each fact, with the slots for sentences', () => {
    const tally = new VersionTally();
    for (const [id, region] of [
      ['m1', 'VISp'],
      ['m2', 'VISp'],
      ['m3', 'MOs'],
    ] as const) {
      const shank = { name: 'shank', type: 'ElectrodeGroup', attributes: { location: region } };
      tally.add({
        path: `sub-${id}/a.nwb`,
        size: 1_000,
        kind: '.nwb',
        record: record({ identifier: id })!,
        facts: header([{ name: 'general', members: [{ name: 'extracellular_ephys', members: [shank] }] }])!,
      });
    }
    const contents = tally.build(NO_METADATA);
    const list = buildFactList({ contents, metadata: NO_METADATA, nwb: 3, read: 3 });
    expect(list.map(({ id }) => id)).toEqual(list.map((_, at) => `F${at + 1}`));
    const region = list.find(({ topic }) => topic === 'region');
    expect(region).toMatchObject({
      text: 'Locations of recording or imaging: VISp in 2 files, MOs in 1 file',
      slots: { value1: 'VISp', files1: '2', value2: 'MOs' },
      scope: { kind: 'dandiset' },
      source: 'headers',
      evidence: [
        { file: 'sub-m1/a.nwb', location: '/general/extracellular_ephys/shank' },
        { file: 'sub-m3/a.nwb', location: '/general/extracellular_ephys/shank' },
      ],
    });
  });

  it('shows where units, electrodes and planes are counted, in the first file that has them', () => {
    const tally = new VersionTally();
    const ids = [{ name: 'id', type: 'ElementIdentifiers', shape: [4] }];
    const units = { name: 'units', type: 'Units', members: ids };
    const plane = { name: 'plane', type: 'ImagingPlane' };
    const facts = header([
      units,
      { name: 'general', members: [{ name: 'optophysiology', members: [plane] }] },
    ])!;
    tally.add({ path: 'a.nwb', size: 1, kind: '.nwb', facts });
    const contents = tally.build(NO_METADATA);
    const list = buildFactList({ contents, metadata: NO_METADATA, nwb: 1, read: 1 });
    const counted = list
      .filter(({ topic }) => topic === 'counts')
      .map(({ text, evidence }) => [text, evidence]);
    expect(counted).toEqual([
      ['Sorted units: 4 sorted units', [{ file: 'a.nwb', location: '/units' }]],
      ['Imaging planes: 1 imaging plane', [{ file: 'a.nwb', location: 'neurodata_type' }]],
    ]);
  });

  it('is valid for any records', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.jsonValue(), (records, metadata) => {
        const tally = new VersionTally();
        for (const [at, json] of records.entries())
          tally.add({ path: `${at}`, size: at, kind: '.nwb', record: buildRecordDigest(json) });
        const described = describeMetadata(metadata);
        const contents = tally.build(described);
        expect(Contents.parse(JSON.parse(JSON.stringify(contents)))).toEqual(contents);
        for (const fact of buildFactList({ contents, metadata: described, nwb: 0, read: 0 }))
          Fact.parse(fact);
      }),
    );
  });
});
