/**
 * Reads the metadata of a version (`dandiset.jsonld`): topics, papers, people, licence,
 * and the archive's own summary of its files. Reads schemas of many years leniently, parsed as Python's
 * JSON or JavaScript's; it never throws and returns no e-mail address. Pure.
 */
import { findOwn } from '../own-entry.ts';
import {
  compact,
  distinct,
  findField,
  findKnownText,
  findNumber,
  findParagraphs,
  isObject,
  listElements,
  TEXT_LIMIT,
} from './loose-fields.ts';
import { describeResource, type RelatedResource } from './related-resource.ts';
import {
  findDoi,
  findHttpUrl,
  findOrcid,
  findWord,
  readTerm,
  shortIdentifier,
  withoutPrefix,
} from './terms.ts';

/** A structure, a disorder or another thing that a Dandiset is about. */
export interface Topic {
  readonly kind: 'anatomy' | 'disorder' | 'other';
  readonly name?: string;
  /** In an ontology's short form if possible, such as `UBERON:0001950`. */
  readonly identifier?: string;
}

/** A person or an organization with a part in the Dandiset. */
export interface Contributor {
  readonly kind: 'person' | 'organization';
  readonly name: string;
  /** DataCite's terms without their prefix, such as `ContactPerson`. */
  readonly roles: readonly string[];
  readonly orcid?: string;
  /** Another identifier, such as a ROR of an organization. */
  readonly identifier?: string;
  readonly affiliations: readonly { readonly name?: string; readonly identifier?: string }[];
  /** The number of the award, where the contributor funded it. */
  readonly award?: string;
  readonly url?: string;
  /** False if the metadata exclude the contributor from the citation. */
  readonly isInCitation: boolean;
}

/**
 * The statements of `assetsSummary` about the files. The archive computes it and it is often stale: claims, not
 * counts.
 */
export interface AssetsSummaryClaims {
  readonly subjects?: number;
  readonly files?: number;
  readonly bytes?: number;
  readonly cells?: number;
  readonly samples?: number;
  readonly species: readonly string[];
  readonly approaches: readonly string[];
  readonly techniques: readonly string[];
  readonly variables: readonly string[];
  readonly standards: readonly string[];
}

/** The content of the metadata. Missing lists are empty, missing fields absent. */
export interface MetadataDescription {
  readonly identifier?: string;
  readonly version?: string;
  readonly name?: string;
  readonly description?: string;
  readonly keywords: readonly string[];
  /** SPDX's identifiers, such as `CC-BY-4.0`. */
  readonly licenses: readonly string[];
  readonly about: readonly Topic[];
  readonly studyTargets: readonly string[];
  readonly protocols: readonly { readonly doi?: string; readonly url?: string; readonly text?: string }[];
  readonly ethicsApprovals: readonly { readonly identifier: string; readonly url?: string }[];
  readonly citation?: string;
  readonly acknowledgement?: string;
  readonly contributors: readonly Contributor[];
  /** Projects and grants that produced it. */
  readonly projects: readonly {
    readonly name?: string;
    readonly identifier?: string;
    readonly description?: string;
  }[];
  readonly relatedResources: readonly RelatedResource[];
  readonly created?: string;
  readonly modified?: string;
  readonly published?: string;
  /** Such as `OpenAccess` or `EmbargoedAccess`. */
  readonly access?: string;
  readonly embargoedUntil?: string;
  readonly url?: string;
  /** The DOI of a published version; drafts have none. */
  readonly doi?: string;
  readonly schemaVersion?: string;
  readonly claims: AssetsSummaryClaims;
  /** Number of values left out because of the limits, by field; absent if there are none. */
  readonly omitted?: Readonly<Record<string, number>>;
}

/** Elements of each list at most: real lists have some dozens; 500 authors have been seen elsewhere. */
const LIST_LIMIT = 500;
/** Length of a description at most, in UTF-16 units: real ones are below 10,000. */
const DESCRIPTION_LIMIT = 20_000;

/** The URL that the archive puts into a draft's citation: a draft has no DOI, and this one does not resolve. */
const DRAFT_DOI = /https?:\/\/doi\.org\/10\.\d{4,5}\/dandi\.123456\S*/;

/** Reads the metadata of a version, in any shape. Never throws. */
export function describeMetadata(metadata: unknown): MetadataDescription {
  const lists = {
    keywords: findTexts(metadata, 'keywords'),
    licenses: findTexts(metadata, 'license').map(withoutPrefix),
    about: listObjects(metadata, 'about').flatMap(readTopic),
    studyTargets: findTexts(metadata, 'studyTarget'),
    protocols: listElements(findField(metadata, 'protocol')).flatMap(readProtocol),
    ethicsApprovals: listElements(findField(metadata, 'ethicsApproval')).flatMap(readApproval),
    contributors: listObjects(metadata, 'contributor').flatMap(readContributor),
    projects: listObjects(metadata, 'wasGeneratedBy').flatMap(readProject),
    relatedResources: listElements(findField(metadata, 'relatedResource')).flatMap(
      (each) => describeResource(each) ?? [],
    ),
  };
  const omitted = Object.entries(lists).flatMap(([field, list]) =>
    list.length > LIST_LIMIT ? [[field, list.length - LIST_LIMIT] as const] : [],
  );
  const bounded = Object.entries(lists).map(([field, list]) => [field, list.slice(0, LIST_LIMIT)]);
  return {
    ...compact({
      identifier: findKnownText(findField(metadata, 'identifier')),
      version: findKnownText(findField(metadata, 'version')),
      name: findKnownText(findField(metadata, 'name'), TEXT_LIMIT),
      description: findParagraphs(findField(metadata, 'description'), DESCRIPTION_LIMIT),
      citation: findKnownText(findField(metadata, 'citation'), TEXT_LIMIT)?.replace(DRAFT_DOI, '').trim(),
      acknowledgement: findParagraphs(findField(metadata, 'acknowledgement')),
      created: findKnownText(findField(metadata, 'dateCreated')),
      modified: findKnownText(findField(metadata, 'dateModified')),
      published: findKnownText(findField(metadata, 'datePublished')),
      url: findHttpUrl(findField(metadata, 'url')),
      doi: findDoi(findField(metadata, 'doi')),
      schemaVersion: findKnownText(findField(metadata, 'schemaVersion')),
      ...readAccess(metadata),
    }),
    ...(Object.fromEntries(bounded) as typeof lists),
    claims: readClaims(findField(metadata, 'assetsSummary')),
    ...(omitted.length === 0 ? {} : { omitted: Object.fromEntries(omitted) }),
  };
}

function findTexts(metadata: unknown, field: string): string[] {
  return distinct(
    listElements(findField(metadata, field)).flatMap((each) => findKnownText(each, TEXT_LIMIT) ?? []),
  );
}

function listObjects(metadata: unknown, field: string): readonly unknown[] {
  return listElements(findField(metadata, field)).filter(isObject);
}

const TOPIC_KINDS: Readonly<Record<string, Topic['kind']>> = { Anatomy: 'anatomy', Disorder: 'disorder' };

function readTopic(about: unknown): Topic[] {
  const term = readTerm(about);
  if (term === undefined) return [];
  const kind = findOwn(TOPIC_KINDS, findKnownText(findField(about, 'schemaKey')) ?? '') ?? 'other';
  const { name, identifier } = term;
  return [
    {
      kind,
      ...compact({ name, identifier: identifier === undefined ? undefined : shortIdentifier(identifier) }),
    },
  ];
}

function readProtocol(protocol: unknown): MetadataDescription['protocols'][number][] {
  const stated = isObject(protocol)
    ? (findField(protocol, 'url') ?? findField(protocol, 'identifier'))
    : protocol;
  const [doi, url] = [findDoi(stated), findHttpUrl(stated)];
  const text = doi === undefined && url === undefined ? findKnownText(stated) : undefined;
  const described = compact({ doi, url, text });
  return Object.keys(described).length === 0 ? [] : [described];
}

function readApproval(approval: unknown): MetadataDescription['ethicsApprovals'][number][] {
  const identifier = findKnownText(isObject(approval) ? findField(approval, 'identifier') : approval);
  if (identifier === undefined) return [];
  const contact = listElements(findField(approval, 'contactPoint'))[0];
  return [{ identifier, ...compact({ url: findHttpUrl(findField(contact, 'url')) }) }];
}

function readContributor(contributor: unknown): Contributor[] {
  const name = findKnownText(findField(contributor, 'name'));
  if (name === undefined) return [];
  const stated = findKnownText(findField(contributor, 'identifier'));
  const orcid = findOrcid(stated);
  const affiliations = listElements(findField(contributor, 'affiliation')).flatMap(
    (each) => readTerm(each) ?? [],
  );
  return [
    {
      kind: findKnownText(findField(contributor, 'schemaKey')) === 'Organization' ? 'organization' : 'person',
      name,
      roles: findTexts(contributor, 'roleName').map(withoutPrefix),
      ...compact({
        orcid,
        identifier: orcid === undefined ? stated : undefined,
        award: findKnownText(findField(contributor, 'awardNumber')),
        url: findHttpUrl(findField(contributor, 'url')),
      }),
      affiliations: affiliations.slice(0, AFFILIATION_LIMIT),
      isInCitation: findField(contributor, 'includeInCitation') !== false,
    },
  ];
}

/** Affiliations of one contributor at most. */
const AFFILIATION_LIMIT = 20;

function readProject(project: unknown): MetadataDescription['projects'][number][] {
  const kind = findKnownText(findField(project, 'schemaKey'));
  if (kind !== undefined && kind !== 'Project') return [];
  const described = compact({
    name: findKnownText(findField(project, 'name')),
    identifier: findKnownText(findField(project, 'identifier')),
    description: findKnownText(findField(project, 'description'), TEXT_LIMIT),
  });
  return Object.keys(described).length === 0 ? [] : [described];
}

/** The strictest of the access requirements: an embargo beside open access is an embargo. */
function readAccess(metadata: unknown): { access: string | undefined; embargoedUntil: string | undefined } {
  const requirements = listObjects(metadata, 'access');
  const stated = requirements
    .flatMap((each) => findKnownText(findField(each, 'status')) ?? [])
    .map(withoutPrefix);
  const until = requirements.flatMap((each) => findKnownText(findField(each, 'embargoedUntil')) ?? []);
  return {
    access: stated.find((status) => status !== 'OpenAccess') ?? stated[0],
    embargoedUntil: until[0],
  };
}

function readClaims(summary: unknown): AssetsSummaryClaims {
  const names = (field: string): string[] =>
    distinct(
      listElements(findField(summary, field)).flatMap((each) => {
        const term = readTerm(
          isObject(each) && findField(each, 'name') === undefined ? (findField(each, 'value') ?? each) : each,
        );
        return term === undefined ? [] : [findWord(term)];
      }),
    ).slice(0, LIST_LIMIT);
  return {
    ...compact({
      subjects: findNumber(findField(summary, 'numberOfSubjects')),
      files: findNumber(findField(summary, 'numberOfFiles')),
      bytes: findNumber(findField(summary, 'numberOfBytes')),
      cells: findNumber(findField(summary, 'numberOfCells')),
      samples: findNumber(findField(summary, 'numberOfSamples')),
    }),
    species: names('species'),
    approaches: names('approach'),
    techniques: names('measurementTechnique'),
    variables: names('variableMeasured'),
    standards: names('dataStandard'),
  };
}
