/** Small search documents for tests. */
import type { SearchDocument } from '../../shared/search/search-document.ts';
import { buildMarks, findTopics } from '../../shared/search/topics.ts';

/** A document with the fields that a test sets. */
export function searchDocument(
  id: number,
  parts: Partial<Omit<SearchDocument, 'id' | 'topics'>> = {},
): SearchDocument {
  const document = {
    id: String(id).padStart(6, '0'),
    version: 'draft',
    updated: '2026-01-01T00:00:00.000Z',
    modelId: 'deterministic',
    title: `Study ${id}`,
    summary: '',
    description: '',
    keywords: [],
    approaches: [],
    neurodataTypes: [],
    devices: [],
    contributors: [],
    names: [],
    speciesNames: [],
    locations: [],
    numbers: {},
    licenses: ['CC-BY-4.0'],
    ...parts,
  };
  return { ...document, topics: findTopics(buildMarks(document)) };
}
