import { describe, expect, it } from 'vitest';
import type { DandisetFacts } from '../../shared/prompt/facts.ts';
import { buildSuggestions } from '../../shared/summary/suggestions.ts';
import { coverage, dandiset, EXAMPLES, fileType } from '../model/example-facts.ts';

describe('buildSuggestions', () => {
  it('suggests what the files contain and the metadata do not', () => {
    expect(buildSuggestions(EXAMPLES.extracellular as DandisetFacts)).toEqual([
      { field: 'approach', value: 'optogenetic approach', evidence: '1 file holds optogenetic stimulation.' },
      {
        field: 'keywords',
        value: 'extracellular electrophysiology',
        evidence: '41 files hold extracellular electrophysiology recordings.',
      },
      {
        field: 'keywords',
        value: 'local field potential',
        evidence: '61 files hold local field potentials.',
      },
      { field: 'keywords', value: 'spike times', evidence: '40 files hold spike times of units.' },
      { field: 'keywords', value: 'behavioral tracking', evidence: '40 files hold position tracking.' },
      { field: 'keywords', value: 'optogenetics', evidence: '1 file holds optogenetic stimulation.' },
    ]);
  });

  it('names species of the headers, with the file', () => {
    const facts = {
      dandiset: dandiset({ description: 'x' }),
      coverage: coverage(1),
      fileTypes: [fileType(1, 1, { subject: { species: 'Mus musculus' } })],
    };
    expect(buildSuggestions(facts)).toEqual([
      {
        field: 'species',
        value: 'Mus musculus',
        evidence: 'The subject of sub-1/sub-1_ses-1.nwb is of this species.',
      },
    ]);
  });

  it('compares the metadata with the existing files', () => {
    const facts = (numberOfFiles: number) => ({
      dandiset: dandiset({ description: 'x', numberOfFiles }),
      coverage: coverage(3),
      fileTypes: [],
    });
    expect(buildSuggestions(facts(2))).toEqual([
      {
        field: 'assetsSummary',
        value: '3',
        evidence: "The metadata's assetsSummary counts 2 files; the version has 3.",
      },
    ]);
    expect(buildSuggestions(facts(3))).toEqual([]);
  });

  it('suggests nothing if the metadata are complete', () => {
    expect(
      buildSuggestions({ dandiset: dandiset({ description: 'x' }), coverage: coverage(0), fileTypes: [] }),
    ).toEqual([]);
  });
});
