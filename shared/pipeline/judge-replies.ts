/**
 * Judges the replies of one try and builds the next request: in free markdown each reply by itself, in structured
 * writing the second one on top of the first. Pure.
 */
import type { Finish, SupportedSentence } from '../model/language-model.ts';
import { buildCorrectionPrompt } from '../prompt/correction-prompt.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { withRepair } from '../prompt/request.ts';
import type { Finding } from '../summary/check.ts';
import { isOfContent } from '../summary/check-powers.ts';
import { type CheckReport, runChecks } from '../summary/checks.ts';
import type { Evidence } from '../summary/evidence.ts';
import type { ParsedReply } from '../summary/parsed-reply.ts';
import { parseReply } from '../summary/reply-parts.ts';
import { fillMarkdown } from '../writing/fill-slots.ts';
import {
  addDoubts,
  buildCorrections,
  type Doubt,
  type Taken,
  takeCorrections,
  takeReply,
} from '../writing/take-replies.ts';
import type { KeptReply } from './kept-reply.ts';

/** A reply with the results of the checks of it and of earlier replies. */
export interface JudgedReply {
  readonly reply: KeptReply;
  readonly parsed: ParsedReply;
  readonly report: CheckReport;
  /** How the reply ended, where relevant: not for a truncated one whose complete sentences make a page. */
  readonly finish: Finish['unified'];
  /** Sentences with the facts that they are based on; absent where the writer names none. */
  readonly sentences?: readonly SupportedSentence[];
  /** Parts removed before any check, each described in a sentence. */
  readonly omitted: readonly string[];
  /** In structured writing: the result of this reply and those before it. */
  readonly progress?: Taken;
  /** Free text where sentences with their facts were requested: inferior to any reply that has them. */
  readonly isFreeText?: boolean;
}

/** The replies of one try, in the order of the requests. */
export function judgeReplies(
  replies: readonly KeptReply[],
  prompt: Prompt,
  evidence: Evidence,
): JudgedReply[] {
  const found: JudgedReply[] = [];
  for (const reply of replies) found.push(judgeReply(reply, found.at(-1), prompt, evidence));
  return found;
}

function judgeReply(
  reply: KeptReply,
  before: JudgedReply | undefined,
  prompt: Prompt,
  evidence: Evidence,
): JudgedReply {
  // The deterministic writer writes the whole page, and so does a model in prose mode.
  if (prompt.writing !== 'structured' || reply.request === undefined) {
    const parsed = parseReply(reply.text);
    const finish = reply.finish.unified;
    const sentences = reply.sentences === undefined ? {} : { sentences: reply.sentences };
    return {
      reply,
      parsed,
      report: runChecks(parsed, evidence, { finish }),
      finish,
      ...sentences,
      omitted: [],
    };
  }
  const taken =
    before?.progress !== undefined && asksForCorrections(before)
      ? takeCorrections(before.progress, reply.text, prompt.facts)
      : takeReply(reply.text, prompt.facts);
  if (taken.form === 'none') return judgeFreeText(reply, taken, prompt, evidence);
  const parsed = parseReply(taken.page.text);
  const isPage = !lacksPart(taken);
  const finish = isPage && reply.finish.unified === 'length' ? 'stop' : reply.finish.unified;
  const report = runChecks(parsed, evidence, { finish, isGrounded: true });
  return {
    reply,
    parsed,
    report,
    finish,
    sentences: taken.page.sentences,
    omitted: taken.warnings,
    progress: before === undefined ? addDoubts(taken, listDoubts(report.findings)) : taken,
  };
}

/** What the checks of content found in a page whose sentences were accepted: the facts that these name may not be all. */
function listDoubts(findings: readonly Finding[]): Doubt[] {
  return findings
    .filter(({ check }) => isOfContent(check))
    .map(({ message, excerpt, location: { part } }) => ({ part, excerpt, message }));
}

/**
 * A reply in another form than requested, as free markdown that only the checks compare with the facts: some models
 * give no JSON whatever the prompt, and a page without evidence is better than none.
 */
function judgeFreeText(reply: KeptReply, progress: Taken, prompt: Prompt, evidence: Evidence): JudgedReply {
  const facts = new Map((prompt.facts.list ?? []).map((fact) => [fact.id, fact]));
  const parsed = parseReply(fillMarkdown(reply.text, facts));
  const finish = reply.finish.unified;
  const report = runChecks(parsed, evidence, { finish });
  return { reply, parsed, report, finish, omitted: [FREE_TEXT], progress, isFreeText: true };
}

const FREE_TEXT =
  'The model named no facts for its sentences, so that only the checks compared the text with the facts.';

/** Whether a part has no sentence; keywords follow from the facts where the reply has none. */
function lacksPart({ missing }: Taken): boolean {
  return missing.some((part) => part !== 'keywords');
}

/** Whether the faulty parts of a structured reply can be rewritten one by one. */
function asksForCorrections({ progress: taken }: JudgedReply): boolean {
  return (
    taken !== undefined &&
    taken.form !== 'none' &&
    (taken.refused.length + taken.doubted.length > 0 || lacksPart(taken))
  );
}

/** Whether each sentence of the reply was compared with the facts that it names. */
export function isGrounded({ progress, isFreeText }: JudgedReply): boolean {
  return progress !== undefined && isFreeText !== true;
}

/** The findings by which a reply may be repaired: of one that was compared with its facts those of form alone. */
export function listRepairable(judged: JudgedReply): readonly Finding[] {
  const { findings } = judged.report;
  return isGrounded(judged) ? findings.filter(({ check }) => !isOfContent(check)) : findings;
}

/**
 * Number of objections to a reply: its findings, or what was left out before any check, and doubted after that.
 */
function countObjections(judged: JudgedReply): number {
  const { report, omitted, progress } = judged;
  return isGrounded(judged) ? omitted.length + (progress?.doubted.length ?? 0) : report.findings.length;
}

/**
 * The reply to store: acceptable before not, with facts for its sentences before free text, then with the fewest
 * objections, then the later one.
 */
export function chooseReply<Judged extends JudgedReply>(judged: readonly Judged[]): Judged {
  const rank = (each: JudgedReply): number =>
    (each.report.isAcceptable ? 0 : 1_000_000) +
    (each.isFreeText === true ? 100_000 : 0) +
    countObjections(each);
  return judged.reduce((chosen, each) => (rank(each) <= rank(chosen) ? each : chosen));
}

/**
 * The request after a reply, or the prompt itself before the first one; undefined where no further request is needed.
 */
export function nextRequest(prompt: Prompt, before: JudgedReply | undefined): Prompt | undefined {
  if (before === undefined) return prompt;
  const { report, progress: taken } = before;
  const findings = report.findings.map(({ message }) => message);
  if (taken === undefined) return findings.length === 0 ? undefined : withRepair(prompt, findings);
  // Free text without findings is accepted: the model would most likely write free text again.
  if (taken.form === 'none')
    return findings.length === 0 ? undefined : withRepair(prompt, [NO_FORM, ...findings]);
  if (asksForCorrections(before))
    return buildCorrectionPrompt(prompt, buildCorrections(taken, prompt.facts.list ?? []), taken.missing);
  return report.isAcceptable ? undefined : withRepair(prompt, findings);
}

const NO_FORM =
  'The response contained no JSON object of the requested form: give only the object, with "abstract", "data" and "keywords". Where you cannot, write the three parts as markdown under the headings Abstract, Data and Keywords, from the facts alone.';
