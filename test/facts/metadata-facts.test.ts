/** Facts from the metadata that a writer needs to say how the data may be used and cited. */
import { describe, expect, it } from 'vitest';
import { countedFacts } from '../model/counted-facts.ts';

const FILES = [{ path: 'sub-a/a.nwb', header: { subject: { id: 'a' } } }];
const CITATION =
  'Doe, Jane (2025) Odors in the dark (Version 0.250101.0000) [Data set]. DANDI Archive. https://doi.org/10.48324/dandi.900001/0.250101.0000';

function listTexts(metadata: Readonly<Record<string, unknown>>): string[] {
  return countedFacts({ name: 'Odors in the dark', ...metadata }, FILES).list.map(({ text }) => text);
}

describe('how to cite', () => {
  it('is a fact, in the words of the archive, with the metadata field as its evidence', () => {
    const { list } = countedFacts({ name: 'Odors in the dark', citation: CITATION }, FILES);
    const fact = list.find(({ text }) => text.startsWith('How to cite'));
    expect(fact).toMatchObject({
      topic: 'publication',
      text: `How to cite, as the archive gives it: “${CITATION}”`,
      scope: { kind: 'dandiset' },
      slots: { citation: CITATION },
      evidence: [{ location: 'citation' }],
    });
  });

  it('is no fact where the metadata have no citation, and is shortened where it names hundreds of authors', () => {
    expect(listTexts({}).filter((text) => text.startsWith('How to cite'))).toEqual([]);
    const long = CITATION.replace('Doe, Jane', `${'Doe, Jane; '.repeat(200)}Roe, Ann`);
    const [text = ''] = listTexts({ citation: long }).filter((each) => each.startsWith('How to cite'));
    expect(text.length).toBeLessThan(350);
    expect(text).toMatch(/Jane; et al\. \(2025\) Odors .*0\.250101\.0000”$/);
  });
});

describe('the species of the archive’s summary', () => {
  const claimed = {
    assetsSummary: { species: [{ name: 'Rattus norvegicus - Norway rat' }, { name: 'none' }] },
  };
  const list = (header: object) =>
    countedFacts({ name: 'Odors in the dark', ...claimed }, [{ path: 'sub-a/a.nwb', header }])
      .list.filter(({ topic }) => topic === 'species')
      .map(({ text }) => text);

  it('is a fact where the files state none, and only there', () => {
    expect(list({ subject: { id: 'a' } })).toEqual([
      "Species, by the archive's own summary (assetsSummary): Rattus norvegicus (rat)",
    ]);
    expect(list({ subject: { id: 'a', species: 'Mus musculus' } })).toEqual([
      'Species: Mus musculus (mouse)',
    ]);
  });
});
