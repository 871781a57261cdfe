/**
 * The deterministic writer's abstract: what was done, in which animals, where in the brain, in how many sessions, with
 * what; then what the owners say was done and found. Pure.
 */
import { numberText, partText, secondsText } from '../../facts/fact-words.ts';
import type { TalliedValue } from '../../facts/tally.ts';
import { flattenText } from '../plain-text.ts';
import { isPlaced, writeAccount } from './account.ts';
import { explainAcronyms } from './acronyms.ts';
import { describeSubjects, isRecorded } from './count-sentences.ts';
import { describeDevices } from './devices.ts';
import {
  distinct,
  type FactsAtHand,
  isOneFile,
  isSimulated,
  listLocations,
  listOtherTables,
  listOwnersRegions,
  listStatedRegions,
  nameRecorded,
} from './facts-at-hand.ts';
import {
  describeNotes,
  describeOwnAccounts,
  describeSessions,
  describeStimuli,
  findResults,
} from './file-accounts.ts';
import { findName } from './names.ts';
import { quoteOwners } from './owners.ts';
import { joinSome, joinWords } from './phrases.ts';
import { sayName } from './plain-names.ts';
import { buildSentence, describeClaim, type Sentence } from './sentence.ts';
import { describeSessionCounts } from './session-counts.ts';
import { describeSexAndAge, nameClaimedSpecies } from './subjects.ts';
import { findThemes } from './themes.ts';
import { addArticle, findWhere } from './where.ts';

/** Most kinds of data named in the first sentence. */
const MOST_NOUNS = 6;
/** Most regions, devices or descriptions named in a sentence. */
const MOST_NAMED = 4;
/** Characters of a first paragraph that reports the methods too. */
const MOST_IN_FIRST = 900;

/** Characters of a quotation from which it tells what the study is about. */
const LEAST_TELLING = 260;

/** Writes the sentences of two paragraphs, or of three if there is much to report. */
export function writeAbstract(at: FactsAtHand): Sentence[][] {
  const traits = describeSexAndAge(at.contents.all);
  const what = introduce(at);
  const who = [
    ...describeSubjects(at),
    ...(traits === undefined ? [] : [buildSentence(traits, at.index.about('sex', 'age'))]),
  ];
  const sessions = describeSessionCounts(at);
  const accounts = [...describeSessions(at), ...describeStimuli(at), ...describeNotes(at)];
  const equipment = [...describeDevices(at), ...describeDurations(at)];
  const said = [...what, ...accounts, ...who, ...sessions, ...equipment]
    .map(({ prose }) => prose.join(''))
    .join(' ');
  const owners = quoteOwners(at, said);
  const topics = describeTopics(
    at,
    `${said} ${owners?.prose.join('') ?? ''}`,
    owners !== undefined && measureLength([owners]) > LEAST_TELLING,
  );
  const own = owners === undefined ? describeOwnAccounts(at, said) : [];
  const quoted = owners === undefined ? own : [owners];
  const experiment = [...what, ...topics, ...accounts];
  const amounts = [...who, ...sessions, ...equipment, ...describeUnread(at)];
  if (quoted.length === 0) {
    // That there is nothing to quote is reported where there is nothing else to report.
    if (amounts.length === 0) return [experiment, [describeSilence(at)]];
    return [experiment, amounts];
  }
  // A short account joins the first paragraph; a long one is by itself.
  const isShort = measureLength([...experiment, ...amounts]) <= MOST_IN_FIRST;
  if (isShort) return [[...experiment, ...amounts], quoted];
  return amounts.length === 0 ? [experiment, quoted] : [experiment, quoted, amounts];
}

function measureLength(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { prose }) => sum + prose.join('').length, 0);
}

/** What was done, where, in whom; where nothing was recorded from anybody, what the files hold. */
function introduce(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  if (contents.assets === 0) return [buildSentence(describeEmpty(at), index.about('files', 'contradiction'))];
  const account = isRecorded(at) ? writeAccount(at) : undefined;
  return account ?? [introduceHoldings(at)];
}

/** That the page is based on records alone, after what they say. */
function describeUnread(at: FactsAtHand): Sentence[] {
  const { nwb } = at.facts.coverage;
  if (!isUnread(at) || !isRecorded(at)) return [];
  const which = nwb === 1 ? 'the NWB file' : `the ${numberText(nwb)} NWB files`;
  return [
    buildSentence(
      `No header of ${which} was read; what is said here is from the archive’s records.`,
      at.index.about('files'),
    ),
  ];
}

function isUnread({ contents, facts }: FactsAtHand): boolean {
  return contents.all.read === 0 && facts.coverage.nwb > 0;
}

/** What the files hold, where it was recorded from no subject, or of no kind that is known. */
function introduceHoldings(at: FactsAtHand): Sentence {
  const { existing, index, facts } = at;
  const informative = existing.filter(({ modality: { keyword } }) => keyword !== undefined);
  const nouns = (informative.length > 0 ? informative : existing).map((each) => nameRecorded(each, at));
  const ids = index.about('modality', 'subjects', 'species', 'session', 'files', 'paths', 'region');
  const species = nameClaimedSpecies(at.contents.all, at.metadata);
  const isOfModel = isSimulated(at) || existing.some(({ modality }) => modality.id === 'simulation');
  const named =
    species === undefined || isRecorded(at)
      ? ''
      : isOfModel
        ? `; the species given is that of ${species}`
        : `; the metadata name ${species} as the species`;
  const simulated =
    isSimulated(at) && !existing.some(({ modality }) => modality.id === 'simulation') ? 'simulated ' : '';
  const places = listLocations(at).map(({ name }) => name);
  const where =
    places.length === 0
      ? ''
      : `, with ${joinSome(places, MOST_NAMED, 'locations')} as the ${places.length === 1 ? 'location' : 'locations'}`;
  if (nouns.length > 0) {
    const opening = isUnread(at)
      ? `By the archive’s records of its ${facts.coverage.nwb === 1 ? 'one NWB file, the header of which was not read' : `${numberText(facts.coverage.nwb)} NWB files, no header of which was read`}, this Dandiset holds`
      : 'This Dandiset holds';
    return buildSentence(
      `${opening} ${simulated}${joinSome(nouns, MOST_NOUNS, 'kinds of data')}${where}${named}.`,
      ids,
    );
  }
  const tables = listOtherTables(at);
  const results = findResults(at);
  if (results !== undefined)
    return buildSentence(
      `By their own account, ${isOneFile(at) ? 'the file holds' : 'the files hold'} ${joinWords(results.heads)}, each of ${results.whole}${explainAcronyms(results.whole + results.heads.join(' '), at)}${where}${named}.`,
      [...ids, ...index.about('task')],
    );
  if (tables.length > 0)
    return buildSentence(`This Dandiset holds ${simulated}${nameTables(tables)}${where}${named}.`, [
      ...ids,
      ...index.naming(
        ['table'],
        tables.map(({ pattern }) => findName(pattern)),
      ),
    ]);
  return buildSentence(introduceFiles(at), ids);
}

/** `tables of EIS impedance`, where one or two have names that are words. */
function nameTables(tables: ReturnType<typeof listOtherTables>): string {
  const words = tables.flatMap(({ pattern }) => sayName(findName(pattern)) ?? []);
  return words.length === tables.length && words.length <= 2
    ? `tables of ${joinWords(words)}`
    : 'results in tables and arrays';
}

/** The sentence for a version without files, with the number of files in its metadata. */
function describeEmpty({ metadata }: FactsAtHand): string {
  const { files } = metadata.claims;
  if (files === undefined || files === 0)
    return 'This version lists no files yet, so nothing can be said of data.';
  return `This version lists no files, while the archive's own summary of it counts ${numberText(files)}; nothing can be said of data.`;
}

/** What files there are, where no header reports data. */
function introduceFiles(at: FactsAtHand): string {
  const { contents, facts, metadata } = at;
  const { nwb, read } = facts.coverage;
  const count = `${numberText(contents.assets)} ${contents.assets === 1 ? 'file' : 'files'}`;
  const species = nameClaimedSpecies(contents.all, metadata);
  const whose = species === undefined ? '' : `; the metadata name ${species} as the species`;
  if (nwb === 0) {
    const suffixes = contents.suffixes.values
      .slice(0, MOST_NAMED)
      .map(({ value, files }) => `${flattenText(value, 40)} (${numberText(files)})`);
    const named = suffixes.length === 0 ? '' : `; by their names they are ${joinWords(suffixes)}`;
    return `This Dandiset holds ${count}, none in the NWB format${named}${whose}.`;
  }
  if (read === 0) return `This Dandiset holds ${count}; no header of its NWB files was read${whose}.`;
  return contents.assets === 1
    ? `This Dandiset holds one file, the header of which holds no data beyond the bookkeeping of the format${whose}.`
    : `This Dandiset holds ${count}, the headers of which hold no data beyond the bookkeeping of the format${whose}.`;
}

/** What the study is about: its region where no sentence places the recordings, and, where its owners say no more, its themes. */
function describeTopics(at: FactsAtHand, said: string, isQuoted: boolean): Sentence[] {
  const isSaid = isPlaced(at);
  const where = findWhere(at);
  const written = where.names.length > 0 ? where.names : listOwnersRegions(at);
  // The files' own locations are named with the data.
  const named = isSaid || (where.isOfFiles && where.names.length > 0) ? [] : distinct(written);
  const regions = named.length > 0 || isSaid || where.isOfFiles ? named : listStatedRegions(at);
  const topics = [
    ...regions.map(addArticle),
    ...(isQuoted ? [] : findThemes(at, `${said} ${regions.join(' ')}`)),
  ];
  if (topics.length === 0) return [];
  return [
    describeClaim(
      `The study concerns ${joinSome(topics, MOST_NAMED + 1, 'topics')}.`,
      at.index.about('title', 'owners', 'region', 'keyword', 'task'),
    ),
  ];
}

function describeSilence({ facts, index }: FactsAtHand): Sentence {
  return describeClaim(
    facts.dandiset.description.trim() === ''
      ? 'The owners have given no description.'
      : 'The owners’ description does not say what was done.',
    index.about('owners', 'title'),
  );
}

/** How series say what is reported of all recordings as one: `lasting 30 min`; undefined where they differ. */
export function nameSharedDuration({ contents: { all } }: FactsAtHand): string | undefined {
  const { durations } = all;
  if (durations === undefined || durations.total < 1 || all.counts.recordings !== undefined) return undefined;
  const [least, most] = [secondsText(durations.min), secondsText(durations.max)];
  return least === most ? `lasting ${most}` : undefined;
}

function describeDurations({ contents, facts, index }: FactsAtHand): Sentence[] {
  const { durations } = contents.all;
  if (durations === undefined || durations.total < 1) return [];
  const { min: least, max: most, median: middle, total, files } = durations;
  if (files === 1)
    return [buildSentence(`The recording lasts ${secondsText(most)}.`, index.about('duration'))];
  const range =
    secondsText(least) === secondsText(most)
      ? `${secondsText(most)} each`
      : `${secondsText(least)} to ${secondsText(most)} (median ${secondsText(middle)})`;
  const where =
    files < facts.coverage.read ? ` (by the headers of ${partText(files, facts.coverage.read)})` : '';
  // In files with many sweeps, the duration is only that of the longest one.
  const sentence =
    contents.all.counts.recordings === undefined
      ? `Recordings last ${range}, ${secondsText(total)} in all${where}.`
      : `The longest recording of a file lasts ${range.replace(/ each$/, '')}${where}.`;
  return [buildSentence(sentence, index.about('duration'))];
}

/** A value with its share of the files, unless all have it. */
export function describeShare({ value, files }: Pick<TalliedValue, 'value' | 'files'>, read: number): string {
  return files >= read ? value : `${value} (${partText(files, read)})`;
}
