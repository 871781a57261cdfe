/**
 * The last step of a run: has the summary written, holds it to the facts, and stores it with its
 * provenance. A reply is kept before it is looked at, so that none is ever paid for twice.
 */
import { createHash } from 'node:crypto';
import {
  InvalidInputError,
  PromptTooLargeError,
  SpendLimitError,
  SummaryIncompleteError,
} from '../errors.ts';
import { READER_REVISION } from '../header/header-json.ts';
import type { Log } from '../log.ts';
import type { LanguageModel, Reply } from '../model/language-model.ts';
import { costOf, type Price } from '../model/prices.ts';
import { PROMPT_REVISION } from '../prompt/fixed-words.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { buildRequest, REQUEST_REVISION, withRepair } from '../prompt/request.ts';
import { buildSearchDocument, nameSpecies } from '../search/build-document.ts';
import { updateSearchIndex } from '../search/search-store.ts';
import { updateCatalog } from '../store/catalog-store.ts';
import { summaryKeys } from '../store/keys.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SummaryStore, WholeSummary } from '../store/summaries.ts';
import { buildSummary } from '../summary/build-summary.ts';
import type { Finding } from '../summary/check.ts';
import { type CheckReport, runChecks } from '../summary/checks.ts';
import { buildEvidence, type Evidence } from '../summary/evidence.ts';
import { mendParts } from '../summary/mend-parts.ts';
import { buildProvenance, type Provenance } from '../summary/provenance.ts';
import { type ParsedReply, parseReply } from '../summary/reply-parts.ts';
import { countMissing } from './missing-files.ts';
import type { Run, SummarizeOutput, WriteSummaryInput } from './payloads.ts';
import {
  findRunDocument,
  getRunJson,
  getRunPrompt,
  putRunDocument,
  type RunListing,
  type RunReading,
} from './run-documents.ts';

/** What WriteSummary works with. */
export interface WriteSummaryNeeds {
  readonly store: ObjectStore;
  readonly summaries: SummaryStore;
  /** What writes; opened only where something is to be written. */
  readonly openModel: () => Promise<
    LanguageModel & { readonly parameters?: Provenance['model']['parameters'] }
  >;
  readonly spend: Spend;
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
}

/** Replies asked for before a summary that fails its checks is given up: the first, and one repair. */
export const MAX_REPLIES = 2;

/** A reply as `replies.json` keeps it. */
interface KeptReply extends Reply {
  /** When it was asked for: ISO 8601, UTC. */
  readonly startedAt: string;
  /** SHA-256 of the text of the prompt that it answers: another prompt of the same run tells other facts. */
  readonly promptHash: string;
  /** What was in fact sent for it; absent where no model was asked. */
  readonly request?: {
    readonly revision: number;
    readonly hash: string;
    readonly repair?: readonly string[];
  };
}

/** The replies of a run: to its present prompt, and to others that it had before more files could be read. */
interface Written {
  readonly attempts: readonly Attempt[];
  /** Paid for, kept, and of no use to the present prompt. */
  readonly superseded: readonly KeptReply[];
}

/** A reply with what the checks made of it. */
interface Attempt {
  readonly reply: KeptReply;
  readonly parsed: ParsedReply;
  readonly report: CheckReport;
}

/**
 * Writes and stores the summary of a run; `unchanged` where one of the same input is stored already, unless
 * this run could read files that were missing then.
 * @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, StoreUnavailableError
 * @throws SummaryIncompleteError where the last reply still fails a grave check; nothing is stored then
 */
export async function writeSummary(
  { run, force }: WriteSummaryInput,
  needs: WriteSummaryNeeds,
  signal?: AbortSignal,
): Promise<SummarizeOutput> {
  const { dandisetId, version, inputHash } = run;
  const prompt = await getRunPrompt(needs.store, run);
  const stored = force === true ? undefined : await findStored(run, prompt, needs);
  // One that is stored may have been left out of the catalog by a writer that died.
  if (stored !== undefined) await putIndex(run, stored, needs);
  const outcome = stored === undefined ? await writeAndStore(run, prompt, needs, signal) : 'unchanged';
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
 * The stored summary of this input, unless the run's prompt stands on more files. Each writing anew has fewer
 * files missing than the one before, so that a file that never comes costs no second reply.
 */
async function findStored(
  { dandisetId, version, inputHash }: Run,
  { facts }: Prompt,
  needs: WriteSummaryNeeds,
): Promise<WholeSummary | undefined> {
  const stored = await needs.summaries.confirm(dandisetId, version, inputHash);
  if (stored === undefined) return undefined;
  const [before, after] = [countMissing(stored.provenance), countMissing(facts)];
  if (after >= before) return stored;
  needs.log.info('files found that were missing', { before, after });
  return undefined;
}

async function writeAndStore(
  run: Run,
  prompt: Prompt,
  needs: WriteSummaryNeeds,
  signal?: AbortSignal,
): Promise<'stored' | 'unchanged'> {
  const listing = await getRunJson<RunListing>(needs.store, run, 'listing.json');
  const model = await needs.openModel();
  if (model.modelId !== listing.settings.modelId) {
    throw new InvalidInputError(
      `The run was named for the model ${listing.settings.modelId}, but ${model.modelId} is set. Give all functions the same settings.`,
      { field: 'LLM_MODEL' },
    );
  }
  const { attempts, superseded } = await writeReplies(run, prompt, model, needs, signal);
  const last = mended(best(attempts), evidenceOf(prompt));
  if (!last.report.isAcceptable) throw incomplete(last.report.findings);
  const isPriced = model.isLanguageModel && needs.spend.price !== undefined;
  const reading = await getRunJson<RunReading>(needs.store, run, 'reading.json');
  const provenance = buildProvenance({
    prompt,
    parsed: last.parsed,
    report: last.report,
    generatedAt: needs.now().toISOString(),
    tool: needs.tool,
    model,
    promptRevision: PROMPT_REVISION,
    readerRevision: READER_REVISION,
    inputHash: run.inputHash,
    promptHash: hashOf(prompt),
    attempts: attempts.map(({ reply, report }) => ({
      startedAt: reply.startedAt,
      ...(reply.request === undefined ? {} : { request: copyRequest(reply.request) }),
      finish: reply.finish.unified,
      ...(reply.finish.raw === undefined ? {} : { finishRaw: reply.finish.raw }),
      tokens: { prompt: reply.usage.promptTokens, completion: reply.usage.completionTokens },
      graveFindings: countOf(report.findings, 'grave'),
      minorFindings: countOf(report.findings, 'minor'),
    })),
    ...(isPriced ? { cost: spentOn(repliesOf(attempts), needs.spend) } : {}),
    warnings: [
      ...last.taken.map((taken) => `Taken out, since nothing in the facts supports it: ${taken}`),
      ...supersededWarning(superseded, isPriced ? needs.spend : undefined),
    ],
    runReport: { requests: reading.requests, bytes: reading.bytes },
  });
  needs.log.info('summary written', {
    modelId: model.modelId,
    replies: attempts.length,
    findings: last.report.findings.length,
  });
  return store(run, prompt, last, provenance, needs);
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
  needs: WriteSummaryNeeds,
  signal: AbortSignal | undefined,
): Promise<Written> {
  const evidence = evidenceOf(prompt);
  const promptHash = hashOf(prompt);
  const kept = await findReplies(run, needs.store);
  const superseded = kept.filter((reply) => reply.promptHash !== promptHash);
  const attempts = kept
    .filter((reply) => reply.promptHash === promptHash)
    .map((reply) => judged(reply, evidence));
  while (attempts.length < MAX_REPLIES) {
    const before = attempts.at(-1);
    // Fixed rules give the same reply again: asking twice would only hide the finding.
    if (before !== undefined && (before.report.findings.length === 0 || !model.isLanguageModel)) break;
    const asked =
      before === undefined
        ? prompt
        : withRepair(
            prompt,
            before.report.findings.map(({ message }) => message),
          );
    const paid = [...superseded, ...repliesOf(attempts)];
    if (model.isLanguageModel && !affords(asked, paid, needs.spend)) {
      // What was paid for already may still be good enough; without anything, there is nothing to store.
      if (before !== undefined) break;
      throw overSpend(asked, paid, needs.spend);
    }
    const startedAt = needs.now().toISOString();
    const reply = await generateUnlessTooLong(model, asked, before, signal);
    if (reply === undefined) break;
    const request = model.isLanguageModel ? { request: requestOf(asked) } : {};
    const attempt = judged({ ...reply, startedAt, promptHash, ...request }, evidence);
    measureReply(attempt, model, needs);
    attempts.push(attempt);
    await putRunDocument(
      needs.store,
      run,
      'replies.json',
      JSON.stringify([...superseded, ...repliesOf(attempts)]),
    );
  }
  return { attempts, superseded };
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
    return await model.generate(asked, signal);
  } catch (fault) {
    if (fault instanceof PromptTooLargeError && before?.report.isAcceptable) return undefined;
    throw fault;
  }
}

/** What was sent for a prompt, as far as it does not follow from what is stored. */
function requestOf(asked: Prompt): NonNullable<KeptReply['request']> {
  const { repair } = asked;
  const { hash } = buildRequest(asked);
  return { revision: REQUEST_REVISION, hash, ...(repair === undefined ? {} : { repair }) };
}

function repliesOf(attempts: readonly Attempt[]): KeptReply[] {
  return attempts.map(({ reply }) => reply);
}

function copyRequest({ repair, ...request }: NonNullable<KeptReply['request']>) {
  return repair === undefined ? request : { ...request, repair: [...repair] };
}

function hashOf({ text }: Prompt): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What the run paid for in vain, for whoever adds up its cost. */
function supersededWarning(superseded: readonly KeptReply[], spend: Spend | undefined): string[] {
  const { length } = superseded;
  if (length === 0) return [];
  const cost =
    spend?.price === undefined
      ? ''
      : `, at $${spentOn(superseded, spend).toFixed(4)} that its cost leaves out`;
  return [
    length === 1
      ? `1 reply to an earlier prompt of this run was not used${cost}.`
      : `${length} replies to earlier prompts of this run were not used${cost}.`,
  ];
}

/** Told as soon as it was paid for, whatever becomes of it: spending is counted here and nowhere else. */
function measureReply(
  { reply, report }: Attempt,
  model: LanguageModel,
  { log, spend }: WriteSummaryNeeds,
): void {
  log.measure('ChecksFailed', report.findings.length);
  // Rules that wrote it took no tokens.
  if (!model.isLanguageModel) return;
  log.measure('PromptTokens', reply.usage.promptTokens);
  log.measure('ReplyTokens', reply.usage.completionTokens);
  if (spend.price !== undefined) log.measure('ReplyCost', costOf(spend.price, reply.usage));
}

/** Acceptable before not, then with the fewest findings, then the later one. */
function best(attempts: readonly Attempt[]): Attempt {
  const rank = ({ report }: Attempt): number =>
    (report.isAcceptable ? 0 : 1_000_000) + report.findings.length;
  return attempts.reduce((chosen, attempt) => (rank(attempt) <= rank(chosen) ? attempt : chosen));
}

/** Without the sentences that a check found, where the text can go without them. */
function mended(
  { reply, parsed, report }: Attempt,
  evidence: Evidence,
): Attempt & { readonly taken: readonly string[] } {
  if (report.findings.length === 0) return { reply, parsed, report, taken: [] };
  const without = mendParts(parsed, report.findings);
  const after = runChecks(without.parsed, evidence, reply.finish.unified);
  const isBetter = after.isAcceptable || !report.isAcceptable;
  return isBetter
    ? { reply, parsed: without.parsed, report: after, taken: without.taken }
    : { reply, parsed, report, taken: [] };
}

function evidenceOf(prompt: Prompt): Evidence {
  return buildEvidence({ promptText: prompt.text, facts: prompt.facts });
}

/** US dollars that the replies so far cost; 0 where the price is not known. */
function spentOn(replies: readonly KeptReply[], { price }: Spend): number {
  if (price === undefined) return 0;
  return replies.reduce((total, { usage }) => total + costOf(price, usage), 0);
}

/** What one more reply may cost at most. */
function mostOf(prompt: Prompt, { price, maxOutputTokens }: Spend): number {
  return price === undefined
    ? 0
    : costOf(price, { promptTokens: prompt.tokens, completionTokens: maxOutputTokens });
}

function affords(prompt: Prompt, paid: readonly KeptReply[], spend: Spend): boolean {
  return spentOn(paid, spend) + mostOf(prompt, spend) <= spend.limit;
}

function overSpend(prompt: Prompt, paid: readonly KeptReply[], spend: Spend): SpendLimitError {
  const next = mostOf(prompt, spend);
  const spent = spentOn(paid, spend);
  const before = spent > 0 ? `, $${spent.toFixed(2)} of it spent on replies to earlier prompts` : '';
  return new SpendLimitError(
    `A reply to this prompt may cost up to $${next.toFixed(2)}, and a run may spend $${spend.limit.toFixed(2)}${before}. Raise LLM_MAX_COST_PER_RUN or lower PROMPT_TOKEN_BUDGET.`,
    { spent, next, limit: spend.limit },
  );
}

async function findReplies(run: Run, store: ObjectStore): Promise<KeptReply[]> {
  const kept = await findRunDocument(store, run, 'replies.json');
  return kept === undefined ? [] : (JSON.parse(kept) as KeptReply[]);
}

function judged(reply: KeptReply, evidence: Evidence): Attempt {
  const parsed = parseReply(reply.text);
  return { reply, parsed, report: runChecks(parsed, evidence, reply.finish.unified) };
}

function incomplete(findings: readonly Finding[]): SummaryIncompleteError {
  const grave = findings.filter(({ severity }) => severity === 'grave');
  const told = grave.slice(0, 3).map(({ message }) => message);
  return new SummaryIncompleteError(
    `The written summary failed its checks and was not stored: ${told.join(' ')}${grave.length > 3 ? ` And ${grave.length - 3} more.` : ''}`,
    { findings: grave.map(({ check, message }) => `${check}: ${message}`) },
  );
}

function countOf(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

async function store(
  run: Run,
  prompt: Prompt,
  { parsed, report }: Attempt,
  provenance: Provenance,
  needs: WriteSummaryNeeds,
): Promise<'stored' | 'unchanged'> {
  const { dandiset, coverage } = prompt.facts;
  const minor = countOf(report.findings, 'minor');
  const markdown = buildSummary(parsed.parts, {
    dandiset,
    model: provenance.model,
    coverage,
    generatedAt: provenance.generatedAt,
    notes:
      minor === 0
        ? []
        : [`automatic checks flagged ${minor} ${minor === 1 ? 'statement' : 'statements'} of this text.`],
  });
  const { dandisetId, version } = run;
  const outcome = await needs.summaries.putSummary({
    id: dandisetId,
    version,
    markdown,
    promptText: prompt.text,
    provenance,
  });
  // Where another writer came first, the index tells of its summary.
  const stored =
    outcome === 'stored'
      ? { markdown, provenance }
      : await needs.summaries
          .readSummary(dandisetId, version)
          .then((reading) => (reading.state === 'whole' ? reading : undefined));
  if (stored !== undefined) await putIndex(run, stored, needs);
  return outcome;
}

/** Lets `latest.json`, the catalog and the search index tell of a stored summary, unless a newer version stands for the Dandiset. */
async function putIndex(
  { dandisetId, version }: Run,
  stored: { readonly markdown: string; readonly provenance: Readonly<Record<string, unknown>> | Provenance },
  needs: WriteSummaryNeeds,
): Promise<void> {
  const { markdown } = stored;
  const provenance = stored.provenance as unknown as Provenance;
  const { dandiset, coverage, fileTypes, keywords, generatedAt, model } = provenance;
  await needs.summaries.putLatest(dandisetId, version);
  const latest = await needs.summaries.findLatest(dandisetId);
  if (latest?.version !== version) return;
  await updateCatalog(needs.store, {
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
  await updateSearchIndex(needs.store, buildSearchDocument({ markdown, provenance }));
}
