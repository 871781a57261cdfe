import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatVersionRef } from '../../shared/archive/version-ref.ts';
import {
  type Claim,
  type PollFacts,
  planPoll,
  type SeenVersion,
} from '../../shared/publications/plan-poll.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

const names = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 }))
  .map(([id, day]) => ({ id: String(id).padStart(6, '0'), version: `0.26110${day + 1}.1200` }));
const manifests = fc.constantFrom('complete', 'incomplete', 'absent' as const);
const times = fc.integer({ min: 0, max: 20 * 3_600_000 }).map((ago) => new Date(NOW - ago).toISOString());
const seen: fc.Arbitrary<SeenVersion> = fc
  .tuple(names, manifests)
  .map(([ref, state]) => ({ ...ref, manifests: state }));
const claims: fc.Arbitrary<Claim> = fc
  .record({ ref: names, manifests, foundAt: times, claimedAt: fc.option(times, { nil: undefined }) })
  .map(({ ref, claimedAt, ...rest }) => ({
    schemaVersion: 1,
    dandisetId: ref.id,
    version: ref.version,
    ...rest,
    ...(claimedAt === undefined
      ? { state: 'waiting' as const, claims: 0 }
      : { state: 'claimed' as const, claimedAt, claims: 1 }),
  }));

const facts: fc.Arbitrary<PollFacts> = fc
  .record({
    seen: fc.uniqueArray(seen, { selector: formatVersionRef, maxLength: 40 }),
    settled: fc.array(names.map(formatVersionRef), { maxLength: 20 }).map((list) => new Set(list)),
    open: fc.uniqueArray(claims, { selector: (claim) => `${claim.dandisetId}/${claim.version}` }),
    events: fc.integer({ min: 0, max: 20 }),
  })
  .map(({ open, events, ...rest }) => ({
    ...rest,
    open: new Map(open.map((claim) => [`${claim.dandisetId}/${claim.version}`, { claim, etag: 'e' }])),
    now: new Date(NOW),
    patience: { manifestsMs: 6 * 3_600_000, claimMs: 900_000, events },
  }));

describe('the plan of a poll', () => {
  it('announces nothing that is settled, and nothing twice', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const announced = planPoll(given).announce.map(({ ref }) => formatVersionRef(ref));
        expect(announced.filter((name) => given.settled.has(name))).toEqual([]);
        expect(new Set(announced).size).toBe(announced.length);
        expect(announced.length).toBeLessThanOrEqual(given.patience.events);
      }),
    );
  });

  it('accounts for every version that is not settled', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { announce, waiting, inOtherHands, deferred } = planPoll(given);
        const all = new Set([...given.seen.map(formatVersionRef), ...given.open.keys()]);
        const due = [...all].filter((name) => !given.settled.has(name)).length;
        expect(announce.length + waiting + inOtherHands + deferred).toBe(due);
      }),
    );
  });

  it('announces every complete version at the latest when a claim has run out', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const late = {
          ...given,
          now: new Date(NOW + 900_000),
          patience: { ...given.patience, events: 1000 },
        };
        const announced = new Set(planPoll(late).announce.map(({ ref }) => formatVersionRef(ref)));
        const complete = given.seen
          .filter((version) => version.manifests === 'complete')
          .map(formatVersionRef);
        for (const name of complete) expect(announced.has(name)).toBe(!given.settled.has(name));
      }),
    );
  });

  it('lets no version wait forever', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const first = planPoll(given);
        const foundAt = new Date(NOW).toISOString();
        const open = new Map(given.open);
        for (const { id, version, manifests: state } of first.remember) {
          const claim = {
            schemaVersion: 1,
            dandisetId: id,
            version,
            state: 'waiting',
            manifests: state,
            foundAt,
            claims: 0,
          } as const;
          open.set(`${id}/${version}`, { claim, etag: 'e' });
        }
        const now = new Date(NOW + 6 * 3_600_000);
        const patience = { ...given.patience, events: 1000 };
        expect(planPoll({ ...given, open, now, patience })).toMatchObject({ waiting: 0, inOtherHands: 0 });
      }),
    );
  });
});
