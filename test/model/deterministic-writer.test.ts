import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import type { CountedFacts } from '../../shared/prompt/facts.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { countRuns } from '../effort.ts';
import { anyFacts } from './arbitrary-facts.ts';
import { buildTestPrompt, countFacts, coverage, EXAMPLES, fileType } from './example-facts.ts';

const writer = new DeterministicWriter();

async function write(facts: CountedFacts): Promise<string> {
  return (await writer.generate(buildTestPrompt(facts))).text;
}

describe('DeterministicWriter', () => {
  it('says what it is', async () => {
    expect(writer).toMatchObject({ modelId: 'deterministic-writer/8', isLanguageModel: false });
    expect(await writer.generate(buildTestPrompt(EXAMPLES.empty as CountedFacts))).toMatchObject({
      usage: { promptTokens: 0, completionTokens: 0 },
      finish: { unified: 'stop' },
    });
  });

  it('stops when it is aborted', async () => {
    const reason = new Error('over');
    await expect(
      writer.generate(buildTestPrompt(EXAMPLES.calcium as CountedFacts), AbortSignal.abort(reason)),
    ).rejects.toBe(reason);
  });

  describe.each(Object.entries(EXAMPLES))('%s', (name, facts) => {
    it('equals the golden file', async () => {
      await expect(await write(facts)).toMatchFileSnapshot(`golden/${name}.md`);
    });

    it('passes every check', async () => {
      const report = runChecks(parseReply(await write(facts)), buildEvidence({ facts }), { finish: 'stop' });
      expect(report.findings).toEqual([]);
    });
  });

  it('brings no markup from outside into the text', async () => {
    const { parts, removed } = parseReply(await write(EXAMPLES.hostile as CountedFacts));
    expect(removed).toEqual([]);
    expect(parts.keywords).not.toContain('spam');
    expect(await write(EXAMPLES.hostile as CountedFacts)).not.toMatch(
      /<(script|img|b|p)\b|!\[|\u202e|javascript:/,
    );
  });

  it('survives three hundred file types and ten megabytes of description', async () => {
    const { dandiset } = EXAMPLES.extracellular as CountedFacts;
    const facts = countFacts({
      dandiset: { ...dandiset, description: '[*_`<a '.repeat(1_500_000) },
      coverage: coverage(600),
      fileTypes: Array.from({ length: 300 }, (_, index) =>
        fileType(index + 1, 2, {
          neurodataTypes: [
            'TimeSeries',
            'Units',
            'LFP',
            'PupilTracking',
            'Images',
            'TimeIntervals',
            'EyeTracking',
            'DfOverF',
            'PoseEstimation',
          ]
            .filter((_type, bit) => (index + 1) & (1 << bit))
            .map((type) => ({ name: type, count: 1 })),
        }),
      ),
    });
    // A writer with superlinear time would not finish within the test's time limit.
    const text = await write(facts);
    expect(text.length).toBeLessThan(12_000);
    expect(text).toContain('600 files');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'treats %s as an ordinary name everywhere',
    async (name) => {
      for (const facts of Object.values(EXAMPLES) as CountedFacts[]) {
        const renamed = countFacts(replaceTexts(facts, name));
        const text = await write(renamed);
        expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|native code/);
        const report = runChecks(parseReply(text), buildEvidence({ facts: renamed }), { finish: 'stop' });
        expect(report.findings.filter(({ check }) => check === 'parts')).toEqual([]);
      }
    },
  );

  it('writes a reply that passes the checks of form, whatever the facts', async () => {
    const form = ['finish', 'parts', 'paragraphs', 'keywords', 'markup', 'length', 'file-counts'];
    await fc.assert(
      fc.asyncProperty(anyFacts, async (facts) => {
        const parsed = parseReply(await write(facts));
        const report = runChecks(parsed, buildEvidence({ facts }), { finish: 'stop' });
        expect(report.findings.filter(({ check }) => form.includes(check))).toEqual([]);
        expect(parsed.removed).toEqual([]);
        expect(parsed.parts.abstract.join(' ')).not.toMatch(/\bundefined\b|\bNaN\b|\[object/);
      }),
      { numRuns: countRuns(60) },
    );
  }, 120_000);
});

/** Replaces every text in `value`, except for ids, paths and enumerated kinds. */
function replaceTexts<Value>(value: Value, text: string, key = ''): Value {
  if (typeof value === 'string')
    return (['id', 'version', 'assetId', 'path', 'kind', 'license'].includes(key) ? value : text) as Value;
  if (Array.isArray(value)) return value.map((each) => replaceTexts(each, text, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, each]) => [inner, replaceTexts(each, text, inner)]),
  ) as Value;
}
