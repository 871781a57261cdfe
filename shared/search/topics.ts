/**
 * The topics of a text by the vocabulary: marks that are in the index beside words, so that `mouse` finds
 * `Mus musculus` and `hippocampus` finds CA1. Pure.
 */
import { typeAncestors } from '../vocabulary/neurodata-types.ts';
import { findRegionMentions, findRegions, regionAncestors } from '../vocabulary/regions.ts';
import { findSpecies, findSpeciesInProse, isSpeciesName } from '../vocabulary/species.ts';
import { findTaskMentions, taskAncestors } from '../vocabulary/tasks.ts';
import {
  findTechnique,
  findTechniqueMentions,
  findTechniquesByType,
  techniqueAncestors,
} from '../vocabulary/techniques.ts';
import type { SearchDocument, SearchTopics } from './search-document.ts';

/** The kinds of marks; an id has a prefix that no word has. */
export const MARKS = { species: '=s:', region: '=r:', technique: '=t:', task: '=k:', type: '=n:' } as const;

/** How often a mark counts in the files, the metadata or the title, compared with the prose. */
const STATED = 3;

/** Marks with their counts. */
export type MarkCounts = Map<string, number>;

/** A document's own topics, and their parents: a region's parent, a technique's kind, a type's base. */
export interface DocumentMarks {
  readonly own: MarkCounts;
  readonly broader: MarkCounts;
}

/** The marks of a document. */
export function buildMarks(document: Omit<SearchDocument, 'topics'>): DocumentMarks {
  const own: MarkCounts = new Map();
  const add = (mark: string, count = 1): void => void own.set(mark, (own.get(mark) ?? 0) + count);
  for (const name of document.speciesNames.filter(isSpeciesName)) {
    const species = findSpecies(name);
    if (species !== undefined) own.set(MARKS.species + species.taxonId, STATED);
  }
  if (own.size === 0) {
    const prose = [document.title, document.description, document.keywords.join('\n')].join('\n');
    for (const { taxonId } of findSpeciesInProse(prose)) add(MARKS.species + taxonId);
  }
  const locations = document.locations.flatMap(findRegions).map(({ id }) => id);
  for (const id of new Set(locations)) add(MARKS.region + id, STATED);
  for (const name of document.approaches) {
    const technique = findTechnique(name);
    if (technique !== undefined) add(MARKS.technique + technique.id, STATED);
  }
  for (const type of document.neurodataTypes) {
    add(MARKS.type + type, STATED);
    for (const { id } of findTechniquesByType(type)) add(MARKS.technique + id);
  }
  for (const keyword of [document.title, ...document.keywords]) addProse(keyword, STATED, add);
  addProse(document.summary, 1, add);
  addProse(document.description, 1, add);
  for (const name of [...document.devices, ...document.names]) addProse(name, 1, add);
  return { own, broader: findBroader(own) };
}

function addProse(text: string, count: number, add: (mark: string, count: number) => void): void {
  for (const { term } of findRegionMentions(text)) add(MARKS.region + term.id, count);
  for (const { term } of findTechniqueMentions(text)) add(MARKS.technique + term.id, count);
  for (const { term } of findTaskMentions(text)) add(MARKS.task + term.id, count);
}

/** The parents of each kind of mark. */
const ANCESTORS: readonly (readonly [mark: string, (id: string) => string[]])[] = [
  [MARKS.region, regionAncestors],
  [MARKS.technique, techniqueAncestors],
  [MARKS.task, taskAncestors],
  [MARKS.type, typeAncestors],
];

function findBroader(own: MarkCounts): MarkCounts {
  const broader: MarkCounts = new Map();
  for (const [mark, count] of own) {
    for (const [sign, ancestors] of ANCESTORS) {
      if (!mark.startsWith(sign)) continue;
      for (const id of ancestors(mark.slice(sign.length))) {
        broader.set(sign + id, Math.max(broader.get(sign + id) ?? 0, count));
      }
    }
  }
  return broader;
}

/** Ids in a list of topics at most; prose that names more is a survey of the field. */
const MAX_TOPICS = 24;

/** The topics of a document as lists of ids, the most specific first. */
export function findTopics({ own }: DocumentMarks): SearchTopics {
  const of = (sign: string): string[] =>
    [...own]
      .filter(([mark]) => mark.startsWith(sign))
      .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
      .slice(0, MAX_TOPICS)
      .map(([mark]) => mark.slice(sign.length));
  return {
    species: of(MARKS.species).map(Number),
    regions: of(MARKS.region),
    techniques: of(MARKS.technique),
    tasks: of(MARKS.task),
  };
}
