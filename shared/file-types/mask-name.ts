/**
 * Masks the numbers in names, so that `sweep_00001` and `sweep_00002`, or two groups named by
 * date, count as one name. Pure; the first step of folding. Counters, dates, identifiers and quantities are
 * masked, and a folded name is reported with their values; the digit of a brain area or a layer is part of a
 * word and stays.
 */

/** Replaces a number, a date or an identifier. No HDF5 name of the archive contains it. */
export const MASK = '*';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * Hexadecimal identifiers: with eight digits or more where letters are on both sides of a number or numbers
 * on both sides of letters; shorter ones where letters and digits alternate four times, as in `4d5e6f`; and a
 * word of seven letters or more with a number, as in `deadbeef01`. A few letters with one number are a
 * counter, of however many digits: `bead1`, `bead12345`.
 */
const HEX = [
  '(?<![0-9a-z])(?:',
  '(?=[0-9a-f]{8})(?:[a-f]+\\d+[a-f]|\\d+[a-f]+\\d)[0-9a-f]*',
  '|(?:[a-f]+\\d+[a-f]+\\d+[a-f]|\\d+[a-f]+\\d+[a-f]+\\d)[0-9a-f]*',
  '|[a-f]{7,}\\d+',
  ')(?![0-9a-z])',
].join('');

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
/**
 * Dates with the month by name: between two numbers (`12Jan2019`, `2019-Jan-05`), or before a year
 * (`Jan2019`). A month alone is a word, and `Oct4` is a gene.
 */
const DATE = [
  `(?<![0-9])\\d{1,4}[-_ .]?${MONTH}[-_ .,]{0,2}\\d{1,4}(?![0-9a-z])`,
  `(?<![a-z])${MONTH}[-_ .]\\d{1,2}[-_ .,]{1,2}\\d{4}(?![0-9a-z])`,
  `(?<![a-z])${MONTH}[-_ .]?\\d{4}(?![0-9a-z])`,
].join('|');
/** A month before its day, `Jan_05`: only with a capital, since `nov_1` may be a novel image. */
const DAY = `(?<![a-z])${MONTH}[-_ .]\\d{1,2}(?![0-9a-z])`;

/**
 * Names of areas and layers whose digit is not a counter: visual areas, hippocampal fields, cortical layers
 * (`L5`, `L2/3`, `layer_5`), sensory and motor cortex with the part of the body before them (`wS1`), crura,
 * Brodmann's areas. `S1`, `M1` and `A1` by themselves are sessions, mice and wells as often.
 */
const AREA =
  /(?<![A-Za-z0-9])(?:h?V[1-8][A-Dad]?|CA[1-4][a-c]?|(?:L|[Ll]ayer[-_ ]?|LAYER[-_ ]?)(?:2[-_/]?3|[1-6][ab]?(?:[-/][1-6][ab]?)?)|(?:w|f|v|tj|hl|fl)[SM][12]|[Cc]rus[-_ ]?[12]|BA\d{1,2})(?![A-Za-z0-9])/g;

/** Devices that are counted by capital letters: `probeA`, `shank_B`. */
const LETTERED = /(?<=(?<![a-z])(?:imec)?(?:probe|shank|tetrode|array)[-_ ]?)[a-h](?![a-z0-9])/gi;

/** Numbers with their separators, as in dates and versions, where no letter follows. */
const NUMBERS = '(?:(?<=[_ =:,(])[-+])?\\d+(?:[-_:.T+]\\d+)*Z?(?![a-z\\d]|\\.\\d)';
/** A number before a letter, as in `45deg`, `0.04cpd`; an ordinal with its ending. */
const NUMBER = '(?:(?<=[_ =:,(])[-+])?\\d+(?:\\.\\d+)?(?:(?:st|nd|rd|th)(?![a-z]))?';

/** Patterns to mask, in this order; each step sees the masks of the earlier ones. */
const IDENTITY_STEPS: readonly (readonly [RegExp, (found: string) => string])[] = [
  [new RegExp([UUID, DATE, HEX].join('|'), 'gi'), () => MASK],
  [new RegExp(DAY, 'gi'), (found) => (/^[A-Z]/.test(found) ? MASK : found)],
];
const STEPS: typeof IDENTITY_STEPS = [
  ...IDENTITY_STEPS,
  [LETTERED, (letter) => (/[A-H]/.test(letter) ? MASK : letter)],
  [new RegExp(`${NUMBERS}|${NUMBER}`, 'gi'), () => MASK],
];

/** Private-use characters that replace the digits of areas and layers while numbers are masked. */
const KEPT_ZERO = 0xe000;
const KEPT = /[\ue000-\ue009]/g;

/** Dates and times by numbers, and numbers as long as a date. */
const NUMBERED_DATE =
  /(?<!\d)(?:(?:19|20)\d\d([-_.: ])\d{1,2}\1\d{1,2}|\d{1,2}([-_.: ])\d{1,2}\2(?:19|20)\d\d|\d{8,})(?:[-_T ]*\d{1,2}[-:h]?\d{2}(?:[-:m]?\d{2})?(?:\.\d+)?Z?)?(?!\d)/g;

/** The name with each date and identifier replaced by `*`: its other numbers may be meaningful. */
export function maskIdentity(name: string): string {
  let masked = name;
  for (const [pattern, replace] of IDENTITY_STEPS) masked = masked.replace(pattern, replace);
  return masked.replace(NUMBERED_DATE, MASK);
}

/**
 * The name with each number, date and identifier replaced by `*`. Two names that differ only in those have one
 * mask, however many digits the numbers have.
 */
export function maskName(name: string): string {
  // Most names contain no digit, and all names of a header are masked.
  if (!/\d/.test(name) && !/(?:probe|shank|tetrode|array)[-_ ]?[A-H]/i.test(name)) return name;
  let masked = name.replace(AREA, (area) =>
    area.replaceAll(/\d/g, (digit) => String.fromCharCode(KEPT_ZERO + Number(digit))),
  );
  for (const [pattern, replace] of STEPS) masked = masked.replace(pattern, replace);
  return masked.replace(KEPT, (kept) => String(kept.charCodeAt(0) - KEPT_ZERO));
}

/** A path with each name masked. */
export function maskPath(path: string): string {
  return path.split('/').map(maskName).join('/');
}
