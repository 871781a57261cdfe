/** The time series of the files: their descriptions and extents. Pure. */
import type { FileContents, SeriesContent } from '../contents.ts';
import { countText, distributionText, numberText, quoteText, rateText, secondsText } from '../fact-words.ts';
import { type FactDrafts, LISTED, QUOTED } from './fact-drafts.ts';
import { isSameWords, rangeText } from './texts.ts';

/** Names at most for series that differ in nothing else. */
const NAMED_SERIES = 30;

/** Series that differ only in their names are one fact. */
export function addSeriesFacts(all: FileContents, drafts: FactDrafts): void {
  const groups = new Map<string, SeriesContent[]>();
  for (const series of rankSeries(all.series)) {
    const { pattern, type, files } = series;
    const key = [type, findParent(pattern), files, ...extentParts(series)].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  for (const group of [...groups.values()].slice(0, LISTED)) {
    if (group.length === 1) addOne(group[0]!, all, drafts);
    else addGroup(group as [SeriesContent, ...SeriesContent[]], all, drafts);
  }
}

function addOne(series: SeriesContent, all: FileContents, drafts: FactDrafts): void {
  const { pattern, type, files, perFile, example } = series;
  const descriptions = describedText(series);
  const parts = [
    ...(perFile.max > 1 ? [`${distributionText(perFile)} a file`] : []),
    ...(descriptions === '' ? [] : [descriptions]),
    ...extentParts(series),
  ];
  const text = `${type} ${pattern}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`;
  drafts.push(
    'series',
    text,
    seriesSlots(series),
    drafts.scope(files, all.read, series.isLeast),
    'headers',
    [example],
    files === all.read ? 2 : 3,
  );
}

function addGroup(
  group: readonly [SeriesContent, ...SeriesContent[]],
  all: FileContents,
  drafts: FactDrafts,
): void {
  const [first] = group;
  const named = group.slice(0, NAMED_SERIES).map((series) => {
    const name = findName(series.pattern);
    const said = describedText(series);
    return said === '' || isSameWords(name, said) ? name : `${name} (${said})`;
  });
  const rest = group.length - named.length;
  const names = `${named.join(', ')}${rest > 0 ? ` and ${numberText(rest)} more` : ''}`;
  const extent = extentParts(first);
  const text = `${numberText(group.length)} × ${first.type} in ${findParent(first.pattern) || '/'}: ${names}${extent.length === 0 ? '' : `; each ${extent.join('; ')}`}`;
  const slots = {
    ...seriesSlots(first),
    count: numberText(group.length),
    names: group
      .map(({ pattern }) => findName(pattern))
      .slice(0, NAMED_SERIES)
      .join(', '),
  };
  drafts.push(
    'series',
    text,
    slots,
    drafts.scope(first.files, all.read, first.isLeast),
    'headers',
    group.slice(0, 3).map(({ example }) => example),
    first.files === all.read ? 2 : 3,
  );
}

/** The extent of series, in parts: axes, rate, unit, duration, location of the samples. */
export function extentParts({
  axes,
  rate,
  units,
  duration,
  dtypes,
  external,
  files,
}: SeriesContent): string[] {
  const span = (min: number, most: number, say: (number: number) => string): string =>
    say(min) === say(most) ? say(most) : `${say(min)} to ${say(most)}`;
  return [
    axes.length === 0
      ? undefined
      : axes.map(({ name, min, max: most }) => `${rangeText(min, most)} ${name}`).join(' × '),
    rate === undefined ? undefined : `at ${span(rate.min, rate.max, rateText)}`,
    units.values.length === 0 ? undefined : `in ${units.values.map(({ value }) => value).join(' or ')}`,
    duration === undefined ? undefined : `lasting ${span(duration.min, duration.max, secondsText)}`,
    dtypes.values.length > 1
      ? `stored as ${dtypes.values.map(({ value }) => value).join(' or ')}`
      : undefined,
    external === 0
      ? undefined
      : external === files
        ? 'the samples are in another file'
        : `in ${numberText(external)} files the samples are in another file`,
  ].filter((part) => part !== undefined);
}

/** The descriptions of one series, each with its number of files if they differ. */
function describedText({ descriptions, files }: SeriesContent): string {
  const said = descriptions.values
    .slice(0, QUOTED * 2)
    .map(
      ({ value, files: having }) =>
        `${quoteText(value)}${having < files ? ` (${countText(having, 'file')})` : ''}`,
    );
  const rest = descriptions.values.length - said.length + descriptions.more;
  return `${said.join(', ')}${rest > 0 ? ` and ${numberText(rest)} more descriptions` : ''}`;
}

function seriesSlots({ pattern, rate, units, duration, axes }: SeriesContent): Record<string, string> {
  const slots: Record<string, string> = { name: findName(pattern) };
  if (rate !== undefined) slots.rate = rateText(rate.median);
  if (units.values[0] !== undefined) slots.unit = units.values[0].value;
  if (duration !== undefined) slots.duration = secondsText(duration.median);
  for (const { name, min, max: most } of axes) slots[name] = rangeText(min, most);
  return slots;
}

function findName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function findParent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Data of neurons first, as of most interest to readers. */
const SERIES_ORDER: readonly RegExp[] = [
  /^(?:ElectricalSeries|TwoPhotonSeries|OnePhotonSeries|CurrentClampSeries|VoltageClampSeries|IZeroClampSeries|RoiResponseSeries|FiberPhotometry\w*|SpikeEventSeries|MultiChannelVolume\w*)$/,
  /^(?:SpatialSeries|PoseEstimationSeries|DecompositionSeries|OptogeneticSeries|BehavioralTimeSeries)$/,
  /Stimulus|IndexSeries|ImageSeries|OpticalSeries/,
];

function rankSeries(series: readonly SeriesContent[]): SeriesContent[] {
  const rank = ({ type }: SeriesContent): number => {
    const at = SERIES_ORDER.findIndex((pattern) => pattern.test(type));
    return at < 0 ? SERIES_ORDER.length : at;
  };
  return [...series].sort((a, b) => rank(a) - rank(b) || b.files - a.files);
}
