/** Paths by the conventions of DANDI and BIDS, and other paths. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableIdentifier, parsePathEntities } from '../../shared/facts/path-entities.ts';

const parseEntities = (path: string) =>
  Object.fromEntries(parsePathEntities(path).entities.map(({ key, value }) => [key, value]));

describe('parsePathEntities', () => {
  it('parses a name written by dandi-cli', () => {
    expect(parsePathEntities('sub-A1/sub-A1_ses-20200102T030405_obj-1ab_behavior+ecephys+ogen.nwb')).toEqual({
      kind: '.nwb',
      entities: [
        { key: 'sub', value: 'A1' },
        { key: 'ses', value: '20200102T030405' },
        { key: 'obj', value: '1ab' },
      ],
      subject: 'A1',
      session: '20200102T030405',
      modalities: ['behavior', 'ecephys', 'ogen'],
      isDescription: false,
    });
    expect(parseEntities('sub-1/sub-1_desc-raw_probe-0_ecephys.nwb')).toEqual({
      sub: '1',
      desc: 'raw',
      probe: '0',
    });
    expect(parsePathEntities('sub-1/sub-1_desc-processed.nwb').modalities).toEqual([]);
  });

  it('parses a path of BIDS', () => {
    expect(
      parsePathEntities('sub-h0/ses-1/micr/sub-h0_ses-1_sample-s0_stain-NeuN_run-1_chunk-0_SPIM.ome.zarr'),
    ).toMatchObject({
      kind: '.ome.zarr',
      entities: [
        { key: 'sub', value: 'h0' },
        { key: 'ses', value: '1' },
        { key: 'sample', value: 's0' },
        { key: 'stain', value: 'NeuN' },
        { key: 'run', value: '1' },
        { key: 'chunk', value: '0' },
      ],
      modalities: [],
      suffix: 'SPIM',
      datatype: 'micr',
    });
    expect(parsePathEntities('sub-01/anat/sub-01_T2w.nii.gz')).toMatchObject({
      kind: '.nii.gz',
      suffix: 'T2w',
      datatype: 'anat',
    });
    expect(parsePathEntities('sub-01/ieeg/sub-01_task-rest_events.tsv')).toMatchObject({
      suffix: 'events',
      datatype: 'ieeg',
    });
    expect(parseEntities('tpl-MNI/tpl-MNI_hemi-L_space-fsLR_label.gii')).toEqual({
      tpl: 'MNI',
      hemi: 'L',
      space: 'fsLR',
    });
  });

  it('recognizes derivatives with their pipeline, and other parts of a dataset', () => {
    expect(parsePathEntities('derivatives/fit/Maker/sub-1/anat/sub-1_flip-4_VFA.nii.gz')).toMatchObject({
      area: 'derivatives',
      pipeline: 'fit',
      suffix: 'VFA',
      subject: '1',
    });
    expect(parsePathEntities('derivatives/sub-1/sub-1_T1w.json').pipeline).toBeUndefined();
    expect(parsePathEntities('sourcedata/raw.bin')).toMatchObject({ area: 'sourcedata', entities: [] });
  });

  it('reads sessions and subjects from folders if the name has none', () => {
    expect(parsePathEntities('sub-9/ses-2/video.mp4')).toMatchObject({
      subject: '9',
      session: '2',
      kind: '.mp4',
    });
    expect(parseEntities('sub-9_ses-2_ecephys+image/sub-9_ses-2_left.mp4')).toEqual({ sub: '9', ses: '2' });
    expect(parseEntities('sub-9/sub-8_ses-1.nwb')).toEqual({ sub: '8', ses: '1' });
  });

  it.each([
    ['sub-mouse-A_ses-2018-01-02_slice-1-b.nwb', { sub: 'mouse-A', ses: '2018-01-02', slice: '1-b' }],
    ['sub-Mouse 2054_ses-Session 01.nwb', { sub: 'Mouse 2054', ses: 'Session 01' }],
    ['sub-A_B_ses-1_x_ecephys.nwb', { sub: 'A_B', ses: '1_x' }],
    ['sub-A.1_ses-2.5.nwb', { sub: 'A.1', ses: '2.5' }],
    ['to-do_list-2.txt', {}],
    ['my-lab_sub-3.nwb', { sub: '3' }],
    ['sub-.nwb', {}],
    ['__sub-1__ses-2__.nwb', { sub: '1', ses: '2' }],
    ['', {}],
    ['/', {}],
    ['....', {}],
  ])('reads the odd name %s', (path, entities) => {
    expect(parseEntities(path)).toEqual(entities);
  });

  it.each([
    ['README', true],
    ['README.md', true],
    ['dataset_description.json', true],
    ['participants.tsv', true],
    ['sub-1/sub-1_sessions.tsv', true],
    ['sub-1/sub-1_events.tsv', false],
    ['sub-1/sub-1.nwb', false],
  ])('%s describes: %s', (path, isDescription) => {
    expect(parsePathEntities(path).isDescription).toBe(isDescription);
  });

  it('returns every entity of a name built by the rules', () => {
    const key = fc.constantFrom('ses', 'sample', 'stain', 'x', 'task', 'run2');
    const value = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(
        value,
        fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 }),
        fc.option(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), { nil: undefined }),
        (subject, pairs, suffix) => {
          const all = [['sub', subject] as const, ...pairs];
          const name = all.map(([k, v]) => `${k}-${v}`).join('_');
          const reported = parsePathEntities(
            `sub-${subject}/${name}${suffix === undefined ? '' : `_${suffix}`}.tsv`,
          );
          expect(reported.entities.map((each) => [each.key, each.value])).toEqual(
            all.map((each) => [...each]),
          );
          expect(reported.suffix).toBe(suffix);
        },
      ),
    );
  });

  it('never throws and is limited, for any path', () => {
    const piece = fc.oneof(
      fc.constantFrom('sub-', 'ses-1', '_', '/', '-', '.nwb', '+', 'derivatives/'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const reported = parsePathEntities(pieces.join(''));
        expect(reported.entities.length).toBeLessThanOrEqual(30);
        for (const { value } of reported.entities) expect(value.length).toBeLessThanOrEqual(200);
      }),
    );
    expect(JSON.stringify(parsePathEntities('sub-1_'.repeat(200_000))).length).toBeLessThan(10_000);
  });
});

describe('comparableIdentifier', () => {
  it('returns the same for an identifier and its form in a path', () => {
    for (const form of ['115.273', '115_273', '115 273', '115-273'])
      expect(comparableIdentifier(form)).toBe('115-273');
  });
});
