/**
 * The deterministic writer's description of the data: which files there are, who and where, then each kind of
 * data over all files that hold it, with ranges; what the sources disagree in; and how the data may be used
 * and cited. Pure.
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

/** Series or tables reported of one kind of data. */
const MOST_ITEMS = 3;
/** Series of one kind of data whose facts a sentence on it names. */
const MAX_REPORTED = 12;
/** Locations reported with their share. */
const MOST_LOCATIONS = 8;
/** Kinds of files that the abstract names where none is NWB. */
const MOST_KINDS = 4;
/** Facts reported of the names of files. */
const MOST_PATHS = 6;
/** The part's blocks and the sentences in them; at least one paragraph, whatever the facts. */
export function writeData(at: FactsAtHand): { blocks: BlockContent[]; reported: Sentence[] } {
  // That there are none is said in the abstract.
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

/** How many files of which kinds and sizes. */
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

function item(label: string, prose: readonly Prose[]): Prose[] {
  const last = prose.at(-1);
  const isEnded = typeof last === 'string' && /[.?!]$/.test(last);
  return [{ strong: `${label}:` }, ' ', ...prose, isEnded ? '' : '.'];
}

/** What the abstract does not say of the subjects: genotype, strain, disorder. */
function writeSubjects({ contents, index }: FactsAtHand): Sentence[] {
  return describeTraits(contents.all).map(({ label, values }) =>
    buildSentence(item(label, [values]), index.about('genotype', 'strain', 'disorder')),
  );
}

/** Where, with the share of the files; only where it adds to the names in the abstract. */
function describeLocations(at: FactsAtHand): Sentence[] {
  const { read } = at.contents.all;
  const locations = listLocations(at);
  const differ = locations.some(({ files }) => files < read) || locations.length > 4;
  if (!differ) return [];
  const named = locations.map(({ name, files }) => describeShare({ value: name, files }, read));
  return [
    buildSentence(
      item('Locations', [joinSome(named, MOST_LOCATIONS, 'locations')]),
      at.index.about('region'),
    ),
  ];
}

/** What of a kind of data is counted in each file. */
const COUNTS: Readonly<Record<string, readonly [name: Counted, one: string, many: string]>> = {
  spikes: ['units', 'sorted unit', 'sorted units'],
  segmentation: ['rois', 'region of interest', 'regions of interest'],
  intracellular: ['recordings', 'recording', 'recordings'],
  'two-photon': ['planes', 'imaging plane', 'imaging planes'],
};

function nameItems(series: number, tables: number): string {
  return tables === 0 ? 'series' : series === 0 ? 'tables' : 'series or tables';
}

/** One kind of data: in how many files, how much of it, and its series and tables by name. */
function describeModality(existing: RecordedModality, at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { modality, series, tables } = existing;
  const { read } = contents.all;
  const count = COUNTS[modality.id];
  const counted = count === undefined ? undefined : contents.all.counts[count[0]];
  // Several series of different files make it up: what is counted in them tells of how many files.
  const files = Math.max(existing.files, counted?.files ?? 0);
  const isLeast = existing.isLeast && files === existing.files;
  const share =
    files >= read ? '' : `${isLeast ? 'at least ' : ''}${numberText(files)} of ${numberText(read)} files`;
  const reported =
    counted === undefined || count === undefined ? '' : describeCount(counted, count[1], count[2]);
  // A table of units without columns of its own says no more than their number, which is reported.
  const shownTables = tables.filter(
    (table) =>
      (table.rows !== undefined || table.columns.length > 0) &&
      !(reported !== '' && table.pattern === '/units' && !hasOwnColumns(table)),
  );
  const phrases = [
    ...describeRecordedSeries(series, files, nameSharedDuration(at)),
    // Rows of a table whose number was just reported are not repeated.
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
  // How many units one file has, the abstract says.
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
  return [buildSentence(item(label, prose), ids)];
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
  return [buildSentence(item('Electrodes', [reported]), index.about('counts'))];
}

/** Tables of no kind of data, such as those of extensions. */
function describeOtherTables(at: FactsAtHand): Sentence[] {
  const others = listOtherTables(at);
  if (others.length === 0) return [];
  const phrases = others.map((table) => describeRecordedTable(table, ['row', 'rows'], at.contents.all.read));
  const names = others.slice(0, MOST_ITEMS + 1).map(({ pattern }) => findName(pattern));
  return [
    buildSentence(
      item('Further tables', joinProse(phrases, MOST_ITEMS, 'tables')),
      at.index.naming(['table'], names),
    ),
  ];
}

/** Parts of names that keep the archive's books: ids of objects, and numbers that tell one file from the next. */
const OF_BOOKS = /^By their file names, (?:objects|runs|chunks|splits|echoes|flips?|inversions?)\b/;
/** Of one subject it goes without saying. */
const ONE_SUBJECT = / \(1 subject\)/g;

/** How a fact says its scope; each of its values has its own number of files. */
const SCOPE = / \[[\d,]+ of [\d,]+ files\]$/;

/** Of values that are many, and numbers or each of a file or two, how many they are: `1,260 different ones`. */
function shortenValues(text: string): string {
  const [, more] = /, and ([\d,]+) more$/.exec(text) ?? [];
  const shown = text.match(/ in (?:[12]) files?\b/g)?.length ?? 0;
  const numbered = text.match(/(?:^|, )\d\S* in [\d,]+ files?\b/g)?.length ?? 0;
  const named = text.split(/ in [\d,]+ files?\b/).length - 1;
  if (more === undefined || Math.max(shown, numbered) < named || named === 0) return text;
  return `${numberText(named + Number(more.replaceAll(',', '')))} different ones`;
}

/** `Stains, by file names` of the fact’s `By their file names, stains`. */
function turnLabel(label: string): string {
  const [, source, what] = /^By their (file names|folders), (.+)$/.exec(label) ?? [];
  return source === undefined || what === undefined ? label : `${capitalize(what)}, by ${source}`;
}

/** What the names of the files tell, where headers do not: samples, stains, modalities. */
function describePaths({ facts, contents }: FactsAtHand): Sentence[] {
  if (facts.coverage.read > 0 && facts.coverage.nwb * 2 > contents.assets) return [];
  // The abstract of a version without NWB names the first few kinds.
  const isInAbstract = (text: string): boolean =>
    facts.coverage.nwb === 0 &&
    contents.suffixes.values.length <= MOST_KINDS &&
    text.startsWith('By their file names, kinds of data');
  // What all NWB files have in their names, the kinds of data that they hold have said.
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
      ({ topic, text }) => topic === 'paths' && !OF_BOOKS.test(text) && !isInAbstract(text) && !isOfAll(text),
    )
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST_PATHS)
    .map(({ id, text }) => {
      const [, label = '', rest = text] = /^(.{3,60}?): (.*)$/s.exec(text) ?? [];
      return buildSentence(
        label === ''
          ? [`${flattenText(text, 400)}.`]
          : item(turnLabel(flattenText(label, 80)), [
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

/** `trial` and `trials` of a table of trials; `interval` of other intervals; `row` of the rest. */
export function findTypeNouns({ type, pattern }: TableContent): readonly [one: string, many: string] {
  const known = findOwn(BY_TYPE, type);
  if (known !== undefined) return known;
  if (type !== 'TimeIntervals') return ['row', 'rows'];
  if (/trials$/.test(pattern)) return ['trial', 'trials'];
  return /epochs$/.test(pattern) ? ['epoch', 'epochs'] : ['interval', 'intervals'];
}
