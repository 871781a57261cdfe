/** Arbitrary facts for property tests: odd counts, odd texts, any mixture of neurodata types. */
import fc from 'fast-check';
import type { CountedFacts, FileTypeFacts, SeriesFacts } from '../../shared/prompt/facts.ts';
import { MODALITIES } from '../../shared/vocabulary/modalities.ts';
import { countFacts } from './count-facts.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.lorem({ maxCount: 3, mode: 'sentences' }),
  fc.constantFrom(
    '## Keywords',
    '- a\n- b',
    '<script>x</script>',
    '`code',
    '![a](b)',
    'A | B',
    '***',
    '1. Abstract',
    'no description',
    '```\nx',
    '\\',
    '[x]: http://y',
    '&lt;b&gt;',
    'a\n\n    b',
    '> q',
  ),
);
const count = fc.oneof(fc.nat(20), fc.nat(100_000));
const neurodataType = fc.oneof(
  fc.constantFrom(...MODALITIES.flatMap(({ types }) => types)),
  fc.constantFrom('NWBFile', 'Device', 'DynamicTable', 'VectorData', 'MysteryExtension'),
);

const series: fc.Arbitrary<SeriesFacts> = fc.record(
  {
    path: fc.oneof(text, fc.constantFrom('/acquisition/a', '/processing/ecephys/LFP/b', '/x/data')),
    neurodataType,
    description: text,
    count: fc.integer({ min: 1, max: 5000 }),
    shape: fc.option(fc.array(count, { maxLength: 4 })),
    dtype: fc.option(fc.constantFrom('float64', 'int16')),
    unit: text,
    rate: fc.oneof(fc.double(), fc.constantFrom(30_000, 0.001, 60)),
  },
  { requiredKeys: ['path', 'neurodataType', 'description', 'count', 'shape', 'dtype'] },
);

const named = fc.record({ name: text, description: text });

const fileType: fc.Arbitrary<FileTypeFacts> = fc.record(
  {
    label: fc.integer({ min: 1, max: 300 }),
    files: fc.integer({ min: 1, max: 40 }),
    representative: fc.record({ path: text, assetId: fc.uuid() }),
    neurodataTypes: fc.array(fc.record({ name: neurodataType, count: fc.integer({ min: 1, max: 99 }) }), {
      maxLength: 6,
    }),
    nwbVersion: fc.constantFrom('2.6.0', '1.0.6'),
    extensions: fc.array(
      fc.record({
        name: fc.oneof(text, fc.constant('ndx-pose')),
        versions: fc.array(text, { maxLength: 3 }),
        files: count,
      }),
      { maxLength: 3 },
    ),
    subject: fc.record(
      {
        species: text,
        sex: fc.constantFrom('M', 'F', 'U', 'x'),
        age: fc.constantFrom('P90D', 'P1Y', 'P0D', 'old', 'P1D/P2D'),
        genotype: text,
        strain: text,
      },
      { requiredKeys: [] },
    ),
    texts: fc.dictionary(
      fc.constantFrom(
        'session_description',
        'experiment_description',
        'keywords',
        'session_id',
        'identifier',
      ),
      text,
    ),
    series: fc.array(series, { maxLength: 6 }),
    tables: fc.array(
      fc.record({
        path: text,
        neurodataType,
        description: text,
        rows: fc.option(count),
        columns: fc.array(named, { maxLength: 9 }),
      }),
      { maxLength: 4 },
    ),
    devices: fc.array(named, { maxLength: 4 }),
    locations: fc.array(text, { maxLength: 4 }),
    modules: fc.array(named, { maxLength: 2 }),
  },
  {
    requiredKeys: [
      'label',
      'files',
      'representative',
      'neurodataTypes',
      'texts',
      'series',
      'tables',
      'devices',
      'locations',
      'modules',
    ],
  },
);

/** Facts with consistent counts, as in a real version. */
export const anyFacts: fc.Arbitrary<CountedFacts> = fc
  .record({
    dandiset: fc.record(
      {
        id: fc.constant('000001'),
        version: fc.constantFrom('draft', '0.240101.1200'),
        name: text,
        description: fc.array(text, { maxLength: 5 }).map((texts) => texts.join('\n\n')),
        contributors: fc.array(
          fc.record({ name: text, kind: fc.constantFrom('person' as const, 'organization' as const) }),
          { maxLength: 2 },
        ),
        species: fc.array(fc.oneof(text, fc.constantFrom('Mus musculus - House mouse', 'Human')), {
          maxLength: 3,
        }),
        approaches: fc.array(text, { maxLength: 3 }),
        techniques: fc.array(text, { maxLength: 3 }),
        keywords: fc.array(text, { maxLength: 14 }),
        license: fc.constant([]),
        numberOfSubjects: count,
        numberOfBytes: fc.nat(),
      },
      {
        requiredKeys: [
          'id',
          'version',
          'name',
          'description',
          'contributors',
          'species',
          'approaches',
          'techniques',
          'keywords',
          'license',
        ],
      },
    ),
    fileTypes: fc.array(fileType, { maxLength: 8 }),
    unreadable: fc.array(
      fc.record({
        path: text,
        reason: fc.constantFrom('empty-file', 'truncated', 'bytes', 'unavailable'),
        detail: text,
      }),
      { maxLength: 5 },
    ),
    other: fc.array(fc.record({ kind: text, count: fc.integer({ min: 1, max: 999 }) }), { maxLength: 7 }),
    notLookedAt: fc.nat(3),
    cutShort: fc.nat(2),
  })
  .map(({ dandiset, fileTypes, unreadable, other, notLookedAt, cutShort }): CountedFacts => {
    const read = fileTypes.reduce((sum, type) => sum + type.files, 0);
    const nwb = read + unreadable.length + notLookedAt;
    const assets = nwb + other.reduce((sum, kind) => sum + kind.count, 0);
    return countFacts({
      dandiset,
      fileTypes,
      coverage: { assets, nwb, read, cutShort: Math.min(cutShort, read), notLookedAt, unreadable, other },
    });
  });
