/**
 * What the replies of one try come to, and what is asked for next: of free markdown each reply by itself, in structured
 * writing the second one on top of the first. Pure.
 */
import type { Finish, SupportedSentence } from '../model/language-model.ts';
import { buildCorrectionPrompt } from '../prompt/correction-prompt.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { withRepair } from '../prompt/request.ts';
import { type CheckReport, runChecks } from '../summary/checks.ts';
import type { Evidence } from '../summary/evidence.ts';
import type { ParsedReply } from '../summary/parsed-reply.ts';
import { parseReply } from '../summary/reply-parts.ts';
import { fillMarkdown } from '../writing/fill-slots.ts';
import { buildCorrections, type Taken, takeCorrections, takeReply } from '../writing/take-replies.ts';
import type { KeptReply } from './kept-reply.ts';

/** A reply with what the checks made of it and of those before it. */
export interface JudgedReply {
  readonly reply: KeptReply;
  readonly parsed: ParsedReply;
  readonly report: CheckReport;
  /** How it ended, as far as that matters: of a broken one whose whole sentences make a page, it does not. */
  readonly finish: Finish['unified'];
  /** With the facts that they are based on; absent where the writer does not say. */
  readonly sentences?: readonly SupportedSentence[];
  /** What was left out before any check, a sentence each. */
  readonly omitted: readonly string[];
  /** In structured writing: what this reply and those before it came to. */
  readonly progress?: Taken;
  /** Free text where sentences with their facts were asked for: second to any reply that has them. */
  readonly isFreeText?: boolean;
}

/** The replies of one try, in the order in which they were asked for. */
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
  // Fixed rules write the page themselves, and so does a model that was asked for prose.
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
  return {
    reply,
    parsed,
    report: runChecks(parsed, evidence, { finish, isGrounded: true }),
    finish,
    sentences: taken.page.sentences,
    omitted: taken.warnings,
    progress: taken,
  };
}

/**
 * A reply of another form than was asked for, as free markdown that the checks alone hold to the facts: some models give
 * no JSON whatever they are told, and a page without evidence is more than none.
 */
function judgeFreeText(reply: KeptReply, progress: Taken, prompt: Prompt, evidence: Evidence): JudgedReply {
  const facts = new Map((prompt.facts.list ?? []).map((fact) => [fact.id, fact]));
  const parsed = parseReply(fillMarkdown(reply.text, facts));
  const finish = reply.finish.unified;
  const report = runChecks(parsed, evidence, { finish });
  return { reply, parsed, report, finish, omitted: [FREE_TEXT], progress, isFreeText: true };
}

const FREE_TEXT =
  'The model named no facts for its sentences, so that the text was held to the facts by the checks alone.';

/** Whether a part has no sentence; keywords follow from the facts where the reply has none. */
function lacksPart({ missing }: Taken): boolean {
  return missing.some((part) => part !== 'keywords');
}

/** Whether what is wrong with a structured reply can be written again piece by piece. */
function asksForCorrections({ progress: taken }: JudgedReply): boolean {
  return taken !== undefined && taken.form !== 'none' && (taken.refused.length > 0 || lacksPart(taken));
}

/** Whether each sentence of the reply was held to the facts that it names. */
export function isGrounded({ progress, isFreeText }: JudgedReply): boolean {
  return progress !== undefined && isFreeText !== true;
}

/** What speaks against a reply: what was found in it, or what had to be left out where that was done before any check. */
function countObjections(judged: JudgedReply): number {
  const { report, omitted } = judged;
  return isGrounded(judged) ? omitted.length : report.findings.length;
}

/** The reply to store: acceptable before not, with facts for its sentences before free text, then with the fewest objections, then the later one. */
export function chooseReply<Judged extends JudgedReply>(judged: readonly Judged[]): Judged {
  const rank = (each: JudgedReply): number =>
    (each.report.isAcceptable ? 0 : 1_000_000) +
    (each.isFreeText === true ? 100_000 : 0) +
    countObjections(each);
  return judged.reduce((chosen, each) => (rank(each) <= rank(chosen) ? each : chosen));
}

/** The request after a reply, the prompt itself before the first; undefined where nothing is left to ask for. */
export function nextRequest(prompt: Prompt, before: JudgedReply | undefined): Prompt | undefined {
  if (before === undefined) return prompt;
  const { report, progress: taken } = before;
  const findings = report.findings.map(({ message }) => message);
  if (taken === undefined) return findings.length === 0 ? undefined : withRepair(prompt, findings);
  // Free text that no check finds fault with is taken as it is: who writes so once would most likely do it again.
  if (taken.form === 'none')
    return findings.length === 0 ? undefined : withRepair(prompt, [NO_FORM, ...findings]);
  if (asksForCorrections(before))
    return buildCorrectionPrompt(prompt, buildCorrections(taken, prompt.facts.list ?? []), taken.missing);
  return report.isAcceptable ? undefined : withRepair(prompt, findings);
}

const NO_FORM =
  'The response held no JSON object of the form that was asked for: give the object alone, with "abstract", "data" and "keywords". Where you cannot, write the three parts as markdown under the headings Abstract, Data and Keywords, from the facts alone.';
