/**
 * The kinds of data that the files of a version hold, from what was counted over all of them: by neurodata
 * type, by what a type derives from, and, where the type says nothing, by a series' own name. Pure.
 */
import type { Contents, FileContents, SeriesContent, TableContent } from '../../facts/contents.ts';
import type { Tally } from '../../facts/tally.ts';
import { findModality, MODALITIES, type Modality } from '../../vocabulary/modalities.ts';
import { extendsType, typeAncestors } from '../../vocabulary/neurodata-types.ts';
import { findTechniqueMentions, techniqueAncestors } from '../../vocabulary/techniques.ts';

/** One kind of data, and what of it was counted. */
export interface RecordedModality {
  readonly modality: Modality;
  /** Files that hold it; at least so many where several series or types make it up. */
  readonly files: number;
  readonly isLeast: boolean;
  /** Most files first. */
  readonly series: readonly SeriesContent[];
  readonly tables: readonly TableContent[];
}

/** Kinds of data that no type tells: a series' own words do. */
interface NamedModality extends Modality {
  /** What its name or its description holds. */
  readonly words: RegExp;
}

/** A word of a name such as `left_EMG_raw` or `emgSignal`, or of a description. */
function words(alternatives: string): RegExp {
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
  return { id, noun, ...(keyword === undefined ? {} : { keyword }), types: [], words: words(alternatives) };
}

/** Signals played to the subject or the cell, whatever they are. */
const PRESENTED: Modality = { id: 'presented', noun: 'stimuli', types: [], title: 'stimuli' };
/** Images taken over time: of a camera, of a microscope without a type of its own. */
const VIDEO = MODALITIES.find(({ id }) => id === 'video')!;
const OTHER = MODALITIES.find(({ id }) => id === 'time-series')!;

/** In the order of telling: signals of the body after those of the brain, before behavior. */
const ORDER: readonly string[] = [
  ...MODALITIES.flatMap(({ id }) => {
    if (id === 'spikes') return ['spikes', 'spike-counts', 'multiunit', 'ieeg', 'eeg'];
    if (id === 'simulation') return ['simulation', 'emg', 'ekg', 'eog'];
    if (id === 'behavior')
      return ['behavior', 'locomotion', 'licking', 'whisking', 'sniffing', 'acceleration', 'reward'];
    if (id === 'stimuli') return ['stimuli', 'presented'];
    if (id === 'video') return ['video', 'audio'];
    if (id === 'time-series') return ['temperature', 'time-series'];
    return [id];
  }),
];

/** Electrical signals by what the Dandiset as a whole says of itself, where one kind alone is named. */
const WHOLE: readonly (readonly [technique: string, id: string])[] = [
  ['intracranial-eeg', 'ieeg'],
  ['eeg', 'eeg'],
  ['emg', 'emg'],
];

/**
 * The kinds of data of a version, in the order of telling. `said` is what the Dandiset says of itself in few
 * words (title, keywords, approaches, techniques): it tells what an ElectricalSeries without a telling name is.
 */
export function findRecordedModalities({ all, pathModalities }: Contents, said: string): RecordedModality[] {
  const electrical = findElectrical(said);
  const existing = new Map<
    string,
    { modality: Modality; files: number[]; series: SeriesContent[]; tables: TableContent[] }
  >();
  const hold = (modality: Modality, files: number): { series: SeriesContent[]; tables: TableContent[] } => {
    const known = existing.get(modality.id) ?? { modality, files: [], series: [], tables: [] };
    existing.set(modality.id, known);
    known.files.push(files);
    return known;
  };
  for (const series of all.series) hold(chooseModality(series, electrical), series.files).series.push(series);
  for (const { value: type, files } of listTypes(all, pathModalities)) {
    if (extendsType(type, 'TimeSeries') && all.series.some((series) => series.type === type)) continue;
    // Where no header was read, the type alone is known.
    const modality =
      extendsType(type, 'ElectricalSeries') && electrical !== undefined ? electrical : findTypeModality(type);
    if (modality !== undefined && !isReportedBySeries(modality, all.series, electrical))
      hold(modality, files);
  }
  for (const table of all.tables) {
    const modality = findTypeModality(table.type);
    if (modality !== undefined) hold(modality, table.files).tables.push(table);
  }
  return [...existing.values()]
    .filter(({ modality, series, tables }) => {
      // A container of behavior whose members are reported by themselves says no more.
      const isBare = modality.id === 'behavior' && series.length === 0 && tables.length === 0;
      return !(isBare && BEHAVIORS.some((id) => existing.has(id)));
    })
    .map(({ modality, files, series, tables }): RecordedModality => {
      const most = Math.max(...files);
      return {
        modality,
        files: most,
        isLeast: most < all.read && new Set(files).size > 1,
        series: series.toSorted((a, b) => b.files - a.files),
        tables,
      };
    })
    .sort((a, b) => ORDER.indexOf(a.modality.id) - ORDER.indexOf(b.modality.id));
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

/** Types that hold what the names of files call so. */
const OF_PATHS: ReadonlyMap<string, string> = new Map([
  ['icephys', 'PatchClampSeries'],
  ['ecephys', 'ElectricalSeries'],
]);

/** Types of the headers; where none was read, those that the archive's records name, else those of the files' names. */
function listTypes(all: FileContents, paths: Tally): { value: string; files: number }[] {
  if (all.types.values.length > 0) return all.types.values;
  const byPath = paths.values.flatMap(({ value, files }) => {
    const type = OF_PATHS.get(value);
    return type === undefined ? [] : [{ value: type, files }];
  });
  const recorded = all.variables.values;
  // The name of a file says less than its record.
  return recorded.some(({ value }) => findTypeModality(value) !== undefined) ? recorded : byPath;
}

/** A container of series that are reported by themselves under another name, as FilteredEphys of EMG or LFP of EEG, is not repeated. */
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

/** What a series holds. */
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
  const own = findNamed(pattern, description);
  if (pattern.startsWith('/stimulus/') && own?.id !== 'reward') return PRESENTED;
  if (own !== undefined) return own;
  if (/(?:^|\/)(?:Behavioral(?:TimeSeries|Events|Epochs)|behaviou?r)(?:\/|$)/i.test(pattern))
    return findModality('BehavioralTimeSeries')!;
  if (/EyeTracking/.test(pattern)) return findModality('EyeTracking')!;
  return byType ?? OTHER;
}

/** By the series' own name first, then by what it says of itself. */
function findNamed(pattern: string, description: string): Modality | undefined {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1).replace(/(?<=[a-z])(?=[A-Z])/g, '_');
  if (/stimul/i.test(name)) return PRESENTED;
  return (
    NAMED.find(({ words: said }) => said.test(name)) ??
    NAMED.find(({ words: said, id }) => id !== 'temperature' && id !== 'reward' && said.test(description))
  );
}

/** Words of prose that stand for a technique and for other things as often: motor units are seen in simulations too, and not only slices are in vitro. */
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

/** Kinds whose data come from a nervous system, so that a subject was recorded from. */
const OF_SUBJECTS = new Set(
  'extracellular lfp spikes spike-counts multiunit ieeg eeg emg ekg eog intracellular two-photon one-photon fluorescence photometry position pose eye pupil behavior licking whisking sniffing locomotion optogenetics spectral volumetric'.split(
    ' ',
  ),
);

/** Whether these data were taken from subjects themselves, and not from a model, a dish or a file of notes. */
export function areOfSubjects(existing: readonly RecordedModality[]): boolean {
  return (
    !existing.some(({ modality }) => modality.id === 'simulation') &&
    existing.some(({ modality }) => OF_SUBJECTS.has(modality.id))
  );
}
