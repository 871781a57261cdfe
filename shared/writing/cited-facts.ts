/** What the facts that a sentence names let it say: their words, numbers, quantities and terms. Pure. */
import type { Fact } from '../facts/list/fact.ts';
import { findOwn } from '../own-entry.ts';
import { normalize } from '../summary/evidence.ts';
import { buildKnownTerms, type KnownTerms, partNames } from '../summary/known-terms.ts';
import { findStem } from '../summary/passages.ts';
import { readQuantities, type WrittenQuantity } from '../summary/quantities.ts';
import { findSpeciesInProse, type Species } from '../vocabulary/species.ts';
import { techniquesOfType } from '../vocabulary/techniques.ts';
import { readCalendar } from './calendar.ts';
import { type NumberUse, readNumberUses } from './number-uses.ts';

/** What a sentence may say. */
export interface CitedFacts {
  readonly facts: readonly Fact[];
  /** All their words on one line in lower case. */
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  /** The text without hyphens. */
  readonly joined: string;
  /** Words of the text and of the names in it, such as `photostim` of `photostim_onset` and `swim` of `SwimSignals`. */
  readonly parts: readonly string[];
  readonly uses: readonly NumberUse[];
  /** What the sentence's slots were filled with. */
  readonly filled: readonly string[];
  /** How many values the facts list, a number for each fact. */
  readonly listed: ReadonlySet<number>;
  readonly quantities: readonly WrittenQuantity[];
  readonly terms: KnownTerms;
  readonly species: readonly Species[];
  /** Dates, months and years as ISO has them. */
  readonly dates: ReadonlySet<string>;
}

/** What some facts let a sentence say; `always` may be said of any, such as the Dandiset's own id. */
export function buildCitedFacts(
  facts: readonly Fact[],
  always: string,
  filled: readonly string[] = [],
): CitedFacts {
  const texts = facts.map(({ text, slots }) => [text, ...Object.values(slots)].join('\n'));
  const whole = [...texts, always].join('\n');
  const parted = partNames(whole);
  const text = normalize(`${whole}\n${parted}`);
  const terms = buildKnownTerms(whole, undefined);
  const types = whole.match(/\b[A-Z][a-z]+[A-Z]\w+\b|\b(?:Units|LFP|Position|Images)\b/g) ?? [];
  const techniques = new Set([...terms.techniques, ...types.flatMap(techniquesOfType).map(({ id }) => id)]);
  return {
    facts,
    filled,
    text,
    words: new Set(text.match(/[\p{L}\p{N}_]+/gu)),
    stems: new Set((`${text} ${listTypeWords(types)}`.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? []).map(findStem)),
    joined: text.replaceAll('-', ''),
    parts: [...new Set(text.match(/\p{L}{4,}/gu))],
    uses: facts.flatMap(readNumberUses),
    listed: new Set(
      facts.map(({ slots }) => Object.keys(slots).filter((name) => /^value\d+$/.test(name)).length),
    ),
    quantities: texts.flatMap((each) => readQuantities(each, true)),
    terms: { ...terms, techniques },
    species: findSpeciesInProse(parted),
    dates: readCalendar(whole),
  };
}

/** What prose calls the contents of neurodata types, whose names seldom say it. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  Units: 'spikes spike times trains neurons sorted cells',
  ElectricalSeries: 'electrical voltage traces recordings extracellular signals',
  LFP: 'local field potentials',
  SpikeEventSeries: 'spike waveforms events',
  CurrentClampSeries: 'membrane voltage potential responses recordings patch',
  CurrentClampStimulusSeries: 'injected current stimulus waveforms',
  VoltageClampSeries: 'current responses recordings patch',
  VoltageClampStimulusSeries: 'command voltage stimulus waveforms',
  TwoPhotonSeries: 'two-photon imaging microscopy photon series movies',
  OnePhotonSeries: 'one-photon imaging microscopy photon series movies',
  ImagingPlane: 'imaging planes',
  PlaneSegmentation: 'segmented regions of interest masks cells',
  ImageSegmentation: 'segmented regions of interest masks cells',
  RoiResponseSeries: 'fluorescence traces responses',
  SpatialSeries: 'position positions tracking direction',
  Position: 'positions tracking',
  CompassDirection: 'head direction',
  TimeIntervals: 'trials epochs intervals annotations times',
  TimeSeries: 'time series signals traces',
  BehavioralEvents: 'behavior events times',
  BehavioralTimeSeries: 'behavior signals traces',
  BehavioralEpochs: 'behavior epochs',
  OptogeneticSeries: 'optogenetic stimulation laser light',
  PupilTracking: 'pupil eye tracking diameter size',
  EyeTracking: 'eye gaze tracking position',
  ImageSeries: 'video movie images frames',
  GrayscaleImage: 'images pictures',
  Images: 'images pictures',
};

function listTypeWords(types: readonly string[]): string {
  return types.flatMap((type) => findOwn(TYPE_WORDS, type) ?? []).join(' ');
}
