/**
 * True and false paraphrases of the owners' words and of headers: conclusions, ranges, opposites, strains, subjects.
 */
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { isReversed } from '../../shared/summary/agency.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { findMeaning } from '../../shared/summary/meanings.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { findStoredThings } from '../../shared/summary/stored-things.ts';
import { coverage, dandiset, fileType, series, table } from '../model/example-facts.ts';
import { findChecks } from './find-checks.ts';

const facts: DandisetFacts = {
  dandiset: dandiset({
    name: 'Whisker responses of the barrel cortex',
    description:
      'One-photon imaging of mice that express GCaMP6f, one of the widest views so far. Whisker deflections rapidly recruited parvalbumin interneurons, which then suppressed pyramidal cells of the barrel cortex. Most pyramidal cells are narrowly tuned to a single whisker. Spikes were thresholded online and sorted offline. Fields of view were 1200-1800 um wide. Used in https://doi.org/10.1101/2021.03.04.433456.',
    species: ['Mus musculus - House mouse'],
    numberOfSubjects: 9,
    numberOfFiles: 12,
  }),
  coverage: coverage(12),
  fileTypes: [
    fileType(1, 12, {
      series: [
        series('/acquisition/OnePhotonSeries', 'OnePhotonSeries', {
          shape: [90_000, 512, 512],
          dtype: 'uint16',
          rate: 20,
          description: 'Spectral power by frequency in THAL and S1BF',
        }),
      ],
      tables: [table('/intervals/trials', 'TimeIntervals', 431, ['start_time', 'stop_time'])],
    }),
  ],
  contents: new VersionTally().build(describeMetadata(undefined)),
};
const evidence = buildEvidence({ facts });

describe('paraphrases', () => {
  it.each([
    'Parvalbumin interneurons were quickly activated by deflections of the whiskers.',
    'Most pyramidal neurons of the area are sharply tuned to one whisker.',
    'Pyramidal cells were suppressed by parvalbumin interneurons.',
    'The stimulus was shown to the mice on a screen.',
    'Twelve files come from nine mice, thus there are more files than mice.',
    'Both signals are kept, which makes it possible to fit models of the response.',
    'Electrodes were slowly driven into the cortex.',
    'Fields of view were about 1.5 mm wide.',
    'The article came out as a preprint in 2021.',
    'Spikes were sorted offline.',
    'There are three injection sites.',
    'Mice performed a two-dimensional whisker task.',
    'Signals of the thalamus are given as well.',
    'Imaging was applied to nine mice in order to map whisker responses.',
  ])('are accepted: %s', (sentence) => {
    expect(findChecks(sentence, evidence)).toEqual([]);
  });

  it.each([
    ['Whisker deflections were triggered by parvalbumin interneurons.', 'causes'],
    ['Pyramidal cells suppressed parvalbumin interneurons.', 'causes'],
    ['Astrocytes drove the response to the whisker.', 'causes'],
    ['Pyramidal cells responded more strongly in naive mice than in trained ones.', 'results'],
    ['Two-photon imaging was used.', 'methods'],
    ['Spikes were sorted online.', 'methods'],
    ['GCaMP6s was expressed in the cells.', 'methods'],
    ['The mice were of the Balb/c strain.', 'strains'],
    ['Fields of view were about 2.5 mm wide.', 'estimates'],
    ['Imaging was applied to four mice in order to map whisker responses.', 'subject-counts'],
    ['Signals of the cerebellum are given as well.', 'regions'],
    ['Each file also stores the blood oxygenation and the trials.', 'holdings'],
    ['The data come from Texas A&M University.', 'institutions'],
  ])('with an error are found: “%s”, by %s', (sentence, check) => {
    expect(findChecks(sentence, evidence)).toContain(check);
  });

  it('are reported with enough words to find the sentence', () => {
    const [finding] = runChecks(
      parseReply(
        '## Abstract\n\nHeld still, astrocytes of the animals drove the response to the whisker, which was new.\n\n## Data\n\nRecordings are available.\n\n## Keywords\n\n- recordings\n',
      ),
      evidence,
    ).findings.filter(({ check }) => check === 'causes');
    expect(finding?.excerpt).toBe('astrocytes of the animals drove the response to the whisker');
  });
});

describe('meanings', () => {
  it.each([
    ['fibres', 'fiber'],
    ['anaesthetised', 'anesthetized'],
    ['rotation', 'rotating'],
    ['feasibility', 'feasible'],
    ['neurons', 'cells'],
    ['glia', 'astrocytes'],
  ])('are the same for %s and %s', (one, other) => {
    expect(findMeaning(one)).toBe(findMeaning(other));
  });

  it.each([
    ['electrode', 'electroporation'],
    ['activate', 'suppress'],
    ['inhibitory', 'suppressed'],
    ['interneuron', 'interval'],
  ])('differ for %s and %s', (one, other) => {
    expect(findMeaning(one)).not.toBe(findMeaning(other));
  });
});

describe('who does what to whom', () => {
  const said = ['Thalamic axons activate the interneurons of layer 1.'];
  it('is the same in the passive', () => {
    expect(isReversed('Layer 1 interneurons are activated by thalamic axons.', said)).toBe(false);
    expect(isReversed('Thalamic axons are activated by layer 1 interneurons.', said)).toBe(true);
  });
  it('is reversed by an opposite verb', () => {
    expect(isReversed('Thalamic axons suppress the interneurons of layer 1.', said)).toBe(true);
    expect(isReversed('Cortical axons suppress the pyramidal cells.', said)).toBe(false);
  });
});

describe('things said to be stored', () => {
  it('are the nouns of a list', () => {
    const found = findStoredThings('Each file holds the phase angle, raw data and a table of trials.');
    expect(found.map(({ written, meanings }) => [written, meanings.length])).toEqual([
      ['the phase angle', 2],
      ['raw data', 0],
      ['a table', 0],
    ]);
  });
});
