/**
 * Digests one asset record of a manifest: subjects, samples, sessions, approach, technique and
 * measured variables. Schemas since 0.4.4 are read leniently: a field that is absent or of another kind is
 * ignored, and nothing here throws. Pure; the facts over all files are counted from the digests.
 */
import {
  compact,
  distinct,
  findField,
  findKnownText,
  findNumber,
  findParagraphs,
  findText,
  isObject,
  listElements,
  NAME_LIMIT,
  unwrapElement,
} from './loose-fields.ts';
import { describeResource, type RelatedResource } from './related-resource.ts';
import { type AgeDigest, findWord, readAge, readTerm, type Term } from './terms.ts';

/** A subject in one record (`Participant`). Values are quoted from the record. */
export interface SubjectDigest {
  /** Absent if the record describes a subject without naming it. */
  readonly identifier?: string;
  readonly species?: Term;
  readonly strain?: Term;
  readonly sex?: Term;
  readonly age?: AgeDigest;
  readonly genotype?: string;
  readonly cellLine?: string;
  readonly disorders?: readonly Term[];
}

/** A sample from which the file was derived (`BioSample`): a cell, a slice, a tissue. */
export interface SampleDigest {
  readonly identifier: string;
  /** Such as `cell`, `slice`, `tissue`. */
  readonly type?: string;
  readonly anatomy?: readonly Term[];
  /** The identifier of the sample from which this one was taken. */
  readonly parent?: string;
}

/** A session that produced the file. At least one field is present. */
export interface SessionDigest {
  readonly identifier?: string;
  readonly name?: string;
  readonly description?: string;
  /** As stated in the record, mostly ISO 8601 with an offset. */
  readonly start?: string;
  readonly end?: string;
}

/** The digest of one asset record. Missing lists are empty. */
export interface RecordDigest {
  readonly path?: string;
  /** Bytes. */
  readonly size?: number;
  readonly encodingFormat?: string;
  readonly dataType?: string;
  readonly schemaVersion?: string;
  /** When the file's bytes were last changed, as stated in the record. */
  readonly blobDateModified?: string;
  readonly dateModified?: string;
  readonly datePublished?: string;
  readonly subjects: readonly SubjectDigest[];
  readonly samples: readonly SampleDigest[];
  readonly sessions: readonly SessionDigest[];
  readonly approaches: readonly string[];
  readonly techniques: readonly string[];
  /** Such as `ElectricalSeries`. */
  readonly variables: readonly string[];
  readonly keywords: readonly string[];
  readonly anatomy: readonly Term[];
  readonly relatedResources: readonly RelatedResource[];
  /** Number of values left out because of the limits, by field; absent if there are none. */
  readonly omitted?: Readonly<Partial<Record<ListField, number>>>;
}

type ListField =
  | 'subjects'
  | 'samples'
  | 'sessions'
  | 'approaches'
  | 'techniques'
  | 'variables'
  | 'keywords'
  | 'anatomy'
  | 'relatedResources';

/** Values of each kind in one record's digest at most: most records name one or two. */
const LIMITS: Readonly<Record<ListField, number>> = {
  subjects: 100,
  samples: 50,
  sessions: 20,
  approaches: 30,
  techniques: 30,
  variables: 100,
  keywords: 50,
  anatomy: 30,
  relatedResources: 30,
};
/** Length of a session's description and of a genotype at most, in UTF-16 units. */
const DESCRIPTION_LIMIT = 1_000;
/** Levels of parent samples that are followed at most; real ones have three (cell, slice, tissue). */
const SAMPLE_DEPTH = 8;
/** Elements of one list that are read at most: a genuine record has fewer. */
const LOOKED_AT = 5_000;

/** The digest of an asset record of any shape. Never throws. */
export function buildRecordDigest(record: unknown): RecordDigest {
  const attributed = findList(record, 'wasAttributedTo');
  const samples = readSamples(record);
  const found: Readonly<Record<ListField, readonly unknown[]>> = {
    subjects: distinct([...attributed, ...samples.attributed].flatMap(readSubject), JSON.stringify),
    samples: samples.digests,
    sessions: distinct(findList(record, 'wasGeneratedBy').flatMap(readSession), JSON.stringify),
    approaches: readWords(record, 'approach'),
    techniques: readWords(record, 'measurementTechnique'),
    variables: distinct(findList(record, 'variableMeasured').flatMap(readVariable)),
    keywords: distinct(findList(record, 'keywords').flatMap((keyword) => findKnownText(keyword) ?? [])),
    anatomy: distinct(
      findList(record, 'about').flatMap((about) =>
        findText(findField(about, 'schemaKey')) === 'Anatomy' ? (readTerm(about) ?? []) : [],
      ),
      JSON.stringify,
    ),
    relatedResources: findList(record, 'relatedResource').flatMap((each) => describeResource(each) ?? []),
  };
  const omitted = Object.entries(LIMITS).flatMap(([field, limit]) => {
    const more = found[field as ListField].length - limit;
    return more > 0 ? [[field, more] as const] : [];
  });
  return {
    ...compact({
      path: findPath(record),
      size: findNumber(findField(record, 'contentSize')),
      encodingFormat: findText(findField(record, 'encodingFormat')),
      dataType: word(findField(record, 'dataType')),
      schemaVersion: findText(findField(record, 'schemaVersion')),
      blobDateModified: findText(findField(record, 'blobDateModified')),
      dateModified: findText(findField(record, 'dateModified')),
      datePublished: findText(findField(record, 'datePublished')),
    }),
    ...(Object.fromEntries(
      Object.entries(LIMITS).map(([field, limit]) => [field, found[field as ListField].slice(0, limit)]),
    ) as unknown as Pick<RecordDigest, ListField>),
    ...(omitted.length === 0 ? {} : { omitted: Object.fromEntries(omitted) }),
  };
}

/** The path unchanged, so that it matches its file. */
function findPath(record: unknown): string | undefined {
  const path = findField(record, 'path');
  return typeof path === 'string' && path !== '' ? path : undefined;
}

function findList(record: unknown, field: string): readonly unknown[] {
  return listElements(findField(record, field)).slice(0, LOOKED_AT).map(unwrapElement);
}

function word(value: unknown): string | undefined {
  const term = readTerm(value);
  return term === undefined ? undefined : findWord(term);
}

function readWords(record: unknown, field: string): string[] {
  return distinct(findList(record, field).flatMap((each) => word(each) ?? []));
}

/** Older schemas have `{ value: 'Units' }`, newer ones may have a bare text or a term. */
function readVariable(variable: unknown): string[] {
  const name = isObject(variable)
    ? (findKnownText(findField(variable, 'value')) ?? word(variable))
    : findKnownText(variable);
  return name === undefined ? [] : [name];
}

/** Participants; people and organisations may be attributed to as well, but are not subjects. */
function readSubject(participant: unknown): SubjectDigest[] {
  if (!isObject(participant)) return [];
  const kind = findText(findField(participant, 'schemaKey')) ?? 'Participant';
  if (kind !== 'Participant') return [];
  const disorders = listElements(findField(participant, 'disorder'))
    .slice(0, LIMITS.anatomy)
    .flatMap((disorder) => readTerm(disorder) ?? []);
  const subject = compact({
    identifier: findText(findField(participant, 'identifier')),
    species: readTerm(findField(participant, 'species')),
    strain: readTerm(findField(participant, 'strain')),
    sex: readTerm(findField(participant, 'sex')),
    age: readAge(findField(participant, 'age')),
    genotype: findGenotype(findField(participant, 'genotype')),
    cellLine: word(findField(participant, 'cellLine')),
    disorders: disorders.length === 0 ? undefined : disorders,
  });
  return Object.keys(subject).length === 0 ? [] : [subject as SubjectDigest];
}

/** A text, or a list of loci with their alleles as `Pvalb: Cre/wt`. */
function findGenotype(genotype: unknown): string | undefined {
  const element = unwrapElement(genotype);
  if (!isObject(element) && !Array.isArray(element)) return findKnownText(element, DESCRIPTION_LIMIT);
  const loci = listElements(element)
    .slice(0, LIMITS.anatomy)
    .flatMap((each) => {
      if (!isObject(each)) return findKnownText(each) ?? [];
      const alleles = listElements(findField(each, 'alleles')).flatMap(
        (allele) =>
          findKnownText(findField(allele, 'alleleSymbol')) ??
          findKnownText(isObject(allele) ? findField(allele, 'identifier') : allele) ??
          [],
      );
      const locus = findKnownText(findField(each, 'locus'));
      const text = [locus, alleles.slice(0, LIMITS.anatomy).join('/')].filter(Boolean).join(': ');
      return text === '' ? [] : text;
    });
  return loci.length === 0 ? undefined : findKnownText(loci.join('; '), DESCRIPTION_LIMIT);
}

/** Sessions, without the activity in which dandi-cli wrote the record, and without projects. */
function readSession(activity: unknown): SessionDigest[] {
  if (!isObject(activity)) return [];
  const kind = findText(findField(activity, 'schemaKey'));
  const identifier = findText(findField(activity, 'identifier'));
  if (kind !== 'Session' && (kind !== undefined || identifier === undefined)) return [];
  const name = findText(findField(activity, 'name'));
  const description = findKnownText(findParagraphs(findField(activity, 'description')), DESCRIPTION_LIMIT);
  const session = compact({
    identifier,
    // Most records repeat one of the earlier texts here.
    name: name === identifier ? undefined : name,
    description: description === name && name !== identifier ? undefined : description,
    start: findText(findField(activity, 'startDate')),
    end: findText(findField(activity, 'endDate')),
  });
  return Object.keys(session).length === 0 ? [] : [session as SessionDigest];
}

/**
 * Samples and their parent samples, nearest first, and the subjects to which they are attributed. Both may be in
 * either field.
 */
function readSamples(record: unknown): { digests: SampleDigest[]; attributed: unknown[] } {
  const digests: SampleDigest[] = [];
  const attributed: unknown[] = [];
  let level = [...findList(record, 'wasDerivedFrom'), ...findList(record, 'wasAttributedTo')].filter(
    isSample,
  );
  for (let depth = 0; depth < SAMPLE_DEPTH && level.length > 0; depth += 1) {
    for (const sample of level) {
      attributed.push(...findList(sample, 'wasAttributedTo'));
      digests.push(...readSample(sample));
    }
    level = level
      .flatMap((sample) => findList(sample, 'wasDerivedFrom').filter(isSample))
      .slice(0, LOOKED_AT);
  }
  return { digests: distinct(digests, JSON.stringify), attributed: attributed.slice(0, LOOKED_AT) };
}

function isSample(value: unknown): boolean {
  if (!isObject(value)) return false;
  const kind = findText(findField(value, 'schemaKey'));
  return kind === 'BioSample' || (kind === undefined && findField(value, 'sampleType') !== undefined);
}

function readSample(sample: unknown): SampleDigest[] {
  const identifier = findText(findField(sample, 'identifier'), NAME_LIMIT);
  if (identifier === undefined) return [];
  const anatomy = listElements(findField(sample, 'anatomy'))
    .slice(0, LIMITS.anatomy)
    .flatMap((each) => readTerm(each) ?? []);
  const parent = findList(sample, 'wasDerivedFrom').find(isSample);
  return [
    {
      identifier,
      ...compact({
        type: word(findField(sample, 'sampleType')),
        anatomy: anatomy.length === 0 ? undefined : anatomy,
        parent: findText(findField(parent, 'identifier')),
      }),
    },
  ];
}
