/**
 * The kinds of data in a file, by the neurodata types of its header, with the names that are usual in the field: for
 * the prose, headings and keywords of both writers, for checks, and for the facets and pages of the API. Pure.
 */

/** The properties of a series that determine its modality. */
export interface ModalSeries {
  readonly neurodataType: string;
  readonly path: string;
  readonly description: string;
}

/** One kind of data. */
export interface Modality {
  readonly id: string;
  /** In the middle of a sentence, without an article. */
  readonly noun: string;
  /** As a label; the noun where absent. */
  readonly title?: string;
  /** As a keyword; absent for modalities that describe a file's bookkeeping and not its science. */
  readonly keyword?: string;
  /** Types of NWB and of extensions that contain it. */
  readonly types: readonly string[];
  /** Not listed together with any of these modalities, which are more specific. */
  readonly unless?: readonly string[];
}

/** In the order of presentation: neural signals, derived data, behavior, stimuli, records. */
export const MODALITIES: readonly Modality[] = [
  {
    id: 'extracellular',
    noun: 'extracellular electrophysiology recordings',
    title: 'extracellular electrophysiology',
    keyword: 'extracellular electrophysiology',
    types: ['ElectricalSeries', 'FilteredEphys'],
  },
  {
    id: 'lfp',
    noun: 'local field potentials',
    keyword: 'local field potential',
    types: ['LFP'],
  },
  {
    id: 'spikes',
    noun: 'spike times of units',
    title: 'spike times',
    keyword: 'spike times',
    types: ['Units', 'UnitTimes', 'EventWaveform', 'SpikeEventSeries', 'ClusterWaveforms', 'Clustering'],
  },
  {
    id: 'intracellular',
    noun: 'intracellular electrophysiology recordings',
    title: 'intracellular electrophysiology',
    keyword: 'intracellular electrophysiology',
    types: [
      'CurrentClampSeries',
      'VoltageClampSeries',
      'IZeroClampSeries',
      'PatchClampSeries',
      'CurrentClampStimulusSeries',
      'VoltageClampStimulusSeries',
    ],
  },
  {
    id: 'two-photon',
    noun: 'two-photon imaging',
    keyword: 'two-photon imaging',
    types: ['TwoPhotonSeries'],
  },
  {
    id: 'one-photon',
    noun: 'one-photon imaging',
    keyword: 'one-photon imaging',
    types: ['OnePhotonSeries'],
  },
  {
    id: 'volumetric',
    noun: 'volumetric microscopy',
    keyword: 'volumetric microscopy',
    types: ['MultiChannelVolume', 'MultiChannelVolumeSeries', 'VariableDepthMicroscopySeries'],
  },
  {
    id: 'fluorescence',
    noun: 'fluorescence traces of regions of interest',
    title: 'fluorescence traces',
    keyword: 'fluorescence imaging',
    types: ['Fluorescence', 'DfOverF', 'RoiResponseSeries'],
  },
  {
    id: 'segmentation',
    noun: 'segmented regions of interest',
    keyword: 'image segmentation',
    types: ['ImageSegmentation', 'PlaneSegmentation'],
  },
  {
    id: 'photometry',
    noun: 'fiber photometry recordings',
    keyword: 'fiber photometry',
    types: [
      'FiberPhotometryResponseSeries',
      'FiberPhotometry',
      'FiberPhotometryTable',
      'CommandedVoltageSeries',
    ],
  },
  {
    id: 'spectral',
    noun: 'spectral decompositions of signals',
    keyword: 'spectral analysis',
    types: ['DecompositionSeries'],
  },
  {
    id: 'simulation',
    noun: 'output of simulations',
    keyword: 'computational simulation',
    types: ['CompartmentSeries', 'SimulationMetaData', 'Compartments'],
  },
  {
    id: 'position',
    noun: 'position tracking',
    keyword: 'behavioral tracking',
    types: ['SpatialSeries', 'Position', 'CompassDirection'],
  },
  {
    id: 'pose',
    noun: 'pose estimates',
    keyword: 'pose estimation',
    types: ['PoseEstimation', 'PoseEstimationSeries', 'Skeleton'],
  },
  {
    id: 'eye',
    noun: 'eye tracking',
    keyword: 'eye tracking',
    types: ['EyeTracking', 'EllipseEyeTracking'],
  },
  {
    id: 'pupil',
    noun: 'pupil measurements',
    keyword: 'pupillometry',
    types: ['PupilTracking'],
  },
  {
    id: 'behavior',
    noun: 'behavioral measurements',
    keyword: 'behavior',
    types: ['BehavioralTimeSeries', 'BehavioralEvents', 'BehavioralEpochs', 'IntervalSeries'],
  },
  {
    id: 'optogenetics',
    noun: 'optogenetic stimulation',
    keyword: 'optogenetics',
    types: [
      'OptogeneticSeries',
      'OptogeneticStimulusSite',
      'OptogeneticPulsesTable',
      'OptogeneticEpochsTable',
    ],
  },
  {
    id: 'stimuli',
    noun: 'visual stimuli',
    keyword: 'visual stimulation',
    types: ['OpticalSeries', 'IndexSeries'],
  },
  {
    id: 'video',
    noun: 'image series',
    types: ['ImageSeries', 'ImageMaskSeries'],
  },
  {
    id: 'images',
    noun: 'still images',
    types: [
      'GrayscaleImage',
      'RGBImage',
      'RGBAImage',
      'Images',
      'Image',
      'CorrectedImageStack',
      'MotionCorrection',
    ],
  },
  {
    id: 'events',
    noun: 'annotated events',
    types: [
      'AnnotationSeries',
      'AnnotatedEventsTable',
      'Events',
      'LabeledEvents',
      'EventsTable',
      'TtlsTable',
      'TTLs',
    ],
  },
  {
    id: 'intervals',
    noun: 'time intervals such as trials',
    title: 'time intervals',
    types: ['TimeIntervals'],
  },
  {
    id: 'time-series',
    noun: 'time series of other kinds',
    title: 'other time series',
    types: ['TimeSeries', 'AbstractFeatureSeries'],
  },
];

/** Finds the modality of a neurodata type; undefined for types of bookkeeping and of unknown extensions. */
export function findModality(neurodataType: string): Modality | undefined {
  return BY_TYPE.get(neurodataType);
}

const BY_TYPE = new Map(
  MODALITIES.flatMap((modality) => modality.types.map((type) => [type, modality] as const)),
);

/**
 * Finds the modality of one series of a file. An ElectricalSeries inside an LFP container is a local field potential;
 * older files store one-photon images in a TwoPhotonSeries whose name says so.
 */
export function findSeriesModality(series: ModalSeries): Modality | undefined {
  const { neurodataType, path, description } = series;
  if (neurodataType === 'ElectricalSeries' && /lfp|local_?field/i.test(path)) return BY_TYPE.get('LFP');
  if (neurodataType === 'TwoPhotonSeries' && ONE_PHOTON.test(`${path} ${description}`))
    return BY_TYPE.get('OnePhotonSeries');
  return findModality(neurodataType);
}

const ONE_PHOTON = /(one|1)[-_ ]?photon/i;

/** Types whose series may have another modality than the type. */
const BY_SERIES = ['ElectricalSeries', 'TwoPhotonSeries'];

/** Finds the kinds of data in the files of one type, in the order of presentation. */
export function findModalities(type: {
  readonly neurodataTypes: readonly { readonly name: string }[];
  readonly series: readonly ModalSeries[];
}): Modality[] {
  const found = new Set<Modality | undefined>(type.neurodataTypes.map(({ name }) => findModality(name)));
  for (const name of BY_SERIES) {
    const series = type.series.filter(({ neurodataType }) => neurodataType === name);
    if (!series.length) continue;
    found.delete(findModality(name));
    for (const entry of series) found.add(findSeriesModality(entry));
  }
  return MODALITIES.filter((modality) => found.has(modality));
}
