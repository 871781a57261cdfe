/**
 * The second opinion of WriteSummary: another model judges each sentence of a reply, within the limits of the run and
 * the day, and its responses are stored in the run, so that none is paid for twice. An error here never
 * fails a run: the summary then notes that there is no opinion.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { ModelRejectedError, ModelUnavailableError, PromptTooLargeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Judge, SupportedSentence, TokenUsage } from '../model/language-model.ts';
import { computeCost, type Price } from '../model/prices.ts';
import { changeDocument } from '../store/conditional-change.ts';
import { parseJsonDocument } from '../store/json-document.ts';
import { runDocumentKey } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type DaySpend, reserveSpend, settleSpend } from '../store/spend.ts';
import type { Finding } from '../summary/check.ts';
import {
  buildClaims,
  buildOpinionFinding,
  buildOpinionRequest,
  type Claim,
  OPINION_REVISION,
  type OpinionRequest,
  readOpinion,
} from '../summary/opinion.ts';
import type { KnownFact } from '../summary/opinion-facts.ts';
import type { ReplyParts } from '../summary/parsed-reply.ts';
import type { SecondOpinion } from '../summary/provenance.ts';
import type { Run } from './run-payloads.ts';

/** The model that gives the opinion, and its limits. */
export interface JudgeDependencies {
  readonly modelId: string;
  /** Opened only if there is something to ask. */
  readonly open: () => Promise<Judge>;
  /** Undefined if not known: then its dollars are not counted. */
  readonly price: Price | undefined;
  /** Tokens of the response about one claim at most. */
  readonly maxOutputTokens: number;
  /** Time limit for the opinion of one reply, all its claims together. */
  readonly timeoutMs: number;
}

/** The limits of the opinion, and the store of its responses. */
export interface OpinionContext {
  readonly run: Run;
  readonly judge: JudgeDependencies;
  readonly store: ObjectStore;
  readonly log: Log;
  readonly now: () => Date;
  /** US dollars that the run has left; called before each opinion. */
  readonly left: number;
  readonly daily: DaySpend | undefined;
  /**
   * Whether this process still holds the run's lease; called before each request, since another may have taken it
   * over.
   */
  readonly mayRequest: () => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

/** A response as stored in `opinions.json`. */
export interface KeptOpinion {
  readonly modelId: string;
  /** Hash of the request, which contains the claim and its facts. */
  readonly requestHash: string;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  readonly text: string;
  readonly usage: TokenUsage;
}

interface Requested {
  readonly claim: Claim;
  readonly request: OpinionRequest;
}

/** Claims judged concurrently. */
const AT_ONCE = 4;

/**
 * Another model's opinion of the sentences of a reply. Stored responses cost nothing; sentences beyond the
 * limits, and all after an error of the judge's service, remain without an opinion, with the reason.
 * @throws StoreUnavailableError if the stored responses cannot be read, and the signal's reason once it is aborted
 */
export async function getSecondOpinion(
  parts: ReplyParts,
  facts: readonly KnownFact[],
  context: OpinionContext,
  sentences?: readonly SupportedSentence[],
): Promise<{ readonly opinion: SecondOpinion; readonly findings: readonly Finding[] }> {
  const { run, judge, store } = context;
  const requested = buildClaims(parts, facts, sentences).map((claim) => ({
    claim,
    request: buildOpinionRequest(claim),
  }));
  const kept = new Map<string, KeptOpinion>();
  const keep = (opinions: readonly KeptOpinion[]): void => {
    for (const opinion of opinions)
      if (opinion.modelId === judge.modelId) kept.set(opinion.requestHash, opinion);
  };
  keep(await findOpinions(run, store));
  const open = requested.filter(({ request }) => !kept.has(request.hash));
  const missed = await askAll(open, context, (opinions) => keep(opinions));
  const reported = requested.map(({ claim, request }) => {
    const opinion = kept.get(request.hash);
    const said = opinion === undefined ? undefined : readOpinion(opinion.text, claim);
    return { claim, said };
  });
  const findings = reported.flatMap(({ claim, said }) => {
    const finding = said === undefined ? undefined : buildOpinionFinding(claim, said);
    return finding === undefined ? [] : [finding];
  });
  const had = reported.filter(({ said }) => said !== undefined).length;
  const opinion: SecondOpinion = {
    model: judge.modelId,
    revision: OPINION_REVISION,
    outcome: requested.length > 0 && had === requested.length ? 'complete' : had > 0 ? 'partial' : 'none',
    ...(requested.length === 0 ? { reason: 'No sentence shares a word or number with a fact.' } : {}),
    ...(missed === undefined ? {} : { reason: missed }),
    claims: reported.map(({ claim, said }) => ({
      sentence: claim.sentence,
      location: { part: claim.part, index: claim.index },
      facts: claim.facts.map(({ id }) => id),
      verdict: said?.verdict ?? 'none',
      ...(said?.quote === undefined ? {} : { quote: said.quote }),
      ...(said?.fact === undefined ? {} : { fact: said.fact }),
      ...(said === undefined ? { reason: 'It was not asked about.' } : {}),
      ...(said?.reason === undefined ? {} : { reason: said.reason }),
    })),
    requests: 0,
    tokens: { prompt: 0, completion: 0 },
  };
  return { opinion, findings };
}

/**
 * The usage of the run's stored responses, earlier tries included: tokens, dollars where the price is known, and
 * requests.
 */
export async function readOpinionSpend(
  run: Run,
  { modelId, price }: JudgeDependencies,
  store: ObjectStore,
): Promise<{ readonly requests: number; readonly tokens: SecondOpinion['tokens']; readonly cost?: number }> {
  const opinions = (await findOpinions(run, store)).filter((opinion) => opinion.modelId === modelId);
  const sum = (of: (usage: TokenUsage) => number): number =>
    opinions.reduce((total, { usage }) => total + of(usage), 0);
  return {
    requests: opinions.length,
    tokens: { prompt: sum(({ promptTokens }) => promptTokens), completion: sum((u) => u.completionTokens) },
    ...(price === undefined ? {} : { cost: sum((usage) => computeCost(price, usage)) }),
  };
}

/** Asks about the open claims; returns why some were not asked about, or undefined if all were. */
async function askAll(
  open: readonly Requested[],
  context: OpinionContext,
  onKept: (opinions: readonly KeptOpinion[]) => void,
): Promise<string | undefined> {
  if (open.length === 0) return undefined;
  const { judge, store, daily, now, log, signal } = context;
  const affordable = countAffordable(open, context);
  if (affordable === 0) return 'The cost limit of the run has no room for it (LLM_MAX_COST_PER_RUN).';
  const group = open.slice(0, affordable);
  const day = now().toISOString().slice(0, 10);
  const id = randomUUID();
  const deadline = AbortSignal.timeout(judge.timeoutMs);
  const spent = { tokens: 0, cost: 0 };
  try {
    if (daily !== undefined && !(await reserveSpend(store, day, id, boundSpend(group, judge), daily)))
      return 'The limit of the day has no room for it.';
    const opened = await judge.open();
    for (let at = 0; at < group.length; at += AT_ONCE) {
      if (!(await context.mayRequest())) return 'Another process took the run over.';
      const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      const settled = await Promise.allSettled(
        group.slice(at, at + AT_ONCE).map((each) => askOne(opened, each, context, both)),
      );
      const opinions = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      for (const { usage } of opinions) {
        spent.tokens += usage.promptTokens + usage.completionTokens;
        spent.cost += judge.price === undefined ? 0 : computeCost(judge.price, usage);
        measureOpinion(usage, context);
      }
      for (const [which, each] of settled.entries()) {
        const { tokens, cost } = boundSpend(group.slice(at + which, at + which + 1), judge);
        if (each.status === 'fulfilled' || isNotPaid(each.reason)) continue;
        spent.tokens += tokens;
        spent.cost += cost;
      }
      onKept(opinions);
      await keepOpinions(context, opinions);
      const failed = settled.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
    return affordable < open.length
      ? 'The cost limit of the run had no room for all of it (LLM_MAX_COST_PER_RUN).'
      : undefined;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const why = deadline.aborted
      ? `It was not complete within ${judge.timeoutMs / 1000} s (JUDGE_TIMEOUT_SECONDS).`
      : error instanceof Error
        ? error.message
        : 'The judge failed.';
    log.warn('no second opinion', { modelId: judge.modelId, why });
    return why;
  } finally {
    log.flush();
    // If the store fails, the reservation remains: the response is not lost.
    if (daily !== undefined) await settleSpend(store, day, id, spent).catch(() => undefined);
  }
}

async function askOne(
  judge: Judge,
  { request }: Requested,
  { now }: OpinionContext,
  signal: AbortSignal,
): Promise<KeptOpinion> {
  const askedAt = now().toISOString();
  const { text, usage } = await judge.ask(request, signal);
  return { modelId: judge.modelId, requestHash: request.hash, askedAt, text, usage };
}

/** Whether an error means that nothing was written: a service that stopped responding may charge nevertheless. */
export function isNotPaid(error: unknown): boolean {
  if (error instanceof ModelUnavailableError) return error.status !== undefined;
  return error instanceof ModelRejectedError || error instanceof PromptTooLargeError;
}

/** How many claims, from the first on, fit into the run's limit; all if the judge's price is not known. */
function countAffordable(open: readonly Requested[], { judge, left }: OpinionContext): number {
  let count = 0;
  while (count < open.length && boundSpend(open.slice(0, count + 1), judge).cost <= left) count += 1;
  return count;
}

function boundSpend(
  requested: readonly Requested[],
  { price, maxOutputTokens }: JudgeDependencies,
): DaySpend {
  const promptTokens = requested.reduce((total, { request }) => total + request.tokens, 0);
  const completionTokens = requested.length * maxOutputTokens;
  return {
    tokens: promptTokens + completionTokens,
    cost: price === undefined ? 0 : computeCost(price, { promptTokens, completionTokens }),
  };
}

function measureOpinion(usage: TokenUsage, { log, judge }: OpinionContext): void {
  log.measure('PromptTokens', usage.promptTokens);
  log.measure('ReplyTokens', usage.completionTokens);
  if (judge.price !== undefined) log.measure('ReplyCost', computeCost(judge.price, usage));
}

async function findOpinions(run: Run, store: ObjectStore): Promise<readonly KeptOpinion[]> {
  const kept = await store.get(runDocumentKey(run, 'opinions.json'));
  return kept === undefined ? [] : parseOpinions(kept.body, run);
}

async function keepOpinions({ run, store }: OpinionContext, opinions: readonly KeptOpinion[]): Promise<void> {
  if (opinions.length === 0) return;
  await changeDocument(store, runDocumentKey(run, 'opinions.json'), (current) => {
    const kept = current === undefined ? [] : parseOpinions(current.body, run);
    const isKept = (one: KeptOpinion) =>
      kept.some((other) => other.requestHash === one.requestHash && other.askedAt === one.askedAt);
    const fresh = opinions.filter((opinion) => !isKept(opinion));
    // A write whose response was lost may have succeeded.
    return fresh.length === 0 ? undefined : JSON.stringify([...kept, ...fresh]);
  });
}

const KeptOpinions: z.ZodMiniType<KeptOpinion[]> = z.array(
  z.looseObject({
    modelId: z.string(),
    requestHash: z.string(),
    askedAt: z.string(),
    text: z.string(),
    usage: z.object({ promptTokens: z.number(), completionTokens: z.number() }),
  }),
);

/** @throws StoreUnavailableError if the document is damaged */
function parseOpinions(body: Uint8Array, run: Run): KeptOpinion[] {
  return parseJsonDocument(KeptOpinions, body, runDocumentKey(run, 'opinions.json'));
}
