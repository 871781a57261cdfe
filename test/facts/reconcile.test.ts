/**
 * Disagreeing sources: what is reported, with each value and its source, and what is only another way to
 * write the same.
 */
import { describe, expect, it } from 'vitest';
import { buildFileFacts } from '../../shared/facts/build-file-facts.ts';
import type { CountedFile } from '../../shared/facts/content-tally.ts';
import type { FileContents } from '../../shared/facts/contents.ts';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { type CountedVersion, Reconciliation } from '../../shared/facts/reconcile.ts';
import { buildRecordDigest } from '../../shared/facts/record-digest.ts';
import { buildTestHeader } from '../headers.ts';

const NO_METADATA = describeMetadata(undefined);

function version(more: { subjects?: number; assets?: number; bytes?: number; species?: string[] } = {}) {
  const values = (more.species ?? []).map((value) => ({ value, files: 1 }));
  const all = { subjects: more.subjects ?? 0, species: { values, more: 0 } } as unknown as FileContents;
  return { assets: more.assets ?? 1, bytes: more.bytes ?? 0, all } satisfies CountedVersion;
}

/** A file with these fields of its one subject in record and header. */
function file(
  path: string,
  recorded: { id?: string; sex?: string; species?: string },
  own: { subject_id?: string; sex?: string; species?: string },
): CountedFile {
  const members = Object.entries(own).map(([name, text]) => ({ name, shape: [], text }));
  const header = buildTestHeader({
    name: '',
    type: 'NWBFile',
    members: [{ name: 'general', members: [{ name: 'subject', type: 'Subject', members }] }],
  });
  const record = buildRecordDigest({
    wasAttributedTo: [
      {
        schemaKey: 'Participant',
        ...(recorded.id === undefined ? {} : { identifier: recorded.id }),
        ...(recorded.sex === undefined ? {} : { sex: { name: recorded.sex } }),
        ...(recorded.species === undefined ? {} : { species: { name: recorded.species } }),
      },
    ],
  });
  return { path, record, facts: buildFileFacts(header) } as CountedFile;
}

function reconcile(files: readonly CountedFile[], counted = version(), metadata = NO_METADATA) {
  const found = new Reconciliation();
  for (const each of files) found.add(each);
  return found.build(counted, metadata);
}

describe('record and header of a file', () => {
  it.each([
    ['the same', { id: 'mouse1', sex: 'Male' }, { subject_id: 'mouse1', sex: 'M' }],
    ['with other case and punctuation', { id: 'mouse1' }, { subject_id: 'Mouse_1' }],
    ['with a prefix in the record', { id: 'sub-mouse1' }, { subject_id: 'mouse1' }],
    ['with a prefix in the header', { id: '1' }, { subject_id: 'mouse-1' }],
    ['in only one', { id: 'mouse1', sex: 'Male' }, { species: 'Mus musculus' }],
    ['in neither', {}, { subject_id: 'mouse1' }],
  ])('agree where they name a subject %s', (_, recorded, own) => {
    expect(reconcile([file('a.nwb', recorded, own)])).toEqual([]);
  });

  it('disagree if their values differ: the first file is the example, and all are counted', () => {
    const wrong = (path: string) => file(path, { sex: 'Male' }, { sex: 'F' });
    const [one, ...none] = reconcile([file('a.nwb', { sex: 'Male' }, { sex: 'M' }), wrong('b.nwb')]);
    expect(none).toEqual([]);
    expect(one).toMatchObject({ about: 'sex', files: 1, isMetadata: false });
    expect(one?.detail).toContain('in one file, such as b.nwb');
    const [two] = reconcile([wrong('b.nwb'), wrong('c.nwb')]);
    expect(two).toMatchObject({ about: 'sex', files: 2 });
    expect(two?.detail).toMatch(/in (?:two|2) files, such as b\.nwb/);
    expect(two?.values.map(({ source }) => source)).toEqual(['record', 'header']);
  });

  it('are reported if they name different numbers of subjects', () => {
    const files = [1, 2].map((at) => file(`${at}.nwb`, { id: `m${at}` }, { subject_id: 'm' }));
    const about = reconcile(files).filter((each) => each.about === 'subjects');
    expect(about).toHaveLength(1);
    expect(about[0]!.values.map(({ value }) => value)).toEqual(['2', '1']);
    // Compared only if both name a subject nearly everywhere.
    const unnamed = file('3.nwb', {}, { sex: 'M' });
    expect(reconcile([...files, unnamed]).filter((each) => each.about === 'subjects')).toEqual([]);
  });
});

describe('a claim of the metadata', () => {
  const claim = (assetsSummary: object, description = '') => describeMetadata({ assetsSummary, description });

  it('of files is exact, of bytes within a hundredth', () => {
    expect(reconcile([], version({ assets: 3 }), claim({ numberOfFiles: 3 }))).toEqual([]);
    expect(reconcile([], version({ assets: 3 }), claim({ numberOfFiles: 4 }))).toMatchObject([
      { about: 'files', isMetadata: true, values: [{ value: '3' }, { value: '4' }] },
    ]);
    const bytes = version({ assets: 1, bytes: 10_000 });
    for (const same of [10_000, 10_100, 9_900])
      expect(reconcile([], bytes, claim({ numberOfBytes: same }))).toEqual([]);
    for (const other of [10_101, 9_899])
      expect(reconcile([], bytes, claim({ numberOfBytes: other }))).toMatchObject([{ about: 'bytes' }]);
    expect(reconcile([], version(), claim({ numberOfBytes: 5 }))).toEqual([]);
  });

  it('on subjects is compared with the files that name any', () => {
    expect(reconcile([], version({ subjects: 2 }), claim({ numberOfSubjects: 2 }))).toEqual([]);
    expect(reconcile([], version({ subjects: 0 }), claim({ numberOfSubjects: 2 }))).toEqual([]);
    expect(reconcile([], version({ subjects: 3 }), claim({ numberOfSubjects: 2 }))).toMatchObject([
      { about: 'subjects', isMetadata: true },
    ]);
  });

  it('in the description is compared with the files if it is the only count, and may refer to them', () => {
    const reported = (description: string, subjects: number) =>
      reconcile([], version({ subjects, species: ['Mus musculus'] }), claim({}, description)).map(
        ({ about, values }) => [about, values[1]?.value],
      );
    expect(reported('We recorded from 12 mice.', 12)).toEqual([]);
    expect(reported('We recorded from 12 mice.', 11)).toEqual([['description', '12 mice']]);
    expect(reported('We recorded from twelve adult male mice.', 11)).toEqual([
      ['description', 'twelve adult male mice'],
    ]);
    expect(reported('A single subject took part.', 2)).toEqual([['description', 'A single subject']]);
    expect(reported('Of 12 mice, 5 mice were trained.', 11)).toEqual([]);
    expect(reported('Cells of 3 rats were compared.', 11)).toEqual([]);
    expect(reported('We used two mouse lines.', 11)).toEqual([]);
    expect(reported('We recorded from 12 mice.', 0)).toEqual([]);
    expect(reported('Each file holds a session of one monkey (total 2).', 12)).toEqual([]);
    expect(reported('Sessions with 4 electrodes per hemisphere, in one rat at a time.', 3)).toEqual([]);
    expect(reported('Each trial lasts 3 s. We recorded from 12 mice.', 11)).toEqual([
      ['description', '12 mice'],
    ]);
  });
});
