/**
 * Finds techniques by the names that metadata, files and people use: 2p is two-photon imaging, iEEG is intracranial
 * EEG, and optophysiology is not optogenetics. Pure.
 */
import { TECHNIQUE_TABLE } from './technique-table.ts';
import { buildVocabulary, findTerms, type Mention, parseTerms, type Term } from './vocabulary.ts';

/** A technique of recording, imaging, stimulation or analysis. */
export interface Technique extends Term {}

/** Abbreviations that in prose mostly mean something else. */
const AMBIGUOUS = new Set('EM PET ES OCT PD VR ECG CSD MEG IMU MRI-x ISI FUS SEM TEM'.split(' '));

const VOCABULARY = buildVocabulary<Technique>(parseTerms(TECHNIQUE_TABLE), { ambiguous: AMBIGUOUS });

/** Every technique of the table. */
export const TECHNIQUES: readonly Technique[] = VOCABULARY.terms;

/** Finds a technique by id. */
export function findTechniqueById(id: string): Technique | undefined {
  return VOCABULARY.byId(id);
}

/**
 * Finds the technique that a whole text means (a technique or approach of the metadata, or a word of a query), else
 * the most specific one that it names. Undefined if it names none.
 */
export function findTechnique(text: string): Technique | undefined {
  return VOCABULARY.findExact(text) ?? findMostSpecific(findTechniquesInProse(text));
}

/** Finds every mention of a technique in prose, in order. */
export function findTechniqueMentions(
  text: string,
  reading: { readonly anyCase?: boolean } = {},
): Mention<Technique>[] {
  return VOCABULARY.findMentions(text, reading);
}

/** Finds the techniques that prose names, each once. */
export function findTechniquesInProse(text: string): Technique[] {
  return findTerms(VOCABULARY, text);
}

/** Ids of all kinds that a technique belongs to, nearest first. */
export function techniqueAncestors(id: string): string[] {
  return VOCABULARY.ancestors(id);
}

/** Ids of a technique and of all its kinds. */
export function expandTechnique(id: string): string[] {
  return VOCABULARY.expand(id);
}

function findMostSpecific(techniques: readonly Technique[]): Technique | undefined {
  return techniques.find(
    ({ id }) => !techniques.some((other) => other.id !== id && VOCABULARY.isWithin(other.id, id)),
  );
}

/** Neurodata types whose presence proves a technique. */
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

/** Finds the techniques that an object of this neurodata type proves. */
export function findTechniquesByType(neurodataType: string): Technique[] {
  return (Object.hasOwn(BY_TYPE, neurodataType) ? BY_TYPE[neurodataType]! : []).flatMap(
    (id) => VOCABULARY.byId(id) ?? [],
  );
}
