/** Each reason for which a sentence is refused, and what is not refused for it. */
import { describe, expect, it } from 'vitest';
import type { RefusalReason } from '../../shared/writing/refusal.ts';
import { takeReply } from '../../shared/writing/take-replies.ts';
import { FACTS, formatId, sentence } from './example.ts';

type Kind = 'fact' | 'claim' | 'inference';

function listReasons(text: string, facts: readonly string[], kind: Kind = 'fact'): RefusalReason[] {
  const reply = JSON.stringify({ abstract: [sentence(text, facts, { kind })], data: [], keywords: [] });
  return takeReply(reply, FACTS).refused.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
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
    ['noun', `There are {${SUBJECTS}.subjects} sessions.`, [SUBJECTS]],
    ['noun', 'Recordings come from 5 laboratories.', [SUBJECTS]],
    ['date', 'Subjects were recorded on 12 March 2031.', [SUBJECTS]],
    ['number', 'Subjects were recorded in 2019.', [SUBJECTS]],
    ['name', 'Recordings were made in CA1 by Quillfeather.', [REGION]],
    ['name', 'Quillfeather recorded in CA1.', [REGION]],
    ['name', 'Recordings were made in CA1 with Xq12f.', [REGION]],
    ['region', 'Recordings were made in CA1 and the amygdala.', [REGION]],
    ['region', 'Recordings were made in CA1 of the subjects.', [SUBJECTS]],
    ['species', 'Recordings of 5 rats are available.', [SUBJECTS, SPECIES]],
    ['technique', 'The 5 subjects underwent calcium imaging.', [SUBJECTS]],
    ['device', 'The 5 subjects were sorted with kilosort.', [SUBJECTS]],
    ['sex', 'The 5 subjects are female.', [SUBJECTS]],
    ['scope', 'All files hold the series lick_sensor.', [LICKS]],
    ['scope', 'Every session was recorded in CA1.', [REGION]],
    ['claim-as-fact', 'Mice ran on a ball in the dark.', [OWNERS]],
    ['interpretation', 'The 5 subjects demonstrate learning.', [SUBJECTS]],
    ['unsupported', 'The quick painter sold seven-league boots to sailors on ships.', [OWNERS], 'claim'],
    ['empty', '…', [SUBJECTS]],
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
  ])('nothing: %s', (text, facts, kind) => {
    expect(listReasons(text, facts, kind)).toEqual([]);
  });
});
