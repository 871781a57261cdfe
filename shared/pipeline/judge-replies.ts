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
import { buildCorrections, type Taken, takeCorrections, takeReply } from '../writing/take-replies.ts';
import type { KeptReply } from './kept-reply.ts';

/** A reply with what the checks made of it and of those before it. */
export interface JudgedReply {
  readonly reply: KeptReply;
  readonly parsed: ParsedReply;
  readonly report: CheckReport;
  /** How it ended, as far as that matters: of a broken one whose whole sentences make a page, it does not. */
  readonly finish: Finish['unified'];
  /** With the facts that they stand on; absent where the writer does not tell. */
  readonly sentences?: readonly SupportedSentence[];
  /** What was left out before any check, a sentence each. */
  readonly omitted: readonly string[];
  /** In structured writing: what this reply and those before it came to. */
  readonly progress?: Taken;
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
    return { reply, parsed, report: runChecks(parsed, evidence, finish), finish, ...sentences, omitted: [] };
  }
  const taken =
    before?.progress !== undefined && asksForCorrections(before)
      ? takeCorrections(before.progress, reply.text, prompt.facts)
      : takeReply(reply.text, prompt.facts);
  const parsed = parseReply(taken.page.text);
  const isPage = taken.missing.length === 0;
  const finish = isPage && reply.finish.unified === 'length' ? 'stop' : reply.finish.unified;
  return {
    reply,
    parsed,
    report: runChecks(parsed, evidence, finish),
    finish,
    sentences: taken.page.sentences,
    omitted: taken.warnings,
    progress: taken,
  };
}

/** Whether what is wrong with a structured reply can be written again piece by piece. */
function asksForCorrections({ progress: taken }: JudgedReply): boolean {
  return (
    taken !== undefined && taken.form !== 'none' && (taken.refused.length > 0 || taken.missing.length > 0)
  );
}

/** The request after a reply, the prompt itself before the first; undefined where nothing is left to ask for. */
export function nextRequest(prompt: Prompt, before: JudgedReply | undefined): Prompt | undefined {
  if (before === undefined) return prompt;
  const { report, progress: taken } = before;
  const findings = report.findings.map(({ message }) => message);
  if (taken === undefined) return findings.length === 0 ? undefined : withRepair(prompt, findings);
  if (taken.form === 'none') return withRepair(prompt, [NO_FORM]);
  if (asksForCorrections(before))
    return buildCorrectionPrompt(prompt, buildCorrections(taken, prompt.facts.list ?? []), taken.missing);
  return report.isAcceptable ? undefined : withRepair(prompt, findings);
}

const NO_FORM =
  'The response held no JSON object of the form that was asked for: give the object alone, with "abstract", "data" and "keywords".';
