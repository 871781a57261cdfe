/**
 * What one asset record of a manifest says of its file: subjects, samples, sessions, approach, technique and
 * what was measured. Schemas since 0.4.4 are read loosely: a field that is absent or of another kind says
 * nothing, and nothing here throws. Pure; the facts over all files are counted from these.
 */
import {
  compact,
  distinct,
  elementOf,
  elementsOf,
  fieldOf,
  isObject,
  knownTextOf,
  NAME_LIMIT,
  numberOf,
  paragraphsOf,
  textOf,
} from './loose-fields.ts';
import { describeResource, type RelatedResource } from './related-resource.ts';
import { type AgeDigest, ageOf, type Term, termOf, wordOf } from './terms.ts';

/** A subject as one record describes it (`Participant`). Values are the record's own words. */
export interface SubjectDigest {
  /** Absent where the record describes a subject without naming it. */
  readonly identifier?: string;
  readonly species?: Term;
  readonly strain?: Term;
  readonly sex?: Term;
  readonly age?: AgeDigest;
  readonly genotype?: string;
  readonly cellLine?: string;
  readonly disorders?: readonly Term[];
}

/** A sample that the file was derived from (`BioSample`): a cell, a slice, a tissue. */
export interface SampleDigest {
  readonly identifier: string;
  /** Such as `cell`, `slice`, `tissue`. */
  readonly type?: string;
  readonly anatomy?: readonly Term[];
  /** The identifier of the sample that this one was taken from. */
  readonly parent?: string;
}

/** A session in which the file came about. At least one field is there. */
export interface SessionDigest {
  readonly identifier?: string;
  readonly name?: string;
  readonly description?: string;
  /** As the record states it, mostly ISO 8601 with an offset. */
  readonly start?: string;
  readonly end?: string;
}

/** What one asset record says. Lists are empty where the record says nothing. */
export interface RecordDigest {
  readonly path?: string;
  /** Bytes. */
  readonly size?: number;
  readonly encodingFormat?: string;
  readonly dataType?: string;
  readonly schemaVersion?: string;
  /** When the file's bytes were last changed, as the record states it. */
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
  /** How many more there were of what the bounds left out, by field; absent where nothing was. */
  readonly leftOut?: Readonly<Partial<Record<ListField, number>>>;
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

/** The most that one record's digest keeps of each: a record names one or two of most of them. */
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
/** Longest description of a session and longest genotype that are kept, in UTF-16 units. */
const DESCRIPTION_LIMIT = 1_000;
/** Samples above one another that are followed; real ones have three (cell, slice, tissue). */
const SAMPLE_DEPTH = 8;
/** Elements of one list that are looked at: a record with more is no honest one. */
const LOOKED_AT = 5_000;

/** The digest of an asset record, whatever it is. Never throws. */
export function buildRecordDigest(record: unknown): RecordDigest {
  const attributed = listOf(record, 'wasAttributedTo');
  const samples = samplesOf(record);
  const found: Readonly<Record<ListField, readonly unknown[]>> = {
    subjects: distinct([...attributed, ...samples.attributed].flatMap(subjectOf), JSON.stringify),
    samples: samples.digests,
    sessions: distinct(listOf(record, 'wasGeneratedBy').flatMap(sessionOf), JSON.stringify),
    approaches: wordsOf(record, 'approach'),
    techniques: wordsOf(record, 'measurementTechnique'),
    variables: distinct(listOf(record, 'variableMeasured').flatMap(variableOf)),
    keywords: distinct(listOf(record, 'keywords').flatMap((keyword) => knownTextOf(keyword) ?? [])),
    anatomy: distinct(
      listOf(record, 'about').flatMap((about) =>
        textOf(fieldOf(about, 'schemaKey')) === 'Anatomy' ? (termOf(about) ?? []) : [],
      ),
      JSON.stringify,
    ),
    relatedResources: listOf(record, 'relatedResource').flatMap((each) => describeResource(each) ?? []),
  };
  const leftOut = Object.entries(LIMITS).flatMap(([field, limit]) => {
    const more = found[field as ListField].length - limit;
    return more > 0 ? [[field, more] as const] : [];
  });
  return {
    ...compact({
      path: pathOf(record),
      size: numberOf(fieldOf(record, 'contentSize')),
      encodingFormat: textOf(fieldOf(record, 'encodingFormat')),
      dataType: word(fieldOf(record, 'dataType')),
      schemaVersion: textOf(fieldOf(record, 'schemaVersion')),
      blobDateModified: textOf(fieldOf(record, 'blobDateModified')),
      dateModified: textOf(fieldOf(record, 'dateModified')),
      datePublished: textOf(fieldOf(record, 'datePublished')),
    }),
    ...(Object.fromEntries(
      Object.entries(LIMITS).map(([field, limit]) => [field, found[field as ListField].slice(0, limit)]),
    ) as unknown as Pick<RecordDigest, ListField>),
    ...(leftOut.length === 0 ? {} : { leftOut: Object.fromEntries(leftOut) }),
  };
}

/** The path to the letter, so that it finds its file again. */
function pathOf(record: unknown): string | undefined {
  const path = fieldOf(record, 'path');
  return typeof path === 'string' && path !== '' ? path : undefined;
}

function listOf(record: unknown, field: string): readonly unknown[] {
  return elementsOf(fieldOf(record, field)).slice(0, LOOKED_AT).map(elementOf);
}

function word(value: unknown): string | undefined {
  const term = termOf(value);
  return term === undefined ? undefined : wordOf(term);
}

function wordsOf(record: unknown, field: string): string[] {
  return distinct(listOf(record, field).flatMap((each) => word(each) ?? []));
}

/** Older schemas have `{ value: 'Units' }`, newer ones may have a bare text or a term. */
function variableOf(variable: unknown): string[] {
  const name = isObject(variable)
    ? (knownTextOf(fieldOf(variable, 'value')) ?? word(variable))
    : knownTextOf(variable);
  return name === undefined ? [] : [name];
}

/** Participants; people and organisations may be attributed to as well, and are no subjects. */
function subjectOf(participant: unknown): SubjectDigest[] {
  if (!isObject(participant)) return [];
  const kind = textOf(fieldOf(participant, 'schemaKey')) ?? 'Participant';
  if (kind !== 'Participant') return [];
  const disorders = elementsOf(fieldOf(participant, 'disorder'))
    .slice(0, LIMITS.anatomy)
    .flatMap((disorder) => termOf(disorder) ?? []);
  const subject = compact({
    identifier: textOf(fieldOf(participant, 'identifier')),
    species: termOf(fieldOf(participant, 'species')),
    strain: termOf(fieldOf(participant, 'strain')),
    sex: termOf(fieldOf(participant, 'sex')),
    age: ageOf(fieldOf(participant, 'age')),
    genotype: genotypeOf(fieldOf(participant, 'genotype')),
    cellLine: word(fieldOf(participant, 'cellLine')),
    disorders: disorders.length === 0 ? undefined : disorders,
  });
  return Object.keys(subject).length === 0 ? [] : [subject as SubjectDigest];
}

/** A text, or a list of loci with their alleles as `Pvalb: Cre/wt`. */
function genotypeOf(genotype: unknown): string | undefined {
  const element = elementOf(genotype);
  if (!isObject(element) && !Array.isArray(element)) return knownTextOf(element, DESCRIPTION_LIMIT);
  const loci = elementsOf(element)
    .slice(0, LIMITS.anatomy)
    .flatMap((each) => {
      if (!isObject(each)) return knownTextOf(each) ?? [];
      const alleles = elementsOf(fieldOf(each, 'alleles')).flatMap(
        (allele) =>
          knownTextOf(fieldOf(allele, 'alleleSymbol')) ??
          knownTextOf(isObject(allele) ? fieldOf(allele, 'identifier') : allele) ??
          [],
      );
      const locus = knownTextOf(fieldOf(each, 'locus'));
      const text = [locus, alleles.slice(0, LIMITS.anatomy).join('/')].filter(Boolean).join(': ');
      return text === '' ? [] : text;
    });
  return loci.length === 0 ? undefined : knownTextOf(loci.join('; '), DESCRIPTION_LIMIT);
}

/** Sessions; the activity in which dandi-cli wrote the record, and projects, are none. */
function sessionOf(activity: unknown): SessionDigest[] {
  if (!isObject(activity)) return [];
  const kind = textOf(fieldOf(activity, 'schemaKey'));
  const identifier = textOf(fieldOf(activity, 'identifier'));
  if (kind !== 'Session' && (kind !== undefined || identifier === undefined)) return [];
  const name = textOf(fieldOf(activity, 'name'));
  const description = knownTextOf(paragraphsOf(fieldOf(activity, 'description')), DESCRIPTION_LIMIT);
  const session = compact({
    identifier,
    // Most records repeat one of the others here.
    name: name === identifier ? undefined : name,
    description: description === name && name !== identifier ? undefined : description,
    start: textOf(fieldOf(activity, 'startDate')),
    end: textOf(fieldOf(activity, 'endDate')),
  });
  return Object.keys(session).length === 0 ? [] : [session as SessionDigest];
}

/** Samples and the samples above them, nearest first, and whom those are attributed to. Both may stand in either field. */
function samplesOf(record: unknown): { digests: SampleDigest[]; attributed: unknown[] } {
  const digests: SampleDigest[] = [];
  const attributed: unknown[] = [];
  let level = [...listOf(record, 'wasDerivedFrom'), ...listOf(record, 'wasAttributedTo')].filter(isSample);
  for (let depth = 0; depth < SAMPLE_DEPTH && level.length > 0; depth += 1) {
    for (const sample of level) {
      attributed.push(...listOf(sample, 'wasAttributedTo'));
      digests.push(...sampleOf(sample));
    }
    level = level.flatMap((sample) => listOf(sample, 'wasDerivedFrom').filter(isSample)).slice(0, LOOKED_AT);
  }
  return { digests: distinct(digests, JSON.stringify), attributed: attributed.slice(0, LOOKED_AT) };
}

function isSample(value: unknown): boolean {
  if (!isObject(value)) return false;
  const kind = textOf(fieldOf(value, 'schemaKey'));
  return kind === 'BioSample' || (kind === undefined && fieldOf(value, 'sampleType') !== undefined);
}

function sampleOf(sample: unknown): SampleDigest[] {
  const identifier = textOf(fieldOf(sample, 'identifier'), NAME_LIMIT);
  if (identifier === undefined) return [];
  const anatomy = elementsOf(fieldOf(sample, 'anatomy'))
    .slice(0, LIMITS.anatomy)
    .flatMap((each) => termOf(each) ?? []);
  const parent = listOf(sample, 'wasDerivedFrom').find(isSample);
  return [
    {
      identifier,
      ...compact({
        type: word(fieldOf(sample, 'sampleType')),
        anatomy: anatomy.length === 0 ? undefined : anatomy,
        parent: textOf(fieldOf(parent, 'identifier')),
      }),
    },
  ];
}
