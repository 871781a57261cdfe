/** The search document of a stored summary: its text, without the end that every summary has. */
import { describe, expect, it } from 'vitest';
import { buildSearchDocument, type SummaryForSearch } from '../../shared/search/build-document.ts';
import { buildClosingLines } from '../../shared/summary/build-summary.ts';
import { PUBLISHED, testProvenance } from '../api/api-server.ts';

const provenance = testProvenance(
  {},
  { id: '900002', version: PUBLISHED, name: 'Probes' },
  '2026-11-20T10:00:00.000Z',
) as unknown as SummaryForSearch['provenance'];
const readText = (markdown: string): string => buildSearchDocument({ provenance, markdown }).summary;

describe('the text of a summary', () => {
  it.each([true, false])('ends before the author and the number of files (a language model: %s)', (is) => {
    const closing = buildClosingLines({
      dandiset: { id: '900002', version: PUBLISHED, name: 'Probes' },
      model: { id: 'any', isLanguageModel: is },
      generatedAt: '2026-11-20T10:00:00.000Z',
      coverage: { assets: 2, nwb: 2, other: [], read: 2, cutShort: 0, notLookedAt: 0, unreadable: [] },
    });
    const lines = ['Note: a check found less.', ...closing].map((line) => `_${line}_`).join('\n\n');
    expect(readText(`# Probes\n\n## Abstract\n\nSix rats ran.\n\n- maze\n\n---\n\n${lines}\n`)).toBe(
      'Six rats ran. maze',
    );
  });

  it('is complete if a horizontal rule divides it', () => {
    expect(readText('# Probes\n\nSix rats ran.\n\n---\n\nThen they slept.\n')).toBe(
      'Six rats ran. --- Then they slept.',
    );
    expect(readText('# Probes\n\nSix rats ran.\n')).toBe('Six rats ran.');
  });
});
