/**
 * Collects what a sentence may say based on the facts that it cites: their words, numbers, quantities and terms. Pure.
 */
import type { Fact } from '../facts/list/fact.ts';
import { findOwn } from '../own-entry.ts';
import { normalize } from '../summary/evidence.ts';
import { buildKnownTerms, type KnownTerms, splitNames } from '../summary/known-terms.ts';
import { readQuantities, type WrittenQuantity } from '../summary/quantities.ts';
import { findStem } from '../summary/word-stem.ts';
import { findSpeciesInProse, type Species } from '../vocabulary/species.ts';
import { findTechniquesByType } from '../vocabulary/techniques.ts';
import { readCalendar } from './calendar.ts';
import { type NumberUse, readNumberUses } from './number-uses.ts';

/** What a sentence may say, given its facts. */
export interface CitedFacts {
  readonly facts: readonly Fact[];
  /** The text of all facts, normalized. */
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  /** The text without hyphens. */
  readonly joined: string;
  /**
   * Words of the text and of the names in it, such as `photostim` from `photostim_onset` and `swim` from `SwimSignals`.
   */
  readonly parts: readonly string[];
  readonly uses: readonly NumberUse[];
  /** The values of the sentence's slots. */
  readonly filled: readonly string[];
  /** How many values each fact lists, and how many of the facts have one label, as three funders do. */
  readonly listed: ReadonlySet<number>;
  readonly quantities: readonly WrittenQuantity[];
  readonly terms: KnownTerms;
  readonly species: readonly Species[];
  /** Dates, months and years in ISO format. */
  readonly dates: ReadonlySet<string>;
}

/** What one source supports: a fact, or a text that every sentence may use. */
export interface Source {
  /** Normalized; in `splitText`, with compound names split. */
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

/** Cache: each fact is read once, however many sentences it is tried for. */
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

/** Reads what a text supports. */
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
      techniques: new Set([...terms.techniques, ...types.flatMap(findTechniquesByType).map(({ id }) => id)]),
    },
    species: findSpeciesInProse(splitText),
    dates: readCalendar(whole),
  };
}

/** Combines what several facts support. `always` is a source that every sentence may use, such as the Dandiset's id. */
export function buildCitedFacts(
  facts: readonly Fact[],
  always: Source,
  filled: readonly string[] = [],
): CitedFacts {
  const ofFacts = facts.map(readFactSource);
  const sources: readonly Source[] = [...ofFacts, always];
  const text = [...sources.map((each) => each.text), ...sources.map(({ splitText }) => splitText)].join(' ');
  const typeWords = sources.map((each) => each.typeWords).join(' ');
  const union = <Item>(find: (source: Source) => Iterable<Item>) =>
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
    listed: new Set([...ofFacts.map(({ listed }) => listed), ...countByLabel(facts)]),
    quantities: ofFacts.flatMap(({ quantities }) => quantities),
    terms: {
      regions: union(({ terms }) => terms.regions),
      techniques: union(({ terms }) => terms.techniques),
      tasks: union(({ terms }) => terms.tasks),
    },
    species: [...union(({ species }) => species)],
    dates: union(({ dates }) => dates),
  };
}

/** How many of the facts have one label before their colon, for each label. */
function countByLabel(facts: readonly Fact[]): number[] {
  const labels = facts.flatMap(({ text }) => /^[^:]{2,40}(?=: )/.exec(text)?.[0] ?? []);
  return labels.map((label) => labels.filter((each) => each === label).length);
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
