/** What a second opinion is given as known: the numbered facts, and what only the files of one type hold. */
import { expect, it } from 'vitest';
import type { Fact } from '../../shared/facts/list/fact.ts';
import type { DandisetFacts, FileTypeFacts } from '../../shared/prompt/facts.ts';
import { listKnownFacts } from '../../shared/summary/opinion-facts.ts';

const LIST: Fact[] = [
  {
    id: 'F1',
    topic: 'subjects',
    text: 'Subjects: 12 mice',
    scope: { kind: 'dandiset' },
    source: 'headers',
    slots: {},
    evidence: [],
    rank: 1,
  },
];

function buildType(
  label: number,
  files: number,
  series: Partial<FileTypeFacts['series'][number]>[],
): FileTypeFacts {
  return {
    label,
    files,
    representative: { path: `sub-${label}/a.nwb`, assetId: 'a' },
    neurodataTypes: [{ name: 'TimeSeries', count: 2 }],
    texts: { session_description: label === 1 ? 'Subjects: 12 mice' : 'The animal slept' },
    series: series.map((each) => ({
      path: '/acquisition/lick',
      neurodataType: 'TimeSeries',
      description: '',
      count: 1,
      shape: null,
      dtype: null,
      ...each,
    })),
    tables: [
      {
        path: '/intervals/trials',
        neurodataType: 'TimeIntervals',
        description: 'all trials',
        rows: 7,
        columns: [{ name: 'side', description: 'which port' }],
      },
    ],
    devices: [{ name: 'rig', description: 'a treadmill' }],
    locations: [],
    modules: [],
  };
}

function buildFacts(fileTypes: readonly FileTypeFacts[]): DandisetFacts {
  return { list: LIST, fileTypes } as unknown as DandisetFacts;
}

it('begins with the numbered facts', () => {
  expect(listKnownFacts(buildFacts([]))).toEqual([{ id: 'F1', text: 'Subjects: 12 mice' }]);
  expect(listKnownFacts({ ...buildFacts([]), list: undefined } as unknown as DandisetFacts)).toEqual([]);
});

it('adds the details of each type, with the file that they are from', () => {
  const known = listKnownFacts(
    buildFacts([
      buildType(1, 3, [{ unit: 'volts', rate: 30 }]),
      buildType(2, 1, [{ count: 4, description: 'licks' }]),
    ]),
  );
  expect(known.map(({ id, text }) => `${id} ${text}`)).toEqual([
    'F1 Subjects: 12 mice',
    'T1.1 In the file sub-1/a.nwb: Series: /acquisition/lick, TimeSeries, unit volts, 30 Hz',
    'T1.2 In the file sub-1/a.nwb: Devices: rig (a treadmill)',
    'T1.3 In the file sub-1/a.nwb: Objects by type: 2 TimeSeries',
    'T1.4 In the file sub-1/a.nwb: Table /intervals/trials, 7 rows: all trials; side (which port)',
    'T2.1 In the file sub-2/a.nwb: session_description: The animal slept',
    'T2.2 In the file sub-2/a.nwb: Series: /acquisition/lick, TimeSeries, 4 of them, licks',
    'T2.3 In the file sub-2/a.nwb: Devices: rig (a treadmill)',
    'T2.4 In the file sub-2/a.nwb: Objects by type: 2 TimeSeries',
    'T2.5 In the file sub-2/a.nwb: Table /intervals/trials, 7 rows: all trials; side (which port)',
  ]);
});

it('has ids of its own for everything, and leaves no type out', () => {
  const known = listKnownFacts(buildFacts(Array.from({ length: 20 }, (_, at) => buildType(at + 1, 1, [{}]))));
  expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
  for (let label = 1; label <= 20; label += 1)
    expect(known.some(({ id }) => id.startsWith(`T${label}.`))).toBe(true);
});
