/** The object of the search index: it is read back unchanged, and damage is reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDocuments,
  decodeIndex,
  decodeTexts,
  encodeIndex,
  readStamps,
  SearchIndexDamagedError,
  withTerms,
} from '../../shared/search/index-file.ts';
import { SearchIndex } from '../../shared/search/search-index.ts';
import { searchDocument } from './documents.ts';

const anyDocument = fc
  .record({
    id: fc.integer({ min: 0, max: 999_999 }),
    title: fc.string(),
    summary: fc.lorem({ maxCount: 30 }),
    description: fc.string(),
    keywords: fc.array(fc.lorem({ maxCount: 2 }), { maxLength: 4 }),
    locations: fc.subarray(['CA1', 'VISp', 'unknown']),
    neurodataTypes: fc.subarray(['Units', 'LFP', 'LabOwnType']),
  })
  .map(({ id, ...parts }) => searchDocument(id, parts));
const anyDocuments = fc.uniqueArray(anyDocument, { selector: ({ id }) => id, maxLength: 8 });

describe('the object of an index', () => {
  it('returns every document with its terms, sorted by id', () => {
    fc.assert(
      fc.property(anyDocuments, (documents) => {
        const indexed = documents
          .map(withTerms)
          .sort((one, other) => (one.document.id < other.document.id ? -1 : 1));
        const decoded = decodeDocuments(encodeIndex(documents.map(withTerms)));
        expect(decoded.map(({ document }) => document)).toEqual(indexed.map(({ document }) => document));
        for (const [at, { terms }] of decoded.entries()) {
          for (const [field, counted] of terms.entries())
            expect(new Map([...counted].sort())).toEqual(new Map([...indexed[at]!.terms[field]!].sort()));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lists its contents in its head, and has its texts in a separate part', () => {
    const documents = [searchDocument(2, { summary: 'gratings' }), searchDocument(1, { summary: 'maze' })];
    const bytes = encodeIndex(documents.map(withTerms));
    expect(readStamps(bytes)).toEqual({
      isCurrent: true,
      stamps: ['000001', '000002'].map((id) => ({
        id,
        version: 'draft',
        updated: '2026-01-01T00:00:00.000Z',
      })),
    });
    expect(decodeTexts(bytes).map(({ summary }) => summary)).toEqual(['maze', 'gratings']);
    let readings = 0;
    const index = new SearchIndex(decodeIndex(bytes), () => {
      readings += 1;
      return decodeTexts(bytes);
    });
    expect(index.rowsWith('maze').size).toBe(1);
    expect(readings).toBe(0);
    expect([index.listTexts(1).summary, index.listTexts(0).summary, readings]).toEqual([
      'gratings',
      'maze',
      1,
    ]);
  });

  it('causes a named error or is intact after damage at any byte', () => {
    const bytes = encodeIndex(
      [1, 2, 3].map((id) => withTerms(searchDocument(id, { summary: 'Words of a study.' }))),
    );
    const outcome = (body: Uint8Array): unknown => {
      try {
        const { rows, postings } = decodeIndex(body);
        // What is accepted is valid: no posting refers to a row that does not exist.
        expect(postings.rows.every((row) => row < rows.length)).toBe(true);
        return rows.length;
      } catch (error) {
        return error;
      }
    };
    for (let length = 0; length < bytes.length; length += 7) {
      const found = outcome(bytes.subarray(0, length));
      if (typeof found !== 'number') expect(found).toBeInstanceOf(SearchIndexDamagedError);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at]! ^= change;
        const found = outcome(damaged);
        if (typeof found !== 'number') expect(found).toBeInstanceOf(SearchIndexDamagedError);
      }),
      { numRuns: 300 },
    );
    expect(outcome(new TextEncoder().encode('{"no":"index"}'))).toBeInstanceOf(SearchIndexDamagedError);
  });
});
