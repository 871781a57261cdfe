/** Asset records of all schemas and without a schema become digests; real ones are counted. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRecordDigest, type RecordDigest } from '../../shared/facts/record-digest.ts';
import { requireCorpus } from '../corpus.ts';

const participant = (fields: object) => ({
  schemaKey: 'Asset',
  path: 'sub-1/sub-1.nwb',
  contentSize: 10,
  wasAttributedTo: [{ schemaKey: 'Participant', ...fields }],
});
const readSubject = (fields: object) => buildRecordDigest(participant(fields)).subjects[0];

describe('buildRecordDigest', () => {
  it('returns the subject in the words of the record', () => {
    expect(
      readSubject({
        identifier: 'm_7',
        species: {
          schemaKey: 'SpeciesType',
          identifier: 'http://x.example/NCBITaxon_10090',
          name: 'House mouse',
        },
        sex: { schemaKey: 'SexType', name: 'Female', identifier: 'http://x.example/PATO_0000383' },
        strain: { schemaKey: 'StrainType', name: 'C57BL/6J' },
        genotype: 'Pvalb-Cre/wt',
        age: {
          schemaKey: 'PropertyValue',
          value: 'P70D',
          unitText: 'ISO-8601 duration',
          valueReference: { schemaKey: 'PropertyValue', value: 'dandi:BirthReference' },
        },
        disorder: [{ schemaKey: 'Disorder', name: 'epilepsy', identifier: 'MONDO:0005027' }],
      }),
    ).toEqual({
      identifier: 'm_7',
      species: { name: 'House mouse', identifier: 'http://x.example/NCBITaxon_10090' },
      sex: { name: 'Female', identifier: 'http://x.example/PATO_0000383' },
      strain: { name: 'C57BL/6J' },
      genotype: 'Pvalb-Cre/wt',
      age: { value: 'P70D', reference: 'birth' },
      disorders: [{ name: 'epilepsy', identifier: 'MONDO:0005027' }],
    });
  });

  it.each([
    ['P0D', { value: 'P0D' }],
    [{ value: 'P8W/P10W' }, { value: 'P8W/P10W' }],
    [{ value: ['-P5D'] }, { value: '-P5D' }],
    [
      { value: 'P15D', valueReference: { value: 'dandi:GestationalReference' } },
      { value: 'P15D', reference: 'gestation' },
    ],
    [
      { value: 'P15D', valueReference: 'last vaccination' },
      { value: 'P15D', reference: 'last vaccination' },
    ],
    [{ value: 23, unitText: 'Years from birth' }, { value: 'P23Y' }],
    [{ minValue: 'P1D', maxValue: 'P3D' }, { value: 'P1D/P3D' }],
    [{ minValue: 8, maxValue: null, unitText: 'weeks' }, { value: 'P8W/' }],
    [{ value: 23 }, undefined],
    [{ value: null }, undefined],
    [{}, undefined],
    [23, undefined],
    ['N/A', undefined],
  ])('reads the age %j', (age, digest) => {
    expect(readSubject({ identifier: '1', age })?.age).toEqual(digest);
  });

  it('treats a bare text, a URL or an array of one as a term', () => {
    expect(readSubject({ species: 'mouse' })?.species).toEqual({ name: 'mouse' });
    expect(readSubject({ species: [{ name: ['Mus musculus'] }] })?.species).toEqual({ name: 'Mus musculus' });
    expect(readSubject({ sex: 'M' })?.sex).toEqual({ name: 'M' });
    expect(readSubject({ species: 'http://purl.example/NCBITaxon_9606' })?.species).toEqual({
      identifier: 'http://purl.example/NCBITaxon_9606',
    });
  });

  it('reads a genotype that is a list of loci', () => {
    const genotype = [
      { locus: 'Pvalb', alleles: [{ alleleSymbol: 'Cre' }, { alleleSymbol: 'wt' }] },
      { locus: 'Ai32', alleles: [] },
      'Sst-Flp',
    ];
    expect(readSubject({ genotype })?.genotype).toBe('Pvalb: Cre/wt; Ai32; Sst-Flp');
  });

  it('follows samples to the subject that they were taken from', () => {
    const digest = buildRecordDigest({
      wasDerivedFrom: [
        {
          schemaKey: 'BioSample',
          identifier: 'cell_1',
          sampleType: { schemaKey: 'SampleType', name: 'cell' },
          anatomy: [{ name: 'V1', identifier: 'UBERON:0002436' }],
          wasDerivedFrom: [
            {
              schemaKey: 'BioSample',
              identifier: 'slice_1',
              sampleType: { name: 'slice' },
              wasAttributedTo: [{ schemaKey: 'Participant', identifier: 'm1' }],
            },
          ],
        },
      ],
      wasAttributedTo: [{ schemaKey: 'Person', name: 'Doe, Jane' }],
    });
    expect(digest.samples).toEqual([
      {
        identifier: 'cell_1',
        type: 'cell',
        anatomy: [{ name: 'V1', identifier: 'UBERON:0002436' }],
        parent: 'slice_1',
      },
      { identifier: 'slice_1', type: 'slice' },
    ]);
    expect(digest.subjects).toEqual([{ identifier: 'm1' }]);
  });

  it('returns sessions without the placeholders and the activity that wrote the record', () => {
    const { sessions } = buildRecordDigest({
      wasGeneratedBy: [
        { schemaKey: 'Session', identifier: 'PLACEHOLDER', name: 'PLACEHOLDER', description: 'PLACEHOLDER' },
        {
          schemaKey: 'Session',
          identifier: 's1',
          name: 's1',
          description: 'Passive viewing; ask jane@example.org',
          startDate: '2020-01-02T03:04:05+09:00',
        },
        { schemaKey: 'Activity', name: 'Metadata generation', startDate: '2021-01-01' },
        { schemaKey: 'Project', identifier: 'R01', name: 'A grant' },
      ],
    });
    expect(sessions).toEqual([
      {
        identifier: 's1',
        description: 'Passive viewing; ask [e-mail removed]',
        start: '2020-01-02T03:04:05+09:00',
      },
    ]);
  });

  it('reads measured variables in the forms of all schemas', () => {
    const digest = buildRecordDigest({
      approach: [{ name: 'electrophysiological approach' }, { name: 'electrophysiological approach' }],
      measurementTechnique: { name: 'spike sorting technique' },
      variableMeasured: [
        { schemaKey: 'PropertyValue', value: 'Units' },
        'LFP',
        { name: 'Position' },
        7,
        null,
      ],
      keywords: ['cortex', null, 'n/a'],
      relatedResource: [{ url: 'https://doi.org/10.1234/ABC', relation: 'dcite:IsDescribedBy' }],
    });
    expect(digest).toMatchObject({
      approaches: ['electrophysiological approach'],
      techniques: ['spike sorting technique'],
      variables: ['Units', 'LFP', 'Position', '7'],
      keywords: ['cortex'],
      relatedResources: [{ doi: '10.1234/abc', relation: 'IsDescribedBy' }],
    });
  });

  it('limits every text and every list, and reports how many more there were', () => {
    const long = 'x'.repeat(1_000_000);
    const digest = buildRecordDigest({
      path: 'a.nwb',
      wasAttributedTo: Array.from({ length: 3_000 }, (_, at) => ({
        schemaKey: 'Participant',
        identifier: `s${at}`,
        genotype: long,
      })),
      wasGeneratedBy: [{ schemaKey: 'Session', identifier: long, description: long }],
    });
    expect(digest.subjects.length).toBe(100);
    expect(digest.omitted).toEqual({ subjects: 2_900 });
    expect(JSON.stringify(digest).length).toBeLessThan(150_000);
  });

  it('never throws and is limited, for any record', () => {
    const field = fc.constantFrom(
      ...'path contentSize wasAttributedTo wasDerivedFrom wasGeneratedBy approach variableMeasured species age sex genotype identifier name value valueReference schemaKey __proto__ about relatedResource keywords'.split(
        ' ',
      ),
    );
    const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
      object: fc.dictionary(field, tie('value'), { maxKeys: 6 }),
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>(null, 'Participant', 'BioSample', 'Session', 'P1D', '', 0, -1, true),
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 4 }),
        tie('object'),
      ),
    }));
    fc.assert(
      fc.property(value, (record) => {
        const digest: RecordDigest = buildRecordDigest(record);
        expect(JSON.parse(JSON.stringify(digest))).toEqual(digest);
        expect(digest.subjects.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 500 },
    );
  });

  it('counts the subjects of a real manifest whose summary is wrong', (test) => {
    const folder = join(requireCorpus(test), 'manifests', '000293');
    if (!existsSync(folder)) test.skip('needs the manifest of 000293');
    const records = JSON.parse(readFileSync(join(folder, 'assets.jsonld'), 'utf8')) as unknown[];
    const subjects = records.flatMap((record) =>
      buildRecordDigest(record).subjects.map((each) => each.identifier),
    );
    expect(new Set(subjects).size).toBe(121);
  });

  it('keeps the digest of each real record below two kilobytes', (test) => {
    const manifests = join(requireCorpus(test), 'manifests');
    if (!existsSync(manifests)) test.skip('needs the real manifests');
    for (const id of readdirSync(manifests)) {
      const records = JSON.parse(readFileSync(join(manifests, id, 'assets.jsonld'), 'utf8')) as unknown[];
      for (const record of records)
        expect(JSON.stringify(buildRecordDigest(record)).length).toBeLessThan(2_048);
    }
  });
});
