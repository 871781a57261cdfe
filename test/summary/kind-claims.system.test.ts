/**
 * False claims of every kind, and true ones in other words than the facts, each labelled when it was written. Each
 * round was measured once before the checks were improved with it. Compares the findings with a golden file, and
 * ensures that no true claim is cut.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mayCut } from '../../shared/summary/check-powers.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { readEvidence } from './benchmark/measure-checks.ts';
import { findChecks } from './find-checks.ts';

const folder = corpusFolder();

interface KindClaim {
  readonly dandisetId: string;
  /** `true` for a true claim. */
  readonly kind: string;
  readonly sentence: string;
}

function readClaims(): KindClaim[] {
  const [, ...lines] = readFileSync(new URL('kind-claims.tsv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [, dandisetId = '', kind = '', sentence = ''] = line.split('\t');
    return { dandisetId, kind, sentence };
  });
}

it.skipIf(folder === undefined)(
  `finds false claims of every kind, and accepts true ones${folder ? '' : `: ${CORPUS_ABSENT}`}`,
  async () => {
    const claims = readClaims();
    const evidence = await readEvidence(folder!, new Set(claims.map(({ dandisetId }) => dandisetId)));
    const kinds = new Map<string, { found: number; missed: number }>();
    const missed: string[] = [];
    const flagged: string[] = [];
    const cut: string[] = [];
    for (const { dandisetId, kind, sentence } of claims) {
      const checks = findChecks(sentence, evidence.get(dandisetId)!);
      if (kind === 'true') {
        if (checks.length > 0) flagged.push(`${dandisetId}: ${checks.join(', ')}: ${sentence}`);
        if (checks.some(mayCut)) cut.push(sentence);
        continue;
      }
      const tally = kinds.get(kind) ?? { found: 0, missed: 0 };
      kinds.set(kind, tally);
      tally[checks.length > 0 ? 'found' : 'missed'] += 1;
      if (checks.length === 0) missed.push(`${dandisetId}: ${kind}: ${sentence}`);
    }
    const table = [
      '| kind of claim | found | missed |',
      '| --- | --- | --- |',
      ...[...kinds].sort().map(([kind, tally]) => `| ${kind} | ${tally.found} | ${tally.missed} |`),
      '',
      'Missed:',
      ...missed.map((line) => `- ${line}`),
      '',
      'True and flagged:',
      ...flagged.map((line) => `- ${line}`),
      '',
    ].join('\n');
    await expect(table).toMatchFileSnapshot('golden/kind-claims.md');
    expect(cut).toEqual([]);
    const total = claims.filter(({ kind }) => kind === 'true').length;
    expect(flagged.length / total).toBeLessThanOrEqual(0.02);
    for (const [kind, tally] of kinds)
      if (tally.found + tally.missed >= 5)
        expect(tally.found / (tally.found + tally.missed), kind).toBeGreaterThanOrEqual(0.75);
  },
  600_000,
);
