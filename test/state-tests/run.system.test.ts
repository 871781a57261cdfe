/**
 * The suite of states on our runner: each case ends as in `expected.json`, which our runner wrote and
 * reviewers read when it changes; the paths are also checked against the definition, and `npm run test-state`
 * runs the same cases on AWS. Every exit of every state is taken by some case.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildCases, listStates, MACHINES, type MachineName, type StateCase } from './cases.ts';
import { runCase, type StateReport } from './report.ts';

const file = fileURLToPath(new URL('expected.json', import.meta.url));
const names = Object.keys(MACHINES) as MachineName[];

async function runAll(machine: MachineName, definition?: unknown): Promise<Record<string, StateReport>> {
  const reports: Record<string, StateReport> = {};
  // The cases are those of the current definition: a defect must show in them.
  for (const each of buildCases(machine)) reports[each.title] = await runCase(each, definition);
  return reports;
}

function readExpected(): Record<MachineName, Record<string, StateReport>> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe.each(names)('the states of %s', (machine) => {
  it('end as expected, in every case', async () => {
    const reports = await runAll(machine);
    if (process.env.UPDATE_STATES === '1') {
      writeFileSync(file, `${JSON.stringify({ ...readExpected(), [machine]: reports }, null, 2)}\n`);
    }
    expect(reports).toEqual(readExpected()[machine]);
  });

  it('take the paths that the definition names, independent of the expectations', async () => {
    const states = new Map(listStates(MACHINES[machine]));
    for (const each of buildCases(machine)) {
      const report = await runCase(each);
      const [, kind, index, error, when] = /^\S+ (\S+) ?(\d*) ?(\S*) ?(\S*)$/.exec(each.way)!;
      const state = states.get(each.stateName)!;
      if (kind === 'retry' && when !== 'spent') {
        expect(report, each.title).toMatchObject({ status: 'RETRIABLE', retryIndex: Number(index) });
      }
      if (kind === 'retry' && when === 'spent') expect(report.status, each.title).not.toBe('RETRIABLE');
      if (kind === 'catch') {
        const { Next } = state.Catch![Number(index)]!;
        expect(report, `${each.title} ${error}`).toMatchObject({ status: 'CAUGHT_ERROR', nextState: Next });
      }
      if (kind === 'choice') expect(report.nextState, each.title).toBe(state.Choices![Number(index)]!.Next);
      if (kind === 'default') expect(report.nextState, each.title).toBe(state.Default);
    }
  });

  it('are complete, with every retrier, catcher, rule and default', () => {
    const taken = new Set(buildCases(machine).map(({ way }) => way));
    const ways = listStates(MACHINES[machine]).flatMap(([name, state]) => [
      ...(state.Retry ?? []).flatMap(({ ErrorEquals }, index) =>
        ErrorEquals.flatMap((error) =>
          ['', ' last', ' spent'].map((end) => `${name} retry ${index} ${error}${end}`),
        ),
      ),
      ...(state.Catch ?? []).flatMap(({ ErrorEquals }, index) =>
        ErrorEquals.map((error) => `${name} catch ${index} ${error}`),
      ),
      ...(state.Choices ?? []).map((_, index) => `${name} choice ${index}`),
      ...(state.Default === undefined ? [] : [`${name} default`]),
      ...(state.Choices === undefined ? [`${name} success`] : []),
    ]);
    expect(ways.length).toBeGreaterThan(20);
    expect(ways.filter((way) => !taken.has(way))).toEqual([]);
  });
});

describe('a definition with a defect', () => {
  /** One change of a definition, by the text that it replaces. */
  const DEFECTS: readonly (readonly [what: string, machine: MachineName, from: RegExp, to: string])[] = [
    ['a Next with another target', 'summarize', /"Next":"BuildPrompt"/, '"Next":"WriteSummary"'],
    ['a missing catcher', 'summarize', /,"Catch":\[\{"ErrorEquals":\["States\.ALL"\][^\]]*?\}\]/, ''],
    ['a retrier with one attempt fewer', 'summarize', /"MaxAttempts":30/, '"MaxAttempts":29'],
    ['a condition that is off by one', 'summarize', /\$waits < 40/, '$waits < 41'],
    [
      'an output that loses a field',
      'sweep',
      /'resultsKey': \$states\.result\.ResultWriterDetails\.Key/,
      "'resultsKey': ''",
    ],
    ['batches of another size', 'summarize', /"MaxItemsPerBatch":20/, '"MaxItemsPerBatch":21'],
    [
      'fewer failures that are tolerated',
      'summarize',
      /"ToleratedFailurePercentage":10/,
      '"ToleratedFailurePercentage":5',
    ],
    ['a longer wait between attempts', 'sweep', /"IntervalSeconds":(\d+)/, '"IntervalSeconds":1$1'],
    ['an error that is no longer listed', 'summarize', /"Sandbox\.Timedout",/, ''],
    ['a default with another target', 'summarize', /"Default":"Written"/, '"Default":"EndTurn"'],
  ];

  it.each(DEFECTS)('is detected: %s', async (_what, machine, from, to) => {
    const text = JSON.stringify(MACHINES[machine]);
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    const reports = await runAll(machine, JSON.parse(changed));
    expect(reports).not.toEqual(readExpected()[machine]);
  });
});

it('reports a state without cases', () => {
  const definition = { StartAt: 'New', States: { New: { Type: 'Succeed' } } };
  expect(() => buildCases('sweep', definition)).toThrow(/state New/);
});

it('has unique titles of cases', () => {
  for (const machine of names) {
    const titles = buildCases(machine).map(({ title }: StateCase) => title);
    expect(new Set(titles).size).toBe(titles.length);
  }
});
