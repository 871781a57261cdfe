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
import { describeShare } from './abstract.ts';
import { type FactsAtHand, listLocations, listOtherTables, nameRecorded } from './facts-at-hand.ts';
import { describeGaps } from './gaps.ts';
import type { RecordedModality } from './modalities.ts';
import { findName, joinProse } from './names.ts';
import { capitalize, joinSome } from './phrases.ts';
import { writePublication } from './publication.ts';
import { buildSentence, joinSentences, type Sentence } from './sentence.ts';
import { describeRecordedSeries, describeRecordedTable } from './series.ts';
import { describeSubjects } from './subjects.ts';

/** Series or tables reported of one kind of data. */
const MOST_ITEMS = 3;
/** Series of one kind of data whose facts a sentence on it names. */
const MAX_REPORTED = 12;
/** Locations reported with their share. */
const MOST_LOCATIONS = 8;
/** Facts reported of the names of files. */
const MOST_PATHS = 6;
/** Disagreements reported. */
const MOST_CONTRADICTIONS = 4;

/** The part's blocks and the sentences in them; at least one paragraph, whatever the facts. */
export function writeData(at: FactsAtHand): { blocks: BlockContent[]; reported: Sentence[] } {
  const files = describeFiles(at);
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
            'Where no number of files is given, all files that were read hold the data.',
            at.index.about('files'),
          ),
        ]
      : [];
  const paragraphs = (sentences: readonly Sentence[]): BlockContent[] =>
    sentences.length === 0 ? [] : [paragraph(...joinSentences(sentences))];
  return {
    blocks: [
      paragraph(...joinSentences([files, ...scope])),
      ...describeGaps(at.facts.coverage),
      ...(items.length === 0 ? [] : [list(items.map(({ prose }) => prose))]),
      ...paragraphs(contradictions),
      ...paragraphs(publication),
    ],
    reported: [files, ...scope, ...items, ...contradictions, ...publication],
  };
}

/** How many files of which kinds and sizes. */
function describeFiles({ contents, facts, index }: FactsAtHand): Sentence {
  const ids = index.about('files');
  const { assets, bytes, kinds, moreKinds } = contents;
  const { nwb } = facts.coverage;
  if (assets === 0) return buildSentence('This version of the Dandiset holds no files.', ids);
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
  const share = nwb === 0 ? ', none in the NWB format' : `, ${numberText(nwb)} of them in the NWB format`;
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
  const traits = describeSubjects(contents.all).filter((sentence) => !/^The subjects? /.test(sentence));
  return traits.length === 0
    ? []
    : [buildSentence(item('Subjects', [traits.join(' ')]), index.about('genotype', 'strain', 'disorder'))];
}

/** Where, with the share of the files; only where it adds to the names in the abstract. */
function describeLocations(at: FactsAtHand): Sentence[] {
  const { read } = at.contents.all;
  const locations = listLocations(at);
  const differ = locations.some(({ files }) => files < read) || locations.length > 4;
  if (!differ) return [];
  const named = locations.map(({ name, files }) => describeShare({ value: name, files }, read));
  return [buildSentence(item('Locations', [joinSome(named, MOST_LOCATIONS)]), at.index.about('region'))];
}

/** What of a kind of data is counted in each file. */
const COUNTS: Readonly<Record<string, readonly [name: Counted, one: string, many: string]>> = {
  spikes: ['units', 'sorted unit', 'sorted units'],
  segmentation: ['rois', 'region of interest', 'regions of interest'],
  intracellular: ['recordings', 'recording', 'recordings'],
  'two-photon': ['planes', 'imaging plane', 'imaging planes'],
};

/** One kind of data: in how many files, how much of it, and its series and tables by name. */
function describeModality(existing: RecordedModality, at: FactsAtHand): Sentence[] {
  const { contents, index } = at;
  const { modality, files, isLeast, series, tables } = existing;
  const { read } = contents.all;
  const share =
    files >= read ? '' : `${isLeast ? 'at least ' : ''}${numberText(files)} of ${numberText(read)} files`;
  const count = COUNTS[modality.id];
  const counted = count === undefined ? undefined : contents.all.counts[count[0]];
  const reported =
    counted === undefined || count === undefined ? '' : describeCount(counted, count[1], count[2]);
  const shownTables = tables.filter(({ rows, columns }) => rows !== undefined || columns.length > 0);
  const phrases: Prose[][] = [
    ...describeRecordedSeries(series, files),
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
      : [share === '' && reported === '' ? '' : ': ', ...joinProse(phrases, MOST_ITEMS)]),
  ];
  if (prose.every((run) => run === '')) return [];
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
  return `per file ${distributionText(counted)} ${counted.max === 1 ? one : many}, ${numberText(counted.total)} in all`;
}

function describeElectrodes({ contents, index }: FactsAtHand): Sentence[] {
  const { electrodes } = contents.all.counts;
  if (electrodes === undefined || electrodes.total === 0) return [];
  const reported =
    electrodes.files === 1
      ? countText(electrodes.max, 'contact')
      : `per file ${distributionText(electrodes)} ${electrodes.max === 1 ? 'contact' : 'contacts'}`;
  return [buildSentence(item('Electrodes', [reported]), index.about('counts'))];
}

/** Tables of no kind of data, such as those of extensions. */
function describeOtherTables(at: FactsAtHand): Sentence[] {
  const others = listOtherTables(at);
  if (others.length === 0) return [];
  const phrases = others.map((table) => describeRecordedTable(table, ['row', 'rows'], at.contents.all.read));
  const names = others.slice(0, MOST_ITEMS + 1).map(({ pattern }) => findName(pattern));
  return [
    buildSentence(item('Further tables', joinProse(phrases, MOST_ITEMS)), at.index.naming(['table'], names)),
  ];
}

/** Parts of names that keep the archive's books: ids of objects, and numbers that tell one file from the next. */
const OF_BOOKS = /^By their file names, (?:objects|runs|chunks|splits|echoes)\b/;
/** Of one subject it goes without saying. */
const ONE_SUBJECT = / \(1 subject\)/g;

/** How a fact says its scope; each of its values has its own number of files. */
const SCOPE = / \[[\d,]+ of [\d,]+ files\]$/;

/** What the names of the files tell, where headers do not: samples, stains, modalities. */
function describePaths({ facts, contents }: FactsAtHand): Sentence[] {
  if (facts.coverage.read > 0 && facts.coverage.nwb * 2 > contents.assets) return [];
  return (facts.list ?? [])
    .filter(({ topic, text }) => topic === 'paths' && !OF_BOOKS.test(text))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MOST_PATHS)
    .map(({ id, text }) => {
      const [, label = '', rest = text] = /^(.{3,60}?): (.*)$/s.exec(text) ?? [];
      return buildSentence(
        label === ''
          ? [`${flattenText(text, 400)}.`]
          : item(flattenText(label, 80), [
              flattenText(rest.replace(SCOPE, '').replaceAll(ONE_SUBJECT, ''), 400),
            ]),
        [id],
      );
    });
}

/** Where sources disagree, a sentence each. A size that differs with the number of files is not repeated. */
function describeContradictions({ contents, index }: FactsAtHand): Sentence[] {
  const found = contents.contradictions;
  const isOfFiles = found.some(({ about }) => about === 'files');
  const reported = found.filter(
    ({ about }) => !(about === 'bytes' && isOfFiles) && !(about === 'files' && contents.assets === 0),
  );
  const shown = reported.slice(0, MOST_CONTRADICTIONS).map(({ detail }) => {
    const text = flattenText(detail, 400);
    return buildSentence(/[.?!…]$/.test(text) ? text : `${text}.`, index.beginning(detail.slice(0, 60)));
  });
  const rest = reported.length - shown.length;
  const [first, ...others] = shown;
  if (first === undefined) return [];
  const more =
    rest > 0
      ? [
          buildSentence(
            `${rest === 1 ? 'One more disagreement is' : `${numberText(rest)} more disagreements are`} listed with the facts.`,
            index.about('contradiction'),
          ),
        ]
      : [];
  return [
    { ...first, prose: [{ strong: 'The sources disagree:' }, ' ', ...first.prose] },
    ...others,
    ...more,
  ];
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
