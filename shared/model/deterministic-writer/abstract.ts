/**
 * The deterministic writer's abstract: what was recorded, where, from whom, doing what, with what and for how
 * long; then what the owners say was done. Pure.
 */
import { numberText, secondsText } from '../../facts/fact-words.ts';
import type { TalliedValue, Tally } from '../../facts/tally.ts';
import { flattenText } from '../plain-text.ts';
import {
  distinct,
  type FactsAtHand,
  isSimulated,
  listLocations,
  listOtherTables,
  listOwnersRegions,
  nameRecorded,
} from './facts-at-hand.ts';
import { areOfSubjects } from './modalities.ts';
import { findDescription, findName } from './names.ts';
import { findInformativeSentences, quoteSentences } from './owners.ts';
import { joinSome, joinWords } from './phrases.ts';
import { buildSentence, describeClaim, type Sentence } from './sentence.ts';
import { describeSubjects, nameSubjects } from './subjects.ts';

/** Kinds of data named in the first sentence. */
const MOST_NOUNS = 5;
/** Regions, devices and descriptions named in a sentence. */
const MOST_NAMED = 4;
/** Characters of a first paragraph that reports the methods too. */
const MOST_IN_FIRST = 700;

/** Two paragraphs, or three where there is much to say: the sentences of each. */
export function writeAbstract(at: FactsAtHand): Sentence[][] {
  const [subjects] = describeSubjects(at.contents.all);
  const isOfSexOrAge = subjects !== undefined && /^The subjects? /.test(subjects);
  const first = [
    introduce(at),
    ...describeWhere(at),
    ...(isOfSexOrAge ? [buildSentence(subjects, at.index.about('sex', 'age'))] : []),
  ];
  const methods = [
    ...describeSessions(at),
    ...describeStimuli(at),
    ...describeDevices(at),
    ...describeDurations(at),
  ];
  // A short account of the methods joins the first paragraph; a long one is by itself.
  const isShort = measureLength([...first, ...methods]) <= MOST_IN_FIRST;
  return isShort
    ? [[...first, ...methods], [quoteOwners(at)]]
    : [first, [quoteOwners(at)], ...(methods.length === 0 ? [] : [methods])];
}

function measureLength(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { prose }) => sum + prose.join('').length, 0);
}

/** What there is, where it was taken, from whom, in how many sessions. */
function introduce(at: FactsAtHand): Sentence {
  const { contents, existing, index, metadata } = at;
  const { all } = contents;
  const subjects = nameSubjects(all, metadata);
  const ids = index.about('modality', 'subjects', 'species', 'session', 'files');
  if (contents.assets === 0) return buildSentence(describeEmpty(at), index.about('files', 'contradiction'));
  const informative = existing.filter(({ modality: { keyword } }) => keyword !== undefined);
  const nouns = (informative.length > 0 ? informative : existing).map((each) => findNoun(each, at));
  const tables = nouns.length === 0 ? listOtherTables(at) : [];
  if (tables.length > 0)
    nouns.push(
      `tables such as ${joinSome(
        tables.map(({ pattern }) => findName(pattern)),
        3,
      )}`,
    );
  if (nouns.length === 0)
    return buildSentence(introduceFiles(at, subjects), index.about('files', 'subjects', 'species'));
  // Where no kind of data is in all files, trials may be what they share.
  const { trials } = all.counts;
  if (trials !== undefined && trials.files === all.read && informative.every(({ files }) => files < all.read))
    nouns.push(`${numberText(trials.total)} trials`);
  const opening = `This Dandiset holds ${joinSome(nouns, MOST_NOUNS)}`;
  const sessions = all.sessions > 1 ? `, in ${numberText(all.sessions)} sessions` : '';
  const locations = listLocations(at);
  if (!areOfSubjects(existing) || isSimulated(at))
    return buildSentence(
      `${opening}${sessions}${describeNamed(subjects, locations)}.`,
      locations.length === 0 ? ids : [...ids, ...index.about('region')],
    );
  const where =
    locations.length === 0
      ? ''
      : ` from ${joinSome(
          locations.map(({ name }) => name),
          MOST_NAMED,
        )}`;
  const whose = subjects === undefined ? '' : ` ${where === '' ? 'from' : 'of'} ${subjects}`;
  return buildSentence(`${opening}${where}${whose}${sessions}.`, [
    ...ids,
    ...(where === '' ? [] : index.about('region')),
  ]);
}

function findNoun(existing: FactsAtHand['existing'][number], at: FactsAtHand): string {
  const units = at.contents.all.counts.units?.total ?? 0;
  if (existing.modality.id === 'spikes' && units > 0)
    return units === 1
      ? 'spike times of one sorted unit'
      : `spike times of ${numberText(units)} sorted units`;
  return nameRecorded(existing, at);
}

/** Subjects and locations that files name without having been recorded there. */
function describeNamed(
  subjects: string | undefined,
  locations: readonly { readonly name: string }[],
): string {
  const named = joinSome(
    locations.map(({ name }) => name),
    MOST_NAMED,
  );
  const parts = [
    ...(subjects === undefined ? [] : [asSubjects(subjects)]),
    ...(named === '' ? [] : [`${named} as ${locations.length === 1 ? 'the location' : 'locations'}`]),
  ];
  return parts.length === 0 ? '' : `; the files name ${parts.join(' and ')}`;
}

function asSubjects(subjects: string): string {
  return /\bsubjects?\b/.test(subjects)
    ? subjects
    : `${subjects} as ${/^(?:one|a) /.test(subjects) ? 'subject' : 'subjects'}`;
}

/** A version that lists no file, beside what its metadata count. */
function describeEmpty({ metadata }: FactsAtHand): string {
  const { files } = metadata.claims;
  if (files === undefined || files === 0)
    return 'This version lists no files yet, so nothing can be said of data.';
  return `This version lists no files, while the archive's own summary of it counts ${numberText(files)}; nothing can be said of data.`;
}

/** What files there are, where no header reports data. */
function introduceFiles({ contents, facts }: FactsAtHand, subjects: string | undefined): string {
  const { nwb, read } = facts.coverage;
  const count = `${numberText(contents.assets)} ${contents.assets === 1 ? 'file' : 'files'}`;
  if (nwb === 0) {
    const kinds = contents.kinds
      .slice(0, MOST_NAMED)
      .map(({ kind, files }) => `${numberText(files)} ${flattenText(kind, 40)}`);
    const suffixes = contents.suffixes.values
      .slice(0, MOST_NAMED)
      .map(({ value, files }) => `${flattenText(value, 40)} (${numberText(files)})`);
    const named = suffixes.length === 0 ? '' : ` By their names they are ${joinWords(suffixes)}.`;
    return `This Dandiset holds ${count}, none in the NWB format: ${joinWords(kinds)}${subjects === undefined ? '' : `; they name ${asSubjects(subjects)}`}.${named}`;
  }
  if (read === 0)
    return `This Dandiset holds ${count}; no header of its NWB files could be read${subjects === undefined ? '' : `. Their records name ${asSubjects(subjects)}`}.`;
  const whose = subjects === undefined ? '' : ` and name ${asSubjects(subjects)}`;
  return contents.assets === 1
    ? `This Dandiset holds one file; its header holds no data beyond the bookkeeping of the format${whose.replace(' name ', ' names ')}.`
    : `This Dandiset holds ${count}; their headers hold no data beyond the bookkeeping of the format${whose}.`;
}

/** The owners' word for where it was, where the files say nothing. */
function describeWhere(at: FactsAtHand): Sentence[] {
  if (listLocations(at).length > 0) return [];
  const regions = listOwnersRegions(at);
  if (regions.length === 0) return [];
  return [
    describeClaim(
      `By the owners’ words the ${regions.length === 1 ? 'region is' : 'regions are'} ${joinSome(regions, MOST_NAMED)}${at.facts.coverage.read > 0 ? '; no location field of the files names one' : ''}.`,
      at.index.about('title', 'owners', 'region', 'keyword'),
    ),
  ];
}

function quoteOwners({ facts, index }: FactsAtHand): Sentence {
  const { description, name } = facts.dandiset;
  const sentences = findInformativeSentences(description, name);
  if (sentences.length === 0) {
    const said =
      description.trim() === ''
        ? 'The owners have given no description.'
        : 'The owners’ description does not say what was done.';
    return describeClaim(said, index.about('owners', 'title'));
  }
  return describeClaim(
    `In the owners’ words: ${quoteSentences(sentences, description)}`,
    index.about('owners'),
  );
}

/** What experiments and sessions were, as the files say; what all say first. */
function describeSessions({ contents, facts, index }: FactsAtHand): Sentence[] {
  const { all } = contents;
  const known = `${facts.dandiset.name} ${flattenText(facts.dandiset.description, 20_000)}`.toLowerCase();
  const reported = (
    [
      ['experiment', all.experimentDescriptions],
      ['session', all.sessionDescriptions],
    ] as const
  ).flatMap(([noun, tally]) => describeSaid(noun, tally, all.read > 0 ? all.read : contents.assets, known));
  const seen = new Set<string>();
  return reported.flatMap(({ text, values }) => {
    if (values.every((value) => seen.has(value.toLowerCase()))) return [];
    for (const value of values) seen.add(value.toLowerCase());
    return [buildSentence(text, index.naming(['task'], values))];
  });
}

function describeSaid(
  noun: string,
  tally: Tally,
  read: number,
  known: string,
): { text: string; values: string[] }[] {
  const informative = tally.values.flatMap((each) => {
    const said = findDescription(each.value, 240)?.replace(/[“”]/g, '"');
    const isInformative =
      said !== undefined &&
      said.split(' ').length >= 2 &&
      !NO_ACCOUNT.test(said) &&
      !known.includes(said.slice(0, 60).toLowerCase());
    return isInformative ? [{ ...each, said }] : [];
  });
  // What differs in a number alone describes one session or subject; what one file of many says is that file's alone.
  const masks = informative.map(({ said }) => said.replace(/\d+/g, '#'));
  const shared = informative
    .filter((_, at) => masks.indexOf(masks[at]!) === masks.lastIndexOf(masks[at]!))
    .filter(({ files }) => files > 1 || read <= 3 || informative.length <= 2)
    .slice(0, MOST_NAMED - 1);
  const [first] = shared;
  if (first === undefined) return [];
  const values = shared.map(({ value }) => value.slice(0, 60));
  if (shared.length === 1 && tally.values.length + tally.more === 1 && first.files >= read)
    return [
      {
        text: `${read === 1 ? 'The file describes its' : `All files describe their`} ${noun} as “${first.said}”.`,
        values,
      },
    ];
  const rest = tally.values.length - shared.length + tally.more;
  const listed = shared.map(
    ({ said, files }) => `“${said}” (${numberText(files)} of ${numberText(read)} files)`,
  );
  const more =
    rest > 0
      ? `; ${numberText(rest)} ${rest === 1 ? 'description differs' : 'descriptions differ'} from these`
      : '';
  return [{ text: `The ${noun} is described as ${joinWords(listed)}${more}.`, values }];
}

/** Descriptions that a program left: its version, a form's fields, what made the file. */
const NO_ACCOUNT =
  /^\S+ v?\d+(?:\.\d+)+$|^auto-?(?:matically )?generated\b|^example conversion$|\b(?:name|id)\s*:?\s+\S*[_\d]\S*/i;

function describeStimuli({ contents, index }: FactsAtHand): Sentence[] {
  const { stimuli, notes } = contents.all;
  // A reward that NWB keeps beside the stimuli is reported with what the animal did.
  const isReward = (name: string): boolean => /reward|juice|water|pellet/i.test(name);
  const named = distinct(
    stimuli.values
      // Their descriptions, in parentheses behind the names, are reported with the data.
      .map(({ value }) => flattenText(value.replace(/ \(.*$/s, ''), 50))
      .filter(
        (name) =>
          !name.includes('*') &&
          !isReward(name) &&
          !/Series\d*$/.test(name) &&
          !/^(?:stimul(?:us|i)|presentation|templates?)$/i.test(name),
      ),
  );
  const note = notes.stimulus?.values
    .flatMap(({ value }) => findDescription(value, 200) ?? [])[0]
    ?.replace(/[“”]/g, '"');
  const sentences: Sentence[] = [];
  if (named.length > 0)
    sentences.push(
      buildSentence(
        `Stimuli stored in the files are ${joinSome(named, MOST_NAMED)}.`,
        index.about('stimulus'),
      ),
    );
  if (note !== undefined)
    sentences.push(
      buildSentence(
        `Of the stimulus the files say: “${note}”${/[.?!…]$/.test(note) ? '' : '.'}`,
        index.about('stimulus'),
      ),
    );
  return sentences;
}

/** Devices by their names, each once, with what the file says of it where that is short. */
function describeDevices({ contents, index }: FactsAtHand): Sentence[] {
  const values = contents.all.devices.values
    .map(({ value }) => readDevice(value))
    .filter((each) => each !== undefined);
  const named = values.filter(
    ({ name }, at) =>
      !values.some(
        (other, otherAt) =>
          otherAt !== at && isInName(name, other.name) && (other.name !== name || otherAt < at),
      ),
  );
  const devices = distinct(
    named.map(({ name, said }) => (said === undefined || isInName(said, name) ? name : `${name} (${said})`)),
  );
  if (devices.length === 0) return [];
  return [
    buildSentence(
      `${devices.length === 1 ? 'The device is' : 'The devices are'} ${joinSome(devices, MOST_NAMED)}.`,
      index.about('device'),
    ),
  ];
}

function readDevice(value: string): { name: string; said?: string } | undefined {
  const [, name = value, words] = /^(.*?) \((.*)\)$/s.exec(value) ?? [];
  const flat = flattenText(name, 50);
  const said = words === undefined ? undefined : findDescription(words, 80);
  if (/^(?:device|unnamed|unknown|none|device_?\d*)$/i.test(flat))
    return said === undefined ? undefined : { name: said };
  return { name: flat, ...(said === undefined || said.endsWith('…') ? {} : { said }) };
}

function isInName(one: string, other: string): boolean {
  const fold = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  return fold(other).includes(fold(one));
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
  const whose =
    files < facts.coverage.read
      ? `Where the headers tell (${numberText(files)} of ${numberText(facts.coverage.read)} files), recordings last`
      : 'Recordings last';
  return [buildSentence(`${whose} ${range}, ${secondsText(total)} in all.`, index.about('duration'))];
}

/** A value with its share of the files, where not all have it. */
export function describeShare({ value, files }: Pick<TalliedValue, 'value' | 'files'>, read: number): string {
  return files >= read ? value : `${value} (${numberText(files)} of ${numberText(read)} files)`;
}
