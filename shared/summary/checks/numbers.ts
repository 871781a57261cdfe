/**
 * Checks of numbers: each number is in the facts, with its unit; counts of files agree with the list; the id or time of
 * one session is not reported for all. Pure.
 */
import { escapePattern } from '../../escape-pattern.ts';
import { findOwn } from '../../own-entry.ts';
import type { DandisetFacts } from '../../prompt/facts.ts';
import {
  readCount,
  readSpelledNumber,
  SPELLED_NUMBER,
  VAGUE_AMOUNTS,
} from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import { findNearby, isDerivedNumber, isNear, listWholes, readAllNumbers } from '../derived-numbers.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { agrees, knowsUnit, type Tolerance } from '../known-quantities.ts';
import { DAYS } from '../known-subjects.ts';
import { type ProseBlock, sentenceAt } from '../prose.ts';
import { readQuantities, readUnit, type WrittenQuantity } from '../quantities.ts';
import { containsName } from './equipment.ts';
import { isSpeculation } from './sentences.ts';
import { findTooMany } from './subject-counts.ts';
import { readAgeClaims } from './subjects.ts';

/** Words right before a number that make it approximate. */
const ABOUT =
  /(about|approximately|approx\.?|around|roughly|nearly|almost|just over|just under|slightly over|slightly under|a little over|a little more than|over|upwards of|(?:on|in|of) the order of|close to|not quite|under|more than|less than|fewer than|up to|at least|some|circa|~|≈|>|<)\s*(?:a |an )?$/i;
/**
 * The first number of a range or a pair: `from about 2,700 to `, `some 85,000 and `. Words that make it approximate
 * apply to the second number too.
 */
const RANGE_BEFORE = new RegExp(
  `(?:\\d[\\d,.]*|${SPELLED_NUMBER})(?:\\s?\\p{L}+)?\\s?(?:to|and|or|-|–)\\s?$`,
  'iu',
);

/** Reads the word that makes a number approximate, right before it or before the first number of its range. */
function readAbout(before: string): string | undefined {
  const plain = before.replace(/[-−]$/, '');
  const own = ABOUT.exec(plain)?.[1];
  return (own ?? ABOUT.exec(plain.replace(RANGE_BEFORE, '').replace(/[-−]$/, ''))?.[1])?.toLowerCase();
}

/** Those of them that state a lower bound, and an upper bound. */
const OVER = /over|upwards|more than|at least|>/;
const UNDER = /under|less than|fewer than|up to|nearly|almost|not quite|</;
/** The one that gives only a magnitude: half to twice the number. */
const OF_MAGNITUDE = /order of/;

/** A number, unless it is part of a name (`CA1`, `GCaMP6s`, `P90`) or of a longer one. */
const NUMBER =
  /(?<![\p{L}\p{N}_.,/#:])(?<![\p{L}\p{N}]-)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:\s?([a-zµμ%°]+))?/giu;

/** Numbers up to this one, without a unit, are too common in prose to be checked. */
const SMALL = 12;

interface StatedNumber {
  readonly value: number;
  readonly written: string;
  readonly offset: number;
}

/** A number in words. */
const SPELLED = new RegExp(`(?<![\\p{L}\\p{N}-])(${SPELLED_NUMBER})`, 'giu');

/** Words for powers of ten after a number. */
const POWERS: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };

/** Replaces by spaces what other checks cover: links, DOIs, dates and versions. The length stays the same. */
function blankOthers(text: string): string {
  const blank = (match: string) => ' '.repeat(match.length);
  return text
    .replace(/\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+/gi, blank)
    .replace(DATE, blank)
    .replace(MONTH, blank)
    .replace(IN_YEAR, blank)
    .replace(VERSION, blank);
}

/** The numbers without a unit that a text states. */
function readStated(text: string): StatedNumber[] {
  const blanked = blankOthers(text);
  const quantities = readQuantities(blanked);
  const isMeasured = (offset: number) => quantities.some((quantity) => quantity.offset === offset);
  const digits = [...blanked.matchAll(NUMBER)].flatMap((match): StatedNumber[] => {
    const [whole, integer = '', decimals = '', word = ''] = match;
    const number = `${integer}${decimals}`;
    const power = findOwn(POWERS, word.toLowerCase());
    // `12 more` counts what a list leaves out, and `3 times` is a factor of two facts: neither is in the facts.
    if (isMeasured(match.index) || /^(?:more|others|times|fold)$/i.test(word)) return [];
    // A number with letters attached that are no unit is a name: `2P`, `5HT`, `24C`. `512x512` is read as numbers.
    if (word !== '' && whole === `${number}${word}` && word.toLowerCase() !== 'x') return [];
    return [
      {
        value: Number(number.replaceAll(',', '')) * (power ?? 1),
        written: power === undefined ? number : whole,
        offset: match.index,
      },
    ];
  });
  const spelled = [...blanked.matchAll(SPELLED)].flatMap((match): StatedNumber[] => {
    const [, words = ''] = match;
    const value = readSpelledNumber(words);
    // Small ones are too common in prose; the check `counted` covers those with a known noun.
    const isFactor = /^[\s-](?:times|fold)\b/i.test(blanked.slice(match.index + words.length));
    return value > SMALL && !isFactor && !isMeasured(match.index)
      ? [{ value, written: words, offset: match.index }]
      : [];
  });
  return [...digits, ...spelled];
}

/** Whether a sorted list contains a number within relative tolerances. */
function includesWithin(numbers: Float64Array, value: number, below: number, above = below): boolean {
  let low = 0;
  let high = numbers.length;
  const least = value - Math.abs(value) * below;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  const found = numbers[low];
  return found !== undefined && found <= value + Math.abs(value) * above;
}

/** The rounding error of a written number: half a unit of its last significant digit, relative to the number. */
function measureRounding(written: string): number {
  const digits = written.replace(/[^\d.]/g, '');
  const significant = digits.includes('.')
    ? digits.replace('.', '').replace(/^0+/, '')
    : digits.replace(/^0+|0+$/g, '');
  return 0.5 / 10 ** Math.max(1, significant.length - 1);
}

const EXACT: Tolerance = { below: 1e-9, above: 1e-9 };

/** The relative tolerance of a number, given the words before it. `over 1,800` is not true of 1,740. */
function findTolerance(before: string, written: string): Tolerance {
  const word = readAbout(before);
  if (word === undefined) return EXACT;
  if (OF_MAGNITUDE.test(word)) return { below: 0.5, above: 1 };
  const digits = /\d/.test(written) ? written : String(readSpelledNumber(written) || written);
  const wide = Math.max(measureRounding(digits), 0.05);
  // `More than a thousand` is used for 1,136 and for 1,400.
  const isRound = /^[1-9]0+$/.test(digits.replaceAll(',', '')) || Number(digits) <= FEW;
  const beyond = isRound ? ROUND_TOLERANCE : BOUND_TOLERANCE;
  if (OVER.test(word)) return { below: 1e-9, above: Math.max(wide, beyond) };
  if (UNDER.test(word)) return { below: Math.max(wide, BOUND_TOLERANCE), above: 1e-9 };
  return { below: wide, above: wide };
}

/**
 * How far the value may exceed a lower bound of one significant digit, or of at most `FEW`, relative to the bound:
 * `more than fifteen columns` fits 19.
 */
const ROUND_TOLERANCE = 0.5;
const FEW = 20;

/** How far the value may differ from any other bound, relative to the bound: `less than 20 kB` fits 18.6 kB. */
const BOUND_TOLERANCE = 0.13;

/** Kinds of quantity that are not rounded to one digit: `10 kHz` is not 9,500 Hz. */
const SHARP = new Set<string>(['frequency', 'length', 'voltage', 'current']);
/** Relative rounding tolerance of these if they have no decimals. */
const SHARP_TOLERANCE = 0.01;

/** The relative rounding error of a quantity. */
function measureConversion({ digits, quantity }: WrittenQuantity): number {
  // A size in words is rounded: `six terabytes`.
  if (digits === '') return quantity === 'size' ? 0.06 : 1e-9;
  const rounding = measureRounding(digits);
  return SHARP.has(quantity) && !digits.includes('.') ? Math.min(rounding, SHARP_TOLERANCE) : rounding;
}

/** Seconds per day. */
const DAY = 86_400;

/** Whether a quantity is the time between first and last session, give or take one calendar unit. */
function isSpan({ quantity, base, value }: WrittenQuantity, { facts }: Evidence): boolean {
  const { firstSession, lastSession } = facts?.contents?.all ?? {};
  if (quantity !== 'time' || firstSession === undefined || lastSession === undefined || base < DAY)
    return false;
  const span = (Date.parse(lastSession) - Date.parse(firstSession)) / 1000;
  return Number.isFinite(span) && Math.abs(span - base) <= Math.max(base / value, base * 0.06);
}

/** Whether a percentage is the ratio of two numbers of nearby sentences, or of one of them and a total. */
function isShareOfSentence(
  { value, digits }: WrittenQuantity,
  text: string,
  offset: number,
  evidence: Evidence,
): boolean {
  const known = [
    ...readAllNumbers(findNearby(text, offset)).map((number) => number.value),
    ...listWholes(evidence),
  ].filter((number) => number > 0 && (number <= SMALL || includesWithin(evidence.numbers, number, 1e-9)));
  const rounding = ABOUT.test(text.slice(0, offset)) || digits === '' ? Math.max(1, value * 0.06) : 0.51;
  return known.some((part) =>
    known.some((whole) => part < whole && Math.abs((100 * part) / whole - value) <= rounding),
  );
}

/** Whether a wavelength is the end of a device's name in the facts: `470-nm` for `OBIS470`. */
function isWavelengthOfName({ digits, unit }: WrittenQuantity, { text }: Evidence): boolean {
  return (
    unit === 'nm' && /^\d{3,4}$/.test(digits) && new RegExp(`\\p{L}[_-]?${digits}(?!\\d)`, 'u').test(text)
  );
}

/** Signs of arithmetic that a sentence shows: `3 × 4 s = 12 s`. */
const ARITHMETIC = /\d\s?[×*]\s?\d[^.;]*=|=\s?\d/;

/** Whether a quantity agrees with one of the facts, directly or by a simple conversion. */
function isMeasured(stated: WrittenQuantity, text: string, evidence: Evidence): boolean {
  const before = text.slice(0, stated.offset);
  if (isWavelengthOfName(stated, evidence) || ARITHMETIC.test(sentenceAt(text, stated.offset))) return true;
  const { written, quantity, value } = stated;
  if (isVerbatim(written, evidence) || isSpan(stated, evidence)) return true;
  if (isBetweenDates(stated, text, evidence) || isConvertedFromDays(value, stated.unit, text, stated.offset))
    return true;
  // `24 degrees` where the facts have 24 °C.
  if (quantity === 'angle' && evidence.quantities.values.get('temperature')?.includes(value)) return true;
  // As many days as sessions: one session per day.
  if (/^days?$/.test(stated.unit) && evidence.counted.get('sessions')?.has(value)) return true;
  if (quantity === 'ratio')
    return (
      isShare(
        value,
        evidence,
        ABOUT.test(before) && value % ROUND_SHARE === 0 ? ABOUT_SHARE : ROUNDED_SHARE,
      ) ||
      isShareOfSentence(stated, text, stated.offset, evidence) ||
      agrees(evidence.quantities, stated, EXACT) ||
      includesWithin(evidence.numbers, value / 100, 1e-9)
    );
  if (quantity === 'size') {
    // A megabyte may mean 10^6 or 2^20 bytes.
    const binary = {
      ...stated,
      base: stated.base * 1.024 ** Math.round(Math.log10(stated.base / value || 1) / 3),
    };
    if (agrees(evidence.quantities, binary, { below: 0.03, above: 0.03 })) return true;
  }
  const { below, above } = findTolerance(before, written);
  if (ABOUT.test(before) && isWithinRange(stated, evidence)) return true;
  const rounding = measureConversion(stated);
  if (isReciprocal(stated, rounding, evidence) || isPart(stated, evidence)) return true;
  return agrees(evidence.quantities, stated, {
    below: Math.max(below, rounding),
    above: Math.max(above, rounding),
  });
}

/** Whether a number is the end of a name: `OBIS 470` where the facts have `OBIS470`. */
function isOfName({ written, offset }: StatedNumber, text: string, evidence: Evidence): boolean {
  const name = /(?:^|[^\p{L}\p{N}])(\p{Lu}[\p{L}\p{N}]+[ -]?)$/u.exec(text.slice(0, offset))?.[1];
  return name !== undefined && /\d/.test(written) && containsName(`${name}${written}`, evidence);
}

/** Whether a number is in the facts, within its tolerance, or too small to be checked. */
function isSupported({ value, written, offset }: StatedNumber, text: string, evidence: Evidence): boolean {
  if (Number.isInteger(value) && value <= SMALL) return true;
  const { below, above } = findTolerance(text.slice(0, offset), written);
  // A number that ends in three zeros is probably rounded.
  const isRounded = (/[a-z]/i.test(written) && /\d/.test(written)) || /\d[.,]?000$/.test(written);
  const rounding = isRounded ? measureRounding(written) : 0;
  return includesWithin(evidence.numbers, value, Math.max(below, rounding), Math.max(above, rounding));
}

/** Words of sentences that compute: a quantity in them may be derived from others. */
const DERIVED =
  /\b(?:so|hence|thus|(?:which|that) (?:makes?|gives?|amounts?|corresponds?|adds?|spans?|is)|in (?:all|total)|altogether|together|overall|totals?|totall?ing|i\.e\.|equals?|equivalent|amount(?:s|ing)? to|add(?:s|ing)? up|mak(?:es?|ing)|on average|averages?|mean|spans?|spanned|spanning|each|per|remaining|rest|other)\b|=/i;

/** Words right before a number that claim no precision. */
const ROUGHLY = /(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|~|≈|some)\s*$/i;

/** Kinds of quantity that people compute from counts and rates. */
const COMPUTABLE = new Set<string>(['time', 'length', 'size', 'volume', 'speed']);

/** Whether a sentence may derive or estimate a quantity. */
function isRough({ offset, quantity }: WrittenQuantity, text: string): boolean {
  // Sizes are often given per file or per subject.
  if (quantity === 'size') return true;
  return ROUGHLY.test(text.slice(0, offset)) || DERIVED.test(sentenceAt(text, offset));
}

/** Whether a quantity is derived or estimated by the sentence: it need not be in the facts. */
function isEstimate({ digits, written, quantity, offset }: WrittenQuantity, text: string): boolean {
  // Quantities in words or in calendar units are often loose.
  if (digits === '' || /(?:day|week|month|year)s?$/i.test(written)) return true;
  if (!COMPUTABLE.has(quantity)) return false;
  const before = sentenceAt(text, offset).slice(0, 400);
  return ROUGHLY.test(text.slice(0, offset)) || DERIVED.test(before);
}

/**
 * Whether a quantity is the reciprocal of one in the facts: `every 2.5 s` is 0.4 Hz, and a frame at 30 Hz takes 33 ms.
 */
function isReciprocal(
  { quantity, base }: WrittenQuantity,
  rounding: number,
  { quantities }: Evidence,
): boolean {
  const other = { frequency: 'time', time: 'frequency' }[quantity as string];
  if (other === undefined || base <= 0) return false;
  const known = quantities.values.get(other) ?? [];
  return known.some((value) => value > 0 && Math.abs(1 / value - base) <= base * Math.max(rounding, 1e-9));
}

/** Whether a quantity is within a range of the facts: `2 mm` where they have `1800-2500 um`. */
function isWithinRange({ quantity, base }: WrittenQuantity, { quantities }: Evidence): boolean {
  return quantities.ranges.some(
    (range) => range.quantity === quantity && range.least <= base && base <= range.most,
  );
}

/**
 * Whether a quantity is a percentage in the facts of a quantity in the facts: 0.25 s, where they have 10 % and 2.5 s.
 */
function isPart({ quantity, base, digits }: WrittenQuantity, { quantities }: Evidence): boolean {
  if (digits === '' || quantity === 'ratio') return false;
  const shares = (quantities.values.get('ratio') ?? []).filter((share) => share > 0 && share < 1);
  const known = quantities.values.get(quantity) ?? [];
  return shares.some((share) => known.some((value) => Math.abs(share * value - base) <= 1e-9 * base));
}

/**
 * Counts by which a quantity may be divided or multiplied: of files, subjects and sessions, and those in nearby
 * sentences.
 */
function listSharers(text: string, offset: number, { facts, totals, numbers }: Evidence): number[] {
  const counts = readAllNumbers(findNearby(text, offset))
    .map(({ value }) => value)
    .filter((count) => includesWithin(numbers, count, 1e-9));
  const { numberOfFiles = 0, numberOfSubjects = 0 } = facts?.dandiset ?? {};
  const { sessions = 0, subjects = 0 } = facts?.contents?.all ?? {};
  return [...counts, ...totals, numberOfFiles, numberOfSubjects, sessions, subjects].filter(
    (count) => count > 1,
  );
}

/**
 * Whether a quantity is one of the facts divided or multiplied by a count: `83.5 MB a worm`, `30 minutes altogether`.
 */
function isDerivedQuantity(stated: WrittenQuantity, text: string, evidence: Evidence): boolean {
  const { quantity, base, digits, offset } = stated;
  const known = evidence.quantities.values.get(quantity) ?? [];
  const isRough =
    ROUGHLY.test(text.slice(0, offset)) || /\b(?:average|mean)\b/i.test(sentenceAt(text, offset));
  // The last digit of a short number may be rounded.
  const rounding = Math.min(
    0.06,
    Math.max(isRough ? 0.05 : 0.005, digits === '' ? 0.005 : measureRounding(digits)),
  );
  const bound = findTolerance(text.slice(0, offset), stated.written);
  const below = Math.max(rounding, bound.below);
  const above = Math.max(rounding, bound.above);
  const isClose = (value: number) =>
    value >= base - Math.abs(base) * below && value <= base + Math.abs(base) * above;
  return listSharers(text, offset, evidence).some((count) =>
    known.some((value) => isClose(value / count) || isClose(value * count)),
  );
}

/**
 * Whether a number of weeks, months or years is a rounded conversion of days in its sentence:
 * `day 106, that is, about 15 weeks`.
 */
function isConvertedFromDays(value: number, unit: string, text: string, offset: number): boolean {
  const days = findOwn(DAYS, unit.toLowerCase().replace(/s$/, ''));
  const sentence = sentenceAt(text, offset);
  if (days === undefined || days <= 1 || !/\bdays?\b/i.test(sentence)) return false;
  // `p148` is postnatal day 148.
  const named = [...sentence.matchAll(/\bp(\d{2,3})\b/gi)].map(([, day]) => Number(day));
  return [...readAllNumbers(sentence).map((number) => number.value), ...named].some(
    (number) => number > days && Math.abs(number / days - value) <= CONVERSION_ERROR,
  );
}

/** Largest error of such a conversion, in the unit of its result. */
const CONVERSION_ERROR = 0.6;

/** Whether a number is the first of two conversions before one unit: `about 15 and 21 weeks`. */
function isFirstConversion({ value, written, offset }: StatedNumber, text: string): boolean {
  const unit = /^ (?:and|or|to) \d+ (weeks|months|years)\b/i.exec(text.slice(offset + written.length))?.[1];
  return unit !== undefined && isConvertedFromDays(value, unit, text, offset);
}

/** Most dates of the facts whose differences are computed. */
const MOST_DATES = 200;
/** Words of sentences in which a time may be the one between two dates. */
const BETWEEN_DATES =
  /\b(?:before|after|later|earlier|apart|older|between|since|until|prior|afterwards|thereafter|separates?|separated|gap|passed|elapsed)\b/i;

/** Whether a quantity is the time between two dates of the facts: `about five years before the file was created`. */
function isBetweenDates(
  { quantity, base, value, offset }: WrittenQuantity,
  text: string,
  { text: known }: Evidence,
): boolean {
  if (quantity !== 'time' || base < DAY || !BETWEEN_DATES.test(sentenceAt(text, offset))) return false;
  const dates = [...new Set(known.match(/(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)/g) ?? [])]
    .slice(0, MOST_DATES)
    .map((date) => Date.parse(date) / 1000);
  const slack = Math.max(DAY, (base / value) * 0.5);
  return dates.some((one) => dates.some((other) => Math.abs(one - other - base) <= slack));
}

/** Whether a number is a rate times a duration of nearby sentences: `at 100 Hz for half an hour, or 180,000 frames`. */
function isRateTimesDuration({ value, offset }: StatedNumber, tolerance: Tolerance, text: string): boolean {
  const measures = readQuantities(findNearby(text, offset));
  const find = (kind: string) => measures.filter(({ quantity }) => quantity === kind).map(({ base }) => base);
  return find('frequency').some((rate) =>
    find('time').some((time) => isNear(rate * time, value, tolerance, false)),
  );
}

/** Words of sentences whose numbers may be computed from others. */
const COMPUTED =
  /\b(?:each|per|on average|average|averag\w+|mean|every|apiece|altogether|total|totall?ing|in all|combined|makes?|making|which gives|remaining|rest|other)\b/i;

/** Relative tolerance of a round number in a sentence about averages. */
const MEAN_TOLERANCE = 0.05;

/** The relative tolerance between a written number and the value derived for it. */
export function findDerivedTolerance(text: string, offset: number, written: string): Tolerance {
  const before = text.slice(0, offset);
  if (readAbout(before) !== undefined) return findTolerance(before, written);
  // In `about 90 units and 140 trials on average` both numbers are approximate.
  const sentence = sentenceAt(text, offset);
  if (/0$/.test(written) && /\b(?:about|approximately|around|roughly|on average|averag\w+)\b/i.test(sentence))
    return { below: MEAN_TOLERANCE, above: MEAN_TOLERANCE };
  const rounding = written.includes('.') ? measureRounding(written) : 1e-9;
  return { below: rounding, above: rounding };
}

/** Whether a number can be computed from others in nearby sentences or from the counts of the facts. */
function isDerived({ value, offset, written }: StatedNumber, text: string, evidence: Evidence): boolean {
  const tolerance = findDerivedTolerance(text, offset, written);
  return (
    isDerivedNumber({ value, offset }, tolerance, text, evidence, (number, near) =>
      near === undefined
        ? number <= SMALL || includesWithin(evidence.numbers, number, 1e-9)
        : includesWithin(evidence.numbers, number, near.below, near.above),
    ) || isRateTimesDuration({ value, offset, written }, tolerance, text)
  );
}

/** Whether a count can be computed in the same way; for the check `counted`. */
export function isDerivedCount(
  value: number,
  written: string,
  offset: number,
  text: string,
  evidence: Evidence,
): boolean {
  return isDerived({ value, offset, written }, text, evidence);
}

/** Words of sentences in which four digits are a year. */
const OF_DATES = /\b(?:date[sd]?|years?|sessions?|start\w*|record\w*|since|until|placeholder)\b/i;

/**
 * Whether a number is a year of the facts: of a date, in a sentence about dates, or of a publication, a meeting or a
 * link.
 */
function isYear({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!Number.isInteger(value) || value < 1600 || value > 2200) return false;
  // A citation, a link or a name contains a year: `10.1101/2023.11.10.566306`, `dataset-sfn-2024`.
  if (AS_YEAR.test(text.slice(0, offset)) && new RegExp(`(?<!\\d)${value}(?!\\d)`).test(known)) return true;
  const sentence = sentenceAt(text, offset);
  if (OF_PRINT.test(sentence) && new RegExp(`(?<!\\d)${value}(?!\\d)`).test(known)) return true;
  return OF_DATES.test(sentence) && new RegExp(`(?<!\\d)${value}-\\d\\d-\\d\\d`).test(known);
}

/** Words right before four digits that make them a year. */
const AS_YEAR = /\b(?:in|of|since|until|from|the year|early|late|mid|summer|spring|autumn|fall|winter)[ -]$/i;

/** Words of sentences in which four digits are the year of a publication. */
const OF_PRINT =
  /\b(?:preprint|papers?|articles?|publication|publish\w*|appeared|out in|journal|proceedings|workshop|conference|bioRxiv|arXiv|et al|colleagues)\b/i;

/**
 * Whether a number is part of a name in the facts: `entries (4558, 4560)` for `teblk_4558_decoder`, `Clampex 10.6` for
 * `Clampex v10.6.2.2`.
 */
function isPartOfName({ written, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  const number = written.replaceAll('.', '\\.');
  const after = text.slice(offset + written.length);
  if (/^\d{4,}$/.test(written) && /^(?:[,;)]| and \d)/.test(after))
    return new RegExp(`[\\p{L}_-]${number}(?!\\d)`, 'u').test(known);
  const [, word = ''] = /(\p{L}{3,}) $/u.exec(text.slice(0, offset)) ?? [];
  return (
    /\.\d/.test(written) &&
    word !== '' &&
    new RegExp(`(?<!\\p{L})${word.toLowerCase()}\\s?v?${number}(?!\\d)`, 'u').test(known)
  );
}

/** Whether a number is a day of a month: `30–31 May 2022`, `11 and 12 December`, `between January 24 and`. */
function isDayOfMonth({ value, written, offset }: StatedNumber, text: string): boolean {
  if (!Number.isInteger(value) || value < 1 || value > 31) return false;
  const [before, after] = [text.slice(0, offset), text.slice(offset + written.length)];
  return DAYS_AFTER_MONTH.test(before) || DAYS_BEFORE_MONTH.test(after);
}

/** Whether a number is a postnatal day of the facts: `day 148` for `P148`, in a sentence that says `postnatal`. */
function isPostnatalDay({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!/\bdays? $/i.test(text.slice(0, offset)) || !/\bpostnatal\b/i.test(sentenceAt(text, offset)))
    return false;
  return new RegExp(`(?<![\\p{L}\\p{N}])p ?${value}(?!\\p{N})`, 'u').test(known);
}

/**
 * Whether a number is a developmental stage of the facts: `embryonic day 18` for `E18`, `postnatal day 21` for `P21`.
 */
function isStage({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  const [, kind = ''] = /\b(embryonic|gestational|postnatal) (?:day )?$/i.exec(text.slice(0, offset)) ?? [];
  if (kind === '') return false;
  const letter = kind.toLowerCase() === 'postnatal' ? 'p' : 'e';
  return new RegExp(`(?<![\\p{L}\\p{N}])${letter}[ -]?${value}(?![\\p{L}\\p{N}])`, 'u').test(known);
}

/** Whether a number is part of a name in the facts: `version 16` for `V16`, `model 880` for `LSM880`. */
function isLabel({ written, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!/\b(?:version|v\.?|release|model|generation|revision|mark)\s$/i.test(text.slice(0, offset)))
    return false;
  return new RegExp(`\\p{L}[ ._-]{0,2}${written.replaceAll('.', '\\.')}(?![\\d.]\\d?)`, 'u').test(known);
}

/** Whether the facts contain a quantity as written. */
function isVerbatim(written: string, { text }: Evidence): boolean {
  const said = escapePattern(normalize(written)).replace(/[\s-]+/g, '[\\s-]?');
  return new RegExp(`(?<![\\p{L}\\p{N}.,])${said}(?![\\p{L}\\p{N}/])`, 'u').test(text);
}

/** Percentage points by which a share may be off: if rounded to a whole number, and if approximate. */
const ROUNDED_SHARE = 0.5;
const ABOUT_SHARE = 2;
/** Approximate shares are multiples of this. */
const ROUND_SHARE = 5;

/** Whether a percentage is a share of the files, or of the subjects by sex, genotype or strain. */
function isShare(percent: number, { counts, totals, facts }: Evidence, rounding: number): boolean {
  const isOf = (count: number, total: number) =>
    total > 0 && Math.abs((100 * count) / total - percent) <= rounding;
  const { subjects = 0, sexes, genotypes, strains } = facts?.contents?.all ?? {};
  const ofSubjects = [sexes, genotypes, strains].flatMap((tally) =>
    (tally?.values ?? []).map((each) => each.subjects ?? 0),
  );
  return (
    [...totals].some((total) => [...counts].some((count) => isOf(count, total))) ||
    ofSubjects.some((count) => count > 0 && isOf(count, subjects))
  );
}

/** A version in three parts or more, as NWB and its extensions have them: `2.7.0`. */
const VERSION = /(?<![\p{L}\p{N}_./-])v?\d+(?:\.\d+){2,}(?:-[a-z]+\d*)?(?![\p{L}\p{N}_/]|\.\d)/giu;

/** Finds versions that are not in the facts exactly: `0.2` is not `0.2.0`. */
function findUnknownVersions(text: string, evidence: Evidence): string[] {
  const plain = text.replace(/\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+/gi, ' ');
  return [...plain.matchAll(VERSION)].flatMap(([version]) => {
    const said = normalize(version).replace(/^v/, '').replaceAll('.', '\\.');
    return new RegExp(`(?<![\\d.])${said}(?!\\d|\\.\\d)`).test(evidence.text) ? [] : [version];
  });
}

/** Finds numbers that are not in the facts and cannot be derived from them. */
function findUnsupported(text: string, evidence: Evidence): StatedNumber[] {
  return readStated(text).filter(
    (stated) =>
      !isSupported(stated, text, evidence) &&
      !isDerived(stated, text, evidence) &&
      !isYear(stated, text, evidence) &&
      !isStage(stated, text, evidence) &&
      !isLabel(stated, text, evidence) &&
      !isOfName(stated, text, evidence) &&
      !isPartOfName(stated, text, evidence) &&
      !isDayOfMonth(stated, text) &&
      !isPostnatalDay(stated, text, evidence) &&
      !isFirstConversion(stated, text),
  );
}

/**
 * Whether a number is in words, approximate, or in a sentence that computes: it may be derived in a way that no rule
 * covers.
 */
/** Words of sentences in which a number is a custom of the field. */
const CUSTOMARY =
  /\b(?:factors?|values?|thresholds?|settings?) (?:near|of|around|about|close to) [^.;]{1,12} (?:is|are) (?:common|usual|typical|customary|standard)\b/i;

function isLoose({ written, offset }: StatedNumber, text: string): boolean {
  if (!/\d/.test(written) || readAbout(text.slice(0, offset)) !== undefined) return true;
  const sentence = sentenceAt(text, offset);
  return COMPUTED.test(sentence) || DERIVED.test(sentence) || CUSTOMARY.test(sentence);
}

function describeUnsupported({ written }: StatedNumber): { message: string; excerpt: string } {
  return { message: `The number ${written} is nowhere in the facts.`, excerpt: written };
}

/** Reports numbers and versions that are not in the facts. */
export const numbers: Check = {
  name: 'numbers',
  severity: 'warning',
  rule: 'every number is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...findUnknownVersions(text, evidence).map((version) => ({
          message: `The version ${version} is nowhere in the facts.`,
          excerpt: version,
        })),
        ...findUnsupported(text, evidence)
          .filter((stated) => !isLoose(stated, text))
          .map(describeUnsupported),
        ...findTooMany(text, evidence),
      ].map((draft): Draft => ({ ...draft, location: { part, index } })),
    ),
};

/** A unit without a number: `in kilometres`, `in units of mV`. */
const IN_UNITS = /\bin (?:units of )?([A-Za-zµμ°Ω]{2,}(?:\/[A-Za-z]+)?)(?![\p{L}\p{N}])/gu;

/** Whether `one hour` is a measured length: `Each dataset is one hour long`. */
function isOfLength(written: string, sentence: string): boolean {
  return /^one (?:hour|minute)$/i.test(written) && /\b(?:long|lasts?|lasted|duration)\b/i.test(sentence);
}

/** Finds quantities that agree with none of the facts. */
function findUnmeasured(text: string, evidence: Evidence): WrittenQuantity[] {
  const blanked = blankOthers(text);
  const ages = readAgeClaims(blanked);
  return (
    readQuantities(blanked)
      // Ages are left to the check `ages`, and `day 1` or `one day` measure nothing.
      .filter(({ offset }) => !ages.some(({ start, end }) => offset >= start && offset < end))
      .filter(
        ({ digits, written, offset }) =>
          digits !== '' || !/^one\b/i.test(written) || isOfLength(written, sentenceAt(text, offset)),
      )
      .filter((stated) => !isMeasured(stated, text, evidence))
      .filter((stated) => !(isRough(stated, text) && isDerivedQuantity(stated, text, evidence)))
  );
}

function describeUnmeasured(
  { written, offset }: WrittenQuantity,
  text: string,
  location: Draft['location'],
): Draft {
  return {
    message: `The facts give no ${written}.`,
    excerpt: text.slice(offset, offset + written.length),
    location,
  };
}

/** Reports numbers with units that agree with none of the facts, and units that the facts do not use. */
export const quantities: Check = {
  name: 'quantities',
  severity: 'warning',
  rule: 'every number with a unit agrees with the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => {
      const location = { part, index };
      const numbers = findUnmeasured(text, evidence)
        .filter((stated) => !isEstimate(stated, text))
        // The facts contain no percentages of what is only supposed.
        .filter(({ quantity, offset }) => quantity !== 'ratio' || !isSpeculation(sentenceAt(text, offset)))
        .map((stated) => describeUnmeasured(stated, text, location));
      const units = [...text.matchAll(IN_UNITS)].flatMap((match): Draft[] => {
        const [found, name = ''] = match;
        // The longest match counts: `in metres per second`, `in degrees Celsius`.
        const unit = readUnit(text.slice(match.index + found.length - name.length));
        if (unit === undefined || !unit.written.startsWith(name) || unit.quantity === 'time') return [];
        if (knowsUnit(evidence.quantities, unit.quantity, unit.factor)) return [];
        const excerpt = found + unit.written.slice(name.length);
        return [{ message: `The facts give nothing in ${unit.written}.`, excerpt, location }];
      });
      return [...numbers, ...units];
    }),
};

/**
 * Reports estimated and derived numbers that do not agree with the facts. It only flags, since a derivation may be
 * missed.
 */
export const estimates: Check = {
  name: 'estimates',
  severity: 'warning',
  rule: 'numbers that are estimated, derived or in words agree with the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => [
      ...findUnsupported(text, evidence)
        .filter((stated) => isLoose(stated, text) && !isSpeculation(sentenceAt(text, stated.offset)))
        .map((stated): Draft => ({ ...describeUnsupported(stated), location: { part, index } })),
      ...findUnmeasured(text, evidence)
        .filter(
          (stated) =>
            isEstimate(stated, text) &&
            !isSpeculation(sentenceAt(text, stated.offset)) &&
            !isDerivedQuantity(stated, text, evidence),
        )
        .filter(
          ({ value, offset, digits }) =>
            digits === '' || !isDerived({ value, offset, written: digits }, text, evidence),
        )
        // `a year and a half` and `half an hour` are idioms.
        .filter(({ digits, written }) => digits !== '' || !/^(?:an?|half an)\b/i.test(written))
        .map((stated) => describeUnmeasured(stated, text, { part, index })),
    ]),
};

const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
/** A date with its day, in ISO format or in words. */
const DATE = new RegExp(
  `\\b\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\b(?:${MONTHS})\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}\\b|\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${MONTHS}),?\\s+\\d{4}\\b`,
  'gi',
);

/** A month, and the first of two days if there are two, right before a day: `January `, `May 30 and `. */
const DAYS_AFTER_MONTH = new RegExp(
  `\\b(?:${MONTHS}) (?:\\d{1,2}(?:st|nd|rd|th)?(?:,| and| or| to|–) ?)?$`,
  'i',
);
/** The second day and the month, right after the first of two days: ` and 31 May`. */
const DAYS_BEFORE_MONTH = new RegExp(
  `^\\s?(?:-|–|and|to|or|,)\\s?\\d{1,2}(?:st|nd|rd|th)?\\s(?:of\\s)?(?:${MONTHS})\\b`,
  'i',
);

/** A month of a year. Capitalized, since `may 2020` need not be a date. */
const MONTH = new RegExp(
  `\\b(${MONTHS.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}),?\\s+(?:of\\s+)?(\\d{4})\\b`,
  'g',
);

/** A year of recording, not of a citation: `in 2019`, `during 2021`. */
const IN_YEAR =
  /\b(?:(?<=\b(?:record|collect|acquir|perform|conduct|gather|measur|ma[dk]|took place|obtain|were|was)\p{L}*\b[^.;(]{0,40})(?:in|during|since|from|between))\s+((?:19|20)\d\d)\b(?:\s*(?:and|to|-|–)\s*((?:19|20)\d\d)\b)?/giu;

/** Finds years of recording that are neither in the times of sessions nor in the owners' words. */
function findYears(text: string, { text: known }: Evidence): string[] {
  return [...text.matchAll(IN_YEAR)].flatMap(([written, ...years]) => {
    const reported = years.filter((year) => year !== undefined);
    const isKnown = (year: string) =>
      new RegExp(`(?:session_start_time|timestamps_reference_time):? ?${year}-`).test(known) ||
      new RegExp(`(?<![\\d./:-])${year}(?![\\d./:-])`).test(known);
    // The link of a publication contains its year.
    const sentence = sentenceAt(text, text.indexOf(written));
    const isOfLink = (year: string) =>
      OF_PRINT.test(sentence) && new RegExp(`(?<!\\d)${year}(?!\\d)`).test(known);
    if (reported.every((year) => isOfLink(year))) return [];
    return reported.every(isKnown) && !isOfAllYears(text, written, reported[0] ?? '', known) ? [] : [written];
  });
}

/** Whether a text says that all recordings are from one year while the facts have sessions from others. */
function isOfAllYears(text: string, written: string, year: string, known: string): boolean {
  const sentence = sentenceAt(text, text.indexOf(written));
  if (!/\b(?:all|every|each)\b/i.test(sentence)) return false;
  const years = [...known.matchAll(/session_start_time: (\d{4})-/g)].map((match) => match[1]);
  return years.some((other) => other !== year);
}

/** Finds months that are not in the facts; dates with a day are left out. */
function findMonths(text: string, known: string): string[] {
  return [...text.replace(DATE, (date) => ' '.repeat(date.length)).matchAll(MONTH)].flatMap(
    ([written, name = '', year = '']) => {
      const month = String(MONTHS.split('|').indexOf(name.toLowerCase()) + 1).padStart(2, '0');
      const isKnown = known.includes(`${year}-${month}`) || known.includes(normalize(`${name} ${year}`));
      // A name may contain a whole date: `20250114_rec1`.
      const isInName = new RegExp(`(?<!\\d)${year}${month}\\d{2}(?!\\d)`).test(known);
      return isKnown || isInName || known.includes(`${name.toLowerCase()}, ${year}`) ? [] : [written];
    },
  );
}

/** Formats a written date as ISO 8601. */
function formatIso(written: string): string {
  const iso = /^\d{4}-\d{2}-\d{2}/.exec(written)?.[0];
  if (iso) return iso;
  const month = MONTHS.split('|').findIndex((name) => written.toLowerCase().includes(name)) + 1;
  const year = /\d{4}/.exec(written)?.[0] ?? '';
  const day = /\b\d{1,2}(?!\d)/.exec(written.replace(year, ''))?.[0] ?? '';
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The forms in which facts may contain a date: ISO 8601, with and without hyphens; month or day first. */
function listForms(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const [m, d] = [Number(month), Number(day)];
  return [iso, `${year}${month}${day}`, `${m}/${d}/${year}`, `${d}/${m}/${year}`, `${d}.${m}.${year}`];
}

/** Reports dates that are not in the facts. */
export const dates: Check = {
  name: 'dates',
  severity: 'warning',
  rule: 'every date is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...[...text.matchAll(DATE)]
          .map(([date]) => date)
          .filter(
            (date) =>
              ![...listForms(formatIso(date)), normalize(date)].some((known) =>
                evidence.text.includes(known),
              ),
          ),
        ...findMonths(text, evidence.text),
        ...findYears(text, evidence),
      ].map(
        (date): Draft => ({
          message: `The date ${date} is nowhere in the facts.`,
          excerpt: date,
          location: { part, index },
        }),
      ),
    ),
};

/** Words that mark a value as that of one file. */
const AS_EXAMPLE =
  /\b(for example|for instance|such as|example|representative|one (file|session)|a (single )?(file|session)|sample)\b|\be\.g\./i;

/** Characters before a value in which a word may mark it as an example. */
const NEAR_EXAMPLE = 160;

/** Words of sentences that say to which files a value belongs, or that it is read from a name. */
const AS_SOME =
  /\b(?:\d{1,3}|one|two|three|several|some|most|other|the (?:first|second|third|last)) (?:of (?:the|these|them)|\w+ )?(?:files?|sessions?|recordings?)\b|\b(?:means?|stands? for|encodes?|labell?ed|named|called|names?|precedes?|follows?|earlier|later|before|after)\b/i;

/** A day right before a date: `30 and 31 May 2022`. */
const AS_ONE_OF_TWO = /\b\d{1,2}(?:\s?[–-]\s?| and | or | to |, )$/;

/** Words right before digits that make them an id. */
const AS_ID = /\b(session|identifier|id)s?(\s+(id|identifier|number|no\.?|of|is|was))?[\s:#]*$/;

/** Reports ids and times of single sessions that are stated for all files. */
export const sessions: Check = {
  name: 'sessions',
  severity: 'warning',
  rule: 'no single session’s id or time is stated for all files',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, code, part, index }) => {
      const dated = [...text.matchAll(DATE)].map((match) => ({
        value: formatIso(match[0]),
        written: match[0],
        offset: match.index,
        isDate: true,
      }));
      const places = [...text.matchAll(/␣/g)].map((match) => match.index);
      const coded = code.map((value, at) => ({
        value: value.toLowerCase(),
        written: value,
        offset: places[at] ?? 0,
        isDate: false,
      }));
      const said = text.toLowerCase();
      const spoken = [...evidence.sessions].flatMap((value) => {
        const offset = said.search(new RegExp(`(?<![\\w-])${escapePattern(value)}(?![\\w-])`));
        // Digits alone could be any number, unless the sentence calls them an id.
        const isPlain = /^[\d-]+$/.test(value) && !AS_ID.test(said.slice(0, offset));
        return offset < 0 || isPlain
          ? []
          : [{ value, written: text.slice(offset, offset + value.length), offset, isDate: false }];
      });
      const single = [...dated, ...coded, ...spoken].filter(({ value }) => evidence.sessions.has(value));
      return single.flatMap(({ value, written, offset, isDate }): Draft[] =>
        !single.some(
          (other) =>
            other.isDate === isDate && other.value !== value && isSameSentence(text, other.offset, offset),
        ) &&
        !AS_SOME.test(sentenceAt(text, offset)) &&
        !AS_ONE_OF_TWO.test(text.slice(0, offset)) &&
        !AS_EXAMPLE.test(
          `${text.slice(Math.max(0, offset - NEAR_EXAMPLE), offset)} ${sentenceAt(text, offset)}`,
        ) &&
        part !== 'keywords' &&
        !isOfAllSessions(evidence, value) &&
        !isEndOfAll(evidence, value, sentenceAt(text, offset))
          ? [
              {
                message: 'A single session’s id or time is reported as if it held for all files.',
                excerpt: written,
                location: { part, index },
              },
            ]
          : [],
      );
    }),
};

function isSameSentence(text: string, one: number, other: number): boolean {
  return sentenceAt(text, one) === sentenceAt(text, other);
}

/**
 * Whether a value is in the metadata of the Dandiset, or the date of all sessions: then it is not of a single session.
 */
function isOfAllSessions({ facts }: Evidence, value: string): boolean {
  const { firstSession = '', lastSession = '' } = facts?.contents?.all ?? {};
  if (firstSession.startsWith(value) && lastSession.startsWith(value) && value !== '') return true;
  return (
    facts !== undefined && normalize(`${facts.dandiset.name} ${facts.dandiset.description}`).includes(value)
  );
}

/** Words of sentences whose dates are the first and the last of all. */
const AS_SPAN =
  /\b(?:from|between|since|until|through|to|first|last|earliest|latest|begin\w*|began|end(?:s|ed)|start(?:s|ed)|span\w*|range|ran|run)\b|[–—]/i;

/** Whether a date is that of the first or the last session, in a sentence about their time span. */
function isEndOfAll({ facts }: Evidence, value: string, sentence: string): boolean {
  const { firstSession = '', lastSession = '' } = facts?.contents?.all ?? {};
  if (value === '' || !(firstSession.startsWith(value) || lastSession.startsWith(value))) return false;
  return AS_SPAN.test(sentence);
}

/** `31 NWB files`, `ten files`, `the 5 .nwb files`. */
const FILE_COUNT = new RegExp(
  `(?<![\\p{L}\\p{N}_.,-])(\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}|(?:${Object.keys(VAGUE_AMOUNTS).join('|')})\\s+of)[^\\S\\n]+((?:(?:[\\p{L}-]+|\\.nwb)[^\\S\\n]+){0,2}?)(?:nwb\\s+|neurodata without borders\\s+(?:\\(nwb\\)\\s+)?)?files?\\b`,
  'giu',
);

/** Words before a count that make it a count of all files of the version. */
const WHOLE =
  /\b(contains?|comprises?|comprising|consists? of|includes?|including|has|holds?|across|all(?: of)?(?: the)?|total(?: of)?|a set of|provides?)\s+(?:(?:a )?total of\s+|all\s+|the\s+)?$/i;

/** Words between a count and `files` that make it a count of something else. */
const OTHER_FILES =
  /\b(of|in|per|example|separate|different|more|other|further|each|representative|video|image|mat|csv|text|raw)\b/i;

/** Reports wrong counts of all files, and counts above the number of files. */
export const fileCounts: Check = {
  name: 'file-counts',
  severity: 'error',
  rule: 'counts of files agree with the list of files',
  find: ({ prose, evidence }) => listMiscounts(prose, evidence, true),
};

/**
 * Reports counts of some files that do not follow from the facts. It only flags, since files may be grouped by
 * anything.
 */
export const partialCounts: Check = {
  name: 'partial-counts',
  severity: 'warning',
  rule: 'counts of some of the files agree with the contents of the files',
  find: ({ prose, evidence }) => listMiscounts(prose, evidence, false),
};

function listMiscounts(prose: readonly ProseBlock[], evidence: Evidence, isOfAll: boolean): Draft[] {
  if (evidence.totals.size === 0) return [];
  return prose
    .filter(({ part }) => part !== 'keywords')
    .flatMap((block) => findMiscounts(block, evidence, isOfAll));
}

/**
 * Whether a number is a count per file in the facts. True for facts of before contents were counted, since it cannot be
 * checked.
 */
function isOfEachFile(value: number, contents: DandisetFacts['contents']): boolean {
  if (contents === undefined) return true;
  const { counts, tables, series } = contents.all;
  const perFile = [
    ...Object.values(counts),
    ...tables.flatMap(({ rows }) => rows ?? []),
    ...series.map((each) => each.perFile),
  ];
  return perFile.some(({ min, median, max: most }) =>
    [min, median, Math.round(median), most].includes(value),
  );
}

function findMiscounts(
  { text, part, index }: ProseBlock,
  { totals, counts, text: known, facts }: Evidence,
  isOfAll: boolean,
): Draft[] {
  return [...text.matchAll(FILE_COUNT)].flatMap((match): Draft[] => {
    const [written, number = '', between = ''] = match;
    // A size: `486 MB the file`.
    if (between !== '' && readUnit(between) !== undefined) return [];
    // A count of something else: `143 per file`, `six units per file`, `2 MB a file`.
    if (/\b(?:per|a|an|each|every|in|for|with|from|and|but|or)\b/i.test(between)) return [];
    // `three groups of files` counts groups.
    if (
      /\b(?:groups?|types?|kinds?|sets?|pairs?|class(?:es)?|layouts?|versions?|varieties|sorts?) of\b/i.test(
        between,
      )
    )
      return [];
    const vague = findOwn(VAGUE_AMOUNTS, number.toLowerCase().replace(/\s+of$/, ''));
    const value = readCount(number);
    const before = text.slice(0, match.index);
    if (vague !== undefined) {
      const most = Math.max(...totals);
      if (most >= vague || OTHER_FILES.test(between) || !isOfAll) return [];
      const message = `${written} are reported; the list has ${most.toLocaleString('en-US')}.`;
      return [{ message, excerpt: written, location: { part, index } }];
    }
    // The metadata's own count is accepted even if it differs from the list.
    if (value === facts?.dandiset.numberOfFiles) return [];
    // `Type 2 files` is a label, which the check `type-labels` covers.
    if (
      /\b(?:types?|groups?|categor(?:y|ies)|class(?:es)?|kinds?|sets?)[ -]*(?:(?:\d+|[a-z]),? (?:and|or|to) )?$/i.test(
        before,
      )
    )
      return [];
    // `Each subject has 2 files` is not a count of the list of files.
    if (/\b(each|every|per)\b[^.\n;]*$/i.test(before)) return [];
    // `64 contacts per file` counts contacts, if a file has as many.
    if (/\b(?:each|every|per)\s/i.test(between) && isOfEachFile(value, facts?.contents)) return [];
    const isWhole =
      WHOLE.test(before) && !/\b(of which|them)\b[^.]*$/i.test(before) && !OTHER_FILES.test(between);
    if ((isWhole || value > Math.max(...totals)) !== isOfAll) return [];
    const isExample = value === 1 || /\b(one|single|example|representative)\b/i.test(between);
    if (isExample || ABOUT.test(before)) return [];
    if ((isWhole ? totals : counts).has(value) || totals.has(value) || known.includes(normalize(written)))
      return [];
    return [
      {
        message: `${number} files are reported; the list of files gives another count.`,
        excerpt: written,
        location: { part, index },
      },
    ];
  });
}
