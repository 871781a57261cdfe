/**
 * Dandiset 900002 of the sample: six rats in a maze with a silicon probe in CA1. Three types of file (behaviour
 * alone, a recording before sorting, a sorted recording), 60 files in the newest published version, an older
 * published version with fewer, and a draft that has grown since.
 */
import { type SampleDandiset, type SampleFile, SPECIES, SYNTHETIC_NOTICE } from './dandiset.ts';
import {
  buildList,
  buildNwbTree,
  column,
  dataset,
  declared,
  float32,
  float64,
  group,
  int8,
  int64,
  link,
  type NwbFacts,
  type SubjectFacts,
  spikeTimes,
  table,
  tableRegion,
  timeSeries,
  typedGroup,
} from './nwb-parts.ts';
import { buildHdf5, type GroupNode, type TreeNode } from './nwb-writer.ts';
import { createDraw, type Draw } from './seeds.ts';

const CHANNELS = 32;
const RAW_RATE = 30_000;
const LFP_RATE = 1250;
const VIDEO_RATE = 30;
const ELECTRODES = '/general/extracellular_ephys/electrodes';
const SHANKS = ['shank0', 'shank1'];

/** The data of a session. */
type SessionKind = 'behaviour' | 'recording' | 'sorted';

/** A day in the maze. `sorting` counts how often the units were sorted again. */
interface Session {
  readonly subject: SubjectFacts;
  readonly day: number;
  readonly kind: SessionKind;
  readonly sorting: number;
}

/** The use of the days: training, then recordings, the later ones of which are sorted. */
const KIND_OF_DAY: readonly SessionKind[] = [
  ...Array<SessionKind>(6).fill('behaviour'),
  ...Array<SessionKind>(2).fill('recording'),
  ...Array<SessionKind>(2).fill('sorted'),
];

const SUBJECTS: readonly SubjectFacts[] = (
  [
    ['R01', 'M', 'P96D'],
    ['R02', 'M', 'P98D'],
    ['R03', 'F', 'P101D'],
    ['R04', 'F', 'P94D'],
    ['R05', 'M', 'P110D'],
    ['R06', 'F', 'P105D'],
    ['R07', 'M', 'P90D'],
  ] as const
).map(([id, sex, age]) => ({
  id,
  species: SPECIES.rat,
  sex,
  age,
  genotype: 'wild type',
  strain: 'Long-Evans',
}));

const KEYWORDS = ['synthetic sample', 'hippocampus', 'CA1', 'spatial alternation', 'silicon probe', 'rat'];

/** The parts of a file that depend on the session's data. */
const KINDS: Readonly<Record<SessionKind, KindFacts>> = {
  behaviour: {
    suffix: 'behavior',
    description:
      'Training in the W-shaped maze without recording: the path, licks and rewards (synthetic sample).',
    approach: ['behavioral approach'],
    measurementTechnique: ['behavioral technique', 'analytical technique'],
    variableMeasured: ['Position', 'SpatialSeries', 'BehavioralEvents', 'ProcessingModule'],
    build: buildMaze,
  },
  recording: {
    suffix: 'ecephys',
    description: 'Wide-band recording in CA1 during the task, before spike sorting (synthetic sample).',
    approach: ['electrophysiological approach'],
    measurementTechnique: [
      'multi electrode extracellular electrophysiology recording technique',
      'surgical technique',
    ],
    variableMeasured: ['ElectricalSeries', 'ElectrodeGroup'],
    build: (session) => ({
      general: { extracellular_ephys: buildProbe(session) },
      acquisition: { ElectricalSeries: buildRaw(session) },
    }),
  },
  sorted: {
    suffix: 'behavior+ecephys',
    description:
      'Recording in CA1 during the task with sorted units, local field potential and the path (synthetic sample).',
    approach: ['electrophysiological approach', 'behavioral approach'],
    measurementTechnique: [
      'multi electrode extracellular electrophysiology recording technique',
      'spike sorting technique',
      'signal filtering technique',
      'surgical technique',
      'behavioral technique',
    ],
    variableMeasured: [
      'ElectricalSeries',
      'ElectrodeGroup',
      'LFP',
      'Units',
      'Position',
      'SpatialSeries',
      'BehavioralEvents',
      'ProcessingModule',
    ],
    build: (session) => {
      const maze = buildMaze(session);
      return {
        general: { extracellular_ephys: buildProbe(session) },
        acquisition: { ...maze.acquisition, ElectricalSeries: buildRaw(session) },
        processing: { ...maze.processing, ecephys: buildLfp(session) },
        tables: { ...maze.tables, units: buildUnits(session) },
      };
    },
  },
};

type KindParts = Pick<NwbFacts, 'general' | 'acquisition' | 'processing' | 'tables'>;

interface KindFacts {
  readonly suffix: string;
  readonly description: string;
  readonly approach: readonly string[];
  readonly measurementTechnique: readonly string[];
  readonly variableMeasured: readonly string[];
  readonly build: (session: Session) => KindParts;
}

/** The Dandiset with its draft and its two published versions. */
export async function buildExtracellular(): Promise<SampleDandiset> {
  const first = await buildFiles(SUBJECTS.slice(0, 2), { firstSorting: true });
  const second = await buildFiles(SUBJECTS.slice(0, 6), { firstSorting: false });
  const training = await Promise.all(
    [1, 2].map((day) => buildFile({ subject: SUBJECTS[6]!, day, kind: 'behaviour', sorting: 1 })),
  );
  return {
    identifier: '900002',
    name: 'Synthetic sample: CA1 silicon-probe recordings in rats that learn a spatial alternation task',
    description: `${SYNTHETIC_NOTICE} It has the form of a study in which six Long-Evans rats learned to alternate between the arms of a W-shaped maze for food. Six days of training were followed by four days of recording with a 32-channel silicon probe of two shanks in dorsal CA1. Training days hold the path from video, licks and rewards; the first two recording days hold the wide-band signal alone; the last two add sorted units with quality measures, the local field potential and the same behaviour. Such data would serve to follow place coding and theta rhythm as a spatial rule is learned.`,
    keywords: KEYWORDS,
    contributors: [
      {
        name: 'Example, Chiara',
        kind: 'Person',
        roles: ['dcite:ContactPerson', 'dcite:Author'],
        email: 'chiara@example.org',
      },
      { name: 'Example, Dmitri', kind: 'Person', roles: ['dcite:Author', 'dcite:DataCollector'] },
      { name: 'Example, Ewa', kind: 'Person', roles: ['dcite:Author', 'dcite:ProjectLeader'] },
      { name: 'University of Nowhere', kind: 'Organization', roles: ['dcite:Sponsor'] },
    ],
    createdAt: '2024-05-21T08:55:19.640000+00:00',
    versions: [
      { version: 'draft', at: '2025-04-02T11:20:54.205000+00:00', files: [...second, ...training] },
      { version: '0.250204.1626', at: '2025-02-04T16:26:33.417000+00:00', files: second },
      { version: '0.240610.0915', at: '2024-06-10T09:15:02.084000+00:00', files: first },
    ],
  };
}

/** All sessions of the subjects. The ninth day of R01 was sorted again after the first version. */
async function buildFiles(
  subjects: readonly SubjectFacts[],
  options: { firstSorting: boolean },
): Promise<SampleFile[]> {
  const files: SampleFile[] = [];
  for (const subject of subjects) {
    for (const [index, kind] of KIND_OF_DAY.entries()) {
      const day = index + 1;
      const isResorted = subject.id === 'R01' && day === 9 && !options.firstSorting;
      files.push(await buildFile({ subject, day, kind, sorting: isResorted ? 2 : 1 }));
    }
  }
  return files;
}

const buildSeed = ({ subject, day, sorting }: Session): string =>
  `900002 sub-${subject.id} day ${day} sorting ${sorting}`;

async function buildFile(session: Session): Promise<SampleFile> {
  const { subject, day, kind } = session;
  const facts = KINDS[kind];
  const sessionId = `day${String(day).padStart(2, '0')}`;
  const startTime = `2024-0${(Number(subject.id.slice(1)) % 3) + 1}-${String(day + 7).padStart(2, '0')}T10:30:00+01:00`;
  const createdAt = session.sorting === 1 ? '2024-05-20T18:02:11+01:00' : '2025-01-28T17:45:30+01:00';
  const tree = buildNwbTree({
    seed: buildSeed(session),
    sessionId,
    sessionDescription: facts.description,
    startTime,
    createdAt,
    texts: {
      experimenter: ['Example, Chiara', 'Example, Dmitri'],
      institution: 'University of Nowhere',
      lab: 'Group for Spatial Memory',
      experiment_description:
        'Rats learned to alternate between the outer arms of a W-shaped maze; CA1 was recorded once they knew the rule.',
      keywords: KEYWORDS,
    },
    subject,
    devices: {
      Camera: { description: 'Overhead camera, 30 frames a second', manufacturer: 'Invented Optics' },
      ...(kind === 'behaviour'
        ? {}
        : {
            Probe: {
              description: 'Silicon probe of two shanks with 16 sites each, 20 µm apart',
              manufacturer: 'Invented Probes',
            },
          }),
    },
    ...facts.build(session),
  });
  return {
    path: `sub-${subject.id}/sub-${subject.id}_ses-${sessionId}_${facts.suffix}.nwb`,
    bytes: await buildHdf5(tree, { format: 'latest', fixedStrings: true, writtenAt: createdAt }),
    encodingFormat: 'application/x-nwb',
    modifiedAt: createdAt,
    nwb: {
      subject,
      session: { id: sessionId, description: facts.description, startTime },
      approach: facts.approach,
      measurementTechnique: facts.measurementTechnique,
      variableMeasured: facts.variableMeasured,
      keywords: KEYWORDS,
    },
  };
}

/** Seconds that a session lasted, the same for every part of it. */
const computeDuration = ({ subject, day }: Session): number =>
  createDraw(`900002 sub-${subject.id} day ${day} duration`).integer(2280, 2640);

/** The path, licks, rewards and trials of a day. */
function buildMaze(session: Session): Required<Pick<NwbFacts, 'acquisition' | 'processing' | 'tables'>> {
  const draw = createDraw(`${buildSeed(session)} maze`);
  const frames = computeDuration(session) * VIDEO_RATE;
  const trials = draw.integer(18, 30);
  const starts = buildList(trials, (index) => 20 + 45 * index + draw.decimal(0, 5, 0.01));
  const correct = starts.map(() => (draw.integer(1, 12) <= session.day + 3 ? 1 : 0));
  const rewards = starts.filter((_, index) => correct[index] === 1).map((start) => start + 18);
  return {
    acquisition: {
      licks: timeSeries('TimeSeries', {
        description: 'Voltage of the optical lick sensor at the well that was last visited',
        data: declared('f', [computeDuration(session) * 100], [30_000]),
        unit: 'volts',
        rate: 100,
      }),
    },
    processing: {
      behavior: typedGroup(
        'ProcessingModule',
        {
          Position: typedGroup('Position', {
            head_position: timeSeries('SpatialSeries', {
              description: 'Position of a light on the head, from video',
              data: declared('f', [frames, 2], [16_384, 2]),
              unit: 'meters',
              rate: VIDEO_RATE,
              members: { reference_frame: dataset("The maze's south-west corner, x to the east") },
            }),
          }),
          BehavioralEvents: typedGroup('BehavioralEvents', {
            rewards: timeSeries('TimeSeries', {
              description: 'Rewards, in millilitres of sweetened milk',
              data: float32(rewards.map(() => 0.125)),
              unit: 'ml',
              timestamps: float64(rewards),
            }),
          }),
        },
        { description: 'What the rat did in the maze' },
      ),
    },
    tables: {
      intervals: group({
        trials: table('TimeIntervals', 'Visits from the centre arm to an outer arm', trials, {
          start_time: column('Departure from the centre well, in seconds', float64(starts)),
          stop_time: column(
            'Arrival at an outer well, in seconds',
            float64(starts.map((start) => start + 18)),
          ),
          arm: column('Arm visited: 0 left, 1 right', int8(starts.map(() => draw.integer(0, 1)))),
          correct: column('1 where the visit followed the rule, else 0', int8(correct)),
        }),
      }),
    },
  };
}

/** The probe with its shanks and the table of electrodes. */
function buildProbe(session: Session): GroupNode {
  const draw = createDraw(`900002 sub-${session.subject.id} probe`);
  const rows = buildList(CHANNELS, (index) => index);
  const perShank = CHANNELS / SHANKS.length;
  const findShank = (row: number): string => SHANKS[Math.floor(row / perShank)]!;
  const shanks: [string, TreeNode][] = SHANKS.map((shank, index) => [
    shank,
    typedGroup(
      'ElectrodeGroup',
      { device: link('/general/devices/Probe') },
      { description: `Shank ${index} of the probe, 16 sites`, location: 'dorsal CA1' },
    ),
  ]);
  const electrodes = table('DynamicTable', 'Sites of the silicon probe', CHANNELS, {
    location: column(
      'Layer by histology',
      listOfTexts(rows, (row) => (row % perShank < 10 ? 'CA1sp' : 'CA1sr')),
    ),
    group: column('Shank of the site', {
      references: rows.map((row) => `/general/extracellular_ephys/${findShank(row)}`),
    }),
    group_name: column('Name of the shank', listOfTexts(rows, findShank)),
    imp: column('Impedance at 1 kHz, in ohms', float64(rows.map(() => draw.integer(400, 1400) * 1000))),
    rel_x: column(
      'Position across the shanks, in micrometres',
      float64(rows.map((row) => Math.floor(row / perShank) * 200)),
    ),
    rel_y: column(
      'Position along the shank, in micrometres',
      float64(rows.map((row) => (row % perShank) * 20)),
    ),
  });
  return group({ ...Object.fromEntries(shanks), electrodes });
}

const listOfTexts = (rows: readonly number[], text: (row: number) => string): string[] => rows.map(text);

function buildRaw(session: Session): GroupNode {
  return timeSeries('ElectricalSeries', {
    description: 'Wide-band signal of all sites during both runs',
    comments: 'Reference above the cerebellum; amplified 200 times',
    data: declared('h', [computeDuration(session) * RAW_RATE, CHANNELS], [16_384, CHANNELS]),
    unit: 'volts',
    conversion: 0.000000195,
    rate: RAW_RATE,
    members: { electrodes: everyElectrode() },
    attributes: { filtering: 'Band-pass 0.1 Hz to 7.6 kHz, first order' },
  });
}

function buildLfp(session: Session): GroupNode {
  return typedGroup(
    'ProcessingModule',
    {
      LFP: typedGroup('LFP', {
        ElectricalSeries: timeSeries('ElectricalSeries', {
          description: 'Local field potential of all sites, down-sampled from the wide-band signal',
          data: declared('h', [computeDuration(session) * LFP_RATE, CHANNELS], [16_384, CHANNELS]),
          unit: 'volts',
          conversion: 0.000000195,
          rate: LFP_RATE,
          members: { electrodes: everyElectrode() },
          attributes: { filtering: 'Low-pass 450 Hz, fourth order, applied forwards and backwards' },
        }),
      }),
    },
    { description: 'Filtered extracellular signals' },
  );
}

const everyElectrode = (): TreeNode =>
  tableRegion(
    ELECTRODES,
    'All sites of the probe',
    buildList(CHANNELS, (index) => index),
  );

/** Sorted units with measures of their quality. */
function buildUnits(session: Session): GroupNode {
  const draw = createDraw(`${buildSeed(session)} units`);
  const units = draw.integer(14, 38);
  const ends = runningTotal(units, draw);
  const rows = buildList(units, (index) => index);
  const shanks = rows.map(() => draw.integer(0, SHANKS.length - 1));
  const numbers = (low: number, high: number, step: number) =>
    float64(rows.map(() => draw.decimal(low, high, step)));
  return table('Units', 'Units found by template matching and curated by hand', units, {
    ...spikeTimes(ends),
    electrode_group: column('Shank on which the unit was found', {
      references: shanks.map((shank) => `/general/extracellular_ephys/${SHANKS[shank]}`),
    }),
    peak_electrode: column(
      'Row of the electrodes table with the largest waveform',
      int64(shanks.map((shank) => shank * 16 + draw.integer(0, 15))),
    ),
    isolation_distance: column('Mahalanobis distance from other spikes', numbers(8, 90, 0.1)),
    isi_violations: column('Fraction of intervals under 2 ms', numbers(0, 0.02, 0.0001)),
    putative_type: column(
      '0 pyramidal cell, 1 interneuron, by width and rate',
      int8(rows.map(() => (draw.integer(0, 4) === 0 ? 1 : 0))),
    ),
    waveform_mean: column(
      'Mean waveform of each unit on its shank, in volts',
      declared('f', [units, 48, 16], [units, 48, 16]),
    ),
  });
}

/** For each unit, the end of its spikes in the list of all. */
function runningTotal(units: number, draw: Draw): number[] {
  let total = 0;
  return buildList(units, () => {
    total += draw.integer(400, 21_000);
    return total;
  });
}
