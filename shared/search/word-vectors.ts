/** Counts for the index how often each stem and each mark is in each field of a document. Pure. */
import type { SearchDocument } from './search-document.ts';
import { findStems } from './stems.ts';
import { buildMarks } from './topics.ts';

/** The fields of the index, by their number in the index. */
export const FIELDS = ['title', 'topics', 'summary', 'description', 'names', 'broader'] as const;

/** The name of a field. */
export type Field = (typeof FIELDS)[number];

/** The terms of one field with their counts. */
export type FieldTerms = ReadonlyMap<string, number>;

/** One document's terms, by the fields' numbers. */
export type DocumentTerms = readonly FieldTerms[];

/** Longest stem that is indexed: longer ones are hashes and encoded bytes. */
const MAX_STEM = 40;
/** Terms of one field that are indexed at most. */
const MAX_TERMS = 1_500;

/** Counts the terms of a document. */
export function countTerms(document: SearchDocument): DocumentTerms {
  const { own, broader } = buildMarks(document);
  const { title, summary, description, keywords, speciesNames, locations, approaches } = document;
  const { neurodataTypes, devices, contributors, names } = document;
  const topics = countStems([...keywords, ...speciesNames, ...locations, ...approaches]);
  for (const [mark, count] of own) topics.set(mark, count);
  return [
    countStems([title, `DANDI:${document.id}`, document.id]),
    topics,
    countStems([summary]),
    countStems([description]),
    countStems([...neurodataTypes, ...devices, ...contributors, ...names]),
    broader,
  ];
}

function countStems(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const stem of findStems(text)) {
      if (stem.length > MAX_STEM || (counts.size >= MAX_TERMS && !counts.has(stem))) continue;
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  return counts;
}
