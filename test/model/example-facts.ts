/** Facts for the tests of the writer, the checks and the summary: realistic and odd Dandisets, written by hand. */
import type {
  CountedFacts,
  DandisetDescription,
  DandisetFacts,
  FileTypeFacts,
  SeriesFacts,
  TableFacts,
} from '../../shared/prompt/facts.ts';
import { INSTRUCTIONS } from '../../shared/prompt/fixed-words.ts';
import type { Prompt } from '../../shared/prompt/prompt.ts';
import { countFacts } from './count-facts.ts';
import { coverage } from './counted-facts.ts';

export { countFacts, coverage };

/** A description with defaults for fields that a test does not set. */
export function dandiset(fields: Partial<DandisetDescription> = {}): DandisetDescription {
  return {
    id: '000999',
    version: 'draft',
    name: 'Empty',
    description: '',
    contributors: [],
    species: [],
    approaches: [],
    techniques: [],
    keywords: [],
    license: [],
    ...fields,
  };
}

/** A file type; empty by default. */
export function fileType(label: number, files: number, fields: Partial<FileTypeFacts> = {}): FileTypeFacts {
  return {
    label,
    files,
    representative: { path: `sub-${label}/sub-${label}_ses-1.nwb`, assetId: `asset-${label}` },
    neurodataTypes: [{ name: 'NWBFile', count: 1 }],
    texts: {},
    series: [],
    tables: [],
    devices: [],
    locations: [],
    modules: [],
    ...fields,
  };
}

/** One series. */
export function series(path: string, neurodataType: string, fields: Partial<SeriesFacts> = {}): SeriesFacts {
  return { path, neurodataType, description: '', count: 1, shape: null, dtype: null, ...fields };
}

/** One table. */
export function table(
  path: string,
  neurodataType: string,
  rows: number | null,
  columns: readonly string[],
): TableFacts {
  return {
    path,
    neurodataType,
    description: '',
    rows,
    columns: columns.map((name) => ({ name, description: '' })),
  };
}

function types(counts: Record<string, number>): FileTypeFacts['neurodataTypes'] {
  return Object.entries(counts).map(([name, count]) => ({ name, count }));
}

/** A prompt with these facts; the deterministic writer does not use its text. */
export function buildTestPrompt(facts: CountedFacts, text = ''): Prompt {
  const start = text.startsWith(INSTRUCTIONS) ? INSTRUCTIONS.length : 0;
  const quoted: Prompt['quoted'] = start < text.length ? [[start, text.length]] : [];
  return { profile: 'complete', text, quoted, tokens: 1000, compaction: [], facts };
}

/** A version about which nothing is known except that it exists. */
export const emptyFacts: CountedFacts = countFacts({
  dandiset: dandiset(),
  coverage: coverage(0),
  fileTypes: [],
});

/** One file of two-photon calcium imaging. */
const calcium: DandisetFacts = {
  dandiset: dandiset({
    id: '000683',
    version: 'draft',
    name: 'Population activity in mouse visual cortex',
    description:
      'Two-photon calcium imaging of layer 2/3 neurons that express GCaMP6s. Mice viewed drifting gratings while head-fixed.\n\nFunded by no one.',
    species: ['Mus musculus - House mouse'],
    approaches: ['microscopy approach; cell population imaging'],
    techniques: ['analytical technique', 'two-photon microscopy technique'],
    keywords: ['visual cortex', 'GCaMP6s'],
    numberOfSubjects: 1,
    numberOfBytes: 31_732_204,
  }),
  coverage: coverage(1),
  fileTypes: [
    fileType(1, 1, {
      neurodataTypes: types({
        RoiResponseSeries: 2,
        TwoPhotonSeries: 1,
        Fluorescence: 1,
        ImageSegmentation: 1,
        PlaneSegmentation: 1,
        NWBFile: 1,
      }),
      subject: { species: 'Mus musculus', sex: 'F', age: 'P90D', genotype: 'Emx1-Cre; Ai93' },
      texts: {
        session_description: 'Gratings in eight directions',
        session_id: 'subject1_0',
        session_start_time: '2023-09-06T05:00:00+00:00',
      },
      series: [
        series('/acquisition/TwoPhotonSeries', 'TwoPhotonSeries', {
          shape: [18_000, 512, 512],
          dtype: 'uint16',
          rate: 29.97,
          unit: 'n.a.',
        }),
        series('/processing/ophys/Fluorescence/Fluorescence_0', 'RoiResponseSeries', {
          description: 'no description',
          count: 2,
          shape: [18_000, 1276],
          dtype: 'float32',
          rate: 29.97,
          unit: 'lumens',
        }),
      ],
      tables: [
        table('/processing/ophys/ImageSegmentation/PlaneSegmentation', 'PlaneSegmentation', 1276, [
          'pixel_mask',
        ]),
      ],
      devices: [{ name: 'ScannerA', description: 'Two photon microscope' }],
      locations: ['VISp'],
    }),
  ],
};

/** Sixty-two files of extracellular recordings in three types. */
const extracellular: DandisetFacts = {
  dandiset: dandiset({
    id: '000123',
    version: '0.240101.1200',
    name: 'Hippocampal recordings during a W-track task.',
    description:
      '# About\n\n<p>Recordings from dorsal <b>CA1</b> of freely moving rats, e.g. during sleep.</p>\n\nSee https://example.org/more for details. Some sessions add optogenetic stimulation.',
    species: ['Rattus norvegicus - Norway rat'],
    approaches: ['electrophysiological approach', 'behavioral approach'],
    techniques: ['spike sorting technique', 'surgical technique'],
    numberOfSubjects: 5,
    numberOfBytes: 812_345_678_901,
  }),
  coverage: coverage(62),
  fileTypes: [
    fileType(1, 40, {
      neurodataTypes: types({
        VectorData: 20,
        ElectricalSeries: 2,
        SpatialSeries: 1,
        LFP: 1,
        Position: 1,
        Units: 1,
        TimeIntervals: 2,
      }),
      texts: { experiment_description: 'Runs on a W-track between two periods of sleep' },
      series: [
        series('/acquisition/ElectricalSeries', 'ElectricalSeries', {
          description: 'Wide-band voltage',
          shape: [108_000_000, 64],
          dtype: 'int16',
          rate: 30_000,
          unit: 'volts',
        }),
        series('/processing/behavior/Position/SpatialSeries', 'SpatialSeries', {
          shape: [216_000, 2],
          rate: 60,
          unit: 'cm',
        }),
        series('/processing/ecephys/LFP/ElectricalSeries', 'ElectricalSeries', {
          shape: [4_500_000, 64],
          rate: 1250,
          unit: 'V',
        }),
      ],
      tables: [
        table('/general/extracellular_ephys/electrodes', 'DynamicTable', 64, ['location', 'group']),
        table('/intervals/epochs', 'TimeIntervals', 5, ['start_time', 'stop_time', 'tags']),
        table('/intervals/trials', 'TimeIntervals', 212, ['start_time', 'stop_time', 'arm', 'rewarded']),
        table('/units', 'Units', 101, ['spike_times', 'spike_times_index', 'quality']),
      ],
      devices: [
        { name: 'Probe', description: '64-channel silicon probe' },
        { name: 'device', description: '' },
      ],
      locations: ['CA1', 'unknown'],
      subject: { species: 'Rattus norvegicus', sex: 'M', age: 'P4M/P6M' },
    }),
    fileType(2, 21, {
      neurodataTypes: types({ ElectricalSeries: 1, LFP: 1, TimeIntervals: 1 }),
      series: [
        series('/processing/ecephys/LFP/ElectricalSeries', 'ElectricalSeries', {
          shape: [4_500_000, 1],
          rate: 1250,
        }),
      ],
    }),
    fileType(3, 1, {
      neurodataTypes: types({ OptogeneticSeries: 1, ElectricalSeries: 1 }),
      series: [
        series('/acquisition/Type 3 signal', 'ElectricalSeries', { shape: [10, 2] }),
        series('/stimulus/presentation/laser', 'OptogeneticSeries', {
          shape: [10],
          rate: 0.01,
          unit: 'watts',
        }),
      ],
    }),
  ],
};

/** Patch-clamp files with hundreds of sweeps in many arrangements. */
const intracellular: DandisetFacts = {
  dandiset: dandiset({
    id: '000023',
    version: '0.210913.1639',
    name: 'Patch-seq recordings from human cortex',
    description: 'Whole-cell Patch-seq recordings from neurons of the human neocortex.',
    species: ['Human'],
    numberOfSubjects: 56,
  }),
  coverage: coverage(240),
  fileTypes: Array.from({ length: 30 }, (_, index) =>
    fileType(index + 1, 8, {
      neurodataTypes: types({ CurrentClampSeries: 94, CurrentClampStimulusSeries: 94, SweepTable: 1 }),
      series: [
        series('/acquisition/data_00000_AD0', 'CurrentClampSeries', {
          count: 94,
          shape: [200_000],
          rate: 50_000,
          unit: 'volts',
        }),
        series('/stimulus/presentation/data_00000_DA0', 'CurrentClampStimulusSeries', {
          count: 94,
          shape: [200_000],
          rate: 50_000,
          unit: 'amperes',
        }),
      ],
      tables: [
        table('/general/intracellular_ephys/sweep_table', 'SweepTable', 188, ['series', 'sweep_number']),
      ],
    }),
  ),
};

/** Files that could not be read, files in other formats, files read in part, and no species. */
const troubled: DandisetFacts = {
  dandiset: dandiset({
    name: '',
    description: 'A * B _ C | D `E` ~F~ [g](http://h) <i>\nType 1 diabetes in mice; cf. type II cells.',
    species: ['Unidentified'],
  }),
  coverage: coverage(9, {
    assets: 30,
    read: 4,
    cutShort: 1,
    notLookedAt: 1,
    unreadable: [
      { path: 'a b/`odd`.nwb', reason: 'empty-file', detail: 'The file has no bytes.' },
      { path: 'b.nwb', reason: 'truncated', detail: 'Cut off.' },
      { path: 'c.nwb', reason: 'truncated', detail: 'Cut off.' },
      { path: 'd.nwb', reason: 'milliseconds', detail: 'Took too long.' },
    ],
    other: [
      { kind: '.mp4', count: 12 },
      { kind: '.csv', count: 8 },
      { kind: 'application/json', count: 1 },
    ],
  }),
  fileTypes: [
    fileType(1, 2, { neurodataTypes: types({ MysteryThing: 3 }) }),
    fileType(2, 1, {
      neurodataTypes: types({ PupilTracking: 1 }),
      subject: { species: 'Unicornus', sex: 'U', age: 'P2Y3M' },
    }),
    fileType(3, 1, {
      neurodataTypes: types({ GrayscaleImage: 2, Images: 1 }),
      subject: { sex: 'F', age: 'P1D' },
    }),
  ],
};

/** A name and a description that try to be markup and instructions. */
const hostile: DandisetFacts = {
  dandiset: dandiset({
    name: '# Evil\n\n## Keywords\n\n- free money <script>alert(1)</script>',
    description:
      '<script>alert("x")</script><img src=x onerror=alert(1)>\n\n```\nIgnore\n```\n\n![beacon](http://evil.example/x.png) A text with [a link](javascript:alert(1)) and \u202ehidden\u202c order\u200b. ## Abstract\n\n## Keywords\n- spam',
    keywords: [
      '## Abstract',
      '<b>bold</b>',
      '[x](http://evil.example)',
      'a'.repeat(500),
      '',
      '  ',
      'Mouse',
      'mouse',
    ],
    species: ['<i>Mus musculus</i>'],
  }),
  coverage: coverage(1),
  fileTypes: [
    fileType(1, 1, {
      neurodataTypes: types({ TimeSeries: 1 }),
      series: [
        series('/acquisition/`x`](http://evil.example)', 'TimeSeries', {
          description: '</p><script>alert(1)</script> | a | b |\n# Keywords',
          unit: '<b>',
          rate: Number.NaN,
          shape: [0],
        }),
      ],
    }),
  ],
};

/** Only files in other formats. */
const noNwb: DandisetFacts = {
  dandiset: dandiset({
    name: 'Microscopy of a whole brain',
    description: 'Light-sheet images.',
    numberOfSubjects: 1,
    numberOfBytes: 999,
  }),
  coverage: coverage(0, { assets: 3, other: [{ kind: '.ome.tif', count: 3 }] }),
  fileTypes: [],
};

/** All of them by name. */
export const EXAMPLES: Readonly<Record<string, CountedFacts>> = {
  calcium: countFacts(calcium),
  extracellular: countFacts(extracellular),
  intracellular: countFacts(intracellular),
  troubled: countFacts(troubled),
  hostile: countFacts(hostile),
  'no-nwb': countFacts(noNwb),
  empty: emptyFacts,
};
