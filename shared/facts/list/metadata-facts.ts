/** Facts in the metadata of the version, with the owners' own words marked as claims. Pure. */

import { findSpecies, isSpeciesName } from '../../vocabulary/species.ts';
import type { MetadataDescription } from '../dandiset-metadata.ts';
import { quoteText } from '../fact-words.ts';
import { shortenText } from '../plain-words.ts';
import { type FactDrafts, NAMED } from './fact-drafts.ts';
import { listText } from './texts.ts';

/** Title, description, subjects of study, licence, citation, people, related resources. */
export function addMetadataFacts(metadata: MetadataDescription, drafts: FactDrafts): void {
  const field = (location: string) => [{ file: '', location }];
  if (metadata.name !== undefined)
    drafts.claim('title', `Title: ${shortenText(metadata.name, 400)}`, { title: metadata.name }, 'name', 1);
  if (metadata.description !== undefined) {
    const text = shortenText(metadata.description, 4_000);
    drafts.claim('owners', `The owners' description: ${quoteText(text)}`, {}, 'description', 1);
  }
  for (const { kind, name, identifier } of metadata.about) {
    const text = name ?? identifier;
    if (text !== undefined)
      drafts.claim(
        kind === 'anatomy' ? 'region' : kind === 'disorder' ? 'disorder' : 'keyword',
        `The metadata say that it is about: ${text}`,
        { [kind]: text },
        'about',
        2,
      );
  }
  for (const target of metadata.studyTargets.slice(0, 3))
    drafts.claim(
      'owners',
      `Study target, as the owners state it: ${quoteText(shortenText(target, 400))}`,
      {},
      'studyTarget',
      2,
    );
  if (metadata.keywords.length > 0) {
    const named = listText(metadata.keywords, NAMED * 2);
    drafts.claim('keyword', `Keywords of the owners: ${named}`, { keywords: named }, 'keywords', 3);
  }
  if (metadata.licenses.length > 0) {
    const licence = metadata.licenses.join(', ');
    drafts.push(
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
    drafts.push(
      'publication',
      `DOI of this version: ${metadata.doi}`,
      { doi: metadata.doi },
      { kind: 'dandiset' },
      'metadata',
      field('doi'),
      2,
    );
  if (metadata.citation !== undefined) {
    const citation = shortenText(shortenAuthors(metadata.citation), 700);
    drafts.push(
      'publication',
      `How to cite, as the archive gives it: ${quoteText(citation)}`,
      { citation },
      { kind: 'dandiset' },
      'metadata',
      field('citation'),
      4,
    );
  }
  for (const resource of metadata.relatedResources.slice(0, NAMED)) {
    const what = resource.doi ?? resource.url ?? resource.identifier ?? resource.name;
    if (what === undefined) continue;
    const relation = resource.relation ?? 'is related to';
    const name =
      resource.name === undefined || resource.name === what ? '' : ` (${shortenText(resource.name, 160)})`;
    drafts.push(
      'related',
      `Related resource, ${relation}: ${what}${name}`,
      { resource: what, ...(resource.doi === undefined ? {} : { doi: resource.doi }) },
      { kind: 'dandiset' },
      'metadata',
      field('relatedResource'),
      3,
    );
  }
  for (const [label, people] of [
    ['Contributors', metadata.contributors.filter(({ isInCitation }) => isInCitation)],
    ['Contact', metadata.contributors.filter(({ roles }) => roles.includes('ContactPerson'))],
  ] as const) {
    if (people.length === 0) continue;
    const names = people.map(({ name }) => name);
    drafts.push(
      'contributor',
      `${label}: ${listText(names, NAMED)}`,
      {},
      { kind: 'dandiset' },
      'metadata',
      field('contributor'),
      5,
    );
  }
  for (const { name, award } of metadata.contributors
    .filter(({ roles }) => roles.includes('Funder'))
    .slice(0, 5))
    drafts.push(
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
    drafts.push(
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
      drafts.push(
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
    drafts.push(
      'contributor',
      `Ethics approval: ${shortenText(identifier, 160)}`,
      {},
      { kind: 'dandiset' },
      'metadata',
      field('ethicsApproval'),
      5,
    );
}

/** The species in the archive's own summary, for files that state none. */
export function addStatedSpecies({ claims }: MetadataDescription, drafts: FactDrafts): void {
  const names = claims.species.filter(isSpeciesName).map((name) => {
    const species = findSpecies(name);
    return species === undefined ? name : `${species.latin} (${species.singular})`;
  });
  if (names.length === 0) return;
  const listed = listText([...new Set(names)], NAMED);
  drafts.push(
    'species',
    `Species, by the archive's own summary (assetsSummary): ${listed}`,
    { species: listed },
    { kind: 'dandiset' },
    'metadata',
    [{ file: '', location: 'assetsSummary.species' }],
    1,
  );
}

/** Most authors named in a citation; the rest become `et al.`. */
const MOST_AUTHORS = 8;

/** Shortens a long list of authors in a citation of DANDI's form, which would hide title and URL. */
export function shortenAuthors(citation: string): string {
  const [, authors = '', rest = ''] = /^(.*?)( \(\d{4}\) .*)$/s.exec(citation) ?? [];
  const names = authors.split('; ');
  return names.length <= MOST_AUTHORS
    ? citation
    : `${names.slice(0, MOST_AUTHORS).join('; ')}; et al.${rest}`;
}
