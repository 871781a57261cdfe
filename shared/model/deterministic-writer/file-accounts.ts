/**
 * What experiments and sessions were, as the files describe them, and the stimuli that they name: quoted where that
 * adds to what title, description and page already say. Pure.
 */
import { numberText, partText } from '../../facts/fact-words.ts';
import type { Tally } from '../../facts/tally.ts';
import { findTaskMentions } from '../../vocabulary/tasks.ts';
import { flattenText, readSentences } from '../plain-text.ts';
import { explainAcronyms } from './acronyms.ts';
import {
  distinct,
  type FactsAtHand,
  isOneFile,
  listSharedAccounts,
  lowerTitle,
  sayOfFiles,
} from './facts-at-hand.ts';
import { addsInformation, findDescription } from './names.ts';
import { findInformativeSentences, quoteSentences } from './owners.ts';
import { capitalize, joinSome, joinWords } from './phrases.ts';
import { sayName } from './plain-names.ts';
import { isSaidIn, listWords } from './said-words.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Accounts and stimuli named in a sentence. */
const MOST_NAMED = 4;

/** What experiments and sessions were, as the files say; what all say first. */
export function describeSessions(at: FactsAtHand): Sentence[] {
  const { contents, facts, index } = at;
  const { all } = contents;
  const kinds = at.existing.map(({ modality: { noun, title = '' } }) => `${noun} ${title}`);
  const { name, description } = facts.dandiset;
  const known = [
    name,
    kinds.join(' '),
    ...readSentences(description),
    `${name} ${description.slice(0, 20_000)}`,
  ].map(listWords);
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
  if (at.existing.length === 0) {
    const contents = describeContents(at, session.length > 0 ? session : experiment);
    if (contents.length > 0 || findResults(at) !== undefined) return contents;
  }
  const isOne = isOneFile(at);
  const whole = [
    ...describeShared('experiment', experiment, all.experimentDescriptions, of),
    ...describeShared('session', session, all.sessionDescriptions, of),
  ];
  const files = isOne ? 'The file describes the' : 'The files describe the';
  const values = (accounts: readonly Account[]): string[] => accounts.map(({ value }) => value.slice(0, 60));
  return [
    ...(whole.length === 0
      ? []
      : [
          buildSentence(
            `${files} ${whole.map(({ noun, said }) => `${noun} as ${sayAccount(said)}${explainAcronyms(said, at)}`).join(' and the ')}.`,
            index.naming(['task'], values(whole)),
          ),
        ]),
    ...(
      [
        ['experiment', experiment],
        ['session', session],
      ] as const
    ).flatMap(([noun, accounts]) => {
      if (whole.some((each) => each.noun === noun)) return [];
      const shared = findShared(accounts, of);
      if (shared.length === 0) return [];
      const listed = shared.map(
        ({ said, files: having }) => `“${said}”${explainAcronyms(said, at)} (${partText(having, of)})`,
      );
      return [
        buildSentence(
          `The ${noun} is described as ${joinWords(listed)}.`,
          index.naming(['task'], values(shared)),
        ),
      ];
    }),
  ];
}

/** A task that is named and not told in a sentence: `a center-out task for monkeys`. */
const NAMED_TASK =
  /^(?:an? |the )?(?:[\p{L}\d/-]+ ){0,5}(?:task|experiment)(?: (?:for|with|in|on|of) (?:[\p{L}-]+ ?){1,4})?$/iu;

/** An account as it is in a sentence: the name of a task in words, all else quoted. */
function sayAccount(said: string): string {
  // A name that only its owners know is theirs to explain.
  if (!NAMED_TASK.test(said) || findTaskMentions(said).length === 0) return `“${said}”`;
  const plain = lowerTitle(said).replace(/\bcenter out\b/i, 'center-out');
  return /^(?:an?|the) /i.test(plain) ? plain : `${/^[aeiou]/i.test(plain) ? 'an' : 'a'} ${plain}`;
}

/** Accounts of files whose data are of no kind that is known: these alone say what they hold. */
const MOST_CONTENTS = 6;

/** Words that end alike in all accounts, from which they tell what the results are of. */
const LEAST_WHOLE = 3;
/** Where what a result is ends, and what it is of begins. */
const OF = / (?:of|in|for|from) /;

/**
 * What files hold that have no data of a kind that is known, where their accounts end alike: `NMF factors` and
 * `spectrograms`, each of the same response.
 */
export function findResults(at: FactsAtHand): { heads: string[]; whole: string } | undefined {
  const { sessionDescriptions } = at.contents.all;
  if (at.existing.length > 0 || sessionDescriptions.more > 0) return undefined;
  const texts = sessionDescriptions.values.flatMap(
    ({ value }) => findDescription(value, 240)?.replace(/\. See (?:the )?[`\p{L}].*$/su, '') ?? [],
  );
  const [first, ...others] = texts.map((text) => text.split(' '));
  if (first === undefined || others.length === 0 || texts.length < sessionDescriptions.values.length)
    return undefined;
  let length = 0;
  while (length < first.length && others.every((words) => words.at(-1 - length) === first.at(-1 - length)))
    length += 1;
  if (length < LEAST_WHOLE) return undefined;
  const whole = first
    .slice(first.length - length)
    .join(' ')
    .replace(/^(?:(?:of|in|for|from|the|an?) )+/i, '')
    .replace(/[“”]/g, '"');
  const heads = texts.map((text) => text.split(OF)[0]!.replace(/[“”]/g, '"'));
  const isTold = texts.every(
    (text, order) => OF.test(text) && heads[order]!.length + whole.length < text.length,
  );
  if (!isTold || new Set(heads).size < heads.length) return undefined;
  return {
    heads: heads.map((head) => head.replace(/^\p{Lu}(?=\p{Ll}+[ -])/u, (letter) => letter.toLowerCase())),
    whole: `the ${whole}`,
  };
}

function describeContents(at: FactsAtHand, accounts: readonly Account[]): Sentence[] {
  // The first sentence has them.
  if (findResults(at) !== undefined) return [];
  const masks = new Set(accounts.map(({ said }) => said.replace(/\d+/g, '#')));
  // What differs in a number alone names the file and not what is in it.
  if (accounts.length < 2 || masks.size < accounts.length || at.contents.all.read === 0) return [];
  const shown = accounts.slice(0, MOST_CONTENTS);
  const all = shown.map(({ said }) => said).join(' ');
  const rest = accounts.length - shown.length;
  const listed = [...shown.map(({ said }) => `“${said}”`), ...(rest > 0 ? [`${numberText(rest)} more`] : [])];
  return [
    buildSentence(
      `The files describe what they hold as ${joinWords(listed)}${explainAcronyms(all, at)}.`,
      at.index.about('task'),
    ),
  ];
}

/** What a file says of its experiment or session, as it has it and fit to be quoted. */
interface Account {
  readonly value: string;
  readonly said: string;
  readonly files: number;
}

/**
 * Descriptions that say something, and nothing that title, description and what is reported already say: one of
 * them by itself, or, in words that add nothing, all that the page shows.
 */
function findAccounts(tally: Tally, known: readonly ReadonlySet<string>[], shown: string): Account[] {
  const isOnly = tally.values.length + tally.more === 1;
  return tally.values.flatMap(({ value, files }) => {
    const said = findDescription(value, 240)
      ?.replace(/[“”]/g, '"')
      .replace(/\. See (?:the )?[`\p{L}].*$/su, '');
    if (said === undefined || NO_ACCOUNT.test(said)) return [];
    const written = said.split(' ');
    if (written.length < 2 || written.every((word) => /\d/.test(word))) return [];
    const words = listWords(said);
    // Of several, each tells how many files are of its kind.
    if (isOnly && !addsInformation(said, shown)) return [];
    return known.some((other) => isSaidIn(words, other)) ? [] : [{ value, said, files }];
  });
}

/** The one account that all files give. */
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

/** Accounts of more than one file: what differs in a number alone describes one session or subject. */
function findShared(accounts: readonly Account[], of: number): Account[] {
  const masks = accounts.map(({ said }) => said.replace(/\d+/g, '#'));
  return accounts
    .filter((_, at) => masks.indexOf(masks[at]!) === masks.lastIndexOf(masks[at]!))
    .filter(({ files }) => files > 1 || of <= 3 || accounts.length <= 2)
    .slice(0, MOST_NAMED - 1);
}

/** Descriptions that a program left: its version, a form's fields, what made the file. */
const NO_ACCOUNT =
  /can be found|https?:|^(?:\S+ )?session$|^\S+ v?\d+(?:\.\d+)+$|^auto-?(?:matically )?generated\b|^example conversion$|\b(?:name|id)\s*:?\s+\S*[_\d]\S*/i;

/** Notes of a word or two that say how an animal or a tissue was treated. */
const NOTES: readonly string[] = ['pharmacology', 'virus', 'slices'];
const MOST_OF_NOTE = 70;

/** What short notes of the files say of drugs, viruses and slices. */
export function describeNotes(at: FactsAtHand): Sentence[] {
  const { notes } = at.contents.all;
  return NOTES.flatMap((key) => {
    const [first, other] = notes[key]?.values ?? [];
    const said = first === undefined ? undefined : findDescription(first.value, MOST_OF_NOTE);
    if (said === undefined || other !== undefined || said.length > MOST_OF_NOTE) return [];
    const noted = said.replace(/[“”]/g, '"');
    // A name is a word of the sentence; what is longer is quoted.
    const isName = /^\p{Lu}?[\p{Ll}\d-]+(?: [\p{L}\d-]+)?$/u.test(noted);
    return [
      buildSentence(
        isName
          ? `${capitalize(noted)} is noted under ${key}.`
          : `Of ${key === 'pharmacology' ? 'drugs' : key === 'virus' ? 'viruses' : key} ${sayOfFiles(at, 'say')}: “${noted}”.`,
        at.index.naming(['technique'], [said.slice(0, 40)]),
      ),
    ];
  });
}

/** Stimuli by their names in the files, and what a note says of them. */
export function describeStimuli(at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { stimuli, notes } = contents.all;
  // A reward that NWB keeps beside the stimuli is reported with what the animal did.
  const isReward = (name: string): boolean => /reward|juice|water|pellet/i.test(name);
  const named = distinct(
    stimuli.values
      // Their descriptions, in parentheses behind the names, are reported with the data.
      .map(({ value }) => flattenText(value.replace(/ \(.*$/s, '').replace(/_presentations?$/, ''), 50))
      .map((name) => sayName(name) ?? name)
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

/** Sentences of the files' own accounts quoted at most. */
const MOST_OWN = 3;

/** What the files say was done, at more length: quoted where the owners' description says nothing. */
export function describeOwnAccounts(at: FactsAtHand, said: string): Sentence[] {
  const whole = listSharedAccounts(at).filter((text) => findDescription(text, 2000) !== undefined);
  for (const text of whole) {
    const sentences = findInformativeSentences(text, at.facts.dandiset.name)
      .slice(0, MOST_OWN)
      .filter((sentence) => !said.includes(sentence.slice(0, 60)));
    if (sentences.length > 0 && !isSaidIn(listWords(sentences.join(' ')), listWords(said)))
      return [
        buildSentence(
          `${isOneFile(at) ? 'The file describes' : 'The files describe'} what was done so: ${quoteSentences(sentences, text, at.facts.dandiset.name)}`,
          at.index.naming(['task'], [text.slice(0, 60)]),
        ),
      ];
  }
  return [];
}
