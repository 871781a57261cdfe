/**
 * The last step of a sweep: reports what was done, what failed and why, what is left for later, and the cost. The work
 * of the function ReportSweep.
 */
import * as z from 'zod/mini';
import { StoreUnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { readMapResults } from '../pipeline/map-results.ts';
import { repairSearchIndex } from '../search/repair-index.ts';
import { jsonText, parseJsonDocument } from '../store/json-document.ts';
import { findContentType, summaryKeys, sweepDocumentKey, sweepReportKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { parseProvenance } from '../store/provenance-document.ts';
import { SummaryStore } from '../store/summary-store.ts';
import { type FailureRecord, readFailure } from './failure-policy.ts';
import { FailureStore } from './failure-store.ts';
import { SweepDocument } from './sweep-document.ts';
import { DueVersion, type ReportSweepInput, SweepOutcome, type SweepOutput } from './sweep-payloads.ts';

/** Dependencies of ReportSweep. */
export interface ReportSweepDependencies {
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly log: Log;
}

/** A version that was summarized. */
interface Done {
  readonly dandisetId: string;
  readonly version: string;
  readonly reason: DueVersion['reason'];
  readonly tokens: Tokens;
  /** US dollars, if the model's price is known. */
  readonly cost?: number;
}

interface Tokens {
  readonly prompt: number;
  readonly completion: number;
}

/** A version without an up-to-date summary, and the reason. */
interface Failed {
  readonly dandisetId: string;
  readonly version: string;
  readonly error: string;
  readonly message: string;
  readonly attempts?: number;
}

/** The report of a sweep, as stored in `reports/<sweep>.json`. */
export interface SweepReport {
  readonly schemaVersion: 2;
  readonly sweepId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly dandisets: number;
  /** Number of versions checked. */
  readonly versions: number;
  readonly fresh: number;
  readonly empty: number;
  readonly stored: readonly Done[];
  /** Found to be up to date by the run itself. */
  readonly unchanged: readonly { readonly dandisetId: string; readonly version: string }[];
  /** Being written by another run of the same input, which did not end in time. */
  readonly inProgress: readonly { readonly dandisetId: string; readonly version: string }[];
  readonly failed: readonly Failed[];
  /** Due, but the sweep ended before their run. */
  readonly notReached: readonly { readonly dandisetId: string; readonly version: string }[];
  /** Due, but over the limits of a sweep. */
  readonly deferred: readonly string[];
  /** Drafts that their owners are still changing. */
  readonly debouncing: readonly string[];
  /** Not tried again for a while, after an outage. */
  readonly backingOff: readonly FailureRecord[];
  /** Not tried again until their input changes. */
  readonly abandoned: readonly FailureRecord[];
  readonly unlooked: SweepDocument['unlooked'];
  readonly withdrawals: SweepDocument['withdrawals'];
  readonly apiListed: boolean;
  /** The cost of the stored summaries. */
  readonly tokens: Tokens;
  /** US dollars; absent if one of them has no known price, or there are none. */
  readonly cost?: number;
  /** The estimated maximum cost of the runs. */
  readonly expected: SweepDocument['expected'];
  /** The error of the map, if it failed. */
  readonly mapFailure?: { readonly error: string; readonly message: string };
}

/**
 * Writes the report, and removes the failure records of versions that have a summary now.
 * @throws StoreUnavailableError
 */
export async function reportSweep(
  input: ReportSweepInput,
  dependencies: ReportSweepDependencies,
): Promise<SweepOutput> {
  const { store, now, log } = dependencies;
  const plan = await readPlan(store, input.sweepId);
  const due = await readDue(store, input.sweepId);
  const outcomes = await readOutcomes(store, input.resultsKey);
  const failures = new FailureStore(store);
  const stored: Done[] = [];
  const unchanged: SweepReport['unchanged'][number][] = [];
  const inProgress: SweepReport['inProgress'][number][] = [];
  const failed: Failed[] = [];
  const notReached: SweepReport['notReached'][number][] = [];
  for (const line of due) {
    const { dandisetId, version } = line;
    const ref = { dandisetId, version };
    const outcome = outcomes.get(formatName(ref)) ?? (await findOutcome(line, plan, failures, store));
    if (outcome === undefined) notReached.push(ref);
    else if (outcome.status === 'failed') failed.push(buildFailed(outcome));
    else if (outcome.status === 'in-progress') inProgress.push(ref);
    else {
      await failures.forget(dandisetId, version);
      if (outcome.status === 'unchanged') unchanged.push(ref);
      else stored.push({ ...ref, reason: line.reason, ...(await readCost(store, ref)) });
    }
  }
  const costs = stored.flatMap((done) => (done.cost === undefined ? [] : [done.cost]));
  const isPriced = stored.length > 0 && costs.length === stored.length;
  const report: SweepReport = {
    schemaVersion: 2,
    sweepId: input.sweepId,
    startedAt: plan.startedAt,
    finishedAt: now().toISOString(),
    dandisets: plan.dandisets,
    versions: plan.versions,
    fresh: plan.fresh,
    empty: plan.empty,
    stored,
    unchanged,
    inProgress,
    failed,
    notReached,
    deferred: plan.deferred,
    debouncing: plan.debouncing.map(({ id, version }) => `${id}/${version}`),
    backingOff: plan.backingOff,
    abandoned: plan.abandoned,
    unlooked: plan.unlooked,
    withdrawals: plan.withdrawals,
    apiListed: plan.apiListed,
    tokens: {
      prompt: sum(stored.map(({ tokens }) => tokens.prompt)),
      completion: sum(stored.map(({ tokens }) => tokens.completion)),
    },
    ...(isPriced ? { cost: sum(costs) } : {}),
    expected: plan.expected,
    ...(input.failure === undefined ? {} : { mapFailure: readFailure(input.failure) }),
  };
  const reportKey = sweepReportKey(input.sweepId);
  await store.put(reportKey, jsonText(report), { contentType: findContentType(reportKey) });
  const output: SweepOutput = {
    sweepId: input.sweepId,
    reportKey,
    stored: stored.length,
    unchanged: unchanged.length,
    inProgress: inProgress.length,
    failed: failed.length,
    notReached: notReached.length,
    deferred: plan.deferred.length,
    takenDown: plan.withdrawals.removed.length,
  };
  // The report is already written: an index that cannot be repaired now is repaired by the next sweep.
  const repaired = await repairSearchIndex(store, new SummaryStore(store), now());
  if (repaired.put + repaired.removed > 0) log.info('search index repaired', { ...repaired });
  log.info('sweep done', { ...output, abandoned: plan.abandoned.length, promptTokens: report.tokens.prompt });
  return output;
}

async function readDue(store: ObjectStore, sweepId: string): Promise<DueVersion[]> {
  const text = await getText(store, sweepDocumentKey(sweepId, 'due.jsonl'));
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => z.parse(DueVersion, JSON.parse(line)));
}

/** The results of the map's children, by version; empty if the map wrote none. */
async function readOutcomes(
  store: ObjectStore,
  resultsKey: string | undefined,
): Promise<Map<string, SweepOutcome>> {
  const outcomes = new Map<string, SweepOutcome>();
  if (resultsKey === undefined) return outcomes;
  for await (const line of readMapResults(store, resultsKey)) {
    const outcome = z.safeParse(SweepOutcome, line);
    if (outcome.success) outcomes.set(formatName(outcome.data), outcome.data);
  }
  return outcomes;
}

/** The outcome of a version whose child has no result, as found in the store. */
async function findOutcome(
  { dandisetId, version, input }: DueVersion,
  { sweepId, startedAt }: SweepDocument,
  failures: FailureStore,
  store: ObjectStore,
): Promise<SweepOutcome | undefined> {
  const record = await failures.find({ dandisetId, version, input });
  if (record?.sweepId === sweepId) {
    const { error, message, attempts } = record;
    return { dandisetId, version, status: 'failed', error, message, attempts };
  }
  const generatedAt = (await findProvenance(store, { dandisetId, version }))?.generatedAt;
  if (typeof generatedAt !== 'string' || generatedAt < startedAt) return undefined;
  return { dandisetId, version, status: 'stored' };
}

function buildFailed({ dandisetId, version, error, message, attempts }: SweepOutcome): Failed {
  return {
    dandisetId,
    version,
    error: error ?? 'unknown',
    message: message ?? '',
    ...(attempts === undefined ? {} : { attempts }),
  };
}

async function readCost(
  store: ObjectStore,
  ref: { dandisetId: string; version: string },
): Promise<Pick<Done, 'tokens' | 'cost'>> {
  const provenance = await findProvenance(store, ref);
  const { prompt, completion } = (provenance?.tokens ?? {}) as Partial<Record<string, unknown>>;
  const cost = provenance?.cost;
  const opinion = (provenance?.secondOpinion ?? {}) as Partial<Record<string, unknown>>;
  return {
    tokens: { prompt: Number(prompt ?? 0), completion: Number(completion ?? 0) },
    ...(typeof cost === 'number' ? { cost: cost + (Number(opinion.cost) || 0) } : {}),
  };
}

/** A damaged provenance is ignored: the next sweep writes it again. */
async function findProvenance(
  store: ObjectStore,
  { dandisetId, version }: { dandisetId: string; version: string },
): Promise<Record<string, unknown> | undefined> {
  const found = await store.get(summaryKeys(dandisetId, version).provenance);
  if (found === undefined) return undefined;
  try {
    return parseProvenance(found.body, dandisetId, version);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}

async function readPlan(store: ObjectStore, sweepId: string): Promise<SweepDocument> {
  const key = sweepDocumentKey(sweepId, 'plan.json');
  return parseJsonDocument(SweepDocument, await getBody(store, key), key);
}

async function getText(store: ObjectStore, key: string): Promise<string> {
  return new TextDecoder().decode(await getBody(store, key));
}

async function getBody(store: ObjectStore, key: string): Promise<Uint8Array> {
  const found = await store.get(key);
  if (found !== undefined) return found.body;
  throw new StoreUnavailableError('A document of the sweep is not in the store. Start the sweep again.', {
    key,
  });
}

function formatName({ dandisetId, version }: { dandisetId: string; version: string }): string {
  return `${dandisetId}/${version}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
