import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { buildSummary, type SummaryOrigin } from '../../shared/summary/build-summary.ts';
import type { ReplyParts } from '../../shared/summary/parsed-reply.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { countRuns } from '../effort.ts';
import { anyFacts } from '../model/arbitrary-facts.ts';
import { buildTestPrompt, coverage, EXAMPLES } from '../model/example-facts.ts';

const origin: SummaryOrigin = {
  dandiset: { id: '000683', version: 'draft', name: 'Imaging *of* mice' },
  model: { id: 'a-model', isLanguageModel: true },
  coverage: coverage(12, {
    read: 10,
    unreadable: [{ path: 'x', reason: 'damaged', detail: '' }],
    notLookedAt: 1,
    cutShort: 2,
  }),
  generatedAt: '2026-11-22T10:11:12.000Z',
};
const parts: ReplyParts = {
  abstract: ['First.', 'Second, of *mice*.'],
  description: ['Files:', '- a\n- b', '* c', '### More', '| x | y |\n| - | - |\n| 1 | 2 |'],
  keywords: ['mouse', '1. not a number', 'a_b*c', '# hash', 'visual cortex, primary'],
};

/** The last two lines that are not empty. */
function closing(markdown: string): string[] {
  return markdown.trim().split('\n').filter(Boolean).slice(-2);
}

describe('buildSummary', () => {
  it('writes the canonical form', async () => {
    await expect(
      buildSummary(parts, { ...origin, notes: ['one number could not be traced.'] }),
    ).toMatchFileSnapshot('golden/canonical.md');
  });

  it('ends with its writer and the number of files', () => {
    expect(closing(buildSummary(parts, origin))).toEqual([
      '_Written by the language model a-model on 2026-11-22; not reviewed by the owners of the Dandiset._',
      '_Generated from the metadata and the headers of 10 of 12 NWB files (1 could not be read, 1 was not looked at, 2 were read in part)._',
    ]);
  });

  it('says if no language model wrote it', () => {
    const model = { id: 'deterministic-writer/2', isLanguageModel: false };
    expect(closing(buildSummary(parts, { ...origin, model }))[0]).toContain(
      'no language model wrote this text',
    );
  });

  it('says if there was nothing to read', () => {
    expect(closing(buildSummary(parts, { ...origin, coverage: coverage(0) }))[1]).toContain(
      'this version holds no files',
    );
    expect(closing(buildSummary(parts, { ...origin, coverage: coverage(0, { assets: 1 }) }))[1]).toContain(
      'none of the 1 file is',
    );
  });

  it('is parsed into the same parts', () => {
    expect(parseReply(buildSummary(parts, { ...origin, notes: ['a', 'b'] })).parts).toEqual(parts);
  });

  it('is parsed into the same parts for everything that the deterministic writer writes', async () => {
    await fc.assert(
      fc.asyncProperty(anyFacts, async (facts) => {
        const written = parseReply(
          (await new DeterministicWriter().generate(buildTestPrompt(facts))).text,
        ).parts;
        const markdown = buildSummary(written, {
          ...origin,
          dandiset: facts.dandiset,
          coverage: facts.coverage,
        });
        expect(parseReply(markdown).parts).toEqual(written);
        expect(
          buildSummary(parseReply(markdown).parts, {
            ...origin,
            dandiset: facts.dandiset,
            coverage: facts.coverage,
          }),
        ).toBe(markdown);
      }),
      { numRuns: countRuns(100) },
    );
  }, 120_000);

  it('is parsed into the same parts whatever a model wrote', () => {
    const line = fc.constantFrom(
      'Some text of mice.',
      '**Bold lead.** And more.',
      '- an item',
      '  - nested',
      '## Data Description',
      '### Sub',
      '1. one',
      '| a | b |\n| - | - |',
      '```',
      '> quote',
      '',
      '',
      '<b>x</b>',
      '![i](j)',
      '***',
      'Keywords: a, b',
      '# Title',
      '    indented',
      '[a]: http://b',
      'Setext',
      '---',
      '**Keywords**',
      '* star',
      '`a` & <c>',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), (lines) => {
        const first = parseReply(lines.join('\n')).parts;
        const again = parseReply(buildSummary(first, origin)).parts;
        // The canonical form is stable.
        expect(parseReply(buildSummary(again, origin)).parts).toEqual(again);
        expect(again.keywords).toEqual(first.keywords);
      }),
      { numRuns: countRuns(500) },
    );
  }, 120_000);

  it('escapes markup in names', () => {
    const hostile = (EXAMPLES.hostile as DandisetFacts).dandiset;
    const markdown = buildSummary(parts, { ...origin, dandiset: hostile });
    expect(parseReply(markdown).parts).toEqual(parts);
    expect(parseReply(markdown).removed.map(({ kind }) => kind)).not.toContain('html');
  });
});
