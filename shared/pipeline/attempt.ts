/** A reply with what the checks and a second opinion made of it, and without the sentences that it can go without. */
import type { Log } from '../log.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { Lease } from '../store/lease.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Finding } from '../summary/check.ts';
import { isOfContent } from '../summary/check-powers.ts';
import { type CheckReport, dropFindings, runChecks } from '../summary/checks.ts';
import { buildEvidence, type Evidence } from '../summary/evidence.ts';
import { findWithdrawal, OPINION_CHECK } from '../summary/opinion.ts';
import type { ParsedReply } from '../summary/parsed-reply.ts';
import type { SecondOpinion } from '../summary/provenance.ts';
import { repairParts } from '../summary/repair-parts.ts';
import { isGrounded, type JudgedReply } from './judge-replies.ts';
import type { KeptReply } from './kept-reply.ts';
import type { Run } from './run-payloads.ts';
import { computeRepliesCost, type Spend } from './run-spend.ts';
import { getSecondOpinion, type JudgeDependencies, readOpinionSpend } from './second-opinion.ts';

/** A reply with what the checks made of it. */
export interface Attempt extends JudgedReply {
  /** What the judge said of it; its findings are among the report's. */
  readonly opinion?: SecondOpinion | undefined;
}

/** What a second opinion is asked with. */
export interface OpinionDependencies {
  readonly store: ObjectStore;
  readonly spend: Spend;
  /** Another model that is asked about what a language model wrote; nobody is by default. */
  readonly judge?: JudgeDependencies;
  readonly now: () => Date;
  readonly log: Log;
}

/** Without the sentences that a check found, where the text can go without them. */
export function repairAttempt(
  attempt: Attempt,
  evidence: Evidence,
): Attempt & { readonly taken: readonly string[] } {
  const { parsed, report } = attempt;
  if (report.findings.length === 0) return { ...attempt, taken: [] };
  const grounded = isGrounded(attempt);
  const without = repairParts(
    parsed,
    grounded ? report.findings.filter(({ check }) => !isOfContent(check)) : report.findings,
  );
  const after = addFindings(
    withdrawFindings(
      runChecks(without.parsed, evidence, { finish: attempt.finish, isGrounded: grounded }),
      attempt.opinion,
    ),
    report.findings.filter(
      ({ check, excerpt }) => check === OPINION_CHECK && hasText(without.parsed, excerpt),
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
export async function addOpinion(
  attempt: Attempt,
  run: Run,
  { facts }: Prompt,
  paid: readonly KeptReply[],
  dependencies: OpinionDependencies,
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
      left: spend.limit - computeRepliesCost(paid, spend) - (await readOpinionCost(run, dependencies)),
      daily: spend.daily,
      mayAsk: async () => lease === undefined || (await lease.confirm()),
      signal,
    },
    attempt.sentences,
  );
  const claims = opinion.claims.map((claim) => {
    const withdrawn = attempt.report.findings.flatMap((finding) =>
      findWithdrawal(finding, [claim]) === undefined ? [] : [finding.check],
    );
    return withdrawn.length === 0 ? claim : { ...claim, withdrawn: [...new Set(withdrawn)] };
  });
  const judged = { ...opinion, claims };
  return {
    ...attempt,
    report: addFindings(withdrawFindings(attempt.report, judged), findings),
    opinion: judged,
  };
}

/** The report without what flags a sentence that the judge found supported. */
function withdrawFindings(report: CheckReport, opinion: SecondOpinion | undefined): CheckReport {
  if (opinion === undefined) return report;
  return dropFindings(report, (finding) => findWithdrawal(finding, opinion.claims) !== undefined);
}

/** The report with findings that only flag. */
function addFindings(report: CheckReport, findings: readonly Finding[]): CheckReport {
  return { ...report, findings: [...report.findings, ...findings] };
}

function hasText({ parts }: ParsedReply, text: string): boolean {
  return [...parts.abstract, ...parts.description].some((block) => block.includes(text));
}

/** The opinion of the text that is stored, without what was taken out, and with what the run's opinions took in all. */
export async function describeOpinion(
  run: Run,
  { parsed, opinion }: Attempt,
  { judge, store }: Pick<OpinionDependencies, 'judge' | 'store'>,
): Promise<SecondOpinion | undefined> {
  if (judge === undefined || opinion === undefined) return undefined;
  const claims = opinion.claims.filter(({ sentence }) => hasText(parsed, sentence));
  return { ...opinion, claims, ...(await readOpinionSpend(run, judge, store)) };
}

/** US dollars that the run's opinions took; 0 where there are none or the price is not known. */
export async function readOpinionCost(
  run: Run,
  { judge, store }: Pick<OpinionDependencies, 'judge' | 'store'>,
): Promise<number> {
  return judge === undefined ? 0 : ((await readOpinionSpend(run, judge, store)).cost ?? 0);
}

/** A warning for provenance where a second opinion was asked for and is missing in whole or in part. */
export function describeMissingOpinion(opinion: SecondOpinion | undefined): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  const had = opinion.outcome === 'none' ? 'No second opinion was had' : 'A second opinion was had in part';
  return [`${had} of ${opinion.model}${opinion.reason === undefined ? '.' : `: ${opinion.reason}`}`];
}

/** Built once a prompt: it takes as long as all checks of a reply. */
const evidences = new WeakMap<Prompt, Evidence>();

/** What the checks hold a reply to this prompt against. */
export function collectEvidence(prompt: Prompt): Evidence {
  const built = evidences.get(prompt);
  if (built !== undefined) return built;
  const evidence = buildEvidence({ promptText: prompt.text, facts: prompt.facts });
  evidences.set(prompt, evidence);
  return evidence;
}
