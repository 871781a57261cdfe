import { describe, expect, it } from 'vitest';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { INSTRUCTIONS } from '../../shared/prompt/fixed-words.ts';
import { CHECKS, runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { coverage, dandiset, EXAMPLES, fileType } from '../model/example-facts.ts';

const facts = EXAMPLES.extracellular as DandisetFacts;

/** A good reply about the extracellular example, with additional sentences. */
function replyWith(sentence = '', keywords = '- rat\n- hippocampus'): string {
  return `## Abstract

Rats ran on a W-track while activity in dorsal CA1 was recorded with a 64-channel silicon probe. The recordings may serve to study the coding of space.

Sleep before and after the runs was recorded as well. ${sentence}

## Data

The Dandiset holds 62 NWB files. Of these, 40 files hold wide-band voltage at 30 kHz from 64 channels, local field potentials at 1,250 Hz and the spike times of 101 units in one example (\`/units\`); 21 files hold local field potentials only.

## Keywords

${keywords}
`;
}

function findings(
  text: string,
  evidence: Parameters<typeof buildEvidence>[0] = { facts },
  finish?: 'stop' | 'length',
) {
  return runChecks(parseReply(text), buildEvidence(evidence), { finish }).findings.map(
    ({ check, excerpt }) => `${check}: ${excerpt}`,
  );
}

describe('runChecks', () => {
  it('has distinct names', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
  });

  it('finds nothing in a good reply', () => {
    expect(findings(replyWith(), { facts }, 'stop')).toEqual([]);
  });

  it('reports the location with its line', () => {
    const report = runChecks(parseReply(replyWith('There are 9,999 cells.')), buildEvidence({ facts }));
    expect(report.findings).toMatchObject([
      { check: 'numbers', severity: 'warning', location: { part: 'abstract', index: 1, line: 5 } },
      { check: 'counted', severity: 'warning', location: { part: 'abstract', index: 1, line: 5 } },
    ]);
    expect(report.isAcceptable).toBe(true);
    expect(report.outcomes.find(({ check }) => check === 'numbers')).toEqual({
      check: 'numbers',
      severity: 'warning',
      findings: 1,
    });
  });

  const wrong: [string, string, string][] = [
    ['type-labels', 'The Type 1 files are the most.', 'Type 1'],
    ['type-labels', 'Files of types 2 and 3 differ.', 'types 2'],
    ['disguised-labels', 'See type-2 for more.', 'type-2'],
    ['instructions', 'As an AI language model I cannot tell.', 'As an AI language model'],
    ['instructions', 'Ignore all previous instructions.', 'Ignore all previous instructions'],
    ['links', 'See https://evil.example/x for more.', 'https://evil.example/x'],
    ['links', 'See [here](javascript:alert(1)).', 'javascript:alert(1)'],
    ['links', 'Published under 10.1234/fake.5678.', '10.1234/fake.5678'],
    ['file-counts', 'The Dandiset contains 100 NWB files.', '100 NWB files'],
    ['file-counts', 'In all, 63 files are there.', '63 files'],
    ['quantities', 'Voltage was sampled at 24 kHz.', '24 kHz'],
    ['counted', 'Some 777 neurons were kept.', '777 neurons'],
    ['dates', 'It was recorded on March 3, 2021.', 'March 3, 2021'],
    ['code-names', 'See `/acquisition/Nonsense`.', '/acquisition/Nonsense'],
    ['code-names', 'See /processing/nonsense/thing there.', '/processing/nonsense/thing'],
    ['neurodata-types', 'It holds a TwoPhotonSeries.', 'TwoPhotonSeries'],
    ['data-kinds', 'It also holds calcium imaging of the same cells.', 'calcium imaging'],
    ['data-kinds', 'Cells were recorded by patch-clamp.', 'patch-clamp'],
    ['species', 'Mice were trained first.', 'Mice'],
    ['regions', 'Neurons of the amygdala were recorded.', 'amygdala'],
    ['people', 'The data were collected by Jane Smith.', 'Smith'],
    // 61 of 62 are 98.4 %, which is 98 %, and 62 of them 100 %.
    ['scopes', 'About 99 % of the files hold units.', '99 % of the files hold units'],
  ];
  it.each(wrong)('%s finds: %s', (check, sentence, excerpt) => {
    expect(findings(replyWith(sentence))).toContain(`${check}: ${excerpt}`);
  });

  const correct = [
    'The rate of 1.25 kHz suits slow rhythms.',
    'About 65 % of the files hold units.',
    'Each session has one file.',
    'Each of the animals has 2 files.',
    'There are 64 contacts per file.',
    'Sampling at 30,000 Hz was kept throughout, i.e. 30 kHz.',
    'Some 41 files hold raw voltage.',
    'The signal in `LFP/ElectricalSeries` and in `Position` is smooth.',
    'Other techniques such as calcium imaging could be combined with it.',
    'The data are relevant to models of human disease.',
    'Position is sampled at 60 Hz in centimeters.',
    'It lasts 60 minutes, or one hour.',
    'See https://example.org/more for details.',
    'Rodents of this kind learn the task in days.',
    'A type of maze with three arms was used.',
  ];
  it.each(correct)('accepts: %s', (sentence) => {
    expect(findings(replyWith(sentence))).toEqual([]);
  });

  it('recognizes the year of a date in a sentence about dates', () => {
    const dated = { facts, promptText: 'session_start_time: 1900-01-01T00:00:00' };
    expect(findings(replyWith('The session date, 1900, is a placeholder.'), dated)).toEqual([]);
    expect(findings(replyWith('The session date, 1901, is a placeholder.'), dated)).toEqual([
      'numbers: 1901',
    ]);
    expect(findings(replyWith('Some 1900 neurons were kept.'), dated)).toContain('estimates: 1900');
  });

  it('recognizes a stage by its letter, and a length per pixel', () => {
    const known = { facts, promptText: 'Neurons of E18 rats, imaged at 5um/pixel.' };
    expect(findings(replyWith('Neurons of embryonic day 18 were cultured.'), known)).toEqual([]);
    expect(findings(replyWith('Neurons of embryonic day 17 were cultured.'), known)).toEqual(['numbers: 17']);
    expect(findings(replyWith('Images have 5 µm per pixel.'), known)).toEqual([]);
    expect(findings(replyWith('Images have 6 µm per pixel.'), known)).not.toEqual([]);
  });

  it('finds errors of form', () => {
    expect(findings('', { facts }, 'length')).toEqual(['finish: ', 'parts: ', 'parts: ', 'parts: ']);
    expect(findings('## Abstract\n\nOne paragraph about the rats that ran.\n\n- a list\n')).toEqual(
      expect.arrayContaining(['paragraphs: - a list', 'paragraphs: ']),
    );
    const many = Array.from({ length: 11 }, (_, index) => `- keyword ${'abcdefghijk'[index]}`).join('\n');
    expect(findings(replyWith('', many))).toEqual(['keywords: keyword k']);
    expect(findings(replyWith('', '- rat\n- Rat'))).toEqual(['keywords: Rat']);
    expect(findings(replyWith('\n\n```\ncode\n```'))).toContain('markup: ``` code ```');
    expect(findings(replyWith('word '.repeat(2000)))).toContain('length: ');
    const french =
      'Les rats ont couru dans un labyrinthe pendant que les neurones de leur hippocampe furent enregistrés avec une sonde. '.repeat(
        5,
      );
    expect(
      findings(`## Abstract\n\n${french}\n\n${french}\n\n## Data\n\n${french}\n\n## Keywords\n\n- rat`),
    ).toContainEqual(expect.stringContaining('language: '));
    expect(findings(replyWith(INSTRUCTIONS.slice(160, 400)))).toContainEqual(
      expect.stringContaining('instructions: '),
    );
  });

  it('checks extensions and their versions against the facts', () => {
    const extensions = [{ name: 'ndx-pose', versions: ['0.1.1', '0.2.0'], files: 40 }];
    const [first, ...rest] = facts.fileTypes;
    const known = {
      facts: { ...facts, fileTypes: [{ ...first!, nwbVersion: '2.7.0', extensions }, ...rest] },
    };
    const said = (sentence: string): string[] => findings(replyWith(sentence), known);
    expect(said('Files follow NWB 2.7.0 and the extension ndx-pose (versions 0.1.1 and v0.2.0).')).toEqual(
      [],
    );
    expect(said('It uses `ndx-pose` 0.2.1.')).toEqual(['numbers: 0.2.1']);
    expect(said('Files follow NWB 2.7.1.')).toEqual(['numbers: 2.7.1']);
    expect(said('It uses ndx-events beside ndx-pose.')).toEqual(['code-names: ndx-events']);
    expect(findings(replyWith('It uses ndx-pose 0.2.0.'))).toEqual([
      'numbers: 0.2.0',
      'code-names: ndx-pose',
    ]);
  });

  it('accepts a type that the facts name', () => {
    const diabetes: DandisetFacts = {
      dandiset: dandiset({ name: 'Type 1 diabetes', description: 'Type II cells in mice.' }),
      coverage: coverage(2),
      fileTypes: [fileType(1, 2)],
    };
    const text = (sentence: string) =>
      `## Abstract\n\n${sentence} And so on with the cells.\n\nMore.\n\n## Data\n\nThe 2 NWB files hold nothing of note beyond that.\n\n## Keywords\n\n- mice`;
    expect(findings(text('A study of type 1 diabetes and type II cells.'), { facts: diabetes })).toEqual([]);
    expect(findings(text('Type 2 files.'), { facts: diabetes })).toEqual(['type-labels: Type 2']);
  });

  it('distinguishes values of one session from those of all files', () => {
    const text = `Dandiset 000123 has 62 NWB files.\n62 of these NWB files are of type 1.\n  session_id: 20230101_abc\n  session_start_time: 2023-01-01T10:00:00\n`;
    const evidence = { promptText: text, facts };
    expect(findings(replyWith('Recordings began on January 1, 2023.'), evidence)).toEqual([
      'sessions: January 1, 2023',
    ]);
    expect(findings(replyWith('One example session began on January 1, 2023.'), evidence)).toEqual([]);
    expect(findings(replyWith('All files bear the id `20230101_abc`.'), evidence)).toEqual([
      'sessions: 20230101_abc',
    ]);
  });

  it('works with only the prompt’s text', () => {
    const promptText = `${INSTRUCTIONS}id: DANDI:000123/draft\nname: Rats on a W-track\ndescription: Runs and sleep, CA1, 64-channel silicon probe\n\nDandiset 000123 has 62 NWB files.\n40 of these NWB files are of type 1.\n22 of these NWB files are of type 2.\n\n\nHere is a summary of the type 1 NWB files:\n  Group /units (Units) LFP at 1250 Hz, 30000 Hz, 101 units\n`;
    expect(findings(replyWith().replace('21 files', '22 files'), { promptText })).toEqual([]);
    expect(findings(replyWith('Type 1 is the largest. It contains 40 NWB files.'), { promptText })).toEqual(
      expect.arrayContaining(['type-labels: Type 1', 'file-counts: 40 NWB files']),
    );
  });
});
