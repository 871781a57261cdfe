/**
 * Techniques as metadata, files and people name them: 2p is two-photon imaging, iEEG intracranial EEG; and
 * optophysiology is no optogenetics. Pure.
 */
import { TECHNIQUE_TABLE } from './technique-table.ts';
import { buildVocabulary, findTerms, type Mention, parseTerms, type Term } from './vocabulary.ts';

/** A technique: of recording, imaging, stimulation or analysis. */
export interface Technique extends Term {}

/** Short forms that in a sentence mostly mean something else. */
const AMBIGUOUS = new Set('EM PET ES OCT PD VR ECG CSD MEG IMU MRI-x ISI FUS SEM TEM'.split(' '));

const VOCABULARY = buildVocabulary<Technique>(parseTerms(TECHNIQUE_TABLE), { ambiguous: AMBIGUOUS });

/** Every technique of the table. */
export const TECHNIQUES: readonly Technique[] = VOCABULARY.terms;

/** The technique with this id, or undefined. */
export function findTechniqueById(id: string): Technique | undefined {
  return VOCABULARY.byId(id);
}

/**
 * The technique that a text means as a whole, as a technique or approach of the metadata, or a word of a query; else
 * the most exact one that it names. Undefined where it names none.
 */
export function findTechnique(text: string): Technique | undefined {
  return VOCABULARY.findExact(text) ?? mostExact(findTechniquesInProse(text));
}

/** Every place where prose names a technique, in order. */
export function findTechniqueMentions(
  text: string,
  reading: { readonly anyCase?: boolean } = {},
): Mention<Technique>[] {
  return VOCABULARY.findMentions(text, reading);
}

/** The techniques that prose names, each once. */
export function findTechniquesInProse(text: string): Technique[] {
  return findTerms(VOCABULARY, text);
}

/** Ids of all kinds that a technique belongs to, the nearest first. */
export function techniqueAncestors(id: string): string[] {
  return VOCABULARY.ancestors(id);
}

/** Ids of a technique and of all that are kinds of it. */
export function expandTechnique(id: string): string[] {
  return VOCABULARY.expand(id);
}

function mostExact(techniques: readonly Technique[]): Technique | undefined {
  return techniques.find(
    ({ id }) => !techniques.some((other) => other.id !== id && VOCABULARY.isWithin(other.id, id)),
  );
}

/** Neurodata types whose presence tells a technique for certain. */
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  ElectricalSeries: ['extracellular'],
  LFP: ['lfp'],
  FilteredEphys: ['extracellular'],
  SpikeEventSeries: ['extracellular'],
  CurrentClampSeries: ['current-clamp'],
  CurrentClampStimulusSeries: ['current-clamp'],
  IZeroClampSeries: ['current-clamp'],
  VoltageClampSeries: ['voltage-clamp'],
  VoltageClampStimulusSeries: ['voltage-clamp'],
  PatchClampSeries: ['patch-clamp'],
  TwoPhotonSeries: ['two-photon'],
  OnePhotonSeries: ['one-photon'],
  MultiChannelVolume: ['volumetric-imaging'],
  MultiChannelVolumeSeries: ['volumetric-imaging'],
  VariableDepthMicroscopySeries: ['volumetric-imaging'],
  ImagingPlane: ['imaging'],
  RoiResponseSeries: ['imaging'],
  PlaneSegmentation: ['segmentation'],
  FiberPhotometryResponseSeries: ['photometry'],
  FiberPhotometry: ['photometry'],
  FiberPhotometryTable: ['photometry'],
  OptogeneticSeries: ['optogenetics'],
  OptogeneticStimulusSite: ['optogenetics'],
  OptogeneticPulsesTable: ['optogenetics'],
  OptogeneticEpochsTable: ['optogenetics'],
  PoseEstimation: ['pose-estimation'],
  PoseEstimationSeries: ['pose-estimation'],
  EyeTracking: ['eye-tracking'],
  EllipseEyeTracking: ['eye-tracking'],
  PupilTracking: ['pupillometry'],
  DecompositionSeries: ['spectral-analysis'],
  CompartmentSeries: ['simulation'],
  SimulationMetaData: ['simulation'],
  BehavioralTimeSeries: ['behavior'],
  BehavioralEvents: ['behavior'],
  BehavioralEpochs: ['behavior'],
  SpatialSeries: ['behavior'],
  Position: ['behavior'],
};

/** The techniques that a file with an object of this neurodata type used, by the type alone. */
export function techniquesOfType(neurodataType: string): Technique[] {
  return (Object.hasOwn(BY_TYPE, neurodataType) ? BY_TYPE[neurodataType]! : []).flatMap(
    (id) => VOCABULARY.byId(id) ?? [],
  );
}
