/**
 * The last step of a run: has the summary written, holds it to the facts, and stores it with its
 * provenance. A reply is kept before it is looked at, and who asks for one holds the run's lease, so that none is
 * ever paid for twice. One case is left that no one can close: a process that is killed after its request went out
 * and before the reply was stored.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  InvalidInputError,
  ModelUnavailableError,
  PromptTooLargeError,
  SpendLimitError,
  StoreUnavailableError,
  SummaryIncompleteError,
} from '../errors.ts';
import { READER_REVISION } from '../header/header-json.ts';
import type { Log } from '../log.ts';
import { PART_HEADINGS } from '../model/headings.ts';
import type { LanguageModel, Reply } from '../model/language-model.ts';
import { computeCost, type Price } from '../model/prices.ts';
import { PROMPT_REVISION } from '../prompt/fixed-words.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { buildRequest, REQUEST_REVISION } from '../prompt/request.ts';
import { type RetryPolicy, withRetries } from '../retry/with-retries.ts';
import { buildSearchDocument, nameSpecies } from '../search/build-document.ts';
import { updateSearchIndex } from '../search/search-store.ts';
import { updateCatalog } from '../store/catalog-store.ts';
import { changeDocument } from '../store/conditional-change.ts';
import { runDocumentKey, summaryKeys } from '../store/keys.ts';
import { type Lease, type LeaseTimes, takeLease } from '../store/lease.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { type DaySpend, reserveSpend, settleSpend } from '../store/spend.ts';
import type { SummaryStore, WholeSummary } from '../store/summary-store.ts';
import { buildSummary } from '../summary/build-summary.ts';
import type { Finding } from '../summary/check.ts';
import { type CheckReport, runChecks } from '../summary/checks.ts';
import { buildEvidence, type Evidence } from '../summary/evidence.ts';
import { OPINION_CHECK } from '../summary/opinion.ts';
import type { ParsedReply } from '../summary/parsed-reply.ts';
import { buildProvenance, type Provenance, type SecondOpinion } from '../summary/provenance.ts';
import { repairParts } from '../summary/repair-parts.ts';
import { chooseReply, type JudgedReply, judgeReplies, nextRequest } from './judge-replies.ts';
import { isSameReply, type KeptReply, parseReplies, splitRefused } from './kept-reply.ts';
import { countMissing } from './missing-files.ts';
import { putSessions } from './put-sessions.ts';
import { getRunJson, getRunPrompt } from './run-documents.ts';
import type { Run, SummarizeOutput, Waiting, WriteSummaryInput } from './run-payloads.ts';
import { getSecondOpinion, isNotPaid, type JudgeDependencies, readOpinionSpend } from './second-opinion.ts';
import { giveTurnBack } from './turn.ts';

/** What WriteSummary works with. */
export interface WriteSummaryDependencies {
  readonly store: ObjectStore;
  readonly summaries: SummaryStore;
  /** What writes; opened only where something is to be written. */
  readonly openModel: () => Promise<
    LanguageModel & { readonly parameters?: Provenance['model']['parameters'] }
  >;
  readonly spend: Spend;
  /** Another model that is asked about what a language model wrote; nobody is by default. */
  readonly judge?: JudgeDependencies;
  /** How long the run's lease lasts, and how it is watched; `LEASE_TIMES` by default. */
  readonly leaseTimes?: LeaseTimes;
  readonly now: () => Date;
  readonly tool: { readonly name: string; readonly version: string };
  readonly log: Log;
}

/** What replies cost, and what they may. */
export interface Spend {
  /** Undefined where the model's price is not known: then nothing is counted and nothing held back. */
  readonly price: Price | undefined;
  /** US dollars a run. */
  readonly limit: number;
  /** The longest reply that the model is asked for. */
  readonly maxOutputTokens: number;
  /** What the replies of all runs together may take within one day, UTC; without end by default. */
  readonly daily?: DaySpend;
}

/** Replies asked for before a summary that fails its checks is given up: the first, and one repair. */
export const MAX_REPLIES = 2;

/**
 * For the store of a reply that was paid for: half a minute on average, some 40 seconds at most, over and above the
 * store's own retries of each request.
 */
const PAID_RETRIES: RetryPolicy = {
  tries: 6,
  firstWaitMs: 500,
  longestWaitMs: 20_000,
  longestInAllMs: 60_000,
};

/** For a model's service that names the wait: kept here up to a minute, while the lease is; else by the state machine. */
const REFUSED_RETRIES: RetryPolicy = {
  tries: 4,
  firstWaitMs: 500,
  longestWaitMs: 2_000,
  longestInAllMs: 60_000,
};

/** What writing came to. */
type Outcome = SummarizeOutput['status'] | 'waiting';

const NOTHING_SPENT: DaySpend = { tokens: 0, cost: 0 };

/** Seconds within which the runs that waited for a new day begin: not all in its first. */
const DAY_SPREAD_SECONDS = 900;

/** The replies of a run: to its present prompt, and to others that it had before more files could be read. */
interface Written {
  readonly attempts: readonly Attempt[];
  /** Paid for, kept, and of no use to the present prompt. */
  readonly superseded: readonly KeptReply[];
}

/** A reply with what the checks made of it. */
interface Attempt extends JudgedReply {
  /** What the judge said of it; its findings are among the report's. */
  readonly opinion?: SecondOpinion | undefined;
}

/**
 * Writes and stores the summary of a run; `unchanged` where one of the same input is stored already, unless
 * this run could read files that were missing then; `in-progress` where another holds the run's lease; `waiting`
 * where the day's ceiling has no room for a reply.
 * @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, StoreUnavailableError
 * @throws SummaryIncompleteError where the last reply still has errors; nothing is stored then
 */
export async function writeSummary(
  { run, force }: WriteSummaryInput,
  dependencies: WriteSummaryDependencies,
  signal?: AbortSignal,
): Promise<SummarizeOutput | Waiting> {
  const output = await writeInTurn({ run, force }, dependencies, signal);
  // One that is in progress comes back in the same turn; where this fails, the state machine gives the turn back.
  if (output.status !== 'in-progress')
    await giveTurnBack(dependencies.store, run.execution, dependencies.log);
  return output;
}

async function writeInTurn(
  { run, force }: WriteSummaryInput,
  dependencies: WriteSummaryDependencies,
  signal: AbortSignal | undefined,
): Promise<SummarizeOutput | Waiting> {
  const { dandisetId, version, inputHash } = run;
  const prompt = await getRunPrompt(dependencies.store, run);
  const stored = force === true ? undefined : await findStored(run, prompt, dependencies);
  // One that is stored may have been left out of the catalog by a writer that died.
  if (stored !== undefined) await putIndex(run, stored, dependencies);
  const outcome =
    stored === undefined
      ? await writeAndStore(run, prompt, dependencies, force === true, signal)
      : 'unchanged';
  if (outcome === 'waiting') return { status: outcome, waitSeconds: secondsToTomorrow(dependencies.now()) };
  const keys = summaryKeys(dandisetId, version);
  return {
    status: outcome,
    dandisetId,
    version,
    inputHash,
    summaryKey: keys.markdown,
    provenanceKey: keys.provenance,
  };
}

/**
 * The stored summary of this input, unless the run's prompt is based on more files. Each writing again has fewer
 * files missing than the one before, so that a file that never comes costs no second reply.
 */
async function findStored(
  { dandisetId, version, inputHash }: Run,
  { facts }: Prompt,
  dependencies: WriteSummaryDependencies,
): Promise<WholeSummary | undefined> {
  const stored = await dependencies.summaries.confirm(dandisetId, version, inputHash);
  if (stored === undefined) return undefined;
  const [before, after] = [countMissing(stored.provenance), countMissing(facts)];
  if (after >= before) return stored;
  dependencies.log.info('files found that were missing', { before, after });
  return undefined;
}

async function writeAndStore(
  run: Run,
  prompt: Prompt,
  dependencies: WriteSummaryDependencies,
  force: boolean,
  signal?: AbortSignal,
): Promise<Outcome> {
  const listing = await getRunJson(dependencies.store, run, 'listing.json');
  const model = await dependencies.openModel();
  if (model.modelId !== listing.settings.modelId) {
    throw new InvalidInputError(
      `The run was named for the model ${listing.settings.modelId}, but ${model.modelId} is set. Give all functions the same settings.`,
      { field: 'LLM_MODEL' },
    );
  }
  // An opinion may be missing where no reply is, and is paid for under the lease as replies are.
  const mayAsk =
    model.isLanguageModel &&
    (dependencies.judge !== undefined || !(await hasAllReplies(run, prompt, model, dependencies.store)));
  if (!mayAsk) return await writeFromReplies(run, prompt, model, dependencies, undefined, signal);
  const lease = await takeLease(dependencies.store, runDocumentKey(run, 'lease.json'), {
    times: dependencies.leaseTimes,
    signal,
  });
  if (lease === undefined) return 'in-progress';
  try {
    // Who held it before may have stored the summary meanwhile.
    const stored = force ? undefined : await findStored(run, prompt, dependencies);
    if (stored === undefined) return await writeFromReplies(run, prompt, model, dependencies, lease, signal);
    await putIndex(run, stored, dependencies);
    return 'unchanged';
  } finally {
    await lease.release();
  }
}

/** The replies, as many as are kept or it takes, and of them the summary; `in-progress` where the lease was lost. */
async function writeFromReplies(
  run: Run,
  prompt: Prompt,
  model: LanguageModel & { readonly parameters?: Provenance['model']['parameters'] },
  dependencies: WriteSummaryDependencies,
  lease: Lease | undefined,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const written = await writeReplies(run, prompt, model, dependencies, lease, signal);
  if (typeof written === 'string') return written;
  const { attempts, superseded } = written;
  const last = repaired(chooseReply(attempts), collectEvidence(prompt));
  const isPriced = model.isLanguageModel && dependencies.spend.price !== undefined;
  if (!last.report.isAcceptable)
    throw incomplete(
      run,
      last.report.findings,
      isPriced ? spentOn(listReplies(attempts), dependencies.spend) : undefined,
    );
  const secondOpinion = await describeOpinion(run, last, dependencies);
  const reading = await getRunJson(dependencies.store, run, 'reading.json');
  const provenance = buildProvenance({
    prompt,
    parsed: last.parsed,
    ...(last.sentences === undefined ? {} : { sentences: last.sentences }),
    report: last.report,
    generatedAt: dependencies.now().toISOString(),
    tool: dependencies.tool,
    model,
    promptRevision: PROMPT_REVISION,
    readerRevision: READER_REVISION,
    inputHash: run.inputHash,
    promptHash: hashPrompt(prompt),
    attempts: attempts.map(({ reply, report }) => ({
      startedAt: reply.startedAt,
      ...(reply.request === undefined ? {} : { request: copyRequest(reply.request) }),
      finish: reply.finish.unified,
      ...(reply.finish.raw === undefined ? {} : { finishRaw: reply.finish.raw }),
      tokens: { prompt: reply.usage.promptTokens, completion: reply.usage.completionTokens },
      errors: countFindings(report.findings, 'error'),
      warnings: countFindings(report.findings, 'warning'),
    })),
    ...(isPriced ? { cost: spentOn(listReplies(attempts), dependencies.spend) } : {}),
    secondOpinion,
    warnings: [
      ...opinionWarning(secondOpinion),
      ...last.omitted,
      ...last.taken.map((taken) => `Taken out, since nothing in the facts supports it: ${taken}`),
      ...supersededWarning(superseded, isPriced ? dependencies.spend : undefined),
    ],
    runReport: { requests: reading.requests, bytes: reading.bytes },
  });
  dependencies.log.info('summary written', {
    modelId: model.modelId,
    replies: attempts.length,
    findings: last.report.findings.length,
  });
  return store(run, prompt, last, provenance, dependencies);
}

/**
 * The replies that were kept for this very prompt, and as many more as it takes: the last one passes, or
 * there are no more to be had. Those to an earlier prompt of the run stay kept and stay paid, but are not
 * held to facts that they never saw.
 */
async function writeReplies(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  dependencies: WriteSummaryDependencies,
  lease: Lease | undefined,
  signal: AbortSignal | undefined,
): Promise<Written | 'in-progress' | 'waiting'> {
  const promptHash = hashPrompt(prompt);
  const { attempts, superseded } = await findAttempts(run, prompt, model, dependencies.store);
  const opine = async (attempt: Attempt): Promise<Attempt> =>
    await withOpinion(
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
    // Fixed rules give the same reply again: asking twice would only hide the finding.
    if (before !== undefined && !model.isLanguageModel) break;
    const asked = nextRequest(prompt, before);
    if (asked === undefined) break;
    const paid = [...superseded, ...listReplies(attempts)];
    const opinions = await opinionCost(run, dependencies);
    if (model.isLanguageModel && !affords(asked, paid, dependencies.spend, opinions)) {
      // What was paid for already may still be good enough; without anything, there is nothing to store.
      if (before !== undefined) break;
      throw overSpend(asked, paid, dependencies.spend, opinions);
    }
    if (lease !== undefined && !(await lease.confirm())) return 'in-progress';
    const now = dependencies.now();
    const startedAt = now.toISOString();
    const budget = model.isLanguageModel ? await DayBudget.open(asked, now, dependencies) : undefined;
    if (budget === 'spent') {
      // What was paid for already may be good enough, and is there today.
      if (before?.report.isAcceptable) break;
      return 'waiting';
    }
    const reply = await generateUnlessTooLong(model, asked, before, signal).catch(async (error) => {
      if (isNotPaid(error)) await budget?.settle(NOTHING_SPENT);
      throw error;
    });
    await budget?.settle(reply === undefined ? NOTHING_SPENT : computeSpend(reply.usage, dependencies.spend));
    if (reply === undefined) break;
    const request = model.isLanguageModel ? { request: describeRequest(asked) } : {};
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

/** The replies that were kept for this very prompt, judged, and those to earlier prompts or refused in earlier runs. */
async function findAttempts(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  store: ObjectStore,
): Promise<{ attempts: Attempt[]; superseded: readonly KeptReply[] }> {
  const evidence = collectEvidence(prompt);
  const promptHash = hashPrompt(prompt);
  const kept = await findReplies(run, store);
  const { refused, current } = splitRefused(
    kept.filter((reply) => reply.promptHash === promptHash),
    model.isLanguageModel ? MAX_REPLIES : Number.POSITIVE_INFINITY,
    (replies) =>
      !repaired(chooseReply(judgeReplies(replies, prompt, evidence)), evidence).report.isAcceptable,
  );
  return {
    superseded: [...kept.filter((reply) => reply.promptHash !== promptHash), ...refused],
    attempts: [...judgeReplies(current, prompt, evidence)],
  };
}

/** Whether no more replies are asked for: the last one passes, or there are no more to be had. */
function isEnough(attempts: readonly Attempt[], prompt: Prompt): boolean {
  const last = attempts.at(-1);
  return attempts.length >= MAX_REPLIES || (last !== undefined && nextRequest(prompt, last) === undefined);
}

async function hasAllReplies(
  run: Run,
  prompt: Prompt,
  model: LanguageModel,
  store: ObjectStore,
): Promise<boolean> {
  return isEnough((await findAttempts(run, prompt, model, store)).attempts, prompt);
}

/**
 * Adds a reply to those that are kept, whoever else kept one meanwhile. It was paid for, so that a store which
 * fails is asked again for longer than anywhere else. @throws StoreUnavailableError
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
      // A write whose answer was lost may have been done.
      return kept.some((one) => isSameReply(one, reply)) ? undefined : JSON.stringify([...kept, reply]);
    });
  await withRetries(keep, {
    policy: PAID_RETRIES,
    signal,
    isPassing: (error) => error instanceof StoreUnavailableError,
  });
}

/**
 * A reply, or undefined where a repair is too long for the model and there is an acceptable reply already: a
 * shorter prompt would cost another two replies.
 */
async function generateUnlessTooLong(
  model: LanguageModel,
  asked: Prompt,
  before: Attempt | undefined,
  signal: AbortSignal | undefined,
): Promise<Reply | undefined> {
  try {
    return await withRetries(() => model.generate(asked, signal), {
      policy: REFUSED_RETRIES,
      signal,
      isPassing: isPutOff,
    });
  } catch (error) {
    if (error instanceof PromptTooLargeError && before?.report.isAcceptable) return undefined;
    throw error;
  }
}

/** What one reply may take of a day's ceiling, put down before it is asked for. */
class DayBudget {
  readonly #store: ObjectStore;
  readonly #day: string;
  readonly #id = randomUUID();

  private constructor(store: ObjectStore, day: string) {
    this.#store = store;
    this.#day = day;
  }

  /** `spent` where the day has no room for it; undefined where there is no ceiling. @throws StoreUnavailableError */
  static async open(
    asked: Prompt,
    now: Date,
    { store, spend }: WriteSummaryDependencies,
  ): Promise<DayBudget | 'spent' | undefined> {
    if (spend.daily === undefined) return undefined;
    const budget = new DayBudget(store, now.toISOString().slice(0, 10));
    const most = { tokens: asked.tokens + spend.maxOutputTokens, cost: boundCost(asked, spend) };
    const hasRoom = await reserveSpend(store, budget.#day, budget.#id, most, spend.daily);
    return hasRoom ? budget : 'spent';
  }

  /** Puts down what it took. A store that fails leaves the most that it might have: a reply is not lost for that. */
  async settle(spent: DaySpend): Promise<void> {
    await settleSpend(this.#store, this.#day, this.#id, spent).catch(() => undefined);
  }
}

function computeSpend(usage: Reply['usage'], { price }: Spend): DaySpend {
  return {
    tokens: usage.promptTokens + usage.completionTokens,
    cost: price === undefined ? 0 : computeCost(price, usage),
  };
}

/** Seconds until the next day (UTC) has begun, spread so that not all who wait come at once. */
function secondsToTomorrow(now: Date): number {
  const tomorrow = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return Math.ceil((tomorrow - now.getTime()) / 1000 + Math.random() * DAY_SPREAD_SECONDS);
}

/** Whether the service refused for now and named the wait: then nothing was written, and nothing is owed. */
function isPutOff(error: unknown): boolean {
  if (!(error instanceof ModelUnavailableError) || error.retryAfterSeconds === undefined) return false;
  return error.status === 429 || error.status === 503;
}

/** What was sent for a prompt, as far as it does not follow from what is stored. */
function describeRequest(asked: Prompt): NonNullable<KeptReply['request']> {
  const repair = asked.repair ?? asked.corrections;
  const { hash } = buildRequest(asked);
  return { revision: REQUEST_REVISION, hash, ...(repair === undefined ? {} : { repair }) };
}

function listReplies(attempts: readonly Attempt[]): KeptReply[] {
  return attempts.map(({ reply }) => reply);
}

function copyRequest({ repair, ...request }: NonNullable<KeptReply['request']>) {
  return repair === undefined ? request : { ...request, repair: [...repair] };
}

function hashPrompt({ text }: Prompt): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the run paid for without success, for whoever adds up its cost. */
function supersededWarning(superseded: readonly KeptReply[], spend: Spend | undefined): string[] {
  const { length } = superseded;
  if (length === 0) return [];
  const cost =
    spend?.price === undefined
      ? ''
      : `, at $${spentOn(superseded, spend).toFixed(4)} that its cost leaves out`;
  return [
    length === 1
      ? `1 earlier reply of this run was not used${cost}.`
      : `${length} earlier replies of this run were not used${cost}.`,
  ];
}

/** Told as soon as it was paid for, whatever becomes of it: spending is counted here and nowhere else. */
function measureReply(
  reply: KeptReply,
  model: LanguageModel,
  { log, spend }: WriteSummaryDependencies,
): void {
  // Rules that wrote it took no tokens.
  if (!model.isLanguageModel) return;
  log.measure('PromptTokens', reply.usage.promptTokens);
  log.measure('ReplyTokens', reply.usage.completionTokens);
  if (spend.price !== undefined) log.measure('ReplyCost', computeCost(spend.price, reply.usage));
  log.flush();
}

/** Without the sentences that a check found, where the text can go without them. */
function repaired(attempt: Attempt, evidence: Evidence): Attempt & { readonly taken: readonly string[] } {
  const { parsed, report } = attempt;
  if (report.findings.length === 0) return { ...attempt, taken: [] };
  const without = repairParts(parsed, report.findings);
  const after = withOpinionFindings(
    runChecks(without.parsed, evidence, attempt.finish),
    report.findings.filter(
      ({ check, excerpt }) => check === OPINION_CHECK && holdsText(without.parsed, excerpt),
    ),
  );
  const isBetter = after.isAcceptable || !report.isAcceptable;
  return isBetter
    ? { ...attempt, parsed: without.parsed, report: after, taken: without.taken }
    : { ...attempt, taken: [] };
}

/**
 * An attempt with what the judge says of it, where one is asked for and the reply could be stored: one that is refused
 * is written again whatever is said of it.
 */
async function withOpinion(
  attempt: Attempt,
  run: Run,
  { facts }: Prompt,
  paid: readonly KeptReply[],
  dependencies: WriteSummaryDependencies,
  lease: Lease | undefined,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const { judge, store, spend, log, now } = dependencies;
  if (judge === undefined || !attempt.report.isAcceptable) return attempt;
  const { opinion, findings } = await getSecondOpinion(
    attempt.parsed.parts,
    facts.list ?? [],
    {
      run,
      judge,
      store,
      log,
      now,
      left: spend.limit - spentOn(paid, spend) - (await opinionCost(run, dependencies)),
      daily: spend.daily,
      mayAsk: async () => lease === undefined || (await lease.confirm()),
      signal,
    },
    attempt.sentences,
  );
  return { ...attempt, report: withOpinionFindings(attempt.report, findings), opinion };
}

/** The report with findings that only flag. */
function withOpinionFindings(report: CheckReport, findings: readonly Finding[]): CheckReport {
  return { ...report, findings: [...report.findings, ...findings] };
}

function holdsText({ parts }: ParsedReply, text: string): boolean {
  return [...parts.abstract, ...parts.description].some((block) => block.includes(text));
}

/** The opinion of the text that is stored, without what was taken out, and with what the run's opinions took in all. */
async function describeOpinion(
  run: Run,
  { parsed, opinion }: Attempt,
  { judge, store }: WriteSummaryDependencies,
): Promise<SecondOpinion | undefined> {
  if (judge === undefined || opinion === undefined) return undefined;
  const claims = opinion.claims.filter(({ sentence }) => holdsText(parsed, sentence));
  return { ...opinion, claims, ...(await readOpinionSpend(run, judge, store)) };
}

/** US dollars that the run's opinions took; 0 where there are none or the price is not known. */
async function opinionCost(run: Run, { judge, store }: WriteSummaryDependencies): Promise<number> {
  return judge === undefined ? 0 : ((await readOpinionSpend(run, judge, store)).cost ?? 0);
}

function opinionWarning(opinion: SecondOpinion | undefined): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  const had = opinion.outcome === 'none' ? 'No second opinion was had' : 'A second opinion was had in part';
  return [`${had} of ${opinion.model}${opinion.reason === undefined ? '.' : `: ${opinion.reason}`}`];
}

/** Built once a prompt: it takes as long as all checks of a reply. */
const evidences = new WeakMap<Prompt, Evidence>();

function collectEvidence(prompt: Prompt): Evidence {
  const built = evidences.get(prompt);
  if (built !== undefined) return built;
  const evidence = buildEvidence({ promptText: prompt.text, facts: prompt.facts });
  evidences.set(prompt, evidence);
  return evidence;
}

/** US dollars that the replies so far cost; 0 where the price is not known. */
function spentOn(replies: readonly KeptReply[], { price }: Spend): number {
  if (price === undefined) return 0;
  return replies.reduce((total, { usage }) => total + computeCost(price, usage), 0);
}

/** What one more reply may cost at most. */
function boundCost(prompt: Prompt, { price, maxOutputTokens }: Spend): number {
  return price === undefined
    ? 0
    : computeCost(price, { promptTokens: prompt.tokens, completionTokens: maxOutputTokens });
}

/** `opinions`: US dollars that the run's second opinions took. */
function affords(prompt: Prompt, paid: readonly KeptReply[], spend: Spend, opinions: number): boolean {
  return spentOn(paid, spend) + opinions + boundCost(prompt, spend) <= spend.limit;
}

function overSpend(
  prompt: Prompt,
  paid: readonly KeptReply[],
  spend: Spend,
  opinions: number,
): SpendLimitError {
  const next = boundCost(prompt, spend);
  const spent = spentOn(paid, spend) + opinions;
  const before = spent > 0 ? `, $${spent.toFixed(2)} of it spent on earlier replies` : '';
  return new SpendLimitError(
    `A reply to this prompt may cost up to $${next.toFixed(2)}, and a run may spend $${spend.limit.toFixed(2)}${before}. Raise LLM_MAX_COST_PER_RUN or lower PROMPT_TOKEN_BUDGET.`,
    { spent, next, limit: spend.limit },
  );
}

async function findReplies(run: Run, store: ObjectStore): Promise<KeptReply[]> {
  const kept = await store.get(runDocumentKey(run, 'replies.json'));
  return kept === undefined ? [] : parseReplies(kept.body, run);
}

/** Which part failed, where the reply is, what it cost, and what asks for another. */
function incomplete(
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
      `To ask again: dandiset-summarizer summarize ${run.dandisetId}/${run.version}`,
    ].join(' '),
    { findings: errors.map(({ check, message }) => `${check}: ${message}`) },
  );
}

function countFindings(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

/** For readers of the page: only that an opinion is missing, since one that was had shows in its flags. */
function opinionNote(opinion: Provenance['secondOpinion']): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  return [
    opinion.outcome === 'none'
      ? 'no second opinion of another model was had of this text.'
      : 'another model gave its second opinion of a part of this text only.',
  ];
}

async function store(
  run: Run,
  prompt: Prompt,
  { parsed, report }: Attempt,
  provenance: Provenance,
  dependencies: WriteSummaryDependencies,
): Promise<'stored' | 'unchanged'> {
  const { dandiset, coverage } = prompt.facts;
  const warnings = countFindings(report.findings, 'warning');
  const markdown = buildSummary(parsed.parts, {
    dandiset,
    model: provenance.model,
    coverage,
    generatedAt: provenance.generatedAt,
    notes: [
      ...(warnings === 0
        ? []
        : [
            `automatic checks flagged ${warnings} ${warnings === 1 ? 'statement' : 'statements'} of this text.`,
          ]),
      ...opinionNote(provenance.secondOpinion),
    ],
  });
  const { dandisetId, version } = run;
  const sessions = await putSessions(run, dependencies.store);
  const outcome = await dependencies.summaries.putSummary({
    id: dandisetId,
    version,
    markdown,
    promptText: prompt.text,
    provenance: sessions === undefined ? provenance : { ...provenance, sessions },
  });
  // Where another writer came first, the index points to its summary.
  const stored =
    outcome === 'stored'
      ? { markdown, provenance }
      : await dependencies.summaries
          .readSummary(dandisetId, version)
          .then((reading) => (reading.state === 'whole' ? reading : undefined));
  if (stored !== undefined) await putIndex(run, stored, dependencies);
  return outcome;
}

/** Lets `latest.json`, the catalog and the search index point to a stored summary, unless a newer version stands for the Dandiset. */
async function putIndex(
  { dandisetId, version }: Run,
  stored: { readonly markdown: string; readonly provenance: Readonly<Record<string, unknown>> | Provenance },
  dependencies: WriteSummaryDependencies,
): Promise<void> {
  const { markdown } = stored;
  const provenance = stored.provenance as unknown as Provenance;
  const { dandiset, coverage, fileTypes, keywords, generatedAt, model } = provenance;
  await dependencies.summaries.putLatest(dandisetId, version);
  const latest = await dependencies.summaries.findLatest(dandisetId);
  if (latest?.version !== version) return;
  await updateCatalog(dependencies.store, {
    id: dandisetId,
    version,
    name: dandiset.name,
    species: nameSpecies(provenance),
    approaches: dandiset.approaches,
    neurodataTypes: [
      ...new Set(fileTypes.flatMap((type) => type.neurodataTypes.map(({ name }) => name))),
    ].sort(),
    keywords,
    files: coverage.nwb,
    updated: generatedAt,
    modelId: model.id,
  });
  await updateSearchIndex(dependencies.store, buildSearchDocument({ markdown, provenance }));
}
