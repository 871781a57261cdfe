/** Reads dates, months and years from a text, in words or in ISO format. Pure. */

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const NAMES = MONTHS.map((name) => name[0]!.toUpperCase() + name.slice(1)).join('|');

const ISO = /\b(\d{4})-(\d{2})(?:-(\d{2}))?(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\b/g;
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?(${NAMES}),?\\s+(\\d{4})\\b`, 'g');
const MONTH_FIRST = new RegExp(
  `\\b(${NAMES})\\s+(?:(\\d{1,2})(?:st|nd|rd|th)?,?\\s+)?(?:of\\s+)?(\\d{4})\\b`,
  'g',
);
const YEAR = /(?<![\p{L}\p{N}.,/:_-])((?:19|20)\d\d)(?![\p{L}\p{N}/:_]|[.,]\d|-\d)/gu;

/** A date, and where it is in a text. */
export interface WrittenDate {
  /** `2019`, `2019-03` or `2019-03-12`. */
  readonly iso: string;
  readonly written: string;
  readonly offset: number;
}

/** Reads the dates and months of a text, unordered. Single years are left to `readCalendar`. */
export function readDates(text: string): WrittenDate[] {
  const two = (number: string | number) => String(number).padStart(2, '0');
  const month = (name: string) => two(MONTHS.indexOf(name.toLowerCase()) + 1);
  const found: WrittenDate[] = [];
  const add = (match: RegExpExecArray, iso: string) =>
    found.push({ iso, written: match[0], offset: match.index });
  for (const match of text.matchAll(ISO))
    add(match, [match[1], match[2], match[3]].filter(Boolean).join('-'));
  for (const match of text.matchAll(DAY_FIRST))
    add(match, `${match[3]}-${month(match[2]!)}-${two(match[1]!)}`);
  for (const match of text.matchAll(MONTH_FIRST)) {
    const day = match[2] === undefined ? '' : `-${two(match[2])}`;
    const isInner = found.some(
      ({ offset, written }) => match.index > offset && match.index < offset + written.length,
    );
    if (!isInner) add(match, `${match[3]}-${month(match[1]!)}${day}`);
  }
  return found;
}

/** Reads all dates of a text, with the months and years that contain them. */
export function readCalendar(text: string): ReadonlySet<string> {
  const dates = readDates(text).map(({ iso }) => iso);
  const years = [...text.matchAll(YEAR)].map(([year]) => year);
  return new Set([
    ...dates,
    ...dates.map((iso) => iso.slice(0, 7)),
    ...dates.map((iso) => iso.slice(0, 4)),
    ...years,
  ]);
}
