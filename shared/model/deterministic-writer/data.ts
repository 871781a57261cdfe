/**
 * Writes the deterministic writer's description of the data: the files, subjects and locations, then each kind of data
 * over all files that contain it, with ranges; disagreements between sources; and how the data may be used and cited.
 * Pure.
 */

import type { BlockContent } from 'mdast';
import type { TableContent } from '../../facts/contents.ts';
import { bytesText, countText, distributionText, numberText } from '../../facts/fact-words.ts';
import type { Counted } from '../../facts/file-facts.ts';
import { findOwn } from '../../own-entry.ts';
import { list, type Prose, paragraph } from '../page-tree.ts';
import { flattenText } from '../plain-text.ts';
import { describeShare, nameSharedDuration } from './abstract.ts';
import { describeContradictions } from './contradictions.ts';
import { type FactsAtHand, listLocations, listOtherTables, nameRecorded } from './facts-at-hand.ts';
import { describeGaps } from './gaps.ts';
import type { RecordedModality } from './modalities.ts';
import { findName, joinProse } from './names.ts';
import { capitalize, joinSome } from './phrases.ts';
import { writePublication } from './publication.ts';
import { buildSentence, joinSentences, type Sentence } from './sentence.ts';
import { describeRecordedSeries, describeRecordedTable, hasOwnColumns } from './series.ts';
import { describeTraits } from './subjects.ts';

/** Most series or tables reported per kind of data. */
const MOST_ITEMS = 3;
/** Most series of one kind of data whose facts its sentence cites. */
const MAX_REPORTED = 12;
/** Most locations reported with their share. */
const MOST_LOCATIONS = 8;
/** Most kinds of files that the abstract names if none is NWB. */
const MOST_KINDS = 4;
/** Most facts reported about the names of files. */
const MOST_PATHS = 6;

/** Writes the part's blocks and the sentences in them; at least one paragraph, whatever the facts. */
export function writeData(at: FactsAtHand): { blocks: BlockContent[]; reported: Sentence[] } {
  // If there are no files, the abstract says so.
  const files = at.contents.assets === 0 ? [] : [describeFiles(at)];
  const items = [
    ...writeSubjects(at),
    ...describeLocations(at),
    ...at.existing.flatMap((existing) => describeModality(existing, at)),
    ...describeElectrodes(at),
    ...describeOtherTables(at),
    ...describePaths(at),
  ];
  const contradictions = describeContradictions(at);
  const publication = writePublication(at);
  const isPartial = at.existing.some(({ files: holding }) => holding < at.contents.all.read);
  const scope =
    isPartial && at.existing.length > 1
      ? [
          buildSentence(
            'Unless a number of files is given, all files that were read hold what is listed.',
            at.index.about('files'),
          ),
        ]
      : [];
  const paragraphs = (sentences: readonly Sentence[]): BlockContent[] =>
    sentences.length === 0 ? [] : [paragraph(...joinSentences(sentences))];
  return {
    blocks: [
      ...paragraphs([...files, ...scope]),
      ...describeGaps(at.facts.coverage),
      ...(items.length === 0 ? [] : [list(items.map(({ prose }) => prose))]),
      ...paragraphs(contradictions),
      ...paragraphs(publication),
    ],
    reported: [...files, ...scope, ...items, ...contradictions, ...publication],
  };
}

/** The numbers of files by kind, with their sizes. */
function describeFiles({ contents, facts, index }: FactsAtHand): Sentence {
  const ids = index.about('files');
  const { assets, bytes, kinds, moreKinds } = contents;
  const { nwb } = facts.coverage;
  const size = bytes > 0 ? `, ${bytesText(bytes)}` : '';
  if (nwb === assets)
    return buildSentence(
      assets === 1
        ? `The Dandiset holds a single file${size}, in the NWB format.`
        : `The Dandiset holds ${numberText(assets)} files${size}, all in the NWB format.`,
      ids,
    );
  const named = kinds
    .slice(0, 6)
    .flatMap(({ kind, files, bytes: sum }, order): Prose[] => [
      order === 0 ? '' : ', ',
      `${numberText(files)} `,
      { code: flattenText(kind, 60) },
      sum > 0 ? ` (${bytesText(sum)})` : '',
    ]);
  const rest = kinds.length - 6 + moreKinds;
  const more = rest > 0 ? `, and ${rest === 1 ? 'one more kind' : `${numberText(rest)} more kinds`}` : '';
  const share =
    nwb === 0
      ? ', none in the NWB format'
      : `, ${nwb === 1 ? 'one' : numberText(nwb)} of them in the NWB format`;
  return buildSentence(
    [`The Dandiset holds ${countText(assets, 'file')}${size}${share}: `, ...named, `${more}.`],
    ids,
  );
}

function buildItem(label: string, prose: readonly Prose[]): Prose[] {
  const last = prose.at(-1);
  const isEnded = typeof last === 'string' && /[.?!]$/.test(last);
  return [{ strong: `${label}:` }, ' ', ...prose, isEnded ? '' : '.'];
}

/** Genotypes, strains and disorders of the subjects, which the abstract does not report. */
function writeSubjects({ contents, index }: FactsAtHand): Sentence[] {
  return describeTraits(contents.all).map(({ label, values }) =>
    buildSentence(buildItem(label, [values]), index.about('genotype', 'strain', 'disorder')),
  );
}

/** Locations with their share of the files, if that adds to the names in the abstract. */
function describeLocations(at: FactsAtHand): Sentence[] {
  const { read } = at.contents.all;
  const locations = listLocations(at);
  const differ = locations.some(({ files }) => files < read) || locations.length > 4;
  if (!differ) return [];
  const named = locations.map(({ name, files }) => describeShare({ value: name, files }, read));
  return [
    buildSentence(
      buildItem('Locations', [joinSome(named, MOST_LOCATIONS, 'locations')]),
      at.index.about('region'),
    ),
  ];
}

/** The things counted per file for each kind of data, with their nouns. */
const COUNTS: Readonly<Record<string, readonly [name: Counted, one: string, many: string]>> = {
  spikes: ['units', 'sorted unit', 'sorted units'],
  segmentation: ['rois', 'region of interest', 'regions of interest'],
  intracellular: ['recordings', 'recording', 'recordings'],
  'two-photon': ['planes', 'imaging plane', 'imaging planes'],
};

function nameItems(series: number, tables: number): string {
  return tables === 0 ? 'series' : series === 0 ? 'tables' : 'series or tables';
}

/** Describes one kind of data: the number of files with it, its amount, and its series and tables by name. */
function describeModality(existing: RecordedModality, at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { modality, series, tables } = existing;
  const { read } = contents.all;
  const count = COUNTS[modality.id];
  const counted = count === undefined ? undefined : contents.all.counts[count[0]];
  // The kind may consist of several series in different files; a count gives the number of files with any.
  const files = Math.max(existing.files, counted?.files ?? 0);
  const isLeast = existing.isLeast && files === existing.files;
  const share =
    files >= read ? '' : `${isLeast ? 'at least ' : ''}${numberText(files)} of ${numberText(read)} files`;
  const reported =
    counted === undefined || count === undefined ? '' : describeCount(counted, count[1], count[2]);
  // A table of units without additional columns contains only their number, which is already reported.
  const shownTables = tables.filter(
    (table) =>
      (table.rows !== undefined || table.columns.length > 0) &&
      !(reported !== '' && table.pattern === '/units' && !hasOwnColumns(table)),
  );
  const phrases = [
    ...describeRecordedSeries(series, files, nameSharedDuration(at)),
    // The number of rows is not repeated if it was just reported.
    ...shownTables.map((table) =>
      describeRecordedTable(
        reported === '' ? table : { ...table, rows: undefined },
        findTypeNouns(table),
        files,
      ),
    ),
  ];
  const prose: Prose[] = [
    [share, reported].filter(Boolean).join('; '),
    ...(phrases.length === 0
      ? []
      : [
          share === '' && reported === '' ? '' : ': ',
          ...joinProse(phrases, MOST_ITEMS, nameItems(series.length, shownTables.length)),
        ]),
  ];
  if (prose.every((run) => run === '')) return [];
  // The abstract reports the number of units of a single file.
  if (modality.id === 'spikes' && phrases.length === 0 && share === '' && counted?.files === 1) return [];
  const label = capitalize(
    modality.id === 'time-series'
      ? nameRecorded(existing, at)
      : (modality.title ?? nameRecorded(existing, at)),
  );
  const names = [...series.slice(0, MAX_REPORTED), ...shownTables.slice(0, MOST_ITEMS + 1)].map(
    ({ pattern }) => findName(pattern),
  );
  const ids = [
    ...(names.length === 0 ? [] : index.naming(['series', 'table'], names)),
    ...index.about('modality'),
    ...(reported === '' ? [] : index.about('counts')),
  ];
  return [buildSentence(buildItem(label, prose), ids)];
}

function describeCount(
  counted: { files: number; min: number; median: number; max: number; total: number },
  one: string,
  many: string,
): string {
  if (counted.files === 1) return countText(counted.max, one, many);
  return `${distributionText(counted)} ${counted.max === 1 ? one : many} per file, ${numberText(counted.total)} in all`;
}

function describeElectrodes({ contents, index }: FactsAtHand): Sentence[] {
  const { electrodes } = contents.all.counts;
  if (electrodes === undefined || electrodes.total === 0) return [];
  const reported =
    electrodes.files === 1
      ? countText(electrodes.max, 'contact')
      : `${distributionText(electrodes)} ${electrodes.max === 1 ? 'contact' : 'contacts'} per file`;
  return [buildSentence(buildItem('Electrodes', [reported]), index.about('counts'))];
}

/** Tables that belong to no kind of data, such as those of extensions. */
function describeOtherTables(at: FactsAtHand): Sentence[] {
  const others = listOtherTables(at);
  if (others.length === 0) return [];
  const phrases = others.map((table) => describeRecordedTable(table, ['row', 'rows'], at.contents.all.read));
  const names = others.slice(0, MOST_ITEMS + 1).map(({ pattern }) => findName(pattern));
  return [
    buildSentence(
      buildItem('Further tables', joinProse(phrases, MOST_ITEMS, 'tables')),
      at.index.naming(['table'], names),
    ),
  ];
}

/** Facts about bookkeeping parts of file names: ids of objects, and numbers that distinguish files. */
const BOOKKEEPING = /^By their file names, (?:objects|runs|chunks|splits|echoes|flips?|inversions?)\b/;
/** A note that is redundant with a single subject. */
const ONE_SUBJECT = / \(1 subject\)/g;

/** The scope at the end of a fact, which is redundant since each value has its own number of files. */
const SCOPE = / \[[\d,]+ of [\d,]+ files\]$/;

/** Replaces a long list of numbers, or of values of one or two files each, by their number: `1,260 different ones`. */
function shortenValues(text: string): string {
  const [, more] = /, and ([\d,]+) more$/.exec(text) ?? [];
  const shown = text.match(/ in (?:[12]) files?\b/g)?.length ?? 0;
  const numbered = text.match(/(?:^|, )\d\S* in [\d,]+ files?\b/g)?.length ?? 0;
  const named = text.split(/ in [\d,]+ files?\b/).length - 1;
  if (more === undefined || Math.max(shown, numbered) < named || named === 0) return text;
  return `${numberText(named + Number(more.replaceAll(',', '')))} different ones`;
}

/** Turns a fact's `By their file names, stains` into `Stains, by file names`. */
function turnLabel(label: string): string {
  const [, source, what] = /^By their (file names|folders), (.+)$/.exec(label) ?? [];
  return source === undefined || what === undefined ? label : `${capitalize(what)}, by ${source}`;
}

/** What the file names show if headers do not: samples, stains, modalities. */
function describePaths({ facts, contents }: FactsAtHand): Sentence[] {
  if (facts.coverage.read > 0 && facts.coverage.nwb * 2 > contents.assets) return [];
  // The abstract of a version without NWB files names the first few kinds.
  const isInAbstract = (text: string): boolean =>
    facts.coverage.nwb === 0 &&
    contents.suffixes.values.length <= MOST_KINDS &&
    text.startsWith('By their file names, kinds of data');
  // Modalities that all NWB files have in their names are already reported as kinds of data.
  const isOfAll = (text: string): boolean => {
    const values = text.replace(SCOPE, '').replace(/^[^:]*: /, '');
    return (
      facts.coverage.nwb > 0 &&
      text.includes('modalities') &&
      (!/\d/.test(values) || facts.coverage.nwb === 1)
    );
  };
  return (facts.list ?? [])
    .filter(
      ({ topic, text }) =>
        topic === 'paths' && !BOOKKEEPING.test(text) && !isInAbstract(text) && !isOfAll(text),
    )
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST_PATHS)
    .map(({ id, text }) => {
      const [, label = '', rest = text] = /^(.{3,60}?): (.*)$/s.exec(text) ?? [];
      return buildSentence(
        label === ''
          ? [`${flattenText(text, 400)}.`]
          : buildItem(turnLabel(flattenText(label, 80)), [
              shortenValues(flattenText(rest.replace(SCOPE, '').replaceAll(ONE_SUBJECT, ''), 400)),
            ]),
        [id],
      );
    });
}

const BY_TYPE: Readonly<Record<string, readonly [one: string, many: string]>> = {
  Units: ['unit', 'units'],
  PlaneSegmentation: ['region of interest', 'regions of interest'],
  OptogeneticEpochsTable: ['epoch', 'epochs'],
};

/**
 * The noun for a table's rows: `trial` for trials, `epoch` for epochs, `interval` for other intervals, `row` for the
 * rest.
 */
export function findTypeNouns({ type, pattern }: TableContent): readonly [one: string, many: string] {
  const known = findOwn(BY_TYPE, type);
  if (known !== undefined) return known;
  if (type !== 'TimeIntervals') return ['row', 'rows'];
  if (/trials$/.test(pattern)) return ['trial', 'trials'];
  return /epochs$/.test(pattern) ? ['epoch', 'epochs'] : ['interval', 'intervals'];
}
