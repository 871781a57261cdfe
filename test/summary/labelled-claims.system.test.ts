import { expect, it } from 'vitest';
import { mayCut } from '../../shared/summary/check-powers.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { readEvidence } from './benchmark/measure-checks.ts';
import { findChecks } from './find-checks.ts';
import { FURTHER_CLAIMS, LABELLED_CLAIMS } from './labelled-claims.ts';

const folder = corpusFolder();

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
