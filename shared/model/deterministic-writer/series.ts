/**
 * One series or table as counted over all files that hold it: its name, what is said of it, how many a file
 * holds, how far they reach. Pure.
 */
import type { SeriesContent, TableContent } from '../../facts/contents.ts';
import { countText, distributionText, numberText } from '../../facts/fact-words.ts';
import { extentParts } from '../../facts/list/series-facts.ts';
import type { Prose } from '../page-tree.ts';
import { findDescription, findName, joinCode, type NamedPhrase, saysMore } from './names.ts';
import { countShown, findUnitWord } from './phrases.ts';

/** Columns reported of one table. */
const MOST_COLUMNS = 6;

/** Names reported of series that differ in nothing else. */
const MOST_NAMES = 6;

/**
 * Series as phrases, those that differ in nothing but their names as one. `files` is how many hold their kind of
 * data; `known` is what was said of all recordings already.
 */
export function describeRecordedSeries(
  series: readonly SeriesContent[],
  files: number,
  known?: string,
): NamedPhrase[] {
  const names = series.map(({ pattern }) => findName(pattern));
  const groups = new Map<string, { name: string; said: string | undefined; parts: string[] }[]>();
  for (const each of series) {
    const isNameShared = series.some(
      ({ pattern }, at) => names[at] === findName(each.pattern) && pattern !== each.pattern,
    );
    const name = findName(each.pattern, isNameShared);
    const said = findSaid(each, name);
    // Two series of one name, as of current and of voltage clamp, are distinguished by their type.
    const isTwin = series.some(
      (other) => other !== each && other.type !== each.type && other.pattern === each.pattern,
    );
    const parts = [
      ...(isTwin ? sayType(each.type) : []),
      ...describeParts(each, files).filter((part) => part !== known),
    ];
    const key = [said ?? '', ...parts].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ name, said, parts }]);
    else group.push({ name, said, parts });
  }
  return [...groups.values()].map((group) => {
    const { said, parts } = group[0]!;
    const names = [...new Set(group.map(({ name }) => name))];
    const shown = names.slice(0, countShown(names.length, MOST_NAMES));
    const hidden = names.length - shown.length;
    const each = names.length > 1 ? 'each ' : '';
    return {
      prose: [
        ...joinCode(shown, hidden > 0),
        hidden > 0 ? `, and ${numberText(hidden)} more` : '',
        said === undefined ? '' : ` (${each}“${said}”)`,
        parts.length === 0 ? '' : `, ${said === undefined ? each : ''}${parts.join(', ')}`,
      ],
      names,
    };
  });
}

/** `in current clamp` for a CurrentClampSeries and for its stimulus; other types in their words. */
function sayType(type: string): string[] {
  if (type === 'IZeroClampSeries') return ['without injected current'];
  const words = type
    .replace(/(?:Stimulus)?Series$/, '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase();
  if (words === '' || words === 'time') return [];
  return [/ clamp$/.test(words) ? `in ${words}` : words];
}

/** What all files say of a series, where that is more than its name. */
function findSaid({ descriptions }: SeriesContent, name: string): string | undefined {
  const [only, other] = descriptions.values;
  if (only === undefined || other !== undefined || descriptions.more > 0) return undefined;
  const said = findDescription(only.value);
  return said === undefined || !saysMore(said, name) ? undefined : said.replace(/[“”]/g, '"');
}

function describeParts(series: SeriesContent, files: number): string[] {
  const { perFile } = series;
  return [
    // Of one file `per file` says nothing.
    ...(perFile.max > 1
      ? [files === 1 ? `${numberText(perFile.max)} of them` : `${distributionText(perFile)} per file`]
      : []),
    ...extentParts(series)
      .map(sayUnit)
      .map(sayOne)
      .filter((part) => part !== ''),
    ...(series.files < files ? [`in ${countText(series.files, 'file')}`] : []),
  ];
}

/** `1 frame × 2 channels` for `1 frames × 2 channels`. */
function sayOne(part: string): string {
  return part.replace(/(^|× )1 (\p{L}+)s\b/gu, (_, before: string, noun: string) => `${before}1 ${noun}`);
}

/** `in volts` for `in V`; nothing for a unit that says nothing. */
function sayUnit(part: string): string {
  const unit = /^in (.+)$/s.exec(part)?.[1];
  if (unit === undefined || /^\d/.test(unit)) return part;
  const words = unit.split(' or ').map(findUnitWord);
  return words.every((word) => word !== undefined) ? `in ${[...new Set(words)].join(' or ')}` : '';
}

/** Columns that every table of its type has, or that index another one. */
const PLAIN_COLUMNS =
  /^(?:id|start_time|stop_time|timeseries|timeseries_index|spike_times|.*_index|electrodes?|electrode_group|group|group_name|obs_intervals|waveforms?\w*)$/;

/** Whether a table has columns beyond those of its type. */
export function hasOwnColumns({ columns }: TableContent): boolean {
  return columns.some(({ name }) => !PLAIN_COLUMNS.test(name));
}

/** A table as a phrase, its rows by the noun that they have. */
export function describeRecordedTable(
  table: TableContent,
  noun: readonly [one: string, many: string],
  files: number,
): NamedPhrase {
  const { rows, pattern } = table;
  const columns = table.columns.map(({ name }) => name).filter((name) => !PLAIN_COLUMNS.test(name));
  const shown = columns.slice(0, countShown(columns.length + table.moreColumns, MOST_COLUMNS));
  const hidden = columns.length - shown.length + table.moreColumns;
  const counted =
    rows === undefined
      ? ''
      : rows.files === 1
        ? `, ${countText(rows.max, ...noun)}`
        : `, ${distributionText(rows)} ${rows.max === 1 ? noun[0] : noun[1]} per file`;
  const name = findName(pattern);
  const prose: Prose[] = [
    { code: name },
    counted,
    ...(shown.length === 0
      ? []
      : [
          columns.length === 1 ? ', with the column ' : ', with the columns ',
          ...joinCode(shown, hidden > 0),
          hidden > 0 ? `, and ${numberText(hidden)} more` : '',
        ]),
    table.files < files ? `, in ${countText(table.files, 'file')}` : '',
  ];
  return { prose, names: [name] };
}
