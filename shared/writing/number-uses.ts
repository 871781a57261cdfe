/**
 * Reads the numbers of a text with the things that they count: `12 mice` counts subjects. A sentence may use a fact's
 * number only for the same things. Pure.
 */
import type { Fact } from '../facts/list/fact.ts';
import { PART_END } from '../facts/list/type-facts.ts';
import { findStem } from '../summary/word-stem.ts';
import { readCount, SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import { findSpeciesInProse } from '../vocabulary/species.ts';

/** One number of a text. */
export interface NumberUse {
  readonly value: number;
  readonly written: string;
  readonly offset: number;
  /** The classes of things that it counts; empty if its noun belongs to none. */
  readonly classes: readonly string[];
  /** The stem of the first content word after it; absent if there is none. */
  readonly noun?: string;
}

/** Classes of things that facts count, by the words for them. */
const CLASSES: readonly (readonly [name: string, words: RegExp])[] = [
  [
    'subjects',
    /^(?:subject|animal|individual|participant|patient|person|people|volunteer|donor|specimen)s?$/,
  ],
  ['sessions', /^(?:session|recording|experiment|day)s?$/],
  ['files', /^(?:file|asset|recording|case)s?$/],
  ['units', /^(?:unit|neuron|cell|cluster)s?$/],
  ['electrodes', /^(?:electrode|channel|contact|site)s?$/],
  ['trials', /^(?:trial|presentation|repetition)s?$/],
  ['rois', /^(?:roi|region|cell|neuron|mask)s?$/i],
  ['planes', /^(?:plane)s?$/],
  ['rows', /^(?:row|entr(?:y|ie)|interval|epoch|trial)s?$/],
  ['columns', /^(?:column)s?$/],
  // `CurrentClampSeries` is counted like `series`.
  ['series', /^(?:\w*series|signals?|traces?)$/],
  ['samples', /^(?:sample|frame|timestamp|point)s?$/],
];

/** Words between a number and its noun that do not affect what is counted. */
const BETWEEN =
  /^(?:of|in|to|and|or|from|per|a|an|the|all|these|those|them|total|with|at|for|by|on|was|were|is|are|each|different|distinct|individual|nwb|sorted|segmented|single|recorded|adult|male|female|more|further|other|x|long|up|over|across|within|during|through|into|under|among|between|as|that|which|who|plus|while|where|whose|not|also|apiece|either|both|it)$/;

/** Whether a word next to a number does not affect what is counted. */
export function isLinkWord(word: string): boolean {
  return BETWEEN.test(word.toLowerCase()) || VERB.test(word.toLowerCase());
}

/** Verbs and adverbs after a number: `28 found here`, `12 were recorded`, `five of these report`. */
const VERB =
  /^(?:found|seen|shown|given|held|here|there|have|has|had|do|did|come|comes|came|hold|holds|contain|contains|report|reports|list|lists|name|names|say|says|carry|include|includes|only|\p{L}{3,}ed)$/u;

const DIGITS = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?';
const NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?<!\\p{L}[-.,/:#])(?<!\\p{N}[.,/:#])(?:(?:${DIGITS})(?![\\p{L}_]|[.,/:]\\d)|${SPELLED_NUMBER})`,
  'giu',
);
/** Most words read after a number. */
const WINDOW = 5;

/**
 * Phrases about the reference of a number, not about what it counts: `a file`, `in each session`, `over all 12 files`.
 */
const SHARE =
  /\b(?:(?:in|for|of|over|across|within|from|to)\s+)?(?:(?:a|an|per|each|every|one)\s+(?:(?:NWB|single)\s+)?(?:file|session|subject|animal|recording|mouse|rat|participant|plane|trial)\b|(?:all|these|those|the)\s+(?:(?:\d[\d,]*|of|the|these|those|NWB)\s+)*(?:files|sessions|subjects|animals|recordings)\b)|\b(?:in|for|from|across|over)\s+\d[\d,]*\s+(?:of\s+(?:the\s+)?\d[\d,]*\s+)?(?:files?|sessions?|recordings?)\b|\b(?:in\s+(?:all|total)|altogether|overall)\b(?!\s+(?:\p{L}+\s+)?(?:file|session|subject)s)/giu;

/** Reads every number of a text that is not part of a name. `one` counts only before a counted noun. */
export function readNumbers(text: string): NumberUse[] {
  const label = findLabel(text);
  return [...text.matchAll(NUMBER)].flatMap((match): NumberUse[] => {
    const [written] = match;
    const value = readCount(written);
    const end = match.index + written.length;
    const before = text.slice(0, match.index);
    const { classes, noun } = readNoun(
      text.slice(end),
      match.index > label.length && !IN_THEM.test(before) ? label : '',
    );
    if (/^(?:one|a)$/i.test(written) && isArticle(text, match.index, classes)) return [];
    return [{ value, written, offset: match.index, classes, ...(noun === undefined ? {} : { noun }) }];
  });
}

/** Words before a number of files that are not named again: `in 8 files, and in 4`. */
const IN_THEM = /\bin (?:only |another |a further )?$/i;

/** Classes with which `one` is a number; before other words it is only an article. */
const COUNTED_BY_ONE = new Set(['subjects', 'sessions', 'files', 'units', 'electrodes', 'trials']);
/** `one` as a pronoun: `one of them`, `one in M1 and one in PMd`. */
const PRONOUN = /^one\s+(?:of|in|for|at|with|from|on|to|as|per|is|was|being|each|another)\b/i;
/** `as many in one file as in another`. */
const ONE_AND_ANOTHER = /^one \p{L}+\b[^.;]{0,40}\banother\b/iu;
/** Distributive sentences, in which `one` is an article: `each file holds one session of one mouse`. */
const DISTRIBUTIVE = /\b(?:each|every|per|a single)\b/i;

/** Whether `one` means no more than `a`. */
function isArticle(text: string, offset: number, classes: readonly string[]): boolean {
  return (
    !classes.some((each) => COUNTED_BY_ONE.has(each)) ||
    PRONOUN.test(text.slice(offset)) ||
    ONE_AND_ANOTHER.test(text.slice(offset)) ||
    DISTRIBUTIVE.test(text)
  );
}

/** The words before a colon, which the numbers after it count: `Segmented regions of interest in 8 of 12 files: …`. */
function findLabel(text: string): string {
  return /^[^.;:]{2,80}(?=:\s)/.exec(text)?.[0] ?? '';
}

/** Dates, clock times, URLs, DOIs and long ids, whose digits count nothing. */
const IDS =
  /\b\d{4}-\d{2}(?:-\d{2})?(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\b|\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\b|\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+|\b[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}\b|\b\d+(?:\.\d+){2,}\b|\p{L}+(?:-\p{L}+)*-\d[\p{L}\p{N}]*|\b[A-Za-z]+:\d\S*/giu;

function blankIds(text: string): string {
  return text.replace(IDS, (id) => ' '.repeat(id.length));
}

/** The beginning of a fact on one type of files: its number of files, and an example. */
const OF_TYPE = /^In ((?:the|[\d,]+ of [\d,]+) files) \(such as [^)]*\): /;

/**
 * Reads the numbers of a fact's text and slots with the things that they count. A number without a noun counts the same
 * things as the previous one: `39 to 79 (median 79)`, `5 subjects; the archive says 4`.
 */
export function readNumberUses({ text, slots, topic }: Pick<Fact, 'text' | 'slots' | 'topic'>): NumberUse[] {
  // The parts of a fact on one type of files count things of their own.
  if (topic === 'type')
    return [OF_TYPE.exec(text)?.[1] ?? '', ...text.split(PART_END)].flatMap((part) =>
      readNumberUses({ text: part.replace(OF_TYPE, ''), slots: {}, topic: 'series' }),
    );
  const colon = text.search(/:\s/);
  let before = colon < 0 ? [] : listClasses(text.slice(0, colon).split(/\s+/));
  const label = before;
  const own = readNumbers(blankIds(text)).map((use) => {
    const isOwn = use.classes.length > 0 || use.noun !== undefined;
    const classes = isOwn ? use.classes : (readTotal(text, use.offset) ?? before);
    before = classes;
    return { ...use, classes };
  });
  const named = Object.entries(slots).flatMap(([name, value]) =>
    readNumbers(blankIds(value)).map((use) => ({
      ...use,
      classes: [
        ...use.classes,
        ...listClasses([name.replace(/\d+$/, ''), topic]),
        ...listSlotClasses(slots, name, label),
      ],
    })),
  );
  return [...own, ...named];
}

/** The classes that a total refers to, from the noun before the word: `one monkey (total 2)`. */
function readTotal(text: string, offset: number): readonly string[] | undefined {
  const noun = /(\p{L}+)[ ,]*\(?(?:in )?total(?: of)?:?\s$/iu.exec(text.slice(0, offset))?.[1];
  return noun === undefined ? undefined : listClasses([noun]);
}

/** The classes that minimum, maximum, median and total of a count refer to. */
function listSlotClasses(slots: Fact['slots'], name: string, label: readonly string[]): readonly string[] {
  return slots.noun !== undefined && /^(?:min|most|median|total)$/.test(name)
    ? [...listClasses(slots.noun.split(' ')), ...label]
    : [];
}

const IS_SPELLED = new RegExp(`^(?:${SPELLED_NUMBER})$`, 'i');

/** Reads the noun after a number, or else the one in the label before it. */
function readNoun(after: string, label: string): { classes: readonly string[]; noun?: string } {
  const ofAll = OF_ALL.exec(after);
  const part = ofAll === null ? undefined : (ofAll[1] ?? '');
  if (part !== undefined) {
    const own = listClasses([part]);
    // `4 of the 5 hold`, `7 of 12`: of the files.
    return own.length > 0 ? { classes: own, noun: findStem(part) } : { classes: listClasses(['files']) };
  }
  const phrase = (/^[^.;:()[\]|“”"]*/.exec(after)?.[0] ?? '').replace(SHARE, ' ');
  // `Sessions: 12, told apart by subject`, `84, and around them the stimuli`: words after a comma are not what is counted,
  // unless another number follows.
  // `the five that the files report`, `13 hold the raw series`: before a clause the noun is left out.
  const hasNoun =
    !(label === '' ? AFTER_COMMA : /^\s*,/).test(phrase) && !RELATIVE.test(phrase) && !CLAUSE.test(phrase);
  const own = hasNoun ? cutAtPostmodifier(cutAtComma(phrase)) : '';
  const words = (own.match(/[\p{L}\p{N}_]+/gu) ?? []).slice(0, WINDOW);
  // `12 to 16 channels`, `3 of 12 files`: the noun after the last number applies to all.
  const run = words.filter((word) => !/^\d/.test(word) && !IS_SPELLED.test(word));
  const first = run.findIndex((word) => listClasses([word]).length > 0);
  if (first >= 0) {
    // `2 ROI response series` counts series: the last of several nouns is the head.
    const end = run.findIndex((word, at) => at > first && isLinkWord(word));
    const nouns = run
      .slice(first, end < 0 ? undefined : end)
      .filter((word) => listClasses([word]).length > 0);
    const head = nouns.at(-1) ?? '';
    return { classes: listClasses([head]), noun: findStem(head) };
  }
  const noun = run.find((word) => !isLinkWord(word));
  if (noun !== undefined) return { classes: [], noun: findStem(noun) };
  const named =
    label
      .replace(SHARE, ' ')
      .replace(/\b(?:in|of|for|from)\s+\d.*$/, ' ')
      .match(/[\p{L}_]+/gu) ?? [];
  return { classes: listClasses(named) };
}

/** A part of a whole: `2 of the 12 files`. */
const OF_ALL =
  /^\s+of\s+(?:(?:the|all|its|these|those)\s+)*\d[\d,]*(?:\s+(?:NWB\s+)?(\p{L}+)|(?=[,;.)]|$))/iu;
/** A comma or `and` right after a number, and no further number. */
const AFTER_COMMA = new RegExp(`^\\s*(?:,|and\\s)(?!\\s*(?:(?:and|or)\\s+)?(?:\\d|${SPELLED_NUMBER}))`, 'iu');
/** A verb, or a preposition after a label, right after a number: `13 hold`, `1 for center`. */
const CLAUSE =
  /^\s+(?:(?:also\s+|only\s+)?(?:hold|have|contain|are|were|come|came|give|name|say|lack|show|report|state)|for|with|by|during|when|if)\s/i;

/** A relative clause right after a number: `five that the files report`, `those five which were found`. */
const RELATIVE = /^\s+(?:that|which|who|whose|whom)\s/;

/** Words that end a counted noun: `of` in `3 hours of sessions`, `depending` in `64 tetrodes depending on the file`. */
const POSTMODIFIER =
  /^(?:of|in|from|per|with|at|for|by|on|depending|across|within|during|through|into|under|among|between|that|which|who|whose|where|while|when|because)$/;

/** Cuts a phrase at the first such word after the noun: the words after it are not what is counted. */
function cutAtPostmodifier(phrase: string): string {
  let hasContent = false;
  for (const match of phrase.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const word = match[0].toLowerCase();
    if (hasContent && POSTMODIFIER.test(word)) return phrase.slice(0, match.index);
    hasContent ||= !isLinkWord(word) && !/^\d/.test(word) && !IS_SPELLED.test(word);
  }
  return phrase;
}

/** Cuts a phrase at the comma after a counted noun: `12 mice, three sessions each`. */
function cutAtComma(phrase: string): string {
  const clauses = phrase.split(/,\s/);
  const end = clauses.findIndex((clause) => listClasses(clause.match(/[\p{L}_]+/gu) ?? []).length > 0);
  return clauses.slice(0, end + 1 || undefined).join(' ');
}

function listClasses(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => lookUpClasses(word.toLowerCase()));
}

/** Cache of classes by word: the same words follow most numbers. */
const LOOKED_UP = new Map<string, readonly string[]>();
/** Most words in the cache. */
const MAX_LOOKED_UP = 20_000;

function lookUpClasses(word: string): readonly string[] {
  const before = LOOKED_UP.get(word);
  if (before !== undefined) return before;
  const classes = findClasses(word);
  if (LOOKED_UP.size < MAX_LOOKED_UP) LOOKED_UP.set(word, classes);
  return classes;
}

function findClasses(word: string): readonly string[] {
  const found = CLASSES.filter(([, pattern]) => pattern.test(word)).map(([name]) => name);
  return found.length === 0 && findSpeciesInProse(word).length > 0 ? ['subjects'] : found;
}
