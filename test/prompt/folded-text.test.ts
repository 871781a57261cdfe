/**
 * The text of folded sections: ranges that include no names that do not exist, references with their
 * location, extensions.
 */

import { describe, expect, it } from 'vitest';
import type { TypeExtension } from '../../shared/file-types/type-extensions.ts';
import { findExtensions } from '../../shared/header/namespaces.ts';
import { buildTypeDigest } from '../../shared/prompt/type-digest.ts';
import { type SectionLevel, sectionText } from '../../shared/prompt/type-section.ts';
import { buildTestHeader, type Tree } from '../headers.ts';

const LONG = 'Membrane potential of a layer 5 pyramidal neuron, held at its resting potential between sweeps';

function listLines(members: readonly Tree[], level: SectionLevel): string[] {
  const header = buildTestHeader({
    name: '',
    type: 'NWBFile',
    members: [{ name: 'acquisition', members }],
  });
  return sectionText(header, level).split('\n').slice(1, -1);
}

const numbered = (name: string, numbers: readonly number[], rest: Partial<Tree> = {}): Tree[] =>
  numbers.map((number) => ({ name: `${name}${number}`, type: 'TimeSeries', ...rest }));

const upTo = (end: number): number[] => Array.from({ length: end }, (_, at) => at);

describe('a range of names', () => {
  it('is reported by its least and greatest number if it is complete', () => {
    expect(listLines(numbered('sweep_', upTo(12)), 'folded')).toEqual([
      '  Group /acquisition/sweep_0 … sweep_11 (12 × TimeSeries) ',
    ]);
  });

  it('reports how many of its names exist if others have some of the numbers', () => {
    const members = [
      ...numbered('data_', [0, 1, 2, 9], { type: 'VoltageClampSeries' }),
      ...numbered('data_', [3, 4, 5, 6, 7, 8], { type: 'CurrentClampSeries' }),
    ];
    expect(listLines(members, 'folded')).toEqual([
      '  Group /acquisition/data_0 … data_9 (4 of these: VoltageClampSeries) ',
      '  Group /acquisition/data_3 … data_8 (6 × CurrentClampSeries) ',
    ]);
  });

  it('of dates or of two numbers is marked as not being a count', () => {
    const members = ['2019-01-02', '2019-03-04', '2020-01-01'].map((name) => ({ name, type: 'TimeSeries' }));
    expect(listLines(members, 'folded')).toEqual([
      '  Group /acquisition/2019-01-02 … 2020-01-01 (3 of these: TimeSeries) ',
    ]);
  });

  it('of columns is reported in the same way, with each name once if several tables are reported as one', () => {
    const table = (name: string): Tree => ({
      name,
      type: 'DynamicTable',
      members: [
        { name: 'id', type: 'ElementIdentifiers', shape: [5] },
        ...[1, 2, 4].map((at) => ({ name: `x_${at}`, type: 'VectorData', shape: [5] })),
        { name: 'y', type: 'VectorData', shape: [5] },
      ],
    });
    expect(listLines([table('trials_1'), table('trials_2')], 'tables')).toEqual([
      '  Group /acquisition/trials_1 … trials_2 (2 × DynamicTable)  | columns = id, 3 of x_1 … x_4 (float64), y (float64) | rows = 5',
    ]);
  });
});

describe('nodes below two patterns with the same mask', () => {
  it('is reported under the first name of its own pattern', () => {
    const electrode: Tree = { name: 'electrode', type: 'IntracellularElectrode' };
    const members = [
      ...numbered('data_', [0, 2], { type: 'VoltageClampSeries', members: [electrode] }),
      ...numbered('data_', [1, 3], { type: 'CurrentClampSeries', members: [electrode] }),
      ...numbered('lone_', [1, 2], { members: [electrode] }),
    ];
    expect(listLines(members, 'folded')).toEqual([
      '  Group /acquisition/data_0 … data_2 (2 of these: VoltageClampSeries) ',
      '  Group /acquisition/data_0…/electrode (IntracellularElectrode in each) ',
      '  Group /acquisition/data_1 … data_3 (2 of these: CurrentClampSeries) ',
      '  Group /acquisition/data_1…/electrode (IntracellularElectrode in each) ',
      '  Group /acquisition/lone_1 … lone_2 (2 × TimeSeries) ',
      '  Group /acquisition/lone_*/electrode (IntracellularElectrode in each) ',
    ]);
  });
});

describe('a description that occurred before', () => {
  it('refers to the first occurrence: by name among siblings, by path elsewhere', () => {
    const header = buildTestHeader({
      name: '',
      type: 'NWBFile',
      description: LONG,
      members: [
        {
          name: 'acquisition',
          members: [
            { name: 'a', type: 'TimeSeries', description: `${LONG}.` },
            { name: 'b', type: 'TimeSeries', description: `${LONG}.` },
            { name: 'c', type: 'LFP', members: [{ name: 'd', type: 'TimeSeries', description: `${LONG}.` }] },
          ],
        },
        { name: 'processing', type: 'ProcessingModule', description: `${LONG}.` },
        { name: 'scratch', type: 'ScratchData', description: LONG },
      ],
    });
    expect(sectionText(header, 'brief').trimEnd().split('\n')).toEqual([
      `  Group / (NWBFile) ${LONG}`,
      `  Group /acquisition/a (TimeSeries) ${LONG}.`,
      '  Group /acquisition/b (TimeSeries) (as a)',
      '  Group /acquisition/c (LFP) ',
      '  Group /acquisition/c/d (TimeSeries) (as a)',
      '  Group /processing (ProcessingModule) (as /acquisition/a)',
      '  Group /scratch (ScratchData) (as /)',
    ]);
  });

  it('is repeated if the reference would take as many words', () => {
    const description = 'Two-photon calcium imaging';
    const far: Tree = {
      name: 'a_rather_long_name_of_a_group',
      members: [{ name: 'a', type: 'TimeSeries', description }],
    };
    const lines = listLines([far, { name: 'b', type: 'TimeSeries', description }], 'brief');
    expect(lines[1]).toBe(`  Group /acquisition/b (TimeSeries) ${description}`);
  });
});

describe('the rich profile', () => {
  it('omits objects that links show again, identifiers of rows and values of a single session', () => {
    const tree: Tree = {
      name: '',
      type: 'NWBFile',
      members: [
        { name: 'identifier', shape: [], text: 'e5f3' },
        { name: 'session_description', shape: [], text: 'a session' },
        {
          name: 'units',
          type: 'Units',
          members: [{ name: 'id', type: 'ElementIdentifiers', shape: [3] }],
        },
      ],
    };
    const signatures = { exact: '', folded: '', typedNodes: 1 };
    const representative = { path: 'a.nwb', assetId: 'a', contentId: 'a', signatures, extensions: [] };
    const type = { files: 5, representative, extensions: [], structures: [''], variations: [] };
    const [complete, rich] = (['complete', 'rich'] as const).map(
      (profile) => buildTypeDigest(buildTestHeader(tree), type, 1, profile, 1e6).sections.folded!,
    );
    expect(complete).toContain('identifier: e5f3');
    expect(complete).toContain('/units/id');
    expect(rich).toBe('  Group / (NWBFile) \n  session_description: a session\n  Group /units (Units) \n');
  });
});

describe('extensions in the rich profile', () => {
  const header = buildTestHeader({ name: '', type: 'NWBFile' });
  const formatReported = (
    extensions: readonly TypeExtension[],
    profile: 'complete' | 'rich' = 'rich',
  ): string => {
    const signatures = { exact: '', folded: '', typedNodes: 1 };
    const representative = { path: 'a.nwb', assetId: 'a', contentId: 'a', signatures, extensions: [] };
    const type = { files: 5, representative, extensions, structures: [''], variations: [] };
    return buildTypeDigest(header, type, 1, profile, 1e6).sections.verbatim!;
  };

  it('have every version of the files of a type, and show if not all files have them', () => {
    expect(
      formatReported([
        { name: 'ndx-events', versions: ['0.2.0', '0.2.1'], files: 5 },
        { name: 'ndx-lab', versions: [], files: 5 },
        { name: 'ndx-pose', versions: ['0.1.1'], files: 2 },
      ]),
    ).toContain(
      '\n  Extensions: ndx-events 0.2.0, 0.2.1; ndx-lab (version not reported); ndx-pose 0.1.1 (in 2 of 5 files)\n',
    );
  });

  it('are listed separately if no object uses them', () => {
    expect(
      formatReported([
        { name: 'ndx-events', versions: ['0.2.0'], files: 5 },
        { name: 'ndx-icephys-meta', versions: ['0.1.0'], files: 0 },
      ]),
    ).toContain(
      '\n  Extensions: ndx-events 0.2.0\n  Extensions whose schemas these files carry and none of their objects uses: ndx-icephys-meta 0.1.0\n',
    );
  });

  it('take one line each, however many there are', () => {
    const many = Array.from({ length: 30 }, (_, at) => ({
      name: `ndx-${at}`,
      versions: Array.from({ length: 20 }, (__, version) => `0.${version}.0`),
      files: 5,
    }));
    const text = formatReported(many);
    expect(text).toContain('0.7.0 and 12 more versions; ndx-1 0.0.0');
    expect(text).toContain('; and 10 more\n');
  });

  it('are reported in no other profile', () => {
    expect(formatReported([{ name: 'ndx-events', versions: ['0.2.0'], files: 5 }], 'complete')).not.toContain(
      'ndx-',
    );
    expect(formatReported([])).not.toContain('Extensions');
  });
});

describe('names and descriptions that differ', () => {
  it('of two numbers are reported as all combinations', () => {
    const planes = upTo(30).flatMap((z) =>
      [0, 1].map((p) => ({ name: `Z${z}_${p}`, type: 'TwoPhotonSeries' })),
    );
    expect(listLines(planes, 'folded')).toEqual([
      '  Group /acquisition/Z0_0 … Z29_1 (30 × 2 × TwoPhotonSeries) ',
    ]);
  });

  it('are reported by their values if a number has a unit', () => {
    const gratings = [0, 45, 135].map((angle) => ({
      name: `grating_${angle}deg`,
      type: 'TimeSeries',
      description: `grating ${angle} deg`,
    }));
    expect(listLines(gratings, 'folded')).toEqual([
      '  Group /acquisition/grating_0deg … grating_135deg (3 of these: TimeSeries, as grating_[0, 45, 135]deg) grating [0, 45, 135] deg',
    ]);
  });

  it('distinguish areas and layers', () => {
    const areas = ['CA1', 'V1', 'V4'].map((name) => ({ name, type: 'TimeSeries' }));
    expect(listLines(areas, 'folded')).toEqual([
      '  Group /acquisition/CA1 (TimeSeries) ',
      '  Group /acquisition/V1 (TimeSeries) ',
      '  Group /acquisition/V4 (TimeSeries) ',
    ]);
  });

  it('are listed one by one, the most frequent first, and beyond six counted', () => {
    const sweeps = [
      ...numbered('sweep_', [0, 1, 2], { description: 'C3, L5, RMP -69.4 mV' }),
      ...numbered('sweep_', [3, 4, 5, 6], { description: 'C1; L2/3; RMP -70.5' }),
      { name: 'sweep_7', type: 'TimeSeries' },
    ];
    expect(listLines(sweeps, 'folded')).toEqual([
      '  Group /acquisition/sweep_0 … sweep_7 (8 × TimeSeries) C1; L2/3; RMP -70.5 (4 of these); C3, L5, RMP -69.4 mV (3 of these); no description (1 of these)',
    ]);
    const many = [...'abcdefghij'].map((letter, at) => ({
      name: `sweep_${at}`,
      type: 'TimeSeries',
      description: letter,
    }));
    expect(listLines(many, 'folded')[0]).toMatch(/f \(1 of these\); and 4 more descriptions$/);
  });
});

describe('the differences among the files of a type', () => {
  const signatures = { exact: '', folded: '', typedNodes: 1 };
  const representative = { path: 'a.nwb', assetId: 'a', contentId: 'a', signatures, extensions: [] };
  const header = buildTestHeader({ name: '', type: 'NWBFile' });

  it('describes each part of a joined type', () => {
    const [units, laser] = ['Group /units (Units)', 'Group /laser (OptogeneticSeries)'];
    const type = {
      files: 26,
      representative,
      extensions: [],
      structures: [''],
      variations: [
        { pattern: units!, files: 8 },
        { pattern: laser!, files: 5 },
      ],
      parts: [
        { files: 13, representative, has: [] },
        { files: 8, representative, has: [units!] },
        { files: 5, representative, has: [laser!] },
      ],
      partialTypes: [
        { name: 'Units', files: 8 },
        { name: 'OptogeneticSeries', files: 5 },
      ],
    };
    const { sections, facts } = buildTypeDigest(header, type, 1, 'complete', 1e6);
    expect(sections.folded).toContain(
      [
        '  Not in every one of these files:',
        '  Group /units (Units) in 8 of 26 files',
        '  Group /laser (OptogeneticSeries) in 5 of 26 files',
        '  Together:',
        '  13 of 26 files have none of these',
        '  8 of 26 files have of these /units (Units)',
        '  5 of 26 files have of these /laser (OptogeneticSeries)\n',
      ].join('\n'),
    );
    expect(facts.partialTypes).toEqual(type.partialTypes);
  });
});

describe('facts of a type', () => {
  it('treat an array of one as its element, a linked column as a column, and a row as a vector', () => {
    const header = buildTestHeader({
      name: '',
      type: 'NWBFile',
      attributes: { namespace: ['core'], nwb_version: ['2.6.0'] },
      members: [
        { name: 'column', type: 'VectorData', shape: [1, 7], description: 'shown contrast' },
        {
          name: 'acquisition',
          members: [
            {
              name: 'lever',
              type: 'TimeSeries',
              attributes: { description: ['a lever'] },
              members: [{ name: 'data', shape: [10], attributes: { unit: ['volts'] } }],
            },
            {
              name: 'shown',
              type: 'DynamicTable',
              members: [
                { name: 'contrast', soft: '/column' },
                { name: 'id', type: 'ElementIdentifiers', shape: [1, 7] },
              ],
            },
          ],
        },
      ],
    });
    const signatures = { exact: '', folded: '', typedNodes: 1 };
    const representative = { path: 'a.nwb', assetId: 'a', contentId: 'a', signatures, extensions: [] };
    const type = { files: 1, representative, extensions: [], structures: [''], variations: [] };
    const { facts } = buildTypeDigest(header, type, 1, 'rich', 1e6);
    expect(findExtensions(header)).toEqual([]);
    expect(facts).toMatchObject({
      nwbVersion: '2.6.0',
      series: [{ description: 'a lever', unit: 'volts' }],
      tables: [{ rows: 7, columns: [{ name: 'contrast', description: 'shown contrast' }] }],
    });
  });
});
