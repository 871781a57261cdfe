/** What supports a claim and what does not: units, regions in their tree, counts by noun, sex and age, names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { VersionTally } from '../../shared/facts/version-tally.ts';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { findUnit, UNITS, type Unit } from '../../shared/vocabulary/units.ts';
import { countRuns } from '../effort.ts';
import { buildSeries, countedFacts } from '../model/counted-facts.ts';
import { coverage, dandiset, fileType, series, table } from '../model/example-facts.ts';

const empty = new VersionTally().build(describeMetadata(undefined));

const facts: DandisetFacts = {
  dandiset: dandiset({
    name: 'Activity of V4 and MGN',
    description:
      'Neuropixels recordings in V4, MGN and VMHvl of rhesus macaques. Pressure was held at 12.5 kPa for 250 ms. Stimuli were 4, 40 and 200 µs long. Attention raised firing rates in V4.',
    species: ['Macaca mulatta - Rhesus monkey'],
    numberOfSubjects: 3,
    numberOfFiles: 77,
  }),
  coverage: coverage(12),
  fileTypes: [
    fileType(1, 8, {
      subject: { sex: 'F', age: 'P9Y' },
      texts: { lab: 'Moore Lab', institution: 'University of Conecticut', identifier: 'f0a1-1977-4242' },
      series: [
        series('/acquisition/ElectricalSeriesLF', 'ElectricalSeries', {
          shape: [900_000, 384],
          dtype: 'float64',
          rate: 2500,
        }),
      ],
      tables: [table('/intervals/trials', 'TimeIntervals', 431, ['start_time', 'stop_time'])],
    }),
    fileType(2, 4),
  ],
  contents: { ...empty, all: { ...empty.all, sessions: 12, subjects: 3 } },
};

function found(sentence: string): string[] {
  const text = `## Abstract\n\nMonkeys were recorded. ${sentence}\n\nThe data may serve to study vision.\n\n## Data\n\nThe Dandiset has 12 NWB files of recordings in monkeys.\n\n## Keywords\n\n- V4\n`;
  return runChecks(parseReply(text), buildEvidence({ facts }), { finish: 'stop' }).findings.map(
    ({ check, excerpt }) => `${check}: ${excerpt}`,
  );
}

/** Names of one unit: symbol, word, plural, and both in other cases unless another unit has that name. */
function listNames({ symbol, word }: Unit): string[] {
  const forms = [symbol, word, `${word}s`, `${word[0]!.toUpperCase()}${word.slice(1)}`, word.toUpperCase()];
  return forms.filter((name) => findUnit(name)?.symbol === symbol);
}

describe('a unit that only a field names', () => {
  const cases = UNITS.flatMap((unit) => listNames(unit).map((name) => ({ unit, name })));
  const sentence = ({ word }: Unit) =>
    `## Abstract\n\nSignals are stored in ${word.replace(/^\p{L}+/u, '$&s')} here.\n`;
  const listFindings = (unit: Unit, given: DandisetFacts) =>
    runChecks(parseReply(sentence(unit)), buildEvidence({ facts: given }), {
      finish: 'stop',
    }).findings.filter(({ check }) => check === 'quantities');

  it('supports its name in words, however the field writes it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.boolean(), ({ unit, name }, isCounted) => {
        const content = buildSeries('/acquisition/trace', 'TimeSeries', { units: [name] });
        const given = isCounted
          ? countedFacts({ name: 'Traces' }, [{ path: 'a.nwb', header: { series: [content] } }])
          : {
              ...facts,
              fileTypes: [fileType(1, 8, { series: [series('/a', 'TimeSeries', { unit: name })] })],
            };
        expect(listFindings(unit, given), name).toEqual([]);
      }),
      { numRuns: countRuns(150) },
    );
  });

  it('supports no other multiple of it', () => {
    const given = {
      ...facts,
      fileTypes: [fileType(1, 8, { series: [series('/a', 'TimeSeries', { unit: 'V' })] })],
    };
    expect(listFindings(findUnit('V')!, given)).toEqual([]);
    expect(listFindings(findUnit('kV')!, given)).toHaveLength(1);
  });
});

describe('claims that the facts support', () => {
  it.each([
    'Neurons of visual cortex, of the thalamus and of the hypothalamus were recorded.',
    'Local field potentials are included.',
    'Pressure was 12.5 kilopascal.'.replace('kilopascal', 'kPa'),
    'Stimuli lasted from 4 to 200 microseconds.',
    'Pressure was held for 0.25 seconds.',
    'A recording lasts 6 minutes, that is, 360 s.',
    'The low band was sampled at 2.5 kHz on 384 channels.',
    'An example file has 431 trials.',
    'The metadata list 77 files.',
    'One subject was a female of 9 years.',
    'The data are from the Moore Lab at the University of Connecticut.',
    'Attention raised firing rates in V4.',
    'No video was recorded.',
    'Optogenetic stimulation could be added in future work.',
  ])('%s', (sentence) => {
    expect(found(sentence)).toEqual([]);
  });
});

describe('claims that the facts do not support', () => {
  it.each<[sentence: string, finding: string]>([
    ['Voltage was kept at 64 mV.', 'quantities: 64 mV'],
    ['In all, 1,977 cells were seen.', 'estimates: 1,977'],
    ['Pressure was 12.5 Pa.', 'quantities: 12.5 Pa'],
    ['The speed is given in kilometres.', 'quantities: in kilometres'],
    ['Area V1 was recorded.', 'regions: V1'],
    ['The inferior colliculus was recorded.', 'regions: inferior colliculus'],
    ['Optogenetic stimulation was used.', 'data-kinds: Optogenetic stimulation'],
    ['There were forty trials in each block.', 'counted: forty trials'],
    ['All three were males.', 'sexes: males'],
    ['Animals were 4 years old.', 'ages: 4 years old'],
    ['The data are from the Frank Lab.', 'labs: Frank Lab'],
    ['The work was done at the University of Utah.', 'institutions: University of Utah'],
    ['Spikes were sorted with Foosort 3.', 'software: Foosort 3'],
    ['Images were taken with a Foocorp X3 microscope.', 'devices: Foocorp X3'],
    ['Video of the face is included.', 'videos: Video'],
    ['The monkeys ran on a treadmill.', 'behaviors: treadmill'],
    [
      'Firing was sharper in the alert state than at rest.',
      'results: Firing was sharper in the alert state than at rest',
    ],
    ['Attention causes pupils to widen.', 'causes: Attention causes pupils to widen'],
    ['Files of the second kind hold nothing.', 'disguised-labels: Files of the second kind'],
    ['All recordings were made in 2014.', 'dates: in 2014'],
  ])('%s', (sentence, finding) => {
    expect(found(sentence).map((each) => each.replace(/\s+/g, ' '))).toContainEqual(
      expect.stringContaining(finding),
    );
  });

  it('does not read a label as a count', () => {
    expect(found('Type 2 files hold nothing.').map((each) => each.split(':')[0])).toEqual(['type-labels']);
  });
});
