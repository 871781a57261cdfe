/** Each reason to refuse a sentence, with sentences that are not refused for it. */
import { describe, expect, it } from 'vitest';
import { ContentTally } from '../../shared/facts/content-tally.ts';
import { buildTypeFacts } from '../../shared/facts/list/type-facts.ts';
import type { RefusalReason } from '../../shared/writing/refusal.ts';
import { takeReply } from '../../shared/writing/take-replies.ts';
import { buildHeaderFacts, buildSeries, countedFacts } from '../model/counted-facts.ts';
import { FACTS, formatId, GOOD, sentence } from './example.ts';

type Kind = 'fact' | 'claim' | 'inference';

function listReasons(text: string, facts: readonly string[], kind: Kind = 'fact'): RefusalReason[] {
  const abstract = [...GOOD.abstract, sentence(text, facts, { kind })];
  return takeReply(JSON.stringify({ abstract, data: [], keywords: [] }), FACTS).refused.flatMap(
    ({ refusals }) => refusals.map(({ reason }) => reason),
  );
}

const SUBJECTS = formatId('subjects');
const REGION = formatId('region');
const SPECIES = formatId('species');
const OWNERS = formatId('owners');
const UNITS = formatId('counts', 'units');
const RATE = formatId('series', 'wideband');
const LICKS = formatId('series', 'lick_sensor');
const SEX = formatId('sex');

describe('a sentence is refused for', () => {
  it.each<[RefusalReason, string, string[], Kind?]>([
    ['unknown-fact', 'There are subjects.', ['F999']],
    ['no-fact', 'There are subjects.', []],
    ['unknown-slot', `There are {${SUBJECTS}.sessions} subjects.`, [SUBJECTS]],
    ['number', 'There are 17 subjects.', [SUBJECTS]],
    ['number', 'There are seventeen subjects.', [SUBJECTS]],
    ['number', 'There are dozens of subjects.', [SUBJECTS]],
    ['number', 'Half of the subjects were recorded.', [SUBJECTS]],
    ['quantity', 'The series wideband is sampled at 30 kHz.', [RATE]],
    ['quantity', 'The series wideband is sampled at 20000 ms.', [RATE]],
    ['noun', `There are {${UNITS}.total} sessions.`, [UNITS]],
    ['noun', `There are {${SUBJECTS}.subjects} laboratories.`, [SUBJECTS]],
    ['noun', 'Recordings come from 5 laboratories.', [SUBJECTS]],
    ['date', 'Subjects were recorded on 12 March 2031.', [SUBJECTS]],
    ['number', 'Subjects were recorded in 2019.', [SUBJECTS]],
    ['name', 'Recordings were made in CA1 by Quillfeather.', [REGION]],
    ['name', 'Quillfeather recorded in CA1.', [REGION]],
    ['name', 'Recordings were made in CA1 with Xq12f.', [REGION]],
    ['region', 'Recordings were made in CA1 and the amygdala.', [REGION]],
    ['region', 'Recordings were made in CA3 of the subjects.', [SUBJECTS]],
    ['scope', 'The 5 subjects are female.', [SUBJECTS, SEX]],
    ['species', 'Recordings of 5 rats are available.', [SUBJECTS, SPECIES]],
    ['technique', 'The 5 subjects underwent calcium imaging.', [SUBJECTS]],
    ['device', 'The 5 subjects were sorted with kilosort.', [SUBJECTS]],
    ['sex', 'The 5 subjects are female.', [SUBJECTS]],
    ['scope', 'All files hold the series lick_sensor.', [LICKS]],
    ['scope', 'Every session was recorded in CA1.', [REGION]],
    ['interpretation', 'The 5 subjects demonstrate learning.', [SUBJECTS]],
    ['unsupported', 'The quick painter sold seven-league boots to sailors on ships.', [OWNERS], 'claim'],
    ['empty', '…', [SUBJECTS]],
    ['noun', 'There are 150 files.', [UNITS]],
    ['noun', `Sessions: {${UNITS}.min} to {${UNITS}.most} a file.`, [UNITS]],
    ['number', 'Sorted units: 10 to 60 a file.', [UNITS]],
    ['number', 'There are three publications.', [RATE]],
    ['scope', 'In all files, 2 of 3 mice lick the lick_sensor.', [LICKS]],
    ['task', 'Mice did a discrimination task.', [OWNERS], 'claim'],
    ['noun', 'There are 5 blocks of sessions.', [SUBJECTS]],
    ['noun', 'There are 5 groups of mice.', [SUBJECTS, SPECIES]],
    ['number', 'There are twice as many subjects.', [SUBJECTS]],
    ['technique', 'The subjects were recorded with calcium imaging.', [SUBJECTS]],
    ['scope', 'The series lick_sensor is stored throughout.', [LICKS]],
  ])('%s: %s', (reason, text, facts, kind) => {
    expect(listReasons(text, facts, kind)).toContain(reason);
  });

  it.each<[string, string[], Kind?]>([
    [`There are {${SUBJECTS}.subjects} subjects.`, [SUBJECTS]],
    ['There are five animals.', [SUBJECTS]],
    ['Recordings of 5 mice are available.', [SUBJECTS, SPECIES]],
    ['The series wideband is sampled at 20 kHz.', [RATE]],
    ['The series wideband is sampled at 20,000 Hz.', [RATE]],
    ['Recordings were made in CA1 and MOs.', [REGION]],
    ['Recordings were made in the hippocampus.', [REGION]],
    ['All 5 subjects were recorded.', [SUBJECTS]],
    [`There are {${UNITS}.total} sorted units.`, [UNITS]],
    ['The subjects are female and male.', [SEX]],
    ['According to the owners, mice ran on a ball in the dark.', [OWNERS]],
    ['Mice ran on a ball in the dark.', [OWNERS], 'claim'],
    ['This suggests that running may matter.', [OWNERS], 'inference'],
    [
      `Sorted units: {${UNITS}.min} to {${UNITS}.most} a file (median {${UNITS}.median}), {${UNITS}.total} in all.`,
      [UNITS],
    ],
    ['There are 10 to 50 units per file, 150 over all files.', [UNITS]],
    ['Between 10 and 50 units were sorted in each session, 150 altogether.', [UNITS]],
    ['In 2 of 5 files, the lick_sensor is stored for all animals.', [LICKS]],
    ['Subjects: 5, told apart by the sessions’ files.', [SUBJECTS]],
    ['Two of the five files hold the series lick_sensor, in all 2 files once.', [LICKS]],
    ['There are 150 units over 5 sessions.', [UNITS]],
    ['There are 5 subject sessions, 150 sorted units and 160 electrode sites.', [SUBJECTS, UNITS]],
    ['This suggests a discrimination task.', [OWNERS], 'inference'],
    ['Settings: the sampling rate of wideband is 20 kHz.', [RATE]],
    ['Subjects are counted over the files: the five that they name took part.', [SUBJECTS]],
    ['There are 32 electrode sites depending on the file.', [UNITS]],
    ['Anyone who counts animals finds 5 subjects.', [SUBJECTS]],
    ['Not every file holds the series lick_sensor.', [LICKS]],
    ['All files hold subjects, while the series lick_sensor varies from file to file.', [SUBJECTS, LICKS]],
    ['The series lick_sensor is in 2 files, and the series wideband is in all files.', [LICKS, RATE]],
    ['Units were sorted, from 10 to 50 of either a file.', [UNITS]],
    ['There are 10 to 50 units a file, with a median of 30, and around them the other files.', [UNITS]],
    ['Some labels need care before the subjects are counted.', [SUBJECTS]],
    ['The subjects were recorded, without calcium imaging.', [SUBJECTS]],
    ['There are as many subjects in one file as in another.', [SUBJECTS]],
    ['Every file holds the series lick_sensor, unless it says otherwise.', [LICKS]],
    ['This suggests that there are twice as many units as sites.', [UNITS], 'inference'],
    ['There are 150 units in all, with other things beside.', [UNITS]],
    ['Rows: 10 units a file in 2 of the 5 files.', [UNITS, LICKS]],
    ['Units: the series lick_sensor in 2 of 5 files, and the others in 2.', [LICKS, UNITS]],
    ['There are 10 to 50 units, 150 a file and the trials.', [UNITS]],
    ['Rather few, there are 5 subjects.', [SUBJECTS]],
    ['There are 10 units in 2 files, and 50 in 2 files.', [UNITS, LICKS]],
    ['The 5 subjects were recorded on one of several days a week.', [SUBJECTS]],
    ['Made in the dark, recordings show mice that ran on a ball.', [OWNERS], 'claim'],
  ])('nothing: %s', (text, facts, kind) => {
    expect(listReasons(text, facts, kind)).toEqual([]);
  });
});

describe('a fact that was not cited', () => {
  const take = (text: string, facts: readonly string[], kind: Kind = 'fact') => {
    const reply = { abstract: [sentence(text, facts, { kind })], data: [], keywords: [] };
    return takeReply(JSON.stringify(reply), FACTS).page.sentences;
  };

  it('is added if it supports what the cited ones do not', () => {
    expect(take('Recordings were made in CA1 of 5 mice.', [SUBJECTS])).toMatchObject([
      { facts: expect.arrayContaining([SUBJECTS, SPECIES, REGION]) },
    ]);
  });

  it('is not added if its number counts something else, or it is a claim of the owners', () => {
    expect(take('There are 32 subjects.', [SUBJECTS])).toEqual([]);
    expect(take('The 5 subjects ran on a ball in the dark while odors were presented.', [SUBJECTS])).toEqual(
      [],
    );
  });

  it('turns a statement of the owners into a claim, which the page attributes', () => {
    const reply = JSON.stringify({
      abstract: [sentence('Mice ran on a ball in the dark.', [OWNERS])],
      data: [],
      keywords: [],
    });
    expect(takeReply(reply, FACTS).page.sentences).toEqual([
      {
        part: 'abstract',
        text: 'Mice ran on a ball in the dark, according to its owners.',
        facts: [OWNERS],
        kind: 'claim',
      },
    ]);
  });

  it('leaves a sentence with counts a fact, even if it cites the owners too', () => {
    expect(take('There are 150 sorted units.', [UNITS, OWNERS])).toMatchObject([
      { text: 'There are 150 sorted units.', facts: [UNITS], kind: 'fact' },
    ]);
  });

  it('attributes a claim with counts to the files and the owners', () => {
    const [written] = take('Mice ran on a ball in the dark, and 150 units were sorted.', [UNITS, OWNERS]);
    expect(written).toMatchObject({
      text: 'Mice ran on a ball in the dark, and 150 units were sorted, according to its files and owners.',
      kind: 'claim',
    });
  });

  it('narrows the scope of the sentence like a cited one', () => {
    expect(take('All 5 mice have a lick_sensor.', [SUBJECTS])).toEqual([]);
    expect(take('There is a lick_sensor.', [SUBJECTS])).toMatchObject([
      { text: 'There is a lick_sensor (in 2 of 5 files).', facts: [SUBJECTS, LICKS] },
    ]);
  });
});

describe('facts with the same label', () => {
  const facts = countedFacts(
    {
      name: 'Grants',
      description: 'Mice ran.',
      license: ['spdx:CC0-1.0'],
      contributor: ['X1', 'X2', 'X3'].map((awardNumber) => ({
        schemaKey: 'Organization',
        name: 'NIH',
        awardNumber,
        roleName: ['dcite:Funder'],
      })),
    },
    [{ path: 'sub-a/a.nwb', header: { subject: { id: 'a' } } }],
  );
  const funders = facts.list.filter(({ text }) => text.startsWith('Funder')).map(({ id }) => id);
  const refuse = (text: string) => {
    const reply = { abstract: [sentence(text, funders)], data: [], keywords: [] };
    const { refused } = takeReply(JSON.stringify(reply), facts);
    return refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  };

  it('may be counted: three funders', () => {
    expect(funders).toHaveLength(3);
    expect(refuse('The funder NIH gave three grants: X1, X2 and X3.')).toEqual([]);
    expect(refuse('The funder NIH gave four grants: X1, X2 and X3.')).toEqual(['number']);
  });
});

describe('words of facts in other forms', () => {
  const facts = countedFacts(
    {
      name: 'Cursors in the dark',
      description:
        'A decoder moved the cursor by BMI. The photo-stimulation was 36 V/cm, the probes were neuropixels 2.0. SwimSignals were kept, and the delay was random. Recordings from Area2, ex/em 480/535nm, pulses of 10, 20 and 40 ms and 12.5% at 6.4 kV. A session had 32 channels of one mouse (total 7). 1V translates into 36 V/cm. Resolution: 7 px/mm. The chosen side is kept (Well-1 left; Well-2 right); stimuli have protocols. The paper of the authors is 10.1234/abc.5. The opsin was Chrimson5r.',
      license: ['spdx:CC0-1.0'],
    },
    [{ path: 'sub-a/a.nwb', header: { subject: { id: 'a' } } }],
  );
  const owners = facts.list?.find(({ text }) => text.includes('decoder'))?.id ?? '';
  const refuse = (text: string, kind: Kind = 'claim') => {
    const abstract = [sentence(text, [owners], { kind })];
    const { refused } = takeReply(JSON.stringify({ abstract, data: [], keywords: [] }), facts);
    return refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  };

  it.each([
    'A decoding of the cursor is described.',
    'Photostimulation was 36 V/cm.',
    'The probes were of the version 2.0.',
    'Swimming was kept as signals.',
    'The delay period was random.',
    'The cursor was moved by a brain-machine interface.',
    'The recordings are from area 2.',
    'Excitation and emission (ex/em) were at 480 and 535 nm.',
    'Pulses lasted 20 ms.',
    '1V stands for 36 V/cm.',
    'Seven mice in total had sessions.',
    'The resolution was 7 px/mm.',
    'The opsin was Chrimson5r.',
    'A choice of the side is kept.',
    'The side is kept (1 for left, 2 for right).',
    'The choice of stimuli has protocols.',
    'Protocols of stimulation are named.',
    'The paper is that of the authors (DOI: 10.1234/abc.5), and probes were used.',
  ])('are recognized: %s', (text) => {
    expect(refuse(text)).toEqual([]);
  });

  it.each([
    ['Photostimulation was 2.0 V/cm.', ['quantity']],
    ['Calcium imaging moved the cursor.', ['technique']],
    ['The probes were of the version 3.0.', ['number']],
    ['Sleeping was kept as signals.', ['task']],
    ['Pulses were of 12.5 kV.', ['quantity']],
    ['Seven sessions in total had channels.', ['noun']],
    ['The recordings are from area 3.', ['number']],
    ['The opsin was Chrimson88.', ['name']],
  ])('do not include other words: %s', (text, reasons) => {
    expect(refuse(text)).toEqual(reasons);
  });
});

describe('a fact on one type of files', () => {
  const objects = [{ path: '/scratch/factor_*', neurodataType: 'ScratchData', count: 6, description: '' }];
  const [fact] = buildTypeFacts(
    [],
    [
      { files: 3, representative: { path: 'a.nwb' }, objects },
      { files: 2, representative: { path: 'b.nwb' } },
    ],
    5,
  );
  const take = (text: string) => {
    const facts = { ...FACTS, list: [...FACTS.list, { ...fact!, id: 'F99' }] };
    const reply = { abstract: [], data: [sentence(text, ['F99'])], keywords: [] };
    return takeReply(JSON.stringify(reply), facts);
  };

  it('supports its numbers and its number of files', () => {
    expect(take('In 3 of 5 files, there are 6 arrays named factor.').refused).toEqual([]);
    expect(take('In 4 of 5 files, there are 6 arrays named factor.').refused).toHaveLength(1);
    expect(take('All files have 6 arrays named factor.').refused).toHaveLength(1);
  });

  it('gives a sentence its scope if it states none', () => {
    expect(take('There are 6 arrays named factor.').page.text).toContain('factor (in 3 of 5 files).');
  });
});

describe('values that are exchanged', () => {
  const header = {
    subject: { id: 'a' },
    series: [
      buildSeries('/acquisition/vc', 'VoltageClampSeries', { count: 14 }),
      buildSeries('/stimulus/presentation/cc', 'CurrentClampSeries', { count: 82 }),
    ],
  };
  const facts = countedFacts(
    { name: 'Clamps', license: ['spdx:CC0-1.0'], assetsSummary: { numberOfFiles: 9, numberOfSubjects: 3 } },
    [
      { path: 'sub-a/a.nwb', header },
      { path: 'sub-b/b.nwb', header: { ...header, subject: { id: 'b' } } },
    ],
  );
  const find = (words: RegExp) => facts.list.filter(({ text }) => words.test(text)).map(({ id }) => id);
  const refuse = (text: string, ids: readonly string[]) => {
    const reply = { abstract: [sentence(text, ids)], data: [], keywords: [] };
    const { refused } = takeReply(JSON.stringify(reply), facts);
    return refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  };

  it.each([
    ['There are 14 voltage-clamp series a file.', []],
    ['There are 14 voltage-clamp series a file, and 82 current-clamp series.', []],
    ['Voltage-clamp series: 14 a file.', []],
    ['There are 82 voltage-clamp series a file.', ['exchanged']],
    ['There are 82 voltage-clamp series a file, and 14 current-clamp series.', ['exchanged', 'exchanged']],
  ])('between two facts on counts are refused: %s', (text, reasons) => {
    expect(refuse(text, find(/ClampSeries/))).toEqual(reasons);
  });

  it.each([
    ["The version lists 2 files, and the archive's own summary says 9.", []],
    ["The version lists 2 files, whereas the archive's own summary gives 9.", []],
    ["The version lists 9 files, and the archive's own summary says 2.", ['exchanged']],
  ])('between the files and the archive’s summary are refused: %s', (text, reasons) => {
    expect(refuse(text, find(/version lists/))).toEqual(reasons);
  });

  it('between two groups of files are refused', () => {
    const types = [
      { files: 3, representative: { path: 'a.nwb' }, contents: buildContents('a', 3, 128) },
      { files: 2, representative: { path: 'b.nwb' }, contents: buildContents('b', 2, 110) },
    ];
    const list = [...FACTS.list, ...buildTypeFacts(FACTS.list, types, 5)];
    const ids = list.slice(-2).map(({ id }) => id);
    const say = (text: string) => {
      const reply = { abstract: [...GOOD.abstract, sentence(text, ids)], data: [], keywords: [] };
      const { refused } = takeReply(JSON.stringify(reply), { ...FACTS, list });
      return refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
    };
    expect(say('In 3 of 5 files, there are 128 trials a file.')).toEqual([]);
    expect(say('In 2 of 5 files, there are 110 trials a file.')).toEqual([]);
    expect(say('In 2 of 5 files, there are 128 trials a file.')).toContain('exchanged');
  });
});

function buildContents(name: string, files: number, trials: number) {
  const tally = new ContentTally();
  for (let at = 0; at < files; at += 1)
    tally.add({ path: `${name}${at}.nwb`, size: 1, facts: buildHeaderFacts({ counts: { trials } }) });
  return tally.build();
}

describe('a variant of an indicator', () => {
  const facts = countedFacts(
    { name: 'Indicators', description: 'Mice expressed GCaMP6f.', license: ['spdx:CC0-1.0'] },
    [{ path: 'sub-a/a.nwb', header: { subject: { id: 'a' } } }],
  );
  const owners = facts.list.find(({ topic }) => topic === 'owners')?.id ?? '';
  const refuse = (text: string) => {
    const reply = { abstract: [sentence(text, [owners], { kind: 'claim' })], data: [], keywords: [] };
    const { refused } = takeReply(JSON.stringify(reply), facts);
    return refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  };

  it('is refused if the facts have another one', () => {
    expect(refuse('Mice expressed GCaMP6f.')).toEqual([]);
    expect(refuse('Mice expressed GCaMP6.')).toEqual([]);
    expect(refuse('Mice expressed GCaMP8.')).toEqual(['name']);
  });
});
