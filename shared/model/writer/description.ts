/**
 * The deterministic writer's description of the data: which files there are, then each kind of file by what
 * it holds, with names, extents, rates and units from one example. Pure.
 */
import type { BlockContent } from 'mdast';
import type { DandisetFacts, FileTypeFacts } from '../../prompt/facts.ts';
import { findModality, findSeriesModality, type Modality } from '../../vocabulary/modalities.ts';
import { describeFiles, describeGaps } from './files.ts';
import { type FileKind, nameModality, titleModality } from './kinds.ts';
import { capitalize, formatCount, formatNumber, joinWords } from './phrases.ts';
import { flattenText } from './plain-text.ts';
import { describeSeries, describeTable, findName, joinCode, joinProse } from './series.ts';
import { describeSubject } from './subjects.ts';
import { heading, list, type Prose, paragraph } from './tree.ts';

/** Most kinds that get a section of their own: more read like an inventory. */
const MAX_SECTIONS = 5;
/** Most series or tables reported of one modality. */
const MAX_ITEMS = 3;

/** The part's blocks; at least one paragraph, whatever the facts. */
export function buildDescription(facts: DandisetFacts, kinds: readonly FileKind[]): BlockContent[] {
  const shown = kinds.slice(0, MAX_SECTIONS);
  const rest = kinds.slice(MAX_SECTIONS);
  return [
    paragraph(...describeFiles(facts)),
    ...describeGaps(facts.coverage),
    ...describeKinds(kinds).map((sentences) => paragraph(sentences)),
    ...facts.fileTypes.flatMap((type) => {
      const prose = describeParts(type);
      return prose.length ? [paragraph(...prose)] : [];
    }),
    ...describeSections(shown, facts, kinds.length > 1),
    ...(rest.length ? [paragraph(describeRest(rest, facts))] : []),
  ];
}

/** How the files differ from each other, and what the numbers below are. */
function describeKinds(kinds: readonly FileKind[]): string[] {
  const [only] = kinds;
  if (!only) return [];
  const structures = kinds.reduce((sum, kind) => sum + kind.types.length, 0);
  const example = 'Names, counts and shapes are those of one example; other files may differ in them.';
  const isPartial = kinds.some(({ types }) => types.some(({ partialTypes }) => partialTypes !== undefined));
  if (kinds.length === 1) {
    if (only.files === 1) return [];
    if (isPartial)
      return [`The files that were read are alike, but not every one holds the same. ${example}`];
    return [
      structures === 1
        ? `All files that were read have the same structure. ${example}`
        : `All files that were read hold the same kinds of data, in ${formatNumber(structures)} arrangements. ${example}`,
    ];
  }
  return [
    `By what they hold, the files that were read fall into ${formatNumber(kinds.length)} groups. ${example}`,
  ];
}

/** Numbers of files by which what only some files hold is reported; the rest are left to the list of types. */
const MAX_PARTS = 4;

/** What only some files of a type hold, by how many: `Of these 26 files, 8 hold …; 5 hold …`. */
function describeParts({ files, partialTypes = [] }: FileTypeFacts): Prose[] {
  const numbers = [...new Set(partialTypes.map((each) => each.files))].slice(0, MAX_PARTS);
  if (!numbers.length) return [];
  const reported = numbers.flatMap((having, at): Prose[] => {
    const names = partialTypes.filter((each) => each.files === having).map(({ name }) => name);
    const hidden = Math.max(0, names.length - MAX_ITEMS);
    return [
      `${at === 0 ? '' : '; '}${formatNumber(having)} ${having === 1 ? 'holds' : 'hold'} `,
      ...joinCode(names.slice(0, MAX_ITEMS), hidden > 0),
      hidden > 0 ? `, and ${formatCount(hidden, 'more neurodata type', 'more neurodata types')}` : '',
    ];
  });
  return [`Of ${formatCount(files, 'file')} of nearly one structure, `, ...reported, '.'];
}

/** The kinds one after the other; what an earlier one described in full is only named. */
function describeSections(
  kinds: readonly FileKind[],
  facts: DandisetFacts,
  isOneOfSeveral: boolean,
): BlockContent[] {
  const reported = new Set<string>();
  return kinds.flatMap((kind) => {
    const lines = describeContents(kind, facts, !isOneOfSeveral);
    const fresh = lines.filter(({ prose }) => !reported.has(JSON.stringify(prose)));
    const known = lines.filter((line) => !fresh.includes(line)).map(({ label }) => uncapitalize(label));
    for (const { prose } of fresh) reported.add(JSON.stringify(prose));
    const items = [
      ...fresh.map(({ label, prose }) => buildLine(label, prose)),
      ...(known.length ? [buildLine('As described above', [joinWords(known)])] : []),
    ];
    return [
      ...(isOneOfSeveral ? introduceKind(kind, facts) : []),
      ...listContents(items, kind.files === 1 && !isOneOfSeveral),
    ];
  });
}

/** The heading of one kind among several, and that its files are not all alike. */
function introduceKind(kind: FileKind, facts: DandisetFacts): BlockContent[] {
  const titles = kind.modalities.map((modality) => titleModality(modality, facts));
  const title = titles.length ? capitalize(joinWords(titles)) : 'Bookkeeping only';
  const arrangements = formatNumber(kind.types.length);
  return [
    heading(3, `${title} (${formatCount(kind.files, 'file')})`),
    ...(kind.types.length > 1
      ? [
          paragraph(
            `These files come in ${arrangements} arrangements; the example has the most frequent one.`,
          ),
        ]
      : []),
  ];
}

function listContents(items: readonly (readonly Prose[])[], isOneFile: boolean): BlockContent[] {
  if (!items.length)
    return [paragraph('The headers name no data objects beyond the bookkeeping of the format.')];
  return [...(isOneFile ? [paragraph('That file holds:')] : []), list(items)];
}

/** What the example of a kind holds: a label and its words for each modality, the electrodes, other tables, the subject. */
function describeContents(
  kind: FileKind,
  facts: DandisetFacts,
  isOnlyKind: boolean,
): { label: string; prose: Prose[] }[] {
  const [example] = kind.types;
  const subject = describeSubject(example.subject);
  const isOneFile = kind.files === 1 && isOnlyKind;
  return [
    ...kind.modalities.map((modality) => ({
      label: capitalize(titleModality(modality, facts)),
      prose: describeModality(modality, example),
    })),
    { label: 'Electrodes', prose: describeElectrodes(example) },
    { label: 'Further tables', prose: describeOtherTables(example) },
    { label: isOneFile ? 'Subject' : 'Subject of the example file', prose: subject ? [subject] : [] },
  ].filter(({ prose }) => prose.length > 0);
}

/** A line of a list under its label. */
function buildLine(label: string, prose: readonly Prose[]): Prose[] {
  const last = prose.at(-1);
  const isEnded = typeof last === 'string' && last.endsWith('.');
  return [{ strong: `${label}:` }, ' ', ...prose, isEnded ? '' : '.'];
}

function uncapitalize(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

/** A modality's series and tables in one file. */
function describeModality(modality: Modality, type: FileTypeFacts): Prose[] {
  const series = withoutSessionNames(type).filter((entry) => findSeriesModality(entry)?.id === modality.id);
  const tables = type.tables.filter((table) => findModality(table.neurodataType)?.id === modality.id);
  const phrases = [
    ...series
      .toSorted((a, b) => b.count - a.count)
      .map((entry) =>
        describeSeries(
          entry,
          series.filter(({ path }) => findName(path) === findName(entry.path)).length > 1,
        ),
      ),
    ...tables.map((table) => ROW_WORDS[table.neurodataType]?.(table.rows, table) ?? describeTable(table)),
  ];
  if (phrases.length) return joinProse(phrases, MAX_ITEMS);
  // Typed objects without data of their own, such as containers: their number is all that there is to tell.
  const objects = type.neurodataTypes.filter(({ name }) => findModality(name)?.id === modality.id);
  const count = objects.reduce((sum, { count: objectCount }) => sum + objectCount, 0);
  const names = joinCode(objects.slice(0, 4).map(({ name }) => name));
  return count
    ? [`${formatCount(count, 'object')} of ${objects.length === 1 ? 'type' : 'the types'} `, ...names]
    : [];
}

/**
 * The series of a file; one that bears its session's own id goes by its neurodata type, since no other file
 * has one of that name.
 */
function withoutSessionNames({ series, texts }: FileTypeFacts): FileTypeFacts['series'] {
  const ids = ['session_id', 'identifier']
    .flatMap((name) => texts[name] ?? [])
    .filter((id) => id.length >= 5);
  const isReported = (text: string) => ids.some((id) => text.includes(id));
  return series.map((entry) => ({
    ...entry,
    path: isReported(entry.path) ? entry.neurodataType : entry.path,
    description: isReported(entry.description) ? '' : entry.description,
  }));
}

/** Tables whose rows have a name of their own. */
const ROW_WORDS: Readonly<
  Record<string, (rows: number | null, table: FileTypeFacts['tables'][number]) => Prose[]>
> = {
  Units: (rows, table) => {
    const [, ...rest] = describeTable({ ...table, rows: null, description: '' });
    return [rows === null ? 'a table of units' : formatCount(rows, 'unit'), ...rest];
  },
  PlaneSegmentation: (rows, table) => [
    { code: flattenText(table.path.split('/').at(-1) ?? '', 60) },
    rows === null ? '' : `, ${formatCount(rows, 'region of interest', 'regions of interest')}`,
  ],
};

/** Where NWB keeps the table of extracellular electrodes; intracellular tables of that name have a row a sweep. */
const ELECTRODES = '/general/extracellular_ephys/electrodes';

/** The electrodes table, which every extracellular file has. */
function describeElectrodes(type: FileTypeFacts): Prose[] {
  const table = type.tables.find(({ path }) => path === ELECTRODES);
  if (!table || table.rows === null) return [];
  return [formatCount(table.rows, 'electrode contact')];
}

/** Tables of no modality, such as those of extensions. */
function describeOtherTables(type: FileTypeFacts): Prose[] {
  const tables = type.tables.filter(
    ({ neurodataType, path }) => findModality(neurodataType) === undefined && path !== ELECTRODES,
  );
  return joinProse(tables.map(describeTable), MAX_ITEMS);
}

/** The kinds that get no section. */
function describeRest(rest: readonly FileKind[], facts: DandisetFacts): string {
  const files = rest.reduce((sum, kind) => sum + kind.files, 0);
  const nouns = [
    ...new Set(rest.flatMap((kind) => kind.modalities.map((modality) => nameModality(modality, facts)))),
  ];
  const existing = nouns.length ? `, with ${joinWords(nouns)} among them` : '';
  return `${formatCount(rest.length, 'smaller group')} of ${formatCount(files, 'file')} in all ${rest.length === 1 ? 'holds' : 'hold'} other combinations${existing}.`;
}
