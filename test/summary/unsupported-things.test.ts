/** Claims that no fact supports: each beside a similar sentence that the facts support or that claims nothing. */
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { coverage, dandiset, fileType, series } from '../model/example-facts.ts';
import { findChecksOfDescription } from './find-checks.ts';

const evidence = buildEvidence({
  facts: {
    dandiset: dandiset({
      name: 'Swimming of larvae',
      description: 'Larval zebrafish swam in a lane at UCSF. Position is in mm. No seizure was seen.',
      species: ['Danio rerio - Zebra fish'],
    }),
    coverage: coverage(3),
    fileTypes: [
      fileType(1, 3, { series: [series('/acquisition/swim', 'TimeSeries', { shape: [9], rate: 25 })] }),
    ],
    contents: new VersionTally().build(describeMetadata(undefined)),
  },
});

describe('a claim without support is found', () => {
  it.each([
    ['videos', 'Overhead movies of the arena are given for each session.'],
    ['videos', 'Video: high-speed footage of the gait.'],
    ['videos', 'No video of the face is included. A time-lapse movie shows the larvae.'],
    ['field-units', 'The position is given in pixels.'],
    ['field-units', 'Latency is stored in microseconds.'],
    ['institutions', 'The work was done at UC San Diego.'],
    ['institutions', 'The work was done at the University of California, Los Angeles.'],
    ['holdings', 'The files also contain transcript counts.'],
    ['holdings', 'Deconvolved activity is stored as well.'],
    ['strains', 'Animals were water-restricted.'],
    ['results', 'Speed rises steeply as the larvae approach the wall.'],
  ])('by %s: %s', (check, sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).toContain(check);
  });
});

describe('a similar sentence is not', () => {
  it.each([
    ['videos', 'No video of the face is included.'],
    ['videos', 'A movie of the arena might help.'],
    ['field-units', 'The position is given in millimeters.'],
    ['institutions', 'The work was done at UC San Francisco.'],
    ['institutions', 'The work was done at the University of California, San Francisco.'],
    ['holdings', 'The files do not contain transcript counts.'],
    ['strains', 'The larvae were not water-restricted.'],
    ['strains', 'Larvae had a seizure.'],
    ['strains', 'It was funded by the National Institute of Neurological Disorders and Stroke.'],
  ])('by %s: %s', (check, sentence) => {
    expect(findChecksOfDescription(sentence, evidence)).not.toContain(check);
  });
});
