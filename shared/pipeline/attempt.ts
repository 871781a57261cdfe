/** A reply with the results of the checks and a second opinion, without the sentences that can be removed. */
import type { Log } from '../log.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { Lease } from '../store/lease.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { Finding } from '../summary/check.ts';
import { type CheckReport, dropFindings, runChecks } from '../summary/checks.ts';
import { buildEvidence, type Evidence } from '../summary/evidence.ts';
import { findWithdrawal, OPINION_CHECK } from '../summary/opinion.ts';
import { listKnownFacts } from '../summary/opinion-facts.ts';
import type { ParsedReply } from '../summary/parsed-reply.ts';
import type { SecondOpinion } from '../summary/provenance.ts';
import { repairParts } from '../summary/repair-parts.ts';
import { isGrounded, type JudgedReply, listRepairable } from './judge-replies.ts';
import type { KeptReply } from './kept-reply.ts';
import type { Run } from './run-payloads.ts';
import { computeRepliesCost, type Spend } from './run-spend.ts';
import { getSecondOpinion, type JudgeDependencies, readOpinionSpend } from './second-opinion.ts';

/** A reply with the results of the checks. */
export interface Attempt extends JudgedReply {
  /** The judge's opinion; its findings are among the report's. */
  readonly opinion?: SecondOpinion | undefined;
}

/** Dependencies of a second opinion. */
export interface OpinionDependencies {
  readonly store: ObjectStore;
  readonly spend: Spend;
  /** Another model that judges the text of a language model; none by default. */
  readonly judge?: JudgeDependencies;
  readonly now: () => Date;
  readonly log: Log;
}

/** The attempt without the sentences that a check found, where the text is complete without them. */
export function repairAttempt(
  attempt: Attempt,
  evidence: Evidence,
): Attempt & { readonly taken: readonly string[] } {
  const { parsed, report } = attempt;
  if (report.findings.length === 0) return { ...attempt, taken: [] };
  const without = repairParts(parsed, listRepairable(attempt));
  const after = addFindings(
    withdrawFindings(
      runChecks(without.parsed, evidence, { finish: attempt.finish, isGrounded: isGrounded(attempt) }),
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
 * An attempt with the judge's opinion, if one is configured and the reply could be stored: a refused reply
 * is written again in any case.
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
    listKnownFacts(facts),
    {
      run,
      judge,
      store,
      log,
      now,
      left: spend.limit - computeRepliesCost(paid, spend) - (await readOpinionCost(run, dependencies)),
      daily: spend.daily,
      mayRequest: async () => lease === undefined || (await lease.confirm()),
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

/** The report without flags on sentences that the judge found supported. */
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

/** The opinion of the stored text, without removed sentences, and with the total cost of the run's opinions. */
export async function describeOpinion(
  run: Run,
  { parsed, opinion }: Attempt,
  { judge, store }: Pick<OpinionDependencies, 'judge' | 'store'>,
): Promise<SecondOpinion | undefined> {
  if (judge === undefined || opinion === undefined) return undefined;
  const claims = opinion.claims.filter(({ sentence }) => hasText(parsed, sentence));
  return { ...opinion, claims, ...(await readOpinionSpend(run, judge, store)) };
}

/** US dollars that the run's opinions cost; 0 where there are none or the price is not known. */
export async function readOpinionCost(
  run: Run,
  { judge, store }: Pick<OpinionDependencies, 'judge' | 'store'>,
): Promise<number> {
  return judge === undefined ? 0 : ((await readOpinionSpend(run, judge, store)).cost ?? 0);
}

/** A warning for the provenance where a requested second opinion is missing entirely or in part. */
export function describeMissingOpinion(opinion: SecondOpinion | undefined): string[] {
  if (opinion === undefined || opinion.outcome === 'complete') return [];
  const status =
    opinion.outcome === 'none' ? 'There is no second opinion' : 'There is only a partial second opinion';
  return [`${status} of ${opinion.model}${opinion.reason === undefined ? '.' : `: ${opinion.reason}`}`];
}

/** Built once per prompt: it takes as long as all checks of a reply. */
const evidences = new WeakMap<Prompt, Evidence>();

/** The evidence against which the checks compare a reply to this prompt. */
export function collectEvidence(prompt: Prompt): Evidence {
  const built = evidences.get(prompt);
  if (built !== undefined) return built;
  const evidence = buildEvidence({ promptText: prompt.text, facts: prompt.facts });
  evidences.set(prompt, evidence);
  return evidence;
}
