/** What the facts that a sentence names let it say: their words, numbers, quantities and terms. Pure. */
import type { Fact } from '../facts/list/fact.ts';
import { findOwn } from '../own-entry.ts';
import { normalize } from '../summary/evidence.ts';
import { buildKnownTerms, type KnownTerms, splitNames } from '../summary/known-terms.ts';
import { readQuantities, type WrittenQuantity } from '../summary/quantities.ts';
import { findStem } from '../summary/word-stem.ts';
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

/** What one source of words, a fact or what may always be said, lets a sentence say. */
export interface Source {
  /** Normalized, and once more with its names taken apart. */
  readonly text: string;
  readonly splitText: string;
  readonly typeWords: string;
  readonly terms: KnownTerms;
  readonly species: readonly Species[];
  readonly dates: ReadonlySet<string>;
}

/** A fact as a source, with its numbers. */
interface FactSource extends Source {
  readonly uses: readonly NumberUse[];
  readonly quantities: readonly WrittenQuantity[];
  readonly listed: number;
}

/** A fact is read once, however many sentences it is tried for. */
const FACT_SOURCES = new WeakMap<Fact, FactSource>();

function readFactSource(fact: Fact): FactSource {
  const known = FACT_SOURCES.get(fact);
  if (known !== undefined) return known;
  const { text, slots } = fact;
  const whole = [text, ...Object.values(slots)].join('\n');
  const source = {
    ...readSource(whole),
    uses: readNumberUses(fact),
    quantities: readQuantities(whole, true),
    listed: Object.keys(slots).filter((name) => /^value\d+$/.test(name)).length,
  };
  FACT_SOURCES.set(fact, source);
  return source;
}

/** What a text by itself lets a sentence say. */
export function readSource(whole: string): Source {
  const splitText = splitNames(whole);
  const terms = buildKnownTerms(whole, undefined);
  const types = whole.match(/\b[A-Z][a-z]+[A-Z]\w+\b|\b(?:Units|LFP|Position|Images)\b/g) ?? [];
  return {
    text: normalize(whole),
    splitText: normalize(splitText),
    typeWords: listTypeWords(types),
    terms: {
      ...terms,
      techniques: new Set([...terms.techniques, ...types.flatMap(techniquesOfType).map(({ id }) => id)]),
    },
    species: findSpeciesInProse(splitText),
    dates: readCalendar(whole),
  };
}

/** What some facts let a sentence say; `always` may be said of any, such as the Dandiset's own id. */
export function buildCitedFacts(
  facts: readonly Fact[],
  always: Source,
  filled: readonly string[] = [],
): CitedFacts {
  const ofFacts = facts.map(readFactSource);
  const sources: readonly Source[] = [...ofFacts, always];
  const text = [...sources.map((each) => each.text), ...sources.map(({ splitText }) => splitText)].join(' ');
  const typeWords = sources.map((each) => each.typeWords).join(' ');
  const unite = <Item>(find: (source: Source) => Iterable<Item>) =>
    new Set(sources.flatMap((source) => [...find(source)]));
  return {
    facts,
    filled,
    text,
    words: new Set(text.match(/[\p{L}\p{N}_]+/gu)),
    stems: new Set((`${text} ${typeWords}`.match(/\p{L}[\p{L}\p{N}'’]*/gu) ?? []).map(findStem)),
    joined: text.replaceAll('-', ''),
    parts: [...new Set(text.match(/\p{L}{4,}/gu))],
    uses: ofFacts.flatMap(({ uses }) => uses),
    listed: new Set(ofFacts.map(({ listed }) => listed)),
    quantities: ofFacts.flatMap(({ quantities }) => quantities),
    terms: {
      regions: unite(({ terms }) => terms.regions),
      techniques: unite(({ terms }) => terms.techniques),
      tasks: unite(({ terms }) => terms.tasks),
    },
    species: [...unite(({ species }) => species)],
    dates: unite(({ dates }) => dates),
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
