/**
 * One series or table as counted over all files that hold it, in words: what is said of it or its name as people
 * would write it, how many a file holds, how far they reach; its name in the file as an aside. Pure.
 */
import type { SeriesContent, TableContent } from '../../facts/contents.ts';
import { countText, distributionText, numberText, quoteText } from '../../facts/fact-words.ts';
import { extentParts } from '../../facts/list/series-facts.ts';
import { extendsType } from '../../vocabulary/neurodata-types.ts';
import type { Prose } from '../page-tree.ts';
import { flattenText } from '../plain-text.ts';
import { addsInformation, findDescription, findName, joinCode, type NamedPhrase } from './names.ts';
import { findUnitWord, joinSome, joinWords } from './phrases.ts';
import { sayColumn, sayName, splitType } from './plain-names.ts';

/** Most columns reported per table. */
const MOST_COLUMNS = 5;
/** Names reported of series that differ in nothing else. */
const MOST_NAMES = 6;

/** What a series holds, where neither its name nor a description says it: one, many of them, and behind a word of its own. */
const NOUNS: readonly (readonly [type: string, one: string, many: string, short: string])[] = [
  ['SpikeEventSeries', 'spike waveforms', 'series of spike waveforms', 'spike waveforms'],
  ['ElectricalSeries', 'voltage traces', 'sets of voltage traces', 'voltage traces'],
  ['RoiResponseSeries', 'a trace of each region of interest', 'sets of traces of the regions', 'traces'],
  ['TwoPhotonSeries', 'images over time', 'image series', 'images'],
  ['OnePhotonSeries', 'images over time', 'image series', 'images'],
  ['ImageSeries', 'images over time', 'image series', 'images'],
  ['SpatialSeries', 'position over time', 'series of positions', 'positions'],
  ['FiberPhotometryResponseSeries', 'photometry traces', 'photometry traces', 'photometry traces'],
  ['IntervalSeries', 'marked intervals', 'series of intervals', 'intervals'],
  ['TimeSeries', 'values over time', 'time series', 'series'],
];

/** A series of each sweep, named by its number. */
const BY_SWEEP = /^sweep[\s_]?\*/i;

function findNouns(type: string): readonly [one: string, many: string, short: string] {
  const found =
    NOUNS.find(([known]) => type === known || extendsType(type, known)) ?? NOUNS[NOUNS.length - 1]!;
  return [found[1], found[2], found[3]];
}

/** Containers whose names say what a series in them is, where its own does not: `neuropil_trace/traces`. */
function sayParent({ pattern, type }: SeriesContent): string | undefined {
  if (extendsType(type, 'RoiResponseSeries') && /df_?over_?f|(?<![a-z])dff(?![a-z])/i.test(pattern))
    return 'ΔF/F traces';
  const [, parent = ''] = /^\/processing\/[^/]+\/([^/]+)\/[^/]+$/.exec(pattern) ?? [];
  return parent === '' || /Segmentation/.test(parent) ? undefined : sayName(parent);
}

/** The name of a series as words, with what it holds where the name ends in its type. */
function sayOwnName(name: string, type: string): string | undefined {
  const words = sayName(name);
  if (words === undefined) return undefined;
  const { own, isTyped } = splitType(words);
  return isTyped ? `${own} ${findNouns(type)[2]}` : own;
}

interface Described {
  readonly name: string;
  readonly words: string | undefined;
  readonly said: string | undefined;
  readonly parts: readonly string[];
  readonly series: SeriesContent;
}

/**
 * Series as phrases, those that differ in nothing but their names as one. `files` is how many hold their kind of
 * data; `known` is what was said of all recordings already; `modules` are the files' processing modules.
 */
export function describeRecordedSeries(
  series: readonly SeriesContent[],
  files: number,
  known?: string,
  modules: readonly string[] = [],
): NamedPhrase[] {
  const groups = new Map<string, Described[]>();
  for (const each of series) {
    const name = findName(each.pattern);
    const said = findSaid(each, name) ?? findModule(each, modules);
    const described: Described = {
      name,
      words: sayOwnName(name, each.type) ?? sayParent(each),
      said,
      parts: describeParts(each, files).filter((part) => part !== known),
      series: each,
    };
    const key = [
      said ?? '',
      described.words === undefined ? findNouns(each.type)[0] : '',
      each.perFile.max > 1 ? name : '',
      ...described.parts,
    ].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), described]);
  }
  const isBare = ({ said, words, parts, series: { perFile, type } }: Described): boolean =>
    said === undefined &&
    words === undefined &&
    parts.length === 0 &&
    perFile.max <= 1 &&
    findNouns(type)[0] === 'values over time';
  const all = [...groups.values()];
  const telling = all.filter(([first]) => first === undefined || !isBare(first));
  // Beside what says something of itself, what says nothing is left out.
  return (telling.length > 0 ? telling : all).map((group) => describeGroup(group, files));
}

function describeGroup(group: readonly Described[], files: number): NamedPhrase {
  const { said, parts, words, series, name } = group[0]!;
  const names = [...new Set(group.map((each) => each.name))];
  const rest = parts.length === 0 ? '' : `, ${parts.join(', ')}`;
  const { perFile, type } = series;
  const isMany = perFile.max > 1;
  // Of one file `per file` says nothing.
  const perFileText = files === 1 ? '' : ' per file';
  const [one, many] = findNouns(type);
  if (said !== undefined)
    return {
      prose: [
        isMany ? `${sayPerFile(series)} ${many}${perFileText}, ` : '',
        said,
        ...nameInFile(names),
        rest,
      ],
      names,
    };
  if (isMany) {
    // What is left of a counted name is a word only where all of it is.
    const isWord = words?.split(' ').every((word) => word.length > 2) === true;
    return {
      prose: [
        `${sayPerFile(series)} ${many}${isWord && !many.includes(words ?? '') ? ` (${words})` : ''}${perFileText}${BY_SWEEP.test(name) ? ', named by their sweeps' : ''}${rest}`,
      ],
      names,
    };
  }
  // Of voltages of which nothing else is known, there is at least their number.
  if (words === undefined && parts.length === 0 && one === 'voltage traces')
    return { prose: [`one series of ${one}${perFileText}`], names };
  if (words === undefined) return { prose: [`${one}${rest}`], names };
  const plain = [...new Set(group.flatMap((each) => each.words ?? []))];
  const each = plain.length > 1 && parts.length > 0 ? ', each' : '';
  return {
    prose: [`${joinSome(plain, MOST_NAMES)}${each}${each === '' ? rest : ` ${rest.slice(2)}`}`],
    names: names.length === 0 ? [name] : names,
  };
}

/** `3`, `14 to 15 (median 15)`: how many a file has. */
function sayPerFile({ perFile }: SeriesContent): string {
  return distributionText(perFile);
}

/** The names in the files as an aside; none that hold a counter, or that are nothing but a type. */
function nameInFile(names: readonly string[]): Prose[] {
  const shown = names.filter((name) => !name.includes('*') && sayName(name) !== undefined);
  if (shown.length === 0 || shown.length > MOST_NAMES) return [];
  return [' (', ...joinCode(shown), ')'];
}

/** What all files say of a series, quoted, where that is more than its name; of several in one file what each says. */
function findSaid({ descriptions, files }: SeriesContent, name: string): string | undefined {
  const { values, more } = descriptions;
  if (more > 0 || values.length === 0) return undefined;
  const [only, other] = values;
  if (other === undefined) {
    const said = findDescription(only!.value);
    return said === undefined || !addsInformation(said, name) ? undefined : quoteText(said);
  }
  const each = values.flatMap(({ value, files: having }) =>
    having === files ? (findDescription(value, 90) ?? []) : [],
  );
  if (
    values.length <= MOST_SAID &&
    each.length === values.length &&
    each.some((said) => addsInformation(said.replace(/\d+/g, ' '), name.replace(/[\d*]+/g, ' ')))
  )
    return quoteAlike([...new Set(each)]) ?? joinWords([...new Set(each)].map(quoteText));
  const start = findCommonStart(values.map(({ value }) => value));
  return start === undefined || !addsInformation(start, name) ? undefined : quoteText(start);
}

/** Descriptions of one name in one file that are all quoted. */
const MOST_SAID = 4;

/** Words in which texts that are alike may differ. */
const MOST_DIFFERENT = 2;

/** Texts that differ in a word or two: the first quoted, and of the others what they have instead. */
export function quoteAlike(texts: readonly string[]): string | undefined {
  const [first, ...others] = texts.map((text) => text.split(' '));
  if (first === undefined || others.length === 0) return undefined;
  const differing = others.map((words) =>
    words.length === first.length
      ? words.flatMap((word, at) => (word === first[at] ? [] : [word]))
      : undefined,
  );
  const isAlike = differing.every(
    (words) => words !== undefined && words.length <= MOST_DIFFERENT && first.length >= 2 * words.length + 2,
  );
  if (!isAlike) return undefined;
  return `${quoteText(texts[0]!)}, and the same with ${joinWords(differing.map((words) => quoteText(words!.join(' … '))))}`;
}

/** Least words in which descriptions that differ begin alike. */
const LEAST_COMMON = 4;

/** The whole words with which all begin; undefined where they are few, or break off. */
function findCommonStart(texts: readonly string[]): string | undefined {
  const [first = '', ...others] = texts.map((text) => flattenText(text, 300));
  let length = first.length;
  for (const other of others) {
    let at = 0;
    while (at < length && at < other.length && first[at] === other[at]) at += 1;
    length = at;
  }
  const whole = /^[\p{L}\p{N}]/u.test(first.slice(length))
    ? first.slice(0, length).replace(/[\p{L}\p{N}]*$/u, '')
    : first.slice(0, length);
  const start = whole.replace(/[^\p{L}\p{N})]+$/u, '');
  const words = start.split(' ');
  return words.length < LEAST_COMMON ||
    /^(?:the|an?|of|for|from|in|on|to|at|by|with|and|or|is|are)$/i.test(words.at(-1)!)
    ? undefined
    : findDescription(start);
}

/** What the files say of the module that holds a series of many, where its own name says nothing. */
function findModule({ pattern, type }: SeriesContent, modules: readonly string[]): string | undefined {
  const [, module = ''] = /^\/processing\/([^/]+)\/[^/]+$/.exec(pattern) ?? [];
  if (module === '' || type !== 'TimeSeries' || sayName(findName(pattern)) !== undefined) return undefined;
  const said = modules.find((each) => each.startsWith(`${module} (`))?.slice(module.length + 2, -1);
  const found = said === undefined ? undefined : findDescription(said);
  return found === undefined ? undefined : quoteText(found);
}

function describeParts(series: SeriesContent, files: number): string[] {
  return [
    ...extentParts(series)
      .map(sayUnit)
      .map(sayOne)
      .filter((part) => part !== ''),
    ...(series.files < files
      ? [`in ${series.isLeast ? 'at least ' : ''}${countText(series.files, 'file')}`]
      : []),
  ];
}

/** Writes `1 frames × 2 channels` as `1 frame × 2 channels`. */
function sayOne(part: string): string {
  return part.replace(/(^|× )1 (\p{L}+)s\b/gu, (_, before: string, noun: string) => `${before}1 ${noun}`);
}

/** `in volts` for `in V`; nothing for a unit that says nothing. */
export function sayUnit(part: string): string {
  const unit = /^in (.+)$/s.exec(part)?.[1];
  if (unit === undefined || /^\d/.test(unit)) return part;
  const words = unit.split(' or ').map(findUnitWord);
  return words.every((word) => word !== undefined) ? `in ${[...new Set(words)].join(' or ')}` : '';
}

/** Columns that every table of its type has, or that index another column. */
const PLAIN_COLUMNS =
  /^(?:id|start_time|stop_time|timeseries|timeseries_index|spike_times|.*_index|electrodes?|electrode_group|group|group_name|obs_intervals|waveforms?\w*|event_description|event_times)$/;

/** Columns that number a row or name whose it is, which tell nothing of what was done. */
const BOOKKEEPING_COLUMNS =
  /^(?:animal|subject|mouse|rat|monkey|session|date|tmax|trial|index)(?:_?(?:id|name|num|number|index))?$|^(?:block|trial|row|prebswitch)_?(?:num|number|index|id)$|(?:^|_)(?:idx|uuid)$|^trial_in_block$|(?<!task|target|stimulus|odor|condition)_ids?$/i;
/** Descriptions of columns that point to another object. */
const LINK = /^(?:a )?(?:link|reference) to\b|^index in(?:to)?\b/i;
/** Columns that tell what a trial was and how it ended, before times and positions of its parts. */
const TELLING =
  /outcome|correct|reward|success|choice|chosen|action|response|stimul|odou?r|concentration|contrast|orientation|cue|type|condition|state|task|target|side|hit|label|quality|depth|tags?\b|block/i;
/** Letters of a name below which only its description says what it is. */
const LEAST_LETTERS = 4;
/** Letters of a column's description that fit beside its name. */
const MOST_OF_COLUMN = 44;
/** Times and numbers of events, which are told after what happened. */
const TIMES = /^(?:the )?times?\b|_times?$|\btime (?:\(|when|of)|relative to|number of/i;

/** Whether a table has columns beyond those of its type. */
export function hasOwnColumns(table: TableContent): boolean {
  return chooseColumns(table).columns.length > 0;
}

/** What a description of a column says beside its name, to follow it in parentheses; undefined where that is little. */
function sayOfColumn(description: string, name: string, words: string): string | undefined {
  const found = findDescription(description, MOST_OF_COLUMN)
    ?.replace(/ \((k?Hz|m?s|m?V|mm|µm|um|degrees?)\)$/, ', in $1')
    .replace(/[“”]/g, '"');
  if (found === undefined || found.length > MOST_OF_COLUMN || TIMES.test(found) || / mask$/.test(words))
    return undefined;
  // `Target style (CO or RD)` gives the values of the target style.
  const values = /^(.+) \(([^()]+)\)$/.exec(found);
  if (values !== null && !addsInformation(values[1]!, name)) return values[2];
  if (/[()]/.test(found) || /\b(\w+) or (?:not|(?:in|un)\1)\b/i.test(found)) return undefined;
  const news = found
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !SMALL_WORD.test(word) && addsInformation(word, name));
  const isValues = /[=;:]|\d|\bor\b/.test(found);
  if (news.length < (isValues ? 1 : 2)) return undefined;
  return found.includes('=')
    ? found
    : found.replace(/^(?!Mahalanobis|Pearson|Fano|Bayes|Euclidean|Gauss)\p{Lu}(?=\p{Ll}*[- ,])/u, (letter) =>
        letter.toLowerCase(),
      );
}

/** Words of a column's description that tell nothing by themselves. */
const SMALL_WORD =
  /^(?:or|not|if|whether|was|were|when|which|type|label|labels|location|estimated|user|defined|tags?|id|ids|roi|each|column|number|putative)$/i;

/** The most telling columns in words, with what is said of them where that is short; `isSome` where there are more. */
function chooseColumns({ columns, moreColumns }: TableContent): { columns: string[]; isSome: boolean } {
  const own = columns.filter(
    ({ name, description }) =>
      !PLAIN_COLUMNS.test(name) && !BOOKKEEPING_COLUMNS.test(name) && !LINK.test(description.trim()),
  );
  const readable = own.flatMap(({ name, description }) => {
    const words = sayColumn(name);
    const isShort = !words.split(' ').some((word) => word.length >= LEAST_LETTERS);
    const said = sayOfColumn(description, name, words);
    // A name of a few letters without a word on it is a code.
    if (isShort && said === undefined && own.length > MOST_COLUMNS) return [];
    const isTime = TIMES.test(description) || TIMES.test(name);
    return [
      {
        text: said === undefined ? words : `${words} (${said})`,
        words,
        rank: isTime ? 2 : TELLING.test(name) ? 0 : 1,
      },
    ];
  });
  const distinct = readable.filter(
    ({ words }, at) => readable.findIndex((each) => each.words === words) === at,
  );
  const isSome = distinct.length + moreColumns > MOST_COLUMNS || distinct.length < own.length;
  const chosen =
    distinct.length > MOST_COLUMNS
      ? new Set(distinct.toSorted((a, b) => a.rank - b.rank).slice(0, MOST_COLUMNS))
      : new Set(distinct);
  return {
    columns: distinct.filter((each) => chosen.has(each)).map(({ text }) => text),
    isSome: isSome && distinct.length > 0,
  };
}

/** Names of tables that say no more than their type. */
const PLAIN_TABLE =
  /^(?:units|trials|epochs|plane_?segmentation\w*|plane_segmentation.*|electrodes|dynamic_?table|table|intervals?)\*?$/i;

/** A table as a phrase, its rows by the noun that they have. */
export function describeRecordedTable(
  table: TableContent,
  noun: readonly [one: string, many: string],
  files: number,
): NamedPhrase {
  const { rows, pattern } = table;
  const { columns, isSome } = chooseColumns(table);
  const counted =
    rows === undefined
      ? ''
      : rows.files === 1
        ? countText(rows.max, ...noun)
        : `${distributionText(rows)} ${rows.max === 1 ? noun[0] : noun[1]} per file${rows.files > 1 && noun[1] === 'trials' && rows.total > rows.max ? `, ${numberText(rows.total)} in all` : ''}`;
  const name = findName(pattern);
  const words = PLAIN_TABLE.test(name) ? undefined : (sayName(name) ?? undefined);
  const description = findTableSaid(table, words ?? name);
  // A description says more than a name, which is then an aside.
  const label: Prose[] =
    description === undefined
      ? [words ?? '']
      : [`“${description}”`, ...(words === undefined ? [] : nameInFile([name]))];
  const isLabelled = description !== undefined || words !== undefined;
  const listed = joinWords(columns);
  const masks = columns.filter((column) => / mask$/.test(column));
  const columnsText =
    listed === ''
      ? ''
      : masks.length === columns.length && !isSome
        ? `with ${joinWords(masks.map((mask) => `${mask}s`))}`
        : isSome
          ? `with columns such as ${listed}`
          : `with ${columns.length === 1 ? 'a column' : 'columns'} for ${listed}`;
  const prose: Prose[] = [
    ...label,
    isLabelled && counted !== '' ? `, ${counted}` : counted,
    columnsText === '' ? '' : `${isLabelled || counted !== '' ? ', ' : ''}${columnsText}`,
    table.files < files ? `, in ${table.isLeast ? 'at least ' : ''}${countText(table.files, 'file')}` : '',
  ];
  return { prose, names: [name] };
}

/** What all files say of a table, where that is more than its name. */
function findTableSaid({ descriptions }: TableContent, name: string): string | undefined {
  const [only, other] = descriptions.values;
  if (only === undefined || other !== undefined || descriptions.more > 0) return undefined;
  const said = findDescription(only.value);
  return said === undefined || !addsInformation(said, name) || /^output from segmenting/i.test(said)
    ? undefined
    : said.replace(/[“”]/g, '"');
}
