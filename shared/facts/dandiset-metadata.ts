/**
 * What a version's metadata (`dandiset.jsonld`) say of the whole: what it is about, papers, people, licence,
 * and what the archive's own summary of its files claims. Loosely read from schemas of many years, by Python's
 * JSON or JavaScript's; nothing throws, and no e-mail address comes out. Pure.
 */
import {
  compact,
  distinct,
  elementsOf,
  fieldOf,
  isObject,
  knownTextOf,
  numberOf,
  paragraphsOf,
  TEXT_LIMIT,
} from './loose-fields.ts';
import { describeResource, type RelatedResource } from './related-resource.ts';
import { findDoi, findOrcid, httpUrlOf, shortIdentifier, termOf, withoutPrefix, wordOf } from './terms.ts';

/** A structure, a disorder or another thing that a Dandiset is about. */
export interface Topic {
  readonly kind: 'anatomy' | 'disorder' | 'other';
  readonly name?: string;
  /** In an ontology's short form where it is one's, such as `UBERON:0001950`. */
  readonly identifier?: string;
}

/** A person or an organization with a part in the Dandiset. */
export interface Contributor {
  readonly kind: 'person' | 'organization';
  readonly name: string;
  /** DataCite's words without their prefix, such as `ContactPerson`. */
  readonly roles: readonly string[];
  readonly orcid?: string;
  /** Another identifier, such as a ROR of an organization. */
  readonly identifier?: string;
  readonly affiliations: readonly { readonly name?: string; readonly identifier?: string }[];
  /** The number of the award, where the contributor funded it. */
  readonly award?: string;
  readonly url?: string;
  /** False where the metadata keep the contributor out of the citation. */
  readonly isInCitation: boolean;
}

/** What `assetsSummary` claims of the files. The archive computes it and it is often stale: claims, not counts. */
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

/** What the metadata say. Lists are empty and fields absent where they say nothing. */
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
  /** Projects and grants in which it came about. */
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
  /** How many more there were of what the bounds left out, by field; absent where nothing was. */
  readonly leftOut?: Readonly<Record<string, number>>;
}

/** The most that is kept of each list: real ones have at most some dozens; 500 authors have been seen elsewhere. */
const LIST_LIMIT = 500;
/** The longest description that is kept, in UTF-16 units: real ones are below 10,000. */
const DESCRIPTION_LIMIT = 20_000;

/** The address that the archive puts into a draft's citation: a draft has no DOI, and this one leads nowhere. */
const DRAFT_DOI = /https?:\/\/doi\.org\/10\.\d{4,5}\/dandi\.123456\S*/;

/** What the metadata of a version say, whatever they are. Never throws. */
export function describeMetadata(metadata: unknown): MetadataDescription {
  const lists = {
    keywords: textsOf(metadata, 'keywords'),
    licenses: textsOf(metadata, 'license').map(withoutPrefix),
    about: objectsOf(metadata, 'about').flatMap(topicOf),
    studyTargets: textsOf(metadata, 'studyTarget'),
    protocols: elementsOf(fieldOf(metadata, 'protocol')).flatMap(protocolOf),
    ethicsApprovals: elementsOf(fieldOf(metadata, 'ethicsApproval')).flatMap(approvalOf),
    contributors: objectsOf(metadata, 'contributor').flatMap(contributorOf),
    projects: objectsOf(metadata, 'wasGeneratedBy').flatMap(projectOf),
    relatedResources: elementsOf(fieldOf(metadata, 'relatedResource')).flatMap(
      (each) => describeResource(each) ?? [],
    ),
  };
  const leftOut = Object.entries(lists).flatMap(([field, list]) =>
    list.length > LIST_LIMIT ? [[field, list.length - LIST_LIMIT] as const] : [],
  );
  const bounded = Object.entries(lists).map(([field, list]) => [field, list.slice(0, LIST_LIMIT)]);
  return {
    ...compact({
      identifier: knownTextOf(fieldOf(metadata, 'identifier')),
      version: knownTextOf(fieldOf(metadata, 'version')),
      name: knownTextOf(fieldOf(metadata, 'name'), TEXT_LIMIT),
      description: paragraphsOf(fieldOf(metadata, 'description'), DESCRIPTION_LIMIT),
      citation: knownTextOf(fieldOf(metadata, 'citation'), TEXT_LIMIT)?.replace(DRAFT_DOI, '').trim(),
      acknowledgement: paragraphsOf(fieldOf(metadata, 'acknowledgement')),
      created: knownTextOf(fieldOf(metadata, 'dateCreated')),
      modified: knownTextOf(fieldOf(metadata, 'dateModified')),
      published: knownTextOf(fieldOf(metadata, 'datePublished')),
      url: httpUrlOf(fieldOf(metadata, 'url')),
      doi: findDoi(fieldOf(metadata, 'doi')),
      schemaVersion: knownTextOf(fieldOf(metadata, 'schemaVersion')),
      ...accessOf(metadata),
    }),
    ...(Object.fromEntries(bounded) as typeof lists),
    claims: claimsOf(fieldOf(metadata, 'assetsSummary')),
    ...(leftOut.length === 0 ? {} : { leftOut: Object.fromEntries(leftOut) }),
  };
}

function textsOf(metadata: unknown, field: string): string[] {
  return distinct(
    elementsOf(fieldOf(metadata, field)).flatMap((each) => knownTextOf(each, TEXT_LIMIT) ?? []),
  );
}

function objectsOf(metadata: unknown, field: string): readonly unknown[] {
  return elementsOf(fieldOf(metadata, field)).filter(isObject);
}

const TOPIC_KINDS: Readonly<Record<string, Topic['kind']>> = { Anatomy: 'anatomy', Disorder: 'disorder' };

function topicOf(about: unknown): Topic[] {
  const term = termOf(about);
  if (term === undefined) return [];
  const kind = TOPIC_KINDS[knownTextOf(fieldOf(about, 'schemaKey')) ?? ''] ?? 'other';
  const { name, identifier } = term;
  return [
    {
      kind,
      ...compact({ name, identifier: identifier === undefined ? undefined : shortIdentifier(identifier) }),
    },
  ];
}

function protocolOf(protocol: unknown): MetadataDescription['protocols'][number][] {
  const stated = isObject(protocol)
    ? (fieldOf(protocol, 'url') ?? fieldOf(protocol, 'identifier'))
    : protocol;
  const [doi, url] = [findDoi(stated), httpUrlOf(stated)];
  const text = doi === undefined && url === undefined ? knownTextOf(stated) : undefined;
  const described = compact({ doi, url, text });
  return Object.keys(described).length === 0 ? [] : [described];
}

function approvalOf(approval: unknown): MetadataDescription['ethicsApprovals'][number][] {
  const identifier = knownTextOf(isObject(approval) ? fieldOf(approval, 'identifier') : approval);
  if (identifier === undefined) return [];
  const contact = elementsOf(fieldOf(approval, 'contactPoint'))[0];
  return [{ identifier, ...compact({ url: httpUrlOf(fieldOf(contact, 'url')) }) }];
}

function contributorOf(contributor: unknown): Contributor[] {
  const name = knownTextOf(fieldOf(contributor, 'name'));
  if (name === undefined) return [];
  const stated = knownTextOf(fieldOf(contributor, 'identifier'));
  const orcid = findOrcid(stated);
  const affiliations = elementsOf(fieldOf(contributor, 'affiliation')).flatMap((each) => termOf(each) ?? []);
  return [
    {
      kind: knownTextOf(fieldOf(contributor, 'schemaKey')) === 'Organization' ? 'organization' : 'person',
      name,
      roles: textsOf(contributor, 'roleName').map(withoutPrefix),
      ...compact({
        orcid,
        identifier: orcid === undefined ? stated : undefined,
        award: knownTextOf(fieldOf(contributor, 'awardNumber')),
        url: httpUrlOf(fieldOf(contributor, 'url')),
      }),
      affiliations: affiliations.slice(0, AFFILIATION_LIMIT),
      isInCitation: fieldOf(contributor, 'includeInCitation') !== false,
    },
  ];
}

/** The most affiliations kept of one contributor. */
const AFFILIATION_LIMIT = 20;

function projectOf(project: unknown): MetadataDescription['projects'][number][] {
  const kind = knownTextOf(fieldOf(project, 'schemaKey'));
  if (kind !== undefined && kind !== 'Project') return [];
  const described = compact({
    name: knownTextOf(fieldOf(project, 'name')),
    identifier: knownTextOf(fieldOf(project, 'identifier')),
    description: knownTextOf(fieldOf(project, 'description'), TEXT_LIMIT),
  });
  return Object.keys(described).length === 0 ? [] : [described];
}

/** The strictest of what the requirements state: an embargo beside an open access is an embargo. */
function accessOf(metadata: unknown): { access: string | undefined; embargoedUntil: string | undefined } {
  const requirements = objectsOf(metadata, 'access');
  const stated = requirements
    .flatMap((each) => knownTextOf(fieldOf(each, 'status')) ?? [])
    .map(withoutPrefix);
  const until = requirements.flatMap((each) => knownTextOf(fieldOf(each, 'embargoedUntil')) ?? []);
  return {
    access: stated.find((status) => status !== 'OpenAccess') ?? stated[0],
    embargoedUntil: until[0],
  };
}

function claimsOf(summary: unknown): AssetsSummaryClaims {
  const names = (field: string): string[] =>
    distinct(
      elementsOf(fieldOf(summary, field)).flatMap((each) => {
        const term = termOf(
          isObject(each) && fieldOf(each, 'name') === undefined ? (fieldOf(each, 'value') ?? each) : each,
        );
        return term === undefined ? [] : [wordOf(term)];
      }),
    ).slice(0, LIST_LIMIT);
  return {
    ...compact({
      subjects: numberOf(fieldOf(summary, 'numberOfSubjects')),
      files: numberOf(fieldOf(summary, 'numberOfFiles')),
      bytes: numberOf(fieldOf(summary, 'numberOfBytes')),
      cells: numberOf(fieldOf(summary, 'numberOfCells')),
      samples: numberOf(fieldOf(summary, 'numberOfSamples')),
    }),
    species: names('species'),
    approaches: names('approach'),
    techniques: names('measurementTechnique'),
    variables: names('variableMeasured'),
    standards: names('dataStandard'),
  };
}
