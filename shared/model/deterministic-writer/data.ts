/**
 * Writes the deterministic writer's description of the data: the files, subjects and locations, then each kind of data
 * over all files that contain it, with ranges; disagreements between sources; and how the data may be used and cited.
 * Pure.
 */

import type { BlockContent } from 'mdast';
import type { TableContent } from '../../facts/contents.ts';
import {
  bytesText,
  countText,
  distributionText,
  numberText,
  partText,
  quoteText,
} from '../../facts/fact-words.ts';
import type { Counted } from '../../facts/file-facts.ts';
import { rangeText } from '../../facts/list/texts.ts';
import { findOwn } from '../../own-entry.ts';
import { list, type Prose, paragraph } from '../page-tree.ts';
import { flattenText } from '../plain-text.ts';
import { describeShare, nameSharedDuration } from './abstract.ts';
import { describeContradictions } from './contradictions.ts';
import { type FactsAtHand, listLocations, listOtherTables, nameRecorded } from './facts-at-hand.ts';
import { describeGaps } from './gaps.ts';
import { describeIntracellular } from './intracellular.ts';
import type { RecordedModality } from './modalities.ts';
import { addsInformation, findDescription, findName, joinProse } from './names.ts';
import { capitalize, joinSome, joinWords } from './phrases.ts';
import { writePublication } from './publication.ts';
import { buildSentence, joinSentences, type Sentence } from './sentence.ts';
import { describeRecordedSeries, describeRecordedTable, hasOwnColumns, quoteAlike } from './series.ts';
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
    ...mergeBare(
      at.existing.flatMap((existing) => describeModality(existing, at)),
      describeElectrodes(at),
    ),
    ...describeArrays(at),
    ...describeModules(at),
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
            'Unless stated otherwise, what follows holds for all files that were read.',
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

/** A bullet that says no more than that there is one series of voltages. */
const BARE = /^(.+): (one series of voltage traces)( per file)?\.$/;

/** Bullets of voltages of which no more is known as one, with the contacts that they were taken from. */
function mergeBare(items: readonly Sentence[], contacts: readonly Sentence[]): Sentence[] {
  const read = items.map((item) => BARE.exec(sayPlain(item)));
  const bare = items.filter((_, at) => read[at] !== null);
  const at = read.findIndex((each) => each !== null);
  const found = read[at];
  if (found == null) return [...items, ...contacts];
  const labels = read.flatMap((each, order) =>
    each === null ? [] : [order === at ? each[1]! : lowerStart(each[1]!)],
  );
  const listed = contacts.map((each) => sayPlain(each).replace(/^Contacts: (.*?)(?:; .*)?\.$/, '$1'));
  const each = labels.length > 1 ? ' each' : '';
  const merged = buildSentence(
    buildItem(joinWords(labels), [
      `${found[2]}${each}${found[3] ?? ''}${listed.map((text) => `; the table of electrodes has ${text.replace('electrode contact', 'contact')}`).join('')}`,
    ]),
    [...bare, ...contacts].flatMap(({ facts }) => facts),
  );
  return items.flatMap((item, order) => (order === at ? [merged] : read[order] === null ? [item] : []));
}

function sayPlain({ prose }: Sentence): string {
  return prose.map((run) => (typeof run === 'string' ? run : Object.values(run).join(''))).join('');
}

function lowerStart(label: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? `${label[0]!.toLowerCase()}${label.slice(1)}` : label;
}

/** Arrays without a kind of their own, which processed results are often kept in: how many, and what labels their axes. */
function describeArrays(at: FactsAtHand): Sentence[] {
  const { all } = at.contents;
  const having = all.types.values.find(({ value }) => value === 'ScratchData')?.files ?? 0;
  if (having === 0) return [];
  const counts = at.facts.fileTypes.flatMap(({ neurodataTypes }) =>
    neurodataTypes.flatMap(({ name, count }) => (name === 'ScratchData' ? [count] : [])),
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const range =
    counts.length === 0
      ? ''
      : `${rangeText(least, most)} ${most === 1 ? 'array' : 'arrays'}${having === 1 ? '' : ' per file'}`;
  const share = having < all.read ? partText(having, all.read) : '';
  const labels = listAxes(at).map(({ axis, table: { rows, files } }) => {
    const many = rows === undefined ? '' : rangeText(rows.min, rows.max);
    const where = files < all.read ? `${many === '' ? '' : ', '}${countText(files, 'file')}` : '';
    return many + where === '' ? axis : `${axis} (${many}${where})`;
  });
  const axes = labels.length === 0 ? '' : `; tables label their axes: ${joinWords(labels)}`;
  return [
    buildSentence(
      buildItem(at.existing.length === 0 ? 'Arrays of results' : 'Scratch data', [
        `${[share, range].filter(Boolean).join('; ') || 'in the files'}${at.existing.length === 0 ? ', kept as scratch data' : ''}${axes}`,
      ]),
      at.index.about('modality', 'table'),
    ),
  ];
}

/** Tables that are nothing but the labels of an axis: `Labels for the frequency dimension`. */
function listAxes(at: FactsAtHand): { axis: string; table: TableContent }[] {
  return listOtherTables(at).flatMap((table) => {
    const [only, other] = table.descriptions.values;
    const [, axis] =
      /^Labels (?:for|of) (?:the )?(.+?)(?: dimension| axis)?(?:, format .*)?\.?$/i.exec(only?.value ?? '') ??
      [];
    return axis === undefined || other !== undefined || axis.length > 40
      ? []
      : [{ axis: flattenText(axis, 40), table }];
  });
}

/** How many files of which kinds and sizes, the archive's figure first where fewer are listed. */
function describeFiles({ contents, facts, index, metadata }: FactsAtHand): Sentence {
  const ids = index.about('files', 'contradiction');
  const { assets, bytes, contradictions, kinds, moreKinds } = contents;
  const { nwb } = facts.coverage;
  const { files, bytes: claimed } = metadata.claims;
  const isOther = (about: string): boolean =>
    contradictions.some(
      (each) => each.about === about && each.values[1]?.source.startsWith('assetsSummary') === true,
    );
  const size = bytes > 0 ? bytesText(bytes) : '';
  const isMore = isOther('files') && files !== undefined && files > assets;
  const isLess = isOther('files') && files !== undefined && files < assets;
  const isLarger = isOther('bytes') && claimed !== undefined && claimed > bytes;
  const share =
    nwb === assets
      ? assets === 1
        ? 'in the NWB format'
        : 'all in the NWB format'
      : nwb === 0
        ? 'none in the NWB format'
        : `${nwb === 1 ? 'one' : numberText(nwb)} of them in the NWB format`;
  const named = kinds
    .slice(0, 6)
    .flatMap(({ kind, files: many, bytes: sum }, order): Prose[] => [
      order === 0 ? ': ' : ', ',
      `${numberText(many)} `,
      { code: flattenText(kind, 60) },
      sum > 0 ? ` (${bytesText(sum)})` : '',
    ]);
  const rest = kinds.length - 6 + moreKinds;
  const more = rest > 0 ? `, and ${rest === 1 ? 'one more kind' : `${numberText(rest)} more kinds`}` : '';
  const list: Prose[] = nwb === assets ? ['.'] : [...named, `${more}.`];
  if (isMore) {
    const whole = claimed === undefined ? '' : ` of ${bytesText(claimed)} in all`;
    return buildSentence(
      [
        `The archive’s own summary counts ${countText(files, 'file')}${whole}; the list of files that this page is based on has ${numberText(assets)}${size === '' ? '' : `, which ${assets === 1 ? 'has' : 'add up to'} ${size}`}, ${share}`,
        ...list,
      ],
      ids,
    );
  }
  if (isLess && isLarger)
    return buildSentence(
      [
        `The version lists ${countText(assets, 'file')}${size === '' ? '' : ` (${size})`}, ${share}, while the archive’s own summary counts ${numberText(files)} of ${bytesText(claimed)} in all`,
        ...list,
      ],
      ids,
    );
  const held = assets === 1 ? 'a single file' : countText(assets, 'file');
  const sized = isLarger
    ? `, ${bytesText(claimed)} by the archive’s own summary`
    : size === ''
      ? ''
      : `, ${size}`;
  const listed =
    isLarger && size !== ''
      ? `; the ${assets === 1 ? 'file as listed has' : 'files as listed add up to'} ${size}`
      : '';
  const isSmaller = isOther('bytes') && claimed !== undefined && claimed < bytes;
  const counted = [
    ...(isLess ? [`${numberText(files)} files`] : []),
    ...(isSmaller ? [bytesText(claimed)] : []),
  ];
  const less = counted.length === 0 ? '' : `; the archive’s own summary counts ${joinWords(counted)}`;
  return buildSentence(
    [
      `The Dandiset holds ${held}${sized}, ${share}`,
      ...(less === '' && listed === ''
        ? list
        : [...(nwb === assets ? [] : [...named, more]), `${listed}${less}.`]),
    ],
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
  const share = files >= read ? '' : `${isLeast ? 'at least ' : ''}${partText(files, read)}`;
  const reported =
    counted === undefined || count === undefined ? '' : describeCount(counted, count[1], count[2]);
  // A table of units without additional columns contains only their number, which is already reported.
  const shownTables = tables.filter(
    (table) =>
      (table.rows !== undefined || table.columns.length > 0) &&
      !(reported !== '' && table.pattern === '/units' && !hasOwnColumns(table)),
  );
  const sweeps = modality.id === 'intracellular' ? describeIntracellular(series, files) : undefined;
  const modules = contents.all.modules.values.map(({ value }) => value);
  const phrases = [
    ...(sweeps === undefined
      ? describeRecordedSeries(
          series,
          files,
          nameSharedDuration(at),
          // A module of spikes says no more than that.
          modality.id === 'detected-spikes' ? [] : modules,
        )
      : [{ prose: [sweeps], names: series.map(({ pattern }) => findName(pattern)) }]),
    // Rows of a table whose number was just reported are not repeated.
    ...shownTables.map((table) =>
      describeRecordedTable(
        reported === '' ? table : { ...table, rows: undefined },
        findTypeNouns(table),
        files,
      ),
    ),
  ].filter(({ prose }) => prose.some((run) => typeof run !== 'string' || run !== ''));
  const prose: Prose[] = [
    [share, reported].filter(Boolean).join('; '),
    ...(phrases.length === 0
      ? []
      : [
          share === '' && reported === ''
            ? ''
            : typeof phrases[0]?.prose[0] === 'string' && /^(?:with\b|$)/.test(phrases[0].prose.join(''))
              ? ', '
              : ': ',
          ...joinProse(phrases, MOST_ITEMS, nameItems(series.length, shownTables.length)),
        ]),
  ];
  if (prose.every((run) => run === '')) return [];
  // The abstract reports the number of units of a single file.
  if (modality.id === 'spikes' && phrases.length === 0 && share === '' && counted?.files === 1) return [];
  const isOfTrials = modality.id === 'intervals' && tables.every(({ pattern }) => /\/trials$/.test(pattern));
  const label = isOfTrials
    ? 'Trials'
    : capitalize(
        modality.id === 'time-series'
          ? nameRecorded(existing, at).replace(/^time series of other kinds$/, 'other time series')
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

function describeElectrodes(at: FactsAtHand): Sentence[] {
  const { all } = at.contents;
  const { electrodes } = all.counts;
  if (electrodes === undefined || electrodes.total === 0) return [];
  const reported =
    electrodes.files === 1
      ? countText(electrodes.max, 'electrode contact')
      : `${distributionText(electrodes)} ${electrodes.max === 1 ? 'electrode contact' : 'electrode contacts'} per file`;
  // Where no location is named, a reader may look there.
  const isPlaced =
    listLocations(at).length === 0 &&
    all.tables.some(
      ({ pattern, columns }) =>
        /\/electrodes$/.test(pattern) && columns.some(({ name }) => name === 'location'),
    );
  return [
    buildSentence(
      buildItem('Contacts', [
        `${reported}${isPlaced ? `; ${electrodes.max === 1 ? 'its' : 'their'} table has a column for the location` : ''}`,
      ]),
      at.index.about('counts', 'table'),
    ),
  ];
}

/** Names that modules have by custom. */
const USUAL_MODULE =
  /^(?:behaviou?r|ecephys|ophys|icephys|misc|ogen|spikes|stimulus|stimuli|eye_?tracking|lfp|processed\w*|running|licking|rewards?|units|analysis|processing|data|images?)$/i;
/** Characters from which a description of a module says something. */
const LEAST_OF_MODULE = 30;
/** Modules told. */
const MOST_MODULES = 4;

/** Processing modules of a study's own, by what the files say of them: which lane, which probe, which half of the data. */
function describeModules({ contents: { all }, index }: FactsAtHand): Sentence[] {
  const said = all.modules.values.flatMap(({ value, files }) => {
    const [, name = '', words = ''] = /^(.+?) \((.+)\)$/s.exec(value) ?? [];
    const found = name === '' || USUAL_MODULE.test(name) ? undefined : findDescription(words);
    return found === undefined || found.length < LEAST_OF_MODULE || !addsInformation(found, name)
      ? []
      : [describeShare({ value: quoteText(found), files }, all.read)];
  });
  // One alone says no more than the kinds of data in it.
  const texts = [...new Set(said)];
  const alike = texts.every((text) => /^“[^“”]*”$/.test(text))
    ? quoteAlike(texts.map((text) => text.slice(1, -1)))
    : undefined;
  return said.length < 2
    ? []
    : [
        buildSentence(
          buildItem('Processing modules', [alike ?? joinSome(texts, MOST_MODULES, 'modules')]),
          index.about('task'),
        ),
      ];
}

/** Tables that belong to no kind of data, such as those of extensions. */
function describeOtherTables(at: FactsAtHand): Sentence[] {
  const hasArrays = at.contents.all.types.values.some(({ value }) => value === 'ScratchData');
  const axes = new Set(hasArrays ? listAxes(at).map(({ table }) => table) : []);
  const others = listOtherTables(at).filter((table) => !axes.has(table));
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
