import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailureRecord } from '../../shared/sweep/failure-policy.ts';
import {
  type CurrentMaking,
  dueLines,
  hashInput,
  judgeVersion,
  planSweep,
  type StoredSummary,
  type SweepLimits,
  type VersionFacts,
} from '../../shared/sweep/plan-sweep.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const now = new Date(NOW);
const HOUR = 3_600_000;

const MAKING: CurrentMaking = {
  promptProfile: 'complete',
  promptTokenBudget: 100_000,
  modelId: 'gpt-4o',
  promptRevision: 2,
  readerRevision: 3,
};
const LIMITS: SweepLimits = {
  runs: 1000,
  spend: { tokens: 1e9, cost: 1e6 },
  maxRunCost: { tokens: 1000, cost: 0.5 },
  attempts: 3,
  quietMs: 12 * HOUR,
  retryFailed: false,
};
const HASHES = ['aa', 'bb', 'cc'].map((pair) => pair.repeat(32));

const stored: fc.Arbitrary<StoredSummary> = fc.record(
  {
    inputHash: fc.constantFrom(...HASHES),
    promptRevision: fc.constantFrom(1, 2),
    readerRevision: fc.constantFrom(2, 3),
    profile: fc.constantFrom('complete', 'rich'),
    modelId: fc.constantFrom('gpt-4o', 'another'),
    missing: fc.constantFrom(0, 0, 2),
    writtenAt: fc.nat(20 * 24).map((hours) => NOW - hours * HOUR),
    isListed: fc.boolean(),
    tokens: fc.nat(5000),
    cost: fc.constant(0.25),
  },
  {
    requiredKeys: [
      'inputHash',
      'promptRevision',
      'readerRevision',
      'profile',
      'modelId',
      'missing',
      'writtenAt',
      'isListed',
      'tokens',
    ],
  },
);

const failure: fc.Arbitrary<FailureRecord> = fc
  .record({ attempts: fc.nat(5), outages: fc.nat(8), ago: fc.nat(40 * 24) })
  .map(({ attempts, outages, ago }) => ({
    schemaVersion: 1,
    dandisetId: '000001',
    version: 'draft',
    input: HASHES[0] as string,
    attempts,
    outages,
    firstAt: new Date(NOW - 50 * 24 * HOUR).toISOString(),
    lastAt: new Date(NOW - ago * HOUR).toISOString(),
    error: 'SummaryIncompleteError',
    message: 'It was not whole.',
    sweepId: 'before',
  }));

const versions: fc.Arbitrary<VersionFacts[]> = fc.uniqueArray(
  fc
    .record(
      {
        id: fc.integer({ min: 1, max: 60 }).map((id) => String(id).padStart(6, '0')),
        isDraft: fc.boolean(),
        content: fc.record({
          inputHash: fc.constantFrom(...HASHES),
          assets: fc.nat(3),
          since: fc.nat(48).map((hours) => NOW - hours * HOUR),
        }),
        stored: fc.oneof(stored, fc.constant('damaged' as const)),
        failure,
      },
      { requiredKeys: ['id', 'isDraft'] },
    )
    .map(({ isDraft, ...facts }) => ({ ...facts, version: isDraft ? 'draft' : '0.240101.1200' })),
  { selector: ({ id, version }) => `${id}/${version}`, maxLength: 40 },
);

const formatName = ({ id, version }: { id: string; version: string }): string => `${id}/${version}`;

describe('due versions', () => {
  const fresh: VersionFacts = {
    id: '000001',
    version: '0.240101.1200',
    stored: {
      inputHash: HASHES[0] as string,
      promptRevision: 2,
      readerRevision: 3,
      profile: 'complete',
      modelId: 'gpt-4o',
      missing: 0,
      writtenAt: NOW - HOUR,
      isListed: true,
      tokens: 10,
    },
  };
  const made = (fields: Partial<StoredSummary>): VersionFacts => ({
    ...fresh,
    stored: { ...(fresh.stored as StoredSummary), ...fields },
  });
  const content = (since: number, inputHash = HASHES[1] as string, assets = 1) => ({
    content: { inputHash, assets, since: NOW - since },
  });

  it.each<[string, VersionFacts, object]>([
    ['nothing, if all is unchanged', fresh, { state: 'fresh' }],
    ['a version without a summary', { id: '000001', version: 'draft' }, { state: 'due', reason: 'missing' }],
    ['a summary by another model', made({ modelId: 'old' }), { state: 'due', reason: 'model' }],
    ['a summary with another profile', made({ profile: 'rich' }), { state: 'due', reason: 'profile' }],
    [
      'a summary with an earlier prompt',
      made({ promptRevision: 1 }),
      { state: 'due', reason: 'prompt-revision' },
    ],
    [
      'a summary with an earlier reader',
      made({ readerRevision: 1 }),
      { state: 'due', reason: 'reader-revision' },
    ],
    ['a summary that is not in the catalog', made({ isListed: false }), { state: 'due', reason: 'unlisted' }],
    [
      'a summary without files that were unavailable',
      made({ missing: 1 }),
      { state: 'due', reason: 'incomplete' },
    ],
    [
      'what lacks files that have been unavailable for a week',
      made({ missing: 1, writtenAt: NOW - 7 * 24 * HOUR }),
      { state: 'fresh' },
    ],
    ['a summary that cannot be read', { ...fresh, stored: 'damaged' }, { state: 'due', reason: 'damaged' }],
    [
      'a published version that changed all the same',
      { ...fresh, ...content(0) },
      { state: 'due', reason: 'content' },
    ],
    [
      'no draft that is still changing',
      { ...fresh, version: 'draft', ...content(HOUR) },
      { state: 'debouncing' },
    ],
    [
      'a draft that has settled',
      { ...fresh, version: 'draft', ...content(12 * HOUR) },
      { state: 'due', reason: 'content' },
    ],
    [
      'the first summary of a draft at once',
      { id: '000001', version: 'draft', ...content(0) },
      { state: 'due', reason: 'missing' },
    ],
    [
      'no empty Dandiset',
      { id: '000001', version: 'draft', ...content(0, HASHES[1], 0) },
      { state: 'empty' },
    ],
    [
      'one that became empty',
      { ...fresh, version: 'draft', ...content(12 * HOUR, HASHES[1], 0) },
      { state: 'due', reason: 'content' },
    ],
  ])('is %s', (_what, facts, verdict) => {
    expect(judgeVersion(facts, MAKING, LIMITS, now)).toEqual(verdict);
  });
});

describe('the plan of a sweep', () => {
  it('puts every version into exactly one part', () => {
    fc.assert(
      fc.property(versions, (given) => {
        const { due, deferred, fresh, empty, debouncing, backingOff, abandoned } = planSweep(
          given,
          MAKING,
          LIMITS,
          now,
        );
        const sum =
          due.length +
          deferred.length +
          fresh +
          empty +
          debouncing.length +
          backingOff.length +
          abandoned.length;
        expect(sum).toBe(given.length);
        expect(new Set([...due, ...deferred].map(formatName)).size).toBe(due.length + deferred.length);
      }),
    );
  });

  it('runs nothing that is fresh, and after its runs nothing of them is due', () => {
    fc.assert(
      fc.property(versions, (given) => {
        const { due } = planSweep(given, MAKING, LIMITS, now);
        const names = new Set(due.map(formatName));
        const after = given.map((facts): VersionFacts => {
          if (!names.has(formatName(facts))) return facts;
          const { failure: _forgotten, ...rest } = facts;
          const summary: StoredSummary = {
            inputHash: facts.content?.inputHash ?? (HASHES[0] as string),
            promptRevision: 2,
            readerRevision: 3,
            profile: 'complete',
            modelId: 'gpt-4o',
            missing: 0,
            writtenAt: NOW,
            isListed: true,
            tokens: 1,
          };
          return { ...rest, stored: summary };
        });
        expect(planSweep(after, MAKING, LIMITS, now).due).toEqual([]);
      }),
    );
  });

  it('does not depend on the order in which versions were checked', () => {
    fc.assert(
      fc.property(versions, fc.nat(), (given, seed) => {
        const other = given
          .map((facts, at) => ({ facts, key: (at * 7919 + seed) % 104_729 }))
          .sort((a, b) => a.key - b.key)
          .map(({ facts }) => facts);
        expect(planSweep(other, MAKING, LIMITS, now).due).toEqual(planSweep(given, MAKING, LIMITS, now).due);
      }),
    );
  });

  it('respects the limits of runs and costs, and defers the rest', () => {
    const limits = fc.record({ runs: fc.nat(50), tokens: fc.nat(40_000), cost: fc.nat(20) });
    fc.assert(
      fc.property(versions, limits, (given, { runs, tokens, cost }) => {
        const plan = planSweep(given, MAKING, { ...LIMITS, runs, spend: { tokens, cost } }, now);
        expect(plan.due.length).toBeLessThanOrEqual(runs);
        expect(plan.expected.tokens).toBeLessThanOrEqual(tokens);
        expect(plan.expected.cost).toBeLessThanOrEqual(cost);
        const all = planSweep(given, MAKING, LIMITS, now).due;
        expect([...plan.due, ...plan.deferred]).toEqual(all);
      }),
    );
  });

  it('counts the most expensive run known, once enough are known, and the most that one may take before', () => {
    const known = (count: number): VersionFacts[] =>
      Array.from({ length: count }, (_, at) => ({
        id: String(at + 100).padStart(6, '0'),
        version: '0.240101.1200',
        stored: {
          inputHash: HASHES[0] as string,
          promptRevision: 2,
          readerRevision: 3,
          profile: 'complete',
          modelId: 'gpt-4o',
          missing: 0,
          writtenAt: NOW,
          isListed: true,
          tokens: 100 + at,
          cost: 0.01,
        },
      }));
    const missing = { id: '000001', version: 'draft' };
    expect(planSweep([...known(9), missing], MAKING, LIMITS, now).expected).toEqual({
      tokens: 1000,
      cost: 0.5,
    });
    expect(planSweep([...known(10), missing], MAKING, LIMITS, now).expected).toEqual({
      tokens: 109,
      cost: 0.01,
    });
  });

  it('ranks versions that failed before last', () => {
    fc.assert(
      fc.property(versions, (given) => {
        const reasons = planSweep(given, MAKING, LIMITS, now).due.map(({ reason }) => reason);
        const first = reasons.indexOf('failed');
        expect(first === -1 || reasons.slice(first).every((reason) => reason === 'failed')).toBe(true);
      }),
    );
  });

  it('retries all failed versions on request', () => {
    fc.assert(
      fc.property(versions, (given) => {
        const { backingOff, abandoned } = planSweep(given, MAKING, { ...LIMITS, retryFailed: true }, now);
        expect([...backingOff, ...abandoned]).toEqual([]);
      }),
    );
  });
});

describe('an input', () => {
  it('changes with the content of a draft, and with the settings of a published version', () => {
    const version: VersionFacts = { id: '000001', version: '0.240101.1200' };
    const inputs = [
      hashInput(version, MAKING),
      hashInput({ ...version, id: '000002' }, MAKING),
      hashInput(version, { ...MAKING, modelId: 'another' }),
      hashInput(version, { ...MAKING, promptRevision: 9 }),
      hashInput(version, { ...MAKING, readerRevision: 9 }),
      hashInput(version, { ...MAKING, promptTokenBudget: 9 }),
      hashInput({ ...version, content: { inputHash: HASHES[0] as string, assets: 1, since: 0 } }, MAKING),
    ];
    expect(new Set(inputs).size).toBe(inputs.length);
    for (const input of inputs) expect(input).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the lines of the map', () => {
  it('name executions as Step Functions accepts them, differently in each sweep', () => {
    fc.assert(
      fc.property(versions, (given) => {
        const { due } = planSweep(given, MAKING, LIMITS, now);
        const lines = dueLines(due, '2026-11-22t120000-one');
        const others = dueLines(due, '2026-11-22t120000-two');
        for (const [at, { runName, force, reason }] of lines.entries()) {
          expect(runName).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
          expect(runName).not.toBe(others[at]?.runName);
          expect(force).toBe(reason === 'damaged');
        }
        expect(new Set(lines.map(({ runName }) => runName)).size).toBe(lines.length);
      }),
    );
  });
});
