/** One fact for each type of files: what distinguishes it, and the objects that the other facts leave out. */
import { describe, expect, it } from 'vitest';
import { ContentTally } from '../../shared/facts/content-tally.ts';
import { Fact } from '../../shared/facts/list/fact.ts';
import { buildTypeFacts, type DescribedType } from '../../shared/facts/list/type-facts.ts';
import { readNumberUses } from '../../shared/writing/number-uses.ts';
import { buildHeaderFacts, buildSeries, buildSession, buildTable } from '../model/counted-facts.ts';

/** A type of `files` files that all have these facts. */
function buildType(
  name: string,
  files: number,
  header: Parameters<typeof buildHeaderFacts>[0],
  objects?: DescribedType['objects'],
): DescribedType {
  const tally = new ContentTally();
  for (let at = 0; at < files; at += 1)
    tally.add({ path: `${name}${at}.nwb`, size: 1, facts: buildHeaderFacts(header) });
  return { files, representative: { path: `${name}0.nwb` }, contents: tally.build(), objects };
}

const wheel = buildSeries('/acquisition/wheel', 'TimeSeries');
const sniff = buildSeries('/processing/breath/sniff', 'TimeSeries');
const trials = (rows: number) => buildTable('/intervals/trials', 'TimeIntervals', rows, ['side']);

describe('the facts on types', () => {
  it('state what only one type has, with its number of files and an example, and nothing that all types have', () => {
    const types = [
      buildType('a', 3, { series: [wheel, sniff], tables: [trials(10)], counts: { trials: 10 } }),
      buildType('b', 1, { series: [wheel], tables: [trials(20)], counts: { trials: 20 } }),
    ];
    const facts = buildTypeFacts([], types, 4);
    for (const fact of facts) expect(Fact.safeParse(fact).success).toBe(true);
    expect(facts).toMatchObject([
      { id: 'F1', topic: 'type', scope: { kind: 'files', files: 3, of: 4 }, evidence: [{ file: 'a0.nwb' }] },
      { id: 'F2', topic: 'type', scope: { kind: 'files', files: 1, of: 4 }, evidence: [{ file: 'b0.nwb' }] },
    ]);
    expect(facts[0]?.text).toMatch(/^In 3 of 4 files \(such as a0\.nwb\): Trials: 10 a file, 30 in all • /);
    expect(facts[0]?.text).toContain('TimeSeries /processing/breath/sniff');
    expect(facts[1]?.text).toMatch(/^In 1 of 4 files \(such as b0\.nwb\): Trials: 20/);
    expect(facts.map(({ text }) => text).join()).not.toMatch(/wheel|columns|in all files/);
  });

  it('continue the numbers of the list, and do not repeat its texts', () => {
    const same = { session: buildSession({ description: 'searching for odors' }) };
    const types = [buildType('a', 1, { ...same, series: [sniff] }), buildType('b', 1, same)];
    const all = buildTypeFacts([], types, 2);
    const said = { ...all[0]!, id: 'F1', text: 'TimeSeries /processing/breath/sniff' };
    expect(all.map(({ text }) => text)).toEqual([
      'In 1 of 2 files (such as a0.nwb): TimeSeries /processing/breath/sniff',
    ]);
    expect(buildTypeFacts([said], types, 2)).toEqual([]);
    expect(buildTypeFacts([{ ...said, text: 'other' }], types, 2).map(({ id }) => id)).toEqual(['F2']);
  });

  it('state only the objects of a single type, since the list contains the rest', () => {
    const objects = [
      { path: '/scratch/factor_*', neurodataType: 'ScratchData', count: 6, description: 'NMF factors' },
      { path: '/scratch/note', neurodataType: 'ScratchData', count: 1, description: '' },
    ];
    const types = [buildType('a', 2, { series: [sniff] }, objects)];
    expect(buildTypeFacts([], types, 2).map(({ text, scope }) => [text, scope])).toEqual([
      [
        'In the files (such as a0.nwb): ScratchData arrays: 6 × factor_* (NMF factors), note',
        { kind: 'dandiset' },
      ],
    ]);
    expect(buildTypeFacts([], [buildType('a', 2, { series: [sniff] })], 2)).toEqual([]);
  });

  it('are limited to twelve types and a length', () => {
    const many = Array.from({ length: 15 }, (_, at) =>
      buildType(`t${at}x`, 1, {
        series: [buildSeries(`/acquisition/s${'abcdefghijklmno'[at]}`, 'TimeSeries')],
      }),
    );
    expect(buildTypeFacts([], many, 15)).toHaveLength(12);
    const long = Array.from({ length: 24 }, (_, at) => ({
      path: `/scratch/${'abcdefghijklmnopqrstuvwx'[at]}`,
      neurodataType: 'ScratchData',
      count: 1,
      description: 'what it is '.repeat(30),
    }));
    expect(buildTypeFacts([], [buildType('a', 1, {}, long)], 1)[0]?.text.length).toBeLessThan(1_700);
  });

  it('support numbers only for what each of their parts counts', () => {
    const types = [
      buildType('a', 3, { counts: { trials: 10, units: 7 } }),
      buildType('b', 1, { counts: { trials: 20, units: 9 } }),
    ];
    const uses = readNumberUses(buildTypeFacts([], types, 4)[0]!);
    const classesOf = (value: number) =>
      uses.filter((use) => use.value === value).flatMap(({ classes }) => classes);
    expect(classesOf(10)).toContain('trials');
    expect(classesOf(10)).not.toContain('units');
    expect(classesOf(7)).toContain('units');
    expect(classesOf(7)).not.toContain('trials');
  });
});
