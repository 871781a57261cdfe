/** Dandiset 900003 of the sample: whole-cell current clamp in cortical slices, three files of up to 200 sweeps. */
import { type SampleDandiset, type SampleFile, SPECIES, SYNTHETIC_NOTICE } from './dandiset.ts';
import {
  buildList,
  buildNwbTree,
  column,
  dataset,
  declared,
  group,
  int8,
  link,
  type SubjectFacts,
  table,
  timeSeries,
  typedDataset,
  typedGroup,
  uint32,
} from './nwb-parts.ts';
import { buildHdf5, type Compound, type GroupNode } from './nwb-writer.ts';
import { buildUuid } from './seeds.ts';

const RATE = 50_000;
/** Seconds between the starts of two sweeps. */
const SWEEP_INTERVAL = 4;
const ELECTRODE = '/general/intracellular_ephys/electrode_0';

/** A sweep's injected current, and its number of samples. */
interface SweepKind {
  readonly name: string;
  readonly description: string;
  readonly samples: number;
}

/** The protocol repeats these in order. */
const SWEEP_KINDS: readonly SweepKind[] = [
  { name: 'long square', description: 'a step of 1 s', samples: 100_000 },
  { name: 'short square', description: 'a pulse of 3 ms', samples: 25_000 },
  { name: 'ramp', description: 'a slow ramp', samples: 150_000 },
];

/** A cell, which is a file. */
interface Cell {
  readonly subject: SubjectFacts;
  readonly name: string;
  readonly sweeps: number;
  readonly startTime: string;
}

const subject = (id: string, sex: 'F' | 'M', age: string): SubjectFacts => ({
  id,
  species: SPECIES.mouse,
  sex,
  age,
  genotype: 'Rbp4-Cre_KL100/wt; Ai14(RCL-tdT)/wt',
  strain: 'C57BL/6J',
  description: 'Slices of 300 µm were cut from the prefrontal cortex; an invented animal.',
});

const CELLS: readonly Cell[] = [
  {
    subject: subject('PC11', 'F', 'P45D'),
    name: 'cell1',
    sweeps: 200,
    startTime: '2024-10-08T13:20:00+02:00',
  },
  {
    subject: subject('PC11', 'F', 'P45D'),
    name: 'cell2',
    sweeps: 80,
    startTime: '2024-10-08T16:05:00+02:00',
  },
  {
    subject: subject('PC14', 'M', 'P48D'),
    name: 'cell1',
    sweeps: 80,
    startTime: '2024-10-15T12:40:00+02:00',
  },
];

const KEYWORDS = [
  'synthetic sample',
  'whole-cell patch clamp',
  'current clamp',
  'layer 5',
  'prefrontal cortex',
];
const SESSION_DESCRIPTION =
  'Current-clamp recording of one layer 5 pyramidal neuron with steps, pulses and ramps (synthetic sample).';

/** The Dandiset with its draft and its one published version. */
export async function buildIntracellular(): Promise<SampleDandiset> {
  const files: SampleFile[] = [];
  for (const cell of CELLS) files.push(await buildFile(cell));
  return {
    identifier: '900003',
    name: 'Synthetic sample: whole-cell current clamp of layer 5 pyramidal neurons in mouse prefrontal slices',
    description: `${SYNTHETIC_NOTICE} It has the form of a survey of intrinsic properties: pyramidal neurons of layer 5 in slices of mouse medial prefrontal cortex were held in whole-cell current clamp at 33 °C with synaptic transmission blocked, while current steps, brief pulses and ramps were injected in dozens to hundreds of sweeps a cell. Each file holds one cell, with the membrane potential and the injected current of every sweep, and tables that pair the two. Such recordings would serve to measure rheobase, input resistance and the shape of action potentials.`,
    keywords: KEYWORDS,
    contributors: [
      {
        name: 'Example, Farid',
        kind: 'Person',
        roles: ['dcite:ContactPerson', 'dcite:Author'],
        email: 'farid@example.org',
      },
      { name: 'Institute of Invented Data', kind: 'Organization', roles: ['dcite:Sponsor'] },
    ],
    createdAt: '2024-12-02T13:31:27.770000+00:00',
    versions: [
      { version: 'draft', at: '2024-12-19T08:04:11.002000+00:00', files },
      { version: '0.241219.0804', at: '2024-12-19T08:04:10.655000+00:00', files },
    ],
  };
}

async function buildFile(cell: Cell): Promise<SampleFile> {
  const createdAt = '2024-12-01T20:15:00+01:00';
  const sessionId = `${cell.startTime.slice(0, 10).replaceAll('-', '')}-${cell.name}`;
  const sessionSeed = `900003 sub-${cell.subject.id} ${sessionId}`;
  const sweeps = buildList(cell.sweeps, (index) => index);
  const tree = buildNwbTree({
    seed: sessionSeed,
    sessionId,
    sessionDescription: SESSION_DESCRIPTION,
    startTime: cell.startTime,
    createdAt,
    texts: {
      experimenter: ['Example, Farid'],
      institution: 'Institute of Invented Data',
      lab: 'Laboratory of Cellular Excitability',
      experiment_description:
        'A survey of the intrinsic properties of layer 5 pyramidal neurons, with the same protocol in every cell.',
      keywords: KEYWORDS,
      slices: 'Coronal slices of 300 µm, recovered for an hour at 34 °C, recorded at 33 °C.',
      pharmacology: 'Kynurenic acid 2 mM and picrotoxin 0.1 mM, to block synaptic transmission.',
      data_collection:
        'Sampled at 50 kHz, low-pass filtered at 10 kHz, bridge balanced before each protocol.',
    },
    subject: cell.subject,
    devices: {
      Amplifier: {
        description: 'Patch-clamp amplifier in current-clamp mode',
        manufacturer: 'Invented Amplifiers',
      },
    },
    general: { intracellular_ephys: buildTables(sweeps, sessionSeed) },
    acquisition: Object.fromEntries(sweeps.map((sweep) => [responseName(sweep), buildResponse(sweep)])),
    presentation: Object.fromEntries(sweeps.map((sweep) => [stimulusName(sweep), buildStimulus(sweep)])),
  });
  return {
    path: `sub-${cell.subject.id}/sub-${cell.subject.id}_ses-${sessionId}_icephys.nwb`,
    bytes: await buildHdf5(tree, {
      format: 'latest',
      // Hundreds of sweeps repeat the same few words: strings of fixed length need no heap beside them.
      fixedStrings: true,
      writtenAt: createdAt,
    }),
    encodingFormat: 'application/x-nwb',
    modifiedAt: createdAt,
    nwb: {
      subject: cell.subject,
      session: { id: sessionId, description: SESSION_DESCRIPTION, startTime: cell.startTime },
      approach: ['electrophysiological approach'],
      measurementTechnique: ['current clamp technique', 'surgical technique'],
      variableMeasured: ['CurrentClampSeries', 'CurrentClampStimulusSeries'],
      keywords: KEYWORDS,
    },
  };
}

const formatNumber = (sweep: number): string => String(sweep).padStart(3, '0');
const responseName = (sweep: number): string => `response_${formatNumber(sweep)}`;
const stimulusName = (sweep: number): string => `stimulus_${formatNumber(sweep)}`;
const findSweepKind = (sweep: number): SweepKind => SWEEP_KINDS[sweep % SWEEP_KINDS.length]!;

function buildResponse(sweep: number): GroupNode {
  return buildSweep('CurrentClampSeries', sweep, {
    description: `Membrane potential during ${findSweepKind(sweep).description}`,
    unit: 'volts',
    conversion: 0.001,
  });
}

function buildStimulus(sweep: number): GroupNode {
  return buildSweep('CurrentClampStimulusSeries', sweep, {
    description: `Injected current, ${findSweepKind(sweep).description}`,
    unit: 'amperes',
    conversion: 1e-12,
  });
}

function buildSweep(
  type: string,
  sweep: number,
  facts: { description: string; unit: string; conversion: number },
): GroupNode {
  const { name, samples } = findSweepKind(sweep);
  return timeSeries(type, {
    description: facts.description,
    data: declared('f', [samples], [25_000]),
    unit: facts.unit,
    conversion: facts.conversion,
    rate: RATE,
    start: sweep * SWEEP_INTERVAL,
    members: { electrode: link(ELECTRODE) },
    attributes: { stimulus_description: name, sweep_number: uint32(sweep) },
  });
}

/** The electrode, and the tables that pair each sweep's stimulus with its response. */
function buildTables(sweeps: readonly number[], seed: string): GroupNode {
  const rows = sweeps.length;
  const series = (name: (sweep: number) => string, folder: string): Compound => ({
    fields: [
      ['idx_start', { type: 'i', data: sweeps.map(() => 0) }],
      ['count', { type: 'i', data: sweeps.map((sweep) => findSweepKind(sweep).samples) }],
      ['timeseries', { references: sweeps.map((sweep) => `${folder}/${name(sweep)}`) }],
    ],
  });
  const reference = (description: string, value: Compound): ReturnType<typeof dataset> =>
    typedDataset('TimeSeriesReferenceVectorData', value, { description });
  return group({
    electrode_0: typedGroup('IntracellularElectrode', {
      cell_id: dataset(buildUuid(`${seed} cell`)),
      description: dataset('Borosilicate pipette filled with potassium gluconate, 4 to 6 MΩ'),
      filtering: dataset('Low-pass, 10 kHz, Bessel'),
      initial_access_resistance: dataset('11 MΩ'),
      location: dataset('Prelimbic area, layer 5'),
      resistance: dataset('5 MΩ'),
      seal: dataset('over 1 GΩ'),
      slice: dataset('coronal, 300 µm'),
      device: link('/general/devices/Amplifier'),
    }),
    intracellular_recordings: table(
      'IntracellularRecordingsTable',
      'A table to group together a stimulus and response from a single electrode and a single simultaneous recording',
      rows,
      {
        protocol: column(
          'What was injected: 0 long square, 1 short square, 2 ramp',
          int8(sweeps.map((sweep) => sweep % SWEEP_KINDS.length)),
        ),
      },
      {
        attributes: { categories: ['electrodes', 'stimuli', 'responses'] },
        members: {
          electrodes: table('IntracellularElectrodesTable', 'Electrode of each sweep', rows, {
            electrode: column('The electrode', { references: sweeps.map(() => ELECTRODE) }),
          }),
          stimuli: table('IntracellularStimuliTable', 'Stimulus of each sweep', rows, {
            stimulus: reference('The injected current', series(stimulusName, '/stimulus/presentation')),
          }),
          responses: table('IntracellularResponsesTable', 'Response of each sweep', rows, {
            response: reference('The membrane potential', series(responseName, '/acquisition')),
          }),
        },
      },
    ),
  });
}
