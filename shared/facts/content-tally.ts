/**
 * Counts the contents of files, one file after the other and in memory that does not grow with their number: the
 * facts over all files, and those of one file type. Pure; BuildPrompt feeds it.
 */

import { maskName, maskPath } from '../file-types/mask-name.ts';
import { findOwn } from '../own-entry.ts';
import { parseSpecies } from '../vocabulary/species.ts';
import { type Age, parseAge } from './age.ts';
import type { FileContents, SeriesContent, TableContent } from './contents.ts';
import { COUNTED, type Counted, type FileFacts, type FileSeries, type FileTable } from './file-facts.ts';
import { findWords, shortenText } from './plain-words.ts';
import type { RecordDigest, SubjectDigest } from './record-digest.ts';
import { isEventSeries } from './series-extent.ts';
import { NumberTally, PairBudget, type Tally, ValueTally } from './tally.ts';
import { findWord } from './terms.ts';

/** One file to count. */
export interface CountedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The subject and the session in the path. */
  readonly pathSubject?: string;
  readonly pathSession?: string;
  readonly record?: RecordDigest;
  /** The facts of its header, if it was read. */
  readonly facts?: FileFacts;
}

/** Values of each kind that are listed at most; the rest are counted. */
const LISTED = 60;
/** Series and tables by name that are tracked at most; the rest are counted. */
const MOST_PATTERNS = 600;
/** Series and tables that are listed at most. */
const LISTED_PATTERNS = 60;
/** Columns of a table that are tracked at most. */
const MOST_COLUMNS = 400;
const LISTED_COLUMNS = 40;
/** Subjects and sessions that are distinguished at most. */
const MOST_KEYS = 200_000;
/** Characters of a name, such as a species or a genotype, and of a text, such as a session's description. */
const LONGEST_NAME = 160;
const LONGEST_TEXT = 400;
/** Descriptions of one series that are listed at most. */
const LISTED_DESCRIPTIONS = 12;

type Valued = { value: string; location: string };
type TallyName =
  | 'species'
  | 'sexes'
  | 'genotypes'
  | 'strains'
  | 'disorders'
  | 'regions'
  | 'devices'
  | 'types'
  | 'modules'
  | 'stimuli'
  | 'approaches'
  | 'techniques'
  | 'variables'
  | 'sessionDescriptions'
  | 'experimentDescriptions'
  | 'keywords'
  | 'labs'
  | 'institutions'
  | 'publications'
  | 'nwbVersions';

const TALLIES: readonly TallyName[] = [
  'species',
  'sexes',
  'genotypes',
  'strains',
  'disorders',
  'regions',
  'devices',
  'types',
  'modules',
  'stimuli',
  'approaches',
  'techniques',
  'variables',
  'sessionDescriptions',
  'experimentDescriptions',
  'keywords',
  'labs',
  'institutions',
  'publications',
  'nwbVersions',
];

/** Types of the format itself that do not describe a file's contents. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'NWBFile',
  'VectorData',
  'VectorIndex',
  'ElementIdentifiers',
  'DynamicTableRegion',
  'EnumData',
  'TimeSeriesReferenceVectorData',
  'DynamicTable',
  'ElectrodesTable',
  'Subject',
  'Device',
  'DeviceModel',
  'ElectrodeGroup',
  'ProcessingModule',
  'OpticalChannel',
]);

/** Counts the contents of files. */
export class ContentTally {
  readonly #budget = new PairBudget();
  readonly #tallies: Readonly<Record<TallyName, ValueTally>>;
  readonly #notes = new Map<string, ValueTally>();
  readonly #numbers: Readonly<Record<Counted, NumberTally>>;
  readonly #durations = new NumberTally();
  readonly #sizes = new NumberTally();
  readonly #ages = new Map<string, Age>();
  readonly #subjects = new Set<string>();
  readonly #sessions = new Set<string>();
  readonly #series = new Map<string, SeriesTally>();
  readonly #tables = new Map<string, TableTally>();
  #moreSeries = 0;
  #moreTables = 0;
  /** Files whose list of series, or of tables, was cut. */
  readonly #cut = { series: 0, tables: 0 };
  #read = 0;
  #firstSession: string | undefined;
  #lastSession: string | undefined;

  constructor() {
    this.#tallies = Object.fromEntries(TALLIES.map((name) => [name, new ValueTally(this.#budget)])) as Record<
      TallyName,
      ValueTally
    >;
    this.#numbers = Object.fromEntries(COUNTED.map((name) => [name, new NumberTally()])) as Record<
      Counted,
      NumberTally
    >;
  }

  /** Counts one file. */
  add(file: CountedFile): void {
    const subjects = findSubjects(file);
    const ids = subjects.map(({ id }) => id);
    for (const id of ids) remember(this.#subjects, id);
    const session = findSession(file, ids);
    if (session !== undefined) remember(this.#sessions, session);
    if (file.facts !== undefined) this.#read += 1;
    this.#sizes.add(file.size);
    this.#addSubjects(file, subjects, ids);
    this.#addRecord(file, ids);
    this.#addDate(file);
    if (file.facts !== undefined) this.#addFacts(file.path, file.facts, ids);
  }

  /** The counts so far. */
  build(): FileContents {
    const tally = (name: TallyName): Tally => this.#tallies[name].build(LISTED);
    const [ages, gestational] = this.#buildAges();
    const durations = this.#durations.build();
    const sizes = this.#sizes.build();
    return {
      read: this.#read,
      subjects: this.#subjects.size,
      sessions: this.#sessions.size,
      ...(Object.fromEntries(TALLIES.map((name) => [name, tally(name)])) as Record<TallyName, Tally>),
      notes: Object.fromEntries([...this.#notes].map(([name, notes]) => [name, notes.build(LISTED)])),
      counts: Object.fromEntries(
        COUNTED.flatMap((name) => {
          const distribution = this.#numbers[name].build();
          return distribution === undefined ? [] : [[name, distribution]];
        }),
      ),
      ...(ages === undefined ? {} : { ages }),
      ...(gestational === undefined ? {} : { gestationalAges: gestational }),
      ...(durations === undefined ? {} : { durations }),
      ...(sizes === undefined ? {} : { sizes }),
      ...(this.#firstSession === undefined ? {} : { firstSession: this.#firstSession }),
      ...(this.#lastSession === undefined ? {} : { lastSession: this.#lastSession }),
      ...this.#buildPatterns(),
    };
  }

  #buildPatterns(): Pick<FileContents, 'series' | 'moreSeries' | 'tables' | 'moreTables'> {
    const byFiles = (a: { files: number; pattern: string }, b: { files: number; pattern: string }): number =>
      b.files - a.files || (a.pattern < b.pattern ? -1 : 1);
    // A cut list may lack any name, so that files without it are not known to lack the thing.
    const markLeast = <T extends { readonly files: number }>(each: T, cut: number): T =>
      cut > 0 && each.files < this.#read ? { ...each, isLeast: true } : each;
    const series = [...this.#series.values()]
      .map((each) => markLeast(each.build(), this.#cut.series))
      .sort(byFiles);
    const tables = [...this.#tables.values()]
      .map((each) => markLeast(each.build(), this.#cut.tables))
      .sort(byFiles);
    return {
      series: series.slice(0, LISTED_PATTERNS),
      moreSeries: this.#moreSeries + Math.max(0, series.length - LISTED_PATTERNS),
      tables: tables.slice(0, LISTED_PATTERNS),
      moreTables: this.#moreTables + Math.max(0, tables.length - LISTED_PATTERNS),
    };
  }

  #addSubjects(file: CountedFile, subjects: readonly FileSubjectKey[], ids: readonly string[]): void {
    const described = describeFileSubjects(file);
    const { path } = file;
    for (const name of ['species', 'sexes', 'genotypes', 'strains', 'disorders'] as const) {
      // If each subject of a file has its own value, the value counts only for that subject.
      if (described.length === subjects.length && subjects.length > 1) {
        for (const [at, each] of described.entries()) {
          this.#tallies[name].add(each[name], path, [subjects[at]!.id]);
        }
      } else {
        this.#tallies[name].add(
          described.flatMap((each) => each[name]),
          path,
          ids,
        );
      }
    }
    for (const [at, each] of described.entries()) {
      const id = subjects[at]?.id ?? path;
      if (each.age !== undefined && this.#ages.size < MOST_KEYS)
        this.#ages.set(`${id}\n${each.age.min}`, each.age);
    }
  }

  #addRecord({ path, record, facts }: CountedFile, ids: readonly string[]): void {
    if (record === undefined) return;
    const add = (name: TallyName, values: readonly string[], location: string): void =>
      this.#tallies[name].add(
        values.map((value) => ({ value, location })),
        path,
        ids,
      );
    add('approaches', record.approaches, 'approach');
    add('techniques', record.techniques, 'measurementTechnique');
    add('variables', record.variables, 'variableMeasured');
    // The header's own text comes first; the record repeats it.
    if (facts !== undefined) return;
    const described = record.sessions.flatMap(({ description }) => description ?? []);
    this.#tallies.sessionDescriptions.add(
      described.flatMap((text) => listValued(text, 'wasGeneratedBy.description')),
      path,
      ids,
    );
  }

  #addDate({ record, facts }: CountedFile): void {
    const start =
      facts?.session.start ?? record?.sessions.find((session) => session.start !== undefined)?.start;
    const date = /^(?:19|20)\d\d-\d\d-\d\d/.exec(start ?? '')?.[0];
    // Dates before any recording of the field replace a removed one.
    if (date === undefined || date < '1950') return;
    if (this.#firstSession === undefined || date < this.#firstSession) this.#firstSession = date;
    if (this.#lastSession === undefined || date > this.#lastSession) this.#lastSession = date;
  }

  #addFacts(path: string, facts: FileFacts, ids: readonly string[]): void {
    const add = (name: TallyName, values: readonly Valued[]): void =>
      this.#tallies[name].add(values, path, ids);
    const { session } = facts;
    add(
      'regions',
      facts.regions.map(({ name, path: location }) => ({ value: name, location })),
    );
    add('devices', facts.devices.map(describeNamed));
    add('modules', facts.modules.map(describeNamed));
    add(
      'stimuli',
      facts.stimuli.map(({ name, ...rest }) => describeNamed({ ...rest, name: maskName(name) })),
    );
    add(
      'types',
      facts.types
        .filter(({ name }) => !BOOKKEEPING.has(name))
        .map(({ name }) => ({ value: name, location: 'neurodata_type' })),
    );
    add('sessionDescriptions', listValued(session.description, '/session_description'));
    add('experimentDescriptions', listValued(session.experiment, '/general/experiment_description'));
    add('labs', listValued(session.lab, '/general/lab'));
    add('institutions', listValued(session.institution, '/general/institution'));
    add(
      'keywords',
      session.keywords.flatMap((each) => listValued(each, '/general/keywords')),
    );
    add(
      'publications',
      session.publications.flatMap((each) => listValued(each, '/general/related_publications')),
    );
    add('nwbVersions', listValued(facts.nwbVersion, 'nwb_version'));
    for (const [name, text] of Object.entries(session.notes)) {
      const notes = this.#notes.get(name) ?? new ValueTally(this.#budget);
      this.#notes.set(name, notes);
      notes.add(listValued(text, `/general/${name}`), path, ids);
    }
    for (const name of COUNTED) this.#numbers[name].add(facts.counts[name]);
    this.#durations.add(findLongest(facts));
    if ((facts.more.series ?? 0) > 0) this.#cut.series += 1;
    if ((facts.more.tables ?? 0) > 0) this.#cut.tables += 1;
    this.#addSeries(path, facts.series);
    for (const table of facts.tables) this.#addTable(path, table);
  }

  #addSeries(path: string, series: readonly FileSeries[]): void {
    const ofFile = new Map<string, FileSeries[]>();
    for (const each of series) {
      const key = [maskPath(each.path), each.type, each.axes.length, kindOfDtype(each.dtype)].join('\n');
      const alike = ofFile.get(key);
      if (alike === undefined) ofFile.set(key, [each]);
      else alike.push(each);
    }
    for (const [key, alike] of ofFile) {
      let counted = this.#series.get(key);
      if (counted === undefined) {
        if (this.#series.size >= MOST_PATTERNS) {
          this.#moreSeries += 1;
          continue;
        }
        counted = new SeriesTally(maskPath(alike[0]!.path), alike[0]!.type, this.#budget);
        this.#series.set(key, counted);
      }
      counted.add(path, alike);
    }
  }

  #addTable(path: string, table: FileTable): void {
    const pattern = maskPath(table.path);
    const key = `${pattern}\n${table.type}`;
    let counted = this.#tables.get(key);
    if (counted === undefined) {
      if (this.#tables.size >= MOST_PATTERNS) {
        this.#moreTables += 1;
        return;
      }
      counted = new TableTally(pattern, table.type, this.#budget);
      this.#tables.set(key, counted);
    }
    counted.add(path, table);
  }

  #buildAges(): [birth: FileContents['ages'], gestational: FileContents['ages']] {
    const [birth, gestational] = [new NumberTally(), new NumberTally()];
    for (const { min, max: most, reference } of this.#ages.values()) {
      (reference === 'birth' ? birth : gestational).add((min + most) / 2);
    }
    return [birth.build(), gestational.build()];
  }
}

/** Counts series of one name. */
class SeriesTally {
  readonly #pattern: string;
  readonly #type: string;
  readonly #perFile = new NumberTally();
  readonly #descriptions: ValueTally;
  readonly #dtypes: ValueTally;
  readonly #units: ValueTally;
  readonly #rate = new NumberTally();
  readonly #duration = new NumberTally();
  #axes: { name: string; min: number; max: number }[] | 'differ' | undefined;
  #files = 0;
  #external = 0;
  #example = { file: '', location: '' };

  constructor(pattern: string, type: string, budget: PairBudget) {
    this.#pattern = pattern;
    this.#type = type;
    this.#descriptions = new ValueTally(budget);
    this.#dtypes = new ValueTally(budget);
    this.#units = new ValueTally(budget);
  }

  add(file: string, alike: readonly FileSeries[]): void {
    if (this.#files === 0) this.#example = { file, location: alike[0]!.path };
    this.#files += 1;
    this.#perFile.add(alike.reduce((total, { count }) => total + count, 0));
    if (alike.some(({ external }) => external !== undefined)) this.#external += 1;
    const values = (list: (series: FileSeries) => readonly string[]): Valued[] =>
      alike.flatMap((series) => list(series).map((value) => ({ value, location: series.path })));
    this.#descriptions.add(
      values(({ descriptions }) => descriptions),
      file,
      [],
    );
    this.#dtypes.add(
      values(({ dtype }) => (dtype === undefined ? [] : [dtype])),
      file,
      [],
    );
    this.#units.add(
      values(({ units }) => units),
      file,
      [],
    );
    for (const { axes, rate } of alike) {
      this.#addAxes(axes);
      if (rate !== undefined) this.#rate.add(rate.max);
    }
    const durations = alike.flatMap(({ duration }) => (duration === undefined ? [] : [duration.max]));
    if (durations.length > 0) this.#duration.add(Math.max(...durations));
  }

  build(): SeriesContent {
    const rate = this.#rate.build();
    const duration = this.#duration.build();
    return {
      pattern: this.#pattern,
      type: this.#type,
      files: this.#files,
      perFile: this.#perFile.build()!,
      descriptions: this.#descriptions.build(LISTED_DESCRIPTIONS),
      axes: Array.isArray(this.#axes) ? this.#axes : [],
      dtypes: this.#dtypes.build(4),
      units: this.#units.build(4),
      ...(rate === undefined ? {} : { rate }),
      ...(duration === undefined ? {} : { duration }),
      external: this.#external,
      example: this.#example,
    };
  }

  #addAxes(axes: FileSeries['axes']): void {
    if (axes.length === 0 || this.#axes === 'differ') return;
    const known = this.#axes;
    if (known === undefined) this.#axes = axes.map((axis) => ({ ...axis }));
    else if (known.length !== axes.length) this.#axes = 'differ';
    else {
      for (const [at, axis] of axes.entries()) {
        known[at]!.min = Math.min(known[at]!.min, axis.min);
        known[at]!.max = Math.max(known[at]!.max, axis.max);
      }
    }
  }
}

/** Counts tables of one name. */
class TableTally {
  readonly #pattern: string;
  readonly #type: string;
  readonly #rows = new NumberTally();
  readonly #descriptions: ValueTally;
  readonly #columns = new Map<string, { files: number; descriptions: Map<string, number> }>();
  #moreColumns = 0;
  #files = 0;
  #example = { file: '', location: '' };

  constructor(pattern: string, type: string, budget: PairBudget) {
    this.#pattern = pattern;
    this.#type = type;
    this.#descriptions = new ValueTally(budget);
  }

  add(file: string, table: FileTable): void {
    if (this.#files === 0) this.#example = { file, location: table.path };
    this.#files += 1;
    this.#rows.add(table.rows ?? undefined);
    this.#descriptions.add(listValued(table.description, table.path), file, []);
    this.#moreColumns = Math.max(this.#moreColumns, table.moreColumns);
    for (const { name, description } of table.columns) {
      const column = this.#columns.get(name);
      if (column === undefined && this.#columns.size >= MOST_COLUMNS) continue;
      const counted = column ?? { files: 0, descriptions: new Map<string, number>() };
      this.#columns.set(name, counted);
      counted.files += 1;
      if (description === '' || counted.descriptions.size > 20) continue;
      counted.descriptions.set(description, (counted.descriptions.get(description) ?? 0) + 1);
    }
  }

  build(): TableContent {
    const columns = [...this.#columns]
      .map(([name, { files, descriptions }]) => ({ name, description: mostFrequent(descriptions), files }))
      .sort((a, b) => b.files - a.files);
    const rows = this.#rows.build();
    return {
      pattern: this.#pattern,
      type: this.#type,
      files: this.#files,
      ...(rows === undefined ? {} : { rows }),
      descriptions: this.#descriptions.build(LISTED_DESCRIPTIONS),
      columns: columns.slice(0, LISTED_COLUMNS),
      moreColumns: Math.max(0, columns.length - LISTED_COLUMNS) + this.#moreColumns,
      example: this.#example,
    };
  }
}

/** A subject of one file, with the source of its name. */
export interface FileSubjectKey {
  readonly id: string;
  readonly source: 'record' | 'header' | 'path';
}

/** The subjects of one file: as named in its record, else its header, else its path. */
export function findSubjects({ record, facts, pathSubject }: CountedFile): FileSubjectKey[] {
  const recorded = (record?.subjects ?? []).flatMap(({ identifier }) => identifier ?? []);
  if (recorded.length > 0) return recorded.map((id) => ({ id, source: 'record' as const }));
  const id = facts?.subject?.id;
  if (id !== undefined) return [{ id, source: 'header' }];
  return pathSubject === undefined ? [] : [{ id: pathSubject, source: 'path' }];
}

/**
 * The key of a file's session: its subjects, and the session's name or else its start or else its file.
 * Undefined for a file beside the recordings that is not NWB and names neither, such as settings and notes.
 */
export function findSession(file: CountedFile, subjects: readonly string[]): string | undefined {
  const { record, facts, pathSession, path } = file;
  const [session] = record?.sessions ?? [];
  const name =
    pathSession ?? facts?.session.id ?? session?.identifier ?? facts?.session.start ?? session?.start;
  const whose = subjects.join('\n');
  if (name !== undefined) return `${whose}\n${name}`;
  const isBeside = whose === '' && facts === undefined && !/\.nwb(?:\.zarr)?$/i.test(path);
  return isBeside ? undefined : `${whose}\n\n${path}`;
}

interface DescribedSubject {
  readonly species: readonly Valued[];
  readonly sexes: readonly Valued[];
  readonly genotypes: readonly Valued[];
  readonly strains: readonly Valued[];
  readonly disorders: readonly Valued[];
  readonly age?: Age;
}

/** The subjects of one file as described in its record, else in its header. */
function describeFileSubjects({ record, facts }: CountedFile): DescribedSubject[] {
  const header = facts?.subject;
  const recorded: readonly SubjectDigest[] = record?.subjects ?? [];
  const subjects = recorded.length > 0 ? recorded : header === undefined ? [] : [{}];
  // A header describes one subject; if the record has several, it is not known which one.
  const own = subjects.length === 1 ? header : undefined;
  return subjects.map((subject: SubjectDigest) => {
    const age = parseAge(subject.age?.value, subject.age?.reference) ?? parseAge(own?.age, own?.ageReference);
    return {
      species: either(
        nameSpecies(subject.species && speciesText(subject.species)),
        'wasAttributedTo.species',
        nameSpecies(own?.species),
        'species',
      ),
      sexes: either(
        nameSex(subject.sex && findWord(subject.sex)),
        'wasAttributedTo.sex',
        nameSex(own?.sex),
        'sex',
      ),
      genotypes: either(
        findWords(subject.genotype, LONGEST_NAME),
        'wasAttributedTo.genotype',
        findWords(own?.genotype, LONGEST_NAME),
        'genotype',
      ),
      strains: either(
        findWords(subject.strain && findWord(subject.strain), LONGEST_NAME),
        'wasAttributedTo.strain',
        findWords(own?.strain, LONGEST_NAME),
        'strain',
      ),
      disorders: (subject.disorders ?? []).flatMap((disorder) =>
        listValued(findWord(disorder), 'wasAttributedTo.disorder'),
      ),
      ...(age === undefined ? {} : { age }),
    };
  });
}

function either(
  recorded: string | undefined,
  field: string,
  header: string | undefined,
  name: string,
): Valued[] {
  if (recorded !== undefined) return [{ value: recorded, location: field }];
  return header === undefined ? [] : [{ value: header, location: `/general/subject/${name}` }];
}

/** The species of a term: its name if it is in the vocabulary, else its identifier. */
export function speciesText({ name, identifier }: { name?: string; identifier?: string }): string {
  return name !== undefined && parseSpecies(name) !== undefined ? name : (identifier ?? name ?? '');
}

/** A cache of species by text: thousands of records repeat a few. */
const NAMED_SPECIES = new Map<string, string>();

/** A species in Latin if it is in the vocabulary, else unchanged. */
export function nameSpecies(text: string | undefined): string | undefined {
  const words = findWords(text, LONGEST_NAME);
  if (words === undefined) return undefined;
  const named = NAMED_SPECIES.get(words) ?? parseSpecies(words)?.name ?? words;
  if (NAMED_SPECIES.size < 1_000) NAMED_SPECIES.set(words, named);
  return named;
}

const SEXES: Readonly<Record<string, string>> = {
  m: 'male',
  male: 'male',
  f: 'female',
  female: 'female',
  o: 'other',
  other: 'other',
  xx: 'hermaphrodite',
  hermaphrodite: 'hermaphrodite',
  xo: 'male',
};

/** `male`, `female`, `other` or `hermaphrodite`; undefined for an unknown one. */
export function nameSex(text: string | undefined): string | undefined {
  return findOwn(SEXES, (text ?? '').trim().toLowerCase());
}

function listValued(text: string | undefined, location: string): Valued[] {
  const words = findWords(text, LONGEST_TEXT);
  return words === undefined ? [] : [{ value: words, location }];
}

/** `Neuropixels 1.0 (Probe of the left hemisphere)`, or the name alone where the description repeats it. */
function describeNamed({
  name,
  description,
  path,
}: {
  name: string;
  description: string;
  path: string;
}): Valued {
  const isSame = description === '' || description.toLowerCase() === name.toLowerCase();
  return { value: isSame ? name : `${name} (${shortenText(description, 120)})`, location: path };
}

/** Whole numbers, fractions or neither: series whose data differ in this are counted separately. */
function kindOfDtype(dtype: string | undefined): string {
  if (dtype === undefined) return '';
  if (/^u?int/.test(dtype)) return 'integer';
  return /^(?:float|complex)/.test(dtype) ? 'fraction' : 'other';
}

/** Seconds of a file's longest acquired series. */
function findLongest({ series }: FileFacts): number | undefined {
  const durations = series.flatMap(({ path, type, duration }) =>
    duration === undefined || path.startsWith('/stimulus/') || isEventSeries(type) ? [] : [duration.max],
  );
  return durations.length === 0 ? undefined : Math.max(...durations);
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  let [best, most] = ['', 0];
  for (const [text, files] of counts) if (files > most) [best, most] = [text, files];
  return best;
}

/** Adds a key if there is room: beyond the limit keys are no longer distinguished. */
export function remember(keys: Set<string>, key: string): void {
  if (keys.size < MOST_KEYS) keys.add(key);
}
