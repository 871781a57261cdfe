import { expect, it } from 'vitest';
import { mayCut } from '../../shared/summary/check-powers.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import type { Evidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { readEvidence } from './benchmark/measure-checks.ts';
import { FURTHER_CLAIMS, LABELLED_CLAIMS } from './labelled-claims.ts';

const folder = corpusFolder();

/** The checks of content that find something in a sentence. */
function findChecks(sentence: string, evidence: Evidence): string[] {
  const text = `## Abstract\n\n${sentence}\n\n## Data\n\nRecordings are available.\n\n## Keywords\n\n- recordings\n`;
  const { findings } = runChecks(parseReply(text), evidence, { finish: 'stop' });
  return [
    ...new Set(
      findings
        .filter(
          ({ check, location }) => location.part === 'abstract' && !/^(?:length|paragraphs)$/.test(check),
        )
        .map(({ check }) => check),
    ),
  ];
}

it.skipIf(folder === undefined)(
  `cuts no true claim, and finds false ones of the kinds found least${folder ? '' : `: ${CORPUS_ABSENT}`}`,
  async () => {
    const evidence = await readEvidence(folder!, new Set(Object.keys(LABELLED_CLAIMS)));
    const kinds = new Map<string, { found: number; missed: number }>();
    const flagged: string[] = [];
    const cut: string[] = [];
    const missed: string[] = [];
    for (const [id, claims] of [...Object.entries(LABELLED_CLAIMS), ...Object.entries(FURTHER_CLAIMS)]) {
      for (const [sentence, kind] of claims) {
        const checks = findChecks(sentence, evidence.get(id)!);
        const line = `${id}: ${checks.join(', ')}: ${sentence}`;
        if (kind === undefined) {
          if (checks.some(mayCut)) cut.push(line);
          else if (checks.length > 0) flagged.push(line);
          continue;
        }
        const tally = kinds.get(kind) ?? { found: 0, missed: 0 };
        kinds.set(kind, tally);
        tally[checks.length > 0 ? 'found' : 'missed'] += 1;
        if (checks.length === 0) missed.push(`${id}: ${kind}: ${sentence}`);
      }
    }
    const table = [
      '| kind of claim | found | missed |',
      '| --- | --- | --- |',
      ...[...kinds].sort().map(([kind, { found, missed }]) => `| ${kind} | ${found} | ${missed} |`),
      '',
      'Missed:',
      ...missed.map((line) => `- ${line}`),
      '',
      'True and flagged:',
      ...flagged.map((line) => `- ${line}`),
      '',
    ].join('\n');
    await expect(table).toMatchFileSnapshot('golden/labelled-claims.md');
    expect(cut).toEqual([]);
  },
  120_000,
);
