/** Search over a handful of Dandisets: the results of each kind of query, their order, and what is shown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeIndex, withTerms } from '../../shared/search/index-file.ts';
import { explainQuery, findSnippets, search } from '../../shared/search/run-search.ts';
import { SearchIndex } from '../../shared/search/search-index.ts';
import type { Snippet } from '../../shared/search/snippet.ts';
import { searchDocument } from './documents.ts';

const DOCUMENTS = [
  searchDocument(1, {
    title: 'Remapping on two tracks',
    summary: 'Tetrodes recorded neurons in CA1 while rats ran along a linear track for reward.',
    description: 'Described in an article (https://doi.org/10.1000/182.maze-1).',
    speciesNames: ['Rattus norvegicus - Norway rat'],
    locations: ['CA1'],
    neurodataTypes: ['ElectricalSeries', 'LFP', 'Units'],
    numbers: { subjects: 5, files: 20, sessions: 20, units: 640, bytes: 3e10, rate: 30_000, duration: 7200 },
    contributors: ['Moser, Anna', 'Lab of Tracks'],
  }),
  searchDocument(2, {
    title: 'Orientation tuning',
    summary:
      'Mice viewed drifting gratings under a two-photon microscope; the integration of contrast was studied.',
    description:
      'Layer 2/3 of the primary visual cortex expressed GCaMP6f. Generation of the maps is described.',
    speciesNames: ['Mus musculus'],
    locations: ['VISp2/3'],
    neurodataTypes: ['TwoPhotonSeries', 'PlaneSegmentation', 'SpikeEventSeries'],
    numbers: { subjects: 12, files: 40, sessions: 40, rois: 5000, bytes: 2e12, rate: 30, duration: 3600 },
    licenses: ['CC0-1.0'],
    version: '0.240312.1200',
    created: '2024-03-12',
  }),
  searchDocument(3, {
    title: 'Listening to stories',
    summary:
      'Patients with epilepsy listened to speech while intracranial EEG was recorded from the superior temporal gyrus.',
    speciesNames: ['Homo sapiens - Human'],
    approaches: ['electrophysiological approach'],
    neurodataTypes: ['ElectricalSeries'],
    numbers: { subjects: 9, files: 9, sessions: 9, electrodes: 128, bytes: 9e9, rate: 2000 },
    version: '0.230102.0800',
    created: '2023-01-02',
  }),
  searchDocument(4, {
    title: 'Whole-cell recordings of the dentate gyrus',
    summary: 'Current clamp in slices of mice. Place was not studied; each cell was filled.',
    speciesNames: ['Mus musculus - House mouse'],
    neurodataTypes: ['CurrentClampSeries'],
    numbers: { subjects: 30, files: 90, sessions: 90, bytes: 4e8 },
  }),
  searchDocument(5, { title: 'A file for trying things out', summary: 'Numbers without meaning.' }),
];
const INDEX = SearchIndex.load(encodeIndex(DOCUMENTS.map(withTerms)));
const ids = (query: string): number[] => search(INDEX, query).hits.map(({ row }) => Number(row.id));
const readText = ({ parts }: Snippet): string =>
  parts.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join('');

describe('a search', () => {
  it.each<[string, number[]]>([
    ['mouse', [2, 4]],
    ['mice', [2, 4]],
    ['Mus musculus', [2, 4]],
    ['rat', [1]],
    ['homo', [3]],
    ['human', [3]],
    ['rodents', [1, 2, 4]],
    ['hippocampus', [1, 4]],
    ['CA1', [1]],
    ['V1', [2]],
    ['primary visual area', [2]],
    ['visual cortex', [2]],
    ['2p', [2]],
    ['two-photon', [2]],
    ['iEEG', [3]],
    ['speech', [3]],
    ['auditory cortex', [3]],
    ['patch clamp', [4]],
    ['electrophysiology', [1, 2, 3, 4]],
    ['TimeSeries', [1, 2, 3, 4]],
    ['ElectricalSeries', [1, 2, 3]],
    ['recordng', [1, 3, 4]],
    ['hipocampus', [1, 4]],
    ['orient', [2]],
    ['layer 2', [2]],
    ['tune', [2]],
    ['Moser', [1]],
    ['000003', [3]],
    ['DANDI:000003', [3]],
    ['optogenetics', []],
    ['eration', []],
    ['hipocampal', [1, 4]],
    ['mouse OR rat', [1, 2, 4]],
    ['(CA1 OR V1) species:rodent', [1, 2]],
    ['000002/0.240312.1200', [2]],
    ['DANDI:3', [3]],
    ['dandi:000003/draft', [3]],
    ['https://dandiarchive.org/dandiset/000002/0.240312.1200', [2]],
    ['https://gui.dandiarchive.org/#/dandiset/000001', [1]],
    ['https://api.dandiarchive.org/api/dandisets/000004/', [4]],
    ['https://doi.org/10.48324/dandi.000003/0.230102.0800', [3]],
    ['10.80507/dandi.000001', [1]],
    ['doi:10.1000/182.maze-1', [1]],
    ['https://doi.org/10.1000/182.maze-1', [1]],
    ['10.1000/182.maze-2', []],
    ['DANDI:000009', []],
  ])('for %s', (query, found) => {
    expect(ids(query).sort()).toEqual(found);
  });

  it.each<[string, number[]]>([
    ['species:mouse', [2, 4]],
    ['-species:mouse', [1, 3, 5]],
    ['species:"Mus musculus"', [2, 4]],
    ['anatomy:hippocampus', [1, 4]],
    ['anatomy_exact:hippocampus', []],
    ['anatomy_exact:CA1', [1]],
    ['approach:electrophysiological', [1, 2, 3, 4]],
    ['technique:"two-photon microscopy technique"', [2]],
    ['variable:LFP', [1]],
    ['variable:ElectricalSeries', [1, 2, 3]],
    ['created_after:2024-01-01', [2]],
    ['created_before:2024', [3]],
    ['published_after:2023-01', [2, 3]],
    ['is:draft', [1, 4, 5]],
    ['license:CC0', [2]],
    ['author:moser', [1]],
    ['id:3', [3]],
    ['units>=500', [1]],
    ['units ≥ 500', [1]],
    ['units > 640', []],
    ['at least 640 units', [1]],
    ['more than 640 units', []],
    ['sessions >= 40', [2, 4]],
    ['subjects:5..12', [1, 2, 3]],
    ['size > 1 TB', [2]],
    ['larger than 1 TB', [2]],
    ['rate>=20kHz', [1]],
    ['duration > 90 min', [1]],
    ['longer than 1 hour', [1]],
    ['500+ neurons', [1, 2]],
    ['-files>30', [1, 3, 5]],
    ['at least 20 mice', [4]],
    ['"linear track"', [1]],
    ['"track linear"', []],
    ['mouse -"drifting gratings"', [4]],
    ['“linear track”', [1]],
    ['mouse -slices', [2]],
    ['units>=500 CA1', [1]],
    ['CA1 units>=500 species:rat', [1]],
    ['units>0.5k', [1]],
    ['>600 units', [1]],
    ['more than twenty mice', [4]],
    ['a dozen or more subjects', [2, 4]],
    ['subjects:5..12 mouse', [2]],
    ['size > 1 TB mouse', [2]],
    ['species: mouse', [2, 4]],
    ['species:mouse,rat', [1, 2, 4]],
    ['species:mouse OR species:rat', [1, 2, 4]],
    ['-species:mouse,rat', [3, 5]],
    ['species:rat OR units>=10 OR rois>=10', [1, 2]],
    ['units>=10 sessions>=2 species:rat', [1]],
    ['between 5 and 10 rats', [1]],
    ['between six and twelve subjects', [2, 3]],
    ['author:moser OR id:3', [1, 3]],
    ['"linear track" OR "drifting gratings"', [1, 2]],
    ['species:Mus musculus gratings', [2]],
    ['anatomy:primary visual area', [2]],
    ['variable:two-photon', [2]],
    ['license:"CC0 1.0"', [2]],
    ['license:cc-by-4', [1, 3, 4, 5]],
    ['created_after:2024/1/1', [2]],
    ['mouse NOT slices', [2]],
  ])('with the condition %s', (query, found) => {
    expect(ids(query).sort()).toEqual(found);
  });

  it('reports unreadable conditions, and searches with the others', () => {
    const { query } = search(INDEX, 'mouse created_after:yesterday');
    expect(query.unread).toEqual(['created_after: cannot be read from "yesterday".']);
    expect(query.conditions).toEqual([]);
    expect(search(INDEX, 'mouse units>=many created_after:2023-02-30').query).toMatchObject({
      conditions: [],
      unread: [
        'units>=many cannot be read: a comparison needs a number.',
        'created_after: cannot be read from "2023-02-30".',
      ],
    });
  });

  it('finds nothing, and reports why, if no part of a query can be read', () => {
    for (const query of ['units>=abc', 'the of', 'created_after:yesterday', '?!']) {
      const { hits, query: read } = search(INDEX, query);
      expect([query, hits.length, read.unread.length]).toEqual([query, 0, 1]);
    }
    expect(search(INDEX, '').hits).toHaveLength(INDEX.rows.length);
  });

  it('corrects the name of a condition, and reports it', () => {
    const { hits, query } = search(INDEX, 'specie:mouse');
    expect(query.corrections).toEqual([{ from: 'specie:', to: 'species:' }]);
    expect(hits).toEqual(search(INDEX, 'species:mouse').hits);
    for (const other of ['doi:x', 'http://mouse', '"specie:mouse"'])
      expect([other, search(INDEX, other).query.corrections]).toEqual([other, []]);
  });

  it('ranks full matches before partial ones, and reports what is missing', () => {
    const { hits } = search(INDEX, 'mouse hippocampus');
    const [whole, ...parts] = hits.map(({ row, missing }) => [Number(row.id), missing]);
    expect(whole).toEqual([4, []]);
    expect(parts.sort()).toEqual([
      [1, ['mouse']],
      [2, ['hippocampus']],
    ]);
  });

  it('offers the nearest results if nothing matches', () => {
    const outcome = search(INDEX, 'drosophila optogenetics grooming with gratings');
    expect(outcome.isNearest).toBe(true);
    expect(outcome.hits[0]?.row.id).toBe('000002');
  });

  it('explains how it understood the words', () => {
    expect(explainQuery(search(INDEX, 'V1 hipocampus gratings').query)).toEqual([
      { written: 'V1', means: ['primary visual area'] },
      { written: 'hippocampus', means: ['hippocampus'] },
      { written: 'gratings', means: ['visual stimulation'] },
    ]);
  });

  it('marks the words found in the text, including other names', () => {
    const outcome = search(INDEX, 'hippocampus reward');
    const [first] = outcome.hits;
    expect(findSnippets(INDEX, outcome, first!).map(readText)).toEqual([
      'Tetrodes recorded neurons in [CA1] while rats ran along a linear track for [reward].',
    ]);
  });

  it('never fails, and returns each Dandiset once, for any query', () => {
    const words = fc.constantFrom(
      'mouse',
      'species:',
      '"',
      '-',
      'units',
      '>=',
      '5',
      'V1',
      '*',
      ':',
      'NOT',
      'at least',
      '(',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 8 }).map((all) => all.join(' ')),
        ),
        (query) => {
          const outcome = search(INDEX, query);
          const found = outcome.hits.map(({ row }) => row.id);
          expect(new Set(found).size).toBe(found.length);
          for (const hit of outcome.hits) {
            expect(Number.isFinite(hit.score)).toBe(true);
            for (const { parts } of findSnippets(INDEX, outcome, hit))
              expect(parts.some(({ isFound }) => isFound)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads the start of a text that is longer than any query, and reports it', () => {
    const noise = Array.from({ length: 2_000 }, (_, at) => `wrd${at.toString(36).replace(/\d/g, 'x')}q`);
    const { hits, query } = search(INDEX, ['gratings', ...noise].join(' '));
    expect(hits[0]?.row.id).toBe('000002');
    expect(query.units.length).toBeLessThanOrEqual(300);
    expect(query.corrections.length).toBeLessThanOrEqual(12);
    expect(query.unread).toEqual(['Only the first 300 words of the query were read.']);
    expect(search(INDEX, `${'('.repeat(20_000)}gratings`).query.unread).toHaveLength(1);
    expect(hits[0]?.missing.length).toBeLessThanOrEqual(20);
    const long = search(INDEX, `gratings ${'x'.repeat(9_000)}`);
    expect(JSON.stringify(long.hits.map(({ found, missing }) => [found, missing])).length).toBeLessThan(500);
  });

  it('corrects a misspelled word in place, and no part of another word', () => {
    const { query } = search(INDEX, 'extraktive trak');
    expect(query.corrections).toEqual([{ from: 'trak', to: 'track' }]);
    expect(query.units.map(({ written }) => written)).toEqual(['extraktive', 'track']);
  });

  it('does not treat a short form as the start of a word', () => {
    expect(ids('MIC')).toEqual([]);
    expect(ids('mic')).not.toEqual([]);
  });

  it('removes the possessive s', () => {
    expect(search(INDEX, "the rat's reward").query.units.map(({ written }) => written)).toEqual([
      'rat',
      'reward',
    ]);
  });

  it('corrects words that an owner misspelled too, if most do not', () => {
    const many = Array.from({ length: 30 }, (_, at) =>
      withTerms(
        searchDocument(at + 1, { summary: at === 0 ? 'The hippokampus.' : 'The hippocampus was recorded.' }),
      ),
    );
    const { hits, query } = search(SearchIndex.load(encodeIndex(many)), 'hippokampus');
    expect(query.corrections).toEqual([{ from: 'hippokampus', to: 'hippocampus' }]);
    expect(hits).toHaveLength(29);
  });
});

describe('a term that no document has', () => {
  it('is not found by one word of its name, but documents with one are nearest', () => {
    const { hits, isNearest } = search(INDEX, 'motor cortex');
    expect(hits.map(({ row, missing }) => [row.id, missing])).toEqual([['000002', ['motor cortex']]]);
    expect(isNearest).toBe(true);
  });

  it('is replaced by its parent, which does not count as found', () => {
    const { hits, isNearest } = search(INDEX, 'CA3');
    expect(hits.map(({ row, found, missing }) => [Number(row.id), found, missing])).toEqual([
      [1, [], ['CA3']],
    ]);
    expect(isNearest).toBe(true);
  });

  it('keeps the results of the rest of the query', () => {
    expect(ids('mouse gratings motor cortex')[0]).toBe(2);
  });
});

describe('cortical layers', () => {
  const index = SearchIndex.load(
    encodeIndex(
      [
        searchDocument(1, { summary: 'Dendrites of layer 5 pyramidal neurons were patched.' }),
        searchDocument(2, { summary: 'Somata in L5 were imaged.' }),
        searchDocument(3, { summary: 'Layers 2/3 were imaged, five planes each.' }),
      ].map(withTerms),
    ),
  );
  const find = (query: string): [number, string][] => {
    const outcome = search(index, query);
    return outcome.hits.map((hit) => [
      Number(hit.row.id),
      findSnippets(index, outcome, hit).map(readText).join(),
    ]);
  };

  it('are shown however they are written', () => {
    expect(find('layer 5').sort()).toEqual([
      [1, 'Dendrites of [layer 5] pyramidal neurons were patched.'],
      [2, 'Somata in [L5] were imaged.'],
    ]);
    expect(find('L3')).toEqual([[3, '[Layers 2/3] were imaged, five planes each.']]);
  });

  it('are found in phrases', () => {
    expect(find('"layer 5 pyramidal"').map(([id]) => id)).toEqual([1]);
    expect(find('"somata in L5"').map(([id]) => id)).toEqual([2]);
    expect(find('"layer 5 imaged"').map(([id]) => id)).toEqual([2]);
  });
});

describe('the words found', () => {
  it('are marked in the right place, though accents are separate characters', () => {
    const summary = 'A naïve, naïve, naïve way to the maze.'.normalize('NFD');
    const index = SearchIndex.load(encodeIndex([withTerms(searchDocument(1, { summary }))]));
    const outcome = search(index, 'maze');
    expect(findSnippets(index, outcome, outcome.hits[0]!).map(readText)).toEqual([
      'A naïve, naïve, naïve way to the [maze].'.normalize('NFC'),
    ]);
  });

  it('are the same when texts are shown again', () => {
    const show = (index: SearchIndex, query: string): string[] => {
      const outcome = search(index, query);
      return outcome.hits.flatMap((hit) => findSnippets(index, outcome, hit).map(readText));
    };
    const fresh = (): SearchIndex => SearchIndex.load(encodeIndex(DOCUMENTS.map(withTerms)));
    const words = [
      'mouse',
      'hippocampus',
      'CA1',
      'linear',
      '"linear track"',
      'speech',
      'V1',
      'clamp',
      'maze',
    ];
    const kept = fresh();
    fc.assert(
      fc.property(fc.subarray(words, { minLength: 1 }), (requested) => {
        const query = requested.join(' ');
        expect(show(kept, query)).toEqual(show(fresh(), query));
      }),
      { numRuns: 40 },
    );
  });
});

describe('an index', () => {
  it('is the same for the same documents, in whichever order they came', () => {
    const one = encodeIndex(DOCUMENTS.map(withTerms));
    expect(Buffer.from(encodeIndex([...DOCUMENTS].reverse().map(withTerms))).equals(one)).toBe(true);
  });

  it('of no documents finds nothing', () => {
    expect(search(SearchIndex.load(encodeIndex([])), 'mouse').hits).toEqual([]);
  });
});
