/**
 * The types of NWB and of common extensions with their base types, so that a search for TimeSeries finds
 * ElectricalSeries. Names and tree follow the NWB core schema 2.9 and hdmf-common 1.8 (BSD-3-Clause) and the
 * extensions of the NDX catalog. Pure.
 */

/** Lines: `Base: the types that derive from it directly`. */
const TREE = `
Data: VectorData NWBData ElementIdentifiers
Container: NWBContainer DynamicTable CSRMatrix
VectorData: ImageReferences VectorIndex DynamicTableRegion EnumData TimeSeriesReferenceVectorData CategoricalVectorData TimestampVectorData DurationVectorData
NWBData: BaseImage ScratchData
BaseImage: Image ExternalImage
Image: GrayscaleImage RGBImage RGBAImage
NWBContainer: NWBDataInterface LabMetaData Device DeviceModel ElectrodeGroup IntracellularElectrode OptogeneticStimulusSite ImagingPlane OpticalChannel ProcessingModule Subject NWBFile Skeleton Skeletons MultiChannelVolume
NWBDataInterface: TimeSeries Images LFP FilteredEphys EventWaveform EventDetection FeatureExtraction ClusterWaveforms Clustering DfOverF Fluorescence ImageSegmentation MotionCorrection CorrectedImageStack ImagingRetinotopy BehavioralEvents BehavioralEpochs BehavioralTimeSeries PupilTracking EyeTracking CompassDirection Position PoseEstimation PoseTraining Events MultiContainerInterface
TimeSeries: ElectricalSeries ImageSeries PatchClampSeries SpatialSeries AnnotationSeries IntervalSeries AbstractFeatureSeries DecompositionSeries RoiResponseSeries OptogeneticSeries CompartmentSeries FiberPhotometryResponseSeries CommandedVoltageSeries IndexSeries MicroscopySeries
SpatialSeries: PoseEstimationSeries
ElectricalSeries: SpikeEventSeries
ImageSeries: ImageMaskSeries OpticalSeries TwoPhotonSeries OnePhotonSeries MultiChannelVolumeSeries
MicroscopySeries: PlanarMicroscopySeries VariableDepthMicroscopySeries VolumetricMicroscopySeries
PatchClampSeries: CurrentClampSeries CurrentClampStimulusSeries VoltageClampSeries VoltageClampStimulusSeries
CurrentClampSeries: IZeroClampSeries
DynamicTable: TimeIntervals Units ElectrodesTable PlaneSegmentation SweepTable IntracellularElectrodesTable IntracellularStimuliTable IntracellularResponsesTable SimultaneousRecordingsTable SequentialRecordingsTable RepetitionsTable ExperimentalConditionsTable AlignedDynamicTable EventsTable AnnotatedEventsTable FiberPhotometryTable OptogeneticPulsesTable Compartments MeaningsTable EventTypesTable
EventsTable: TtlsTable
TimeIntervals: OptogeneticEpochsTable
AlignedDynamicTable: IntracellularRecordingsTable
Events: LabeledEvents
LabeledEvents: TTLs
EyeTracking: EllipseEyeTracking
LabMetaData: SimulationMetaData FiberPhotometry OptogeneticExperimentMetadata
Device: Probe Microscope ExcitationSource OpticalFiber BandOpticalFilter EdgeOpticalFilter Photodetector DichroicMirror
ImagingPlane: ImagingVolume
`;

/** The direct base type of each type. */
const BASES = readTree(TREE);

function readTree(tree: string): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  for (const line of tree.split('\n')) {
    const [base, types] = line.split(': ');
    for (const type of types?.split(' ') ?? []) {
      if (base !== undefined) bases.set(type, base);
    }
  }
  return bases;
}

/** Every type of the table. */
export const NEURODATA_TYPES: readonly string[] = [...new Set([...BASES.values(), ...BASES.keys()])];

const BY_FOLDED = new Map(NEURODATA_TYPES.map((type) => [type.toLowerCase(), type]));

/** Finds the type that a word names, in any case. */
export function findNeurodataType(word: string): string | undefined {
  return BY_FOLDED.get(word.trim().toLowerCase());
}

/**
 * The base types of a type, nearest first: for `SpikeEventSeries`, `ElectricalSeries`, `TimeSeries`, … Empty if
 * unknown.
 */
export function typeAncestors(type: string): string[] {
  const found: string[] = [];
  for (let base = BASES.get(type); base !== undefined && !found.includes(base); base = BASES.get(base))
    found.push(base);
  return found;
}

/** Whether a type equals or derives from another. */
export function extendsType(type: string, base: string): boolean {
  return type === base || typeAncestors(type).includes(base);
}

/** A type and all types that derive from it; only the type itself if it is not in the table. */
export function expandType(type: string): string[] {
  return [type, ...NEURODATA_TYPES.filter((other) => other !== type && extendsType(other, type))];
}

/** The types of columns of an NWB dynamic table (HDMF Common, DynamicTable), including its row identifiers. */
export const COLUMN_TYPES: ReadonlySet<string> = new Set([
  'VectorData',
  'VectorIndex',
  'DynamicTableRegion',
  'ElementIdentifiers',
  'EnumData',
  'TimeSeriesReferenceVectorData',
]);
