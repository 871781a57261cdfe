/**
 * Writes the deterministic writer's abstract: what was recorded, where, from which subjects, in which experiment, with
 * which devices and for how long; then what the owners say was done. Pure.
 */
import { numberText, secondsText } from '../../facts/fact-words.ts';
import type { TalliedValue, Tally } from '../../facts/tally.ts';
import { flattenText, readSentences } from '../plain-text.ts';
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
  sayOfFiles,
} from './facts-at-hand.ts';
import { areOfSubjects } from './modalities.ts';
import { addsInformation, findDescription, findName } from './names.ts';
import { findInformativeSentences, quoteSentences } from './owners.ts';
import { joinSome, joinWords } from './phrases.ts';
import { buildSentence, describeClaim, type Sentence } from './sentence.ts';
import { describeSexAndAge, listOwnersSpecies, listSpecies, nameSubjects } from './subjects.ts';

/** Most kinds of data named in the first sentence. */
const MOST_NOUNS = 6;
/** Most regions, devices or descriptions named in a sentence. */
const MOST_NAMED = 4;
/** Most characters of a first paragraph that also reports the methods. */
const MOST_IN_FIRST = 700;

/** Writes the sentences of two paragraphs, or of three if there is much to report. */
export function writeAbstract(at: FactsAtHand): Sentence[][] {
  const subjects = describeSexAndAge(at.contents.all);
  const who = subjects === undefined ? [] : [buildSentence(subjects, at.index.about('sex', 'age'))];
  const what = [introduce(at), ...describeWhere(at)];
  const first = [...what, ...who];
  const methods = [
    ...describeSessions(at),
    ...describeStimuli(at),
    ...describeDevices(at),
    ...describeDurations(at),
  ];
  const owners = quoteOwners(at);
  // A missing description is reported only if there is nothing else to report.
  if (owners === undefined) {
    if (methods.length > 0) return [first, methods];
    return [what, who.length > 0 ? who : [describeSilence(at)]];
  }
  // Short methods are part of the first paragraph; long ones are a paragraph of their own.
  const isShort = measureLength([...first, ...methods]) <= MOST_IN_FIRST;
  return isShort
    ? [[...first, ...methods], [owners]]
    : [first, [owners], ...(methods.length === 0 ? [] : [methods])];
}

function measureLength(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { prose }) => sum + prose.join('').length, 0);
}

/** The first sentence: the kinds of data, where they were recorded, from which subjects, in how many sessions. */
function introduce(at: FactsAtHand): Sentence {
  const { contents, existing, facts, index, metadata } = at;
  const { all } = contents;
  const subjects = nameSubjects(all, metadata);
  const ids = index.about(
    'modality',
    'subjects',
    'species',
    'session',
    'files',
    ...(all.types.values.length + all.variables.values.length === 0 ? (['paths'] as const) : []),
  );
  if (contents.assets === 0) return buildSentence(describeEmpty(at), index.about('files', 'contradiction'));
  const informative = existing.filter(({ modality: { keyword } }) => keyword !== undefined);
  const nouns = (informative.length > 0 ? informative : existing).map((each) => findNoun(each, at));
  const tables = nouns.length === 0 ? listOtherTables(at) : [];
  if (tables.length > 0)
    nouns.push(
      tables.length === 1
        ? `the table ${findName(tables[0]!.pattern)}`
        : `the tables ${joinSome(
            tables.map(({ pattern }) => findName(pattern)),
            3,
            'tables',
          )}`,
    );
  if (nouns.length === 0)
    return buildSentence(introduceFiles(at, subjects), index.about('files', 'subjects', 'species'));
  // If no kind of data is in all files, trials may still be.
  const { trials } = all.counts;
  if (
    trials !== undefined &&
    trials.files === all.read &&
    all.read > 0 &&
    informative.every(({ files }) => files < all.read)
  )
    nouns.push(`${numberText(trials.total)} trials`);
  const named = joinSome(nouns, MOST_NOUNS, 'kinds of data');
  const opening =
    all.read > 0 || facts.coverage.nwb === 0
      ? `This Dandiset holds ${named}`
      : `By the archive’s records of its ${facts.coverage.nwb === 1 ? 'one NWB file, the header of which was not read' : `${numberText(facts.coverage.nwb)} NWB files, no header of which was read`}, this Dandiset holds ${named}`;
  const sessions = all.sessions > 1 ? `, in ${numberText(all.sessions)} sessions` : '';
  const locations = listLocations(at);
  if (!areOfSubjects(existing) || isSimulated(at))
    return buildSentence(
      `${opening}${sessions}${describeNamed(subjects, locations, at)}.`,
      locations.length === 0 ? ids : [...ids, ...index.about('region')],
    );
  const where =
    locations.length === 0
      ? ''
      : ` from ${joinSome(
          locations.map(({ name }) => name),
          MOST_NAMED,
          'locations',
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

/** Subjects and locations that files name, if the data were not recorded from them. */
function describeNamed(
  subjects: string | undefined,
  locations: readonly { readonly name: string }[],
  at: FactsAtHand,
): string {
  const named = joinSome(
    locations.map(({ name }) => name),
    MOST_NAMED,
    'locations',
  );
  const parts = [
    ...(subjects === undefined ? [] : [writeAsSubjects(subjects)]),
    ...(named === '' ? [] : [`${named} as ${locations.length === 1 ? 'the location' : 'locations'}`]),
  ];
  return parts.length === 0 ? '' : `; ${sayOfFiles(at, 'name')} ${parts.join(' and ')}`;
}

function writeAsSubjects(subjects: string): string {
  return /\bsubjects?\b/.test(subjects)
    ? subjects
    : `${subjects} as ${/^(?:one|a) /.test(subjects) ? 'subject' : 'subjects'}`;
}

/** The sentence for a version without files, with the number of files in its metadata. */
function describeEmpty({ metadata }: FactsAtHand): string {
  const { files } = metadata.claims;
  if (files === undefined || files === 0)
    return 'This version lists no files yet, so nothing can be said of data.';
  return `This version lists no files, while the archive's own summary of it counts ${numberText(files)}; nothing can be said of data.`;
}

/** The first sentence if no header contains data: the files. */
function introduceFiles({ contents, facts }: FactsAtHand, subjects: string | undefined): string {
  const { nwb, read } = facts.coverage;
  const count = `${numberText(contents.assets)} ${contents.assets === 1 ? 'file' : 'files'}`;
  if (nwb === 0) {
    const suffixes = contents.suffixes.values
      .slice(0, MOST_NAMED)
      .map(({ value, files }) => `${flattenText(value, 40)} (${numberText(files)})`);
    const named = suffixes.length === 0 ? '' : `; by their names they are ${joinWords(suffixes)}`;
    const whose = subjects === undefined ? '' : ` of ${subjects}`;
    return `This Dandiset holds ${count}${whose}, none in the NWB format${named}.`;
  }
  if (read === 0)
    return `This Dandiset holds ${count}; no header of its NWB files was read${subjects === undefined ? '' : `. Their records name ${writeAsSubjects(subjects)}`}.`;
  const whose = subjects === undefined ? '' : ` and name ${writeAsSubjects(subjects)}`;
  return contents.assets === 1
    ? `This Dandiset holds one file; its header holds no data beyond the bookkeeping of the format${whose.replace(' name ', ' names ')}.`
    : `This Dandiset holds ${count}; their headers hold no data beyond the bookkeeping of the format${whose}.`;
}

/** The regions that the owners name, or else the files' descriptions, if the files state no location. */
function describeWhere(at: FactsAtHand): Sentence[] {
  if (listLocations(at).length > 0) return [];
  const beside = at.facts.coverage.read > 0 ? `; ${sayOfFiles(at, 'give')} no location` : '';
  const regions = listOwnersRegions(at);
  if (regions.length > 0)
    return [
      describeClaim(
        `The owners name ${joinSome(regions, MOST_NAMED, 'regions')} as the ${regions.length === 1 ? 'region' : 'regions'}${nameOwnersSpecies(at)}${beside}.`,
        at.index.about('title', 'owners', 'region', 'keyword'),
      ),
    ];
  const said = listStatedRegions(at);
  if (said.length === 0) return [];
  return [
    buildSentence(
      `${isOneFile(at) ? 'The file’s' : 'The files’'} descriptions name ${joinSome(said, MOST_NAMED, 'regions')} as the ${said.length === 1 ? 'region' : 'regions'}.`,
      at.index.about('task', 'technique', 'keyword'),
    ),
  ];
}

/** The species that the owners name, if neither files nor metadata have one. */
function nameOwnersSpecies({ contents, facts: { dandiset }, metadata }: FactsAtHand): string {
  if (listSpecies(contents.all, metadata).length > 0) return '';
  const [only, other] = listOwnersSpecies(`${dandiset.name}. ${dandiset.description}`);
  return only === undefined || other !== undefined ? '' : ` and ${only} as the species`;
}

/** A quotation of what the owners say was done; undefined if they do not say it. */
function quoteOwners({ facts, index }: FactsAtHand): Sentence | undefined {
  const { description, name } = facts.dandiset;
  const sentences = findInformativeSentences(description, name);
  return sentences.length === 0
    ? undefined
    : describeClaim(
        `In the owners’ words: ${quoteSentences(sentences, description, name)}`,
        index.about('owners'),
      );
}

function describeSilence({ facts, index }: FactsAtHand): Sentence {
  return describeClaim(
    facts.dandiset.description.trim() === ''
      ? 'The owners have given no description.'
      : 'The owners’ description does not say what was done.',
    index.about('owners', 'title'),
  );
}

/** The files' descriptions of experiments and sessions; first those that all files share. */
function describeSessions(at: FactsAtHand): Sentence[] {
  const { contents, facts, index } = at;
  const { all } = contents;
  const kinds = at.existing.map(({ modality: { noun, title = '' } }) => `${noun} ${title}`);
  const known = [facts.dandiset.name, kinds.join(' '), ...readSentences(facts.dandiset.description)].map(
    listWords,
  );
  const of = all.read > 0 ? all.read : contents.assets;
  const shown = [
    facts.dandiset.name,
    kinds.join(' '),
    ...findInformativeSentences(facts.dandiset.description, facts.dandiset.name),
  ].join(' ');
  const experiment = findAccounts(all.experimentDescriptions, known, shown);
  const session = findAccounts(
    all.sessionDescriptions,
    [...known, ...experiment.map(({ said }) => listWords(said))],
    [shown, ...experiment.map(({ said }) => said)].join(' '),
  );
  const isOne = isOneFile(at);
  const whole = [
    ...describeShared('experiment', experiment, all.experimentDescriptions, of),
    ...describeShared('session', session, all.sessionDescriptions, of),
  ];
  const files = isOne ? 'The file describes its' : 'All files describe their';
  const values = (accounts: readonly Account[]): string[] => accounts.map(({ value }) => value.slice(0, 60));
  return [
    ...(whole.length === 0
      ? []
      : [
          buildSentence(
            `${files} ${whole.map(({ noun, said }) => `${noun} as “${said}”`).join(isOne ? ' and its ' : ' and their ')}.`,
            index.naming(['task'], values(whole)),
          ),
        ]),
    ...(
      [
        ['experiment', experiment, all.experimentDescriptions],
        ['session', session, all.sessionDescriptions],
      ] as const
    ).flatMap(([noun, accounts, tally]) => {
      if (whole.some((each) => each.noun === noun)) return [];
      const shared = findShared(accounts, of);
      if (shared.length === 0) return [];
      const listed = shared.map(
        ({ said, files: having }) => `“${said}” (${numberText(having)} of ${numberText(of)} files)`,
      );
      const rest = tally.files - shared.reduce((sum, { files: having }) => sum + having, 0);
      const more =
        rest > 0
          ? `; ${rest === 1 ? 'another file describes its' : 'other files describe theirs'} in other words`
          : '';
      return [
        buildSentence(
          `The ${noun} is described as ${joinWords(listed)}${more}.`,
          index.naming(['task'], values(shared)),
        ),
      ];
    }),
  ];
}

/** A file's description of its experiment or session: as stored, and prepared for quoting. */
interface Account {
  readonly value: string;
  readonly said: string;
  readonly files: number;
}

/**
 * Finds descriptions with information that is not in the title, the description or the kinds of data. A description
 * that all files share must also add something to what the page already shows.
 */
function findAccounts(tally: Tally, known: readonly ReadonlySet<string>[], shown: string): Account[] {
  const isOnly = tally.values.length + tally.more === 1;
  return tally.values.flatMap(({ value, files }) => {
    const said = findDescription(value, 240)?.replace(/[“”]/g, '"');
    if (said === undefined || NO_ACCOUNT.test(said)) return [];
    const written = said.split(' ');
    if (written.length < 2 || written.every((word) => /\d/.test(word))) return [];
    const words = listWords(said);
    // If there are several, each gives the number of its files, so it is worth reporting.
    if (isOnly && !addsInformation(said, shown)) return [];
    return known.some((other) => isContainedIn(words, other)) ? [] : [{ value, said, files }];
  });
}

/** Share of common words from which two texts count as the same. */
const SAME = 0.75;

function listWords(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []);
}

function isContainedIn(words: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  const shared = [...words].filter((word) => known.has(word)).length;
  return words.size > 0 && shared >= words.size * SAME;
}

/** The description that all files share, if there is only one. */
function describeShared(
  noun: string,
  accounts: readonly Account[],
  tally: Tally,
  of: number,
): (Account & { noun: string })[] {
  const [first] = findShared(accounts, of);
  const isOnly = tally.values.length + tally.more === 1;
  return first !== undefined && isOnly && first.files >= of ? [{ ...first, noun }] : [];
}

/** Descriptions of more than one file. Those that differ only in a number describe one session or subject each. */
function findShared(accounts: readonly Account[], of: number): Account[] {
  const masks = accounts.map(({ said }) => said.replace(/\d+/g, '#'));
  return accounts
    .filter((_, at) => masks.indexOf(masks[at]!) === masks.lastIndexOf(masks[at]!))
    .filter(({ files }) => files > 1 || of <= 3 || accounts.length <= 2)
    .slice(0, MOST_NAMED - 1);
}

/** Descriptions written by a program: its version, fields of a form, the origin of the file. */
const NO_ACCOUNT =
  /can be found|https?:|^(?:\S+ )?session$|^\S+ v?\d+(?:\.\d+)+$|^auto-?(?:matically )?generated\b|^example conversion$|\b(?:name|id)\s*:?\s+\S*[_\d]\S*/i;

function describeStimuli(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { stimuli, notes } = contents.all;
  // NWB stores rewards among the stimuli; they are reported with the behavior.
  const isReward = (name: string): boolean => /reward|juice|water|pellet/i.test(name);
  const named = distinct(
    stimuli.values
      // Descriptions, in parentheses after the names, are reported with the data.
      .map(({ value }) => flattenText(value.replace(/ \(.*$/s, '').replace(/_presentations?$/, ''), 50))
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
        `${isOneFile(at) ? 'Stimuli stored in the file' : 'Stimuli stored in the files'} are ${joinSome(named, MOST_NAMED, 'stimuli')}.`,
        index.about('stimulus'),
      ),
    );
  if (note !== undefined)
    sentences.push(
      buildSentence(
        `Of the stimulus ${sayOfFiles(at, 'say')}: “${note}”${/[.?!…]$/.test(note) ? '' : '.'}`,
        index.about('stimulus'),
      ),
    );
  return sentences;
}

/** The duration shared by all recordings, in the words used for series: `lasting 30 min`; undefined if they differ. */
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
    files < facts.coverage.read
      ? ` (by the headers of ${numberText(files)} of ${numberText(facts.coverage.read)} files)`
      : '';
  // In files with many sweeps, the duration is only that of the longest one.
  const sentence =
    contents.all.counts.recordings === undefined
      ? `Recordings last ${range}, ${secondsText(total)} in all${where}.`
      : `The longest recording of a file lasts ${range.replace(/ each$/, '')}${where}.`;
  return [buildSentence(sentence, index.about('duration'))];
}

/** A value with its share of the files, unless all have it. */
export function describeShare({ value, files }: Pick<TalliedValue, 'value' | 'files'>, read: number): string {
  return files >= read ? value : `${value} (${numberText(files)} of ${numberText(read)} files)`;
}
