/**
 * Describes how the data may be used and cited, from the metadata: licence, DOI, citation and publications. Pure.
 */

import type { MetadataDescription } from '../../facts/dandiset-metadata.ts';
import { numberText } from '../../facts/fact-words.ts';
import { shortenAuthors } from '../../facts/list/metadata-facts.ts';
import type { RelatedResource } from '../../facts/related-resource.ts';
import { findOwn } from '../../own-entry.ts';
import { flattenText } from '../plain-text.ts';
import { type FactsAtHand, isOneFile } from './facts-at-hand.ts';
import { countShown, joinSome, joinWords } from './phrases.ts';
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

/** Licence, DOI and how to cite always, be it that there are none; between them publications, funders and contacts. */
export function writePublication(at: FactsAtHand): Sentence[] {
  const { metadata, index } = at;
  return [
    writeLicence(at),
    ...describeRelated(metadata, index),
    ...describeNamedPublications(at),
    ...describeFunders(metadata, index),
    ...describeContacts(metadata, index),
    ...writeCitation(at),
  ];
}

/** The licence, or that there is none. */
export function writeLicence({ metadata: { licenses }, index }: FactsAtHand): Sentence {
  const licence =
    licenses.length === 0
      ? 'The metadata state no licence.'
      : `The licence is ${joinWords(licenses.map((name) => flattenText(name, 60)))}.`;
  return buildSentence(licence, index.about('licence'));
}

/** The DOI, or that a draft has none, and how to cite. */
export function writeCitation({ facts: { dandiset }, metadata, index }: FactsAtHand): Sentence[] {
  const { doi, citation } = metadata;
  const ids = [
    ...index.beginning('DOI of this version'),
    ...index.about('title', 'contributor'),
    ...(doi === undefined ? index.about('publication') : []),
  ];
  const own = `DANDI:${dandiset.id}/${dandiset.version}`;
  // The archive gives each published version a DOI, whether or not the metadata state it.
  const state =
    doi === undefined
      ? dandiset.version === 'draft'
        ? 'This version has no DOI'
        : undefined
      : `The DOI of this version is ${flattenText(doi, 200)}`;
  const cite =
    citation === undefined
      ? [state === undefined ? `Cite as ${own}.` : `${state}; cite as ${own}.`]
      : [
          ...(state === undefined ? [] : [`${state}.`]),
          `Cite as: ${endWithStop(flattenText(shortenAuthors(citation), 700))}`,
        ];
  return cite.map((sentence) => buildSentence(sentence, ids));
}

/** Funders named, and awards of one. */
const MOST_FUNDERS = 4;

/** Who paid, with the numbers of awards: `National Institute of Mental Health (U19MH114830 and R01MH109556)`. */
function describeFunders({ contributors }: MetadataDescription, index: FactsAtHand['index']): Sentence[] {
  const awards = new Map<string, string[]>();
  for (const { name, roles, award } of contributors) {
    if (!roles.includes('Funder')) continue;
    const known = awards.get(name) ?? [];
    const isNumber = award !== undefined && award.length <= 40 && !/https?:/.test(award);
    awards.set(name, isNumber && !known.includes(award) ? [...known, award] : known);
  }
  if (awards.size === 0) return [];
  const named = [...awards].map(([name, numbers]) => {
    const shown = numbers
      .slice(0, countShown(numbers.length, MOST_FUNDERS))
      .map((each) => flattenText(each, 40));
    return `${flattenText(name, 100).replace(/\s*\([A-Z]{2,6}\)$/, '')}${shown.length === 0 ? '' : ` (${joinWords(shown)})`}`;
  });
  return [buildSentence(`Funding: ${joinSome(named, MOST_FUNDERS, 'funders')}.`, index.beginning('Funder'))];
}

/** People to be asked named. */
const MOST_CONTACTS = 2;

function describeContacts({ contributors }: MetadataDescription, index: FactsAtHand['index']): Sentence[] {
  const people = contributors.filter(
    ({ kind, roles }) => kind === 'person' && roles.includes('ContactPerson'),
  );
  // A name of two letters is taken for a word.
  const isShort = people.some(({ name }) =>
    name.split(/[\s,]+/).some((part) => part.length < 2 + 1 && !/\./.test(part) && part.length > 1),
  );
  if (people.length === 0 || people.length > MOST_CONTACTS + 1 || isShort) return [];
  const names = people.map(({ name }) => {
    const [family = '', given] = flattenText(name, 80).split(/,\s*/);
    return given === undefined ? family : `${given} ${family}`;
  });
  return [
    buildSentence(
      `${names.length === 1 ? 'The contact is' : 'The contacts are'} ${joinWords(names)}.`,
      index.about('contributor'),
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
      `It is ${joinWords(relations)}.`,
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
      `The ${noun} named in the ${isOneFile(at) ? 'file' : 'files'} ${dois.length === 1 ? 'is' : 'are'} ${joinWords([...shown.map((doi) => `doi:${doi}`), ...(rest > 0 ? [`${numberText(rest)} more`] : [])])}.`,
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
