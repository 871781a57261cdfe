/**
 * The body of facts as a numbered list of sentences: what a writer may say, each with its scope, its source,
 * the words and numbers that a sentence may take from it, and where one can see it. The `rich` prompt prints
 * it, structured writing cites it by id, and the page shows its evidence. Pure.
 */

import * as z from 'zod/mini';
import { findOwn } from '../own-entry.ts';
import { findSpecies } from '../vocabulary/species.ts';
import { formatAge } from './age.ts';
import type { Contents, FileContents, SeriesContent, TableContent } from './contents.ts';
import type { MetadataDescription } from './dandiset-metadata.ts';
import {
  bytesText,
  countText,
  distributionText,
  numberText,
  quoteText,
  rateText,
  secondsText,
} from './fact-words.ts';
import type { Counted } from './file-facts.ts';
import { shortenText } from './plain-words.ts';
import { type Distribution, Evidence, type TalliedValue, type Tally } from './tally.ts';

const count = z.int().check(z.nonnegative());

/** What a fact is about, in the order of telling. */
export const FACT_TOPICS = [
  'title',
  'owners',
  'subjects',
  'species',
  'sex',
  'age',
  'genotype',
  'strain',
  'disorder',
  'region',
  'modality',
  'technique',
  'task',
  'stimulus',
  'device',
  'session',
  'duration',
  'counts',
  'series',
  'table',
  'files',
  'paths',
  'dates',
  'lab',
  'keyword',
  'publication',
  'related',
  'licence',
  'contributor',
  'contradiction',
  'format',
] as const;
export type FactTopic = (typeof FACT_TOPICS)[number];

/** One thing that is true of the Dandiset, or that its owners say. */
export const Fact = z.object({
  /** `F1`, `F2` … in the order of the list. */
  id: z.string(),
  topic: z.enum(FACT_TOPICS),
  /** One sentence or phrase for people, true by itself. */
  text: z.string(),
  /** Whether it holds for the Dandiset as a whole, for some of its files, or is said by its owners. */
  scope: z.union([
    z.object({ kind: z.literal('dandiset') }),
    z.object({ kind: z.literal('files'), files: count, of: count }),
    z.object({ kind: z.literal('claim') }),
  ]),
  /** `headers`, `records`, `paths`, `metadata`, or what was compared. */
  source: z.string(),
  /** Words and numbers by name, in the form in which prose may use them. */
  slots: z.record(z.string(), z.string()),
  evidence: z.array(Evidence),
  /** 1 leaves last when the list must be shorter, 5 first. */
  rank: z.int().check(z.gte(1), z.lte(5)),
});
export type Fact = z.infer<typeof Fact>;

/** What the list is made from. */
export interface FactSources {
  readonly contents: Contents;
  readonly metadata: MetadataDescription;
  /** NWB files, and those whose headers were read. */
  readonly nwb: number;
  readonly read: number;
}

/** The list, in the order of telling. */
export function buildFactList(sources: FactSources): Fact[] {
  return new FactList(sources.contents.all, sources).build();
}

/** The same of the files of one type: what they hold, without what is said of the whole. */
export function buildTypeFactList(contents: FileContents): Fact[] {
  return new FactList(contents).build();
}

type Draft = Omit<Fact, 'id'>;

/** Values named in one fact; the rest are counted. */
const NAMED = 12;
/** Descriptions quoted in one fact. */
const QUOTED = 8;
/** Series and tables that have a fact of their own. */
const LISTED = 24;
/** Names of series that differ in nothing else. */
const NAMED_SERIES = 30;
/** Columns named of a table. */
const NAMED_COLUMNS = 20;

const COUNTED_WORDS: Readonly<Record<Counted, readonly [one: string, many: string]>> = {
  units: ['sorted unit', 'sorted units'],
  rois: ['segmented region of interest', 'segmented regions of interest'],
  electrodes: ['electrode', 'electrodes'],
  trials: ['trial', 'trials'],
  planes: ['imaging plane', 'imaging planes'],
  recordings: ['patch-clamp recording', 'patch-clamp recordings'],
};

class FactList {
  readonly #all: FileContents;
  readonly #drafts: Draft[] = [];
  readonly #sources: FactSources | undefined;

  /** `sources` for a list of the whole Dandiset; without it the list tells of `all` alone. */
  constructor(all: FileContents, sources?: FactSources) {
    this.#all = all;
    this.#sources = sources;
  }

  build(): Fact[] {
    if (this.#sources !== undefined) this.#metadata(this.#sources);
    this.#subjects();
    this.#methods();
    this.#sessions();
    this.#counts();
    this.#listSeries();
    for (const table of rankTables(this.#all.tables).slice(0, LISTED)) this.#table(table);
    if (this.#sources !== undefined) {
      this.#files(this.#sources);
      this.#contradictions(this.#sources);
    }
    const order = new Map(FACT_TOPICS.map((topic, at) => [topic, at]));
    return this.#drafts
      .map((draft, at) => ({ draft, at }))
      .sort((a, b) => order.get(a.draft.topic)! - order.get(b.draft.topic)! || a.at - b.at)
      .map(({ draft }, at) => ({ id: `F${at + 1}`, ...draft }));
  }

  #metadata({ metadata }: FactSources): void {
    const field = (location: string) => [{ file: '', location }];
    if (metadata.name !== undefined)
      this.#claim('title', `Title: ${shortenText(metadata.name, 400)}`, { title: metadata.name }, 'name', 1);
    if (metadata.description !== undefined) {
      const text = shortenText(metadata.description, 4_000);
      this.#claim('owners', `The owners' description: ${quoteText(text)}`, {}, 'description', 1);
    }
    for (const { kind, name, identifier } of metadata.about) {
      const text = name ?? identifier;
      if (text !== undefined)
        this.#claim(
          kind === 'anatomy' ? 'region' : kind === 'disorder' ? 'disorder' : 'keyword',
          `The metadata say that it is about: ${text}`,
          { [kind]: text },
          'about',
          2,
        );
    }
    for (const target of metadata.studyTargets.slice(0, 3))
      this.#claim(
        'owners',
        `Study target, as the owners state it: ${quoteText(shortenText(target, 400))}`,
        {},
        'studyTarget',
        2,
      );
    if (metadata.keywords.length > 0) {
      const named = listText(metadata.keywords, NAMED * 2);
      this.#claim('keyword', `Keywords of the owners: ${named}`, { keywords: named }, 'keywords', 3);
    }
    if (metadata.licenses.length > 0) {
      const licence = metadata.licenses.join(', ');
      this.#push(
        'licence',
        `Licence: ${licence}`,
        { licence },
        { kind: 'dandiset' },
        'metadata',
        field('license'),
        2,
      );
    }
    if (metadata.doi !== undefined)
      this.#push(
        'publication',
        `DOI of this version: ${metadata.doi}`,
        { doi: metadata.doi },
        { kind: 'dandiset' },
        'metadata',
        field('doi'),
        2,
      );
    for (const resource of metadata.relatedResources.slice(0, NAMED)) {
      const what = resource.doi ?? resource.url ?? resource.identifier ?? resource.name;
      if (what === undefined) continue;
      const relation = resource.relation ?? 'is related to';
      const name =
        resource.name === undefined || resource.name === what ? '' : ` (${shortenText(resource.name, 160)})`;
      this.#push(
        'related',
        `Related resource, ${relation}: ${what}${name}`,
        { resource: what, ...(resource.doi === undefined ? {} : { doi: resource.doi }) },
        { kind: 'dandiset' },
        'metadata',
        field('relatedResource'),
        3,
      );
    }
    const cited = metadata.contributors.filter(({ isInCitation }) => isInCitation);
    if (cited.length > 0)
      this.#push(
        'contributor',
        `Contributors: ${listText(
          cited.map(({ name }) => name),
          NAMED,
        )}`,
        {},
        { kind: 'dandiset' },
        'metadata',
        field('contributor'),
        5,
      );
    for (const { name, award } of metadata.contributors
      .filter(({ roles }) => roles.includes('Funder'))
      .slice(0, 5))
      this.#push(
        'contributor',
        `Funder: ${name}${award === undefined ? '' : `, award ${award}`}`,
        { funder: name },
        { kind: 'dandiset' },
        'metadata',
        field('contributor'),
        5,
      );
    const institutions = [
      ...new Set(
        metadata.contributors.flatMap(({ affiliations }) => affiliations.flatMap(({ name }) => name ?? [])),
      ),
    ];
    if (institutions.length > 0)
      this.#push(
        'lab',
        `Affiliations of the contributors: ${listText(institutions, 6)}`,
        {},
        { kind: 'dandiset' },
        'metadata',
        field('contributor.affiliation'),
        4,
      );
    for (const protocol of metadata.protocols.slice(0, 3)) {
      const text = protocol.doi ?? protocol.url ?? protocol.text;
      if (text !== undefined)
        this.#push(
          'related',
          `Protocol: ${shortenText(text, 300)}`,
          { protocol: text },
          { kind: 'dandiset' },
          'metadata',
          field('protocol'),
          3,
        );
    }
    for (const { identifier } of metadata.ethicsApprovals.slice(0, 3))
      this.#push(
        'contributor',
        `Ethics approval: ${shortenText(identifier, 160)}`,
        {},
        { kind: 'dandiset' },
        'metadata',
        field('ethicsApproval'),
        5,
      );
  }

  #subjects(): void {
    const all = this.#all;
    if (all.subjects > 0) {
      const subjects = countText(all.subjects, 'subject');
      this.#push(
        'subjects',
        `Subjects: ${subjects}, counted over the files`,
        { subjects: numberText(all.subjects), counted: subjects },
        { kind: 'dandiset' },
        'counted',
        firstEvidence(all.species, all.sexes),
        1,
      );
    }
    this.#tally('species', 'Species', all.species, 1, (value) => {
      const species = findSpecies(value);
      return species === undefined ? value : `${value} (${species.singular})`;
    });
    this.#tally('sex', 'Sex', all.sexes, 1);
    if (all.ages !== undefined) this.#ages(all.ages, 'birth');
    if (all.gestationalAges !== undefined) this.#ages(all.gestationalAges, 'gestational');
    this.#tally('genotype', 'Genotype', all.genotypes, 2);
    this.#tally('strain', 'Strain', all.strains, 2);
    this.#tally('disorder', 'Disorder', all.disorders, 2);
  }

  #ages(ages: Distribution, reference: 'birth' | 'gestational'): void {
    const range = formatAge({ min: ages.min, max: ages.max, reference });
    const median = formatAge({ min: ages.median, max: ages.median, reference });
    const isOne = ages.min === ages.max;
    this.#push(
      'age',
      `Age: ${range}${isOne ? '' : ` (median ${median})`}, stated of ${countText(ages.files, 'subject')}`,
      { age: range, median: median },
      { kind: 'dandiset' },
      'records and headers',
      [],
      1,
    );
  }

  #methods(): void {
    const all = this.#all;
    this.#tally('region', 'Locations of recording or imaging', all.regions, 1);
    this.#tally('technique', 'Approach', all.approaches, 2);
    this.#tally('technique', 'Technique', all.techniques, 2);
    this.#tally('device', 'Devices', all.devices, 2);
    this.#tally('stimulus', 'Stimuli', all.stimuli, 2);
    this.#tally(
      'task',
      'What the sessions were, as the files say',
      all.sessionDescriptions,
      1,
      quoteText,
      QUOTED,
    );
    this.#tally(
      'task',
      'What the experiment was, as the files say',
      all.experimentDescriptions,
      1,
      quoteText,
      QUOTED,
    );
    for (const [name, notes] of Object.entries(all.notes)) {
      const topic = name === 'stimulus' ? 'stimulus' : 'technique';
      this.#tally(
        topic,
        `${capital(name.replaceAll('_', ' '))}, as the files say`,
        notes,
        name === 'data_collection' ? 5 : 3,
        quoteText,
        2,
      );
    }
    this.#tally('modality', 'Kinds of data by NWB type', all.types, 1, undefined, 24);
    this.#tally('lab', 'Lab', all.labs, 3);
    this.#tally('lab', 'Institution', all.institutions, 3);
    this.#tally('keyword', 'Keywords of the files', all.keywords, 3);
    this.#tally('publication', 'Publications that the files name', all.publications, 3);
    this.#tally('format', 'NWB versions', all.nwbVersions, 5);
    this.#tally('task', 'Processing modules', all.modules, 4);
  }

  #sessions(): void {
    const all = this.#all;
    if (all.sessions > 0) {
      const sessions = countText(all.sessions, 'session');
      this.#push(
        'session',
        `Sessions: ${sessions}, told apart by subject and by the session's name or start`,
        { sessions: numberText(all.sessions), counted: sessions },
        { kind: 'dandiset' },
        'counted',
        [],
        1,
      );
    }
    if (all.durations !== undefined) {
      const { min, max: most, median, total, files } = all.durations;
      const range =
        min === most
          ? secondsText(most)
          : `${secondsText(min)} to ${secondsText(most)} (median ${secondsText(median)})`;
      this.#push(
        'duration',
        `Recorded time a file, by its longest series: ${range}, ${secondsText(total)} in all`,
        { range, total: secondsText(total), median: secondsText(median) },
        this.#scope(files),
        'headers',
        [],
        1,
      );
    }
    const { firstSession, lastSession } = all;
    if (firstSession !== undefined && lastSession !== undefined && firstSession !== lastSession)
      this.#push(
        'dates',
        `Sessions took place from ${firstSession} to ${lastSession}, as the files date them`,
        { first: firstSession, last: lastSession },
        { kind: 'dandiset' },
        'headers and records',
        [],
        4,
      );
  }

  #counts(): void {
    for (const [name, distribution] of Object.entries(this.#all.counts) as [Counted, Distribution][]) {
      const [one, many] = COUNTED_WORDS[name];
      const { files, min, max: most, total } = distribution;
      const text =
        files === 1
          ? `${capital(many)}: ${countText(most, one, many)}`
          : `${capital(many)}: ${distributionText(distribution)} a file, ${numberText(total)} in all`;
      this.#push(
        'counts',
        text,
        {
          min: numberText(min),
          most: numberText(most),
          median: numberText(distribution.median),
          total: numberText(total),
          noun: total === 1 ? one : many,
        },
        this.#scope(files),
        'headers',
        [],
        1,
      );
    }
  }

  /** Series that differ in nothing but their names are one fact. */
  #listSeries(): void {
    const groups = new Map<string, SeriesContent[]>();
    for (const series of rankSeries(this.#all.series)) {
      const { pattern, type, files } = series;
      const key = [type, findParent(pattern), files, ...extentParts(series)].join('\n');
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [series]);
      else group.push(series);
    }
    for (const group of [...groups.values()].slice(0, LISTED)) {
      if (group.length === 1) this.#series(group[0]!);
      else this.#seriesGroup(group as [SeriesContent, ...SeriesContent[]]);
    }
  }

  #series(series: SeriesContent): void {
    const { pattern, type, files, perFile, example } = series;
    const descriptions = describedText(series);
    const parts = [
      ...(perFile.max > 1 ? [`${distributionText(perFile)} a file`] : []),
      ...(descriptions === '' ? [] : [descriptions]),
      ...extentParts(series),
    ];
    const text = `${type} ${pattern}${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`;
    this.#push(
      'series',
      text,
      seriesSlots(series),
      this.#scope(files),
      'headers',
      [example],
      files === this.#all.read ? 2 : 3,
    );
  }

  #seriesGroup(group: readonly [SeriesContent, ...SeriesContent[]]): void {
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
    this.#push(
      'series',
      text,
      slots,
      this.#scope(first.files),
      'headers',
      group.slice(0, 3).map(({ example }) => example),
      first.files === this.#all.read ? 2 : 3,
    );
  }

  #table({ pattern, type, files, rows, columns, moreColumns, descriptions, example }: TableContent): void {
    const named = columns
      .filter(({ name }) => !PLAIN_COLUMNS.test(name))
      .slice(0, NAMED_COLUMNS)
      .map(({ name, description, files: having }) => {
        const said =
          description === '' || isSameWords(name, description) ? '' : ` (${shortenText(description, 90)})`;
        return `${name}${said}${having < files ? ` [${numberText(having)} of ${numberText(files)} files]` : ''}`;
      });
    const rest = columns.length - named.length + moreColumns;
    const said = descriptions.values[0]?.value;
    const text = [
      `Table ${pattern} (${type})`,
      said === undefined ? '' : `: ${quoteText(said)}`,
      rows === undefined
        ? ''
        : `; ${files === 1 ? countText(rows.max, 'row') : `${distributionText(rows)} rows a file`}`,
      named.length === 0
        ? ''
        : `; columns ${named.join(', ')}${rest > 0 && named.length === NAMED_COLUMNS ? ` and ${numberText(rest)} more` : ''}`,
    ].join('');
    const slots: Record<string, string> = { name: pattern.split('/').at(-1) ?? pattern };
    if (rows !== undefined) slots.rows = rangeText(rows.min, rows.max);
    this.#push('table', text, slots, this.#scope(files), 'headers', [example], 3);
  }

  #files({ contents, nwb, read }: FactSources): void {
    const kinds = contents.kinds.map(
      ({ kind, files, bytes }) => `${numberText(files)} ${kind} (${bytesText(bytes)})`,
    );
    const more = contents.moreKinds > 0 ? ` and files of ${numberText(contents.moreKinds)} more kinds` : '';
    this.#push(
      'files',
      `Files: ${countText(contents.assets, 'file')}, ${bytesText(contents.bytes)}: ${kinds.join(', ')}${more}`,
      { files: numberText(contents.assets), size: bytesText(contents.bytes) },
      { kind: 'dandiset' },
      'records',
      [],
      1,
    );
    if (nwb > 0 && nwb < contents.assets)
      this.#push(
        'files',
        `NWB files: ${numberText(nwb)} of ${numberText(contents.assets)}`,
        { nwb: numberText(nwb) },
        { kind: 'dandiset' },
        'records',
        [],
        2,
      );
    if (read < nwb)
      this.#push(
        'files',
        `Headers were read of ${numberText(read)} of ${numberText(nwb)} NWB files`,
        { read: numberText(read) },
        { kind: 'dandiset' },
        'headers',
        [],
        1,
      );
    if (contents.duplicatePaths > 0)
      this.#push(
        'files',
        `${countText(contents.duplicatePaths, 'path')} stand twice or more among the files`,
        {},
        { kind: 'dandiset' },
        'records',
        [],
        4,
      );
    for (const [key, tally] of Object.entries(contents.entities)) {
      if (tally.values.length + tally.more > 1 || key !== 'obj')
        this.#tally(
          'paths',
          `By their file names, ${findOwn(ENTITY_WORDS, key) ?? key}`,
          tally,
          key === 'desc' || key === 'stain' ? 2 : 3,
          undefined,
          NAMED,
          contents.assets,
        );
    }
    this.#tally(
      'paths',
      'By their file names, modalities',
      contents.pathModalities,
      3,
      undefined,
      NAMED,
      contents.assets,
    );
    this.#tally(
      'paths',
      'By their file names, kinds of data',
      contents.suffixes,
      nwb === 0 ? 1 : 3,
      undefined,
      NAMED,
      contents.assets,
    );
    this.#tally(
      'paths',
      'By their folders, kinds of data',
      contents.datatypes,
      3,
      undefined,
      NAMED,
      contents.assets,
    );
    this.#tally('paths', 'Samples by kind', contents.samples, 3, undefined, NAMED, contents.assets);
  }

  #contradictions({ contents }: FactSources): void {
    for (const { detail } of contents.contradictions)
      this.#push('contradiction', detail, {}, { kind: 'dandiset' }, 'compared', [], 1);
  }

  #tally(
    topic: FactTopic,
    label: string,
    tally: Tally,
    rank: number,
    say: (value: string) => string = (value) => value,
    most = NAMED,
    of = this.#all.read,
  ): void {
    if (tally.values.length === 0) return;
    const isOne = tally.values.length === 1 && tally.more === 0;
    const named = tally.values
      .slice(0, most)
      .map((each) => `${say(each.value)}${this.#shareText(each, isOne, of)}`);
    const rest = tally.values.length - named.length + tally.more;
    const slots: Record<string, string> = {};
    for (const [at, { value, files }] of tally.values.slice(0, most).entries()) {
      slots[`value${at + 1}`] = value;
      slots[`files${at + 1}`] = numberText(files);
    }
    this.#push(
      topic,
      `${label}: ${named.join(', ')}${rest > 0 ? `, and ${numberText(rest)} more` : ''}`,
      slots,
      this.#scope(tally.files, of),
      describeSource(tally),
      tally.values.slice(0, 3).map(({ example }) => example),
      rank,
    );
  }

  /** ` in 6 files (3 subjects)`; of what every file has the subjects alone, where they are several. */
  #shareText({ files, subjects }: TalliedValue, isOne: boolean, of: number): string {
    const whose = subjects === undefined || subjects === files ? '' : ` (${countText(subjects, 'subject')})`;
    if (files >= of) return isOne ? '' : ` in all files`;
    return ` in ${countText(files, 'file')}${whose}`;
  }

  #scope(files: number, of = this.#all.read): Fact['scope'] {
    return files >= of ? { kind: 'dandiset' } : { kind: 'files', files, of };
  }

  #claim(
    topic: FactTopic,
    text: string,
    slots: Record<string, string>,
    location: string,
    rank: number,
  ): void {
    this.#push(topic, text, slots, { kind: 'claim' }, 'metadata', [{ file: '', location: location }], rank);
  }

  #push(
    topic: FactTopic,
    text: string,
    slots: Record<string, string>,
    scope: Fact['scope'],
    source: string,
    evidence: Evidence[],
    rank: number,
  ): void {
    const share =
      scope.kind === 'files' ? ` [${numberText(scope.files)} of ${numberText(scope.of)} files]` : '';
    this.#drafts.push({ topic, text: `${text}${share}`, scope, source, slots, evidence, rank });
  }
}

/** How far series reach, in parts: axes, rate, unit, duration, where the samples lie. */
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
        ? 'the samples lie in another file'
        : `in ${numberText(external)} files the samples lie in another file`,
  ].filter((part) => part !== undefined);
}

/** The descriptions of one series, each with its number of files where they differ. */
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

const PLAIN_COLUMNS = /^(?:id|timeseries|electrodes?_group|group|group_name)$/;

const ENTITY_WORDS: Readonly<Record<string, string>> = {
  desc: 'descriptions (desc)',
  acq: 'acquisitions (acq)',
  task: 'tasks',
  sample: 'samples',
  stain: 'stains',
  chunk: 'chunks',
  run: 'runs',
  space: 'spaces',
  hemi: 'hemispheres',
  probe: 'probes',
  slice: 'slices',
  cell: 'cells',
  tis: 'tissue samples',
  obj: 'objects (obj)',
};

/** Data of neurons first: what a reader looks for. */
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

function rankTables(tables: readonly TableContent[]): TableContent[] {
  const rank = ({ pattern, type }: TableContent): number => {
    if (type === 'Units') return 0;
    if (pattern === '/intervals/trials') return 1;
    if (type === 'PlaneSegmentation') return 2;
    return type === 'TimeIntervals' ? 3 : 4;
  };
  return [...tables].sort((a, b) => rank(a) - rank(b) || b.files - a.files);
}

function describeSource({ values }: Tally): string {
  const locations = values.map(({ example }) => example.location);
  if (locations.every((location) => location === 'path')) return 'paths';
  const isHeader = (location: string): boolean =>
    location.startsWith('/') || location === 'neurodata_type' || location === 'nwb_version';
  if (locations.every(isHeader)) return 'headers';
  return locations.some(isHeader) ? 'records and headers' : 'records';
}

function firstEvidence(...tallies: readonly Tally[]): Evidence[] {
  return tallies.flatMap(({ values }) => values.slice(0, 1).map(({ example }) => example)).slice(0, 1);
}

function listText(values: readonly string[], most: number): string {
  const rest = values.length - most;
  return `${values.slice(0, most).join('; ')}${rest > 0 ? `; and ${numberText(rest)} more` : ''}`;
}

function rangeText(min: number, most: number): string {
  return min === most ? numberText(most) : `${numberText(min)} to ${numberText(most)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isSameWords(name: string, description: string): boolean {
  const fold = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return fold(name) === fold(description);
}
