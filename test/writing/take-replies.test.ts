/** The results of replies in various formats, and what must never be published. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../shared/facts/list/fact.ts';
import type { WrittenSentence } from '../../shared/prompt/structured-schema.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { keepSupported } from '../../shared/summary/support.ts';
import { writeScope } from '../../shared/writing/scope.ts';
import {
  addDoubts,
  buildCorrections,
  takeCorrections,
  takeReply,
} from '../../shared/writing/take-replies.ts';
import { countRuns } from '../effort.ts';
import { FACTS, formatId, GOOD, sentence } from './example.ts';

const LIST = FACTS.list ?? [];
const WHOLE = JSON.stringify(GOOD);

describe('a reply', () => {
  it('becomes the canonical parts with filled slots, attributed claims, and the facts of each sentence', () => {
    const { page, refused, missing, form } = takeReply(WHOLE, FACTS);
    expect({ refused, missing, form }).toEqual({ refused: [], missing: [], form: 'whole' });
    const { parts } = parseReply(page.text);
    expect(parts.abstract).toEqual([
      'Mice ran on a ball in the dark while odors were presented, according to its owners.',
      'Recordings of 5 subjects are available. Recordings were made in CA1 and MOs.',
    ]);
    expect(parts.description).toEqual([
      '- The files hold 150 sorted units.',
      'The licence is CC0-1.0. This version has no DOI; cite as DANDI:900001/draft.',
    ]);
    expect(parts.keywords).toEqual(['mouse', 'CA1']);
    expect(keepSupported(page.sentences, parts, LIST)).toEqual(page.sentences);
  });

  it.each([
    ['fenced', `Here you are:\n\n\`\`\`json\n${WHOLE}\n\`\`\`\nEnjoy!`],
    ['after thinking', `<think>{"abstract": [1]}</think>${WHOLE}`],
    ['after a closing tag alone', `so {x}: 4711 mice</think>\n${WHOLE}`],
    ['in prose', `Sure, the object is ${WHOLE} as asked.`],
    ['under another name', `{"summary": ${WHOLE}}`],
    [
      'in harmony’s final channel',
      `<|channel|>analysis<|message|>hm<|end|><|channel|>final<|message|>${WHOLE}<|end|>`,
    ],
  ])('%s is read the same', (_format, text) => {
    expect(takeReply(text, FACTS).page).toEqual(takeReply(WHOLE, FACTS).page);
  });

  it('that is truncated keeps its complete sentences and reports what is missing', () => {
    const cut = WHOLE.slice(0, WHOLE.indexOf('"data"') + 30);
    const taken = takeReply(cut, FACTS);
    expect(taken).toMatchObject({ form: 'salvaged', missing: ['data', 'keywords'] });
    expect(parseReply(taken.page.text).parts.abstract).toHaveLength(2);
    const rest = { corrections: [], abstract: [], data: GOOD.data, keywords: GOOD.keywords };
    expect(takeCorrections(taken, JSON.stringify(rest), FACTS).page).toEqual(takeReply(WHOLE, FACTS).page);
  });

  it.each([
    '',
    '## Abstract\n\nProse.',
    '{}',
    '[]',
    'null',
    '{"abstract": "text"}',
    '```json\n```',
    '<think>never',
  ])('in another form is reported as none: %s', (text) => {
    expect(takeReply(text, FACTS).form).toBe('none');
  });

  it('gets licence and citation from the facts, each unless the writer stated it', () => {
    const licence = sentence('The licence is CC0-1.0.', [formatId('licence')]);
    const both = 'The licence of DANDI:900001/draft is CC0-1.0.';
    const described = (data: readonly object[]) =>
      parseReply(takeReply(JSON.stringify({ ...GOOD, data }), FACTS).page.text).parts.description.join('\n');
    expect(described([...GOOD.data, licence])).toBe(
      '- The files hold 150 sorted units.\nThe licence is CC0-1.0.\nThis version has no DOI; cite as DANDI:900001/draft.',
    );
    expect(described([...GOOD.data, sentence(both, [formatId('licence')], { starts: 'paragraph' })])).toBe(
      `- The files hold 150 sorted units.\n${both}`,
    );
    // Nothing is added to a page without a description, which is reported as missing.
    expect(takeReply(JSON.stringify({ ...GOOD, data: [] }), FACTS).page.text).not.toContain('licence');
  });

  const readAbstract = (abstract: readonly WrittenSentence[]) =>
    parseReply(takeReply(JSON.stringify({ ...GOOD, abstract }), FACTS).page.text).parts.abstract;

  it('names the owners once for a run of claims', () => {
    const claim = (text: string) =>
      sentence(text, [formatId('owners')], { kind: 'claim', starts: 'paragraph' });
    expect(
      readAbstract([
        claim('Mice ran on a ball.'),
        claim('Odors were presented in the dark.'),
        sentence('There are 5 subjects.', [formatId('subjects')]),
        claim('Running speed was tracked.'),
      ]),
    ).toEqual([
      'Mice ran on a ball, according to its owners.',
      'Odors were presented in the dark. There are 5 subjects.',
      'Running speed was tracked, according to its owners.',
    ]);
  });

  it('names the owners first where a sentence does not end in a full stop alone', () => {
    const said = (text: string) => readAbstract([sentence(text, [formatId('owners')], { kind: 'claim' })])[0];
    expect(said('Mice “ran on a ball in the dark.”')).toBe(
      'According to its owners, mice “ran on a ball in the dark.”',
    );
    expect(said('Mice ran on a ball. Odors were presented.')).toBe(
      'Mice ran on a ball, according to its owners. Odors were presented.',
    );
    expect(said('Mice ran on a ball:')).toBe('According to its owners, mice ran on a ball:');
  });

  it('attributes to the owners only what takes something from their words', () => {
    const text = 'A reader should know that there are 5 subjects.';
    const [first] = readAbstract([sentence(text, [formatId('subjects'), formatId('owners')])]);
    expect(first).toContain(text);
    const ran = 'Mice ran on a ball in the dark while odors were presented.';
    const [other] = readAbstract([sentence(ran, [formatId('owners')])]);
    expect(other).toBe(ran.replace('.', ', according to its owners.'));
  });

  it('gets the numbers of files of up to two facts', () => {
    const facts = [2, 3, 4, 1].map((files) => ({ scope: { kind: 'files', files, of: 5 } }) as Fact);
    const text = 'Licks and tones are stored.';
    expect(writeScope(text, facts.slice(0, 1))).toBe('Licks and tones are stored (in 2 of 5 files).');
    expect(writeScope(text, facts.slice(0, 2))).toBe('Licks and tones are stored (in 2 and 3 of 5 files).');
    expect(writeScope(text, facts)).toBe('Licks and tones are stored (in some of the files).');
    const least = { scope: { kind: 'files', files: 3, of: 5, isLeast: true } } as Fact;
    expect(writeScope(text, [least])).toBe('Licks and tones are stored (in at least 3 of 5 files).');
  });

  it('is refused where sentences say nothing of their facts, more than introduce others', () => {
    const empty = [
      'The files are stored on the servers.',
      'The data are collected.',
      'The files are kept.',
    ].map((text) => sentence(text, [formatId('subjects')]));
    const taken = takeReply(JSON.stringify({ ...GOOD, data: empty }), FACTS);
    expect(taken.missing).toEqual(['data']);
    expect(taken.refused.map(({ refusals }) => refusals[0]?.message)).toEqual(
      empty.map(() => 'It says nothing of its facts.'),
    );
    // Nothing of the page's own is added to a part that the writer left empty.
    expect(taken.page.text).not.toContain('licence');
    const some = takeReply(JSON.stringify({ ...GOOD, abstract: [...GOOD.abstract, empty[1]] }), FACTS);
    expect(some.refused).toEqual([]);
  });

  it('is refused where it repeats a sentence', () => {
    const text = 'There are 5 subjects. They are mice. There are 5 subjects.';
    const taken = takeReply(
      JSON.stringify({ ...GOOD, data: [sentence(text, [formatId('subjects')])] }),
      FACTS,
    );
    expect(taken.refused.map(({ refusals }) => refusals[0]?.message)).toEqual(['It repeats itself.']);
  });

  it('may say that files differ without a number of them', () => {
    const text = 'The files vary: the series lick_sensor is in some.';
    const differs = sentence(text, [formatId('series', 'lick_sensor')]);
    expect(takeReply(JSON.stringify({ ...GOOD, data: [differs] }), FACTS).page.text).toContain(text);
    const introduced = sentence('The series lick_sensor is stored:', [formatId('series', 'lick_sensor')]);
    expect(takeReply(JSON.stringify({ ...GOOD, data: [introduced] }), FACTS).page.text).toContain(
      'is stored (in 2 of 5 files):',
    );
  });

  it('gets the scope of a fact about some files if it states none', () => {
    const licks = sentence('The series lick_sensor is stored.', [formatId('series', 'lick_sensor')]);
    const { page } = takeReply(JSON.stringify({ ...GOOD, data: [licks] }), FACTS);
    expect(page.text).toContain('is stored (in 2 of 5 files).');
  });

  it.each([
    'In two files, the series lick_sensor is stored.',
    'The remaining two files store the series lick_sensor.',
    'Two of the files store the series lick_sensor.',
    'Only 2 NWB files store the series lick_sensor.',
    'The files with licks store the series lick_sensor.',
    'The series lick_sensor is stored, unless a file says otherwise.',
  ])('that states its scope is left unchanged: %s', (text) => {
    const licks = sentence(text, [formatId('series', 'lick_sensor')]);
    const { page } = takeReply(JSON.stringify({ ...GOOD, data: [licks] }), FACTS);
    expect(page.text).toContain(text);
  });

  it('has at most two inferences, with words that mark them', () => {
    const text = 'Running speed was tracked in the dark';
    const inferences = ['a', 'b', 'c'].map((end) =>
      sentence(`The ball: ${text} ${end}.`, [formatId('owners')], { kind: 'inference' }),
    );
    const taken = takeReply(JSON.stringify({ ...GOOD, abstract: [...GOOD.abstract, ...inferences] }), FACTS);
    const reported = taken.page.sentences.filter(({ kind }) => kind === 'inference');
    expect(reported.map((each) => each.text)).toEqual([
      `This suggests that the ball: ${text} a.`,
      `This suggests that the ball: ${text} b.`,
    ]);
    // A third one is left out and not requested again.
    expect(taken.refused).toEqual([]);
    expect(taken.warnings).toEqual([expect.stringContaining('No more than 2 sentences may be inferences')]);
  });

  it('that is refused again is left out and reported', () => {
    const wrong = sentence('There are 4711 subjects.', [formatId('subjects')]);
    const first = takeReply(JSON.stringify({ ...GOOD, data: [...GOOD.data, wrong] }), FACTS);
    expect(first.refused.map(({ id }) => id)).toEqual(['R1']);
    const again = (text: string) =>
      takeCorrections(
        first,
        JSON.stringify({
          corrections: [{ ...wrong, refused: 'R1', text }],
          abstract: [],
          data: [],
          keywords: [],
        }),
        FACTS,
      );
    expect(again('There are 5 subjects.').page.text).toContain('There are 5 subjects.');
    const stubborn = again('There are 4712 subjects.');
    expect(stubborn.page.text).not.toContain('471');
    expect(stubborn.warnings).toEqual([expect.stringMatching(/^Left out, .*4712/)]);
    // A second reply in another form does not change the first.
    expect(takeCorrections(first, 'no', FACTS).page).toEqual(first.page);
  });
});

/** Words that no fact of the example contains. */
const STRANGE = [
  '4711',
  '17-4711',
  '½',
  '٤٧',
  '86,213',
  'seventy-three',
  'nine hundred',
  '55 kHz',
  '3.7 mm',
  '12 March 2031',
  '2019',
  'dozens',
  '38 %',
  'Quillfeather',
  'Xq12f',
  'Zorblat-9',
  'sub-017',
  'foo_bar',
  'https://evil.example/x',
  '10.1234/abcd',
  'DANDI:999999',
  'amygdala',
  'V4',
  'prefrontal cortex',
  'thalamus',
  'zebrafish',
  'Rattus norvegicus',
  'macaques',
  'kilosort',
  'Neuropixels',
  'calcium imaging',
  'optogenetic',
  'fMRI',
  'PlaneSegmentation',
  'Stanford',
];

describe('for any reply', () => {
  const id = fc.constantFrom(...LIST.map((fact) => fact.id), 'F999');
  const words = fc.constantFrom(
    'recordings of',
    'subjects',
    'the files hold',
    'in',
    'with',
    'sorted units',
    'All',
    'It has',
    ',',
    '.',
    '(',
    ')',
    '“',
    '”',
  );
  const own = fc.constantFrom(
    ...LIST.map(({ text }) => text.slice(0, 60)),
    ...LIST.flatMap(({ id: fact, slots }) => Object.keys(slots).map((name) => `{${fact}.${name}}`)),
  );
  const strange = fc
    .constantFrom(...STRANGE)
    .chain((word) =>
      fc.constantFrom(word, `${word},`, `(${word})`, `“${word}”`, `\`${word}\``, `**${word}**`, `${word}.`),
    );
  const text = fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: words },
        { weight: 3, arbitrary: own },
        { weight: 2, arbitrary: strange },
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((pieces) => pieces.join(' '));
  const written = fc.record({
    starts: fc.constantFrom('paragraph' as const, 'item' as const, 'continues' as const),
    text,
    facts: fc.array(id, { maxLength: 4 }),
    kind: fc.constantFrom('fact' as const, 'claim' as const, 'inference' as const),
  });
  const reply = fc.record({
    abstract: fc.array(written, { maxLength: 4 }),
    data: fc.array(written, { maxLength: 4 }),
    keywords: fc.array(fc.record({ text, facts: fc.array(id, { maxLength: 3 }) }), { maxLength: 3 }),
  });

  it('no unknown number or name is published, and each sentence has its evidence', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const { page } = takeReply(JSON.stringify(given), FACTS);
        const plain = page.text.replaceAll('\\', '').toLowerCase();
        for (const word of STRANGE) expect(plain).not.toContain(word.toLowerCase());
        for (const { facts } of page.sentences) {
          expect(facts.length).toBeGreaterThan(0);
          for (const fact of facts) expect(LIST.map((each) => each.id)).toContain(fact);
        }
        const { parts } = parseReply(page.text);
        expect(keepSupported(page.sentences, parts, LIST)).toHaveLength(page.sentences.length);
      }),
      { numRuns: countRuns(60) },
    );
  });

  it('a number is published only if the facts of its sentence contain it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        id,
        fc.constantFrom('subjects', 'sorted units', 'files', 'things', 'sessions'),
        (number, fact, noun) => {
          const given = { ...GOOD, data: [sentence(`There are ${number} ${noun}.`, [fact])] };
          const { page } = takeReply(JSON.stringify(given), FACTS);
          const written = `There are ${number} ${noun}`;
          const published = page.sentences.find((each) => each.text.includes(written));
          expect(page.text.includes(written)).toBe(published !== undefined);
          const evidence = LIST.filter((each) => published?.facts.includes(each.id));
          const said = evidence
            .flatMap(({ text, slots }) => [text, ...Object.values(slots)])
            .join(' ')
            // Digits of dates count nothing.
            .replace(/\d{4}-\d\d-\d\d\S*/g, '');
          if (published !== undefined) expect(said.match(/\d+/g)).toContain(String(number));
        },
      ),
      { numRuns: countRuns(100) },
    );
  });

  it('any text is processed without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.nat(WHOLE.length).map((at) => WHOLE.slice(0, at)),
        ),
        (given) => {
          expect(() => takeReply(given, FACTS)).not.toThrow();
        },
      ),
    );
  });
});

describe('a doubt of a check about an accepted sentence', () => {
  const taken = takeReply(WHOLE, FACTS);
  const doubted = addDoubts(taken, [
    { part: 'abstract', excerpt: 'CA1 and MOs', message: 'The facts do not name the region.' },
    { part: 'abstract', excerpt: 'nowhere on the page', message: 'It is nowhere.' },
    { part: 'description', excerpt: 'CC0-1.0', message: 'Code added it.' },
  ]);
  const answer = (text: string) =>
    takeCorrections(
      doubted,
      JSON.stringify({
        corrections: [{ refused: 'R1', text, facts: [formatId('region')], kind: 'fact' }],
        abstract: [],
        data: [],
        keywords: [],
      }),
      FACTS,
    );

  it('requests it once more, and nothing else', () => {
    expect(buildCorrections(doubted, LIST)).toMatchObject([
      { id: 'R1', reasons: ['The facts do not name the region.'] },
    ]);
    expect(doubted.page).toEqual(taken.page);
  });

  it('is resolved by a better sentence, or by giving it up', () => {
    expect(answer('Recordings were made in MOs.').page.text).toContain('Recordings were made in MOs.');
    const without = answer('');
    expect(without.page.text).not.toContain('CA1 and MOs');
    expect(without.warnings).toEqual([expect.stringContaining('The facts do not name the region.')]);
  });

  it('does not remove the sentence if the model gives no better one', () => {
    expect(answer('Recordings were made in the amygdala.').page).toEqual(taken.page);
    expect(takeCorrections(doubted, 'no JSON', FACTS).page).toEqual(taken.page);
  });
});
