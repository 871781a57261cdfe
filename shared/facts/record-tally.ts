/**
 * What all asset records of a version say, counted one by one as the manifest is read: kinds of files with
 * their sizes, subjects, what each field holds in how many files, and paths that stand twice. Bounded in
 * memory at any number of records; pure but for its own counts.
 */
import { compareByteOrder } from '../header/byte-order.ts';
import { comparableIdentifier, type PathEntities, parsePathEntities } from './path-entities.ts';
import type { RecordDigest } from './record-digest.ts';
import { SubjectCounts, type SubjectField, type SubjectTally, wordsOfSubject } from './subject-tally.ts';
import { wordOf } from './terms.ts';
import { type CountedValue, hashOf, REPORTED_VALUES, ValueCounts } from './value-counts.ts';

/** Files of one kind. */
export interface KindTally {
  /** The extension, such as `.nwb`. */
  readonly kind: string;
  readonly files: number;
  readonly bytes: number;
}

/** A path that more than one record has. */
export interface DuplicatePath {
  readonly path: string;
  readonly records: number;
}

/** The values of one field, or of one key of paths. */
export interface FieldTally {
  /** Files that tell the field at all. */
  readonly files: number;
  /** Those that most files hold first, then in byte order; at most `REPORTED_VALUES`. */
  readonly values: readonly (CountedValue & {
    /** In how many subjects; only for fields of subjects. */
    readonly subjects?: number;
  })[];
  /** How many distinct values there were, also those that are not among `values`. */
  readonly distinct: number;
}

/** What is counted of each record beside its subjects. */
const RECORD_FIELDS = {
  approach: (record) => record.approaches,
  technique: (record) => record.techniques,
  variable: (record) => record.variables,
  keyword: (record) => record.keywords,
  anatomy: (record) =>
    [...record.anatomy, ...record.samples.flatMap(({ anatomy = [] }) => anatomy)].map(wordOf),
  sampleType: (record) => record.samples.flatMap(({ type }) => type ?? []),
  sessionName: (record) => record.sessions.flatMap(({ name }) => name ?? []),
  sessionDescription: (record) => record.sessions.flatMap(({ description }) => description ?? []),
  encodingFormat: ({ encodingFormat }) => (encodingFormat === undefined ? [] : [encodingFormat]),
  dataType: ({ dataType }) => (dataType === undefined ? [] : [dataType]),
} as const satisfies Record<string, (record: RecordDigest) => readonly string[]>;

/** What is counted of each path beside its entities. */
const PATH_FIELDS = {
  modality: (path) => path.modalities,
  suffix: ({ suffix }) => (suffix === undefined ? [] : [suffix]),
  datatype: ({ datatype }) => (datatype === undefined ? [] : [datatype]),
  area: ({ area }) => (area === undefined ? [] : [area]),
  pipeline: ({ pipeline }) => (pipeline === undefined ? [] : [pipeline]),
} as const satisfies Record<string, (path: PathEntities) => readonly string[]>;

/** A field that is counted. */
export type TalliedField = SubjectField | keyof typeof RECORD_FIELDS | keyof typeof PATH_FIELDS;

/** What all records say. */
export interface RecordTallyReport {
  /** Records; of a path that stands twice, each. */
  readonly files: number;
  readonly bytes: number;
  /** Files that describe a dataset rather than being data of it, such as `participants.tsv`. */
  readonly descriptions: number;
  /** Most files first, then by name. */
  readonly kinds: readonly KindTally[];
  /** In byte order, at most a hundred. */
  readonly duplicates: readonly DuplicatePath[];
  /** How many paths more than one record has. */
  readonly duplicatePaths: number;
  /** Those of most files first, at most `REPORTED_SUBJECTS`. */
  readonly subjects: readonly SubjectTally[];
  /** How many distinct subjects the records name. */
  readonly distinctSubjects: number;
  /** Files whose record names at least one subject. */
  readonly filesWithSubject: number;
  /** Subjects by the paths alone, as far as the records name none: `sub-01` of a file without a Participant. */
  readonly subjectsOfPathsOnly: number;
  /** Distinct sessions: by the record's identifier, else by the path's; the same name in two subjects is two. */
  readonly sessions: number;
  /** The earliest and the latest start of a session, by the instant; absent where none is told. */
  readonly firstStart?: string;
  readonly lastStart?: string;
  /** Distinct samples by the records. */
  readonly samples: number;
  /** Fields that no file tells are absent. */
  readonly fields: Readonly<Partial<Record<TalliedField, FieldTally>>>;
  /** The entities of paths by key; keys of most files first, then in byte order. */
  readonly entities: readonly (FieldTally & { readonly key: string })[];
}

/** Paths that stand twice, named one by one. */
const REPORTED_DUPLICATES = 100;
/** Paths that stand twice, held while counting. */
const HELD_DUPLICATES = 10_000;
/** Keys of entities that are counted; real Dandisets have about ten. */
const ENTITY_KEYS = 200;
/** Kinds of files that are told apart; further ones are counted together. */
const KINDS = 1_000;

/** Counts asset records one by one. */
export class RecordTally {
  #files = 0;
  #bytes = 0;
  #descriptions = 0;
  #filesWithSubject = 0;
  #start: { readonly first: string; readonly last: string } | undefined;
  readonly #kinds = new Map<string, { files: number; bytes: number }>();
  readonly #paths = new Set<number>();
  readonly #duplicates = new Map<string, number>();
  readonly #subjects = new SubjectCounts();
  readonly #subjectsOfPaths = new Set<number>();
  readonly #subjectsOfRecords = new Set<number>();
  readonly #sessions = new Set<number>();
  readonly #samples = new Set<number>();
  readonly #fields = new Map<TalliedField, Tallied>();
  readonly #entities = new Map<string, Tallied>();

  /** Counts one record. `path` is what its path tells, where the caller has it already. */
  add(record: RecordDigest, path: PathEntities = parsePathEntities(record.path ?? '')): void {
    this.#files += 1;
    if (path.isDescription) this.#descriptions += 1;
    this.#addSize(path.kind, Math.max(0, record.size ?? 0));
    this.#addPath(record.path);
    this.#addSubjects(record, path);
    this.#addSessions(record, path);
    for (const { identifier } of record.samples) this.#samples.add(hashOf(identifier));
    for (const [field, valuesOf] of Object.entries(RECORD_FIELDS))
      count(this.#fields, field, valuesOf(record));
    for (const [field, valuesOf] of Object.entries(PATH_FIELDS)) count(this.#fields, field, valuesOf(path));
    for (const { key, value } of path.entities) {
      if (this.#entities.has(key) || this.#entities.size < ENTITY_KEYS) count(this.#entities, key, [value]);
    }
  }

  /** What the records so far say. */
  report(): RecordTallyReport {
    const subjectsByWord = this.#subjects.subjectsByWord();
    return {
      files: this.#files,
      bytes: this.#bytes,
      descriptions: this.#descriptions,
      kinds: [...this.#kinds]
        .map(([kind, counts]) => ({ kind, ...counts }))
        .sort((a, b) => b.files - a.files || compareByteOrder(a.kind, b.kind)),
      duplicates: [...this.#duplicates]
        .sort(([a], [b]) => compareByteOrder(a, b))
        .slice(0, REPORTED_DUPLICATES)
        .map(([path, records]) => ({ path, records })),
      duplicatePaths: this.#duplicates.size,
      subjects: this.#subjects.report(),
      distinctSubjects: this.#subjects.distinct,
      filesWithSubject: this.#filesWithSubject,
      subjectsOfPathsOnly: [...this.#subjectsOfPaths].filter((hash) => !this.#subjectsOfRecords.has(hash))
        .length,
      sessions: this.#sessions.size,
      ...(this.#start === undefined ? {} : { firstStart: this.#start.first, lastStart: this.#start.last }),
      samples: this.#samples.size,
      fields: Object.fromEntries(
        [...this.#fields].map(([field, tallied]) => [
          field,
          reportOf(tallied, subjectsByWord.get(field as SubjectField)),
        ]),
      ),
      entities: [...this.#entities]
        .map(([key, tallied]) => ({ key, ...reportOf(tallied) }))
        .sort((a, b) => b.files - a.files || compareByteOrder(a.key, b.key)),
    };
  }

  #addSize(kind: string, bytes: number): void {
    this.#bytes += bytes;
    const told = this.#kinds.has(kind) || this.#kinds.size < KINDS ? kind : 'other';
    const { files, bytes: before } = this.#kinds.get(told) ?? { files: 0, bytes: 0 };
    this.#kinds.set(told, { files: files + 1, bytes: before + bytes });
  }

  #addPath(path: string | undefined): void {
    if (path === undefined) return;
    const hash = hashOf(path);
    if (!this.#paths.has(hash)) this.#paths.add(hash);
    else if (this.#duplicates.has(path) || this.#duplicates.size < HELD_DUPLICATES) {
      this.#duplicates.set(path, (this.#duplicates.get(path) ?? 1) + 1);
    }
  }

  #addSubjects({ subjects }: RecordDigest, path: PathEntities): void {
    this.#subjects.addFile(subjects);
    const named = subjects.flatMap(({ identifier }) => identifier ?? []);
    if (named.length > 0) this.#filesWithSubject += 1;
    for (const identifier of named) this.#subjectsOfRecords.add(hashOf(comparableIdentifier(identifier)));
    if (named.length === 0 && path.subject !== undefined) {
      this.#subjectsOfPaths.add(hashOf(comparableIdentifier(path.subject)));
    }
    const words = new Map<SubjectField, Set<string>>();
    for (const subject of subjects) {
      for (const [field, found] of wordsOfSubject(subject)) {
        const all = words.get(field) ?? new Set();
        words.set(field, all);
        for (const word of found) all.add(word);
      }
    }
    for (const [field, found] of words) count(this.#fields, field, [...found]);
  }

  #addSessions({ sessions, subjects }: RecordDigest, path: PathEntities): void {
    const subject = comparableIdentifier(subjects[0]?.identifier ?? path.subject ?? '');
    const named = sessions.flatMap(({ identifier }) => identifier ?? []);
    const identifiers = named.length > 0 ? named : path.session === undefined ? [] : [path.session];
    for (const each of identifiers) this.#sessions.add(hashOf(`${subject}\n${comparableIdentifier(each)}`));
    for (const { start } of sessions) this.#addStart(start);
  }

  #addStart(start: string | undefined): void {
    if (start === undefined || Number.isNaN(Date.parse(start))) return;
    const { first, last } = this.#start ?? { first: start, last: start };
    this.#start = {
      first: Date.parse(start) < Date.parse(first) ? start : first,
      last: Date.parse(start) > Date.parse(last) ? start : last,
    };
  }
}

interface Tallied {
  files: number;
  readonly counts: ValueCounts;
}

function count<K extends string>(into: Map<K, Tallied>, key: string, values: readonly string[]): void {
  if (values.length === 0) return;
  const tallied = into.get(key as K) ?? { files: 0, counts: new ValueCounts() };
  into.set(key as K, tallied);
  tallied.files += 1;
  tallied.counts.addFile(values);
}

function reportOf({ files, counts }: Tallied, subjects?: ReadonlyMap<string, number>): FieldTally {
  const { values, distinct } = counts.report(REPORTED_VALUES);
  if (subjects === undefined) return { files, values, distinct };
  const withSubjects = values.map((each) => {
    const having = subjects.get(each.value);
    return having === undefined ? each : { ...each, subjects: having };
  });
  return { files, values: withSubjects, distinct };
}
