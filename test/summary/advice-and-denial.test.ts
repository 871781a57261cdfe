/**
 * Sentences about absent data, advice for readers and guesses: they claim nothing about the files, unlike the similar
 * sentences beside them.
 */
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { coverage, dandiset, fileType, series } from '../model/example-facts.ts';
import { findChecksOfDescription } from './find-checks.ts';

const evidence = buildEvidence({
  facts: {
    dandiset: dandiset({
      name: 'Rats on a WTrack',
      description: 'Position of rats on a W-track was imaged through a 16x objective.',
      species: ['Rattus norvegicus - Norway rat'],
    }),
    coverage: coverage(20),
    fileTypes: [
      fileType(1, 20, {
        series: [
          series('/processing/behavior/Position_20210314_2', 'SpatialSeries', { shape: [9, 2], rate: 25 }),
        ],
        texts: { session_id: 'ses_a17', session_start_time: '2022-05-31T10:00:00' },
      }),
    ],
    contents: new VersionTally().build(describeMetadata(undefined)),
  },
});

describe('a sentence that claims nothing has no finding', () => {
  it.each([
    '**Not present:** spike times, calcium imaging and videos.',
    'Not included: EEG.',
    'Spike times, which a comparison needs, do not appear in the files.',
    'Loading the files with SpikeInterface should be straightforward.',
    'The extension `ndx-pose` will probably be needed to open the files.',
    'These sessions are best thought of as simulations, not as rats.',
    'An obvious first analysis is to compare speeds on the earliest with those on the later days.',
    'Rats were running on W-shaped tracks.',
    'They were imaged through a 16× objective.',
  ])('%s', (sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).toEqual([]);
  });
});

describe('a similar sentence with a claim has one', () => {
  it.each([
    ['**Present:** spike times, calcium imaging and videos.', 'videos'],
    ['Spike times, which a comparison needs, are in all files.', 'data-kinds'],
    ['The spikes were sorted with SpikeInterface.', 'software'],
    ['The extension `ndx-pose` is needed to open the files.', 'code-names'],
    ['Speeds were higher on the later days.', 'results'],
    ['Rats were running on a wheel.', 'behaviors'],
    ['They were imaged through a 40× objective.', 'devices'],
    ['It was simulated with the NEST simulator.', 'software'],
    ['The subjects are axolotls.', 'species'],
  ])('%s', (sentence, check) => {
    expect(findChecksOfDescription(sentence, evidence)).toContain(check);
  });
});

describe('a month', () => {
  it('is known from a date in a name', () => {
    expect(findChecksOfDescription('The files are of March 2021, by their names.', evidence)).toEqual([]);
    expect(findChecksOfDescription('The files are of March 2020, by their names.', evidence)).toContain(
      'dates',
    );
  });
});

describe('ids and dates of single sessions', () => {
  it('are found if a sentence says them of all files', () => {
    expect(findChecksOfDescription('Recordings were made on 31 May 2022.', evidence)).toContain('sessions');
    expect(findChecksOfDescription('The session is ses_a17.', evidence)).toContain('sessions');
  });

  it.each([
    'One of the files, labelled ses_a17, is an example.',
    'Of these, 13 files are of 31 May 2022.',
    'The name ses_a17 stands for a session of animal 17.',
  ])('are not where it says them of some: %s', (sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).not.toContain('sessions');
  });
});
