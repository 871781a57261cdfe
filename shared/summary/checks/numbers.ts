/** Checks of numbers: each stands in the facts, with its unit; counts of files agree; sessions are not told as if all were one. Pure. */
import type { Check, Draft } from '../check.ts';
import { type Evidence, MEASURES, normalize } from '../evidence.ts';
import { readSpelledNumber, SPELLED_NUMBER, VAGUE_AMOUNTS } from '../number-words.ts';
import { type ProseBlock, sentenceAt } from '../prose.ts';

/** How units scale to the one in which headers hold the value. */
const FACTORS: Readonly<Record<string, readonly number[]>> = {
  khz: [1e3],
  mhz: [1e6],
  hz: [1],
  ms: [1e-3],
  msec: [1e-3],
  milliseconds: [1e-3],
  µs: [1e-6],
  us: [1e-6],
  microseconds: [1e-6],
  min: [1, 60],
  minutes: [1, 60],
  minute: [1, 60],
  h: [1, 3600],
  hours: [1, 3600],
  hour: [1, 3600],
  weeks: [1, 7],
  months: [1, 30, 1 / 12],
  years: [1, 365, 12],
  mm: [1, 1e-3],
  cm: [1, 1e-2],
  µm: [1, 1e-6, 1e-3],
  um: [1, 1e-6, 1e-3],
  microns: [1, 1e-6],
  nm: [1, 1e-9],
  mv: [1, 1e-3],
  µv: [1, 1e-6],
  uv: [1, 1e-6],
  pa: [1, 1e-12],
  na: [1, 1e-9],
  kb: [1e3, 1024],
  mb: [1e6, 1024 ** 2],
  gb: [1e9, 1024 ** 3],
  tb: [1e12, 1024 ** 4],
  thousand: [1e3],
  million: [1e6],
  billion: [1e9],
  s: [1],
  seconds: [1],
  '%': [1],
};

/** Words that make a number an approximate one, right before it. */
const ABOUT =
  /(about|approximately|approx\.?|around|roughly|nearly|almost|just over|just under|a little over|a little more than|over|more than|less than|fewer than|up to|at least|some|circa|~|≈|>|<)\s*$/i;
/** Those of them that the facts must not fall below, and not exceed. */
const OVER = /over|more than|at least|>/;
const UNDER = /under|less than|fewer than|up to|nearly|almost|</;

/** A number, unless it is part of a name (`CA1`, `GCaMP6s`, `P90`) or of a longer one. */
const NUMBER =
  /(?<![\p{L}\p{N}_.,/#:])(?<![\p{L}\p{N}]-)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:\s?([a-zµμ%]+))?/giu;

/** Numbers up to this one, without a unit, are words of prose as often as facts. */
const SMALL = 12;

interface StatedNumber {
  readonly value: number;
  readonly written: string;
  readonly unit: string;
  readonly offset: number;
}

/** A number in words, with the unit after it. */
const SPELLED = new RegExp(`(?<![\\p{L}\\p{N}-])(${SPELLED_NUMBER})(?:\\s([a-z]+))?`, 'giu');

/** After the first of two numbers, what gives it the second one's unit: `0.25 and 5 kHz`, `250–400 ms`. */
const SHARED_UNIT = /^\s?(?:and|to|or|by|[-–—,×x])\s?\d[\d.,]*\s?([a-zµμ%]+)/iu;

/** The numbers that a text states; those inside dates, DOIs and links are other checks' business, and versions are no numbers. */
function readStated(text: string): StatedNumber[] {
  const blanked = text
    .replace(/\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+/gi, (match) => ' '.repeat(match.length))
    .replace(DATE, (match) => ' '.repeat(match.length))
    .replace(MONTH, (match) => ' '.repeat(match.length))
    .replace(VERSION, (match) => ' '.repeat(match.length));
  const digits = [...blanked.matchAll(NUMBER)].flatMap((match): StatedNumber[] => {
    const [, whole = '', decimals = '', word = ''] = match;
    const after = blanked.slice(match.index + whole.length + decimals.length);
    const shared = SHARED_UNIT.exec(after)?.[1] ?? '';
    const isShared = shared !== '' && Object.hasOwn(FACTORS, normalize(shared));
    const suffix = isShared && !Object.hasOwn(FACTORS, normalize(word)) ? shared : word;
    const unit = normalize(suffix);
    const isGlued = suffix !== '' && match[0] === `${whole}${decimals}${suffix}`;
    // A count of what a list leaves out stands in no fact.
    if (unit === 'more' || unit === 'others') return [];
    // Glued letters that are no unit make a name: `2P`, `5HT`, `24C`; `512x512` and `3rd` are handled as numbers or not at all.
    if (isGlued && !Object.hasOwn(FACTORS, unit) && unit !== 'x') return [];
    return [
      {
        value: Number(`${whole.replaceAll(',', '')}${decimals}`),
        written: `${whole}${decimals}${Object.hasOwn(FACTORS, unit) && suffix === word ? ` ${suffix}` : ''}`,
        unit: Object.hasOwn(FACTORS, unit) ? unit : '',
        offset: match.index,
      },
    ];
  });
  const spelled = [...blanked.matchAll(SPELLED)].flatMap((match): StatedNumber[] => {
    const [, words = '', word = ''] = match;
    const value = readSpelledNumber(words);
    const unit = Object.hasOwn(FACTORS, normalize(word)) ? normalize(word) : '';
    // Small ones are words of prose; what they count is looked at where it is known.
    return value > SMALL ? [{ value, written: words, unit, offset: match.index }] : [];
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
function roundingOf(written: string): number {
  const digits = written.replace(/[^\d.]/g, '');
  const significant = digits.includes('.')
    ? digits.replace('.', '').replace(/^0+/, '')
    : digits.replace(/^0+|0+$/g, '');
  return 0.5 / 10 ** Math.max(1, significant.length - 1);
}

/** How far from the number the facts may be, relative to it: below and above. */
interface Tolerance {
  readonly below: number;
  readonly above: number;
}

const EXACT: Tolerance = { below: 1e-9, above: 1e-9 };

/** How wrong an approximate number may be; `over 1,800` is true of no 1,740. */
function toleranceOf(before: string, written: string): Tolerance {
  const word = ABOUT.exec(before)?.[1]?.toLowerCase();
  if (word === undefined) return EXACT;
  const wide = Math.max(roundingOf(written), 0.05);
  if (OVER.test(word)) return { below: 1e-9, above: wide };
  if (UNDER.test(word)) return { below: wide, above: 1e-9 };
  return { below: wide, above: wide };
}

/** Units whose values nobody rounds to a digit: `10 kHz` is no 9,500 Hz. */
const SHARP = new Set(['hz', 'khz', 'mhz', 'nm', 'mv', 'µv', 'uv', 'pa', 'na']);
/** What rounding may move them by. */
const SHARP_TOLERANCE = 0.01;

/** What rounding may have moved a value by that the facts hold in another unit. */
function conversionOf({ written, unit }: StatedNumber): number {
  const rounding = roundingOf(written);
  return SHARP.has(unit) && !written.includes('.') ? Math.min(rounding, SHARP_TOLERANCE) : rounding;
}

function isGrounded(stated: StatedNumber, before: string, evidence: Evidence): boolean {
  const { value, unit, written } = stated;
  if (!unit && Number.isInteger(value) && value <= SMALL) return true;
  if (unit === '%')
    return (
      isShare(value, evidence) ||
      holds(evidence.numbers, value, 1e-9) ||
      holds(evidence.numbers, value / 100, 1e-9)
    );
  const tolerance = toleranceOf(before, written);
  const factors = FACTORS[unit] ?? [1];
  const verbatim = saysVerbatim(written, evidence);
  if (!verbatim && isOfAnotherUnit(stated, evidence)) return false;
  const exact = factors.includes(1) || verbatim;
  if (exact && holds(evidence.numbers, value, tolerance.below, tolerance.above)) return true;
  const converted = conversionOf(stated);
  return factors.some((factor) => {
    const least = factor === 1 ? 0 : converted;
    return holds(
      evidence.numbers,
      value * factor,
      Math.max(tolerance.below, least),
      Math.max(tolerance.above, least),
    );
  });
}

/** Whether the facts hold this very number, but always with another unit of the same kind: `12.5 um` is no 12.5 mm. */
function isOfAnotherUnit({ value, unit }: StatedNumber, { measures, bare }: Evidence): boolean {
  const said = MEASURES[unit];
  const known = said === undefined || bare.has(value) ? undefined : measures.get(value);
  if (said === undefined || known === undefined) return false;
  const kindred = known.filter((other) => MEASURES[other]?.[0] === said[0]);
  const isSame = (other: string) => Math.abs((MEASURES[other]?.[1] ?? 0) / said[1] - 1) < 1e-9;
  return kindred.length > 0 && !kindred.some(isSame);
}

/** Whether the facts hold `30 kHz` in these words: then no conversion is needed. */
function saysVerbatim(written: string, evidence: Evidence): boolean {
  const said = normalize(written);
  return (
    evidence.text.includes(said) ||
    evidence.text.includes(said.replace(' ', '')) ||
    evidence.text.includes(said.replace(' ', '-'))
  );
}

/** A share of the files, as a rounded percentage. */
function isShare(percent: number, { counts, totals }: Evidence): boolean {
  return [...totals].some(
    (total) => total > 0 && [...counts].some((count) => Math.abs((100 * count) / total - percent) <= 0.5),
  );
}

/** A version in three parts or more, as NWB and its extensions have them: `2.7.0`. */
const VERSION = /(?<![\p{L}\p{N}_./-])v?\d+(?:\.\d+){2,}(?:-[a-z]+\d*)?(?![\p{L}\p{N}_/]|\.\d)/giu;

/** Versions that a text states and that stand in no fact just so: `0.2` is not `0.2.0`. */
function unknownVersions(text: string, evidence: Evidence): string[] {
  const plain = text.replace(/\b(?:https?:\/\/|www\.|doi:\s*|10\.\d{4,9}\/)\S+/gi, ' ');
  return [...plain.matchAll(VERSION)].flatMap(([version]) => {
    const said = normalize(version).replace(/^v/, '').replaceAll('.', '\\.');
    return new RegExp(`(?<![\\d.])${said}(?!\\d|\\.\\d)`).test(evidence.text) ? [] : [version];
  });
}

/** Every number stands in the facts, in the same or another unit; every version as it is. */
export const numbers: Check = {
  name: 'numbers',
  severity: 'minor',
  holds: 'every number stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...unknownVersions(text, evidence).map((version) => ({
          message: `The version ${version} stands nowhere in the facts.`,
          excerpt: version,
        })),
        ...readStated(text)
          .filter((stated) => !isGrounded(stated, text.slice(0, stated.offset), evidence))
          .map(({ written }) => ({
            message: `The number ${written} stands nowhere in the facts.`,
            excerpt: written,
          })),
        ...findTooMany(text, evidence),
      ].map((draft): Draft => ({ ...draft, place: { part, index } })),
    ),
};

/** Nouns for subjects. */
const SUBJECTS =
  'mice|rats|subjects|animals|worms|nematodes|participants|patients|humans|people|volunteers|donors|individuals|monkeys|macaques|marmosets|fish|zebrafish|flies|birds|finches';

/** `twelve adult mice`, `hundreds of patients`. */
const SUBJECT_COUNT = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])(\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}|(?:${Object.keys(VAGUE_AMOUNTS).join('|')})\\s+of)\\s+(?:[\\p{L}-]+\\s+){0,2}?(${SUBJECTS})\\b`,
  'giu',
);

/** Words between a number and a noun that make it a count of something else: `2 recordings of mice`. */
const OTHER_THINGS = /\s(of|from|in|per|with|for|and|or|to)\s/i;

/** More subjects than the metadata count, unless the owners' own words have as many. */
function findTooMany(text: string, { facts, text: known }: Evidence): { message: string; excerpt: string }[] {
  const most = facts?.dandiset.numberOfSubjects;
  if (most === undefined) return [];
  return [...text.matchAll(SUBJECT_COUNT)].flatMap((match) => {
    const [written, amount = '', noun = ''] = match;
    const vague = VAGUE_AMOUNTS[amount.toLowerCase().replace(/\s+of$/, '')];
    const value = vague ?? readCount(amount);
    const between = written.slice(amount.length, -noun.length);
    if (!(value > most) || OTHER_THINGS.test(between)) return [];
    const isKnown = new RegExp(`(?<![\\d.,])${value}(?![\\d.,]\\d)[^.]{0,40}\\b(${SUBJECTS})\\b`).test(known);
    if (isKnown || known.includes(normalize(written))) return [];
    return [
      {
        message: `“${written}” are more subjects than the ${most} that the metadata count.`,
        excerpt: written,
      },
    ];
  });
}

/** A count in digits or words. */
function readCount(written: string): number {
  return /^\d/.test(written) ? Number(written.replaceAll(',', '')) : readSpelledNumber(written);
}

const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
/** A date with its day, as ISO has it or in words. */
const DATE = new RegExp(
  `\\b\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?)?|\\b(?:${MONTHS})\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}\\b|\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${MONTHS}),?\\s+\\d{4}\\b`,
  'gi',
);

/** A month of a year; in capitals, since `may 2020` could be anything. */
const MONTH = new RegExp(
  `\\b(${MONTHS.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}),?\\s+(?:of\\s+)?(\\d{4})\\b`,
  'g',
);

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

/** Every date stands in the facts. */
export const dates: Check = {
  name: 'dates',
  severity: 'minor',
  holds: 'every date stands in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...[...text.matchAll(DATE)]
          .map(([date]) => date)
          .filter((date) => !evidence.text.includes(toIso(date)) && !evidence.text.includes(normalize(date))),
        ...findMonths(text, evidence.text),
      ].map(
        (date): Draft => ({
          message: `The date ${date} stands nowhere in the facts.`,
          excerpt: date,
          place: { part, index },
        }),
      ),
    ),
};

/** Words that mark a value as one file's. */
const AS_EXAMPLE =
  /\b(for example|for instance|e\.g\.|such as|example|representative|one (file|session)|a (single )?(file|session)|sample)\b/i;

/** Words right before digits that make them an id. */
const AS_ID = /\b(session|identifier|id)s?(\s+(id|identifier|number|no\.?|of|is|was))?[\s:#]*$/;

/** No session's own id or time is told as if it held for all. */
export const sessions: Check = {
  name: 'sessions',
  severity: 'minor',
  holds: 'no single session’s id or time is told as if it held for all files',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, code, part, index }) => {
      const dated = [...text.matchAll(DATE)].map((match) => ({
        value: toIso(match[0]),
        written: match[0],
        offset: match.index,
      }));
      const coded = code.map((value) => ({
        value: value.toLowerCase(),
        written: value,
        offset: Math.max(0, text.indexOf('␣')),
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
        !AS_EXAMPLE.test(sentenceAt(text, offset)) &&
        part !== 'keywords' &&
        !saidOfAll(evidence, value)
          ? [
              {
                message: 'A single session’s id or time is told as if it held for all files.',
                excerpt: written,
                place: { part, index },
              },
            ]
          : [],
      );
    }),
};

/** Whether the owners' own metadata say it too: then it is not one session's. */
function saidOfAll({ facts }: Evidence, value: string): boolean {
  return (
    facts !== undefined && normalize(`${facts.dandiset.name} ${facts.dandiset.description}`).includes(value)
  );
}

/** `31 NWB files`, `ten files`, `the 5 .nwb files`. */
const FILE_COUNT = new RegExp(
  `(?<![\\p{L}\\p{N}_.,-])(\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}|(?:${Object.keys(VAGUE_AMOUNTS).join('|')})\\s+of)\\s+((?:(?:[\\p{L}-]+|\\.nwb)\\s+){0,2}?)(?:nwb\\s+|neurodata without borders\\s+(?:\\(nwb\\)\\s+)?)?files?\\b`,
  'giu',
);

/** Words before a count that make it one of the whole version. */
const WHOLE =
  /\b(contains?|comprises?|comprising|consists? of|includes?|including|has|holds?|across|all(?: of)?(?: the)?|total(?: of)?|a set of|provides?)\s+(?:(?:a )?total of\s+|all\s+|the\s+)?$/i;

/** Words between a count and `files` that make it one of something else. */
const OTHER_FILES =
  /\b(of|in|per|example|separate|different|more|other|further|each|representative|video|image|mat|csv|text|raw)\b/i;

/** Counts of files agree with the list. */
export const fileCounts: Check = {
  name: 'file-counts',
  severity: 'grave',
  holds: 'counts of files agree with the list of files',
  find: ({ prose, evidence }) => {
    if (evidence.totals.size === 0) return [];
    return prose.filter(({ part }) => part !== 'keywords').flatMap((block) => findMiscounts(block, evidence));
  },
};

function findMiscounts(
  { text, part, index }: ProseBlock,
  { totals, counts, text: known, facts }: Evidence,
): Draft[] {
  return [...text.matchAll(FILE_COUNT)].flatMap((match): Draft[] => {
    const [written, number = '', between = ''] = match;
    const vague = VAGUE_AMOUNTS[number.toLowerCase().replace(/\s+of$/, '')];
    const value = readCount(number);
    const before = text.slice(0, match.index);
    if (vague !== undefined) {
      const most = Math.max(...totals);
      if (most >= vague || OTHER_FILES.test(between)) return [];
      const message = `${written} are told of; the list has ${most.toLocaleString('en-US')}.`;
      return [{ message, excerpt: written, place: { part, index } }];
    }
    // What the metadata count, told as theirs, is theirs to answer for.
    if (value === facts?.dandiset.numberOfFiles && /\bmetadata\b/i.test(sentenceAt(text, match.index)))
      return [];
    // `Each subject has 2 files` is told of something that the list of files does not count.
    if (/\b(each|every|per)\b[^.]*$/i.test(before)) return [];
    const isWhole =
      WHOLE.test(before) && !/\b(of which|them)\b[^.]*$/i.test(before) && !OTHER_FILES.test(between);
    const isExample = value === 1 || /\b(one|single|example|representative)\b/i.test(between);
    if (isExample || ABOUT.test(before)) return [];
    if ((isWhole ? totals : counts).has(value) || totals.has(value) || known.includes(normalize(written)))
      return [];
    return [
      {
        message: `${number} files are told of; the list of files gives another count.`,
        excerpt: written,
        place: { part, index },
      },
    ];
  });
}
