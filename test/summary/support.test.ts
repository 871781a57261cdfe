import { describe, expect, it } from 'vitest';
import { summaryPageText } from '../../shared/api/summary-page.ts';
import { buildView } from '../../shared/api/summary-view.ts';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { buildProvenance, Provenance } from '../../shared/summary/provenance.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { keepSupported } from '../../shared/summary/support.ts';
import { buildSeries, buildSession, countedFacts } from '../model/counted-facts.ts';
import { buildTestPrompt } from '../model/example-facts.ts';

const facts = countedFacts({ name: 'Two <b>rats</b>', license: ['spdx:CC-BY-4.0'] }, [
  {
    path: 'sub-a/sub-a.nwb',
    header: {
      subject: { id: 'a', species: 'Rattus norvegicus', sex: 'M' },
      session: buildSession({ id: 's', description: 'A <script>alert(1)</script> walk' }),
      series: [buildSeries('/acquisition/trace', 'ElectricalSeries')],
    },
  },
]);

async function build(): Promise<{ provenance: Provenance; text: string }> {
  const prompt = buildTestPrompt(facts);
  const writer = new DeterministicWriter();
  const reply = await writer.generate(prompt);
  const parsed = parseReply(reply.text);
  const provenance = buildProvenance({
    prompt,
    parsed,
    sentences: reply.sentences!,
    report: runChecks(parsed, buildEvidence({ facts }), { finish: 'stop' }),
    generatedAt: '2026-11-26T10:11:13.000Z',
    tool: { name: 'dandiset-summarizer', version: '0.1.0' },
    model: writer,
    promptRevision: 1,
    readerRevision: 1,
    inputHash: 'abc',
    promptHash: 'def',
    attempts: [],
    runReport: { requests: 5, bytes: 6 },
  });
  return { provenance, text: reply.text };
}

/** The context of a page whose Dandiset is the only one. */
const ALONE = { similar: [], suggestions: [], licenses: [] };

describe('sentences and their facts', () => {
  it('are stored in summary.json, from each sentence to a place in a file', async () => {
    const { provenance } = await build();
    expect(Provenance.parse(provenance).sentences).toEqual(provenance.sentences);
    const first = provenance.sentences!.find(({ text }) => text.includes('one rat'))!;
    const cited = provenance.list!.filter(({ id }) => first.facts.includes(id));
    expect(cited.flatMap(({ evidence }) => evidence)).toContainEqual({
      file: 'sub-a/sub-a.nwb',
      location: '/general/subject/species',
    });
  });

  it('are those of the stored text, and cite only facts of the list', () => {
    const { parts } = parseReply(
      '## Abstract\n\nIt *is* so.\n\n## Data\n\n- One `trace`.\n\n## Keywords\n\n- a',
    );
    const sentence = { part: 'abstract', facts: ['F1', 'F999'], kind: 'fact' } as const;
    const kept = keepSupported(
      [
        { ...sentence, text: 'It is so.' },
        { ...sentence, text: 'It is so.' },
        { ...sentence, text: 'It was cut.' },
        { ...sentence, part: 'description', text: 'One trace.' },
      ],
      parts,
      facts.list!,
    );
    expect(kept.map(({ text, facts: ids }) => [text, ids])).toEqual([
      ['It is so.', ['F1']],
      ['One trace.', ['F1']],
    ]);
  });

  it('open on the page without a script, whatever they quote', async () => {
    const { provenance, text } = await build();
    const ref = { id: '900001', version: 'draft' };
    const page = summaryPageText(text, { ...buildView(ref, provenance as never), ...ALONE });
    const shown = page.slice(page.indexOf('id="evidence"'));
    expect(shown.match(/<details><summary>/g)!.length).toBeGreaterThanOrEqual(3);
    expect(shown).toContain('/general/subject/species of sub-a/sub-a.nwb');
    expect(page).not.toContain('<script>alert');
  });

  it('are not on a page whose writer reported none', async () => {
    const { provenance, text } = await build();
    const { sentences: _, ...older } = provenance;
    const view = buildView({ id: '900001', version: 'draft' }, older as never);
    expect(summaryPageText(text, { ...view, ...ALONE })).not.toContain('id="evidence"');
  });
});
