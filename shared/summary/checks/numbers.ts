/** Checks of numbers: each is in the facts, with its unit; counts of files agree; sessions are not reported as if all were one. Pure. */
import { findOwn } from '../../own-entry.ts';
import type { DandisetFacts } from '../../prompt/facts.ts';
import {
  readCount,
  readSpelledNumber,
  SPELLED_NUMBER,
  VAGUE_AMOUNTS,
} from '../../vocabulary/number-words.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { agrees, knowsUnit, type Tolerance } from '../known-quantities.ts';
import { type ProseBlock, sentenceAt } from '../prose.ts';
import { readQuantities, readUnit, type WrittenQuantity } from '../quantities.ts';
import { findNearby, isReckonedNumber, listWholes, readAllNumbers } from '../reckoning.ts';
import { holdsName } from './equipment.ts';
import { isSpeculation } from './sentences.ts';
import { findTooMany } from './subject-counts.ts';
import { readAgeClaims } from './subjects.ts';

/** Words that make a number an approximate one, right before it. */
const ABOUT =
  /(about|approximately|approx\.?|around|roughly|nearly|almost|just over|just under|slightly over|slightly under|a little over|a little more than|over|upwards of|(?:on|in|of) the order of|close to|not quite|under|more than|less than|fewer than|up to|at least|some|circa|~|≈|>|<)\s*(?:a |an )?$/i;
/** `from about 2,700 to `, `some 85,000 and `: one end of a range, whose words hold for the other end too. */
const RANGE_BEFORE = new RegExp(
  `(?:\\d[\\d,.]*|${SPELLED_NUMBER})(?:\\s?\\p{L}+)?\\s?(?:to|and|or|-|–)\\s?$`,
  'iu',
);

/** The word right before a number that makes it an approximate one. */
function readAbout(before: string): string | undefined {
  const plain = before.replace(/[-−]$/, '');
  const own = ABOUT.exec(plain)?.[1];
  return (own ?? ABOUT.exec(plain.replace(RANGE_BEFORE, '').replace(/[-−]$/, ''))?.[1])?.toLowerCase();
}

/** Those of them that the facts must not fall below, and not exceed. */
const OVER = /over|upwards|more than|at least|>/;
const UNDER = /under|less than|fewer than|up to|nearly|almost|not quite|</;
/** That of magnitude: of half as much, and of twice as much. */
const OF_MAGNITUDE = /order of/;

/** A number, unless it is part of a name (`CA1`, `GCaMP6s`, `P90`) or of a longer one. */
const NUMBER =
  /(?<![\p{L}\p{N}_.,/#:])(?<![\p{L}\p{N}]-)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:\s?([a-zµμ%°]+))?/giu;

/** Numbers up to this one, without a unit, are words of prose as often as facts. */
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

/** A text without what other checks look at, in its own length: links, DOIs, dates and versions. */
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
    // A count of what a list leaves out is in no fact, and a factor follows from two of them.
    if (isMeasured(match.index) || /^(?:more|others|times|fold)$/i.test(word)) return [];
    // Glued letters that are no unit make a name: `2P`, `5HT`, `24C`; `512x512` and `3rd` are handled as numbers or not at all.
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
    // Small ones are words of prose; what they count is looked at where it is known.
    const isFactor = /^[\s-](?:times|fold)\b/i.test(blanked.slice(match.index + words.length));
    return value > SMALL && !isFactor && !isMeasured(match.index)
      ? [{ value, written: words, offset: match.index }]
      : [];
  });
  return [...digits, ...spelled];
}

/** Whether a sorted list holds a number within tolerances relative to it. */
function holds(numbers: Float64Array, value: number, below: number, above = below): boolean {
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

/** Half a unit in the last significant digit, relative to the number: what rounding may have moved it by. */
function measureRounding(written: string): number {
  const digits = written.replace(/[^\d.]/g, '');
  const significant = digits.includes('.')
    ? digits.replace('.', '').replace(/^0+/, '')
    : digits.replace(/^0+|0+$/g, '');
  return 0.5 / 10 ** Math.max(1, significant.length - 1);
}

const EXACT: Tolerance = { below: 1e-9, above: 1e-9 };

/** How wrong an approximate number may be; `over 1,800` is true of no 1,740. */
function findTolerance(before: string, written: string): Tolerance {
  const word = readAbout(before);
  if (word === undefined) return EXACT;
  if (OF_MAGNITUDE.test(word)) return { below: 0.5, above: 1 };
  const digits = /\d/.test(written) ? written : String(readSpelledNumber(written) || written);
  const wide = Math.max(measureRounding(digits), 0.05);
  // `More than a thousand` is said of 1,136 and of 1,400.
  const isRound = /^[1-9]0+$/.test(digits.replaceAll(',', '')) || Number(digits) <= FEW;
  const beyond = isRound ? ROUND_TOLERANCE : BOUND_TOLERANCE;
  if (OVER.test(word)) return { below: 1e-9, above: Math.max(wide, beyond) };
  if (UNDER.test(word)) return { below: Math.max(wide, BOUND_TOLERANCE), above: 1e-9 };
  return { below: wide, above: wide };
}

/** How far below the value a bound of one digit, or of a few things, may lie: `more than fifteen columns` of 19. */
const ROUND_TOLERANCE = 0.5;
const FEW = 20;

/** How far a bound may lie from the value that it bounds: `less than 20 kB` is true of 18.6 kB. */
const BOUND_TOLERANCE = 0.13;

/** Kinds of measure whose values nobody rounds to a digit: `10 kHz` is no 9,500 Hz. */
const SHARP = new Set<string>(['frequency', 'length', 'voltage', 'current']);
/** What rounding may move them by where no decimals are reported. */
const SHARP_TOLERANCE = 0.01;

/** What rounding may have moved a quantity by. */
function measureConversion({ digits, quantity }: WrittenQuantity): number {
  // Who spells a size out rounds it: `six terabytes`.
  if (digits === '') return quantity === 'size' ? 0.06 : 1e-9;
  const rounding = measureRounding(digits);
  return SHARP.has(quantity) && !digits.includes('.') ? Math.min(rounding, SHARP_TOLERANCE) : rounding;
}

/** Seconds of a day. */
const DAY = 86_400;

/** How long the sessions span, or their dates in calendar units: the months of the first and last one count or not. */
function isSpan({ quantity, base, value }: WrittenQuantity, { facts }: Evidence): boolean {
  const { firstSession, lastSession } = facts?.contents?.all ?? {};
  if (quantity !== 'time' || firstSession === undefined || lastSession === undefined || base < DAY)
    return false;
  const span = (Date.parse(lastSession) - Date.parse(firstSession)) / 1000;
  return Number.isFinite(span) && Math.abs(span - base) <= Math.max(base / value, base * 0.06);
}

/** Whether a percentage is that of two numbers of the sentences round it, or of one of them and a whole. */
function isShareOfSentence(
  { value, digits }: WrittenQuantity,
  text: string,
  offset: number,
  evidence: Evidence,
): boolean {
  const known = [
    ...readAllNumbers(findNearby(text, offset)).map((number) => number.value),
    ...listWholes(evidence),
  ].filter((number) => number > 0 && (number <= SMALL || holds(evidence.numbers, number, 1e-9)));
  const rounding = ABOUT.test(text.slice(0, offset)) || digits === '' ? Math.max(1, value * 0.06) : 0.51;
  return known.some((part) =>
    known.some((whole) => part < whole && Math.abs((100 * part) / whole - value) <= rounding),
  );
}

/** `470-nm` of facts that name `OBIS470`: a wavelength that ends the name of a device. */
function isWavelengthOfName({ digits, unit }: WrittenQuantity, { text }: Evidence): boolean {
  return (
    unit === 'nm' && /^\d{3,4}$/.test(digits) && new RegExp(`\\p{L}[_-]?${digits}(?!\\d)`, 'u').test(text)
  );
}

/** Signs by which a sentence shows its arithmetic. */
const ARITHMETIC = /\d\s?[×*]\s?\d[^.;]*=|=\s?\d/;

function isMeasured(stated: WrittenQuantity, text: string, evidence: Evidence): boolean {
  const before = text.slice(0, stated.offset);
  if (isWavelengthOfName(stated, evidence) || ARITHMETIC.test(sentenceAt(text, stated.offset))) return true;
  const { written, quantity, value } = stated;
  if (saysVerbatim(written, evidence) || isSpan(stated, evidence)) return true;
  if (isBetweenDates(stated, text, evidence) || isOfDaysTold(value, stated.unit, text, stated.offset))
    return true;
  // `24 degrees` of facts that have 24 °C.
  if (quantity === 'angle' && evidence.quantities.values.get('temperature')?.includes(value)) return true;
  // As many days as there were sessions: one a day.
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
      holds(evidence.numbers, value / 100, 1e-9)
    );
  if (quantity === 'size') {
    // Whether a megabyte has 10^6 bytes or 2^20 is anyone's guess.
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

/** `OBIS 470` of facts that have `OBIS470`: a number that ends a name. */
function isOfName({ written, offset }: StatedNumber, text: string, evidence: Evidence): boolean {
  const name = /(?:^|[^\p{L}\p{N}])(\p{Lu}[\p{L}\p{N}]+[ -]?)$/u.exec(text.slice(0, offset))?.[1];
  return name !== undefined && /\d/.test(written) && holdsName(`${name}${written}`, evidence);
}

function isSupported({ value, written, offset }: StatedNumber, text: string, evidence: Evidence): boolean {
  if (Number.isInteger(value) && value <= SMALL) return true;
  const { below, above } = findTolerance(text.slice(0, offset), written);
  // Who ends a number in three zeros has rounded it.
  const isRounded = (/[a-z]/i.test(written) && /\d/.test(written)) || /\d[.,]?000$/.test(written);
  const rounding = isRounded ? measureRounding(written) : 0;
  return holds(evidence.numbers, value, Math.max(below, rounding), Math.max(above, rounding));
}

/** Words of a sentence that reckons: a measure in it may follow from others. */
const DERIVED =
  /\b(?:so|hence|thus|(?:which|that) (?:makes?|gives?|amounts?|corresponds?|adds?|spans?|is)|in (?:all|total)|altogether|together|overall|totals?|totall?ing|i\.e\.|equals?|equivalent|amount(?:s|ing)? to|add(?:s|ing)? up|mak(?:es?|ing)|on average|averages?|mean|spans?|spanned|spanning|each|per|remaining|rest|other)\b|=/i;

/** Words that make a number a rough one, of which no precision is claimed. */
const ROUGHLY = /(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|~|≈|some)\s*$/i;

/** Measures that people reckon from counts and rates: how long, how much, how far. */
const RECKONED = new Set<string>(['time', 'length', 'size', 'volume', 'speed']);

/** Whether a sentence reckons or estimates a quantity. */
function isRough({ offset, quantity }: WrittenQuantity, text: string): boolean {
  // Sizes are told of a file or a subject as often as of the whole.
  if (quantity === 'size') return true;
  return ROUGHLY.test(text.slice(0, offset)) || DERIVED.test(sentenceAt(text, offset));
}

/** Whether a quantity is one that the sentence reckons or estimates: it need be in no fact. */
function isEstimate({ digits, written, quantity, offset }: WrittenQuantity, text: string): boolean {
  // Who spells a measure out, or tells it by the calendar, speaks loosely as often as not.
  if (digits === '' || /(?:day|week|month|year)s?$/i.test(written)) return true;
  if (!RECKONED.has(quantity)) return false;
  const before = sentenceAt(text, offset).slice(0, 400);
  return ROUGHLY.test(text.slice(0, offset)) || DERIVED.test(before);
}

/** `every 2.5 s` is 0.4 Hz, and 30 Hz has 33 ms a frame. */
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

/** `2 mm` where the facts have `1800-2500 um`: one measure of several that the owners give the ends of. */
function isWithinRange({ quantity, base }: WrittenQuantity, { quantities }: Evidence): boolean {
  return quantities.ranges.some(
    (range) => range.quantity === quantity && range.least <= base && base <= range.most,
  );
}

/** A tenth of 2.5 s where the facts have 10 %. */
function isPart({ quantity, base, digits }: WrittenQuantity, { quantities }: Evidence): boolean {
  if (digits === '' || quantity === 'ratio') return false;
  const shares = (quantities.values.get('ratio') ?? []).filter((share) => share > 0 && share < 1);
  const known = quantities.values.get(quantity) ?? [];
  return shares.some((share) => known.some((value) => Math.abs(share * value - base) <= 1e-9 * base));
}

/** How many of something a whole is shared among, or a part is repeated by: files, subjects, sessions, and counts of the sentence. */
function listSharers(text: string, offset: number, { facts, totals, numbers }: Evidence): number[] {
  const counts = readAllNumbers(findNearby(text, offset))
    .map(({ value }) => value)
    .filter((count) => holds(numbers, count, 1e-9));
  const { numberOfFiles = 0, numberOfSubjects = 0 } = facts?.dandiset ?? {};
  const { sessions = 0, subjects = 0 } = facts?.contents?.all ?? {};
  return [...counts, ...totals, numberOfFiles, numberOfSubjects, sessions, subjects].filter(
    (count) => count > 1,
  );
}

/** Whether a measure is one of the facts, shared among or repeated by what they count: `83.5 MB a worm`, `30 minutes altogether`. */
function isReckoned(stated: WrittenQuantity, text: string, evidence: Evidence): boolean {
  const { quantity, base, digits, offset } = stated;
  const known = evidence.quantities.values.get(quantity) ?? [];
  const isRough =
    ROUGHLY.test(text.slice(0, offset)) || /\b(?:average|mean)\b/i.test(sentenceAt(text, offset));
  // Of a short number the last digit may have been rounded.
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

/** Days of the units in which an age or a time is told again: `day 106, that is, about 15 weeks`. */
const DAYS: Readonly<Record<string, number>> = { week: 7, month: 30.44, year: 365.25 };

/** Whether weeks, months or years are those of days that the sentence tells, rounded. */
function isOfDaysTold(value: number, unit: string, text: string, offset: number): boolean {
  const days = findOwn(DAYS, unit.toLowerCase().replace(/s$/, ''));
  if (days === undefined || !/\bdays?\b/i.test(sentenceAt(text, offset))) return false;
  const sentence = sentenceAt(text, offset);
  // `p148` names a day as well.
  const named = [...sentence.matchAll(/\bp(\d{2,3})\b/gi)].map(([, day]) => Number(day));
  return [...readAllNumbers(sentence).map((told) => told.value), ...named].some(
    (told) => told > days && Math.abs(told / days - value) <= ROUNDED_WEEK,
  );
}

/** Of weeks: who rounds them. */
const ROUNDED_WEEK = 0.6;

/** The first of two: `about 15 and 21 weeks`. */
function isOfWeeks({ value, written, offset }: StatedNumber, text: string): boolean {
  const unit = /^ (?:and|or|to) \d+ (weeks|months|years)\b/i.exec(text.slice(offset + written.length))?.[1];
  return unit !== undefined && isOfDaysTold(value, unit, text, offset);
}

/** Dates of the facts that are looked at for how far they are apart. */
const MOST_DATES = 200;
/** What makes a time one between two dates. */
const BETWEEN_DATES =
  /\b(?:before|after|later|earlier|apart|older|between|since|until|prior|afterwards|thereafter|separates?|separated|gap|passed|elapsed)\b/i;

/** `about five years before the file was created`: how far two dates of the facts are apart. */
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

/** `at 100 Hz for half an hour, or 180,000 frames`: a rate of the sentences and a time of theirs. */
function isOfRate({ value, offset }: StatedNumber, tolerance: Tolerance, text: string): boolean {
  const measures = readQuantities(findNearby(text, offset));
  const find = (kind: string) => measures.filter(({ quantity }) => quantity === kind).map(({ base }) => base);
  const isClose = (made: number) =>
    made >= value * (1 - tolerance.below) - 1e-9 && made <= value * (1 + tolerance.above) + 1e-9;
  return find('frequency').some((rate) => find('time').some((time) => isClose(rate * time)));
}

/** Words by which a number is made of others of its sentence. */
const MADE_OF =
  /\b(?:each|per|on average|average|averag\w+|mean|every|apiece|altogether|total|totall?ing|in all|combined|makes?|making|which gives|remaining|rest|other)\b/i;

/** What a round number of a sentence of means may be off by. */
const MEAN_TOLERANCE = 0.05;

/** How far a number made by reckoning may be from the one that is told. */
export function findReckonedTolerance(text: string, offset: number, written: string): Tolerance {
  const before = text.slice(0, offset);
  if (readAbout(before) !== undefined) return findTolerance(before, written);
  // `About 90 units and 140 trials on average`: the word holds for both.
  const sentence = sentenceAt(text, offset);
  if (/0$/.test(written) && /\b(?:about|approximately|around|roughly|on average|averag\w+)\b/i.test(sentence))
    return { below: MEAN_TOLERANCE, above: MEAN_TOLERANCE };
  const rounding = written.includes('.') ? measureRounding(written) : 1e-9;
  return { below: rounding, above: rounding };
}

/** Whether a number follows from others of its sentences or from the counts of the facts by reckoning. */
function isMade({ value, offset, written }: StatedNumber, text: string, evidence: Evidence): boolean {
  const tolerance = findReckonedTolerance(text, offset, written);
  return (
    isReckonedNumber({ value, offset }, tolerance, text, evidence, (number, near = EXACT) =>
      near === EXACT
        ? number <= SMALL || holds(evidence.numbers, number, 1e-9)
        : holds(evidence.numbers, number, near.below, near.above),
    ) || isOfRate({ value, offset, written }, tolerance, text)
  );
}

/** Whether a count follows in this way, for checks of what is counted. */
export function isReckonedCount(
  value: number,
  written: string,
  offset: number,
  text: string,
  evidence: Evidence,
): boolean {
  return isMade({ value, offset, written }, text, evidence);
}

/** Words beside which four digits are a year. */
const OF_DATES = /\b(?:date[sd]?|years?|sessions?|start\w*|record\w*|since|until|placeholder)\b/i;

/** The year of a date that the facts hold, in a sentence of dates; or one of a publication, a meeting or a link of theirs. */
function isYear({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!Number.isInteger(value) || value < 1600 || value > 2200) return false;
  // A citation or a link tells when something came out: `10.1101/2023.11.10.566306`, `dataset-sfn-2024`.
  if (AS_YEAR.test(text.slice(0, offset)) && new RegExp(`(?<!\\d)${value}(?!\\d)`).test(known)) return true;
  const sentence = sentenceAt(text, offset);
  if (OF_PRINT.test(sentence) && new RegExp(`(?<!\\d)${value}(?!\\d)`).test(known)) return true;
  return OF_DATES.test(sentence) && new RegExp(`(?<!\\d)${value}-\\d\\d-\\d\\d`).test(known);
}

/** Words before four digits that make them a year. */
const AS_YEAR = /\b(?:in|of|since|until|from|the year|early|late|mid|summer|spring|autumn|fall|winter)[ -]$/i;

/** Words beside which four digits are the year of a publication. */
const OF_PRINT =
  /\b(?:preprint|papers?|articles?|publication|publish\w*|appeared|out in|journal|proceedings|workshop|conference|bioRxiv|arXiv|et al|colleagues)\b/i;

/** `entries (4558, 4560)` of facts that have `teblk_4558_decoder`, `Clampex 10.6` of those that have `Clampex v10.6.2.2`: a number that is part of a name. */
function isOfNames({ written, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
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

/** `30–31 May 2022`, `11 and 12 December`: the first of two days of a month. */
function isOfDays({ value, written, offset }: StatedNumber, text: string): boolean {
  if (!Number.isInteger(value) || value < 1 || value > 31) return false;
  // `between January 24 and`, `May 30 and 31, 2022`.
  const [before, after] = [text.slice(0, offset), text.slice(offset + written.length)];
  if (DAYS_AFTER_MONTH.test(before)) return true;
  return DAYS_BEFORE_MONTH.test(after);
}

/** `day 148` in a sentence of postnatal days, of facts that say `P148`. */
function isDayOfLife({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!/\bdays? $/i.test(text.slice(0, offset)) || !/\bpostnatal\b/i.test(sentenceAt(text, offset)))
    return false;
  return new RegExp(`(?<![\\p{L}\\p{N}])p ?${value}(?!\\p{N})`, 'u').test(known);
}

/** `embryonic day 18` of facts that say `E18`, `postnatal day 21` of those that say `P21`. */
function isStage({ value, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  const [, kind = ''] = /\b(embryonic|gestational|postnatal) (?:day )?$/i.exec(text.slice(0, offset)) ?? [];
  if (kind === '') return false;
  const letter = kind.toLowerCase() === 'postnatal' ? 'p' : 'e';
  return new RegExp(`(?<![\\p{L}\\p{N}])${letter}[ -]?${value}(?![\\p{L}\\p{N}])`, 'u').test(known);
}

/** `version 16` of facts that have `V16`, `model 880` of those that have `LSM880`: a number that a word calls a name. */
function isLabel({ written, offset }: StatedNumber, text: string, { text: known }: Evidence): boolean {
  if (!/\b(?:version|v\.?|release|model|generation|revision|mark)\s$/i.test(text.slice(0, offset)))
    return false;
  return new RegExp(`\\p{L}[ ._-]{0,2}${written.replaceAll('.', '\\.')}(?![\\d.]\\d?)`, 'u').test(known);
}

/** Whether the facts hold `30 kHz` in these words: then no conversion is needed. */
function saysVerbatim(written: string, { text }: Evidence): boolean {
  const said = normalize(written)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/[\s-]+/g, '[\\s-]?');
  return new RegExp(`(?<![\\p{L}\\p{N}.,])${said}(?![\\p{L}\\p{N}/])`, 'u').test(text);
}

/** Percent by which a share may be off: rounded to a whole one, or told as about so many. */
const ROUNDED_SHARE = 0.5;
const ABOUT_SHARE = 2;
/** Who rounds a share tells a multiple of this. */
const ROUND_SHARE = 5;

/** A share of the files or, by a trait, of the subjects, as a rounded percentage. */
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

/** Versions that a text states and that are in no fact just so: `0.2` is not `0.2.0`. */
function unknownVersions(text: string, evidence: Evidence): string[] {
  const plain = text.replace(/\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+/gi, ' ');
  return [...plain.matchAll(VERSION)].flatMap(([version]) => {
    const said = normalize(version).replace(/^v/, '').replaceAll('.', '\\.');
    return new RegExp(`(?<![\\d.])${said}(?!\\d|\\.\\d)`).test(evidence.text) ? [] : [version];
  });
}

/** Numbers of a text that are in no fact and follow from none. */
function findUnsupported(text: string, evidence: Evidence): StatedNumber[] {
  return readStated(text).filter(
    (stated) =>
      !isSupported(stated, text, evidence) &&
      !isMade(stated, text, evidence) &&
      !isYear(stated, text, evidence) &&
      !isStage(stated, text, evidence) &&
      !isLabel(stated, text, evidence) &&
      !isOfName(stated, text, evidence) &&
      !isOfNames(stated, text, evidence) &&
      !isOfDays(stated, text) &&
      !isDayOfLife(stated, text, evidence) &&
      !isOfWeeks(stated, text),
  );
}

/** Whether a number is spelled out, a rough one, or one of a sentence that reckons: it may follow from others in a way that nobody foresaw. */
function isLoose({ written, offset }: StatedNumber, text: string): boolean {
  if (!/\d/.test(written) || readAbout(text.slice(0, offset)) !== undefined) return true;
  const sentence = sentenceAt(text, offset);
  return MADE_OF.test(sentence) || DERIVED.test(sentence);
}

function describeUnsupported({ written }: StatedNumber): { message: string; excerpt: string } {
  return { message: `The number ${written} is nowhere in the facts.`, excerpt: written };
}

/** Every number is in the facts, in the same or another unit; every version as it is. */
export const numbers: Check = {
  name: 'numbers',
  severity: 'warning',
  holds: 'every number is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...unknownVersions(text, evidence).map((version) => ({
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

/** `in kilometres`, `in units of mV`: a unit without a number. */
const IN_UNITS = /\bin (?:units of )?([A-Za-zµμ°Ω]{2,}(?:\/[A-Za-z]+)?)(?![\p{L}\p{N}])/gu;

/** `Each dataset is one hour long`: who measures with one unit means it. */
function isOfLength(written: string, sentence: string): boolean {
  return /^one (?:hour|minute)$/i.test(written) && /\b(?:long|lasts?|lasted|duration)\b/i.test(sentence);
}

/** Quantities of a text that agree with no measure of the facts. */
function findUnmeasured(text: string, evidence: Evidence): WrittenQuantity[] {
  const blanked = blankOthers(text);
  const ages = readAgeClaims(blanked);
  return (
    readQuantities(blanked)
      // Ages are another check's business, and `day 1` or `one day` measure nothing.
      .filter(({ offset }) => !ages.some(({ start, end }) => offset >= start && offset < end))
      .filter(
        ({ digits, written, offset }) =>
          digits !== '' || !/^one\b/i.test(written) || isOfLength(written, sentenceAt(text, offset)),
      )
      .filter((stated) => !isMeasured(stated, text, evidence))
      .filter((stated) => !(isRough(stated, text) && isReckoned(stated, text, evidence)))
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

/** Every number with a unit agrees with a measure of the facts, and units are reported as the facts have them. */
export const quantities: Check = {
  name: 'quantities',
  severity: 'warning',
  holds: 'every number with a unit agrees with the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => {
      const location = { part, index };
      const numbers = findUnmeasured(text, evidence)
        .filter((stated) => !isEstimate(stated, text))
        // A share of what would be is in no fact.
        .filter(({ quantity, offset }) => quantity !== 'ratio' || !isSpeculation(sentenceAt(text, offset)))
        .map((stated) => describeUnmeasured(stated, text, location));
      const units = [...text.matchAll(IN_UNITS)].flatMap((match): Draft[] => {
        const [found, name = ''] = match;
        // The longest reading counts: `in metres per second`, `in degrees Celsius`.
        const unit = readUnit(text.slice(match.index + found.length - name.length));
        if (unit === undefined || !unit.written.startsWith(name) || unit.quantity === 'time') return [];
        if (knowsUnit(evidence.quantities, unit.quantity, unit.factor)) return [];
        const excerpt = found + unit.written.slice(name.length);
        return [{ message: `The facts give nothing in ${unit.written}.`, excerpt, location }];
      });
      return [...numbers, ...units];
    }),
};

/** Numbers and quantities that a sentence estimates or reckons agree with the facts as well; since they may follow from these, this only flags. */
export const estimates: Check = {
  name: 'estimates',
  severity: 'warning',
  holds: 'numbers that a sentence estimates, reckons or spells out agree with the metadata or the headers',
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
            !isReckoned(stated, text, evidence),
        )
        .filter(
          ({ value, offset, digits }) =>
            digits === '' || !isMade({ value, offset, written: digits }, text, evidence),
        )
        // `a year and a half` and `half an hour` are ways to speak.
        .filter(({ digits, written }) => digits !== '' || !/^(?:an?|half an)\b/i.test(written))
        .map((stated) => describeUnmeasured(stated, text, { part, index })),
    ]),
};

const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
/** A date with its day, as ISO has it or in words. */
const DATE = new RegExp(
  `\\b\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\b(?:${MONTHS})\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}\\b|\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${MONTHS}),?\\s+\\d{4}\\b`,
  'gi',
);

/** What is before the second of two days of a month, or the only one: `May 30 and `, `January `. */
const DAYS_AFTER_MONTH = new RegExp(
  `\\b(?:${MONTHS}) (?:\\d{1,2}(?:st|nd|rd|th)?(?:,| and| or| to|–) ?)?$`,
  'i',
);
/** What is behind the first of two days: ` and 31 May`. */
const DAYS_BEFORE_MONTH = new RegExp(
  `^\\s?(?:-|–|and|to|or|,)\\s?\\d{1,2}(?:st|nd|rd|th)?\\s(?:of\\s)?(?:${MONTHS})\\b`,
  'i',
);

/** A month of a year; in capitals, since `may 2020` could be anything. */
const MONTH = new RegExp(
  `\\b(${MONTHS.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}),?\\s+(?:of\\s+)?(\\d{4})\\b`,
  'g',
);

/** `in 2019`, `during 2021`: a year of recording, not one of a citation. */
const IN_YEAR =
  /\b(?:(?<=\b(?:record|collect|acquir|perform|conduct|gather|measur|ma[dk]|took place|obtain|were|was)\p{L}*\b[^.;(]{0,40})(?:in|during|since|from|between))\s+((?:19|20)\d\d)\b(?:\s*(?:and|to|-|–)\s*((?:19|20)\d\d)\b)?/giu;

/** Years of recording that neither the sessions' times nor the owners' words hold. */
function findYears(text: string, { text: known }: Evidence): string[] {
  return [...text.matchAll(IN_YEAR)].flatMap(([written, ...years]) => {
    const reported = years.filter((year) => year !== undefined);
    const isKnown = (year: string) =>
      new RegExp(`(?:session_start_time|timestamps_reference_time):? ?${year}-`).test(known) ||
      new RegExp(`(?<![\\d./:-])${year}(?![\\d./:-])`).test(known);
    // Of a publication the digits of its link tell the year.
    const sentence = sentenceAt(text, text.indexOf(written));
    const isOfLink = (year: string) =>
      OF_PRINT.test(sentence) && new RegExp(`(?<!\\d)${year}(?!\\d)`).test(known);
    if (reported.every((year) => isOfLink(year))) return [];
    return reported.every(isKnown) && !isOfAllYears(text, written, reported[0] ?? '', known) ? [] : [written];
  });
}

/** Whether all recordings are told to be of one year while sessions of others are known. */
function isOfAllYears(text: string, written: string, year: string, known: string): boolean {
  const sentence = sentenceAt(text, text.indexOf(written));
  if (!/\b(?:all|every|each)\b/i.test(sentence)) return false;
  const years = [...known.matchAll(/session_start_time: (\d{4})-/g)].map((match) => match[1]);
  return years.some((other) => other !== year);
}

/** Months that the facts do not hold, days left out. */
function findMonths(text: string, known: string): string[] {
  return [...text.replace(DATE, (date) => ' '.repeat(date.length)).matchAll(MONTH)].flatMap(
    ([written, name = '', year = '']) => {
      const month = String(MONTHS.split('|').indexOf(name.toLowerCase()) + 1).padStart(2, '0');
      const isKnown = known.includes(`${year}-${month}`) || known.includes(normalize(`${name} ${year}`));
      return isKnown || known.includes(`${name.toLowerCase()}, ${year}`) ? [] : [written];
    },
  );
}

/** A written date as ISO has it. */
function toIso(written: string): string {
  const iso = /^\d{4}-\d{2}-\d{2}/.exec(written)?.[0];
  if (iso) return iso;
  const month = MONTHS.split('|').findIndex((name) => written.toLowerCase().includes(name)) + 1;
  const year = /\d{4}/.exec(written)?.[0] ?? '';
  const day = /\b\d{1,2}(?!\d)/.exec(written.replace(year, ''))?.[0] ?? '';
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The ways in which facts may write a date: as ISO has it, without hyphens, as `6/12/2023` and `12/6/2023`. */
function listForms(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const [m, d] = [Number(month), Number(day)];
  return [iso, `${year}${month}${day}`, `${m}/${d}/${year}`, `${d}/${m}/${year}`, `${d}.${m}.${year}`];
}

/** Every date is in the facts. */
export const dates: Check = {
  name: 'dates',
  severity: 'warning',
  holds: 'every date is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...[...text.matchAll(DATE)]
          .map(([date]) => date)
          .filter(
            (date) =>
              ![...listForms(toIso(date)), normalize(date)].some((known) => evidence.text.includes(known)),
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

/** Words that mark a value as one file's. */
const AS_EXAMPLE =
  /\b(for example|for instance|e\.g\.|such as|example|representative|one (file|session)|a (single )?(file|session)|sample)\b/i;

/** How far before a value a word may mark it as an example. */
const NEAR_EXAMPLE = 160;

/** Words right before digits that make them an id. */
const AS_ID = /\b(session|identifier|id)s?(\s+(id|identifier|number|no\.?|of|is|was))?[\s:#]*$/;

/** No session's own id or time is reported as if it held for all. */
export const sessions: Check = {
  name: 'sessions',
  severity: 'warning',
  holds: 'no single session’s id or time is reported as if it held for all files',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, code, part, index }) => {
      const dated = [...text.matchAll(DATE)].map((match) => ({
        value: toIso(match[0]),
        written: match[0],
        offset: match.index,
      }));
      const places = [...text.matchAll(/␣/g)].map((match) => match.index);
      const coded = code.map((value, at) => ({
        value: value.toLowerCase(),
        written: value,
        offset: places[at] ?? 0,
      }));
      const said = text.toLowerCase();
      const spoken = [...evidence.sessions].flatMap((value) => {
        const offset = said.search(
          new RegExp(`(?<![\\w-])${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`),
        );
        // Digits alone could be any number, unless the sentence calls them an id.
        const isPlain = /^[\d-]+$/.test(value) && !AS_ID.test(said.slice(0, offset));
        return offset < 0 || isPlain
          ? []
          : [{ value, written: text.slice(offset, offset + value.length), offset }];
      });
      return [...dated, ...coded, ...spoken].flatMap(({ value, written, offset }): Draft[] =>
        evidence.sessions.has(value) &&
        !AS_EXAMPLE.test(
          `${text.slice(Math.max(0, offset - NEAR_EXAMPLE), offset)} ${sentenceAt(text, offset)}`,
        ) &&
        part !== 'keywords' &&
        !reportedOfAll(evidence, value) &&
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

/** Whether the owners' own metadata say it too, or all sessions are of that day: then it is not one session's. */
function reportedOfAll({ facts }: Evidence, value: string): boolean {
  const { firstSession = '', lastSession = '' } = facts?.contents?.all ?? {};
  if (firstSession.startsWith(value) && lastSession.startsWith(value) && value !== '') return true;
  return (
    facts !== undefined && normalize(`${facts.dandiset.name} ${facts.dandiset.description}`).includes(value)
  );
}

/** Words by which two dates are the first and the last one of all. */
const AS_SPAN =
  /\b(?:from|between|since|until|through|to|first|last|earliest|latest|begin\w*|began|end(?:s|ed)|start(?:s|ed)|span\w*|range|ran|run)\b|[–—]/i;

/** Whether a date is that of the first or the last session of all, in a sentence of when they were. */
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

/** Words before a count that make it one of the whole version. */
const WHOLE =
  /\b(contains?|comprises?|comprising|consists? of|includes?|including|has|holds?|across|all(?: of)?(?: the)?|total(?: of)?|a set of|provides?)\s+(?:(?:a )?total of\s+|all\s+|the\s+)?$/i;

/** Words between a count and `files` that make it one of something else. */
const OTHER_FILES =
  /\b(of|in|per|example|separate|different|more|other|further|each|representative|video|image|mat|csv|text|raw)\b/i;

/** Counts of files as of all of them, or of more than there are, agree with the list. */
export const fileCounts: Check = {
  name: 'file-counts',
  severity: 'error',
  holds: 'counts of files agree with the list of files',
  find: ({ prose, evidence }) => listMiscounts(prose, evidence, true),
};

/** Counts of some of the files follow from the list and from what they hold; since files may be told apart by anything, this only flags. */
export const partialCounts: Check = {
  name: 'partial-counts',
  severity: 'warning',
  holds: 'counts of some of the files agree with what the files hold',
  find: ({ prose, evidence }) => listMiscounts(prose, evidence, false),
};

function listMiscounts(prose: readonly ProseBlock[], evidence: Evidence, isOfAll: boolean): Draft[] {
  if (evidence.totals.size === 0) return [];
  return prose
    .filter(({ part }) => part !== 'keywords')
    .flatMap((block) => findMiscounts(block, evidence, isOfAll));
}

/** Whether so many of something are in one file, as counted over all of them; of a page of before contents were counted nobody knows. */
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
    // `486 MB the file`: a size.
    if (between !== '' && readUnit(between) !== undefined) return [];
    // `143 per file`, `six units per file`, `2 MB a file`: of something that each file has.
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
    // What the metadata count is theirs to answer for.
    if (value === facts?.dandiset.numberOfFiles) return [];
    // `Type 2 files` counts nothing: it is a label, and another check's business.
    if (
      /\b(?:types?|groups?|categor(?:y|ies)|class(?:es)?|kinds?|sets?)[ -]*(?:(?:\d+|[a-z]),? (?:and|or|to) )?$/i.test(
        before,
      )
    )
      return [];
    // `Each subject has 2 files` is said of something that the list of files does not count.
    if (/\b(each|every|per)\b[^.\n;]*$/i.test(before)) return [];
    // `64 contacts per file` counts contacts, where a file has as many.
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
