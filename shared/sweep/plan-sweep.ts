/**
 * Plans which versions are due, in which order, and how many of them a sweep may run. Pure.
 */
import { createHash } from 'node:crypto';
import { DRAFT, formatVersionRef, type VersionRef } from '../archive/version-ref.ts';
import type { RunSettings } from '../pipeline/input-hash.ts';
import { decideRetry, type FailureRecord } from './failure-policy.ts';
import { DUE_REASONS, type DueReason, type DueVersion } from './sweep-payloads.ts';

/** The input of a stored summary. */
export interface StoredSummary {
  readonly inputHash: string;
  readonly promptRevision: number;
  readonly readerRevision: number;
  readonly profile: string;
  /** `prose` if absent. */
  readonly writing?: string;
  readonly modelId: string;
  /** NWB files that were unavailable when it was written, and may be available now. */
  readonly missing: number;
  /** When it was written, in milliseconds of the epoch. */
  readonly writtenAt: number;
  /** Whether it is in the catalog. */
  readonly isListed: boolean;
  /** Tokens that were paid for it. */
  readonly tokens: number;
  /** US dollars, where its model has a known price. */
  readonly cost?: number;
}

/** The actual or maximum cost of a run. */
export interface Spend {
  readonly tokens: number;
  /** US dollars; 0 if the model has no known price. */
  readonly cost: number;
}

/** The current content of a version, if it was checked. */
export interface Content {
  /** The run's name: a hash of its summary's whole input. */
  readonly inputHash: string;
  readonly assets: number;
  /** Since when it is known to have this content, in milliseconds of the epoch. */
  readonly since: number;
}

/** The facts on one version. */
export interface VersionFacts extends VersionRef {
  /** Absent for a published version, which does not change, unless requested. */
  readonly content?: Content;
  readonly stored?: StoredSummary | 'damaged';
  readonly failure?: FailureRecord;
}

/** The current settings of summaries. */
export interface CurrentMaking extends RunSettings {
  readonly promptRevision: number;
  readonly readerRevision: number;
}

/** The limits of a sweep. */
export interface SweepLimits {
  readonly runs: number;
  /** Over all runs. */
  readonly spend: Spend;
  /** The maximum cost of one run, assumed for each run until there is a better estimate. */
  readonly maxRunCost: Spend;
  readonly attempts: number;
  /** How long a draft must have been unchanged before its summary is written again, in milliseconds. */
  readonly quietMs: number;
  readonly retryFailed: boolean;
}

/** The state of one version in a sweep. */
export type Verdict =
  | { readonly state: 'due'; readonly reason: DueReason }
  /** Its summary is up to date. */
  | { readonly state: 'fresh' }
  /** A draft that its owners may still be changing: checked again by the next sweep. */
  | { readonly state: 'debouncing' }
  /** Nothing to summarize. */
  | { readonly state: 'empty' }
  /** Waiting after an outage. */
  | { readonly state: 'backingOff'; readonly failure: FailureRecord }
  /** Abandoned until its input changes. */
  | { readonly state: 'abandoned'; readonly failure: FailureRecord };

/** A version that a sweep runs. */
export interface PlannedRun extends VersionRef {
  readonly reason: DueReason;
  readonly input: string;
}

/** The plan of a sweep. Every given version is in exactly one of its parts. */
export interface SweepPlan {
  readonly due: readonly PlannedRun[];
  /** Due as well, but over a limit: left for the next sweep. */
  readonly deferred: readonly PlannedRun[];
  readonly fresh: number;
  readonly empty: number;
  readonly debouncing: readonly VersionRef[];
  readonly backingOff: readonly FailureRecord[];
  readonly abandoned: readonly FailureRecord[];
  /** The estimated maximum cost of the runs together. */
  readonly expected: Spend;
}

/**
 * Identifies the input of a version's run, 64 hex digits: its input hash if the content was checked, else
 * a hash of the version, in place of its content, and the settings.
 */
export function hashInput({ id, version, content }: VersionFacts, making: CurrentMaking): string {
  if (content !== undefined) return content.inputHash;
  const { promptProfile, promptTokenBudget, modelId, promptRevision, readerRevision, writing } = making;
  const settings = [promptRevision, readerRevision, promptProfile, promptTokenBudget, modelId];
  // Prose keeps the name from before other modes existed.
  const parts = [id, version, ...settings, ...(writing === 'structured' ? [writing] : [])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The state of one version. */
export function judgeVersion(
  facts: VersionFacts,
  making: CurrentMaking,
  limits: Pick<SweepLimits, 'attempts' | 'quietMs' | 'retryFailed'>,
  now: Date,
): Verdict {
  const { content, stored, failure, version } = facts;
  const reason = staleReason(facts, making, now);
  if (reason === undefined) return { state: 'fresh' };
  if (content?.assets === 0 && stored === undefined) return { state: 'empty' };
  if (failure !== undefined && !limits.retryFailed) {
    const verdict = decideRetry(failure, now, limits.attempts);
    if (verdict !== 'retry') return { state: verdict, failure };
  }
  // A first summary is due at once; the next one only after the owners have paused.
  const isChanging = content !== undefined && now.getTime() - content.since < limits.quietMs;
  if (version === DRAFT && reason === 'content' && isChanging) return { state: 'debouncing' };
  return { state: 'due', reason: failure === undefined ? reason : 'failed' };
}

/**
 * How long sweeps retry files that a summary lacks. A file that stays unavailable costs one run per night without
 * a reply for this long, and then none until the input changes or somebody starts a run.
 */
const INCOMPLETE_MS = 7 * 24 * 3_600_000;

function staleReason(
  { content, stored }: VersionFacts,
  making: CurrentMaking,
  now: Date,
): DueReason | undefined {
  if (stored === undefined) return 'missing';
  if (stored === 'damaged') return 'damaged';
  if (stored.modelId !== making.modelId) return 'model';
  if (stored.profile !== making.promptProfile) return 'profile';
  if ((stored.writing ?? 'prose') !== (making.writing ?? 'prose')) return 'writing';
  if (stored.promptRevision !== making.promptRevision) return 'prompt-revision';
  if (stored.readerRevision !== making.readerRevision) return 'reader-revision';
  if (content !== undefined && content.inputHash !== stored.inputHash) return 'content';
  if (!stored.isListed) return 'unlisted';
  return stored.missing > 0 && now.getTime() - stored.writtenAt < INCOMPLETE_MS ? 'incomplete' : undefined;
}

/** The plan over these versions. Versions that failed before come last, so that they displace no other. */
export function planSweep(
  versions: readonly VersionFacts[],
  making: CurrentMaking,
  limits: SweepLimits,
  now: Date,
): SweepPlan {
  const wanted: PlannedRun[] = [];
  const counts = { fresh: 0, empty: 0 };
  const debouncing: VersionRef[] = [];
  const failures: Record<'backingOff' | 'abandoned', FailureRecord[]> = { backingOff: [], abandoned: [] };
  for (const facts of versions) {
    const { id, version } = facts;
    const verdict = judgeVersion(facts, making, limits, now);
    if (verdict.state === 'due')
      wanted.push({ id, version, reason: verdict.reason, input: hashInput(facts, making) });
    else if (verdict.state === 'debouncing') debouncing.push({ id, version });
    else if ('failure' in verdict) failures[verdict.state].push(verdict.failure);
    else counts[verdict.state] += 1;
  }
  wanted.sort(
    (a, b) =>
      DUE_REASONS.indexOf(a.reason) - DUE_REASONS.indexOf(b.reason) ||
      (formatVersionRef(a) < formatVersionRef(b) ? -1 : 1),
  );
  const each = spendOfRun(versions, making, limits);
  const runs = Math.min(
    limits.runs,
    wanted.length,
    timesWithin(limits.spend.tokens, each.tokens),
    timesWithin(limits.spend.cost, each.cost),
  );
  return {
    due: wanted.slice(0, runs),
    deferred: wanted.slice(runs),
    ...counts,
    debouncing,
    ...failures,
    expected: { tokens: runs * each.tokens, cost: runs * each.cost },
  };
}

/** Summaries of the current model that are needed to estimate the cost of a run. */
const KNOWN_RUNS = 10;

/**
 * The estimated cost of a run: that of the current model's most expensive one so far, once there are enough of them,
 * else the maximum cost of one. So the sum is nearly always more than the actual cost.
 */
function spendOfRun(
  versions: readonly VersionFacts[],
  making: CurrentMaking,
  { maxRunCost }: SweepLimits,
): Spend {
  const known = versions.flatMap(({ stored }) =>
    stored !== undefined && stored !== 'damaged' && stored.modelId === making.modelId ? [stored] : [],
  );
  if (known.length < KNOWN_RUNS) return maxRunCost;
  const most = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);
  return {
    tokens: most(known.map(({ tokens }) => tokens)),
    // One without a price would count as free.
    cost: most(known.map(({ cost }) => cost ?? maxRunCost.cost)),
  };
}

function timesWithin(limit: number, each: number): number {
  return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(limit / each);
}

/** The lines of the map's input. */
export function dueLines(due: readonly PlannedRun[], sweepId: string): DueVersion[] {
  const tag = createHash('sha256').update(sweepId).digest('hex').slice(0, 12);
  return due.map(({ id, version, reason, input }) => ({
    sweepId,
    runName: `sweep-${tag}-${id}-${version.replaceAll('.', '_')}`,
    dandisetId: id,
    version,
    reason,
    input,
    // A run that finds an unreadable summary must not stop at it.
    force: reason === 'damaged',
  }));
}
