/**
 * The first sentences of a page: what was recorded, where, in which animals, doing what and with what, then what else
 * the files hold. Pure.
 */
import { partText } from '../../facts/fact-words.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import { flattenText, readSentences } from '../plain-text.ts';
import { findAnimals } from './animals.ts';
import { isRecorded, nameAnimals } from './count-sentences.ts';
import { type FactsAtHand, listSharedAccounts, lowerTitle } from './facts-at-hand.ts';
import type { RecordedModality } from './modalities.ts';
import { mentionsCalcium } from './modality-names.ts';
import { capitalize, joinSome, joinWords } from './phrases.ts';
import { buildSentence, describeClaim, type Sentence } from './sentence.ts';
import { addArticle, findWhere } from './where.ts';

/** Locations named in the first sentence. */
const MOST_PLACES = 4;
/** Kinds of data named beside those of the first sentence. */
const MOST_BESIDE = 7;

/** What was recorded in one way: `spikes and local field potentials` that `were recorded`. */
interface Clause {
  readonly subject: string;
  readonly isMany: boolean;
  readonly done: string;
  readonly how: string;
  /** Whether it is cells of a region that were recorded, and not signals in it. */
  readonly isOfCells?: boolean;
  /** Whether its parts name their shares of the files themselves. */
  readonly isShared?: boolean;
  /** Files that hold it, at least. */
  readonly files: number;
}

/** Kinds of data that are one recording in several forms. */
const GROUPS: readonly (readonly [
  ids: readonly string[],
  build: (at: FactsAtHand, ids: readonly string[]) => Omit<Clause, 'files'>,
])[] = [
  [['extracellular', 'lfp', 'spikes', 'spike-counts', 'multiunit'], buildExtracellular],
  [['ieeg'], () => clause('intracranial EEG', false, 'recorded')],
  [['eeg'], () => clause('EEG', false, 'recorded')],
  [['intracellular'], buildIntracellular],
  [['two-photon', 'one-photon', 'volumetric', 'fluorescence', 'segmentation'], buildImaging],
  [['photometry'], () => clause('fluorescence', false, 'recorded', 'by fiber photometry')],
  [['emg'], () => clause('electromyograms', true, 'recorded')],
];

function clause(subject: string, isMany: boolean, done: string, how = ''): Omit<Clause, 'files'> {
  return { subject, isMany, done, how };
}

function buildExtracellular(at: FactsAtHand, ids: readonly string[]): Omit<Clause, 'files'> {
  const { read } = at.contents.all;
  const members = at.existing.filter(({ modality }) => ids.includes(modality.id));
  const isUneven =
    new Set(members.filter(({ modality }) => modality.id !== 'extracellular').map(({ files }) => files))
      .size > 1;
  const say = (id: string, words: string): string[] => {
    const member = members.find(({ modality }) => modality.id === id);
    if (member === undefined) return [];
    // Where kinds are in different numbers of files, each has its own.
    return [isUneven && member.files < read ? `${words} ${sayShare(member.files, read)}` : words];
  };
  const subjects = [
    ...say('spikes', 'spikes'),
    ...(ids.includes('spikes') ? [] : say('spike-counts', 'spike counts')),
    ...say('multiunit', 'multiunit activity'),
    ...say('lfp', 'local field potentials'),
  ];
  if (subjects.length === 0) subjects.push('extracellular electrical activity');
  const isMany = subjects.length > 1 || /s\b(?! activity)/.test(subjects[0]!);
  return { ...clause(joinWords(subjects), isMany, 'recorded', findElectrodes(at)), isShared: isUneven };
}

/** Electrodes by the words of the field, where a device or the description names one kind of them. */
const ELECTRODES: readonly (readonly [written: RegExp, many: string, one: string])[] = [
  [/\bneuropixels?\b/i, 'with Neuropixels probes', 'with Neuropixels'],
  [/\butah\b[\w -]{0,20}\barrays?\b/i, 'with Utah arrays', 'with a Utah array'],
  [/\btetrodes?\b/i, 'with tetrodes', 'with tetrodes'],
  [/\bsilicon (?:\w+ )?probes?\b/i, 'with silicon probes', 'with silicon probes'],
];

function findElectrodes(at: FactsAtHand): string {
  const { devices } = at.contents.all;
  const description = readSentences(at.facts.dandiset.description).slice(0, 40).join(' ');
  const texts = [devices.values.map(({ value }) => value).join('. '), description];
  const isMany = /\b(?:arrays|probes)\b/i.test(texts.join(' ')) || devices.values.length > 1;
  for (const text of texts) {
    const found = ELECTRODES.filter(([written]) => written.test(text));
    // Of several it is not known which is meant; a Neuropixels probe is one of silicon.
    const [first, second] = found;
    if (first === undefined) continue;
    const isOneKind = /neuropixels/i.test(first[1]) && found.length === 2 && /silicon/.test(second![1]);
    if (second !== undefined && !isOneKind) return '';
    return isMany ? first[1] : first[2];
  }
  return '';
}

/** What title, keywords, techniques and the owners' text say. */
function listOwnersWords({ facts: { dandiset } }: FactsAtHand): string {
  return [
    dandiset.name,
    ...dandiset.keywords,
    ...dandiset.techniques,
    dandiset.description.slice(0, 20_000),
  ].join('. ');
}

function buildIntracellular(at: FactsAtHand): Omit<Clause, 'files'> {
  const said = listOwnersWords(at);
  const types = new Set(at.contents.all.series.map(({ type }) => type));
  const clamps = [
    ...(types.has('CurrentClampSeries') ? ['current clamp'] : []),
    ...(types.has('VoltageClampSeries') ? ['voltage clamp'] : []),
  ];
  const inClamp = clamps.length === 0 ? '' : `, in ${joinWords(clamps)}`;
  const cells = /\bneuron(?:s|al)?\b/i.test(said) ? 'neurons' : 'cells';
  const isSeq = /\bpatch[- ]?seq\b/i.test(said);
  const how = [
    /\bwhole[- ]cell\b/i.test(said)
      ? 'by whole-cell patch clamp'
      : isSeq || /\bpatch[- ]?clamp\w*/i.test(said)
        ? 'by patch clamp'
        : 'intracellularly',
    ...(isSeq ? ['as part of Patch-seq'] : []),
  ].join(' ');
  const slices = /\b(?:acute|brain|cortical|hippocampal)\s+(?:\w+\s+){0,2}slices?\b/i.test(said)
    ? ' in brain slices'
    : '';
  return { ...clause(cells, true, 'recorded', `${how}${slices}${inClamp}`), isOfCells: true };
}

function buildImaging(at: FactsAtHand, ids: readonly string[]): Omit<Clause, 'files'> {
  const { facts, contents } = at;
  const devices = contents.all.devices.values.map(({ value }) => value).join('. ');
  const said = `${listOwnersWords(at)}. ${devices}`;
  const subject = mentionsCalcium(facts) ? 'calcium activity' : 'fluorescence';
  const isTwo = ids.includes('two-photon');
  const isOne = ids.includes('one-photon');
  const kinds = new Set(findTechniqueMentions(said).map(({ term }) => term.id));
  const isImaged = isTwo || isOne || ids.includes('volumetric');
  if (isTwo && isOne) return clause(subject, false, 'imaged', 'by two-photon and one-photon microscopy');
  if (isTwo || (!isImaged && kinds.has('two-photon') && !kinds.has('one-photon')))
    return clause(subject, false, 'imaged', 'by two-photon microscopy');
  if (isOne) return clause(subject, false, 'imaged', nameOnePhoton(kinds));
  return clause(subject, false, 'imaged', ids.includes('volumetric') ? 'by volumetric microscopy' : '');
}

/** One-photon imaging by its instrument, where the techniques name one. */
function nameOnePhoton(techniques: ReadonlySet<string>): string {
  if (techniques.has('miniscope')) return 'with a miniscope';
  return techniques.has('light-sheet') ? 'by light-sheet microscopy' : 'by one-photon microscopy';
}

/** The clauses of what was recorded, in the order of telling, and the kinds of data that are in none of them. */
function findClauses(at: FactsAtHand): { clauses: Clause[]; beside: RecordedModality[] } {
  const clauses: Clause[] = [];
  const used = new Set<string>();
  for (const [ids, build] of GROUPS) {
    const members = at.existing.filter(({ modality }) => ids.includes(modality.id));
    if (members.length === 0) continue;
    // A muscle's signal beside those of the brain is told with what else there is.
    if (ids[0] === 'emg' && clauses.length > 0) continue;
    for (const { modality } of members) used.add(modality.id);
    const own = members.map(({ modality }) => modality.id);
    clauses.push({ ...build(at, own), files: Math.max(...members.map(({ files }) => files)) });
  }
  return { clauses, beside: at.existing.filter(({ modality }) => !used.has(modality.id)) };
}

/** Whether the first sentence has the places: what is written of a region is not of the scalp, nor of behavior alone. */
export function isPlaced(at: FactsAtHand): boolean {
  const where = findWhere(at);
  const [first] = isRecorded(at) ? findClauses(at).clauses : [];
  return where.names.length > 0 && first !== undefined && (where.isOfFiles || first.subject !== 'EEG');
}

/** The account; undefined where no signal of a nervous system or muscle was recorded. */
export function writeAccount(at: FactsAtHand): Sentence[] | undefined {
  const { clauses, beside } = findClauses(at);
  const isBehavior = ({ modality: { id } }: RecordedModality): boolean => {
    const word = findWord(id);
    return word !== undefined && !HELD.has(word);
  };
  const behaviors = clauses.length === 0 ? beside.filter(isBehavior) : [];
  if (clauses.length === 0 && behaviors.length === 0) return undefined;
  const { read } = at.contents.all;
  const found = findWhere(at);
  const where = isPlaced(at) ? found : { names: [], isOfFiles: false };
  const animals = findAnimals(at);
  const whom = animals === undefined ? '' : `of ${nameAnimals(at, animals)}`;
  const during = findDuring(at);
  const places = where.names.map((name) => (where.isOfFiles ? name : addArticle(name)));
  const place =
    places.length === 0
      ? ''
      : `${places[0] === 'the whole brain' ? 'across' : 'in'} ${joinSome(places, MOST_PLACES, 'locations')}`;
  const [only, other] = clauses;
  const isOfCells = only?.isOfCells === true && other === undefined;
  const of = [place, place === '' && !isOfCells ? whom.replace(/^of /, 'in ') : whom]
    .filter(Boolean)
    .join(' ');
  // `Human cells`, where neither a number nor a place comes between.
  const ownCells =
    isOfCells && place === '' && animals !== undefined && whom === `of ${animals.plural}`
      ? `${animals.singular} ${only.subject}`
      : undefined;
  const prose = isOfCells
    ? [
        ...(ownCells === undefined ? [only.subject, of] : [ownCells]),
        sayClause({ ...only, subject: '' }, read),
        during,
      ]
    : [clauses.length > 0 ? sayClause(clauses[0]!, read) : sayBehaviors(behaviors, read), of, during];
  const isClaim = (!where.isOfFiles && places.length > 0) || during !== '' || animals?.isClaim === true;
  const ids = at.index.about(
    'modality',
    'counts',
    'files',
    ...(animals === undefined ? [] : (['species', 'subjects', 'task', 'owners'] as const)),
    ...(places.length === 0 ? [] : (['region'] as const)),
    ...(isClaim ? (['title', 'owners', 'task'] as const) : []),
    'technique',
    'device',
  );
  const first = (isClaim ? describeClaim : buildSentence)(
    `${capitalize(prose.filter(Boolean).join(' '))}${sayOthers(clauses, read)}.`,
    [...ids, ...at.index.about('subjects')],
  );
  const rest = clauses.length > 0 ? beside : beside.filter((each) => !behaviors.includes(each));
  return [first, ...describeBeside(rest, at)];
}

/** Of several ways of recording the places are those of the first: `, and calcium activity was imaged by two-photon microscopy`. */
function sayOthers(clauses: readonly Clause[], read: number): string {
  const said = clauses.slice(1).map((each) => sayClause(each, read));
  return said.map((each) => `, and ${each}`).join('');
}

function sayClause({ subject, isMany, done, how, files, isShared }: Clause, read: number): string {
  const share = files < read && isShared !== true ? sayShare(files, read) : '';
  return [subject, `${isMany ? 'were' : 'was'} ${done}`, how, share].filter(Boolean).join(' ');
}

function sayShare(files: number, read: number): string {
  return `(${partText(files, read)})`;
}

/** Words for what is recorded beside a brain's signals, or alone. */
const WORDS: Readonly<Record<string, string>> = {
  position: 'position',
  pose: 'pose',
  eye: 'eye position',
  pupil: 'pupil size',
  behavior: 'behavior',
  locomotion: 'running',
  licking: 'licking',
  whisking: 'whisker movement',
  sniffing: 'respiration',
  acceleration: 'acceleration',
  temperature: 'temperature',
  reward: 'rewards',
  emg: 'electromyograms',
  ekg: 'electrocardiograms',
  eog: 'electrooculograms',
  audio: 'sound',
  video: 'image series',
  optogenetics: 'optogenetic stimulation',
  presented: 'stimuli',
  stimuli: 'stimuli',
};

/** Kinds of data that a container of behavior holds. */
const OF_BEHAVIOR: ReadonlySet<string> = new Set(
  'position pose eye pupil locomotion licking whisking sniffing acceleration temperature reward'.split(' '),
);

function findWord(id: string): string | undefined {
  return Object.hasOwn(WORDS, id) ? WORDS[id] : undefined;
}

/** Behavior that was recorded alone: `position, heading and temperature were recorded`. */
function sayBehaviors(behaviors: readonly RecordedModality[], read: number): string {
  const words = nameBeside(behaviors, read);
  return `${joinSome(words, MOST_BESIDE)} ${words.length > 1 || /(?:s|stimuli)$/.test(words[0]!) ? 'were' : 'was'} recorded`;
}

function nameBeside(beside: readonly RecordedModality[], read: number): string[] {
  const words = new Map<string, number>();
  // A container of behavior says no more than its members do.
  const isBare = beside.some(({ modality }) => modality.id !== 'behavior' && OF_BEHAVIOR.has(modality.id));
  for (const { modality, files } of beside) {
    if (modality.id === 'behavior' && isBare) continue;
    const word = findWord(modality.id);
    if (word !== undefined) words.set(word, Math.max(words.get(word) ?? 0, files));
  }
  return [...words].map(([word, files]) => (files < read ? `${word} ${sayShare(files, read)}` : word));
}

/** Kinds of data that files hold and that nobody recorded from the subject. */
const HELD: ReadonlySet<string> = new Set(['optogenetic stimulation', 'stimuli', 'image series']);

function describeBeside(beside: readonly RecordedModality[], at: FactsAtHand): Sentence[] {
  const { read } = at.contents.all;
  const words = nameBeside(beside, read);
  const isHeld = (word: string): boolean => HELD.has(word.replace(/ \(.*$/, ''));
  const [recorded, held] = [words.filter((word) => !isHeld(word)), words.filter(isHeld)];
  const ids = at.index.about('modality', 'series');
  const also = read === 1 ? 'the file also holds' : 'the files also hold';
  if (recorded.length === 0)
    return held.length === 0 ? [] : [buildSentence(`${capitalize(also)} ${joinWords(held)}.`, ids)];
  const isMany = recorded.length > 1 || /(?:s|grams)(?: \(|$)/.test(recorded[0]!);
  const rest = held.length === 0 ? '' : `; ${also} ${joinWords(held)}`;
  return [
    buildSentence(
      `${capitalize(joinSome(recorded, MOST_BESIDE, 'signals'))} ${isMany ? 'were' : 'was'} recorded as well${rest}.`,
      ids,
    ),
  ];
}

/** Words of a title, or of what all files say, that tell what the subjects did or were under. */
const DURING =
  /\b(during|while|in response to|responding to|responses? to)\s+((?:(?!\b(?:reveals?|suggests?|shows?|their|is|are|from|by|in|with|using|across|of the)\b)[\p{L}\d'’/-]+\s*){1,9})/iu;

/** `during a declarative memory task`, `in response to air puffs`; empty where nothing says so. */
function findDuring(at: FactsAtHand): string {
  const { dandiset } = at.facts;
  for (const text of [dandiset.name, ...listSharedAccounts(at)]) {
    const flat = flattenText(text, 300).replace(/[.\s]+$/, '');
    const match = DURING.exec(flat);
    const [whole, word, phrase] = match ?? [];
    if (match === null || whole === undefined || word === undefined || phrase === undefined) continue;
    // In an account, only what ends its one sentence is of all of it.
    if (text !== dandiset.name && match.index + whole.length < flat.length) continue;
    const said = phrase.trim().replace(/\s+(?:in|with|of|for|to|on|the|an?|and|or)$/i, '');
    // `during control of` is told as a cause.
    if (said.length < 4 || /^(?:the )?(?:control|regulation|modulation|suppression)\b/i.test(said)) continue;
    return `${/^respon/i.test(word) ? 'in response to' : word.toLowerCase()} ${lowerTitle(said)}`;
  }
  return '';
}
