/**
 * Checks one written sentence against the facts that it cites: every number, unit, date, name and scope in it must be
 * supported by these facts. Pure.
 */
import type { Fact } from '../facts/list/fact.ts';
import type { SentenceKind } from '../model/language-model.ts';
import { listSentences } from '../model/plain-text.ts';
import { normalize } from '../summary/evidence.ts';
import { isBroadRegion, knowsRegion, knowsTask, knowsTechnique } from '../summary/known-terms.ts';
import { DEVICES, INSTITUTIONS, type NamedThing, SOFTWARE } from '../summary/lexicon.ts';
import { findMeaning } from '../summary/meanings.ts';
import { contentStems } from '../summary/passages.ts';
import { findNamedUnit, readQuantities } from '../summary/quantities.ts';
import { findStem } from '../summary/word-stem.ts';
import { readCount, SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import { findRegionMentions } from '../vocabulary/regions.ts';
import { findSpeciesInProse } from '../vocabulary/species.ts';
import { findTaskMentions } from '../vocabulary/tasks.ts';
import { findTechniqueMentions } from '../vocabulary/techniques.ts';
import { readDates } from './calendar.ts';
import type { CitedFacts } from './cited-facts.ts';
import { findExchanged } from './exchanged-values.ts';
import { isLinkWord, type NumberUse, readNumbers } from './number-uses.ts';
import { isPlainOpener } from './plain-openers.ts';
import { PLAIN_STEMS } from './plain-stems.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import { isUniversal } from './scope.ts';

/**
 * Lists the reasons to refuse a sentence with filled slots; empty if its facts support it. `of`: NWB files read, and
 * all files.
 */
export function checkSentence(
  text: string,
  kind: SentenceKind,
  cited: CitedFacts,
  of: { readonly read: number; readonly assets: number },
): Refusal[] {
  if (!/\p{L}/u.test(text)) return [refuse('empty', 'It says nothing.')];
  if (text.length > MAX_CHARACTERS || text.endsWith(' …'))
    return [refuse('length', `It is longer than ${MAX_CHARACTERS} characters.`)];
  if (repeatsItself(text)) return [refuse('empty', 'It repeats itself.')];
  return [
    ...checkWords(text, cited, kind),
    ...checkScope(text, cited, of),
    ...findExchanged(text, cited.facts),
    ...checkKind(text, kind, cited),
  ];
}

/** Whether a text contains a sentence twice, as models do that are caught in a loop. */
function repeatsItself(text: string): boolean {
  const sentences = listSentences(text).map((each) => normalize(each));
  return new Set(sentences).size < sentences.length;
}

/**
 * Whether a sentence takes a number, a name, a term or a word from its facts, beyond the words that any description of
 * data uses.
 */
export function saysSomething(text: string, { stems, uses, words, filled }: CitedFacts): boolean {
  return (
    filled.length > 0 ||
    hasTerm(text) ||
    readNumbers(text).some(({ value }) => uses.some((use) => use.value === value)) ||
    contentStems(text).some((stem) => !PLAIN_STEMS.has(stem) && stems.has(stem)) ||
    [...text.matchAll(TOKEN)].some(([word]) => /\p{Lu}.*\p{Lu}|\d/u.test(word) && words.has(normalize(word)))
  );
}

/** Lists the reasons to refuse a keyword; empty if its facts support it. */
export function checkKeyword(text: string, cited: CitedFacts): Refusal[] {
  if (!/\p{L}/u.test(text)) return [refuse('empty', 'It says nothing.')];
  const words = checkWords(text, cited, 'fact');
  if (words.length > 0) return words;
  const isNamed = cited.text.includes(normalize(text)) || hasTerm(text);
  const unsupported = contentStems(text).filter((stem) => !cited.stems.has(stem));
  return isNamed || unsupported.length === 0
    ? []
    : [refuse('unsupported', `Its facts do not speak of “${text}”.`)];
}

const MAX_CHARACTERS = 900;

function refuse(reason: RefusalReason, message: string): Refusal {
  return { reason, message };
}

/** Checks that apply to every text: its numbers, dates, quantities, names and terms are in its facts. */
function checkWords(text: string, cited: CitedFacts, kind: SentenceKind): Refusal[] {
  const literal = checkLiterals(blankQuoted(text, cited), cited);
  const dated = checkDates(literal.rest, cited);
  const measured = checkQuantities(dated.rest, cited);
  return [
    ...literal.found,
    ...dated.found,
    ...measured.found,
    ...checkNumbers(measured.rest, cited, kind),
    ...checkTerms(literal.rest, cited, kind),
    ...checkNames(dated.rest, cited),
    ...checkThings(text, cited),
    ...checkSex(text, cited),
  ];
}

/** Text that may be in the facts verbatim: quotations, and words of letters and digits such as `1x/0.25`. */
const QUOTED = /[“"][^“”"]{3,}[”"]/g;
const MIXED = /(?<!\S)[("“]?(?=\S*\p{L})(?=\S*\d)\S{2,}/gu;

function blankQuoted(text: string, cited: CitedFacts): string {
  const isVerbatim = (written: string) =>
    hasWords(cited.text, normalize(written).replace(/^[("“”]+|[)"”“.,;:]+$/g, ''));
  const drop = (written: string) => (isVerbatim(written) ? ' '.repeat(written.length) : written);
  return text.replace(QUOTED, drop).replace(MIXED, drop);
}

interface Checked {
  readonly found: readonly Refusal[];
  /** The text with the checked parts replaced by spaces; its length stays the same. */
  readonly rest: string;
}

/** Tokens that are checked as a whole: URLs, e-mail addresses, DOIs, identifiers, clock times, versions, paths. */
const LITERALS =
  /\b(?:https?:\/\/|www\.|doi:\s*(?=10\.)|10\.\d{4,9}\/)\S*[^\s.,;)]|\S+@\S+\.\w+|\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\b|\b[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}\b|\b\d+(?:\.\d+){2,}\b|\b[A-Za-z]+:\d\S*|(?<![\p{L}\p{N}])\/[\p{L}\p{N}_.*-]+(?:\/[\p{L}\p{N}_.*-]+)*|[\p{L}\p{N}]+(?:[_/][\p{L}\p{N}]+)+|\p{L}+(?:-\p{L}+)*-\d[\p{L}\p{N}]*/giu;

function checkLiterals(text: string, cited: CitedFacts): Checked {
  const found: Refusal[] = [];
  const rest = text.replace(LITERALS, (written) => {
    const plain = normalize(written).replace(/[.,;:]+$/, '');
    // `V/cm` in `36 V/cm` is a unit, which is checked with its number.
    if (findNamedUnit(written) !== undefined) return written;
    const isWordPair = /^\p{L}+\/\p{L}+$/u.test(plain);
    // Words such as `px/mm` may belong to a number.
    if (isWordPair) return written;
    if (hasWords(cited.text, plain)) return ' '.repeat(written.length);
    found.push(refuse('name', `“${written}” is in none of its facts.`));
    return ' '.repeat(written.length);
  });
  return { found, rest };
}

function checkDates(text: string, { dates }: CitedFacts): Checked {
  let rest = text;
  const found: Refusal[] = [];
  for (const { iso, written, offset } of readDates(text)) {
    rest = blank(rest, offset, written.length);
    if (!dates.has(iso)) found.push(refuse('date', `The date ${written} is in none of its facts.`));
  }
  rest = rest.replace(/(?<![\p{L}\p{N}.,])(?:19|20)\d\d(?![\p{L}\p{N}]|[.,]\d)/gu, (year) =>
    dates.has(year) ? ' '.repeat(year.length) : year,
  );
  return { found, rest };
}

function blank(text: string, offset: number, length: number): string {
  return text.slice(0, offset) + ' '.repeat(length) + text.slice(offset + length);
}

/** Relative rounding error of floating-point conversion between two notations of one quantity. */
const EXACT = 1e-9;

const PER_UNIT =
  /\ba second(?= \p{L})|(?<=\p{L}s?(?: of each \p{L}+ \p{L}+)? )an? (?:day|week|month|year|minute|hour|second)\b/giu;

function checkQuantities(text: string, cited: CitedFacts): Checked {
  const { quantities } = cited;
  let rest = text;
  const found: Refusal[] = [];
  // In `for a second time` and `375 trials a day`, there is no quantity.
  for (const stated of readQuantities(text.replace(PER_UNIT, (words) => ' '.repeat(words.length)))) {
    const isKnown = quantities.some(
      (known) =>
        known.quantity === stated.quantity &&
        Math.abs(known.base - stated.base) <= EXACT * Math.max(Math.abs(known.base), Math.abs(stated.base)),
    );
    // In `83 against 266, and 23 bytes`, 266 has no unit of its own.
    if (!isKnown && /\d$/.test(stated.written) && cited.uses.some(({ value }) => value === stated.value))
      continue;
    rest = blank(rest, stated.offset, stated.written.length);
    if (!isKnown && !isNumberOfUnit(stated.written, cited))
      found.push(refuse('quantity', `“${stated.written}” is in none of its facts.`));
  }
  return { found, rest };
}

/**
 * Whether one fact contains the number without a unit next to it, and the unit elsewhere: 480 nm in `480/535nm`, 10 Hz
 * in `10, 20 and 40 Hz`.
 */
function isNumberOfUnit(written: string, { facts }: CitedFacts): boolean {
  const [, number = '', unit = ''] = /^([\d.,]*\d)\s*(\p{L}+)$/u.exec(written) ?? [];
  if (number === '') return false;
  const bare = new RegExp(
    `(?<![\\p{L}\\p{N}.,])${number.replaceAll('.', '\\.')}(?=\\s*(?:[;.:)/]|,\\s|and |or |to |$|${unit}\\b))`,
    'u',
  );
  return facts.some(({ text }) => bare.test(text) && hasWords(text.replace(/(?<=\d)(?=\p{L})/gu, ' '), unit));
}

/** Amounts without a number, which only the same words in a fact support. */
const AMOUNTS =
  /\b(?:dozens?|scores of|hundreds|thousands|millions|billions|half|a third|a quarter|quarters|per ?cent|twice|thrice|double|triple|quadruple|a couple of|a pair of|a handful)\b|%/giu;

/** Numerals other than the ten digits: `½`, `Ⅳ`, `٤`. */
const OTHER_NUMERALS = /(?![0-9])\p{N}+/gu;

function checkNumbers(text: string, cited: CitedFacts, kind: SentenceKind): Refusal[] {
  const found: Refusal[] = [];
  const ofSlots = new Set(cited.filled.flatMap((value) => readNumbers(value).map(({ written }) => written)));
  for (const { value, written, offset, classes, noun } of readNumbers(text)) {
    const uses = cited.uses.filter((use) => use.value === value);
    // The number of values that a fact lists: `two publications`, if the fact gives both.
    const isListed = value > 1 && cited.listed.has(value) && !/\d/.test(written);
    if (isListed && !classes.some((each) => COUNTED.has(each))) continue;
    if (isUsedAlike(text, offset, written, cited)) continue;
    // `1 for center, 2 for left`: a label or code, such as that of `Well-2 Left`.
    if (classes.length === 0 && noun === undefined && hasLabel(written, cited)) continue;
    if (uses.length === 0) {
      found.push(refuse('number', `The number ${written} is in none of its facts.`));
      continue;
    }
    const counted = classes.filter((each) => COUNTED.has(each));
    const isSame =
      counted.length > 0
        ? uses.some((use) => use.classes.some((each) => counted.includes(each)))
        : isOfNoCount(uses, classes) ||
          noun === undefined ||
          cited.stems.has(noun) ||
          (ofSlots.has(written) && (uses.some(isUncounted) || classes.includes('rows')));
    if (!isSame)
      found.push(refuse('noun', `Its facts do not count so many: ${written} is of something else.`));
  }
  for (const [written] of text.matchAll(OTHER_NUMERALS))
    if (!cited.text.includes(written.normalize('NFKC').toLowerCase()))
      found.push(refuse('number', `“${written}” is in none of its facts.`));
  // A conclusion may compare the numbers of its facts.
  if (kind === 'inference') return found;
  for (const [written] of text.matchAll(AMOUNTS))
    if (!cited.text.includes(written.toLowerCase()))
      found.push(refuse('number', `“${written}” is in none of its facts.`));
  return found;
}

/**
 * Nouns that facts count per file. Their counts are never interchangeable, and the length of a list is no count of
 * them.
 */
const COUNTED = new Set(['subjects', 'sessions', 'files', 'units', 'electrodes', 'trials', 'rois']);

/** Whether a number counts only rows, samples or series, which texts call by many names. */
function isOfNoCount(uses: readonly NumberUse[], classes: readonly string[]): boolean {
  return classes.length > 0 && uses.some(isUncounted);
}

function isUncounted({ classes }: NumberUse): boolean {
  return classes.length > 0 && !classes.some((each) => COUNTED.has(each));
}

/** Whether a number of one digit is a label in the facts: `Well-2`, `M1_3`. */
function hasLabel(written: string, cited: CitedFacts): boolean {
  return /^\d$/.test(written) && new RegExp(`\\p{L}[_-]?${written}(?![\\p{L}\\p{N}])`, 'u').test(cited.text);
}

/** Whether a fact has the number next to the same word, as in `36 V/cm` and `neuropixels 2.0`. */
function isUsedAlike(text: string, offset: number, written: string, cited: CitedFacts): boolean {
  const after = /^\s*(\p{L}[\p{L}\p{N}/_-]*)/u.exec(text.slice(offset + written.length))?.[1];
  const before = /([\p{L}\p{N}_-]*\p{L})\s*$/u.exec(text.slice(0, offset))?.[1];
  const pairs = [
    ...(after === undefined || isLinkWord(after) ? [] : [`${written} ${after}`, `${written}${after}`]),
    ...(before === undefined || isLinkWord(before) ? [] : [`${before} ${written}`, `${before}${written}`]),
  ];
  // A number with a decimal point is no count, so it needs no noun.
  return (
    (/\.\d/.test(written) && hasWords(cited.text, written)) ||
    pairs.some((pair) => hasWords(cited.text, normalize(pair)))
  );
}

/** Adjectives that name a region only before a few nouns. */
const ADJECTIVES =
  /^(?:frontal|parietal|temporal|occipital|limbic|insular?|septal|motor|visual|auditory|olfactory|cortical|thalamic|spinal|retinal|dorsal|ventral)$/i;
const PLACE = /^[\s-](?:\w+\s)?(?:cort|lobe|area|region|nucle|gyrus|pole|bulb)/i;
/** Words of techniques and tasks that any description uses. */
const LOOSE = new Set([
  'analysis',
  'benchmark',
  'chronic',
  'behavior',
  'electrophysiology',
  'thermo',
  'rest',
  'motion-capture',
]);

function checkTerms(text: string, cited: CitedFacts, kind: SentenceKind): Refusal[] {
  const isVerbatim = (written: string) => hasWords(cited.text, normalize(written));
  const regions = findRegionMentions(text).filter(
    ({ term, written, at }) =>
      !(isBroadRegion(term.id) || isVerbatim(written) || knowsRegion(cited.terms, term.id)) &&
      (!ADJECTIVES.test(written) || PLACE.test(text.slice(at + written.length))),
  );
  const techniques = findTechniqueMentions(text).filter(
    ({ term, written, at }) =>
      !(
        isWithout(text, at) ||
        LOOSE.has(term.id) ||
        hasVariant(written, cited) ||
        knowsTechnique(cited.terms, term.id)
      ),
  );
  // An inference may conclude what subjects did.
  const mentions = kind === 'inference' ? [] : findTaskMentions(text);
  const tasks = mentions.filter(
    ({ term, written, at }) =>
      !(/^choice$/i.test(written) && /^ of\b/.test(text.slice(at + written.length))) &&
      !(LOOSE.has(term.id) || hasVariant(written, cited) || knowsTask(cited.terms, term.id)),
  );
  const species = findSpeciesInProse(text).filter(
    ({ latin, singular, plural, alike }) =>
      !cited.species.some((known) => known.latin === latin) &&
      ![singular, plural, latin, ...alike].some(
        (name) => hasWords(normalize(text), name.toLowerCase()) && isVerbatim(name),
      ),
  );
  const say = (reason: RefusalReason, what: string, written: string) =>
    refuse(reason, `Its facts do not name the ${what} “${written}”.`);
  return [
    ...regions.map(({ written }) => say('region', 'region', written)),
    ...techniques.map(({ written }) => say('technique', 'technique', written)),
    ...tasks.map(({ written }) => say('task', 'task or behavior', written)),
    ...species.map(({ plural }) => say('species', 'species', plural)),
  ];
}

/** Whether the word before says that something is missing: `in 20 files, without optogenetics`. */
function isWithout(text: string, at: number): boolean {
  return /\b(?:without|lacking|no)\s$/i.test(text.slice(0, at));
}

/** Words of tasks and techniques that identify none by themselves. */
const GENERIC = new Set(
  'task period test paradigm response behavior behaviour activity recording session method technique procedure experiment protocol imaging'
    .split(' ')
    .map(findStem),
);
/** Fewest first letters that count as an abbreviation of a word: `photostim` for photostimulation. */
const SHORT_FORM = 5;

/** Whether the facts have a term in another form: `photo-stimulation`, `photostim_onset`, `decoder`, `SwimSignals`. */
function hasVariant(written: string, cited: CitedFacts): boolean {
  const words = normalize(written).match(/\p{L}+/gu) ?? [];
  const identifying = words.filter((word) => !GENERIC.has(findStem(word)));
  return (
    hasWords(cited.text, normalize(written)) ||
    (identifying.length > 0 && identifying.every((word) => hasForm(word, cited)))
  );
}

function hasForm(word: string, cited: CitedFacts): boolean {
  if (cited.stems.has(findStem(word)) || hasWords(cited.joined, word)) return true;
  const meaning = findMeaning(word);
  // `choice` for `chosen`, `stimulation` for `stimuli`.
  if (cited.parts.some((part) => findMeaning(part) === meaning || (isOfStimuli(part) && isOfStimuli(word))))
    return true;
  const root = word.replace(/(?:ming|ning|ting|ing|ed|s)$/, '');
  return cited.parts.some(
    (part) => (part.length >= SHORT_FORM && word.startsWith(part)) || (root.length >= 4 && part === root),
  );
}

function isOfStimuli(word: string): boolean {
  return /^stimul/.test(word);
}

function hasTerm(text: string): boolean {
  return (
    findRegionMentions(text).length + findTechniqueMentions(text).length + findTaskMentions(text).length >
      0 || findSpeciesInProse(text).length > 0
  );
}

/** Names of the archive and its formats, which every page may use. */
const ALWAYS = new Set('nwb dandi dandiset dandisets hdf5 neurodata borders doi i'.split(' '));
const TOKEN = /[\p{L}\p{N}_]+/gu;

/** Checks names: words with a capital or a digit, except ordinary words at the beginning of a sentence. */
function checkNames(text: string, cited: CitedFacts): Refusal[] {
  const checkedElsewhere = listMentionRanges(text);
  const found: Refusal[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [word] = match;
    const isName = /\p{Lu}/u.test(word) || (/\d/.test(word) && /\p{L}/u.test(word)) || word.includes('_');
    if (!isName || isKnownName(word, cited)) continue;
    const end = match.index + word.length;
    const isVariant = /\p{L}{4,}\d/u.test(word) && !isKnownVariant(word, cited);
    if (!isVariant && checkedElsewhere.some(([from, to]) => match.index >= from && end <= to)) continue;
    const isOpening = /(?:^|[.!?:]\s+["“(]?|["“(])$/.test(text.slice(0, match.index).replace(/^\s+/, ''));
    if (isOpening && /^\p{Lu}\p{Ll}*$/u.test(word) && isPlainOpener(word)) continue;
    found.push(refuse('name', `“${word}” is in none of its facts.`));
  }
  return found;
}

/** Whether the facts have a name with a number, or one that only adds a letter: `GCaMP6` for `GCaMP6f`, not `GCaMP8`. */
function isKnownVariant(word: string, cited: CitedFacts): boolean {
  const low = normalize(word);
  return [...cited.words].some(
    (known) => known.startsWith(low) || (known.length >= low.length - 1 && low.startsWith(known)),
  );
}

function isKnownName(word: string, cited: CitedFacts): boolean {
  const low = normalize(word);
  return ALWAYS.has(low) || cited.words.has(low) || cited.words.has(low.replace(/s$/, ''));
}

/** The ranges of terms of the vocabulary and of quantities, which other checks cover. */
function listMentionRanges(text: string): (readonly [from: number, to: number])[] {
  const mentions = [...findRegionMentions(text), ...findTechniqueMentions(text), ...findTaskMentions(text)];
  const ranges = mentions.map(({ at, written }) => [at, at + written.length] as const);
  const quantities = readQuantities(text).map(
    ({ offset, written }) => [offset, offset + written.length] as const,
  );
  const latin = findSpeciesInProse(text).flatMap(({ latin: name, singular, plural }) =>
    [name, singular, plural].flatMap((each) => {
      const at = text.toLowerCase().indexOf(each.toLowerCase());
      return at < 0 ? [] : [[at, at + each.length] as const];
    }),
  );
  return [...ranges, ...quantities, ...latin];
}

/** Checks devices, programs and institutions, which prose also writes in lower case. */
function checkThings(text: string, cited: CitedFacts): Refusal[] {
  const low = normalize(text);
  const things: readonly NamedThing[] = [...DEVICES, ...SOFTWARE, ...INSTITUTIONS];
  return things.flatMap(({ claim, support }) => {
    const written = claim.exec(low)?.[0];
    if (written === undefined || hasWords(cited.text, written) || support?.test(cited.text)) return [];
    return [refuse('device', `Its facts do not name “${written}”.`)];
  });
}

const SEXES: readonly (readonly [claim: RegExp, support: RegExp])[] = [
  [/\b(?:females?|women|woman|girls?)\b/i, /\bfemales?\b|\bsex: [^\n]*\bf\b|\bwom[ae]n\b/],
  [/\b(?:males?|men|man|boys?)\b/i, /\bmales?\b|\bsex: [^\n]*\bm\b|\bm[ae]n\b/],
  [/\badults?\b/i, /\badult/],
  [
    /\b(?:juveniles?|infants?|neonat\w+|newborn|adolescents?|aged|elderly|young|old)\b/i,
    /juvenile|infant|neonat|newborn|adolescent|aged|elderly|young|\bold\b|^age: |\bage: /,
  ],
];

function checkSex(text: string, cited: CitedFacts): Refusal[] {
  return SEXES.flatMap(([claim, support]) => {
    const written = claim.exec(text)?.[0];
    return written === undefined || support.test(cited.text) || hasWords(cited.text, written.toLowerCase())
      ? []
      : [refuse('sex', `Its facts do not say “${written}”.`)];
  });
}

/** The number of files for which a sentence says it is true: `in 8 of 12 files`, `in 8 files`. */
const STATED_SHARE = new RegExp(
  `\\b(\\d[\\d,]*|${SPELLED_NUMBER}) (?:of (?:the |all |its )*(\\d[\\d,]*|${SPELLED_NUMBER}) )?(?:nwb )?(?:files?|sessions?|recordings?)\\b`,
  'gi',
);

/** Reads the numbers of files for which a sentence says it is true, and the numbers of the others. */
function readStatedShares(text: string): ReadonlySet<number> {
  return new Set(
    [...text.matchAll(STATED_SHARE)].flatMap(([, files = '', of = '']) => [
      readCount(files),
      ...(of === '' ? [] : [readCount(of) - readCount(files)]),
    ]),
  );
}

/** A statement that files differ, which facts about some of them support: `the imaging data differ from file to file`. */
const DIFFERS =
  /\b(?:differs?|differed|var(?:y|ies)|disagrees?|contradicts?|unless|not (?:all|every|each|the same))\b/i;

/** Checks that a sentence about all files cites only facts about all files. */
function checkScope(text: string, { facts }: CitedFacts, of: { read: number; assets: number }): Refusal[] {
  if (!isUniversal(text)) return [];
  const low = normalize(text);
  const stated = readStatedShares(low);
  const narrow = facts.find(
    ({ scope, ...fact }) =>
      (scope.kind === 'files' && scope.files < scope.of && !stated.has(scope.files) && !DIFFERS.test(text)) ||
      // What differs is named after that word.
      hasNarrowValue(fact, low.split(DIFFERS)[0]!, of, stated),
  );
  return narrow === undefined
    ? []
    : [
        refuse(
          'scope',
          `It speaks of all, and its fact ${narrow.id} holds for some: ${narrow.text.slice(0, 160)}`,
        ),
      ];
}

/** Whether the text states a value that only some files have. */
function hasNarrowValue(
  { slots, topic }: Pick<Fact, 'slots' | 'topic'>,
  text: string,
  of: { read: number; assets: number },
  stated: ReadonlySet<number>,
): boolean {
  const all = topic === 'paths' || topic === 'files' ? of.assets : of.read;
  return Object.entries(slots).some(([name, value]) => {
    const at = /^(?:value|name)(\d+)$/.exec(name)?.[1];
    const files = at === undefined ? Number.NaN : Number((slots[`files${at}`] ?? '').replaceAll(',', ''));
    return files < all && !stated.has(files) && value !== '' && hasWords(text, normalize(value));
  });
}

/** Words that attribute a statement to the owners. */
export const ATTRIBUTED =
  /\b(?:according to|the owners?|its owners|(?:the|its) (?:title|description)|authors?|contributors?|(?:is|are|was|were|as) (?:described|reported|stated|titled|named|given)|describ(?:e|es|ed)|reports?|reported|states?|stated|metadata|titled|entitled|as the files say|they (?:say|describe|report|state)|called)\b/i;
/** Words that mark a conclusion. */
export const HEDGED =
  /\b(?:suggest(?:s|ing)?|may|might|could|likely|possibly|probably|perhaps|presumably|appears?|seems?)\b/i;

/** Words of purpose, cause and result, which no counted fact supports. */
const INTERPRETS =
  /\b(?:demonstrat\w+|reveal(?:s|ed|ing)?|suggest(?:s|ed|ing)?|indicat(?:e|es|ed|ing)|(?:show|shows|showed|shown) (?:that|how|a|an|increas|decreas)|caus(?:e|es|ed|al|ing)|because|due to|leads? to|led to|results? in|resulted|in order to|aim(?:s|ed)?|to (?:study|investigate|understand|examine|explore|test|determine|assess|elucidate|probe)|investigat(?:e|es|ed|ing)|purpose|hypothes\w+|designed (?:to|for)|improv\w+|impair\w+|correlat\w+|predict\w*|contribut(?:e|es|ed|ing) to|enhanc\w+|enabl(?:e|es|ing)|may|might|likely|possibly|probably)\b/i;

/** Numbers in words, which are checked as numbers. */
const SPELLED = new RegExp(`\\b(?:${SPELLED_NUMBER})\\b`, 'gi');

/** Permissions of a licence, in which `may` is no hedge. */
const PERMITS = /\bmay be (?:re)?(?:used|shared|distributed|cited|copied|adapted)\b/gi;

function checkKind(text: string, kind: SentenceKind, cited: CitedFacts): Refusal[] {
  const isClaimed = cited.facts.some(({ scope }) => scope.kind === 'claim');
  const isCounted = cited.facts.some(({ scope }) => scope.kind !== 'claim');
  if (kind === 'fact' && isClaimed && !ATTRIBUTED.test(text))
    return [refuse('claim-as-fact', 'It tells as a fact what the owners say: make it a claim.')];
  if (kind === 'fact' && INTERPRETS.test(text.replace(PERMITS, ' ')) && !isQuoted(text, cited))
    return [
      refuse('interpretation', 'It concludes or tells a purpose: nothing that was counted shows that.'),
    ];
  const bare = text.replace(ATTRIBUTED, ' ').replace(HEDGED, ' ');
  const stems = contentStems(bare.replace(SPELLED, ' ')).filter((stem) => !PLAIN_STEMS.has(stem));
  const spelledOut = listSpelledOut(bare, cited);
  const meant = findMeantStems(bare, cited);
  const unsupported = stems.filter(
    (stem) => !cited.stems.has(stem) && !spelledOut.has(stem) && !meant.has(stem),
  );
  const share = kind === 'claim' || !isCounted ? CLAIM_SHARE : FACT_SHARE;
  if (kind !== 'inference' && unsupported.length > Math.max(LEAST_OWN, stems.length * share))
    return [
      refuse(
        'unsupported',
        `Its facts do not speak of ${unsupported.slice(0, 6).join(', ')} …: keep to their words.`,
      ),
    ];
  return [];
}

/** Stems of words whose meaning the facts have in another word. */
function findMeantStems(text: string, cited: CitedFacts): ReadonlySet<string> {
  const known = new Set(cited.parts.map(findMeaning));
  return new Set(
    (text.match(/\p{L}{4,}/gu) ?? []).filter((word) => known.has(findMeaning(word))).map(findStem),
  );
}

/** Most words of an initialism. */
const LONGEST_INITIALISM = 6;

/** Stems of consecutive words whose initials are a word of the facts: `brain-machine interface` for `BMI`. */
function listSpelledOut(text: string, cited: CitedFacts): ReadonlySet<string> {
  const words = text.match(/\p{L}+/gu) ?? [];
  const runs = words.flatMap((_, at) =>
    Array.from({ length: LONGEST_INITIALISM - 2 }, (__, more) => words.slice(at, at + more + 3)),
  );
  const known = runs.filter((run) => {
    const initials = run
      .map((word) => word[0] ?? '')
      .join('')
      .toLowerCase();
    return initials.length >= 3 && cited.words.has(initials);
  });
  return new Set(known.flat().map(findStem));
}

/** Shares of a sentence's content words that may be new; a claim must follow the owners' words more closely. */
const CLAIM_SHARE = 0.5;
const FACT_SHARE = 0.6;
/** New words that any sentence may have. */
const LEAST_OWN = 2;

/** Whether the facts contain the interpreting word themselves: a title may ask what causes what. */
function isQuoted(text: string, cited: CitedFacts): boolean {
  const word = INTERPRETS.exec(text)?.[0];
  return word !== undefined && hasWords(cited.text, word.toLowerCase());
}

/** Whether a text contains a phrase as whole words. */
export function hasWords(text: string, phrase: string): boolean {
  if (phrase === '') return false;
  const isWord = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length;
    const isInner =
      (isWord(phrase[0]) && isWord(text[at - 1])) || (isWord(phrase.at(-1)) && isWord(text[end]));
    if (!isInner) return true;
  }
  return false;
}
