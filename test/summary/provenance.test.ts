import { describe, expect, it } from 'vitest';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { buildProvenance, buildSummarySchema, Provenance } from '../../shared/summary/provenance.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { buildTestPrompt, EXAMPLES } from '../model/example-facts.ts';

async function build(name: string): Promise<Provenance> {
  const facts = EXAMPLES[name];
  if (!facts) throw new Error(`no example ${name}`);
  const prompt = buildTestPrompt(facts);
  const writer = new DeterministicWriter();
  const parsed = parseReply((await writer.generate(prompt)).text);
  const attempt = {
    startedAt: '2026-11-22T10:11:12.000Z',
    finish: 'stop' as const,
    errors: 0,
    warnings: 0,
  };
  return buildProvenance({
    prompt,
    parsed,
    report: runChecks(parsed, buildEvidence({ facts }), { finish: 'stop' }),
    generatedAt: '2026-11-22T10:11:13.000Z',
    tool: { name: 'dandiset-summarizer', version: '0.1.0' },
    model: writer,
    promptRevision: 1,
    readerRevision: 1,
    inputHash: 'abc',
    promptHash: 'def',
    attempts: [
      { ...attempt, tokens: { prompt: 3, completion: 4 } },
      { ...attempt, tokens: { prompt: 30, completion: 40 } },
    ],
    runReport: { requests: 5, bytes: 6 },
  });
}

describe('provenance', () => {
  it.each(Object.keys(EXAMPLES))('of %s matches its schema, also after JSON', async (name) => {
    const provenance = await build(name);
    expect(Provenance.parse(JSON.parse(JSON.stringify(provenance)))).toEqual(provenance);
  });

  it('adds up the tokens of all attempts', async () => {
    expect((await build('calcium')).tokens).toEqual({ prompt: 33, completion: 44 });
  });

  it('reports the sources of keywords and numbers', async () => {
    const { citations } = await build('calcium');
    expect(citations.keywords.find(({ text }) => text === 'GCaMP6s')?.sources).toContain(
      'dandiset.keywords.1',
    );
    expect(citations.numbers.find(({ text }) => text === '1,276')?.sources).toEqual([
      'fileTypes.0.series.1.shape.1',
      'fileTypes.0.tables.0.rows',
      'contents.all.series.1.axes.1.min',
    ]);
  });

  it('is described by the published schema', async () => {
    await expect(`${JSON.stringify(buildSummarySchema(), undefined, 2)}\n`).toMatchFileSnapshot(
      '../../docs/summary.schema.json',
    );
  });
});
