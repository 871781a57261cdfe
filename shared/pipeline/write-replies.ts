/**
 * Gets the replies for a summary: those stored in the run, and as many more as needed. A reply is stored before it is
 * checked, so that none is paid for twice.
 */

import { createHash } from 'node:crypto';
import {
  ModelUnavailableError,
  PromptTooLargeError,
  StoreUnavailableError,
  SummaryIncompleteError,
} from '../errors.ts';
import { PART_HEADINGS } from '../model/headings.ts';
import type { LanguageModel, Reply } from '../model/language-model.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { buildRequest, REQUEST_REVISION } from '../prompt/request.ts';
import { OVERLOAD_STATUSES } from '../retry/statuses.ts';
import { type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import { changeDocument } from '../store/conditional-change.ts';
import { runDocumentKey } from '../store/keys.ts';
import type { Lease } from '../store/lease.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Finding } from '../summary/check.ts';
import {
  type Attempt,
  addOpinion,
  collectEvidence,
  type OpinionDependencies,
  readOpinionCost,
  repairAttempt,
} from './attempt.ts';
import { chooseReply, judgeReplies, nextRequest } from './judge-replies.ts';
import { isSameReply, type KeptReply, parseReplies, splitRefused } from './kept-reply.ts';
import type { Run } from './run-payloads.ts';
import {
  buildSpendError,
  canAfford,
  computeRepliesCost,
  computeSpend,
  DayBudget,
  measureReply,
  NOTHING_SPENT,
  type Spend,
} from './run-spend.ts';
import { isNotPaid } from './second-opinion.ts';

/** Replies requested before a summary that fails its checks is abandoned: the first, and one repair. */
export const MAX_REPLIES = 2;

/**
 * Retries of storing a paid reply: half a minute on average, some 40 seconds at most, in addition to the
 * store's own retries of each request.
 */
const PAID_RETRIES: RetryPolicy = {
  tries: 6,
  firstWaitMs: 500,
  longestWaitMs: 20_000,
  longestInAllMs: 60_000,
};

/**
 * Retries for a model's service that states a wait: up to a minute here, within the lease; longer waits are left to
 * the state machine.
 */
const REFUSED_RETRIES: RetryPolicy = {
  tries: 4,
  firstWaitMs: 500,
  longestWaitMs: 2_000,
  longestInAllMs: 60_000,
};

/** The replies of a run: to its current prompt, and to earlier prompts with fewer readable files. */
export interface Written {
  readonly attempts: readonly Attempt[];
  /** Paid for and stored, but not usable for the current prompt. */
  readonly superseded: readonly KeptReply[];
}

/**
 * The stored replies to this prompt, and as many more as needed: the last one passes, or
 * no more are allowed. Those to an earlier prompt of the run stay stored and counted, but are not
 * checked against facts that they did not contain.
 */
export async function writeReplies(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  dependencies: OpinionDependencies,
  lease: Lease | undefined,
  signal: AbortSignal | undefined,
): Promise<Written | 'in-progress' | 'waiting'> {
  const promptHash = hashPrompt(prompt);
  const { attempts, superseded } = await findAttempts(run, prompt, model, dependencies.store);
  const opine = async (attempt: Attempt): Promise<Attempt> =>
    await addOpinion(
      attempt,
      run,
      prompt,
      [...superseded, ...listReplies(attempts)],
      dependencies,
      lease,
      signal,
    );
  if (model.isLanguageModel)
    for (const [at, attempt] of attempts.entries()) attempts[at] = await opine(attempt);
  while (!isEnough(attempts, prompt)) {
    const before = attempts.at(-1);
    // The deterministic writer gives the same reply again: a repeated request would only hide the finding.
    if (before !== undefined && !model.isLanguageModel) break;
    const requested = nextRequest(prompt, before);
    if (requested === undefined) break;
    const paid = [...superseded, ...listReplies(attempts)];
    const opinions = await readOpinionCost(run, dependencies);
    if (model.isLanguageModel && !canAfford(requested, paid, dependencies.spend, opinions)) {
      // A reply that was already paid for may be good enough; without one there is nothing to store.
      if (before !== undefined) break;
      throw buildSpendError(requested, paid, dependencies.spend, opinions);
    }
    if (lease !== undefined && !(await lease.confirm())) return 'in-progress';
    const now = dependencies.now();
    const startedAt = now.toISOString();
    const budget = model.isLanguageModel ? await DayBudget.open(requested, now, dependencies) : undefined;
    if (budget === 'spent') {
      // A reply that was already paid for may be good enough, and is available today.
      if (before?.report.isAcceptable) break;
      return 'waiting';
    }
    const reply = await generateUnlessTooLong(model, requested, before, signal).catch(async (error) => {
      if (isNotPaid(error)) await budget?.settle(NOTHING_SPENT);
      throw error;
    });
    await budget?.settle(reply === undefined ? NOTHING_SPENT : computeSpend(reply.usage, dependencies.spend));
    if (reply === undefined) break;
    const request = model.isLanguageModel ? { request: describeRequest(requested) } : {};
    const kept: KeptReply = { ...reply, startedAt, promptHash, ...request };
    measureReply(kept, model, dependencies);
    await keepReply(run, kept, dependencies.store, signal);
    const attempt = judgeReplies([...listReplies(attempts), kept], prompt, collectEvidence(prompt)).at(
      -1,
    ) as Attempt;
    dependencies.log.measure('ChecksFailed', attempt.report.findings.length);
    attempts.push(attempt);
    if (model.isLanguageModel) attempts[attempts.length - 1] = await opine(attempt);
  }
  return { attempts, superseded };
}

/** The stored replies to this prompt, judged, and those to earlier prompts or refused in earlier runs. */
async function findAttempts(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  store: ObjectStore,
): Promise<{ attempts: Attempt[]; superseded: readonly KeptReply[] }> {
  const kept = await findReplies(run, store);
  // A run that only waits for another's reply needs no evidence, which takes as long to build as all checks of a reply.
  if (kept.length === 0) return { attempts: [], superseded: [] };
  const evidence = collectEvidence(prompt);
  const promptHash = hashPrompt(prompt);
  const { refused, current } = splitRefused(
    kept.filter((reply) => reply.promptHash === promptHash),
    model.isLanguageModel ? MAX_REPLIES : Number.POSITIVE_INFINITY,
    (replies) =>
      !repairAttempt(chooseReply(judgeReplies(replies, prompt, evidence)), evidence).report.isAcceptable,
  );
  return {
    superseded: [...kept.filter((reply) => reply.promptHash !== promptHash), ...refused],
    attempts: [...judgeReplies(current, prompt, evidence)],
  };
}

/** Whether no more replies are requested: the last one passes, or no more are allowed. */
function isEnough(attempts: readonly Attempt[], prompt: Prompt): boolean {
  const last = attempts.at(-1);
  return attempts.length >= MAX_REPLIES || (last !== undefined && nextRequest(prompt, last) === undefined);
}

/** Whether no further request to the model is needed for this prompt. @throws StoreUnavailableError */
export async function hasAllReplies(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  store: ObjectStore,
): Promise<boolean> {
  return isEnough((await findAttempts(run, prompt, model, store)).attempts, prompt);
}

/**
 * Adds a reply to the stored ones, also if another process stored one meanwhile. It was paid for, so that a store which
 * fails is retried for longer than elsewhere. @throws StoreUnavailableError
 */
async function keepReply(
  run: Run,
  reply: KeptReply,
  store: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const key = runDocumentKey(run, 'replies.json');
  const keep = () =>
    changeDocument(store, key, (current) => {
      const kept = current === undefined ? [] : parseReplies(current.body, run);
      // A write whose response was lost may have succeeded.
      return kept.some((one) => isSameReply(one, reply)) ? undefined : JSON.stringify([...kept, reply]);
    });
  await withRetries(keep, {
    policy: PAID_RETRIES,
    signal,
    isPassing: (error) => error instanceof StoreUnavailableError,
  });
}

/**
 * A reply, or undefined if a repair is too long for the model and there is already an acceptable reply: a
 * shorter prompt would cost another two replies.
 */
async function generateUnlessTooLong(
  model: LanguageModel,
  requested: Prompt,
  before: Attempt | undefined,
  signal: AbortSignal | undefined,
): Promise<Reply | undefined> {
  try {
    return await withRetries(() => model.generate(requested, signal), {
      policy: REFUSED_RETRIES,
      signal,
      isPassing: isPutOff,
    });
  } catch (error) {
    if (error instanceof PromptTooLargeError && before?.report.isAcceptable) return undefined;
    throw error;
  }
}

/** Whether the service refused temporarily and stated a wait: then nothing was written and nothing is charged. */
function isPutOff(error: unknown): boolean {
  if (!(error instanceof ModelUnavailableError) || error.retryAfterSeconds === undefined) return false;
  return error.status !== undefined && OVERLOAD_STATUSES.has(error.status);
}

/** The text that was sent for a prompt, where it does not follow from the stored documents. */
function describeRequest(requested: Prompt): NonNullable<KeptReply['request']> {
  const repair = requested.repair ?? requested.corrections;
  const { hash } = buildRequest(requested);
  return { revision: REQUEST_REVISION, hash, ...(repair === undefined ? {} : { repair }) };
}

/** The replies of attempts, in their order. */
export function listReplies(attempts: readonly Attempt[]): KeptReply[] {
  return attempts.map(({ reply }) => reply);
}

/** SHA-256 of a prompt's text, in hexadecimal, by which a stored reply names its prompt. */
export function hashPrompt({ text }: Prompt): string {
  return createHash('sha256').update(text).digest('hex');
}

async function findReplies(run: Run, store: ObjectStore): Promise<KeptReply[]> {
  const kept = await store.get(runDocumentKey(run, 'replies.json'));
  return kept === undefined ? [] : parseReplies(kept.body, run);
}

/** A note on unused replies that the run paid for. */
export function describeSuperseded(superseded: readonly KeptReply[], spend: Spend | undefined): string[] {
  const { length } = superseded;
  if (length === 0) return [];
  const cost =
    spend?.price === undefined
      ? ''
      : `, at $${computeRepliesCost(superseded, spend).toFixed(4)} that its cost leaves out`;
  return [
    length === 1
      ? `1 earlier reply of this run was not used${cost}.`
      : `${length} earlier replies of this run were not used${cost}.`,
  ];
}

/** The error text: which part failed, where the reply is, what it cost, and how to request another. */
export function buildIncompleteError(
  run: Run,
  findings: readonly Finding[],
  cost: number | undefined,
): SummaryIncompleteError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const reported = errors.slice(0, 3).map(({ message }) => message);
  return new SummaryIncompleteError(
    [
      `The written summary failed its checks and was not stored: ${reported.join(' ')}${errors.length > 3 ? ` And ${errors.length - 3} more.` : ''}`,
      `It failed in ${[...new Set(errors.map(({ location }) => (location.part === 'reply' ? 'the reply as a whole' : `the part “${PART_HEADINGS[location.part]}”`)))].join(', ')}.`,
      `The replies are in ${runDocumentKey(run, 'replies.json')}${cost === undefined ? '' : ` and cost $${cost.toFixed(4)}`}.`,
      `To request another: dandiset-summarizer summarize ${run.dandisetId}/${run.version}`,
    ].join(' '),
    { findings: errors.map(({ check, message }) => `${check}: ${message}`) },
  );
}
