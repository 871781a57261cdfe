/**
 * Describes one series or table over all files that contain it: name, description, number per file, and extent. Pure.
 */
import type { SeriesContent, TableContent } from '../../facts/contents.ts';
import { countText, distributionText, numberText } from '../../facts/fact-words.ts';
import { extentParts } from '../../facts/list/series-facts.ts';
import type { Prose } from '../page-tree.ts';
import { addsInformation, findDescription, findName, joinCode, type NamedPhrase } from './names.ts';
import { countShown, findUnitWord } from './phrases.ts';

/** Most columns reported per table. */
const MOST_COLUMNS = 6;

/** Most names reported of series that are otherwise equal. */
const MOST_NAMES = 6;

/**
 * Describes series as phrases; series that differ only in their names share one. `files` is the number of files with
 * their kind of data; `known` is a phrase that was already reported for all recordings.
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
    // Two series with the same name, such as current and voltage clamp, are distinguished by type.
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

/** `in current clamp` for a CurrentClampSeries and its stimulus; for other types, the words of the type's name. */
function sayType(type: string): string[] {
  if (type === 'IZeroClampSeries') return ['without injected current'];
  const words = type
    .replace(/(?:Stimulus)?Series$/, '')
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .toLowerCase();
  if (words === '' || words === 'time') return [];
  return [/ clamp$/.test(words) ? `in ${words}` : words];
}

/** The description of a series that all files share, if it adds information to its name. */
function findSaid({ descriptions }: SeriesContent, name: string): string | undefined {
  const [only, other] = descriptions.values;
  if (only === undefined || other !== undefined || descriptions.more > 0) return undefined;
  const said = findDescription(only.value);
  return said === undefined || !addsInformation(said, name) ? undefined : said.replace(/[“”]/g, '"');
}

function describeParts(series: SeriesContent, files: number): string[] {
  const { perFile } = series;
  return [
    // For a single file `per file` is redundant.
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

/** Writes `1 frames × 2 channels` as `1 frame × 2 channels`. */
function sayOne(part: string): string {
  return part.replace(/(^|× )1 (\p{L}+)s\b/gu, (_, before: string, noun: string) => `${before}1 ${noun}`);
}

/** Writes `in V` as `in volts`; empty for a placeholder unit. */
function sayUnit(part: string): string {
  const unit = /^in (.+)$/s.exec(part)?.[1];
  if (unit === undefined || /^\d/.test(unit)) return part;
  const words = unit.split(' or ').map(findUnitWord);
  return words.every((word) => word !== undefined) ? `in ${[...new Set(words)].join(' or ')}` : '';
}

/** Columns that every table of its type has, or that index another column. */
const PLAIN_COLUMNS =
  /^(?:id|start_time|stop_time|timeseries|timeseries_index|spike_times|.*_index|electrodes?|electrode_group|group|group_name|obs_intervals|waveforms?\w*)$/;

/** Whether a table has columns beyond those of its type. */
export function hasOwnColumns({ columns }: TableContent): boolean {
  return columns.some(({ name }) => !PLAIN_COLUMNS.test(name));
}

/** Describes a table as a phrase, with the given noun for its rows. */
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
