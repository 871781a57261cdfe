/**
 * Finds the kinds of data in the files of a version, from the counts over all of them: by neurodata type, by base
 * types, and, if the type is unspecific, by the name of a series. Pure.
 */
import type { Contents, FileContents, SeriesContent, TableContent } from '../../facts/contents.ts';
import type { Tally } from '../../facts/tally.ts';
import { findModality, MODALITIES, type Modality } from '../../vocabulary/modalities.ts';
import { extendsType, typeAncestors } from '../../vocabulary/neurodata-types.ts';
import { findTechniqueMentions, techniqueAncestors } from '../../vocabulary/techniques.ts';

/** One kind of data, with its counts. */
export interface RecordedModality {
  readonly modality: Modality;
  /** Number of files that contain it. If `isLeast`, a lower bound, since it consists of several series or types. */
  readonly files: number;
  readonly isLeast: boolean;
  /** Most files first. */
  readonly series: readonly SeriesContent[];
  readonly tables: readonly TableContent[];
}

/** A kind of data that has no type of its own and is identified by the name or description of a series. */
interface NamedModality extends Modality {
  /** Matches its name or its description. */
  readonly words: RegExp;
}

/** Matches words of a name such as `left_EMG_raw` or `emgSignal`, or of a description. */
function buildWordPattern(alternatives: string): RegExp {
  return new RegExp(`(?<![a-z])(?:${alternatives})(?![a-z])`, 'i');
}

const NAMED: readonly NamedModality[] = [
  nameModality(
    'emg',
    'electromyography',
    'electromyography',
    '(?<!pseudo[-_ ]?)d?emg(?! from)|emgs|electromyogra\\w+|muscle activity',
  ),
  nameModality(
    'ieeg',
    'intracranial EEG recordings',
    'intracranial EEG',
    'ecog|ieeg|seeg|electrocorticogra\\w+|intracranial eeg',
  ),
  nameModality('eeg', 'EEG recordings', 'electroencephalography', 'eeg|eegs|electroencephalogra\\w+'),
  nameModality(
    'ekg',
    'electrocardiography',
    'electrocardiography',
    'ecg|ekg|electrocardiogra\\w+|heart ?rate',
  ),
  nameModality('eog', 'electrooculography', 'electrooculography', 'eog|electrooculogra\\w+'),
  nameModality(
    'photometry',
    'fiber photometry recordings',
    'fiber photometry',
    '(?:fiber|fibre)?[ _]?photometry',
  ),
  nameModality('pupil', 'pupil measurements', 'pupillometry', 'pupil(?:[ _]?(?:size|area|diameter|radius))?'),
  nameModality(
    'eye',
    'eye tracking',
    'eye tracking',
    'eye(?:[ _]?(?:tracking|position|movement|x|y))|gaze|saccades?',
  ),
  nameModality('whisking', 'whisker measurements', 'whisking', 'whisk\\w*|vibrissa\\w*'),
  nameModality('licking', 'licking', 'licking', 'licks?|licking|lick[ _]?(?:times?|rate)'),
  nameModality('sniffing', 'respiration measurements', 'respiration', 'sniff\\w*|respirat\\w+|breath\\w*'),
  nameModality(
    'locomotion',
    'running measurements',
    'locomotion',
    'running|treadmill|locomotion|wheel|run[ _]?speed',
  ),
  nameModality(
    'acceleration',
    'accelerometer signals',
    'accelerometry',
    'acceleromet\\w+|acceleration|accel|imu|gyro\\w*',
  ),
  nameModality('audio', 'sound recordings', 'audio recording', 'audio|microphone|sound[ _]?recording'),
  nameModality('temperature', 'temperature measurements', undefined, 'temperatures?|temp'),
  nameModality('reward', 'rewards', 'reward', 'rewards?|reward[ _]?\\w+'),
  nameModality('spike-counts', 'spike counts', 'spike counts', 'spike[ _]?counts?'),
  nameModality(
    'multiunit',
    'multiunit activity',
    'multiunit activity',
    'threshold[ _]?crossings?|spik(?:e|ing)[ _]?band[ _]?power|multi[-_ ]?units?(?:[ _]?activity)?|mua',
  ),
];

function nameModality(
  id: string,
  noun: string,
  keyword: string | undefined,
  alternatives: string,
): NamedModality {
  return {
    id,
    noun,
    ...(keyword === undefined ? {} : { keyword }),
    types: [],
    words: buildWordPattern(alternatives),
  };
}

/** Signals presented to the subject or the cell, of any kind. */
const PRESENTED: Modality = { id: 'presented', noun: 'stimuli', types: [], title: 'stimuli' };
/** Spikes that a program found in sweeps of a patch-clamp recording. */
const DETECTED: Modality = {
  id: 'detected-spikes',
  noun: 'detected spikes',
  types: [],
  title: 'detected spikes',
};
/** Where those are kept, by custom of the programs that write them. */
const OF_SPIKES = /^\/processing\/(?:detected_?)?spikes?(?:_?(?:times?|events?))?\/sweep|SpikeEvents/i;
/** Images over time: from a camera, or from a microscope without a specific type. */
const VIDEO = MODALITIES.find(({ id }) => id === 'video')!;
const OTHER = MODALITIES.find(({ id }) => id === 'time-series')!;

/** The order of presentation: signals of the body after those of the brain, before behavior. */
const ORDER: readonly string[] = [
  ...MODALITIES.flatMap(({ id }) => {
    if (id === 'spikes') return ['spikes', 'spike-counts', 'multiunit', 'ieeg', 'eeg'];
    if (id === 'simulation') return ['simulation', 'emg', 'ekg', 'eog'];
    if (id === 'behavior')
      return ['behavior', 'locomotion', 'licking', 'whisking', 'sniffing', 'acceleration', 'reward'];
    if (id === 'intracellular') return ['intracellular', 'detected-spikes'];
    if (id === 'stimuli') return ['stimuli', 'presented'];
    if (id === 'video') return ['video', 'audio'];
    if (id === 'time-series') return ['temperature', 'time-series'];
    return [id];
  }),
];

/** Kinds of electrical signals by techniques that the Dandiset names, if it names only one of them. */
const WHOLE: readonly (readonly [technique: string, id: string])[] = [
  ['intracranial-eeg', 'ieeg'],
  ['eeg', 'eeg'],
  ['emg', 'emg'],
];

/**
 * Finds the kinds of data of a version, in the order of presentation. `said` is the Dandiset's title, keywords,
 * approaches and techniques, which determine the kind of an ElectricalSeries with an unspecific name.
 */
export function findRecordedModalities({ all, pathModalities }: Contents, said: string): RecordedModality[] {
  const electrical = findElectrical(said);
  const existing = new Map<
    string,
    { modality: Modality; files: number[]; series: SeriesContent[]; tables: TableContent[] }
  >();
  const add = (modality: Modality, files: number): { series: SeriesContent[]; tables: TableContent[] } => {
    const known = existing.get(modality.id) ?? { modality, files: [], series: [], tables: [] };
    existing.set(modality.id, known);
    known.files.push(files);
    return known;
  };
  for (const series of all.series) add(chooseModality(series, electrical), series.files).series.push(series);
  for (const { value: type, files } of listTypes(all, pathModalities)) {
    if (extendsType(type, 'TimeSeries') && all.series.some((series) => series.type === type)) continue;
    // If no header was read, only the type is known.
    const modality =
      extendsType(type, 'ElectricalSeries') && electrical !== undefined ? electrical : findTypeModality(type);
    if (modality !== undefined && !isReportedBySeries(modality, all.series, electrical)) add(modality, files);
  }
  for (const table of all.tables) {
    const modality = findTypeModality(table.type);
    if (modality !== undefined) add(modality, table.files).tables.push(table);
  }
  return [...existing.values()]
    .filter(({ modality, series, tables }) => {
      // A container of behavior is dropped if its members are reported individually.
      const isBare = modality.id === 'behavior' && series.length === 0 && tables.length === 0;
      return !(isBare && BEHAVIORS.some((id) => existing.has(id)));
    })
    .map(({ modality, files, series, tables }): RecordedModality => {
      const most = Math.max(...files, ...countTypes(series, modality, all, electrical));
      return {
        modality,
        files: most,
        isLeast:
          most < all.read && (new Set(files).size > 1 || [...series, ...tables].some((each) => each.isLeast)),
        series: series.toSorted((a, b) => b.files - a.files),
        tables,
      };
    })
    .sort((a, b) => ORDER.indexOf(a.modality.id) - ORDER.indexOf(b.modality.id));
}

/** Files that have a type of which all series are of this kind: more than any one series may have. */
function countTypes(
  own: readonly SeriesContent[],
  { id }: Modality,
  all: FileContents,
  electrical: Modality | undefined,
): number[] {
  if (all.moreSeries > 0) return [];
  const types = [...new Set(own.map(({ type }) => type))].filter((type) =>
    all.series.every((series) => series.type !== type || chooseModality(series, electrical).id === id),
  );
  return types.flatMap((type) => all.types.values.find(({ value }) => value === type)?.files ?? []);
}

/** Kinds of behavior that series tell by their names, as members of a container of behavior. */
const BEHAVIORS: readonly string[] = [
  'locomotion',
  'licking',
  'whisking',
  'sniffing',
  'acceleration',
  'reward',
];

/** Neurodata types for modalities in file names. */
const OF_PATHS: ReadonlyMap<string, string> = new Map([
  ['icephys', 'PatchClampSeries'],
  ['ecephys', 'ElectricalSeries'],
]);

/** Types in the headers; if none was read, those in the archive's records, else those implied by file names. */
function listTypes(all: FileContents, paths: Tally): { value: string; files: number }[] {
  if (all.types.values.length > 0) return all.types.values;
  const byPath = paths.values.flatMap(({ value, files }) => {
    const type = OF_PATHS.get(value);
    return type === undefined ? [] : [{ value: type, files }];
  });
  const recorded = all.variables.values;
  // The record of a file is more specific than its name.
  return recorded.some(({ value }) => findTypeModality(value) !== undefined) ? recorded : byPath;
}

/**
 * Whether a container's series are all reported as another kind of data, such as EMG in FilteredEphys or EEG in LFP.
 */
function isReportedBySeries(
  modality: Modality,
  series: readonly SeriesContent[],
  electrical: Modality | undefined,
): boolean {
  const inside = series.filter(
    ({ type, pattern }) => extendsType(type, 'ElectricalSeries') && /(?:^|\/)LFP(?:\/|$)/.test(pattern),
  );
  if (modality.id === 'lfp')
    return inside.length > 0 && inside.every((each) => chooseModality(each, electrical).id !== 'lfp');
  return (
    modality.id === 'extracellular' &&
    series.some(
      (each) =>
        extendsType(each.type, 'ElectricalSeries') && chooseModality(each, electrical).id !== 'extracellular',
    )
  );
}

function findTypeModality(type: string): Modality | undefined {
  return [type, ...typeAncestors(type)]
    .filter((each) => each !== 'TimeSeries' || type === 'TimeSeries')
    .map(findModality)
    .find((modality) => modality !== undefined);
}

const ONE_PHOTON = /(?:one|1)[-_ ]?photon|miniscope|wide[-_ ]?field/i;
const LFP = /(?<![a-z])lfp|local[-_ ]?field/i;

/** Finds the kind of data in a series. */
function chooseModality(series: SeriesContent, electrical: Modality | undefined): Modality {
  const { type, pattern, descriptions } = series;
  const description = descriptions.values.length === 1 ? descriptions.values[0]!.value : '';
  if (extendsType(type, 'ElectricalSeries')) {
    const own = NAMED.slice(0, 5).find(({ words: said }) => said.test(pattern) || said.test(description));
    if (own !== undefined) return own;
    if (LFP.test(pattern)) return findModality('LFP')!;
    return electrical ?? findModality(type) ?? findModality('ElectricalSeries')!;
  }
  if (type === 'TwoPhotonSeries' && ONE_PHOTON.test(`${pattern} ${description}`))
    return findModality('OnePhotonSeries')!;
  if (extendsType(type, 'SpatialSeries') && /eye|gaze|pupil/i.test(pattern))
    return findModality(/pupil/i.test(pattern) ? 'PupilTracking' : 'EyeTracking')!;
  if (extendsType(type, 'ImageSeries') && findModality(type) === undefined) return VIDEO;
  const byType = findTypeModality(type);
  if (byType !== undefined && byType !== OTHER && type !== 'BehavioralTimeSeries') return byType;
  if (OF_SPIKES.test(pattern)) return DETECTED;
  const own = findNamed(pattern, description);
  if (pattern.startsWith('/stimulus/') && own?.id !== 'reward') return PRESENTED;
  if (own !== undefined) return own;
  if (/(?:^|\/)(?:Behavioral(?:TimeSeries|Events|Epochs)|behaviou?r)(?:\/|$)/i.test(pattern))
    return findModality('BehavioralTimeSeries')!;
  if (/EyeTracking/.test(pattern)) return findModality('EyeTracking')!;
  return byType ?? OTHER;
}

/** Finds a kind of data by the series' name first, then by its description. */
function findNamed(pattern: string, description: string): Modality | undefined {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1).replace(/(?<=[a-z])(?=[A-Z])/g, '_');
  if (/stimul/i.test(name)) return PRESENTED;
  return (
    NAMED.find(({ words: said }) => said.test(name)) ??
    NAMED.find(({ words: said, id }) => id !== 'temperature' && id !== 'reward' && said.test(description))
  );
}

/**
 * Whether a word often means other things than a technique: simulations have motor units too, and not only slices are
 * in vitro.
 */
export function isDoubtfulMention(written: string): boolean {
  return /^(?:motor units?|(?:in vitro|ex vivo).*)$/i.test(written);
}

function findElectrical(said: string): Modality | undefined {
  const techniques = findTechniqueMentions(said)
    .filter(({ written }) => !isDoubtfulMention(written))
    .flatMap(({ term: { id } }) => [id, ...techniqueAncestors(id)]);
  if (['silicon-probe', 'tetrode', 'single-unit', 'utah-array'].some((id) => techniques.includes(id)))
    return undefined;
  const found = WHOLE.filter(([technique]) => techniques.includes(technique));
  return found.length === 1 ? NAMED.find(({ id }) => id === found[0]![1]) : undefined;
}

/** Kinds of data that are recorded from subjects. */
const OF_SUBJECTS = new Set(
  'extracellular lfp spikes spike-counts multiunit ieeg eeg emg ekg eog intracellular two-photon one-photon fluorescence photometry position pose eye pupil behavior licking whisking sniffing locomotion optogenetics spectral volumetric'.split(
    ' ',
  ),
);

/** Whether these data were recorded from subjects, and not from a model, a culture or a file of notes. */
export function areOfSubjects(existing: readonly RecordedModality[]): boolean {
  return (
    !existing.some(({ modality }) => modality.id === 'simulation') &&
    existing.some(({ modality }) => OF_SUBJECTS.has(modality.id))
  );
}
