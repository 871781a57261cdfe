/** All records counted: the same in any order, bounded at any number, and true of real manifests. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRecordDigest } from '../../shared/facts/record-digest.ts';
import { RecordTally } from '../../shared/facts/record-tally.ts';
import { ValueCounts } from '../../shared/facts/value-counts.ts';
import { requireCorpus } from '../corpus.ts';

interface Recorded {
  readonly path: string;
  readonly subject?: string;
  readonly sex?: string;
  readonly session?: string;
  readonly start?: string;
}

const recordOf = ({ path, subject, sex, session, start }: Recorded): unknown => ({
  path,
  contentSize: 10,
  wasAttributedTo:
    subject === undefined ? [] : [{ schemaKey: 'Participant', identifier: subject, sex: { name: sex } }],
  wasGeneratedBy:
    session === undefined ? [] : [{ schemaKey: 'Session', identifier: session, startDate: start }],
});
const tallyOf = (records: readonly unknown[]) => {
  const tally = new RecordTally();
  for (const record of records) tally.add(buildRecordDigest(record));
  return tally.report();
};

describe('RecordTally', () => {
  it('counts files, kinds, subjects, sessions and what fields hold', () => {
    const report = tallyOf(
      [
        {
          path: 'sub-a/sub-a_ses-1_ecephys.nwb',
          subject: 'a',
          sex: 'M',
          session: '1',
          start: '2020-01-02T00:00:00Z',
        },
        {
          path: 'sub-a/sub-a_ses-2_ecephys.nwb',
          subject: 'a',
          sex: 'F',
          session: '2',
          start: '2020-01-02T01:00:00+09:00',
        },
        { path: 'sub-b_c/sub-b_c_ses-1_behavior+ophys.nwb', subject: 'b.c', sex: 'F', session: '1' },
        { path: 'sub-d/sub-d_stain-NeuN_SPIM.ome.zarr' },
        { path: 'README' },
      ].map(recordOf),
    );
    expect(report).toMatchObject({
      files: 5,
      bytes: 50,
      descriptions: 1,
      kinds: [
        { kind: '.nwb', files: 3, bytes: 30 },
        { kind: '.ome.zarr', files: 1, bytes: 10 },
        { kind: 'unknown', files: 1, bytes: 10 },
      ],
      duplicatePaths: 0,
      distinctSubjects: 2,
      filesWithSubject: 3,
      subjectsOfPathsOnly: 1,
      sessions: 3,
      firstStart: '2020-01-02T01:00:00+09:00',
      lastStart: '2020-01-02T00:00:00Z',
    });
    expect(report.subjects).toEqual([
      { identifier: 'a', files: 2, words: { sex: ['M', 'F'] } },
      { identifier: 'b.c', files: 1, words: { sex: ['F'] } },
    ]);
    expect(report.fields.sex).toEqual({
      files: 3,
      distinct: 2,
      values: [
        { value: 'F', files: 2, subjects: 2 },
        { value: 'M', files: 1, subjects: 1 },
      ],
    });
    expect(report.fields.modality?.values.map(({ value }) => value)).toEqual([
      'ecephys',
      'behavior',
      'ophys',
    ]);
    expect(report.entities.map(({ key, files }) => [key, files])).toEqual([
      ['sub', 4],
      ['ses', 3],
      ['stain', 1],
    ]);
  });

  it('finds paths that stand twice', () => {
    const report = tallyOf(['x.nwb', 'y.nwb', 'x.nwb', 'x.nwb'].map((path) => recordOf({ path })));
    expect(report.duplicates).toEqual([{ path: 'x.nwb', records: 3 }]);
    expect(report.duplicatePaths).toBe(1);
  });

  it('says the same in any order', () => {
    const record = fc.record({
      path: fc.constantFrom('a.nwb', 'sub-1/sub-1_ses-2_ecephys.nwb', 'sub-2_T2w.json', 'b.mp4'),
      subject: fc.constantFrom('1', '2', '3'),
      sex: fc.constantFrom('M', 'F'),
      session: fc.constantFrom('s', 't'),
      start: fc.constantFrom('2020-01-01', '2021-01-01', 'never'),
    });
    const withoutOrderOfWords = (records: readonly Recorded[]) => {
      const report = tallyOf(records.map(recordOf));
      const subjects = report.subjects.map((each) => ({
        ...each,
        words: { sex: each.words.sex?.toSorted() },
      }));
      return { ...report, subjects };
    };
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (records, keys) => {
        const shuffled = records
          .map((each) => ({ each, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(withoutOrderOfWords(shuffled)).toEqual(withoutOrderOfWords(records));
      }),
    );
  });

  it('never throws, whatever the records', () => {
    fc.assert(fc.property(fc.array(fc.jsonValue()), (records) => void tallyOf(records)));
  });

  it('counts the largest Dandiset with more subjects and values than it names', () => {
    const tally = new RecordTally();
    for (let at = 0; at < 73_048; at += 1) {
      tally.add(
        buildRecordDigest({
          ...(recordOf({
            path: `sub-${at % 12_000}/sub-${at % 12_000}_ses-${at}_ecephys.nwb`,
            subject: String(at % 12_000),
            sex: 'F',
            session: String(at),
          }) as object),
          keywords: [`k${at % 6_000}`, at >= 70_000 ? 'late' : 'early'],
        }),
      );
    }
    const report = tally.report();
    expect(report.files).toBe(73_048);
    expect(report.distinctSubjects).toBe(12_000);
    expect(report.subjects.length).toBe(10_000);
    expect(report.sessions).toBe(73_048);
    const keywords = report.fields.keyword!;
    expect(keywords.distinct).toBe(6_002);
    expect(keywords.values.length).toBe(5_000);
    expect(keywords.values.slice(0, 2)).toEqual([
      { value: 'early', files: 70_000 },
      { value: 'late', files: 3_048 },
    ]);
    // Every session has a value of its own: more than are held, and still counted.
    const sessions = report.entities.find(({ key }) => key === 'ses')!;
    expect(sessions.distinct).toBe(73_048);
    expect(sessions.values.length).toBe(5_000);
  });

  it('counts subjects of a real manifest and its sizes', (test) => {
    const file = join(requireCorpus(test), 'manifests', '000293', 'assets.jsonld');
    if (!existsSync(file)) test.skip('needs the manifest of 000293');
    const records = JSON.parse(readFileSync(file, 'utf8')) as { contentSize: number }[];
    const report = tallyOf(records);
    expect(report.distinctSubjects).toBe(121);
    expect(report.bytes).toBe(records.reduce((total, record) => total + record.contentSize, 0));
  });

  it('tells microscopy by what its paths hold', (test) => {
    const file = join(requireCorpus(test), 'manifests', '000108', 'assets.jsonld');
    if (!existsSync(file)) test.skip('needs the manifest of 000108');
    const report = tallyOf(JSON.parse(readFileSync(file, 'utf8')) as unknown[]);
    expect(report.entities.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['sub', 'ses', 'run', 'sample', 'stain', 'chunk']),
    );
    expect(report.fields.suffix?.values.length).toBeGreaterThan(1);
  });
});

describe('ValueCounts', () => {
  it('keeps what many files hold when it must drop values', () => {
    const counts = new ValueCounts(8);
    for (let at = 0; at < 1_000; at += 1) counts.addFile([`once ${at}`, 'often', 'often']);
    const { values, distinct } = counts.report(3);
    expect(values[0]).toEqual({ value: 'often', files: 1_000 });
    expect(values.length).toBe(3);
    expect(distinct).toBe(1_001);
  });
});
