/**
 * The last step of a run: has the summary written, checks it against the facts, and stores it with its
 * provenance. A reply is stored before it is checked, and requested only under the run's lease, so that none is
 * ever paid for twice. One case cannot be excluded: a process that is killed after it sent a request
 * and before the reply was stored.
 */
import { InvalidInputError } from '../errors.ts';
import { READER_REVISION } from '../header/header-json.ts';
import type { LanguageModel } from '../model/language-model.ts';
import { PROMPT_REVISION } from '../prompt/fixed-words.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { runDocumentKey, summaryKeys } from '../store/keys.ts';
import { type Lease, type LeaseTimes, takeLease } from '../store/lease.ts';
import type { WholeSummary } from '../store/summary-store.ts';
import { buildProvenance, type Provenance } from '../summary/provenance.ts';
import {
  collectEvidence,
  describeMissingOpinion,
  describeOpinion,
  type OpinionDependencies,
  repairAttempt,
} from './attempt.ts';
import { chooseReply } from './judge-replies.ts';
import type { KeptReply } from './kept-reply.ts';
import { countMissing } from './missing-files.ts';
import { countFindings, putIndex, putSummary, type StoringDependencies } from './put-summary.ts';
import { getRunJson, getRunPrompt } from './run-documents.ts';
import type { Run, SummarizeOutput, Waiting, WriteSummaryInput } from './run-payloads.ts';
import { computeRepliesCost, countSecondsToTomorrow } from './run-spend.ts';
import { releaseTurn } from './turn.ts';
import {
  buildIncompleteError,
  describeSuperseded,
  hasAllReplies,
  hashPrompt,
  listReplies,
  writeReplies,
} from './write-replies.ts';

/** Dependencies of WriteSummary. */
export interface WriteSummaryDependencies extends OpinionDependencies, StoringDependencies {
  /** Opens the writer; called only if something is to be written. */
  readonly openModel: () => Promise<
    LanguageModel & { readonly parameters?: Provenance['model']['parameters'] }
  >;
  /** Times of the run's lease; `LEASE_TIMES` by default. */
  readonly leaseTimes?: LeaseTimes;
  readonly tool: { readonly name: string; readonly version: string };
}

/** The outcome of writing. */
type Outcome = SummarizeOutput['status'] | 'waiting';

/**
 * Writes and stores the summary of a run; `unchanged` if one of the same input is already stored, unless
 * this run could read files that were missing then; `in-progress` if another process holds the run's lease; `waiting`
 * if the day's limit has no room for a reply.
 * @throws ModelUnavailableError, ModelRejectedError, PromptTooLargeError, StoreUnavailableError
 * @throws SummaryIncompleteError if the last reply still has errors; nothing is stored then
 */
export async function writeSummary(
  { run, force }: WriteSummaryInput,
  dependencies: WriteSummaryDependencies,
  signal?: AbortSignal,
): Promise<SummarizeOutput | Waiting> {
  const output = await writeInTurn({ run, force }, dependencies, signal);
  // A run in progress returns in the same turn; if this fails, the state machine releases the turn.
  if (output.status !== 'in-progress') await releaseTurn(dependencies.store, run.execution, dependencies.log);
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
  // A stored summary may be missing from the catalog because its writer was killed.
  if (stored !== undefined) await putIndex(run, stored, dependencies);
  const outcome =
    stored === undefined
      ? await writeAndStore(run, prompt, dependencies, force === true, signal)
      : 'unchanged';
  if (outcome === 'waiting')
    return { status: outcome, waitSeconds: countSecondsToTomorrow(dependencies.now()) };
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
 * The stored summary of this input, unless the run's prompt is based on more files. Each rewrite has fewer
 * files missing than the one before, so that a file that stays unavailable costs no second reply.
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
  // An opinion may be missing even if no reply is, and is paid for under the lease like a reply.
  const mayRequest =
    model.isLanguageModel &&
    (dependencies.judge !== undefined || !(await hasAllReplies(run, prompt, model, dependencies.store)));
  if (!mayRequest) return await writeFromReplies(run, prompt, model, dependencies, undefined, signal);
  const lease = await takeLease(dependencies.store, runDocumentKey(run, 'lease.json'), {
    times: dependencies.leaseTimes,
    signal,
  });
  if (lease === undefined) return 'in-progress';
  try {
    // The previous holder may have stored the summary meanwhile.
    const stored = force ? undefined : await findStored(run, prompt, dependencies);
    if (stored === undefined) return await writeFromReplies(run, prompt, model, dependencies, lease, signal);
    await putIndex(run, stored, dependencies);
    return 'unchanged';
  } finally {
    await lease.release();
  }
}

/** Gets the replies and stores the summary; `in-progress` if the lease was lost. */
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
  const last = repairAttempt(chooseReply(attempts), collectEvidence(prompt));
  const isPriced = model.isLanguageModel && dependencies.spend.price !== undefined;
  if (!last.report.isAcceptable)
    throw buildIncompleteError(
      run,
      last.report.findings,
      isPriced ? computeRepliesCost(listReplies(attempts), dependencies.spend) : undefined,
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
    ...(isPriced ? { cost: computeRepliesCost(listReplies(attempts), dependencies.spend) } : {}),
    secondOpinion,
    warnings: [
      ...describeMissingOpinion(secondOpinion),
      ...last.omitted,
      ...last.taken.map((taken) => `Removed, since no fact supports it: ${taken}`),
      ...describeSuperseded(superseded, isPriced ? dependencies.spend : undefined),
    ],
    runReport: { requests: reading.requests, bytes: reading.bytes },
  });
  dependencies.log.info('summary written', {
    modelId: model.modelId,
    replies: attempts.length,
    findings: last.report.findings.length,
  });
  return putSummary(run, prompt, last, provenance, dependencies);
}

function copyRequest({ repair, ...request }: NonNullable<KeptReply['request']>) {
  return repair === undefined ? request : { ...request, repair: [...repair] };
}
