import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { repairParts } from '../../shared/summary/repair-parts.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { EXAMPLES } from '../model/example-facts.ts';

const evidence = buildEvidence({ facts: EXAMPLES.extracellular as DandisetFacts });

function repair(text: string) {
  const parsed = parseReply(text);
  const repaired = repairParts(parsed, runChecks(parsed, evidence).findings);
  return { ...repaired, left: runChecks(repaired.parsed, evidence).findings.map(({ check }) => check) };
}

describe('repairParts', () => {
  it('removes sentences, items, keywords and code, and nothing else', () => {
    const { parsed, taken, left } = repair(
      '## Abstract\n\nRats ran on a W-track while CA1 was recorded. There were\nmarmosets too. The end of it.\n\nMore text about it. See https://evil.example now.\n\n## Data\n\n- wide-band voltage\n- Type 2 files\n- the 62 files, which are the whole of it\n\n```\ncode\n```\n\n## Keywords\n\n- rat\n- Rat\n- CA1',
    );
    expect(parsed.parts).toEqual({
      abstract: ['Rats ran on a W-track while CA1 was recorded. The end of it.', 'More text about it.'],
      description: ['- wide-band voltage\n- the 62 files, which are the whole of it'],
      keywords: ['rat', 'CA1'],
    });
    expect(taken).toEqual([
      'There were marmosets too.',
      'See https://evil.example now.',
      '- Type 2 files',
      '```\ncode\n```',
      'Rat',
    ]);
    expect(left).toEqual([]);
    expect(parsed.lines.keywords).toEqual([20, 22]);
  });

  it('finds the sentence for any words of a finding', () => {
    const words = fc.stringMatching(/^[a-z][a-z0-9()+/:,'$^-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(words, fc.constantFrom('auto-generated', 'C++', '(a)', '/x-y/z', '10.5555/e-f')), {
          minLength: 1,
          maxLength: 4,
        }),
        (all) => {
          const excerpt = all.join(' ');
          const text = `## Abstract\n\nRats ran. It said @ ${excerpt} @ here. They slept.\n\n## Data\n\nx\n\n## Keywords\n\n- rat`;
          const parsed = parseReply(text);
          const location = { part: 'abstract', index: 0 } as const;
          const { taken } = repairParts(parsed, [
            { check: 'species', severity: 'warning', message: '', excerpt, location },
          ]);
          expect(taken).toEqual([`It said @ ${excerpt} @ here.`]);
        },
      ),
    );
  });

  it('leaves a good reply unchanged', () => {
    const text =
      '## Abstract\n\nRats ran on\na W-track.\n\nTheir CA1 was recorded.\n\n## Data\n\nThe 62 files hold local field potentials.\n\n## Keywords\n\n- rat';
    const parsed = parseReply(text);
    expect(repairParts(parsed, [])).toEqual({ parsed, taken: [] });
  });

  it('never removes the last sentence of a paragraph: the finding stays', () => {
    const { parsed, left } = repair(
      '## Abstract\n\nThere were marmosets beside the rats in the recordings.\n\nTwo.\n\n## Data\n\nThe 62 files hold local field potentials.\n\n## Keywords\n\n- rat',
    );
    expect(parsed.parts.abstract).toHaveLength(2);
    expect(left).toEqual(['species']);
  });
});
