/** Facts of a small Dandiset and replies about it in the form of structured writing. */
import type { CountedFacts } from '../../shared/prompt/facts.ts';
import type { WrittenSentence } from '../../shared/prompt/structured-schema.ts';
import { buildSeries, buildSession, countedFacts, type TestFile } from '../model/counted-facts.ts';

const FILES: TestFile[] = [1, 2, 3, 4, 5].map((number) => ({
  path: `sub-m${number}/sub-m${number}.nwb`,
  header: {
    subject: {
      id: `m${number}`,
      species: 'Mus musculus',
      sex: number < 3 ? 'F' : 'M',
      age: `P${60 + number}D`,
    },
    session: buildSession({ id: `s${number}`, start: `2021-03-1${number}T10:00:00Z` }),
    regions: [{ name: number < 4 ? 'CA1' : 'MOs', path: '/general/location', sites: 32 }],
    counts: { units: 10 * number, electrodes: 32 },
    series: [
      buildSeries('/acquisition/wideband', 'ElectricalSeries', {
        units: ['volts'],
        rate: { min: 20_000, max: 20_000 },
      }),
      ...(number < 3 ? [buildSeries('/acquisition/lick_sensor', 'TimeSeries')] : []),
    ],
  },
}));

/** Five mice, three of them recorded in CA1, two with a sensor of licks. */
export const FACTS: CountedFacts = countedFacts(
  {
    name: 'Odors in the dark',
    description: 'Mice ran on a ball in the dark while odors were presented. Running speed was tracked.',
    license: ['spdx:CC0-1.0'],
  },
  FILES,
);

/** The id of the first fact of a topic whose text contains some words. */
export function formatId(topic: string, words = ''): string {
  const fact = FACTS.list.find((each) => each.topic === topic && each.text.includes(words));
  if (fact === undefined) throw new Error(`No fact of ${topic} holds “${words}”`);
  return fact.id;
}

/** A sentence in the form of a model's reply. */
export function sentence(
  text: string,
  facts: readonly string[],
  fields: Partial<WrittenSentence> = {},
): WrittenSentence {
  return { starts: 'continues', text, facts: [...facts], kind: 'fact', ...fields };
}

const subjects = formatId('subjects');
const region = formatId('region');
const owners = formatId('owners');
const units = formatId('counts', 'units');

/** A good reply. */
export const GOOD = {
  abstract: [
    sentence('Mice ran on a ball in the dark while odors were presented.', [owners], {
      kind: 'claim',
      starts: 'paragraph',
    }),
    sentence(`Recordings of {${subjects}.subjects} subjects are available.`, [subjects], {
      starts: 'paragraph',
    }),
    sentence('Recordings were made in CA1 and MOs.', [region]),
  ],
  data: [sentence(`The files hold {${units}.total} sorted units.`, [units], { starts: 'item' })],
  keywords: [
    { text: 'mouse', facts: [formatId('species')] },
    { text: 'CA1', facts: [region] },
  ],
};
