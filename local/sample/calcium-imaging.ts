/** Dandiset 900001 of the sample: one two-photon session in mouse visual cortex, one file, published once. */
import { type SampleDandiset, type SampleFile, SPECIES, SYNTHETIC_NOTICE } from './dandiset.ts';
import {
  buildList,
  buildNwbTree,
  column,
  columnIndex,
  dataset,
  declared,
  float32,
  float64,
  group,
  int8,
  link,
  type SubjectFacts,
  table,
  tableRegion,
  timeSeries,
  typedDataset,
  typedGroup,
  uint32,
} from './nwb-parts.ts';
import { buildHdf5, type GroupNode } from './nwb-writer.ts';
import { createDraw } from './seeds.ts';

const SEED = '900001 sub-VC07 ses-20240912';
const FRAMES = 54_000;
const FRAME_RATE = 30;
const ROIS = 64;
const TRIALS = 80;
const PLANE = '/general/optophysiology/ImagingPlane';
const SEGMENTATION = '/processing/ophys/ImageSegmentation/PlaneSegmentation';

const SUBJECT: SubjectFacts = {
  id: 'VC07',
  species: SPECIES.mouse,
  sex: 'F',
  age: 'P112D',
  genotype: 'Slc17a7-IRES2-Cre/wt; Ai148(TIT2L-GC6f-ICL-tTA2)/wt',
  strain: 'C57BL/6J',
  weight: '0.021 kg',
  description: 'Head-fixed on a running wheel, kept on a reversed light cycle; an invented animal.',
};

const KEYWORDS = [
  'synthetic sample',
  'two-photon calcium imaging',
  'primary visual cortex',
  'drifting gratings',
];

/** The Dandiset with its draft and its one published version. */
export async function buildCalciumImaging(): Promise<SampleDandiset> {
  const files = [await buildFile()];
  return {
    identifier: '900001',
    name: 'Synthetic sample: two-photon calcium imaging in mouse primary visual cortex during drifting gratings',
    description: `${SYNTHETIC_NOTICE} It has the form of one session in which excitatory neurons of layer 2/3 that express GCaMP6f were imaged through a cranial window at 30 frames a second, while a head-fixed mouse ran freely on a wheel and watched gratings that drifted in eight directions. The file declares the motion-corrected movie, 64 regions of interest with their pixel masks, raw and neuropil fluorescence with ΔF/F, the running speed, the pupil's area and a table of 80 trials. Such a session would serve to ask how locomotion changes orientation tuning.`,
    keywords: KEYWORDS,
    contributors: [
      {
        name: 'Example, Ada',
        kind: 'Person',
        roles: ['dcite:ContactPerson', 'dcite:Author'],
        email: 'ada@example.org',
      },
      { name: 'Example, Benno', kind: 'Person', roles: ['dcite:Author', 'dcite:DataCurator'] },
      { name: 'Institute of Invented Data', kind: 'Organization', roles: ['dcite:Sponsor'] },
    ],
    createdAt: '2025-02-24T10:12:41.120000+00:00',
    versions: [
      { version: 'draft', at: '2025-03-12T14:30:08.310000+00:00', files },
      { version: '0.250312.1430', at: '2025-03-12T14:30:07.902000+00:00', files },
    ],
  };
}

async function buildFile(): Promise<SampleFile> {
  const startTime = '2024-09-12T14:05:00-07:00';
  const sessionDescription =
    'Two-photon imaging of layer 2/3 in primary visual cortex during full-field drifting gratings (synthetic sample).';
  const tree = buildNwbTree({
    seed: SEED,
    sessionId: '20240912',
    sessionDescription,
    startTime,
    createdAt: '2025-02-20T09:40:12.500000-08:00',
    texts: {
      experimenter: ['Example, Ada', 'Example, Benno'],
      institution: 'Institute of Invented Data',
      lab: 'Laboratory of Visual Coding',
      experiment_description:
        'Orientation tuning of excitatory neurons was mapped while the mouse ran or sat still, to compare the gain of visual responses between both states.',
      keywords: KEYWORDS,
      protocol: 'Eight directions, ten repeats each in shuffled order, 2 s of drift and 3 s of grey screen.',
      surgery: 'A 4 mm cranial window over the left visual cortex, with a titanium head post.',
      stimulus:
        'Full-field sine gratings, 0.04 cycles per degree, 2 Hz, 80 % contrast, on a calibrated screen.',
      data_collection: 'Resonant scanning at 30 Hz, 512 × 512 pixels, 175 µm below the pia.',
      notes: 'Synthetic sample; arrays are declared at full size and hold no samples.',
    },
    subject: SUBJECT,
    devices: {
      Microscope: {
        description: 'Two-photon microscope with a resonant scanner and a 16× water-immersion objective',
        manufacturer: 'Invented Optics',
      },
      RunningWheel: {
        description: 'Foam wheel, 15 cm across, with a rotary encoder of 1,024 counts a turn',
        manufacturer: 'Built in the laboratory',
      },
      EyeCamera: { description: 'Infrared camera aimed at the right eye', manufacturer: 'Invented Optics' },
    },
    general: { optophysiology: group({ ImagingPlane: buildImagingPlane() }) },
    acquisition: {
      TwoPhotonSeries: timeSeries('TwoPhotonSeries', {
        description: 'Motion-corrected movie of one plane in layer 2/3',
        data: declared('H', [FRAMES, 512, 512], [8, 512, 512]),
        unit: 'n.a.',
        rate: FRAME_RATE,
        members: { dimension: dataset({ type: 'i', data: [512, 512] }), imaging_plane: link(PLANE) },
      }),
    },
    processing: { ophys: buildOphys(), behavior: buildBehavior() },
    tables: { intervals: group({ trials: buildTrials() }) },
  });
  return {
    path: 'sub-VC07/sub-VC07_ses-20240912_behavior+ophys.nwb',
    bytes: await buildHdf5(tree, { format: 'earliest', writtenAt: '2025-02-20T17:40:12Z' }),
    encodingFormat: 'application/x-nwb',
    modifiedAt: '2025-02-20T09:40:12.500000-08:00',
    nwb: {
      subject: SUBJECT,
      session: { id: '20240912', description: sessionDescription, startTime },
      approach: ['microscopy approach; cell population imaging', 'behavioral approach'],
      measurementTechnique: [
        'two-photon microscopy technique',
        'analytical technique',
        'surgical technique',
        'behavioral technique',
      ],
      variableMeasured: [
        'TwoPhotonSeries',
        'ImagingPlane',
        'OpticalChannel',
        'PlaneSegmentation',
        'ProcessingModule',
        'BehavioralTimeSeries',
        'PupilTracking',
      ],
      keywords: KEYWORDS,
    },
  };
}

function buildImagingPlane(): GroupNode {
  return typedGroup('ImagingPlane', {
    OpticalChannel: typedGroup('OpticalChannel', {
      description: dataset('Green channel, 525/50 nm band-pass'),
      emission_lambda: dataset(float32(513)),
    }),
    description: dataset('Layer 2/3 of the left primary visual cortex, 175 µm below the pia'),
    excitation_lambda: dataset(float32(920)),
    grid_spacing: dataset(float32([0.00000117, 0.00000117]), { unit: 'meters' }),
    imaging_rate: dataset(float32(FRAME_RATE)),
    indicator: dataset('GCaMP6f'),
    location: dataset('VISp'),
    device: link('/general/devices/Microscope'),
  });
}

function buildOphys(): GroupNode {
  const draw = createDraw(`${SEED} responses`);
  const everyRoi = buildList(ROIS, (index) => index);
  const responses = (description: string, unit: string): GroupNode =>
    timeSeries('RoiResponseSeries', {
      description,
      data: declared('f', [FRAMES, ROIS], [4096, ROIS]),
      unit,
      rate: FRAME_RATE,
      members: { rois: tableRegion(SEGMENTATION, 'All regions of interest of the plane', everyRoi) },
    });
  const image = (description: string): ReturnType<typeof dataset> =>
    typedDataset('GrayscaleImage', declared('f', [512, 512], [512, 512]), {
      description,
      resolution: float32(draw.decimal(0.8, 0.9, 0.01)),
    });
  return typedGroup(
    'ProcessingModule',
    {
      ImageSegmentation: typedGroup('ImageSegmentation', { PlaneSegmentation: buildSegmentation() }),
      Fluorescence: typedGroup('Fluorescence', {
        RoiResponseSeries: responses('Mean fluorescence of each region, before any correction', 'a.u.'),
        Neuropil: responses('Fluorescence of a ring around each region, other regions left out', 'a.u.'),
      }),
      DfOverF: typedGroup('DfOverF', {
        DfOverF: responses(
          'ΔF/F after subtraction of 0.7 × neuropil, baseline over a sliding minute',
          'n.a.',
        ),
      }),
      SummaryImages: typedGroup(
        'Images',
        {
          mean: image('Mean of the motion-corrected movie'),
          correlation: image('Correlation of each pixel with its neighbours'),
        },
        { description: 'Summary images of the plane' },
      ),
    },
    { description: 'Segmentation and fluorescence traces' },
  );
}

/** Each region is a cross of pixels around a centre drawn by chance. */
function buildSegmentation(): GroupNode {
  const draw = createDraw(`${SEED} regions`);
  const cross: readonly (readonly [x: number, y: number, weight: number])[] = [
    [0, 0, 1],
    [1, 0, 0.75],
    [-1, 0, 0.75],
    [0, 1, 0.75],
    [0, -1, 0.75],
  ];
  const pixels = buildList(ROIS, () => [draw.integer(8, 503), draw.integer(8, 503)] as const).flatMap(
    ([x, y]) => cross.map(([dx, dy, weight]) => [x + dx, y + dy, weight] as const),
  );
  return table(
    'PlaneSegmentation',
    'Regions of interest found by constrained matrix factorisation and kept after visual inspection',
    ROIS,
    {
      pixel_mask: column('Pixels of each region with their weights', {
        fields: [
          ['x', uint32(pixels.map(([x]) => x))],
          ['y', uint32(pixels.map(([, y]) => y))],
          ['weight', float32(pixels.map(([, , weight]) => weight))],
        ],
      }),
      pixel_mask_index: columnIndex(
        `${SEGMENTATION}/pixel_mask`,
        buildList(ROIS, (index) => (index + 1) * cross.length),
      ),
      snr: column(
        'Signal-to-noise ratio of the trace',
        float64(buildList(ROIS, () => draw.decimal(2, 12, 0.01))),
      ),
      accepted: column(
        '1 where the region was judged to be a cell, else 0',
        int8(buildList(ROIS, () => draw.integer(0, 1))),
      ),
    },
    { members: { imaging_plane: link(PLANE), reference_images: group() } },
  );
}

function buildBehavior(): GroupNode {
  return typedGroup(
    'ProcessingModule',
    {
      BehavioralTimeSeries: typedGroup('BehavioralTimeSeries', {
        running_speed: timeSeries('TimeSeries', {
          description: "Speed of the wheel's surface, forward positive, smoothed over 100 ms",
          data: declared('f', [108_000], [27_000]),
          unit: 'm/s',
          rate: 60,
        }),
      }),
      PupilTracking: typedGroup('PupilTracking', {
        pupil_area: timeSeries('TimeSeries', {
          description: 'Area of an ellipse fitted to the pupil; not a number during blinks',
          data: declared('f', [54_000], [27_000]),
          unit: 'mm2',
          rate: 30,
        }),
      }),
    },
    { description: 'Locomotion and pupil' },
  );
}

function buildTrials(): GroupNode {
  const draw = createDraw(`${SEED} trials`);
  const starts = buildList(TRIALS, (index) => 30 + 5 * index);
  return table('TimeIntervals', 'Presentations of drifting gratings', TRIALS, {
    start_time: column('Start of the drift, in seconds', float64(starts)),
    stop_time: column('End of the drift, in seconds', float64(starts.map((start) => start + 2))),
    direction: column(
      'Direction of the drift, in degrees',
      float64(starts.map(() => draw.integer(0, 7) * 45)),
    ),
    running: column(
      '1 where the mean speed was above 2 cm/s, else 0',
      int8(starts.map(() => draw.integer(0, 1))),
    ),
    timeseries: typedDataset(
      'TimeSeriesReferenceVectorData',
      {
        fields: [
          ['idx_start', { type: 'i', data: starts.map((start) => start * FRAME_RATE) }],
          ['count', { type: 'i', data: starts.map(() => 2 * FRAME_RATE) }],
          ['timeseries', { references: starts.map(() => '/acquisition/TwoPhotonSeries') }],
        ],
      },
      { description: 'Frames of the movie during each trial' },
    ),
    timeseries_index: columnIndex(
      '/intervals/trials/timeseries',
      buildList(TRIALS, (index) => index + 1),
    ),
  });
}
