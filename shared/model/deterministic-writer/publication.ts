/**
 * Describes how the data may be used and cited, from the metadata: licence, DOI, citation and publications. Pure.
 */

import type { MetadataDescription } from '../../facts/dandiset-metadata.ts';
import { numberText } from '../../facts/fact-words.ts';
import type { RelatedResource } from '../../facts/related-resource.ts';
import { findOwn } from '../../own-entry.ts';
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, sayOfFiles } from './facts-at-hand.ts';
import { capitalize, countShown, joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** Most related resources reported. */
const MOST_RELATED = 3;

/** DataCite's relations in words; resources with other relations are not reported. */
const RELATIONS: Readonly<Record<string, string>> = {
  IsDescribedBy: 'described in',
  IsPublishedIn: 'published in',
  IsSupplementTo: 'a supplement to',
  IsSupplementedBy: 'supplemented by',
  IsCitedBy: 'cited by',
  IsReferencedBy: 'referred to by',
  IsSourceOf: 'the source of',
  IsDerivedFrom: 'derived from',
  IsPartOf: 'part of',
  IsContinuedBy: 'continued by',
  Continues: 'a continuation of',
  IsDocumentedBy: 'documented in',
  IsReviewedBy: 'reviewed in',
  IsRequiredBy: 'required by',
};

/** Most authors named in a citation; the rest become `et al.`. */
const MOST_AUTHORS = 8;

/** Shortens a long list of authors in a citation, which would hide title and URL. */
function shortenAuthors(citation: string): string {
  const [, authors = '', rest = ''] = /^(.*?)( \(\d{4}\) .*)$/s.exec(citation) ?? [];
  const names = authors.split('; ');
  return names.length <= MOST_AUTHORS
    ? citation
    : `${names.slice(0, MOST_AUTHORS).join('; ')}; et al.${rest}`;
}

/** Writes the sentences; licence and DOI are always reported, even if there are none. */
export function writePublication(at: FactsAtHand): Sentence[] {
  const { dandiset } = at.facts;
  const { metadata, index } = at;
  const { licenses, doi, citation } = metadata;
  const licence =
    licenses.length === 0
      ? 'The metadata state no licence.'
      : `The licence is ${joinWords(licenses.map((name) => flattenText(name, 60)))}.`;
  return [
    buildSentence(licence, index.about('licence')),
    buildSentence(
      doi === undefined
        ? 'This version has no DOI in its metadata.'
        : `The DOI of this version is ${flattenText(doi, 200)}.`,
      index.beginning('DOI of this version'),
    ),
    ...describeRelated(metadata, index),
    ...describeNamedPublications(at),
    citation === undefined
      ? buildSentence(
          `The metadata give no citation; cite as DANDI:${dandiset.id}/${dandiset.version}.`,
          index.about('title', 'publication'),
        )
      : buildSentence(
          `Cite as: ${endWithStop(flattenText(shortenAuthors(citation), 700))}`,
          index.about('contributor', 'publication'),
        ),
  ];
}

/** The related resources of the metadata, grouped by relation: `described in A and B`. */
function describeRelated({ relatedResources }: MetadataDescription, index: FactsAtHand['index']): Sentence[] {
  const reported = relatedResources.flatMap((resource): { relation: string; what: string }[] => {
    const relation = findOwn(RELATIONS, resource.relation ?? '');
    const what = findAddress(resource);
    return relation === undefined || what === undefined ? [] : [{ relation, what }];
  });
  if (reported.length === 0) return [];
  const shown = reported.slice(0, MOST_RELATED);
  const relations = [...new Set(shown.map(({ relation }) => relation))].map((relation) => {
    const addresses = shown.filter((each) => each.relation === relation).map(({ what }) => what);
    return `${relation} ${joinWords([...new Set(addresses)])}`;
  });
  return [
    buildSentence(
      `By its metadata it is ${joinWords(relations)}.`,
      index.naming(
        ['related'],
        shown.map(({ what }) => what),
      ),
    ),
  ];
}

/** Publications that the files name and the metadata do not. */
function describeNamedPublications(at: FactsAtHand): Sentence[] {
  const related = at.metadata.relatedResources.flatMap((resource) => findAddress(resource) ?? []).join(' ');
  const named = at.contents.all.publications.values.flatMap(({ value }) => readDoi(value) ?? []);
  const dois = [...new Set(named)].filter(
    (doi) => doi !== TUTORIAL_DOI && !related.toLowerCase().includes(doi.toLowerCase()),
  );
  if (dois.length === 0) return [];
  const [shown, noun] = [
    dois.slice(0, countShown(dois.length, MOST_RELATED)),
    dois.length === 1 ? 'publication' : 'publications',
  ];
  const rest = dois.length - shown.length;
  return [
    buildSentence(
      `${capitalize(sayOfFiles(at, 'name'))} the ${noun} ${joinWords([...shown.map((doi) => `doi:${doi}`), ...(rest > 0 ? [`${numberText(rest)} more`] : [])])}.`,
      at.index.about('publication'),
    ),
  ];
}

/** The DOI in the tutorial for writing NWB, which some files copied. */
const TUTORIAL_DOI = '10.1016/j.neuron.2016.12.011';

/** Reads the DOI from a file's field for publications. */
function readDoi(value: string): string | undefined {
  return /\b10\.\d{4,9}\/[^\s"'<>]+/.exec(value)?.[0].replace(/[.,;)\]]+$/, '');
}

function findAddress({ doi, url, name }: RelatedResource): string | undefined {
  return doi === undefined
    ? (url ?? (name === undefined ? undefined : `“${flattenText(name, 160)}”`))
    : `doi:${doi}`;
}

function endWithStop(text: string): string {
  return /[.?!…]$/.test(text) || /\S*https?:\S*$/.test(text) ? text : `${text}.`;
}
