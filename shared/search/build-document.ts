/**
 * Builds the search document of a stored summary: the only place where search reads `summary.json`, the summary's
 * markdown and the catalog. Pure.
 */
import type { Tally } from '../facts/tally.ts';
import type { CatalogEntry } from '../store/catalog.ts';
import type { Provenance } from '../summary/provenance.ts';
import { isSpeciesName, parseSpecies } from '../vocabulary/species.ts';
import type { SearchDocument, SearchNumbers } from './search-document.ts';
import { buildMarks, findTopics } from './topics.ts';

/** A stored summary, or one about to be stored. */
export interface SummaryForSearch {
  readonly provenance: Pick<
    Provenance,
    | 'dandisetId'
    | 'version'
    | 'generatedAt'
    | 'model'
    | 'dandiset'
    | 'coverage'
    | 'fileTypes'
    | 'keywords'
    | 'contents'
    | 'metadata'
  >;
  readonly markdown: string;
}

/** Characters of a text that are indexed: longer descriptions repeat themselves, and the index must stay small. */
const MAX_SUMMARY = 6_000;
const MAX_DESCRIPTION = 6_000;
/** Names of one kind in a document at most. */
const MAX_NAMES = 150;
const MAX_NAME = 120;

/** Builds the document of a summary. */
export function buildSearchDocument({ provenance, markdown }: SummaryForSearch): SearchDocument {
  const { dandiset, fileTypes, contents, metadata } = provenance;
  const all = contents?.all;
  return withTopics({
    id: provenance.dandisetId,
    version: provenance.version,
    updated: provenance.generatedAt,
    modelId: provenance.model.id,
    title: oneLine(dandiset.name, 400),
    summary: plainMarkdown(markdown).slice(0, MAX_SUMMARY),
    description: oneLine(dandiset.description, MAX_DESCRIPTION),
    keywords: distinct([...provenance.keywords, ...dandiset.keywords, ...listValues(all?.keywords)]),
    approaches: distinct([
      ...dandiset.approaches,
      ...dandiset.techniques,
      ...listValues(all?.approaches),
      ...listValues(all?.techniques),
    ]),
    neurodataTypes: [
      ...new Set([
        ...fileTypes.flatMap((type) => type.neurodataTypes.map(({ name }) => name)),
        ...listValues(all?.types),
      ]),
    ].sort(),
    devices: distinct([
      ...listValues(all?.devices),
      ...fileTypes.flatMap(({ devices }) => devices.map(({ name, description }) => `${name} ${description}`)),
    ]),
    contributors: distinct([
      ...dandiset.contributors.map(({ name }) => name),
      ...listValues(all?.labs),
      ...listValues(all?.institutions),
    ]),
    names: listNames(provenance),
    speciesNames: distinct(nameSpecies(provenance)),
    locations: distinct([
      ...(metadata?.about ?? []).flatMap(({ kind, name }) => (kind === 'anatomy' ? (name ?? []) : [])),
      ...listValues(all?.regions),
      ...fileTypes.flatMap(({ locations }) => locations),
    ]),
    numbers: readNumbers(provenance),
    licenses: dandiset.license.map((each) => each.replace(/^spdx:/, '')),
    ...findCreated(provenance.version, metadata?.created),
  });
}

function listValues(tally: Tally | undefined): string[] {
  return (tally?.values ?? []).map(({ value }) => value);
}

/** Names and descriptions in the files: the most specific ones first, as their number is bounded. */
function listNames({ fileTypes, contents }: SummaryForSearch['provenance']): string[] {
  const all = contents?.all;
  return distinct([
    ...listValues(all?.experimentDescriptions),
    ...listValues(all?.sessionDescriptions),
    ...listValues(all?.stimuli),
    ...listValues(all?.genotypes),
    ...listValues(all?.strains),
    ...listValues(all?.disorders),
    ...Object.values(contents?.entities ?? {}).flatMap(listValues),
    ...listValues(contents?.pathModalities),
    ...(all?.series ?? []).flatMap(({ pattern, descriptions }) => [
      lastName(pattern),
      ...listValues(descriptions),
    ]),
    ...(all?.tables ?? []).flatMap(({ pattern, columns }) => [
      lastName(pattern),
      ...columns.map(({ name }) => name),
    ]),
    ...fileTypes.flatMap(({ texts }) => Object.values(texts)),
    ...fileTypes.flatMap(({ representative }) => readPathEntities(representative.path)),
    ...fileTypes.flatMap(({ modules }) => modules.flatMap(({ name, description }) => [name, description])),
    ...fileTypes.flatMap(({ series }) =>
      series.flatMap(({ path, description }) => [lastName(path), description]),
    ),
    ...fileTypes.flatMap(({ tables }) =>
      tables.flatMap(({ path, columns }) => [lastName(path), ...columns.map(({ name }) => name)]),
    ),
    ...fileTypes.flatMap(({ extensions }) => (extensions ?? []).map(({ name }) => name)),
    ...fileTypes.flatMap(({ subject }) => [subject?.strain ?? '', subject?.genotype ?? '']),
  ]);
}

/**
 * The species of a Dandiset by name: those of the metadata, unchanged, and those of the files' subjects that
 * the metadata leave out, as DANDI writes them (`Homo sapiens - Human`).
 */
export function nameSpecies({
  dandiset,
  fileTypes,
  contents,
}: Pick<Provenance, 'dandiset' | 'fileTypes' | 'contents'>): readonly string[] {
  const named = dandiset.species.filter(isSpeciesName);
  const taxa = new Set(named.map((name) => parseSpecies(name)?.taxonId));
  const names = [...named];
  const inFiles = [
    ...listValues(contents?.all.species),
    ...fileTypes.flatMap(({ subject }) => subject?.species ?? []),
  ];
  for (const name of inFiles) {
    const species = isSpeciesName(name) ? parseSpecies(name) : undefined;
    if (species === undefined || taxa.has(species.taxonId)) continue;
    taxa.add(species.taxonId);
    names.push(`${species.name} - ${species.commonName.replace(/^./, (letter) => letter.toUpperCase())}`);
  }
  return names;
}

/** The document of a Dandiset for which only the catalog's entry is available. */
export function buildDocumentOfEntry(entry: CatalogEntry): SearchDocument {
  return withTopics({
    id: entry.id,
    version: entry.version,
    updated: entry.updated,
    modelId: entry.modelId,
    title: entry.name,
    summary: '',
    description: '',
    keywords: entry.keywords,
    approaches: entry.approaches,
    neurodataTypes: entry.neurodataTypes,
    devices: [],
    contributors: [],
    names: [],
    speciesNames: entry.species,
    locations: [],
    numbers: { files: entry.files },
    licenses: [],
    ...findCreated(entry.version),
  });
}

function withTopics(document: Omit<SearchDocument, 'topics'>): SearchDocument {
  return { ...document, topics: findTopics(buildMarks(document)) };
}

/** The day on which a version was published: `0.250312.1430` on 12 March 2025. Drafts have none. */
export function publishedOn(version: string): string | undefined {
  const match = /^0\.(\d{2})(\d{2})(\d{2})\./.exec(version);
  return match === null ? undefined : `20${match[1]}-${match[2]}-${match[3]}`;
}

/** When it was created, else when it was published. */
function findCreated(version: string, created?: string): { created?: string } {
  const day = created !== undefined && /^\d{4}-\d{2}-\d{2}/.test(created) ? created : publishedOn(version);
  return day === undefined ? {} : { created: day };
}

/**
 * The numbers of a Dandiset. Counts over all files take precedence over counts of the representatives; for subjects the
 * greater of the counts in the files and the metadata is used, as either may be incomplete.
 */
function readNumbers({
  dandiset,
  coverage,
  fileTypes,
  contents,
}: SummaryForSearch['provenance']): SearchNumbers {
  const tables = fileTypes.flatMap((type) => type.tables);
  const countRows = (pattern: RegExp): number | undefined =>
    greatest(
      tables
        .filter((table) => pattern.test(`${table.neurodataType} ${lastName(table.path)}`))
        .map(({ rows }) => rows),
    );
  const series = fileTypes.flatMap((type) => type.series);
  const all = contents?.all;
  const { units, rois, electrodes } = all?.counts ?? {};
  return {
    files: coverage.nwb,
    ...known('subjects', greatest([dandiset.numberOfSubjects, all?.subjects || undefined])),
    ...known('bytes', contents?.bytes ?? dandiset.numberOfBytes),
    ...known('sessions', all?.sessions || countSessions(fileTypes)),
    ...known('units', units?.total ?? countRows(/^Units |\bunits$/)),
    ...known('rois', rois?.total ?? countRows(/^PlaneSegmentation /)),
    // An array that recorded in every session is still a single array.
    ...known('electrodes', electrodes?.max ?? countRows(/^ElectrodesTable |\belectrodes$/)),
    ...known(
      'rate',
      greatest([...(all?.series ?? []).map(({ rate }) => rate?.max), ...series.map(({ rate }) => rate)]),
    ),
    ...known('duration', all?.durations?.max ?? greatest(series.map(computeDuration))),
  };
}

/** Number of files that are a session: those with data of their own. */
function countSessions(fileTypes: Provenance['fileTypes']): number | undefined {
  const files = fileTypes.reduce((sum, type) => sum + type.files, 0);
  return files === 0 ? undefined : files;
}

/** Seconds of a series that is sampled at a rate. */
function computeDuration({
  shape,
  rate,
}: Provenance['fileTypes'][number]['series'][number]): number | undefined {
  const samples = shape?.[0];
  return samples === undefined || rate === undefined || !(rate > 0) ? undefined : samples / rate;
}

function greatest(values: readonly (number | null | undefined)[]): number | undefined {
  const known = values.filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  return known.length === 0 ? undefined : known.reduce((most, value) => Math.max(most, value));
}

function known<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<Name, number>>);
}

/** Words in the name of a file: `sub-M1_ses-20200101_behavior+ophys.nwb` names its kinds of data; ids are left out. */
function readPathEntities(path: string): string[] {
  const name = path.split('/').at(-1) ?? '';
  return name
    .replace(/\.nwb(?:\.zarr)?$|\.h5$/i, '')
    .split(/[_+/]/)
    .map((part) => part.replace(/^(?:sub|ses|obj)-.*$/, '').replace(/^[a-z]+-/, ''))
    .filter((part) => /\p{L}{3}/u.test(part));
}

function lastName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** The text of a summary without markup, links, heading signs and the note at its end. */
function plainMarkdown(markdown: string): string {
  return withoutClosing(markdown)
    .normalize('NFC')
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^#.*$/gm, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/[*`>]+|^\s*[-+]\s+/gm, ' ')
    .replace(/\\(?=[^\p{L}\p{N}\s])/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Removes the note at the end of every summary on its author and number of files, whose words would match every
 * summary.
 */
function withoutClosing(markdown: string): string {
  const at = markdown.lastIndexOf('\n---\n');
  const closing = markdown.slice(at + 5).split('\n');
  const isClosing = at > 0 && closing.every((line) => line.trim() === '' || /^[_*]/.test(line));
  return isClosing ? markdown.slice(0, at) : markdown;
}

function oneLine(text: string, length: number): string {
  return text
    .slice(0, length * 2)
    .normalize('NFC')
    .replace(/<[^<>]{1,200}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, length);
}

function distinct(texts: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const text of texts) {
    const line = oneLine(text, MAX_NAME);
    if (line !== '' && !found.has(line.toLowerCase())) found.set(line.toLowerCase(), line);
    if (found.size === MAX_NAMES) break;
  }
  return [...found.values()];
}
