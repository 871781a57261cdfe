/**
 * The neurodata type as which a node is counted: its stated type, and for files of NWB 1.x its name
 * since NWB 2. Facts count by it; the prompt's lines keep the file's own type. Pure.
 */
import { findAttribute } from '../header/attribute-text.ts';
import { listStrings } from '../header/plain-value.ts';
import type { HeaderNode } from '../header/walk-header.ts';

/** Types of NWB 1.x that were renamed since (NWB 1.0.6, "Module", "Epoch"). */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['Module', 'ProcessingModule'],
  ['Epoch', 'TimeIntervals'],
]);

/** Names by which NWB 1.x identified the contents of an object, all of which are types now. */
const INTERFACES: ReadonlySet<string> = new Set([
  'BehavioralEpochs',
  'BehavioralEvents',
  'BehavioralTimeSeries',
  'Clustering',
  'ClusterWaveforms',
  'CompassDirection',
  'DfOverF',
  'EventDetection',
  'EventWaveform',
  'EyeTracking',
  'FeatureExtraction',
  'FilteredEphys',
  'Fluorescence',
  'ImageSegmentation',
  'ImagingRetinotopy',
  'LFP',
  'MotionCorrection',
  'Position',
  'PupilTracking',
  'UnitTimes',
]);

/**
 * A group's or dataset's type, or undefined where it has none. NWB 1.x calls every series `TimeSeries` and
 * names the kind last in `ancestry`, and calls every interface `Interface` and names it by its group.
 */
export function findEffectiveType({ object, name }: Pick<HeaderNode, 'object' | 'name'>): string | undefined {
  const [type] = listStrings(findAttribute(object, 'neurodata_type')?.values);
  if (type === undefined || type === '') return undefined;
  const ancestry = listStrings(findAttribute(object, 'ancestry')?.values);
  if (type === 'TimeSeries' && ancestry.length > 0) return ancestry.at(-1) || type;
  if (type === 'Interface' && INTERFACES.has(name)) return name;
  return RENAMED.get(type) ?? type;
}
