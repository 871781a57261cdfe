/**
 * Decides whether a number can be derived from the facts and from other numbers of nearby sentences: sums, differences,
 * products, quotients and means. For the checks of numbers and counts, so that correct arithmetic is not reported.
 * Pure.
 */
import { readSpelledNumber, SPELLED_NUMBER } from '../vocabulary/number-words.ts';
import type { Evidence } from './evidence.ts';
import type { Tolerance } from './known-quantities.ts';
import { sentenceAt } from './prose.ts';

/** A number of a text: its value, and where it begins. */
export interface NumberAt {
  readonly value: number;
  readonly offset: number;
}

const DIGITS = /(?<![\p{L}\p{N}_.,/#])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?/gu;
const SPELLED = new RegExp(`(?<![\\p{L}\\p{N}-])(${SPELLED_NUMBER})(?![\\p{L}\\p{N}])`, 'giu');

/** Reads all numbers of a text, in digits and in words. */
export function readAllNumbers(text: string): NumberAt[] {
  return [
    ...[...text.matchAll(DIGITS)].map((match) => ({
      value: Number(`${match[1]}${match[2] ?? ''}`.replaceAll(',', '')),
      offset: match.index,
    })),
    ...[...text.matchAll(SPELLED)].map((match) => ({
      value: readSpelledNumber(match[1]!),
      offset: match.index,
    })),
    ...[...text.matchAll(/\b(?:half|twice|both|a (?:pair|couple) of)\b/gi)].map(({ index }) => ({
      value: 2,
      offset: index,
    })),
  ].filter(({ value }) => Number.isFinite(value) && value > 0);
}

/** The numbers of files, subjects and sessions, by which totals may be divided. */
export function listWholes({ facts, totals }: Evidence): number[] {
  const { numberOfFiles = 0, numberOfSubjects = 0 } = facts?.dandiset ?? {};
  const { sessions = 0, subjects = 0, read = 0 } = facts?.contents?.all ?? {};
  return [...new Set([...totals, numberOfFiles, numberOfSubjects, sessions, subjects, read])].filter(
    (count) => count > 1,
  );
}

/** The counts of units, trials and the like over all files. */
function listTallies({ facts }: Evidence): number[] {
  const counts = Object.values(facts?.contents?.all.counts ?? {});
  return counts.flatMap(({ min: least, median: middle, max: most, total }) => [total, most, middle, least]);
}

/** The numbers of devices, groups of electrodes and planes, by which channels and units may be divided. */
function listGroups({ facts }: Evidence): number[] {
  return (facts?.fileTypes ?? [])
    .flatMap(({ devices, neurodataTypes }) => [
      devices.length,
      ...neurodataTypes
        .filter(({ name }) => /Group$|Plane$|Segmentation$/.test(name))
        .map(({ count }) => count),
      devices.filter(({ name, description }) =>
        /probe|neuropixel|array|tetrode/i.test(`${name} ${description}`),
      ).length,
    ])
    .filter((count) => count > 1);
}

/** Words of sentences with means or numbers per item. */
const OF_MEANS =
  /\b(?:each|per|on average|averag\w+|mean|every|apiece|typical(?:ly)?|a (?:file|session|cell|mouse|rat|worm|fish|day|block|subject|donor|animal|recording))\b/i;
/** Words of sentences with sums. */
const OF_SUMS =
  /\b(?:altogether|in (?:all|total)|totals?|totall?ing|overall|combined|together|across|over (?:all|the)|summ?\w*|makes?|making|amount\w*|add\w* up)\b/i;

/** Numbers up to this one equal some mean in any Dandiset, so fewer derivations are tried for them. */
const SMALL = 12;

/** A product below this may equal the length of some dataset by chance. */
const LEAST_LENGTH = 10_000;

/** Widens a tolerance to at least 0.5 % in both directions. */
function widenTolerance({ below, above }: Tolerance): Tolerance {
  return { below: Math.max(below, 0.005), above: Math.max(above, 0.005) };
}

/** Words of sentences that multiply a number of each item by the number of items. */
const MULTIPLIED =
  /\b(?:each|apiece|every)\b[^.;]*\b(?:thus|so|hence|makes?|making|i\.e\.|that is|in all|altogether|together)\b/i;

/**
 * Whether a count is the sum of two numbers in a sentence of the owners that has the counted noun: 750 trials for
 * `375 trials of one kind and 375 of another`.
 */
function isSumOfOwners(value: number, sentence: string, { sentences }: Evidence): boolean {
  const counted = new RegExp(`(?<![\\d.,])${value}(?: \\p{L}+)? (\\p{L}{4,})s\\b`, 'u').exec(sentence)?.[1];
  if (counted === undefined) return false;
  return sentences.some((said) => {
    if (!said.toLowerCase().includes(counted.toLowerCase())) return false;
    const amounts = readAllNumbers(said)
      .map((number) => number.value)
      .filter((number) => number > SMALL);
    return amounts.some((one, at) => amounts.some((other, otherAt) => at < otherAt && one + other === value));
  });
}

/** Words of sentences that present a calculation. */
const CALCULATED =
  /\b(?:calculat\w+|amounts? to|comes? to|works? out|multipl\w+|in other words|that is|adds? up)\b/i;
/** Largest number of the owners that is tried as a factor. */
const MOST_FACTOR = 1_000;

/** Whether a number is the product of two numbers of the owners' text, or of one of them and a small integer. */
function isProductOfOwners(value: number, { sentences }: Evidence): boolean {
  const amounts = new Set(
    sentences
      .flatMap((said) => readAllNumbers(said).map((number) => number.value))
      .filter((number) => number > 1 && number <= MOST_FACTOR),
  );
  return [...amounts].some((one) => value % one === 0 && (amounts.has(value / one) || value / one <= SMALL));
}

/**
 * Whether a computed value is within the tolerance of a written one. With `isRounded`, it may be rounded up or down.
 */
export function isNear(
  computed: number,
  value: number,
  { below, above }: Tolerance,
  isRounded: boolean,
): boolean {
  if (!Number.isFinite(computed) || computed <= 0) return false;
  const least = value - Math.abs(value) * below - 1e-9;
  const most = value + Math.abs(value) * above + 1e-9;
  if (computed >= least && computed <= most) return true;
  if (!isRounded) return false;
  return Number.isInteger(value)
    ? Math.floor(computed) === value || Math.ceil(computed) === value
    : Math.abs(computed - value) <= 0.051;
}

/** The sentence at an offset, and the one before it. */
export function findNearby(text: string, offset: number): string {
  const sentence = sentenceAt(text, offset);
  const start = Math.max(0, text.lastIndexOf(sentence, offset));
  const before = sentenceAt(text, Math.max(0, start - 3));
  return before === sentence ? sentence : `${before} ${sentence}`;
}

/**
 * Whether a number can be derived from others in its sentence and the previous one, or from the counts of the facts.
 */
export function isDerivedNumber(
  { value, offset }: NumberAt,
  tolerance: Tolerance,
  text: string,
  evidence: Evidence,
  isKnown: (value: number, near?: Tolerance) => boolean,
): boolean {
  const sentence = sentenceAt(text, offset);
  // For a small number the previous sentence is left out, since some combination almost always matches.
  const nearby = value > SMALL ? findNearby(text, offset) : sentence;
  const others = readAllNumbers(nearby)
    .map((number) => number.value)
    .filter((number) => number !== value && number > 1 && isKnown(number));
  const wholes = listWholes(evidence);
  const isClose = (computed: number, isRounded = false) => isNear(computed, value, tolerance, isRounded);
  const isOfMean = OF_MEANS.test(nearby);
  const sum = others.reduce((total, number) => total + number, 0);
  if (others.length > 1 && isClose(sum)) return true;
  const isCombination = (one: number, other: number) =>
    isClose(one + other) ||
    isClose(Math.abs(one - other)) ||
    isClose(one * other) ||
    isClose(one / other, isOfMean && one > SMALL) ||
    isClose(other / one, isOfMean && other > SMALL);
  if (others.some((one, at) => others.some((other, otherAt) => at !== otherAt && isCombination(one, other))))
    return true;
  if (others.some((one) => wholes.some((whole) => isCombination(one, whole)))) return true;
  // `1,441 units, on average more than 30,000 spikes each`: their product is the length of a dataset.
  const isShared = (sharers: number) =>
    sharers > SMALL && value * sharers >= LEAST_LENGTH && isKnown(value * sharers, widenTolerance(tolerance));
  if (isOfMean && others.some(isShared)) return true;
  // `16,200 rows each, thus 48,600`: a small multiple of a number of the sentence.
  const isMultiple = (one: number) => value > one && value % one === 0 && value / one <= SMALL;
  if (MULTIPLIED.test(sentence) && others.some((one) => one > SMALL && isMultiple(one))) return true;
  if (value > SMALL && isSumOfOwners(value, sentence, evidence)) return true;
  if (CALCULATED.test(sentence) && isProductOfOwners(value, evidence)) return true;
  const tallies = listTallies(evidence);
  // A small number equals some mean of the tallies.
  const isSmall = value <= SMALL && Number.isInteger(value);
  const shared = isSmall ? wholes : [...tallies, ...wholes];
  const sharers = isSmall ? wholes : [...wholes, ...listGroups(evidence)];
  // `On average 48 trials in each of the eight blocks`: a total of the facts divided by a number of the sentence.
  if (isOfMean && !isSmall && tallies.some((tally) => others.some((one) => isClose(tally / one, true))))
    return true;
  if (isOfMean && shared.some((count) => sharers.some((whole) => isClose(count / whole, true)))) return true;
  return OF_SUMS.test(sentence) && tallies.some((tally) => wholes.some((whole) => isClose(tally * whole)));
}
