/** True sentences about a Dandiset in other words and numbers than its facts, and similar sentences that are false. */
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { coverage, dandiset, fileType, series, table } from '../model/example-facts.ts';
import { findChecksOfDescription } from './find-checks.ts';

const facts: DandisetFacts = {
  dandiset: dandiset({
    name: 'Olfactory search in the dark',
    description:
      'Head-fixed mice smelled odors while two-photon imaging was done in the olfactory bulb, 400-900 um wide. Each day had 240 trials of search and 240 trials of rest. EMG was kept. A train had 15 pulses. Depth probes were by NIH and NINDS. See https://github.com/smell-lab/search-sfn-2023 and 10.1101/2021.03.04.433456v2. Session p148 was taken with the laser OBIS470; the electrodes are 1: 5, 2: 10 (in um), for the first 5 weeks. SEEG contacts were used too.',
    species: ['Mus musculus - House mouse'],
    numberOfSubjects: 9,
    numberOfFiles: 12,
    numberOfBytes: 17_700_000_000,
  }),
  coverage: coverage(12),
  fileTypes: [
    fileType(1, 12, {
      series: [
        series('/acquisition/TwoPhotonSeries', 'TwoPhotonSeries', { shape: [90_000, 512, 512], rate: 25 }),
        series('/processing/behavior/task_4711_reward', 'TimeSeries', { shape: [1_200], rate: 25 }),
      ],
      tables: [table('/intervals/trials', 'TimeIntervals', 480, ['start_time', 'stop_time'])],
    }),
  ],
  contents: new VersionTally().build(describeMetadata(undefined)),
};
const evidence = buildEvidence({ facts });

describe('numbers that follow from the facts', () => {
  it.each([
    'A day has 480 trials, half of them of search.',
    'At 25 Hz for an hour, that is 90,000 frames.',
    'A file has about 1.5 GB on average.',
    'The field of view was 900 micrometers wide.',
    'The contacts are of 5 micrometers.',
    'A simple calculation shows 60 pulses.',
    'The mouse was recorded on postnatal day 148, that is, at about 21 weeks.',
    'A mouse of the session p148 was about 21 weeks old.',
    'A viewer for a meeting in 2023 is linked.',
    'One entry (4711) is a reward.',
    'The laser is one of 470 nm, by its name.',
  ])('have no findings: %s', (sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).toEqual([]);
  });

  it.each([
    ['A day has 700 trials of search.', /numbers|counted/],
    ['At 25 Hz for an hour, that is 45,000 frames.', /numbers|estimates|counted/],
    ['A file has about 4.5 GB on average.', /estimates|quantities/],
    ['The field of view was 1,700 micrometers wide.', /quantities/],
    ['A mouse of the session p148 was about 40 weeks old.', /ages/],
    ['A viewer for a meeting in 2019 is linked.', /numbers/],
    ['One entry (4799) is a reward.', /numbers/],
    ['The laser is one of 532 nm.', /quantities/],
  ])('are distinguished from others: %s', (sentence, expected) => {
    expect(findChecksOfDescription(sentence, evidence).join(' ')).toMatch(expected);
  });
});

describe('words that resemble a claim', () => {
  it.each([
    'Spike times, field potentials and video are all absent.',
    'The animal faces the odor, and muscle tone was estimated from the EMG.',
    'Two contact persons are named.',
    'The three groups of files have one layout.',
    'The rig is an interface driven by a program.',
    'This resource is useful because it has trials in the dark.',
    'The largest electrodes have ten times the area of the smallest.',
    'Does the odor drive the neurons?',
    'Depth electrodes were used in the olfactory bulb.',
    'Funding came from the National Institute of Neurological Disorders and Stroke.',
    'The IP receptor type 2 is no type of file.',
    'The owners do not state any results in the description.',
    'The owners explain the trials in the description.',
    'The preprint is 10.1101/2021.03.04.433456.',
    'Astrocytes are ideally positioned to mediate the response.',
    'The role of such neurons is less well characterized.',
    'Drift can severely compromise spike sorting.',
    'The imaging is of nine mice, for the most part in the dark.',
    'The preprint is 10.1101/2021.03.04.433456v1.',
  ])('have no findings: %s', (sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).toEqual([]);
  });

  it.each([
    ['Spike times are available, and no video is.', /data-kinds|holdings/],
    ['Tones were played while mice faced the odor.', /stimuli/],
    ['Interneurons were silenced because astrocytes drove the neurons.', /causes/],
    ['Neurons of the bulb kept most of their tuning.', /results/],
    ['Silencing astrocytes slowed the response.', /causes|results/],
    ['The recordings were of the tibialis anterior.', /regions/],
    ['Breathing was followed by plethysmography.', /methods/],
    ['- gene expression counts of each cell', /holdings|methods/],
    ['Funding came from the National Institute of Mental Health.', /institutions/],
    ['The preprint is 10.1101/2021.03.04.433457.', /links/],
  ])('are distinguished from false claims: %s', (sentence, expected) => {
    expect(findChecksOfDescription(sentence, evidence).join(' ')).toMatch(expected);
  });
});
