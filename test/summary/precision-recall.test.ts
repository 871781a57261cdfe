import { expect, it } from 'vitest';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { EXAMPLES } from '../model/example-facts.ts';
import { LABELLED_SENTENCES } from './labelled-sentences.ts';
import { findLabel } from './measure.ts';

const evidence = buildEvidence({ facts: EXAMPLES.extracellular as DandisetFacts });

/** The checks that find something in a reply that is correct except for one sentence. */
function found(sentence: string): string[] {
  const text = `## Abstract\n\nRats ran on a W-track while activity in CA1 was recorded.\n\n${sentence} The recordings may serve to study memory.\n\n## Data\n\nThe Dandiset holds 62 NWB files of extracellular recordings.\n\n## Keywords\n\n- rat\n`;
  return [
    ...new Set(
      runChecks(parseReply(text), evidence, { finish: 'stop' }).findings.map(({ check }) => findLabel(check)),
    ),
  ];
}

it('finds errors and accepts correct sentences at the measured rates', async () => {
  const rows = new Map<string, { hits: number; misses: number; falseAlarms: number }>();
  const row = (check: string) => {
    const counts = rows.get(check) ?? { hits: 0, misses: 0, falseAlarms: 0 };
    rows.set(check, counts);
    return counts;
  };
  const alarms: string[] = [];
  for (const [sentence, errors] of LABELLED_SENTENCES) {
    const checks = found(sentence);
    for (const error of errors) row(error)[checks.includes(error) ? 'hits' : 'misses'] += 1;
    for (const check of checks.filter((name) => !errors.includes(name))) {
      row(check).falseAlarms += 1;
      alarms.push(`${check}: ${sentence}`);
    }
  }
  const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(2));
  const lines = [...rows]
    .sort()
    .map(
      ([check, { hits, misses, falseAlarms }]) =>
        `| ${check} | ${hits} | ${misses} | ${falseAlarms} | ${share(hits, hits + falseAlarms)} | ${share(hits, hits + misses)} |`,
    );
  const all = [...rows.values()].reduce((sum, counts) => ({
    hits: sum.hits + counts.hits,
    misses: sum.misses + counts.misses,
    falseAlarms: sum.falseAlarms + counts.falseAlarms,
  }));
  lines.push(
    `| all | ${all.hits} | ${all.misses} | ${all.falseAlarms} | ${share(all.hits, all.hits + all.falseAlarms)} | ${share(all.hits, all.hits + all.misses)} |`,
  );
  const table = [
    '| check | found | missed | false alarms | precision | recall |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
  await expect(table).toMatchFileSnapshot('golden/precision-recall.md');
  expect(alarms).toEqual([]);
  expect(all.hits / (all.hits + all.misses)).toBeGreaterThan(0.85);
});
